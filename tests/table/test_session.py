"""A session with a database says its own sentences, and only reads."""

import sys

import psycopg
import pytest

import evalkit.table.server as servers
from evalkit.errors import DataError
from evalkit.protocol import Server
from evalkit.table.server import SETTINGS, Session, close_sessions, session
from evalkit.words import sentence

SERVER = Server("[::1]", "d", "reader", 6543, "verify-full", ("attendance",), ())


class Connection:
    """A connection that does as it is told."""

    def __init__(self):
        self.asked, self.closed, self.fails = [], False, None

    def execute(self, query):
        self.asked.append(query)
        if self.fails:
            raise self.fails
        return self

    def fetchall(self):
        return [("x", 1)]

    def close(self):
        self.closed = True


@pytest.fixture
def made(monkeypatch):
    """Every connection that was made, with what it was made with."""
    found = []

    def connect(**words):
        found.append((Connection(), words))
        return found[-1][0]

    monkeypatch.setattr(psycopg, "connect", connect)
    yield found
    close_sessions()


def failure(code):
    return psycopg.errors.lookup(code)("geheim")


def test_a_session_only_reads_and_sees_one_moment(made):
    session(SERVER)
    ((connection, words),) = made

    assert connection.asked == list(SETTINGS)
    assert SETTINGS[-1] == "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
    assert "SET row_security = off" in SETTINGS and "SET timezone = 'UTC'" in SETTINGS
    assert words == {
        **{"host": "::1", "port": 6543, "dbname": "d", "user": "reader", "autocommit": True},
        **{"sslmode": "verify-full", "connect_timeout": 15, "application_name": "evalkit"},
    }


def test_what_the_study_leaves_out_is_the_driver_s_affair(made):
    session(Server("h", "d", "", 5432, "", ("needs",), ()))

    assert not {"user", "sslmode", "password"} & made[0][1].keys()


def test_tables_of_one_database_share_a_session_and_others_do_not(made):
    one = session(SERVER)

    assert session(Server(*vars(SERVER).values())) is one
    assert session(Server("[::1]", "d", "reader", 6543, "verify-full", ("needs",), ("a",))) is one
    assert session(Server("[::1]", "d", "other", 6543, "verify-full", ("needs",), ())) is not one
    close_sessions()
    assert [connection.closed for connection, _ in made] == [True, True]
    assert session(SERVER) is not one


def test_little_is_given_as_rows(made):
    assert session(SERVER).rows("SELECT 1", "here") == [("x", 1)]


@pytest.mark.parametrize(
    ("code", "key"),
    [
        *(("08006", "place.lost"), ("57P01", "place.lost"), ("42501", "place.denied")),
        *(("22P02", "place.failed"), ("42P01", "place.failed"), ("57014", "place.failed")),
    ],
)
def test_what_a_database_says_is_told_by_its_code_and_never_quoted(made, code, key):
    held = session(SERVER)
    made[0][0].fails = failure(code)

    with pytest.raises(DataError) as caught:
        held.rows("SELECT 1", "north.attendance")

    assert caught.value.key == key
    assert caught.value.__context__ is caught.value.__cause__ is None
    said = sentence(caught.value, "en")
    assert said.startswith("north.attendance: ") and "geheim" not in said
    assert (code in said) == (key == "place.failed")
    # In a transaction that failed nothing more can be asked.
    assert made[0][0].closed and session(SERVER) is not held


def test_a_connection_that_is_gone_is_lost_whatever_its_code(made):
    held = session(SERVER)
    made[0][0].fails, made[0][0].closed = psycopg.OperationalError("geheim"), True

    with pytest.raises(DataError) as caught:
        held.rows("SELECT 1", "here")

    assert caught.value.key == "place.lost"


def test_an_error_without_a_code_is_told_without_one(made):
    held = session(SERVER)
    made[0][0].fails = psycopg.ProgrammingError("geheim")

    with pytest.raises(DataError) as caught:
        held.rows("SELECT 1", "here")

    assert (caught.value.key, caught.value.values["code"]) == ("place.failed", "?")


def test_who_is_interrupted_leaves_no_half_asked_session(made):
    held = session(SERVER)
    made[0][0].fails = KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        held.rows("SELECT 1", "here")

    assert made[0][0].closed and session(SERVER) is not held


def test_another_process_may_not_go_on_in_a_session(made, monkeypatch):
    held, own = session(SERVER), servers.os.getpid()
    monkeypatch.setattr(servers.os, "getpid", lambda: own + 1)

    with pytest.raises(DataError) as caught:
        held.rows("SELECT 1", "here")

    assert caught.value.key == "place.lost"
    # Its own session is not the parent's, whose connection it leaves alone.
    assert session(SERVER) is not held and not made[0][0].closed
    close_sessions()
    assert not made[0][0].closed and made[1][0].closed
    monkeypatch.undo()


@pytest.mark.parametrize("problem", [psycopg.OperationalError("geheim"), UnicodeError("geheim")])
def test_a_database_that_cannot_be_opened_is_told_in_one_sentence(monkeypatch, problem):
    def connect(**_):
        raise problem

    monkeypatch.setattr(psycopg, "connect", connect)

    with pytest.raises(DataError) as caught:
        Session(SERVER)

    assert caught.value.__context__ is None
    said = sentence(caught.value, "en")
    assert said.startswith("postgresql://reader@[::1]:6543/d: the database does not let us in")
    assert "PGPASSFILE" in said and "geheim" not in said


def test_without_the_driver_its_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(DataError) as caught:
        Session(SERVER)

    assert "pip install 'evalkit[postgres]'" in sentence(caught.value, "en")
