"""Reach: differences, steps, places, lists and sums, each with a number that turns it red."""

import pytest

from evalkit.estimators.funnel_limits import funnel_of_shares

from .made import bounds, est, found, one, report


def reach(*estimates, **plan):
    return report(*estimates, outcome="reach", **plan)


def e(estimand, unit="share", **more):
    return est(estimand, unit, outcome="reach", **more)


def red(*estimates):
    """The rules by which something differs."""
    return {line.how for line in every(*estimates) if line.state == "differs"}


def every(*estimates):
    from evalkit.recompute.check import check

    return check(reach(*estimates))


def compared(**other):
    gap = dict(value=0.75 - 0.5, low=0.1, high=0.4, n=30, events=20) | other
    return [
        e("share_reached", dims={"exposure": "x"}, group="x", value=0.75, n=20, events=15),
        e("share_reached", dims={"exposure": "y"}, group="y", value=0.5, n=10, events=5),
        e("reach_difference", "points", group="x", against="y", method="clustered", **gap),
    ]


def test_the_difference_is_that_of_both_shares_and_its_people_those_of_both():
    assert red(*compared()) == set()
    assert red(*compared(value=0.26)) == {"gap"}
    assert red(*compared(n=31)) == red(*compared(events=19)) == {"sums"}
    assert one(reach(*compared()), "sums").check


def test_people_who_stand_in_two_results_are_the_same():
    share = e("share_reached", dims={"sex": "f"}, value=0.2, n=100, events=20)
    served = e("served_share", dims={"sex": "f"}, value=0.4, n=50, events=20)
    target = e("target_share", dims={"sex": "f"}, value=0.5, n=200, events=100)
    missed = e("missed_count", "persons", dims={"sex": "f"}, value=80.0)

    assert red(share, served, target, missed) == set()
    assert len(found(reach(share, served, target), "same")) == 2
    assert red(share, {**served, "events": 21}) == {"share", "same"}
    assert red(share, {**target, "events": 101}) == {"share", "same"}
    assert red(share, {**missed, "value": 79.0}) == {"missed"}


def test_counts_that_were_rounded_one_by_one_may_miss_each_other():
    share = e("share_reached", dims={"sex": "f"}, value=0.2, n=100, events=20, public=False)
    missed = e("missed_count", "persons", dims={"sex": "f"}, value=75.0, public=False)

    line = one(reach(share, missed), "missed")
    assert line.state == "agrees" and line.slack == 7.5
    assert red(share, {**missed, "value": 90.0}) == {"missed"}


def test_coverage_lies_between_the_bounds_of_all():
    people = bounds("counted_people", 1630.0, 1822.0, unit="persons", outcome="reach", value=1725.0)
    share = est("coverage", outcome="reach", value=350 / 1725, low=350 / 1822, high=350 / 1630,
                level=None, n=1725, events=350)  # fmt: skip

    assert red(people, share) == set() and one(reach(people, share), "coverage").state == "agrees"
    assert red(people, {**share, "high": 0.22}) == {"coverage"}
    assert red(people, {**share, "n": 1700}) == {"share", "same"}


def steps(*counts):
    base, *rest = counts
    made = [e("cascade", dims={"step": "s0"}, value=1.0, n=base)]
    for i, k in enumerate(rest, 1):
        made.append(e("cascade", dims={"step": f"s{i}"}, value=k / base, n=base, events=k))
        made.append(
            e("cascade_kept", dims={"step": f"s{i}"}, value=k / counts[i - 1], n=counts[i - 1],
              events=k)
        )  # fmt: skip
    return made


def test_each_step_counts_those_of_the_step_before():
    made = steps(100, 40, 10)

    assert red(*made) == set()
    assert len(found(reach(*made), "step")) == 2 and one(reach(*made), "everybody").found == (1.0,)
    spoilt = [*made[:-1], {**made[-1], "n": 50, "value": 0.2}]
    assert red(*spoilt) == {"step"}
    assert red({**made[0], "value": 0.9}, *made[1:]) == {"everybody"}


def test_people_behind_orders_are_no_more_than_the_orders():
    order = e("order_step", "orders", dims={"step": "a"}, value=10.0, n=10)
    people = e("order_people", "persons", dims={"step": "a"}, value=12.0, n=12)
    share = e("order_share", dims={"step": "a", "of": "all"}, value=0.5, n=20, events=10)

    assert red(order, people, share) == {"at_most"}
    assert red({**order, "value": 11.0, "n": 11}, share) == {"same"}


EVENTS, PEOPLE = [3, 9, 14, 20, 8, 30, 11, 2, 17, 40, 6, 12], [30] * 6 + [60] * 6


def places(**other):
    made = funnel_of_shares(EVENTS, PEOPLE, spread="additive")
    near, far = made.limits
    words = {-2: "far_below", -1: "below", 0: "within", 1: "above", 2: "far_above"}
    told, sides = [], []
    for i, (k, n) in enumerate(zip(EVENTS, PEOPLE, strict=True)):
        sides.append(words[int(near.outside[i] + far.outside[i])])
        dims = {"cluster": f"c{i}"}
        told.append(e("place_share", dims=dims, value=k / n, n=n, events=k, method=sides[-1]))
        for limits, level in ((near, "0.95"), (far, "0.998")):
            told.append(
                bounds("place_limit", float(limits.low[i]), float(limits.high[i]), outcome="reach",
                       dims={**dims, "level": level})
            )  # fmt: skip
    told += [
        e("place_target", value=sum(EVENTS) / sum(PEOPLE), n=sum(PEOPLE), events=sum(EVENTS)),
        e("place_spread", "points", value=made.tau2**0.5),
    ]
    told += [
        e("place_count", "units", dims={"side": side}, value=float(sides.count(side)))
        for side in ("below", "within", "above")
    ]
    return [{**one, **other.get(one["id"].split(".", 2)[2], {})} for one in told]


def test_limits_of_places_come_from_all_places():
    results = reach(*places())

    assert red(*places()) == set()
    assert len(found(results, "funnel")) == 24 and len(found(results, "side")) == 12
    assert len(found(results, "tally")) == 3 and one(results, "spread").found[0] > 0.1


@pytest.mark.parametrize(
    ("which", "other", "how"),
    [
        ("place_spread", {"value": 0.2}, {"spread"}),
        ("place_limit[cluster=c0,level=0.95]", {"high": 0.7}, {"funnel"}),
        ("place_share[cluster=c0]", {"method": {"code": "above", "text": {}}}, {"side", "tally"}),
        ("place_count[side=within]", {"value": 3.0}, {"tally"}),
        ("place_target", {"value": 0.4}, {"share"}),
    ],
)
def test_a_changed_place_turns_its_own_lines_red(which, other, how):
    assert red(*places(**{which: other})) == how


def test_where_a_place_is_not_told_its_limits_have_no_rule():
    some = [one for one in places() if "c0" not in one["id"]]

    assert found(reach(*some), "funnel") == [] and found(reach(*some), "spread") == []


def test_a_side_that_rounding_leaves_open_is_told_as_such():
    def made(value, method):
        dims = {"township": "t"}
        share = e("place_share", dims=dims, value=value, n=75, events=25, method=method,
                  public=False)  # fmt: skip
        limits = [
            est("place_limit", outcome="reach", dims={**dims, "level": level}, low=0.0, high=high,
                level=None, public=False)
            for level, high in (("0.95", 0.35), ("0.998", 0.44))
        ]  # fmt: skip
        return reach(share, *limits)

    assert one(made(25 / 75, "above"), "side_rounded").state == "agrees"
    assert one(made(25 / 75, "within"), "side").state == "agrees"
    assert one(made(25 / 75, "far_above"), "side").state == "differs"
    assert one(made(25 / 75, "below"), "side").state == "differs"


def visits(**other):
    made = {
        "visit_count[of=named]": e("visit_count", "visits", dims={"of": "named"}, value=60.0, n=60),
        "visit_count[of=unnamed]": e(
            "visit_count", "visits", dims={"of": "unnamed"}, value=5.0, n=5
        ),
        "visit_count[of=all]": e("visit_count", "visits", dims={"of": "all"}, value=65.0, n=65),
        "people_count": e("people_count", "persons", value=20.0, n=20),
        "visits_each": e("visits_each", "spread", value=3.0, n=20),
        "people_bounds": bounds("people_bounds", 20.0, 25.0, unit="persons", outcome="reach"),
    }
    return [{**one, **other.get(name, {})} for name, one in made.items()]


@pytest.mark.parametrize(
    ("which", "other", "how"),
    [
        ("visits_each", {"value": 3.1}, {"each"}),
        ("visit_count[of=all]", {"value": 66.0, "n": 66}, {"sum"}),
        ("people_bounds", {"low": 19.0}, {"at_least"}),
        ("people_bounds", {"high": 26.0}, {"sum"}),
        ("people_count", {}, set()),
    ],
)
def test_visits_add_up(which, other, how):
    assert red(*visits(**{which: other})) == how


def test_rounded_sums_may_miss_by_their_roundings():
    rounded = [{**one, "disclosure": "rounded"} for one in visits()]
    rounded[2] = {**rounded[2], "value": 72.0, "n": 72}

    assert [line.slack for line in found(reach(*rounded), "sum")] == [7.5, 7.5]
    assert red(*rounded) == set()
    assert red(*rounded[:2], {**rounded[2], "value": 73.0, "n": 73}) == {"sum"}


def test_volunteers_who_are_active_are_some_of_those_listed():
    listed, active, ever = (
        e("volunteer_count", "persons", dims={"who": who}, value=n, n=int(n))
        for who, n in (("registered", 100.0), ("active", 10.0), ("ever", 40.0))
    )
    share = e("volunteer_active", value=0.1, n=100, events=10)

    assert red(listed, active, ever, share) == set()
    assert red(listed, active, {**ever, "value": 9.0, "n": 9}) == {"at_most"}
    assert red({**listed, "value": 99.0, "n": 99}, active, share) == {"same"}


def test_two_lists_give_all_by_chapman():
    lists = [
        e("on_lists", "persons", dims={"list": w}, value=n)
        for w, n in (("first", 100.0), ("second", 60.0), ("both", 40.0), ("either", 120.0))
    ]
    people = e("listed_people", "persons", value=101 * 61 / 41 - 1)  # Chapman (1951)

    assert red(*lists, people) == set()
    assert red(*lists[:3], {**lists[3], "value": 121.0}) == {"either"}
    assert red(*lists, {**people, "value": 150.0}) == {"chapman"}


def test_pairs_and_money_add_up():
    pairs = [e("pair_visits", "visits", dims={"of": of}, value=n)
             for of, n in (("made", 18.0), ("asked", 12.0))]  # fmt: skip
    over = bounds("pair_over", 0.0, 1.5, unit="spread", outcome="reach")
    assert red(*pairs, over) == set() and red(*pairs, {**over, "high": 1.6}) == {"each"}

    def spent(**values):
        return [e("spend_yuan", "CNY", dims={"part": p, "source": s}, value=float(v))
                for (p, s), v in zip(
                    ((p, s) for s in ("a", "b", "all") for p in ("paid", "refunded", "net")),
                    values["of"], strict=True)]  # fmt: skip

    assert red(*spent(of=[10, 2, 8, 20, 0, 20, 30, 2, 28])) == set()
    # Each is told in whole yuan, so that a sum may miss by one.
    assert red(*spent(of=[10, 2, 8, 20, 0, 20, 31, 2, 29])) == set()
    assert red(*spent(of=[10, 2, 8, 20, 0, 20, 32, 2, 30])) == {"sum"}
    assert red(*spent(of=[10, 2, 5, 20, 0, 20, 30, 2, 28])) == {"sum"}


def careful(low=0.089, high=0.223, p=0.004, **more):
    methods = {"by_person": (0.13, 0.18, 0.9), "by_township": (0.09, 0.223, 0.001),
               "cr2": (0.089, 0.22, 0.004)}  # fmt: skip
    made = [e("clustered_difference", "points", dims={"method": m}, value=0.15, low=a, high=b)
            for m, (a, b, _) in methods.items()]  # fmt: skip
    made += [e("clustered_p", "p", dims={"method": m}, value=x) for m, (*_, x) in methods.items()]
    gap = dict(value=0.156, low=low, high=high, method="most_cautious", **more)
    return [*made, e("reach_difference", "points", **gap), e("reach_difference_p", "p", value=p)]


def test_the_most_cautious_is_the_widest_and_least_sure_of_those_that_respect_places():
    assert red(*careful()) == set() and len(found(reach(*careful()), "cautious")) == 2
    assert red(*careful(low=0.09)) == red(*careful(high=0.22)) == {"cautious"}
    # Persons by themselves respect no place.
    assert red(*careful(p=0.9)) == red(*careful(p=0.001)) == {"cautious"}
    lot = reach(*careful(public=False), design="randomised")
    assert found(lot, "cautious") == []
    refused = [one for one in careful() if "clustered_p[method=cr2]" not in one["id"]]
    assert [line.id for line in found(reach(*refused), "cautious")] == [
        "here.reach.reach_difference_p"
    ]
