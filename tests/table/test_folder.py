"""A table in several Parquet files is the table that they are together, or is refused."""

import hashlib
import os
import subprocess

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.errors import DataError
from evalkit.files import folder_sha256
from evalkit.table import FolderRows, ParquetRows, ask
from evalkit.words import sentence

TYPES = {"word": "VARCHAR", "n": "BIGINT", "share": "DOUBLE", "met": "BOOLEAN", "day": "DATE"}
ROWS = "SELECT * FROM (VALUES {}) AS v(word, n, share, met, day)"
ONE = "('b', 2::BIGINT, 0.5::DOUBLE, true, DATE '2024-02-29')"
OTHER = (
    "('a', NULL::BIGINT, NULL::DOUBLE, NULL::BOOLEAN, DATE '2024-03-01'), ('', 1, 1, false, NULL)"
)


def put(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as database:
        place = str(path).replace("'", "''")
        database.execute(f"COPY ({rows}) TO '{place}' (FORMAT parquet)")


@pytest.fixture
def folder(tmp_path):
    """Three rows in two files; the second file's are the second and third."""
    path = tmp_path / "t.parquet"
    put(path / "a.parquet", ROWS.format(ONE))
    put(path / "b" / "a.parquet", ROWS.format(OTHER))
    return path


def refused(path, **more):
    """Return the sentence with which a folder is refused."""
    with pytest.raises(DataError) as caught:
        rows = FolderRows(path, {**TYPES, **more})
        rows.found, rows.frame  # noqa: B018
    return sentence(caught.value, "en")


def test_the_rows_are_those_of_the_files_in_the_order_of_their_names(folder, tmp_path):
    whole = tmp_path / "whole.parquet"
    put(whole, ROWS.format(f"{ONE}, {OTHER}"))
    one = ParquetRows(whole.read_bytes(), whole, TYPES)

    rows = FolderRows(folder, TYPES)

    pd.testing.assert_frame_equal(rows.frame, one.frame)
    pd.testing.assert_frame_equal(rows.columns(["day", "word"]), one.columns(["day", "word"]))
    assert (rows.n, rows.missing()) == (3, one.missing())
    assert ask(rows.expression().n.sum()).iloc[0, 0] == 3
    # An empty text is a missing one.
    assert ask(rows.expression().word.count()).iloc[0, 0] == 2


def test_each_row_has_a_number_of_its_own(folder):
    rows = FolderRows(folder, TYPES)

    numbers = duckdb.connect().execute(f"SELECT row_number FROM {rows.source}").fetchall()

    assert sorted(n for (n,) in numbers) == [1, 2**40 + 1, 2**40 + 2]


def test_the_fingerprint_is_that_of_the_list_that_sha256sum_prints(folder):
    (folder / "_SUCCESS").touch()
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    printed = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, check=True)

    assert FolderRows(folder, TYPES).fingerprint == hashlib.sha256(printed.stdout).hexdigest()


@given(st.dictionaries(st.text("ab/é", min_size=1), st.text("01", min_size=1), min_size=1))
@LAW
def test_the_fingerprint_of_a_folder_tells_every_name_and_digest(digests):
    name = next(iter(digests))
    rest = {n: d for n, d in digests.items() if n != name}

    assert folder_sha256(dict(reversed(digests.items()))) == folder_sha256(digests)
    assert folder_sha256(digests) not in (
        folder_sha256(rest),
        folder_sha256({**digests, name: digests[name] + "0"}),
        folder_sha256({**rest, name + "x": digests[name]}),
    )


def test_a_column_can_stand_in_the_names_of_the_folders(tmp_path):
    path = tmp_path / "t.parquet"
    short = ROWS.replace("SELECT *", "SELECT * EXCLUDE (word, n)")
    for value, n in (("东 区%2F1", 7), ("__HIVE_DEFAULT_PARTITION__", 8)):
        put(path / f"word={value}" / f"n={n}" / "0.parquet", short.format(ONE))

    rows = FolderRows(path, TYPES)

    assert rows.found["n"] == "BIGINT"
    # The order is that of the names: "_" stands before Chinese letters.
    assert rows.frame["n"].tolist() == [8, 7]
    assert rows.frame["word"].isna().tolist() == [True, False]
    assert rows.frame["word"].tolist()[1] == "东 区/1"


def test_a_folder_of_rows_without_a_value_leaves_its_column_its_type(tmp_path):
    path = tmp_path / "t.parquet"
    short = ROWS.replace("SELECT *", "SELECT * EXCLUDE (n)")
    for n in ("__HIVE_DEFAULT_PARTITION__", "3"):
        put(path / f"n={n}" / "0.parquet", short.format(ONE))

    rows = FolderRows(path, TYPES)

    assert rows.found["n"] == "BIGINT"
    assert rows.frame["n"].isna().tolist() == [False, True]


def test_a_folder_name_that_is_no_value_of_its_column_is_of_another_type(tmp_path):
    path = tmp_path / "t.parquet"
    short = ROWS.replace("SELECT *", "SELECT * EXCLUDE (n)")
    put(path / "n=1" / "0.parquet", short.format(ONE))
    put(path / "n=many" / "0.parquet", short.format(ONE))

    assert FolderRows(path, TYPES).found["n"] == "VARCHAR"


def test_a_file_that_is_cut_short_is_named(folder):
    whole = (folder / "b" / "a.parquet").read_bytes()
    (folder / "b" / "a.parquet").write_bytes(whole[: len(whole) // 2])

    assert "the file b/a.parquet cannot be read as Parquet; it may be cut short" in refused(folder)


def test_a_file_that_is_spoilt_inside_is_refused_when_it_is_read(folder):
    part = folder / "b" / "a.parquet"
    raw = part.read_bytes()
    with duckdb.connect() as database:
        place, size = database.execute(
            "SELECT data_page_offset, total_compressed_size FROM "
            f"parquet_metadata('{part}') WHERE path_in_schema = 'day'"
        ).fetchall()[0]
    part.write_bytes(raw[:place] + b"\xff" * size + raw[place + size :])

    assert "not a Parquet file that can be read" in refused(folder)


@pytest.mark.parametrize("name", ["rows.csv", "b/_part.txt", ".hidden"])
def test_a_foreign_file_is_named_and_not_passed_over(folder, name):
    (folder / name).write_text("x", encoding="utf-8")

    assert f"among the Parquet files lies {name}, which is none" in refused(folder)


def test_a_link_to_a_folder_is_named_and_not_followed(folder):
    (folder / "again.parquet").symlink_to(folder)

    assert "among the Parquet files lies again.parquet, which is none" in refused(folder)
    (folder / "again.parquet").unlink()
    (folder / "c.parquet").symlink_to(folder / "a.parquet")
    assert FolderRows(folder, TYPES).n == 4


@pytest.mark.parametrize("name", ["_SUCCESS", "_metadata", "_common_metadata", ".a.parquet.crc"])
def test_what_other_programs_put_beside_their_files_is_no_part(folder, name):
    (folder / name).write_text("x", encoding="utf-8")

    assert FolderRows(folder, TYPES).n == 3


def test_an_empty_folder_and_one_that_cannot_be_read_are_refused(tmp_path):
    empty = tmp_path / "t.parquet"
    empty.mkdir()

    assert "the folder holds no Parquet file" in refused(empty)
    assert "there is no such file" in refused(tmp_path / "none.parquet")


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (ROWS.replace("SELECT *", "SELECT * EXCLUDE (n)"), "n"),
        (ROWS.replace("SELECT *", "SELECT * REPLACE (CAST(n AS INTEGER) AS n)"), "n"),
        (ROWS.replace("SELECT *", "SELECT * REPLACE (CAST(day AS VARCHAR) AS day)"), "day"),
    ],
)
def test_files_that_disagree_about_a_column_are_refused(folder, rows, columns):
    put(folder / "c.parquet", rows.format(OTHER))

    assert f"the files a.parquet and c.parquet differ in {columns}" in refused(folder)


def test_a_column_that_no_table_has_may_be_in_some_files_only(folder):
    put(folder / "c.parquet", ROWS.replace("SELECT *", "SELECT *, 1 AS more").format(ONE))

    assert FolderRows(folder, TYPES).n == 4
    assert FolderRows(folder, TYPES).frame["n"].isna().tolist() == [False, True, False, False]


def test_a_folder_s_name_with_a_column_must_stand_above_every_file(folder):
    put(folder / "later=1" / "a.parquet", ROWS.format(ONE))

    assert "differ in later" in refused(folder)


def test_a_column_in_the_file_and_in_the_folder_s_name_is_refused(tmp_path):
    put(tmp_path / "t.parquet" / "n=3" / "0.parquet", ROWS.format(ONE))

    assert "in n=3/0.parquet a column stands both" in refused(tmp_path / "t.parquet")


def test_a_sign_that_stands_for_others_reads_no_other_file(tmp_path):
    path = tmp_path / "it's [ab]*.parquet"
    put(path / "[ab].parquet", ROWS.format(ONE))
    put(tmp_path / "it's a.parquet" / "a.parquet", ROWS.format(OTHER))

    assert FolderRows(path, TYPES).frame["word"].tolist() == ["b"]


@pytest.mark.parametrize("change", ["more", "less", "written"])
def test_a_folder_that_changes_while_it_is_used_is_refused(folder, change):
    rows = FolderRows(folder, TYPES)
    expression, counted = rows.expression(), rows.n
    if change == "more":
        put(folder / "c.parquet", ROWS.format(ONE))
    elif change == "less":
        (folder / "a.parquet").unlink()
    else:
        put(folder / "a.parquet", ROWS.format(ONE.replace("'b'", "'c'")))
        os.utime(folder / "a.parquet", ns=(1, 1))

    assert counted == 3
    for use in (lambda: ask(expression.count()), lambda: rows.columns(["n"]), rows.missing):
        with pytest.raises(DataError) as caught:
            use()
        assert caught.value.key == "place.folder_changed"
