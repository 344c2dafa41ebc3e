"""The progress bar of a training."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from autograd.text.names import hint
from nn.training.history import shown

Advance = Callable[[Mapping[str, float]], None]
"""Called with the results of every epoch."""

MISSING: Final = "for a progress bar: run `pip install tqdm`"


@contextmanager
def progress_bar(
    total: int | None, show: bool | str = True, unit: str = "epoch"
) -> Iterator[Advance]:
    """Show a bar over the epochs on the standard error, with the loss and the metrics; or none.

    Args:
        total: how many epochs there will be, None if that is not known.
        show: True for a bar in a terminal or a notebook, "always" elsewhere too, False for none.
        unit: what is counted.

    Raises:
        ValueError, TypeError: show is something else.

    >>> with progress_bar(10, show=False) as advance:
    ...     advance({"loss": 0.5})
    """
    bar = _bar(total, unit) if wanted(show) else None

    def advance(values: Mapping[str, float]) -> None:
        if bar is not None:
            with _expendable(bar):
                bar.set_postfix_str(shown(values), refresh=False)
                bar.update(1)

    try:
        yield advance
    finally:
        if bar is not None:
            with _expendable(bar):
                bar.close()


@contextmanager
def _expendable(bar: Any) -> Iterator[None]:
    """Give up the bar, and not the training, where the standard error takes no more."""
    try:
        yield
    except OSError:
        bar.disable = True


def check_show(show: object) -> None:
    """Raise unless this is one of True, False and "always"."""
    if not isinstance(show, bool) and show != "always":
        kind, near = (
            (ValueError, hint(show, ["always"])) if isinstance(show, str) else (TypeError, "")
        )
        raise kind(f"progress must be True, False or 'always', not {show!r}{near}")


def wanted(show: bool | str) -> bool:
    """Whether to show a bar here.

    Raises:
        ValueError, TypeError: show is none of True, False and "always".
    """
    check_show(show)
    if sys.stderr is None or not show:  # None under pythonw, which has no console
        return False
    in_notebook = type(sys.stderr).__module__.startswith("ipykernel.")
    return show == "always" or in_notebook or sys.stderr.isatty()


def _bar(total: int | None, unit: str) -> Any:
    """Return tqdm's bar; without tqdm None, after a line that says how to get it."""
    try:
        from tqdm import tqdm

        return tqdm(total=total, unit=unit, file=sys.stderr, dynamic_ncols=True)
    except ImportError:
        with suppress(OSError):
            print(MISSING, file=sys.stderr)
    except OSError:  # a full device, or one whose reader has gone
        pass
    return None
