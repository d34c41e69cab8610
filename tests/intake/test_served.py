"""A table in a database is held to its shape, its key and its mark before it is used."""

import hashlib
from dataclasses import replace

import pytest
from tests.cohort.office import spec
from tests.table.test_places import SERVER, Session

from evalkit.batch.cache.fingerprints import FileHashes
from evalkit.errors import DataError, StudyError
from evalkit.intake.clean import inspect_clean
from evalkit.trace import recording
from evalkit.words import sentence

COLUMNS = {"session_id": "text", "person_id": "varchar", "date": "date"}
LINES = [b"H1,a,2024-02-29\n", b"H1,b,\n", b"H2,a,2024-02-29\n"]
TABLE = replace(spec("none", "attendance", "made_up"), server=SERVER)


@pytest.fixture
def asked(monkeypatch):
    """Inspect a table in a database that answers so; return what came of it and the session."""

    def ask(lines=LINES, twice=0, comment="evalkit_made_up by hand", columns=COLUMNS, table=TABLE):
        found = [(name, kind, comment) for name, kind in columns.items()]
        session = Session(found, lines, [(twice,)])
        monkeypatch.setattr("evalkit.table.server.session", lambda server: session)
        return inspect_clean(table), session

    return ask


def refusal(asked, **words):
    with pytest.raises((DataError, StudyError)) as caught:
        asked(**words)
    assert sentence(caught.value, "en").startswith(f"{TABLE.place}: ")
    return sentence(caught.value, "en")


def test_rows_come_by_once_and_are_fingerprinted(asked):
    with recording() as trace:
        found, session = asked()

    digest = hashlib.sha256(b"".join(LINES)).hexdigest()
    assert found.table.fingerprint == digest
    assert (found.problems, found.left_out, found.table.name) == ((), {}, "guigang-attendance")
    # Asked in the order of all cells, and for the key; no other row is asked for.
    columns, rows, key = session.asked
    assert "n.nspname = 'guigang' AND c.relname = 'attendance'" in columns
    assert rows.endswith("ORDER BY 1, 2, 3")
    assert 'WHERE "session_id" IS NOT NULL AND "person_id" IS NOT NULL' in key
    assert 'GROUP BY "session_id", "person_id"' in key and "sum(n - 1)" in key
    # Whether it is as it was can be told by asking alone: to the cache it is always due.
    assert trace.reads == {(TABLE.place, ""): digest}
    assert FileHashes().digest(TABLE.place) == ""


def test_a_table_without_rows_has_none(asked):
    found, session = asked(lines=[])
    session.answers += [[(0,)], []]

    assert (found.table.n, found.problems) == (0, ())
    assert found.table.frame.shape == (0, 3)


def test_a_confidential_table_shows_no_fingerprint(asked):
    found, _ = asked(comment="", table=replace(TABLE, status="confidential"))

    assert found.table.fingerprint == ""


def test_a_key_that_comes_twice_is_refused_by_what_the_database_counts(asked):
    assert "2 row(s) break a rule of the table (twice)" in refusal(asked, twice=2)


def test_a_key_that_comes_twice_in_one_piece_is_counted_once(asked):
    assert "1 row(s) break a rule" in refusal(asked, lines=[*LINES, LINES[0]], twice=1)


def test_a_row_that_a_rule_forbids_is_refused(asked):
    lines = [*LINES, b"H3,,2024-02-29\n", b"H4,a,1989-12-31\n"]

    assert "(empty, date_impossible)" in refusal(asked, lines=lines)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"person_id": "text", "date": "date"}, "another type: session_id."),
        ({**COLUMNS, "date": "timestamptz"}, "another type: date."),
        ({"session_id": "int8", "date": "text"}, "another type: person_id, session_id, date."),
    ],
)
def test_columns_that_are_missing_or_of_another_type_are_named(asked, columns, told):
    assert told in refusal(asked, columns=columns)


def test_a_column_that_need_not_be_there_may_be_missing(asked):
    short = {name: kind for name, kind in COLUMNS.items() if name != "date"}

    assert 'CAST(NULL AS date) AS "date"' in asked(columns=short)[1].asked[1]


@pytest.mark.parametrize(
    ("comment", "status", "told"),
    [
        ("", "made_up", "does not carry the mark"),
        ("evalkit_made_up_not", "made_up", "does not carry the mark"),
        ("is evalkit_made_up.", "confidential", "these data are made up"),
        ("open data", "public", "public"),
    ],
)
def test_the_comment_of_a_table_says_what_it_is(asked, comment, status, told):
    assert told in refusal(asked, comment=comment, table=replace(TABLE, status=status))


def test_open_data_are_public_where_the_comment_says_so(asked):
    found, _ = asked(comment="evalkit_public", table=replace(TABLE, status="public"))

    assert found.table.status == "public" and found.table.fingerprint


def test_rows_that_do_not_all_arrive_are_not_taken_for_the_table(asked):
    assert "cannot be read as what it was asked for" in refusal(asked, lines=[b"".join(LINES)])
