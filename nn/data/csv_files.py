"""Tables of numbers in text files (CSV), read for training; a bad cell is named by its place."""

from __future__ import annotations

import csv
import io
import math
from os import PathLike
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn.intake import Array

DELIMITERS: Final = ",;\t|"


class Table(NamedTuple):
    """The samples of a file: `X, y, *_ = read_csv(...)`."""

    X: Array
    """The features, float64 of shape (n, d)."""
    y: NDArray[Any]
    """The targets of shape (n,): int64 where all are whole numbers or classes, else float64."""
    features: list[str]
    """The names of the columns of X."""
    target: str
    """The name of the target column."""
    classes: list[str] | None
    """What the classes 0, 1, ... are called in the file; None where the target is a number."""


class _Row(NamedTuple):
    line: int
    cells: list[str]


def read_csv(path: str | PathLike[str], target: str | int) -> Table:
    r"""Read features and targets from a CSV file whose first line names the columns.

    Cells are parted by commas, semicolons, tabs or bars, whichever parts the first line most. Every
    column but the target holds numbers. The target holds numbers, or text: the texts, sorted, are
    the classes 0, 1, ...

    Args:
        path: the file, UTF-8.
        target: the name of the target column, or its position, counted from 0, from the end when
            negative; "-1" is the last column as well, unless one has that name.

    Raises:
        TypeError: target is neither a text nor a whole number.
        ValueError: the file is not UTF-8, is empty or has no rows; a name in the first line is
            missing or there twice; there is no such target, or no other column; a row is too short
            or too long; a cell is empty, or is no finite number. The message has file, line and
            column.
        OSError: the file cannot be read.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "iris.csv")
    ...     with open(path, "w") as file:
    ...         _ = file.write("length,width,kind\n5.1,3.5,setosa\n7,3.2,versicolor\n")
    ...     X, y, features, target, classes = read_csv(path, "kind")
    >>> X.tolist(), y.tolist(), features, classes
    ([[5.1, 3.5], [7.0, 3.2]], [0, 1], ['length', 'width'], ['setosa', 'versicolor'])
    """
    name = str(path)
    header, rows = _parted(_text(Path(path), name), name)
    names = _names(header, name)
    column = _position(target, names, name)
    if len(names) == 1:
        raise ValueError(f"{name} has only the column {names[0]!r}: features are missing")
    if not rows:
        raise ValueError(f"{name} has column names, but no rows")
    for row in rows:
        _check_length(row, len(names), name)
    X = np.array([_features(row, column, names, name) for row in rows])
    y, classes = _targets(rows, column, names[column], name)
    return Table(X, y, [n for i, n in enumerate(names) if i != column], names[column], classes)


def _text(path: Path, name: str) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")  # spreadsheets put a byte order mark first
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(
            f"{name}, line {line}: this is not UTF-8 text (byte {data[error.start]:#x}): save the "
            "file as CSV in UTF-8"
        ) from None


def _parted(text: str, name: str) -> tuple[_Row, list[_Row]]:
    """The first line that is not blank, and the others."""
    best = max(DELIMITERS, key=lambda delimiter: len(_first(text, delimiter)))
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=best, skipinitialspace=True, strict=True)
    rows = []
    start = 1  # a cell in quotes may go over several lines
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) or len(cells) > 1:
                rows.append(_Row(start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{name}, line {start}: {error}: check the quotes") from None
    if not rows:
        raise ValueError(f"{name} is empty: the first line must name the columns")
    return rows[0], rows[1:]


def _first(text: str, delimiter: str) -> list[str]:
    """The cells of the first line that is not blank."""
    lines = io.StringIO(text.lstrip("\r\n "), newline="")
    try:
        return next(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def _names(header: _Row, name: str) -> list[str]:
    for i, column in enumerate(header.cells):
        place = f"{name}, line {header.line}, column {i}"
        if not column:
            raise ValueError(f"{place} (counted from 0) has no name: give it one, or remove it")
        if column in header.cells[:i]:
            raise ValueError(f"{place} (counted from 0): the name {column!r} is there already")
    if all(_number(cell) is not None for cell in header.cells):
        raise ValueError(
            f"{name}, line {header.line} holds numbers only: the first line must name the columns"
        )
    return header.cells


def _position(target: str | int, names: list[str], name: str) -> int:
    if isinstance(target, str) and target in names:
        return names.index(target)
    if isinstance(target, bool) or not isinstance(target, (str, int)):
        raise TypeError(f"target must be the name or the position of a column, not {target!r}")
    try:
        return range(len(names))[int(target)]
    except (ValueError, IndexError):
        raise ValueError(
            f"{name} has no column {target!r} for a target; it has {', '.join(names)}"
        ) from None


def _check_length(row: _Row, width: int, name: str) -> None:
    cells = len(row.cells)
    if cells != width:
        raise ValueError(
            f"{name}, line {row.line}: {cells} cell{'s' if cells > 1 else ''}, but the first line "
            f"names {width} columns"
        )


def _features(row: _Row, column: int, names: list[str], name: str) -> list[float]:
    numbers = []
    for i, cell in enumerate(row.cells):
        if i != column:
            number = _number(cell)
            if number is None:
                _refuse(cell, f"{name}, line {row.line}, column {names[i]!r}")
            else:
                numbers.append(number)
    return numbers


def _targets(
    rows: list[_Row], column: int, target: str, name: str
) -> tuple[NDArray[Any], list[str] | None]:
    """The targets, and the names of the classes where they are text."""
    cells = [row.cells[column] for row in rows]
    numbers = [_number(cell) for cell in cells]
    if not any(cells) or any(number is not None for number in numbers):
        for row, cell, number in zip(rows, cells, numbers, strict=True):
            if number is None:
                _refuse(cell, f"{name}, line {row.line}, column {target!r}")
        return _whole(np.array(numbers, dtype=np.float64)), None
    for row, cell in zip(rows, cells, strict=True):
        if not cell:
            _refuse(cell, f"{name}, line {row.line}, column {target!r}")
    classes, labels = np.unique(cells, return_inverse=True)
    return labels.astype(np.int64), classes.tolist()


def _whole(y: Array) -> NDArray[Any]:
    """As int64 where nothing is lost: up to 2⁵³ doubles hold every whole number."""
    return y.astype(np.int64) if np.all((y == np.floor(y)) & (np.abs(y) <= 2.0**53)) else y


def _number(cell: str) -> float | None:
    """The finite number in a cell; None for anything else."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in cell else None


def _refuse(cell: str, place: str) -> None:
    """Say why a cell is no number."""
    if not cell:
        raise ValueError(f"{place}: the cell is empty: fill it in, or remove the row")
    if _number(cell.replace(",", ".")) is not None:
        raise ValueError(f"{place}: {cell!r} has a decimal comma: write {cell.replace(',', '.')}")
    raise ValueError(f"{place}: {cell!r} is not a number")
