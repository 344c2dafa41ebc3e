"""NumPy's functions on Tensors, over the list of those that work: values, both modes, order 2."""

from itertools import product
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, Value
from autograd.arrays.ways import is_recorded, plain
from autograd.values.functions import FUNCTIONS, full_name

from .samples import Function, Sample
from .samples_of_algebra import SAMPLES

CALLS = [(f, sample) for f, samples in SAMPLES.items() for sample in samples]
NAMES = [f"{full_name(f)}-{SAMPLES[f].index(sample)}" for f, sample in CALLS]
each_call = pytest.mark.parametrize(("function", "sample"), CALLS, ids=NAMES)
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, 1.0, -2.5])


def points(sample: Sample, seed: int = 0) -> list[Any]:
    generator = np.random.default_rng(seed)
    return [generator.normal(size=shape) for shape in sample.shapes]


def recorded(x: Any) -> Any:
    return Tensor(x) if np.ndim(x) else Value(float(x))


def same(got: Any, want: Any, exact: bool) -> None:
    """Compare a result on Values with that on numbers, in structure, kind and numbers."""
    if isinstance(want, (list, tuple)):
        assert isinstance(got, (list, tuple))
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            same(one, other, exact)
    elif isinstance(want, str):
        assert got == want
    else:
        assert np.shape(got) == np.shape(want)
        kind = "f" if isinstance(got, (Tensor, Value)) else np.asarray(got).dtype.kind
        assert kind == np.asarray(want).dtype.kind or kind == "f"
        if exact:
            np.testing.assert_array_equal(plain(got), want)
        else:
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
        same(sample.call(*mixed), want, False)


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
        same(sample.call(*map(recorded, arrays)), want, False)
