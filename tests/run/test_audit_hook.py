"""A kernel's trace is kept in a file, and what is read by another way is found."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from evalkit.run.audit_hook import read_trace
from evalkit.trace import Trace


def sha(raw):
    return hashlib.sha256(raw).hexdigest()


def watched(tmp_path, code):
    """Run code as a kernel would that keeps its trace in a file."""
    notes = tmp_path / "own" / "notes"
    notes.parent.mkdir()
    begin = f"from evalkit.run.audit_hook import watch; watch({str(notes)!r}, {str(tmp_path)!r})\n"
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
        "open('data.csv', 'a+').read()",
        "import os; os.open('data.csv', os.O_RDWR | os.O_CREAT)",
        "import sqlite3; sqlite3.connect('file:data.csv?mode=ro', uri=True)",
    ],
)
def test_a_file_read_by_another_way_is_found(tmp_path, data, code):
    assert watched(tmp_path, code).behind == {str(data)}


def test_a_file_of_anothers_under_a_name_of_ones_own_is_found(tmp_path, data):
    code = "import os; open('mine', 'w').close(); os.link('data.csv', 'b'); os.replace('b', 'mine')"

    assert watched(tmp_path, f"{code}\nopen('mine')").behind == {str(tmp_path / "mine")}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import subprocess; subprocess.run(['cat', '/dev/null'])", {"cat"}),
        ("import os; os.system('true --password=x')", {"sh"}),
        (
            "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 0.01)\n"
            "except OSError:\n    pass",
            {"127.0.0.1"},
        ),
        ("import subprocess; subprocess.run(['cc', '-E', 'data.csv'])", {"cc"}),
        (
            "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 9), 0.01)\n"
            "except OSError:\n    pass",
            {"192.0.2.1"},
        ),
    ],
)
def test_a_program_or_a_machine_that_is_asked_is_found(tmp_path, code, found):
    assert watched(tmp_path, code).behind == found


OURS = (
    "import subprocess; from evalkit.trace import starting\n"
    "with starting(['cat', '/dev/null']):\n    subprocess.run({words})"
)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (OURS.format(words="['cat', '/dev/null']"), set()),
        (OURS.format(words="['cat', 'data.csv']"), {"cat"}),
        (OURS.format(words="['cat', '/dev/null', 'data.csv']"), {"cat"}),
        (OURS.format(words="'cat /dev/null', shell=True"), {"sh"}),
        # It is known by its words, and only while it is started.
        (
            OURS.format(words="['cat', '/dev/null']") + "\nsubprocess.run(['cat', '/dev/null'])",
            {"cat"},
        ),
        (
            "import subprocess, threading; from evalkit.trace import starting\n"
            "with starting(['cat', '/dev/null']):\n"
            "    t = threading.Thread(target=subprocess.run, args=[['cat', '/dev/null']])\n"
            "    t.start(); t.join()",
            {"cat"},
        ),
    ],
)
def test_a_program_of_ours_is_known_by_its_words_while_it_is_started(tmp_path, data, code, found):
    assert watched(tmp_path, code).behind == found


@pytest.mark.parametrize(
    "code",
    [
        "import matplotlib.pyplot as p; p.plot([1, 2]); p.savefig('new.png')",
        "open('own.txt', 'w').write('x'); open('own.txt').read()",
        # Also the second time that it is run.
        "open('data.csv', 'w').write('x'); open('data.csv').read()",
        "import os; open('a.txt', 'w').close(); os.rename('a.txt', 'b.txt'); open('b.txt')",
        "import sqlite3\nfor _ in 'ab':\n    sqlite3.connect('own.db').execute('select 1')",
        "import ctypes.util; ctypes.util.find_library('m')",
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

    notes = tmp_path / "own" / "notes"
    assert os.stat(notes).st_mode & 0o077 == 0
    assert [json.loads(line) for line in notes.read_text().splitlines()] == []


def test_that_a_file_is_not_there_is_noted(tmp_path):
    code = "try:\n    open('later.csv')\nexcept OSError:\n    pass"

    assert watched(tmp_path, code).reads == {(str(tmp_path / "later.csv"), ""): ""}


def test_a_style_of_the_working_folder_is_found(tmp_path):
    (tmp_path / "matplotlibrc").write_text("font.size: 30")
    notes = tmp_path / "own" / "notes"
    notes.parent.mkdir()
    code = f"import matplotlib; from evalkit.run.audit_hook import watch; watch({str(notes)!r})"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)

    assert read_trace(notes).behind == {str(tmp_path / "matplotlibrc")}
