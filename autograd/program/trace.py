"""Tracing: a function run once, on Values, and written down as a Program."""

import inspect
import math
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from autograd.program.program import LEAF, Guard, Program, Result
from autograd.rules.entrywise import as_object_array
from autograd.rules.operand import Operand
from autograd.rules.primitive import Primitive
from autograd.text.lines import user_line
from autograd.transforms import tree
from autograd.transforms.leaves import Leaves, flatten_inputs
from autograd.transforms.recording import check_function, name_of
from autograd.values.dual import Dual
from autograd.values.replay import Replay
from autograd.values.value import Value
from autograd.values.walk import topological_order


class TraceError(TypeError):
    """A function does something that a program of it would freeze, as reading a Value's number."""


def trace(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Program:
    """Return the program of f: what it computes, recorded at these arguments.

    Arguments may be numbers, arrays, and trees of these. The program computes the function's result
    for other numbers, too, as long as its comparisons come out as they did here. Derivatives are
    functions: trace `value_and_grad(f)` for the program of a gradient.

    Raises:
        TypeError: f is no function, or an argument is not made of real numbers.
        TraceError: f reads the number in a Value, calls `backward`, or returns no numbers.

    >>> print(trace(lambda x, y, z: (x + y) ** 2 * z, 1.0, 2.0, -6.0))
    <lambda>: 3 inputs, 3 operations
      v0 = x
      v1 = y
      v2 = v0 + v1
      v3 = v2 ** 2.0
      v4 = z
      v5 = v3 * v4
      return v5
    """
    check_function(f, "trace")
    return Tracing(f, args, kwargs).program


def flatten_arguments(f: Callable[..., Any], args: tuple[Any, ...], kwargs: Any) -> Leaves:
    """Return the numbers in the arguments of a function, each named by its parameter."""
    places: list[str] = []
    names = parameter_names(f, len(args))
    for name, arg in zip(names, args, strict=True):
        places += tree.paths(arg, name)
    for name in sorted(kwargs):
        places += tree.paths(kwargs[name], name)
    numbers = tree.map(_as_numbers, (args, kwargs))
    with _hint(" takes a number, "):
        return flatten_inputs(numbers, places, plain_only=True)


def parameter_names(f: Callable[..., Any], count: int) -> list[str]:
    """Return what so many positional arguments of a function are called."""
    names: list[str] = []
    try:
        for parameter in inspect.signature(f).parameters.values():
            if parameter.kind is parameter.VAR_POSITIONAL:
                names += [f"{parameter.name}[{i}]" for i in range(count - len(names))]
            elif parameter.kind is not parameter.KEYWORD_ONLY:
                names.append(parameter.name)
    except (TypeError, ValueError):  # as of functions written in C
        pass
    return (names + [f"argument {i}" for i in range(len(names), count)])[:count]


@contextmanager
def _hint(*signs: str) -> Iterator[None]:
    """Add to an error with one of these in its message what to do about plain arguments."""
    try:
        yield
    except (TypeError, IndexError, KeyError) as error:
        if any(sign in str(error) for sign in signs) and not isinstance(error, TraceError):
            error.add_note(
                "All arguments are made of numbers, which are Values while a function is traced: "
                "let jit take as static what is to reach it as it is, such as n in range(n), i in "
                "x[i], texts and objects: jit(f, static_argnums=...)"
            )
        raise


def _as_numbers(leaf: Any) -> Any:
    """Return truth values as numbers; all else as it is."""
    if isinstance(leaf, (bool, np.bool_)):
        return float(leaf)
    if isinstance(leaf, np.ndarray) and leaf.dtype == bool:
        return leaf.astype(np.float64)
    return leaf


_PACKAGE: Final = Path(__file__).absolute().parents[1]
_ENGINE: Final = tuple([str(_PACKAGE / name) for name in ("values", "rules", "program")])
_TRANSFORMS: Final = str(_PACKAGE / "transforms")


class Tracer(Replay):
    """The observer of a traced function: notes its comparisons, refuses what would freeze."""

    def __init__(self) -> None:
        super().__init__()
        self.comparisons: list[tuple[Value, bool, Any]] = []
        self.made: dict[int, Operand] = {}  # by id, which would go to another one if it were gone
        self._known: dict[tuple[Any, ...], bool] = {}

    def on_record(self, result: Operand, primitive: Primitive, operands: tuple[Any, ...]) -> None:
        """Note the operations that are the function's own."""
        self.made[id(result)] = result

    def on_compare(self, primitive: Primitive, operands: tuple[Any, ...], outcome: bool) -> Any:
        """Note a comparison of the function's own; return one of a rule's as a node."""
        if self.in_rules:
            return super().on_compare(primitive, operands, outcome)
        key = (primitive, *[id(x) if isinstance(x, Operand) else float(x) for x in operands])
        if key not in self._known:  # it was asked before: at the same numbers it answers the same
            self._known[key] = bool(outcome)
            node = primitive(*operands)
            self.comparisons.append((node, bool(outcome), user_line()))
        return None

    def on_read(self, node: Operand) -> None:
        """Refuse a read of a Value's number: the program would hold it for ever."""
        if not _asked_by_transform():
            raise TraceError(
                f"the number in a Value was read while its function was traced {user_line()}; the "
                "program would hold that number for ever: compute with the Value itself (sorted(), "
                "max() and other comparisons are followed), or let jit take the argument as static"
            )

    def on_sweep(self, root: Operand, seed: float) -> None:
        """Refuse `backward`, whose numbers the program would hold for ever."""
        if not _asked_by_transform():
            raise TraceError(
                f"backward() was called while a function was traced {user_line()}: trace "
                "grad(f) or value_and_grad(f) instead"
            )


def _asked_by_transform() -> bool:
    """Whether the engine's own code asked, which keeps derivatives right at other numbers."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_ENGINE):
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(_TRANSFORMS)


class Tracing:
    """One run of a function on Values.

    Attributes:
        result: what the function returned, with Values in it.
        numbers_only: whether numbers in it that depend on no Value are outputs, too.
        program: the same as a program.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        numbers_only: bool = False,
    ) -> None:
        self.name = name_of(f)
        self.numbers_only = numbers_only
        self.inputs = flatten_arguments(f, args, kwargs)
        pairs = zip(self.inputs.numbers, self.inputs.names, strict=True)
        self.variables = [Value(x, name) for x, name in pairs]
        own_args, own_kwargs = self.inputs.unflatten(self.variables)
        with _hint("Value", "only integers"), Tracer() as tracer:
            self.result = f(*own_args, **own_kwargs)
        self.comparisons = tracer.comparisons
        self._made = tracer.made

    @property
    def program(self) -> Program:
        """The recorded run, written down."""
        results = tree.flatten(self.result)
        leaves = [result_leaf(x, self.name, self.numbers_only) for x in results]
        outputs = [x for _, values in leaves for x in values or () if isinstance(x, Operand)]
        for x in outputs:
            if isinstance(x, Dual):
                raise TraceError(
                    f"{self.name} returned {x!r}, a dual number of a differentiation around it"
                )
        nodes = self._order(outputs)
        reached = set(map(id, nodes))
        nodes += [x for x in self.variables if id(x) not in reached]
        compared = self._order([node for node, _, _ in self.comparisons])
        reached = set(map(id, nodes))
        nodes += [x for x in compared if id(x) not in reached]
        writer = _Writer(nodes, self._made)
        own = set(map(id, self.variables))
        captured = [x for x in nodes if id(x) not in self._made and id(x) not in own]
        self._check(captured, own | self._made.keys())
        places = writer.places
        result = Result(
            tree.map(lambda _: 0.0, self.result),
            [
                (what, None if values is None else list(map(writer.ref, values)))
                for what, values in leaves
            ],
        )
        numbers = np.array(writer.constants, np.float64)
        return Program(
            name=self.name,
            rows=tuple(writer.rows),
            ops=np.array(writer.ops, np.int32),
            starts=np.array(writer.starts, np.int32),
            operands=np.array(writer.operands, np.int32),
            constants=numbers,
            inputs=Leaves(
                tree.map(lambda _: 0.0, self.inputs.tree),
                self.inputs.places,
                self.inputs.shapes,
                self.inputs.kinds,
                [],
            ),
            input_nodes=np.array([places[id(x)] for x in self.variables], np.int32),
            captured=tuple(captured),
            captured_nodes=np.array([places[id(x)] for x in captured], np.int32),
            result=result,
            guards=tuple(
                [Guard(places[id(node)], out, line) for node, out, line in self.comparisons]
            ),
        )

    def _check(self, captured: list[Value], traced: set[int]) -> None:
        """Raise a TraceError for what depends on the function's own, and was never recorded."""
        for x in captured:
            if x.op is not None and not traced.isdisjoint(map(id, topological_order(x))):
                raise TraceError(
                    f"{x.op!r} was built by hand while its function was traced: its number holds "
                    "at one point only; define it by autograd.custom_partials"
                )

    def _order(self, roots: list[Any]) -> list[Value]:
        """Return what the roots depend on, up to Values that were there before the function ran."""
        order = topological_order(*roots)
        made = self._made
        if all(x.op is None or id(x) in made for x in order):
            return order
        wanted = set(map(id, roots))
        for node in reversed(order):
            if id(node) in wanted and id(node) in made:
                wanted.update(map(id, node.parents))
        return [x for x in order if id(x) in wanted]


def result_leaf(leaf: Any, name: str, numbers_only: bool) -> tuple[Any, list[Any] | None]:
    """Return the shape and the numbers of a leaf that depends on Values; else (leaf, None).

    With numbers_only all numbers count as if they did.
    """
    if isinstance(leaf, Operand):
        return None, [leaf]
    if isinstance(leaf, np.ndarray) and leaf.dtype == object:
        entries = as_object_array(leaf).ravel().tolist()
        for x in entries:
            if not isinstance(x, (Operand, float, int)):
                raise TraceError(f"{name} returned an array that holds {x!r}, which is no number")
        return leaf.shape, entries
    if numbers_only and isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fiub":
        return leaf.shape, leaf.ravel().tolist()
    if numbers_only and isinstance(leaf, (bool, int, float, np.bool_, np.integer, np.floating)):
        return None, [float(leaf)]
    return leaf, None


class _Writer:
    """Writes nodes down as instructions."""

    def __init__(self, nodes: Sequence[Value], made: Container[int]) -> None:
        self.made = made
        self.places = {id(node): k for k, node in enumerate(nodes)}
        self.rows: list[Primitive] = []
        self.ops: list[int] = []
        self.starts: list[int] = [0]
        self.operands: list[int] = []
        self.constants: list[float] = []
        self._row_places: dict[Primitive, int] = {}
        self._constant_places: dict[Any, int] = {}
        for node in nodes:
            self._write(node)

    def _write(self, node: Value) -> None:
        op = node.op
        if op is None or id(node) not in self.made:
            self.ops.append(LEAF)
        else:
            place = self._row_places.get(op)
            if place is None:
                place = self._add_row(op)
            self.ops.append(place)
            places = self.places
            for x in node.operands:
                self.operands.append(places[id(x)] if isinstance(x, Value) else self.ref(x))
        self.starts.append(len(self.operands))

    def _add_row(self, op: Primitive) -> int:
        place = self._row_places[op] = len(self.rows)
        self.rows.append(op)
        return place

    def ref(self, x: Any) -> int:
        """Return the reference to a node or to a constant."""
        if isinstance(x, Value):
            return self.places[id(x)]
        number = float(x)
        key = (
            number
            if number == number and number != 0.0
            else (repr(number), math.copysign(1, number))
        )
        place = self._constant_places.get(key)
        if place is None:
            place = self._constant_places[key] = len(self.constants)
            self.constants.append(number)
        return ~place
