"""What is planted in the sample study about its reach is found."""

import pytest

from evalkit import present
from evalkit.outcomes import Refusal, open_report, reach

from .test_ratings import built_sample  # noqa: F401


@pytest.fixture(scope="module")
def guigang(built_sample):  # noqa: F811
    study, truth = built_sample
    return open_report(study, "guigang", "reach", "en"), truth["guigang"]


def test_people_behind_the_visits_and_the_part_of_a_hundredth(guigang):
    report, truth = guigang
    planted = truth["sessions+roster+attendance"]
    attended = reach.draw_visits(report)

    found, spread = reach.visits(attended), reach.concentration(attended, (0.01,), 0.95)

    # Counts are told to the nearest five.
    assert found.one("visit_count", of="named").value == pytest.approx(planted["visits"], abs=2.5)
    assert found.one("people_count").value == pytest.approx(planted["people"], abs=2.5)
    top = spread.one("top_visits")
    # A hundredth of 4,939 people is 49.39 of them; the truth counts 49.
    assert top.value == pytest.approx(planted["share_of_top_hundredth"], abs=0.003)


def test_the_share_reached_is_that_of_its_step(guigang):
    report, truth = guigang
    target = reach.draw_target(report, report.plan.definition, "")

    found = reach.cascade(target, report.plan.by)

    # Of 5,000 people 35 have no township.
    planted = truth["funnel"]["share_reached"]
    assert found.one("cascade", step="started").value == pytest.approx(planted, abs=0.005)


def test_needs_met_and_young_people_near_a_site(guigang):
    report, truth = guigang
    raised = reach.needs(reach.draw_needs(report))
    near = reach.access(reach.draw_access(report), minutes=15, speed=4.5, detour=1.3)

    met = raised.one("need_share", category="all", state="met")
    assert met.value == pytest.approx(truth["needs+pairs"]["share_met"], abs=0.005)
    planted = truth["population+grid"]["share_young_near"]
    assert near.one("access_share", whom="young").value == pytest.approx(planted, abs=0.0005)


def test_volunteers_who_ever_came(guigang):
    report, truth = guigang
    planted = truth["volunteers+hours"]
    counted = reach.draw_volunteers(report)

    found = reach.volunteers(counted, (0.1,), 0.95)

    many = {e.dim("who"): e.value for e in found.of("volunteer_count")}
    assert many["registered"] == pytest.approx(planted["registered"], abs=2.5)
    assert many["ever"] / many["registered"] == pytest.approx(planted["ever_active"], abs=0.001)


def test_the_rule_of_one_and_two_is_kept_as_often_as_they_come(guigang):
    report, _ = guigang

    found = reach.staffing(reach.draw_staffing(report), workers=1, helpers=2)

    # Of 5,000 activities, each with 0.96 for the social worker and 0.88 for each volunteer.
    expected = 0.96 * 0.88**2
    error = (expected * (1 - expected) / 5_000) ** 0.5
    assert found.one("staffed_share").value == pytest.approx(expected, abs=3 * error)


@pytest.mark.parametrize("area", ["huanan", "liangjiang", "chongzuo"])
def test_orders_are_closed_and_rated_as_often_as_planted(built_sample, area):  # noqa: F811
    study, truths = built_sample
    (planted,) = (made for name, made in truths[area].items() if name.startswith("tickets"))
    report = open_report(study, area, "reach", "en")

    found = reach.tickets(reach.draw_tickets(report), (0.5,))

    # Counts of some thousand orders are told to the nearest five.
    closed = found.one("order_share", of="all", step="closed")
    assert closed.value == pytest.approx(planted["share_completed"], abs=0.002)
    rated = (
        found.one("order_share", of="before", step="rated") if "share_rated" in planted else None
    )
    if rated is None:
        assert found.one("order_step", step="rated").reason.code == "step_untimed"
        return
    assert rated.value == pytest.approx(planted["share_rated"], abs=0.002)
    # Drawn with a median of 45 minutes from order to dispatch; hours to a tenth.
    hours = found.one("order_hours", step="dispatched", share="0.5").value
    assert hours == pytest.approx(0.75, abs=0.1)


def test_disputes_are_settled_as_often_as_planted(built_sample):  # noqa: F811
    study, truths = built_sample
    report = open_report(study, "chongzuo", "reach", "en")

    found = reach.mediation(reach.draw_mediation(report))

    # Of 250 disputes, told to the nearest five: at most 2.5 of either part.
    planted = truths["chongzuo"]["mediation"]["share_settled"]
    settled = found.one("dispute_share", category="all", state="settled")
    assert settled.value == pytest.approx(planted, abs=0.012)


@pytest.mark.parametrize("area", ["huanan", "liangjiang"])
def test_points_are_those_of_as_many_people_as_planted(built_sample, area):  # noqa: F811
    study, truths = built_sample
    report = open_report(study, area, "reach", "en")

    found = reach.points(reach.draw_points(report), (0.1,), 0.95)

    planted = truths[area]["tickets+points"]["people_with_points"]
    assert found.one("point_people", of="earned").value == pytest.approx(planted, abs=2.5)
    # Every order that earned any earned five, and none was ever spent.
    assert found.one("point_sum", of="earned").value % 5 == 0
    assert found.one("point_unspent").value == 1.0


def test_pairings_are_visited_as_often_as_planted(guigang):
    report, truth = guigang

    found = reach.pairs(reach.draw_pairs(report, "2025-06-30"), per_month=1.0)

    # Of 230 pairings, told to the nearest five.
    planted = truth["needs+pairs"]["share_visited_monthly"]
    assert found.one("pair_kept").value == pytest.approx(planted, abs=0.012)
    # The last one began in December, from which the rule asks for less.
    most = reach.pairs(reach.draw_pairs(report), per_month=1.0)
    assert most.one("pair_kept").high > planted


@pytest.mark.parametrize("area", ["liangjiang", "beijing"])
def test_money_adds_up_to_what_was_planted(built_sample, area):  # noqa: F811
    study, truths = built_sample
    report = open_report(study, area, "reach", "en")

    found = reach.spend(reach.draw_spend(report))

    # Told in whole yuan.
    net = found.one("spend_yuan", part="net", source="all")
    assert net.value == pytest.approx(truths[area]["spend"]["amount"], abs=0.5)
    assert found.one("spend_per").reason.code == "no_attendance"


def test_what_the_sites_made_of_the_reach(guigang):
    report, truth = guigang
    target = reach.draw_target(report, report.plan.definition, "")

    found = reach.difference(target, report.plan.exposure, 0.95).one("reach_difference")

    planted = truth["funnel"]["difference_of_site"]
    assert found.low < planted < found.high
    # Each township has a mind of its own of 0.35 on the log odds; 12 of a side.
    assert found.value == pytest.approx(planted, abs=2.5 * found.se)
    assert reach.verdict(reach.difference(target, report.plan.exposure, 0.95)).estimates[
        0
    ].verdict == "improvement"  # fmt: skip


def test_trainings_are_held_as_often_as_planted(built_sample):  # noqa: F811
    study, truths = built_sample
    report = open_report(study, "yiliang", "reach", "en")

    found = reach.cadence(reach.draw_cadence(report, "training"), per_quarter=2)

    met = found.one("cadence_met")
    assert met.value == pytest.approx(truths["yiliang"]["sessions"]["share_of_trainings"])
    assert met.population.text["en"].endswith("of 16, whole quarters: 8")


def test_a_plan_that_names_one_split_has_no_second(guigang):
    report, _ = guigang
    target = reach.draw_target(report, report.plan.definition, "")

    none = reach.shares(target, "", "wilson", 0.95)

    assert isinstance(none, Refusal) and none.estimate.reason.code == "one_split"
    for show in (present.shares_figure, present.shares_table):
        assert show(none).content["en"].frame == "absent"
