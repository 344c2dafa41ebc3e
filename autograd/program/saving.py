"""Programs as JSON, and back: a text that is no sound program is refused, and none is ever run."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from typing import Any, Final, NoReturn

import numpy as np

from autograd.program.instructions import LEAF, Guard, Instructions, Result, plain
from autograd.rules.primitive import TABLE, Primitive
from autograd.text.lines import Line
from autograd.text.names import unknown
from autograd.text.words import cut
from autograd.transforms import tree
from autograd.transforms.leaves import Leaves
from autograd.values.value import Value

FORMAT: Final = "dualgrad program"
VERSION: Final = 1

DEEPEST: Final = 100
"""How deep the arguments and the result may be nested."""
LARGEST: Final = 2**31 - 1
"""How many nodes, operands or entries of an array there may be."""

_WORDS: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_KINDS: Final = {name: np.dtype(name) for name in ("float16", "float32", "float64")}
_STATIC: Final[dict[str, Any]] = {
    "b": np.bool_,
    "i": np.int64,
    "u": np.uint64,
    "f": np.float64,
    "U": np.str_,
}


# Writing.


def to_json(program: Instructions) -> str:
    """Return the text; see `Program.to_json`."""
    for row in program.rows:
        if TABLE.get(row.name) is not row:
            raise ValueError(
                f"{program.name} uses {row!r}, a primitive of your own, which cannot be saved: "
                "pickle the program, or write the function in dualgrad's own operations"
            )
    inputs, result = program.inputs, program.result
    places = tree.paths(result.tree, "result")
    captured = zip(program.captured_nodes.tolist(), program.captured, strict=True)
    ops = program.ops.tolist()
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "name": program.name,
            "rows": [row.name for row in program.rows],
            "constants": [_written(x) for x in program.constants.tolist()],
            "nodes": [
                None if op == LEAF else [op, *refs]
                for op, (_, refs) in zip(ops, program, strict=True)
            ],
            "inputs": {
                "tree": _tree(inputs.tree, "the arguments"),
                "places": inputs.places,
                "shapes": inputs.shapes,
                "kinds": [None if kind is None else kind.name for kind in inputs.kinds],
                "nodes": program.input_nodes.tolist(),
            },
            "captured": [
                {"node": node, "name": value.name, "value": _written(value.data)}
                for node, value in captured
            ],
            "result": {
                "tree": _tree(result.tree, "the result"),
                "leaves": [
                    _leaf(what, place) if refs is None else {"shape": what, "refs": refs}
                    for place, (what, refs) in zip(places, result.leaves, strict=True)
                ],
            },
            "guards": [
                {
                    "node": guard.node,
                    "outcome": guard.outcome,
                    "file": os.path.basename(guard.line.path).strip("<>"),
                    "line": guard.line.number,
                    "code": guard.line.code,
                }
                for guard in program.guards
            ],
        },
        allow_nan=False,
        separators=(",", ":"),
    )


def _written(x: float) -> float | str:
    return x if math.isfinite(x) else str(x)


def _tree(x: Any, what: str, depth: int = 0) -> Any:
    """Return a structure as lists of its kind and its parts; a leaf is 0."""
    if depth > DEEPEST:
        raise ValueError(f"{what} cannot be saved: it is nested deeper than {DEEPEST} levels")
    if x is None:
        return None
    if isinstance(x, dict):
        for key in x:
            if type(key) not in (str, int):
                raise ValueError(f"{what} cannot be saved: the key {key!r} is no text nor a number")
        return ["dict", *[[key, _tree(part, what, depth + 1)] for key, part in x.items()]]
    if hasattr(x, "_fields"):
        raise ValueError(f"{what} cannot be saved: {type(x).__name__} is a class of your own")
    if isinstance(x, (tuple, list)):
        kind = "list" if isinstance(x, list) else "tuple"
        return [kind, *[_tree(part, what, depth + 1) for part in x]]
    return 0


def _leaf(x: Any, place: str) -> dict[str, Any]:
    """Return a leaf of a result that does not depend on the inputs."""
    own = plain(x, place)
    if isinstance(x, np.ndarray):
        return {
            "array": [_static(entry) for entry in np.ravel(x).tolist()],
            "shape": x.shape,
            "kind": x.dtype.kind,
        }
    return {"value": _static(own)}


def _static(x: Any) -> Any:
    return {"float": str(x)} if isinstance(x, float) and not math.isfinite(x) else x


# Reading.


def from_json(text: str | bytes) -> dict[str, Any]:
    """Return the fields of the program in a text, each checked; see `Program.from_json`."""
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("this is not the JSON of a program: it is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"this is not the JSON of a program: {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f'this is not the JSON of a program: it lacks "format": "{FORMAT}"')
    if found.get("version") != VERSION:
        version = cut(repr(found.get("version")))
        raise ValueError(f"the program is of version {version}, and this dualgrad reads {VERSION}")
    return _fields(
        _record(
            found,
            "the program",
            "name rows constants nodes inputs captured result guards format version",
        )
    )


def _fields(found: dict[str, Any]) -> dict[str, Any]:
    rows = [_row(name) for name in _list(found["rows"], "rows")]
    if len(set(rows)) < len(rows):
        raise ValueError("rows has a name twice")
    constants = [
        _number(x, f"constants[{k}]") for k, x in enumerate(_list(found["constants"], "constants"))
    ]
    ops, starts, operands = _nodes(_list(found["nodes"], "nodes"), rows, len(constants))
    count = len(ops)
    inputs, input_nodes = _inputs(found["inputs"], count)
    captured, captured_nodes = [], []
    for k, x in enumerate(_list(found["captured"], "captured")):
        what = f"captured[{k}]"
        entry = _record(x, what, "node name value")
        captured_nodes.append(_whole(entry["node"], f"{what}.node", 0, count))
        name = _text(entry["name"], f"{what}.name")
        captured.append(Value(_number(entry["value"], f"{what}.value"), name))
    leaves = [*input_nodes, *captured_nodes]
    if sorted(leaves) != [k for k, op in enumerate(ops) if op == LEAF]:
        raise ValueError("the nodes of inputs and captured are not those nodes that are null")
    return {
        "name": _text(found["name"], "name"),
        "rows": tuple(rows),
        "ops": np.array(ops, np.int32),
        "starts": np.array(starts, np.int32),
        "operands": np.array(operands, np.int32),
        "constants": np.array(constants, np.float64),
        "inputs": inputs,
        "input_nodes": np.array(input_nodes, np.int32),
        "captured": tuple(captured),
        "captured_nodes": np.array(captured_nodes, np.int32),
        "result": _result(found["result"], -len(constants), count),
        "guards": tuple(
            [
                _guard(x, f"guards[{k}]", count)
                for k, x in enumerate(_list(found["guards"], "guards"))
            ]
        ),
    }


def _nodes(
    nodes: list[Any], rows: list[Primitive], constants: int
) -> tuple[list[int], list[int], list[int]]:
    """Return the operations, where their operands start, and these."""
    ops: list[int] = []
    starts = [0]
    operands: list[int] = []
    for node, x in enumerate(nodes):
        what = f"nodes[{node}]"
        op = LEAF
        if x is not None:
            place, *refs = _list(x, what) or [None]
            op = _whole(place, f"{what}[0]", 0, len(rows))
            for k, ref in enumerate(refs, 1):
                operands.append(_whole(ref, f"{what}[{k}]", -constants, node))
            row = rows[op]
            if row.arity is not None and len(refs) != row.arity:
                raise ValueError(
                    f"{what} has {len(refs)} operands, but {row.name} takes {row.arity}"
                )
            if row.name == "dot" and len(refs) % 2:
                raise ValueError(f"{what} has {len(refs)} operands, but dot takes two halves")
        ops.append(op)
        starts.append(len(operands))
    if len(operands) > LARGEST:
        raise ValueError(f"nodes have more than {LARGEST} operands")
    return ops, starts, operands


def _inputs(x: Any, count: int) -> tuple[Leaves, list[int]]:
    found = _record(x, "inputs", "tree places shapes kinds nodes")
    structure = _structure(found["tree"], "inputs.tree")
    is_call = type(structure) is tuple and list(map(type, structure)) == [tuple, dict]
    if not is_call or not all(isinstance(key, str) for key in structure[1]):
        raise ValueError("inputs.tree is not of positional and of named arguments")
    places = [_text(x, "inputs.places") for x in _list(found["places"], "inputs.places")]
    shapes = [
        None if x is None else _shape(x, f"inputs.shapes[{k}]")
        for k, x in enumerate(_list(found["shapes"], "inputs.shapes"))
    ]
    kinds = []
    for k, name in enumerate(_list(found["kinds"], "inputs.kinds")):
        if name is not None and (not isinstance(name, str) or name not in _KINDS):
            raise unknown(_KINDS, name, f"type in inputs.kinds[{k}]")
        kinds.append(None if name is None else _KINDS[name])
    lengths = {len(tree.flatten(structure)), len(places), len(shapes), len(kinds)}
    nodes = [_whole(x, "inputs.nodes", 0, count) for x in _list(found["nodes"], "inputs.nodes")]
    if len(lengths) > 1 or sum([math.prod(shape or ()) for shape in shapes]) != len(nodes):
        raise ValueError("inputs has not as many places, shapes, kinds and nodes as leaves")
    return Leaves(structure, places, shapes, kinds, []), nodes


def _result(x: Any, low: int, high: int) -> Result:
    found = _record(x, "result", "tree leaves")
    structure = _structure(found["tree"], "result.tree")
    leaves: list[tuple[Any, list[int] | None]] = []
    for k, leaf in enumerate(_list(found["leaves"], "result.leaves")):
        what = f"result.leaves[{k}]"
        if not isinstance(leaf, dict) or "refs" not in leaf:
            leaves.append((_read_leaf(leaf, what), None))
            continue
        leaf = _record(leaf, what, "shape refs")
        refs = [_whole(ref, f"{what}.refs", low, high) for ref in _list(leaf["refs"], what)]
        shape = None if leaf["shape"] is None else _shape(leaf["shape"], f"{what}.shape")
        if math.prod(shape or ()) != len(refs):
            raise ValueError(f"{what} has {len(refs)} refs for the shape {shape or ()}")
        leaves.append((shape, refs))
    if len(tree.flatten(structure)) != len(leaves):
        raise ValueError("result.leaves are not as many as result.tree has")
    return Result(structure, leaves)


def _read_leaf(x: Any, what: str) -> Any:
    if isinstance(x, dict) and "value" in x:
        return _read_static(_record(x, what, "value")["value"], f"{what}.value")
    found = _record(x, what, "array shape kind")
    shape = _shape(found["shape"], f"{what}.shape")
    kind = found["kind"]
    if not isinstance(kind, str) or kind not in _STATIC:
        raise unknown(_STATIC, kind, f"type in {what}.kind")
    entries = [_read_static(x, f"{what}.array") for x in _list(found["array"], f"{what}.array")]
    types = {"b": bool, "i": int, "u": int, "f": float, "U": str}
    if math.prod(shape) != len(entries) or any(type(x) is not types[kind] for x in entries):
        raise ValueError(f"{what} is no array of its shape and kind")
    try:
        return np.array(entries, _STATIC[kind]).reshape(shape)
    except OverflowError:
        raise ValueError(f"{what} has a number beyond its kind") from None


def _read_static(x: Any, what: str) -> Any:
    if isinstance(x, dict):
        word = _record(x, what, "float")["float"]
        return _number(word if isinstance(word, str) else None, what)
    if not isinstance(x, (bool, int, float, str)):
        _refuse(x, what, "a number, a truth value or a text")
    return x


def _guard(x: Any, what: str, count: int) -> Guard:
    found = _record(x, what, "node outcome file line code")
    if not isinstance(found["outcome"], bool):
        _refuse(found["outcome"], f"{what}.outcome", "true or false")
    line = Line(  # the brackets keep the file of this name, if there is one, from being read
        f"<{_text(found['file'], f'{what}.file')}>",
        _whole(found["line"], f"{what}.line", 0, LARGEST),
        _text(found["code"], f"{what}.code"),
    )
    return Guard(_whole(found["node"], f"{what}.node", 0, count), found["outcome"], line)


# Checks of what JSON gave.


def _refuse(x: Any, what: str, wanted: str) -> NoReturn:
    raise ValueError(f"{what} must be {wanted}, not {cut(repr(x))}")


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"JSON has no {word}")


def _record(x: Any, what: str, keys: str) -> dict[str, Any]:
    if not isinstance(x, dict) or x.keys() != set(keys.split()):
        given = sorted(x) if isinstance(x, dict) else x
        _refuse(given, what, f"an object with {', '.join(keys.split())}")
    return x


def _list(x: Any, what: str) -> list[Any]:
    if not isinstance(x, list) or len(x) > LARGEST:
        _refuse(x, what, "a list")
    return x


def _text(x: Any, what: str) -> str:
    if not isinstance(x, str):
        _refuse(x, what, "a text")
    return x


def _whole(x: Any, what: str, low: int, high: int) -> int:
    """Return a whole number from low to high - 1."""
    if type(x) is not int or not low <= x < high:
        _refuse(x, what, f"a whole number from {low} to {high - 1}" if low < high else "absent")
    return x


def _number(x: Any, what: str) -> float:
    if isinstance(x, str) and x in _WORDS:
        return _WORDS[x]
    if type(x) not in (int, float):
        _refuse(x, what, 'a number, "nan", "inf" or "-inf"')
    try:
        number = float(x)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        _refuse(x, what, 'a finite number, "nan", "inf" or "-inf"')
    return number


def _shape(x: Any, what: str) -> tuple[int, ...]:
    shape = tuple([_whole(size, what, 0, LARGEST) for size in _list(x, what)])
    if len(shape) > 32 or math.prod([size or 1 for size in shape]) > LARGEST:
        _refuse(x, what, "the shape of an array that fits into memory")
    return shape


def _structure(x: Any, what: str, depth: int = 0) -> Any:
    """Return the structure that `_tree` wrote."""
    if depth > DEEPEST:
        raise ValueError(f"{what} is nested deeper than {DEEPEST} levels")
    if x is None:
        return None
    if type(x) is int and x == 0:
        return 0.0
    kind, *parts = _list(x, what) or [None]
    makers: dict[Any, Callable[..., Any]] = {"tuple": tuple, "list": list}
    if kind == "dict":
        found: dict[Any, Any] = {}
        for part in parts:
            if not isinstance(part, list) or len(part) != 2 or type(part[0]) not in (str, int):
                _refuse(part, what, "made of pairs of a text or a whole number and a structure")
            if part[0] in found:
                raise ValueError(f"{what} has the key {part[0]!r} twice")
            found[part[0]] = _structure(part[1], what, depth + 1)
        return found
    if not isinstance(kind, str) or kind not in makers:
        _refuse(kind, what, "0, null, or a list that begins with tuple, list or dict")
    return makers[kind]([_structure(part, what, depth + 1) for part in parts])


def _row(name: Any) -> Primitive:
    if not isinstance(name, str) or name not in TABLE:
        raise unknown(TABLE, name, "primitive")
    return TABLE[name]
