"""Module: a part of a network, with its parameters and the parts that it is made of."""

from __future__ import annotations

import copy
import inspect
import reprlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor, Value
from autograd.rules.entrywise import as_object_array
from autograd.text.arguments import whole
from nn import init as schemes
from nn.intake import Array, Seed, as_array, as_features, as_input, generator_of
from nn.modules.cost import Cost
from nn.modules.parameter import (
    NUMBER,
    Declared,
    Naming,
    assign,
    check_room,
    entry_name,
    is_parameter,
    joined,
    numbers_of,
    shape_of,
    size_of,
    values_of,
)
from nn.outputs import check_kind, checked_names, class_probabilities, classified

_BLOCK: Final = 2**20
"""Numbers that stand at once in `predict`: 8 MB."""

_MAKING = threading.RLock()
"""Held while parameters are made or named, so that two threads get the same ones."""


class Module:
    """The base of layers and networks: it knows its parameters, and `model(x)` runs `forward`.

    A subclass sets its parts as attributes, in lists and dicts too, and defines `forward`. Parts
    are other Modules, and parameters: leaf Values, Tensors of them, lists of them, or arrays that
    are declared by `declare` and made when first used. Each parameter is named by its place, such
    as `layers.0.neurons.3.w[1]`, which drawings and messages show.

    >>> from nn import Layer, Module
    >>> class Wide(Module):
    ...     def __init__(self):
    ...         self.hidden = Layer(2, 8, "tanh", seed=0)
    ...         self.scale = Value(1.0)
    ...
    ...     def forward(self, x):
    ...         return self.scale * self.hidden(x).mean(axis=-1)
    >>> model = Wide()
    >>> model.num_parameters(), model.scale.name
    (25, 'scale')
    >>> model.predict(np.zeros((5, 2)))
    array([0., 0., 0., 0., 0.])
    """

    training: bool = True
    """Whether layers that behave otherwise in training, such as Dropout, do so."""
    _path: str = ""
    """The place in the larger model that it was put into."""
    _settled: bool = False
    """Whether all parts know their places: no attribute was set since they were last told."""
    _holds_lists: bool = False
    """Whether an attribute is a list or a dict, to which parts may be added unnoticed."""
    _said_kind: str | None = None
    """The kind of output that was given."""
    _fitted_kind: str | None = None
    """The kind of output that the last training was for."""
    _buffers: tuple[str, ...] = ()
    """The names of the arrays of numbers that belong to the state, but are not trained."""
    _class_names: list[str] | None = None
    _feature_names: list[str] | None = None

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        if isinstance(said := vars(cls).get("output_kind"), str):
            cls._said_kind = check_kind(said, f"output_kind of {cls.__name__}")
            delattr(cls, "output_kind")  # which would hide the property

    # Running.

    def __call__(self, x: Any) -> Any:
        """Return forward(x); lists and the like become arrays first.

        Raises:
            TypeError: x holds something else than numbers and Values.
            ValueError: its rows are of several lengths, or a number is missing.
        """
        if not self._settled or (self._holds_lists and self._has_new_parts()):
            self._settle()
        return self.forward(as_input(x))

    def forward(self, x: Any) -> Any:
        """Compute the result; to be defined by the subclass."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward(self, x)")

    def predict(self, x: ArrayLike, batch_size: int | None = None) -> Any:
        """Return the numbers that the model gives for samples: no graph, no loop over them.

        The same `forward` runs on plain numbers, with `training` off.

        Args:
            x: one sample, or samples along the leading axes; anything array-like.
            batch_size: how many samples along the first axis to take at a time. By default as many
                as need little memory, where every part is a module of `nn`, which takes each
                sample by itself; else all, as a `forward` of your own may look at all of them.

        Returns:
            A float64 array of the shape that `model(x)` has, a number where that is a Value. Its
            last digits may depend on how many samples are taken at a time, and on BLAS' threads, as
            products of matrices are.

        Raises:
            TypeError, ValueError: as for `model(x)`.

        >>> from nn import MLP
        >>> MLP(2, [4, 1], seed=0).predict(np.ones((3, 2))).shape
        (3,)
        """
        numbers = as_array(x, "x", finite=False)[()]
        rows = None if batch_size is None else whole(batch_size, "batch_size")
        model = self.with_parameters(self.state_dict()).eval()

        def result_of(some: Any) -> Any:
            with np.errstate(all="ignore"):
                return as_array(model(some), "the result", finite=False)[()]

        if np.ndim(numbers) == 0:
            return result_of(numbers)
        rows = self._rows(numbers) if rows is None else rows
        return result_of(numbers) if len(numbers) <= rows else _in_blocks(result_of, numbers, rows)

    def _rows(self, x: Array) -> int:
        """Return how many entries along the first axis `predict` takes at a time."""
        cost = self.cost_of(x.shape[1:])
        if cost is None:
            return len(x)
        rows = _BLOCK // max(1, cost.numbers)
        # Full tiles of BLAS: a row at an edge may differ from it in the last digit.
        return rows // 64 * 64 or max(1, rows)

    def cost_of(self, input_shape: tuple[int, ...]) -> Cost | None:
        """Return what a sample of a shape costs, by arithmetic alone.

        None where that is not known: a part is no module of `nn`, or does not take such a sample.
        """
        if not all(type(module).__module__.startswith("nn.") for module in self.modules()):
            return None
        try:
            return self._cost(input_shape)
        except (NotImplementedError, ValueError):
            return None

    def _cost(self, input_shape: tuple[int, ...]) -> Cost:
        """Return what a sample of a shape costs."""
        raise NotImplementedError

    def classify(self, x: ArrayLike, labels: ArrayLike | None = None) -> Any:
        """Return the class that the model gives for each sample, by its `output_kind`.

        Args:
            x: samples along the first axis.
            labels: of the classes in their order; by default `class_names`, else 0, 1, ...

        Raises:
            ValueError: the results are neither one number nor k numbers for each sample, one is
                nan, or there are not as many labels as classes.

        Warns:
            UserWarning: the kind of output is not known, and the results may be probabilities.

        >>> from nn import Linear, Sequential, init
        >>> model = Sequential(Linear(1, 1, init=init.constant(1.0)), "sigmoid")
        >>> model.classify([[-3.0], [2.0]], labels=["cat", "dog"])
        array(['cat', 'dog'], dtype='<U3')
        """
        X = as_features(x, "classify")
        labels = self.class_names if labels is None else labels
        return classified(self, X, np.asarray(self.predict(X)), labels)

    predict_class = classify
    """`classify`, by the name that stands beside `predict` and `predict_proba`."""

    def predict_proba(self, x: ArrayLike) -> Array:
        """Return the probability of each class for each sample, by the `output_kind`.

        Logits become probabilities by a sigmoid or a softmax.

        Args:
            x: samples along the first axis.

        Returns:
            An array of shape (n, k), with rows that sum to 1; k is 2 for a model of one output.

        Raises:
            ValueError: the results are neither one number nor k numbers for each sample, or they
                are margins or values, of which none are known, or it is not known what they are.

        >>> from nn import Linear, Sequential, init
        >>> model = Sequential(Linear(1, 1, init=init.constant(1.0)), "sigmoid")
        >>> model.predict_proba([[0.0], [100.0]]).round(4)
        array([[0.5, 0.5],
               [0. , 1. ]])
        """
        X = as_features(x, "predict_proba")
        return class_probabilities(self, X, np.asarray(self.predict(X)))

    @property
    def class_names(self) -> list[str] | None:
        """The names of the classes in their order, which `classify` gives; files keep them.

        >>> from nn import Linear
        >>> model = Linear(1, 2, init="zeros")
        >>> model.class_names = ["no", "yes"]
        >>> model.predict_class([[0.0]])
        array(['no'], dtype='<U3')
        """
        return self._class_names

    @class_names.setter
    def class_names(self, names: Sequence[str] | None) -> None:
        self.__dict__["_class_names"] = checked_names(names, "class_names")

    @property
    def feature_names(self) -> list[str] | None:
        """The names of the numbers of a sample, for people and for tables; files keep them."""
        return self._feature_names

    @feature_names.setter
    def feature_names(self, names: Sequence[str] | None) -> None:
        self.__dict__["_feature_names"] = checked_names(names, "feature_names")

    @property
    def output_kind(self) -> str | None:
        """What the results are: "logits", "probabilities", "margins", "values", or None: not known.

        Found from the activation at the end, else from the loss of the last `fit`; set it, or state
        it in the class, to say it yourself. `classify`, `accuracy`, `fit` and the plots go by it.

        >>> from nn import Linear, Sequential
        >>> model = Sequential(Linear(2, 1), "sigmoid")
        >>> model.output_kind
        'probabilities'
        """
        return self._stated_kind() or self._fitted_kind

    @output_kind.setter
    def output_kind(self, kind: str | None) -> None:
        self.__dict__["_said_kind"] = check_kind(kind, f"output_kind of {type(self).__name__}")

    def _stated_kind(self) -> str | None:
        """Return the kind of output that this module, or the part that gives its result, states."""
        return next((m._said_kind for m in self._endings() if m._said_kind is not None), None)

    def _endings(self) -> Iterator[Module]:
        """Give this module and, from the outside in, the parts whose result is its own."""
        module: Module | None = self
        while module is not None:
            yield module
            kinds = (vars(kind) for kind in type(module).__mro__)
            own = next(kind for kind in kinds if "forward" in kind or "_ending" in kind)
            module = module._ending() if "_ending" in own else None  # forward may do another thing

    def _ending(self) -> Module | None:
        """Return the part whose result `forward` returns; defined beside it."""
        return None

    def _recorded(self, x: Array) -> Any:
        """Return the recorded results for samples, or their numbers where that is not possible."""
        if type(self).predict is not Module.predict:
            return self.predict(x)
        state = {name: Tensor(a) if a.ndim else Value(a) for name, a in self.state_dict().items()}
        with np.errstate(all="ignore"):
            try:
                return self.with_parameters(state).eval()(x)
            except (TypeError, ValueError):  # it takes no Values
                return self.predict(x)

    def with_parameters(self, parameters: Mapping[str, Any]) -> Self:
        """Return a copy of the model with these in place of its parameters.

        The model itself stays as it is.

        With floats nothing is recorded; with Duals, or with what a transform hands to its function,
        the model is differentiated by them.

        Args:
            parameters: an array or a number for each name of `state_dict`; buffers may be left out.

        Raises:
            ValueError: a name is missing or unknown, or an array has another shape.
            TypeError: something else than a mapping, or than numbers, Values and the like in it.

        >>> from autograd import grad
        >>> from nn import Linear
        >>> model = Linear(2, 1, seed=0)
        >>> def output(p):
        ...     return model.with_parameters(p)([3.0, 4.0])[0]
        >>> grad(output)(model.state_dict())["w"]
        array([[3., 4.]])
        """
        with _MAKING:  # or another thread could make an array between its being found and replaced
            own = dict(self._arrays())
            if isinstance(parameters, Mapping):
                parameters = {**dict(self.named_buffers()), **parameters}
            given = _fitting(parameters, own, "with_parameters()", as_input)
            twin: Self = _twin(self, {id(array): given[name] for name, array in own.items()})
            return twin

    def train(self, mode: bool = True) -> Self:
        """Set `training` of this module and its parts."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Unset `training` of this module and its parts."""
        return self.train(False)

    # Parameters.

    def parameters(self) -> list[Value]:
        """Return the parameters as Values, each once."""
        arrays = [array for _, module in self._complete() for _, array in module._own_arrays()]
        entries = [x for array in arrays for x in as_object_array(array).ravel().tolist()]
        return list({id(x): x for x in entries if isinstance(x, Value)}.values())

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return the parameters with their names, each once.

        >>> from nn import MLP
        >>> MLP(1, [1], seed=0).named_parameters()[1]
        ('layers.0.neurons.0.b', Value(0.0, name='layers.0.neurons.0.b'))
        """
        found: dict[int, tuple[str, Value]] = {}
        for path, module in self._complete():
            for name, array in module._own_arrays():
                naming = module._naming(name)
                for index, value in values_of(array):
                    found.setdefault(id(value), (joined(path, naming(index)), value))
        return list(found.values())

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to 0."""
        for value in self.parameters():
            value.grad = 0.0

    def num_parameters(self) -> int:
        """Count the numbers that there are to train, each once; nothing is made for it.

        >>> from nn import Linear
        >>> Linear(43264, 4096).num_parameters()
        177213440
        """
        arrays = [array for _, array in self._arrays()]
        made = {id(x) for a in arrays if not isinstance(a, Declared) for _, x in values_of(a)}
        return sum(size_of(a) for a in arrays if isinstance(a, Declared)) + len(made)

    def named_buffers(self) -> list[tuple[str, Array]]:
        """Return the buffers with their names: arrays of the state that are not trained.

        >>> from nn import BatchNorm1d
        >>> BatchNorm1d(2).named_buffers()
        [('running_mean', array([0., 0.])), ('running_var', array([1., 1.]))]
        """
        return [
            (joined(path, name), module.__dict__[name])
            for path, module in self.named_modules()
            for name in module._buffers
        ]

    def state_dict(self) -> dict[str, Array]:
        """Return the numbers of all parameters and buffers by name: copies, in float64.

        >>> from nn import MLP
        >>> {name: array.shape for name, array in MLP(2, [3, 1]).state_dict().items()}
        {'layers.0.w': (3, 2), 'layers.0.b': (3,), 'layers.1.w': (1, 3), 'layers.1.b': (1,)}
        """
        arrays = dict(self._arrays())
        check_room(arrays.values(), f"the state of {type(self).__name__}", NUMBER)
        return {name: numbers_of(array) for name, array in arrays.items()}

    def load_state_dict(self, state: Mapping[str, ArrayLike], strict: bool = True) -> None:
        """Set the numbers of parameters and buffers; the Values stay the same ones.

        Args:
            state: an array of numbers for each name, as `state_dict` gives them.
            strict: whether every name has to be there, and no other. Shapes have to fit always.

        Raises:
            ValueError: names or shapes differ; nothing has changed then.
            TypeError: something else than a mapping, or than real numbers in it; neither then.
        """
        with _MAKING:
            convert = partial(as_array, finite=False)
            loaded = _fitting(state, dict(self._arrays()), "load_state_dict()", convert, strict)
            for path, module, name, array in self._placed_arrays():
                numbers = loaded.get(joined(path, name))
                if name in module._buffers and numbers is not None:
                    setattr(module, name, numbers)
                elif isinstance(array, Declared) and numbers is not None:
                    module.__dict__[name] = array.create(module._path, numbers)
                elif numbers is not None:
                    assign(array, numbers)

    def initialize(self, init: Any = None, seed: Seed = None) -> Self:
        """Draw the parameters of all layers anew; Values that were made before stay the same ones.

        Values that a module of your own made itself keep their numbers.

        Args:
            init: a scheme or its name (see `nn.init`) for all weights; by default each layer's own.
            seed: int or Generator; by default new numbers every time.

        Raises:
            ValueError: the scheme is unknown; nothing has changed then.

        >>> from nn import Linear
        >>> model = Linear(2, 2).initialize("zeros")
        >>> model.w.numpy()
        array([[0., 0.],
               [0., 0.]])
        """
        scheme = None if init is None else schemes.scheme(init)
        generator = generator_of(seed)
        with _MAKING:
            for module in self.modules():
                module._draw(scheme, drawn_seed(generator))
        return self

    def _draw(self, scheme: schemes.Scheme | None, seed: int) -> None:
        for place, (name, old) in enumerate(self._declarations().items()):
            chosen = scheme if old.follows_init else None
            new = self._declarations()[name] = replace(old, seed=(seed, place), chosen=chosen)
            made = self.__dict__.get(name)
            if made is not None:
                assign(made, new.numbers())

    # Parts.

    def modules(self) -> list[Module]:
        """Return this module and all that it is made of, each once."""
        return [module for _, module in self.named_modules()]

    def named_modules(self) -> list[tuple[str, Module]]:
        """Return this module and all that it is made of, each once, with their paths in it.

        The path of the module itself is empty. A part that stands in several places has the path of
        the first.

        >>> from nn import MLP
        >>> [path for path, _ in MLP(2, [3, 1]).named_modules()]
        ['', 'layers.0', 'layers.0.activation', 'layers.1', 'layers.1.activation']
        """
        found: dict[int, tuple[str, Module]] = {}
        stack: list[tuple[str, Module]] = [("", self)]
        while stack:
            path, module = stack.pop()
            if id(module) not in found:
                found[id(module)] = path, module
                stack += [(joined(path, name), part) for name, part in module.children()][::-1]
        return list(found.values())

    def children(self) -> list[tuple[str, Module]]:
        """Return the parts that this module holds itself, with their names in it."""
        return [(name, x) for name, x in self._members() if isinstance(x, Module)]

    def apply(self, function: Callable[[Module], object]) -> Self:
        """Call a function on every part, the innermost first, and on this module; return it."""
        self._apply(function, set())
        return self

    def _apply(self, function: Callable[[Module], object], seen: set[int]) -> None:
        seen.add(id(self))
        for _, part in self.children():
            if id(part) not in seen:
                part._apply(function, seen)
        function(self)

    # What a subclass builds on.

    def declare(
        self,
        name: str,
        shape: tuple[int, ...],
        scheme: schemes.Scheme,
        *,
        fans: tuple[int, int] = (1, 1),
        seed: Seed = None,
        naming: Naming | None = None,
        follows_init: bool = True,
    ) -> None:
        """Promise an array of parameters; reading the attribute of that name makes it.

        Args:
            name: the attribute.
            shape: () for a single Value.
            scheme: of `nn.init`, which draws the first numbers.
            fans: how many inputs lead to each output, and outputs to each input.
            seed: of the drawing.
            naming: the name of an entry by its index.
            follows_init: whether `initialize(init)` changes the scheme.
        """
        seeds = (drawn_seed(generator_of(seed)), len(self._declarations()))
        naming = naming or partial(entry_name, name)
        self._declarations()[name] = Declared(shape, scheme, fans, seeds, naming, follows_init)

    def register_buffer(self, name: str, numbers: ArrayLike) -> None:
        """Add an array of numbers to the state, which is saved, but not trained, as in PyTorch.

        Set the attribute of that name to change it; the shape stays.

        Args:
            name: the attribute.
            numbers: what it holds at first.

        Raises:
            AttributeError: there is an attribute of this name.
            TypeError, ValueError: numbers are none.

        >>> class Counting(Module):
        ...     def __init__(self):
        ...         self.register_buffer("calls", 0.0)
        ...
        ...     def forward(self, x):
        ...         self.calls = self.calls + 1.0
        ...         return x
        >>> model = Counting()
        >>> _ = model([1.0]), model([2.0])
        >>> model.state_dict(), model.parameters()
        ({'calls': array(2.)}, [])
        """
        if hasattr(self, name):
            raise AttributeError(f"{type(self).__name__} has an attribute {name!r} already")
        self.__dict__[name] = np.array(as_array(numbers, name, finite=False))
        self._buffers = (*self._buffers, name)

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the result for a sample of a shape, by arithmetic alone.

        Raises:
            ValueError: the module does not take such a sample.
        """
        raise NotImplementedError(
            f"{type(self).__name__} does not define output_shape(self, input_shape)"
        )

    def config(self) -> dict[str, Any]:
        """Return the arguments that make another module like it, without its seed.

        As in scikit-learn, an argument of `__init__` is kept in the attribute of its name.

        Raises:
            TypeError: an argument is not to be found again.
        """
        found: dict[str, Any] = {}
        for name, parameter in self._takes().items():
            if name in self._unkept:
                continue
            open_ended = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
            if open_ended or name in self._declarations() or not hasattr(self, name):
                raise TypeError(
                    f"cannot tell how this {type(self).__name__} was made: keep the argument "
                    f"{name!r} in self.{name}, or define config(self)"
                )
            found[name] = self._argument(name)
        return found

    _unkept: ClassVar[tuple[str, ...]] = ("seed",)
    """The arguments of `__init__` that `config` does without."""

    @classmethod
    @lru_cache  # as it takes long to find out
    def _takes(cls) -> Mapping[str, inspect.Parameter]:
        """Return the arguments of `__init__` by name."""
        return inspect.signature(cls).parameters

    def _argument(self, name: str) -> Any:
        """Return an argument as a call would give it."""
        return getattr(self, name)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make a new module with the arguments that `config` gave."""
        return cls(**config)

    # Attributes.

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._declarations():
            value = self._accepted(name, value)
        elif name in self._buffers:
            place = joined(self._path, name)
            value = np.array(as_array(value, place, finite=False))
            _check_shape(place, np.shape(self.__dict__[name]), value.shape, "an assignment")
        object.__setattr__(self, name, value)
        if isinstance(value, (list, dict)):
            self.__dict__["_holds_lists"] = True
        for place, thing in _walk(value, name):
            self.__dict__["_settled"] = False
            if isinstance(thing, Module):
                thing._settle(joined(self._path, place))
            else:
                self._name_entries(place, thing, self._path)

    def _accepted(self, name: str, value: Any) -> Any:
        """Return what a declared array becomes by an assignment of Values, or of numbers."""
        place = joined(self._path, name)
        array = as_input(value, place)
        _check_shape(place, self._declarations()[name].shape, np.shape(array), "an assignment")
        if is_parameter(array):
            return array
        numbers = np.asarray(array)
        if numbers.dtype == object:
            raise TypeError(
                f"{place} takes leaf Values or numbers, not results of operations: write "
                f"{name}.assign(numbers), or Module.with_parameters() to differentiate by it"
            )
        own = getattr(self, name)
        assign(own, numbers)
        return own

    def __getattr__(self, name: str) -> Any:
        """Make the parameters that were declared by this name; called when there are none yet."""
        if name in self.__dict__.get("_declared", ()):
            with _MAKING:
                if name not in self.__dict__:
                    self.__dict__[name] = self._declared[name].create(self._path)
                return self.__dict__[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _declarations(self) -> dict[str, Declared]:
        found: dict[str, Declared] = self.__dict__.setdefault("_declared", {})
        return found

    def _attributes(self) -> Iterator[tuple[str, Any]]:
        """Give all attributes in the order of their definition; declared ones made or not."""
        attributes = dict(self.__dict__)  # a copy, as another thread may make parameters meanwhile
        for name, promise in attributes.get("_declared", {}).items():
            yield name, attributes.pop(name, promise)
        yield from attributes.items()

    def _members(self) -> Iterator[tuple[str, Any]]:
        """Give the Modules, arrays of parameters and buffers among the attributes, with places."""
        declared = self._declarations()
        for name, thing in self._attributes():
            own = name in declared or name in self._buffers
            yield from [(name, thing)] if own else _walk(thing, name)

    def _own_arrays(self) -> list[tuple[str, Any]]:
        return [(name, x) for name, x in self._members() if not isinstance(x, Module)]

    def _arrays(self) -> list[tuple[str, Any]]:
        """Return all arrays of parameters by name, each once, made or not."""
        found: dict[int, tuple[str, Any]] = {}
        for path, _, name, array in self._placed_arrays():
            found.setdefault(id(array), (joined(path, name), array))
        return list(found.values())

    def _placed_arrays(self) -> Iterator[tuple[str, Module, str, Any]]:
        """Give each array of parameters with the module that holds it, its path, and the name."""
        for path, module in self.named_modules():
            for name, array in module._own_arrays():
                yield path, module, name, array

    # Places and names.

    def _complete(self) -> list[tuple[str, Module]]:
        """Return `named_modules()`, all in their places and with their parameters made."""
        modules = self._settle()
        missing = [
            (module, name, declared)
            for _, module in modules
            for name, declared in module._declarations().items()
            if name not in module.__dict__
        ]
        check_room([declared for *_, declared in missing], type(self).__name__)
        for module, name, _ in missing:
            getattr(module, name)
        return modules

    def _has_new_parts(self) -> bool:
        """Whether a list or dict was given a Module since `_settle`."""
        for thing in list(self.__dict__.values()):
            if isinstance(thing, (list, dict)):
                for part in thing.values() if isinstance(thing, dict) else thing:
                    if isinstance(part, Module) and not (part._settled and part._path):
                        return True
        return False

    def _settle(self, path: str | None = None) -> list[tuple[str, Module]]:
        """Move this module to a path, by default its own, and all parts below it.

        Returns:
            What `named_modules()` returns.
        """
        root = self._path if path is None else path
        with _MAKING:
            modules = self.named_modules()
            for place, module in modules:
                path = joined(root, place)
                if module is self or not module._settled or module._path != path:
                    module._move_to(path)
        return modules

    def _move_to(self, path: str) -> None:
        """Take note of the place in a larger model, and name what has no name of its own by it."""
        old = self._path
        self.__dict__.update(_path=path, _settled=True)
        for name, array in self._own_arrays():
            if not isinstance(array, Declared):
                self._name_entries(name, array, old)

    def _name_entries(self, name: str, array: Any, old: str) -> None:
        """Name the Values of an array that have no name, or the one of an old place."""
        naming = self._naming(name)
        for index, value in values_of(array):
            if value.name in ("", joined(old, naming(index))):
                value.name = joined(self._path, naming(index))

    def _naming(self, name: str) -> Naming:
        declared = self._declarations().get(name)
        return partial(entry_name, name) if declared is None else declared.naming

    # Text.

    @reprlib.recursive_repr()
    def __repr__(self) -> str:
        lines = [f"{type(self).__name__}({self._arguments()})"]
        for name, part in self._shown_parts():
            lines.append(f"{name}: {part!r}".replace("\n", "\n  "))
        return "\n  ".join(lines)

    def _shown_parts(self) -> list[tuple[str, Module]]:
        """Return the parts that do not stand among the arguments already."""
        arguments = self._takes()
        return [(name, part) for name, part in self.children() if name not in arguments]

    def _arguments(self) -> str:
        """Write the arguments that differ from the defaults, as in a call."""
        parameters = self._takes()
        texts = []
        for name, value in self._shown_config().items():
            text = value.__name__ if inspect.isfunction(value) else repr(value)
            positional = parameters[name].default is inspect.Parameter.empty
            texts.append(text if positional else f"{name}={text}")
        return ", ".join(texts)

    def _shown_config(self) -> dict[str, Any]:
        """Return the arguments that differ from the defaults; none where they are not known."""
        try:
            config = self.config()
        except TypeError:
            return {}
        parameters = self._takes()
        return {
            name: value
            for name, value in config.items()
            if name in parameters and not _same(value, parameters[name].default)
        }


def _in_blocks(result_of: Callable[[Array], Any], x: Array, rows: int) -> Array:
    """Return the results for all samples, found for some rows at a time.

    Raises:
        ValueError: the results do not keep the samples' axis.
    """
    found: Array | None = None
    for start in range(0, len(x), rows):
        block = x[start : start + rows]
        part = result_of(block)
        if np.shape(part)[:1] != (len(block),):
            raise ValueError(
                f"predict() in batches: the model gives an array of shape {np.shape(part)} for "
                f"samples of shape {block.shape}: its forward(x) must keep the first axis"
            )
        if found is None:
            found = np.empty((len(x), *part.shape[1:]))
        found[start : start + rows] = part
    return x if found is None else found


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and bool(value == default))


def drawn_seed(generator: np.random.Generator) -> int:
    """Draw a seed for one of many parts from the generator of the whole."""
    return int(generator.integers(2**63))


def _walk(thing: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Give the Modules and arrays of parameters in an attribute that is not private, by place."""
    if name.startswith("_"):
        return
    if isinstance(thing, (Module, Declared)) or is_parameter(thing):
        yield name, thing
    elif isinstance(thing, (list, tuple)):
        for i, part in enumerate(thing):
            yield from _walk(part, f"{name}[{i}]" if isinstance(part, Value) else f"{name}.{i}")
    elif isinstance(thing, dict):
        for key, part in thing.items():
            yield from _walk(part, f"{name}.{key}")


def _twin(thing: Any, twins: dict[int, Any]) -> Any:
    """Return a thing's twin, by its id, or a copy in which everything is replaced by its twin."""
    if id(thing) in twins:
        return twins[id(thing)]
    if isinstance(thing, Module):
        twin = twins[id(thing)] = object.__new__(type(thing))
        for name, part in thing._attributes():
            if name != "_declared":
                twin.__dict__[name] = _twin(part, twins)
        return twin
    if isinstance(thing, tuple):
        parts = [_twin(part, twins) for part in thing]
        return type(thing)._make(parts) if hasattr(thing, "_make") else tuple(parts)
    if isinstance(thing, (list, dict)):
        filled = copy.copy(thing)
        for key in range(len(thing)) if isinstance(thing, list) else thing:
            filled[key] = _twin(thing[key], twins)
        return filled
    return thing


def _fitting(
    given: Any,
    own: Mapping[str, Any],
    taker: str,
    convert: Callable[[Any, str], Any],
    strict: bool = True,
) -> dict[str, Any]:
    """Return the arrays given for a model's own, converted; raise where they do not fit."""
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise TypeError(f"{taker} takes arrays by name, as state_dict() gives them, not a {kind}")
    missing = [name for name in own if name not in given]
    unknown = [str(name) for name in given if name not in own]
    if strict and (missing or unknown):
        faults = [f"missing: {', '.join(missing)}"] if missing else []
        faults += [f"unknown: {', '.join(unknown)}"] if unknown else []
        raise ValueError(
            f"{taker} does not fit the model; {'; '.join(faults)}. The model has: {', '.join(own)}"
        )
    arrays = {name: convert(given[name], f"{taker}: {name}") for name in own if name in given}
    for name, array in arrays.items():
        _check_shape(name, shape_of(own[name]), np.shape(array), taker)
    return arrays


def _check_shape(name: str, own: tuple[int, ...], given: tuple[int, ...], taker: str) -> None:
    if own != given:
        raise ValueError(f"{taker}: {name} has shape {own} in the model, but {given} was given")


def check_width(module: Module, shape: tuple[int, ...], width: int) -> None:
    """Raise a ValueError unless the last axis of a shape has the width."""
    if shape[-1:] != (width,):
        place = f" at {module._path}" if module._path else ""
        given = f"an array of shape {shape}" if shape else "a single number"
        raise ValueError(
            f"{module!r}{place} takes {width} numbers along the last axis, but got {given}"
        )
