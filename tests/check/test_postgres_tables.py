"""A table in a real PostgreSQL server: its types, its faults, and a connection that is lost."""

import dataclasses
import os
import shutil
import subprocess
import time
from contextlib import contextmanager

import pandas as pd
import pytest
from tests.served import (
    AREA,
    ORDERS,
    elsewhere,
    naming,
    refusal,
    spec_of,
    tables_of,
)
from tests.served import loaded as loaded
from tests.served import password as password
from tests.served import postgres as postgres
from tests.served import sample as sample
from tests.served import study as study

import evalkit.table.server as servers
from evalkit.errors import DataError
from evalkit.intake.cells import TYPES
from evalkit.intake.clean import inspect_clean
from evalkit.intake.marks import MARK
from evalkit.schema import load_schema
from evalkit.table import ask
from evalkit.trace import recording
from evalkit.words import sentence


def test_a_table_comes_with_its_types_its_checks_and_its_fingerprint(study, sample, postgres):
    with recording() as trace:
        served = inspect_clean(spec_of(study, "attendance"))
    stored = inspect_clean(spec_of(sample, "attendance"))
    by = list(stored.table.frame.columns)

    assert [dataclasses.replace(p, rows=()) for p in served.problems] == [
        dataclasses.replace(p, rows=()) for p in stored.problems
    ]
    assert (served.table.n, served.table.missing()) == (stored.table.n, stored.table.missing())
    pd.testing.assert_frame_equal(
        served.table.frame, stored.table.frame.sort_values(by, ignore_index=True)
    )
    # As anybody can make it: the rows as CSV, in the order of their cells.
    columns = ", ".join(f'"{n}"' + (' COLLATE "C"' if n != "date" else "") for n in by)
    command = f'COPY (SELECT {columns} FROM "{AREA}".attendance ORDER BY 1, 2, 3) TO STDOUT CSV'
    psql = ["psql", postgres.address, "-X", "-c", command]
    printed = subprocess.run(psql, capture_output=True, check=True).stdout
    digest = subprocess.run(["sha256sum"], input=printed, capture_output=True).stdout[:64].decode()
    assert served.table.fingerprint == digest
    assert trace.reads[spec_of(study, "attendance").place, ""] == digest


@contextmanager
def changed(postgres, shape, *statements):
    """A table of the sample that is changed, and then as it was."""
    name = f'"{AREA}"."{shape}"'
    postgres.do(f"CREATE TABLE public.kept AS TABLE {name}")
    try:
        postgres.do(*(statement.format(name=name) for statement in statements))
        servers.close_sessions()
        yield
    finally:
        servers.close_sessions()
        postgres.do(
            f"DROP TABLE {name}",
            f"CREATE TABLE {name} AS TABLE public.kept",
            f"COMMENT ON TABLE {name} IS '{MARK}'",
            f"GRANT SELECT ON {name} TO evalkit",
            "DROP TABLE public.kept",
        )


DATES = "ALTER TABLE {name} ALTER date TYPE timestamptz"


@pytest.mark.parametrize(
    ("shape", "statements", "told"),
    [
        ("attendance", ["ALTER TABLE {name} DROP session_id"], "another type: session_id"),
        ("attendance", [DATES], "another type: date"),
        ("sessions", ["ALTER TABLE {name} ALTER headcount TYPE real"], "another type: headcount"),
        ("hours", ["ALTER TABLE {name} ALTER hours TYPE real"], "another type: hours"),
        ("hours", ["UPDATE {name} SET hours = 'NaN'"], "(not_finite, "),
        ("hours", ["UPDATE {name} SET hours = 'Infinity'"], "(not_finite, "),
        ("attendance", ["UPDATE {name} SET date = 'infinity'"], "not_finite"),
        ("needs", ["UPDATE {name} SET raised_at = '2020-01-01 BC'"], "not_finite"),
        ("attendance", ["INSERT INTO {name} SELECT * FROM {name} LIMIT 3"], "3 row(s) break"),
        ("attendance", ["UPDATE {name} SET person_id = NULL"], "(empty)"),
        ("hours", ["UPDATE {name} SET hours = -1"], "(below)"),
        ("attendance", ["COMMENT ON TABLE {name} IS 'sample'"], "does not carry the mark"),
        ("attendance", ["REVOKE SELECT ON {name} FROM evalkit"], "may not read this table"),
        (
            "attendance",
            ["ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"],
            "may not read this table, or not all of its rows",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_named(study, postgres, shape, statements, told):
    with changed(postgres, shape, *statements):
        said = refusal(study, shape)

    assert told in said
    assert f"{postgres.address} {AREA}.{shape}" in said


def test_numbers_and_texts_of_other_types_that_say_the_same_give_the_same(study, postgres):
    before = inspect_clean(spec_of(study, "hours"))
    frame = before.table.frame
    servers.close_sessions()
    types = ["ALTER TABLE {name} ALTER hours TYPE numeric", *(
        "ALTER TABLE {name} ALTER " + f"{column} TYPE {kind}"
        for column, kind in (("person_id", "varchar"), ("project_id", "char(60)"))
    )]  # fmt: skip

    with changed(postgres, "hours", *types):
        after = inspect_clean(spec_of(study, "hours"))

        pd.testing.assert_frame_equal(after.table.frame, frame)
        projects = ask(after.table.expression().project_id.nunique())
        assert projects.iloc[0, 0] == frame["project_id"].nunique() > 0
        assert after.table.fingerprint == before.table.fingerprint


def test_an_empty_text_is_a_missing_one(study, postgres):
    with changed(postgres, "needs", "UPDATE {name} SET project_id = '' WHERE project_id IS NULL"):
        served = inspect_clean(spec_of(study, "needs")).table
        told = served.frame["project_id"]

        assert (told == "").sum() > 0 == told.isna().sum()
        assert served.missing()["project_id"] == (told == "").sum()
        rows = served.expression()
        assert ask(rows.project_id.count()).iloc[0, 0] == (told != "").sum()


def test_words_are_told_apart_and_put_in_order_by_their_letters_codes(study, postgres):
    postgres.do(
        "CREATE COLLATION IF NOT EXISTS public.alike "
        "(provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
    )
    statements = (
        "ALTER TABLE {name} ALTER category TYPE text COLLATE public.alike",
        "UPDATE {name} SET category = CASE WHEN need_id LIKE '%0' THEN 'Case' ELSE 'case' END",
    )
    with changed(postgres, "needs", *statements):
        rows = inspect_clean(spec_of(study, "needs")).table.expression()
        by = rows.group_by("category").aggregate(n=rows.count()).order_by("category")

        assert ask(by)["category"].tolist() == ["Case", "case"]


def test_a_table_or_a_column_that_need_not_be_there_may_be_missing(study, postgres):
    with changed(postgres, "needs", "ALTER TABLE {name} DROP project_id"):
        served = inspect_clean(spec_of(study, "needs")).table

        assert served.missing()["project_id"] == served.n == len(served.frame)
        assert ask(served.expression().project_id.count()).iloc[0, 0] == 0


def test_a_table_that_is_not_there_is_named(sample, postgres, tmp_path):
    path = naming(elsewhere(sample, tmp_path), postgres.address, ["area_counts"])

    assert f"{AREA}.area_counts: the database has no such table" in refusal(path, "area_counts")


@pytest.mark.parametrize("wrong", ["port", "database", "user", "password"])
def test_a_database_that_does_not_let_us_in_is_told_in_one_sentence(
    wrong, sample, postgres, tmp_path, monkeypatch
):
    address = {
        "port": postgres.address.replace(str(postgres.port), "9"),
        "database": f"{postgres.address}x",
        "user": postgres.address.replace("evalkit@", "nobody@"),
    }.get(wrong, postgres.address)
    if wrong == "password":
        monkeypatch.setenv("PGPASSWORD", "geheim-4711")
    path = naming(elsewhere(sample, tmp_path), address, ["attendance"])

    said = refusal(path, "attendance")

    assert said.count("the database does not let us in") == 1
    assert "geheim" not in said and postgres.password not in said


def ended(postgres):
    """End every session of our user."""
    postgres.do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'evalkit'")
    time.sleep(0.2)


def test_a_connection_that_is_lost_halfway_through_the_rows_is_told(study, postgres):
    spec = spec_of(study, "attendance")
    session = servers.session(spec.server)
    taken = []

    def take(line):
        if len(taken) == 1000:
            ended(postgres)
        taken.append(line)

    query = f'SELECT repeat(person_id, 1000) FROM "{AREA}".attendance, generate_series(1, 99)'
    with pytest.raises(DataError) as caught:
        session.copy(query, spec.place, take)

    assert caught.value.key == "place.lost" and caught.value.__context__ is None
    assert len(taken) > 1000
    # Asked anew it is there again.
    assert inspect_clean(spec).table.n > 0


def test_a_connection_that_is_lost_between_checks_and_questions_is_not_made_again(study, postgres):
    table = inspect_clean(spec_of(study, "attendance")).table
    rows = table.expression()
    ended(postgres)

    for use in (lambda: ask(rows.count()), lambda: table.columns("person_id"), table.missing):
        with pytest.raises(DataError) as caught:
            use()
        # Another session would see other rows than those that were checked.
        assert caught.value.key == "place.lost"


def test_what_changes_meanwhile_is_not_seen(study, postgres):
    table = inspect_clean(spec_of(study, "attendance")).table
    before = table.n
    name = f'"{AREA}".attendance'
    postgres.do(f"INSERT INTO {name} VALUES ('later', 'nobody', NULL)")
    try:
        rows = table.expression()

        assert ask(rows.count()).iloc[0, 0] == len(table.frame) == table.n == before
    finally:
        postgres.do(f"DELETE FROM {name} WHERE session_id = 'later'")


def test_nothing_can_be_written_through_our_session(study):
    spec = spec_of(study, "attendance")

    for statement in ("DELETE FROM {}", "CREATE TEMP TABLE x AS TABLE {}"):
        servers.close_sessions()
        with pytest.raises(DataError) as caught:
            servers.session(spec.server).rows(statement.format(f'"{AREA}".needs'), spec.place)
        assert caught.value.values["code"] == "25006"


def test_a_question_that_a_database_cannot_answer_quotes_no_cell(study):
    rows = inspect_clean(spec_of(study, "attendance")).table.expression()

    with pytest.raises(DataError) as caught:
        ask(rows.aggregate(n=rows.person_id.cast("int64").sum()))

    assert caught.value.values["code"] == "22P02" and caught.value.__context__ is None


def test_a_fork_does_not_go_on_in_the_session_of_its_parent(study):
    rows = inspect_clean(spec_of(study, "attendance")).table.expression()
    child = os.fork()
    if not child:
        try:
            ask(rows.count())
        except DataError as problem:
            os._exit(3 if problem.key == "place.lost" else 4)
        os._exit(5)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert ask(rows.count()).iloc[0, 0] > 0


def test_tables_of_two_places_are_not_asked_together(sample, postgres, loaded, tmp_path):
    path = naming(elsewhere(sample, tmp_path), postgres.address, ["attendance"])
    clean = sample.parent / "data" / "clean" / AREA
    for end in ("parquet", "json"):
        shutil.copy(clean / f"sessions.{end}", tmp_path / "data" / "clean" / AREA)
    one, other = (
        inspect_clean(spec_of(path, n)).table.expression() for n in ("attendance", "sessions")
    )

    with pytest.raises(DataError) as caught:
        ask(one.join(other, "session_id").count())

    said = sentence(caught.value, "en")
    assert f"{AREA}.attendance: asked together with a table that lies elsewhere" in said
    # Each by itself is asked where it is.
    assert ask(one.count()).iloc[0, 0] > ask(other.count()).iloc[0, 0] > 0


def test_every_type_of_an_office_s_table_goes_there_and_back(study, sample):
    seen = set()
    for area in (AREA, ORDERS):
        for shape in tables_of(sample, area):
            served, stored = (
                inspect_clean(spec_of(path, shape, area)).table for path in (study, sample)
            )
            by = list(stored.frame.columns)
            seen |= {TYPES[column.kind] for column in load_schema(shape).columns.values()}

            ordered = stored.frame.sort_values(by, ignore_index=True)
            pd.testing.assert_frame_equal(
                served.frame.sort_values(by, ignore_index=True), ordered, check_exact=True
            )

    assert seen == {*TYPES.values()}
