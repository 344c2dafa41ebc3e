"""Neurons, layers of them, and networks of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np

from autograd import Tensor, Value
from autograd.text.arguments import positive, whole
from autograd.values.ufuncs import plain
from nn import init as schemes
from nn.intake import as_samples, generator_of
from nn.modules.activation_layers import as_activation, kind_of, own_copy, short
from nn.modules.affine import affine
from nn.intake import Seed
from nn.modules.module import Module, drawn_seed
from nn.modules.parameter import joined

Activation = str | Module | Callable[[Any], Any]


class Layer(Module):
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
        self.bias = bool(bias)
        self.init = None if init is None else schemes.scheme(init)
        self.bias_init = schemes.scheme(bias_init)
        generator = generator_of(seed)
        self.declare(
            "w",
            (self.nout, self.nin),
            weight_scheme(self.init, self.activation),
            fans=(self.nin, self.nout),
            seed=drawn_seed(generator),
            naming=_weight_name,
        )
        if self.bias:
            self.declare(
                "b",
                (self.nout,),
                self.bias_init,
                fans=(self.nin, self.nout),
                seed=drawn_seed(generator),
                naming=_bias_name,
                follows_init=False,
            )

    def forward(self, x: Any) -> Any:
        """The outputs of the neurons, shape (..., nout)."""
        check_width(self, x, self.nin)
        out = self.activation(affine(x, self.w, self.b if self.bias else None))
        if type(out) is Tensor:
            name_outputs(out, self._output_names())
        return out

    def _output_names(self) -> list[str]:
        names: list[str]
        path, names = self.__dict__.get("_names", (None, []))
        if path != self._path:
            names = [joined(self._path, f"neurons.{i}") for i in range(self.nout)]
            self.__dict__["_names"] = self._path, names
        return names

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., nin) becomes (..., nout)."""
        if not input_shape or input_shape[-1] != self.nin:
            raise width_error(self, input_shape, self.nin)
        return self.activation.output_shape((*input_shape[:-1], self.nout))

    def config(self) -> dict[str, Any]:
        """The arguments, without the seed."""
        return {
            "nin": self.nin,
            "nout": self.nout,
            "activation": short(self.activation),
            "init": schemes.short(self.init),
            "bias_init": schemes.short(self.bias_init),
            "bias": self.bias,
        }

    def _shown_parts(self) -> list[tuple[str, Module]]:
        return []

    @property
    def neurons(self) -> list[Neuron]:
        """The neurons, made at each call; their w and b are this layer's own Values.

        So `neurons[0].w.assign([1.0, 2.0])` changes the layer, while `neurons[0].w = ...` does not.
        """
        return [Neuron._of(self, i) for i in range(self.nout)]


class Linear(Layer):
    """A layer without an activation: w @ x + b for each vector along the last axis.

    Args and errors as for `Layer`.

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

    def config(self) -> dict[str, Any]:
        """The arguments, without the seed."""
        config = super().config()
        del config["activation"]
        return config


class Neuron(Module):
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
        self.bias = bool(bias)
        self.init = None if init is None else schemes.scheme(init)
        self.bias_init = schemes.scheme(bias_init)
        generator = generator_of(seed)
        scheme = weight_scheme(self.init, self.activation)
        self.declare("w", (self.nin,), scheme, fans=(self.nin, 1), seed=drawn_seed(generator))
        if self.bias:
            self.declare(
                "b",
                (),
                self.bias_init,
                fans=(self.nin, 1),
                seed=drawn_seed(generator),
                follows_init=False,
            )

    @classmethod
    def _of(cls, layer: Layer, i: int) -> Neuron:
        """The neuron of a layer's row; it shares the layer's Values."""
        neuron = object.__new__(cls)
        neuron.__dict__.update(
            nin=layer.nin,
            activation=layer.activation,
            bias=layer.bias,
            init=layer.init,
            bias_init=layer.bias_init,
            w=layer.w[i],
            _path=joined(layer._path, f"neurons.{i}"),
        )
        if layer.bias:
            neuron.__dict__["b"] = layer.b[i]
        return neuron

    def config(self) -> dict[str, Any]:
        """The arguments, without the seed."""
        return {
            "nin": self.nin,
            "activation": short(self.activation),
            "init": schemes.short(self.init),
            "bias_init": schemes.short(self.bias_init),
            "bias": self.bias,
        }

    def _shown_parts(self) -> list[tuple[str, Module]]:
        return []

    def forward(self, x: Any) -> Any:
        """The output, shape (...): a Value for one sample."""
        check_width(self, x, self.nin)
        w = plain(self.w)[np.newaxis]
        out = self.activation(affine(x, w, np.reshape(plain(self.b), 1) if self.bias else None))
        if type(out) is Tensor and self._path:
            name_outputs(out, [self._path])
        return first_only(out)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., nin) becomes (...)."""
        if not input_shape or input_shape[-1] != self.nin:
            raise width_error(self, input_shape, self.nin)
        return self.activation.output_shape(input_shape[:-1])


class Sequential(Module):
    """Modules in a row, the result of each being what the next one takes.

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

    def __init__(self, *modules: Activation, seed: Seed = None) -> None:
        for module in modules:
            if isinstance(module, (list, tuple)):
                raise TypeError("Sequential takes its modules one by one: Sequential(*modules)")
        for i, part in enumerate([as_activation(module) for module in modules]):
            setattr(self, str(i), part)
        if seed is not None:
            self.initialize(seed=seed)

    def forward(self, x: Any) -> Any:
        """Through all modules, first to last."""
        for module in self:
            x = module(x)
        return x

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Through all modules, first to last."""
        for module in self:
            input_shape = module.output_shape(input_shape)
        return input_shape

    def append(self, module: Activation) -> Self:
        """Add a module at the end; return this one."""
        setattr(self, str(len(self)), as_activation(module))
        return self

    def __len__(self) -> int:
        return sum(name.isdigit() for name in self.__dict__)

    def __iter__(self) -> Iterator[Module]:
        return iter([self.__dict__[str(i)] for i in range(len(self))])

    def __getitem__(self, index: int) -> Module:
        return list(self)[index]

    def config(self) -> dict[str, Any]:
        """The modules."""
        return {"modules": list(self)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """A new one of these modules."""
        return cls(*config["modules"])

    def _shown_config(self) -> dict[str, Any]:
        return {}


class MLP(Module):
    """A multi-layer perceptron, as in micrograd: fully connected layers, the last one linear.

    A network of one output drops the last axis: `model(x)` of one sample is a Value.

    Args:
        nin: numbers in a sample.
        nouts: neurons in each layer.
        activation: of all layers but the last, as for `Layer`.
        init, bias_init: as for `Layer`.
        seed: int or Generator, for the same numbers every time.

    Raises:
        ValueError: a size is not positive, there is no layer, or a name is unknown.
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
        activation: Activation = "relu",
        *,
        init: Any = None,
        bias_init: Any = "zeros",
        seed: Seed = None,
    ) -> None:
        self.nin = whole(nin, "nin")
        self.nouts = sizes(nouts, "nouts")
        as_activation(activation)  # an unknown name is an error now
        self.init = None if init is None else schemes.scheme(init)
        self.bias_init = schemes.scheme(bias_init)
        generator = generator_of(seed)
        widths = [self.nin, *self.nouts]
        self.layers = [
            Layer(
                widths[i],
                widths[i + 1],
                own_copy(activation) if i + 1 < len(self.nouts) else "identity",
                init=self.init,
                bias_init=self.bias_init,
                seed=drawn_seed(generator),
            )
            for i in range(len(self.nouts))
        ]

    def forward(self, x: Any) -> Any:
        """Through all layers; shape (..., last of nouts), or (...) where that is 1."""
        for layer in self.layers:
            x = layer(x)
        return first_only(x) if self.nouts[-1] == 1 else x

    def config(self) -> dict[str, Any]:
        """The arguments, without the seed."""
        hidden = self.layers[:-1]
        return {
            "nin": self.nin,
            "nouts": self.nouts,
            "activation": short(hidden[0].activation) if hidden else "relu",
            "init": schemes.short(self.init),
            "bias_init": schemes.short(self.bias_init),
        }

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """(..., nin) becomes (..., last of nouts), or (...) where that is 1."""
        for layer in self.layers:
            input_shape = layer.output_shape(input_shape)
        return input_shape[:-1] if self.nouts[-1] == 1 else input_shape


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

    def config(self) -> dict[str, Any]:
        """The arguments, without the seed."""
        return {
            "nin": self.nin,
            "init": schemes.short(self.init),
            "bias_init": schemes.short(self.bias_init),
        }

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


def _weight_name(index: tuple[int, ...]) -> str:
    return f"neurons.{index[0]}.w[{index[1]}]"


def _bias_name(index: tuple[int, ...]) -> str:
    return f"neurons.{index[0]}.b"


def weight_scheme(init: schemes.Scheme | None, activation: Module) -> schemes.Scheme:
    """The scheme asked for, or the one that suits the activation."""
    return schemes.default_scheme(kind_of(activation)) if init is None else init


def sizes(ns: Any, what: str) -> list[int]:
    """A list of sizes; an error where one is none, or where there is none."""
    if isinstance(ns, (int, str)) or not hasattr(ns, "__iter__"):
        raise TypeError(f"{what} is a list of whole numbers such as [16, 16, 1], not {ns!r}")
    found = [whole(n, f"{what}[{i}]") for i, n in enumerate(ns)]
    if not found:
        raise ValueError(f"{what} is empty: give the number of neurons of each layer")
    return found


def name_outputs(out: Tensor, names: list[str]) -> None:
    """Name the Values along the last axes by what made them, for drawings."""
    entries = plain(out).ravel().tolist()
    for value, name in zip(entries, names * (len(entries) // len(names)), strict=True):
        if type(value) is Value and not value.name:
            value.name = name


def first_only(x: Any) -> Any:
    """Drop a last axis of length 1; a scalar where no axis is left."""
    return x[..., 0] if x.ndim > 1 else x[0]


def check_width(module: Module, x: Any, width: int) -> None:
    """Raise unless x has vectors of the width along its last axis."""
    shape = np.shape(x)
    if not shape or shape[-1] != width:
        raise width_error(module, shape, width)


def width_error(module: Module, shape: tuple[int, ...], width: int) -> ValueError:
    """The error for samples of another width."""
    place = f" at {module._path}" if module._path else ""
    given = f"an array of shape {shape}" if shape else "a single number"
    return ValueError(
        f"{module!r}{place} takes {width} numbers along the last axis, but got {given}"
    )
