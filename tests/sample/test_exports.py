"""What a platform would hand out is read back as the very same table."""

import duckdb
import numpy as np
import pytest

from evalkit.intake.export import read_export
from evalkit.intake.identity import Pseudonyms, fault_of
from evalkit.intake.sheet import open_sheets
from evalkit.sample.exports import FORMS, MOST_IN_SHEET, form_of
from evalkit.sample.world import AREAS, Settings
from evalkit.sample.write import write_clean, write_raw
from evalkit.schema import load_schema, office_names

NAMES = Pseudonyms(Settings().key)


def smallest(made, table):
    """Return the area that has the fewest rows of a table."""
    having = [area for area in AREAS if table in made[area][0]]
    return min(having, key=lambda area: len(made[area][0][table]))


@pytest.fixture(scope="module")
def written(made, worlds, tmp_path_factory):
    """Every table of one area each: its Parquet file and its export."""
    folder = tmp_path_factory.mktemp("exports")
    files = {}
    for table in office_names():
        area = smallest(made, table)
        shape, frame = load_schema(table), made[area][0][table]
        write_clean(worlds[area], shape, frame, folder / "clean")
        raw = write_raw(worlds[area], shape, frame, folder / "raw", "样例地区")
        files[table] = (folder / "clean" / area / f"{table}.parquet", raw)
    return files


@pytest.mark.parametrize("table", office_names())
def test_an_export_reads_back_as_the_same_table(written, table):
    clean, raw = written[table]
    shape = load_schema(table)
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    expected = duckdb.execute(f"SELECT {columns} FROM '{clean}'").fetchall()

    with read_export(raw, shape, NAMES) as found:
        rows = found.database.execute(f"SELECT {columns} FROM data ORDER BY row_number").fetchall()

    assert rows == expected
    assert found.made_up and not found.stopped
    assert found.header.unused == ("序号",)
    assert found.totals in (1, 2)


def test_every_form_is_among_them(written):
    forms = set()
    for table, (_, raw) in written.items():
        with open_sheets(raw) as sheets:
            forms.add(sheets[0].encoding or raw.suffix)
            banner = next(sheets[0].rows)[0]
        assert banner.startswith("虚构样例数据 MADE-UP DATA"), table

    assert forms == {"gb18030", "utf-8-sig", ".xlsx"}


def test_headers_and_dates_are_written_in_several_ways(written):
    heads, texts = set(), ""
    for table, (_, raw) in written.items():
        if raw.suffix == ".csv":
            text = raw.read_bytes()
            text = text.decode("utf-8-sig" if text[:3] == b"\xef\xbb\xbf" else "gb18030")
            texts += text
            ours = [field.header.text["zh"] for field in load_schema(table).columns.values()]
            heads |= set(text.split("\r\n")[1].split(",")) - {"序号", *ours}

    assert len(heads) > 20
    for form in (r"年3月\d+日", r"\d{4}-\d\d-\d\d", r"\d{4}/\d", r",20\d{6},"):
        assert duckdb.execute("SELECT regexp_matches(?, ?)", [texts, form]).fetchone()[0], form


def test_a_table_too_long_for_a_sheet_is_text():
    shape = load_schema("hours")
    orders = range(len(FORMS))

    assert "xlsx" in {form_of(shape, MOST_IN_SHEET, order=order) for order in orders}
    assert "xlsx" not in {form_of(shape, MOST_IN_SHEET + 1, order=order) for order in orders}


def test_numbers_of_persons_are_whole_and_nobody_s(made):
    cases = made["guigang"][0]["cases"]["person_id"]
    volunteers = made["guigang"][0]["volunteers"]["person_id"]

    assert [fault_of(number) for number in cases] == [""] * len(cases)
    assert cases.str.startswith("99").all() and cases.is_unique
    assert volunteers.str.startswith("XUGOU").all()


def test_a_birth_date_in_a_number_is_that_of_the_age(made):
    cases = made["guigang"][0]["cases"]
    born = cases["person_id"].str[6:14].astype(int)
    index = cases["index_date"].dt.strftime("%Y%m%d").astype(int)

    assert np.array_equal((index - born) // 10_000, cases["age"])
