"""What a function reads besides its arguments."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Dependencies:
    """Whatever a function reads."""

    def __init__(self, f: Any, impure: str = "") -> None:
        self.lock = threading.RLock()
        self.impure = impure

    def changed(self) -> str:
        """Return what has changed, if anything has."""
        return ""

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Note whether something changes while the function runs."""
        yield
