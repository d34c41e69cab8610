"""What changed: measures, definitions, subgroups and the curve of groups made alike."""

import itertools
import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from tests.helpers import ROOT, swapped

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import Refusal, Result, open_report, recidivism
from evalkit.protocol import read_study
from evalkit.sample.build import build
from evalkit.sample.world import AREAS, Settings

SOME = ["huanan", "guigang", "yiliang"]
# What is planted of each person, with the programme and without it.
PLANTED = ("frequency", "severity", "free")
STAGES = ("police_contact", "case_opened", "prosecuted", "convicted")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample study with three areas, and what is planted; never changed."""
    text = (ROOT / "studies" / "sample" / "study.toml").read_text(encoding="utf-8")
    text = swapped(text, f"areas = {json.dumps(list(AREAS))}", f"areas = {json.dumps(SOME)}")
    text = swapped(text, "../../data/areas", str(ROOT / "data" / "areas"))
    path = tmp_path_factory.mktemp("sample") / "study.toml"
    path.write_text(text, encoding="utf-8")
    build(read_study(path), Settings(), exports=False, jobs=1)
    return path


@pytest.fixture(scope="module")
def planted(sample):
    truth = json.loads((sample.parent / "data" / "truth.json").read_text(encoding="utf-8"))
    return {area: truth[area]["cases+events+absences+milestones+scores"] for area in SOME}


@pytest.fixture(scope="module")
def areas(sample):
    """Each area's people and what decides its verdict, computed once."""
    return {area: analysed(open_report(sample, area, "recidivism", "en")) for area in SOME}


def analysed(report, subset=None):
    plan = report.plan
    followed = recidivism.draw_cohort(
        report, definition=plan.definition, window=plan.window,
        subset=plan.subset if subset is None else subset,
    )  # fmt: skip
    how = {"adjustment": plan.adjustment, "covariates": plan.covariates, "level": plan.level}
    return SimpleNamespace(
        report=report, plan=plan, followed=followed, how=how,
        adjusted=recidivism.adjust(followed, **how),
        effect=recidivism.compare(followed, estimator=plan.estimator, level=plan.level),
    )  # fmt: skip


def measured(area, **changes):
    return recidivism.measures(
        area.followed, area.adjusted, **area.how | {"grave": area.plan.grave} | changes
    )


@pytest.mark.parametrize("area", ["guigang", "yiliang"])
def test_each_measure_holds_what_is_planted(area, areas, planted):
    found, truth = measured(areas[area]), planted[area]

    for code in PLANTED:
        gap = found.one("measure_difference", measure=code)
        effect = truth[f"{code}_with"] - truth[f"{code}_without"]
        # One draw of five measures: three errors, and none is far.
        assert abs(gap.value - effect) <= 3 * gap.se, code
    beyond = [e.value <= 0.05 for e in found.of("measure_holm")]
    assert beyond == [area == "guigang"] * 5


def test_the_two_groups_of_a_measure_differ_by_its_difference(areas):
    found = measured(areas["guigang"])

    for code in (*PLANTED, "liberty"):
        one, two = (e.value for e in found.of("measure", measure=code))
        gap = found.one("measure_difference", measure=code).value
        # One decimal each, which is all that leaves the room.
        assert one - two == pytest.approx(gap, abs=1e-9)


def test_holm_multiplies_the_p_values_that_are_printed(areas):
    area = areas["guigang"]
    found = measured(area)

    p = {e.dim("measure"): e.value for e in found.of("measure_p")}
    p["share"] = area.adjusted.one("adjusted_difference_p").value
    holm = {e.dim("measure"): e.value for e in found.of("measure_holm")}
    least = min(p, key=p.get)
    assert holm[least] == pytest.approx(5 * p[least]) and holm["severity"] == p["severity"]


def test_severity_that_the_plan_does_not_name_or_few_reach_is_not_given(areas):
    area = areas["guigang"]

    unnamed, few = (measured(area, grave=grave) for grave in (0.0, 9.0))

    for found, said in ((unnamed, "names no severity"), (few, "fewer than 10 people")):
        gap = found.one("measure_difference", measure="severity")
        assert gap.value is None and said in gap.reason.text["en"]
        assert found.of("measure", measure="severity") == []
        assert len(found.of("measure_holm")) == 4
    assert [d.parameter for d in few.deviations] == ["grave"]


def test_a_severity_that_is_missing_is_no_light_one(areas):
    area = areas["guigang"]
    frame = area.followed.cohort.frame
    column = "proven_reoffence_gravest"
    kept = frame[column].copy()
    frame.loc[frame[column] > 0, column] = np.nan
    try:
        rows = recidivism.measures.__wrapped__(
            area.followed, area.adjusted, **area.how, grave=area.plan.grave
        )
        found = {m.about["dims"][0][1]: m for m in rows if m.estimand == "measure_difference"}
    finally:
        frame[column] = kept

    assert "severity of some events is missing" in found["severity"].about["reason"].text["en"]


def test_by_each_definition_the_interval_holds_what_is_planted(areas, planted):
    for code in ("guigang", "yiliang"):
        area, truth = areas[code], planted[code]
        found = recidivism.definitions(area.followed, **area.how, subset=area.plan.subset)

        for stage in STAGES:
            gap = found.one("definition_difference", definition=stage)
            effect = truth[f"{stage}_with"] - truth[f"{stage}_without"]
            assert gap.low <= effect <= gap.high, (code, stage)
            assert gap.n == area.adjusted.one("adjusted_difference").n
        own = found.one("definition_difference", definition=area.plan.definition)
        assert own.value == area.adjusted.one("adjusted_difference").value


def test_a_definition_that_too_few_meet_has_a_word_and_no_number(areas):
    area = areas["guigang"]
    found = recidivism.definitions(area.followed, **area.how, subset=area.plan.subset)

    revoked = found.one("definition_difference", definition="revoked")

    assert (revoked.value, revoked.low, revoked.n, revoked.events) == (None,) * 4
    assert "fewer than 30" in revoked.reason.text["en"]
    shown = present.definitions_figure(found)
    assert shown.text["en"].startswith("5 of the 5 definitions shown point to fewer")
    assert "conditional non-prosecution revoked not shown" in shown.text["en"]


def test_where_every_interval_holds_zero_the_title_says_so(areas):
    area = areas["yiliang"]
    found = recidivism.definitions(area.followed, **area.how, subset=area.plan.subset)

    assert "the interval holds zero" in present.definitions_figure(found).text["en"]


def test_the_curve_of_groups_made_alike_ends_where_the_table_does(areas):
    area = areas["guigang"]
    plan = area.plan

    found = recidivism.curve(area.followed, interval=plan.curve_interval, level=plan.level)

    for code in area.followed.groups:
        points = [e for e in found.of("cumulative_incidence", group=code) if e.value is not None]
        values = [e.value for e in points]
        assert len(points) == 12 and values == sorted(values)
        assert values[-1] == pytest.approx(
            area.adjusted.one("adjusted_risk", group=code).value, abs=1e-3
        )
        assert all(e.low <= e.value <= e.high for e in points)
    assert len(found.of("at_risk", group="programme")) == 5


def test_no_point_of_the_curve_steps_by_a_few_people(areas):
    area = areas["guigang"]
    frame = area.followed.cohort.frame

    found = recidivism.curve(area.followed, interval="log-log", level=0.95)

    for code in area.followed.groups:
        own = frame[(frame["group"] == code) & (frame["event"] == 1)]["time"]
        points = found.of("cumulative_incidence", group=code)
        moved = [p for p, q in zip(points[1:-1], points[:-2], strict=True) if p.value != q.value]
        at = [0.0, *(float(p.dim("time")) for p in [points[0], *moved])]
        steps = [((own > a) & (own <= b)).sum() for a, b in itertools.pairwise(at)]
        # The programme's counts go to the middle of bins of eleven, whatever a step holds.
        assert code == "programme" or min(steps) > 10


def test_the_second_opinion_is_of_groups_made_alike_and_can_turn_the_verdict(areas):
    area = areas["guigang"]
    second = recidivism.second_opinion(area.followed, **area.how)

    assert second.one("second_difference").method.code == "doubly_robust"
    agreed = present.agreement(area.effect, second, area.adjusted).text["en"]
    assert "says the same as the primary method" in agreed
    decided = recidivism.verdict(area.effect, second, None, area.adjusted)
    assert "turned" not in [e.dim("step") for e in decided.of("rating_step")]

    unlike = turned(second)
    against = recidivism.verdict(area.effect, unlike, None, area.adjusted)
    assert "turned" in [e.dim("step") for e in against.of("rating_step")]
    assert against.one("rating").value == decided.one("rating").value - 1
    assert "different sides" in present.agreement(area.effect, unlike, area.adjusted).text["en"]
    assert "a second method (effect on those" in "".join(
        str(part) for part in vars(present.headline(against))["content"].values()
    )


def turned(second):
    """The same opinion with a p-value beyond every threshold."""
    made = [replace(e, value=0.9) if e.unit == "p" else e for e in second.estimates]
    return Result(second.report, tuple(made), second.deviations)


def test_what_would_settle_it_is_told_where_it_is_not_settled(areas):
    clear, open_ = (
        recidivism.settle(
            a.followed, a.effect, a.adjusted, **a.how, worth_finding=a.plan.worth_finding
        )
        for a in (areas["guigang"], areas["yiliang"])
    )

    assert clear.estimates == ()
    least, pooled = (e.value for e in open_.of("smallest_difference"))
    assert pooled < least and least > 0.05
    people = [e.value for e in open_.of("settled") if e.dim("group")]
    assert min(people) > areas["yiliang"].plan.min_people and {n % 10 for n in people} == {0}
    said = present.settle_statement(open_).text
    assert "a month come into the programme group" in said["en"] and "每月新增约" in said["zh"]
    assert "nothing more is needed" in present.settle_statement(clear).text["en"]


def test_a_difference_seen_moves_nothing_of_what_would_settle_it(areas):
    # Power from the effect that was seen only says the p-value again.
    a = areas["yiliang"]
    gap = a.adjusted.one("adjusted_difference")
    other = replace(gap, value=gap.value / 2)
    moved = Result(
        a.report,
        tuple(other if e is gap else e for e in a.adjusted.estimates),
        a.adjusted.deviations,
    )

    asked = {"worth_finding": a.plan.worth_finding} | a.how
    one = recidivism.settle(a.followed, a.effect, a.adjusted, **asked)
    two = recidivism.settle(a.followed, a.effect, moved, **asked)

    assert [e.value for e in one.estimates] == [e.value for e in two.estimates]


def test_a_number_needed_stands_only_where_the_interval_excludes_zero(areas):
    clear, unclear = (
        recidivism.number_needed(a.effect, a.adjusted) for a in (areas["guigang"], areas["yiliang"])
    )

    gap = clear.one("adjusted_difference")
    first = clear.one("number_needed")
    assert first.value == pytest.approx(-1 / gap.value)
    assert (first.low, first.high) == (pytest.approx(-1 / gap.low), pytest.approx(-1 / gap.high))
    assert "of 100 similar people" in present.needed_statement(clear).text["en"]
    none = unclear.one("number_needed")
    assert none.value is None and "holds zero" in none.reason.text["en"]


def test_subgroups_are_those_of_the_plan_and_have_no_p_value_of_their_own(areas):
    a = areas["yiliang"]

    found = recidivism.subgroups(a.followed, **a.how, subgroups=a.plan.subgroups)

    shown = [e for e in found.of("subgroup_difference") if e.value is not None]
    assert len(shown) == 2 and all(e.low <= 0 <= e.high for e in shown)
    assert found.one("interaction_p").value > 0.05
    assert {e.estimand for e in found.estimates if e.unit == "p"} == {"interaction_p"}
    low = found.one("subgroup_difference", subgroup="risk_level_low")
    assert low.value is None and "fewer than 10" in low.reason.text["en"]
    assert recidivism.subgroups(a.followed, **a.how, subgroups=()).estimates == ()


def test_a_subgroup_that_is_alone_has_no_test_and_an_unplanned_one_is_stamped(areas):
    a = areas["guigang"]

    found = recidivism.subgroups(a.followed, **a.how, subgroups=("male",))

    assert [d.parameter for d in found.deviations] == ["subgroups"]
    assert found.one("interaction_p").value is None
    assert "too few can be shown" in present.subgroups_figure(found).text["en"]
    with pytest.raises(UsageError, match="subgroups = event"):
        recidivism.subgroups(a.followed, **a.how, subgroups=("event",))
    refused = recidivism.subgroups(a.followed, **a.how, subgroups=("age",))
    assert isinstance(refused, Refusal) and "0 and 1" in refused.estimate.reason.text["en"]


def test_the_legal_classes_stand_apart_and_are_never_added_up(areas):
    a = areas["guigang"]

    found = recidivism.classes(a.followed, level=a.plan.level)

    codes = {e.dim("class").removeprefix("legal_class_") for e in found.estimates}
    assert codes == {"misconduct", "serious_misconduct", "offence"}
    few = found.one("class_share", **{"class": "legal_class_misconduct", "group": "programme"})
    assert few.disclosure == "withheld" and few.n is None
    assert len(present.classes_table(found).content["en"].rows) == 3


def test_school_and_work_put_each_person_in_one_cell(areas):
    a = areas["guigang"]
    cases, rows = a.report.office("cases").frame, a.report.office("milestones").frame

    found = recidivism.milestones(a.followed, window=a.plan.window)

    agreed = set(cases.loc[cases["consent"].fillna(False).astype(bool), "person_id"])
    own = rows[rows["person_id"].isin(agreed)].sort_values("date")
    last = own.drop_duplicates(["person_id", "kind"], keep="last").pivot(
        index="person_id", columns="kind", values="status"
    )
    both = ((last["school"] == "enrolled") & (last["work"] == "employed")).sum()
    cell = found.one("milestone", school="yes", work="yes")
    # Rounded to fives; a record later than a year moves no more than one such step.
    assert abs(cell.value - both) <= 5
    assert {e.dim("group") for e in found.estimates} == {"programme"}
    assert len(found.estimates) == 9
    assert "never added up" in present.milestones_table(found).text["en"]
    title = present.milestones_table(found).content["en"].title
    assert title == "School and work, each person once: programme group"


@pytest.mark.parametrize(
    "name", ["measures", "definitions", "subgroups", "settle", "curve", "classes"]
)
def test_behind_a_failed_gate_nothing_is_told(areas, name):
    a = areas["huanan"]
    more = {
        "measures": {"adjusted": a.adjusted, "grave": a.plan.grave},
        "definitions": {"subset": a.plan.subset},
        "subgroups": {"subgroups": a.plan.subgroups},
        "settle": {"effect": a.effect, "adjusted": a.adjusted, "worth_finding": 0.05},
        "curve": {"interval": a.plan.curve_interval},
        "classes": {},
    }[name]
    how = {"level": a.plan.level} if name == "classes" else a.how

    found = getattr(recidivism, name)(a.followed, **how | more)

    assert isinstance(found, Refusal)
    assert (found.estimate.value, found.estimate.low, found.estimate.n) == (None,) * 3
    # The verdict's own words, which a page tells once.
    known = a.adjusted.estimate
    assert (found.estimate.reason, found.estimate.would_pass) == (known.reason, known.would_pass)


def test_few_people_alone_are_told_how_many_are_needed_and_by_when(areas):
    a = analysed(areas["guigang"].report, subset="age >= 18")

    found = recidivism.settle(
        a.followed, a.effect, a.adjusted, **a.how, worth_finding=a.plan.worth_finding
    )

    assert isinstance(a.adjusted, Refusal)
    assert {e.value for e in found.of("settled") if e.dim("group")} == {float(a.plan.min_people)}
    assert "needs at least 60 people" in present.settle_statement(found).text["en"]
    assert found.of("smallest_difference") == []


def test_a_table_of_first_events_leaves_out_what_it_cannot_tell():
    study = ROOT / "studies" / "reference" / "study.toml"
    a = analysed(open_report(study, "life", "recidivism", "en"))

    found = measured(a)

    for code in ("frequency", "liberty", "severity"):
        gap = found.one("measure_difference", measure=code)
        assert gap.value is None and "first event" in gap.reason.text["en"]
    assert found.one("measure_difference", measure="free").value is not None
    table = present.measures_table(found, a.adjusted)
    assert len(table.content["en"].rows) == 2 and "Not given" in table.text["en"]
    others = recidivism.definitions(a.followed, **a.how, subset=a.plan.subset)
    assert others.estimates == ()
    assert recidivism.classes(a.followed, level=0.95).estimates == ()
    assert recidivism.milestones(a.followed, window=52).estimates == ()
    needed = recidivism.number_needed(a.effect, a.adjusted)
    assert needed.one("number_needed").value == pytest.approx(12)
    second = recidivism.second_opinion(a.followed, **a.how)
    assert second.one("log_rank_p").value == pytest.approx(0.0501, abs=5e-5)
