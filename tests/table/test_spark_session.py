"""A local Spark is a process of its own, which says our sentences and goes with us."""

import json
import os
import signal
import stat
import tempfile
import threading
import time
from pathlib import Path

import pytest

import evalkit.table.spark_session as sessions
from evalkit.errors import DataError
from evalkit.secret import VARIABLE
from evalkit.table.spark_session import close_session, session
from evalkit.words import sentence

# Plays Spark's process: says how it began, and answers each question by what it holds.
PLAYED = """
import json, os, sys
def say(head, raw=b""):
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\\n" + raw)
    sys.stdout.buffer.flush()
{begin}
for line in sys.stdin.buffer:
    asked = json.loads(line)
    exec(asked["sql"])
"""
ECHO = "say({'rows': 2, 'bytes': 4}, b'a\\nb\\n')"


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    """The folder in which a session's own folder is made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("EVALKIT_SOCKETS", raising=False)
    yield tmp_path
    close_session()


@pytest.fixture
def plays(tmp_path_factory, monkeypatch):
    """Have another program play Spark's process."""

    def play(begin="say({})"):
        program = tmp_path_factory.mktemp("played") / "play.py"
        program.write_text(PLAYED.format(begin=begin), encoding="utf-8")
        monkeypatch.setattr(sessions, "PROGRAM", program)

    return play


def refusal(work):
    with pytest.raises(DataError) as caught:
        work()
    # Nothing of what another said goes along.
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    return caught.value.key, sentence(caught.value, "en")


def test_a_question_gets_its_lines_and_how_many_they_are(plays):
    plays()
    held = session("here")

    assert held.ask(ECHO, {}, "here") == (b"a\nb\n", 2)
    code = "say({'rows': 1, 'bytes': 1}, asked['views']['t'].encode())"
    assert held.ask(code, {"t": "v"}, "here") == (b"v", 1)
    assert session("there") is held
    close_session()
    assert session("here") is not held


@pytest.mark.parametrize("sockets", [False, True])
def test_its_folder_is_private_lies_in_the_scratch_of_the_run_and_goes(
    plays, scratch, monkeypatch, sockets
):
    plays()
    place = scratch / "run"
    place.mkdir()
    if sockets:
        monkeypatch.setenv("EVALKIT_SOCKETS", str(place))
    held = session("here")
    (folder,) = (place if sockets else scratch).glob("evalkit-*")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    told = "say({'rows': 0, 'bytes': len(r)}, r)"
    raw, _ = held.ask(f"r = os.getcwd().encode(); {told}", {}, "here")
    assert Path(raw.decode()) == folder
    close_session()
    assert not folder.exists()


def test_its_environment_has_no_key_and_nothing_that_sends_spark_elsewhere(
    plays, monkeypatch, scratch
):
    plays()
    foreign = (
        *("SPARK_HOME", "SPARK_LOCAL_DIRS", "SPARK_CONF_DIR", "PYSPARK_SUBMIT_ARGS"),
        *("HADOOP_CONF_DIR", "YARN_CONF_DIR", "HIVE_HOME", "JDK_JAVA_OPTIONS"),
        *("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", VARIABLE),
    )
    for name in foreign:
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("JAVA_HOME", "/java")
    code = "r = json.dumps(dict(os.environ)).encode(); say({'rows': 0, 'bytes': len(r)}, r)"

    found = json.loads(session("here").ask(code, {}, "here")[0])

    assert set(foreign) & found.keys() == set()
    assert found["JAVA_HOME"] == "/java"
    assert Path(found["TMPDIR"]).parent == scratch
    code = "r = json.dumps([os.getsid(0), sys.flags.safe_path]).encode()"
    code += "; say({'rows': 0, 'bytes': len(r)}, r)"
    sid, safe = json.loads(session("here").ask(code, {}, "here")[0])
    # What interrupts a cell does not reach it, and no module is looked for where it works.
    assert sid != os.getsid(0) and safe


@pytest.mark.parametrize(
    ("begin", "key", "told"),
    [
        ("say({'failed': 'no_spark'}); sys.exit()", "no_spark", "pip install 'evalkit[spark]'"),
        ("say({'failed': 'no_java'}); sys.exit()", "no_java", "Java 17 or newer"),
        ("say({'failed': 'spark_refused'}); sys.exit()", "spark_refused", "does not start"),
        ("sys.exit(1)", "spark_refused", "does not start"),
        ("print('geheim'); sys.exit(1)", "spark_refused", "does not start"),
    ],
)
def test_what_is_in_the_way_of_a_start_is_one_sentence(plays, scratch, begin, key, told):
    plays(begin)

    found, said = refusal(lambda: session("north/attendance.parquet"))

    assert found == f"place.{key}"
    assert said.startswith("north/attendance.parquet: ") and told in said
    assert "geheim" not in said
    assert list(scratch.glob("evalkit-*")) == []


@pytest.mark.parametrize(
    "work",
    [
        "sys.exit()",
        "os.kill(os.getpid(), 9)",
        "say({'rows': 1, 'bytes': 9}, b'cut'); sys.exit()",
        "sys.stdout.write('geheim\\n'); sys.stdout.flush()",
        "say({'failed': 'spark_lost'})",
    ],
)
def test_a_spark_that_is_lost_halfway_is_told_and_another_one_starts(plays, scratch, work):
    plays()
    held = session("here")

    key, said = refusal(lambda: held.ask(work, {}, "here"))

    assert key == "place.spark_lost" and "Nothing of this report was written" in said
    assert "geheim" not in said
    assert list(scratch.glob("evalkit-*")) == []
    assert session("here") is not held
    assert session("here").ask(ECHO, {}, "here") == (b"a\nb\n", 2)


def test_one_that_is_gone_before_it_is_asked_is_lost(plays):
    plays("say({}); sys.stdin.close(); sys.exit()")
    held = session("here")
    held._spark.wait(10)

    assert refusal(lambda: held.ask(ECHO * 9999, {}, "here"))[0] == "place.spark_lost"


@pytest.mark.parametrize(
    ("failed", "told"),
    [
        ("{'failed': 'spark_code', 'code': '22018'}", "could not answer (22018)"),
        ("{'failed': 'spark_rows'}", "another number of rows"),
    ],
)
def test_a_question_without_an_answer_leaves_a_session_that_goes_on(plays, failed, told):
    plays()
    held = session("here")

    assert told in refusal(lambda: held.ask(f"say({failed})", {}, "here"))[1]

    assert session("here") is held
    assert held.ask(ECHO, {}, "here")[1] == 2


def test_who_is_interrupted_leaves_no_half_asked_session(plays, scratch):
    plays()
    held = session("here")
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        held.ask("import time; time.sleep(60)", {}, "here")

    assert session("here") is not held
    assert held._spark.poll() is not None


def test_one_that_does_not_end_is_ended(plays, monkeypatch):
    plays()
    monkeypatch.setattr(sessions, "PATIENCE", 0.2)
    held = session("here")
    held._spark.stdin.write(b'{"sql": "import time; time.sleep(60)"}\n')
    held._spark.stdin.flush()
    began = time.monotonic()

    close_session()

    assert time.monotonic() - began < 30
    assert held._spark.returncode == -signal.SIGKILL


def test_a_fork_has_a_session_of_its_own(plays, monkeypatch):
    plays()
    held, own = session("here"), os.getpid()
    with monkeypatch.context() as patch:
        patch.setattr(sessions.os, "getpid", lambda: own + 1)

        other = session("here")
        assert other is not held
        close_session()
        assert other._spark.returncode == 0 and held._spark.poll() is None
    assert session("here") is held
