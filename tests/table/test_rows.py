"""The rows of a table: what they are as an expression, and what of a file is read for it."""

import gc

import duckdb
import pandas as pd
import pytest

from evalkit.errors import DataError
from evalkit.schema import load_schema
from evalkit.table import FrameRows, ParquetRows, ask
from evalkit.table.engine import disk

TYPES = {"word": "VARCHAR", "n": "BIGINT", "share": "DOUBLE", "met": "BOOLEAN", "day": "DATE"}


@pytest.fixture
def path(tmp_path):
    """Three rows; the second has nothing, and a column that no table has lies beside them."""
    file = tmp_path / "t.parquet"
    with duckdb.connect(":memory:") as database:
        database.execute(
            "COPY (SELECT * FROM (VALUES "
            "('b', 2::BIGINT, 0.5::DOUBLE, true, DATE '2024-02-29', 'x'), "
            "(NULL, NULL, NULL, NULL, NULL, 'y'), ('', 1, 1.0, false, DATE '2024-03-01', 'z')) "
            "AS v(word, n, share, met, day, other)) "
            f"TO '{file}' (FORMAT parquet)"
        )
    return file


def opened(path, **more):
    return ParquetRows(path.read_bytes(), path, {**TYPES, **more})


def test_a_file_is_a_frame_in_its_own_order(path):
    frame = opened(path).frame

    assert frame.columns.tolist() == list(TYPES)
    assert frame["word"].tolist()[0] == "b"
    assert [str(frame[name].dtype) for name in ("met", "day")] == ["boolean", "datetime64[us]"]


def test_columns_are_those_of_the_frame(path):
    rows = opened(path)

    pd.testing.assert_frame_equal(rows.columns(["met", "word"]), rows.frame[["met", "word"]])


def test_what_is_counted_in_a_file_is_what_its_frame_holds(path):
    rows = opened(path)

    # An empty text is a missing one.
    assert (rows.n, rows.missing()) == (3, {"word": 2, "n": 1, "share": 1, "met": 1, "day": 1})
    assert (FrameRows(rows.frame).n, FrameRows(rows.frame).missing()) == (rows.n, rows.missing())


def test_a_column_that_the_file_does_not_have_yet_is_missing_in_every_row(path):
    rows = opened(path, later="VARCHAR")

    assert "later" not in rows.found
    assert rows.missing()["later"] == 3
    assert rows.columns(["later"])["later"].isna().all()
    assert ask(rows.expression().later.count()).iloc[0, 0] == 0


def test_the_expressions_of_a_file_and_of_its_frame_are_equal(path):
    file = opened(path)
    frame = FrameRows(file.frame)

    for rows in (file.expression(), frame.expression()):
        by = rows.group_by("met").aggregate(n=rows.count(), words=rows.word.count())

        found = ask(by.order_by("met")).astype(object).fillna("none").values.tolist()
        assert found == [[False, 1, 0], [True, 1, 1], ["none", 1, 0]]
        assert ask(rows.n.sum()).iloc[0, 0] == 3


def test_expressions_of_two_tables_can_be_joined(path):
    one, other = opened(path).expression(), FrameRows(pd.DataFrame({"n": [1, 1, 5]}))
    other = other.expression()

    assert ask(one.join(other, one.n == other.n).count()).iloc[0, 0] == 2


def test_only_the_columns_that_are_asked_for_are_read(path):
    # Bytes of one column are spoilt; whoever does not ask for it does not meet them.
    raw = path.read_bytes()
    with duckdb.connect(":memory:") as database:
        place, size = database.execute(
            "SELECT data_page_offset, total_compressed_size FROM "
            f"parquet_metadata('{path}') WHERE path_in_schema = 'day'"
        ).fetchall()[0]
    spoilt = raw[:place] + b"\xff" * size + raw[place + size :]
    rows = ParquetRows(spoilt, path, TYPES)

    assert rows.columns(["word"])["word"].tolist()[0] == "b"
    assert ask(rows.expression().met.sum()).iloc[0, 0] == 1
    with pytest.raises(DataError) as caught:
        rows.columns(["day"])
    assert caught.value.key == "clean_broken"


def test_a_file_that_is_none_is_refused(path):
    with pytest.raises(DataError) as caught:
        ParquetRows(b"PAR1 and nothing", path, TYPES).found  # noqa: B018

    assert caught.value.key == "clean_broken"


def test_the_bytes_of_a_table_go_when_it_does_unless_an_expression_has_them(path):
    rows = opened(path)
    file = rows.address.removeprefix("memory:/")
    assert file in disk().store

    del rows

    assert file not in disk().store
    expression = opened(path).expression()
    gc.collect()
    assert ask(expression.count()).iloc[0, 0] == 3


def test_a_name_of_a_column_cannot_leave_its_quotes():
    frame = pd.DataFrame({'a" FROM x; --': ["one", ""], "率": [1.0, None]})

    rows = FrameRows(frame).expression()

    assert ask(rows.count()).iloc[0, 0] == 2
    assert ask(rows['a" FROM x; --'].count()).iloc[0, 0] == 1


def test_every_type_of_an_office_s_table_has_an_expression():
    from evalkit.intake.cells import TYPES as STORED
    from evalkit.table.engine import TYPES as KNOWN

    assert {*STORED.values()} == {*KNOWN}
    assert all(column.kind in STORED for column in load_schema("cases").columns.values())
