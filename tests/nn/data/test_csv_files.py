"""CSV files: what is read, and that a bad cell is named by its file, line and column."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nn.data.csv_files import MOST_TEXTS, Table, read_csv, read_features

COLUMNS = "abc"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(text: str | bytes, target: str | int = "kind") -> Table:
    """What is read of a file data.csv with this text, in the working folder."""
    path = Path("data.csv")
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_csv(path, target)


@pytest.mark.usefixtures("folder")
class TestReading:
    def test_text_labels_are_classes_in_sorted_order(self) -> None:
        read = table("width,kind,height\n1,b,2\n3,a,4.5\n5,b,-6e1\n")
        assert read.X.tolist() == [[1.0, 2.0], [3.0, 4.5], [5.0, -60.0]]
        assert (read.y.tolist(), read.y.dtype) == ([1, 0, 1], np.int64)
        assert read.features == ["width", "height"]
        assert (read.target, read.classes) == ("kind", ["a", "b"])

    def test_numbers_stay_numbers(self) -> None:
        whole, real = table("x,kind\n1,7\n2,-1\n"), table("x,kind\n1,7\n2,0.5\n")
        assert (whole.y.tolist(), whole.y.dtype, whole.classes) == ([7, -1], np.int64, None)
        assert (real.y.tolist(), real.y.dtype, real.classes) == ([7.0, 0.5], np.float64, None)
        large = table("x,kind\n1,1e20\n")
        assert (large.y.tolist(), large.y.dtype) == ([1e20], np.float64)

    @pytest.mark.parametrize("target", ["c", 2, -1, "2", "-1"])
    def test_the_target_by_name_or_position(self, target: str | int) -> None:
        read = table("a,b,c\n1,2,3\n", target)
        assert (read.target, read.features, read.X.tolist()) == ("c", ["a", "b"], [[1.0, 2.0]])

    def test_a_name_goes_before_a_position(self) -> None:
        assert table("a,1,0\n7,8,9\n", "0").y.tolist() == [9]

    @pytest.mark.parametrize("delimiter", list(",;\t|"))
    def test_delimiters(self, delimiter: str) -> None:
        text = 'x,"y, and; z",kind\n1,2,a\n3,4,b\n'
        written = io.StringIO()
        csv.writer(written, delimiter=delimiter).writerows(csv.reader(io.StringIO(text)))
        read = table(written.getvalue())
        assert read.features == ["x", "y, and; z"]
        assert read.X.tolist() == [[1.0, 2.0], [3.0, 4.0]]

    @pytest.mark.parametrize(
        "text",
        [
            "\ufeffx,kind\n1,a\n",  # a byte order mark
            "x,kind\r\n1,a\r\n",
            "x,kind\r1,a\r",
            "x,kind\n1,a",
            "\n\nx,kind\n\n1,a\n\n",
            "  \nx,kind\n1,a\n",
            ' x , "kind"\n 1 , "a"\n',
            '"x","kind"\n"1","a"\n',
        ],
    )
    def test_ways_to_write_the_same(self, text: str) -> None:
        read = table(text)
        assert read.features == ["x"]
        assert (read.X.tolist(), read.y.tolist(), read.classes) == ([[1.0]], [0], ["a"])

    def test_names_beyond_ascii(self) -> None:
        assert table("größe,kind\n1,ähnlich\n").features == ["größe"]

    @given(
        st.lists(
            st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2, st.integers(0, 5)),
            min_size=1,
            max_size=8,
        )
    )
    def test_written_numbers_come_back_to_the_last_digit(
        self, rows: list[tuple[float, float, int]]
    ) -> None:
        text = "a,b,kind\n" + "".join(f"{a!r},{b!r},{kind}\n" for a, b, kind in rows)
        read = table(text)
        assert read.X.tolist() == [[a, b] for a, b, _ in rows]
        assert read.y.tolist() == [kind for *_, kind in rows]


@pytest.mark.usefixtures("folder")
class TestRefusing:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            # cells
            ("x,kind\n1,a\nabc,b\n", "data.csv, line 3, column 'x': 'abc' is not a number"),
            ("x,kind\n\n\n1,a\n\nabc,b\n", "data.csv, line 6, column 'x': 'abc' is not a number"),
            ('x,kind\n1,"a\nb"\nabc,b\n', "data.csv, line 4, column 'x': 'abc' is not a number"),
            (
                'x,kind\n1,"a"\n"ab\nc",b\n',
                "data.csv, line 3, column 'x': 'ab\\nc' is not a number",
            ),
            ("x,kind\r\n1,a\r\nabc,b\r\n", "data.csv, line 3, column 'x': 'abc' is not a number"),
            ("x,kind\n,a\n", "data.csv, line 2, column 'x': the cell is empty"),
            ("x,kind\n1, \n", "data.csv, line 2, column 'kind': the cell is empty"),
            ("x,kind\n1,a\n1,\n", "data.csv, line 3, column 'kind': the cell is empty"),
            ("x,kind\n1,1\n1,\n", "data.csv, line 3, column 'kind': the cell is empty"),
            ("x,kind\n1,2.5\n1,abc\n", "data.csv, line 3, column 'kind': 'abc' is not a number"),
            ("x,kind\nnan,a\n", "data.csv, line 2, column 'x': 'nan' is not a number"),
            ("x,kind\n-inf,a\n", "data.csv, line 2, column 'x': '-inf' is not a number"),
            ("x,kind\n1e999,a\n", "data.csv, line 2, column 'x': '1e999' is not a number"),
            ("x,kind\n1_0,a\n", "data.csv, line 2, column 'x': '1_0' is not a number"),
            (
                "x;kind\n1,5;a\n",
                "data.csv, line 2, column 'x': '1,5' has a decimal comma: write 1.5",
            ),
            # rows
            ("x,y,kind\n1,2,a\n3,b\n", "data.csv, line 3: 2 cells, but the first line names 3 col"),
            ("x,kind\n1,a,\n", "data.csv, line 2: 3 cells, but the first line names 2 columns"),
            ("x,kind\n1\n", "data.csv, line 2: 1 cell, but the first line names 2 columns"),
            # the first line
            ("x,x,kind\n1,2,a\n", "data.csv, line 1, column 1 (counted from 0): the name 'x' is"),
            (",x,kind\n0,1,a\n", "data.csv, line 1, column 0 (counted from 0) has no name"),
            ("x,kind,\n1,a,\n", "data.csv, line 1, column 2 (counted from 0) has no name"),
            ("1,2\n3,4\n", "data.csv, line 1 holds numbers only: the first line must name the col"),
            ("x,y\n1,2\n", "data.csv has no column 'kind' for a target; it has x, y"),
            ("kind\na\n", "data.csv has only the column 'kind': features are missing"),
            # files
            ("", "data.csv is empty: the first line must name the columns"),
            ("\n\n  \n", "data.csv is empty"),
            ("\ufeff", "data.csv is empty"),
            ("x,kind\n", "data.csv has column names, but no rows"),
            (
                'x,kind\n1,"a\n2,b\n3,c\n',
                "data.csv, line 2: unexpected end of data: check the quotes",
            ),
            ('x,kind\n1,"a"b\n', "data.csv, line 2: ',' expected after '\"': check the quotes"),
        ],
    )
    def test_errors_name_the_place(self, text: str, message: str) -> None:
        with pytest.raises(ValueError, match="^" + re.escape(message)):
            table(text)

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (
                "x,kind\n1,café\n".encode("latin-1"),
                "data.csv, line 2: this is not UTF-8 text (byte 0xe9)",
            ),
            (
                "x,kind\n1,a\n".encode("utf-16"),
                "data.csv, line 1: this is not UTF-8 text (byte 0xff)",
            ),
            (b"\x89PNG\r\n\x1a\n", "data.csv, line 1: this is not UTF-8 text (byte 0x89)"),
        ],
    )
    def test_other_encodings(self, data: bytes, message: str) -> None:
        with pytest.raises(ValueError, match="^" + re.escape(message)):
            table(data)

    @pytest.mark.parametrize("target", [3, -4, "3", "1.5", ""])
    def test_an_unknown_target_lists_the_columns(self, target: str | int) -> None:
        with pytest.raises(ValueError, match=rf"no column {target!r} for a target; it has a, b, c"):
            table("a,b,c\n1,2,3\n", target)

    @pytest.mark.parametrize("target", [None, 1.0, True])
    def test_a_target_of_another_kind(self, target: Any) -> None:
        with pytest.raises(TypeError, match=f"name or the position of a column, not {target!r}"):
            table("a,b,c\n1,2,3\n", target)

    def test_a_missing_file(self, folder: Path) -> None:
        with pytest.raises(FileNotFoundError, match="nowhere"):
            read_csv(folder / "nowhere.csv", "x")

    @given(st.binary(max_size=40))
    @example(b"a,b\x00\n1,2\n")
    @example(b'"')
    @example(b"a,b\n1,2\x1c3\n")
    def test_any_bytes_give_a_table_or_a_value_error(self, data: bytes) -> None:
        message = ""
        try:
            read = table(data, -1)
        except ValueError as error:
            message = str(error)
        assert message.startswith("data.csv") or len(read.X) == len(read.y) > 0


# Columns, and text as features.

MIXED = "size,colour,kind,id\n1,red,a,x1\n2.5,blue,b,x2\n3,red,a,x3\n"


def test_texts_become_features(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_text(MIXED, encoding="utf-8")
    table = read_csv(path, "kind", drop=["id"], one_hot=True)
    assert table.features == ["size", "colour=blue", "colour=red"]
    assert table.X.tolist() == [[1.0, 0.0, 1.0], [2.5, 1.0, 0.0], [3.0, 0.0, 1.0]]
    assert (table.classes, table.y.tolist()) == (["a", "b"], [0, 1, 0])
    chosen = read_csv(path, "size", columns=["colour", "id"], drop=["id"], one_hot=True)
    assert chosen.features == ["colour=blue", "colour=red"]
    np.testing.assert_array_equal(read_features(path, table.features), table.X)
    path.write_text("colour=red,colour,y\n1,red,0\n0,blue,1\n", encoding="utf-8")
    assert read_features(path, ["colour=red"]).tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (MIXED, {"drop": ["idd"]}, "no column 'idd' .did you mean 'id'.*; it has size, colour"),
        (MIXED, {"columns": ["Size"]}, "no column 'Size'"),
        (MIXED, {"columns": ["kind"]}, "the target 'kind' cannot be a feature too"),
        (MIXED, {"columns": ["size"], "drop": ["size"]}, "no column of .* is left for a feature"),
        (MIXED, {}, "line 2, column 'colour': 'red' is not a number"),
        ("a,kind\nx,1\n,2\n", {"one_hot": True}, "line 3, column 'a': the cell is empty"),
        ("a,kind\nx,1\n3,2\n", {"one_hot": True}, "line 2, column 'a': 'x' is not a number"),
        ("a;kind\n1,5;1\n2,5;2\n", {"one_hot": True}, "'1,5' has a decimal comma: write 1.5"),
        ("a=x,a,kind\n1,x,1\n", {"one_hot": True}, "two features would be called 'a=x'"),
        (
            "a,kind\n" + "".join(f"t{i},0\n" for i in range(MOST_TEXTS + 1)),
            {"one_hot": True},
            "column 'a': 51 different texts are too many for a feature each, 50 at most: drop",
        ),
    ],
)
def test_columns_that_do_not_fit(tmp_path: Path, text: str, options: Any, message: str) -> None:
    path = tmp_path / "mixed.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_csv(path, "kind", **options)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (["sise"], "no column for the feature 'sise' .did you mean 'size'"),
        (["shape=round"], "no column for the feature 'shape=round'"),
        (["colour=blue"], "line 2, column 'colour': the model knows blue, not 'red'"),
        (["colour"], "line 2, column 'colour': 'red' is not a number"),
    ],
)
def test_features_that_are_not_there(tmp_path: Path, features: list[str], message: str) -> None:
    path = tmp_path / "mixed.csv"
    path.write_text(MIXED, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_features(path, features)
