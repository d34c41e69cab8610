"""Exports as offices send them: read right, or refused by name, and nothing lost."""

import json
import zipfile

import openpyxl
import pytest
import xlsxwriter
from tests.cohort.office import spec, write
from tests.intake.files import rows_of

from evalkit.errors import DataError, OutputError, UsageError
from evalkit.intake.clean import read_clean
from evalkit.intake.export import read_export
from evalkit.intake.identity import Pseudonyms, find_key
from evalkit.intake.platform_words import read_platform
from evalkit.intake.store import store
from evalkit.intake.template import write_template
from evalkit.schema import load_schema, office_names
from evalkit.words import sentence

KEY = Pseudonyms(b"k" * 32)
TICKETS = load_schema("tickets")
HEAD = "单号,点单时间,完成时间,评分"
GOOD = f"{HEAD}\nA1,2025年3月7日 14:20,2025-03-08 10:00,5\nA2,2025/3/9,,\n"


def read(path, shape=TICKETS, **more):
    """Problems by code, and the rows as they were read."""
    with read_export(path, shape, KEY, **more) as made:
        rows = made.database.execute("SELECT * FROM data ORDER BY row_number").fetchall()
        return made, {p.code: (p.level, p.count, p.rows) for p in made.problems}, rows


def csv_file(folder, text, encoding="utf-8", name="t.csv"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder, sheets, name="t.xlsx"):
    path = folder / name
    with xlsxwriter.Workbook(str(path)) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_same_rows_in_every_encoding(tmp_path, encoding):
    made, problems, rows = read(csv_file(tmp_path, GOOD, encoding))

    assert made.rows == 2 and not made.stopped and problems == {}
    assert [row[1] for row in rows] == ["A1", "A2"]


def test_titles_two_headers_blanks_totals_and_notes_are_expected(tmp_path):
    text = (
        "某街道点单台账,,,\n2025年3月,,,\n基本信息,,办理,\n" + HEAD + "\n"
        "A1,2025-03-07,2025-03-08,5\n,,,\nA2,2025-03-09,,\n合计,2,,\n填表人：甲,,,\n"
    )

    made, problems, rows = read(csv_file(tmp_path, text))

    assert (made.rows, made.blank, made.totals) == (2, 1, 2)
    assert [row[0] for row in rows] == [5, 7]
    assert problems == {}


def test_a_header_whose_names_stand_in_either_of_two_rows(tmp_path):
    rows = [["单号", "办理", "", ""], ["", "点单时间", "完成时间", "评分"]]
    rows += [["A1", "2025-03-07", "2025-03-08", 5]]

    made, _, found = read(xlsx_file(tmp_path, {"表": rows}))

    assert found[0][:2] == (3, "A1")
    assert made.header.titles["ordered_at"] == "点单时间"


def test_every_fault_is_told_at_once_by_row_and_none_by_cell(tmp_path):
    text = HEAD + "\n4.5E+17,2025-02-30,,\nA2,昨天,2025-03-08,9\nA2,2025-03-09,2025-03-01,x\n"

    made, problems, _ = read(csv_file(tmp_path, text))

    assert made.stopped
    assert problems["lost_digits"] == ("stop", 1, (2,))
    assert problems["no_such_date"] == ("stop", 1, (2,))
    assert problems["not_date"] == ("stop", 1, (3,))
    assert problems["above"] == ("stop", 1, (3,))
    assert problems["twice"] == ("stop", 1, (4,))
    assert problems["completed_before_ordered"][1:] == (1, (4,))


def test_a_table_with_a_fault_that_forbids_it_is_not_written(tmp_path):
    with (
        read_export(csv_file(tmp_path, f"{HEAD}\nA1,昨天,,\n"), TICKETS, KEY) as made,
        pytest.raises(DataError) as caught,
    ):
        store(made, tmp_path / "out" / "tickets.parquet", {})

    assert caught.value.key == "export_stopped"
    assert not (tmp_path / "out").exists()


def test_the_same_rows_are_the_same_bytes_and_another_table_is_kept(tmp_path):
    target = tmp_path / "out" / "tickets.parquet"
    written = []
    for encoding in ("utf-8", "gb18030"):
        with read_export(csv_file(tmp_path, GOOD, encoding), TICKETS, KEY) as made:
            store(made, target, {"file": "t.csv"})
            written.append(target.read_bytes())
    assert written[0] == written[1]

    with read_export(csv_file(tmp_path, GOOD + "A3,2025-03-10,,\n"), TICKETS, KEY) as made:
        with pytest.raises(DataError) as caught:
            store(made, target, {})
        assert (caught.value.key, target.read_bytes()) == ("table_stands", written[0])
        store(made, target, {}, replace=True)

    record = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert record["rows"] == 3
    assert rows_of(target)[2][0] == "A3"
    assert sorted(p.name for p in target.parent.iterdir()) == ["tickets.json", "tickets.parquet"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "table_empty"),
        ("\n\n ,,\n", "header_none"),
        (f"{HEAD}\n", "table_empty"),
        ("甲,乙\n1,2\n", "header_none"),
        ("单号,单号,点单时间\n1,2,2025-03-07\n", "header_twice"),
        ("单号,评分\n1,2\n", "columns_lacking"),
        (f'{HEAD}\nA1,"2025-03-07,,\n', "table_broken_line"),
    ],
)
def test_a_text_that_is_no_such_table_is_named(tmp_path, text, key):
    with pytest.raises(DataError) as caught:
        read(csv_file(tmp_path, text))

    assert caught.value.key == key


def test_a_row_with_too_few_cells_is_told(tmp_path):
    _, problems, _ = read(csv_file(tmp_path, f"{HEAD}\nA1,2025-03-07\n"))

    assert problems["row_short"] == ("stop", 1, (2,))


def test_a_workbook_of_numbers_dates_and_day_numbers(tmp_path):
    rows = [HEAD.split(","), ["1001", 45723.5, 45724, 5.0], [1002, "2025-03-09", "", ""]]

    _, problems, found = read(xlsx_file(tmp_path, {"空": [], "台账": rows}))

    assert [row[1] for row in found] == ["1001", "1002"]
    assert problems["serial_dates"][:2] == ("note", 1)


def test_an_id_of_18_digits_that_a_sheet_made_a_number_is_refused(tmp_path):
    rows = [HEAD.split(","), [450102201003072917.0, "2025-03-07", "", ""]]

    _, problems, _ = read(xlsx_file(tmp_path, {"台账": rows}))

    assert problems["lost_digits"] == ("stop", 1, (2,))


def test_two_sheets_with_the_headers_make_one_table_and_duplicates_are_told(tmp_path):
    rows = {n: [HEAD.split(","), [n, "2025-03-07", "", ""]] for n in ("A1", "A2")}
    path = xlsx_file(tmp_path, {"一": rows["A1"], "二": rows["A2"]})
    same = xlsx_file(tmp_path, {"一": rows["A1"], "二": rows["A1"]}, "same.xlsx")

    made, problems, found = read(path)
    twice, stops, _ = read(same)

    assert (made.rows, problems) == (2, {}) and [row[1] for row in found] == ["A1", "A2"]
    assert [twice.place(row) for row in stops["twice"][2]] == [("二", 2)]
    assert read(path, sheets=["二"])[0].rows == 1


def test_formulas_that_were_never_computed_are_refused(tmp_path):
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    book.active.append(HEAD.split(","))
    book.active.append(["A1", "2025-03-07", "", "=1+1"])
    book.save(path)

    with pytest.raises(DataError) as caught:
        read(path)

    assert caught.value.key == "workbook_formulas"


@pytest.mark.parametrize(
    ("raw", "key"),
    [(b"PK\x03\x04 nothing", "workbook_broken"), (b"\xd0\xcf\x11\xe0 nothing", "workbook_broken")],
)
def test_what_is_no_workbook_is_named(tmp_path, raw, key):
    path = tmp_path / "t.xlsx"
    path.write_bytes(raw)

    with pytest.raises(DataError) as caught:
        read(path)

    assert caught.value.key == key


def test_a_workbook_that_unpacks_to_600_megabytes_is_refused_unopened(tmp_path):
    path = tmp_path / "t.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(600):
            part.write(b" " * 1_000_000)

    with pytest.raises(DataError) as caught:
        read(path)

    assert (caught.value.key, caught.value.values["megabytes"]) == ("workbook_large", "600")


@pytest.mark.parametrize("name", office_names())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_template_filled_with_its_examples_is_read_back(tmp_path, name, lang):
    shape, path = load_schema(name), tmp_path / "t.xlsx"
    write_template(shape, path, lang)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        f.header.text[lang] for f in shape.columns.values()
    ]
    for place, field in enumerate(shape.columns.values(), start=1):
        words = [choice.label.text[lang] for choice in field.choices.values()]
        sheet.cell(2, place, words[0] if words else field.example)
    book.save(path)

    made, problems, _ = read(path, shape)

    unreadable = {code for code in problems if code.startswith(("not_", "no_", "lost", "share"))}
    assert made.rows == 1 and unreadable == set()
    assert len(made.header.columns) == len(shape.columns)


def test_a_template_takes_nobody_s_place(tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(OutputError) as caught:
        write_template(TICKETS, path, "zh")

    assert (caught.value.key, path.read_text(encoding="utf-8")) == ("template_stands", "mine")


def test_a_platform_may_call_a_column_otherwise(tmp_path):
    words = tmp_path / "p.toml"
    words.write_text('[tickets]\nticket_id = ["流水"]\n', encoding="utf-8")
    path = csv_file(tmp_path, GOOD.replace("单号", "流水"))

    made, _, _ = read(path, platform=read_platform(words, TICKETS))

    assert made.header.titles["ticket_id"] == "流水"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[tickets]\nticket = ['流水']\n", "platform_columns"),
        ("[tickets]\nticket_id = '流水'\n", "platform_broken"),
        ("tickets = 1\n", "platform_broken"),
        ("[tickets\n", "platform_broken"),
    ],
)
def test_a_platform_file_with_a_slip_is_named(tmp_path, text, key):
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError) as caught:
        read_platform(path, TICKETS)

    assert caught.value.key == key


def test_no_cell_of_a_person_is_stored_or_told(tmp_path):
    shape = load_schema("people")
    person = "000000201003072917"
    field = next(name for name, f in shape.columns.items() if f.kind == "person")
    titles = [f.header.text["zh"] for f in shape.columns.values()]
    cells = [person if name == field else f.example for name, f in shape.columns.items()]
    path = csv_file(tmp_path, ",".join(titles) + "\n" + ",".join(cells) + "\n", "gb18030")
    target = tmp_path / "out" / "people.parquet"

    with read_export(path, shape, KEY) as made:
        store(made, target, {"key_id": KEY.key_id})

    for file in target.parent.iterdir():
        assert person.encode() not in file.read_bytes()
    assert rows_of(target)[0][list(shape.columns).index(field)]


def test_a_key_is_outside_the_study_long_enough_and_closed(tmp_path, monkeypatch):
    study, outside = tmp_path / "study", tmp_path / "key"
    study.mkdir()
    outside.write_text("ab" * 32, encoding="ascii")
    outside.chmod(0o600)
    assert find_key(outside, study).key_id == Pseudonyms(b"\xab" * 32).key_id

    inside = study / "key"
    inside.write_text("ab" * 32, encoding="ascii")
    outside.chmod(0o644)
    monkeypatch.setenv("EVALKIT_KEY", "abcd")
    wrong = {"key_inside": inside, "key_open": outside, "key_short": None}
    for key, file in wrong.items():
        with pytest.raises(UsageError) as caught:
            find_key(file, study)
        assert caught.value.key == key
    monkeypatch.delenv("EVALKIT_KEY")
    with pytest.raises(UsageError) as caught:
        find_key(None, study)
    assert caught.value.key == "key_none"


def test_a_cell_that_cannot_be_read_is_not_said_to_be_empty(tmp_path):
    text = "村（社区）或乡镇,月份,青少年人数,案件数\n甲村,2025年13月,10,0\n乙村,,9,0\n"
    path = csv_file(tmp_path, text)

    _, problems, _ = read(path, load_schema("area_counts"))

    assert problems["no_such_date"] == ("stop", 1, (2,))
    assert problems["empty"] == ("stop", 1, (3,))


def test_made_up_persons_among_others_stop_the_table(tmp_path):
    rows = "".join(f"H1,{number}\n" for number in ("P1", "P2", "XUGOU3"))
    path = csv_file(tmp_path, f"活动编号,参加者编号\n{rows}")

    made, problems, _ = read(path, load_schema("attendance"))

    assert problems["mixed_made_up"] == ("stop", 1, ()) and made.made_up


def test_a_header_that_holds_a_person_is_not_repeated(tmp_path):
    text = "活动编号,参加者编号,甲450102200801011234,另一列\nH1,P1,x,y\n"
    path = csv_file(tmp_path, text)

    made, _, _ = read(path, load_schema("attendance"))

    assert made.header.unused == ("***", "另一列")


def test_what_is_no_finite_number_stops_a_table(tmp_path):
    path = write(tmp_path, "points", [{"record_id": "1", "person_id": "p", "date": "2024-01-01",
                                       "earned": float("nan"), "spent": 0.0}])  # fmt: skip

    with pytest.raises(DataError) as caught:
        read_clean(spec(path, "points"))
    assert "(not_finite)" in sentence(caught.value, "en")
