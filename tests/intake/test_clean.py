"""A table that was read before is held to its shape, and to its mark, each time."""

import hashlib
import json

import duckdb
import pytest
from tests.cohort.office import case, spec, write

from evalkit.errors import DataError, StudyError
from evalkit.intake.clean import read_clean
from evalkit.intake.export import read_export
from evalkit.intake.identity import Pseudonyms
from evalkit.intake.store import store
from evalkit.schema import load_schema
from evalkit.trace import recording
from evalkit.words import sentence

ROWS = [case("a"), case("b", age=None, linked=None, assigned="comparison")]


def refusal(path, shape="cases", status="confidential"):
    with pytest.raises((DataError, StudyError)) as caught:
        read_clean(spec(path, shape, status))
    return sentence(caught.value, "en")


def test_a_table_comes_back_with_its_types_and_its_gaps(tmp_path):
    table = read_clean(spec(write(tmp_path, "cases", ROWS), "cases"))

    frame = table.frame
    assert list(frame.columns) == list(load_schema("cases").columns)
    assert frame["person_id"].tolist() == ["a", "b"]
    assert frame["age"].isna().tolist() == [False, True]
    assert frame["linked"].tolist()[0] is True and frame["linked"].isna().tolist() == [False, True]
    assert frame["index_date"].dt.year.tolist() == [2023, 2023]


def test_only_a_table_that_is_not_confidential_has_a_fingerprint(tmp_path):
    path = write(tmp_path, "cases", ROWS, made_up=True)

    assert len(read_clean(spec(path, "cases", "made_up")).fingerprint) == 64
    assert read_clean(spec(write(tmp_path, "cases", ROWS), "cases")).fingerprint == ""


def test_the_file_is_noted_as_read(tmp_path):
    path = write(tmp_path, "cases", ROWS)
    with recording() as trace:
        read_clean(spec(path, "cases"))

    # And that there is no record: when one comes, what it says counts.
    assert set(trace.reads) == {(str(path), ""), (str(path.with_suffix(".json")), "")}


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"area": "yiliang"}, "says that area yiliang handed this table in, not guigang"),
        ({"fingerprint": "0" * 64}, "changed or exchanged since evalkit read wrote it"),
        (["no", "record"], "the record of a table cannot be read"),
    ],
)
def test_a_table_that_its_record_does_not_tell_of_is_refused(tmp_path, record, told):
    path = write(tmp_path, "cases", ROWS)
    true = {"area": "guigang", "fingerprint": hashlib.sha256(path.read_bytes()).hexdigest()}
    beside = path.with_suffix(".json")
    beside.write_text(json.dumps(true), encoding="utf-8")
    assert read_clean(spec(path, "cases")).n == 2

    beside.write_text(json.dumps(true | record if isinstance(record, dict) else record), "utf-8")

    assert told in refusal(path)


@pytest.mark.parametrize(
    ("made_up", "status", "told"),
    [
        (True, "confidential", "these data are made up, but the study file calls them"),
        (False, "made_up", "does not carry the mark of made-up data"),
    ],
)
def test_a_mark_that_the_study_does_not_know_is_refused(tmp_path, made_up, status, told):
    path = write(tmp_path, "cases", ROWS, made_up=made_up)

    assert told in refusal(path, status=status)


def test_a_missing_file_an_empty_folder_and_a_broken_file_are_told_apart(tmp_path):
    (tmp_path / "empty.parquet").mkdir()
    broken = tmp_path / "cases.parquet"
    broken.write_bytes(b"PAR1 and no more")

    assert "there is no such file" in refusal(tmp_path / "none.parquet")
    assert "the folder holds no Parquet file" in refusal(tmp_path / "empty.parquet")
    assert "not a Parquet file that can be read" in refusal(broken)


def test_a_table_of_another_shape_names_the_columns(tmp_path):
    path = write(tmp_path, "events", [])

    told = refusal(path)
    assert "not the table cases" in told and "index_date" in told


def test_a_column_of_another_type_is_named(tmp_path):
    path = write(tmp_path, "cases", ROWS)
    with duckdb.connect() as database:
        changed = f"SELECT * REPLACE (CAST(age AS VARCHAR) AS age) FROM '{path}'"
        database.execute(f"COPY ({changed}) TO '{tmp_path / 'other.parquet'}' (FORMAT parquet)")

    assert refusal(tmp_path / "other.parquet").count("age") == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (case("a"), "twice"),
        (case("c", follow_up_end="2022-01-01"), "follow_up_end_before_index"),
        (case("c", age=7), "below"),
        (case("c", index_date=None), "empty"),
    ],
)
def test_what_the_shape_forbids_is_refused_without_a_cell(tmp_path, row, code):
    told = refusal(write(tmp_path, "cases", [*ROWS, row]))

    assert f"1 row(s) break a rule of the table ({code})" in told
    assert "2022" not in told


def made_up_file(folder, banner, number):
    path = folder / "x.csv"
    title = f"{banner},,\n" if banner else ""
    path.write_text(
        f"{title}活动编号,参加者编号,签到日期\nH1,{number},2025-03-01\n", encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("banner", "number", "made_up"),
    [
        ("", "P0042", False),
        ("某活动签到表", "P0042", False),
        ("虚构样例数据 MADE-UP DATA", "P0042", True),
        ("签到表（MADE-UP DATA）", "P0042", True),
        ("", "XUGOU0042", True),
        ("", "990101200901013819", True),
    ],
)
def test_an_export_that_says_so_is_stored_with_the_mark(tmp_path, banner, number, made_up):
    shape = load_schema("attendance")
    path = made_up_file(tmp_path, banner, number)
    with read_export(path, shape, Pseudonyms(b"k" * 32)) as made:
        assert (made.made_up, made.problems) == (made_up, ())
        stored = store(made, tmp_path / "clean" / "attendance.parquet", {})

    status = "made_up" if made_up else "confidential"
    assert len(read_clean(spec(stored, "attendance", status)).frame) == 1
    assert refusal(stored, "attendance", "confidential" if made_up else "made_up")
