"""What explanations say, in every language. {names} are put in."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "zh")

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "title": ("Worked solution", "解题过程"),
    "task": (
        "Find the value of {f} and its derivative with respect to every input.",
        "求 {f} 的值，以及它对每个输入的导数。",
    ),
    "task of a part": (
        "Find the value of {f} and the derivatives that its last operations pass back.",
        "求 {f} 的值，以及最后几步运算向后传递的导数。",
    ),
    "formula": ("{f} = {formula}", "{f} = {formula}"),
    "given": ("Given:", "已知："),
    "too large": (
        "The graph is large: only its last {told} operations are explained here. The {count} "
        "operations before them are not; the values that they computed are taken as given. Raise "
        "max_operations for more, or explain an earlier value by itself.",
        "计算图很大：这里只讲解最后 {told} 步运算；之前的 {count} 步不讲解，其结果作为已知值给出。"
        "可增大 max_operations，或单独讲解前面的某个值。",
    ),
    "rounding": (
        "Numbers are shown to {digits} significant digits (≈ where rounded); every step uses the "
        "unrounded ones.",
        "数值取 {digits} 位有效数字（≈ 表示经过舍入），后续每一步仍用未舍入的数值计算。",
    ),
    "sheet": ("Exercise", "练习"),
    "fill in": (
        "Fill in the blanks; three significant digits are enough.",
        "填空，保留三位有效数字即可。",
    ),
    "marks": ("{right} of {asked} right", "{asked} 题中答对 {right} 题"),
    "mark right": ("", ""),
    "mark sign": (": the sign is wrong; it is {right}.", "：符号错误，应为 {right}。"),
    "mark path": (
        ": a path is missing, {about} has to be added; it is {right}.",
        "：漏了一条路径，还要加上 {about}；应为 {right}。",
    ),
    "mark term sign": (
        ": the term {about} has the wrong sign; it is {right}.",
        "：其中 {about} 这一项的符号错误；应为 {right}。",
    ),
    "mark inner": (
        ": the factor {about} is missing, the local derivative (inner derivative); it is {right}.",
        "：忘记乘以局部导数 {about}（内层导数）；应为 {right}。",
    ),
    "mark outer": (
        ": the factor {about} is missing, the derivative to multiply by; it is {right}.",
        "：忘记乘以已经求得的导数 {about}；应为 {right}。",
    ),
    "mark rounding": (
        ": close, but rounded too early or too far; it is {right}.",
        "：很接近，但舍入过早或过多；应为 {right}。",
    ),
    "mark follows": (
        ": the step is right, but it starts from an earlier mistake; it is {right}.",
        "：这一步方法正确，但沿用了前面的错误结果；应为 {right}。",
    ),
    "mark wrong": (": wrong; it is {right}.", "：错误，应为 {right}。"),
    "open": ("Not answered: {keys}.", "未作答：{keys}。"),
    "forward": ("Forward pass: the values", "前向传播：计算各个值"),
    "forward text": (
        "Compute one operation at a time, and give each result a name.",
        "按顺序逐步计算，并给每一步的结果取一个名字。",
    ),
    "repeats": (
        "The last {lines} lines repeat {count} more times with other operands. The results:",
        "最后 {lines} 行换成其他操作数，再重复 {count} 次，结果如下：",
    ),
    "repeats of one": (
        "The last line repeats {count} more times with other operands. The results:",
        "最后一行换成其他操作数，再重复 {count} 次，结果如下：",
    ),
    "selected": (
        "where selects an operand by its condition; with these numbers: {chosen}.",
        "where 按条件选取一个操作数；代入这些数值时：{chosen}。",
    ),
    "local": ("Local derivatives", "局部导数"),
    "local text": (
        "For each operation: how fast does its result change with one operand, while the other "
        "operands stay fixed? First the rule, then the numbers of the forward pass put in.",
        "对每一步运算：其他操作数不变时，结果随某个操作数变化得有多快？"
        "先写求导公式，再代入前向传播得到的数值。",
    ),
    "no formula": (
        "Where no formula is written, the number is the one that the operation itself uses at this "
        "point: the operation has a kink there, or its derivative has no short formula.",
        "没有写出公式的地方，直接给出该运算在此点使用的数值：函数在此点不可导，或导数没有简短的公式。",
    ),
    "kink": (
        "{edges}: the slopes to the left and to the right of this point differ (a kink), so there "
        "is no derivative. The number is the usual convention.",
        "{edges}：此点左右两侧的斜率不同，因此不可导；这里的数值是通常的约定。",
    ),
    "not selected": (
        "With these numbers nothing flows back by way of {edges}: the operand was not selected, or "
        "the operation is constant there.",
        "代入这些数值时，{edges} 不传递导数：操作数未被选中，或运算在此处为常数。",
    ),
    "backward": ("Backward pass: the derivatives of {f}", "反向传播：求 {f} 的导数"),
    "backward text": (
        "Go back from the result to the inputs. The derivative of {f} with respect to a value is a "
        "sum with one term for each operation that uses the value: the derivative of {f} with "
        "respect to that operation's result, times the local derivative. Begin with {start} = 1.",
        "从结果向输入逐步倒推。{f} 对某个值的导数是若干项之和，每个用到该值的运算贡献一项："
        "{f} 对该运算结果的导数，乘以局部导数。起点是 {start} = 1。",
    ),
    "gradient": ("The gradient", "梯度"),
    "input": ("input", "输入"),
    "value": ("value", "值"),
    "derivative": ("derivative of {f}", "{f} 的导数"),
    "no dependence": (
        "{f} does not depend on {names} here: the derivative is 0.",
        "{f} 在此处不依赖于 {names}：导数为 0。",
    ),
    "meaning": (
        "This means: if {x} grows by a small h, {f} changes by about {slope} · h.",
        "也就是说：当 {x} 增加一个很小的 h 时，{f} 大约变化 {slope} · h。",
    ),
    "formulas": ("The gradient as formulas", "梯度的公式"),
    "formulas text": (
        "The formula differentiated as a whole and simplified; the given numbers put in give the "
        "same gradient.",
        "对整个公式求导并化简；代入已知数值，得到同样的梯度。",
    ),
    "no formulas": (
        "There are no short formulas: the graph is too large, or has operations that are not "
        "smooth or that SymPy does not know.",
        "没有简短的公式：计算图太大，或含有不光滑或 SymPy 不支持的运算。",
    ),
    "tangents": ("Forward mode: the derivatives with respect to {x}", "前向模式：对 {x} 求导"),
    "tangents text": (
        "Go from the input to the result. The derivative of a value with respect to {x} is a sum "
        "with one term for each operand that depends on {x}: the local derivative, times the "
        "derivative of that operand. Begin with {start} = 1.",
        "从输入逐步走向结果。某个值对 {x} 的导数是若干项之和，每个依赖于 {x} 的操作数贡献一项："
        "局部导数，乘以该操作数对 {x} 的导数。起点是 {start} = 1。",
    ),
    "agree": (
        "The last line is the derivative that the backward pass found, too.",
        "最后一行与反向传播得到的导数一致。",
    ),
    "one input": (
        "One pass of forward mode gives the derivative with respect to one input; one backward "
        "pass gives those with respect to all inputs.",
        "前向模式走一遍只得到对一个输入的导数；反向传播走一遍就得到对所有输入的导数。",
    ),
    "independent": (
        "{f} does not depend on {x} here: the derivative is 0.",
        "{f} 在此处不依赖于 {x}：导数为 0。",
    ),
    "paths": ("Sum over paths", "对路径求和"),
    "paths text": (
        "Multiply the local derivatives along each path from {f} back to an input; add up the "
        "products of all its paths.",
        "把从 {f} 回到某个输入的每条路径上的局部导数相乘，再把所有路径的乘积相加。",
    ),
    "many paths": (
        "There are {count} paths from {f} to the inputs, too many to list (at most {most}). The "
        "backward pass adds them up without listing them.",
        "从 {f} 到各输入共有 {count} 条路径，无法一一列出（最多 {most} 条）。"
        "反向传播无需列出路径即可求出它们的和。",
    ),
}
"""English and Chinese."""


def phrase(key: str, language: str) -> str:
    """Return a phrase in a language.

    >>> phrase("gradient", "zh")
    '梯度'
    """
    return PHRASES[key][LANGUAGES.index(language)]
