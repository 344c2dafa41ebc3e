"""dualgrad's pictures: computation graphs with values and derivatives, networks, and
plots; and written solutions.

>>> from autograd import Value
>>> from viz import draw_dot
>>> x = Value(3.0, "x")
>>> f = x * x
>>> f.backward()
>>> drawing = draw_dot(f)  # a notebook shows it; draw_dot(f, "graph.svg") writes it
"""

from dualgrad import require as _require

_require("autograd")

from viz.explain.explain import explain
from viz.explain.explanation import Explanation
from viz.explain.random_exercise import random_exercise
from viz.graph.draw import draw_dot
from viz.graph.drawing import Drawing
from viz.graph.render import RenderError
from viz.network.draw import draw_network
from viz.plots import (
    animate_boundary,
    animate_paths,
    plot_activation,
    plot_confusion,
    plot_convergence,
    plot_decision_boundary,
    plot_error_versus_step,
    plot_fit,
    plot_gradient_flow,
    plot_histograms,
    plot_history,
    plot_loss_surface,
    plot_modes,
    plot_paths,
    save_animation,
)

__all__ = [
    "Drawing",
    "Explanation",
    "RenderError",
    "animate_boundary",
    "animate_paths",
    "draw_dot",
    "draw_network",
    "explain",
    "plot_activation",
    "plot_confusion",
    "plot_convergence",
    "plot_decision_boundary",
    "plot_error_versus_step",
    "plot_fit",
    "plot_gradient_flow",
    "plot_histograms",
    "plot_history",
    "plot_loss_surface",
    "plot_modes",
    "plot_paths",
    "random_exercise",
    "save_animation",
]
