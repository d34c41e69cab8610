"""What a person sees while reports are built."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from evalkit.batch import Job, JobResult, Task
from evalkit.batch.progress import Reporter
from evalkit.errors import DataError


def job(area):
    path = Path("x")
    return Job(path, "pilots", area, "reach", "zh", path, path, "run")


def told(lang, terminal):
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=200, highlight=False)
    dues = [Task(job("guigang")), Task(job("dachang"))]
    with Reporter(dues, lang, console) as reporter:
        for due in dues:
            reporter.started(due)
        reporter.finished(dues[0], JobResult(dues[0].job, "not_assessable", None))
        error = DataError("table_empty", path="claims.csv").to_json()
        reporter.finished(dues[1], JobResult(dues[1].job, "", error))
    return stream.getvalue()


@pytest.mark.parametrize(
    "lang,lines",
    [
        (
            "en",
            "1/2  pilots/guigang/reach: not assessable\n"
            "2/2  pilots/dachang/reach: FAILED. claims.csv: the table is empty. A header line and "
            "at least one row are needed.\n",
        ),
        (
            "zh",
            "1/2　pilots/guigang/reach：无法评估\n"
            "2/2　pilots/dachang/reach：未生成。claims.csv：表是空的。"
            "至少要有一行表头和一行数据。\n",
        ),
    ],
)
def test_without_a_terminal_each_report_is_one_plain_line(lang, lines):
    assert told(lang, terminal=False) == lines


def test_on_a_terminal_what_runs_and_how_much_is_left_is_shown():
    said = told("en", terminal=True)

    assert "running: pilots/guigang/reach, pilots/dachang/reach" in said
    assert "2/2" in said and "left" in said
