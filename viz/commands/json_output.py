"""What the commands print where --json is asked for."""

from __future__ import annotations

import json
from typing import Any


def add_option(options: Any) -> None:
    """Add --json to a parser, or to a group of its options."""
    options.add_argument(
        "--json",
        action="store_true",
        help='print JSON, numbers in full; nan and infinities are the texts "nan", "inf", "-inf"',
    )


def as_json(found: Any) -> str:
    """Dicts, lists, texts and finite numbers as JSON.

    >>> print(as_json({"权重": 0.1}))
    {
      "权重": 0.1
    }
    """
    return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
