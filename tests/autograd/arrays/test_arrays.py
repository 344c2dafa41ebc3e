"""NumPy's functions on Tensors, over the list of those that work: values, both modes, order 2."""

from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value
from autograd.arrays import moving
from autograd.arrays.__main__ import page
from autograd.arrays.ways import is_recorded, plain
from autograd.values.functions import FUNCTIONS, full_name
from autograd.values.ufuncs import _COMPOSED, _ROWS, row_of

from .samples import Function, Sample
from .samples_of_algebra import SAMPLES

CALLS = [(f, sample) for f, samples in SAMPLES.items() for sample in samples]
NAMES = [f"{full_name(f)}-{SAMPLES[f].index(sample)}" for f, sample in CALLS]
each_call = pytest.mark.parametrize(("function", "sample"), CALLS, ids=NAMES)
UFUNCS = [f for f in (*_ROWS, *_COMPOSED) if isinstance(f, np.ufunc) and f is not np.arccosh]
ROOT = Path(__file__).parents[3]
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, 1.0, -2.5])


def points(sample: Sample, seed: int = 0) -> list[Any]:
    generator = np.random.default_rng(seed)
    return [generator.normal(size=shape) for shape in sample.shapes]


def recorded(x: Any) -> Any:
    return Tensor(x) if np.ndim(x) else Value(float(x))


def same(got: Any, want: Any) -> None:
    """Compare a result on Values with that on numbers, in structure, kind and numbers."""
    if isinstance(want, (list, tuple)):
        assert isinstance(got, (list, tuple))
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            same(one, other)
    elif isinstance(want, str):
        assert got == want
    else:
        assert np.shape(got) == np.shape(want)
        kind = "f" if isinstance(got, (Tensor, Value)) else np.asarray(got).dtype.kind
        assert kind == np.asarray(want).dtype.kind or kind == "f"
        np.testing.assert_allclose(plain(got), want, rtol=1e-13, atol=1e-14)


def test_every_function_has_a_sample() -> None:
    missing = [full_name(f) for f in FUNCTIONS.keys() ^ SAMPLES.keys()]
    assert not missing


@each_call
def test_values(function: Function, sample: Sample) -> None:
    arrays = points(sample)
    want = sample.call(*arrays)
    for kinds in product([True, False], repeat=len(arrays)):
        mixed = [recorded(x) if kind else x for kind, x in zip(kinds, arrays, strict=True)]
        same(sample.call(*mixed), want)


@each_call
def test_derivatives(function: Function, sample: Sample) -> None:
    arrays = points(sample)
    result = sample.call(*map(recorded, arrays))
    if not is_recorded(result):
        return

    def weighted(*args: Any) -> Any:
        total: Any = 0.0
        for i, part in enumerate(_parts(sample.call(*args))):
            entries = np.ravel(part)
            total = total + np.dot(entries, np.cos(np.arange(entries.size) + i))
        return total

    ag.check_grads(weighted, arrays, order=2)


def _parts(result: Any) -> list[Any]:
    return [y for x in result for y in _parts(x)] if isinstance(result, (list, tuple)) else [result]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@each_call
def test_special_numbers(function: Function, sample: Sample) -> None:
    generator = np.random.default_rng(1)
    for _ in range(20 if sample.special else 0):
        arrays = [generator.choice(SPECIAL, size=shape) for shape in sample.shapes]
        want = sample.call(*arrays)
        same(sample.call(*map(recorded, arrays)), want)


# --- arrays of constants ---


@each_call
def test_tensors_of_constants(function: Function, sample: Sample) -> None:
    arrays = points(sample)
    want = sample.call(*arrays)
    got = sample.call(*[constants(x) if np.ndim(x) else x for x in arrays])
    if function is np.poly:  # which NumPy hands over for its entries, not for the array
        return
    same(got, want)
    writable = isinstance(FUNCTIONS[function], partial) or function in VIEWED
    for part in [] if writable else _parts(got):
        assert np.asarray(part).dtype != object


VIEWED = {
    *moving._VIEWS,
    *moving._WRITTEN,
    *(np.put, np.nan_to_num, np.zeros_like, np.ones_like, np.full_like),
}


def constants(x: Any) -> Any:
    """Return a Tensor whose entries are all plain numbers."""
    tensor = np.zeros_like(Tensor(x))
    tensor[...] = x
    assert not is_recorded(tensor)
    return tensor


def test_a_choice_has_the_same_kind_on_either_branch() -> None:
    for x in (Value(2.0), Value(-2.0), Tensor([2.0, -2.0]), Tensor([-2.0, -3.0])):
        for where in (np.where, ag.where):
            root = np.sqrt(where(x > 0, x, 1.0))
            assert type(root) is type(x)
            np.testing.assert_array_equal(
                plain(root), np.sqrt(np.where(plain(x) > 0, plain(x), 1.0))
            )
            root.backward()


def test_results_without_values_are_float64() -> None:
    x = Tensor([-2.0, -3.0])
    zeros = np.zeros_like(x)
    for numbers in (
        np.where(zeros, 2, 1),
        ag.where(x > 0, zeros, 1),
        np.concatenate([zeros, [1, 2]]),
        np.stack([1.0 * zeros]),
        np.maximum(zeros, 1),
        np.vectorize(lambda v: 2)(x),
        np.frompyfunc(lambda v: 2, 1, 1)(x),
        np.sort(zeros),
    ):
        assert type(numbers) is np.ndarray
        assert numbers.dtype.kind in "fi"
    assert np.frompyfunc(lambda v: v > 0, 1, 1)(x).dtype == bool
    assert type(np.frompyfunc(lambda v: str(v.data), 1, 1)(x)) is np.ndarray


def test_a_tensor_of_constants_takes_every_ufunc() -> None:
    t = constants(np.array([0.25, 0.5]))
    for ufunc in UFUNCS:
        want = ufunc(*[np.array([0.25, 0.5])] * ufunc.nin)
        got = ufunc(*[t] * ufunc.nin)
        assert type(got) is np.ndarray
        np.testing.assert_allclose(got, want, rtol=1e-15)
    assert t.sum() == 0.75
    assert t[t > 0.3].tolist() == [0.5]


# --- what is not on the list ---


def functions_of_numpy() -> list[Any]:
    """Return all functions that NumPy hands over, of the modules that programs use."""
    modules = (np, np.linalg, np.fft, np.lib, np.emath, np.strings, np.char)
    found = [getattr(module, name) for module in modules for name in dir(module)]
    return list({f: None for f in found if hasattr(f, "_implementation")})


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # for names that NumPy is to drop
def test_other_functions_are_refused_by_name() -> None:
    others = [f for f in functions_of_numpy() if f not in FUNCTIONS]
    assert len(others) > 50
    t = Tensor([1.0, 2.0])
    for function in others:
        if row_of(function) is None:
            with pytest.raises(TypeError, match=rf"{full_name(function)} is not .*\.numpy\(\)"):
                t.__array_function__(function, (Tensor,), (t,), {})
    for call in (
        lambda: np.fft.fft(t),
        lambda: np.linalg.eigh(Tensor(np.eye(2))),
        lambda: np.roots(t),
        lambda: np.save("never.npy", t),
        lambda: np.bincount([0, 1], weights=t),
        lambda: np.angle(Value(1.0)),
    ):
        with pytest.raises(TypeError, match=r"np\..* is not among the functions of NumPy"):
            call()


@pytest.mark.parametrize(
    "call",
    [
        np.histogram,
        lambda t: np.histogram(t, bins=3),
        lambda t: np.histogram([1.0, 2.0], [0.0, 1.5, 3.0], weights=t),
        lambda t: np.histogram([1.0, 2.0], bins=t),
        lambda t: np.sort(t, order="x"),
        lambda t: np.nansum(t, dtype=float),
        lambda t: np.nanmean(t, out=np.zeros(())),
        lambda t: np.copyto(np.zeros(2), t),
        lambda t: np.put(np.zeros(2), [0, 1], t),
        lambda t: np.putmask(np.zeros(2), [True, False], t),
        lambda t: np.put_along_axis(np.zeros(2), np.array([0, 1]), t, 0),
        lambda t: np.fill_diagonal(np.zeros((2, 2)), t),
        lambda t: np.linspace(0.0, t[0], 3, dtype=float),
    ],
)
def test_what_would_lose_derivatives_raises(call: Any) -> None:
    with pytest.raises(TypeError):
        call(Tensor([1.0, 2.0]))


def test_padding_that_would_lose_a_nan_raises() -> None:
    t = Tensor([1.0, np.nan])
    for mode in ("maximum", "minimum", "median"):
        with pytest.raises(ValueError, match=rf"np\.pad with mode='{mode}'"):
            np.pad(t, 1, mode)


@pytest.mark.skipif(not hasattr(np, "matvec"), reason="the page is that of a later NumPy")
def test_the_page_is_the_list() -> None:
    assert (ROOT / "docs" / "numpy.md").read_text("utf-8") == page()
    assert all(line.split("|")[2].strip() for line in page().splitlines() if line[:1] == "|")


# --- indexing ---

INDICES: list[Any] = [
    ([0, 0, 1],),
    ([[0, 1], [1, 0]],),
    (np.array([[True, False, True], [False, True, False]]),),
    (slice(None), [2, 0, 2]),
    (slice(None, None, -1), np.newaxis, slice(1, None)),
    ([0, 1], [2, 2]),
    (np.ix_([0, 1], [0, 2])),
    (..., 1),
    (1, [0, 0]),
    (slice(0, 0),),
]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_gradients_of_what_is_indexed(index: Any) -> None:
    numbers = np.arange(6.0).reshape(2, 3) + 1.0
    t = Tensor(numbers)
    part = t[index]
    assert np.array_equal(plain(part), numbers[index])
    (part * part).sum() if not part.size else (part * part).backward()
    counts = np.zeros((2, 3))
    np.add.at(counts, index, 1.0)
    assert np.array_equal(t.grad, 2.0 * numbers * counts)
    written, wanted = Tensor(np.zeros((2, 3))), np.zeros((2, 3))
    written[index] = part
    wanted[index] = numbers[index]
    assert np.array_equal(written.numpy(), wanted)


def test_ties_share_as_the_rows_do() -> None:
    t = Tensor([2.0, 1.0, 2.0])
    np.max(t).backward()
    assert t.grad.tolist() == [0.5, 0.0, 0.5]
    t.zero_grad()
    np.sort(t)[1].backward()  # of equal entries, the first comes first
    assert t.grad.tolist() == [1.0, 0.0, 0.0]
    t.zero_grad()
    np.unique(t)[1].backward()
    assert t.grad.tolist() == [1.0, 0.0, 0.0]


def test_replaced_numbers_have_no_derivative() -> None:
    t = Tensor([np.nan, 1.0, np.inf])
    np.nan_to_num(t, posinf=5.0).backward()
    assert t.grad.tolist() == [0.0, 1.0, 0.0]
    t.zero_grad()
    np.nansum(t[:2]).backward()
    assert t.grad.tolist() == [0.0, 1.0, 0.0]
