"""The error of a check, and the reasons that it can have."""

from typing import Final


class GradientCheckError(AssertionError):
    """A derivative that differences do not confirm: where, what each method gave, and why.

    Attributes:
        reason: "wrong rule", "modes disagree", "kink", "jump", "cancellation", "not finite" or
            "not deterministic".
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


WHY: Final = {
    "wrong rule": "wrong rule: the differences settle, on another number than the rules give",
    "modes disagree": "modes disagree: forward and reverse mode give different numbers, so a rule "
    "or the function itself asks which kind of number it got",
    "kink": "kink nearby: the slopes from the left and from the right differ, however small the "
    "step, so there is no derivative; move the point away from it",
    "jump": "discontinuity: what is differentiated jumps here, by as much however small the step, "
    "so it has no derivative; move the point away from it (from a kink, if it is a derivative)",
    "cancellation": "cancellation: rounding in the function hides its change, so the differences "
    "vary with the step and cannot tell; subtract what is large and constant, or give atol",
    "not finite": "not finite: a nan or an infinity comes in",
    "not deterministic": "not deterministic: the function draws random numbers, or keeps something "
    "from call to call; fix the seed inside of it",
}
