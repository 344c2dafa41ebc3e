"""What is asked for by name, and what must be a function."""

from __future__ import annotations

from typing import Any

import pytest

from nn.arguments import check_function, check_names, function_named

TABLE = {"mse": abs, "mae": min, "r2": max}


def test_names_are_found_and_functions_pass() -> None:
    assert function_named(TABLE, "mae", "loss", "numbers", {}) is min
    assert function_named(TABLE, "L1", "loss", "numbers", {"l1": "mae"}) is min
    assert function_named(TABLE, sum, "loss", "numbers", {}) is sum


@pytest.mark.parametrize("wrong", [3, None, ["mae"], int])
def test_what_is_no_function_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"a loss is one of the names mse, mae, r2, or a function"):
        function_named(TABLE, wrong, "loss", "numbers", {})


def test_a_class_lacks_its_brackets() -> None:
    check_function(abs, "schedule", "a function of the step")
    with pytest.raises(TypeError, match=r"schedule is the class int: write int\(\.\.\.\)"):
        check_function(int, "schedule", "a function of the step")
    with pytest.raises(TypeError, match=r"schedule must be a function of the step, not 0\.1"):
        check_function(0.1, "schedule", "a function of the step")


def test_unknown_settings_are_listed() -> None:
    check_names(["lr"], ["lr", "eps"], "Adam")
    with pytest.raises(ValueError, match="Adam has no settings 'rate', 'mu'; it takes lr, eps"):
        check_names(["rate", "lr", "mu"], ["lr", "eps"], "Adam")
    with pytest.raises(ValueError, match="zeros has no setting 'std'; it takes none"):
        check_names(["std"], [], "zeros")
    with pytest.raises(ValueError, match=r"no setting 'epss' \(did you mean 'eps'\?\); it takes"):
        check_names(["epss"], ["lr", "eps"], "Adam")
