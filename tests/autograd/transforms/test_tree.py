"""Trees taken apart and put together by JAX's rules."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.transforms import tree as structure

Point = namedtuple("Point", "x y")

keys = st.one_of(st.text(max_size=2), st.integers(-2, 2), st.tuples(st.integers(0, 1), st.text()))
trees = st.recursive(
    st.one_of(st.floats(-9, 9), st.none()),
    lambda branch: st.one_of(
        st.lists(branch, max_size=3),
        st.lists(branch, max_size=3).map(tuple),
        st.builds(Point, branch, branch),
        st.dictionaries(keys, branch, max_size=3),
    ),
    max_leaves=12,
)


def shuffled(tree: Any) -> Any:
    """The same tree, the entries of its dicts put in in reverse."""
    if isinstance(tree, dict):
        return {key: shuffled(tree[key]) for key in reversed(tree)}
    if isinstance(tree, Point):
        return Point(*map(shuffled, tree))
    return type(tree)(map(shuffled, tree)) if isinstance(tree, (tuple, list)) else tree


@given(trees)
def test_rebuilding_from_the_leaves_gives_the_tree(tree: Any) -> None:
    again = structure.unflatten(tree, structure.flatten(tree))
    assert again == tree
    assert repr(again) == repr(tree)  # so are types and the order of keys
    assert structure.same(tree, again)


@given(trees)
def test_the_order_of_a_dict_does_not_matter(tree: Any) -> None:
    """Leaves of equal dicts correspond, however they were filled; keys of several types too."""
    other = shuffled(tree)
    assert structure.flatten(other) == structure.flatten(tree)
    assert structure.paths(other) == structure.paths(tree)
    assert structure.same(tree, other)


@given(trees)
def test_paths_lead_to_the_leaves(tree: Any) -> None:
    leaves = structure.flatten(tree)
    paths = structure.paths(tree, "tree")
    assert [eval(path, {"tree": tree}) for path in paths] == leaves
    assert all(path.startswith("tree") for path in paths)


@given(trees)
def test_mapping(tree: Any) -> None:
    doubled = structure.map(lambda x: 2 * x, tree)
    assert structure.flatten(doubled) == [2 * x for x in structure.flatten(tree)]
    assert structure.same(tree, doubled)
    assert structure.flatten(structure.map(lambda x, y: y - x, tree, doubled)) == (
        structure.flatten(tree)
    )


def test_mapping_of_trees_that_differ() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        structure.map(lambda x, y: x, (1.0, 2.0), (1.0,))


@given(trees, trees)
def test_sameness(a: Any, b: Any) -> None:
    assert structure.same(a, b) is structure.same(b, a)
    if structure.same(a, b):
        assert len(structure.flatten(a)) == len(structure.flatten(b))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1.0, np.ones(3), True),
        (1.0, None, False),
        (None, None, True),
        (None, (), False),
        ((1.0,), [1.0], False),
        ((1.0, 2.0), Point(1.0, 2.0), False),
        ((1.0, 2.0), (1.0,), False),
        ({"a": 1.0}, {"b": 1.0}, False),
        ({"a": 1.0}, {"a": (1.0,)}, False),
        ({"a": 1.0}, OrderedDict(a=2.0), True),
        ({1: 1.0}, {1.0: 2.0}, True),
        ({"a": 1.0, 1: 2.0}, {1: 2.0, "a": 1.0}, True),
        (1.0, (1.0,), False),
        ((), [], False),
    ],
)
def test_what_is_the_same(a: Any, b: Any, expected: bool) -> None:
    assert structure.same(a, b) is expected
    assert structure.same(b, a) is expected


def test_dicts_go_by_sorted_keys_and_keep_their_own_order() -> None:
    tree = {"b": 1.0, "a": 2.0}
    assert structure.flatten(tree) == [2.0, 1.0]
    assert list(structure.unflatten(tree, [20.0, 10.0]).items()) == [("b", 10.0), ("a", 20.0)]


def test_arrays_strings_and_sets_are_leaves() -> None:
    array, text = np.ones(2), "text"
    leaves = structure.flatten([array, text, {1.0}, range(2)])
    assert leaves[0] is array
    assert leaves[1:] == [text, {1.0}, range(2)]


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (1.0, "*"),
        (None, "None"),
        ((), "()"),
        ((1.0,), "(*,)"),
        ([1.0, None], "[*, None]"),
        (np.ones(()), "*"),
        ((1.0, {"w": np.ones((3, 2)), "b": np.ones(0)}), "(*, {'b': array(0,), 'w': array(3, 2)})"),
        ({"b": 1.0, 2: [1.0]}, "{2: [*], 'b': *}"),
    ],
)
def test_description(tree: Any, text: str) -> None:
    assert structure.describe(tree) == text
