"""What is written in a ledger is held against what is printed, and texts come in pairs."""

import pytest
from tests.intake.test_ledger import ROW, TWO, own, row, table, told, written

HALF = (
    ", line 2: the unit {} lacks one side of its slash. Write two units, such as "
    "persons/sessions, or one without a slash."
)
ROUND = ", line 2: the rounding is {}, printed_figure says {}. Correct one."
UNSEEN = ", line 2, column {}: an invisible character (U+{}). Delete it."


@pytest.mark.parametrize(
    "cells,wanted",
    [
        (written(unit="persons/"), HALF.format("persons/")),
        (written(unit="/persons"), HALF.format("/persons")),
        (row(printed_figure="超50人", rounding="exact"), ROUND.format("exact", "over")),
        (row(printed_figure="近50人", rounding="over"), ROUND.format("over", "nearly")),
        (row(statement_en="People\u200b"), UNSEEN.format("statement_en", "200B")),
        (row(statement_en="a\u202eb"), UNSEEN.format("statement_en", "202E")),
        (row(indicator="a\x1bb"), UNSEEN.format("indicator", "001B")),
    ],
)
def test_each_slip_between_what_is_written_and_printed_is_named(tmp_path, cells, wanted):
    assert told(tmp_path, cells)[0] == wanted


@pytest.mark.parametrize(
    "printed,unit,counted",
    [
        ("50人次", "persons", "person_times"),
        ("50人", "person_times", "persons"),
        ("50元", "persons", "CNY"),
        ("50%", "persons", "percent"),
        ("50户", "persons", "households"),
        ("50人", "CNY", "persons"),
        ("50人", "percent", "persons"),
        ("50小时", "persons", "hours"),
    ],
)
def test_a_unit_that_the_measure_word_excludes_is_refused(tmp_path, printed, unit, counted):
    cells = row(printed_figure=printed, unit=unit, value="50", rounding="exact")
    good = row(claim_id="R-2", unit="persons", value="657", rounding="exact")

    assert told(tmp_path, good, cells) == (
        f", line 3: the unit is {unit}, printed_figure counts {counted}. "
        "The two are not the same: correct one.",
        f"，第3行：单位写的是 {unit}，printed_figure 数的是 {counted}。两者不同，请改正其中一个。",
    )


@pytest.mark.parametrize(
    "printed,unit",
    [
        ("50人", "persons_and_organisations"),
        ("50人", "persons/sessions"),
        ("50人", "person_times/sessions"),
        ("50%", "percent_change"),
        ("50件", "wishes"),
        ("50个", "teams"),
        ("50家", "institutions"),
    ],
)
def test_a_unit_that_the_measure_word_leaves_open_is_no_slip(tmp_path, printed, unit):
    rounding = "last_digit" if printed.endswith("%") else "exact"

    (claim,) = own(tmp_path, row(printed_figure=printed, unit=unit, rounding=rounding))

    assert claim.unit.code == unit


@pytest.mark.parametrize("unit", ["", "person_times"])
def test_visits_where_visits_are_printed_are_no_slip(tmp_path, unit):
    (claim,) = own(tmp_path, row(printed_figure="18.24万人次", unit=unit))

    assert (claim.unit.code, claim.number) == ("person_times", 182400)


@pytest.mark.parametrize("stem", ["place", "programme", "as_of", "denominator"])
@pytest.mark.parametrize(("filled", "blank"), [("en", "zh"), ("zh", "en")])
# The other language's cell may be blank, or have no column at all.
@pytest.mark.parametrize("cell", ["", None])
def test_a_text_in_one_language_alone_is_refused(tmp_path, stem, filled, blank, cell):
    half = {f"{stem}_{filled}": "Town", f"{stem}_{blank}": cell}

    assert told(tmp_path, row(**half)) == (
        f", line 2: {stem}_{blank} is blank, while the other language is filled. "
        "Fill both or none.",
        f"，第2行：{stem}_{blank} 空白，而另一种语言已填写。请都填或都不填。",
    )


def test_a_text_in_both_languages_or_in_none_is_read(tmp_path):
    both = row(programme_en="Aid", programme_zh="补助", as_of_en="", as_of_zh="")

    (claim,) = own(tmp_path, both)

    assert claim.programme.text == {"en": "Aid", "zh": "补助"}
    assert claim.as_of is None


@pytest.mark.parametrize(
    "cells",
    [
        written(value="rise", unit="", rounding="none"),
        written(value="rise", unit=None, rounding="none"),
        row(printed_figure="信任度上升", rounding="none", value="rise"),
        row(printed_figure="17个", rounding="none", value="rise"),
    ],
)
def test_what_has_no_number_needs_no_unit(tmp_path, cells):
    (claim,) = own(tmp_path, cells)

    assert (claim.unit.code, claim.number, claim.value) == ("flag", None, "rise")


def test_what_has_no_number_keeps_the_unit_that_is_printed(tmp_path):
    (claim,) = own(tmp_path, row(printed_figure="657名", rounding="none"))

    assert (claim.unit.code, claim.number) == ("persons", None)


@pytest.mark.parametrize(
    ("printed", "value"),
    [("99.50%", "99.5"), ("0.05%", "0.05"), ("1.2亿元", "120000000"), ("0起", "0")],
)
def test_a_printed_number_is_kept_in_plain_digits(tmp_path, printed, value):
    (claim,) = own(tmp_path, row(printed_figure=printed))

    assert claim.value == value


def test_the_first_of_two_columns_without_a_name_is_named_by_its_position(tmp_path):
    # A sheet with two empty columns at its right is written so.
    text = table(ROW).replace("\n", ",,\n")

    assert told(tmp_path, text=text) == (
        f": column {len(ROW) + 1} has no name in the header. Name it, or remove the comma.",
        f"：表头第{len(ROW) + 1}列没有名称。请命名，或删去多余的逗号。",
    )


@pytest.mark.parametrize("name", ["R" * 41, "-R1", "_R1"])
def test_an_id_that_is_too_long_or_begins_with_a_sign_is_told_the_rule(tmp_path, name):
    assert told(tmp_path, row(claim_id=name)) == (
        f", line 2: claim_id {name} must begin with a letter or digit and have at most 40 "
        "letters, digits, - and _.",
        f"，第2行：claim_id {name} 须以字母或数字开头，最多40个字母、数字、- 和 _。",
    )


def test_a_long_printed_number_is_named_in_full(tmp_path):
    said = told(tmp_path, row(printed_figure="123456789012名", value="123456789013"))

    assert said == (
        TWO.format("123456789013", "123456789012"),
        "，第2行：value 写的是 123456789013，printed_figure 写的是 123456789012。请改正其中一个。",
    )
