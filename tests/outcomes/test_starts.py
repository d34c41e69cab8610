"""The difference by who had begun stands beside that by assignment, behind gates of its own."""

import numpy as np
import pandas as pd
import pytest
from tests.cohort.office import case, event

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import open_report, recidivism
from evalkit.outcomes.report import Refusal

from .conftest import ROOT
from .tables import drawn

DAYS = {"landmark": 90, "every": 60, "last": 180}
WAY = {"adjustment": "entropy_balancing", "covariates": ("age", "prior_events"), "level": 0.95}
FIRST = pd.Timestamp("2023-01-01")


def files(n=1200, effect=0.0, seed=3, begins=True):
    """Half assigned; of them half begin, from day 1 to 150, if they are free until then."""
    random = np.random.default_rng(seed)
    rows, later = [], []
    for i in range(n):
        ours = i % 2 == 0
        day = int(random.integers(1, 150)) if ours and random.random() < 0.5 else None
        again = int(random.exponential(700)) + 1
        if day is not None and again < day:
            day = None
        if day is not None and random.random() < effect:
            again = 5000
        start = (FIRST + pd.Timedelta(days=day)).date() if day and begins else None
        rows.append(
            case(f"p{i}", assigned="programme" if ours else "comparison", plan_start=start,
                 age=14 + i // 2 % 4, prior_events=i // 2 % 3)
        )  # fmt: skip
        if again < 900:
            date = (FIRST + pd.Timedelta(days=again)).date()
            more = {"proven_date": (FIRST + pd.Timedelta(days=again + 60)).date()}
            later.append(event(f"e{i}", f"p{i}", date, "convicted", **more))
    return {"cases": rows, "events": later}


def started(report, **more):
    return recidivism.starts(drawn(report), **WAY | DAYS | more)


def test_starts_stand_beside_the_assignment_and_find_what_was_planted(office):
    report = office("recidivism", **files(effect=0.6))

    found = started(report)
    rows = {e.dim("start"): e for e in found.of("started_difference")}

    assert list(rows) == ["assigned", "landmark", "sequence"]
    # Half of those assigned begin, so that of those assigned it is about half.
    assert rows["landmark"].high < rows["assigned"].value < 0
    assert rows["sequence"].high < 0
    # A share of about 0.4 falls by six tenths.
    assert rows["sequence"].value == pytest.approx(-0.24, abs=0.09)
    title = present.starts_table(found).content["en"].title
    assert title.startswith("By who had begun, the difference is −")


def test_a_person_who_counts_at_several_landmarks_is_one_person(office):
    report = office("recidivism", **files())

    rows = {e.dim("start"): e for e in started(report).of("started_difference")}

    # All are linked and consenting, and nobody who counts can count twice in a class; who is
    # in both is one of each.
    begun = sum(row["plan_start"] is not None for row in files()["cases"])
    assert rows["sequence"].n <= 1200 + begun
    assert rows["sequence"].n > rows["landmark"].n
    assert rows["sequence"].value == pytest.approx(0, abs=0.09)


def test_without_any_start_nothing_is_said_of_starts(office):
    found = started(office("recidivism", **files(begins=False)))

    assert found.of("started_difference") == []
    said = present.starts_table(found).content["en"]
    assert "do not say when anybody began" in str(said)


def test_where_few_have_begun_the_row_has_a_reason_and_no_number(office):
    tables = files()
    for row in tables["cases"][100:]:
        row["plan_start"] = None

    found = started(office("recidivism", **tables))
    rows = {e.dim("start"): e for e in found.of("started_difference")}

    assert rows["assigned"].value is not None
    for start in ("landmark", "sequence"):
        assert rows[start].value is None and rows[start].n is None
        assert "60" in rows[start].reason.text["en"]
    shown = present.starts_table(found)
    assert shown.content["en"].title == "By who had begun, no difference can be given here"


def test_behind_a_failed_gate_of_the_plan_nothing_is_said_of_starts(office):
    tables = files()
    for row in tables["cases"]:
        row["consent"] = None

    assert isinstance(started(office("recidivism", **tables)), Refusal)


@pytest.mark.parametrize("days", [{"landmark": 0}, {"every": 0}, {"every": 200}])
def test_days_that_are_none_stop_the_cell(office, days):
    report = office("recidivism", **files(n=200))

    with pytest.raises(ValueError, match="landmark"):
        started(report, **days)


def test_a_landmark_can_decide_who_is_in_and_the_page_says_so(office):
    report = office("recidivism", **files())

    at = drawn(report, landmark=90)

    steps = {step.code: step for step in at.cohort.flow}
    assert steps["reached"].left_out > 0
    assert set(at.cohort.frame["group"]) == {"programme", "comparison"}
    begun = sum(
        row["plan_start"] is not None and row["plan_start"] <= pd.Timestamp("2023-04-01").date()
        for row in files()["cases"]
    )
    assert len(at.group("programme")) <= begun
    assert [d.parameter for d in at.deviations] == ["landmark"]
    flow = " ".join(e.definition.text["en"] for e in at.estimates)
    assert "90 days after the index date" in flow
    told = recidivism.bias(at, WAY["adjustment"], WAY["covariates"])
    said = " ".join(e.reason.text["en"] for e in told.estimates)
    assert "intention to treat" not in said and "had begun 90 days after" in said
    done = recidivism.target(at, WAY["adjustment"], WAY["covariates"])
    assert "by who had begun" in done.one("target_trial", part="start").reason.text["en"]


def test_a_landmark_without_any_start_is_refused_with_what_is_needed(office):
    refused = drawn(office("recidivism", **files(n=200, begins=False)), landmark=90)

    assert isinstance(refused, Refusal)
    assert "when the plan began" in refused.estimate.reason.text["en"]
    assert "began" in refused.estimate.would_pass.text["en"]


@pytest.mark.parametrize("landmark", [-1, 0.5, True, 40_000])
def test_a_landmark_that_is_no_day_is_no_choice(office, landmark):
    with pytest.raises(UsageError):
        drawn(office("recidivism", **files(n=200)), landmark=landmark)


def test_a_linked_table_has_no_landmark():
    report = open_report(ROOT / "studies" / "reference" / "study.toml", "", "recidivism", "en")

    with pytest.raises(UsageError):
        drawn(report, landmark=90)
    found = recidivism.starts(drawn(report), **WAY | {"covariates": report.plan.covariates} | DAYS)
    assert found.of("started_difference") == []


def test_who_had_begun_at_the_index_date_counts_at_the_first_landmark(office):
    tables = files()
    for row in tables["cases"]:
        if row["plan_start"] is not None:
            row["plan_start"] = row["index_date"]

    rows = {e.dim("start"): e for e in started(office("recidivism", **tables)).estimates}

    # They are no fewer than at the landmark of day 90, and none begins later.
    assert rows["sequence"].value is not None and rows["landmark"].value is not None


def test_a_landmark_stands_in_every_sentence_about_the_window(office):
    report = office("recidivism", **files())
    at = drawn(report, landmark=90)

    adjusted = recidivism.adjust(at, **WAY)

    gap = adjusted.one("adjusted_difference")
    assert gap.window.text["en"] == "365 days from day 90 after the index date on"
    assert gap.dim("window") == "365d"


# (day of the landmark, who has begun by it of those who ever do, what is said)
FAR = [
    (1, 200, ["had begun", "已开始的人不足"]),
    (5000, 200, ["of each class are still followed", "仍在随访"]),
    (100, 590, ["hardly anybody is left to compare with", "几乎无人可比"]),
]


@pytest.mark.parametrize(("day", "begin", "said"), FAR)
def test_a_landmark_that_leaves_too_few_is_the_reason(office, day, begin, said):
    rows = [
        case(f"p{i}", assigned="programme" if i % 2 else "comparison", follow_up_end="2025-06-30",
             plan_start=str((FIRST + pd.Timedelta(days=20 + i % 60)).date()) if i < begin else None)
        for i in range(600)
    ]  # fmt: skip
    later = [
        event(f"e{i}", f"p{i}", "2023-10-01", "convicted", proven_date="2023-12-01")
        for i in range(0, 600, 4)
    ]
    at = drawn(office("recidivism", cases=rows, events=later), landmark=day)

    refused = recidivism.compare(at, "newcombe", 0.95)

    assert isinstance(refused, Refusal)
    one = refused.estimate
    assert said[0] in one.reason.text["en"] and said[1] in one.reason.text["zh"]
    assert f"day {day:,}" in one.reason.text["en"] and "search" not in one.reason.text["en"]
    asked = one.would_pass.text["en"]
    assert "search" not in asked.lower()
    if begin == 200:
        assert "60, 90, 120, 180, 270" in asked and "30" not in asked.split("days:")[1]
    else:
        assert "none of these days" not in asked or "landmark = 0" in asked
    states = {e.dim("gate"): e.method.code for e in recidivism.gates(at).of("gate")}
    assert states["landmark_reached"] == "failed"
    assert "failed" not in {s for c, s in states.items() if c != "landmark_reached"}
    assert states["events_there"] == "passed"


def test_a_landmark_that_leaves_enough_is_a_gate_that_passes(office):
    at = drawn(office("recidivism", **files()), landmark=90)

    states = {e.dim("gate"): e.method.code for e in recidivism.gates(at).of("gate")}

    assert states["landmark_reached"] == "passed"


@pytest.mark.parametrize(("begin", "state"), [(60, "passed"), (59, "failed")])
def test_enough_at_a_landmark_are_as_many_as_the_plan_asks_for(office, begin, state):
    rows = [
        case(f"p{i}", assigned="programme" if i % 2 else "comparison",
             plan_start="2023-01-20" if i < begin else None)
        for i in range(300)
    ]  # fmt: skip
    at = drawn(office("recidivism", cases=rows, events=[]), landmark=60)

    gate = next(e for e in recidivism.gates(at).of("gate") if e.dim("gate") == "landmark_reached")

    assert gate.method.code == state
    if state == "failed":
        assert gate.would_pass.text["en"].startswith("A plan without a landmark")
        assert "不设界标" in gate.would_pass.text["zh"]
