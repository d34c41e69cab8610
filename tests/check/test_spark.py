"""The same estimates from a folder of Parquet by DuckDB and by a real local Spark."""

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pytest
from tests.helpers import ROOT, swapped
from tests.served import (
    AREA,
    LICENCE,
    ORDERS,
    elsewhere,
    estimates,
    evalkit,
)
from tests.served import sample as sample

import evalkit.table.spark_session as sessions
from evalkit.errors import DataError
from evalkit.intake.marks import MARK
from evalkit.run.audit_hook import read_trace
from evalkit.table import FolderRows, SparkRows, ask

TYPES = {"a": "VARCHAR", "n": "BIGINT", "x": "DOUBLE", "y": "BOOLEAN", "d": "DATE"}
TYPES |= {"t": "TIMESTAMP", "town": "VARCHAR", "lacking": "VARCHAR"}
# Names that Hive writes by their bytes, that a pattern would match others by, and none.
TOWNS = ["贵港 東%E4", 'a/b "c" {d}', "", None]
ROWS = (
    "SELECT md5(i::VARCHAR) AS a, CASE WHEN i % 9 > 0 THEN i END AS n, "
    "CASE WHEN i % 7 > 0 THEN i / 8 ELSE 'NaN' END AS x, i % 3 = 0 AS y, "
    "DATE '1400-02-28' + CAST(i * 7 AS INTEGER) AS d, "
    "TIMESTAMP '2024-03-31 01:59:59.123456' + to_minutes(i) AS t, $towns[i % 4 + 1] AS town "
    "FROM range(40000) AS r(i)"
)


@pytest.fixture(scope="module", autouse=True)
def pyspark():
    """A folder with pyspark in the version of the extra; no Java here is a failure, no skip."""
    found = subprocess.run(["java", "-version"], capture_output=True, check=False)
    assert found.returncode == 0, "no Java here: install the package openjdk-17-jre-headless"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = project["optional-dependencies"]["spark"]
    folder = ROOT / "build" / wanted.replace("==", "-")
    if not (folder / "bin").is_dir():
        uv = (sys.executable, "-m", "uv", "pip", "install", "--quiet")
        subprocess.run([*uv, "--python", sys.executable, "--target", folder, wanted], check=True)
    return folder


@pytest.fixture(autouse=True)
def installed(pyspark, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(pyspark))


@pytest.fixture(scope="module", autouse=True)
def ended():
    yield
    sessions.close_session()


def asking(path):
    """Have a study name Spark."""
    text = path.read_text(encoding="utf-8")
    path.write_text(swapped(text, LICENCE, f'{LICENCE}engine = "spark"\n'), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def parted(sample, tmp_path_factory):
    """The sample study, whose tables lie in two files each and are asked by Spark."""
    folder = tmp_path_factory.mktemp("parted")
    path = asking(Path(elsewhere(sample, folder)))
    for area in (AREA, ORDERS):
        for file in (sample.parent / "data" / "clean" / area).glob("*.parquet"):
            target = folder / "data" / "clean" / area / file.name
            target.mkdir(parents=True)
            with duckdb.connect() as database:
                for part in (0, 1):
                    database.execute(
                        f"COPY (SELECT * EXCLUDE file_row_number FROM read_parquet('{file}', "
                        f"file_row_number = true) WHERE file_row_number % 2 = {part}) TO "
                        f"'{target / str(part)}.parquet' "
                        f"(FORMAT parquet, KV_METADATA {{{MARK}: 'sample'}})"
                    )
    return path


@pytest.mark.parametrize(
    ("area", "outcome", "least"),
    [
        *((AREA, "reach", 400), (ORDERS, "reach", 350), (ORDERS, "satisfaction", 90)),
    ],
)
def test_every_estimate_is_the_same_to_the_last_digit(
    area, outcome, least, sample, parted, monkeypatch
):
    asked, made = [], sessions.Session.ask
    monkeypatch.setattr(sessions.Session, "ask", lambda *words: asked.append(words) or made(*words))
    stored = estimates(sample, outcome, monkeypatch, area)
    assert (len(stored) > least, asked) == (True, [])

    assert estimates(parted, outcome, monkeypatch, area) == stored
    assert asked


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Rows of every type, in folders named after towns, below one with signs in its name."""
    path = tmp_path_factory.mktemp("x") / "评估 [1] {a,b}, *? #%41.parquet"
    with duckdb.connect() as database:
        place = str(path).replace("'", "''")
        towns = "[" + ", ".join("NULL" if t is None else f"'{t}'" for t in TOWNS) + "]"
        rows = ROWS.replace("$towns", towns)
        database.execute(f"COPY ({rows}) TO '{place}' (FORMAT parquet, PARTITION_BY (town))")
    return path


def questions(rows):
    yield rows.group_by("town").aggregate(
        rows=rows.count(), n=rows.n.sum(), known=rows.n.count(), of=rows.a.nunique(),
        yes=rows.y.cast("int64").sum(), mean=rows.n.mean(), half=rows.x.quantile(0.5),
        first=rows.d.min(), month=rows.d.truncate("M").max(), last=rows.t.max(),
        hours=(rows.t.epoch_seconds() / 3600).max(), none=rows.lacking.count(),
    ).order_by("town")  # fmt: skip
    yield rows.order_by("a").limit(50)
    yield rows.filter(rows.n < 0).aggregate(last=rows.d.max())
    yield rows.filter(rows.n < 0)
    yield rows.mutate(none=rows.lacking).select("none").limit(2)


def test_frames_of_every_type_are_those_of_duckdb(folder):
    wanted, found = (
        [ask(question) for question in questions(kind(folder, TYPES).expression())]
        for kind in (FolderRows, SparkRows)
    )

    assert set(wanted[0]["town"].dropna()) == {town for town in TOWNS if town}
    assert [len(frame) for frame in wanted] == [3, 50, 1, 0, 2]
    for one, other in zip(wanted, found, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_question_that_spark_cannot_answer_quotes_no_cell(folder):
    rows = SparkRows(folder, TYPES).expression()

    with pytest.raises(DataError) as caught:
        ask(rows.aggregate(n=rows.a.cast("int64").sum()))

    assert (caught.value.key, caught.value.values["code"]) == ("place.spark_code", "22018")
    assert caught.value.__context__ is None


def test_a_file_that_spark_passes_over_is_not_lost_without_a_word(tmp_path):
    path = tmp_path / "t.parquet"
    path.mkdir()
    for name in ("_part", "part"):
        duckdb.sql("SELECT 'x' AS a").write_parquet(str(path / f"{name}.parquet"))
    rows = SparkRows(path, {"a": "VARCHAR"})
    assert rows.n == 2

    with pytest.raises(DataError) as caught:
        ask(rows.expression().count())

    assert caught.value.key == "place.spark_rows"


def test_nothing_that_spark_writes_can_be_read_and_all_of_it_goes(tmp_path):
    sessions.close_session()
    held = [base64.b64encode(hashlib.sha256(b"%d" % i).digest()).decode() for i in range(20000)]
    frame = pd.DataFrame({"a": held})
    path = tmp_path / "t.parquet"
    duckdb.sql("SELECT * FROM frame").write_parquet(str(path))
    rows = SparkRows(path, {"a": "VARCHAR"}).expression()

    assert ask(rows.aggregate(n=rows.a.nunique())).iloc[0, 0] == len(frame)

    session = sessions.session("here")
    written = [file for file in session._folder.rglob("*") if file.is_file()]
    shuffled = [file for file in written if file.name.startswith("shuffle_")]
    assert sum(file.stat().st_size for file in shuffled) > 500_000
    raw = b"".join(file.read_bytes() for file in written)
    # Compressed without a key, all but a few of them could be found.
    assert [text for text in held[:200] if text[:20].encode() in raw] == []
    assert session._folder.stat().st_mode & 0o077 == 0
    sessions.close_session()
    assert not session._folder.exists()


def test_numbers_times_and_texts_are_understood_as_duckdb_does(tmp_path):
    path = tmp_path / "t.parquet"
    duckdb.sql(
        "SELECT 'a\\b''c\"d' || chr(10) || '%_' AS a, i * 0.125::DOUBLE - 1 AS x, i - 400 AS n, "
        "TIMESTAMP '1969-12-31 23:59:58.9' + to_microseconds(i * 7654321) AS t "
        "FROM range(800) AS r(i)"
    ).write_parquet(str(path))
    kinds = {"a": "VARCHAR", "x": "DOUBLE", "n": "BIGINT", "t": "TIMESTAMP"}

    def asked(rows):
        odd = "a\\b'c\"d\n%_"
        return rows.order_by("n").select(
            "a", same=rows.a == odd, said=ibis.literal(odd), joined=rows.a + "\x1f" + odd,
            fine=rows.x.round(2), whole=rows.x.round(), cut=rows.x.cast("int64"),
            low=rows.x.floor(), seconds=rows.t.epoch_seconds(), of=rows.n / 7,
            hours=(rows.t.epoch_seconds() - 12345) / 3600, month=rows.t.truncate("M"),
            days=rows.t.date().epoch_seconds() / 86400,
            found=rows.a.re_search("^(a|b).b"), text=rows.n.cast("string"),
            top=ibis.greatest(rows.n, rows.n.nullif(7)), low_date=rows.t.date(),
            tenth=rows.n * 0.1 + 0.3, small=rows.n * 1e-9, edge=rows.x >= 0.7 * rows.n - 1e-9,
        )  # fmt: skip

    wanted, found = (ask(asked(k(path, kinds).expression())) for k in (FolderRows, SparkRows))

    assert wanted["same"].all() and wanted["found"].all()
    assert wanted["seconds"].min() < 0 and (wanted["hours"] * 3600 % 1 > 0).any()
    pd.testing.assert_frame_equal(wanted, found, check_exact=True)


def javas():
    """The processes of Java that we started."""
    found = subprocess.run(["ps", "-ewwo", "pid,args"], capture_output=True, text=True).stdout
    return {int(line.split()[0]) for line in found.splitlines() if "pyspark-shell" in line}


def test_java_that_is_killed_is_told_and_the_next_question_starts_another(folder):
    sessions.close_session()
    before = javas()
    rows = SparkRows(folder, TYPES).expression()
    count = ask(rows.count()).iloc[0, 0]
    (java,) = javas() - before
    os.kill(java, signal.SIGKILL)

    with pytest.raises(DataError) as caught:
        ask(rows.count())

    assert caught.value.key == "place.spark_lost" and caught.value.__context__ is None
    assert ask(rows.count()).iloc[0, 0] == count == 40000


def test_a_run_builds_the_report_and_leaves_nothing_behind(parted, tmp_path):
    sessions.close_session()
    before = javas()
    home, scratch = tmp_path / "home", tmp_path / "tmp"
    shutil.copytree(parted.parent, home)
    scratch.mkdir()
    words = ("run", "--study", "study.toml", "--area", AREA, "--outcome", "reach")
    words += ("--jobs", "1", "--reports", "out")

    first, second = (evalkit(home, *words, TMPDIR=str(scratch)) for _ in range(2))

    assert first.returncode == second.returncode == 0, first.stdout + first.stderr
    # The kernel's trace is clean, and what was built rests on files: it is not built again.
    assert "Reports built: 1" in first.stdout and "Reports built: 1" not in second.stdout
    assert len(list((home / "out" / "sample" / AREA / "reach").glob("report*.en.html"))) == 1
    assert sorted(each.name for each in home.iterdir()) == ["data", "out", "study.toml"]
    until = time.monotonic() + 20
    while time.monotonic() < until and javas() - before:
        time.sleep(0.1)
    assert javas() - before == set()
    kept = [file.name for file in scratch.rglob("*")]
    assert [name for name in kept if "spark" in name or "shuffle" in name] == []


OURS = (
    "from pathlib import Path; from evalkit.table import SparkRows, ask\n"
    "rows = SparkRows(Path({path!r}), {{'a': 'VARCHAR'}}).expression()\n"
    "assert ask(rows.count()).iloc[0, 0] == 40000\n"
)
THEIRS = "from pyspark.sql import SparkSession; SparkSession.builder.getOrCreate()"


@pytest.mark.parametrize(("code", "found"), [(OURS, False), (THEIRS, True), (OURS + THEIRS, True)])
def test_only_the_spark_that_the_study_asks_for_is_known_to_a_kernel(folder, tmp_path, code, found):
    begin = f"from evalkit.run.audit_hook import watch; watch({str(tmp_path / 'notes')!r})\n"
    subprocess.run(
        [sys.executable, "-c", begin + code.format(path=str(folder))],
        check=True, cwd=tmp_path, capture_output=True, timeout=300,
    )  # fmt: skip

    behind = read_trace(tmp_path / "notes").behind
    assert ({"spark-submit", "127.0.0.1"} <= behind) == found
    assert found or behind == set()


@pytest.mark.parametrize("lacking", ["no_spark", "no_java"])
def test_a_run_without_spark_or_java_says_what_to_install(parted, tmp_path, lacking):
    home = tmp_path / "home"
    shutil.copytree(parted.parent, home)
    words = ("run", "--study", "study.toml", "--area", AREA, "--outcome", "reach")
    told = {"PYTHONPATH": ""} if lacking == "no_spark" else {"JAVA_HOME": str(tmp_path)}

    ran = evalkit(home, *words, "--reports", "out", **told)

    assert ran.returncode == 1
    said = {"no_spark": "pip install 'evalkit[spark]'", "no_java": "Install Java 17 or newer"}
    assert said[lacking] in " ".join((ran.stdout + ran.stderr).split())
    assert list((home / "out").rglob("report*.html")) == []
