"""The rules of the tables find what they name, and nothing that is just possible."""

import datetime
import re

import duckdb
import numpy as np
import pytest

from evalkit.schema import BOUNDED, LEVELS, load_schema, office_names

TYPES = {
    **dict.fromkeys(("person", "id", "text", "choice"), "VARCHAR"),
    **{
        "date": "DATE",
        "month": "DATE",
        "datetime": "TIMESTAMP",
        "number": "DOUBLE",
        "share": "DOUBLE",
    },
    **{"count": "BIGINT", "flag": "BOOLEAN"},
}
SHAPES = [load_schema(name) for name in office_names()]
CHECKS = [(shape, check) for shape in SHAPES for check in shape.checks]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
each_check = pytest.mark.parametrize(
    ("shape", "check"), CHECKS, ids=[f"{shape.name}-{check.id}" for shape, check in CHECKS]
)


def database(shape):
    base = duckdb.connect(":memory:", config={"threads": 1})
    columns = ", ".join(f'"{f.name}" {TYPES[f.kind]}' for f in shape.columns.values())
    base.execute(f"CREATE TABLE data ({columns})")
    return base


def filled(shape, rows):
    """Return a database that holds the rows."""
    base = database(shape)
    blanks = "(" + ", ".join("?" * len(shape.columns)) + ")"
    cells = [row.get(name) for row in rows for name in shape.columns]
    base.execute("INSERT INTO data VALUES " + ", ".join([blanks] * len(rows)), cells)
    return base


def wrong(shape, rows):
    """Return the ids of the checks that find one of the rows."""
    rules = ", ".join(f"count(*) FILTER (WHERE {check.sql})" for check in shape.checks)
    if not rules:
        return set()
    with filled(shape, rows) as base:
        counts = base.execute(f"SELECT {rules} FROM data").fetchone()
    return {check.id for check, n in zip(shape.checks, counts, strict=True) if n}


@each_check
def test_every_rule_runs_over_an_empty_table_and_gives_true_or_false(shape, check):
    with database(shape) as base:
        (kind,) = base.sql(f"SELECT ({check.sql}) AS wrong FROM data").types

    assert str(kind) == "BOOLEAN"
    assert check.level in LEVELS


@each_check
def test_a_rule_reads_the_columns_that_it_names_and_no_other(shape, check):
    bare = re.sub(r"'[^']*'", "", check.sql)
    words = set(re.findall(r"[a-z_0-9]+", bare))

    assert words & set(shape.columns) == {*check.columns, *check.beside}


POOLS = {
    "person": ["a", "b", None],
    "id": ["a", "b", None],
    "text": ["a", "b", None],
    "date": [
        *(None, datetime.date(1899, 12, 31), datetime.date(2012, 3, 1)),
        *(datetime.date(2014, 6, 15), datetime.date(2023, 5, 1), datetime.date(2023, 5, 2)),
        *(datetime.date(2025, 9, 1), datetime.date(2999, 1, 1)),
    ],
    "number": [None, -1.0, 0.0, 1.0, 2.0, 13.0, 25.0, 2e7, 2e8],
    "count": [None, None, 0, 1, 2, 11, 17, 18, 51, 3000],
    "flag": [None, True, False],
}


@each_shape
def test_every_rule_finds_some_row_and_lets_others_pass(shape):
    rng = np.random.default_rng(7)
    rows = []
    for _ in range(600):
        row = {}
        for field in shape.columns.values():
            kind = {"datetime": "date", "month": "date", "share": "number"}.get(
                field.kind, field.kind
            )
            pool = POOLS.get(kind) or [*field.choices, None]
            row[field.name] = pool[rng.integers(len(pool))]
        rows.append(row)

    with filled(shape, rows) as base:
        for check in shape.checks:
            query = f"SELECT count(*) FILTER (WHERE {check.sql}), count(*) FROM data"
            found, of = base.execute(query).fetchone()
            assert 0 < found < of, check.id


@each_shape
def test_an_empty_cell_is_wrong_only_where_the_rule_asks_for_it(shape):
    asked = {check.id for check in shape.checks if "NULL" in check.sql or "coalesce" in check.sql}

    assert wrong(shape, [{}]) <= asked


def as_read(field):
    """The example of a column as it is once it is read."""
    text = field.example
    if field.kind == "month":
        match = re.fullmatch(r"(\d{4})年(\d{1,2})月", text)
        return day(int(match[1]), int(match[2]), 1)
    if field.kind in ("date", "datetime"):
        match = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?: (\d{1,2}):(\d\d))?", text)
        assert (match[4] is not None) == (field.kind == "datetime"), field.name
        return datetime.datetime(*(int(part) for part in match.groups() if part))
    if field.kind in BOUNDED:
        value = float(text)
        assert field.low is None or value >= field.low
        assert field.high is None or value <= field.high
        return value
    if field.kind == "flag":
        return {"是": True, "否": False}[text]
    if field.kind == "choice":
        return {c.label.text["zh"]: code for code, c in field.choices.items()}[text]
    return text


@each_shape
def test_the_examples_are_a_row_that_passes(shape):
    row = {name: as_read(field) for name, field in shape.columns.items()}
    found = wrong(shape, [row])
    doubts = {check.id for check in shape.checks if check.level != "note"}

    # The example of a census is the last one, which grows old.
    assert found & doubts <= {"as_of_old"}


def day(year, month=1, number=1):
    return datetime.datetime(year, month, number)


TODAY = datetime.date.today()
LATE_TODAY = datetime.datetime.combine(TODAY, datetime.time(23, 59))
TOMORROW = TODAY + datetime.timedelta(days=1)

PLANTED = [
    ("tickets", {"ordered_at": day(1989, 12, 31)}, "ordered_at_impossible"),
    ("tickets", {"ordered_at": TOMORROW}, "ordered_at_impossible"),
    ("tickets", {"ordered_at": day(2025), "completed_at": day(2024)}, "completed_before_ordered"),
    ("tickets", {"ordered_at": day(2025), "accepted_at": day(2024)}, "accepted_before_ordered"),
    ("tickets", {"rating": 4}, "rating_without_completion"),
    ("tickets", {"rated_at": day(2025), "completed_at": day(2025, 2)}, "rated_before_completed"),
    ("cases", {"index_date": day(2025), "follow_up_end": day(2024)}, "follow_up_end_before_index"),
    ("cases", {"plan_start": day(2025), "plan_end": day(2024)}, "plan_end_before_start"),
    ("cases", {"plan_start": day(2024), "referral_date": day(2025)}, "plan_before_referral"),
    ("cases", {"assigned": "comparison", "plan_start": day(2024)}, "comparison_with_plan"),
    ("cases", {"linked": None}, "linkage_unknown"),
    ("cases", {"linked": False}, "not_linked"),
    ("cases", {"plan_end": day(2999)}, "plan_end_impossible"),
    ("events", {"event_date": day(2025), "proven_date": day(2024)}, "proven_before_event"),
    ("absences", {"start": day(2025), "end": day(2024)}, "end_before_start"),
    ("milestones", {"kind": "school", "status": "employed"}, "school_without_schooling"),
    ("scores", {"score": 41, "scale_max": 40}, "score_above_scale"),
    ("survey", {"item_7": 6, "scale_min": 1, "scale_max": 5}, "item_7_outside_scale"),
    ("survey", {"overall": 0, "scale_min": 1, "scale_max": 5}, "overall_outside_scale"),
    ("survey", {"disposition": "refusal", "overall": 5}, "answer_without_interview"),
    ("survey_frame", {"persons": 10, "sampled": 11}, "sampled_over_persons"),
    (
        "area_counts",
        {"month": day(2025, 3), "status": "awarded", "status_date": day(2025, 4)},
        "awarded_before_date",
    ),
    ("grid", {"residents": 5, "young_residents": 6}, "young_residents_over_residents"),
    ("pairs", {"home_visits": 4, "school_visits": 3, "visits": 6}, "visits_below_parts"),
    ("points", {"earned": 20, "spent": 0, "balance": 10}, "balance_below_earned"),
    ("needs", {"raised_at": day(2025), "met_at": day(2024)}, "met_before_raised"),
    ("hours", {"hours": 120}, "hours_over_a_day"),
    ("volunteers", {"joined_at": day(2025), "last_active_at": day(2024)},
     "last_active_before_joined"),
    ("sites", {"longitude": 109.6}, "coordinates_half"),
    ("mediation", {"settled_at": day(2025), "reopened_at": day(2024)}, "reopened_before_settled"),
    ("assessments", {"asked": 60, "answered": 61}, "answered_over_asked"),
    ("tickets", {"ordered_at": day(2025), "rated_at": day(2024)}, "rated_before_ordered"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "check"), PLANTED)
def test_a_planted_mistake_is_found(name, row, check):
    assert check in wrong(load_schema(name), [row])


SOUND = [
    ("tickets", {"ordered_at": LATE_TODAY}, "ordered_at_impossible"),
    ("tickets", {"ordered_at": day(1990)}, "ordered_at_impossible"),
    ("tickets", {"ordered_at": day(2025), "completed_at": day(2025)}, "completed_before_ordered"),
    ("cases", {"index_date": day(2025), "follow_up_end": day(2025)}, "follow_up_end_before_index"),
    ("cases", {"plan_end": TOMORROW}, "plan_end_impossible"),
    ("absences", {"start": day(2025), "end": day(2025)}, "end_before_start"),
    ("survey", {"item_7": 5, "scale_min": 1, "scale_max": 5}, "item_7_outside_scale"),
    ("survey_frame", {"persons": 10, "sampled": 10}, "sampled_over_persons"),
    (
        "area_counts",
        {"month": day(2025, 3), "status": "awarded", "status_date": day(2025, 3, 31)},
        "awarded_before_date",
    ),
    ("pairs", {"home_visits": 4, "school_visits": 3, "visits": 7}, "visits_below_parts"),
]


@pytest.mark.parametrize(("name", "row", "check"), SOUND)
def test_what_is_just_possible_passes(name, row, check):
    assert check not in wrong(load_schema(name), [row])


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"item_1": 9}, {"item_1_outside_scale"}),
        ({"item_1": 9, "item_scales": "1: 0-10"}, set()),
        ({"item_1": 11, "item_scales": "1: 0-10"}, {"item_1_outside_scale"}),
        ({"item_1": 9, "item_scales": "10: 0-10"}, {"item_1_outside_scale"}),
        ({"item_10": 9, "item_scales": "1:1-7; 10:0-10;"}, set()),
        ({"item_1": 3, "item_scales": "0-10"}, {"item_scales_unread"}),
        ({"item_1": 3, "item_scales": "1: 0-10, 2: 1-7"}, {"item_scales_unread"}),
    ],
)
def test_a_question_is_held_to_the_scale_of_its_own(row, found):
    scale = {"scale_min": 1, "scale_max": 5}

    told = wrong(load_schema("survey"), [scale | row])

    assert told & {"item_1_outside_scale", "item_10_outside_scale", "item_scales_unread"} == found
