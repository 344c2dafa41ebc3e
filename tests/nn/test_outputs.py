"""Kinds of output: found, said, kept and used alike by all that classify."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import autograd
import nn
from autograd import Dual, Tensor, Value
from nn import MLP, Dropout, Layer, Linear, Module, Neuron, Sequential, fit, make_moons
from nn.outputs import (
    KINDS,
    RANGE,
    SIGMOID,
    SOFTMAX,
    check_kind,
    chosen,
    class_scores,
    labels_of,
    threshold_of,
    why_probabilities,
)
from viz.plots import plot_decision_boundary

X, y = make_moons(60, noise=0.1, seed=0)


class Ended(Module):
    """A model of the user's own, with any function at its end."""

    def __init__(self, end: Callable[[Any], Any], outputs: int = 1) -> None:
        self.linear = Linear(2, outputs, seed=0)
        self.end = end

    def forward(self, x: Any) -> Any:
        return self.end(self.linear(x))


def by_hand(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def halved(z: Any) -> Any:
    return 0.5 + 0.5 * np.tanh(z / 2.0)


def squares(prediction: Any, target: Any) -> Any:
    """A loss of the user's own."""
    return nn.mse(prediction, target)


def wrong(model: Any, labels: Any = y, **options: Any) -> int:
    """How many samples the decision boundary shows on the wrong side."""
    ax = plot_decision_boundary(model, X, labels, resolution=5, **options)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    counts = [text.split()[1] for text in texts if text.startswith("misclassified")]
    ax.figure.clear()
    return int(counts[0]) if counts else 0


@pytest.fixture(autouse=True)
def _closed() -> Any:
    yield
    from matplotlib import pyplot

    pyplot.close("all")


# What a model says of itself.

STATED: dict[str, tuple[Callable[[], Module], str | None]] = {
    "sigmoid": (nn.Sigmoid, "probabilities"),
    "softmax": (nn.Softmax, "probabilities"),
    "tanh": (nn.Tanh, None),
    "layer": (lambda: Layer(2, 1, "sigmoid"), "probabilities"),
    "neuron": (lambda: Neuron(2, nn.Sigmoid()), "probabilities"),
    "linear": (lambda: Linear(2, 1), None),
    "mlp": (lambda: MLP(2, [3, 1], "sigmoid"), None),
    "sequential": (lambda: Sequential(Linear(2, 1), "sigmoid"), "probabilities"),
    "nested": (lambda: Sequential(Sequential(Layer(3, 2, "softmax"))), "probabilities"),
    "inner": (lambda: Sequential(Layer(2, 3, "sigmoid"), Linear(3, 1)), None),
    "empty": (Sequential, None),
    "own": (lambda: Ended(autograd.sigmoid), None),
}  # fmt: skip


@pytest.mark.parametrize("name", STATED)
def test_the_end_of_a_model_tells(name: str) -> None:
    make, kind = STATED[name]
    assert make().output_kind == kind


def test_a_subclass_that_goes_on_after_the_sigmoid_is_not_known() -> None:
    class Doubled(Layer):
        def forward(self, x: Any) -> Any:
            return 2.0 * super().forward(x) - 1.0

    class Renamed(Layer):
        pass

    assert Doubled(2, 1, "sigmoid").output_kind is None
    assert Sequential(Doubled(2, 1, "sigmoid")).output_kind is None
    assert Renamed(2, 1, "sigmoid").output_kind == "probabilities"


def test_it_can_be_said() -> None:
    model = Sequential(Linear(2, 1), "sigmoid")
    model.output_kind = "values"
    assert model.output_kind == "values"
    model.output_kind = None
    assert model.output_kind == "probabilities"

    class Stating(Ended):
        output_kind = "margins"  # type: ignore[assignment]

    model = Stating(autograd.tanh)
    assert model.output_kind == Sequential(model).output_kind == "margins"
    model.output_kind = "logits"
    assert (model.output_kind, Stating(autograd.tanh).output_kind) == ("logits", "margins")
    for copy in (deepcopy(model), model.with_parameters(model.state_dict())):
        assert copy.output_kind == "logits"


@pytest.mark.parametrize("bad", ["logit", "", 1, ["logits"]])
def test_a_kind_that_is_none(bad: Any) -> None:
    message = ".*; there are logits, probabilities, margins, values"
    model = Linear(2, 1)
    with pytest.raises(ValueError, match=f"unknown output_kind of Linear {message}"):
        model.output_kind = bad
    assert model.output_kind is None
    with pytest.raises(ValueError, match=f"unknown output {message}"):
        nn.accuracy([[1.0, 2.0]], [1], output=bad)
    with pytest.raises(ValueError, match=f"unknown output {message}"):
        nn.binary_cross_entropy([1.0], [1], output=bad)
    with pytest.raises(ValueError, match=f"unknown output {message}"):
        wrong(model, output=bad)
    if isinstance(bad, str):
        with pytest.raises(ValueError, match=message):
            type("Mine", (Module,), {"output_kind": bad})


# The class that numbers stand for.


def test_thresholds() -> None:
    assert [threshold_of(kind, [0.0, 1.0]) for kind in (*KINDS, None)] == [0.0, 0.5, 0.0, 0.5, 0.0]
    assert [threshold_of(kind, [-1.0, 1.0]) for kind in KINDS] == [0.0, 0.5, 0.0, 0.0]
    assert [check_kind(kind) for kind in (*KINDS, None)] == [*KINDS, None]


@given(arrays(np.float64, st.tuples(st.integers(1, 8)), elements=st.floats(0.0, 1.0)))
def test_probabilities_and_their_logits_are_of_one_class(p: np.ndarray) -> None:
    with np.errstate(divide="ignore"):
        s = np.log(p) - np.log1p(-p)
    s[(p > 0.5) & (s == 0.0)] = 5e-324  # log rounds next to 1/2
    of_p, of_s = chosen(class_scores(p, 0.5)), chosen(class_scores(s, 0.0))
    assert of_p.tolist() == of_s.tolist() == (p > 0.5).astype(int).tolist()
    columns = np.stack([1.0 - p, p], axis=1)
    clear = np.abs(p - 0.5) > 1e-15
    assert (chosen(columns) == of_p)[clear].all()


@pytest.mark.parametrize("labels", [[0, 1], [-1, 1], [False, True], [0.0, 1.0]], ids=str)
@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
@pytest.mark.parametrize("target", [(-1,), (-1, 1)])
def test_one_rule_for_accuracy_and_boundary_and_classes(
    labels: list[Any], shape: tuple[int, ...], target: tuple[int, ...]
) -> None:
    own = np.array(labels)[y].reshape(target)
    score = 2.0 * X[:, 0] - X[:, 1] - 0.5
    right = int(np.sum((score > 0.0) == (y == 1)))
    assert 40 < right < 60
    for kind, made in (("logits", score), ("margins", score), ("probabilities", by_hand(score))):
        model = Ended(lambda z, kind=kind: by_hand(z) if kind == "probabilities" else z)
        model.linear.load_state_dict({"w": [[2.0, -1.0]], "b": [-0.5]})
        model.output_kind = kind
        assert nn.accuracy(made.reshape(shape), own, output=kind) == right / 60
        assert nn.accuracy(model.predict(X).reshape(shape), own, output=kind) == right / 60
        assert wrong(model, own) == wrong(lambda Z, m=model: m.predict(Z), own, output=kind)
        assert wrong(model, own) == 60 - right
        assert int(np.sum(model.classify(X, labels) == own.reshape(-1))) == right


def test_two_columns_and_a_column_of_labels() -> None:
    scores = np.stack([-X[:, 0], X[:, 0]], axis=1)
    expected = nn.accuracy(X[:, 0], y)
    for labels in (y, 2 * y - 1, y[:, None], (2 * y - 1)[:, None], y.astype(bool)):
        assert nn.accuracy(scores, labels) == expected
        assert wrong(lambda Z: np.stack([-Z[:, 0], Z[:, 0]], axis=1), labels) == round(
            60 * (1 - expected)
        )


def test_labels_of_classes() -> None:
    assert labels_of(np.array([1.0, -1.0]), 2) == [-1.0, 1.0]
    assert labels_of(np.array([1.0, 1.0]), 2) == [0.0, 1.0]
    assert labels_of(np.array([-1.0]), 3) == [0.0, 1.0, 2.0]


def test_classify() -> None:
    X3 = np.array([[0.0, 1.0], [5.0, 0.0], [-5.0, 0.0]])
    model = Linear(2, 3)
    model.load_state_dict({"w": [[0, 1], [1, 0], [-1, 0]], "b": [0, 0, 0]})
    assert model.classify(X3).tolist() == [0, 1, 2]
    assert model.classify(X3, ["a", "b", "c"]).tolist() == ["a", "b", "c"]
    one = Linear(2, 1, init=nn.init.constant(1.0))
    assert one.classify(X3, [-1, 1]).tolist() == [1, 1, -1]
    one.output_kind = "values"
    assert one.classify([[0.7, 0.0], [0.3, 0.0]]).tolist() == [1, 0]
    assert one.classify([[0.7, 0.0], [-0.3, 0.0]], [-1, 1]).tolist() == [1, -1]
    with pytest.raises(ValueError, match="3 labels are needed, one for each class"):
        model.classify(X3, ["a", "b"])
    with pytest.raises(ValueError, match="a sample is a row"):
        model.classify([1.0, 2.0])
    with pytest.raises(ValueError, match=r"gives nan for x\[1\]"):
        Sequential(one, lambda z: np.where(z > 0.0, np.nan, z)).classify(X3 - 2.0)
    with pytest.raises(ValueError, match=r"array of shape \(3, 2, 1\)"):
        Ended(lambda z: z[:, :, None], 2).classify(X3)


# What tells that numbers are probabilities.


@pytest.mark.parametrize("outputs", [1, 2, 4])
@given(scores=arrays(np.float64, (3, 4), elements=st.floats(-30, 30)))
def test_probabilities_of_classes(outputs: int, scores: np.ndarray) -> None:
    """By e**s alone, of logits and of what a sigmoid or a softmax made of them."""
    scores = scores[:, :outputs]
    powers = np.exp(scores) if outputs > 1 else np.exp(np.column_stack([0.0 * scores, scores]))
    expected = powers / powers.sum(axis=1, keepdims=True)
    logits = Sequential("identity")
    logits.output_kind = "logits"
    for model in (logits, Sequential("softmax" if outputs > 1 else "sigmoid")):
        got = model.predict_proba(scores)
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(got.sum(axis=1), 1.0, rtol=1e-14)
    found = logits.predict_class(scores)
    assert (expected[np.arange(3), found] > expected.max(axis=1) - 1e-12).all()


def test_probabilities_far_out_keep_their_digits() -> None:
    model = Sequential("identity")
    model.output_kind = "logits"
    assert model.predict_proba([[-700.0]])[0, 1] == pytest.approx(np.exp(-700.0), rel=1e-13)
    assert model.predict_proba([[700.0]])[0, 0] == pytest.approx(np.exp(-700.0), rel=1e-13)


@pytest.mark.parametrize(
    ("model", "kind", "message"),
    [
        (Sequential("identity"), None, "not known what .*: set model.output_kind to 'logits'"),
        (Sequential("identity"), "margins", "the model gives margins, of which no prob.*train it"),
        (Sequential("identity"), "values", "the model gives values"),
        (Sequential("identity"), "probabilities", r"prediction\[0, 0\] is 3"),
        (Ended(lambda z: z[:, :, None], 2), "logits", r"predict_proba: .* of shape \(1, 2, 1\)"),
    ],
)
def test_models_without_probabilities(model: Module, kind: str | None, message: str) -> None:
    model.output_kind = kind
    sample = [[3.0]] if isinstance(model, Sequential) else [[3.0, 1.0]]
    with pytest.raises(ValueError, match=message):
        model.predict_proba(sample)


def test_names_of_classes_and_features(tmp_path: Path) -> None:
    model = Linear(1, 2, init="zeros", bias_init=nn.init.constant(0.0))
    model.load_state_dict({"w": [[-1.0], [1.0]], "b": [0.0, 0.0]})
    assert model.class_names is None
    model.class_names, model.feature_names = ("no", "是"), np.array(["length"])
    nn.save(model, tmp_path / "model.safetensors")
    for own in (model, deepcopy(model), nn.load(tmp_path / "model.safetensors")):
        assert (own.class_names, own.feature_names) == (["no", "是"], ["length"])
        assert own.predict_class([[-1.0], [1.0]]).tolist() == ["no", "是"]
        assert own.classify([[-1.0], [1.0]], [3, 5]).tolist() == [3, 5]
    other = nn.load(tmp_path / "model.safetensors", into=Linear(1, 2))
    assert other.class_names is None
    for wrong in ("no", [1, 2], {"no": 1}, 3):
        with pytest.raises(TypeError, match="class_names must be a list of texts"):
            model.class_names = wrong  # type: ignore[assignment]
    with pytest.raises(ValueError, match="feature_names has 'a' twice"):
        model.feature_names = ["a", "b", "a"]
    assert (model.class_names, model.feature_names) == (["no", "是"], ["length"])
    model.class_names = ["one"]
    with pytest.raises(ValueError, match="2 labels are needed"):
        model.predict_class([[1.0]])


def test_operations_tell() -> None:
    z = Tensor([2.0, -1.0, 0.5])
    rows = Tensor([[2.0, -1.0], [0.0, 0.5]])
    assert why_probabilities(autograd.sigmoid(z)) == SIGMOID
    assert why_probabilities(autograd.sigmoid(Value(0.0))) == SIGMOID
    assert why_probabilities(nn.activations.softmax(rows)) == SOFTMAX
    assert why_probabilities(by_hand(z)) == RANGE
    assert why_probabilities(0.3 * autograd.sigmoid(z)) == RANGE
    assert why_probabilities(Linear(2, 1)(np.full((3, 2), 1e-3))) == ""
    assert why_probabilities(1.0 - autograd.sigmoid(z)) == RANGE
    assert why_probabilities(1.0 - 0.5 * Linear(2, 1)(np.full((3, 2), 1e-3))) == ""
    assert why_probabilities(np.array([Dual(0.5, 1.0), Dual(0.25, 1.0)])) == RANGE


def test_numbers_tell() -> None:
    assert why_probabilities(np.array([0.2, 0.9])) == RANGE
    assert why_probabilities(np.array([[0.2, 0.8], [0.6, 0.4]])) == SOFTMAX
    for scores in ([0.2, 1.1], [-0.1, 0.5], [0.5], [0.0, 1.0, 1.0], [], 0.5, [np.nan, 0.5]):
        assert why_probabilities(np.array(scores)) == ""


# Losses and metrics called by hand.


@pytest.mark.parametrize("loss", [nn.binary_cross_entropy, nn.hinge], ids=lambda f: f.__name__)
def test_losses_warn_of_probabilities(loss: Any) -> None:
    targets = y if loss is nn.binary_cross_entropy else 2 * y - 1
    model = Sequential(Linear(2, 1, seed=0), "sigmoid")
    message = f"{loss.__name__} takes (logits|scores of any size), but the predictions seem to be"
    for prediction in (model(X), model.predict(X), model.predict(X).tolist(), list(model(X))):
        with pytest.warns(UserWarning, match=message) as caught:
            loss(prediction, targets)
        assert len(caught) == 1
        assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="a sigmoid made them"):
        loss(autograd.sigmoid(Value(9.0)), 1)
    loss(model.predict(X), targets, output="logits")
    loss(model[0](X), targets)
    loss([0.0, 1.0], [1, 1])
    loss(Value(0.5), 1)


def test_cross_entropy_warns_of_probabilities() -> None:
    p = nn.activations.softmax(np.random.default_rng(0).normal(size=(5, 3)))
    with pytest.warns(UserWarning, match="cross_entropy takes logits.*sum to 1 for each sample"):
        nn.cross_entropy(p, [0, 1, 2, 0, 1])
    nn.cross_entropy(np.log(p), [0, 1, 2, 0, 1])
    nn.cross_entropy(p, [0, 1, 2, 0, 1], output="logits")


@pytest.mark.parametrize("shape", [(), (1,)])
def test_accuracy_takes_no_probability_for_a_logit(shape: tuple[int, ...]) -> None:
    p = np.array([0.9, 0.2, 0.6, 0.4]).reshape(4, *shape)
    labels = [1, 0, 1, 1]
    with pytest.warns(UserWarning, match=r"all lie in \[0, 1\]: write output='probabilities'"):
        assert nn.accuracy(p, labels) == 0.75
    assert nn.accuracy(p, labels, output="probabilities") == 0.75
    assert nn.accuracy(p, [1, 0, 1, 0], output="probabilities") == 1.0
    assert nn.accuracy(p, [1, 0, 1, 0], 0.5) == 1.0
    assert nn.accuracy(p, [1, 0, 1, 0], output="logits") == 0.5
    assert nn.accuracy(autograd.sigmoid(Tensor([3.0, -1.0])), [1, 0]) == 1.0
    for certain in ([0.9, 0.7], [1.0, 0.0], [True, False], [0.3]):  # the threshold is no matter
        nn.accuracy(certain, np.ones(len(certain)))
    for p in ([0.5, 1.5], [[0.5], [-0.1]], [[0.5, 1.5]]):
        with pytest.raises(ValueError, match=r"accuracy takes probabilities .*prediction\["):
            nn.accuracy(p, [1, 1][: len(p)], output="probabilities")


def test_the_default_filter_shows_it_once() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.resetwarnings()
        for _ in range(5):
            nn.accuracy([0.2, 0.9], [0, 1])
    assert len(caught) == 1


# Training.

ENDS: dict[str, Callable[[], Module]] = {
    "sigmoid": lambda: Sequential(Linear(2, 1, seed=0), "sigmoid"),
    "layer": lambda: Layer(2, 1, "sigmoid", seed=0),
    "own": lambda: Ended(autograd.sigmoid),
    "own in a sequence": lambda: Sequential(Ended(autograd.sigmoid), nn.Identity()),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_network_that_ends_in_sigmoid(name: str, tmp_path: Path) -> None:
    """By the squared error: accuracy, boundary, classes and file are of probabilities."""
    model = ENDS[name]()
    history = fit(model, X, y, metrics="accuracy", epochs=150, lr=0.1)
    assert model.output_kind == "probabilities"
    right = float(np.mean((model.predict(X).reshape(-1) > 0.5) == (y == 1)))
    assert right > 0.8
    assert history["accuracy"][-1] == right
    assert nn.accuracy(model.predict(X), y, output=model.output_kind) == right
    assert wrong(model) == wrong(model.predict) == round(60 * (1.0 - right))
    assert float(np.mean(model.classify(X) == y)) == right


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "hinge"])
def test_scores_are_not_made_of_probabilities(name: str, loss: str) -> None:
    model = ENDS[name]()
    before = model.state_dict()
    targets = y if loss != "hinge" else 2 * y - 1
    with pytest.raises(ValueError, match=f"fit: {loss} takes .*(Sigmoid|a sigmoid made them)"):
        fit(model, X, targets, loss=loss)
    assert all(np.array_equal(a, before[n]) for n, a in model.state_dict().items())
    with pytest.raises(ValueError, match=r"softmax|Softmax|sum to 1"):
        fit(Ended(nn.activations.softmax, 3), X, y, loss="cross_entropy")


def test_probabilities_are_trained_on_where_it_is_said() -> None:
    """The same gradients as from logits, to rounding."""
    plain, ended = Linear(2, 1, seed=0), Sequential(Linear(2, 1, seed=0), "sigmoid")
    ended.output_kind = "probabilities"
    settings: dict[str, Any] = {"epochs": 20, "metrics": "accuracy", "validation": (X, y)}
    one = fit(plain, X, y, loss="binary_cross_entropy", **settings)
    two = fit(ended, X, y, loss="binary_cross_entropy", **settings)
    assert plain.output_kind == "logits"
    np.testing.assert_allclose(one["loss"], two["loss"], rtol=1e-10)
    assert one["val_accuracy"] == two["val_accuracy"]
    np.testing.assert_allclose(by_hand(plain.predict(X)), ended.predict(X), rtol=1e-9)
    labels = np.arange(60) % 3
    plain, ended = Linear(2, 3, seed=0), Layer(2, 3, "softmax", init=nn.init.xavier(), seed=0)
    ended.load_state_dict(plain.state_dict())
    ended.output_kind = "probabilities"
    one = fit(plain, X, labels, loss="cross_entropy", **settings | {"validation": (X, labels)})
    two = fit(ended, X, labels, loss="cross_entropy", **settings | {"validation": (X, labels)})
    np.testing.assert_allclose(one["loss"], two["loss"], rtol=1e-10)
    ended = ENDS["sigmoid"]()
    ended.output_kind = "probabilities"
    with pytest.raises(ValueError, match=r"hinge takes margins, but model\.output_kind is"):
        fit(ended, X, 2 * y - 1, loss="hinge")
    plain.output_kind = "values"
    with pytest.raises(ValueError, match=r"cross_entropy takes logits.* is 'values'.*mse"):
        fit(plain, X, labels, loss="cross_entropy")


@pytest.mark.parametrize("end", [by_hand, halved])
def test_results_in_0_1_of_unknown_make_are_warned_of_once(end: Any) -> None:
    for settings in ({"loss": "binary_cross_entropy"}, {"loss": squares}):
        model = Ended(end)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fit(model, X, y, metrics="accuracy", epochs=5, batch_size=20, **settings)
        assert [w.category for w in caught] == [UserWarning]
        assert r"all lie in [0, 1]: if they are probabilities" in str(caught[0].message)
        assert caught[0].filename == __file__
    model.output_kind = "probabilities"
    assert fit(model, X, y, metrics="accuracy", epochs=5, loss="mse")["accuracy"][-1] > 0.7


def test_healthy_trainings_are_silent() -> None:
    """Also where all outputs happen to lie in [0, 1] at first."""
    model = Linear(2, 1, init="zeros", bias_init=nn.init.constant(0.5))
    fit(model, X, y, loss="binary_cross_entropy", metrics="accuracy", epochs=2)
    fit(Ended(lambda z: z + 0.5), 1e-3 * X, y, loss="binary_cross_entropy", epochs=2)
    nn.hinge(model(1e-3 * X), 2 * y - 1)


FITTED = [
    ("binary_cross_entropy", y, "logits"),
    ("hinge", 2 * y - 1, "margins"),
    ("mse", y, "values"),
    ("huber", 2 * y - 1, "margins"),
    ("mae", X[:, 0], "values"),
    (squares, y, None),
]


@pytest.mark.parametrize(("loss", "targets", "kind"), FITTED, ids=lambda x: str(x)[:20])
def test_the_loss_tells(loss: Any, targets: Any, kind: str | None) -> None:
    model = MLP(2, [4, 1], seed=0)
    fit(model, X, targets, loss=loss, epochs=1)
    assert model.output_kind == kind
    fit(model, X, y, loss="binary_cross_entropy", epochs=1)  # the latest counts
    assert model.output_kind == "logits"
    model.output_kind = "margins"  # what is said counts more
    fit(model, X, y, epochs=1)
    assert model.output_kind == "margins"


def test_values_near_0_and_1_are_the_nearer_label() -> None:
    model = Linear(2, 1, seed=0)
    history = fit(model, X, y, epochs=300, metrics="accuracy", validation=(X, y))
    near = float(
        np.mean((np.abs(model.predict(X)[:, 0] - 1) < np.abs(model.predict(X)[:, 0])) == y)
    )
    assert near > 0.8
    assert history["val_accuracy"][-1] == history["accuracy"][-1] == near
    assert wrong(model) == round(60 * (1 - near))
    ones = fit(model, X, y, epochs=1, metrics="accuracy", validation=(X[y == 1], y[y == 1]))
    threshold = model.predict(X[y == 1])[:, 0] > 0.5
    assert ones["val_accuracy"][-1] == float(np.mean(threshold))


def test_a_training_that_fails_leaves_the_kind() -> None:
    model = MLP(2, [4, 1], seed=0)
    fit(model, X, 2 * y - 1, loss="hinge", epochs=1)
    with pytest.raises(nn.DivergedError):
        fit(model, X, y, lr=1e300, optimizer="sgd", epochs=50)
    assert model.output_kind == "margins"


def test_a_predict_of_ones_own() -> None:
    """Where `forward` gives logits and `predict` probabilities, the numbers tell."""

    class Both(Ended):
        def predict(self, x: Any) -> Any:
            return by_hand(super().predict(x))

    model = Both(lambda z: z)
    with pytest.warns(UserWarning, match=r"set|write model\.output_kind = 'probabilities'"):
        model.classify(X)
    model.output_kind = "probabilities"
    assert model.classify(X).tolist() == (model.predict(X)[:, 0] > 0.5).astype(int).tolist()


def test_looking_changes_nothing() -> None:
    model = Sequential(Dropout(0.5, seed=0), Ended(autograd.sigmoid))
    names = [value.name for value in model.parameters()]
    state = pickle.dumps(model[0]._generator)
    assert set(model.classify(X).tolist()) == {0, 1}
    assert model.training
    assert [value.name for value in model.parameters()] == names
    assert pickle.dumps(model[0]._generator) == state


# The boundary.


def test_the_boundary_of_a_function_that_gives_probabilities() -> None:
    def model(Z: Any) -> Any:
        return by_hand(2.0 * Z[:, 0] - Z[:, 1] - 0.5)

    right = int(np.sum((model(X) > 0.5) == y))
    with pytest.warns(UserWarning, match=r"all lie in \[0, 1\]: write output='probabilities'"):
        assert wrong(model) == 30
    assert wrong(model, output="probabilities") == wrong(model, threshold=0.5) == 60 - right
    with pytest.raises(ValueError, match=r"takes probabilities .*, but prediction\[\d+\] is"):
        wrong(lambda Z: 3.0 * model(Z), output="probabilities")


# Files.


def test_a_file_keeps_the_kinds(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    model = Sequential(Sequential(Linear(2, 1, seed=0)), nn.Identity())
    nn.save(model, path)
    assert b"output_kinds" not in path.read_bytes()  # as files were before
    assert nn.load(path).output_kind is None
    fit(model, X, y, loss="binary_cross_entropy", epochs=1)
    model[0].output_kind = "margins"
    nn.save(model, path)
    copy = nn.load(path)
    assert (copy.output_kind, copy[0].output_kind) == ("logits", "margins")
    fit(copy, X, y, epochs=1)  # what came of a training goes with the next one
    assert copy.output_kind == "values"
    other = Sequential(Sequential(Linear(2, 1)), nn.Identity())
    nn.load(path, into=other)
    assert other.output_kind == "logits"
