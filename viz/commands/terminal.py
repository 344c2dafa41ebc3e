"""Writing to a terminal, a file or a pipe."""

from __future__ import annotations

import os
import sys


def write(text: str) -> None:
    """Write to standard output, with escapes for the characters that its encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)
    except OSError:
        # Python writes what is left when it ends, and would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
