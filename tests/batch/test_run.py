"""A study is built without the command line: one call plans, one call builds."""

import io

import pytest
from rich.console import Console
from tests.helpers import ROOT
from tests.warm import Borrowed

from evalkit.batch.executors import select
from evalkit.batch.run import RunRequest, plan_run, run_study

STUDY = str(ROOT / "studies" / "reference" / "study.toml")


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    monkeypatch.setattr(select, "_local_executor", lambda workers, tell: Borrowed())


def request(tmp_path, **more):
    return RunRequest((STUDY,), area="malawi", outcome="reach", reports=tmp_path / "out", **more)


def test_a_plan_writes_nothing_and_says_what_a_notebook_may_use(tmp_path):
    plan = plan_run(request(tmp_path, cell_seconds=60, memory=500_000_000))
    (task,) = plan.wanted

    assert (task.work, task.why) == ("run", ("new",))
    assert (task.limits.cell_seconds, task.limits.bytes) == (60, 500_000_000)
    assert [job.name for job in plan.to_run] == ["reference/malawi/reach"]
    assert not (tmp_path / "out").exists()


def test_of_a_clusters_machines_each_knows_its_own_memory(tmp_path):
    asked = request(tmp_path, scheduler="tcp://127.0.0.1:1", exchange=str(tmp_path))

    assert {task.limits.memory for task in plan_run(asked).tasks} == {None}


def test_a_study_is_built_and_then_needs_nothing(tmp_path):
    told, console = [], Console(file=io.StringIO())

    done = run_study(plan_run(request(tmp_path)), console, "en", told.append, told.append)
    again = plan_run(request(tmp_path))

    assert not done.failed and done.unchanged == 0
    assert [result.job.folder for result in done.results] == [
        tmp_path / "out" / "reference" / "malawi" / "reach"
    ]
    assert done.portals == (tmp_path / "out" / "index.html",)
    assert again.wanted == [] and told == []
    assert "reference/malawi/reach" in console.file.getvalue()
