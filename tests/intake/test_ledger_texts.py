"""What is written in a ledger is held against what is printed, and texts come in pairs."""

import pytest
from tests.intake.test_ledger import own, row, told, written


@pytest.mark.parametrize(
    "printed,unit,counted",
    [("50人次", "persons", "person_times"), ("50人", "person_times", "persons")],
)
def test_people_where_visits_are_printed_are_refused(tmp_path, printed, unit, counted):
    cells = row(printed_figure=printed, unit=unit, value="50", rounding="exact")

    assert told(tmp_path, cells) == (
        f", line 2: the unit is {unit}, printed_figure counts {counted}. "
        "People and visits are not the same: correct one.",
        f"，第2行：单位写的是 {unit}，printed_figure 数的是 {counted}。"
        "人数与人次不同，请改正其中一个。",
    )


def test_a_text_in_one_language_alone_is_refused(tmp_path):
    assert told(tmp_path, row(place_en="Town", place_zh="")) == (
        ", line 2: place_zh is blank, while the other language is filled. Fill both or none.",
        "，第2行：place_zh 空白，而另一种语言已填写。请都填或都不填。",
    )


def test_what_has_no_number_needs_no_unit(tmp_path):
    (claim,) = own(tmp_path, written(value="rise", unit="", rounding="none"))

    assert (claim.unit.code, claim.number) == ("flag", None)


@pytest.mark.parametrize("name", ["R" * 41, "-R1", "_R1"])
def test_an_id_that_is_too_long_or_begins_with_a_sign_is_told_the_rule(tmp_path, name):
    assert told(tmp_path, row(claim_id=name)) == (
        f", line 2: claim_id {name} must begin with a letter or digit and have at most 40 "
        "letters, digits, - and _.",
        f"，第2行：claim_id {name} 须以字母或数字开头，最多40个字母、数字、- 和 _。",
    )
