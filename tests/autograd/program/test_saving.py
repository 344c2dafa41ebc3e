"""Programs in files: they come back as they were, and nothing else comes out of a file."""

from __future__ import annotations

import json
import math
import pickle
from collections import OrderedDict, namedtuple
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, custom_partials, exp, grad, value_and_grad
from autograd.program.machine import INTERPRETERS
from autograd.program.program import Program
from autograd.program.source import LANGUAGES
from autograd.program.trace import trace
from tests.programs import Case, by_machine, check, evaluated, straight

W = Tensor([[1.0, -2.0], [0.5, 3.0]], name="W")


def layered(params: Any, x: Any, *, scale: Any) -> Any:
    y = np.tanh(W @ x + params["b"]) * scale
    while y[0] < 1.0:
        y = y * 2.0 + 0.7
    return {"y": y, "rest": (None, [math.inf, "word", True, np.array([1, 2])], y[0] * math.nan)}


ARGS: tuple[Any, ...] = ({"b": np.array([0.3, 0.1], np.float32)}, np.array([0.5, 0.2]))
SUBJECTS: dict[str, Program] = {
    "formula": trace(value_and_grad(lambda x, y: (x + y) ** 2 * y, (0, 1)), 1.0, 2.0),
    "layers": trace(layered, *ARGS, scale=2.0),
    "second derivatives": trace(grad(grad(exp)), 1.0),
    "nothing": trace(lambda: None),
    "empty arrays": trace(lambda x: (x, np.zeros((0, 3)), np.array("word")), np.zeros((2, 0))),
    "numbers": trace(lambda x: [x * k for k in (math.inf, -math.inf, math.nan, -0.0, 5e-324)], 1.0),
}
over_subjects = pytest.mark.parametrize("program", SUBJECTS.values(), ids=SUBJECTS)


def point_of(program: Program) -> list[float]:
    return [0.5 + 0.25 * k for k in range(len(program.input_nodes))]


def assert_same(one: Program, other: Program) -> None:
    for name in ("ops", "starts", "operands", "constants", "input_nodes", "captured_nodes"):
        first, second = getattr(one, name), getattr(other, name)
        assert first.dtype == second.dtype
        np.testing.assert_array_equal(first, second)
    assert one.rows == other.rows
    assert str(one) == str(other)
    assert one.source() == other.source()
    assert repr(evaluated(one, point_of(one))) == repr(evaluated(other, point_of(one)))
    assert one.inputs.kinds == other.inputs.kinds
    assert [x.name for x in one.captured] == [x.name for x in other.captured]


@over_subjects
def test_json_and_back(program: Program) -> None:
    again = Program.from_json(program.to_json())
    assert again.to_json() == program.to_json()
    for guard, other in zip(program.guards, again.guards, strict=True):
        assert (guard.node, guard.outcome, guard.line.code) == (
            other.node,
            other.outcome,
            other.line.code,
        )
    lines = str(program).splitlines(), str(again).splitlines()
    kept = [[line for line in part if "require" not in line] for part in lines]
    assert kept[0] == kept[1]
    assert again.source() == program.source()
    assert repr(evaluated(again, point_of(program))) == repr(evaluated(program, point_of(program)))
    assert again.inputs.kinds == program.inputs.kinds
    args, kwargs = again.inputs.unflatten(point_of(program))
    assert (type(args), type(kwargs)) == (tuple, dict)


@over_subjects
def test_pickle(program: Program) -> None:
    assert_same(program, pickle.loads(pickle.dumps(program)))
    assert_same(program, deepcopy(program))


def test_files(tmp_path: Path) -> None:
    program = SUBJECTS["layers"]
    path = tmp_path / "program.json"
    program.save(path)
    program.save(str(path))
    assert Program.load(path).to_json() == program.to_json()
    assert list(tmp_path.iterdir()) == [path]
    path.write_text("{}")
    with pytest.raises(ValueError, match=r"program\.json cannot be loaded: this is not the JSON"):
        Program.load(path)
    with pytest.raises(FileNotFoundError):
        Program.load(tmp_path / "other.json")


def test_static_leaves_keep_their_types() -> None:
    leaves: list[Any] = [True, 2, 2.5, "a", np.float32(1.5), np.array([True]), np.array([[1, 2]])]
    leaves += [np.array(["a", "bc"]), np.array([1.5, math.nan]), np.uint8(3), math.inf, 10**30]
    program = trace(lambda: leaves)
    found = [what for what, _ in Program.from_json(program.to_json()).result.leaves]
    for x, y in zip(leaves, found, strict=True):
        assert isinstance(y, np.ndarray) == isinstance(x, np.ndarray)
        np.testing.assert_array_equal(x, y)
        assert np.asarray(x).dtype.kind == np.asarray(y).dtype.kind or x is leaves[9]


def test_captured_values_are_saved_with_their_names() -> None:
    slope = Value(2.0, "slope")
    program = trace(lambda x: x * slope, 1.0)
    text = program.to_json()
    slope.data = 5.0
    again = Program.from_json(text)
    assert [(x.name, x.data) for x in again.captured] == [("slope", 2.0)]


def test_ordered_dicts_are_dicts() -> None:
    program = trace(lambda p: OrderedDict(b=p["a"], a=p["b"]), OrderedDict(b=1.0, a=2.0))
    again = Program.from_json(program.to_json())
    assert again.source() == program.source()
    assert str(again).endswith("return {'b': v1, 'a': v0}")


# What cannot be saved.


@custom_partials(lambda y, x: 2.0 * x)
def square_of_mine(x: float) -> float:
    return x * x


Point = namedtuple("Point", "x y")


def nested(depth: int) -> Any:
    x: Any = 1.0
    for _ in range(depth):
        x = [x]
    return x


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (trace(square_of_mine, 1.0), "<primitive square_of_mine>, a primitive of your own"),
        (trace(lambda x: (x, object), 1.0), r"result\[1\] is <class 'object'>: only numbers"),
        (trace(lambda x: (x, np.array([1j])), 1.0), r"result\[1\] is array\(\[0.\+1.j\]\)"),
        (trace(lambda p: p.x, Point(1.0, 2.0)), "Point is a class of your own"),
        (trace(lambda x: {(1, 2): x}, 1.0), r"the key \(1, 2\) is no text nor a number"),
        (trace(lambda x: x, nested(200)), "nested deeper than 100 levels"),
    ],
)
def test_refused(program: Program, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        program.save(tmp_path / "program.json")
    assert list(tmp_path.iterdir()) == []


# What cannot be loaded.


def guarded(p: Any, x: Any) -> Any:
    return np.dot(p["w"], x) * W[0, 0] if x[0] > 0.0 else 0.0


GOOD = trace(value_and_grad(guarded), {"w": np.ones(2)}, np.ones(2)).to_json()


def altered(*path: Any, to: Any) -> str:
    found = json.loads(GOOD)
    place = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(found)


GOOD_NODES = json.loads(GOOD)["nodes"]
FIRST = next(k for k, x in enumerate(GOOD_NODES) if x is not None)
DOT = json.loads(GOOD)["rows"].index("dot")
IS_DOT = next(k for k, x in enumerate(GOOD_NODES) if x and x[0] == DOT)
LEAF = next(k for k, x in enumerate(GOOD_NODES) if x is None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is not the JSON of a program"),
        ("[]", 'lacks "format": "dualgrad program"'),
        ("{", "this is not the JSON of a program"),
        (b"\xff\xfe\x00", "this is not the JSON of a program"),
        ("[" * 100_000, "nested too deep|not the JSON"),
        ('{"format": NaN}', "JSON has no NaN"),
        (altered("version", to=2), "of version 2, and this dualgrad reads 1"),
        (altered("more", to=1), "the program must be an object with name, rows"),
        (altered("name", to=3), "name must be a text, not 3"),
        (altered("rows", 0, to="dott"), r"unknown primitive 'dott' \(did you mean 'dot'\?\)"),
        (altered("rows", 0, to=["__import__"]), "unknown primitive"),
        (altered("rows", 1, to=json.loads(GOOD)["rows"][0]), "rows has a name twice"),
        (altered("constants", 0, to="1"), r"constants\[0\] must be a number"),
        (altered("constants", 0, to=True), r"constants\[0\] must be a number"),
        (altered("constants", 0, to=10**400), "must be a finite number"),
        (
            altered("nodes", FIRST, 0, to=99),
            rf"nodes\[{FIRST}\]\[0\] must be a whole number from 0",
        ),
        (altered("nodes", FIRST, 1, to=FIRST), rf"nodes\[{FIRST}\]\[1\] must be a whole number"),
        (altered("nodes", FIRST, 1, to=-99), rf"nodes\[{FIRST}\]\[1\] must be a whole number"),
        (altered("nodes", FIRST, 1, to=1.0), rf"nodes\[{FIRST}\]\[1\] must be a whole number"),
        (altered("nodes", FIRST, 1, to=False), "not False"),
        (altered("nodes", IS_DOT, to=[DOT, 0]), "has 1 operands, but dot takes two halves"),
        (altered("nodes", FIRST, to=[]), rf"nodes\[{FIRST}\]\[0\] must be"),
        (altered("nodes", FIRST, to=None), "are not those nodes that are null"),
        (altered("nodes", FIRST, to=GOOD_NODES[FIRST] * 2), "operands, but"),
        (altered("inputs", "nodes", 0, to=999), "inputs.nodes must be a whole number from 0 to"),
        (altered("inputs", "nodes", 0, to=FIRST), "are not those nodes that are null"),
        (altered("inputs", "shapes", 0, to=[3]), "not as many places, shapes, kinds and nodes"),
        (altered("inputs", "shapes", 0, to=[-1, -2]), r"inputs.shapes\[0\] must be a whole number"),
        (altered("inputs", "shapes", 0, to=[0, 2**30, 2**30]), "fits into memory"),
        (altered("inputs", "kinds", 0, to="float46"), r"unknown type in inputs.kinds\[0\]"),
        (altered("inputs", "tree", to=["list", 0]), "is not of positional and of named arguments"),
        (altered("inputs", "tree", to=["set", 0]), "inputs.tree must be 0, null, or a list"),
        (altered("inputs", "tree", to=["dict", ["a", 0], ["a", 0]]), "has the key 'a' twice"),
        (altered("inputs", "tree", to=nested(150)), "inputs.tree"),
        (altered("inputs", "tree", 1, 1, to=["dict", [[], 0]]), "made of pairs of a text"),
        (altered("captured", 0, "node", to=-1), r"captured\[0\].node must be a whole number"),
        (altered("captured", 0, "value", to="much"), r"captured\[0\].value must be a number"),
        (altered("captured", to=[]), "are not those nodes that are null"),
        (altered("result", "tree", to=0), "result.leaves are not as many as result.tree has"),
        (altered("result", "leaves", 0, "refs", to=[10**6]), r"result.leaves\[0\].refs must be"),
        (altered("result", "leaves", 0, "shape", to=[7]), "has 1 refs for the shape"),
        (altered("result", "leaves", 0, to={"value": [1]}), "must be a number, a truth value or"),
        (altered("result", "leaves", 0, to={"array": [2], "shape": [1], "kind": "O"}), "unknown"),
        (altered("result", "leaves", 0, to={"array": [2], "shape": [3], "kind": "i"}), "no array"),
        (altered("result", "leaves", 0, to={"array": [2**70], "shape": [1], "kind": "i"}), "kind"),
        (altered("guards", 0, "node", to=5000), r"guards\[0\].node must be a whole number"),
        (altered("guards", 0, "outcome", to=1), r"guards\[0\].outcome must be true or false"),
        (altered("guards", 0, to={}), r"guards\[0\] must be an object with node, outcome"),
    ],
)
def test_unsound(text: str | bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Program.from_json(text)


def test_arity_is_checked() -> None:
    found = json.loads(trace(lambda x: exp(x) + x, 1.0).to_json())
    found["nodes"][1] = [found["nodes"][1][0], 0, 0]
    with pytest.raises(ValueError, match=r"nodes\[1\] has 2 operands, but exp takes 1"):
        Program.from_json(json.dumps(found))


def test_the_file_of_a_comparison_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("the secret\n")
    text = altered("guards", 0, "file", to=str(secret))
    found = json.loads(text)
    found["guards"][0] |= {"line": 1, "code": ""}
    assert "the secret" not in str(Program.from_json(json.dumps(found)))


def refused_or_sound(text: str | bytes) -> bool:
    """Whether the text is refused; else it can be printed, saved and run, with right results."""
    try:
        program = Program.from_json(text)
    except ValueError:
        return True
    Program.from_json(program.to_json())
    str(program)
    program.cost()
    for language in LANGUAGES:
        try:
            program.source(language)
        except ValueError:
            assert language in ("python", "c", "javascript")
    width = len(program.input_nodes)
    case = Case("loaded", program, [[1.0] * width, [0.5 - k for k in range(width)]])
    for interpreter in {INTERPRETERS[0], INTERPRETERS[-1]}:
        for lanes in (1, 33):
            results = by_machine(interpreter, lanes)([case], Path())
            check([case], results, [straight(case)], 4)
    return False


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_changed_bytes(place: int, byte: int) -> None:
    data = bytearray(GOOD.encode())
    data[place] = byte
    refused_or_sound(bytes(data))


@settings(max_examples=150)
@given(st.data())
def test_changed_parts(data: st.DataObject) -> None:
    """Any part of the file is exchanged for another, for a number near it, or for anything."""
    found = json.loads(GOOD)
    places: list[tuple[Any, Any]] = []
    pending = [found]
    while pending:
        part = pending.pop()
        for key in part if isinstance(part, dict) else range(len(part)):
            places.append((part, key))
            if isinstance(part[key], (dict, list)):
                pending.append(part[key])
    for _ in range(data.draw(st.integers(1, 3))):
        place, key = data.draw(st.sampled_from(places))
        other, other_key = data.draw(st.sampled_from(places))
        anything = st.sampled_from([None, 0, -1, 2**31, 1e9, "", "x", [], {}, True, [0], "nan"])
        near = place.get(key) if isinstance(place, dict) else place[key] if key < len(place) else 0
        choices = [anything, st.just(deepcopy(other[other_key]))]
        if type(near) is int:
            choices.append(st.integers(near - 3, near + 3))
        place[key] = data.draw(st.one_of(choices))
    refused_or_sound(json.dumps(found))


def test_cut_files() -> None:
    assert all(refused_or_sound(GOOD[:k]) for k in range(0, len(GOOD), 7))
    assert not refused_or_sound(GOOD)
