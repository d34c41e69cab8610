"""No value of a table that is not public leaves: in success, refusal, crash and kill.

A word that nobody else writes is put into every column of every table of the sample, then
everything that was written and said is searched for it.
"""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pypdf
import pytest
from tests.cohort.office import spec, write

from evalkit.errors import EvalkitError
from evalkit.intake.clean import inspect_clean
from evalkit.intake.marks import MARK
from evalkit.schema import load_schema, office_names

from .conftest import ROOT, evalkit

# One worker makes the sample, once.
pytestmark = pytest.mark.xdist_group("nothing")
WORD = "QZXW"
STUDY = "studies/sample/study.toml"
# What holds no word of a table in its bytes: pictures, and fonts within pages.
PICTURES = (".png", ".woff2")
# What these say decides who counts; another word there is a refusal, not a report.
DECIDING = ("wave", "instrument", "item_scales")


def searched(*folders):
    """Every file and name below folders that holds the word, zipped ones opened."""
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if WORD in path.name:
                found.append(str(path))
            if path.is_file() and not path.is_symlink() and path.suffix not in PICTURES:
                found += [f"{path}: {name}" for name in _parts(path) if name is not None]
    return found


def _parts(path):
    raw = path.read_bytes()
    if WORD.encode() in raw:
        yield "itself"
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                if WORD.encode() in archive.read(name) or WORD in name:
                    yield name
    if path.suffix == ".pdf":
        pages = pypdf.PdfReader(path).pages
        if any(WORD in page.extract_text().replace("\n", "") for page in pages):
            yield "its text"


def spoil(path, column, rows, word):
    """Put a word into the first rows of a column of a Parquet file, its mark kept."""
    with duckdb.connect(":memory:") as database:
        database.execute(
            f"CREATE TABLE data AS SELECT * REPLACE (CASE WHEN n <= {rows} THEN '{word}' || "
            f'CAST(n AS VARCHAR) ELSE "{column}" END AS "{column}") FROM '
            f"(SELECT *, row_number() OVER () AS n FROM read_parquet('{path}'))"
        )
        database.execute("ALTER TABLE data DROP COLUMN n")
        database.execute(
            f"COPY data TO '{path}' (FORMAT parquet, KV_METADATA {{{MARK}: 'made up'}})"
        )
    # As of another program: its record would tell that it was changed.
    path.with_suffix(".json").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """A project with the sample's tables, the word in columns of words and of things."""
    root = tmp_path_factory.mktemp("n")
    for name in ("notebooks", "studies", "data"):
        shutil.copytree(
            ROOT / name,
            root / name,
            ignore=lambda at, _: ["data"] if at.endswith("sample") else [],
        )
    study = root / STUDY
    text = re.sub(r"(?m)^areas = .*$", 'areas = ["guigang"]', study.read_text(encoding="utf-8"))
    study.write_text(text, encoding="utf-8")
    made = evalkit("sample", "--study", study, cwd=root)
    assert made.returncode == 0, made.stderr
    spoilt = 0
    for path in tables(root):
        for name, field in load_schema(path.stem).columns.items():
            if field.kind in ("text", "id") and name not in DECIDING:
                spoil(path, name, 3, f"{WORD}{spoilt}x")
                spoilt += 1
    assert spoilt > 30
    return root


def tables(root):
    return sorted((root / "studies/sample/data/clean/guigang").glob("*.parquet"))


def run(root, *words, outcome=None):
    """The run's words, and how it is called; its temporary folder has a short name."""
    temporary = Path(tempfile.mkdtemp(prefix="n", dir="/tmp"))
    environment = {**os.environ, "TMPDIR": str(temporary), "EVALKIT_LANG": "en"}
    given = ["run", "--study", STUDY, "--area", "guigang", "--reports", "out", *words]
    given += ["--notebooks", "notebooks"]
    if outcome:
        given += ["--outcome", outcome]
    how = {"cwd": root, "env": environment}
    return [sys.executable, "-m", "evalkit", *given], how, temporary


@contextmanager
def last_cell(root, outcome, *lines):
    """A notebook whose last cell of code is another one."""
    notebook = root / "notebooks" / f"{outcome}.ipynb"
    before = notebook.read_text(encoding="utf-8")
    cells = json.loads(before)
    [c for c in cells["cells"] if c["cell_type"] == "code"][-1]["source"] = "\n".join(lines)
    notebook.write_text(json.dumps(cells), encoding="utf-8")
    try:
        yield
    finally:
        notebook.write_text(before, encoding="utf-8")


def test_reports_on_tables_with_a_person_in_every_column_hold_none(spoilt):
    words, how, temporary = run(spoilt)
    ran = subprocess.run(words, **how, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert WORD not in ran.stdout + ran.stderr
    assert len(list((spoilt / "out").rglob("results.json"))) == 4
    assert searched(spoilt / "out", temporary) == []


def test_a_crash_that_quotes_a_table_leaves_no_value(spoilt):
    lines = (
        "import pandas",
        "found = report.office('people').frame['township']",
        f"found = found[found.str.startswith('{WORD}')]",
        "assert len(found) == 3",
        "pandas.to_numeric(found)",
    )
    with last_cell(spoilt, "reach", *lines):
        words, how, temporary = run(spoilt, outcome="reach")
        ran = subprocess.run(words, **how, capture_output=True, text=True)

    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert WORD not in ran.stdout + ran.stderr
    assert "ValueError" in ran.stdout + ran.stderr
    assert searched(spoilt / "out", temporary) == []


def test_a_run_that_is_killed_leaves_no_value(spoilt, tmp_path):
    flag = tmp_path / "there"
    lines = (
        "kept = report.office('people').frame",
        f"open({str(flag)!r}, 'w').close()",
        "import time",
        "time.sleep(100)",
    )
    with last_cell(spoilt, "reach", *lines):
        words, how, temporary = run(spoilt, outcome="reach")
        with subprocess.Popen(
            words, **how, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        ) as process:
            until = time.monotonic() + 120
            while not flag.exists() and time.monotonic() < until and process.poll() is None:
                time.sleep(0.1)
            assert flag.exists(), process.communicate()
            os.killpg(process.pid, signal.SIGKILL)
            said = b"".join(process.communicate())

    assert WORD.encode() not in said
    assert searched(spoilt / "out", temporary) == []


@pytest.mark.parametrize("shape", office_names())
def test_a_table_with_a_word_where_none_belongs_is_refused_without_it(spoilt, shape, tmp_path):
    found = [p for p in tables(spoilt) if p.stem == shape]
    path = found[0] if found else write(tmp_path / "own", shape, [{}], made_up=True)
    told = []
    for name, field in load_schema(shape).columns.items():
        if field.kind not in ("choice", "person", "text") or field.published:
            continue
        copy = Path(shutil.copy(path, tmp_path / path.name))
        # A choice that the list does not have; a person whom a word stands for.
        spoil(copy, name, 40, f"{WORD}138001380")
        try:
            inspect_clean(spec(copy, shape, "made_up"))
        except EvalkitError as problem:
            told.append((name, field.kind, f"{problem} {problem.values}"))
        else:
            told.append((name, field.kind, "accepted"))
    assert [t for t in told if WORD in t[2]] == []
    assert [t for t in told if t[2] == "accepted" and t[1] != "person"] == []
