"""Who is reached beside the target population, and out of those whom a census counts."""

import pytest

from evalkit import present
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal
from evalkit.words import say

from .test_reach_gates import steps


def register(*groups):
    """People by (age band, sex, how many, how many of them reached), in two townships."""
    people, reached = [], []
    for at, (band, sex, n, started) in enumerate(groups):
        rows = [
            {"person_id": f"{at}-{i}", "township": f"T{i % 2}", "age_band": band, "sex": sex,
             "groups": "left behind" if i % 4 == 0 else None}
            for i in range(n)
        ]  # fmt: skip
        people += rows
        reached += rows[:started]
    return people, steps(reached)


BOYS_AND_GIRLS = (("14—17岁", "male", 300, 120), ("6—11岁", "female", 100, 80))


def counts(*rows, **more):
    return [
        {"township": "全部", "age_band": band, "sex": "all", "groups": "全部", "persons": n,
         "error": error, "source": "人口普查", "as_of": "2023-11-01"} | more
        for band, n, error in rows
    ]  # fmt: skip


def target_of(office, groups=BOYS_AND_GIRLS, **tables):
    people, funnel = register(*groups)
    return reach.draw_target(office("reach", people=people, funnel=funnel, **tables), "started", "")


def test_a_group_s_share_of_those_reached_stands_beside_its_share_of_all(office):
    found = reach.composition(target_of(office), by=["sex", "age_band"])

    girls = {"sex": "sex_female"}
    assert found.one("target_share", **girls).value == 0.25
    assert found.one("served_share", **girls).value == 0.4
    assert found.one("missed_count", **girls).value == 20
    assert found.one("missed_count", sex="sex_male").value == 180
    assert found.one("served_share", age_band="age_band_14—17岁").value == 0.6
    assert [e.dims for e in found.of("target_share")] == [
        (("sex", "sex_female"),), (("sex", "sex_male"),),
        (("age_band", "age_band_6—11岁"),), (("age_band", "age_band_14—17岁"),),
        # What the register says besides is added.
        (("groups", "groups_left behind"),), (("groups", "groups_unknown"),),
    ]  # fmt: skip
    figure = present.composition_figure(found).content["en"]
    assert "female: 40.0% of those who" in figure.title.replace("Female", "female")
    assert "25.0% of the target population" in figure.title
    assert "Most of those not reached" in present.composition_table(found).content["en"].title
    assert "(180)" in present.composition_table(found).content["en"].title


def test_groups_that_hardly_differ_are_told_as_alike(office):
    near = (("14—17岁", "male", 300, 120), ("6—11岁", "female", 100, 45))

    found = reach.composition(target_of(office, near), by=["sex"])

    # 45 of 165 beside 100 of 400: 2.3 points.
    title = present.composition_figure(found).content["en"].title
    assert "no group’s share differs by more than 2.3%" in title


def test_whose_group_is_not_recorded_are_no_group_in_the_title(office):
    mixed = (
        ("14—17岁", None, 200, 20), ("14—17岁", "male", 200, 80), ("14—17岁", "female", 200, 60),
    )  # fmt: skip

    found = reach.composition(target_of(office, mixed), by=["sex"])

    assert found.one("served_share", sex="sex_unknown").value == 20 / 160
    assert "male" in present.composition_figure(found).content["en"].title


def test_nobody_at_the_step_is_like_nobody(office):
    people, _ = register(*BOYS_AND_GIRLS)
    report = office("reach", people=people, funnel=steps(people[:100], "screened"))

    found = reach.composition(reach.draw_target(report, "started", ""), by=["sex"])

    assert isinstance(found, Refusal) and found.estimate.reason.code == "step_found"


def test_those_counted_are_the_denominator_with_their_error(office):
    population = counts(("6—11岁", 200, 20), ("14—17岁", 400, 100))

    found = reach.coverage(target_of(office, population=population), by="age_band")

    young, old = ({"age_band": f"age_band_{band}"} for band in ("6—11岁", "14—17岁"))
    e = found.one("coverage", **young)
    assert (e.value, e.low, e.high) == pytest.approx((80 / 200, 80 / 220, 80 / 180))
    assert e.interval == "bounds" and (e.n, e.events) == (200, 80)
    e = found.one("coverage", **old)
    assert (e.value, e.low, e.high) == pytest.approx((120 / 400, 120 / 500, 120 / 300))
    # Errors of groups are added up, as if all were wrong in one direction.
    e = found.one("coverage", age_band="all")
    assert (e.value, e.low, e.high) == pytest.approx((200 / 600, 200 / 720, 200 / 480))
    counted = found.one("counted_people", age_band="all")
    assert (counted.value, counted.low, counted.high) == (600, 480, 720)
    assert found.one("registered_people", **young).value == 100
    table = present.coverage_table(found).content["en"]
    assert "33.3% were reached; with the error of the counts 27.8% to 41.7%" in table.title
    assert "人口普查" in table.note and "as of 2023-11-01" in table.note


def test_an_error_that_is_not_stated_is_not_none(office):
    population = counts(("6—11岁", 200, None), ("14—17岁", 400, 100))

    found = reach.coverage(target_of(office, population=population), by="age_band")

    for band in ("age_band_6—11岁", "all"):
        e = found.one("coverage", age_band=band)
        assert (e.low, e.high, e.interval) == (None, None, "none")
    assert found.one("coverage", age_band="age_band_14—17岁").low is not None
    assert "state no error" in present.coverage_table(found).content["en"].title


def test_totals_beside_their_parts_are_not_counted_twice(office):
    parts = counts(("6—11岁", 200, 20), ("14—17岁", 400, 100))
    population = [*parts, *counts(("全部", 600, 120)), *(p | {"sex": "male"} for p in parts)]

    found = reach.coverage(target_of(office, population=population), by="age_band")

    assert found.one("counted_people", age_band="all").value == 600


@pytest.mark.parametrize(
    ("population", "code"),
    [
        (counts(("6—11岁", 200, 0), ("6-11岁", 100, 0)), "counts_twice"),
        (counts(("小学生", 200, 0)), "counts_bands"),
        (counts(("全部", 200, 0)), "counts_not_by"),
        (counts(("6—11岁", 200, 0), ("14—17岁", 400, 0))
         + counts(("6—11岁", 200, 0), township="T0"), "counts_twice"),
        ([], "no_population"),
    ],
)  # fmt: skip
def test_counts_that_cannot_be_a_denominator_are_refused(office, population, code):
    tables = {"population": population} if population else {}

    found = reach.coverage(target_of(office, **tables), by="age_band")

    if code == "counts_twice" and len(population) == 3:
        # A township beside the whole area: only the whole is taken.
        assert found.one("counted_people", age_band="all").value == 600
        return
    assert isinstance(found, Refusal) and found.estimate.reason.code == code
    shown = present.coverage_table(found).content["en"]
    assert (shown.frame == "absent") == (code == "no_population")


def test_a_band_written_otherwise_is_the_same_band(office):
    population = counts(("6至11周岁", 200, 0), ("14-17", 400, 0))

    found = reach.coverage(target_of(office, population=population), by="age_band")

    assert found.one("coverage", age_band="all").events == 200


# Of 200 reached 80 are of the younger band: of twenty one may be of none.
@pytest.mark.parametrize(("strange", "stands"), [(10, True), (11, False)])
def test_those_reached_must_be_of_a_class_that_was_counted(office, strange, stands):
    groups = (
        ("14—17岁", "male", 400, 200 - strange), ("18—24岁", "male", 20, strange),
    )  # fmt: skip
    population = counts(("14—17岁", 500, 0))

    found = reach.coverage(target_of(office, groups, population=population), by="age_band")

    assert isinstance(found, Refusal) != stands
    if not stands:
        assert found.estimate.reason.code == "counts_unmatched"


def test_the_last_day_of_the_counts_is_taken(office):
    old = counts(("6—11岁", 999, 0), ("14—17岁", 999, 0), as_of="2010-11-01")
    population = old + counts(("6—11岁", 200, 0), ("14—17岁", 400, 0))

    found = reach.coverage(target_of(office, population=population), by="age_band")

    assert found.one("counted_people", age_band="all").value == 600


@pytest.mark.parametrize(("as_of", "code"), [("2019-05-03", "as_of"), ("2019-04-20", "as_of_old")])
def test_counts_more_than_five_years_older_than_the_steps_say_so(office, as_of, code):
    # Steps are of the first of May 2024.
    population = counts(("6—11岁", 200, 0), ("14—17岁", 400, 0), as_of=as_of)

    found = reach.coverage(target_of(office, population=population), by="age_band")

    assert found.one("coverage", age_band="all").window.code == code


def test_nobody_counted_and_more_reached_than_counted_have_no_share(office):
    groups = (*BOYS_AND_GIRLS, ("18—24岁", "male", 50, 0))
    population = counts(("6—11岁", 70, 9), ("14—17岁", 400, 0), ("18—24岁", 0, 0))

    found = reach.coverage(target_of(office, groups, population=population), by="age_band")

    beyond = found.one("coverage", age_band="age_band_6—11岁")
    nobody = found.one("coverage", age_band="age_band_18—24岁")
    assert beyond.value is None and beyond.reason.code == "reached_beyond"
    assert nobody.value is None and nobody.reason.code == "nobody_counted"
    assert found.one("coverage", age_band="all").value == pytest.approx(200 / 470)


def test_a_count_s_error_may_reach_those_who_were_reached(office):
    population = counts(("6—11岁", 70, 10), ("14—17岁", 400, 0))

    found = reach.coverage(target_of(office, population=population), by="age_band")

    # All who were counted: that everybody was reached is never told of minors.
    e = found.one("coverage", age_band="age_band_6—11岁")
    assert e.value is None and e.disclosure == "withheld"


def test_more_reached_than_an_area_has_people_is_refused(office):
    found = reach.coverage(
        target_of(office, population=counts(("6—11岁", 60, 0), ("14—17岁", 130, 9))), by="age_band"
    )

    assert isinstance(found, Refusal) and found.estimate.reason.code == "reached_beyond"


def test_groups_of_special_need_add_up_to_nobody_s_number(office):
    row = counts(("全部", 120, 0), groups="left behind")

    found = reach.coverage(target_of(office, population=row), by="groups")

    assert [e.dims for e in found.of("coverage")] == [(("groups", "groups_left behind"),)]
    # Every fourth person is left behind: 30 and 20 of those reached.
    assert found.one("coverage", groups="groups_left behind").events == 50
    assert "Of the people counted" not in present.coverage_table(found).content["en"].title


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_cells_of_the_coverage_are_counts_or_why_there_is_none(office):
    groups = (*BOYS_AND_GIRLS, ("18—24岁", "male", 50, 0))
    population = counts(("6—11岁", 70, 9), ("14—17岁", 400, None), ("18—24岁", 0, 0))

    found = reach.coverage(target_of(office, groups, population=population), by="age_band")

    rows = cells(present.coverage_table(found).content["en"])
    assert rows[0][4:] == ["–", say("reason.reached_beyond", "en"), "–"]
    # The error of the counts is not stated: no ends, neither of them nor of the share.
    assert rows[1][1:] == ["400", "–", "300", "120", "30.0%", "–"]
    assert rows[2][4:] == ["–", say("reason.nobody_counted", "en"), "–"]


def test_a_withheld_share_of_those_counted_is_withheld_and_not_missing(office):
    groups = (("14—17岁", "male", 300, 120), ("6—11岁", "female", 100, 5))
    population = counts(("6—11岁", 200, 0), ("14—17岁", 400, 0))

    found = reach.coverage(target_of(office, groups, population=population), by="age_band")

    row = cells(present.coverage_table(found).content["en"])[0]
    assert row[4] == row[5] == say("shown.withheld", "en")


def test_a_group_of_which_one_share_is_withheld_is_not_compared(office):
    # Of a hundred girls five were reached, which cannot be told.
    groups = (("14—17岁", "male", 300, 120), ("6—11岁", "female", 100, 5))

    found = reach.composition(target_of(office, groups), by=["sex"])

    figure = present.composition_figure(found).content["en"]
    assert figure.title.startswith("Make-up of those who")
    rows = {row[0]: row[1:] for row in cells(present.composition_table(found).content["en"])}
    girls = next(row for name, row in rows.items() if "female" in name.lower())
    assert girls[1] == say("shown.withheld", "en") and girls[4] == say("shown.withheld", "en")


def test_without_steps_it_is_the_steps_that_are_missing(office):
    people, _ = register(*BOYS_AND_GIRLS)
    population = counts(("6—11岁", 200, 20), ("14—17岁", 400, 100))
    report = office("reach", people=people, population=population)

    found = reach.coverage(reach.draw_target(report, "started", ""), by="age_band")

    assert isinstance(found, Refusal) and found.estimate.reason.code == "funnel_there"
