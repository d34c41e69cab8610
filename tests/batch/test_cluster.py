"""What travels to a cluster and back, and what is refused before any of it travels."""

import os
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from tests.helpers import ROOT, STUDY, swapped, write_study
from tests.protocol.test_brand import BRAND, SVG

from evalkit.batch import Task, plan_jobs
from evalkit.batch.cache.fingerprints import THREADS
from evalkit.batch.executors.dask import worker
from evalkit.batch.executors.dask.archive import (
    input_archive,
    read_result,
    unpack_report,
    write_result,
)
from evalkit.batch.executors.dask.exchange import Exchange
from evalkit.batch.model import Job, JobResult
from evalkit.cli import main
from evalkit.errors import ClusterError, DataError, EvalkitError
from evalkit.trace import Trace
from evalkit.words import sentence

CLUSTER = ("--scheduler", "tcp://127.0.0.1:1", "--exchange", "memory://x")


@pytest.fixture
def exchange():
    made = Exchange("memory://", "12345678")
    made.make()
    yield made
    made.clear()


def on(exchange):
    fs = fsspec.filesystem("memory")
    return sorted(Path(name).name for name in fs.find(f"/{exchange.name}"))


@pytest.fixture
def project(tmp_path):
    """A study with two areas' tables of persons, and a shared ledger."""
    folder = tmp_path / "project"
    text = STUDY.replace('file = "', 'file = "data/')
    first, _ = text.split("[[tables]]")[1:]
    other = swapped(swapped(first, '"cases"', '"others"'), '"north"', '"south"')
    other = swapped(other, "cases.csv", "others.csv")
    write_study(folder, f"{text}\n[[tables]]{other}")
    (folder / "data").mkdir()
    (folder / "notebooks").mkdir()
    for name in ("cases", "others", "claims"):
        (folder / "data" / f"{name}.csv").write_text(name)
    for name in ("recidivism", "reach", "claims"):
        (folder / "notebooks" / f"{name}.ipynb").write_text("{}")
    return folder


def job_of(project, area="north", result="recidivism"):
    notebook = project / "notebooks" / f"{result}.ipynb"
    return Job(
        project / "study.toml", "tiny", area, result, "zh", notebook, project / "out", "12345678"
    )


def test_an_area_gets_its_own_tables_and_the_shared_ones_and_no_others(project):
    archive = input_archive(job_of(project))

    assert sorted(archive.files) == [
        *("areas/north.toml", "areas/south.toml", "data/cases.csv", "data/claims.csv"),
        *("notebooks/reach.ipynb", "notebooks/recidivism.ipynb", "study.toml"),
    ]


def brand(project, logo):
    study = project / "study.toml"
    text = study.read_text(encoding="utf-8")
    text = swapped(text, 'people = "', 'brand = "ours/brand.toml"\npeople = "')
    study.write_text(text, encoding="utf-8")
    (project / "ours").mkdir()
    (project / "ours" / "logo.svg").write_text(SVG, encoding="utf-8")
    text = BRAND.replace("logo.svg", str(logo))
    (project / "ours" / "brand.toml").write_text(text, encoding="utf-8")


def test_a_brand_travels_with_its_logo(project):
    brand(project, "logo.svg")

    assert {"ours/brand.toml", "ours/logo.svg"} <= input_archive(job_of(project)).files.keys()


def test_a_logo_named_by_an_absolute_path_is_refused(project):
    brand(project, project / "ours" / "logo.svg")

    with pytest.raises(ClusterError, match=r"logo.svg by an absolute path"):
        input_archive(job_of(project))


def test_files_lie_on_a_worker_in_the_same_places_to_one_another(project, tmp_path):
    job = job_of(project)
    archive = input_archive(job)
    archive.write(tmp_path / "inputs.zip")

    away = archive.away(job)

    assert away.parameters == job.parameters
    with zipfile.ZipFile(tmp_path / "inputs.zip") as made:
        assert {away.study.as_posix(), away.notebook.as_posix()} <= set(made.namelist())
    assert not [p for p in (away.study, away.notebook, away.root) if p.is_absolute()]


def test_a_folder_through_which_a_path_leads_is_made_though_nothing_lies_in_it(project):
    study = project / "study.toml"
    text = study.read_text(encoding="utf-8")
    (project / "empty").mkdir()
    study.write_text(swapped(text, '"areas"', '"empty/../areas"'), encoding="utf-8")

    archive = input_archive(job_of(project))

    assert "areas/north.toml" in archive.files
    assert "empty" in archive.folders


def test_a_table_behind_a_link_travels_and_is_told_by_its_link(project, tmp_path):
    table = project / "data" / "cases.csv"
    table.rename(tmp_path / "vault.csv")
    table.symlink_to(tmp_path / "vault.csv")
    job = job_of(project)
    archive = input_archive(job)
    read = Trace({("/w/report-1/tree/data/cases.csv", ""): "abc"}, {("zh", "a.b")})
    write_result(
        JobResult(job, "", {"kind": "DataError", "key": "x", "values": {}}, 1.0, ran=read),
        Path("/w/report-1"),
        tmp_path / "result.zip",
    )

    result = read_result(tmp_path / "result.zip", job, archive)

    assert result.ran.reads == {(str(table), ""): "abc"}
    assert result.ran.words == {("zh", "a.b")}


def test_an_error_names_files_of_this_machine(project, tmp_path):
    job, away = job_of(project), "/w/report-1"
    values = {
        "path": f"{away}/tree/data/cases.csv",
        "found": [f"{away}/tree/data/none.csv", "12"],
        "folder": f"{away}/out/tiny/north",
        "count": 3,
    }
    error = DataError("columns_missing", **values).to_json()
    write_result(JobResult(job, "", error), Path(away), tmp_path / "result.zip")

    result = read_result(tmp_path / "result.zip", job, input_archive(job))

    assert result.error["values"] == {
        "path": str(project / "data" / "cases.csv"),
        "found": [str(project / "data" / "none.csv"), "12"],
        "folder": str(project / "out" / "tiny" / "north"),
        "count": 3,
    }


def test_nothing_that_comes_back_is_written_elsewhere(tmp_path):
    with zipfile.ZipFile(tmp_path / "result.zip", "w") as made:
        made.writestr("report/../../evil.txt", "x")
        made.writestr("report/good.txt", "x")
    (tmp_path / "a" / "b").mkdir(parents=True)

    unpack_report(tmp_path / "result.zip", tmp_path / "a" / "b")

    assert {p.name for p in tmp_path.rglob("*.txt") if p.parent != tmp_path / "a" / "b"} == set()


def test_a_table_named_by_an_absolute_path_is_refused(project):
    study = project / "study.toml"
    table = project / "data" / "cases.csv"
    text = study.read_text(encoding="utf-8")
    study.write_text(swapped(text, "data/cases.csv", str(table)), encoding="utf-8")

    with pytest.raises(ClusterError) as caught:
        input_archive(job_of(project))

    assert sentence(caught.value, "en") == (
        f"{study}: names {table} by an absolute path, at which a worker of a cluster finds "
        "nothing. Name it relative to this file, or leave --scheduler out."
    )


def test_an_exchange_on_a_disk_is_closed_to_other_users(tmp_path):
    exchange = Exchange(tmp_path.as_uri(), "12345678")
    exchange.make()

    folder = tmp_path / "evalkit-12345678"

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    exchange.clear()
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_sees_another_folder_does_not_reach_the_exchange(exchange, monkeypatch):
    monkeypatch.setattr("evalkit.batch.executors.dask.exchange.AGAIN", 0)

    assert not exchange.reached("another token")
    assert not Exchange("memory://", "87654321").reached("any")
    assert on(exchange) == ["probe"]


def test_no_text_of_an_exchange_holds_its_password(tmp_path):
    exchange = Exchange("ftp://user:secret@127.0.0.1:1/x?key=secret", "12345678")

    with pytest.raises(ClusterError) as caught:
        exchange.make()

    told = sentence(caught.value, "en") + repr(exchange) + repr(caught.value.to_json())
    assert "secret" not in told
    assert "ftp://127.0.0.1:1/x: the exchange cannot be read or written" in told


def test_a_report_is_built_out_of_what_travelled_alone(exchange, tmp_path):
    (job,) = plan_jobs([str(ROOT / "study.toml")], "dalian", "reach", tmp_path / "out")
    archive = input_archive(job)
    archive.write(tmp_path / "inputs.zip")
    exchange.put(tmp_path / "inputs.zip", "in.zip")
    task = Task(archive.away(job))
    asked = worker.RemoteTask(exchange, "in.zip", "", task, {}, dict.fromkeys(THREADS, "1"))

    name = worker.build_on_worker(asked)

    exchange.get(name, tmp_path / "result.zip")
    result = read_result(tmp_path / "result.zip", job, archive)
    assert result.error is None and result.verdict == "not_assessable"
    read = {path for path, _ in (*result.ran.reads, *result.wrote.reads)}
    assert str(ROOT / "study.toml") in read
    assert [path for path in read if not Path(path).is_relative_to(ROOT)] == []
    exchange.remove(name)
    assert on(exchange) == ["in.zip", "probe"]
    assert os.environ.get("EVALKIT_WARM") is None


def test_a_worker_that_differs_builds_nothing(exchange, project):
    task = Task(replace(job_of(project), root=Path("out")))
    other = {**worker.code_here(), "code": "another"}

    answer = worker.run_task(worker.RemoteTask(exchange, "in.zip", "", task, other, {}))

    assert answer.result == ""
    assert (answer.error["key"], answer.error["values"]["what"]) == ("cluster_differs", ["code"])


def test_a_process_that_loaded_an_older_evalkit_is_like_nobody(monkeypatch):
    now = worker.code_here()
    monkeypatch.setattr(worker._state, "code", {**now, "code": "older"})

    assert worker.differences(worker.code_here(), now) == ["code"]


def test_what_a_worker_cannot_build_is_one_error_of_its_own(exchange, project, monkeypatch):
    problems = [EvalkitError("cluster_broken"), KeyError("a cell")]

    def fail(asked):
        raise problems.pop(0)

    monkeypatch.setattr(worker, "why_not", lambda: "no fork here")
    monkeypatch.setattr(worker, "build_on_worker", fail)
    asked = worker.RemoteTask(exchange, "in.zip", "", Task(job_of(project)), worker.code_here(), {})

    known, defect = worker.run_task(asked).error, worker.run_task(asked).error

    assert known["key"] == "cluster_broken"
    assert (defect["key"], defect["values"]) == ("internal", {"problem": "KeyError"})


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (CLUSTER[:2], 2, "--scheduler and --exchange go together: the workers get"),
        (CLUSTER[2:], 2, "--scheduler and --exchange go together: the workers get"),
        (("--scheduler", "here", "--exchange", "x"), 2, "--scheduler here: must be the address"),
        (CLUSTER, 9, "tcp://127.0.0.1:1: no Dask scheduler answers there (OSError)."),
    ],
)
def test_one_sentence_says_what_is_wrong_with_a_cluster(words, code, said, capsys, tmp_path):
    known = main(["run", "--area", "dalian", "--reports", str(tmp_path / "out"), *words])

    shown = capsys.readouterr()
    assert known == code
    assert shown.err.startswith(f"evalkit: {said}"), shown.err
    assert len(shown.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_without_dask_one_sentence_says_what_to_install(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    code = main(["run", "--area", "dalian", "--reports", str(tmp_path / "out"), *CLUSTER])

    assert code == 2
    assert capsys.readouterr().err == (
        "evalkit: Reports on a cluster need Dask. Install it: pip install 'evalkit[dask]', or "
        "leave --scheduler out.\n"
    )


def test_dask_is_not_imported_where_no_cluster_is_asked_for(tmp_path):
    code = (
        "import sys; from evalkit.cli import main;"
        f"main(['run', '--area', 'dalian', '--result', 'reach', '--reports', {str(tmp_path)!r}]);"
        "print(sorted({'distributed', 'dask', 'fsspec'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert ran.stdout.splitlines()[-1] == "[]", ran.stdout + ran.stderr
