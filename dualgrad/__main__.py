"""The command `dualgrad` as a program: its signals, its standard streams, and its imports."""

from __future__ import annotations

INTERRUPTED = 130
"""The exit code after Ctrl-C, as of whatever a signal ends: 128 and the signal's number."""

try:
    import os
    import signal
    import sys

    from dualgrad import require
except KeyboardInterrupt:
    raise SystemExit(INTERRUPTED) from None

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes long to import
    from typing import Any


def main() -> int:
    """Run the command line of this process; return its exit code."""
    _open_closed_streams()
    interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        # Nothing is begun while modules are imported, which takes longest and is not to be caught.
        if interruptible:
            signal.signal(signal.SIGINT, _leave)
        require("autograd")
        require("viz")
        from viz.cli import main as run

        if interruptible:
            sys.unraisablehook = _leave_if_interrupted
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return run()
    except ImportError as error:
        if sys.stderr is not None:
            print("dualgrad:", *str(error).split(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # a second one
        return INTERRUPTED
    finally:
        if interruptible:
            signal.signal(signal.SIGINT, _leave)


def _open_closed_streams() -> None:
    """Open what is closed of the standard streams, or the next file would be taken for one."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which takes the lowest free number, this one


def _leave(*_: object) -> None:
    os._exit(INTERRUPTED)


def _leave_if_interrupted(unraisable: Any) -> None:
    """Leave on a Ctrl-C that came where no exception can be raised, in a destructor for example."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        _leave()
    sys.__unraisablehook__(unraisable)


if __name__ == "__main__":
    sys.exit(main())
