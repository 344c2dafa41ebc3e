"""What `dualgrad train` tells: the report and the picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.text.tables import Table, as_text
from autograd.text.words import counted, percent, printable, shortened
from viz.commands.training_run import Samples, Trained
from viz.plots.files import new_figure, write_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass
class Report:
    """How good a trained network is."""

    result: Trained
    scores: dict[str, dict[str, float]]
    """For "training" and "test" samples, each measure by its name."""
    confusion: dict[str, list[list[int]]]
    """How many samples of each class (row) are taken for each (column)."""
    files: list[str] = field(default_factory=list)
    """What was written."""

    def to_text(self, confusion: bool = False) -> str:
        """Return a few lines to read, with the confusion matrix where it is asked for."""
        rows = [
            ("data", _data(self.result)),
            ("model", _model(self.result)),
            ("training", _training(self.result)),
            ("loss", _loss(self.result)),
            *_quality(self.scores),
            *(("note", note) for note in self.result.history.notes),
        ]
        if any(Path(file).suffix in (".svg", ".png", ".pdf") for file in self.files):
            rows += [("picture", note) for note in _note(self.result)]
        rows += [("wrote", file) for file in self.files]
        text = "\n".join(f"{name:10}{text}" for name, text in rows)
        if not confusion or self.result.task.classes is None:
            return text
        kind, counts = list(self.confusion.items())[-1]  # the test data, if there are any
        names = [*map(shortened, self.result.task.classes)]
        lines = [(name, *map(str, row)) for name, row in zip(names, counts, strict=True)]
        table = as_text([Table((f"{kind}: true \\ taken for", *names), lines)])
        return f"{text}\n\n{table}"

    def to_dict(self) -> dict[str, Any]:
        """Return all that is known, for JSON."""
        task, network, history = self.result.task, self.result.network, self.result.history
        return {
            "data": {
                "source": task.data.source,
                "features": task.data.features,
                "target": task.data.target,
                "classes": task.classes,
                "training_samples": len(self.result.training.y),
                "test_samples": 0 if self.result.test is None else len(self.result.test.y),
            },
            "model": {
                "layers": [network.nin, *network.nouts],
                "activation": network.config()["activation"],
                "parameters": network.num_parameters(),
                "standardized": task.data.from_file,
            },
            "settings": {"loss": task.loss, **self.result.settings},
            "stopped": str(history.stopped),
            "notes": history.notes,
            "scores": self.scores,
            "confusion": self.confusion,
            "history": history.columns,
            "files": self.files,
        }


def report_of(result: Trained) -> Report:
    """Evaluate a network on the data as they came."""
    groups = {"training": result.training, "test": result.test}
    scores = {name: _scores(result, own) for name, own in groups.items() if own is not None}
    confusion = {
        name: _confusion(result, own)
        for name, own in groups.items()
        if own is not None and result.task.classes is not None
    }
    return Report(result, scores, confusion)


def _confusion(result: Trained, samples: Samples) -> list[list[int]]:
    from nn.training.metrics import confusion_matrix

    prediction, kind = result.model.predict(samples.X), result.model.output_kind
    found: list[list[int]] = confusion_matrix(prediction, samples.y, output=kind).tolist()
    return found


def _scores(result: Trained, samples: Samples) -> dict[str, float]:
    from nn.training.metrics import accuracy, r2, rmse

    prediction = result.model.predict(samples.X)
    if result.task.classes is None:
        return {"r2": r2(prediction, samples.y), "rmse": rmse(prediction, samples.y)}
    share = accuracy(prediction, samples.y, output=result.model.output_kind)
    return {"accuracy": share, "right": round(share * len(samples.y)), "samples": len(samples.y)}


# Lines of the report.


def _data(result: Trained) -> str:
    data, classes = result.task.data, result.task.classes
    target = repr(shortened(data.target))
    if classes is None:
        kind = f"to learn the numbers of {target}" if data.from_file else "regression"
    else:
        kind = f"{len(classes)} classes"
        if data.from_file:
            names = [*map(shortened, classes[:6]), *(["..."] if len(classes) > 6 else [])]
            kind += f" of {target}: {', '.join(names)}"
    samples, features = counted(len(data.y), "sample"), counted(len(data.features), "feature")
    return f"{printable(data.source)}: {samples}, {features}, {kind}"


def _model(result: Trained) -> str:
    network = result.network
    sizes = "-".join(map(str, [network.nin, *network.nouts]))
    activation = f" {network.config()['activation']}" if len(network.nouts) > 1 else ""
    before = " after Standardize" if result.task.data.from_file else ""
    return f"{sizes}{activation}{before}, {counted(network.num_parameters(), 'parameter')}"


def _training(result: Trained) -> str:
    settings, epochs = result.settings, len(result.history)
    asked, size, schedule = settings["epochs"], settings["batch_size"], settings["schedule"]
    done = f"{epochs} of {asked} epochs" if epochs < asked else counted(epochs, "epoch")
    text = f"{done}: {settings['optimizer']}"
    if settings["lr"] is not None:
        text += f", rate {settings['lr']:g}{f' ({schedule})' if schedule else ''}"
    if size is not None and size < len(result.training.y):
        text += f", batches of {size}"
    return f"{text}; {result.history.stopped}" if epochs < asked else text


def _loss(result: Trained) -> str:
    losses = result.history["loss"]
    name = result.task.loss.replace("_", " ")
    if not losses:
        return f"{name}: none yet"
    scaled = result.task.data.from_file and result.task.classes is None
    note = ", of standardised numbers" if scaled else ""
    return f"{name}, {losses[0]:.4g} → {losses[-1]:.4g}{note}"


def _quality(groups: dict[str, dict[str, float]]) -> list[tuple[str, str]]:
    """Return a line on each group of samples."""
    rows: list[tuple[str, str]] = []
    for kind, own in groups.items():
        if "accuracy" in own:
            name, text = "accuracy", percent(int(own["right"]), int(own["samples"]))
            text += f" on the {kind} data ({own['right']:,g} of {own['samples']:,g})"
        else:
            name, text = "fit", f"R² {own['r2']:.4g}, root mean square error {own['rmse']:.4g}"
            text += f" on the {kind} data"
        rows.append(("" if rows else name, text))
    return rows


def _note(result: Trained) -> list[str]:
    """Say why the picture does not show the model, where it does not."""
    if _can_draw(result):
        return []
    wanted = "a curve needs 1 feature" if result.task.classes is None else "regions need 2 features"
    shown = "the loss only" if result.task.classes is None else "confusion matrix and loss"
    return [f"{shown}: {wanted}, not {len(result.task.data.features)}"]


# The picture.


def _can_draw(result: Trained) -> bool:
    """Whether the model can be drawn over its features."""
    return len(result.task.data.features) == (1 if result.task.classes is None else 2)


def draw(result: Trained, path: Path) -> None:
    """Draw the decision boundary, the curve or the confusion matrix, and the loss beside it.

    Raises:
        OSError: the file cannot be written.
    """
    from viz.plots import plot_history
    from viz.plots.style import literal

    both = _can_draw(result) or result.task.classes is not None
    figure = new_figure(11.0 if both else 6.4, 4.6)
    axes = figure.subplots(1, 1 + both, squeeze=False)[0]
    if _can_draw(result):
        _draw_model(result, axes[0])
    elif both:
        _draw_confusion(result, axes[0])
    title = f"training on {literal(shortened(Path(result.task.data.source).name))}"
    if len(result.history):
        plot_history(result.history, axes[-1])
    else:
        axes[-1].set_axis_off()
        title = "interrupted in the first epoch"
    axes[-1].set_title(title)
    write_figure(figure, path)


def _draw_model(result: Trained, ax: Axes) -> None:
    from viz.plots import plot_decision_boundary, plot_fit
    from viz.plots.style import literal

    data, classes, samples = result.task.data, result.task.classes, result.training
    if result.test is not None:
        pairs = zip(samples, result.test, strict=True)
        samples = Samples(*(np.concatenate(pair) for pair in pairs))
    scores = _scores(result, samples)
    if classes is None:
        plot_fit(result.model, *samples, ax=ax)
        ax.set_title(f"the curve: R² {scores['r2']:.3g}")
    else:
        names = classes if data.from_file else None
        plot_decision_boundary(result.model, *samples, ax=ax, names=names)
        ax.set_title(f"accuracy {percent(int(scores['right']), len(samples.y))}")
    x, y, *_ = [literal(shortened(name)) for name in (*data.features, data.target)]
    ax.set(xlabel=x, ylabel=y)


def _draw_confusion(result: Trained, ax: Axes) -> None:
    from viz.plots import plot_confusion

    kind, samples = "training", result.training
    if result.test is not None:
        kind, samples = "test", result.test
    plot_confusion(_confusion(result, samples), ax=ax, names=result.task.classes)
    ax.set_title(f"classes of the {kind} data")
