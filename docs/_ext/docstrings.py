"""Docstrings as they are written here, made ready for Sphinx.

A name between single backticks becomes a link where the site has it, else code. Stars and bars in
the text mean what they are: `*operands`, |x|.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.domains.python import PyXRefRole

_CODE = re.compile(r"(``.*?``|`.*?`)")


class Name(PyXRefRole):
    """A reference to whatever Python object has the name; code where the text is no name."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the reference, or the code."""
        if not all(part.isidentifier() for part in self.target.removesuffix("()").split(".")):
            return [nodes.literal(self.rawtext, self.text)], []
        self.name = "py:obj"
        found, messages = super().run()
        for node in found:
            node["may_lead_nowhere"] = True
        return found, messages


def _code_instead(app: Any, env: Any, node: Any, content: Any) -> Any:
    return content if node.get("may_lead_nowhere") else None


def _escape(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    doctest = False
    for number, line in enumerate(lines):
        doctest = line.lstrip().startswith(">>>") or (doctest and line.strip() != "")
        if not doctest:
            parts = _CODE.split(line)
            parts[::2] = [re.sub(r"([*|]|_\b)", r"\\\1", text) for text in parts[::2]]
            lines[number] = "".join(parts)


def setup(app: Any) -> dict[str, bool]:
    """Register the role, what stands for a reference that leads nowhere, and the escapes."""
    app.add_role("name", Name())
    app.connect("missing-reference", _code_instead)
    app.connect("autodoc-process-docstring", _escape, priority=100)

    # In the line "The order: a whole number", napoleon would take "The order" for a type.
    first = ""

    def hide(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
        nonlocal first
        first = lines[0] if lines else ""
        if what in ("attribute", "data", "property") and lines:
            lines[0] = "The first line."

    def restore(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
        if what in ("attribute", "data", "property") and lines:
            lines[0] = first

    app.connect("autodoc-process-docstring", hide, priority=400)
    app.connect("autodoc-process-docstring", restore, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
