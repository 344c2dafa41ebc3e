"""Writes the C code of the rows for the machine, into a folder that is given on the command line.

Of each row: its function, by `rules.forms`; a kernel, which applies it along a run or over lanes;
and the cases of the machine's two switches.
"""

from __future__ import annotations

import sys
from pathlib import Path

from autograd.program.schedule import OPCODES
from autograd.rules import forms
from autograd.rules.primitive import TABLE, Primitive

_LETTERS = "abc"


def source() -> str:
    """Return the C header that the machine includes."""
    numbers = ", ".join(f"OP_{name} = {number}" for name, number in OPCODES.items())
    rows = list(TABLE.values())
    return "\n".join(
        [
            "/* Written by autograd/program/native/generate.py. */",
            f"enum {{ {numbers} }};",
            forms.helpers(rows, "c"),
            *[kernel for row in rows for kernel in _kernels(row)],
            _switch("UNIFORM_CASES", [case for row in rows for case in _uniform_cases(row)]),
            _switch("LANE_CASES", [case for row in rows for case in _lane_cases(row)]),
            "",
        ]
    )


def names() -> str:
    """Return the C header with the instructions that the machine was compiled for."""
    return f'#define DUALGRAD_INSTRUCTIONS "{" ".join(OPCODES)}"\n'


def _switch(name: str, cases: list[str]) -> str:
    return f"#define {name} \\\n" + " \\\n".join(cases)


def _expression(row: Primitive, operands: list[str]) -> str:
    return forms.printed(row, "c", operands)


def _forms(row: Primitive) -> list[tuple[str, int]]:
    """Return the suffixes of a row's kernels, each with the operand that is uniform, or -1."""
    return [("", -1), ("_FIRST_UNIFORM", 0), ("_SECOND_UNIFORM", 1)][: 3 if row.arity == 2 else 1]


def _kernels(row: Primitive) -> list[str]:
    """Return the functions that apply a row to n numbers."""
    if row.arity is None:
        return []
    kernels = []
    for suffix, uniform in _forms(row):
        letters = _LETTERS[: row.arity]
        parameters = [
            f"double {x}" if i == uniform else f"const double *restrict {x}"
            for i, x in enumerate(letters)
        ]
        operands = [x if i == uniform else f"{x}[i]" for i, x in enumerate(letters)]
        kernels.append(
            f"KERNEL void k_{row.name}{suffix}(long n, double *restrict out, "
            f"{', '.join(parameters)}) {{\n"
            f"    for (long i = 0; i < n; i++)\n"
            f"        out[i] = {_expression(row, operands)};\n}}"
        )
    return kernels


def _uniform_cases(row: Primitive) -> list[str]:
    """Return what is done with a row once: number by number, or along a run."""
    if row.arity is None:
        return [f"case OP_{row.name}: VARIADIC_UNIFORM(dg_{row.name})"]
    operands = [f"x[p[{i} * n + i_]]".replace("0 * n + ", "") for i in range(row.arity)]
    cases = [
        f"case OP_{row.name}: for (long i_ = 0; i_ < n; i_++) "
        f"x[first + i_] = {_expression(row, operands)}; p += {row.arity} * n; break;"
    ]
    if row.arity == 1:
        cases.append(
            f"case OP_{row.name}_RUN: k_{row.name}(n, x + first, x + p[0]); p += 2; break;"
        )
    if row.arity == 2:
        cases.append(
            f"case OP_{row.name}_RUN: "
            f"if (!p[1]) k_{row.name}_FIRST_UNIFORM(n, x + first, x[p[0]], x + p[2]); "
            f"else if (!p[3]) k_{row.name}_SECOND_UNIFORM(n, x + first, x + p[0], x[p[2]]); "
            f"else k_{row.name}(n, x + first, x + p[0], x + p[2]); p += 4; break;"
        )
    return cases


def _lane_cases(row: Primitive) -> list[str]:
    """Return what is done with a row for each of a block of lanes."""
    if row.arity is None:
        return [f"case OP_{row.name}: VARIADIC_LANES(dg_{row.name})"]
    cases = []
    for suffix, uniform in _forms(row):
        operands = [
            f"uniform[p[{1 + i} * n + i_]]" if i == uniform else f"SLOT(p[{1 + i} * n + i_])"
            for i in range(row.arity)
        ]
        cases.append(
            f"case OP_{row.name}{suffix}: for (long i_ = 0; i_ < n; i_++) "
            f"k_{row.name}{suffix}(width, SLOT(p[i_]), {', '.join(operands)}); "
            f"p += {1 + row.arity} * n; break;"
        )
    return cases


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rows.h").write_text(source(), "utf-8")
    (folder / "names.h").write_text(names(), "utf-8")
