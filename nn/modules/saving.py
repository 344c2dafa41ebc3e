"""Models in files: safetensors with the architecture in the metadata.

The format (https://github.com/huggingface/safetensors) is a JSON header and the raw numbers behind
it; reading it executes nothing. A file of dualgrad holds one float64 tensor for each entry of
`model.state_dict()`, and the metadata

    format          "dualgrad"
    format_version  "1"
    dualgrad        the version that wrote the file
    architecture    JSON, see nn/modules/architecture.py
    output_kinds    JSON, the kinds of output that modules were given, [path, given, by training];
                    not there where there are none
    names           JSON, the model's class_names and feature_names; not there where there are none
    checksum        SHA-256 of the architecture and the numbers
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, overload

import numpy as np

from autograd._version import __version__
from autograd.text.files import write_whole
from nn.intake import Array
from nn.modules.architecture import build, describe, parameter_shapes
from nn.modules.module import Module
from nn.outputs import check_kind, checked_names

FORMAT = "dualgrad"
FORMAT_VERSION = 1

PathLike = str | os.PathLike[str]
Shapes = Mapping[str, tuple[int, ...]]
Told = tuple[Module, str | None, str | None]
"""A part of a model, and its kind of output as given and by training."""
M = TypeVar("M", bound=Module)


class ModelFileError(ValueError):
    """Raised for a file that holds no model, or another one than was expected."""


# Writing.


def save(model: Module, path: PathLike) -> None:
    """Write a model to a file, from which `load` makes it again.

    The file is written whole or not at all. It holds the classes, their arguments, the numbers of
    parameters and buffers, `output_kind`, `class_names` and `feature_names`; not what an optimizer
    keeps, nor the state of random generators.

    Args:
        model: of nn's classes, or of your own that keep the arguments of `__init__` in the
            attributes of their names, or define `config`.
        path: any name; one that ends in .safetensors is known to other programs.

    Raises:
        TypeError: an argument of the model cannot be written, such as a function.
        ValueError: a part was changed so that it would not come back.
        OSError: the file cannot be written.
        ModuleNotFoundError: the package safetensors is not installed.

    >>> import os, tempfile
    >>> from nn import MLP
    >>> model = MLP(2, [3, 1], "tanh", seed=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, os.path.join(folder, "model.safetensors"))
    ...     copy = load(os.path.join(folder, "model.safetensors"))
    >>> copy
    MLP(2, [3, 1], activation='tanh')
      layers.0: Layer(2, 3, activation='tanh')
      layers.1: Layer(3, 1, activation='identity')
    >>> bool(copy.predict([1.0, 2.0]) == model.predict([1.0, 2.0]))
    True
    """
    if isinstance(path, Module) or not isinstance(model, Module):
        raise TypeError(
            "save() takes a model and a path, nn.save(model, 'model.safetensors'), not "
            f"{type(model).__name__} and {type(path).__name__}"
        )
    target = _as_path(path, "save")
    architecture = json.dumps(describe(model), separators=(",", ":"), allow_nan=False)
    numbers = {name: np.require(x, np.float64, "C") for name, x in model.state_dict().items()}
    metadata = {
        "format": FORMAT,
        "format_version": str(FORMAT_VERSION),
        "dualgrad": __version__,
        "architecture": architecture,
        "checksum": _checksum(architecture, numbers),
        **_kinds(model),
        **_names(model),
    }
    write_whole(target, _serialized(numbers, metadata))


def _kinds(model: Module) -> dict[str, str]:
    """Return the metadata that tell what the results of a model and its parts are."""
    kinds = [
        [path, module.__dict__.get("_said_kind"), module._fitted_kind]
        for path, module in model.named_modules()
    ]
    told = [row for row in kinds if any(row[1:])]
    return {"output_kinds": json.dumps(told)} if told else {}


NAMES: Final = ("class_names", "feature_names")


def _names(model: Module) -> dict[str, str]:
    """Return the metadata that name classes and features."""
    told = {key: names for key in NAMES if (names := getattr(model, key)) is not None}
    return {"names": json.dumps(told)} if told else {}


def _serialized(numbers: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """Return the bytes of the file, always the same ones for one model."""
    data: bytes = check_library().numpy.save(dict(numbers), dict(metadata))
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header["__metadata__"] = dict(metadata)  # the library writes them in random order
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers are aligned
    return b"".join([len(text).to_bytes(8, "little"), text, data[start:]])


# Reading.


@overload
def load(path: PathLike) -> Module: ...
@overload
def load(path: PathLike, *, into: M) -> M: ...
def load(path: PathLike, *, into: Module | None = None) -> Module:
    """Make the model of a file that `save` wrote: its class, and its numbers bit for bit.

    Classes of your own have to be defined or imported before. Nothing of the file is executed.

    Args:
        path: the file.
        into: a model that takes the numbers, instead of a new one. Its parameters must have the
            names and shapes of those in the file; of what class it is does not matter.

    Returns:
        The model, in training mode if it is a new one.

    Raises:
        ModelFileError: the file is none of dualgrad's, is damaged or of a newer format, or its
            numbers do not fit the model. Nothing has changed then.
        OSError: the file cannot be read.
        TypeError: path is no path, or `into` no model.
        ModuleNotFoundError: the package safetensors is not installed.
    """
    if isinstance(path, Module) or not (into is None or isinstance(into, Module)):
        raise TypeError(
            "load() takes a path, and may take a model: nn.load('model.safetensors', into=model)"
        )
    source = _as_path(path, "load")
    _check_readable(source)
    model, numbers, kinds, names = _read(source, into)
    model.load_state_dict(numbers)
    for key in NAMES if into is None else ():
        setattr(model, key, names.get(key))
    for module, given, fitted in kinds:
        module._fitted_kind = fitted
        if into is None and given is not None:
            module.output_kind = given
    return model


def _read(
    path: Path, into: Module | None
) -> tuple[Module, dict[str, Array], list[Told], dict[str, list[str] | None]]:
    """Return the model that is to take the numbers, these, its parts' kinds of output, and names.

    Nothing has changed yet.
    """
    library = check_library()
    try:
        with library.safe_open(path, framework="numpy") as file:
            names = list(file.keys())
            metadata = file.metadata() or {}
            _check_format(path, metadata, names)
            model = _architecture(path, metadata) if into is None else into
            owner = "its architecture" if into is None else f"the {type(into).__name__} given"
            slices = {name: file.get_slice(name) for name in names}
            _check_fit(path, parameter_shapes(model), slices, owner)
            numbers = {name: file.get_tensor(name) for name in names}
    except library.SafetensorError as error:
        raise ModelFileError(f"{path} is {_likely(path)} ({error})") from None
    if _checksum(metadata["architecture"], numbers) != metadata.get("checksum"):
        raise ModelFileError(
            f"{path} is damaged: its numbers or its architecture are not those that were saved "
            "(the checksum differs). Take another copy of the file"
        )
    return model, numbers, _told_kinds(path, metadata, model), _told_names(path, metadata)


def _architecture(path: Path, metadata: Mapping[str, str]) -> Module:
    try:
        return build(json.loads(metadata["architecture"]))
    except (ValueError, RecursionError) as error:
        writer = metadata.get("dualgrad", "unknown")
        raise ModelFileError(
            f"{path} does not tell a model (it was written by dualgrad {writer}, this is "
            f"{__version__}): {error}"
        ) from error


def _told_kinds(path: Path, metadata: Mapping[str, str], model: Module) -> list[Told]:
    """Return the modules of which a file tells the kind of output, and the kinds."""
    modules = dict(model.named_modules())
    try:
        told = [
            (place, check_kind(given), check_kind(fitted))
            for place, given, fitted in json.loads(metadata.get("output_kinds", "[]"))
        ]
        return [
            (modules[place], given, fitted) for place, given, fitted in told if place in modules
        ]
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} is damaged: its output_kinds: {error}") from None


def _told_names(path: Path, metadata: Mapping[str, str]) -> dict[str, list[str] | None]:
    """Return the names of classes and features that a file tells."""
    try:
        told = json.loads(metadata.get("names", "{}"))
        return {key: checked_names(told.get(key), key) for key in NAMES}
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} is damaged: its names: {error}") from None


# What a file must be.


def _check_readable(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "this is a folder, not a model's file", str(path))
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "there is no such file", str(path))
    if not path.is_file():  # which could be waited for without an end
        raise ModelFileError(f"{path} is a pipe or a device, not a model's file")
    with path.open("rb") as file:  # permissions are the operating system's to refuse
        if not file.read(1):
            raise ModelFileError(f"{path} is empty")


def _check_format(path: Path, metadata: Mapping[str, str], names: list[str]) -> None:
    """Raise unless the metadata are those of a file that this version reads."""
    if metadata.get("format") != FORMAT:
        told = ", ".join(f"{key}={value[:40]!r}" for key, value in sorted(metadata.items())[:5])
        raise ModelFileError(
            f"{path} is a safetensors file, but none of dualgrad's: its metadata are "
            f"{told or 'empty'}, its tensors {_listed(names) or 'none'}. To take over its numbers, "
            "read it with safetensors.numpy.load_file and call model.load_state_dict"
        )
    version = metadata.get("format_version", "")
    if version != str(FORMAT_VERSION):
        newer = version.isdecimal() and int(version[:9]) > FORMAT_VERSION
        raise ModelFileError(
            f"{path} is of format version {version or 'unknown'}, written by dualgrad "
            f"{metadata.get('dualgrad', 'unknown')}; this is dualgrad {__version__}, which reads "
            f"version {FORMAT_VERSION}{': install a newer dualgrad' if newer else ''}"
        )
    for key in ("architecture", "checksum"):
        if key not in metadata:
            raise ModelFileError(f"{path} is damaged: its metadata lack {key!r}")


def _check_fit(path: Path, wanted: Shapes, there: Mapping[str, Any], owner: str) -> None:
    """Raise unless the file has the tensors that the model needs, and no others."""
    missing = [name for name in wanted if name not in there]
    unexpected = sorted(name for name in there if name not in wanted)
    faults = [f"missing: {_listed(missing)}"] if missing else []
    faults += [f"not in the model: {_listed(unexpected)}"] if unexpected else []
    for name in [name for name in wanted if name in there]:
        shape, kind = tuple(there[name].get_shape()), there[name].get_dtype()
        if shape != wanted[name]:
            faults.append(f"{name} has shape {shape}, not {wanted[name]}")
        elif kind != "F64":
            faults.append(f"{name} is of type {kind}, not F64 (float64)")
    if faults:
        raise ModelFileError(f"{path} does not fit {owner}: {'; '.join(faults[:5])}")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


_BEGINNINGS = {
    b"PK\x03\x04": "a zip archive, as torch.save, numpy.savez and Keras write, not a model",
    b"\x93NUMPY": "an array of NumPy, not a model",
    b"\x89HDF": "an HDF5 file, as Keras writes, not a model",
    b"\x80": "a pickle, not a model; pickles can run any code and are not read",
}
"""How files of other kinds begin. Asked only of what is not safetensors: those begin with the
length of their header, which may look like any of these."""


def _likely(path: Path) -> str:
    """Say what a file that is not safetensors may be."""
    with path.open("rb") as file:
        start = file.read(1000)
    length = int.from_bytes(start[:8], "little")
    if start[8:9] == b"{" and length <= 100_000_000:  # the largest header that is allowed
        rest = path.stat().st_size - 8 - length
        return "cut short" if rest < 0 else "damaged, or cut short"
    for beginning, kind in _BEGINNINGS.items():
        if start.startswith(beginning):
            return kind
    if start.isascii() and start.decode("ascii").replace("\n", "").strip().isprintable():
        return "a text, not a model"
    return "not a safetensors file"


# Small parts.


def _as_path(path: Any, taker: str) -> Path:
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{taker}() takes a path, a str or a Path, not {path!r}")
    if not os.fspath(path):
        raise ValueError(f"{taker}() takes a path, not an empty text")
    return Path(path)


def _checksum(architecture: str, numbers: Mapping[str, Array]) -> str:
    digest = hashlib.sha256(architecture.encode())
    for name in sorted(numbers):
        digest.update(name.encode())
        digest.update(np.require(numbers[name], "<f8", "C").tobytes())
    return digest.hexdigest()


def check_library() -> Any:
    """Return the package safetensors, which only saving and loading need.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    try:
        import safetensors.numpy

        return safetensors
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "saving and loading need the package safetensors: run `pip install safetensors`",
            name="safetensors",
        ) from None
