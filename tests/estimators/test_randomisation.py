"""Effects against those of areas that were not treated."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.randomisation import randomisation


def organ():
    """Organ donors by state and quarter: California changed its question in quarter 4."""
    data = pd.read_csv(reference_data("organ_donations.csv"))
    period = data["Quarter_Num"].to_numpy()
    now = (data["State"] == "California").to_numpy() & (period >= 4)
    return data["Rate"].to_numpy(), data["State"].to_numpy(), period, now.astype(int)


def made_up(random, units=None, count=None):
    """Whole numbers, so that effects tie; some units start together."""
    units = units or int(random.integers(3, 9))
    count = count or int(random.integers(1, units))
    periods = int(random.integers(2, 6))
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    start = int(random.integers(1, periods))
    ever = np.isin(unit, random.permutation(units)[:count])
    outcome = random.integers(0, 6, unit.size) + 2 * (ever & (period >= start))
    return outcome, unit, period, (ever & (period >= start)).astype(int)


def slow(outcome, unit, period, treated):
    """Differences of the four cells' means in fractions, for each choice of units."""
    ever = {u for u, now in zip(unit, treated, strict=True) if now}
    start = min(p for p, now in zip(period, treated, strict=True) if now)

    def effect(chosen):
        cells = {}
        for y, u, p in zip(outcome, unit, period, strict=True):
            cells.setdefault((u in chosen, p >= start), []).append(Fraction(int(y)))
        mean = {cell: sum(values) / len(values) for cell, values in cells.items()}
        return mean[1, 1] - mean[1, 0] - mean[0, 1] + mean[0, 0]

    actual = effect(ever)
    others = [effect(set(chosen)) for chosen in combinations(sorted(set(unit)), len(ever))]
    return float(actual), float(np.mean([abs(other) >= abs(actual) for other in others]))


def test_r_gives_the_same_effect_and_p_for_the_organ_donors():
    known, base = gold("organ_did_randinf"), gold("organ_did_2x2")

    made = randomisation(*organ())

    agree(
        "randomisation inference", "R, 27 placebo states",
        (made.value, made.p), (base["extra"]["cell_mean_did"], known["value"]),
        rel=known["rel_tol"],
    )  # fmt: skip
    # With state and quarter effects it is the same, as no state has a gap.
    assert made.value == pytest.approx(base["value"], rel=base["rel_tol"])
    assert (made.smallest, made.units, made.treated, made.exhaustive) == (1 / 27, 27, 1, True)


def test_fractions_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(71)
    found, expected, used = [], [], 0
    while used < 200:
        rows = made_up(random)
        try:
            made = randomisation(*rows)
        except Refused as refusal:
            assert refusal.key in ("refuse_no_change", "refuse_no_variation")
            continue
        used += 1
        found += [made.value, made.p]
        expected += slow(*rows)

    # Rounding; a value that is zero on paper is a few ulps of the outcome. Ties count, so
    # that a p-value which misses one is off by far more.
    agree(
        "randomisation inference", "fractions, all choices, 200 random inputs",
        found, expected, rel=1e-12, abs=1e-14,
    )  # fmt: skip


@pytest.mark.parametrize(("units", "count", "smallest"), [(9, 1, 1 / 9), (8, 4, 2 / 70)])
def test_a_very_large_effect_has_the_smallest_p(units, count, smallest):
    outcome, unit, period, now = made_up(np.random.default_rng(72), units, count)

    made = randomisation(outcome + 1000 * now, unit, period, now)

    assert made.p == made.smallest == pytest.approx(smallest)


def test_draws_come_near_to_all_choices():
    rows = made_up(np.random.default_rng(73), 18, 8)
    outcome, unit, period, now = rows
    after = period >= period[now == 1].min()
    change = np.array(
        [outcome[after & (unit == u)].mean() - outcome[~after & (unit == u)].mean()
         for u in range(18)]
    )  # fmt: skip
    chosen = np.array(list(combinations(range(18), 8)))
    effects = change[chosen].sum(axis=1) * (1 / 8 + 1 / 10) - change.sum() / 10

    made = randomisation(*rows)

    share = np.mean(np.abs(effects) >= abs(made.value) - 1e-9)
    assert (made.exhaustive, made.placebos.size, made.smallest) == (False, 9_999, 1 / 10_000)
    # Four standard errors of a share of 9,999 draws, and the actual choice itself.
    assert abs(made.p - share) < 4 * np.sqrt(share * (1 - share) / 9_999) + 1e-4
    assert randomisation(*rows).p == made.p != randomisation(*rows, seed=2).p


def test_no_effect_gives_each_p_as_often_as_it_says():
    random = np.random.default_rng(74)
    unit, period = np.repeat(np.arange(10), 2), np.tile([0, 1], 10)
    now = (unit == 3) & (period == 1)

    found = [randomisation(random.normal(size=20), unit, period, now).p for _ in range(2_000)]

    # p takes the values 0.1, 0.2, ..., 1 equally often; four standard errors.
    for p in (0.1, 0.3, 0.7):
        share = np.mean(np.array(found) <= p + 1e-9)
        assert abs(share - p) < 4 * np.sqrt(p * (1 - p) / 2_000)


@pytest.mark.parametrize("unit", [1e-50, 1e-6, -3.0, 1e6, 1e50])
def test_it_follows_the_unit_of_the_outcome(unit):
    rows = made_up(np.random.default_rng(75), 7, 2)
    there = randomisation(*rows)

    back = randomisation(rows[0] * unit, *rows[1:])

    assert back.value == pytest.approx(there.value * unit, rel=1e-12)
    assert (back.p, back.smallest) == (there.p, there.smallest)


def test_the_order_of_rows_and_levels_of_units_and_periods_do_not_matter():
    outcome, unit, period, now = made_up(np.random.default_rng(76), 7, 2)
    order = np.random.default_rng(77).permutation(unit.size)
    moved = outcome + 100 * unit - 7 * period**2
    there = randomisation(outcome, unit, period, now)

    back = randomisation(
        moved[order], [f"area {u}" for u in unit[order]], 2 * period[order], now[order]
    )

    assert (back.value, back.p) == pytest.approx((there.value, there.p), rel=1e-12)


def test_a_unit_that_reports_more_often_afterwards_does_not_move_the_others():
    # Untreated units have levels 0 and 100 and never change; the second reports more rows.
    unit = np.array(list("aaaabbbbbbbccc"))
    period = np.array([0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1])
    outcome = np.where(unit == "b", 100.0, 0.0) + 5 * ((unit == "c") & (period == 1))

    made = randomisation(outcome, unit, period, (unit == "c") & (period == 1))

    assert made.value == pytest.approx(5)


def test_a_placebo_in_time_uses_only_what_was_before_the_start():
    outcome, unit, period, now = organ()
    early = period < 4
    ever = unit == "California"

    made = randomisation(outcome, unit, period, now, placebo_start=3)

    expected = randomisation(
        outcome[early], unit[early], period[early], (ever & (period >= 3))[early]
    )
    assert (made.value, made.p, made.start) == (expected.value, expected.p, 3)


def test_a_million_rows_of_ties_are_counted():
    unit, period = np.tile(np.arange(50), 20_000), np.repeat(np.arange(2), 500_000)
    outcome = ((unit % 2 == 0) & (period == 1)).astype(int)

    made = randomisation(outcome, unit, period, (unit == 4) & (period == 1))

    # Every unit is as far from the mean of the others as the treated one: half above.
    assert (made.value, made.p) == pytest.approx((1 - 24 / 49, 1))


UNIT, PERIOD = np.repeat(list("abcdef"), 4), np.tile(np.arange(4), 6)
NOW = (UNIT == "a") & (PERIOD >= 2)
OUTCOME = np.random.default_rng(78).normal(size=24)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"treated": PERIOD >= 2}, "refuse_all_treated"),
        ({"treated": np.zeros(24)}, "refuse_one_value"),
        ({"treated": NOW | ((UNIT == "b") & (PERIOD == 3))}, "refuse_staggered"),
        ({"treated": NOW & (PERIOD == 2)}, "refuse_switched_off"),
        ({"treated": UNIT == "a"}, "refuse_no_before"),
        ({"outcome": np.ones(24)}, "refuse_no_variation"),
        ({"outcome": np.where(UNIT == "a", 1.0, 0.1)}, "refuse_no_change"),
        ({"outcome": np.where(PERIOD == 1, np.nan, OUTCOME)}, "refuse_not_finite"),
        ({"outcome": np.where(PERIOD == 1, np.inf, OUTCOME)}, "refuse_not_finite"),
        ({"period": np.where(UNIT == "c", 5, PERIOD)}, "refuse_one_sided"),
        ({"placebo_start": 0}, "refuse_no_before"),
        ({"outcome": np.where(PERIOD < 2, 0.1, OUTCOME), "placebo_start": 1},
         "refuse_no_variation"),
        ({key: [] for key in ("outcome", "unit", "period", "treated")}, "refuse_empty"),
    ],
)  # fmt: skip
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    rows = {"outcome": OUTCOME, "unit": UNIT, "period": PERIOD, "treated": NOW}

    with pytest.raises(Refused) as caught:
        randomisation(**rows | change)

    assert caught.value.key == key


def test_a_late_placebo_and_few_draws_are_a_caller_s_mistake():
    for start in (2, 9, float("nan")):
        with pytest.raises(ValueError, match="before the start 2"):
            randomisation(OUTCOME, UNIT, PERIOD, NOW, placebo_start=start)
    with pytest.raises(ValueError, match="at least 99 draws"):
        randomisation(OUTCOME, UNIT, PERIOD, NOW, draws=10)
