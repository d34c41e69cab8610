"""What was read and said is noted; what was read by another way is found."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evalkit.protocol import read_study
from evalkit.trace import Trace, note_read, read_bytes, read_trace, recording
from evalkit.words import catalogue, say

ROOT = Path(__file__).parents[1]


def sha(raw):
    return hashlib.sha256(raw).hexdigest()


def test_a_file_is_noted_by_what_it_held_when_it_was_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"first")
    with recording() as trace:
        read_bytes(path)
        path.write_bytes(b"second")
        note_read(path, "area=x", "part")

    assert trace.reads == {(str(path), ""): sha(b"first"), (str(path), "area=x"): "part"}


def test_reading_that_does_not_count_is_not_noted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"first")
    with recording() as trace:
        read_bytes(path, noted=False)

    assert trace == Trace()


def test_sentences_are_noted_and_nothing_is_after_the_end():
    with recording() as outer:
        with recording() as inner:
            say("run.portal", "en", path="p")
        say("run.stopped", "zh")

    assert inner.words == {("en", "run.portal")}
    assert outer.words == {("en", "run.portal"), ("zh", "run.stopped")}


def test_that_a_sentence_is_missing_is_noted_too():
    with recording() as trace:
        assert "unit.of_nobody" not in catalogue("en")

    assert trace.words == {("en", "unit.of_nobody")}


def test_a_study_opened_for_an_area_rests_on_that_area_alone():
    with recording() as trace:
        read_study(ROOT / "study.toml").area("guigang")

    assert {Path(name).name for name, _ in trace.reads} == {"study.toml", "guigang.toml"}


def test_a_study_opened_for_all_areas_rests_on_all():
    with recording() as trace:
        study = read_study(ROOT / "study.toml")
        study.area("all")

    assert {Path(name).stem for name, _ in trace.reads} == {"study", *study.areas}


def watched(tmp_path, code):
    """Run code as a kernel would that keeps its trace in a file."""
    notes = tmp_path / "notes"
    begin = f"from evalkit.trace import watch; watch({str(notes)!r})\n"
    subprocess.run([sys.executable, "-c", begin + code], check=True, cwd=tmp_path)
    return read_trace(notes)


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,b\n1,2\n")
    return path


def test_the_notes_of_a_process_are_read_back(tmp_path, data):
    trace = watched(
        tmp_path,
        "from pathlib import Path\nfrom evalkit.trace import read_bytes\n"
        f"from evalkit.words import say\nread_bytes(Path({str(data)!r})); say('run.stopped', 'zh')",
    )

    assert trace == Trace({(str(data), ""): sha(data.read_bytes())}, {("zh", "run.stopped")}, set())


@pytest.mark.parametrize(
    "code",
    [
        "open('data.csv').read()",
        "import pathlib; pathlib.Path('data.csv').read_text()",
        "import pandas; pandas.read_csv('data.csv')",
        "import os; os.open('data.csv', os.O_RDONLY)",
        "import numpy; numpy.loadtxt('data.csv', skiprows=1, delimiter=',')",
        "import sqlite3; sqlite3.connect('data.csv')",
        "from threading import Thread\nt = Thread(target=open, args=['data.csv'])\n"
        "t.start(); t.join()",
        "import os\nif os.fork() == 0:\n    open('data.csv'); os._exit(0)\nos.wait()",
        # Written first does not make another's file one's own.
        "open('data.csv', 'a').close(); open('data.csv')",
    ],
)
def test_a_file_read_by_another_way_is_found(tmp_path, data, code):
    assert watched(tmp_path, code).behind == {str(data)}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import subprocess; subprocess.run(['cat', '/dev/null'])", {"cat"}),
        ("import os; os.system('true')", {"true"}),
        (
            "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 9), 0.01)\n"
            "except OSError:\n    pass",
            {"192.0.2.1"},
        ),
    ],
)
def test_a_program_or_a_machine_that_is_asked_is_found(tmp_path, code, found):
    assert watched(tmp_path, code).behind == found


@pytest.mark.parametrize(
    "code",
    [
        "import matplotlib.pyplot as p; p.plot([1, 2]); p.savefig('new.png')",
        "open('own.txt', 'w').write('x'); open('own.txt').read()",
        "import tempfile\nwith tempfile.NamedTemporaryFile('w+') as f:\n"
        "    f.write('x'); f.flush(); open(f.name).read()",
        "import statsmodels.api, scipy.stats, pandas, zoneinfo; zoneinfo.ZoneInfo('Asia/Shanghai')",
        "import sqlite3; sqlite3.connect(':memory:')",
    ],
)
def test_what_python_and_the_notebook_itself_wrote_may_be_read(tmp_path, data, code):
    assert watched(tmp_path, code).behind == set()


def test_a_kernel_that_never_began_has_an_empty_trace(tmp_path):
    assert read_trace(tmp_path / "none") == Trace()


def test_the_notes_are_for_this_user_only(tmp_path, data):
    watched(tmp_path, "pass")

    assert os.stat(tmp_path / "notes").st_mode & 0o077 == 0
    assert [json.loads(line) for line in (tmp_path / "notes").read_text().splitlines()] == []
