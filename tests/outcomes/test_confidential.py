"""Confidential data: what a report on minors shows, and what it never shows."""

import json
import re

import numpy as np
import pytest
from scipy.stats import chi2

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import own, recidivism

from .conftest import people


def draw(report, **changes):
    plan = report.plan
    choices = {"definition": plan.definition, "window": plan.window, "subset": plan.subset}
    return recidivism.draw_cohort(report, **{**choices, **changes})


def exhibits(report):
    plan = report.plan
    followed = draw(report)
    balance = recidivism.profile(followed, plan.covariates)
    effect = recidivism.compare(followed, plan.estimator, plan.level)
    curve = recidivism.curve(followed, plan.curve_interval, plan.level)
    test = recidivism.log_rank(followed)
    verdict = recidivism.verdict(effect, test, balance)
    return followed, balance, effect, curve, test, verdict


def everything_shown(report):
    followed, balance, effect, curve, test, verdict = exhibits(report)
    return [
        present.flow_table(followed),
        present.balance_table(balance),
        present.comparison_table(effect),
        present.curve_figure(curve),
        present.agreement(effect, test),
        present.headline(verdict),
    ]


def test_true_counts_are_nowhere_in_what_is_shown(study):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))

    stored = json.dumps([shown.to_json() for shown in everything_shown(report)])

    # 403 -> 405, 398 -> 400, 67 -> 65, 91 -> 90; the sums too.
    for true in (403, 398, 801, 67, 91, 158):
        assert f'"n": {true},' not in stored and f'"events": {true},' not in stored
        assert f'"text": "{true}"' not in stored and f'"number": {true}' not in stored
    for rounded in (405, 400, 65, 90):
        assert f": {rounded}," in stored


def test_shares_come_from_rounded_parts(study):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))

    effect = recidivism.compare(draw(report), "newcombe", 0.95)

    risk = effect.one("risk", group="programme")
    assert (risk.events, risk.n, risk.value) == (65, 405, 65 / 405)
    assert risk.disclosure == "rounded"


def test_ten_or_fewer_events_are_withheld_in_every_layer(study):
    report = study(people("programme", 403, 9), people("comparison", 398, 91, seed=2))

    effect = recidivism.compare(draw(report), "newcombe", 0.95)
    shown = present.comparison_table(effect)

    for estimand in ("risk", "risk_difference", "risk_difference_p"):
        hidden = effect.of(estimand)[0]
        assert hidden.disclosure == "withheld"
        assert (hidden.value, hidden.low, hidden.n, hidden.events) == (None, None, None, None)
    assert "withheld" in shown.html["en"] and "不公布" in shown.html["zh"]
    assert ">9<" not in shown.html["en"]


def test_a_withheld_primary_result_gives_no_verdict(study):
    report = study(
        people("programme", 403, 9), people("comparison", 398, 91, seed=2), design="randomised"
    )

    verdict = exhibits(report)[-1].estimates[0]

    assert verdict.verdict == "not_assessable"
    assert verdict.reason.code == "withheld"


def test_the_curve_steps_at_midpoints_and_starts_when_enough_have_happened(study):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))

    curve = exhibits(report)[3]

    for group in ("programme", "comparison"):
        points = curve.of("cumulative_incidence", group=group)
        withheld = [p for p in points if p.value is None]
        values = [p.value for p in points if p.value is not None]
        assert withheld and points[: len(withheld)] == withheld
        assert values == sorted(values)
        # Bins of 11: far fewer steps than events.
        assert len(set(values)) <= 91 // 11 + 2


def test_exact_public_counts_stay_as_they_are(study):
    report = study(people("programme", 403, 9), people("comparison", 398, 91, seed=2))
    table = report.table
    object.__setattr__(table, "status", "public")

    effect = recidivism.compare(draw(report), "newcombe", 0.95)

    assert effect.one("risk", group="programme").events == 9
    assert {e.disclosure for e in effect.estimates} == {"public"}


def test_made_up_data_are_marked_and_treated_as_confidential(study):
    report = study(
        people("programme", 403, 67), people("comparison", 398, 91, seed=2), status="made_up"
    )

    effect = recidivism.compare(draw(report), "newcombe", 0.95)

    assert all(e.made_up for e in effect.estimates)
    assert effect.one("risk", group="programme").n == 405


@pytest.mark.parametrize(
    "n,events,refused",
    [(59, 30, True), (60, 30, False)],
)
def test_the_gate_of_sixty_people(study, n, events, refused):
    report = study(people("programme", n, events), people("comparison", 398, 91, seed=2))

    effect = recidivism.compare(draw(report), "newcombe", 0.95)

    assert hasattr(effect, "estimate") == refused
    if refused:
        assert effect.estimate.reason.text["en"] == "A group has fewer than 60 people."
        assert effect.estimate.verdict == "not_assessable"
    else:
        assert {e.dim("group") for e in effect.of("risk")} == {"programme", "comparison"}


@pytest.mark.parametrize("events,refused", [(29, True), (30, False)])
def test_the_gate_of_thirty_events(study, events, refused):
    report = study(people("programme", 403, events), people("comparison", 398, 91, seed=2))

    curve = recidivism.curve(draw(report), "log-log", 0.95)

    assert hasattr(curve, "estimate") == refused
    if refused:
        assert curve.estimate.reason.text["zh"] == "有一组不足 30 起事件。"


def test_unequal_follow_up_refuses_the_share_and_keeps_the_curve(study):
    short = people("programme", 403, 67)
    short.loc[short.index[-50:], "days"] = 200.0
    report = study(short, people("comparison", 398, 91, seed=2))

    followed = draw(report)

    effect = recidivism.compare(followed, "newcombe", 0.95)
    assert effect.estimate.reason.code == "unequal_follow_up"
    assert recidivism.curve(followed, "log-log", 0.95).estimates


def test_groups_that_were_not_drawn_by_lot_must_be_alike(study):
    older = people("programme", 403, 40)
    older["age"] += 1
    groups = (older, people("comparison", 398, 120, seed=2))

    observed = exhibits(study(*groups))[-1].estimates[0]
    drawn = exhibits(study(*groups, design="randomised"))[-1].estimates[0]

    assert (observed.verdict, observed.reason.code) == ("not_assessable", "unbalanced")
    assert drawn.verdict == "improvement"


def test_more_events_in_the_programme_group_is_evidence_of_worsening(study):
    groups = (people("programme", 403, 130), people("comparison", 398, 60, seed=2))

    assert exhibits(study(*groups))[-1].estimates[0].verdict == "worsening"


def test_no_difference_is_no_clear_evidence_and_never_no_effect(study):
    groups = (people("programme", 403, 80), people("comparison", 398, 80, seed=2))

    verdict = exhibits(study(*groups))[-1].estimates[0]

    assert verdict.verdict == "no_clear"
    assert "does not mean that there is no difference" in verdict.reason.text["en"]


def test_a_window_cuts_events_and_follow_up(study):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))

    followed = draw(report, window=100)

    frame = followed.cohort.frame
    assert frame["time"].max() == 100
    assert frame["event"].sum() == np.sum(report.table.frame["proven_reoffence_time"] <= 100)
    assert [d.parameter for d in followed.deviations] == ["window"]


def curve_of(report):
    return recidivism.curve(draw(report), "log-log", 0.95)


def test_a_confidential_curve_dates_no_event(study):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))
    table = report.table.frame

    times = {e.dim("time") for e in curve_of(report).estimates}

    # A grid of twelve, and the five marks of the numbers at risk, whatever happened.
    grid = {f"{round(365 * step / 12)}" for step in range(1, 13)}
    marks = {f"{round(365 * quarter / 4)}" for quarter in range(5)}
    assert times == grid | marks
    happened = set(table.loc[table["proven_reoffence"] == 1, "proven_reoffence_time"])
    assert not happened <= {float(t) for t in times}


def test_a_curve_never_tells_that_everybody_had_the_event(study):
    report = study(people("programme", 100, 100), people("comparison", 100, 100, seed=2))

    curve = curve_of(report)

    assert all(e.value != 1.0 for e in curve.of("cumulative_incidence"))
    assert all(e.value != 0 for e in curve.of("at_risk"))
    test = recidivism.log_rank(draw(report))
    assert {e.disclosure for e in test.estimates} == {"withheld"}


def test_a_confidential_p_is_that_of_the_printed_statistic(study):
    report = study(people("programme", 403, 40), people("comparison", 398, 130, seed=2))

    test = recidivism.log_rank(draw(report))

    # Rounded to a tenth the statistic tells no more than its p: both say the same.
    printed = test.one("log_rank").value
    assert printed == round(printed, 1)
    assert test.one("log_rank_p").value == pytest.approx(chi2.sf(printed, 1), rel=1e-12)


def test_a_covariate_of_words_is_refused_by_its_column(study):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))

    with pytest.raises(UsageError, match="The column group does not hold numbers"):
        recidivism.profile(draw(report), ("group",))


def test_an_exact_curve_is_recorded_at_every_event(study):
    report = study(
        people("programme", 403, 67), people("comparison", 398, 91, seed=2), status="public"
    )

    times = {e.dim("time") for e in curve_of(report).of("cumulative_incidence", group="programme")}

    assert len(times) > 40


@pytest.mark.parametrize("status", ["public", "confidential"])
def test_groups_of_one_value_each_have_no_difference_in_standard_deviations(study, status):
    groups = people("programme", 403, 67), people("comparison", 398, 91, seed=2)
    groups[0]["age"], groups[1]["age"] = 15, 16
    report = study(*groups, status=status)

    balance = recidivism.profile(draw(report), ("age", "prior_events"))

    assert balance.one("smd", covariate="age").value is None
    assert balance.one("smd", covariate="age").reason.code == "no_spread"
    assert balance.one("smd", covariate="prior_events").value is not None
    assert "not given" in present.balance_table(balance).html["en"]


def test_a_group_without_an_event_gives_no_log_rank_test(study):
    report = study(people("programme", 403, 0), people("comparison", 398, 91, seed=2))

    refused = recidivism.log_rank(draw(report))

    assert refused.estimate.reason.code == "too_few_events"


@pytest.mark.parametrize("status", ["public", "confidential"])
def test_a_characteristic_known_of_nobody_in_a_group_has_no_mean(study, status):
    groups = people("programme", 403, 67), people("comparison", 398, 91, seed=2)
    groups[0]["age"] = None
    report = study(*groups, status=status)

    balance = recidivism.profile(draw(report), ("age",))

    assert balance.one("mean", covariate="age", group="programme").value is None
    assert balance.one("mean", covariate="age", group="comparison").value is not None
    assert balance.one("smd", covariate="age").value is None


def test_what_is_looked_at_in_a_notebook_shows_no_person_and_no_true_count(study):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))
    followed, balance, effect, *_ = exhibits(report)

    for thing in (followed, followed.cohort, followed.cohort.table, balance, effect, report):
        said = repr(thing)
        # The numbers of rows and events, and a column's first cells.
        assert not re.search(r"\b(403|398|801|67|91)\b", said), type(thing)
        assert "event_time" not in said and "proven_reoffence_time" not in said


def halved(frame):
    frame.loc[frame.index[frame["event"] == 1][::2], "event"] = 0


@pytest.mark.parametrize(
    "change",
    [
        halved,
        lambda frame: frame.query("event == 0 or age > 14", inplace=True),
        lambda frame: frame.__setitem__("age", 15),
        lambda frame: frame.drop(columns="event", inplace=True),
        lambda frame: frame.sort_index(ascending=False, inplace=True, ignore_index=True),
    ],
)
def test_a_cell_that_changes_the_people_who_were_drawn_gets_no_exhibit(study, change):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))
    followed = draw(report)
    before = recidivism.compare(followed, "newcombe", 0.95)

    change(followed.cohort.frame)

    for exhibit in (
        lambda: recidivism.compare(followed, "newcombe", 0.95),
        lambda: recidivism.profile(followed, ("age",)),
        lambda: own.counts(followed, "group", name="people_by_group"),
    ):
        with pytest.raises(UsageError) as caught:
            exhibit()
        assert caught.value.key == "cohort_changed"
    assert before.one("risk", group="programme").events == 65


def test_a_cell_that_adds_a_column_changes_nothing(study):
    report = study(people("programme", 403, 67), people("comparison", 398, 91, seed=2))
    followed = draw(report)
    before = recidivism.compare(followed, "newcombe", 0.95)

    followed.cohort.frame["band"] = followed.cohort.frame["age"] // 2

    assert recidivism.compare(followed, "newcombe", 0.95).estimates == before.estimates
