"""What a compiled function reads besides its arguments: a change of it is never missed."""

# ruff: noqa: PLW0108 - a lambda finds its names when it is called, as a function that is written out

from __future__ import annotations

import copy
import functools
import itertools
import random
import sys
import types
import warnings
from collections import OrderedDict, UserDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, grad, jit, relu, vmap
from autograd.program.dependencies import Dependencies
from autograd.program.vmap import Vmapped
from nn import MLP, Dropout, Module, Sequential

Function = Callable[..., Any]

RATE = 2.0
NUMBERS = [1.0, 2.0]
TABLE = {"a": 1.0}
NESTED = {"rows": [(1.0, [2.0])]}
ARRAY = np.ones(3)
SETTINGS = SimpleNamespace(rate=2.0)
SET = {1.0}
DEQUE = deque([1.0])
USER_DICT = UserDict(a=1.0)
NOTHING = None


def helper(x: Any) -> Any:
    return x * RATE


def other_helper(x: Any) -> Any:
    return x * 10.0


class Config:
    factor = 3.0

    def __init__(self) -> None:
        self.a = 1.0
        self.parts = [Slotted(5.0)]

    @property
    def double(self) -> float:
        return 2.0 * self.a

    def __call__(self, x: Any) -> Any:
        return self.scaled(x) + self.parts[0].value + self.double

    def scaled(self, x: Any) -> Any:
        return self.a * x * self.factor + RATE

    @staticmethod
    def fixed(x: Any) -> Any:
        return x * RATE


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value = value


@dataclass
class Record:
    value: float = 2.0


CONFIG = Config()
RECORD = Record()


def set_global(name: str, value: Any) -> Function:
    return lambda: globals().__setitem__(name, value)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Put everything back that a test changes in this module."""
    before = {name: copy.deepcopy(globals()[name]) for name in CHANGED}
    plain = {name: globals()[name] for name in ("helper", "RATE", "NOTHING")}
    factor, fixed = Config.factor, Config.scaled
    yield
    globals().update(before | plain)
    Config.factor, Config.scaled = factor, fixed  # type: ignore[method-assign]
    helper.__defaults__ = None


CHANGED = (
    *("NUMBERS", "TABLE", "NESTED", "ARRAY", "SETTINGS", "SET", "DEQUE", "USER_DICT"),
    *("CONFIG", "RECORD"),
)

# A function, and what changes in what it reads.
CASES: dict[str, tuple[Function, Function]] = {
    "global": (lambda x: x * RATE, set_global("RATE", 3.0)),
    "global to another type": (lambda x: x * (RATE or 1.0), set_global("RATE", None)),
    "sign of zero": (lambda x: x * np.copysign(1.0, RATE * 0.0), set_global("RATE", -2.0)),
    "through a helper": (lambda x: helper(x), set_global("RATE", 3.0)),
    "another helper": (lambda x: helper(x), set_global("helper", other_helper)),
    "item of a list": (lambda x: x * NUMBERS[0], lambda: NUMBERS.__setitem__(0, 7.0)),
    "length of a list": (lambda x: x * len(NUMBERS), lambda: NUMBERS.append(1.0)),
    "order of a list": (lambda x: x * NUMBERS[0], lambda: NUMBERS.reverse()),
    "value in a dict": (lambda x: x * TABLE["a"], lambda: TABLE.update(a=7.0)),
    "key of a dict": (lambda x: x * sum(map(len, TABLE)), lambda: TABLE.update(bbb=TABLE.pop("a"))),
    "nested": (lambda x: x * NESTED["rows"][0][1][0], lambda: NESTED["rows"][0][1].insert(0, 9.0)),
    "array": (lambda x: x * ARRAY[1], lambda: ARRAY.__setitem__(1, 7.0)),
    "shape of an array": (lambda x: x * len(ARRAY), set_global("ARRAY", np.ones(5))),
    "set": (lambda x: x * len(SET), lambda: SET.add(2.0)),
    "deque": (lambda x: x * DEQUE[0], lambda: DEQUE.appendleft(2.0)),
    "other mapping": (lambda x: x * USER_DICT["a"], lambda: USER_DICT.update(a=9.0)),
    "namespace": (lambda x: x * SETTINGS.rate, lambda: setattr(SETTINGS, "rate", 9.0)),
    "attribute": (lambda x: CONFIG(x), lambda: setattr(CONFIG, "a", 9.0)),
    "attribute of a part": (lambda x: CONFIG(x), lambda: setattr(CONFIG.parts[0], "value", 9.0)),
    "attribute of a class": (lambda x: CONFIG(x), lambda: setattr(Config, "factor", 9.0)),
    "method": (lambda x: CONFIG(x), lambda: setattr(Config, "scaled", lambda self, x: x)),
    "global of a method": (lambda x: CONFIG(x), set_global("RATE", 9.0)),
    "static method": (lambda x: Config.fixed(x), set_global("RATE", 9.0)),
    "dataclass": (lambda x: x * RECORD.value, lambda: setattr(RECORD, "value", 9.0)),
    "in an inner function": (
        lambda x: apply(lambda y: y * RATE, x),
        set_global("RATE", 9.0),
    ),
    "in a comprehension": (lambda x: sum([x * RATE for _ in range(2)]), set_global("RATE", 9.0)),
    "none before": (lambda x: x if NOTHING is None else 2 * x, set_global("NOTHING", 1)),
    "defaults": (lambda x: helper_with(x), lambda: setattr(helper_with, "__defaults__", (9.0,))),
    "named defaults": (
        lambda x: helper_named(x),
        lambda: helper_named.__kwdefaults__.update(y=9.0),
    ),
    "code": (lambda x: replaced(x), lambda: setattr(replaced, "__code__", other_helper.__code__)),
}


def apply(f: Function, x: Any) -> Any:
    return f(x)


def helper_with(x: Any, y: float = 2.0) -> Any:
    return x * y


def helper_named(x: Any, *, y: float = 2.0) -> Any:
    return x * y


def replaced(x: Any) -> Any:
    return x


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_seen(name: str) -> None:
    f, change = CASES[name]
    functions = [jit(f), vmap(f), jit(grad(f)), grad(jit(f)), jit(jit(lambda x: f(x)))]

    def found() -> list[Any]:
        one = np.array([1.5])
        return [g(one)[0] if isinstance(g, Vmapped) else g(1.5) for g in functions]

    def expected() -> list[Any]:
        value, slope = float(f(1.5)), grad(f)(1.5)
        return [value, value, slope, slope, value]

    before = expected()
    assert found() == before
    assert found() == before
    change()
    after = expected()
    assert after[0] != before[0]
    assert found() == after
    assert found() == after


def test_equal_things_need_no_new_trace() -> None:
    f = jit(lambda x: x * RATE * NUMBERS[0])
    f(1.0)
    program = f.programs[0]
    globals()["RATE"] = float("2.0")
    NUMBERS[0] = float("1.0")
    assert f(1.0) == 2.0
    assert f.programs == [program]
    globals()["unrelated"] = 3.0
    assert f.programs == [program]


def test_a_default_that_is_a_list() -> None:
    table = [2.0]

    def f(x: Any, y: list[float] = table) -> Any:
        return x * y[0]

    compiled = jit(f)
    assert compiled(1.0) == 2.0
    table[0] = 9.0
    assert compiled(1.0) == 9.0


def test_closures() -> None:
    rate, table = 2.0, [1.0]

    def set_rate(x: float) -> None:
        nonlocal rate
        rate = x

    def inner(x: Any) -> Any:
        return x * rate

    f = jit(lambda x: inner(x) + table[0])
    assert f(1.0) == 3.0
    set_rate(5.0)
    assert f(1.0) == 6.0
    table[0] = 10.0
    assert f(1.0) == 15.0
    assert len(f.programs) == 1


def test_partial_wraps_and_callable_objects() -> None:
    options = {"y": 2.0}
    f = functools.partial(helper_with, **options)
    config = Config()

    @functools.wraps(helper)
    def wrapped(x: Any) -> Any:
        return helper(x) + 1.0

    for g, change in (
        (f, lambda: f.keywords.update(y=7.0)),
        (config, lambda: setattr(config, "a", 7.0)),
        (config.scaled, lambda: setattr(config, "a", 8.0)),
        (wrapped, set_global("RATE", 9.0)),
        (functools.lru_cache(lambda x: x * RATE), set_global("RATE", 10.0)),
    ):
        compiled = jit(g)
        before = compiled(1.5)
        assert before == compiled(1.5)
        change()
        assert compiled(1.5) != before


def test_modules_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "their_config.py").write_text("RATE = 2.0\ndef twice(x):\n    return RATE * x\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import their_config  # type: ignore[import-not-found]

    def f(x: Any) -> Any:
        return their_config.RATE * x

    def g(x: Any) -> Any:
        import their_config

        return their_config.twice(x)

    compiled = jit(f), jit(g)
    assert [h(1.0) for h in compiled] == [2.0, 2.0]
    their_config.RATE = 5.0
    assert [h(1.0) for h in compiled] == [5.0, 5.0]
    del sys.modules["their_config"]


def test_static_objects() -> None:
    config = Config()
    f = jit(lambda x, c: c.scaled(x), static_argnums=1)
    before = f(1.0, config)
    config.a = 10.0
    assert f(1.0, config) == config.scaled(1.0) != before


def test_another_compiled_function_inside() -> None:
    inner = jit(helper)
    f = jit(lambda x: inner(x) + 1.0)
    assert (f(1.0), inner(1.0)) == (3.0, 2.0)
    inner(np.ones(2))  # its own programs are no dependency
    program = f.programs[0]
    assert f(1.0) == 3.0
    assert f.programs == [program]
    globals()["RATE"] = 5.0
    assert f(1.0) == 6.0


# Models.


def test_models() -> None:
    model = MLP(2, [4, 1], seed=0)
    f = jit(model)
    x = np.array([0.5, -1.0])
    for _ in range(3):
        assert f(x) == pytest.approx(model(x).data, rel=1e-15)
        for p in model.parameters():
            p.data = p.data * 1.5 + 0.1
    assert len(f.programs) <= 2  # as units may have come to life, but not by a retrace
    slopes = jit(grad(lambda x: model(x)))(x)
    np.testing.assert_allclose(slopes, grad(lambda x: model(x))(x).numpy(), rtol=1e-14)
    model.layers[0].w = Tensor(np.ones((4, 2)))
    assert f(x) == pytest.approx(model(x).data, rel=1e-15)
    X = np.array([[0.5, -1.0], [2.0, 3.0]])
    np.testing.assert_allclose(vmap(model)(X), [model(x).data for x in X], rtol=1e-15)


def test_a_model_of_one_s_own() -> None:
    class Scaled(Module):
        def __init__(self) -> None:
            self.inner = MLP(2, [3, 1], seed=1)
            self.scale = Value(2.0)
            self.shift = 1.0

        def forward(self, x: Any) -> Any:
            return self.scale * self.inner(x) + self.shift

    model = Scaled()
    f = jit(model)
    x = np.array([0.5, -1.0])
    assert f(x) == pytest.approx(model(x).data, rel=1e-15)
    model.scale.data, model.shift = 5.0, 3.0
    assert f(x) == pytest.approx(model(x).data, rel=1e-15)


def test_dropout_is_evaluated_while_training() -> None:
    model = Sequential(MLP(2, [8]), Dropout(0.5, seed=0))
    f = jit(model)
    with pytest.warns(RuntimeWarning, match="draws random numbers"):
        found = [f(np.ones(2)) for _ in range(5)]
    assert len({tuple(x) for x in found}) > 1
    model.eval()
    np.testing.assert_allclose(f(np.ones(2)), model(np.ones(2)).numpy(), rtol=1e-15)


# Impure functions.

COUNT = 0
LOG: list[Any] = []
GENERATOR = np.random.default_rng(0)
LEGACY = np.random.RandomState(0)
PYTHON_S = random.Random(0)
COUNTER = itertools.count()


def counts(x: Any) -> Any:
    global COUNT  # noqa: PLW0603
    COUNT += 1
    return x * COUNT


def writes(x: Any) -> Any:
    global COUNT  # noqa: PLW0603
    COUNT = 5 + COUNT * 0 + len(LOG)
    LOG.append(0)
    return x * len(LOG)


IMPURE: dict[str, tuple[Function, str]] = {
    "counts": (counts, "it changes `COUNT`"),
    "writes": (writes, "it changes"),
    "random": (lambda x: x + random.random(), "it draws random numbers"),
    "numpy.random": (lambda x: x + np.random.uniform(), "it draws random numbers"),
    "generator": (lambda x: x + GENERATOR.normal(), "it draws random numbers"),
    "legacy": (lambda x: x + LEGACY.normal(), "it draws random numbers"),
    "method": (lambda x, draw=GENERATOR.normal: x + draw(), "random numbers"),
    "python's": (lambda x: x + PYTHON_S.random(), "it draws random numbers"),
    "iterator": (lambda x: x + next(COUNTER), "it takes what comes next from a count"),
}


@pytest.mark.parametrize("name", IMPURE)
def test_impure_functions_are_evaluated(name: str) -> None:
    f, reason = IMPURE[name]
    compiled = jit(f)
    with pytest.warns(RuntimeWarning, match=reason) as found:
        results = [compiled(1.0) for _ in range(4)]
    assert len(found) == 1
    assert found[0].filename == __file__
    assert len(set(results)) == 4
    assert compiled.programs == []
    with pytest.warns(RuntimeWarning, match=reason):
        assert len(set(vmap(f)(np.ones(4)))) == 4


def test_side_effects_happen_once_a_call() -> None:
    log: list[Any] = []

    def f(x: Any) -> Any:
        log.append("called")
        return 2 * x

    compiled = jit(f)
    with pytest.warns(RuntimeWarning, match="what is in a list"):
        assert [compiled(1.0) for _ in range(3)] == [2.0] * 3
    assert len(log) == 3


def test_a_function_that_turns_out_to_be_impure_later() -> None:
    log: list[Any] = []

    def f(x: Any) -> Any:
        if x < 0.0:
            log.append("negative")
        return x * len(log)

    compiled = jit(f)
    assert [compiled(2.0), compiled(3.0)] == [0.0, 0.0]
    with pytest.warns(RuntimeWarning, match="it changes what is in a list"):
        assert compiled(-1.0) == -1.0
    assert [compiled(2.0), compiled(-1.0), compiled(2.0)] == [2.0, -2.0, 4.0]
    log.clear()
    assert compiled(2.0) == 0.0


def test_a_memory_that_fills_is_no_trap() -> None:
    """What was remembered of the recording must not come back as a number."""

    class Remembers:
        def __init__(self) -> None:
            self.seen: Any = None

        def __call__(self, x: Any) -> Any:
            if self.seen is None:
                self.seen = x * 2.0
            return self.seen * x

    compiled = jit(Remembers())
    with pytest.warns(RuntimeWarning, match="it changes"):
        compiled(1.0)
    assert (compiled(3.0), compiled.programs) == (6.0, [])


def test_more_than_can_be_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.program.dependencies._MOST", 100)
    many = [[k] for k in range(200)]
    f = jit(lambda x: x * many[7][0])
    with pytest.warns(RuntimeWarning, match="reads more than 100 things"):
        assert f(1.0) == 7.0
    many[7][0] = 9
    assert f(1.0) == 9.0


def test_libraries_are_not_followed() -> None:
    found = Dependencies(lambda x: np.sin(x) + functools.reduce(max, [x]) + len([x]))
    assert {name for _, name, _ in found.names} == {"np", "functools", "max", "len"}
    assert (found.containers, found.arrays, found.changed()) == ([], [], "")


def test_functions_made_by_text() -> None:
    module = types.ModuleType("made")
    exec("RATE = 2.0\ndef f(x):\n    return x * RATE\n", vars(module))
    compiled = jit(module.f)
    assert compiled(1.0) == 2.0
    module.RATE = 3.0  # type: ignore[attr-defined]
    assert compiled(1.0) == 3.0


def test_ordered_dicts_and_cycles() -> None:
    loop: list[Any] = [1.0]
    loop.append(loop)
    ordered = OrderedDict(a=1.0, b=2.0)
    f = jit(lambda x: x * loop[1][1][0] * next(iter(ordered.values())))
    assert f(1.0) == 1.0
    ordered.move_to_end("a")
    assert f(1.0) == 2.0
    loop[0] = 5.0
    assert f(1.0) == 10.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert f(2.0) == 20.0


def test_what_a_primitive_learns_of_itself_is_no_change() -> None:
    relu._tame = None  # as before its first use in a recorded gradient
    slope = vmap(grad(lambda x: relu(x) * x))
    assert slope(np.array([2.0, 3.0])).tolist() == [4.0, 6.0]
    assert len(slope.programs) == 1
