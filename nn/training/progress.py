"""The progress bar of a training."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

MISSING: Final = 'for a progress bar: pip install "dualgrad[train]"'

_CHOICES: Final = (True, False, "always")

_HIDDEN: Final = ("lr", "seconds")
"""What the bar does not show beside itself."""


class Progress:
    """A bar over the epochs on the standard error, with the loss and the metrics; or none.

    Args:
        total: how many epochs there will be.
        show: True for a bar in a terminal or a notebook, "always" elsewhere too, False for none.

    Raises:
        ValueError, TypeError: show is something else.

    >>> with Progress(10, show=False) as progress:
    ...     progress.advance({"loss": 0.5})
    """

    def __init__(self, total: int, show: bool | str = True) -> None:
        self._total = total
        self._wanted = wanted(show)
        self._bar: Any = None

    def __enter__(self) -> Self:
        if self._wanted:
            self._bar = _bar(self._total)
        return self

    def advance(self, values: Mapping[str, float]) -> None:
        """Another epoch is done, with these results."""
        if self._bar is not None:
            self._bar.set_postfix_str(shown(values), refresh=False)
            self._bar.update(1)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()


def check_show(show: object) -> None:
    """Raise unless this is one of True, False and "always"."""
    if not isinstance(show, (bool, str)):
        raise TypeError(f"progress must be True, False or 'always', not {show!r}")
    if show not in _CHOICES:
        raise ValueError(f"progress must be True, False or 'always', not {show!r}")


def wanted(show: bool | str) -> bool:
    """Whether to show a bar here.

    Raises:
        ValueError, TypeError: show is none of True, False and "always".
    """
    check_show(show)
    if sys.stderr is None or not show:  # None under pythonw, which has no console
        return False
    return show == "always" or sys.stderr.isatty() or _is_notebook(sys.stderr)


def _is_notebook(stream: object) -> bool:
    """Whether what is written to the stream appears in a Jupyter notebook."""
    return type(stream).__module__.startswith("ipykernel.")


def _bar(total: int) -> Any:
    """tqdm's bar; without tqdm none, and a line that says how to get it."""
    try:
        from tqdm import tqdm
    except ImportError:
        print(MISSING, file=sys.stderr)
        return None
    return tqdm(total=total, unit="epoch", file=sys.stderr, dynamic_ncols=True)


def shown(values: Mapping[str, float]) -> str:
    """The results of an epoch in a line.

    >>> shown({"loss": 0.123456, "accuracy": 1.0, "lr": 0.1})
    'loss=0.1235, accuracy=1'
    """
    return ", ".join(f"{name}={x:.4g}" for name, x in values.items() if name not in _HIDDEN)
