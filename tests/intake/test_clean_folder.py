"""An office's table in a folder of Parquet files is held to its shape as one file is."""

import json
import shutil
from dataclasses import replace

import duckdb
import pandas as pd
import pytest
from tests.cohort.office import case, spec, write

from evalkit.batch.cache.fingerprints import FileHashes
from evalkit.errors import DataError, StudyError
from evalkit.intake.clean import inspect_clean, read_clean
from evalkit.intake.links import links_of
from evalkit.intake.marks import LEFT_OUT, MARK, PUBLIC
from evalkit.protocol import SPARK
from evalkit.table import SparkRows
from evalkit.trace import recording
from evalkit.words import sentence


def parts(folder, *rows, **more):
    """Write each list of rows as one file of the table of cases; return the folder."""
    path = folder / "guigang" / "folder" / "cases.parquet"
    path.mkdir(parents=True)
    for number, some in enumerate(rows):
        made = write(folder / "made", "cases", some, **more)
        shutil.move(made, path / f"{number}.parquet")
    return path


def refusal(path, status="confidential"):
    with pytest.raises((DataError, StudyError)) as caught:
        read_clean(spec(path, "cases", status))
    return sentence(caught.value, "en")


def test_a_folder_is_the_table_of_all_its_files(tmp_path):
    path = parts(tmp_path, [case("a")], [case("b"), case("c")], made_up=True)
    with recording() as trace:
        table = read_clean(spec(path, "cases", "made_up"))

    assert table.frame["person_id"].tolist() == ["a", "b", "c"]
    assert trace.reads[str(path), ""] == table.fingerprint == FileHashes().digest(path)


def test_what_is_forbidden_across_files_is_found(tmp_path):
    path = parts(tmp_path, [case("a")], [case("a")])

    assert "1 row(s) break a rule of the table (twice)" in refusal(path)


def test_a_file_that_comes_makes_another_fingerprint_also_to_the_cache(tmp_path):
    path = parts(tmp_path, [case("a")])
    hashes = FileHashes()
    before = hashes.digest(path)

    shutil.copy(path / "0.parquet", path / "1.parquet")

    assert before != hashes.digest(path) == FileHashes().digest(path)
    assert FileHashes().digest(path / "none") == ""
    (path / "linked").symlink_to(path)
    assert FileHashes().digest(path) not in (before, "")


@pytest.mark.parametrize("mark", ["made_up", "public"])
def test_a_mark_that_some_files_have_and_others_not_is_refused(tmp_path, mark):
    path = parts(tmp_path, [case("a")], **{mark: True})
    shutil.move(write(tmp_path / "made", "cases", [case("b")]), path / "1.parquet")

    name = {"made_up": MARK, "public": PUBLIC}[mark]
    assert f"some files of the folder carry the mark {name}" in refusal(path, mark)


def test_rows_that_were_left_out_on_reading_are_added_up(tmp_path):
    path = parts(tmp_path, [case("a")])
    for number, told in enumerate(({"x": 2}, {"x": 3, "y": 1})):
        said = json.dumps(told)
        rows = f"SELECT * REPLACE ('p{number}' AS person_id) FROM '{path / '0.parquet'}'"
        with duckdb.connect() as database:
            database.execute(
                f"COPY ({rows}) TO '{path / f'{number + 1}.parquet'}' "
                f"(FORMAT parquet, KV_METADATA {{{LEFT_OUT}: '{said}'}})"
            )

    assert inspect_clean(spec(path, "cases")).left_out == {"x": 5, "y": 1}


def test_the_record_beside_a_folder_tells_of_the_folder(tmp_path):
    path = parts(tmp_path, [case("a")], made_up=True)
    made = spec(path, "cases", "made_up")
    told = {"area": "guigang", "fingerprint": read_clean(made).fingerprint}
    path.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
    assert read_clean(made).n == 1

    shutil.copy(path / "0.parquet", path / "1.parquet")

    assert "changed or exchanged" in refusal(path, "made_up")


def test_a_table_beside_a_folder_is_linked_to_its_rows(tmp_path):
    path = parts(tmp_path, [case("a")], [case("b")])
    rows = [{"event_id": "1", "person_id": "b", "event_date": "2024-01-01"}]
    rows[0]["definition"] = "police_contact"
    shutil.move(write(tmp_path / "made", "events", rows), path.parent / "events.parquet")

    (link,) = links_of(path.parent, "events")

    assert (link.rows, link.found) == (1, 1)


@pytest.mark.parametrize("whole", [False, True])
def test_what_spark_counts_is_read_checked_and_fingerprinted_alike(tmp_path, whole):
    path = parts(tmp_path, [case("a")], [case("b")])
    path = path / "1.parquet" if whole else path
    plain, asked = spec(path, "cases"), replace(spec(path, "cases"), engine=SPARK)

    with recording() as trace:
        table = read_clean(asked)

    stored = read_clean(plain)
    assert isinstance(table.rows, SparkRows) and not isinstance(stored.rows, SparkRows)
    pd.testing.assert_frame_equal(table.frame, stored.frame)
    assert trace.reads[str(path), ""] == FileHashes().digest(path)
    assert table.rows.fingerprint == FileHashes().digest(path)
    shutil.copy(path if whole else path / "0.parquet", tmp_path / "twice.parquet")
    with duckdb.connect() as database:
        target = path if whole else path / "0.parquet"
        rows = f"FROM '{tmp_path / 'twice.parquet'}'"
        database.execute(f"COPY ({rows} UNION ALL {rows}) TO '{target}' (FORMAT parquet)")
    with pytest.raises(DataError) as caught:
        read_clean(asked)
    assert "1 row(s) break a rule of the table (twice)" in sentence(caught.value, "en")
