"""The same report from CSV, from Parquet and from a real PostgreSQL server."""

import duckdb
import pytest
from tests.served import (
    AREA,
    ORDERS,
    REACH,
    elsewhere,
    estimates,
    evalkit,
    naming,
)
from tests.served import loaded as loaded
from tests.served import password as password
from tests.served import postgres as postgres
from tests.served import sample as sample
from tests.served import study as study

from evalkit.intake.export import read_export
from evalkit.intake.identity import Pseudonyms
from evalkit.intake.marks import MARK
from evalkit.intake.store import store
from evalkit.sample.world import Settings
from evalkit.schema import load_schema


def from_exports(sample, target):
    """Read the exports of the sample that the report rests on."""
    folder = sample.parent / "data" / "raw" / AREA
    for shape in map(load_schema, REACH):
        file = folder / f"{shape.title.text['zh']}.csv"
        with read_export(file, shape, Pseudonyms(Settings().key)) as made:
            store(made, target / f"{shape.name}.parquet", {"area": AREA})


def test_the_report_is_the_same_from_csv_from_parquet_and_from_the_server(
    sample, study, tmp_path, monkeypatch
):
    exported = elsewhere(sample, tmp_path / "csv")
    from_exports(sample, exported.parent / "data" / "clean" / AREA)

    parquet = estimates(sample, "reach", monkeypatch)

    assert len(parquet) > 150
    assert estimates(study, "reach", monkeypatch) == parquet
    assert estimates(exported, "reach", monkeypatch) == parquet


@pytest.mark.parametrize(
    ("area", "outcome"), [(AREA, "quality"), (AREA, "satisfaction"), (ORDERS, "satisfaction")]
)
def test_other_reports_are_the_same_too(area, outcome, sample, study, monkeypatch):
    parquet = estimates(sample, outcome, monkeypatch, area)

    assert len(parquet) > 90
    assert estimates(study, outcome, monkeypatch, area) == parquet


def test_a_folder_of_parquet_gives_the_same_report(sample, tmp_path, monkeypatch):
    other = elsewhere(sample, tmp_path)
    for file in (sample.parent / "data" / "clean" / AREA).glob("*.parquet"):
        target = tmp_path / "data" / "clean" / AREA / file.name
        target.mkdir()
        with duckdb.connect() as database:
            for part in (0, 1):
                database.execute(
                    f"COPY (SELECT * EXCLUDE file_row_number FROM read_parquet('{file}', "
                    f"file_row_number = true) WHERE file_row_number % 2 = {part}) TO "
                    f"'{target / str(part)}.parquet' "
                    f"(FORMAT parquet, KV_METADATA {{{MARK}: 'sample'}})"
                )

    assert estimates(other, "reach", monkeypatch) == estimates(sample, "reach", monkeypatch)


def files_with(folder, secret):
    """Return every file below a folder that holds a text."""
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and secret.encode() in file.read_bytes()
    ]


def test_a_run_builds_the_report_from_the_server_and_asks_again_each_time(
    study, postgres, tmp_path
):
    words = ("run", "--study", "study.toml", "--area", AREA, "--outcome", "quality")
    words += ("--jobs", "1", "--reports", "out")

    first, second = evalkit(tmp_path, *words), evalkit(tmp_path, *words)

    for ran in (first, second):
        assert ran.returncode == 0, ran.stderr
        assert postgres.password not in ran.stdout + ran.stderr
    # Whether the rows are still the same only the server knows.
    assert all("Reports built: 1" in ran.stdout for ran in (first, second))
    pages = list((tmp_path / "out").rglob("report*.en.html"))
    assert len(pages) == 1
    assert files_with(tmp_path, postgres.password) == []


def test_a_database_that_refuses_fails_the_report_and_writes_none(sample, postgres, tmp_path):
    address = postgres.address.replace(str(postgres.port), "9")
    naming(elsewhere(sample, tmp_path), address, ["attendance", "people"])

    words = ("run", "--study", "study.toml", "--area", AREA, "--outcome", "reach")
    ran = evalkit(tmp_path, *words, "--reports", "out")

    assert ran.returncode == 1
    assert "the database does not let us in" in ran.stdout + ran.stderr
    assert list((tmp_path / "out").rglob("report*.html")) == []
    assert postgres.password not in ran.stdout + ran.stderr
    assert files_with(tmp_path, postgres.password) == []
