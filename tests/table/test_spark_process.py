"""What runs in Spark's process: a quiet local Spark, of which only a code is passed on."""

import json
import os
import signal
import tempfile
import time

import pytest

from evalkit.errors import DataError
from evalkit.table import spark_process
from evalkit.table.spark_session import close_session, session
from evalkit.words import sentence


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """The folder in which a session's own folder is made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("EVALKIT_SOCKETS", raising=False)
    yield tmp_path
    close_session()


def refusal(work):
    with pytest.raises(DataError) as caught:
        work()
    # Nothing of what another said goes along.
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    return caught.value.key, sentence(caught.value, "en")


SPARK = """
import json, os, subprocess, sys
KEPT = {}
class SparkConf:
    def setAppName(self, name):
        return self
    def set(self, key, value):
        KEPT[key] = value
class SparkContext:
    class _gateway:
        proc = None
    def __init__(self, conf):
        if os.environ.get("REFUSES"):
            raise RuntimeError("geheim")
        print("geheim"); print("geheim", file=sys.stderr)
        SparkContext._gateway.proc = subprocess.Popen(["sleep", "600"])
"""
SQL = """
import json, os, resource
from pyspark import KEPT, SparkContext
from pyspark.errors import PySparkException
class Table:
    def __init__(self, rows=()):
        self.rows = rows
    def collect(self):
        return [(row,) for row in self.rows]
    def count(self):
        return 3
    def createOrReplaceTempView(self, name):
        DONE.append(("view", name))
DONE = []
class Read:
    def schema(self, text):
        DONE.append(("schema", text)); return self
    def option(self, *words):
        DONE.append(words); return self
    def parquet(self, *files):
        DONE.append(files); return Table()
class SparkSession:
    read = Read()
    def __init__(self, context):
        pass
    def table(self, name):
        return Table()
    def sql(self, text):
        if text == "fails":
            raise PySparkException("22018")
        if text == "odd":
            raise PySparkException(None)
        if text == "breaks":
            raise KeyError("geheim")
        if text == "dies":
            proc = SparkContext._gateway.proc
            proc.kill(); proc.wait()
            raise KeyError("geheim")
        told = {"settings": KEPT, "java": os.environ["JDK_JAVA_OPTIONS"], "done": DONE,
                "pid": SparkContext._gateway.proc.pid, "umask": os.umask(0o077),
                "core": resource.getrlimit(resource.RLIMIT_CORE)}
        return Table([json.dumps(told), "é"])
"""
ERRORS = """
class PySparkException(Exception):
    def getSqlState(self):
        return self.args[0]
    def getCondition(self):
        return None
"""


PY4J = """
class Py4JError(Exception):
    pass
"""


@pytest.fixture
def fake(tmp_path_factory, monkeypatch):
    """A pyspark and a Java that only say what they were told."""
    folder = tmp_path_factory.mktemp("fake")
    for name, text in (("", SPARK), ("sql", SQL), ("errors", ERRORS)):
        place = folder / "pyspark" / name
        place.mkdir(exist_ok=True)
        (place / "__init__.py").write_text(text, encoding="utf-8")
    (folder / "pyspark" / "sql" / "functions.py").write_text("broadcast = None", encoding="utf-8")
    (folder / "py4j").mkdir()
    (folder / "py4j" / "__init__.py").touch()
    (folder / "py4j" / "protocol.py").write_text(PY4J, encoding="utf-8")
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.touch(mode=0o700)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("JAVA_HOME", str(folder))
    return folder


VIEW = {"files": ["/a [1]/*.parquet"], "keys": [], "schema": "`a` STRING", "query": "q", "rows": 3}


def told(held, views=()):
    raw, rows = held.ask("any", dict(views), "here")
    first, second = raw.decode().splitlines()
    assert rows == 2 and second == "é"
    return json.loads(first)


def test_spark_is_local_quiet_encrypted_and_exact(fake):
    found = told(session("here"))

    settings = found["settings"]
    for key, value in {
        "spark.master": "local[1]",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.eventLog.enabled": "false",
        "spark.log.level": "OFF",
        "spark.local.dir": ".",
        "spark.io.encryption.enabled": "true",
        "spark.authenticate": "true",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.runSQLOnFiles": "false",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.caseSensitive": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.files.ignoreCorruptFiles": "false",
        "spark.sql.files.ignoreMissingFiles": "false",
    }.items():
        assert settings[key] == value, key
    assert settings == spark_process.SETTINGS
    assert {"-Djava.io.tmpdir=.", "-XX:ErrorFile=/dev/null"} <= set(found["java"].split())
    # Nobody else reads what it writes, and no image of its memory is written.
    assert (found["umask"], found["core"]) == (0o077, [0, 0])


def test_a_table_is_told_once_and_its_files_by_their_names(fake):
    held = session("here")

    told(held, {"t": VIEW})
    done = told(held, {"t": VIEW})["done"]

    assert done == [
        ["schema", "`a` STRING"],
        ["recursiveFileLookup", True],
        # What stands for other letters in a pattern stands for itself.
        ["/a \\[1\\]/\\*.parquet"],
        ["view", "found"],
        ["view", "t"],
    ]


def test_a_table_of_which_spark_sees_other_rows_is_refused_each_time(fake):
    held = session("here")

    for _ in range(2):
        key, _ = refusal(lambda: held.ask("any", {"t": {**VIEW, "rows": 4}}, "here"))
        assert key == "place.spark_rows"


@pytest.mark.parametrize(
    ("sql", "code"), [("fails", "22018"), ("odd", "(?)"), ("breaks", "KeyError")]
)
def test_of_what_spark_says_only_a_code_is_passed_on(fake, sql, code):
    held = session("here")

    key, said = refusal(lambda: held.ask(sql, {}, "here"))

    assert key == "place.spark_code" and code in said and "geheim" not in said
    assert told(held)["pid"] > 0


def test_java_that_is_gone_is_a_lost_spark(fake):
    assert refusal(lambda: session("here").ask("dies", {}, "here"))[0] == "place.spark_lost"


def gone(pid):
    """Whether a process ends within some seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_java_and_the_folder_go_with_who_asked(fake, scratch):
    pid = told(session("here"))["pid"]
    close_session()

    assert gone(pid)
    assert list(scratch.glob("evalkit-*")) == []


def test_they_go_even_with_one_that_is_killed_while_it_asks(fake, scratch):
    child = os.fork()
    if not child:
        (scratch / "pid").write_text(str(told(session("here"))["pid"]))
        time.sleep(60)
        os._exit(0)
    until = time.monotonic() + 30
    while time.monotonic() < until and not (scratch / "pid").exists():
        time.sleep(0.05)
    time.sleep(0.2)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert gone(int((scratch / "pid").read_text()))
    until = time.monotonic() + 10
    while time.monotonic() < until and list(scratch.glob("evalkit-*")):
        time.sleep(0.05)
    assert list(scratch.glob("evalkit-*")) == []


@pytest.mark.parametrize("by", ["JAVA_HOME", "PATH"])
def test_without_java_or_pyspark_the_one_that_lacks_is_named(fake, monkeypatch, by):
    if by == "PATH":
        monkeypatch.delenv("JAVA_HOME")
        monkeypatch.setenv("PATH", str(fake / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", "")
    assert refusal(lambda: session("here"))[0] == "place.no_spark"
    (fake / "bin" / "java").unlink()
    monkeypatch.setenv("PATH", str(fake))

    assert refusal(lambda: session("here"))[0] == "place.no_java"


def test_a_spark_that_does_not_start_says_nothing_of_its_own(fake, monkeypatch):
    monkeypatch.setenv("REFUSES", "1")

    key, said = refusal(lambda: session("here"))

    assert key == "place.spark_refused" and "geheim" not in said
