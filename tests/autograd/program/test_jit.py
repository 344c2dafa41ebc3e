"""jit: what compiled functions give, for every kind of argument and transform."""

from __future__ import annotations

import copy
import math
import pickle
from collections import namedtuple
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Dual, Tensor, Value, detect_anomaly, jit, trace, vmap
from autograd.program.jit import Jitted
from autograd.program.trace import TraceError
from autograd.program.vmap import Vmapped
from autograd.transforms import tree

Function = Callable[..., Any]
Point = namedtuple("Point", "x y")

RANDOM = np.random.default_rng(11)
X = RANDOM.uniform(0.2, 1.0, 3)
W = RANDOM.standard_normal((2, 3))


def check_same(found: Any, expected: Any, rtol: float = 0.0) -> None:
    """Assert that two results have one structure, the shapes and the numbers."""
    assert tree.same(found, expected), (found, expected)
    for a, b in zip(tree.flatten(found), tree.flatten(expected), strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(np.asarray(a, float), np.asarray(b, float), rtol=rtol, atol=0.0)


# Arguments and results.

ARGUMENTS = {
    "number": (2.0,),
    "int": (3,),
    "bool": (True,),
    "numpy scalar": (np.float32(0.1),),
    "array": (X,),
    "matrix": (W,),
    "strided": (np.arange(24.0).reshape(4, 6)[::2, ::-3],),
    "transposed": (W.T,),
    "float32": (X.astype(np.float32),),
    "ints": (np.arange(4),),
    "uint8": (np.arange(4, dtype=np.uint8),),
    "bools": (np.array([True, False]),),
    "without dimensions": (np.array(2.5),),
    "empty": (np.empty((0, 3)),),
    "objects": (np.array([1.5, 2], dtype=object),),
    "list": ([1.0, 2, X],),
    "dict": ({"w": W, "b": 0.5},),
    "named tuple": (Point(1.0, X),),
    "nested": ({"b": [Point(1.0, 2.0), (X, None)], "a": {1: 3.0}},),
    "several": (2.0, X, {"w": W}),
}


def doubled(*args: Any) -> Any:
    return tree.map(lambda leaf: 2.0 * leaf + 1.0, args)


@pytest.mark.parametrize("args", ARGUMENTS.values(), ids=ARGUMENTS)
def test_every_kind_of_argument(args: Any) -> None:
    compiled = jit(doubled)
    expected = tree.map(lambda leaf: 2.0 * np.asarray(leaf, np.float64) + 1.0, args)
    for _ in range(2):  # when it is recorded, and by the program
        found = compiled(*args)
        check_same(found, expected)
        for leaf in tree.flatten(found):
            assert type(leaf) is float or leaf.dtype == np.float64
    assert len(compiled.programs) == 1


def test_named_arguments_and_defaults() -> None:
    @jit
    def f(x: Any, y: Any = 10.0, *, z: Any = 100.0) -> Any:
        return x + 2 * y + 3 * z

    assert f(1.0) == 321.0
    assert f(1.0, 2.0) == f(1.0, y=2.0) == f(y=2.0, x=1.0) == 305.0
    assert f(1.0, z=1.0) == 24.0


def test_a_program_for_each_structure_and_shape() -> None:
    f = jit(np.sum)
    for x in (X, W, W.T, [1.0, 2.0], X):
        assert f(x) == pytest.approx(np.sum(x), rel=1e-14)
    assert len(f.programs) == 4
    assert [p.inputs.shapes for p in f.programs][:2] == [[(3,)], [(2, 3)]]


def test_the_order_of_a_dict_counts() -> None:
    def first(d: Any) -> Any:
        return next(iter(d.values()))

    f = jit(first)
    assert f({"a": 1.0, "b": 2.0}) == 1.0
    assert f({"b": 2.0, "a": 1.0}) == 2.0


def test_what_depends_on_no_input_comes_back_as_it_was() -> None:
    table = np.arange(3)

    @jit
    def f(x: Any) -> Any:
        return {"x": 2 * x, "text": "abc", "none": None, "int": 3, "table": table, "flag": True}

    for _ in range(2):
        found = f(1.5)
        assert found.pop("table").tolist() == [0, 1, 2]
        assert found == {"x": 3.0, "text": "abc", "none": None, "int": 3, "flag": True}
    found = f(1.5)["table"]
    found[0] = 99
    assert (table[0], f(1.5)["table"][0]) == (0, 0)


def test_results_share_no_memory() -> None:
    f = jit(lambda x: (x + 1.0, x, x))
    a = f(X)
    kept = copy.deepcopy(a)
    b = f(10.0 * X)
    check_same(a, kept)
    a[0][:] = -1.0
    check_same(f(X), kept)
    arrays = [*a, *b, X]
    assert not any(np.shares_memory(p, q) for i, p in enumerate(arrays) for q in arrays[:i])


def test_arguments_are_not_changed() -> None:
    def f(x: Any) -> Any:
        x[0] = 5.0
        return x

    x = X.copy()
    assert jit(f)(x)[0] == 5.0
    assert (x == X).all()


# Values.


def test_on_values_it_is_the_function_itself() -> None:
    f = jit(lambda x, y: x * y + x)
    x = Value(2.0)
    out = f(x, 3.0)
    out.backward()
    assert (out.data, x.grad) == (8.0, 4.0)
    assert isinstance(f(Dual(2.0, 1.0), 3.0), Dual)
    assert isinstance(jit(np.tanh)(Tensor(X)), Tensor)
    assert f.programs == []


def test_values_from_outside_are_read_anew() -> None:
    w = Value(2.0)
    made = w * w
    f = jit(lambda x: w * x + made)
    assert f(3.0) == 10.0
    w.data = 5.0
    assert f(3.0) == 19.0  # what was computed before stays what it was, as in every graph
    assert len(f.programs) == 1


def test_a_differentiation_around_it_sees_what_it_captures() -> None:
    def outer(w: Any) -> Any:
        return jit(lambda x: w * x)(3.0) * w

    assert ag.grad(outer)(2.0) == 12.0
    assert ag.derivative(outer, 2)(2.0) == 6.0
    assert jit(ag.grad(outer))(2.0) == 12.0
    assert trace(outer, 2.0).counts == {"mul": 2}


def test_observers_see_its_operations() -> None:
    f = jit(lambda x: np.log(x) * 0.0)
    f(1.0)
    with detect_anomaly(), pytest.raises(FloatingPointError, match="log"):
        f(-1.0)


# Transforms, in either order.


def poly(x: Any) -> Any:
    return np.sum(x**3 * np.sin(x)) + x[0] * x[1] * x[2]


def vector(x: Any) -> Any:
    return np.stack([x[0] * x[1], np.exp(x[2]), x[0] ** 2])


def wave(x: Any) -> Any:
    return np.sin(x) * x**2


V = RANDOM.standard_normal(3)
TRANSFORMS: dict[str, tuple[Function, Function, tuple[Any, ...]]] = {
    "grad": (ag.grad, poly, (X,)),
    "value_and_grad": (ag.value_and_grad, poly, (X,)),
    "jacrev": (ag.jacrev, vector, (X,)),
    "jacfwd": (ag.jacfwd, vector, (X,)),
    "jacobian": (ag.jacobian, vector, (X,)),
    "hessian": (ag.hessian, poly, (X,)),
    "hvp": (ag.hvp, poly, (X, V)),
    "elementwise_grad": (ag.elementwise_grad, wave, (X,)),
    "derivative": (ag.derivative, wave, (0.7,)),
    "third derivative": (lambda f: ag.derivative(f, 3), wave, (0.7,)),
    "hessian of grad": (lambda f: ag.hessian(ag.grad(f)), poly, (X,)),
    "jacobian of grad": (lambda f: ag.jacfwd(ag.grad(f)), poly, (X,)),
    "jvp": (lambda f: lambda x, v: ag.jvp(f, (x,), (v,)), vector, (X, V)),
    "vjp": (lambda f: lambda x, v: ag.vjp(f, x)[1](v), vector, (X, V)),
    "linearize": (lambda f: lambda x, v: ag.linearize(f, x)[1](v), vector, (X, V)),
    "vmap": (vmap, poly, (W,)),
    "vmap of vmap": (lambda f: vmap(vmap(f)), wave, (W,)),
    "vmap of grad": (lambda f: vmap(ag.grad(f)), poly, (W,)),
    "grad of vmap": (lambda f: ag.grad(vmap(f, reduce="sum")), poly, (W,)),
    "jit": (jit, poly, (X,)),
}


@pytest.mark.parametrize(("transform", "f", "args"), TRANSFORMS.values(), ids=TRANSFORMS)
def test_transforms_in_either_order(transform: Function, f: Function, args: Any) -> None:
    expected = transform(f)(*args)
    compiled = jit(f)
    inside = transform(compiled)
    outside = jit(transform(f))
    for _ in range(2):
        check_same(inside(*args), expected, rtol=1e-13)
        check_same(outside(*args), expected, rtol=1e-13)
        check_same(jit(inside)(*args), expected, rtol=1e-13)
    other = tuple([1.5 * x for x in args])
    check_same(inside(*other), transform(f)(*other), rtol=1e-13)
    check_same(outside(*other), transform(f)(*other), rtol=1e-13)


SAME_ARGUMENTS = ["grad", "jacrev", "jacobian", "hessian", "hvp", "elementwise_grad", "derivative"]


@pytest.mark.parametrize("name", SAME_ARGUMENTS)
def test_a_transform_of_a_compiled_function_is_compiled(name: str) -> None:
    transform, f, args = TRANSFORMS[name]
    compiled = jit(f)
    derived = transform(compiled)
    assert isinstance(derived, Jitted)
    assert transform(compiled) is derived
    assert derived.__name__ == transform(f).__name__
    derived(*args)
    assert len(derived.programs) == 1
    assert compiled.programs == []  # the function itself was differentiated


def test_jvp_and_vjp_run_programs() -> None:
    def f(x: Any) -> Any:
        return x * np.sin(x)

    compiled = jit(f)
    for x in (1.0, 2.0, 3.0):
        assert ag.jvp(compiled, (x,), (1.0,)) == ag.jvp(f, (x,), (1.0,))
        value, pullback = ag.vjp(compiled, x)
        assert (value, pullback(2.0)) == (f(x), ag.vjp(f, x)[1](2.0))
        value, push = ag.linearize(compiled, x)
        assert (value, push(2.0)) == (f(x), ag.linearize(f, x)[1](2.0))
    with pytest.raises(TypeError, match="structure"):
        ag.jvp(compiled, (1.0,), ((1.0, 2.0),))
    with pytest.raises(TypeError, match="primals of jvp must be a tuple"):
        ag.jvp(compiled, 1.0, 1.0)
    with pytest.raises(TypeError, match="needs the arguments"):
        ag.vjp(compiled)


def test_aux() -> None:
    def f(x: Any) -> Any:
        return x**2, {"twice": 2 * x, "what": "square"}

    expected = ag.value_and_grad(f, has_aux=True)(3.0)
    for g in (jit(ag.value_and_grad(f, has_aux=True)), ag.value_and_grad(jit(f), has_aux=True)):
        assert g(3.0) == expected
    assert ag.jvp(jit(f), (3.0,), (1.0,), has_aux=True) == ag.jvp(f, (3.0,), (1.0,), has_aux=True)
    value, pullback, aux = ag.vjp(jit(f), 3.0, has_aux=True)
    assert (value, pullback(1.0), aux) == (9.0, (6.0,), expected[0][1])


def test_argnums() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y**2

    for argnums in (0, 1, -1, (0, 1), [1]):
        assert ag.grad(jit(f), argnums)(3.0, 5.0) == ag.grad(f, argnums)(3.0, 5.0)
    assert ag.grad(jit(f), 0) is not ag.grad(jit(f), 1)


def test_derivatives_beyond_a_kink() -> None:
    g = jit(ag.grad(lambda x: np.maximum(x, 0.0) ** 2 + abs(x)))
    assert [g(x) for x in (2.0, -2.0, 0.0)] == [5.0, -1.0, 0.0]


# Static arguments.


def scaled(x: Any, n: int, y: Any, how: str = "sum") -> Any:
    out = x
    for _ in range(n):
        out = out * y
    return out if how == "sum" else -out


def test_static_arguments() -> None:
    for f in (
        jit(scaled, static_argnums=(1, 3)),
        jit(scaled, static_argnums=(1, -1)),
        jit(scaled, static_argnames=("n", "how")),
        jit(static_argnames="n", static_argnums=3)(scaled),
    ):
        for n in (2, 3, 2):
            assert f(1.5, n, 2.0) == scaled(1.5, n, 2.0)
            assert f(1.5, n, 2.0, "minus") == scaled(1.5, n, 2.0, "minus")
            assert f(1.5, n, y=2.0, how="minus") == scaled(1.5, n, 2.0, "minus")
        assert f(1.5, y=2.0, n=3) == 12.0
        assert f.programs[0].inputs.names == ["x", "y"]


def test_transforms_with_static_arguments() -> None:
    f = jit(scaled, static_argnums=1)
    for argnums in (0, 2):
        found = ag.grad(f, argnums)(1.5, 3, 2.0)
        assert found == ag.grad(scaled, argnums)(1.5, 3, 2.0)
    assert ag.hvp(f, 2)(1.5, 3, 2.0, 1.0) == ag.hvp(scaled, 2)(1.5, 3, 2.0, 1.0)
    batch = vmap(f, in_axes=(0, None, None))(X, 2, 3.0)
    np.testing.assert_array_equal(batch, X * 3.0 * 3.0)
    mixed = vmap(f, in_axes=(0, None, None), reduce="sum")
    assert ag.grad(mixed, 2)(X, 2, 3.0) == pytest.approx(6.0 * X.sum(), rel=1e-14)
    np.testing.assert_allclose(ag.grad(mixed)(X, 2, 3.0), [9.0] * 3, rtol=1e-14)


def test_equal_static_arguments_of_different_types_differ() -> None:
    f = jit(lambda x, what: (x, type(what).__name__), static_argnums=1)
    assert [f(1.0, what)[1] for what in (1, 1.0, True, (1,))] == ["int", "float", "bool", "tuple"]
    signs = jit(lambda x, zero: x * math.copysign(1.0, zero[0]), static_argnums=1)
    assert (signs(1.0, (0.0,)), signs(1.0, (-0.0,))) == (1.0, -1.0)


# What is refused.


def test_what_is_no_function() -> None:
    with pytest.raises(TypeError, match=r"jit\(\) takes a function, not 3"):
        jit(3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="static_argnums=4, but scaled has 4 parameters"):
        jit(scaled, static_argnums=4)
    with pytest.raises(ValueError, match="static_argnames='m', but scaled has no such"):
        jit(scaled, static_argnames="m")
    with pytest.raises(TypeError, match=r"static argument 1 of scaled is \[3\].*not hashable"):
        jit(scaled, static_argnums=1)(1.0, [3], 2.0)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("abc", r"x.* takes a number, not the text 'abc'"),
        (1j, "x takes real numbers, not the complex 1j"),
        (np.array([1j]), "x is an array of complex128"),
        ({1.0, 2.0}, "x takes a number, not a set: trees are tuples, lists and dicts"),
        ([1.0, object()], r"x\[1\] takes a number"),
        (10**400, "x is beyond the largest float"),
        (np.array(["a"]), "x is an array of <U1"),
        (np.ma.array([1.0]), "x is a MaskedArray"),
    ],
)
def test_arguments_that_are_no_numbers(argument: Any, message: str) -> None:
    f = jit(lambda x: x)
    for _ in range(2):
        with pytest.raises((TypeError, OverflowError), match=message):
            f(argument)
    assert f(1.0) == 1.0


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x.data,
        lambda x: x * float(x),
        lambda x: math.exp(x) * x,
        lambda x: f"{x}" and x,
        lambda x: f"{x:.2f}" and x,
        lambda x: str(x) and x,
        lambda x: (x * x).partials[0] * x,
        lambda x: copy.copy(x) * x,
        lambda x: copy.deepcopy([x])[0] * x,
        lambda x: pickle.loads(pickle.dumps(x)) * x,
    ],
)
def test_reading_a_number_names_the_line(f: Function) -> None:
    for transformed in (jit(f), vmap(f), jit(ag.grad(f))):
        with pytest.raises(TypeError, match=r"(?i)lambda x|math|copy\.py"):
            transformed(X if isinstance(transformed, Vmapped) else 1.5)


def test_backward_inside_is_refused() -> None:
    def f(x: Any) -> Any:
        (x * x).backward()
        return x.grad

    with pytest.raises(TraceError, match=r"backward\(\) was called.*grad\(f\)"):
        jit(f)(1.0)


class Holder:
    def __init__(self, x: Any) -> None:
        self.x = x


def test_results_that_may_hold_values_are_refused() -> None:
    with pytest.raises(TypeError, match=r"returned a Holder at result\[1\], which may hold Values"):
        jit(lambda x: (x, Holder(x)))(1.0)
    with pytest.raises(TypeError, match="returned a set"):
        jit(lambda x: {x})(1.0)


def test_exceptions_pass_unchanged() -> None:
    error = KeyError("mine")

    def f(x: Any) -> Any:
        if x < 0:
            raise error
        return x

    compiled = jit(f)
    assert compiled(1.0) == 1.0
    for _ in range(2):
        with pytest.raises(KeyError) as failure:
            compiled(-1.0)
        assert failure.value is error
    assert compiled(2.0) == 2.0
    with pytest.raises(KeyError):
        vmap(f)(np.array([1.0, -1.0]))


# As an object.


@jit
def decorated(x: Any) -> Any:
    """Return twice x."""
    return 2 * x


batched = vmap(decorated, in_axes=0, reduce="sum")


def test_name_and_docstring() -> None:
    assert (decorated.__name__, decorated.__doc__) == ("decorated", "Return twice x.")
    assert repr(decorated) == "<compiled decorated>"
    assert jit(decorated) is decorated
    assert ag.grad(decorated).__name__ == "gradient_of_decorated"


@pytest.mark.parametrize("f", [decorated, jit(wave), vmap(wave), batched, jit(scaled, 1)])
def test_pickle(f: Any) -> None:
    again = pickle.loads(pickle.dumps(f))
    args = (1.5, 2, 3.0) if f.__name__ == "scaled" else (X,)
    check_same(again(*args), f(*args))
    assert (again is f) == (f is decorated)


class Line:
    def __init__(self, slope: float) -> None:
        self.slope = slope

    @jit
    def at(self, x: Any) -> Any:
        return self.slope * x

    @vmap(in_axes=(None, 0, None))
    def all_at(self, x: Any, offset: Any) -> Any:
        return self.slope * x + offset

    @classmethod
    @jit
    def unit(cls, x: Any) -> Any:
        return cls.scale * x

    scale = 1.0

    def __call__(self, x: Any) -> Any:
        return self.slope * x


class Steep(Line):
    scale = 9.0


class Bare:
    __slots__ = ()

    @jit
    def at(self, x: Any) -> Any:
        return x


def test_methods_of_classes() -> None:
    assert [kind.unit(2.0) for kind in (Line, Steep, Line, Steep)] == [2.0, 18.0, 2.0, 18.0]
    assert Line.unit == Line.unit
    with pytest.raises(
        TypeError, match=r"the compiled method at .* a Bare has not: add '__dict__'"
    ):
        Bare().at(1.0)


def test_objects_with_compiled_methods_pickle() -> None:
    line = Line(2.0)
    line.at(1.0)
    again = pickle.loads(pickle.dumps(line))
    again.slope = 5.0
    assert (again.at(1.0), line.at(1.0)) == (5.0, 2.0)


def test_methods() -> None:
    line = Line(2.0)
    assert (line.at(3.0), line.at(4.0)) == (6.0, 8.0)
    np.testing.assert_array_equal(line.all_at(X, 1.0), 2.0 * X + 1.0)
    assert len(line.at.programs) == 1
    twin = copy.copy(line)
    twin.slope = 5.0
    assert (twin.at(3.0), line.at(3.0)) == (15.0, 6.0)
    assert ag.grad(line.at)(3.0) == 2.0
    assert Line.at.function is not None


def test_threads_may_call_one_function() -> None:
    def f(x: Any) -> Any:
        out = x
        while out < 100.0:
            out = out * 2.0 + 1.0
        return out

    compiled = jit(f)
    points = RANDOM.uniform(0.5, 90.0, 400).tolist()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(compiled, points)) == list(map(f, points))
    assert len(compiled.programs) == len({len(p.guards) for p in compiled.programs})
