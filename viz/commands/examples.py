"""`dualgrad examples`: the lessons of the gallery, listed or run."""

from __future__ import annotations

import argparse
import html
import os
import runpy
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from autograd.text.files import write_whole
from autograd.text.names import hint, spelt
from viz import gallery
from viz.commands.inputs import InputError
from viz.commands.output import write

PURPOSE = "list the worked examples, or run one"
DESCRIPTION = """\
List the worked examples, or run one, which prints its numbers and writes its pictures."""
NOTES = ""
EXAMPLES = """\
examples:
  dualgrad examples
      list them
  dualgrad examples xor
      run one; its pictures go to the folder figures
  dualgrad examples --all --output gallery
      run all of them, and write gallery/index.html with what they print and draw
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("name", nargs="?", help="the example to run; without it, all are listed")
    add("--all", action="store_true", help="run all of them, and write a page that shows them")
    folder = f"the folder for pictures (default: ${gallery.FOLDER} or figures; gallery with --all)"
    add("-o", "--output", metavar="FOLDER", help=folder)
    parser.set_defaults(values=[])


def run(options: argparse.Namespace) -> int:
    """List the lessons, run one, or run all; return the exit code."""
    if options.values:
        raise InputError(f"one example at a time, not {options.name} and {options.values[0]}")
    if options.output == "":
        raise InputError("the name of the folder for pictures is empty")
    lessons = gallery.lessons()
    if options.all:
        return _run_all(lessons, Path(options.output or "gallery"))
    if options.name is None:
        width = max(map(len, lessons))
        write("".join(f"{name:{width}}  {title}\n" for name, title in lessons.items()))
        write("`dualgrad examples NAME` runs one; its pictures go to the folder figures.")
        return 0
    return _run_one(_known(options.name, lessons), options.output)


def _known(name: str, lessons: dict[str, str]) -> str:
    name = name.strip().removesuffix(".py")
    found = spelt(lessons, name)
    if found is None:
        near = hint(name, lessons)
        raise InputError(f"there is no example {name!r}{near}; `dualgrad examples` lists them")
    return found


def _run_one(name: str, folder: str | None) -> int:
    if folder is not None:
        os.environ[gallery.FOLDER] = folder
    sys.argv = [f"{name}.py"]
    try:
        runpy.run_path(str(gallery.folder() / f"{name}.py"), run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):  # what is missing, say
            raise InputError(end.code) from None
        return end.code or 0
    return 0


# All of them, on one page.


class Outcome(NamedTuple):
    """What a lesson printed and drew."""

    name: str
    title: str
    printed: str
    pictures: list[Path]
    good: bool


def _run_all(lessons: dict[str, str], folder: Path) -> int:
    outcomes = []
    for name, title in lessons.items():
        start = time.perf_counter()
        outcomes.append(_outcome(name, title, folder))
        fate = "done" if outcomes[-1].good else "FAILED"
        write(f"{name:24}  {time.perf_counter() - start:5.1f} s  {fate}")
    page = folder / "index.html"
    write_whole(page, _page(outcomes, folder).encode())
    write(f"wrote {page}")
    failed = [outcome.name for outcome in outcomes if not outcome.good]
    if failed:
        raise InputError(f"failed: {', '.join(failed)}; {page} has what they printed")
    return 0


def _outcome(name: str, title: str, folder: Path) -> Outcome:
    """Run a lesson in a process of its own."""
    place = folder / name
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = f"cannot make this folder ({error.strerror})"
        raise OSError(error.errno, told, error.filename) from error
    start = time.time_ns()
    done = subprocess.run(
        [sys.executable, "-m", "dualgrad", "examples", name, "--output", str(place)],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    new = sorted(path for path in place.iterdir() if path.stat().st_mtime_ns >= start)
    shown = {f"wrote {path}\n" for path in new}  # the page has them anyway
    printed = "".join(line for line in done.stdout.splitlines(True) if line not in shown)
    return Outcome(name, title, printed.strip("\n"), new, done.returncode == 0)


STYLE = """\
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
nav { columns: 20rem; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid #8884; font-size: 0.85rem; }
img { max-width: 100%; background: white; }
"""


def _page(outcomes: list[Outcome], folder: Path) -> str:
    links = "".join(f'<li><a href="#{o.name}">{html.escape(o.title)}</a>' for o in outcomes)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>dualgrad: gallery</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{STYLE}</style><h1>dualgrad: gallery</h1><nav><ul>{links}</ul></nav>"
        + "".join(_section(outcome, folder) for outcome in outcomes)
    )


def _section(outcome: Outcome, folder: Path) -> str:
    title = html.escape(outcome.title)
    pictures = "".join(
        f'<p><img src="{path.relative_to(folder).as_posix()}" alt="{title}: {path.stem}">'
        for path in outcome.pictures
    )
    return (
        f'<h2 id="{outcome.name}">{title}</h2>'
        f"<p><code>dualgrad examples {outcome.name}</code></p>"
        f"{pictures}<pre>{html.escape(outcome.printed)}</pre>"
    )
