"""What derivatives cost, counted and not timed: the cheap gradient principle on real graphs.

Griewank & Walther, "Evaluating Derivatives" (SIAM 2008, doi:10.1137/1.9780898717761, chapters 3 and
4): f and its whole gradient, for however many inputs, cost at most 4 times what f alone costs. In
forward mode so do f and its derivative in one direction; a gradient needs a direction per input.

Nothing here instruments the engine. A derivative taken of Values is recorded, so its graph lists
all operations that f and the derivative take together, and counting nodes counts these:

- an addition or subtraction, a multiplication, and an evaluation of anything else, division
  included, each count as one; a node of many operands counts as what it stands for: `dot` of two
  vectors of k as k multiplications and k - 1 additions;
- the first share of an adjoint or a tangent is kept as it is, each further one is an addition;
- copies, selections (`where`), changes of sign and products by 1 or -1 are free;
- in the weighted total an evaluation is worth `EVALUATION` multiplications.

`backward` makes the same products of partials and adjoints. It does not save the products by 1 and
the additions to 0, as asking takes longer than doing them.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor, Value, adjoints, jvp, topological_order

BOUND = 4
EVALUATION = 6
"""A division or an elementary function in multiplications. tests/autograd/transforms/test_cost.py
shows that with this weight the rows of the primitives table, but for those that it lists, each
keep to the bound; so does whatever is composed of them, as costs add up."""


class Cost(NamedTuple):
    """Operations by their kind."""

    additions: int = 0
    multiplications: int = 0
    evaluations: int = 0

    def total(self, evaluation: int = 1) -> int:
        """All of them, an evaluation being worth so many others."""
        return self.additions + self.multiplications + evaluation * self.evaluations


EXPANDED: dict[str, Callable[[int], Cost]] = {
    "identity": lambda n: Cost(),
    "neg": lambda n: Cost(),
    "where": lambda n: Cost(),
    "add": lambda n: Cost(additions=1),
    "sub": lambda n: Cost(additions=1),
    "mul": lambda n: Cost(multiplications=1),
    "square": lambda n: Cost(multiplications=1),
    "sum": lambda n: Cost(additions=n - 1),
    "mean": lambda n: Cost(additions=n - 1, multiplications=1),
    "prod": lambda n: Cost(multiplications=n - 1),
    "dot": lambda n: Cost(additions=n // 2 - 1, multiplications=n // 2),
    "norm": lambda n: Cost(additions=n - 1, multiplications=n, evaluations=1),
    "logsumexp": lambda n: Cost(additions=n - 1, evaluations=n + 1),
}
"""What a node of n operands stands for; all other primitives are one evaluation."""


def cost_of_node(node: Value) -> Cost:
    """The operations that a recorded node stands for."""
    if node.op is None:
        return Cost()
    operands = node.operands
    if node.op.name == "mul" and any(type(x) is float and abs(x) == 1.0 for x in operands):
        return Cost()
    expanded = EXPANDED.get(node.op.name)
    return expanded(len(operands)) if expanded else Cost(evaluations=1)


def cost_of_graph(results: Iterable[Any]) -> Cost:
    """The operations that the results depend on, shared ones once; plain numbers cost nothing."""
    nodes = topological_order(*[x for x in results if isinstance(x, Value)])
    return Cost(*np.sum([Cost(), *map(cost_of_node, nodes)], axis=0).tolist())


class Costs(NamedTuple):
    """Costs of a function alone, with its gradient, and with its derivative in one direction."""

    function: Cost
    reverse: Cost
    forward: Cost

    def ratios(self, evaluation: int = 1) -> tuple[float, float]:
        """How many evaluations of the function the reverse and the forward derivative cost."""
        alone = self.function.total(evaluation)
        return self.reverse.total(evaluation) / alone, self.forward.total(evaluation) / alone


def costs(f: Callable[[Any], Any], x: Any) -> Costs:
    """Count the operations of f, which takes an array and returns a number, at x.

    The adjoint of the result and the direction are variables: nothing of either sweep is known
    beforehand, as inside a longer computation.
    """
    inputs, direction = Tensor(x), Tensor(np.ones(np.shape(x)))
    out = f(inputs)
    gradient = adjoints(out, list(inputs.flat), seed=Value(1.0))
    return Costs(
        cost_of_graph([out]),
        cost_of_graph([out, *gradient]),
        cost_of_graph(jvp(f, (inputs,), (direction,))),
    )
