"""A ledger of printed figures is read strictly, and each slip is named with file and line."""

import csv
import io
from fractions import Fraction

import pytest
from tests.helpers import AREA, ROOT, write_study

from evalkit.errors import DataError
from evalkit.intake.ledger import read_ledger
from evalkit.protocol import read_study
from evalkit.quantity import unit_codes
from evalkit.words import sentence

OWN = """\
code = "rivertown"
order = 1
level = "county"
name = { en = "Rivertown", zh = "河镇" }
place = { en = "River Province", zh = "河省" }
source = "river-2025"

[ledger]
file = "rivertown.csv"
source = { en = "the county's paper", zh = "县报" }
licence = "facts"
"""
ROW = {
    "claim_id": "R-1",
    "outcome": "reach",
    "indicator": "children",
    "printed_figure": "657名",
    "statement_en": "657 children came",
    "statement_zh": "来了657名儿童",
}
UNITS = ", ".join(unit_codes())
ROUNDINGS = "exact, last_digit, over, nearly, approx, truncated, none"
OUTCOMES = "recidivism, satisfaction, reach, side_outcome, inputs, organisation, other"
COLUMNS = (
    "claim_id, area, source_id, outcome, indicator, value, unit, rounding, printed_figure, tag, "
    "dated, base, n, instrument, follow_up, comparison, place_en, place_zh, programme_en, "
    "programme_zh, as_of_en, as_of_zh, denominator_en, denominator_zh, statement_en, statement_zh"
)


def row(**cells):
    """A row that can be read, with other or further cells; None takes a cell away."""
    return {name: cell for name, cell in (ROW | cells).items() if cell is not None}


def written(**cells):
    """A row whose value, unit and rounding are written and not printed."""
    plain = {"printed_figure": None, "value": "657", "unit": "persons", "rounding": "exact"}
    return row(**(plain | cells))


def table(*rows):
    """The text of a ledger; its columns are those of the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def own(folder, *rows, text=None):
    """Read the ledger of an area of its own."""
    (folder / "rivertown.toml").write_text(OWN, encoding="utf-8")
    (folder / "rivertown.csv").write_text(text or table(*rows), encoding="utf-8", newline="")
    return read_ledger(read_study(folder / "rivertown.toml"), "rivertown").claims


def refusal(read):
    """What a reader is told, in both languages."""
    with pytest.raises(DataError) as caught:
        read()
    return tuple(sentence(caught.value, lang) for lang in ("en", "zh"))


def told(folder, *rows, text=None):
    """What a reader is told of an area's own ledger, behind the file's path."""
    path = str((folder / "rivertown.csv").resolve())
    said = refusal(lambda: own(folder, *rows, text=text))
    assert all(one.startswith(path) for one in said)
    return tuple(one.removeprefix(path) for one in said)


def shared(folder, *rows, own_rows=()):
    """A study of two areas with one ledger, the first of which may have its own beside it."""
    (folder / "claims.csv").write_text(table(*rows), encoding="utf-8")
    ledger = OWN[OWN.index("[ledger]") :].replace("rivertown", "river") if own_rows else ""
    path = write_study(folder, area=AREA.replace("[outcomes.recid", ledger + "\n[outcomes.recid"))
    (folder / "areas" / "south.toml").write_text(AREA.replace('"north"', '"south"'), "utf-8")
    if own_rows:
        (folder / "areas" / "river.csv").write_text(table(*own_rows), encoding="utf-8")
    return read_study(path)


# (printed, value, number, unit, rounding, step of the last digit)
PRINTED = [
    ("超567万小时", "5670000", 5670000, "hours", "over", 10000),
    ("近3000人", "3000", 3000, "persons", "nearly", 1),
    ("约1.2亿元", "120000000", 120000000, "CNY", "approx", 10000000),
    ("18.24万人次", "182400", 182400, "person_times", "last_digit", 100),
    ("６５７名", "657", 657, "persons", "exact", 1),
    ("0起", "0", 0, "cases", "exact", 1),
]


@pytest.mark.parametrize(("printed", "value", "number", "unit", "rounding", "step"), PRINTED)
def test_value_unit_and_rounding_are_filled_from_the_printed_text(
    tmp_path, printed, value, number, unit, rounding, step
):
    (claim,) = own(tmp_path, row(printed_figure=printed))

    assert (claim.value, claim.number, claim.unit.code) == (value, number, unit)
    assert (claim.rounding, claim.step, claim.printed) == (rounding, step, printed)


def test_what_may_be_left_out_of_an_own_ledger_is_filled_from_the_area(tmp_path):
    (claim,) = own(tmp_path, ROW)

    assert (claim.area, claim.source_id) == ("rivertown", "river-2025")
    assert claim.place.text == {"en": "Rivertown", "zh": "河镇"}
    assert (claim.dated, claim.base, claim.n, claim.tag) == ("no", "none", "", "")
    assert claim.programme is claim.as_of is claim.denominator is None
    assert claim.statement.text == {"en": "657 children came", "zh": "来了657名儿童"}


def test_what_is_written_is_kept_before_what_is_printed(tmp_path):
    cells = {"value": "480000", "unit": "persons", "rounding": "truncated", "source_id": "b"}

    (claim,) = own(tmp_path, row(printed_figure="48万", place_en="Town", place_zh="镇", **cells))

    assert (claim.value, claim.unit.code, claim.rounding) == ("480000", "persons", "truncated")
    assert (claim.step, claim.source_id, claim.place.text["zh"]) == (10000, "b", "镇")


def test_what_is_written_needs_no_printed_text(tmp_path):
    (claim,) = own(tmp_path, written(value="23.43", unit="percent", rounding="last_digit"))

    assert (claim.value, claim.number, claim.step) == ("23.43", Fraction("23.43"), None)
    assert claim.quantity(0.05).value == Fraction("0.2343")


def test_a_share_that_is_only_printed_equals_one_that_is_also_written(tmp_path):
    cells = {"value": "23.43", "unit": "percent", "rounding": "last_digit"}

    (only,) = own(tmp_path, row(printed_figure="23.43%"))
    (both,) = own(tmp_path, row(printed_figure="23.43%", **cells))

    assert only == both


@pytest.mark.parametrize("unit", ["flag", "structure", "date", "rank", "persons"])
def test_a_word_without_a_number_is_kept_and_measures_nothing(tmp_path, unit):
    (claim,) = own(tmp_path, written(value="rise", unit=unit, rounding="none"))

    assert (claim.value, claim.number, claim.quantity(0.05)) == ("rise", None, None)


@pytest.mark.parametrize("code", ["persons/sessions", "persons / sessions", "hours/days"])
def test_a_rate_is_a_unit(tmp_path, code):
    (claim,) = own(tmp_path, written(unit=code))

    assert claim.unit.code == code.replace(" ", "")


WORDS = "value that is not known, the first in line 2 ({}). Known"
EMPTY = "1 empty cell(s), the first in line 2. Fill them or leave the rows out."
NO_NUMBER = (
    ", line 2: value {} is not a number of at most 15 digits, without sign and separators. "
    "Correct it, or write rounding = none where there is none."
)
NO_VALUE = (
    ", line 2: the figure has no value, and printed_figure ({}) cannot be read. Write the value "
    "as a number, or rounding = none where there is none."
)
NO_UNIT = (
    ", line 2: the figure has no unit. Name one, or write printed_figure with its measure word. "
    f"Units: {UNITS}."
)
UNIT = ", line 2: there is no unit {}. Nearest: {}."
NO_ROUNDING = (
    ", line 2: the figure has no rounding, and printed_figure cannot be read. "
    f"Name one: {ROUNDINGS}."
)
TWO = ", line 2: value says {}, printed_figure says {}. Correct one."
ID = (
    ", line 2: claim_id {} must begin with a letter or digit and have at most 40 letters, "
    "digits, - and _."
)
COLUMN = f": unknown column(s) {{}}. Known: {COLUMNS}."
BAD_NUMBERS = (
    *("1e999999999", "６５７", "-5", "1,862", "nan", "NaN", "inf", "657人", "5 6", ".5", "6."),
    *("1/2", "0x10", "1_000", "1" * 16, "0.0123456789", "rise"),
)
BAD_IDS = ("R 1", "R,1", "R=1", "R[1]", "R.1", "河1", "Ｒ1")

# (what stands in the row, what the reader is told behind the file's path)
SLIPS = [
    (row(value="658"), TWO.format("658", "657")),
    (row(value="0.2343", printed_figure="23.43%"), TWO.format("0.2343", "23.43")),
    (row(value="567", printed_figure="超567万小时"), TWO.format("567", "5670000")),
    (written(unit=""), NO_UNIT),
    (row(printed_figure="17个"), NO_UNIT),
    (written(unit="person"), UNIT.format("person", "persons")),
    (written(unit="persons/sesions"), UNIT.format("persons/sesions", "sessions")),
    (written(unit="hous/days"), UNIT.format("hous/days", "hours")),
    (written(unit="xyzzy"), UNIT.format("xyzzy", UNITS)),
    (written(rounding=""), NO_ROUNDING),
    (written(rounding="", printed_figure="many came"), NO_ROUNDING),
    (
        written(rounding="exactly"),
        f", column rounding: 1 cell(s) with a {WORDS.format('exactly')}: {ROUNDINGS}.",
    ),
    (
        row(tag="best"),
        f", column tag: 1 cell(s) with a {WORDS.format('best')}: first, only, most, record.",
    ),
    (
        row(outcome="reech"),
        f", column outcome: 1 cell(s) with a {WORDS.format('reech')}: {OUTCOMES}.",
    ),
    (written(value=""), NO_VALUE.format("–")),
    (written(value="", printed_figure="many came"), NO_VALUE.format("many came")),
    *((written(value=value), NO_NUMBER.format(value)) for value in BAD_NUMBERS),
    *((row(claim_id=name), ID.format(name)) for name in BAD_IDS),
    (row(claim_id=""), f", column claim_id: {EMPTY}"),
    (
        row(area="northtown"),
        ", line 2: the figure is of area northtown, which is not one of: rivertown.",
    ),
    (row(statement_zh=""), f", column statement_zh: {EMPTY}"),
    (
        row(statement_zh=None),
        ": missing column(s) statement_zh. "
        "Found: claim_id, outcome, indicator, printed_figure, statement_en.",
    ),
    (row(roundin="exact"), COLUMN.format("roundin")),
    (row(statment_en="x"), COLUMN.format("statment_en")),
    (row(Value="5", units="x"), COLUMN.format("Value, units")),
]


@pytest.mark.parametrize(("cells", "wanted"), SLIPS)
def test_each_slip_is_named_with_file_and_line(tmp_path, cells, wanted):
    assert told(tmp_path, cells)[0] == wanted


@pytest.mark.parametrize("cells", [cells for cells, _ in SLIPS])
def test_each_slip_is_named_in_chinese_too(tmp_path, cells):
    english, chinese = told(tmp_path, cells)

    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert chinese.endswith("。")
    assert ("2行" in chinese or " 2 行" in chinese) == ("line 2" in english)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("cells", "begins"),
    [
        ({"printed_figure": "17个"}, ", line 8: the figure has no unit"),
        ({"claim_id": "R 2"}, ", line 8: claim_id R 2 must"),
        ({"outcome": "reech"}, ", column outcome: 1 cell(s) with a value that is not known, "),
        ({"claim_id": "R-1"}, ", column claim_id: 1 value(s) appear more than once, "),
    ],
)
def test_the_line_is_right_behind_blank_lines_and_line_breaks(tmp_path, end, cells, begins):
    head, good = table(row(statement_en="657\nchildren")).split("\n", 1)
    bad = table(row(**({"claim_id": "R-2", "statement_en": "a\nb"} | cells))).split("\n", 1)[1]
    text = f"\ufeff{head}\n\n\n{good}\n\n{bad}".replace("\n", end)

    english, _ = told(tmp_path, text=text)

    # 1 the header, 2-3 blank, 4-5 the first row, 6-7 blank, 8-9 the slip.
    assert english.startswith(begins)
    assert "line 8" in english


def test_only_the_first_of_several_slips_is_named(tmp_path):
    rows = [row(), row(claim_id="R-2", printed_figure="17个"), row(claim_id="R 3")]

    assert told(tmp_path, *rows)[0].startswith(", line 3: the figure has no unit.")


def test_an_id_stands_once_in_a_file(tmp_path):
    said = told(tmp_path, row(), row(claim_id="R-2"), row(printed_figure="5名"))

    assert said == (
        ", column claim_id: 1 value(s) appear more than once, the first in line 4. "
        "Each may stand once.",
        "，列 claim_id：1 个值重复出现，最先见于第 4 行。每个值只能出现一次。",
    )


def test_an_id_stands_once_in_the_ledgers_of_a_study(tmp_path):
    study = shared(tmp_path, row(area="north"), own_rows=[row(claim_id="R-2"), row()])

    said = refusal(lambda: read_ledger(study, "north"))

    path = (tmp_path / "areas" / "river.csv").resolve()
    assert said == (
        f"{path}, line 3: the id R-1 stands in two ledgers. Rename one.",
        f"{path}，第3行：编号 R-1 在两个登记表中都有。请改名。",
    )


def test_a_shared_and_an_own_ledger_are_read_together(tmp_path):
    rows = [row(area="south", claim_id="S-1"), row(area="north", claim_id="N-1")]
    study = shared(tmp_path, *rows, own_rows=[row(claim_id="R-2")])

    north, south, everything = (read_ledger(study, code) for code in ("north", "south", "all"))

    assert [claim.claim_id for claim in north.claims] == ["N-1", "R-2"]
    assert [claim.claim_id for claim in south.claims] == ["S-1"]
    assert [claim.claim_id for claim in everything.claims] == ["S-1", "N-1", "R-2"]
    assert [t.name for t in north.tables] == ["claims[area=north]", "claims-north"]
    assert [t.name for t in south.tables] == ["claims[area=south]"]


@pytest.mark.parametrize(("area", "found"), [("west", "west"), ("", "–"), (None, "–")])
def test_in_a_shared_ledger_each_figure_names_an_area_of_the_study(tmp_path, area, found):
    study = shared(tmp_path, row(area=area))

    said = refusal(lambda: read_ledger(study, "north"))

    path = (tmp_path / "claims.csv").resolve()
    assert said == (
        f"{path}, line 2: the figure is of area {found}, which is not one of: north, south.",
        f"{path}，第2行：数字属于地区 {found}，不在以下地区之中：north、south。",
    )


def test_a_column_of_a_language_that_the_study_does_not_speak_is_no_slip(tmp_path):
    (claim,) = own(tmp_path, row(statement_fr="657 enfants", place_fr="Rivière"))

    assert sorted(claim.statement.text) == ["en", "zh"]


def test_a_space_in_the_header_does_not_make_a_column_unknown(tmp_path):
    text = table(ROW).replace(",", ", ", len(ROW) - 1)

    assert own(tmp_path, text=text) == own(tmp_path, ROW)


def test_a_column_without_a_name_is_named_by_its_position(tmp_path):
    cells = row(**{"": ""})

    assert told(tmp_path, cells) == (
        f": column {len(cells)} has no name in the header. Name it, or remove the comma.",
        f"：表头第{len(cells)}列没有名称。请命名，或删去多余的逗号。",
    )


PILOTS = read_ledger(read_study(ROOT / "study.toml"), "all").claims


def test_every_figure_of_the_repository_is_read_with_the_value_of_its_row():
    with (ROOT / "data/published/claims.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["claim_id"]: row for row in csv.DictReader(file)}

    assert [claim.claim_id for claim in PILOTS] == list(rows)
    assert len(PILOTS) == 147
    for claim in PILOTS:
        quantity, ledger = claim.quantity(0.05), rows[claim.claim_id]
        if quantity is None:
            assert claim.rounding == "none" or claim.unit.kind == "none", claim.claim_id
        else:
            scale = 100 if ledger["unit"] == "percent" else 1
            assert quantity.value * scale == Fraction(ledger["value"]), claim.claim_id
            assert quantity.unit.code == ledger["unit"], claim.claim_id


def test_the_usual_span_of_every_figure_of_the_repository_lies_in_its_firm_span():
    quantities = [q for claim in PILOTS if (q := claim.quantity(0.05)) is not None]

    assert len(quantities) == 132
    for quantity in quantities:
        assert quantity.value in quantity.firm
        assert quantity.usual & quantity.firm == quantity.usual


def test_ten_thousand_rows_are_read(tmp_path):
    rows = [row(claim_id=f"R-{n}", printed_figure=f"{n}名") for n in range(1, 10_001)]

    claims = own(tmp_path, *rows)

    assert [claim.number for claim in claims] == list(range(1, 10_001))
