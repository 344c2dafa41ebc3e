"""What the layout of a node promises."""

import gc
import sys

import pytest

import autograd
from autograd import TABLE, Value
from autograd._native import NATIVE_MODULES
from autograd.values import value as value_module

only_compiled = pytest.mark.skipif(not autograd.__native__, reason="of the compiled form")


def test_value_is_among_what_is_compiled() -> None:
    assert value_module.__name__ in NATIVE_MODULES
    assert value_module.__file__.endswith(".py") is not autograd.__native__


@only_compiled
def test_nodes_cost_the_cycle_collector_nothing() -> None:
    x = Value(1.0)
    assert not any(gc.is_tracked(v) for v in (x, x + x, -x, TABLE["dot"](x, x, 1.0, 2.0)))


def test_nodes_are_small() -> None:
    x = Value(1.0)
    header = 0 if autograd.__native__ else 2 * 8  # of the cycle collector, which getsizeof counts
    for node in (x, x * x, x * 2.0, -x):
        assert sys.getsizeof(node) <= 128 + header  # CPython allots multiples of 16


def test_nothing_is_left_over() -> None:
    """A graph goes when its root goes, without the cycle collector."""
    gc.collect()
    gc.disable()
    try:
        leaf = Value(1.0)
        before = sys.getrefcount(leaf)
        root = leaf
        for _ in range(1000):
            root = TABLE["sum"](root * leaf, leaf, 1.0) - leaf
        root.backward()
        assert sys.getrefcount(leaf) > before
        del root
        assert sys.getrefcount(leaf) == before
    finally:
        gc.enable()
