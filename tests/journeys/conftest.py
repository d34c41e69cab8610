"""Whole runs, from the command line to the pages, shared by the journeys."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.warm import Borrowed, warm

from evalkit.batch import Task, plan_jobs
from evalkit.batch.build import build
from evalkit.batch.executors import select
from evalkit.cli import main

ROOT = Path(__file__).parents[2]


def evalkit(*words, cwd=ROOT, lang="en", **kwargs):
    """Run the command line in a process of its own."""
    environment = {**os.environ, "EVALKIT_LANG": lang, "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", "evalkit", *map(str, words)],
        cwd=cwd, env=environment, capture_output=True, text=True, **kwargs,
    )  # fmt: skip


@pytest.fixture
def command(monkeypatch, capsys):
    """The command line in this process: what it returns, prints and complains of.

    What it looks into and builds is done in forks of this worker's warm process: a test that
    is about a message need not wait until other processes have imported everything again.
    """
    monkeypatch.setattr(select, "_local_executor", lambda workers, tell: Borrowed())

    def run(*words, cwd, lang="en"):
        monkeypatch.chdir(cwd)
        monkeypatch.setenv("EVALKIT_LANG", lang)
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Every report of both studies, built in parallel."""
    root = tmp_path_factory.mktemp("reports")
    ran = evalkit(
        "run", "--study", "study.toml", "--study", "studies/reference/study.toml",
        "--reports", root, "--jobs", 2,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return root, ran.stdout


@pytest.fixture
def project(tmp_path):
    """A copy of the repository's studies, data and notebooks, to be spoilt."""
    for name in ("notebooks", "studies", "data"):
        # Not what was made up on this machine: a clean clone has none of it.
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=lambda at, _: ["data"] if at.endswith("sample") else [],
        )
    shutil.copy(ROOT / "study.toml", tmp_path)
    for study in (tmp_path / "study.toml", *tmp_path.glob("studies/*/study.toml")):
        own_notebooks(study, tmp_path / "notebooks")
    return tmp_path


def own_notebooks(study, folder):
    """Have a study name its own notebooks, in place of its first line, which is a comment."""
    first, rest = study.read_text(encoding="utf-8").split("\n", 1)
    assert first.startswith("#")
    name = os.path.relpath(folder, study.parent)
    study.write_text(f'notebooks = "{name}"\n{rest}', encoding="utf-8")


def build_one(project, area, outcome, study="study.toml"):
    """Build one report; return what became of it and where it lies."""
    (job,) = plan_jobs([str(project / study)], area, outcome, project / "out")
    return warm().submit(build, Task(job)).result()


def results(root, study, area, outcome):
    """A built report's estimates by id."""
    path = root / study / area / outcome / "results.json"
    return {e["id"]: e for e in json.loads(path.read_text(encoding="utf-8"))["estimates"]}


def edit_notebook(path, before, after):
    """Replace text in a notebook's cells, as a researcher would."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    changed = 0
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        changed += before in source
        cell["source"] = source.replace(before, after)
    assert changed, f"no cell holds {before!r}"
    path.write_text(json.dumps(notebook), encoding="utf-8")
