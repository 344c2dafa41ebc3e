"""Models in files: they come back bit for bit, and any other file is refused by its difference."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from safetensors.numpy import save as as_safetensors

import autograd
import nn
from autograd import Tensor, Value
from nn.modules.architecture import describe
from nn.modules.saving import ModelFileError, load, save

ROOT = Path(__file__).parents[3]


class Bilinear(nn.Module):
    """As a user writes it: parameters of several kinds, a part, and an argument."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.layer = nn.Layer(width, 2, "tanh", seed=0)
        self.scale = Value(2.0)
        self.pair = [Value(0.5), Value(-0.5)]
        self.matrix = Tensor(np.eye(2))

    def forward(self, x: Any) -> Any:
        h = self.layer(x)
        return self.scale * ((h @ self.matrix) * h).sum(axis=-1) + self.pair[0] * self.pair[1]


class Named(nn.Module):
    def __init__(self, name: str) -> None:
        self.name = name
        self.parts = {name: Value(1.5)}


MODELS: dict[str, Callable[[], nn.Module]] = {
    "mlp": lambda: nn.MLP(2, [16, 16, 1], seed=0),
    "mlp of prelu": lambda: nn.MLP(2, [4, 2], nn.PReLU(4), seed=0),
    "sequential": lambda: nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5), "elu", nn.Linear(3, 1)),
    "images": lambda: nn.Sequential(nn.Conv2d(1, 2, 2), nn.MaxPool2d(1), nn.Flatten()),
    "neuron": lambda: nn.Neuron(2, "sigmoid", seed=1),
    "of the user": lambda: Bilinear(2),
    "buffers": lambda: nn.Sequential(
        nn.Standardize(2).fit([[1.0, 2.0], [3.0, 5.0]]), nn.BatchNorm1d(2), nn.LayerNorm((2,))
    ),
    "images with buffers": lambda: nn.Sequential(
        nn.Conv2d(1, 2, 2, padding="same"), nn.BatchNorm2d(2, affine=False), nn.LayerNorm([3, 3])
    ),
    "embedding": lambda: nn.Sequential(nn.Embedding(3, 4, seed=0), nn.Flatten(2)),
    "no parameters": lambda: nn.Sequential("tanh"),
}
SAMPLES = dict.fromkeys(
    ("images", "images with buffers"), np.linspace(-1, 1, 18).reshape(2, 1, 3, 3)
) | {"embedding": np.array([[0.0, 2.0], [1.0, 1.0]])}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def bits(model: nn.Module) -> dict[str, tuple[Any, bytes]]:
    return {name: (x.shape, x.tobytes()) for name, x in model.state_dict().items()}


# There and back.


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("made", [False, True], ids=["not yet made", "made"])
def test_round_trip(path: Path, name: str, made: bool) -> None:
    model = MODELS[name]()
    if made:
        model.parameters()
    model.eval()
    save(model, path)
    copy = load(path)
    assert type(copy) is type(model)
    assert describe(copy) == describe(model)
    assert bits(copy) == bits(model)
    assert copy.training
    assert [name for name, _ in copy.named_parameters()] == [n for n, _ in model.named_parameters()]
    samples = SAMPLES.get(name, np.array([[1.0, -2.0], [0.25, 3.0]]))
    assert copy.predict(samples).tobytes() == model.predict(samples).tobytes()


def test_every_number_comes_back_bit_for_bit(path: Path) -> None:
    strange = [5e-324, -0.0, 2.0**-1074 * 3, np.nan, np.inf, -np.inf, 1 / 3, sys.float_info.max]
    model = nn.Linear(8, 1)
    model.load_state_dict({"w": np.array([strange]), "b": [-5e-324]})
    save(model, path)
    assert bits(load(path)) == bits(model)


def test_a_trained_model_goes_on_as_before(path: Path) -> None:
    model = nn.MLP(2, [4, 1], "tanh", seed=0)
    for _ in range(3):
        model.zero_grad()
        (model([1.0, -1.0]) ** 2).backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
    save(model, path)
    copy = load(path)
    for network in (model, copy):
        network.zero_grad()
        network([0.5, 0.5]).backward()
    assert [p.grad for p in copy.parameters()] == [p.grad for p in model.parameters()]


def test_a_large_model_is_not_made_to_be_saved(path: Path) -> None:
    model = nn.Linear(300, 300, seed=0)
    save(model, path)
    assert "w" not in model.__dict__


def test_paths_of_any_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = nn.Linear(1, 1, seed=0)
    for name in ("model", "модель 模型.safetensors", Path("a.b"), str(tmp_path / "whole")):
        save(model, name)
        assert bits(load(name)) == bits(model)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        ["model", "модель 模型.safetensors", "a.b", "whole"]
    )


def test_another_process_needs_no_class(path: Path) -> None:
    model = nn.MLP(2, [3, 1], seed=0)
    save(model, path)
    code = f"import nn; print(nn.load({str(path)!r}).predict([1.0, 2.0]))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert float(run.stdout) == model.predict([1.0, 2.0])


def test_what_stands_in_the_file(path: Path) -> None:
    """As any reader of safetensors sees it."""
    save(nn.MLP(2, [3, 1], "tanh", seed=0), path)
    data = path.read_bytes()
    header = json.loads(data[8 : 8 + struct.unpack("<Q", data[:8])[0]])
    metadata = header.pop("__metadata__")
    assert {name: (x["dtype"], x["shape"]) for name, x in header.items()} == {
        "layers.0.w": ("F64", [3, 2]),
        "layers.0.b": ("F64", [3]),
        "layers.1.w": ("F64", [1, 3]),
        "layers.1.b": ("F64", [1]),
    }
    assert json.loads(metadata.pop("architecture"))["class"] == "MLP"
    assert len(metadata.pop("checksum")) == 64
    version = autograd.__version__
    assert metadata == {"format": "dualgrad", "format_version": "1", "dualgrad": version}


def test_one_model_gives_one_file(path: Path) -> None:
    files = set()
    for _ in range(5):
        save(nn.MLP(2, [3, 1], seed=0), path)
        files.add(path.read_bytes())
    assert len(files) == 1


@given(st.text(min_size=1))
def test_names_of_parameters_of_any_script(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    model = Named(name)
    path = tmp_path_factory.getbasetemp() / "named"
    save(model, path)
    assert bits(load(path)) == bits(model)


# Into a model that is there.


def test_into_a_model(path: Path) -> None:
    model, other = nn.MLP(2, [3, 1], "tanh", seed=0), nn.MLP(2, [3, 1], "relu", seed=1)
    first = other.parameters()[0]
    save(model, path)
    assert load(path, into=other) is other
    assert bits(other) == bits(model)
    assert other.parameters()[0] is first


def test_into_a_model_that_differs(path: Path) -> None:
    save(nn.MLP(2, [3, 1]), path)
    for other, difference in [
        (nn.MLP(2, [3, 3, 1]), r"the MLP given: missing: layers\.2\.w, layers\.2\.b; layers\.1\.w"),
        (nn.MLP(2, [3]), r"not in the model: layers\.1\.b, layers\.1\.w"),
        (nn.MLP(3, [3, 1]), r"layers\.0\.w has shape \(3, 2\), not \(3, 3\)"),
    ]:
        before = bits(other)
        with pytest.raises(ModelFileError, match=difference) as info:
            load(path, into=other)
        assert str(path) in str(info.value)
        assert bits(other) == before


def test_classes_that_are_not_there(path: Path) -> None:
    class Gone(nn.Linear):
        pass

    model = Gone(1, 1, seed=0)
    save(model, path)
    Gone.__qualname__ = "Renamed"
    with pytest.raises(ModelFileError, match=r"<locals>\.Gone is not known.*import or define it"):
        load(path)
    other = nn.Linear(1, 1)
    load(path, into=other)
    assert bits(other) == bits(model)


# Arguments.


def test_arguments_in_the_wrong_order(path: Path) -> None:
    model: Any = nn.Linear(1, 1)
    with pytest.raises(
        TypeError, match=r"nn\.save\(model, 'model\.safetensors'\), not PosixPath|Wi"
    ):
        save(path, model)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not dict and str"):
        save(model.state_dict(), "model")
    with pytest.raises(TypeError, match="a str or a Path, not None"):
        save(model, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not an empty text"):
        save(model, "")
    with pytest.raises(TypeError, match=r"load\(\) takes a path"):
        load(model)
    with pytest.raises(TypeError, match=r"into=model"):
        load(path, into=path)  # type: ignore[type-var]
    with pytest.raises(TypeError, match="a str or a Path, not 3"):
        load(3)  # type: ignore[arg-type]


def test_places_that_cannot_be_written_or_read(tmp_path: Path) -> None:
    model = nn.Linear(1, 1)
    with pytest.raises(FileNotFoundError, match="folder does not exist; create it first"):
        save(model, tmp_path / "nowhere" / "model")
    with pytest.raises(OSError, match="cannot write the file"):
        save(model, tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no such file") as info:
        load(tmp_path / "model")
    assert info.value.filename == str(tmp_path / "model")
    with pytest.raises(IsADirectoryError, match="this is a folder"):
        load(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelFileError, match="is a pipe or a device, not a model's file"):
        nn.load(tmp_path / "pipe")


def test_the_package_that_is_missing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(nn.Linear(1, 1), path)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    for attempt in (lambda: save(nn.Linear(1, 1), path), lambda: load(path)):
        with pytest.raises(ModuleNotFoundError, match="`pip install safetensors`"):
            attempt()


# Writing whole or not at all.


def test_what_cannot_be_saved_leaves_the_old_file(path: Path) -> None:
    save(nn.Linear(1, 1), path)
    before = path.read_bytes()
    with pytest.raises(TypeError, match="a file holds no functions"):
        save(nn.Layer(1, 1, lambda x: x), path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_crash_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    model = nn.Linear(1, 1, seed=0)
    save(model, path)

    def crash(*_: Any) -> None:
        raise error

    monkeypatch.setattr(os, step, crash)
    with pytest.raises(type(error)):
        save(nn.Linear(5, 5), path)
    monkeypatch.undo()
    assert bits(load(path)) == bits(model)
    assert list(path.parent.iterdir()) == [path]


# Files of others.


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps({"w": [1.0]}))
    return data.getvalue()


def array() -> bytes:
    data = io.BytesIO()
    np.save(data, np.zeros(3))
    return data.getvalue()


FOREIGN = {
    "empty": (b"", "is empty"),
    "one byte": (b"x", "is a text"),
    "text": (b"x,y\n1,2\n" * 50, "is a text, not a model"),
    "zip": (archive(), r"is a zip archive, as torch\.save"),
    "pickle": (pickle.dumps({"w": [1.0] * 9}, 2), "is a pickle.*can run any code and are not read"),
    "new pickle": (pickle.dumps({"w": [1.0] * 9}, 4), "is a pickle"),
    "numpy": (array(), "is an array of NumPy"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(50), "HDF5"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "is not a safetensors file"),
    "zeros": (bytes(100), "is not a safetensors file"),
    "header only": (
        struct.pack("<Q", 2) + b"{}",
        r"none of dualgrad's: .* empty, its tensors none",
    ),
    "of PyTorch": (
        as_safetensors({f"w{i}": np.zeros(1) for i in range(7)}, {"format": "pt"}),
        r"none of dualgrad's: its metadata are format='pt', .* w0, w1, w2, w3, w4 and 2 more",
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_files(path: Path, name: str) -> None:
    data, message = FOREIGN[name]
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match=message) as info:
        load(path)
    assert str(path) in str(info.value)


class Malicious:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("executed",)


def test_nothing_is_executed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    path.write_bytes(pickle.dumps(Malicious()))
    with pytest.raises(ModelFileError):
        load(path)
    assert not Path("executed").exists()


CALLS = ("os.mkdir", "os.system", "builtins.eval", "builtins.exec", "__import__", "pi", "sin")
PLACES = (
    "os.mkdir", "autograd.os.mkdir", "nn.modules.saving.os.mkdir", "autograd.exp", "nn.load",
    "subprocess.run", "__builtins__", "__class__", "Function.__init__", "Module.__init_subclass__",
    "../os", "os:mkdir", "os\x00mkdir", "", ".", "autograd.values.value.Value", "Sequential.append",
)  # fmt: skip


@pytest.mark.parametrize("name", [*CALLS, *PLACES])
def test_a_name_in_a_file_calls_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Wherever an architecture has a class, an activation, a scheme or a function."""
    monkeypatch.chdir(path.parent)
    for description in (
        {"class": name, "config": {}},
        {"class": name, "config": {"path": "executed"}},
        *(
            {"class": kind, "config": config | {key: argument}}
            for kind, config, key in (
                ("Function", {}, "function"),
                ("Layer", {"nin": 2, "nout": 1}, "activation"),
                ("MLP", {"nin": 2, "nouts": [3, 1]}, "activation"),
                ("Linear", {"nin": 2, "nout": 1}, "init"),
                ("Sequential", {}, "modules"),
            )
            for argument in (
                name,
                [name],
                {"init": {"name": name}},
                {"class": name, "config": {}},
                {"class": "Function", "config": {"function": name}},
            )
        ),
    ):
        changed(path, {"architecture": json.dumps(description)})
        with pytest.raises(ModelFileError):
            load(path)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


# Files that were changed.


def changed(
    path: Path,
    metadata: dict[str, str | None] | None = None,
    tensors: dict[str, Any] | None = None,
    model: nn.Module | None = None,
) -> None:
    """Write a model's file with other metadata or tensors; None takes one away."""
    save(model or nn.MLP(2, [3, 1], seed=0), path)
    data = path.read_bytes()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:end])
    told = header.pop("__metadata__") | (metadata or {})
    numbers = {
        name: np.frombuffer(data[end:][slice(*x["data_offsets"])]).reshape(x["shape"])
        for name, x in header.items()
    } | (tensors or {})
    path.write_bytes(
        as_safetensors(
            {name: x for name, x in numbers.items() if x is not None},
            {key: x for key, x in told.items() if x is not None},
        )
    )


def test_changing_nothing_changes_nothing(path: Path) -> None:
    changed(path)
    assert bits(load(path)) == bits(nn.MLP(2, [3, 1], seed=0))


def deep(levels: int) -> str:
    return '{"class":"Sequential","config":{"modules":[' * levels + "]}}" * levels


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"format": None}, "none of dualgrad's"),
        (
            {"format_version": "2", "dualgrad": "9.8.7"},
            r"format version 2, written by dualgrad 9\.8\.7; this .*: install a newer dualgrad",
        ),
        ({"format_version": None}, "of format version unknown"),
        ({"format_version": "x" * 9}, r"which reads version 1$"),
        ({"architecture": None}, "lack 'architecture'"),
        ({"checksum": None}, "lack 'checksum'"),
        ({"output_kinds": "{"}, "is damaged: its output_kinds"),
        ({"output_kinds": "[" * 100_000}, "is damaged: its output_kinds"),
        ({"output_kinds": "3"}, "is damaged: its output_kinds"),
        ({"output_kinds": '[["", "logits"]]'}, "is damaged: its output_kinds"),
        ({"output_kinds": "[[[], null, null]]"}, "is damaged: its output_kinds"),
        ({"output_kinds": '[["", "os.system", null]]'}, "unknown .*'os.system'; there are"),
        ({"output_kinds": '[["", null, ["logits"]]]'}, "there are logits"),
        ({"names": "3"}, "is damaged: its names"),
        ({"names": '{"class_names": "ab"}'}, "its names: class_names must be a list of texts"),
        ({"names": '{"feature_names": ["a", "a"]}'}, "its names: feature_names has 'a' twice"),
        ({"checksum": "0" * 64}, r"is damaged: .* \(the checksum differs\)"),
        ({"architecture": ""}, "does not tell a model.*Expecting value"),
        ({"architecture": "{"}, "does not tell a model"),
        ({"architecture": "3"}, "is 3, not a module"),
        ({"architecture": "[" * 100_000}, "does not tell a model"),
        ({"architecture": deep(60)}, "more than 100 deep"),
        ({"architecture": deep(2000)}, "does not tell a model"),
        ({"architecture": "9" * 5000}, "does not tell a model"),
        ({"architecture": '{"class":"os.system","config":{}}'}, r"os\.system is not known"),
        (
            {"architecture": '{"class":"MLP","config":{"nin":2,"nouts":[]}}', "dualgrad": "9.9"},
            r"written by dualgrad 9\.9, this is .*nouts is empty",
        ),
        (
            {"architecture": '{"class":"MLP","config":{"nin":2,"nouts":[1000000000000,1]}}'},
            r"its architecture: layers\.0\.w has shape \(3, 2\), not \(1000000000000, 2\)",
        ),
        (
            {"architecture": '{"class":"Linear","config":{"nin":2,"nout":3}}'},
            r"missing: w, b; not in the model: layers\.0\.b, layers\.0\.w",
        ),
        (  # nothing but the checksum tells this difference
            {"architecture": '{"class":"MLP","config":{"nin":2,"nouts":[3,1]}}'},
            "checksum differs",
        ),
    ],
)
def test_changed_metadata(path: Path, metadata: dict[str, str | None], message: str) -> None:
    changed(path, metadata)
    with pytest.raises(ModelFileError, match=message) as info:
        load(path)
    assert str(path) in str(info.value)


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"layers.1.b": None}, r"does not fit its architecture: missing: layers\.1\.b"),
        ({"more": np.zeros(1)}, "not in the model: more"),
        ({"layers.0.b": np.zeros((3, 1))}, r"layers\.0\.b has shape \(3, 1\), not \(3,\)"),
        ({"layers.0.b": np.zeros(3, "f4")}, r"layers\.0\.b is of type F32, not F64"),
        ({"layers.0.b": np.zeros(3, "i8")}, r"layers\.0\.b is of type I64, not F64"),
        ({"layers.0.b": np.ones(3)}, "checksum differs"),
    ],
)
def test_changed_tensors(path: Path, tensors: dict[str, Any], message: str) -> None:
    changed(path, tensors=tensors)
    with pytest.raises(ModelFileError, match=message):
        load(path)


def test_truncated_files_say_so(path: Path) -> None:
    save(nn.MLP(2, [3, 1], seed=0), path)
    whole = path.read_bytes()
    for length in range(1, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match="cut short" if length > 8 else "safetensors"):
            load(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(ModelFileError, match="damaged"):
        load(path)


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, nn.Module]:
    path = tmp_path_factory.mktemp("fuzz") / "model"
    model = nn.Sequential(nn.MLP(2, [3, 1], nn.ELU(0.5), seed=0), nn.Hardtanh(-2, 2), seed=0)
    save(model, path)
    return path.with_name("changed"), path.read_bytes(), model


def check_changed(valid: tuple[Path, bytes, nn.Module], data: bytes) -> None:
    """Either the same model comes back, or a ModelFileError: nothing between, nothing else."""
    path, _, model = valid
    path.write_bytes(data)
    try:
        copy = load(path)
    except ModelFileError:
        return
    assert describe(copy) == describe(model)
    assert bits(copy) == bits(model)


@given(st.data())
def test_flipped_bytes(valid: tuple[Path, bytes, nn.Module], data: st.DataObject) -> None:
    changed = bytearray(valid[1])
    place = st.integers(0, len(changed) - 1)
    for i, byte in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=4)):
        changed[i] = byte
    check_changed(valid, bytes(changed))


def test_every_byte_flipped(valid: tuple[Path, bytes, nn.Module]) -> None:
    generator = random.Random(0)
    for i in range(len(valid[1])):
        changed = bytearray(valid[1])
        changed[i] ^= 1 << generator.randrange(8)
        check_changed(valid, bytes(changed))


@given(st.integers(0, 3000), st.integers(0, 3000))
@example(0, 0)
def test_cut_pieces(valid: tuple[Path, bytes, nn.Module], start: int, stop: int) -> None:
    check_changed(valid, valid[1][:start] + valid[1][stop:])


@given(st.binary(max_size=200))
def test_any_bytes(valid: tuple[Path, bytes, nn.Module], data: bytes) -> None:
    check_changed(valid, data)


@given(st.text(max_size=200) | st.from_regex(r"\{[\w\{\}\[\]\":,]*\}"))
def test_any_header(valid: tuple[Path, bytes, nn.Module], header: str) -> None:
    check_changed(valid, struct.pack("<Q", len(header.encode())) + header.encode() + bytes(8))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.fixed_dictionaries({"class": st.sampled_from(["MLP", "ELU", "Sequential", "PReLU"])})
        | st.dictionaries(
            st.sampled_from(
                ["class", "config", "shared", "tuple", "dict", "init", "nin", "nouts", "modules"]
            ),
            inside,
            max_size=3,
        )
    ),
)


@given(st.sampled_from(["MLP", "ELU", "Sequential", "PReLU", "Conv2d", "Module"]), json_values)
def test_any_architecture(valid: tuple[Path, bytes, nn.Module], kind: str, config: Any) -> None:
    numbers = {"slope": np.zeros(())}
    architecture = json.dumps({"class": kind, "config": config})
    metadata = {"format": "dualgrad", "format_version": "1", "checksum": "0"}
    valid[0].write_bytes(as_safetensors(numbers, metadata | {"architecture": architecture}))
    with pytest.raises(ModelFileError):
        load(valid[0])
