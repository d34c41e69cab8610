"""Step by step from the target population: how many are left, and who is lost."""

import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

from .tables import people

# Of 480 people in 24 townships so many are at each step; somebody in each township.
STEPS = {"identified": 300, "offered": 200, "started": 120, "completed": 60}


def steps(many=STEPS, persons=None):
    persons = persons or people()
    # One of each township first, so that no township looks as if it kept no record.
    order = [row["person_id"] for k in range(20) for row in persons[k::20]]
    return [
        {"person_id": person, "stage": step, "date": f"2024-0{place}-01"}
        for place, (step, n) in enumerate(many.items(), start=1)
        for person in order[:n]
    ]


@pytest.fixture
def drawn(office):
    def make(rows, persons=None, subset="", **more):
        report = office("reach", people=persons or people(), funnel=rows, **more)
        return reach.draw_target(report, "started", subset)

    return make


def of(found, estimand):
    return {e.dim("step"): e.value for e in found.of(estimand)}


def test_each_step_is_a_share_of_the_target_and_of_the_step_before(drawn):
    found = reach.cascade(drawn(steps()), ("sex",))

    assert of(found, "cascade") == pytest.approx(
        {"target": 1.0, "identified": 300 / 480, "offered": 200 / 480, "started": 120 / 480,
         "completed": 60 / 480}
    )  # fmt: skip
    assert of(found, "cascade_kept") == pytest.approx(
        {"identified": 300 / 480, "offered": 200 / 300, "started": 120 / 200,
         "completed": 60 / 120}
    )  # fmt: skip
    assert found.worst == ("target", "identified")
    title = present.cascade_figure(found).content["en"].title
    assert title == (
        "12.5% of the target population are at “completed”; "
        "most are lost between “target population” and “identified”"
    )


def test_whoever_is_at_a_later_step_was_at_the_earlier_ones(drawn):
    rows = steps({"identified": 300, "started": 120})
    # One more starts, of whom nobody wrote that they were found.
    rows += [{"person_id": "0-19", "stage": "started", "date": "2024-05-01"}]

    found = reach.cascade(drawn(rows), ("sex",))

    counts = {e.dim("step"): e.events for e in found.of("cascade") if e.dim("step") != "target"}
    assert counts == {"identified": 300, "started": 120}
    kept = found.one("cascade_kept", step="started")
    # 121 of 301, to the nearest five.
    assert (kept.events, kept.n) == (120, 300)


def test_a_step_that_may_be_skipped_keeps_those_who_skipped_it_out_of_its_share(drawn):
    # 200 are identified, 100 of them screened; of the 120 who start 60 were never screened.
    persons = people()
    order = [row["person_id"] for k in range(20) for row in persons[k::20]]
    rows = [{"person_id": p, "stage": "identified", "date": "2024-01-01"} for p in order[:200]]
    rows += [{"person_id": p, "stage": "screened", "date": "2024-02-01"} for p in order[:100]]
    rows += [{"person_id": p, "stage": "started", "date": "2024-03-01"} for p in order[40:160]]

    found = reach.cascade(drawn(rows), ("sex",))

    kept = found.one("cascade_kept", step="started")
    assert (kept.events, kept.n) == (60, 100)
    assert of(found, "cascade")["started"] == pytest.approx(120 / 480)


def test_who_left_stands_at_no_step_of_that_name(drawn):
    rows = steps()
    rows += [{"person_id": row["person_id"], "stage": "left", "date": "2024-09-01"}
             for row in rows if row["stage"] == "started"][:40]  # fmt: skip

    assert "left" not in of(reach.cascade(drawn(rows), ("sex",)), "cascade")


def test_who_is_lost_is_told_group_by_group(drawn):
    persons = people()
    for i, row in enumerate(persons):
        row["sex"] = "female" if i % 2 else "male"
    order = [row["person_id"] for k in range(20) for row in persons[k::20]]
    women = {row["person_id"] for row in persons if row["sex"] == "female"}
    found_first = [p for p in order if p in women][:180] + [p for p in order if p not in women][:60]
    rows = [{"person_id": p, "stage": "identified", "date": "2024-01-01"} for p in found_first]
    rows += [{"person_id": p, "stage": "started", "date": "2024-02-01"} for p in found_first[::2]]

    found = reach.cascade(drawn(rows, persons), ("sex",))

    assert found.worst == ("target", "identified")
    lost = {e.dims[0][1]: e.value for e in found.of("cascade_lost")}
    assert lost == pytest.approx({"sex_female": 60 / 240, "sex_male": 180 / 240, "all": 0.5})
    table = present.cascade_table(found).content["en"]
    assert len(table.rows) == 3 and table.rows[-1].strong
    assert "“target population” and “identified”" in table.title


def test_a_small_group_has_its_reason(drawn):
    persons = people()
    for row in persons[:50]:
        row["sex"] = "female"

    lost = reach.cascade(drawn(steps(), persons), ("sex",)).of("cascade_lost")

    women = next(e for e in lost if e.dims[0][1] == "sex_female")
    assert women.value is None and women.reason.code == "fewer_people"


def test_a_chosen_part_is_the_target_of_its_own_steps(drawn):
    persons = people()
    for i, row in enumerate(persons):
        row["sex"] = "female" if i % 2 else "male"
    rows = steps(persons=persons)
    women = {row["person_id"] for row in persons if row["sex"] == "female"}
    started = sum(row["stage"] == "started" and row["person_id"] in women for row in rows)

    found = reach.cascade(drawn(rows, persons, 'sex == "female"'), ("age_band",))

    assert found.one("cascade", step="target").n == 240
    assert of(found, "cascade")["started"] == pytest.approx(started / 240, abs=0.011)
    assert all(e.plan == "deviation" for e in found.estimates)


def test_an_area_without_steps_is_told_what_to_hand_in(office):
    report = office("reach", people=people())
    refused = reach.cascade(reach.draw_target(report, "started", ""), ("sex",))

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "no_steps"
    assert "funnel" in present.cascade_figure(refused).text["en"]
    assert "funnel" in present.cascade_table(refused).text["en"]


def test_steps_that_lead_to_nobody_in_the_register_have_no_cascade(drawn):
    rows = [row | {"person_id": f"X{i}"} for i, row in enumerate(steps())]

    assert isinstance(reach.cascade(drawn(rows), ("sex",)), Refusal)


@pytest.mark.parametrize(("strangers", "known"), [(10, True), (20, False)])
def test_a_step_whose_people_the_register_lacks_is_passed_over(drawn, strangers, known):
    # Of 200 who were offered the service so many have another number: ten are one in twenty.
    rows = steps()
    offered = [row for row in rows if row["stage"] == "offered"]
    for i, row in enumerate(offered[120 : 120 + strangers]):
        row["person_id"] = f"X{i}"

    found = reach.cascade(drawn(rows), ("sex",))

    step = found.one("cascade", step="offered")
    assert (step.value is not None) is known
    if not known:
        assert "Fewer than 95% of the people recorded" in step.reason.text["en"]
        # What comes after is of the step before it.
        assert of(found, "cascade_kept") == pytest.approx(
            {"identified": 300 / 480, "started": 120 / 300, "completed": 60 / 120}
        )
        assert present.cascade_figure(found).content["en"].wide


def test_a_column_that_does_not_exist_is_refused(drawn):
    with pytest.raises(UsageError, match="by"):
        reach.cascade(drawn(steps()), ("shoe_size",))


def test_where_nobody_is_lost_that_is_said(drawn):
    found = reach.cascade(drawn(steps({"identified": 480, "started": 480})), ("sex",))

    assert found.worst == () and found.of("cascade_lost") == []
    assert "At no step is anybody lost" in present.cascade_table(found).text["en"]
