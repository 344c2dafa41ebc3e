"""Every row of the table, value and first two derivatives, by everything that runs programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd import TABLE, Primitive, grad, hessian
from autograd.program.trace import trace
from tests import oracles
from tests.languages import ULPS
from tests.programs import RUNNERS, Case, check, flat

ROWS = list(TABLE.values())


def subjects(row: Primitive, width: int) -> dict[str, Callable[..., Any]]:
    """The row, its gradient and its second derivatives."""
    argnums = tuple(range(width))
    return {
        row.name: row,
        f"gradient of {row.name}": grad(row, argnums),
        f"hessian of {row.name}": hessian(row, argnums),
    }


def points_of(row: Primitive) -> dict[int, list[list[float]]]:
    """Points of the domain and special ones, by how many arguments they have."""
    points = [*oracles.samples(row), *[special.at for special in row.special]]
    if row.arity is None:
        points += [point[:2] for point in oracles.samples(row)]
    by_width: dict[int, list[list[float]]] = {}
    for point in points:
        by_width.setdefault(len(point), []).append(list(point))
    return by_width


@pytest.fixture(scope="module")
def table() -> tuple[list[Case], list[list[list[float]]]]:
    """The programs, and what eager evaluation gives."""
    cases: list[Case] = []
    wanted: list[list[list[float]]] = []
    for row in ROWS:
        for width, points in points_of(row).items():
            for name, f in subjects(row, width).items():
                program = trace(f, *points[0])
                cases.append(Case(f"{name} of {width}", program, points))
                wanted.append([flat(program, f(*point)) for point in points])
    return cases, wanted


@pytest.mark.parametrize("runner", RUNNERS)
def test_rows_and_derivatives(
    runner: str, table: tuple[list[Case], list[list[list[float]]]], tmp_path: Path
) -> None:
    cases, wanted = table
    check(cases, RUNNERS[runner](cases, tmp_path), wanted, ULPS.get(runner, 4))
