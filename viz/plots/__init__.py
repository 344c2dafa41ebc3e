"""Plots by matplotlib: of derivatives, of training, of models.

Each function draws into the Axes that it is given, or into a new figure, and returns the Axes; an
animation is returned as matplotlib's.

>>> from viz.plots import plot_convergence
>>> plot_convergence({"sgd": [4.0, 1.0, 0.25], "adam": [4.0, 0.1, 0.01]}).get_yscale()
'log'
"""

from autograd.text.display import register_plotters
from viz.plots.activation import plot_activation as plot_activation
from viz.plots.animations import animate_boundary as animate_boundary
from viz.plots.animations import animate_paths as animate_paths
from viz.plots.confusion import plot_confusion as plot_confusion
from viz.plots.convergence import plot_convergence as plot_convergence
from viz.plots.error_versus_step import ZERO as ZERO
from viz.plots.error_versus_step import plot_error_versus_step as plot_error_versus_step
from viz.plots.files import save_animation as save_animation
from viz.plots.gradient_flow import plot_gradient_flow as plot_gradient_flow
from viz.plots.histograms import plot_histograms as plot_histograms
from viz.plots.learning_curves import plot_history as plot_history
from viz.plots.loss_surface import plot_loss_surface as plot_loss_surface
from viz.plots.mode_costs import plot_modes as plot_modes
from viz.plots.model import plot_decision_boundary as plot_decision_boundary
from viz.plots.model import plot_fit as plot_fit
from viz.plots.optimizer_paths import plot_paths as plot_paths

register_plotters(
    {
        "History": plot_history,
        "ModeReport": plot_modes,
        "StepErrors": plot_error_versus_step,
    }
)
