"""What explanations say, in every language. {names} are put in."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "zh")

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "title": ("Worked solution", "解题过程"),
    "task": (
        "Find the value of {f} and its derivative by every input.",
        "求 {f} 的值，以及它对每个输入的导数。",
    ),
    "task of a part": (
        "Find the value of {f} and what the last operations pass back.",
        "求 {f} 的值，以及最后几步运算向后传递的导数。",
    ),
    "formula": ("{f} = {formula}", "{f} = {formula}"),
    "given": ("Given:", "已知："),
    "too large": (
        "The graph has {count} operations more than are told here. These are the last {told}; the "
        "values that they start from are given as computed. Raise max_operations for more, or "
        "explain an earlier value by itself.",
        "计算图很大：此处只讲解最后 {told} 步运算，之前还有 {count} 步未讲解，"
        "其结果作为已知值给出。"
        "可增大 max_operations，或单独讲解前面的某个值。",
    ),
    "rounding": (
        "Numbers are rounded to {digits} digits (≈); the next step goes on with all digits.",
        "数值按 {digits} 位有效数字书写（≈），后续计算使用全部数位。",
    ),
    "sheet": ("Exercise", "练习"),
    "fill in": (
        "Fill in the blanks; three digits are enough.",
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
        ": the local derivative {about} was forgotten as a factor (the inner derivative); it is "
        "{right}.",
        "：忘记乘以局部导数 {about}（内层导数）；应为 {right}。",
    ),
    "mark outer": (
        ": the factor {about} was forgotten, the derivative that arrives; it is {right}.",
        "：忘记乘以传来的导数 {about}；应为 {right}。",
    ),
    "mark rounding": (
        ": nearly; it was rounded too early or too much. It is {right}.",
        "：很接近，但舍入过早或过多；应为 {right}。",
    ),
    "mark follows": (
        ": the step is right, but goes on with an earlier mistake; it is {right}.",
        "：这一步方法正确，但沿用了前面的错误；应为 {right}。",
    ),
    "mark wrong": (": wrong; it is {right}.", "：错误，应为 {right}。"),
    "open": ("Not answered: {keys}.", "未作答：{keys}。"),
    "forward": ("Forward pass: the values", "前向传播：计算各个值"),
    "forward text": (
        "Compute one operation after the other. Each result gets a name.",
        "按顺序逐步计算，每一步的结果取一个名字。",
    ),
    "repeats": (
        "The last {lines} lines stand {count} times more, with other operands. They come to:",
        "最后 {lines} 行换用其他操作数再出现 {count} 次，结果是：",
    ),
    "repeats of one": (
        "The last line stands {count} times more, with other operands. It comes to:",
        "最后一行换用其他操作数再出现 {count} 次，结果是：",
    ),
    "local": ("Local derivatives", "局部导数"),
    "local text": (
        "For each operation: how fast does its result change with each operand, if the other "
        "operands stay fixed? First the rule, then the numbers of the forward pass.",
        "对每一步运算：固定其他操作数，结果随每个操作数变化多快？先写公式，再代入前向传播的数值。",
    ),
    "no formula": (
        "Where no rule stands, the number is the one that the operation itself gives at this "
        "point: it is a kink, or no short formula is known.",
        "没有写出公式之处，直接给出该运算在此点的数值：此处不可导，或没有简短的公式。",
    ),
    "not selected": (
        "Nothing flows back along an edge to an operand that was not selected: {edges}.",
        "未被选中的操作数不传递导数：{edges}。",
    ),
    "backward": ("Backward pass: the derivatives of {f}", "反向传播：求 {f} 的导数"),
    "backward text": (
        "Go back from the result to the inputs. The derivative of {f} by a value is a sum over all "
        "operations that use the value: the derivative by the operation's result, times the local "
        "derivative. Begin with {start} = 1.",
        "从结果向输入逐步倒推。{f} 对某个值的导数，等于对所有用到该值的运算求和："
        "对该运算结果的导数乘以局部导数。起点是 {start} = 1。",
    ),
    "gradient": ("The gradient", "梯度"),
    "input": ("input", "输入"),
    "value": ("value", "值"),
    "derivative": ("derivative of {f}", "{f} 的导数"),
    "no dependence": (
        "{f} does not depend on {names}, or only by operands that were not selected: the "
        "derivative is 0.",
        "{f} 不依赖于 {names}（或相应的操作数未被选中）：导数为 0。",
    ),
    "meaning": (
        "So if {x} grows by a small h, {f} changes by about {slope} · h.",
        "也就是说：当 {x} 增加一个很小的 h 时，{f} 大约变化 {slope} · h。",
    ),
    "formulas": ("The gradient as formulas", "梯度的公式"),
    "formulas text": (
        "Differentiated as a whole and simplified. With the given numbers, they come to the same "
        "gradient.",
        "对整个公式求导并化简，代入已知数值，得到同样的梯度。",
    ),
    "no formulas": (
        "There are no short formulas: the graph is too large, or has operations that are not "
        "smooth.",
        "没有简短的公式：计算图太大，或含有不光滑的运算。",
    ),
    "tangents": ("Forward mode: the derivatives by {x}", "前向模式：对 {x} 求导"),
    "tangents text": (
        "Go from the input to the result. The derivative of a value by {x} is a sum over its "
        "operands that depend on {x}: the local derivative, times the derivative of the operand. "
        "Begin with {start} = 1.",
        "从输入走向结果。某个值对 {x} 的导数，等于对依赖 {x} 的操作数求和："
        "局部导数乘以该操作数对 {x} 的导数。起点是 {start} = 1。",
    ),
    "agree": (
        "The last line is the derivative that the backward pass found.",
        "最后一行与反向传播得到的导数一致。",
    ),
    "one input": (
        "A pass of forward mode gives the derivative by one input; the backward pass gives those "
        "by all inputs.",
        "前向模式每走一遍只得到对一个输入的导数，反向传播一遍得到对所有输入的导数。",
    ),
    "independent": (
        "{f} does not depend on {x}: the derivative is 0.",
        "{f} 不依赖于 {x}：导数为 0。",
    ),
    "paths": ("Sum over paths", "对路径求和"),
    "paths text": (
        "Multiply the local derivatives along each path from {f} back to an input; add up the "
        "paths.",
        "把从 {f} 回到某个输入的每条路径上的局部导数相乘，再把各条路径相加。",
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
