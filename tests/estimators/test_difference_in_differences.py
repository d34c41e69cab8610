"""Areas before and after a programme, against areas without it."""

import time

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from tests.helpers import agree, gold, reference_data

from evalkit.arithmetic.panel import panel, within
from evalkit.arithmetic.sandwich import cr1
from evalkit.errors import Refused
from evalkit.estimators.difference_in_differences import difference_in_differences


def organ():
    """Organ donors by state and quarter: California changed its question in quarter 4."""
    data = pd.read_csv(reference_data("organ_donations.csv"))
    period = data["Quarter_Num"].to_numpy()
    now = (data["State"] == "California").to_numpy() & (period >= 4)
    return data["Rate"].to_numpy(), data["State"].to_numpy(), period, now.astype(int)


def made_up(random, gaps=0.0):
    """Areas of which some start together; with gaps, some rows are missing."""
    units, periods = int(random.integers(14, 24)), int(random.integers(2, 7))
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    start, chosen = int(random.integers(1, periods)), random.permutation(units)
    ever = np.isin(unit, chosen[: int(random.integers(6, units - 5))])
    now = (ever & (period >= start)).astype(int)
    level = random.normal(size=units)[unit] + random.normal(size=periods)[period]
    outcome = level + now + random.normal(size=unit.size)
    # The first and the last period stay, so that each unit has a before and an after.
    kept = (random.random(unit.size) >= gaps) | (period == 0) | (period == periods - 1)
    return outcome[kept], unit[kept], period[kept], now[kept]


def with_dummies(outcome, unit, period, treated):
    """Every dummy written out, fitted by another library."""
    dummies = [(unit == u).astype(float) for u in np.unique(unit)]
    dummies += [(period == p).astype(float) for p in np.unique(period)[1:]]
    model = sm.OLS(outcome, np.column_stack([treated, *dummies]))
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": unit}, use_t=True)
    low, high = fit.conf_int()[0]
    return fit.params[0], fit.bse[0], low, high, fit.pvalues[0]


def test_r_gives_the_same_coefficient_and_cr1_error_for_the_organ_donors():
    known = gold("organ_did_2x2")
    outcome, unit, period, now = organ()
    rows = panel(outcome, unit, period, now)

    fit = within(rows.outcome, now.astype(float), rows.unit, rows.period)
    bread = np.array([[1 / (fit.own @ fit.own)]])
    scores = (fit.own * fit.residual)[:, None]
    se = np.sqrt(cr1(bread, scores, rows.unit, rows.units, fit.rank)[0, 0])

    # The parts, not the whole: one state is treated, so that the whole refuses.
    agree(
        "difference-in-differences, CR1", "R lm, sandwich::vcovCL",
        (fit.value, se), (known["value"], known["se"]), rel=known["rel_tol"],
    )  # fmt: skip
    assert rows.units == known["extra"]["G"]


@pytest.mark.parametrize("gaps", [0.0, 0.3])
def test_dummies_in_another_library_give_the_same_for_200_random_inputs(gaps):
    random = np.random.default_rng(61)
    found, expected = [], []
    for _ in range(100):
        rows = made_up(random, gaps)
        try:
            point = difference_in_differences(*rows).point
        except Refused as refusal:
            # With two periods and gaps nothing is left over, or nothing at all.
            assert refusal.key in ("refuse_few_rows", "refuse_no_common_periods")
            continue
        found.append([point.value, point.se])
        value, se, low, high, _ = with_dummies(*rows)
        expected.append([value, se])
        # Some units more or fewer have the programme: t(G - 1) would be too short.
        assert point.high - point.low > high - low

    assert len(found) > 90
    # Rounding: both are exact.
    agree(
        "difference-in-differences, CR1", "statsmodels OLS with dummies, 200 random inputs",
        np.ravel(found), np.ravel(expected), rel=1e-8, abs=1e-10,
    )  # fmt: skip


def test_with_two_periods_it_is_the_difference_of_the_mean_changes():
    unit, period = np.repeat(np.arange(14), 2), np.tile([0, 1], 14)
    outcome = np.random.default_rng(62).normal(size=28)
    now = ((unit < 6) & (period == 1)).astype(int)
    change = outcome[1::2] - outcome[::2]

    made = difference_in_differences(outcome, unit, period, now)

    assert made.point.value == pytest.approx(change[:6].mean() - change[6:].mean(), rel=1e-12)
    assert (made.treated, made.untreated, made.periods, made.n, made.start) == (6, 8, 2, 28, 1)


def test_its_interval_is_as_much_wider_as_few_units_ask():
    # Eight of 24 start together: each treated unit adds (2/3)^2 to the variance, each other
    # (1/3)^2, so that the groups have 2/3 and 1/3 of it, with 7 and 15 degrees of freedom.
    unit, period = np.repeat(np.arange(24), 4), np.tile(np.arange(4), 24)
    outcome = np.random.default_rng(67).normal(size=unit.size)
    df = 1 / ((2 / 3) ** 2 / 7 + (1 / 3) ** 2 / 15)
    wider = np.sqrt((2 / 3 * 8 / 7 + 1 / 3 * 16 / 15) / (24 / 23))

    point = difference_in_differences(
        outcome, unit, period, ((unit < 8) & (period >= 2)).astype(int)
    ).point

    half = (point.high - point.low) / 2
    # Rounding: both are exact.
    assert half == pytest.approx(stats.t.ppf(0.975, df) * wider * point.se, rel=1e-9)


@pytest.mark.parametrize("unit", [1e-50, 1e-6, -3.0, 1e6, 1e50])
def test_it_follows_the_unit_of_the_outcome(unit):
    rows = made_up(np.random.default_rng(63), 0.2)
    there = difference_in_differences(*rows).point

    back = difference_in_differences(rows[0] * unit, *rows[1:]).point

    assert back.value == pytest.approx(there.value * unit, rel=1e-9)
    assert back.se == pytest.approx(there.se * abs(unit), rel=1e-9)
    assert back.p == pytest.approx(there.p, rel=1e-9)


def test_names_the_order_of_rows_and_levels_of_units_and_periods_do_not_matter():
    outcome, unit, period, now = made_up(np.random.default_rng(64), 0.2)
    there = difference_in_differences(outcome, unit, period, now).point
    order = np.random.default_rng(65).permutation(unit.size)
    moved = outcome + 1000 * unit - 50 * period**2

    back = difference_in_differences(
        moved[order], [f"area {u}" for u in unit[order]], 2 * period[order] - 7, now[order]
    ).point

    assert (back.value, back.se) == pytest.approx((there.value, there.se), rel=1e-8)


def test_rows_entered_twice_do_not_make_it_surer():
    outcome, unit, period, now = made_up(np.random.default_rng(66))
    once = difference_in_differences(outcome, unit, period, now)
    twice = [np.concatenate([part, part]) for part in (outcome, unit, period, now)]

    both = difference_in_differences(*twice)

    n, rank = once.n, np.unique(unit).size + once.periods
    # Only the factor for the coefficients knows how many rows there are.
    factor = np.sqrt((2 * n - 1) / (2 * n - rank) * (n - rank) / (n - 1))
    assert both.point.value == pytest.approx(once.point.value, rel=1e-10)
    assert both.point.se == pytest.approx(once.point.se * factor, rel=1e-10)


def test_turning_the_treatment_of_units_round_turns_the_sign():
    outcome, unit, period, now = made_up(np.random.default_rng(67))
    start = period[now == 1].min()
    there = difference_in_differences(outcome, unit, period, now).point

    back = difference_in_differences(outcome, unit, period, (now == 0) & (period >= start)).point

    assert (back.value, back.se) == pytest.approx((-there.value, there.se), rel=1e-10)


def test_two_thousand_units_in_twenty_four_periods_take_less_than_a_second():
    random = np.random.default_rng(68)
    unit, period = np.repeat(np.arange(2000), 24), np.tile(np.arange(24), 2000)
    now = (unit % 3 == 0) & (period >= 12)
    kept = random.random(unit.size) < 0.9
    outcome = random.normal(size=unit.size) + unit + period + 0.1 * now
    began = time.perf_counter()

    made = difference_in_differences(outcome[kept], unit[kept], period[kept], now[kept])

    # Fifty times what it takes on one slow core.
    assert time.perf_counter() - began < 1
    assert abs(made.point.value - 0.1) < 5 * made.point.se


UNIT, PERIOD = np.repeat(list("abcdefghijklmn"), 4), np.tile(np.arange(4), 14)
NOW = np.isin(UNIT, list("abklmn")) & (PERIOD >= 2)
OUTCOME = np.random.default_rng(69).normal(size=56)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"treated": (UNIT == "a") & (PERIOD >= 2)}, "refuse_lone_cluster"),
        ({"treated": (UNIT != "a") & (PERIOD >= 2)}, "refuse_lone_cluster"),
        ({"treated": np.isin(UNIT, list("abcde")) & (PERIOD >= 2)}, "refuse_few_group_clusters"),
        ({"treated": PERIOD >= 2}, "refuse_all_treated"),
        ({"treated": np.zeros(56)}, "refuse_one_value"),
        ({"treated": np.where(PERIOD == 1, np.nan, NOW)}, "refuse_not_finite"),
        ({"treated": NOW & ~((UNIT == "b") & (PERIOD == 2))}, "refuse_staggered"),
        ({"treated": NOW & (PERIOD == 2)}, "refuse_switched_off"),
        ({"treated": np.isin(UNIT, list("abklmn"))}, "refuse_no_before"),
        ({"outcome": np.ones(56)}, "refuse_no_variation"),
        ({"outcome": np.where(PERIOD == 1, np.nan, OUTCOME)}, "refuse_not_finite"),
        ({"outcome": np.where(PERIOD == 1, np.inf, OUTCOME)}, "refuse_not_finite"),
        ({"outcome": 3.0 * NOW + PERIOD}, "refuse_no_variation"),
        ({"period": np.where(UNIT == "c", np.nan, PERIOD)}, "refuse_not_finite"),
        ({"period": np.where(UNIT == "c", 5, PERIOD)}, "refuse_one_sided"),
        ({"unit": np.where(UNIT == "c", None, UNIT.astype(object))}, "refuse_not_finite"),
        ({key: [] for key in ("outcome", "unit", "period", "treated")}, "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    rows = {"outcome": OUTCOME, "unit": UNIT, "period": PERIOD, "treated": NOW}

    with pytest.raises(Refused) as caught:
        difference_in_differences(**rows | change)

    assert caught.value.key == key


def test_units_that_share_no_period_or_leave_nothing_over_are_refused():
    unit, ever = np.repeat(np.arange(4), 2), np.repeat([1, 1, 0, 0], 2)
    apart, chain = np.array([0, 4, 0, 4, 1, 5, 1, 5]), np.array([0, 4, 0, 5, 0, 4, 1, 5])
    outcome = np.arange(8.0) ** 2

    for period, key in ((apart, "refuse_no_common_periods"), (chain, "refuse_few_rows")):
        with pytest.raises(Refused) as caught:
            difference_in_differences(outcome, unit, period, ever * (period >= 4))

        assert caught.value.key == key


def test_lengths_that_differ_and_other_treatments_are_a_caller_s_mistake():
    with pytest.raises(ValueError, match="must have the same length"):
        difference_in_differences(OUTCOME[:5], UNIT, PERIOD, NOW)
    with pytest.raises(ValueError, match="treated must be 0 or 1"):
        difference_in_differences(OUTCOME, UNIT, PERIOD, 2 * NOW)
