"""Value: a node of the computation graph, and the reverse sweep over it.

This module and what it calls run compiled by mypyc or interpreted, unchanged. Two things follow:
names that start with an underscore are typed fields read in inner loops, and a node holds up to two
operands in fields of its own, with an `Operands` for more.
"""

import copy
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from mypy_extensions import i32, i64, mypyc_attr

from autograd.rules import floats, table
from autograd.rules.operand import as_number, is_real
from autograd.rules.primitive import Primitive
from autograd.values.by_hand import partials_of, primitive_of, require_partials
from autograd.values.observer import (
    WATCH,
    ask_compared,
    tell_grad,
    tell_read,
    tell_recorded,
    tell_sweep,
)
from autograd.values.operators import Arithmetic
from autograd.values.pickles import reduced
from autograd.values.subclass import blank, check_subclass, set_state, state_of
from autograd.values.walk import reverse_sweep, topological_order

ADD: Final[Primitive] = table.add
SUB: Final[Primitive] = table.sub
MUL: Final[Primitive] = table.mul
DIV: Final[Primitive] = table.div
NEG: Final[Primitive] = table.neg
POW: Final[Primitive] = table.pow
DOT: Final[Primitive] = table.dot
RELU: Final[Primitive] = table.relu
LESS: Final[Primitive] = table.less
LESS_EQUAL: Final[Primitive] = table.less_equal
EQUAL: Final[Primitive] = table.equal
NOT_EQUAL: Final[Primitive] = table.not_equal

BLANK: Final[object] = 0.0
NO_NAME: Final[object] = ""
NAN: Final = float("nan")
_KEYBOARD: Final = {"mul": "*", "sub": "-", "neg": "-", "div": "/"}  # micrograd's symbols
LONGEST_CHAIN: Final = 40
TURNS: Final = 3  # how often a sweep lets the other threads run before it goes on beside theirs


@mypyc_attr(acyclic=True)
class Operands:
    """The operands of a node that has more than two, and its partial by each (0 by a constant)."""

    __slots__ = ("operands", "partials")

    def __init__(self, operands: tuple[Any, ...], partials: tuple[float, ...]) -> None:
        self.operands = operands
        self.partials = partials


class _Process:
    """What all graphs of the process share. Under the interpreter lock each use is atomic."""

    __slots__ = ("chain", "deferred", "sweeping", "sweeps")

    def __init__(self) -> None:
        self.sweeps: i64 = 1  # numbers the sweeps, so that the marks of one mean nothing to others
        self.sweeping: Any = not _has_interpreter_lock()  # whether one has the nodes' scratch
        self.chain: i64 = 0  # how many deletions are under way inside one another
        self.deferred: list[object] = []  # what a long chain of deletions has put off


def _has_interpreter_lock() -> bool:
    asked: Any = getattr(sys, "_is_gil_enabled", None)
    return asked is None or bool(asked())


PROCESS: Final = _Process()


@mypyc_attr(acyclic=True, allow_interpreted_subclasses=True)
class Value(Arithmetic):
    """A float that remembers how it was computed.

    Operators and functions on Values record a directed graph; `backward` sweeps it from the result
    to the leaves and leaves the derivatives in `grad`.

    It may be subclassed, for attributes and methods of one's own: `class Parameter(Value): pass`.
    Copies and pickles keep both; the result of an operation is a plain Value. What the engine reads
    from its own fields, as `data`, cannot be overridden. An attribute that leads back to its owner,
    as its loss would, keeps both alive for ever in the compiled form.

    Args:
        data: the number; anything that is one real number to Python or NumPy.
        name: what drawings and messages call it; or, as in micrograd, the Values that it was
            computed from by hand. Then `_op` says how, in a word, and a function assigned to
            `_backward` adds its share to their `grad`. It is run at once, on trial, to learn
            the partial derivatives, as of the data at that time.
        label: micrograd's word for the name.

    Raises:
        TypeError: data is not a real number, or a child is not a Value.

    >>> x, y, z = Value(1, "x"), Value(2, "y"), Value(-6, "z")
    >>> f = (x + y) ** 2 * z
    >>> f.backward()
    >>> f.data, x.grad, y.grad, z.grad
    (-54.0, -36.0, -36.0, 9.0)
    """

    __slots__ = (
        "__weakref__",
        "_a",
        "_b",
        "_da",
        "_data",
        "_db",
        "_many",
        "_grad",
        "_mark",
        "_name",
        "_primitive",
        "_touched",
        "_uses",
    )

    def __init__(
        self, data: object, name: object = "", _op: object = "", label: object = ""
    ) -> None:
        # Every field is set before anything can raise: deletion reads them.
        self._data: float = 0.0
        self._grad: float = 0.0
        self._primitive: Primitive | None = None
        self._a: Value | None = None  # first operand, where it is a Value ...
        self._b: Value | None = None
        self._da: float = 0.0  # ... and the partial by it; else the constant operand itself
        self._db: float = 0.0
        self._many: Operands | None = None
        self._name: str = ""
        self._mark: i64 = 1  # the latest sweep that came here (below 1: __init__ never ran),
        self._uses: i32 = 0  # how many edges of it are still to come,
        self._touched: bool = False  # and whether an adjoint has come
        if type(data) is float:
            self._data = data
        else:
            self._data = as_number(data, "Value()")
        if name is not NO_NAME or _op is not NO_NAME or label is not NO_NAME:
            self._describe(name, _op, label)

    def _describe(self, name: object, op: object, label: object) -> None:
        """Take a name or a label; or micrograd's children, operation and label."""
        if not isinstance(name, (tuple, list, set, frozenset)):
            if op != "":
                raise TypeError(
                    f"the operation {op!r} of a Value comes with what it was computed from: "
                    f"Value(data, (a, b), {op!r}); write label= for a name"
                )
            self._name = as_name(name) or as_name(label)
            return
        for child in name:
            if not isinstance(child, Value):
                raise TypeError(
                    f"the children of a Value are Values, not {child!r} of type "
                    f"{type(child).__name__}: write Value({child!r}) for a constant"
                )
        self._name = as_name(label)
        if name:
            self._many = Operands(tuple(name), (NAN,) * len(name))
            self._primitive = primitive_of(as_name(op) or "?", False)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        check_subclass(cls)

    def __del__(self) -> None:
        """Take deep graphs apart without recursion, where CPython does not (see `autograd`).

        A compiled Value has no header for the cycle collector, as its graph has no cycles, and so
        none for CPython's own guard against deep chains of deletions.
        """
        try:
            if self._primitive is None:
                return
        except AttributeError:  # __init__ never ran
            return
        process = PROCESS
        if process.chain >= LONGEST_CHAIN:
            process.deferred.append((self._a, self._b, self._many))
        process.chain += 1
        try:
            self._a = None
            self._b = None
            self._many = None
        finally:
            process.chain -= 1
        # Whoever ends the last chain, in any thread, does what is left.
        while process.chain == 0 and process.deferred:
            process.chain += 1
            try:
                process.deferred.pop()
            except IndexError:  # another thread was faster
                pass
            finally:
                process.chain -= 1

    # What a node knows.

    @property
    def data(self) -> float:
        """The number. Changing a leaf's does not change what was computed from it before."""
        if WATCH.count:
            tell_read(self)
        return self._data

    @data.setter
    def data(self, value: object) -> None:
        self._data = as_number(value, "Value.data")

    @property
    def grad(self) -> float:
        """The derivative: summed over passes for a leaf, of the latest pass for other nodes."""
        return self._grad

    @grad.setter
    def grad(self, value: object) -> None:
        number = as_number(value, "Value.grad")
        if WATCH.count:
            tell_grad(self)
        self._grad = number

    @property
    def name(self) -> str:
        """What drawings and messages call it; empty for no name."""
        return self._name

    @name.setter
    def name(self, value: object) -> None:
        self._name = as_name(value)

    @property
    def label(self) -> str:
        """micrograd's word for `name`."""
        return self._name

    @label.setter
    def label(self, value: object) -> None:
        self._name = as_name(value)

    @property
    def op(self) -> Primitive | None:
        """The primitive that made it; None for a leaf."""
        return self._primitive

    @property
    def operands(self) -> "tuple[Value | float, ...]":
        """What the primitive was applied to, in order and with repeats; constants as floats.

        >>> x = Value(3.0)
        >>> (2.0 * x).operands
        (2.0, Value(3.0))
        """
        op = self._primitive
        if op is None:
            return ()
        if self._many is not None:
            return self._many.operands
        first = self._a if self._a is not None else self._da
        if op.arity == 1:
            return (first,)
        return (first, self._b if self._b is not None else self._db)

    @property
    def edges(self) -> "tuple[tuple[Value, float], ...]":
        """The Values among the operands, each with the local partial derivative by it.

        There is one for each edge of the graph, in the order of the operands and with repeats. The
        partials are those of the recording.

        >>> x = Value(3.0, "x")
        >>> (2.0 * x * x).edges
        ((Value(6.0), 3.0), (Value(3.0, name='x'), 6.0))
        """
        many = self._many
        if many is not None:
            pairs = zip(many.operands, many.partials, strict=True)
            return tuple([(x, p) for x, p in pairs if isinstance(x, Value)])
        edges: list[tuple[Value, float]] = []
        if self._a is not None:
            edges.append((self._a, self._da))
        if self._b is not None:
            edges.append((self._b, self._db))
        return tuple(edges)

    @property
    def parents(self) -> "tuple[Value, ...]":
        """The Values among the operands, one for each edge of the graph."""
        if self._many is not None:
            return tuple([x for x in self._many.operands if isinstance(x, Value)])
        a, b = self._a, self._b
        if a is None:
            return () if b is None else (b,)
        return (a,) if b is None else (a, b)

    @property
    def partials(self) -> tuple[float, ...]:
        """The local partial derivative along each edge, as of the recording.

        >>> x = Value(3.0)
        >>> (x * x).partials
        (3.0, 3.0)
        """
        if WATCH.count:
            tell_read(self)
        return tuple([partial for _, partial in self.edges])

    # micrograd's names for some of that.

    @property
    def _prev(self) -> "tuple[Value, ...]":
        return self.parents

    @property
    def _backward(self) -> Callable[[], None]:
        """A step of a backward pass by hand: it adds this node's share to its parents' grad.

        A function of one's own that is assigned here tells the partial derivatives from then on.
        """
        return self._pass_on

    @_backward.setter
    def _backward(self, function: Callable[[], object]) -> None:
        operands = self.operands
        partials = partials_of(function, self, operands)
        if operands:
            self._primitive = primitive_of(self._op, True)
            self._many = Operands(operands, partials)
            self._a = None
            self._b = None

    def _pass_on(self) -> None:
        require_partials(self)
        for parent, partial in self.edges:
            if not is_cut(self, partial):
                parent._grad += partial * self._grad

    def backward(self, seed: object = 1.0) -> None:
        """Add the derivatives of this Value to the `grad` of every leaf that it depends on.

        Interior nodes are set to this pass's adjoint, so a second call doubles the leaves only.

        Args:
            seed: the adjoint of this Value itself.

        Raises:
            TypeError: the seed is not a real number; nothing has changed then.
            FloatingPointError: inside `detect_anomaly`, at the first nan or inf; nothing has
                changed then either.

        >>> a = Value(3.0)
        >>> b = a + a
        >>> b.backward()
        >>> a.grad
        2.0
        """
        adjoint = as_number(seed, "backward()")
        if WATCH.count:
            tell_sweep(self, adjoint)
        _sweep(self, adjoint)

    def apply(self, primitive: Primitive, operands: tuple[Any, ...]) -> "Value":
        """Record primitive(*operands), each a Value or a float."""
        if primitive.arity == 1:
            return _unary(primitive, operands[0])
        if primitive.arity == 2:
            return _general_binary(primitive, operands[0], operands[1])
        return _variadic(primitive, operands)

    # The operators, their rows of the table written out for speed.

    def __add__(self, other: object) -> Any:
        if isinstance(other, Value):
            return _binary(ADD, self._data + other._data, self, other, 1.0, 1.0)
        if not is_real(other):
            return NotImplemented
        c = _constant(other)
        return _binary(ADD, self._data + c, self, None, 1.0, c)

    def __radd__(self, other: object) -> Any:
        if not is_real(other):
            return NotImplemented
        c = _constant(other)
        return _binary(ADD, c + self._data, None, self, c, 1.0)

    def __sub__(self, other: object) -> Any:
        if isinstance(other, Value):
            return _binary(SUB, self._data - other._data, self, other, 1.0, -1.0)
        if not is_real(other):
            return NotImplemented
        c = _constant(other)
        return _binary(SUB, self._data - c, self, None, 1.0, c)

    def __rsub__(self, other: object) -> Any:
        if not is_real(other):
            return NotImplemented
        c = _constant(other)
        return _binary(SUB, c - self._data, None, self, c, -1.0)

    def __mul__(self, other: object) -> Any:
        if isinstance(other, Value):
            return _binary(MUL, self._data * other._data, self, other, other._data, self._data)
        if not is_real(other):
            return NotImplemented
        c = _constant(other)
        return _binary(MUL, self._data * c, self, None, c, c)

    def __rmul__(self, other: object) -> Any:
        if not is_real(other):
            return NotImplemented
        c = _constant(other)
        return _binary(MUL, c * self._data, None, self, c, c)

    def __truediv__(self, other: object) -> Any:
        if isinstance(other, Value):
            return _quotient(self._data, other._data, self, other)
        if not is_real(other):
            return NotImplemented
        return _quotient(self._data, _constant(other), self, None)

    def __rtruediv__(self, other: object) -> Any:
        if not is_real(other):
            return NotImplemented
        return _quotient(_constant(other), self._data, None, self)

    def __pow__(self, other: object) -> Any:
        if isinstance(other, Value):
            return _general_binary(POW, self, other)
        if not is_real(other):
            return NotImplemented
        c = _constant(other)
        x = self._data
        y = floats.power(x, c)
        if (c - 1.0) + 1.0 == c:
            partial = c * floats.power(x, c - 1.0) if c != 0.0 else 0.0
        else:  # below 1/2, where c - 1 is rounded
            partial = floats.divide(c * y, x)
            if partial != partial:
                partial = POW.partial(0, y, (x, c))
        return _binary(POW, y, self, None, partial, c)

    def __rpow__(self, other: object) -> Any:
        return _general_binary(POW, _constant(other), self) if is_real(other) else NotImplemented

    def __neg__(self) -> Any:
        return _binary(NEG, -self._data, self, None, -1.0, 0.0)

    # Comparisons are those of the numbers, so Python's control flow means what it says.

    def __lt__(self, other: object) -> Any:
        outcome: Any  # NumPy's numbers answer with a truth value of their own
        if isinstance(other, Value):
            outcome = self._data < other._data
        elif is_real(other):
            outcome = self._data < cast(Any, other)
        else:
            return NotImplemented
        return ask_compared(LESS, (self, other), outcome) if WATCH.count else outcome

    def __le__(self, other: object) -> Any:
        outcome: Any
        if isinstance(other, Value):
            outcome = self._data <= other._data
        elif is_real(other):
            outcome = self._data <= cast(Any, other)
        else:
            return NotImplemented
        return ask_compared(LESS_EQUAL, (self, other), outcome) if WATCH.count else outcome

    def __gt__(self, other: object) -> Any:
        outcome: Any
        if isinstance(other, Value):
            outcome = self._data > other._data
        elif is_real(other):
            outcome = self._data > cast(Any, other)
        else:
            return NotImplemented
        return ask_compared(LESS, (other, self), outcome) if WATCH.count else outcome

    def __ge__(self, other: object) -> Any:
        outcome: Any
        if isinstance(other, Value):
            outcome = self._data >= other._data
        elif is_real(other):
            outcome = self._data >= cast(Any, other)
        else:
            return NotImplemented
        return ask_compared(LESS_EQUAL, (other, self), outcome) if WATCH.count else outcome

    def __eq__(self, other: object) -> Any:
        outcome: Any
        if isinstance(other, Value):
            outcome = self._data == other._data
        elif is_real(other):
            outcome = self._data == cast(Any, other)
        else:
            return NotImplemented
        return ask_compared(EQUAL, (self, other), outcome) if WATCH.count else outcome

    def __ne__(self, other: object) -> Any:
        outcome: Any
        if isinstance(other, Value):
            outcome = self._data != other._data
        elif is_real(other):
            outcome = self._data != cast(Any, other)
        else:
            return NotImplemented
        return ask_compared(NOT_EQUAL, (self, other), outcome) if WATCH.count else outcome

    def __bool__(self) -> bool:
        outcome = self._data != 0.0
        if WATCH.count:
            ask_compared(NOT_EQUAL, (self, 0.0), outcome)
        return outcome

    def __hash__(self) -> int:
        return id(self) >> 4

    # Text, copies and pickles.

    @property
    def _op(self) -> str:
        """The operation in a word, as drawings show it: `**2` for a constant power."""
        op = self._primitive
        if op is None:
            return ""
        if op is POW and self._b is None:
            return f"**{self._db:g}"
        return _KEYBOARD.get(op.name, op.symbol)

    def __repr__(self) -> str:
        name = f", name={self._name!r}" if self._name else ""
        grad = f", grad={self._grad!r}" if self._grad != 0.0 else ""
        return f"Value({self._data!r}{grad}{name})"

    def __str__(self) -> str:
        if WATCH.count:
            tell_read(self)
        return repr(self)

    def __format__(self, spec: str) -> str:
        """Return the number in the given format, as f"{v:.3f}" asks for it."""
        return format(self.data, spec) if spec else str(self)

    def __copy__(self) -> "Value":
        if WATCH.count:
            tell_read(self)
        out = _copied(self)
        if type(self) is not Value:
            set_state(out, state_of(self))
        return out

    def __deepcopy__(self, memo: dict[int, Any]) -> "Value":
        if WATCH.count:
            tell_read(self)
        return _deepcopied(self, memo)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what `pickle` stores of a node."""
        if WATCH.count:
            tell_read(self)
        if self._primitive is not None:
            return reduced(self, Value)
        kind = None if type(self) is Value else type(self)
        leaf = rebuild_leaf, (kind, self._data, self._grad, self._name)
        return leaf if kind is None else (*leaf, state_of(self), None, None, set_state)

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        return self.__reduce__()  # object's own way there takes as long again as all of this


def as_name(name: object) -> str:
    """Return the name itself; a TypeError where it is no text."""
    if isinstance(name, str):
        return name
    raise TypeError(f"a Value's name is a str, not {name!r} of type {type(name).__name__}")


def _constant(x: object) -> float:
    return x if type(x) is float else float(cast(Any, x))


def _binary(
    op: Primitive, data: float, a: Value | None, b: Value | None, da: float, db: float
) -> Value:
    """Return a new node; da and db are the partials by a and b, or the constants in their place."""
    out = Value(BLANK)
    out._data = data
    out._primitive = op
    out._a = a
    out._b = b
    out._da = da
    out._db = db
    if WATCH.count:
        tell_recorded(out, op, out.operands)
    return out


def _quotient(x: float, y: float, a: Value | None, b: Value | None) -> Value:
    """Return the node of x / y, where a and b are the operands that are Values."""
    q = floats.divide(x, y)
    da = floats.divide(1.0, y) if a is not None else x
    db = floats.divide(-q, y) if b is not None else y
    return _binary(DIV, q, a, b, da, db)


def _unary(op: Primitive, x: Value) -> Value:
    if op is RELU:  # written out, as for the operators
        if x._data > 0.0:
            return _binary(op, x._data, x, None, 1.0, 0.0)
        return _binary(op, 0.0 if x._data <= 0.0 else x._data, x, None, 0.0, 0.0)
    y = op.fn(x._data)
    return _binary(op, y, x, None, op.partial(0, y, (x._data,)), 0.0)


def _general_binary(op: Primitive, x: object, y: object) -> Value:
    """Return the node of op(x, y) by the rules of the row."""
    a = x if isinstance(x, Value) else None
    b = y if isinstance(y, Value) else None
    args = (_number_of(x), _number_of(y))
    out = op.fn(args[0], args[1])
    da = op.partial(0, out, args) if a is not None else args[0]
    db = op.partial(1, out, args) if b is not None else args[1]
    return _binary(op, out, a, b, da, db)


def _variadic(op: Primitive, operands: tuple[Any, ...]) -> Value:
    """Return the node of op(*operands) for any number of operands."""
    args = tuple([_number_of(x) for x in operands])
    if op is DOT:  # its row written out, as for the operators: neurons are made of it
        half = len(args) // 2
        partials = args[half:] + args[:half]
        data = 0.0
        for i in range(half):
            data += args[i] * partials[i]
    else:
        data = op.fn(*args)
        partials = tuple(op.partials(data, args))
    out = Value(BLANK)
    out._data = data
    out._primitive = op
    out._many = Operands(operands, partials)
    if WATCH.count:
        tell_recorded(out, op, out.operands)
    return out


def _number_of(x: object) -> float:
    return x._data if isinstance(x, Value) else _constant(x)


def rebuild_leaf(kind: Any, data: float, grad: float, name: str) -> Value:
    """Return a leaf of this class (None for Value) of its fields."""
    out = _blank(Value if kind is None else kind)
    out._data = data
    out._grad = grad
    out._name = name
    return out


def _blank(kind: Any) -> Value:
    return Value(BLANK) if kind is Value else cast(Value, blank(Value, kind))


def _copied(node: Value) -> Value:
    """Return a copy of a node, of the same operands, without attributes of a subclass."""
    out = _blank(type(node))
    out._primitive = node._primitive
    out._data = node._data
    out._grad = node._grad
    out._name = node._name
    out._a = node._a
    out._b = node._b
    out._da = node._da
    out._db = node._db
    out._many = node._many
    return out


def _deepcopied(root: Value, memo: dict[int, Any]) -> Value:
    """Return a copy of a node and of its whole graph, with nodes shared as in the original."""
    stack: list[Value] = []
    copied = _twin(root, memo, stack)
    special: list[Value] = []
    while stack:
        node = stack.pop()
        out: Value = memo[id(node)]
        if node._a is not None:
            out._a = _twin(node._a, memo, stack)
        if node._b is not None:
            out._b = _twin(node._b, memo, stack)
        many = node._many
        if many is not None:
            operands = [_twin(x, memo, stack) if isinstance(x, Value) else x for x in many.operands]
            out._many = Operands(tuple(operands), many.partials)
        if type(node) is not Value:
            special.append(node)
    for node in special:  # last, as their attributes may lead to the graph
        set_state(memo[id(node)], copy.deepcopy(state_of(node), memo))
    return copied


def _twin(node: Value, memo: dict[int, Any], stack: list[Value]) -> Value:
    """Return the copy of a node, whose operands are the original's until the stack comes to it."""
    found = memo.get(id(node))
    if found is None:
        found = _copied(node)
        memo[id(node)] = found
        stack.append(node)
    return cast(Value, found)


def backward(root: object, seed: object = 1.0) -> None:
    """Call `root.backward(seed)`, with a clear error where the root was never recorded.

    Raises:
        TypeError: root is a plain number, or nothing that can be differentiated.

    >>> x = Value(3.0)
    >>> backward(x * x)
    >>> x.grad
    6.0
    """
    if hasattr(root, "backward"):
        root.backward(seed)
    elif is_real(root):
        raise TypeError(
            f"backward() needs a Value, but {root!r} is a plain number, which remembers nothing: "
            "did the computation start from a Value?"
        )
    else:
        raise TypeError(f"backward() needs a Value, not {root!r} of type {type(root).__name__}")


# The reverse sweep. Kahn's order (doi:10.1145/368996.369025), from the root: first every node
# learns by how many edges the sweep will come to it, then a node is done once all have come.


def _sweep(root: Value, seed: float) -> None:
    """Set the adjoints of interior nodes, add those of leaves."""
    process = PROCESS
    if root._primitive is None:
        root._grad += seed
    elif _claim():
        try:
            process.sweeps += 1
            _count_edges(root, process.sweeps)
            _propagate(root, seed)
        finally:
            process.sweeping = False
    else:
        for node, adjoint in _adjoints_apart(topological_order(root), seed):
            if node._primitive is None:
                node._grad += adjoint
            else:  # in one line, see `_claim`: nodes of the sweep that has the scratch keep its own
                node._grad = node._grad if node._mark == process.sweeps else adjoint


def leaf_adjoints(root: Value, leaves: list[Value], seed: float) -> list[float] | None:
    """Return the derivatives of root by these leaves; None where it depends on any other leaf.

    It is also None where one of them is no leaf. The leaves are taken for the caller's own: their
    `grad` may be overwritten, and that of no other Value unless the result is found.
    """
    for leaf in leaves:
        if leaf._primitive is not None:
            return None
    if not _claim():
        return _leaf_adjoints_apart(root, leaves, seed)
    process = PROCESS
    try:
        process.sweeps += 1
        sweep = process.sweeps
        for leaf in leaves:
            leaf._mark = sweep
            leaf._grad = 0.0
        if root._primitive is None:
            if root._mark != sweep:
                return None
            root._grad = seed
        elif _count_edges(root, sweep):
            _propagate(root, seed)
        else:
            return None
        return [leaf._grad for leaf in leaves]
    finally:
        process.sweeping = False


# The scratch of a sweep lies in the nodes, for speed, so one sweep at a time has it. In the
# interpreted form another may come in the midst of it, in another thread or beneath it, in a signal
# handler or a `__del__`. That one waits a moment, and then goes on with scratch of its own: no lock
# that a thread, a fork or an interruption could leave behind.


def _claim() -> bool:
    """Take the nodes' scratch for a sweep; False where another sweep has it."""
    process = PROCESS
    # In one line, with no call in it: there the interpreter switches no threads.
    taken, process.sweeping = process.sweeping, True
    turns = TURNS
    while taken and turns > 0:
        turns -= 1
        time.sleep(0.0)
        taken, process.sweeping = process.sweeping, True
    return not taken


def _adjoints_apart(order: list[Value], seed: float) -> list[tuple[Value, float]]:
    """Return the adjoints of all nodes of an order by the last of them, by scratch of its own."""
    for node in order:
        require_partials(node)
    found: dict[int, float] = {}
    for node, adjoint in reverse_sweep(order, {id(order[-1]): seed}, sum, _shares):
        found[id(node)] = adjoint
    return [(node, found.get(id(node), 0.0)) for node in order]


def _shares(node: Value, adjoint: float) -> Iterator[tuple[Value, float]]:
    """List what a node passes on to its operands."""
    return iter([(x, p * adjoint) for x, p in node.edges if not is_cut(node, p)])


def _leaf_adjoints_apart(root: Value, leaves: list[Value], seed: float) -> list[float] | None:
    order = topological_order(root)
    own = {id(leaf) for leaf in leaves}
    for node in order:
        if node._primitive is None and id(node) not in own:
            return None
    found = {id(node): adjoint for node, adjoint in _adjoints_apart(order, seed)}
    return [found.get(id(leaf), 0.0) for leaf in leaves]


def _count_edges(root: Value, sweep: i64) -> bool:
    """Prepare the graph for a sweep; return whether all its leaves carry the sweep's mark."""
    own = True
    root._mark = sweep
    stack = [root]
    while stack:
        node = stack.pop()
        many = node._many
        if many is not None:
            if many.partials[0] != many.partials[0]:
                require_partials(node)
            for x in many.operands:
                if isinstance(x, Value):
                    own = _count(x, sweep, stack) and own
            continue
        # `_count`, and below `_pass`, written out for the two operands of these innermost loops
        a = node._a
        if a is not None:
            if a._primitive is None:
                if a._mark != sweep:
                    own = False
            elif a._mark == sweep:
                a._uses += 1
            else:
                a._mark = sweep
                a._uses = 1
                a._touched = False
                stack.append(a)
        b = node._b
        if b is not None:
            if b._primitive is None:
                if b._mark != sweep:
                    own = False
            elif b._mark == sweep:
                b._uses += 1
            else:
                b._mark = sweep
                b._uses = 1
                b._touched = False
                stack.append(b)
    return own


def _count(x: Value, sweep: i64, stack: list[Value]) -> bool:
    """Count an edge to x; at the first, make an interior node ready. False for an unmarked leaf."""
    if x._primitive is None:
        return x._mark == sweep
    if x._mark == sweep:
        x._uses += 1
    else:
        x._mark = sweep
        x._uses = 1
        x._touched = False
        stack.append(x)
    return True


def _propagate(root: Value, seed: float) -> None:
    """Carry adjoints from the root to the leaves, after `_count_edges`."""
    root._grad = seed
    root._touched = True
    stack = [root]
    while stack:
        node = stack.pop()
        flows = node._touched
        if not flows:
            node._grad = 0.0
        adjoint = node._grad
        many = node._many
        if many is not None:
            for i in range(len(many.operands)):
                x = many.operands[i]
                if isinstance(x, Value):
                    _pass(node, flows, adjoint, x, many.partials[i], stack)
            continue
        a = node._a
        if a is not None:
            partial = node._da
            if flows and (partial != 0.0 or not is_cut(node, partial)):
                if a._touched or a._primitive is None:
                    a._grad += partial * adjoint
                else:
                    a._grad = partial * adjoint
                    a._touched = True
            if a._primitive is not None:
                a._uses -= 1
                if a._uses == 0:
                    stack.append(a)
        b = node._b
        if b is not None:
            partial = node._db
            if flows and (partial != 0.0 or not is_cut(node, partial)):
                if b._touched or b._primitive is None:
                    b._grad += partial * adjoint
                else:
                    b._grad = partial * adjoint
                    b._touched = True
            if b._primitive is not None:
                b._uses -= 1
                if b._uses == 0:
                    stack.append(b)


def _pass(
    node: Value, flows: bool, adjoint: float, x: Value, partial: float, stack: list[Value]
) -> None:
    """Pass an adjoint along the edge from node to its operand x."""
    if flows and (partial != 0.0 or not is_cut(node, partial)):
        if x._touched or x._primitive is None:
            x._grad += partial * adjoint
        else:
            x._grad = partial * adjoint
            x._touched = True
    if x._primitive is not None:
        x._uses -= 1
        if x._uses == 0:
            stack.append(x)


def is_cut(node: Value, partial: float) -> bool:
    """Whether no derivative flows along an edge with this partial: the operand was not selected.

    Then nothing is multiplied, as 0 times an infinite adjoint or partial would be nan.
    """
    op = node._primitive
    return partial == 0.0 and op is not None and op.selects
