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

from autograd.text.names import hint
from autograd.text.words import counted
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
    """The names in the file of the classes 0, 1, ...; None where the target is a number."""


Row = tuple[int, list[str]]
"""The number of a line, counted from 1, and its cells."""


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
    file = str(path)
    (first, names), *rows = _rows(_text(Path(path), file), file)
    _check_names(names, f"{file}, line {first}")
    column = _position(target, names, file)
    if len(names) == 1:
        raise ValueError(f"{file} has only the column {names[0]!r}: features are missing")
    if not rows:
        raise ValueError(f"{file} has column names, but no rows")
    for line, cells in rows:
        if len(cells) != len(names):
            raise ValueError(
                f"{file}, line {line}: {counted(len(cells), 'cell')}, but the first line names "
                f"{len(names)} columns"
            )
    others = [i for i in range(len(names)) if i != column]
    X = np.column_stack([_numbers(rows, i, names[i], file) for i in others])
    y, classes = _targets(rows, column, names[column], file)
    return Table(X, y, [names[i] for i in others], names[column], classes)


def _text(path: Path, file: str) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")  # spreadsheets put a byte order mark first
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(
            f"{file}, line {line}: this is not UTF-8 text (byte {data[error.start]:#x}): save the "
            "file as CSV in UTF-8"
        ) from None


def _rows(text: str, file: str) -> list[Row]:
    """Return the lines that are not blank; there is one at least."""
    best = max(DELIMITERS, key=lambda delimiter: len(_first(text, delimiter)))
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=best, skipinitialspace=True, strict=True)
    rows = []
    start = 1  # a cell in quotes may go over several lines
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) or len(cells) > 1:
                rows.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{file}, line {start}: {error}: check the quotes") from None
    if not rows:
        raise ValueError(f"{file} is empty: the first line must name the columns")
    return rows


def _first(text: str, delimiter: str) -> list[str]:
    """Return the cells of the first line that is not blank."""
    lines = io.StringIO(text.lstrip("\r\n "), newline="")
    try:
        return next(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def _check_names(names: list[str], place: str) -> None:
    for i, name in enumerate(names):
        where = f"{place}, column {i} (counted from 0)"
        if not name:
            raise ValueError(f"{where} has no name: give it one, or remove it")
        if name in names[:i]:
            raise ValueError(f"{where}: the name {name!r} is there already")
    if all(_number(name) is not None for name in names):
        raise ValueError(f"{place} holds numbers only: the first line must name the columns")


def _position(target: str | int, names: list[str], file: str) -> int:
    if isinstance(target, str) and target in names:
        return names.index(target)
    if isinstance(target, bool) or not isinstance(target, (str, int)):
        raise TypeError(f"target must be the name or the position of a column, not {target!r}")
    try:
        return range(len(names))[int(target)]
    except (ValueError, IndexError):
        raise ValueError(
            f"{file} has no column {target!r}{hint(target, names)} for a target; it has "
            f"{', '.join(names)}"
        ) from None


def _numbers(rows: list[Row], column: int, name: str, file: str) -> Array:
    """Return the numbers of a column; the error names the first cell that holds none."""
    numbers = [_number(cells[column]) for _, cells in rows]
    if None in numbers:
        line, cells = rows[numbers.index(None)]
        _refuse(cells[column], f"{file}, line {line}, column {name!r}")
    return np.array(numbers, dtype=np.float64)


def _targets(
    rows: list[Row], column: int, name: str, file: str
) -> tuple[NDArray[Any], list[str] | None]:
    """Return the targets, and the names of the classes where they are text."""
    texts = [cells[column] for _, cells in rows]
    if not any(texts) or any(_number(text) is not None for text in texts):
        return _whole(_numbers(rows, column, name, file)), None
    if "" in texts:
        _refuse("", f"{file}, line {rows[texts.index('')][0]}, column {name!r}")
    classes, labels = np.unique(texts, return_inverse=True)
    return labels.astype(np.int64), classes.tolist()


def _whole(y: Array) -> NDArray[Any]:
    """Return it as int64 where nothing is lost: up to 2⁵³ doubles hold every whole number."""
    return y.astype(np.int64) if np.all((y == np.floor(y)) & (np.abs(y) <= 2.0**53)) else y


def _number(cell: str) -> float | None:
    """Return the finite number in a cell; None for anything else."""
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
