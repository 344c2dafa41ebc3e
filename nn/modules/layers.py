"""Neurons, layers of them, and networks of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np

from autograd import Tensor
from autograd.rules.entrywise import as_object_array
from autograd.text.arguments import positive, whole
from nn import init as schemes
from nn.intake import Seed, as_samples, generator_of, matching
from nn.modules.activation_layers import as_activation, own_copy, short
from nn.modules.affine import Affine, Shape, affine, name_outputs
from nn.modules.cost import Cost
from nn.modules.module import Module, check_width, drawn_seed
from nn.modules.parameter import entry_name, joined

Activation = str | Module | Callable[[Any], Any]


class Layer(Affine):
    """A fully connected layer: activation(w @ x + b) for each vector along the last axis.

    Args:
        nin: numbers in a sample.
        nout: neurons, that is numbers in the result.
        activation: a name (see `nn.ACTIVATIONS`), a Module or a function of arrays.
        init: the scheme that draws the weights, or its name (see `nn.init`); by default He's for
            activations like relu, Xavier's for others.
        bias_init: the scheme that draws the biases.
        bias: whether there are biases.
        seed: int or Generator, for the same numbers every time.
        nonlin: micrograd's switch: False for no activation.

    Raises:
        ValueError: a size is not positive, or a name is unknown.
        TypeError: a size is not a whole number.

    >>> layer = Layer(2, 3, "tanh", seed=0)
    >>> layer([1.0, -1.0]).shape, layer.neurons[2].w[1].name
    ((3,), 'neurons.2.w[1]')
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: Activation = "relu",
        *,
        init: Any = None,
        bias_init: Any = "zeros",
        bias: bool = True,
        seed: Seed = None,
        nonlin: bool = True,
    ) -> None:
        self.nin = whole(nin, "nin")
        self.nout = whole(nout, "nout")
        self.activation = as_activation(activation if nonlin else "identity")
        super().__init__(init, bias_init, bias)
        self._declare_weights(
            (self.nout, self.nin), (self.nout,), (self.nin, self.nout), seed, _neuron_entry
        )

    def forward(self, x: Any) -> Any:
        """Compute the outputs of the neurons, shape (..., nout)."""
        check_width(self, np.shape(x), self.nin)
        out = self.activation(affine(x, self.w, self.b if self.bias else None))
        if type(out) is Tensor:
            name_outputs(out, _neuron_names(self._path, self.nout))
        return out

    def _ending(self) -> Module:
        return self.activation

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., nin) becomes (..., nout)."""
        check_width(self, input_shape, self.nin)
        return self.activation.output_shape((*input_shape[:-1], self.nout))

    def _cost(self, input_shape: Shape) -> Cost:
        return self._cost_of_dots(input_shape, (*input_shape[:-1], self.nout))

    @property
    def neurons(self) -> list[Neuron]:
        """The neurons, made at each access; their w and b are this layer's own Values.

        So `neurons[0].w.assign([1.0, 2.0])` changes the layer, while `neurons[0].w = ...` does not.
        """
        return [Neuron._of(self, i) for i in range(self.nout)]


class Linear(Layer):
    """A layer without an activation: w @ x + b for each vector along the last axis.

    Args and errors are those of `Layer`.

    >>> Linear(2, 1, init="zeros").predict([[1.0, 2.0], [3.0, 4.0]])
    array([[0.],
           [0.]])
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        init: Any = None,
        bias_init: Any = "zeros",
        bias: bool = True,
        seed: Seed = None,
    ) -> None:
        super().__init__(
            nin, nout, "identity", init=init, bias_init=bias_init, bias=bias, seed=seed
        )


class Neuron(Affine):
    """One neuron: activation(w · x + b), its argument a single `dot` node.

    Args:
        nin: numbers in a sample.
        activation, init, bias_init, bias, seed, nonlin: as for `Layer`.

    Raises:
        ValueError: nin is not positive, or a name is unknown.
        TypeError: nin is not a whole number.

    >>> neuron = Neuron(2, "tanh", seed=0)
    >>> out = neuron([1.0, -1.0])
    >>> out.op.name, out.parents[0].op.name, len(neuron.parameters())
    ('tanh', 'dot', 3)
    """

    def __init__(
        self,
        nin: int,
        activation: Activation = "relu",
        *,
        init: Any = None,
        bias_init: Any = "zeros",
        bias: bool = True,
        seed: Seed = None,
        nonlin: bool = True,
    ) -> None:
        self.nin = whole(nin, "nin")
        self.activation = as_activation(activation if nonlin else "identity")
        super().__init__(init, bias_init, bias)
        self._declare_weights((self.nin,), (), (self.nin, 1), seed)

    @classmethod
    def _of(cls, layer: Layer, i: int) -> Neuron:
        """Make the neuron of a layer's row; it shares the layer's Values."""
        neuron = object.__new__(cls)
        kept = ("nin", "activation", "init", "bias_init", "bias")
        neuron.__dict__.update({name: getattr(layer, name) for name in kept}, w=layer.w[i])
        if layer.bias:
            neuron.__dict__["b"] = layer.b[i]
        neuron.__dict__.update(_path=joined(layer._path, f"neurons.{i}"), _settled=True)
        return neuron

    def forward(self, x: Any) -> Any:
        """Compute the output, shape (...): a Value for one sample."""
        check_width(self, np.shape(x), self.nin)
        w = as_object_array(self.w)[np.newaxis]
        out = self.activation(
            affine(x, w, np.reshape(as_object_array(self.b), 1) if self.bias else None)
        )
        if type(out) is Tensor and self._path:
            name_outputs(out, [self._path])
        return first_only(out)

    def _ending(self) -> Module:
        return self.activation

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., nin) becomes (...)."""
        check_width(self, input_shape, self.nin)
        return self.activation.output_shape(input_shape[:-1])

    def _cost(self, input_shape: Shape) -> Cost:
        return self._cost_of_dots(input_shape, input_shape[:-1])


class Sequential(Module):
    """Modules in a row, each of which takes the result of the one before.

    Args:
        modules: Modules, or names of activations, or functions of arrays.
        seed: draw all parameters from this seed; by default each module keeps its own.

    Raises:
        TypeError: a module is none.

    >>> model = Sequential(Linear(2, 4), "tanh", Linear(4, 1), seed=0)
    >>> model
    Sequential()
      0: Linear(2, 4)
      1: Tanh()
      2: Linear(4, 1)
    >>> model([1.0, 2.0]).shape, len(model), model[2].w[0, 3].name
    ((1,), 3, '2.neurons.0.w[3]')
    """

    _length: int = 0

    def __init__(self, *modules: Activation, seed: Seed = None) -> None:
        for module in modules:
            if isinstance(module, (list, tuple)):
                raise TypeError("Sequential takes its modules one by one: Sequential(*modules)")
            self.append(module)
        if seed is not None:
            self.initialize(seed=seed)

    def forward(self, x: Any) -> Any:
        """Pass x through all modules, first to last."""
        for module in self:
            x = module(x)
        return x

    def _ending(self) -> Module | None:
        return self[-1] if len(self) else None

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Pass the shape through all modules, first to last."""
        for module in self:
            input_shape = module.output_shape(input_shape)
        return input_shape

    def _cost(self, input_shape: Shape) -> Cost:
        return cost_in_a_row(self, input_shape)

    def append(self, module: Activation) -> Self:
        """Add a module at the end; return this one."""
        setattr(self, str(self._length), as_activation(module))
        self._length += 1
        return self

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Module]:
        return iter([self.__dict__[str(i)] for i in range(self._length)])

    def __getitem__(self, index: int) -> Module:
        return list(self)[index]

    def config(self) -> dict[str, Any]:
        """Return the modules."""
        return {"modules": list(self)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make a new Sequential of the modules."""
        return cls(*config["modules"])

    def _shown_config(self) -> dict[str, Any]:
        return {}


class MLP(Module):
    """A multi-layer perceptron, as in micrograd: fully connected layers, the last one linear.

    A network of one output drops the last axis: `model(x)` of one sample is a Value.

    Args:
        nin: numbers in a sample.
        nouts: neurons in each layer.
        activation: of all layers but the last, as for `Layer`; or a list of one for each layer, the
            last one too.
        init, bias_init: as for `Layer`.
        seed: int or Generator, for the same numbers every time.

    Raises:
        ValueError: a size is not positive, there is no layer, a name is unknown, or there are more
            or fewer activations than layers.
        TypeError: a size is not a whole number.

    >>> model = MLP(3, [4, 4, 1], seed=0)
    >>> len(model.parameters())
    41
    >>> loss = (model([2.0, 3.0, -1.0]) - 1.0) ** 2
    >>> loss.backward()
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: Activation | Sequence[Activation] = "relu",
        *,
        init: Any = None,
        bias_init: Any = "zeros",
        seed: Seed = None,
    ) -> None:
        self.nin = whole(nin, "nin")
        self.nouts = sizes(nouts, "nouts")
        self._each = isinstance(activation, (list, tuple))
        if isinstance(activation, (list, tuple)):
            activations = [*activation]
            if len(activations) != len(self.nouts):
                raise ValueError(
                    f"MLP takes one activation for each of its {len(self.nouts)} layers, not "
                    f"{len(activations)}: the last one's is 'identity' by default"
                )
        else:
            as_activation(activation)  # an unknown name is an error now
            activations = [activation] * (len(self.nouts) - 1) + ["identity"]
        self.init = None if init is None else schemes.scheme(init)
        self.bias_init = schemes.scheme(bias_init)
        generator = generator_of(seed)
        widths = [self.nin, *self.nouts[:-1]]
        self.layers = [
            Layer(
                width,
                nout,
                own_copy(function),
                init=self.init,
                bias_init=self.bias_init,
                seed=drawn_seed(generator),
            )
            for width, nout, function in zip(widths, self.nouts, activations, strict=True)
        ]

    def forward(self, x: Any) -> Any:
        """Pass x through all layers; shape (..., last of nouts), or (...) where that is 1."""
        for layer in self.layers:
            x = layer(x)
        return first_only(x) if self.nouts[-1] == 1 else x

    def _ending(self) -> Module:
        return self.layers[-1]

    @property
    def activation(self) -> Any:
        """The activation of all layers but the last; `relu`, the default, if there is only one.

        A list of all where they were given one by one.
        """
        if self._each:
            return [layer.activation for layer in self.layers]
        return self.layers[0].activation if len(self.layers) > 1 else "relu"

    def _argument(self, name: str) -> Any:
        value = getattr(self, name)
        return [*map(short, value)] if name == "activation" and self._each else short(value)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., nin) becomes (..., last of nouts), or (...) where that is 1."""
        for layer in self.layers:
            input_shape = layer.output_shape(input_shape)
        return input_shape[:-1] if self.nouts[-1] == 1 else input_shape

    def _cost(self, input_shape: Shape) -> Cost:
        return cost_in_a_row(self.layers, input_shape)


class Perceptron(Neuron):
    """Rosenblatt's perceptron: the sign of w · x + b, trained by its own rule.

    Its derivative is 0 wherever there is one, so no gradient leads it; `learn` does.
    (F. Rosenblatt, Psychological Review 65, 1958, doi:10.1037/h0042519.)

    Args:
        nin: numbers in a sample.
        init, bias_init: as for `Layer`; zeros by default.
        seed: int or Generator.

    >>> perceptron = Perceptron(2)
    >>> perceptron.learn([[0, 1], [1, 0], [-1, 0]], [1, 1, -1])
    2
    >>> perceptron.predict([[0, 1], [1, 0], [-1, 0]])
    array([ 1.,  1., -1.])
    """

    def __init__(
        self, nin: int, *, init: Any = "zeros", bias_init: Any = "zeros", seed: Seed = None
    ) -> None:
        super().__init__(nin, "sign", init=init, bias_init=bias_init, seed=seed)

    def learn(self, X: Any, y: Any, rate: float = 1.0, max_passes: int = 1000) -> int:
        """Add rate · y · (x, 1) to (w, b) for each misclassified sample, until there is none.

        A sample on the plane itself counts as misclassified.

        Args:
            X: samples, shape (n, nin).
            y: labels -1 and +1, shape (n,).
            rate: how much of a sample is added.
            max_passes: over the data.

        Returns:
            The number of passes that it took, the last one without a mistake.

        Raises:
            ValueError: the data do not fit, or no plane was found; w and b are then the latest.
        """
        rate, max_passes = positive(rate, "rate"), whole(max_passes, "max_passes")
        X, y = as_samples(X, y, "Perceptron.learn()", width=self.nin)
        y = matching(y, X.shape[:1])
        if y.ndim > 1:
            raise ValueError(f"a perceptron learns one label a sample, but y has shape {y.shape}")
        strange = np.flatnonzero(np.abs(y) != 1.0)
        if strange.size:
            raise ValueError(
                f"a perceptron learns labels -1 and +1, but y[{strange[0]}] is {y[strange[0]]:g}"
            )
        w, b = self.w.numpy(), self.b.data
        for passes in range(1, max_passes + 1):
            mistakes = 0
            for x, label in zip(X, y, strict=True):
                if label * (w @ x + b) <= 0.0:
                    w, b = w + rate * label * x, b + rate * label
                    mistakes += 1
            self.w.assign(w)
            self.b.data = b
            if not mistakes:
                return passes
        raise ValueError(
            f"the perceptron found no plane that separates the data within {max_passes} passes: "
            "there may be none; or try a larger max_passes"
        )


@lru_cache  # as each call of a layer names its outputs
def _neuron_names(path: str, count: int) -> list[str]:
    return [joined(path, f"neurons.{i}") for i in range(count)]


def _neuron_entry(name: str, index: tuple[int, ...]) -> str:
    return f"neurons.{index[0]}.{entry_name(name, index[1:])}"


def cost_in_a_row(modules: Iterable[Module], shape: Shape) -> Cost:
    """Return the cost of modules each of which takes the result of the one before."""
    total = Cost()
    for module in modules:
        total += module._cost(shape)
        shape = module.output_shape(shape)
    return total


def sizes(ns: Any, what: str) -> list[int]:
    """Return a list of at least one size, or raise for what is none."""
    if isinstance(ns, (int, str)) or not hasattr(ns, "__iter__"):
        raise TypeError(f"{what} is a list of whole numbers such as [16, 16, 1], not {ns!r}")
    found = [whole(n, f"{what}[{i}]") for i, n in enumerate(ns)]
    if not found:
        raise ValueError(f"{what} is empty: give the number of neurons of each layer")
    return found


def first_only(x: Any) -> Any:
    """Return x without its last axis, of length 1; the entry itself if it is the only axis."""
    return x[..., 0] if x.ndim > 1 else x[0]
