"""random_exercise: a formula to differentiate by hand, as hard as wanted."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Final

from autograd import Formula, parse, value_and_grad
from autograd.text.arguments import whole
from viz.explain.explain import explain
from viz.explain.explanation import Explanation


@dataclass(frozen=True)
class Level:
    """What the formulas of a level are made of.

    Attributes:
        names: the inputs.
        binary, unary: templates of the operations.
        operations: how many of them.
        reuse: how likely an operand is an input that stands elsewhere, too.
    """

    names: tuple[str, ...]
    binary: tuple[str, ...]
    unary: tuple[str, ...]
    operations: int
    reuse: float


_POWERS = ("({})**2", "({})**3")
_FUNCTIONS = ("sin({})", "cos({})", "exp({})", "tanh({})", "sigmoid({})", "({})**2")
LEVELS: Final = {
    1: Level(("x", "y"), ("{} + {}", "{} - {}", "({}) * {}"), (), 2, 0.0),
    2: Level(("x", "y", "z"), ("{} + {}", "({}) * {}", "({}) / {}"), _POWERS, 3, 0.0),
    3: Level(("x", "y"), ("{} + {}", "({}) * {}"), _FUNCTIONS, 4, 0.3),
    4: Level(
        ("x", "y", "z"),
        ("{} - {}", "({}) * {}", "({}) / {}"),
        (*_FUNCTIONS, "relu({})", "log(1 + ({})**2)"),
        6,
        0.6,
    ),
}
LARGEST: Final = 1000.0
"""Up to where values and derivatives go."""


def random_exercise(level: int = 1, seed: int | None = None, language: str = "en") -> Explanation:
    """Make up an exercise: a formula and numbers, as a sheet to fill in.

    Args:
        level: 1 is sums and products, 2 adds powers and quotients, 3 functions, 4 inputs that stand
            in several places.
        seed: exercises of equal level and seed are equal; by default every one is new.
        language: "en" or "zh".

    Returns:
        The sheet: `questions` are its blanks, `check` marks answers. `solution` is the written
        solution.

    Raises:
        ValueError: the level or the language is unknown.

    >>> sheet = random_exercise(level=1, seed=0)
    >>> sheet.check({key: question.answer for key, question in sheet.questions.items()}).open
    ()
    """
    level = whole(level, f"level (1 to {len(LEVELS)})")
    if level not in LEVELS:
        raise ValueError(f"level is 1 to {len(LEVELS)}, not {level}")
    chance = random.Random(seed)
    while True:
        formula = parse(_formula(LEVELS[level], chance))
        values = [float(chance.choice((-3, -2, -1, 1, 2, 3, 4))) for _ in formula.names]
        if level > 2:
            values = [x / 2.0 for x in values]
        if _is_fair(formula, values, len(LEVELS[level].names)):
            return explain(formula, *values, mode="reverse", language=language, blank=True)


def _formula(level: Level, chance: random.Random) -> str:
    names = list(level.names)
    chance.shuffle(names)
    text = names.pop()
    for _ in range(level.operations):
        if level.unary and (not names or chance.random() < 0.4) and len(text) > 1:
            text = chance.choice(level.unary).format(text)
            continue
        again = not names or chance.random() < level.reuse
        other = chance.choice(level.names) if again else names.pop()
        text = chance.choice(level.binary).format(text, other)
    return text


def _is_fair(formula: Formula, values: list[float], names: int) -> bool:
    """Whether all inputs stand there and matter, and no number is extreme."""
    if len(formula.names) < names:
        return False
    value, gradient = value_and_grad(formula, tuple(range(names)))(*values)
    found = [value, *gradient]
    if not all(math.isfinite(x) and 1e-3 < abs(x) < LARGEST for x in found):
        return False
    sheet = explain(formula, *values, mode="reverse")
    return all(abs(question.answer) < LARGEST for question in sheet.questions.values())
