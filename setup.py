"""The one build step that pyproject.toml cannot state: compiling the hot path with mypyc.

With a working C compiler the modules that autograd/_native.py lists are compiled; without one the
build goes on, and the package runs the same files interpreted. `DUALGRAD_NATIVE=0` never compiles,
`DUALGRAD_NATIVE=1` turns whatever prevents it into an error. build/native.txt tells what was done.
"""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / "build"
NATIVE = runpy.run_path(str(ROOT / "autograd" / "_native.py"))
WANTED: bool | None = NATIVE["requested"]()
MODULES: tuple[str, ...] = NATIVE["NATIVE_MODULES"]
LIBRARY: str = NATIVE["NATIVE_LIBRARY"]


# --- C code -----------------------------------------------------------------------------------

DEALLOC = re.compile(
    r"^( *)static void\n\1(?P<name>\w+)_dealloc\([^)]*\)\n\1{\n.*?^\1}\n",
    re.MULTILINE | re.DOTALL,
)
TRASHCAN = re.compile(r"^\s*CPy_TRASHCAN_(BEGIN|END)\(.*\)\n", re.MULTILINE)


def strip_trashcan(c_code: str) -> str:
    """Take CPython's trashcan out of the deallocators of classes without a cycle-collector header.

    The trashcan cuts deep recursion short by queueing dying objects, and up to Python 3.13 links
    them through the collector's header in front of the object. mypyc emits it for every class,
    also those declared `acyclic`, which have no such header: the link then overwrites whatever
    lies before the object, as soon as one dies inside 50 nested containers. Those classes must,
    and `Value` does, bound the recursion themselves.

    An acyclic class is one whose deallocator does not untrack the object. Any other shape of the
    code than the known one raises: better no compiled form than one that corrupts memory.
    """

    def strip(dealloc: re.Match[str]) -> str:
        body = dealloc[0]
        if "PyObject_GC_UnTrack(self)" in body:
            return body
        if TRASHCAN.findall(body) not in (["BEGIN", "END"], []):
            raise ValueError(f"{dealloc['name']}_dealloc has an unknown form of trashcan")
        return TRASHCAN.sub("", body)

    stripped = DEALLOC.sub(strip, c_code)
    tracked = [d[0] for d in DEALLOC.finditer(stripped) if "PyObject_GC_UnTrack(self)" in d[0]]
    if stripped.count("CPy_TRASHCAN_") != sum(body.count("CPy_TRASHCAN_") for body in tracked):
        raise ValueError("the generated C code uses the trashcan outside of a known deallocator")
    return stripped


def native_extensions() -> list[Extension]:
    """Translate the modules to C; return the extensions that the compiler has yet to build."""
    from mypyc.build import mypycify

    with contextlib.redirect_stdout(io.StringIO()) as messages:
        try:
            extensions = mypycify(
                [
                    # Strictness is the linter's matter, and the libraries that the checker would
                    # like to see are not there during a build.
                    "--config-file=",
                    "--ignore-missing-imports",
                    "--follow-imports=silent",
                    *(module.replace(".", "/") + ".py" for module in MODULES),
                ],
                opt_level="3",
                debug_level="0",
                target_dir="build/native",
                group_name=NATIVE["NATIVE_GROUP"],
            )
        except SystemExit as refusal:  # how mypyc reports a type error
            raise ValueError(f"mypyc refused: {messages.getvalue()} {refusal}") from None
    for extension in extensions:
        for source in map(Path, extension.sources):
            source.write_text(strip_trashcan(source.read_text("utf-8")), "utf-8")
        if sys.platform != "win32":
            # Compilers may fuse a*b + c into one rounding where the processor can (arm64 always
            # can): both forms, and every machine, shall give the same last digit.
            extension.extra_compile_args = [*extension.extra_compile_args, "-ffp-contract=off"]
    return extensions


# --- what happens when it cannot be compiled --------------------------------------------------


def note(outcome: str) -> None:
    """Write down for people and the Makefile what became of the compiled form."""
    print(f"dualgrad: the hot path is {outcome}")
    BUILD.mkdir(exist_ok=True)
    (BUILD / "native.txt").write_text(outcome + "\n", "utf-8")


def give_up(error: Exception) -> None:
    """Go on without the compiled form, or, where it was insisted on, end the build."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    if WANTED:
        sys.exit(f"error: DUALGRAD_NATIVE=1, but the hot path could not be compiled: {reason}")
    # A compiler's command line is long; its name and its exit code stand at the two ends.
    note(f"not compiled ({reason if len(reason) < 200 else reason[:100] + ' ... ' + reason[-90:]})")


def remove_compiled(folder: Path) -> None:
    """Remove what this Python would import as the compiled form from under a folder."""
    for module in (LIBRARY, *MODULES):
        path = module.replace(".", "/") + sysconfig.get_config_var("EXT_SUFFIX")
        folder.joinpath(path).unlink(missing_ok=True)


class BuildNative(build_ext):
    """Compile all extensions, or leave none behind: half of them would not import."""

    def run(self) -> None:
        try:
            super().run()
        except Exception as error:
            remove_compiled(Path(self.build_lib))
            self.extensions = self.distribution.ext_modules = []
            give_up(error)
        else:
            note("compiled")


class Wheel(bdist_wheel):
    """Name the wheel by what is in it: `py3-none-any` when nothing was compiled."""

    def run(self) -> None:
        if self.distribution.has_ext_modules():
            self.run_command("build_ext")
        self.root_is_pure = not self.distribution.has_ext_modules()
        super().run()


def main() -> None:
    """Run the build; only commands that compile pay for, or may fail at, the translation to C."""
    extensions: list[Extension] = []
    if {"bdist_wheel", "build", "build_ext", "editable_wheel", "install"} & set(sys.argv):
        # setuptools ships whatever it finds in its build folder, an earlier build's modules too.
        shutil.rmtree(BUILD, ignore_errors=True)
        if {"editable_wheel", "--inplace", "-i"} & set(sys.argv):
            remove_compiled(ROOT)  # likewise: it must not outlive its source
        if WANTED is False:
            note("not compiled (DUALGRAD_NATIVE=0)")
        else:
            try:
                extensions = native_extensions()
            except Exception as error:
                give_up(error)
    setup(ext_modules=extensions, cmdclass={"build_ext": BuildNative, "bdist_wheel": Wheel})


if __name__ == "__main__":
    main()
