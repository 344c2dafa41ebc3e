from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, Value
from nn.modules.affine import affine, as_tensor

SHAPES = [(), (1,), (4,), (0,), (2, 3), (2, 0, 3), (1, 1, 2)]


@pytest.mark.parametrize("lead", SHAPES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("recorded", ["x", "w", "b", "xwb"])
def test_both_modes_are_numpy_s(lead: tuple[int, ...], bias: bool, recorded: str) -> None:
    if recorded == "b" and not bias:
        return
    generator = np.random.default_rng(0)
    x, w, b = (generator.normal(size=shape) for shape in [(*lead, 3), (2, 3), (2,)])
    expected = x @ w.T + (b if bias else 0.0)
    numbers = affine(x, w, b if bias else None)
    assert numbers.dtype == np.float64
    np.testing.assert_allclose(numbers, expected, rtol=1e-15)
    given = [Tensor(a) if name in recorded else a for name, a in zip("xwb", (x, w, b), strict=True)]
    out = affine(given[0], given[1], given[2] if bias else None)
    assert type(out) is Tensor
    assert out.shape == (*lead, 2)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12, atol=1e-14)
    assert all(v.op.name == "dot" for v in out.flat)


def test_gradients_are_the_products() -> None:
    x, w, b = Tensor([[1.0, 2.0], [3.0, 5.0]]), Tensor([[0.5, -1.0]]), Tensor([0.25])
    affine(x, w, b).backward()
    np.testing.assert_array_equal(x.grad, [[0.5, -1.0], [0.5, -1.0]])
    np.testing.assert_array_equal(w.grad, [[4.0, 7.0]])
    np.testing.assert_array_equal(b.grad, [2.0])


@given(st.lists(st.integers(0, 3), max_size=3))
def test_entries_take_any_shape(shape: list[int]) -> None:
    size = int(np.prod(shape, dtype=int))
    entries = [Value(float(i)) for i in range(size)]
    tensor = as_tensor(entries, tuple(shape))
    assert tensor.shape == tuple(shape)
    assert all(a is b for a, b in zip(tensor.flat, entries, strict=True))
