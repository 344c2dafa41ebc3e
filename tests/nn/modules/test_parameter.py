from __future__ import annotations

import copy
import pickle
from functools import partial

import numpy as np
import pytest

from autograd import Tensor, Value
from nn.init import constant, normal
from nn.modules.parameter import (
    Declared,
    assign,
    entry_name,
    is_parameter,
    numbers_of,
    shape_of,
    size_of,
    values_of,
)


def declared(shape: tuple[int, ...]) -> Declared:
    return Declared(shape, normal(1.0), (1, 1), (3, 0), partial(entry_name, "w"), True)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1, 2, 2)])
def test_what_is_declared_is_made_as_promised(shape: tuple[int, ...]) -> None:
    promise = declared(shape)
    made = promise.create("layers.0")
    np.testing.assert_array_equal(numbers_of(made), promise.numbers())
    assert shape_of(made) == shape_of(promise) == shape
    assert size_of(made) == size_of(promise) == int(np.prod(shape))
    assert type(made) is (Tensor if shape else Value)
    for index, value in values_of(made):
        assert value.name == f"layers.0.w[{','.join(map(str, index))}]".replace("[]", "")


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_promise_can_be_copied(copied: object) -> None:
    assert callable(copied)
    twin = copied(declared((2, 2)))
    np.testing.assert_array_equal(twin.numbers(), declared((2, 2)).numbers())
    assert twin.create("").ravel()[3].name == "w[1,1]"


def test_a_scheme_of_a_wrong_shape_is_named() -> None:
    wrong = Declared((2,), lambda *_: np.zeros(3), (1, 1), (0, 0), partial(entry_name, "w"), True)
    with pytest.raises(ValueError, match=r"gave an array of shape \(3,\) for .* of shape \(2,\)"):
        wrong.numbers()


def test_the_chosen_scheme_comes_first() -> None:
    promise = Declared(
        (1,), normal(), (1, 1), (0, 0), partial(entry_name, "w"), True, constant(7.0)
    )
    assert promise.numbers() == [7.0]


LEAF = Value(1.0)
KINDS = {
    "a leaf": (LEAF, True),
    "a result": (LEAF * 2.0, False),
    "leaves": (Tensor([1.0, 2.0]), True),
    "leaves and numbers": (np.array([LEAF, 2.0], dtype=object), True),
    "results": (Tensor([1.0, 2.0]) * 2.0, False),
    "numbers": (np.zeros(3), False),
    "objects without Values": (np.array([1.0, None], dtype=object), False),
    "a number": (1.0, False),
    "an empty Tensor": (Tensor([]), False),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_a_parameter(kind: str) -> None:
    thing, expected = KINDS[kind]
    assert is_parameter(thing) is expected


def test_assigning_keeps_the_values() -> None:
    tensor = Tensor([1.0, 2.0])
    before = list(tensor)
    assign(tensor, np.array([3.0, 4.0]))
    assert all(a is b for a, b in zip(before, tensor, strict=True))
    assert numbers_of(tensor).tolist() == [3.0, 4.0]
    assign(LEAF, np.array(5.0))
    assert LEAF.data == 5.0
