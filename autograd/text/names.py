"""What is asked for by name: found in the usual spellings, else refused with the nearest name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, TypeVar

from autograd.text.words import cut

T = TypeVar("T")

_SPELT: Final = str.maketrans("", "", "_- .")
_LONGEST: Final = 80
_MOST: Final = 1000
"""How much of a name, and how many names, are looked through for one that is alike."""


def plain(name: str) -> str:
    """Return a name without what its spellings differ by: case, and signs between the words.

    >>> plain("Leaky_ReLU"), plain("L-BFGS")
    ('leakyrelu', 'lbfgs')
    """
    return name.casefold().translate(_SPELT)


def named(
    table: Mapping[str, T], name: Any, what: str, spellings: Mapping[str, str] | None = None
) -> T:
    """Return what a table has under a name; see `name_in`.

    >>> named({"mse": 1, "mae": 2}, "MSE", "loss")
    1
    """
    return table[name_in(table, name, what, spellings)]


def name_in(
    known: Iterable[str], name: Any, what: str, spellings: Mapping[str, str] | None = None
) -> str:
    """Return the known name that was meant, in any case, with `_`, `-` or nothing between words.

    Args:
        known: all names.
        name: what was given.
        what: what it names, for the message.
        spellings: other names, `plain`, and the known ones that they stand for.

    Raises:
        ValueError: there is no such name; the message has the nearest one, and all.

    >>> name_in(["mse", "mae"], "L1Loss", "loss", {"l1loss": "mae"})
    'mae'
    >>> name_in(["mse", "mae"], "mce", "loss")
    Traceback (most recent call last):
    ValueError: unknown loss 'mce' (did you mean 'mse'?); there are mse, mae
    """
    known = list(known)
    found = spelt(known, name, spellings)
    if found is None:
        raise unknown(known, name, what, spellings)
    return found


def spelt(
    known: Iterable[str], name: Any, spellings: Mapping[str, str] | None = None
) -> str | None:
    """Return the known name that was meant, as `name_in`; None if there is none."""
    known = list(known)
    if not isinstance(name, str) or name in known:
        return name if name in known else None
    return _by_spelling(known, spellings or {}).get(plain(name))


def unknown(
    known: Iterable[str], name: Any, what: str, spellings: Mapping[str, str] | None = None
) -> ValueError:
    """Return the error for a name that is not known, with the nearest that is, and all.

    >>> str(unknown(["mean", "sum"], "Mean", "reduction"))
    "unknown reduction 'Mean' (did you mean 'mean'?); there are mean, sum"
    """
    known = list(known)
    told = f"{cut(repr(name), _LONGEST)}{hint(name, known, spellings)}"
    return ValueError(f"unknown {what} {told}; there are {', '.join(known)}")


def hint(name: Any, known: Iterable[str], spellings: Mapping[str, str] | None = None) -> str:
    """Return `did_you_mean` in brackets after a space, or nothing.

    >>> hint("adan", ["adam", "sgd"]), hint("newton", ["adam", "sgd"])
    (" (did you mean 'adam'?)", '')
    """
    question = did_you_mean(name, known, spellings, 1)
    return f" ({question})" if question else ""


def did_you_mean(
    name: Any, known: Iterable[str], spellings: Mapping[str, str] | None = None, most: int = 2
) -> str:
    """Return a question that names what is known by a similar name, or nothing.

    >>> did_you_mean("Sine", ["sin", "sinh", "cos"])
    "did you mean 'sin' or 'sinh'?"
    """
    from difflib import get_close_matches  # only errors need it

    there = _by_spelling(islice(known, _MOST), spellings or {})
    wanted = plain(str(name)[:_LONGEST])
    close = [wanted] if wanted in there else get_close_matches(wanted, there, most)
    meant = dict.fromkeys(there[spelling] for spelling in close)
    return f"did you mean {' or '.join(map(repr, meant))}?" if meant else ""


def _by_spelling(known: Iterable[str], spellings: Mapping[str, str]) -> dict[str, str]:
    """Return the known names by their plain spelling, with the other names of any of them."""
    names = list(known)
    own = {plain(name[:_LONGEST]): name for name in reversed(names)}
    return {other: name for other, name in spellings.items() if name in names} | own
