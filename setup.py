"""The one build step that pyproject.toml cannot state: compiling the hot path and the machine.

With a working C compiler the modules that autograd/_native.py lists are compiled by mypyc, and the
machine that runs programs from its C sources; without one the build goes on, and the package runs
the same files interpreted, and programs in NumPy. `DUALGRAD_NATIVE=0` never compiles,
`DUALGRAD_NATIVE=1` turns whatever prevents it into an error. build/native.txt tells what was done.
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / "build"
NATIVE = runpy.run_path(str(ROOT / "autograd" / "_native.py"))
WANTED: bool | None = NATIVE["requested"]()
MODULES: tuple[str, ...] = NATIVE["NATIVE_MODULES"]
LIBRARY: str = NATIVE["NATIVE_LIBRARY"]
MACHINE: str = NATIVE["MACHINE"]
NATIVE_C = runpy.run_path(str(ROOT / "native_c.py"))


# --- describing -------------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def description() -> str:
    """Return the README with its links in full, for pages beside which its pictures are not."""

    def full(link: re.Match[str]) -> str:
        place = "raw" if link[1] else "blob"
        return f"{link[1]}[{link[2]}]({PROJECT['urls']['Source']}/{place}/HEAD/{link[3]})"

    text = (ROOT / "README.md").read_text("utf-8")
    return re.sub(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s]+)\)", full, text)


# --- compiling --------------------------------------------------------------------------------

# After mypyc's own, for gcc and clang.
FLAGS = (
    # Compilers may fuse a*b + c into one rounding where the processor can (arm64 always can): both
    # forms, and every machine, shall give the same last digit.
    "-ffp-contract=off",
    # No other library can put its functions in the place of ours, so calls may be inlined:
    # measured with gcc 12, this saves 8 % of the time forward and 13 % forward and backward.
    "-fvisibility=hidden",
    # mypyc makes every warning an error; a newer compiler has more of them than it knows.
    "-Wno-error",
)


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
    sources = {
        module: (ROOT / (module.replace(".", "/") + ".py")).read_text("utf-8") for module in MODULES
    }
    for extension in extensions:
        for path in map(Path, extension.sources):
            c_code = NATIVE_C["strip_trashcan"](path.read_text("utf-8"))
            c_code = NATIVE_C["add_weakrefs"](NATIVE_C["guard_finalizers"](c_code))
            path.write_text(NATIVE_C["add_docstrings"](c_code, sources), "utf-8")
        if sys.platform != "win32":
            extension.extra_compile_args = [*extension.extra_compile_args, *FLAGS]
    return extensions


MACHINE_FLAGS = (
    "-O3",
    "-std=c11",
    # Nobody reads errno or the floating-point exceptions: functions and conditions become vectors.
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fstrict-overflow",  # Python's own flags may have -fwrapv: a tenth of a small program's time
    *FLAGS[:2],
)


def machine_extension() -> Extension:
    """Write the C code of the rows; return the extension that runs programs."""
    import numpy

    folder = Path("autograd", "program", "native")
    generated = BUILD / "machine"
    paths = os.pathsep.join([str(ROOT), *sys.path])
    subprocess.run(
        [sys.executable, "-m", "autograd.program.native.generate", str(generated)],
        check=True,
        env={**os.environ, "DUALGRAD_NATIVE": "0", "PYTHONPATH": paths},
    )
    libraries = ["m"]
    if platform.libc_ver()[0] == "glibc" and platform.machine() == "x86_64":
        libraries.insert(0, "mvec")  # functions of whole vectors
    return Extension(
        MACHINE,
        sources=[str(path) for path in sorted(folder.glob("*.c"))],
        depends=[str(path) for path in (*folder.glob("*.h"), *generated.glob("*.h"))],
        include_dirs=[str(folder), str(generated), numpy.get_include()],
        extra_compile_args=list(MACHINE_FLAGS),
        libraries=libraries,
    )


# --- what happens when it cannot be compiled --------------------------------------------------


def note(outcome: str) -> None:
    """Write down for people and the Makefile what became of the compiled form."""
    print(f"dualgrad: the hot path is {outcome}")
    BUILD.mkdir(exist_ok=True)
    (BUILD / "native.txt").write_text(outcome + "\n", "utf-8")


def give_up(error: Exception) -> None:
    """Go on without the compiled form, or, where it was insisted on, end the build."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    # A compiler's command line is long; its name and its exit code stand at the two ends.
    note(f"not compiled ({reason if len(reason) < 200 else reason[:100] + ' ... ' + reason[-90:]})")
    if WANTED:
        sys.exit(f"error: DUALGRAD_NATIVE=1, but the hot path could not be compiled: {reason}")


def remove_compiled(folder: Path) -> None:
    """Remove what this Python would import as the compiled form from under a folder."""
    for module in (LIBRARY, MACHINE, *MODULES):
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


class BuildPy(build_py):
    """Put the lessons into the package viz, so that the command has them where it is installed."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for lesson in sorted((ROOT / "examples").glob("*.py")):
                target = Path(self.build_lib, "viz", "examples", lesson.name)
                self.mkpath(str(target.parent))
                self.copy_file(str(lesson), str(target))


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
                if sys.platform != "win32":  # its compiler has no vectors of numbers
                    extensions.append(machine_extension())
            except Exception as error:
                give_up(error)
    commands = {"build_ext": BuildNative, "build_py": BuildPy, "bdist_wheel": Wheel}
    setup(
        ext_modules=extensions,
        cmdclass=commands,
        long_description=description(),
        long_description_content_type="text/markdown",
    )


if __name__ == "__main__":
    main()
