"""What the rules find in pieces of a table is what they find in the whole."""

import dataclasses

import duckdb
import pytest
from tests.intake.test_clean import case

import evalkit.intake.served as served
from evalkit.errors import DataError
from evalkit.intake.cells import TYPES
from evalkit.intake.handed import SHOWN, Export
from evalkit.intake.header import Header
from evalkit.intake.rules import find_problems, joined, twice
from evalkit.schema import load_schema

SHAPE = load_schema("cases")
ROWS = [
    case("a"), case("b", age=7), case("c", index_date=None), case("d", sex="none"),
    case("e", age=7, township="张三的家13800000000"), case("f", consent=None),
    case("g", follow_up_end="2022-01-01"), case("h", age=99), case("i", index_date="infinity"),
    case("j", follow_up_end="2022-01-01"), case("k", township="李四13900000000"),
]  # fmt: skip


def database(rows):
    base = duckdb.connect()
    columns = ", ".join(f'"{n}" {TYPES[f.kind]}' for n, f in SHAPE.columns.items())
    base.execute(f"CREATE TABLE data (row_number BIGINT, {columns})")
    for number, row in enumerate(rows, start=1):
        cells = [row.get(name) for name in SHAPE.columns]
        base.execute(
            f"INSERT INTO data VALUES ({', '.join('?' * (len(cells) + 1))})", [number, *cells]
        )
    return base


def whole(rows):
    places = {name: place for place, name in enumerate(SHAPE.columns)}
    header = Header(0, places, {}, frozenset(), ())
    return find_problems(Export(SHAPE, database(rows), "", "", header))


def lines(rows, tmp_path):
    path = tmp_path / "rows.csv"
    with database(rows) as base:
        base.execute(
            f"COPY (SELECT * EXCLUDE row_number FROM data) TO '{path}' (FORMAT csv, HEADER false)"
        )
    return path.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("piece", [1, 150, 10_000])
def test_pieces_of_any_size_find_the_same(tmp_path, monkeypatch, piece):
    monkeypatch.setattr(served, "PIECE", piece)
    sent = lines(ROWS, tmp_path)

    with served._Checked(SHAPE, "here") as checked:
        for line in sent:
            checked.take(line)
        found = joined(SHAPE, checked.problems())

    assert checked.rows == len(ROWS)
    assert found == whole(ROWS)
    assert {p.code for p in found} >= {"below", "empty", "not_choice", "not_finite", "like_person"}


def test_a_key_that_comes_twice_stands_between_the_columns_and_the_checks():
    rows = [*ROWS, case("a"), case("a")]
    found = [dataclasses.replace(p, rows=()) for p in whole(rows)]
    rest = [p for p in found if p.code != "twice"]

    assert joined(SHAPE, [*rest, twice(SHAPE, 2)]) == found


def test_the_first_rows_of_all_pieces_are_shown_and_no_more():
    (problem,) = (p for p in whole([case("a", age=7)]) if p.code == "below")
    many = joined(SHAPE, [dataclasses.replace(problem, rows=(n,)) for n in range(SHOWN + 5)])

    assert [p.count for p in many] == [SHOWN + 5]
    assert many[0].rows == tuple(range(SHOWN))


def test_a_piece_is_checked_and_forgotten_as_soon_as_it_is_full(tmp_path, monkeypatch):
    sent = lines([case("a"), case("b")], tmp_path)
    monkeypatch.setattr(served, "PIECE", len(sent[0]))

    with served._Checked(SHAPE, "here") as checked:
        checked.take(sent[0])
        assert checked.rows == 1
        checked.take(sent[1][:-1])
        assert checked.rows == 1


def test_a_cell_that_is_not_of_its_type_is_not_quoted(tmp_path):
    (line,) = lines([case("a")], tmp_path)
    with served._Checked(SHAPE, "here") as checked:
        checked.take(line.replace(b"2023-01-01", b"geheim"))
        with pytest.raises(DataError) as caught:
            checked.problems()

    assert caught.value.key == "place.unreadable"
    assert caught.value.__cause__ is caught.value.__context__ is None
