"""An answer has the types that its question says, wherever the tables lie."""

import ibis
import pandas as pd
import pytest

from evalkit.errors import DataError
from evalkit.protocol import Server
from evalkit.table import FrameRows, ServerRows, ask
from evalkit.table.engine import disk, expression_of, lies_in, new_name, result_types
from evalkit.table.lines import frame_of
from evalkit.table.server import KINDS, ServerTable
from evalkit.words import sentence

TYPES = {"a": "VARCHAR", "n": "BIGINT", "x": "DOUBLE", "y": "BOOLEAN", "d": "DATE"}
TYPES |= {"t": "TIMESTAMP"}
SERVER = Server("h", "d", "", 5432, "", ("attendance",), ())


class Session:
    """A database that answers what it is told, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def rows(self, query, place):
        self.asked.append(query)
        return self.answers.pop(0)

    def copy(self, query, place, take):
        self.asked.append(query)
        lines = self.answers.pop(0)
        for line in lines:
            take(line)
        return len(lines)


@pytest.fixture
def opened(monkeypatch):
    """A table of two columns in a database that gives these answers."""

    def open_(*answers, found=(("a", "text", "says"), ("n", "int4", "says"))):
        session = Session(list(found), *answers)
        monkeypatch.setattr("evalkit.table.server.session", lambda server: session)
        table = ServerTable(SERVER, "north", "attendance", "here")
        return session, table

    return open_


def test_lines_become_rows_of_their_types():
    raw = (
        b'"",1,0.1,t,2024-02-29,2024-02-29 12:00:00.5\n'
        b'"a ""b"",\r\nc",-1,NaN,f,9999-12-31,0001-01-01 00:00:00\n,,,,,\n\\.,,-0,,,\n'
    )

    frame = frame_of(raw, TYPES)

    assert frame["a"].tolist()[:2] == ["", 'a "b",\r\nc']
    assert frame["a"].isna().tolist() == [False, False, True, False]
    assert frame["n"].tolist()[:2] == [1.0, -1.0]
    assert frame["x"].tolist()[0] == 0.1 and frame["x"].isna().tolist()[1]
    assert [str(dtype) for dtype in frame.dtypes[3:]] == [
        *("boolean", "datetime64[us]", "datetime64[us]")
    ]
    assert frame_of(b"", TYPES).shape == (0, 6)
    # They may be persons: nothing of them stays in memory.
    assert [name for name in disk().store if name.endswith(".csv")] == []


def test_the_columns_of_an_answer_are_of_the_types_that_the_question_says():
    frame = pd.DataFrame({"n": [1, 2, 2], "d": pd.to_datetime(["2024-02-29"] * 3)})
    rows = FrameRows(frame).expression()

    found = ask(rows.aggregate(s=rows.n.sum(), m=rows.d.truncate("M").max(), u=rows.n.mean()))

    # Not HUGEINT, which a frame has as a number with decimals.
    assert [str(dtype) for dtype in found.dtypes] == ["int64", "datetime64[us]", "float64"]
    assert found["s"].tolist() == [5]


def test_every_kind_of_result_has_a_type_and_others_have_none():
    table = expression_of("t", TYPES)
    whole = table.mutate(gap=table.t - table.t, dec=table.n.cast("decimal(9, 2)"))

    assert result_types(whole) == {**TYPES, "gap": "", "dec": "DOUBLE"}
    # Here it is given as it is.
    span = FrameRows(pd.DataFrame({"t": pd.to_datetime(["2024-01-01"])})).expression()
    assert ask(span.mutate(gap=span.t - span.t))["gap"].tolist() == [pd.Timedelta(0)]


def test_a_database_is_asked_with_its_own_sql(opened):
    session, table = opened([b"x,3\n"])
    rows = ServerRows(table, {"a": "VARCHAR", "n": "BIGINT", "y": "BOOLEAN"}).expression()
    by = rows.group_by("a").aggregate(n=rows.n.sum(), yes=rows.y.cast("int64").sum())

    found = ask(by.select("a", "n"))

    assert found.values.tolist() == [["x", 3]]
    sql = session.asked[-1]
    assert "AS NOT MATERIALIZED" in sql and 'FROM "north"."attendance"' in sql
    assert """NULLIF(CAST("a" AS text), '') COLLATE "C" AS "a\"""" in sql
    assert 'CAST("n" AS int8) AS "n"' in sql and 'CAST(NULL AS bool) AS "y"' in sql
    ServerRows(table, {"y": "BOOLEAN"})
    session.answers.append([b"1\n"])
    ask(rows.aggregate(yes=rows.y.cast("int64").sum()))
    # PostgreSQL makes a large number of a yes or no by way of a small one.
    assert "CAST(CAST(" in session.asked[-1] and "AS INT) AS BIGINT)" in session.asked[-1]


def test_numbers_that_are_none_and_times_before_all_others_are_told(opened):
    found = [("x", "float8", ""), ("d", "date", ""), ("t", "timestamp", "")]
    _, table = opened(found=found)

    types = {name: TYPES[name] for name in ("x", "d", "t")}
    checked, given = table.source(types), table.source(types, given=True)
    assert "NULLIF" not in checked and checked.count("< '0001-01-01' THEN '-infinity'") == 2
    assert """NULLIF(CAST("x" AS float8), 'NaN')""" in given and "infinity" not in given


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_may_be_of_a_type_that_says_the_same_and_of_no_other(opened, kind):
    for name in KINDS[kind]:
        assert opened(found=[("c", name, "")])[1].unlike({"c": kind}) == []
    for other in ("timestamptz", "float4", "json", *KINDS["DATE" if kind != "DATE" else "BOOLEAN"]):
        assert opened(found=[("c", other, "")])[1].unlike({"c": kind, "more": kind}) == ["c"]


def test_a_table_that_is_not_there_is_refused(opened):
    with pytest.raises(DataError) as caught:
        opened(found=())

    assert sentence(caught.value, "en").startswith("here: the database has no such table or view")


def test_rows_come_in_the_order_of_all_their_cells(opened):
    session, table = opened([b'3,"b"\n', b'1,""\n'])
    rows = ServerRows(table, {"a": "VARCHAR", "n": "BIGINT"})

    frame = rows.columns(["n", "a"])

    assert frame["n"].tolist() == [3, 1] and str(frame["n"].dtype) == "Int64"
    assert session.asked[-1].endswith('FROM "north"."attendance" ORDER BY 1, 2) AS t')
    assert session.asked[-1].startswith('SELECT "n", "a" FROM (SELECT')


def test_counts_are_asked_for_and_no_row(opened):
    session, table = opened([(7,)], [(2, 0)])
    rows = ServerRows(table, {"a": "VARCHAR", "n": "BIGINT"})

    assert (rows.n, rows.missing()) == (7, {"a": 2, "n": 0})
    assert 'count(*) - count("a")' in session.asked[-1] and "NULLIF" in session.asked[-1]


@pytest.mark.parametrize("lines", [[b"x,1\ny,2\n"], [b"x,one\n"], [b"\xff,1\n"]])
def test_an_answer_that_is_not_what_was_asked_for_is_refused(opened, lines):
    _, table = opened(lines)
    rows = ServerRows(table, {"a": "VARCHAR", "n": "BIGINT"})

    with pytest.raises(DataError) as caught:
        rows.columns(["a", "n"])

    assert caught.value.key == "place.unreadable"


def test_a_type_that_only_one_place_knows_is_refused(opened):
    _, table = opened(found=[("t", "timestamp", "")])
    rows = ServerRows(table, {"t": "TIMESTAMP"}).expression()

    with pytest.raises(DataError) as caught:
        ask(rows.mutate(gap=rows.t - rows.t))

    assert sentence(caught.value, "en").endswith("or a time.")
    assert caught.value.values["columns"] == ["gap"]


class Elsewhere:
    def __init__(self, label, where):
        self.label, self.where = label, where

    def ask(self, expression, tables):
        return sorted(tables)


def placed(label, where):
    name = new_name()
    lies_in(name, Elsewhere(label, where))
    return ibis.table({"n": "int64"}, name=name)


def test_tables_of_one_place_are_asked_together_and_of_two_are_not():
    one, two, far = placed("one", 1), placed("two", 1), placed("far", 2)
    here = FrameRows(pd.DataFrame({"n": [1]})).expression()

    assert len(ask(one.join(two, "n"))) == 2
    for other, labels in ((far, ["far", "one"]), (here, ["one"])):
        with pytest.raises(DataError) as caught:
            ask(one.join(other, "n"))
        assert caught.value.key == "place.apart" and caught.value.values["places"] == labels
