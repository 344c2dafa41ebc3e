"""detect_anomaly: the operation, its operands and the line of the program, forward and backward."""

import copy
import re
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack

import numpy as np
import pytest

import autograd as ag
from autograd import TABLE, Tensor, Value, detect_anomaly


def here() -> int:
    """The number of the caller's line."""
    return sys._getframe(1).f_lineno


def assert_says(error: pytest.ExceptionInfo, line: int, code: str, *parts: str) -> None:
    message = str(error.value)
    for part in (*parts, f"at {__file__}:{line}: {code}"):
        assert part in message, message


# --- forward ---


def test_forward_names_primitive_operands_and_line() -> None:
    x = Value(-1.0, "x")
    with detect_anomaly():
        y = x * 3.0
        line = here() + 2
        with pytest.raises(FloatingPointError) as error:
            y = ag.log(y) + 1.0
    assert_says(error, line, "y = ag.log(y) + 1.0", "log gave nan for operands (-3.0)")


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda x: 1 / x, "div gave inf for operands (1.0, x = 0.0)"),
        (lambda x: x / x, "div gave nan for operands (x = 0.0, x = 0.0)"),
        (np.log, "log gave -inf for operands (x = 0.0)"),
        (lambda x: ag.exp(x + 1000.0), "exp gave inf for operands (1000.0)"),
        (lambda x: (x - 8) ** (1 / 3), f"pow gave nan for operands (-8.0, {1 / 3!r})"),
        (lambda x: TABLE["dot"](x, 1e200, 1.0, 1e200), "dot gave inf for operands (x = 0.0, "),
        (lambda x: TABLE["sum"](*[1e308 + x] * 12), "... 4 more) at"),
    ],
)  # fmt: skip
def test_forward_messages(compute: Callable, message: str) -> None:
    with pytest.raises(FloatingPointError, match=re.escape(message)), detect_anomaly():
        compute(Value(0.0, "x"))


def test_only_the_first_is_an_anomaly() -> None:
    x = ag.log(Value(0.0))
    with detect_anomaly():
        y = x * 2.0 - x
    assert y.data != y.data
    with detect_anomaly():
        assert (Value(float("inf")) + 1).data == float("inf")


def test_finite_computations_pass() -> None:
    x = Value(2.0)
    with detect_anomaly():
        y = ag.where(x > 0, ag.sqrt(x), 0.0) * Tensor([1.0, 2.0]).sum()
        y.backward()
    assert x.grad == pytest.approx(1.5 / 2**0.5)


@pytest.mark.parametrize(
    "compute",
    [
        np.log,
        lambda t: np.sum(np.log(t)),
        lambda t: np.linalg.norm(np.log(t)),
        lambda t: (1e200 * t).var(),
        np.vectorize(lambda v: v.log()),
    ],
)
def test_line_is_the_users_behind_numpy(compute: Callable) -> None:
    with pytest.raises(FloatingPointError, match=re.escape(f"at {__file__}:")), detect_anomaly():
        compute(Tensor([0.0, 1.0, -2.0]))


# --- backward ---


def test_backward_names_primitive_operands_and_line() -> None:
    x = Value(0.0, "x")
    with detect_anomaly():
        line = here() + 1
        y = ag.sqrt(x) * 2.0
        with pytest.raises(FloatingPointError) as error:
            y.backward()
    assert_says(
        error,
        line,
        "y = ag.sqrt(x) * 2.0",
        "backward pass of sqrt gave inf to its operand x",
        "local derivative inf, adjoint 2.0",
        "for operands (x = 0.0)",
    )


def test_backward_numbers_unnamed_operands() -> None:
    x = Value(1e-200)
    message = r"mul gave inf to its operand 2 \(local derivative 1e\+200, adjoint 1e\+200\)"
    with detect_anomaly(), pytest.raises(FloatingPointError, match=message):
        (1e200 * x).backward(1e200)
    assert x.grad == 0.0


def test_overflow_of_a_sum_of_adjoints() -> None:
    x = Value(1e-10)
    with detect_anomaly():
        a = x * 1.0
        y = a * 1e308 + a * 1e308
        with pytest.raises(FloatingPointError, match=r"mul gave 1e\+308, inf in all, to its oper"):
            y.backward()
    assert x.grad == 0.0


def test_raised_backward_changes_nothing() -> None:
    x, y = Value(0.0), Value(3.0)
    x.grad, y.grad = 5.0, 7.0
    inner = y * y
    root = ag.sqrt(x) + inner
    (inner * 2.0).backward()
    before = [v.grad for v in (x, y, inner, root)]
    with detect_anomaly(), pytest.raises(FloatingPointError):
        root.backward()
    assert [v.grad for v in (x, y, inner, root)] == before
    root.backward()  # outside, as IEEE says
    assert x.grad == float("inf")


def test_graph_recorded_outside() -> None:
    x = Value(0.0, "x")
    y = ag.sqrt(x)
    with detect_anomaly(), pytest.raises(FloatingPointError, match="recorded outside detect_anom"):
        y.backward()
    assert x.grad == 0.0


def test_copies_and_unselected_branches_pass() -> None:
    x = Value(0.0)
    with detect_anomaly():
        y = ag.where(x > 0, ag.sqrt(x), 0.0)
        copy.deepcopy(y).backward()
        y.backward()
    assert x.grad == 0.0


def test_tensor_backward_is_checked() -> None:
    t = Tensor([0.0, 4.0])
    with detect_anomaly(), pytest.raises(FloatingPointError, match="sqrt gave inf"):
        np.sqrt(t).backward([1.0, 2.0])
    assert t.grad.tolist() == [0.0, 0.0]


# --- where it holds ---


def test_off_by_default_and_off_again() -> None:
    assert ag.log(Value(0.0)).data == -float("inf")
    with detect_anomaly(), pytest.raises(FloatingPointError):
        ag.log(Value(0.0))
    assert ag.log(Value(0.0)).data == -float("inf")
    with pytest.raises(KeyError), detect_anomaly():
        raise KeyError
    assert ag.log(Value(0.0)).data == -float("inf")


def test_nested_blocks() -> None:
    x = Value(0.0, "x")
    with detect_anomaly():
        line = here() + 1
        y = ag.sqrt(x)
        with detect_anomaly():
            with pytest.raises(FloatingPointError) as error:
                y.backward()
            assert_says(error, line, "y = ag.sqrt(x)")
        with pytest.raises(FloatingPointError):
            ag.log(x)
        with pytest.raises(FloatingPointError) as error:
            y.backward()
        assert_says(error, line, "y = ag.sqrt(x)")
    ag.log(x)


def test_one_object_may_be_entered_again() -> None:
    watch = detect_anomaly()
    for _ in range(3):
        with watch, watch, pytest.raises(FloatingPointError):
            ag.log(Value(0.0))
    ag.log(Value(0.0))


def test_decorator() -> None:
    @detect_anomaly()
    def reciprocal(x: Value, again: bool = True) -> Value:
        if again:
            reciprocal(x, False)
        return 1.0 / x

    assert reciprocal(Value(2.0)).data == 0.5
    for _ in range(2):
        with pytest.raises(FloatingPointError, match="div gave inf"):
            reciprocal(Value(0.0))
    assert (1.0 / Value(0.0)).data == float("inf")


def test_nothing_is_kept() -> None:
    with ExitStack() as stack:
        watch = stack.enter_context(detect_anomaly())
        y = Value(1.0) * 2.0
        before = sys.getrefcount(y)
    assert watch is not None
    assert sys.getrefcount(y) == before - 1


def test_other_threads_are_not_affected() -> None:
    inside, done = threading.Event(), threading.Event()
    results: list[float] = []

    def other() -> None:
        inside.wait()
        x = Value(0.0)
        y = ag.log(x)
        ag.sqrt(x).backward()
        results.extend([y.data, x.grad])
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with detect_anomaly():
        inside.set()
        assert done.wait(60)
        with pytest.raises(FloatingPointError):
            ag.log(Value(0.0))
    thread.join()
    assert results == [-float("inf"), float("inf")]


def test_one_decorated_function_in_two_threads() -> None:
    barrier = threading.Barrier(2, timeout=60)
    errors: list[BaseException | None] = []

    @detect_anomaly()
    def work(first: bool) -> None:
        barrier.wait()  # both are inside
        if not first:
            barrier.wait()  # the first has left
        with pytest.raises(FloatingPointError):
            ag.log(Value(0.0))

    def run(first: bool) -> None:
        try:
            work(first)
            if first:
                barrier.wait()
            errors.append(None)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(first,)) for first in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [None, None]
    ag.log(Value(0.0))


@pytest.mark.parametrize(
    "compute",
    [
        lambda: ag.jvp(ag.log, (0.0,), (1.0,)),
        lambda: ag.Dual(0.0, 1.0).sqrt(),
        lambda: ag.derivative(lambda x: 1 / x)(0.0),
        lambda: ag.jacfwd(np.sqrt)(np.array([1.0, 0.0])),
        lambda: ag.grad(ag.sqrt)(0.0),
        lambda: ag.value_and_grad(ag.sqrt)(0.0),
        lambda: ag.vjp(ag.sqrt, 0.0)[1](1.0),
        lambda: ag.jacrev(np.sqrt)(np.array([1.0, 0.0])),
        lambda: ag.hessian(lambda x: x**1.5)(0.0),
        lambda: ag.hvp(lambda x: x**1.5)(0.0, 1.0),
    ],
)
def test_transforms_are_watched_in_both_modes(compute: Callable[[], object]) -> None:
    compute()
    with (
        detect_anomaly(),
        pytest.raises(FloatingPointError, match=r"for operands \(.*test_anomaly"),
    ):
        compute()


def test_what_is_finite_passes_in_both_modes() -> None:
    with detect_anomaly():
        assert ag.grad(ag.sqrt)(4.0) == 0.25
        assert ag.jacfwd(np.sqrt)(np.array([4.0])).tolist() == [[0.25]]
