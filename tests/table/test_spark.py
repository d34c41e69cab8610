"""Rows that Spark counts: what it is told of them, and its answer as DuckDB would give it."""

import hashlib
import os

import duckdb
import ibis
import pytest

from evalkit.errors import DataError
from evalkit.table import FolderRows, SparkRows, ask

TYPES = {"a": "VARCHAR", "n": "BIGINT", "x": "DOUBLE", "y": "BOOLEAN", "d": "DATE"}
TYPES |= {"t": "TIMESTAMP", "town": "VARCHAR", "day": "DATE", "more": "VARCHAR"}
ROWS = (
    "SELECT 'p' || i AS a, i AS n, i / 2 AS x, i > 1 AS y, DATE '2024-02-29' AS d, "
    "TIMESTAMP '2024-01-01 10:00:00' AS t, ['东', 'a/b', NULL][i % 3 + 1] AS town, "
    "DATE '2024-03-01' + CAST(i % 2 AS INTEGER) AS day FROM range(6) AS r(i)"
)


class Session:
    """A Spark that gives these answers, and keeps what it was asked."""

    def __init__(self):
        self.answers, self.asked = [], []

    def ask(self, sql, views, place):
        self.asked.append((sql, views, place))
        raw = self.answers.pop(0)
        return raw, raw.count(b"\n")


@pytest.fixture
def spark(monkeypatch):
    held = Session()
    monkeypatch.setattr("evalkit.table.spark.session", lambda place: held)
    return held


@pytest.fixture
def folder(tmp_path):
    """Six rows, each with a town and a day that its file's folders tell."""
    path = tmp_path / "visits.parquet"
    with duckdb.connect() as database:
        database.execute(f"COPY ({ROWS}) TO '{path}' (FORMAT parquet, PARTITION_BY (town, day))")
    return path


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "people.parquet"
    # Not the connection that all tests of a process share: one may have left it busy.
    with duckdb.connect() as database:
        database.sql(f"SELECT * EXCLUDE (town) FROM ({ROWS})").write_parquet(str(path))
    return path


def test_spark_is_told_the_files_their_columns_and_how_many_rows_there_are(folder):
    view = SparkRows(folder, TYPES).view

    files = [str(folder / name) for name in SparkRows(folder, TYPES).parts]
    assert view["files"] == files and len(files) == 6
    assert view["schema"] == (
        "`a` STRING, `n` BIGINT, `x` DOUBLE, `y` BOOLEAN, `d` DATE, `t` TIMESTAMP_NTZ"
    )
    assert view["rows"] == 6
    for part in (
        "NULLIF(CAST(`a` AS STRING), '') AS `a`",
        "CAST(`n` AS BIGINT) AS `n`",
        "NULLIF(CAST(`x` AS DOUBLE), DOUBLE('NaN')) AS `x`",
        "CAST(`t` AS TIMESTAMP_NTZ) AS `t`",
        "CAST(`day` AS DATE) AS `day`",
        "CAST(NULL AS STRING) AS `more` FROM found",
    ):
        assert part in view["query"]


def test_what_the_folders_names_say_is_read_here_and_told_file_by_file(folder):
    rows = SparkRows(folder, TYPES)
    view = rows.view

    assert view["keys"] == ["town", "day"]
    told = {view["files"][number]: values for number, values in view["values"]}
    found = {}
    for file, values in told.items():
        with duckdb.connect() as database:
            asked = f"SELECT n FROM read_parquet('{file}', hive_partitioning = false)"
            found |= {n: values for (n,) in database.sql(asked).fetchall()}
    towns = ["东", "a/b", None]
    assert found == {n: [towns[n % 3], f"2024-03-0{n % 2 + 1}"] for n in range(6)}


def test_a_file_by_itself_is_counted_where_it_lies(file, spark):
    rows = SparkRows(file, TYPES)

    assert rows.fingerprint == hashlib.sha256(file.read_bytes()).hexdigest()
    assert rows.view["files"] == [str(file)]
    assert (rows.view["keys"], rows.view["values"]) == ([], [])
    assert "`day` DATE" in rows.view["schema"]
    # Frames, checks and counts of what is missing are DuckDB's.
    assert rows.n == len(rows.frame) == rows.missing()["more"] == 6
    assert spark.asked == []


def test_a_question_is_sql_of_spark_and_its_answer_has_the_types_it_says(folder, spark):
    rows = SparkRows(folder, TYPES).expression()
    spark.answers.append(b'"\xe4\xb8\x9c ""x""",6,2024-02-01,1.5,true\n,,,,\n')

    found = ask(
        rows.group_by("town").aggregate(
            n=rows.n.sum(), m=rows.d.truncate("M").max(), x=rows.x.mean(), y=rows.y.max()
        )
    )

    assert found["town"].tolist()[0] == '东 "x"' and found.isna().all(axis=1).tolist()[1]
    assert [str(kind) for kind in found.dtypes[1:]] == [
        *("Int64", "datetime64[us]", "float64", "boolean")
    ]
    ((sql, views, place),) = spark.asked
    assert sql.startswith("SELECT concat_ws(',', coalesce(concat('\"', replace(CAST(CAST(`town`")
    assert "coalesce(CAST(CAST(bround(`n`) AS BIGINT) AS STRING), '')" in sql
    assert "coalesce(CAST(CAST(`m` AS DATE) AS STRING), '')" in sql
    assert f"FROM `{rows.get_name()}`" in sql and "DATE_TRUNC('MONTH'" in sql.upper()
    assert views == {rows.get_name(): SparkRows(folder, TYPES).view}
    assert place == str(folder)


def test_no_largest_of_one_value_alone_is_asked_for(file, spark):
    rows = SparkRows(file, TYPES).expression()
    spark.answers.append(b"1,2,3\n")

    ask(
        rows.aggregate(
            one=ibis.greatest(ibis.least(rows.n) + 1).max(),
            two=ibis.greatest(rows.n, rows.n + 1).max(),
            three=ibis.least(rows.n, 3).max(),
        )
    )

    sql = spark.asked[0][0].upper()
    assert (sql.count("GREATEST("), sql.count("LEAST(")) == (1, 1)


def test_what_duckdb_means_by_a_word_is_what_spark_is_asked(file, spark):
    rows = SparkRows(file, TYPES).expression()
    spark.answers.append(b"1,1,1\n")

    ask(
        rows.aggregate(
            hours=(rows.d.epoch_seconds() / 3600).max(),
            cut=rows.x.cast("int64").max(),
            text=rows.n.cast("string").max(),
        )
    )

    sql = "".join(spark.asked[0][0].split()).upper()
    micros = "CAST(UNIX_MICROS(CAST(`T0`.`D`ASTIMESTAMP(6)))ASDOUBLE)"
    assert f"MAX(TRY_DIVIDE(TRY_DIVIDE({micros},1000000),3600))" in sql
    assert "MAX(CAST(BROUND(`T0`.`X`)ASBIGINT))" in sql and "CAST(`T0`.`N`ASSTRING)" in sql
    assert (sql.count("UNIX_"), sql.count("BROUND(`T0`")) == (1, 1)


def test_tables_of_spark_are_asked_together_and_with_others_they_are_not(folder, file, spark):
    one, two = (SparkRows(path, TYPES).expression() for path in (folder, file))
    spark.answers.append(b"6\n")

    assert ask(one.join(two, "a").count()).iloc[0, 0] == 6
    assert spark.asked[0][1].keys() == {one.get_name(), two.get_name()}
    here = FolderRows(folder, TYPES).expression()
    with pytest.raises(DataError) as caught:
        ask(one.join(here, "a").count())
    assert caught.value.key == "place.apart"
    assert caught.value.values["places"] == [str(folder)]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("which", ["folder", "file"])
def test_a_file_that_changed_meanwhile_is_the_reason(folder, file, spark, which, fails):
    path = next(folder.rglob("*.parquet")) if which == "folder" else file
    one, two = (SparkRows(each, TYPES).expression() for each in (folder, file))
    spark.answers += [b"6\n"] * (not fails)
    ask_both = one.join(two, "a").count()
    stamp = os.stat(path).st_mtime_ns + 10**9
    os.utime(path, ns=(stamp, stamp))

    with pytest.raises(DataError) as caught:
        ask(ask_both)

    assert caught.value.key == "place.folder_changed"


def test_an_answer_that_is_not_what_was_asked_for_is_refused(file, spark):
    rows = SparkRows(file, TYPES).expression()
    spark.answers.append(b"one\n")

    with pytest.raises(DataError) as caught:
        ask(rows.count())

    assert caught.value.key == "place.unreadable"


def test_a_type_that_only_duckdb_knows_is_refused(file, spark):
    rows = SparkRows(file, TYPES).expression()

    with pytest.raises(DataError) as caught:
        ask(rows.mutate(gap=rows.t - rows.t))

    assert caught.value.key == "place.result_type" and spark.asked == []
