"""Reports built by the workers of a real Dask cluster, over a folder that both reach."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from distributed import Client, LocalCluster
from tests.journeys.conftest import edit_notebook, evalkit, results
from tests.journeys.conftest import project as project

ROOT = Path(__file__).parents[2]
PATIENCE = 300
FORMS = {
    f"report.{lang}.{form}" for lang in ("en", "zh") for form in ("html", "pdf", "docx", "xlsx")
}


@contextmanager
def environment(**values):
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def cluster(workers, folder):
    """A cluster whose processes have a temporary folder of their own, with a short name."""
    words = {"processes": True, "dashboard_address": ":0", "host": "127.0.0.1"}
    # The workers' own environment: nothing of a test's process reaches a report.
    with (
        environment(TMPDIR=str(folder)),
        LocalCluster(workers, threads_per_worker=1, local_directory=str(folder), **words) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def scratch():
    with tempfile.TemporaryDirectory(prefix="ek-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def office(scratch):
    with cluster(2, scratch) as made:
        yield made


@pytest.fixture
def exchange(tmp_path):
    folder = tmp_path / "exchange"
    folder.mkdir()
    return folder


def words(office, exchange, *more):
    cluster = ("--scheduler", office.scheduler_address, "--exchange", exchange.as_uri())
    return ("run", "--reports", "out", *cluster, *more)


def left(exchange, scratch):
    """What a run left on the exchange and on the workers."""
    return [*exchange.rglob("*"), *scratch.glob("evalkit-*"), *scratch.glob("report-*")]


def start(folder, *arguments):
    """A run in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "evalkit", *arguments], cwd=folder, text=True,
        env={**os.environ, "EVALKIT_LANG": "en", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def at_work(office):
    """The process of a worker that builds a report, as Dask and as its own folder tell."""
    with Client(office, set_as_default=False) as client:
        busy = [worker for worker, tasks in client.processing().items() if tasks]
        pids = client.run(os.getpid)
    return [pids[worker] for worker in busy if worker in pids]


def estimates(root, area, outcome, study="pilots"):
    return results(root, study, area, outcome)


def test_reports_are_those_of_a_local_run_and_are_not_built_again(
    office, exchange, scratch, project
):
    area = ("--area", "dalian")
    local = evalkit("run", *area, "--reports", "local", cwd=project)
    assert local.returncode == 0, local.stdout + local.stderr

    ran = evalkit(*words(office, exchange, *area), cwd=project)

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert "Reports built: 4" in ran.stdout
    for outcome in ("recidivism", "satisfaction", "reach", "claims"):
        there, here = project / "out", project / "local"
        folder = there / "pilots" / "dalian" / outcome
        assert {p.name for p in folder.iterdir()} == FORMS | {
            *("report.ipynb", "results.json", "made.json"),
            *("report.study.toml", "report.area.dalian.toml"),
        }
        assert estimates(there, "dalian", outcome) == estimates(here, "dalian", outcome)
        told, wanted = (
            json.loads((root / "pilots" / "dalian" / outcome / "results.json").read_bytes())
            for root in (there, here)
        )
        assert told == wanted
        assert str(scratch) not in (folder / "report.ipynb").read_text(encoding="utf-8")
    assert (project / "out" / "pilots" / "dalian" / "summary").is_dir()
    assert left(exchange, scratch) == []

    # On the cluster as here, nothing is built twice,
    again = evalkit(*words(office, exchange, *area), cwd=project)
    assert "Reports that were up to date: 4." in again.stdout
    assert "up to date: 4" in evalkit("run", "--reports", "out", *area, cwd=project).stdout
    # and a form that is lost is written without running the notebook.
    (project / "out" / "pilots" / "dalian" / "reach" / "report.en.docx").unlink()
    mended = evalkit(*words(office, exchange, *area), cwd=project)
    assert "(pages only; the notebook was not run)" in mended.stdout, mended.stderr
    last = evalkit("run", "--reports", "out", *area, cwd=project)
    assert "up to date: 4" in last.stdout
    assert left(exchange, scratch) == []


def test_tables_behind_links_and_outside_the_project_are_found_again(
    office, exchange, scratch, project, tmp_path
):
    (tmp_path / "vault").mkdir()
    table = project / "data" / "reference" / "rossi.csv"
    shutil.move(table, tmp_path / "vault" / "kept.csv")
    table.symlink_to(tmp_path / "vault" / "kept.csv")
    asked = ("--study", "studies/reference/study.toml", "--area", "life")

    ran = evalkit(*words(office, exchange, *asked), cwd=project)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "up to date: 1" in evalkit(*words(office, exchange, *asked), cwd=project).stdout
    with (tmp_path / "vault" / "kept.csv").open("a") as file:
        file.write("\n")
    planned = evalkit("run", "--reports", "out", *asked, "--dry-run", cwd=project).stdout
    assert "rossi.csv" in planned
    assert left(exchange, scratch) == []


def test_a_notebook_that_fails_fails_alone_and_once(office, exchange, scratch, project, tmp_path):
    tries = tmp_path / "tries"
    slip = f"open({str(tries)!r}, 'a').write('x'); 1/0; outcomes.open_report"
    edit_notebook(project / "notebooks" / "reach.ipynb", "outcomes.open_report", slip)

    ran = evalkit(*words(office, exchange, "--area", "dalian"), cwd=project)

    assert ran.returncode == 1
    assert "Reports built: 3" in ran.stdout
    assert "dalian/reach: " in ran.stdout and "ZeroDivisionError" in ran.stdout
    assert str(project / "notebooks" / "reach.ipynb") in ran.stdout
    assert str(scratch) not in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert tries.read_text() == "x"
    note = json.loads((project / "out/pilots/dalian/reach.failed.json").read_bytes())
    assert note["error"]["values"]["path"] == "notebooks/reach.ipynb"
    assert left(exchange, scratch) == []


def test_a_report_whose_worker_is_killed_is_built_by_another(office, exchange, scratch, project):
    process = start(project, *words(office, exchange, "--area", "dalian"))
    # While a table and a notebook lie unpacked on it.
    wait_for(lambda: list(scratch.rglob("report-*/tree/study.toml")))
    (victim, *_) = at_work(office)

    os.kill(victim, signal.SIGKILL)
    said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0, said + complaint
    assert "Reports built: 4" in said
    # The killed worker's warm process removed what lay there.
    wait_for(lambda: not left(exchange, scratch))


def test_ctrl_c_leaves_nothing_half_made_anywhere(office, exchange, scratch, project):
    process = start(project, *words(office, exchange))
    assert any(line.startswith("1/33") for line in process.stdout)
    wait_for(lambda: list(scratch.rglob("report-*/tree/study.toml")))

    os.killpg(process.pid, signal.SIGINT)
    said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130, said + complaint
    assert "Stopped by Ctrl-C" in complaint
    assert "Traceback" not in said + complaint
    assert left(exchange, scratch) == []
    assert not list((project / "out").rglob(".*partial*"))
    built = [p for p in (project / "out").glob("pilots/*/*") if p.is_dir()]
    assert built
    assert all(FORMS & {p.name for p in folder.iterdir()} for folder in built)
    # The workers are free for the next run.
    wait_for(lambda: not at_work(office))


def test_a_worker_with_another_evalkit_is_refused_before_anything_is_built(
    exchange, project, tmp_path
):
    other = tmp_path / "other"
    shutil.copytree(ROOT / "src" / "evalkit", other / "evalkit")
    changed = other / "evalkit" / "files" / "digest.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "# another\n", encoding="utf-8")
    with (
        tempfile.TemporaryDirectory(prefix="ek-", dir="/tmp") as folder,
        cluster(0, folder) as made,
    ):
        command = ["-m", "distributed.cli.dask_worker", made.scheduler_address]
        worker = subprocess.Popen(
            [sys.executable, *command, "--no-nanny", "--nthreads", "1", "--no-dashboard"],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(other), "TMPDIR": folder},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            with Client(made, set_as_default=False) as client:
                client.wait_for_workers(1, timeout=PATIENCE)
            ran = evalkit(*words(made, exchange, "--area", "dalian"), cwd=project)
        finally:
            worker.terminate()
            worker.wait()

    assert ran.returncode == 9, ran.stdout + ran.stderr
    assert "differ from this machine in code (code: evalkit itself" in ran.stderr
    assert not list((project / "out").glob("*"))
    assert list(exchange.iterdir()) == []


def test_a_scheduler_that_goes_fails_what_is_left_in_one_sentence(exchange, project):
    with tempfile.TemporaryDirectory(prefix="ek-", dir="/tmp") as folder, suppress(OSError):
        with cluster(1, folder) as made:
            process = start(project, *words(made, exchange, "--area", "dalian"))
            wait_for(lambda: list(Path(folder).rglob("report-*/tree/study.toml")))
        said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1, said + complaint
    assert "the connection to the Dask scheduler was lost" in said
    assert "Traceback" not in said + complaint
    assert not list(exchange.iterdir())
    assert not list((project / "out").rglob(".*partial*"))
