"""A misspelt column stops the run in every form of a ledger; a date is never called none."""

import pytest
from tests.helpers import AREA, write_study
from tests.intake.test_ledger import ROW, own, refusal, row, shared, told

from evalkit.errors import DataError
from evalkit.intake.ledger import read_ledger
from evalkit.protocol import read_study

MISSPELT = ["printed_fgure", "roundin", "as_of", "as_of_zn", "statement_eng", "place_ zh", "note"]


@pytest.mark.parametrize("column", MISSPELT)
def test_a_misspelt_column_stops_an_area_s_own_ledger(tmp_path, column):
    english, chinese = told(tmp_path, row(**{column: "x"}))

    assert english.startswith(f": unknown column(s) {column}. Known: claim_id, ")
    assert chinese.startswith(f"：有不认识的列 {column}。可用的列：claim_id、")


@pytest.mark.parametrize("column", MISSPELT)
def test_a_misspelt_column_stops_the_ledger_of_a_study(tmp_path, column):
    study = shared(tmp_path, row(area="north", **{column: "x"}))

    english, _ = refusal(lambda: read_ledger(study, "north"))

    assert f"unknown column(s) {column}." in english


def renamed(folder, header, names):
    """A study whose ledger has some columns under other names."""
    cells = row(area="north")
    lines = [",".join(header.get(name, name) for name in cells), ",".join(cells.values())]
    (folder / "claims.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = write_study(folder, area=AREA)
    text = path.read_text(encoding="utf-8")
    file = 'file = "claims.csv"'
    assert file in text
    path.write_text(text.replace(file, f"{file}\ncolumns = {{ {names} }}"), encoding="utf-8")
    return read_study(path)


def test_a_ledger_with_one_column_under_another_name_keeps_the_others(tmp_path):
    study = renamed(tmp_path, {"printed_figure": "as printed"}, 'printed_figure = "as printed"')

    (claim,) = read_ledger(study, "north").claims

    assert (claim.printed, claim.number, claim.rounding) == ("657名", 657, "exact")


def test_a_misspelt_column_stops_a_ledger_that_names_columns_too(tmp_path):
    header = {"printed_figure": "printed_fgure", "indicator": "what"}
    study = renamed(tmp_path, header, 'indicator = "what"')

    english, _ = refusal(lambda: read_ledger(study, "north"))

    assert "unknown column(s) printed_fgure." in english


def test_a_column_under_another_name_is_not_there_under_ours_as_well(tmp_path):
    study = renamed(tmp_path, {"printed_figure": "unit"}, 'unit = "indicator"')

    with pytest.raises(DataError, match="unknown column"):
        read_ledger(study, "north")


@pytest.mark.parametrize(
    ("cells", "dated"),
    [
        ({}, "no"),
        ({"as_of_en": "2025-07", "as_of_zh": "2025年7月"}, "yes"),
        ({"as_of_en": "May 2024", "as_of_zh": "2024年5月"}, "yes"),
        ({"as_of_en": "to July 2025", "as_of_zh": "截至2025年7月"}, "partly"),
        ({"as_of_en": "13 June", "as_of_zh": "6月13日"}, "partly"),
        ({"as_of_en": "for three months", "as_of_zh": "共3个月"}, "no"),
        ({"statement_en": "657 children came in 2024"}, "partly"),
        ({"statement_zh": "2024年来了657名儿童"}, "partly"),
        ({"statement_zh": "6月13日来了657名儿童"}, "partly"),
        # A number that looks like a year is none.
        ({"statement_en": "in 2000 homes", "statement_zh": "2000余户"}, "no"),
        ({"dated": "no", "statement_en": "657 children came in 2024"}, "no"),
        ({"dated": "partly", "as_of_en": "2025-07", "as_of_zh": "2025年7月"}, "partly"),
    ],
)
def test_a_figure_beside_a_date_is_not_said_to_have_none(tmp_path, cells, dated):
    (claim,) = own(tmp_path, row(**cells))

    assert claim.dated == dated


def test_a_date_that_is_coded_as_none_is_a_slip(tmp_path):
    cells = row(dated="no", as_of_en="July 2025", as_of_zh="2025年7月")

    assert told(tmp_path, ROW | {"claim_id": "R-0", "dated": "no", "as_of_en": "", "as_of_zh": ""},
                cells) == (
        ", line 3: dated says no, and as_of_en names a date. Write dated = yes, or partly where "
        "its year, month or start is missing.",
        "，第3行：dated 写作 no，而 as_of_en 写有日期。请改为 yes；缺年份、月份或起点的写 partly。",
    )  # fmt: skip


def test_a_misspelt_name_of_ours_in_the_study_file_stops_the_run(tmp_path):
    study = renamed(tmp_path, {"printed_figure": "printed"}, 'printed_fgure = "printed"')

    english, _ = refusal(lambda: read_ledger(study, "north"))

    assert "unknown column(s) printed_fgure." in english
