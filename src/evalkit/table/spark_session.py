"""A local Spark that a report starts: a process of its own, asked through its pipes.

Imports files, trace, secret and errors. Of what Spark says only a code comes here: its words
quote cells.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from evalkit.errors import DataError
from evalkit.files import SOCKETS, scratch
from evalkit.secret import without_key
from evalkit.trace import openly, starting

PROGRAM = Path(__file__).with_name("spark_process.py")
# What would have Spark or Java run elsewhere, write elsewhere or say more.
FOREIGN = ("SPARK_", "PYSPARK_", "HADOOP_", "YARN_", "HIVE_", "JDK_JAVA_", "JAVA_TOOL_", "_JAVA_")
# After these another question can be asked.
GOES_ON = ("spark_code", "spark_rows")
# Seconds that its end may take.
PATIENCE = 10


class Session:
    """A local Spark of this process.

    Parameters
    ----------
    place : str
        The table that is asked first, as messages name it.

    Raises
    ------
    DataError
        If pyspark or Java is not installed, or Spark does not start.
    """

    def __init__(self, place: str) -> None:
        self._process = os.getpid()
        with openly():
            self._folder = scratch(os.environ.get(SOCKETS))
        words = [sys.executable, "-P", str(PROGRAM), str(self._folder)]
        with starting(words):
            self._spark = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=_environment(self._folder),
                # Who interrupts a cell interrupts us, and we end it.
                start_new_session=True,
            )
        self._told(b"", place, "spark_refused")

    def ask(
        self, sql: str, views: Mapping[str, Mapping[str, Any]], place: str
    ) -> tuple[bytes, int]:
        """Return what a query finds, as lines, and how many there are.

        Parameters
        ----------
        sql : str
            Its one column is a text.
        views : mapping of str to mapping
            The tables that it names: their files, the folder that these lie in, the types of
            their columns, the query that makes the table of them, and how many rows it has.
        place : str
            The table that is asked, as messages name it.
        """
        asked = json.dumps({"sql": sql, "views": views}).encode() + b"\n"
        head, raw = self._told(asked, place, "spark_lost")
        return raw, int(head["rows"])

    def close(self) -> None:
        """End the session, with all that it wrote."""
        if _sessions.get(self._process) is self:
            del _sessions[self._process]
        for pipe in (self._spark.stdin, self._spark.stdout):
            # What it no longer reads cannot be sent any more.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        try:
            self._spark.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._spark.kill()
            self._spark.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _told(self, question: bytes, place: str, silent: str) -> tuple[dict[str, Any], bytes]:
        """Return the answer to a question, or stop with a sentence of ours alone.

        Parameters
        ----------
        silent : str
            What it means where no answer comes.
        """
        try:
            head, raw = self._answer(question)
        except (OSError, ValueError):
            head, raw = {"failed": silent}, b""
        except BaseException:
            # The next question would get the answer to this one.
            self.close()
            raise
        # Not where it was caught: the words of another would go along with ours.
        if (failed := head.get("failed")) is None:
            return head, raw
        if failed not in GOES_ON:
            self.close()
        raise DataError(f"place.{failed}", path=place, code=head.get("code", ""))

    def _answer(self, question: bytes) -> tuple[dict[str, Any], bytes]:
        assert self._spark.stdin is not None and self._spark.stdout is not None
        self._spark.stdin.write(question)
        self._spark.stdin.flush()
        head = json.loads(self._spark.stdout.readline())
        raw = self._spark.stdout.read(head.get("bytes", 0))
        if len(raw) != head.get("bytes", 0):
            raise ValueError("cut short")
        return head, raw


def _environment(folder: Path) -> dict[str, str]:
    """Return what Spark's process is told by its environment."""
    found = {n: v for n, v in without_key().items() if not n.startswith(FOREIGN)}
    return {**found, "TMPDIR": str(folder)}


# Of each process: a fork must not go on in the session of its parent.
_sessions: dict[int, Session] = {}


def session(place: str) -> Session:
    """Return this process's Spark, which every table shares; the first question starts it.

    Parameters
    ----------
    place : str
        The table that is asked, as messages name it.

    Raises
    ------
    DataError
        As `Session` does.
    """
    process = os.getpid()
    if process not in _sessions:
        _sessions[process] = Session(place)
    return _sessions[process]


@atexit.register
def close_session() -> None:
    """End the Spark of this process, if there is one; whoever asks next starts another."""
    if os.getpid() in _sessions:
        _sessions[os.getpid()].close()
