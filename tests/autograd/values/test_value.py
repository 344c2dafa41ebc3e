"""Value: nodes and their edges, the backward pass, comparisons, IEEE arithmetic, bad input."""

import contextlib
import copy
import math
import operator
import pickle
import weakref
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd as ag
from autograd import TABLE, Value, adjoints, backward

finite = st.floats(-1e6, 1e6)
any_float = st.floats()
inf, nan = math.inf, math.nan


def same(a: float, b: float) -> bool:
    """Equal, nan to nan, and 0 to 0 of the same sign."""
    return (a == b and math.copysign(1, a) == math.copysign(1, b)) or (a != a and b != b)


def assert_identical(seen: object, expected: object) -> None:
    assert [id(x) for x in seen] == [id(x) for x in expected]


# --- what a node knows ---


def test_leaf_knows_no_operation() -> None:
    x = Value(3)
    assert (x.data, x.grad, x.name, x.op) == (3.0, 0.0, "", None)
    assert (x.operands, x.parents, x.partials) == ((), (), ())
    assert type(x.data) is float


def test_operands_keep_order_and_constants() -> None:
    x, y = Value(3.0), Value(5.0)
    assert_identical((x - y).operands, (x, y))
    assert_identical((y - x).operands, (y, x))
    assert (2 - x).operands == (2.0, 3.0)
    assert (2 - x).parents[0] is x
    assert (x - 2).operands[1] == 2.0
    assert type((x - 2).operands[1]) is float
    assert (x / y).partials == (0.2, -0.12)
    assert (6 / x).partials == (pytest.approx(-6 / 9),)
    assert (x**2).partials == (6.0,)
    assert (-x).operands == (3.0,)


def test_repeated_operands_are_separate_edges() -> None:
    a = Value(3.0)
    for node, partials in [
        (a + a, (1, 1)),
        (a - a, (1, -1)),
        (a * a, (3, 3)),
        (a / a, (1 / 3, -1 / 3)),
    ]:
        assert_identical(node.parents, (a, a))
        assert node.partials == pytest.approx(partials)
    node = TABLE["sum"](a, a, 1.0, a)
    assert_identical(node.parents, (a, a, a))
    assert node.operands[2] == 1.0


def test_both_edges_of_a_plus_a_count() -> None:
    a = Value(3.0)
    (a + a).backward()
    assert a.grad == 2.0


def test_wide_nodes_keep_operands_and_partials() -> None:
    x, y = Value(2.0), Value(3.0)
    node = TABLE["dot"](x, 5.0, 7.0, y)
    assert node.data == 2 * 7 + 5 * 3
    assert node.operands == (2.0, 5.0, 7.0, 3.0)
    assert_identical(node.parents, (x, y))
    assert node.partials == (7.0, 5.0)
    node.backward()
    assert (x.grad, y.grad) == (7.0, 5.0)


@given(finite, finite)
def test_operators_are_their_rows(x: float, y: float) -> None:
    rows = {
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": operator.truediv,
        "pow": operator.pow,
    }
    a, b = Value(x), Value(y)
    for name, f in rows.items():
        row = TABLE[name]
        for operands in [(a, b), (a, y), (x, b)]:
            node = f(*operands)
            by_row = row(*operands)
            assert node.op is row
            assert same(node.data, by_row.data), name
            assert_identical(node.parents, by_row.parents)
            data = row.fn(x, y)
            edges = [i for i in (0, 1) if isinstance(operands[i], Value)]
            expected = [row.partial(i, data, (x, y)) for i in edges]
            assert all(map(same, node.partials, expected)), (name, operands)
    assert (-a).op is TABLE["neg"]
    assert (+a) is a
    assert abs(a).op is TABLE["abs"]
    assert math.floor(a).data == math.floor(x)
    assert math.ceil(a).data == math.ceil(x)


@pytest.mark.parametrize(
    "two",
    [2, 2.0, True + True, np.float64(2), np.float32(2), np.float16(2), np.int64(2), np.uint8(2),
     Fraction(2), np.array(2), np.array(2.0)],
    ids=lambda x: type(x).__name__,
)  # fmt: skip
def test_real_numbers_of_every_kind_are_constants(two: object) -> None:
    x = Value(3.0)
    results = [(x + two, 5), (two + x, 5), (x - two, 1), (two - x, -1), (x * two, 6), (two * x, 6)]
    results += [(x / two, 1.5), (two / x, 2 / 3), (x**two, 9), (two**x, 8)]
    for node, expected in results:
        assert type(node) is Value
        assert node.data == pytest.approx(expected)
        assert all(type(c) is float for c in node.operands if c is not x)
    assert Value(two).data == 2.0
    assert (x > two, x < two, two < x, two > x, x == two) == (True, False, True, False, False)


def test_bools_are_numbers() -> None:
    x = Value(3.0)
    assert ((x + True).data, (np.True_ * x).data, Value(False).data) == (4.0, 3.0, 0.0)


# --- the backward pass ---


def test_second_pass_doubles_the_leaves_only() -> None:
    x, y = Value(2.0), Value(5.0)
    inner = x * y
    root = inner * inner
    for times in (1, 2, 3):
        root.backward()
        assert (x.grad, y.grad) == (times * 100.0, times * 40.0)
        assert (inner.grad, root.grad) == (20.0, 1.0)


def test_interior_grad_is_of_the_latest_pass() -> None:
    x = Value(2.0)
    inner = x * 3.0
    one, two = inner * 5.0, inner * 7.0
    one.backward()
    two.backward()
    assert (inner.grad, one.grad, two.grad) == (7.0, 1.0, 1.0)
    assert x.grad == 36.0


@given(st.sampled_from([2, -1.5, True, np.float32(0.25), Fraction(1, 3), np.array(3)]))
def test_seed_scales(seed: object) -> None:
    x = Value(3.0)
    y = x * x
    y.backward(seed)
    assert y.grad == float(seed)
    assert x.grad == 6.0 * float(seed)


def test_leaf_backward_adds_the_seed_to_itself() -> None:
    x = Value(3.0)
    x.backward()
    x.backward(2.5)
    assert x.grad == 3.5


@pytest.mark.parametrize("seed", ["a", None, 1j, [1.0], np.ones(2)])
def test_bad_seed_changes_nothing(seed: object) -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    with pytest.raises(TypeError, match=r"backward\(\) takes"):
        y.backward(seed)
    assert (x.grad, y.grad) == (6.0, 1.0)


@pytest.mark.parametrize("root", [1.0, 2, np.float64(3), Fraction(1, 2)])
def test_backward_of_a_number_says_why(root: object) -> None:
    with pytest.raises(TypeError, match="plain number, which remembers nothing") as error:
        backward(root)
    assert repr(root) in str(error.value)


def test_backward_of_something_else_names_it() -> None:
    with pytest.raises(TypeError, match="not 'loss' of type str"):
        backward("loss")
    x = Value(2.0)
    backward(x * x, seed=3)
    assert x.grad == 12.0


def test_changed_leaf_does_not_change_history() -> None:
    x, y = Value(2.0), Value(3.0)
    z = x * y + TABLE["dot"](x, y, y, x)
    x.data, y.data = 100.0, -7.0
    z.backward()
    assert z.data == 18.0
    assert (x.grad, y.grad) == (9.0, 6.0)
    assert z.operands[0].partials == (3.0, 2.0)


def test_inputs_may_be_interior() -> None:
    x = Value(2.0)
    y = x * x
    x.grad = 5.0
    y.backward()
    assert x.grad == 9.0


# --- what is not selected does not count, and is never multiplied ---

UNSELECTED = {
    "where, else": lambda x: ag.where(x > 0, ag.sqrt(x), 0.0),
    "where, then": lambda x: ag.where(x <= 0, 0.0, ag.log(x)),
    "where on the condition": lambda x: ag.where(ag.sqrt(x), 1.0, 3.0),
    "maximum": lambda x: ag.maximum(ag.sqrt(x), 1.0),
    "minimum": lambda x: ag.minimum(-1.0, ag.sqrt(x)),
    "clip": lambda x: ag.clip(ag.sqrt(x), 1.0, 2.0),
    "clip, limits": lambda x: ag.clip(1.0, ag.sqrt(x), 2.0 + 1 / x),
    "relu": lambda x: ag.relu(-ag.sqrt(x)),
    "sign": lambda x: ag.sign(ag.sqrt(x) + 1.0),
    "floor": lambda x: ag.floor(ag.sqrt(x) + 0.5),
}


@pytest.mark.parametrize("name", UNSELECTED)
@pytest.mark.parametrize("depth", [0, 1, 50])
def test_unselected_branch_contributes_nothing(name: str, depth: int) -> None:
    x = Value(0.0)

    def behind(v: Value) -> Value:
        for _ in range(depth):
            v = v * 1.0 + 0.0
        return v

    y = UNSELECTED[name](behind(x))
    for _ in range(depth):
        y = y * 1.0
    y.backward()
    assert x.grad == 0.0
    assert adjoints(y, [x])[0] == 0.0


def test_unselected_branch_leaves_the_rest_alone() -> None:
    x = Value(0.0)
    root = ag.sqrt(x)
    y = ag.where(x > 0, root, 0.0) + 3.0 * x
    y.backward()
    assert (x.grad, root.grad) == (3.0, 0.0)
    ag.maximum(x, root - 1.0).backward()
    assert x.grad == 4.0


def test_infinite_adjoint_stops_at_the_unselected() -> None:
    x, y = Value(2.0), Value(5.0)
    z = ag.sqrt(ag.maximum(x, y) - 5.0)  # infinite slope
    z.backward()
    assert (x.grad, y.grad) == (0.0, inf)


@pytest.mark.parametrize(
    "ignore",
    [
        lambda v: ag.maximum(v, 1.0),
        lambda v: ag.maximum(1.0, v),
        lambda v: ag.where(v > 0, v, 0.0),
    ],
)
def test_an_earlier_pass_leaves_no_trace(ignore: Callable) -> None:
    x = Value(0.0)
    root = ag.sqrt(x)
    (root + root).backward()
    assert x.grad == inf
    x.grad = 0.0
    ignore(root).backward()
    assert (x.grad, root.grad) == (0.0, 0.0)


def test_selected_singularity_is_seen() -> None:
    x = Value(0.0)
    ag.where(x >= 0, ag.sqrt(x), 0.0).backward()
    assert x.grad == inf


def test_ties_share() -> None:
    x, y = Value(3.0), Value(3.0)
    ag.maximum(x, y).backward()
    assert (x.grad, y.grad) == (0.5, 0.5)
    ag.minimum(x, x).backward()
    assert x.grad == 1.5


# --- comparisons, truth, hash ---


@given(any_float, any_float)
def test_comparisons_are_those_of_the_numbers(x: float, y: float) -> None:
    for compare in [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]:
        expected = compare(x, y)
        assert compare(Value(x), Value(y)) is expected
        assert compare(Value(x), y) is expected
        assert compare(x, Value(y)) is expected
        assert bool(compare(np.float64(x), Value(y))) is expected
    assert bool(Value(x)) is bool(x)


def test_comparisons_with_exact_numbers_do_not_round() -> None:
    comparisons = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
    for x in [0.1, 2.0**53, 1 / 3, inf]:
        for other in [10**400, -(10**400), 2**53 + 1, Fraction(1, 3), Fraction(1, 10)]:
            for compare in comparisons:
                assert compare(Value(x), other) is compare(x, other)
                assert compare(other, Value(x)) is compare(other, x)


def test_comparisons_with_strangers() -> None:
    x = Value(1.0)
    assert x != "1"
    assert x != None  # noqa: E711
    assert x != [1.0]
    with pytest.raises(TypeError, match="'<' not supported"):
        x < "1"  # noqa: B015


def test_control_flow_on_values() -> None:
    x = Value(3.0)
    steps = 0
    while x > 0:
        x = x - 1
        steps += 1
    assert steps == 3
    assert not x
    assert max(Value(1.0), Value(4.0), Value(2.0)).data == 4.0
    assert [v.data for v in sorted([Value(3.0), Value(1.0)])] == [1.0, 3.0]


def test_sets_and_dicts_go_by_identity() -> None:
    values = [Value(1.0) for _ in range(1000)]
    assert len(set(values)) == 1000
    count = {v: i for i, v in enumerate(values)}
    assert all(count[v] == i for i, v in enumerate(values))
    x = values[0]
    before = hash(x)
    x.data, x.grad, x.name = 5.0, 1.0, "x"
    assert hash(x) == before
    assert Value(1.0) not in set(values)


# --- IEEE arithmetic ---


@pytest.mark.parametrize(
    ("compute", "expected"),
    [
        (lambda: 1 / Value(0.0), inf),
        (lambda: 1 / Value(-0.0), -inf),
        (lambda: Value(-1.0) / 0, -inf),
        (lambda: Value(0.0) / 0.0, nan),
        (lambda: Value(0.0) / Value(0.0), nan),
        (lambda: ag.log(Value(-1.0)), nan),
        (lambda: ag.log(Value(0.0)), -inf),
        (lambda: ag.sqrt(Value(-1.0)), nan),
        (lambda: Value(-8.0) ** (1 / 3), nan),
        (lambda: Value(-8.0) ** Value(1 / 3), nan),
        (lambda: (-8) ** Value(1 / 3), nan),
        (lambda: 0 ** Value(-1.0), inf),
        (lambda: Value(10.0) ** 400, inf),
        (lambda: Value(1e200) * 1e200, inf),
        (lambda: ag.exp(Value(1000.0)), inf),
        (lambda: ag.sinh(Value(-1000.0)), -inf),
        (lambda: Value(inf) - Value(inf), nan),
        (lambda: ag.sin(Value(inf)), nan),
        (lambda: Value(nan) + 1, nan),
    ],
)
def test_no_exceptions(compute: object, expected: float) -> None:
    node = compute()
    assert same(node.data, expected)
    node.backward()


def test_infinite_slopes() -> None:
    x = Value(0.0)
    ag.sqrt(x).backward()
    assert x.grad == inf
    x = Value(0.0)
    (1 / x).backward()
    assert x.grad == -inf
    x = Value(1.0)
    (x / 0).backward()
    assert x.grad == inf


@given(any_float, any_float)
def test_every_sum_and_product_has_derivatives(x: float, y: float) -> None:
    a, b = Value(x), Value(y)
    (a * b + a / b - a**b).backward()
    assert isinstance(a.grad, float)
    assert isinstance(b.grad, float)


def test_power_zero_is_flat() -> None:
    for base in (0.0, 3.0, -2.0):
        x = Value(base)
        (x**0).backward()
        assert x.grad == 0.0


# --- no silent loss of gradient ---


def lossy() -> dict[str, tuple[object, str]]:
    def store(a: np.ndarray, v: Value) -> None:
        a[0] = v

    return {
        "float": (float, ".data"),
        "complex": (complex, ".data"),
        "math.exp": (math.exp, "autograd.exp"),
        "math.sqrt": (math.sqrt, "autograd.exp"),
        "int": (int, "int(v.data)"),
        "asarray": (lambda v: np.asarray(v, float), "dtype=object"),
        "asarray of list": (lambda v: np.asarray([v, 1.0], float), "dtype=object"),
        "asarray as int": (lambda v: np.asarray([v], int), "int(v.data)"),
        "astype": (lambda v: np.array([v]).astype(float), "dtype=object"),
        "np.float64": (np.float64, ".data"),
        "store": (lambda v: store(np.zeros(2), v), "dtype=object"),
        "store in float32": (lambda v: store(np.zeros(2, np.float32), v), "dtype=object"),
        "percent": (lambda v: "%f" % v, ".data"),  # noqa: UP031
        "in place": (lambda v: np.ones(2).__iadd__(v), "dtype=object"),
        "out": (lambda v: np.exp(v, out=np.zeros(())), "dtype=object"),
    }


@pytest.mark.parametrize("way", lossy())
def test_loss_of_gradient_is_an_error(way: str) -> None:
    convert, remedy = lossy()[way]
    with pytest.raises(TypeError) as error:
        convert(Value(1.0, "x"))
    assert "gradient" in str(error.value)
    assert remedy in str(error.value)


def test_failed_store_changes_nothing() -> None:
    a = np.zeros(2)
    with pytest.raises(TypeError):
        a[:] = [Value(1.0), 2.0]
    with pytest.raises(TypeError, match="float64"):
        a += Value(1.0)
    assert a.tolist() == [0.0, 0.0]


# --- bad input ---


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("a", r"Value\(\) takes a number, not the text 'a'"),
        (1j, r"real numbers, not the complex 1j"),
        (np.complex128(1j), "real numbers"),
        (None, "not None of type NoneType"),
        (np.ones(3), r"not an array of shape \(3,\).*Tensor\(array\)"),
        (np.ones((1, 1)), r"shape \(1, 1\)"),
        ([1.0], r"not a list: write numpy.array\(...\) or Tensor"),
        ((), "not a tuple"),
        (b"1", "not b'1' of type bytes"),
        (Value(1.0, "x"), "recorded already"),
        (object, "type"),
    ],
)
def test_bad_data_is_named(data: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Value(data)
    x = Value(2.0, "x")
    x.grad = 3.0
    for field in ("data", "grad"):
        with pytest.raises(TypeError, match=message.replace(r"Value\(\)", f"Value.{field}")):
            setattr(x, field, data)
    assert (x.data, x.grad, x.name) == (2.0, 3.0, "x")


def test_bad_names() -> None:
    x = Value(2.0, "x")
    for name in (3, None, b"x", 1.5):
        for field in ("name", "label"):
            with pytest.raises(TypeError, match="str"):
                setattr(x, field, name)
    with pytest.raises(TypeError, match="str"):
        Value(1, name=3)
    with pytest.raises(TypeError, match="str"):
        Value(1, label=3)
    assert (x.name, x.label) == ("x", "x")


def test_name_and_label_are_one() -> None:
    assert Value(1, label="w").name == "w"
    assert Value(1, "w").label == "w"
    x = Value(1)
    x.label = "x"
    assert x.name == "x"
    x.name = "<b>{|}\n中文"
    assert x.label == "<b>{|}\n中文"


@pytest.mark.parametrize("field", ["op", "operands", "parents", "partials"])
def test_the_recording_cannot_be_set(field: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Value(1.0), field, None)


def test_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        Value(1.0).gradient = 1.0


def test_failed_constructions_are_harmless() -> None:
    neighbours = [Value(float(i)) for i in range(100)]
    for _ in range(2000):
        for arguments in [(), ("a",), (None,), (1, 3), (1, "x", "y", "z")]:
            with pytest.raises(TypeError):
                Value(*arguments)
        with contextlib.suppress(TypeError):  # the compiled form checks the arguments here
            Value.__new__(Value)
    assert [v.data for v in neighbours] == list(range(100))


@pytest.mark.parametrize("other", ["a", None, [1.0], 1j, {}, object()])
@pytest.mark.parametrize(
    "operation", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
)
def test_operators_refuse_strangers(operation: object, other: object) -> None:
    with pytest.raises(TypeError, match="Value"):
        operation(Value(1.0), other)
    with pytest.raises(TypeError):
        operation(other, Value(1.0))


def test_functions_refuse_strangers() -> None:
    x = Value(1.0)
    with pytest.raises(TypeError, match="maximum takes a number, not the text 'a'"):
        ag.maximum(x, "a")
    with pytest.raises(TypeError, match=r"exp\(\) takes 1 argument, but got 2"):
        TABLE["exp"](x, x)
    with pytest.raises(TypeError, match="two halves"):
        TABLE["dot"](x, x, x)


def test_numbers_beyond_a_float() -> None:
    x = Value(2.0)
    for compute in [lambda: x * 10**400, lambda: Value(10**400), lambda: 10**400 - x]:
        with pytest.raises(OverflowError):
            compute()
    x.data = 10**300
    assert x.data == 1e300
    with pytest.raises(OverflowError):
        x.data = 10**400
    assert x.data == 1e300


# --- text ---


def test_repr() -> None:
    x = Value(3, "x")
    assert repr(x) == "Value(3.0, name='x')"
    (x * x).backward()
    assert repr(x) == "Value(3.0, grad=6.0, name='x')"
    assert repr(Value(-0.0)) == "Value(-0.0)"
    assert repr(x + nan) == "Value(nan)"
    assert str(x) == repr(x)


def test_format() -> None:
    x = Value(3.14159, "pi")
    assert f"{x:.3f} {x:8.2e}" == "3.142 3.14e+00"
    assert f"{x}" == repr(x)
    with pytest.raises(ValueError, match="format code"):
        f"{x:d}"


@given(finite, finite)
def test_binomial(x: float, y: float) -> None:
    """(x + y)**2 = x**2 + 2xy + y**2, in values and in gradients."""
    assume(abs(x) + abs(y) > 1e-3)
    a, b = Value(x), Value(y)
    ((a + b) ** 2 - a * a - 2 * a * b - b.square()).backward()
    scale = 1e-9 * (abs(x) + abs(y))
    assert abs(a.grad) <= scale
    assert abs(b.grad) <= scale


# --- subclasses, attributes of one's own, weak references ---


class Parameter(Value):
    """With a dict and an __init__ of its own."""

    def __init__(self, data: float, group: str) -> None:
        super().__init__(data)
        self.group = group

    def scaled(self, by: float) -> Value:
        return self * by

    def __mul__(self, other: object) -> Value:
        return super().__mul__(other) + 0.0

    def __repr__(self) -> str:
        return f"Parameter({self.data}, {self.group!r})"


class Slotted(Value):
    """With slots only, one of them private."""

    __slots__ = ("__secret", "m")

    def __init__(self) -> None:
        super().__init__(3.0, "slotted")
        self.m: object = 1.0
        self.__secret = [2.0]

    def secret(self) -> list[float]:
        return self.__secret


def test_subclass_has_methods_attributes_and_gradients() -> None:
    w = Parameter(2.0, "weights")
    w.m = 0.5
    out = w.scaled(3.0)
    assert (type(out), out.op.name, type(out.parents[0])) == (Value, "add", Value)
    assert type(2.0 * w) is type(ag.exp(w)) is type(-w) is Value
    out.backward()
    assert (w.grad, w.m, w.group, repr(w), w == 2.0) == (
        3.0,
        0.5,
        "weights",
        "Parameter(2.0, 'weights')",
        True,
    )
    assert (Value(3.0) * w).data == 6.0
    assert ag.grad(lambda x: w * x)(1.0).data == 2.0
    assert np.sum(ag.Tensor([w, 1.0]) * 2.0).data == 6.0
    assert isinstance(w, Value)


@pytest.mark.parametrize(
    "way", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x)),
            lambda x: pickle.loads(pickle.dumps(x, 0)), lambda x: pickle._loads(pickle._dumps(x))]
)  # fmt: skip
def test_copies_of_a_subclass_keep_it(way: Callable) -> None:
    w, s = Parameter(2.0, "weights"), Slotted()
    w.moments = [0.5]
    w.grad = 1.5
    w2, s2 = way(w), way(s)
    assert (type(w2), type(s2)) == (Parameter, Slotted)
    assert (w2.data, w2.grad, w2.group, w2.moments) == (2.0, 1.5, "weights", [0.5])
    assert (s2.m, s2.secret(), s2.name) == (1.0, [2.0], "slotted")
    assert (w2.moments is w.moments) == (s2.secret() is s.secret()) == (way is copy.copy)
    if way is not copy.copy:
        w.loss = w.scaled(2.0)  # leads back to it
        s.m = (w, w.loss)
        w2, s2, loss2 = way([w, s, w.loss])
        assert s2.m[0] is w2
        assert s2.m[1] is w2.loss is loss2
        loss2.backward()
        assert w2.grad == 1.5 + 2.0
        w.__dict__.clear()
        w2.__dict__.clear()


def test_what_is_no_use_to_override_is_refused() -> None:
    with pytest.raises(TypeError, match="Positive overrides 'data', but the engine reads fields"):

        class Positive(Value):
            data = property(lambda self: 1.0)


def test_forgotten_init_is_an_error() -> None:
    class Careless(Value):
        def __init__(self) -> None:
            pass

    for use in (lambda v: v + 1.0, lambda v: 1.0 * v, ag.exp, lambda v: v.backward(), repr,
                lambda v: v.operands, copy.deepcopy, ag.grad(lambda x: x * 2.0)):  # fmt: skip
        with pytest.raises(AttributeError, match=r"_data|_primitive|_many|_name"):
            use(Careless())


def test_attribute_of_ones_own_needs_a_subclass() -> None:
    with pytest.raises(AttributeError, match="no attribute 'm'"):
        Value(1.0).m = 0.0
    assert "class Parameter(Value): pass" in Value.__doc__


@pytest.mark.parametrize("make", [lambda: Value(2.0), lambda: Value(2.0) * 3.0, Slotted])
def test_weak_references(make: Callable) -> None:
    called: list[object] = []
    v = make()
    others = [weakref.ref(make()) for _ in range(3)]
    ref, again = weakref.ref(v, called.append), weakref.ref(v)
    by_value = weakref.WeakKeyDictionary({v: "seen"})
    assert ref() is again() is v
    assert (by_value[v], [r() for r in others]) == ("seen", [None] * 3)
    v.backward()
    (v * 2.0).backward()
    del v
    assert (ref(), again(), called, len(by_value)) == (None, None, [ref], 0)
