"""dualgrad's pictures: computation graphs with values and derivatives, and plots.

>>> from autograd import Value
>>> from viz import draw_dot
>>> x = Value(3.0, "x")
>>> f = x * x
>>> f.backward()
>>> drawing = draw_dot(f)  # a notebook shows it; draw_dot(f, "graph.svg") writes it
"""

from viz.graph.draw import draw_dot as draw_dot
from viz.graph.drawing import Drawing as Drawing
from viz.graph.render import RenderError as RenderError
from viz.plots import plot_convergence as plot_convergence
from viz.plots import plot_decision_boundary as plot_decision_boundary
from viz.plots import plot_error_versus_step as plot_error_versus_step
from viz.plots import plot_fit as plot_fit
from viz.plots import plot_histograms as plot_histograms
from viz.plots import plot_history as plot_history
from viz.plots import plot_modes as plot_modes
from viz.plots import plot_paths as plot_paths
