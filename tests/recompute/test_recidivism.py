"""Re-offending: a report on a comparison by hand, and what each changed number turns red."""

import pytest

from evalkit.recompute import methods
from evalkit.recompute.check import changed

from .made import bounds, est, found, one, report, states

WINDOW = {"window": "52w"}
A = {"group": "aid", **WINDOW}
B = {"group": "none", **WINDOW}
GAP, LOW, HIGH, P = methods.difference(48, 216, 66, 216, 0.95, "newcombe")


def side(dims, k, n, estimand="risk", method="wilson", value=None, **more):
    if method == "wilson":
        low, high = methods.wilson(k, n, 0.95)
        more = dict(low=low, high=high, **more)
    value = k / n if value is None else value
    return est(
        estimand, dims=dims, group=dims["group"], method=method, value=value, n=n, events=k, **more
    )


def compared(**other):
    gap = dict(value=GAP, low=LOW, high=HIGH, n=432, events=114, method="newcombe")
    return [
        est("verdict", unit="none", verdict="improvement"),
        side(A, 48, 216),
        side(B, 66, 216),
        est("risk_difference", unit="points", dims=WINDOW, group="aid", against="none",
            **{**gap, **other}),
        est("risk_difference_p", unit="p", dims=WINDOW, value=P),
    ]  # fmt: skip


def whole(*more, **other):
    return report(
        *compared(**other), *more, primary="risk_difference", design="randomised",
        comparison="none", curve_interval="log-log", definition="rearrest",
    )  # fmt: skip


def test_the_life_experiment_is_found_again():
    results = whole()

    for how in ("gap", "newcombe", "sums", "pearson", "verdict"):
        assert one(results, how).state == "agrees", how
    assert one(results, "newcombe").found == pytest.approx((-0.165, -0.000151), abs=5e-5)
    assert one(results, "pearson").found == pytest.approx((0.0494,), abs=5e-5)


@pytest.mark.parametrize(
    ("other", "how"),
    [({"value": GAP - 1e-6}, "gap"), ({"low": LOW - 1e-6}, "newcombe"),
     ({"high": HIGH + 1e-6}, "newcombe"), ({"n": 431}, "sums"), ({"events": 115}, "sums")],
)  # fmt: skip
def test_a_changed_number_of_the_difference_turns_one_line_red(other, how):
    lines = [line for name in ("gap", "newcombe", "sums", "pearson")
             for line in found(whole(**other), name)]  # fmt: skip

    assert {line.how for line in lines if line.state == "differs"} == {how}


def test_one_more_event_moves_interval_p_value_and_verdict():
    results = whole()
    event = ("here.recidivism.risk[group=aid,window=52w]", "events")

    moved = {(line.how, line.id.split(".", 2)[2]): line for line in changed(results, {event: 49})}

    assert moved["verdict", "verdict"].found == ("no_clear",)
    assert moved["verdict", "verdict"].printed == ("improvement",)
    new = methods.difference(49, 216, 66, 216, 0.95, "newcombe")
    assert moved["gap", "risk_difference[window=52w]"].found == pytest.approx(new[:1])
    assert moved["newcombe", "risk_difference[window=52w]"].found == pytest.approx(new[1:3])
    assert moved["pearson", "risk_difference_p[window=52w]"].found == pytest.approx(new[3:])
    assert moved["sums", "risk_difference[window=52w]"].found == (115, 432)
    assert changed(results, {event: 48}) == []
    # What somebody set stays as he set it.
    both = {event: 49, ("here.recidivism.risk_difference[window=52w]", "low"): -0.2}
    still = [x for x in changed(results, both) if x.how == "newcombe"]
    assert still[0].found[0] == pytest.approx(new[1])


def adjusted(public=True, value=-0.098, second=0.266, first=0.168, low=-0.147, high=-0.05, **more):
    fields = dict(se=0.023, se_scale="identity", n=1860, events=330) | more
    gap = est("adjusted_difference", unit="points", dims=WINDOW, group="aid", against="none",
              public=public, method="entropy_balancing", value=value, low=low, high=high,
              **fields)  # fmt: skip
    return [
        side(A, 80, 475, "adjusted_risk", "entropy_balancing", first, public=public),
        side(B, 250, 1385, "adjusted_risk", "entropy_balancing", second, public=public),
        gap,
    ]


def rounded(*more, **other):
    return report(*adjusted(public=False, **other), *more, primary="adjusted_difference")


def test_a_difference_of_rounded_shares_agrees_as_far_as_rounding_tells():
    line = one(rounded(), "gap")
    assert line.state == "agrees" and line.slack == pytest.approx(0.0015)
    # Half a step each: of both shares and of the difference.
    assert one(rounded(value=-0.0965), "gap").state == "agrees"
    assert one(rounded(value=-0.0964), "gap").state == "differs"
    assert one(rounded(n=1867), "sums").state == "agrees"
    assert one(rounded(n=1868), "sums").state == "differs"
    assert one(rounded(), "sums").check


def test_weights_leave_the_programme_s_own_share_as_it_is():
    assert states(rounded(), "unweighted") == {"adjusted_risk[group=aid,window=52w]": "agrees"}
    assert states(rounded(first=0.161, value=-0.105), "unweighted").popitem()[1] == "differs"


def test_the_e_value_is_of_the_programme_s_share_and_the_difference():
    share = 80 / 475
    ratios = {"estimate": share / (share + 0.098), "limit": share / (share + 0.05)}
    told = [est("e_value", unit="ratio", dims={"end": end}, value=methods.e_value(ratio))
            for end, ratio in ratios.items()]  # fmt: skip

    assert set(states(rounded(*told), "e_value").values()) == {"agrees"}
    holds = [{**told[0]}, {**told[1], "value": 1.0}]
    crossing = rounded(*holds, high=0.01)
    assert states(crossing, "e_value")["e_value[end=limit]"] == "agrees"
    assert one(rounded({**told[0], "value": 2.6}), "e_value").state == "differs"


def test_holm_takes_the_share_s_own_p_value_into_its_family():
    dims = {"measure": "free", **WINDOW}
    told = [
        est("adjusted_difference_p", unit="p", dims=WINDOW, value=0.04),
        est("measure_p", unit="p", dims=dims, value=0.03),
        est("measure_holm", unit="p", dims={"measure": "share", **WINDOW}, value=0.06),
        est("measure_holm", unit="p", dims=dims, value=0.06),
    ]
    assert set(states(report(*told), "holm").values()) == {"agrees"}
    assert found(report(*told[1:]), "holm") == []
    assert "differs" in states(report(*told[:3], {**told[3], "value": 0.03}), "holm").values()


def test_the_number_needed_is_the_inverse_of_the_difference():
    needed = est("number_needed", unit="persons", dims={"side": "benefit", **WINDOW},
                 value=1 / 0.098, low=1 / 0.147, high=1 / 0.05)  # fmt: skip

    assert one(rounded(needed), "inverse").state == "agrees"
    assert one(rounded({**needed, "high": 21.0}), "inverse").state == "differs"


def curve(group, steps, n, watched):
    total, made = 0, []
    for time, k in steps.items():
        total += k
        se, (low, high) = methods.curve_limits(total, n, 0.95, "log-log")
        made.append(est("cumulative_incidence", dims={"group": group, "time": str(time)},
                        method="kaplan_meier", value=total / n, low=low, high=high, se=se,
                        se_scale="log-log", n=n, events=total))  # fmt: skip
    made.append(est("at_risk", unit="persons", dims={"group": group, "time": "0"}, value=n, n=n))
    made.append(est("at_risk", unit="persons", dims={"group": group, "time": "52"},
                    value=watched, n=watched))  # fmt: skip
    return made


def test_a_curve_that_nobody_left_is_its_counts_and_gives_the_test():
    first, second = {7: 3, 9: 4, 52: 2}, {5: 6, 9: 8}
    statistic, _ = methods.log_rank(first, second, 50, 40)
    test = [
        est("log_rank", unit="chi2", dims=WINDOW, value=statistic),
        est("log_rank_p", unit="p", dims=WINDOW, value=methods.chi_square_tail(statistic, 1)),
    ]
    # Just before the last time only 7 of 50 had had the event.
    results = whole(*curve("a", first, 50, 43), *curve("b", second, 40, 26), *test)

    assert set(states(results, "curve").values()) == set(states(results, "greenwood").values())
    assert len(found(results, "curve")) == 5 == len(found(results, "greenwood"))
    assert one(results, "log_rank").state == one(results, "chi_square").state == "agrees"
    left = whole(*curve("a", first, 50, 42), *curve("b", second, 40, 26), *test)
    assert len(found(left, "curve")) == 2 and found(left, "log_rank") == []


def test_where_few_events_are_expected_the_test_is_another_one():
    first, second = {7: 2, 9: 1}, {5: 3}
    statistic, expected = methods.log_rank(first, second, 50, 40)
    test = [
        est("log_rank", unit="chi2", dims=WINDOW, value=statistic),
        est("log_rank_p", unit="p", dims=WINDOW, value=0.9),
    ]
    results = whole(*curve("a", first, 50, 47), *curve("b", second, 40, 37), *test)

    assert expected < 5
    assert one(results, "log_rank").state == "agrees" and found(results, "chi_square") == []


def test_rates_of_villages_are_exact():
    low, high = methods.poisson_limits(20, 0.025)
    told = [
        est("village_rate", unit="rate", dims={"period": "after"}, method="poisson", events=20,
            denominator=3635, value=20000 / 3635, low=1000 * low / 3635,
            high=1000 * high / 3635),
        est("village_rate", unit="rate", dims={"period": "before"}, method="one_sided", events=0,
            denominator=3635, value=0.0, low=0.0, high=1000 * (1 - 0.05 ** (1 / 3635))),
        est("village_bound", unit="rate", value=1000 * (1 - 0.05 ** (1 / 130)), denominator=130),
    ]  # fmt: skip
    results = report(*told)

    assert set(states(results, "rate").values()) == {"agrees"}
    assert set(states(results, "one_sided").values()) == {"agrees"}
    assert len(found(results, "one_sided")) == 2 and one(results, "poisson").state == "agrees"


def test_what_a_comparison_can_find_comes_from_what_its_groups_are_worth():
    worth = [est("effective", unit="persons", dims={"group": g}, value=n, n=999)
             for g, n in (("aid", 475.0), ("none", 585.0))]  # fmt: skip
    told = [est("smallest_difference", unit="points", dims={"areas": str(k)},
                value=methods.smallest_difference(0.266, k * 475, k * 585, 0.8, 0.95))
            for k in (1, 2)]  # fmt: skip
    results = report(*adjusted(), *worth, *told, comparison="none", primary="adjusted_difference")

    assert list(states(results, "power").values()) == ["agrees", "agrees"]
    # Where the groups are compared as they are, each has as many as it has.
    plain = est("smallest_difference", unit="points", dims={"areas": "1"},
                value=methods.smallest_difference(66 / 216, 216, 216, 0.8, 0.95))  # fmt: skip
    assert one(whole(*worth, plain), "power").state == "agrees"


def test_groups_stand_as_far_apart_as_their_shares():
    means = [est("mean", dims={"covariate": "c", "group": g}, value=k / n, n=n, events=k)
             for g, k, n in (("a", 222, 672), ("b", 147, 773))]  # fmt: skip
    apart = methods.smd(222 / 672, 672, 147 / 773, 773)

    def told(value):
        return report(*means, est("smd", unit="smd", dims={"covariate": "c"}, value=value))

    # The released study of North Carolina.
    assert apart == pytest.approx(0.32343, abs=5e-6)
    assert one(told(apart), "smd").state == "agrees" and one(told(0.33), "smd").state == "differs"


def test_subgroups_that_differ_have_their_test():
    told = [est("subgroup_difference", unit="points", dims={"subgroup": f"c_{i}"}, value=0.1)
            for i in "123"]  # fmt: skip
    told.append(est("interaction", unit="chi2", dims={"column": "c"}, value=3.0))
    p = methods.chi_square_tail(3.0, 2)
    told.append(est("interaction_p", unit="p", dims={"column": "c"}, value=p))

    assert one(report(*told), "chi_square").state == "agrees"
    assert p == pytest.approx(0.22313, abs=5e-6)  # exp(-1.5)


def test_an_interval_that_no_counts_give_is_said_to_be_a_model_s():
    results = rounded(bounds("unlinked_bounds", -0.2, 0.1, unit="points", method="worst_case"))

    assert {line.id.split(".")[2].split("[")[0] for line in found(results, "weighted")} == {
        "adjusted_risk", "adjusted_difference", "unlinked_bounds",
    }  # fmt: skip
