"""What a table lets through, and what it refuses whole."""

from functools import partial

import pytest
from tests.helpers import PERSON, read_content, table_refusal

from evalkit.schema import MOST
from evalkit.table import definitions, without

HEADER = "arm,arrest,days,age\n"


@pytest.fixture
def refusal(tmp_path):
    """What a reader is told in both languages, without the file's path and the person."""
    return partial(table_refusal, tmp_path)


def test_definitions_are_the_columns_with_a_time():
    assert definitions(["group", "rearrest", "rearrest_time", "arrest_time"]) == [
        "arrest", "rearrest",
    ]  # fmt: skip


def test_a_table_without_a_header_tells_nothing_of_its_first_person(refusal):
    en, _ = refusal(f"{PERSON},1,20\n{PERSON},0,365\n")

    assert en == (
        "missing column(s) arm, arrest, days. The header has 3 column(s); check its first line."
    )


# pandas only warns; the project's pytest makes that warning an error.
def test_a_first_row_with_too_many_cells_is_refused(refusal):
    en, _ = refusal(HEADER + "aid,1,20,17,9\nno_aid,0,365,15\n")

    assert en.startswith("cannot be read as a table.")


def test_a_column_that_stands_there_twice_is_refused(refusal):
    en, _ = refusal("arm,arm,arrest,days\naid,no_aid,1,20\n", status="public")

    assert en == "the column arm stands in the header twice. Rename or remove one."


def test_a_person_who_stands_twice_in_a_first_line_without_a_header_is_not_named(refusal):
    # `refusal` looks for the person in what is told.
    refusal(f"{PERSON},{PERSON},1,20\naid,no_aid,1,20\n")


@pytest.mark.parametrize("count", ["99999999999999999999", "1e30"])
def test_a_count_beyond_every_population_is_refused(count, refusal):
    en, _ = refusal(f"answer,count\ngood,{count}\n", "survey_counts", columns={})

    assert en == f"column count: 1 cell(s) above {MOST:g}, which is impossible. Correct them."


@pytest.mark.parametrize("before", ["\n\n", 'aid,1,20,"1\n7"\n'])
def test_the_line_that_is_named_is_the_line_of_the_file(before, refusal):
    content = HEADER + before + "aid,5,20,17\n"
    line = content.splitlines().index("aid,5,20,17") + 1

    en, _ = refusal(content, status="public")

    assert f"the first in line {line}." in en


def test_a_follow_up_table_without_a_definition_is_refused(refusal):
    en, _ = refusal(HEADER + "aid,1,20,17\n", columns={"group": "arm"})

    assert en == (
        "no event definition. Map a pair of columns, for example rearrest and rearrest_time."
    )


def test_an_id_outside_the_shape_stays_text(tmp_path):
    content = "reached,exposure,cluster,person\n1,1,a,0012\n"
    known = {"reached": "reached", "exposure": "exposure", "cluster": "cluster", "person": "person"}

    table = read_content(tmp_path, content, "uptake", columns=known)

    assert table.frame["person"].tolist() == ["0012"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ('kind == "a"', ""),
        ('kind == "a" and age > 3', "(age > 3)"),
        ('(age > 3 and kind != "a") and sex == "b"', "(age > 3) and (sex == 'b')"),
        ('kind == "a" or age > 3', "(kind == 'a' or age > 3)"),
        ('not kind == "a" and kind == sex', "(kind == sex)"),
    ],
)
def test_a_condition_without_one_of_its_columns(text, left):
    assert without(text, "kind") == left
