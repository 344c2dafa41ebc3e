"""What there is to tell of a graph: its steps, their local derivatives, adjoints, tangents, paths.

All derivatives are those of the recording. A formula for a local derivative is told only where its
number is the recorded one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from autograd import TABLE, Primitive, Value, topological_order
from autograd.values.by_hand import BY_HAND
from autograd.values.value import is_cut
from viz.explain.notation import MOST_OPERANDS, shown_name
from viz.explain.terms import Symbol, evaluated

Terms = Sequence[Any]


@dataclass(frozen=True, eq=False)
class Edge:
    """How the result of a step depends on one of its operands, over all places where it stands.

    Attributes:
        result, operand: their names.
        partial: the local derivative, as recorded.
        term: a formula for it; None where there is none that gives this number.
        flows: whether a derivative goes along it; it does not to what was not selected.
        kink: whether the slopes on the two sides of this point differ.
    """

    result: str
    operand: str
    partial: float
    term: Any
    flows: bool
    kink: bool


@dataclass(frozen=True, eq=False)
class Step:
    """An operation: the name of its result, its formula, its value, and its edges."""

    name: str
    term: Any
    value: float
    edges: tuple[Edge, ...]

    @property
    def chose(self) -> bool:
        """Whether it is an operand that a condition selected, and the condition is not told."""
        plain = isinstance(self.term, Symbol) and not self.term.operands
        return plain and not all(edge.flows for edge in self.edges)


@dataclass(frozen=True, eq=False)
class Lesson:
    """A graph, or the last operations of a large one.

    Attributes:
        result: the name of the number that is differentiated.
        given: the values that the steps start from, by name.
        inputs: the names of those to differentiate by.
        steps: the operations in the order of evaluation.
        left_out: how many operations before these are not told.
    """

    result: str
    given: dict[str, float]
    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    left_out: int

    @property
    def values(self) -> dict[str, float]:
        """The value of every name."""
        return self.given | {step.name: step.value for step in self.steps}

    def arriving(self) -> dict[str, list[Edge]]:
        """Return for every name the edges that its adjoint comes by, those nearest the end first.

        The order of the names is that of the backward pass.
        """
        found: dict[str, list[Edge]] = {self.result: []}
        edges = [edge for step in reversed(self.steps) for edge in step.edges]
        reached = {self.result}
        for edge in edges:
            if edge.flows and edge.result in reached:
                reached.add(edge.operand)
                found.setdefault(edge.operand, []).append(edge)
        order = [step.name for step in reversed(self.steps)] + list(self.given)
        return {name: found[name] for name in order if name in found}

    def adjoints(self) -> dict[str, float]:
        """Return the derivative of the result by every name that it depends on."""
        found = {self.result: 1.0}
        for name, edges in self.arriving().items():
            if edges:
                found[name] = _sum(found[edge.result] * edge.partial for edge in edges)
        return found

    def tangents(self, by: str) -> dict[str, float]:
        """Return the derivative by one of the inputs of every name that depends on it."""
        found = {by: 1.0}
        for step in self.steps:
            edges = self.pushed(step, found)
            if edges:
                found[step.name] = _sum(edge.partial * found[edge.operand] for edge in edges)
        return found

    @staticmethod
    def pushed(step: Step, tangents: Iterable[str]) -> list[Edge]:
        """Return the edges of a step along which tangents come to its result."""
        known = set(tangents)
        return [edge for edge in step.edges if edge.flows and edge.operand in known]

    def count_paths(self, by: str) -> int:
        """Return how many paths lead from the result to an input."""
        counts = Counter({self.result: 1})
        for name, edges in self.arriving().items():
            if edges:
                counts[name] = sum(counts[edge.result] for edge in edges)
        return counts[by]

    def paths(self, by: str) -> Iterator[tuple[Edge, ...]]:
        """Yield the paths from the result to an input, as their edges from the result on."""
        arriving = self.arriving()
        waiting: list[tuple[Edge, ...]] = [(edge,) for edge in reversed(arriving.get(by, []))]
        while waiting:
            path = waiting.pop()
            if path[0].result == self.result:
                yield path
            else:
                waiting += [(edge, *path) for edge in reversed(arriving[path[0].result])]


def _sum(numbers: Iterable[float]) -> float:
    return reduce(lambda x, y: x + y, numbers)


def lesson_of(root: Value, inputs: Sequence[Value] | None, most: int) -> Lesson:
    """Return what there is to tell of a graph.

    Args:
        root: the result.
        inputs: the leaves to differentiate by; by default all.
        most: how many operations are told: of more, the last ones.

    Raises:
        ValueError: there is no operation, or a leaf has other data than at the recording.
    """
    order = topological_order(root)
    if root.op is None:
        raise ValueError(
            f"explain() has nothing to explain: {root!r} was not computed from anything. "
            "Give it the result of a computation, or a function and its arguments"
        )
    names = _names(order if inputs is None else [*order, *inputs], root)
    operations = [node for node in order if node.op is not None]
    told = operations[-most:]
    for node in told:
        _check_up_to_date(node, names)
    inside = set(map(id, told))
    used = {id(x) for node in told for x in node.parents} - inside
    given = [x for x in order if id(x) in used]
    leaves = [x for x in order if x.op is None] if inputs is None else list(inputs)
    known = set(map(id, given))
    return Lesson(
        names[id(root)],
        {names[id(x)]: x.data for x in given},
        tuple([names[id(x)] for x in leaves if inputs is not None or id(x) in known]),
        tuple([_step(node, names) for node in told]),
        len(operations) - len(told),
    )


def _names(order: Sequence[Value], root: Value) -> dict[int, str]:
    """Return a name of its own for every node: v3 for what has none, as in a drawing of the graph.

    A nameless result is called f.
    """
    nodes = {id(x): x for x in order}
    shown = {key: shown_name(x.name) for key, x in nodes.items()}
    if not root.name:
        shown[id(root)] = "f"
    counts = Counter(shown.values())
    unclear = re.compile(r"v\d+|\s*")
    return {
        key: f"v{i}" if counts[shown[key]] > 1 or unclear.fullmatch(shown[key]) else shown[key]
        for i, key in enumerate(nodes)
    }


def _check_up_to_date(node: Value, names: dict[int, str]) -> None:
    assert node.op is not None
    if node.op.name.endswith(BY_HAND):
        return
    again = node.op.fn(*[x.data if isinstance(x, Value) else x for x in node.operands])
    if again != node.data and not (math.isnan(again) and math.isnan(node.data)):
        operands = " or ".join(dict.fromkeys(names[id(x)] for x in node.parents))
        raise ValueError(
            f"{names[id(node)]} is {node.data:g}, but would be {again:g} by now: {operands} got "
            "new data since it was computed. Compute it again, then explain it"
        )


# Steps.


def _step(node: Value, names: dict[int, str]) -> Step:
    assert node.op is not None
    name = names[id(node)]
    operands = [Symbol(names[id(x)]) if isinstance(x, Value) else x for x in node.operands]
    numbers = {names[id(x)]: x.data for x in (node, *node.parents)}
    places: dict[int, list[tuple[int, float]]] = {}
    partials = iter(node.partials)
    for i, x in enumerate(node.operands):
        if isinstance(x, Value):
            places.setdefault(id(x), []).append((i, next(partials)))
    edges = []
    for key, found in places.items():
        flowing = [(i, p) for i, p in found if not is_cut(node, p)] or found
        partial = _sum(p for _, p in flowing)
        wanted = [i for i, _ in flowing]
        term = _local(node.op, Symbol(name), operands, wanted, numbers, partial)
        flows = not all(is_cut(node, p) for _, p in found)
        kink = _has_kink(node, [i for i, _ in found])
        edges.append(Edge(name, names[key], partial, term, flows, kink))
    return Step(name, _formula(node.op, operands), node.data, tuple(edges))


def _has_kink(node: Value, places: Sequence[int]) -> bool:
    """Whether the slopes of an operation to the left and to the right of an operand differ.

    Where they do not, what they are apart shrinks with the step.
    """
    op = node.op
    assert op is not None
    if op.arity is None or TABLE.get(op.name) is not op:
        return False
    at = [x.data if isinstance(x, Value) else x for x in node.operands]
    size = max(1.0, *(abs(at[i]) for i in places))
    gaps = []
    for step in (1e-4 * size, -1e-4 * size, 1e-6 * size, -1e-6 * size):
        moved = [x + step if i in places else x for i, x in enumerate(at)]
        gaps.append((op.fn(*moved) - node.data) / step)
    (right, left, near_right, near_left) = gaps
    gap = abs(near_right - near_left)
    return gap > 0.5 * abs(right - left) and gap > 1e-3 * max(abs(near_right), abs(near_left))


_BY_HAND = {"+": "add", "*": "mul"}


def _formula(op: Primitive, operands: Terms) -> Any:
    """Return an operation as a formula, those of any number of operands by what they stand for."""
    if op.name in _WRITTEN_OUT and TABLE.get(op.name) is op and len(operands) <= MOST_OPERANDS:
        return _WRITTEN_OUT[op.name](operands)
    if op is TABLE["where"] and isinstance(operands[0], float):
        return operands[1 if operands[0] else 2]  # a comparison was decided as it was recorded
    name = op.name.removesuffix(BY_HAND)
    if op.name.endswith(BY_HAND):
        return Symbol(_BY_HAND.get(name, name) if len(operands) == 2 else name, tuple(operands))
    return Symbol(name if TABLE.get(op.name) is op else op.symbol, tuple(operands))


def _added(terms: Iterable[Any]) -> Any:
    return reduce(lambda a, b: Symbol("add", (a, b)), terms)


def _products(factors: Terms) -> list[Any]:
    half = len(factors) // 2
    products: list[Any] = [
        Symbol("mul", pair) for pair in zip(factors, factors[half:], strict=False)
    ]
    if isinstance(factors[-1], float) and factors[-1] == 1.0:
        products[-1] = factors[half - 1]  # a bias stands beside a constant 1
    return products


_WRITTEN_OUT: Final[dict[str, Callable[[Terms], Any]]] = {
    "sum": _added,
    "dot": lambda xs: _added(_products(xs)),
    "mean": lambda xs: Symbol("div", (_added(xs), float(len(xs)))),
    "prod": lambda xs: reduce(lambda a, b: Symbol("mul", (a, b)), xs),
    "norm": lambda xs: Symbol("sqrt", (_added([Symbol("square", (x,)) for x in xs]),)),
    "logsumexp": lambda xs: Symbol("log", (_added([Symbol("exp", (x,)) for x in xs]),)),
    "identity": lambda xs: xs[0],
}


def _square(x: Any) -> Any:
    return TABLE["square"](x)


def _root(x: Any) -> Any:
    return TABLE["sqrt"](x)


_TEXTBOOK: Final[dict[str, Callable[..., Terms]]] = {
    "pow": lambda y, a, b: (b * TABLE["pow"](a, b - 1.0), y * TABLE["log"](a)),
    "div": lambda y, a, b: (1.0 / b, -(a / _square(b))),
    "reciprocal": lambda y, x: (-(1.0 / _square(x)),),
    "sqrt": lambda y, x: (1.0 / (2.0 * y),),
    "cbrt": lambda y, x: (1.0 / (3.0 * _square(y)),),
    "tanh": lambda y, x: (1.0 - _square(y),),
    "sigmoid": lambda y, x: (y * (1.0 - y),),
    "arcsin": lambda y, x: (1.0 / _root(1.0 - _square(x)),),
    "arccos": lambda y, x: (-(1.0 / _root(1.0 - _square(x))),),
    "arcsinh": lambda y, x: (1.0 / _root(1.0 + _square(x)),),
    "arccosh": lambda y, x: (1.0 / _root(_square(x) - 1.0),),
    "arctanh": lambda y, x: (1.0 / (1.0 - _square(x)),),
    "hypot": lambda y, a, b: (a / y, b / y),
    "norm": lambda y, *xs: [x / y for x in xs],
    "logsumexp": lambda y, *xs: [TABLE["exp"](x - y) for x in xs],
    "logaddexp": lambda y, a, b: [TABLE["exp"](x - y) for x in (a, b)],
}
"""Partials as books have them, where the rules are written for accuracy at extreme numbers."""


def _local(
    op: Primitive,
    y: Symbol,
    operands: Terms,
    places: Sequence[int],
    numbers: dict[str, float],
    partial: float,
) -> Any:
    """Return a formula for the partial by what stands in these places; None if none gives it."""
    if TABLE.get(op.name) is op and op.name in _TEXTBOOK:
        term = _tried(lambda: _TEXTBOOK[op.name](y, *operands), places)
        if _gives(term, numbers, partial):
            return term
    rules = op.differentiable_partials
    term = _tried(lambda: dict(zip(places, rules(y, tuple(operands), places), strict=True)), places)
    return term if _gives(term, numbers, partial) else None


def _tried(rule: Callable[[], Any], places: Sequence[int]) -> Any:
    """Return the sum of a rule's terms; None where the rule, perhaps the user's, takes no symbols.

    A rule may be any code, so any error says so.
    """
    try:
        terms = rule()
        return _added([terms[i] for i in places])
    except Exception:
        return None


def _gives(term: Any, numbers: dict[str, float], partial: float) -> bool:
    if term is None:
        return False
    try:
        found = evaluated(term, numbers)
    except (KeyError, TypeError, ValueError):  # a function that the table does not have
        return False
    return math.isclose(found, partial, rel_tol=1e-6) or (found != found and partial != partial)


# The whole formula.

LONGEST_FORMULA: Final = 80
"""In columns: how long a formula may be to stand in a headline."""


def whole_formula(lesson: Lesson) -> Any:
    """Return the result as one term of what is given; None where that would be long."""
    found: dict[str, Any] = {name: Symbol(name) for name in lesson.given}
    sizes = dict.fromkeys(lesson.given, 1)
    for step in lesson.steps:
        names = _leaves(step.term)
        sizes[step.name] = 1 + sum(sizes[name] for name in names)
        if sizes[step.name] > LONGEST_FORMULA // 3:
            return None
        found[step.name] = _replaced(step.term, found)
    return found[lesson.result]


def _leaves(term: Any) -> list[str]:
    if not isinstance(term, Symbol):
        return []
    if not term.operands:
        return [term.name]
    return [name for part in term.operands for name in _leaves(part)]


def _replaced(term: Any, by: dict[str, Any]) -> Any:
    if not isinstance(term, Symbol):
        return term
    if not term.operands:
        return by[term.name]
    return Symbol(term.name, tuple([_replaced(part, by) for part in term.operands]))
