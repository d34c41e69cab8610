"""The process in which Spark runs: it answers what its parent asks, and goes with it.

Run as a script, and imports nothing of evalkit. Whoever has the parent's pipes asks, and nobody
else: the notebook's own process holds no session, no socket and no thread of Spark. A line of
JSON is a question, and another one its answer, which may say how many bytes follow.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Java writes into the working folder, which is private, and leaves nothing for a debugger.
JAVA = "-Djava.io.tmpdir=. -XX:ErrorFile=/dev/null -XX:-UsePerfData -XX:-CreateCoredumpOnCrash"
SETTINGS = {
    # One thread, as DuckDB has here: reports are made beside one another, and numbers with
    # decimals are added up in one order.
    "spark.master": "local[1]",
    "spark.sql.shuffle.partitions": "16",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.eventLog.enabled": "false",
    "spark.log.level": "OFF",
    # What does not fit into memory goes to the private folder, under a key that only this
    # process has.
    "spark.local.dir": ".",
    "spark.io.encryption.enabled": "true",
    "spark.authenticate": "true",
    "spark.sql.warehouse.dir": "warehouse",
    "spark.sql.catalogImplementation": "in-memory",
    # A query names our tables alone.
    "spark.sql.runSQLOnFiles": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
# A letter that Hadoop takes for a sign in the name of a file.
SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\{}[]*?"})
FAILED = "failed"
# Seconds within which Java that broke off is gone.
GOING = 2
# A column that no table has.
FILE = "evalkit_file"


class Spark:
    """A local session, all of whose files lie in the working folder."""

    def __init__(self) -> None:
        from pyspark import SparkConf, SparkContext
        from pyspark.sql import SparkSession

        os.environ["JDK_JAVA_OPTIONS"] = JAVA
        conf = SparkConf().setAppName("evalkit")
        for key, value in SETTINGS.items():
            conf.set(key, value)
        self._session = SparkSession(SparkContext(conf=conf))
        self.java = SparkContext._gateway.proc
        self._views: set[str] = set()

    def answer(self, asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return what a question comes to: how it went, and lines of CSV."""
        for name, view in asked["views"].items():
            if name not in self._views:
                self._add(name, view)
                if self._session.table(name).count() != view["rows"]:
                    return {FAILED: "spark_rows"}, b""
                self._views.add(name)
        lines = [line for (line,) in self._session.sql(asked["sql"]).collect()]
        raw = "".join(f"{line}\n" for line in lines).encode()
        return {"rows": len(lines), "bytes": len(raw)}, raw

    def _add(self, name: str, view: Mapping[str, Any]) -> None:
        from pyspark.sql.functions import broadcast

        files = [file.translate(SIGNS) for file in view["files"]]
        # The names of folders are read by the parent, and by no second way here.
        read = self._session.read.schema(view["schema"]).option("recursiveFileLookup", True)
        rows = read.parquet(*files)
        if view["keys"]:
            rows = rows.withColumn(FILE, rows["_metadata.file_path"])
            rows = rows.join(broadcast(self._keys(view)), FILE)
        rows.createOrReplaceTempView("found")
        self._session.sql(view["query"]).createOrReplaceTempView(name)

    def _keys(self, view: Mapping[str, Any]) -> DataFrame:
        """Return what stands in the names of the folders, by the name that Spark has for a file."""
        named = self._session._jvm.org.apache.spark.paths.SparkPath.fromPathString
        rows = [
            (named(f"file:{view['files'][file]}").urlEncoded(), *values)
            for file, values in view["values"]
        ]
        columns = ", ".join(f"`{key}` STRING" for key in (FILE, *view["keys"]))
        return self._session.createDataFrame(rows, columns)


def answered(spark: Spark, line: bytes) -> tuple[dict[str, Any], bytes]:
    """Return an answer, or by what code Spark says that there is none.

    Its words are not passed on: they quote cells.
    """
    from pyspark.errors import PySparkException

    try:
        return spark.answer(json.loads(line))
    except PySparkException as problem:
        code = problem.getSqlState() or problem.getCondition() or "?"
    except Exception as problem:
        code = type(problem).__name__
        with suppress(subprocess.TimeoutExpired):
            # It may be going, and every further question would fail as this one.
            spark.java.wait(GOING)
            return {FAILED: "spark_lost"}, b""
    return {FAILED: "spark_code", "code": str(code)}, b""


def started() -> Spark | str:
    """Return Spark, or what is in the way: "no_spark", "no_java" or "spark_refused"."""
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=os.path.join(home, "bin") if home else None):
        return "no_java"
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError:
        return "no_spark"
    try:
        return Spark()
    except (Py4JError, PySparkException, OSError, RuntimeError):
        # Java that ends at once, an option that it does not know, a port that it does not get.
        return "spark_refused"


def _asked(questions: BinaryIO, held: queue.SimpleQueue[bytes], end: Any) -> None:
    """Take questions as they come; leave as soon as nobody is there who could ask another."""
    for line in questions:
        held.put(line)
    end()


def main(folder: str) -> None:
    """Start Spark and answer questions until there is nobody who asks."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (1, 2):
        # What Java says is nobody's to read: it may quote cells.
        os.dup2(nowhere, standard)
    os.umask(0o077)
    with suppress(ImportError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    held: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    spark: Spark | str = ""

    def end() -> None:
        if isinstance(spark, Spark):
            spark.java.kill()
            spark.java.wait()
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    def told(said: Mapping[str, Any], raw: bytes = b"") -> None:
        answers.write(json.dumps(said).encode() + b"\n" + raw)
        answers.flush()

    threading.Thread(target=_asked, args=(sys.stdin.buffer, held, end), daemon=True).start()
    try:
        spark = started()
        told({FAILED: spark} if isinstance(spark, str) else {})
        while isinstance(spark, Spark):
            told(*answered(spark, held.get()))
    finally:
        end()


if __name__ == "__main__":
    main(sys.argv[1])
