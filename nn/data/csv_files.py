"""Tables of numbers in text files (CSV), read for training; a bad cell is named by its place."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.text.names import hint
from autograd.text.words import counted
from nn.intake import Array

DELIMITERS: Final = ",;\t|"

MOST_TEXTS: Final = 50
"""So many different texts of a column become features."""


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


def read_csv(
    path: str | PathLike[str],
    target: str | int,
    *,
    columns: Sequence[str] | None = None,
    drop: Sequence[str] = (),
    one_hot: bool = False,
) -> Table:
    r"""Read features and targets from a CSV file whose first line names the columns.

    Cells are parted by commas, semicolons, tabs or bars, whichever parts the first line most. Every
    column but the target holds numbers, or with `one_hot` text. The target holds numbers, or text:
    the texts, sorted, are the classes 0, 1, ...

    Args:
        path: the file, UTF-8.
        target: the name of the target column, or its position, counted from 0, from the end when
            negative; "-1" is the last column as well, unless one has that name.
        columns: the names of the columns that are features; by default all but the target.
        drop: the names of those that are not.
        one_hot: whether a column of texts becomes a feature for each of them, sorted, which is 1 in
            its rows and 0 in others: `colour=red`.

    Raises:
        TypeError: target is neither a text nor a whole number.
        ValueError: the file is not UTF-8, is empty or has no rows; a name in the first line is
            missing or there twice; there is no such column, or none but the target; a row is too
            short or too long; a cell is empty, or is no finite number; there are too many texts for
            features. The message has file, line and column.
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
    file, names, rows = _read(path)
    column = _position(target, names, file)
    if len(names) == 1:
        raise ValueError(f"{file} has only the column {names[0]!r}: features are missing")
    for name in (*(columns or ()), *drop):
        if name not in names:
            raise ValueError(
                f"{file} has no column {name!r}{hint(name, names)}; it has {', '.join(names)}"
            )
    if columns is not None and names[column] in columns:
        raise ValueError(f"the target {names[column]!r} cannot be a feature too")
    wanted = [i for i, name in enumerate(names) if columns is None or name in columns]
    wanted = [i for i in wanted if i != column and names[i] not in drop]
    if not wanted:
        raise ValueError(f"no column of {file} is left for a feature")
    features: dict[str, Array] = {}
    for i in wanted:
        found = _features(rows, i, names[i], file, one_hot)
        if twice := next((name for name in found if name in features), None):
            raise ValueError(f"{file}: two features would be called {twice!r}: rename a column")
        features |= found
    y, classes = _targets(rows, column, names[column], file)
    X = np.column_stack(list(features.values()))
    return Table(X, y, list(features), names[column], classes)


def read_features(path: str | PathLike[str], features: Sequence[str]) -> Array:
    r"""Read the features that a model was trained on, by their names in `read_csv`.

    Columns that are none of them are not looked at.

    Raises:
        ValueError, OSError: as `read_csv`; a column is missing, or holds a text that has no
            feature.

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "new.csv")
    ...     with open(path, "w") as file:
    ...         _ = file.write("name,colour,size\na,red,2\nb,blue,3\n")
    ...     read_features(path, ["size", "colour=blue", "colour=red"])
    array([[2., 0., 1.],
           [3., 1., 0.]])
    """
    file, names, rows = _read(path)
    found: dict[str, Array] = {}
    for feature in features:
        if feature in names:
            found[feature] = _numbers(rows, names.index(feature), feature, file)
            continue
        column = next((name for name in names if feature.startswith(f"{name}=")), None)
        if column is None:
            raise ValueError(
                f"{file} has no column for the feature {feature!r}{hint(feature, names)}; it has "
                f"{', '.join(names)}"
            )
        known = [name for name in features if name.startswith(f"{column}=")]
        for line, cells in rows:
            cell = cells[names.index(column)]
            if f"{column}={cell}" not in known:
                texts = ", ".join(name.removeprefix(f"{column}=") for name in known)
                place = f"{file}, line {line}, column {column!r}"
                raise ValueError(f"{place}: the model knows {texts}, not {cell!r}")
        text = feature.removeprefix(f"{column}=")
        found[feature] = _marks([cells[names.index(column)] for _, cells in rows], text)
    return np.column_stack(list(found.values()))


def _read(path: str | PathLike[str]) -> tuple[str, list[str], list[Row]]:
    """Return the name of a file, the names of its columns and its rows, each as long as these."""
    file = str(path)
    (first, names), *rows = _rows(_text(Path(path), file), file)
    _check_names(names, f"{file}, line {first}")
    if not rows:
        raise ValueError(f"{file} has column names, but no rows")
    for line, cells in rows:
        if len(cells) != len(names):
            raise ValueError(
                f"{file}, line {line}: {counted(len(cells), 'cell')}, but the first line names "
                f"{len(names)} columns"
            )
    return file, names, rows


def _features(
    rows: list[Row], column: int, name: str, file: str, one_hot: bool
) -> dict[str, Array]:
    """Return what a column becomes, by name: itself, or a feature for each of its texts."""
    texts = [cells[column] for _, cells in rows]
    commas = [_number(text.replace(",", ".")) for text in texts]
    if not one_hot or not _are_texts(texts) or any(number is not None for number in commas):
        return {name: _numbers(rows, column, name, file)}
    _refuse_gap(rows, column, name, file)
    values = sorted(set(texts))
    if len(values) > MOST_TEXTS:
        raise ValueError(
            f"{file}, column {name!r}: {len(values)} different texts are too many for a feature "
            f"each, {MOST_TEXTS} at most: drop the column"
        )
    return {f"{name}={value}": _marks(texts, value) for value in values}


def _marks(texts: list[str], value: str) -> Array:
    """Return 1 where this is the text, and 0 elsewhere."""
    return np.array([text == value for text in texts], dtype=np.float64)


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
    if not _are_texts(texts):
        return _whole(_numbers(rows, column, name, file)), None
    _refuse_gap(rows, column, name, file)
    classes, labels = np.unique(texts, return_inverse=True)
    return labels.astype(np.int64), classes.tolist()


def _are_texts(texts: list[str]) -> bool:
    """Whether these cells hold text, and no number."""
    return any(texts) and all(_number(text) is None for text in texts)


def _refuse_gap(rows: list[Row], column: int, name: str, file: str) -> None:
    """Raise a ValueError for the first empty cell of a column, if there is one."""
    for line, cells in rows:
        if not cells[column]:
            _refuse("", f"{file}, line {line}, column {name!r}")


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
