"""Tensor: a NumPy array whose entries are Values."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd.rules import table
from autograd.rules.entrywise import as_object_array, as_tensor, set_array_class
from autograd.rules.operand import Operand, as_number, as_scalar, data_of
from autograd.values.functions import apply_function
from autograd.values.pickles import Graph
from autograd.values.ufuncs import apply_ufunc, matmul
from autograd.values.value import Value, as_name, backward

Array = NDArray[np.float64]


class Tensor(np.ndarray[Any, np.dtype[np.object_]]):
    """An array of Values: NumPy's indexing, broadcasting, reductions and functions work on it.

    `@`, `dot`, `sum` and `mean` make one node for each entry of their result. A result without
    dimensions is a Value. A number that is assigned to an entry is a constant there; `assign`
    changes the numbers of the Values that are there.

    Args:
        data: numbers or Values in any shape that NumPy understands. Numbers become leaves.
        name: the leaves are named by their place: `W[0,1]`.

    Raises:
        TypeError: an entry is not a real number.
        ValueError: the rows are of different lengths.

    >>> W = Tensor([[1.0, 2.0], [3.0, 4.0]], name="W")
    >>> loss = np.sum(np.tanh(W @ np.array([0.5, -0.5])))
    >>> loss.backward()
    >>> W[0, 1].name, W.shape
    ('W[0,1]', (2, 2))
    >>> W.grad.round(4)
    array([[ 0.3932, -0.3932],
           [ 0.3932, -0.3932]])
    """

    def __new__(cls, data: ArrayLike, name: str = "") -> Self:
        """Return an array of Values of these numbers."""
        as_name(name)
        if isinstance(data, np.ma.MaskedArray):
            raise TypeError("Tensor() would lose the mask of a masked array: hand in its .filled()")
        numbers = (
            as_object_array(data) if isinstance(data, np.ndarray) else np.array(data, dtype=object)
        )
        entries = np.empty(numbers.shape, dtype=object)
        for index in np.ndindex(numbers.shape):
            place = f"{name}[{','.join(map(str, index))}]" if name and index else name
            entry = _entry(numbers[index])
            entries[index] = entry if isinstance(entry, Operand) else Value(entry, place)
        return entries.view(cls)

    # What NumPy calls.

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return apply_ufunc(ufunc, method, inputs, options)

    def __array_function__(
        self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any
    ) -> Any:
        return apply_function(func, args, kwargs)

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return as_tensor(array)

    def __setitem__(self, index: Any, value: Any) -> None:
        if not isinstance(value, Operand):  # numbers stay numbers: constants of the graph
            places = np.empty(np.shape(as_object_array(self)[index]), dtype=object)
            places[...] = as_entries(value)
            value = places[()]
        super().__setitem__(index, value)

    # What ndarray's own methods would get wrong: they compare, convert and write objects.

    def argmax(self, *args: Any, **options: Any) -> Any:
        """Return the places of the largest entries, by the data; of a nan where there is one."""
        return np.argmax(self, *args, **options)

    def argmin(self, *args: Any, **options: Any) -> Any:
        """Return the places of the smallest entries, by the data; of a nan where there is one."""
        return np.argmin(self, *args, **options)

    def argsort(self, *args: Any, **options: Any) -> Any:
        """Return the places of the sorted entries, by the data, nan last."""
        return np.argsort(self, *args, **options)

    def argpartition(self, *args: Any, **options: Any) -> Any:
        """Return NumPy's argpartition, by the data."""
        return np.argpartition(self, *args, **options)

    def searchsorted(self, *args: Any, **options: Any) -> Any:
        """Return the places where numbers belong in a sorted Tensor, by the data."""
        return np.searchsorted(self, *args, **options)

    def sort(self, *args: Any, **options: Any) -> None:
        """Sort the entries in place, by the data, nan last."""
        self[...] = np.sort(self, *args, **options)

    def partition(self, *args: Any, **options: Any) -> None:
        """Put the entries into the order of `argpartition`, in place."""
        self[...] = np.partition(self, *args, **options)

    def fill(self, value: Any) -> None:
        """Make every entry the same Value or constant."""
        self[...] = value

    def put(self, indices: Any, values: Any, mode: Any = "raise") -> None:
        """Write Values or constants to places of the flattened Tensor."""
        super().put(indices, as_entries(values), mode)

    def astype(self, dtype: Any, *args: Any, **options: Any) -> Any:
        """Return NumPy's astype: to numbers only where all entries are constants."""
        return as_tensor(super().astype(dtype, *args, **options))

    def tobytes(self, order: Any = "C") -> bytes:
        """Raise a TypeError: the bytes would be addresses, not numbers."""
        raise TypeError("a Tensor has no bytes of its own: write Tensor.numpy().tobytes()")

    def tofile(self, *args: Any, **options: Any) -> None:
        """Raise a TypeError, before NumPy would empty the file to find that it cannot write it."""
        raise TypeError("a Tensor has no bytes of its own: write Tensor.numpy().tofile(...)")

    @property  # type: ignore[misc]
    def imag(self) -> Any:
        """Zeros, as the entries are real."""
        return np.zeros(self.shape)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what `pickle` stores: the graph of all entries once, then the array of them."""
        values = [x for x in as_object_array(self).flat if isinstance(x, Value)]
        return _rebuild, (Graph(values, Value), super().__reduce__())

    def __repr__(self) -> str:
        numbers = np.array2string(self.numpy(), separator=", ", prefix="Tensor(")
        return f"Tensor({numbers})"

    __str__ = __repr__

    # Whole arrays of numbers.

    def numpy(self) -> Array:
        """Return the data of the entries, as a float64 array of the same shape."""
        return self._collect(data_of)

    @property
    def grad(self) -> Array:
        """The gradients of the entries, as a float64 array of the same shape; 0 for constants."""
        return self._collect(lambda entry: entry.grad if isinstance(entry, Value) else 0.0)

    def _collect(self, read: Callable[[Any], float]) -> Array:
        numbers = [read(x) for x in as_object_array(self).ravel().tolist()]
        return np.array(numbers, dtype=float).reshape(self.shape)

    def assign(self, data: ArrayLike) -> None:
        """Set the data of the entries, in place: `W.assign(W.numpy() - rate * W.grad)`.

        Raises:
            ValueError: data does not broadcast to the shape; nothing has changed then.
            TypeError: data holds something else than real numbers; nothing has changed then.
        """
        numbers = _numbers(data, self.shape, "Tensor.assign()").ravel().tolist()
        entries = as_object_array(self).flat
        for place, (entry, number) in enumerate(zip(entries, numbers, strict=True)):
            if isinstance(entry, Value):
                entry.data = number
            else:
                as_object_array(self).flat[place] = number

    def zero_grad(self) -> None:
        """Set the gradients of the entries to 0."""
        for entry in as_object_array(self).flat:
            if isinstance(entry, Value):
                entry.grad = 0.0

    def backward(self, seed: ArrayLike = 1.0) -> None:
        """Sweep back from all entries at once, each with its entry of the seed.

        Raises:
            ValueError: the seed does not broadcast to the shape; nothing has changed then.
            TypeError: the seed holds something else than real numbers; nothing has changed then.
        """
        seeds = _numbers(seed, self.shape, "Tensor.backward()")
        if self.size:
            backward(table.dot(*as_object_array(self).flat, *seeds.flat))

    # Operations of one node for each entry of the result.

    def __matmul__(self, other: Any) -> Any:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return matmul(other, self)

    def dot(self, b: Any, out: None = None) -> Any:  # type: ignore[override]
        """Return NumPy's dot: `@`, and for a scalar the product by it."""
        return np.dot(self, b, out)

    def clip(self, min: Any = None, max: Any = None, out: None = None) -> Any:  # type: ignore[override]
        """Return each entry limited to [min, max]."""
        return np.clip(self, min, max, out)

    def mean(  # type: ignore[override]
        self,
        axis: Any = None,
        dtype: None = None,
        out: None = None,
        *,
        keepdims: bool = False,
        where: Any = True,
    ) -> Any:
        """Return the mean along an axis, along several, or of all: one node for each."""
        return np.mean(self, axis, dtype, out, keepdims, where=where)

    def var(self, *args: Any, **options: Any) -> Any:
        """Return NumPy's variance: the mean, the deviations from it, and two nodes for each."""
        return np.var(self, *args, **options)

    def std(self, *args: Any, **options: Any) -> Any:
        """Return NumPy's standard deviation, with derivatives 0 where all entries are equal."""
        return np.std(self, *args, **options)


def _rebuild(graph: list[Value], array: Any) -> Any:
    """Return a Tensor from what ndarray pickles; its graph came first, for the entries."""
    make, arguments, state = array
    tensor = make(*arguments)
    tensor.__setstate__(state)
    return tensor


def _entry(x: Any) -> Any:
    """Return an entry as it is kept: a Value or alike, or a plain number."""
    if isinstance(x, (list, tuple, np.ndarray)):
        raise ValueError(f"the rows of a Tensor must be of one length, but an entry is {x!r}")
    return as_scalar(x, "Tensor()")


_ENTRIES = np.frompyfunc(_entry, 1, 1)


def as_entries(data: Any) -> Any:
    """Return what is to be written into a Tensor: numbers as floats, constants of the graph."""
    return _ENTRIES(np.array(as_object_array(data), dtype=object))


def _numbers(data: ArrayLike, shape: tuple[int, ...], taker: str) -> Array:
    """Return plain numbers as a float64 array of the shape; an error in their taker's name."""
    if isinstance(data, np.ndarray) and data.dtype == np.float64:
        numbers = data
    else:
        entries = np.array(data, dtype=object)
        floats = [as_number(x, taker) for x in as_object_array(entries).flat]
        numbers = np.reshape(np.array(floats, dtype=float), entries.shape)
    try:
        return np.broadcast_to(numbers, shape)
    except ValueError:
        raise ValueError(
            f"{taker} of a Tensor of shape {shape} takes numbers of that shape, or that broadcast "
            f"to it, not of shape {numbers.shape}"
        ) from None


def as_numpy(x: Any) -> Any:
    """Return the plain numbers of a Tensor or a Value; other arrays as they are."""
    if isinstance(x, Tensor):
        return x.numpy()
    return x.data if isinstance(x, Value) else np.asarray(x)


set_array_class(Tensor)
