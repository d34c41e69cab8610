"""What sites made of reach: made alike first, and few townships judged by every error."""

from dataclasses import replace

import numpy as np
import pytest

from evalkit import present
from evalkit.estimators.entropy_balancing import entropy_balancing
from evalkit.outcomes import reach
from evalkit.outcomes.reach.alike import sided, weights
from evalkit.outcomes.reach.townships import points_of
from evalkit.outcomes.report import Refusal

from .test_reach_gates import judged, sites, steps, towns

NAMES = 'exposure_1 = { en = "near", zh = "近" }\nexposure_0 = { en = "far", zh = "远" }\n'


def register(townships, each, old=lambda town: 0.5):
    """People of whom a share is old that depends on the township, half of them girls."""
    return [
        {"person_id": f"{t}-{i}", "township": f"T{t}", "sex": ("male", "female")[i % 2],
         "age_band": "14-17" if i < each * old(t) else "6-11"}
        for t in range(townships) for i in range(each)
    ]  # fmt: skip


def started(people, chance, seed=5):
    random = np.random.default_rng(seed)
    return steps([p for p in people if random.random() < chance(p)])


def has_site(person, served):
    return int(person["township"][1:]) < served


@pytest.fixture
def area(office, project):
    def make(people, funnel, served, **changes):
        text = project.read_text(encoding="utf-8").replace("[labels]\n", f"[labels]\n{NAMES}")
        head, _, rest = text.partition("[plan.reach]")
        for name, value in changes.items():
            old = next(line for line in rest.splitlines() if line.startswith(f"{name} ="))
            rest = rest.replace(old, f"{name} = {value}", 1)
        project.write_text(f"{head}[plan.reach]{rest}", encoding="utf-8")
        report = office("reach", people=people, funnel=funnel, sites=sites(*towns(*range(served))))
        return reach.draw_target(report, "started", "")

    return make


def confounded(area, effect=0.0, townships=50, **more):
    """Where a site is most are old, and the old are reached more often."""
    half = townships // 2
    people = register(townships, 40, lambda t: 0.6 if t < half else 0.4)
    funnel = started(
        people,
        lambda p: 0.2 + 0.3 * (p["age_band"] == "14-17") + effect * has_site(p, half),
        **more,
    )
    return area(people, funnel, half)


def test_what_only_age_makes_is_nothing_that_the_sites_made(area):
    target = confounded(area)

    found = reach.difference(target, "exposure", 0.95)

    crude = [e.value for e in reach.shares(target, "exposure", "clustered", 0.95).estimates]
    assert crude[1] - crude[0] > 0.04
    assert abs(found.one("reach_difference").value) < 0.03
    assert reach.verdict(found).estimates[0].verdict == "no_clear"


def test_the_difference_is_that_of_entropy_balancing_by_township(area):
    target = confounded(area, 0.2)
    known = sided(target, ())

    found = reach.difference(target, "exposure", 0.95)

    own = entropy_balancing(known.outcome, known.treated, known.table, cluster=known.places).point
    gap = found.one("reach_difference")
    # Of minors a record holds a difference to a tenth of a point.
    assert (gap.value, gap.low, gap.high) == pytest.approx((own.value, own.low, own.high), abs=6e-4)
    assert gap.method.code == "sites_balanced"
    first, second = found.of("share_reached")
    assert first.value - second.value == pytest.approx(gap.value, abs=6e-4)
    assert second.group.text["en"] == "far, made alike"
    decided = reach.verdict(found)
    assert decided.estimates[0].verdict == "improvement"
    # Not by lot: 3 of 5, and a plan that is not frozen loses one.
    assert decided.one("rating_step", step="design").value == 3


def test_many_townships_have_one_error_and_few_have_every_one_that_holds(area):
    many = confounded(area, 0.2)
    clustered = reach.few_clusters(many, "exposure", 0.95)
    assert [e.dim("method") for e in clustered.of("clustered_difference")] == [
        "by_person", "by_township",
    ]  # fmt: skip
    assert clustered.clusters == 50 and clustered.agree


@pytest.mark.parametrize(("served", "methods"), [(19, 6), (20, 2)])
def test_twenty_townships_of_a_side_are_many(area, served, methods):
    people = register(served + 20, 20)
    target = area(people, started(people, lambda p: 0.2 + 0.3 * has_site(p, served)), served)

    found = reach.few_clusters(target, "exposure", 0.95)

    assert len(found.of("clustered_difference")) == methods


def test_of_few_townships_the_most_cautious_error_counts(area):
    people = register(16, 40, lambda t: 0.6 if t < 8 else 0.5)
    # A township of its own mind: so many more, or fewer, are reached in each.
    moods = 0.12 * np.random.default_rng(3).standard_normal(16)
    target = area(
        people,
        started(people, lambda p: 0.4 + 0.2 * has_site(p, 8) + moods[int(p["township"][1:])]),
        8,
    )

    found = reach.difference(target, "exposure", 0.95)
    beside = reach.few_clusters(target, "exposure", 0.95)

    rows = [e for e in beside.of("clustered_difference") if e.dim("method") != "by_person"]
    assert [e.dim("method") for e in rows] == [
        "by_township", "cr2", "cv3", "wild_bootstrap", "randomisation",
    ]  # fmt: skip
    gap = found.one("reach_difference")
    with_ends = [e for e in rows if e.low is not None]
    assert len(with_ends) == 4
    assert gap.low == min(e.low for e in with_ends)
    assert gap.high == max(e.high for e in with_ends)
    p = [beside.one("clustered_p", method=e.dim("method")).value for e in rows]
    assert found.one("reach_difference_p").value == max(p)
    assert gap.method.code == "most_cautious"
    assert min(p) < max(p)


def test_errors_that_disagree_take_a_level_and_leave_nothing_clear(area):
    people = register(14, 60)
    # Townships with a site are of two minds: some errors see evidence, and others none.
    moods = [0.3, 0.0, 0.0, 0.3, 0.2, 0.0, 0.2] + [0.0] * 7
    chance = lambda p: 0.3 + moods[int(p["township"][1:])]  # noqa: E731
    target = area(people, started(people, chance, seed=47), 7)

    found = reach.difference(target, "exposure", 0.95)
    beside = reach.few_clusters(target, "exposure", 0.95)

    assert not beside.agree
    assert "do not agree" in present.clusters_table(beside).content["en"].title
    assert [d.code for d in found.deductions if d.code == "clusters"] == ["clusters"]
    assert reach.verdict(found).estimates[0].verdict == "no_clear"


def test_the_balance_is_told_before_and_after(area):
    target = confounded(area, 0.2)

    before = reach.profile(target, "exposure")
    after = reach.weigh(target, "exposure")

    gap = before.one("smd", covariate="age_band_14-17")
    # 60 % beside 40 %: 0.2 over the root of 0.24.
    assert gap.value == pytest.approx(0.2 / 0.24**0.5, abs=0.006)
    assert before.one("mean", covariate="age_band_14-17", group="exposure_1").value == 0.6
    assert {abs(e.value) for e in after.of("adjusted_smd")} == {0.0}
    assert after.one("effective", group="exposure_1").value == 1000
    # Weights of 1.5 on the 400 old and 2/3 on the 600 young of the other side.
    worth = 1000**2 / (400 * 1.5**2 + 600 * (2 / 3) ** 2)
    assert after.one("effective", group="exposure_0").value == pytest.approx(worth, abs=2.5)
    assert "of 5 characteristics are alike" in present.balance_table(before, after).content[
        "en"
    ].title  # fmt: skip


def test_townships_of_another_size_are_made_alike_too(area):
    people = register(24, 40) + [
        {"person_id": f"x{t}-{i}", "township": f"T{t}", "sex": "male", "age_band": "6-11"}
        for t in range(0, 24, 3) for i in range(40)
    ]  # fmt: skip
    target = area(people, started(people, lambda p: 0.4), 12)

    known = sided(target, ())

    size = next(c for c in known.known if c.code == "township_size")
    assert set(size.values) == {40.0, 80.0}
    assert size.smd(known.treated, weights(target, known)) == pytest.approx(0, abs=1e-6)


def test_nobody_like_those_where_a_site_is_stops_the_comparison(area):
    people = register(24, 40, lambda t: 1.0 if t < 12 else 0.0)
    target = area(people, started(people, lambda p: 0.4), 12)

    found = reach.gates(target)
    failed = {e.dim("gate"): e.reason.text["en"] for e in found.of("gate") if e.would_pass}

    assert [*failed] == ["alike_weights"]
    effect = reach.difference(target, "exposure", 0.95)
    assert isinstance(effect, Refusal)
    assert "in age band:" in effect.estimate.reason.text["en"].lower()
    assert reach.verdict(effect).estimates[0].verdict == "not_assessable"


def test_nothing_known_of_the_people_is_not_alike(area):
    people = [p | {"sex": None, "age_band": None} for p in register(24, 40)]
    target = area(people, started(people, lambda p: 0.4), 12)

    passed = {e.dim("gate"): e.would_pass is None for e in reach.gates(target).of("gate")}

    assert not passed["alike_known"] and "alike_weights" not in passed
    assert isinstance(reach.difference(target, "exposure", 0.95), Refusal)
    assert isinstance(reach.profile(target, "exposure"), Refusal)


@pytest.mark.parametrize(("like", "passes"), [(3, True), (2, False)])
def test_the_others_must_be_worth_six_townships(area, like, passes):
    # Only in so many of the others is anybody old; where a site is all but a few are.
    people = register(24, 40, lambda t: 0.9 if t < 12 + like else 0.1)
    target = area(people, started(people, lambda p: 0.4), 12)

    passed = {e.dim("gate"): e.would_pass is None for e in reach.gates(target).of("gate")}

    assert passed["alike_places"] == passes


def test_a_looser_plan_is_held_to_what_it_says(area, project):
    target = confounded(area)
    assert "max_smd" not in project.read_text(encoding="utf-8").partition("[plan.reach]")[2][:700]
    assert target.report.plan.max_smd == 0.10
    assert judged(target.report)["alike_balance"]


def test_drawn_by_lot_nothing_is_weighed(area):
    people = register(24, 40, lambda t: 0.6 if t < 12 else 0.4)
    target = area(
        people, started(people, lambda p: 0.3 + 0.2 * has_site(p, 12)), 12,
        design='"randomised"',
    )  # fmt: skip

    found = reach.difference(target, "exposure", 0.95)

    gates = [e.dim("gate") for e in reach.gates(target).of("gate")]
    assert not any(gate.startswith("alike") for gate in gates)
    first, second = found.of("share_reached")
    assert first.dims == (("group", "exposure_1"),) and second.group.text["en"] == "far"
    assert found.one("reach_difference").value == pytest.approx(first.value - second.value)
    assert "A lot decided" in reach.weigh(target, "exposure").estimate.reason.text["en"]
    # What differs by chance may be looked at.
    assert reach.profile(target, "exposure").of("smd")


def test_the_order_of_the_rows_changes_no_error(area):
    people = register(16, 40, lambda t: 0.6 if t < 8 else 0.5)
    moods = 0.12 * np.random.default_rng(3).standard_normal(16)
    target = area(
        people,
        started(people, lambda p: 0.4 + 0.2 * has_site(p, 8) + moods[int(p["township"][1:])]),
        8,
    )
    found = sided(target, ())
    order = np.random.default_rng(1).permutation(found.treated.size)
    other = replace(
        found, frame=found.frame.iloc[order], treated=found.treated[order],
        table=found.table[order],
    )  # fmt: skip

    one, two = (points_of(target, sides, 0.95) for sides in (found, other))

    for method, point in one.items():
        assert (point.low, point.high, point.p) == pytest.approx(
            (two[method].low, two[method].high, two[method].p), abs=1e-9
        ), method
