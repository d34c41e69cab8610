"""A table keeps its promise of columns, or is refused without a word about a person."""

import hashlib
from functools import partial
from pathlib import Path

import pytest
from tests.helpers import NAMES, PERSON, ROOT, read_content, table_refusal, table_study

from evalkit.errors import DataError
from evalkit.protocol import read_study
from evalkit.schema import MOST, linked_names
from evalkit.table import read_table
from evalkit.words import sentence

HEADER = "arm,arrest,days,age\n"
GOOD = HEADER + "aid,1,20,17\nno_aid,0,365,15\n"
CLAIMS = (
    "claim_id,area,place_en,place_zh,source_id,outcome,indicator,value,unit,rounding,"
    "printed_figure,as_of_en,as_of_zh,dated,denominator_en,denominator_zh,base,instrument,"
    "follow_up,comparison,statement_en,statement_zh\n"
)
CLAIM = "{id},north,North,北,n-1,reach,people,12,people,exact,12,,,no,,,none,,,,twelve,十二\n"


@pytest.fixture
def read(tmp_path):
    """Write a table, declare it in a study, and read it."""
    return partial(read_content, tmp_path)


@pytest.fixture
def refusal(tmp_path):
    """What a reader is told in both languages, without the file's path and the person."""
    return partial(table_refusal, tmp_path)


def test_a_good_table_is_read_under_our_names(read):
    table = read(
        GOOD, columns=NAMES | {"age": "age"}, values={"group": {"aid": "a", "no_aid": "b"}}
    )

    assert table.frame.to_dict("list") == {
        "group": ["a", "b"],
        "rearrest": [1, 0],
        "rearrest_time": [20, 365],
        "age": [17, 15],
    }
    assert (table.name, table.shape, table.unit) == ("table", "follow_up", "day")


def test_columns_that_nobody_asked_for_are_not_read(read):
    assert "age" not in read(GOOD).frame


def test_the_fingerprint_is_the_sha_256_of_the_bytes(read):
    content = ("\ufeff" + GOOD.replace("\n", "\r\n")).encode("utf-8")

    for status in ("public", "made_up"):
        assert read(content, status=status).fingerprint == hashlib.sha256(content).hexdigest()
    # The counts of a confidential table could be found from it.
    assert read(content, status="confidential").fingerprint == ""


def test_a_byte_order_mark_windows_lines_and_spaces_change_nothing(read):
    plain = read(GOOD).frame

    assert read("\ufeff" + GOOD).frame.equals(plain)
    assert read(GOOD.replace("\n", "\r\n")).frame.equals(plain)
    assert read(HEADER + " aid , 1 ,20 , 17\nno_aid, 0,365,15 \n").frame.equals(plain)


def test_codes_and_ids_stay_text(read):
    content = "reached,exposure,cluster\n1,0,007\n0,,1e5\n,1," + PERSON + "\n"

    frame = read(content, "uptake", columns={}).frame

    assert frame["cluster"].tolist() == ["007", "1e5", PERSON]
    assert frame["exposure"].isna().tolist() == [False, True, False]


def test_a_ledger_with_one_column_under_another_name_keeps_the_rest(read):
    content = CLAIMS.replace("claim_id,", "number,") + CLAIM.format(id="A-1")

    frame = read(content, "claims", "public", columns={"claim_id": "number"}).frame

    assert frame.loc[0, ["claim_id", "unit", "dated"]].tolist() == ["A-1", "people", "no"]


EMPTY = "the table is empty. A header line and at least one row are needed."
BROKEN = (
    "cannot be read as a table. Save it as CSV with commas, one header line, "
    "and as many cells in each line."
)
# Of a table that is not public no column is named: without a header it is a person's cell.
HIDDEN = "The header has {} column(s); check its first line."
WHOLE = [
    ("", EMPTY),
    ("\n \n", EMPTY),
    (HEADER, EMPTY),
    ("\ufeff" + HEADER, EMPTY),
    (HEADER + f"{PERSON},0,1,2,3\n" * 2 + "aid,1,1\naid,1,1,1,1,1\n", BROKEN),
    (HEADER + f"aid,1,20,17\n{PERSON},0,365,15,9\n", BROKEN),
    (HEADER + f'"{PERSON},1,20,17\n', BROKEN),
    (HEADER + f"aid,1,20,17\n{PERSON},0,365\n", BROKEN),
    (f"arm,arrest\n{PERSON},1\n", "missing column(s) days. " + HIDDEN.format(2)),
    (f"arm;arrest;days\n{PERSON};1;1\n", "cells are separated by “;”. Save it as CSV with commas."),
    (
        HEADER.encode() + "研究,1,20,17\n".encode("gb18030"),
        "is not UTF-8 (byte 21). Save the file as UTF-8.",
    ),
    (HEADER.encode("utf-16"), "is not UTF-8 (byte 1). Save the file as UTF-8."),
]  # fmt: skip


@pytest.mark.parametrize(("content", "told"), WHOLE)
def test_what_is_no_such_table_is_refused(content, told, refusal):
    en, zh = refusal(content)

    assert en == told
    assert zh.endswith("。")


@pytest.mark.parametrize("make", [None, Path.mkdir])
def test_a_missing_file_and_a_folder_are_said_to_be_so(make, tmp_path):
    path = tmp_path / "table.csv"
    told = f"{path}: there is no such file. Check the path."
    if make:
        make(path)
        told = f"{path}: is a folder, a file is needed."

    with pytest.raises(DataError) as caught:
        read_table(table_study(path), "table")
    assert sentence(caught.value, "en") == told


WIDE = ", line 3: 4 cells, but the header has 3. Put a text that holds a comma in quotation marks."
QUOTE = (
    ", line 3: cannot be read as a table, mostly for a quotation mark that is not closed. "
    "Save it as CSV with commas, one header line, and as many cells in each line."
)


@pytest.mark.parametrize(("rows", "told"), [("a,1,x\nb,2,x,y\n", WIDE), ('a,1,x\nb,"2,y\n', QUOTE)])
def test_a_public_table_that_keeps_no_shape_is_told_by_its_line(tmp_path, rows, told):
    path = tmp_path / "table.csv"
    path.write_text("source_id,published,note\n" + rows, encoding="utf-8")

    with pytest.raises(DataError) as caught:
        read_table(table_study(path, "sources", "public", columns={}), "table")
    assert sentence(caught.value, "en") == f"{path}{told}"


def test_a_file_that_may_not_be_read_is_said_to_be_so(tmp_path, monkeypatch):
    # Root may read everything, so the refusal is put on.
    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(DataError) as caught:
        read_table(table_study(tmp_path / "table.csv"), "table")
    assert sentence(caught.value, "en").endswith(": may not be read. Check the permissions.")


# (second data row, column, what is wrong with it, the rest of the sentence)
CELLS = [
    ("aid,2,5", "arrest", "1 cell(s) with a value that is not known", "Known: 0, 1."),
    ("aid,0.5,5", "arrest", "1 cell(s) with a value that is not known", "Known: 0, 1."),
    ("aid,-1,5", "arrest", "1 cell(s) below 0, which is impossible", "Correct them."),
    (f"aid,{PERSON}x,5", "arrest", "1 cell(s) with no number", "Correct them."),
    ("aid,1,-3", "days", "1 cell(s) below 0, which is impossible", "Correct them."),
    (f"aid,1,-{PERSON}", "days", "1 cell(s) below 0, which is impossible", "Correct them."),
    (f"aid,1,{PERSON}", "days", f"1 cell(s) above {MOST:g}, which is impossible", "Correct them."),
    ("aid,1,inf", "days", "1 cell(s) with no number", "Correct them."),
    ("aid,1,1e999", "days", "1 cell(s) with no number", "Correct them."),
    ("aid,1,nan", "days", "1 cell(s) with no number", "Correct them."),
    ("aid,1,NA", "days", "1 cell(s) with no number", "Correct them."),
    ("aid,1,２０", "days", "1 cell(s) with no number", "Correct them."),
    ('aid,1,"1,000"', "days", "1 cell(s) with no number", "Correct them."),
    (f"aid,1,{PERSON}岁", "days", "1 cell(s) with no number", "Correct them."),
    ("aid,1,", "days", "1 empty cell(s)", "Fill them or leave the rows out."),
    ("  ,1,5", "arm", "1 empty cell(s)", "Fill them or leave the rows out."),
    (f"{PERSON},1,5", "arm", "1 cell(s) with a value that is not known", "Known: aid, no_aid."),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "wrong", "rest"), CELLS)
def test_a_confidential_cell_is_refused_by_count_and_no_more(row, column, wrong, rest, refusal):
    en, zh = _cell(refusal, row, "confidential")

    assert en == f"column {column}: {wrong}. {rest}"
    assert "1 格" in zh and f"列 {column}" in zh and "行" not in zh.replace("这些行", "")


@pytest.mark.parametrize(("row", "column", "wrong", "rest"), CELLS)
def test_a_public_cell_is_refused_with_its_line(row, column, wrong, rest, refusal):
    en, zh = _cell(refusal, row, "public")

    assert en == f"column {column}: {wrong}, the first in line 3. {rest}"
    assert "第 3 行" in zh


def test_every_wrong_cell_is_counted(refusal):
    en, _ = refusal("arm,arrest,days\na,1,x\na,0,y\na,0,5\na,0,z\n")

    assert en == "column days: 3 cell(s) with no number. Correct them."


COUNTS = [
    ("1.5", "1 cell(s) that are not whole numbers. Correct them."),
    ("-1", "1 cell(s) below 0, which is impossible. Correct them."),
    ("many", "1 cell(s) with no number. Correct them."),
    ("", "1 empty cell(s). Fill them or leave the rows out."),
]


@pytest.mark.parametrize(("count", "told"), COUNTS)
def test_a_count_is_a_whole_number_from_0(count, told, refusal):
    en, _ = refusal(f"answer,count\ngood,3\nbad,{count}\n", "survey_counts", columns={})

    assert en == f"column count: {told}"


def test_claims_are_read_with_a_place_in_each_language(read):
    frame = read(CLAIMS + CLAIM.format(id="007"), "claims", columns={}).frame

    assert frame["claim_id"].tolist() == ["007"]
    assert frame["place_zh"].tolist() == ["北"]


@pytest.mark.parametrize(("status", "line"), [("public", ", the first in line 4"), ("made_up", "")])
def test_a_claim_stands_once(status, line, refusal):
    rows = "".join(CLAIM.format(id=name) for name in (PERSON, "N-02", PERSON))

    en, _ = refusal(CLAIMS + rows, "claims", status, columns={})

    assert en == f"column claim_id: 1 value(s) appear more than once{line}. Each may stand once."


def test_a_claim_s_rounding_is_one_of_the_list(refusal):
    rows = CLAIM.format(id="N-01").replace("exact", "about")

    en, _ = refusal(CLAIMS + rows, "claims", columns={})

    assert en == (
        "column rounding: 1 cell(s) with a value that is not known. "
        "Known: exact, last_digit, over, nearly, approx, truncated, none."
    )


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (
            "public",
            "Found: " + CLAIMS.strip().replace("statement_zh", "statement_fr").replace(",", ", "),
        ),
        ("made_up", "The header has 22 column(s); check its first line"),
    ],
)
def test_a_column_of_another_language_is_missed(status, found, refusal):
    en, _ = refusal(
        CLAIMS.replace("statement_zh", "statement_fr") + CLAIM, "claims", status, columns={}
    )

    assert en == f"missing column(s) statement_zh. {found}."


@pytest.mark.parametrize("status", ["public", "confidential"])
def test_a_cell_of_persons_is_told_by_its_line_only_and_not_by_what_it_holds(status, refusal):
    known = {"group": {"aid": "aid", "no_aid": "no_aid"}}

    told = refusal(GOOD.replace("aid,", "secret,", 1), status=status, values=known)

    assert all("secret" not in said for said in told)
    assert ("line 2" in told[0]) == (status == "public")


def test_an_unknown_shape_is_refused_with_the_list(read):
    with pytest.raises(DataError) as caught:
        read(GOOD, "follow_down")

    assert sentence(caught.value, "en") == (
        "Table table: unknown shape follow_down. "
        "Shapes: claims, follow_up, sources, survey_counts, uptake."
    )
    assert [*linked_names()] == ["claims", "follow_up", "sources", "survey_counts", "uptake"]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("public", "Found: arm, arrest, days, age."),
        ("confidential", HIDDEN.format(HEADER.count(",") + 1)),
    ],
)
def test_a_mapping_for_a_column_that_is_not_there_is_refused(status, found, refusal):
    en, _ = refusal(GOOD, status=status, values={"school": {"1": "yes"}})

    assert en == f"missing column(s) school. {found}"


@pytest.mark.parametrize("name", ["study.toml", "studies/reference/study.toml"])
def test_every_table_of_this_repository_is_read(name):
    study = read_study(ROOT / name)

    sizes = {table: len(read_table(study, table).frame) for table in study.tables}

    known = {"claims": 147, "life": 432, "copenhagen": 72, "malawi": 4820}
    assert {table: known.get(table, size) for table, size in sizes.items()} == sizes


def _cell(refusal, row, status):
    known = {"group": {"aid": "aid", "no_aid": "no_aid"}} if PERSON + ",1" in row else None
    content = "arm,arrest,days\naid,1,20\n" + row + "\nno_aid,0,365\n"
    return refusal(content, status=status, values=known)


def test_a_number_without_end_in_a_column_of_one_s_own_is_named(refusal):
    content = "arm,arrest,days,age\naid,1,20,inf\nno_aid,0,365,15\n"

    en, _ = refusal(content, columns=NAMES | {"burden": "age"})

    assert "column age: 1 cell(s) with no number" in en


@pytest.mark.parametrize("times", [2, 3])
def test_people_who_all_stand_several_times_are_not_counted_so(read, refusal, times):
    rows = [f"aid,{i % 2},{i},{14 + i % 4}\n" for i in range(40)]
    assert read(HEADER + "".join(rows) + rows[0]).n == 41

    en, zh = refusal(HEADER + "".join(rows * times))

    assert f"every row stands there {times} times" in en and f"{times} 次" in zh
    # Of few kinds it may be so.
    assert read(HEADER + "".join(rows[:20] * times)).n == 20 * times
