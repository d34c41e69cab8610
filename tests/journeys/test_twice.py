"""A study is built, then run again: what is up to date is not built, and the run says why."""

import json
import os
import shutil

import pytest

from .conftest import evalkit

WORDS = ("run", "--area", "dalian", "--reports", "out")


def times(project):
    return {p: p.stat().st_mtime_ns for p in (project / "out" / "pilots").rglob("*.*")}


def test_nothing_is_built_twice_and_only_what_changed_is(project, tmp_path):
    first = evalkit(*WORDS, cwd=project)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "up to date" not in first.stdout
    built = times(project)

    # Unchanged: nothing is written.
    again = evalkit(*WORDS, cwd=project)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Reports that were up to date: 4." in again.stdout
    assert "Portal: " in again.stdout and "Reports built" not in again.stdout
    assert times(project) == built

    # A form is lost: only that report's pages are written, and the summary stays.
    (project / "out" / "pilots" / "dalian" / "reach" / "report.en.docx").unlink()
    planned = evalkit(*WORDS, "--dry-run", cwd=project)
    assert planned.stdout.splitlines() == [
        "pilots/dalian/reach: write the pages only (report.en.docx is missing or was changed)",
        "To be built: 1. Up to date: 3.",
    ]
    mended = evalkit(*WORDS, cwd=project)
    assert "(pages only; the notebook was not run)" in mended.stdout
    executed = project / "out" / "pilots" / "dalian" / "reach" / "report.ipynb"
    changed = {p for p, when in times(project).items() if built.get(p) != when}
    assert executed in changed  # put in its place with the rest,
    # and the results are as they were, and so is what rests on them.
    assert {p.parent.name for p in changed} == {"reach"}
    record = json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))
    states = {line["report"].rsplit("/")[-1]: line["state"] for line in record["reports"]}
    assert states == {
        "recidivism": "unchanged", "satisfaction": "unchanged",
        "reach": "built", "claims": "unchanged",
    }  # fmt: skip

    # A mistake makes one report fail; the next run tries it again, and mends it.
    notebook = project / "notebooks" / "reach.ipynb"
    shutil.copy(notebook, tmp_path / "kept.ipynb")
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace("outcomes.open_report", "1/0; outcomes.open_report"))
    failed = evalkit(*WORDS, cwd=project)
    assert failed.returncode == 1
    assert "reach: " in failed.stdout and "ZeroDivisionError" in failed.stdout
    shutil.copy(tmp_path / "kept.ipynb", notebook)
    planned = evalkit(*WORDS, "--dry-run", cwd=project)
    assert "pilots/dalian/reach: run the notebook (failed last time)" in planned.stdout
    assert evalkit(*WORDS, cwd=project).returncode == 0
    assert not (project / "out" / "pilots" / "dalian" / "reach.failed.json").exists()


def test_a_dry_run_makes_nothing_at_all(project, monkeypatch, tmp_path):
    ran = evalkit(*WORDS, "--dry-run", cwd=project, lang="zh")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "pilots/dalian/reach：运行笔记本（本机尚未生成过）" in ran.stdout
    assert not (project / "out").exists()


def test_a_file_read_by_another_way_fails_the_report_and_is_named(project):
    notebook = project / "notebooks" / "reach.ipynb"
    (project / "data" / "own.csv").write_text("a\n1\n")
    text = notebook.read_text(encoding="utf-8")
    slip = "(open('../data/own.csv').read() and outcomes).open_report"
    notebook.write_text(text.replace("outcomes.open_report", slip), encoding="utf-8")

    ran = evalkit(*WORDS, "--outcome", "reach", cwd=project)

    assert ran.returncode == 1
    said = " ".join(ran.stdout.split())
    assert "uses what evalkit does not see: data/own.csv." in said
    assert os.listdir(project / "out" / "pilots" / "dalian") == ["reach.failed.json"]


@pytest.mark.parametrize(
    ("slip", "option", "said"),
    [
        ("[None for _ in iter(int, 1)]", ("--timeout", 5), "did not end within 5 seconds"),
        ("bytearray(3 * 10**9)", ("--memory", 300), "needs more memory than the 300 MB"),
        ("__import__('os').kill(__import__('os').getpid(), 9)", (), "its kernel died"),
    ],
)
def test_a_notebook_without_measure_fails_alone(project, slip, option, said):
    notebook = project / "notebooks" / "reach.ipynb"
    text = notebook.read_text(encoding="utf-8")
    spoilt = text.replace("outcomes.open_report", f"({slip} or outcomes).open_report")
    notebook.write_text(spoilt, encoding="utf-8")

    ran = evalkit(*WORDS, *option, "--jobs", 2, cwd=project)

    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert said in " ".join(ran.stdout.split())
    assert "Reports built: 3" in ran.stdout and "Reports not built: 1" in ran.stdout
    assert not list((project / "out" / "pilots" / "dalian").glob(".*"))


def test_limits_are_whole_numbers(project):
    ran = evalkit(*WORDS, "--timeout", "1h", cwd=project)

    assert ran.returncode == 2
    assert "--timeout takes a whole number from 1, found 1h." in ran.stderr


def test_a_notebook_needs_some_memory_and_no_number_is_endless(project):
    small = evalkit(*WORDS, "--memory", 60, cwd=project)
    long = evalkit(*WORDS, "--jobs", "9" * 5000, cwd=project)

    assert (small.returncode, long.returncode) == (2, 2)
    assert "--memory 60: a notebook needs at least 200 MB to work with." in small.stderr
    assert "--jobs takes a whole number from 1, found 99999999999999999999." in long.stderr
