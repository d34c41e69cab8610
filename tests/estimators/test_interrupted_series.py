"""A series that something interrupts."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.interrupted_series import interrupted_series


def points(made):
    return [made.trend, made.level, made.slope]


def made_up(random):
    """A series with related errors, where it starts, a lag and perhaps seasons."""
    season = int(random.integers(2, 7)) if random.random() < 0.5 else None
    before, after = random.integers(12, 40), random.integers(8, 40)
    time = np.arange(before + after) + int(random.integers(-50, 50))
    start = int(time[before])
    error = random.normal(size=time.size)
    outcome = 0.1 * time + (time >= start) + error + 0.7 * np.roll(error, 1)
    lag = int(random.integers(0, (time.size - 1) // 2))
    return outcome, time, {"start": start, "lag": lag, "season": season}


def by_definition(outcome, time, start, lag, season):
    """Newey and West's sums, written out for each pair of periods."""
    rows = []
    for now in time:
        step = float(now >= start)
        seasons = [float(now % season == s) for s in range(1, season)] if season else []
        rows.append([1.0, float(now), step, step * (now - start + 1), *seasons])
    design = np.array(rows)
    bread = np.linalg.inv(design.T @ design)
    value = np.linalg.lstsq(design, outcome, rcond=None)[0]
    score = design * (outcome - design @ value)[:, None]
    meat = np.zeros_like(bread)
    for one in range(time.size):
        for other in range(time.size):
            weight = 1 - abs(one - other) / (lag + 1)
            if weight > 0:
                meat += weight * np.outer(score[one], score[other])
    covariance = bread @ meat @ bread
    return value[1:4], np.sqrt(np.diag(covariance))[1:4], time.size - design.shape[1]


def test_r_gives_the_same_for_the_seat_belt_law():
    known = gold("seatbelts_its_nw")
    data = pd.read_csv(reference_data("seatbelts.csv"))

    # The law came in February 1983, the 170th month.
    made = interrupted_series(data["lfront"], data["t"], start=170, lag=12, season=12)

    names = ("t", "step", "since")
    agree(
        "interrupted series, Newey-West", "R lm, sandwich::NeweyWest",
        [*(p.value for p in points(made)), *(p.se for p in points(made))],
        [known[part][name] for part in ("value", "se") for name in names],
        rel=known["rel_tol"],
    )  # fmt: skip
    assert (made.before, made.after) == (169, 23)


def test_sums_over_pairs_of_periods_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(101)
    found, expected = [], []
    for _ in range(200):
        outcome, time, more = made_up(random)
        made = interrupted_series(outcome, time, **more, level=0.9)
        value, se, df = by_definition(outcome, time, **more)
        half = student.ppf(0.95, df) * se
        found += [[p.value, p.se, p.low, p.high, p.p] for p in points(made)]
        expected += np.column_stack(
            [value, se, value - half, value + half, 2 * student.cdf(-np.abs(value / se), df)]
        ).tolist()

    # The slow way inverts a matrix of times as they are, up to 90 and with a condition of
    # millions.
    agree(
        "interrupted series, Newey-West", "pairs of periods, 200 random inputs",
        np.ravel(found), np.ravel(expected), rel=1e-7, abs=1e-10,
    )  # fmt: skip


def test_a_series_made_of_lines_gives_them_back():
    time = np.arange(40)
    since = np.maximum(time - 19, 0)
    small = 1e-6 * np.random.default_rng(102).normal(size=40)

    made = interrupted_series(
        5 + 0.5 * time - 3 * (time >= 20) + 0.25 * since + small, time, start=20, lag=3
    )

    assert [p.value for p in points(made)] == pytest.approx([0.5, -3, 0.25], abs=1e-5)


@pytest.mark.parametrize("unit", [1e-50, 1e-6, -3.0, 1e6, 1e50])
def test_it_follows_the_unit_of_the_outcome(unit):
    outcome, time, more = made_up(np.random.default_rng(103))
    there = points(interrupted_series(outcome, time, **more))

    back = points(interrupted_series(outcome * unit, time, **more))

    for one, other in zip(there, back, strict=True):
        assert other.value == pytest.approx(one.value * unit, rel=1e-9)
        assert other.se == pytest.approx(one.se * abs(unit), rel=1e-9)
        assert other.p == pytest.approx(one.p, rel=1e-9)


def test_the_order_of_rows_and_the_origin_of_time_do_not_matter():
    random = np.random.default_rng(104)
    outcome, time, more = made_up(random)
    order = random.permutation(time.size)
    moved = more | {"start": more["start"] + 1_000_000}

    there = points(interrupted_series(outcome, time, **more))
    back = points(interrupted_series(outcome[order], time[order] + 1_000_000, **moved))

    for one, other in zip(there, back, strict=True):
        assert (other.value, other.se) == pytest.approx((one.value, one.se), rel=1e-8)


def test_a_trend_added_to_the_series_moves_only_the_trend():
    outcome, time, more = made_up(np.random.default_rng(105))
    there = interrupted_series(outcome, time, **more)

    back = interrupted_series(outcome + 2 * time, time, **more)

    assert back.trend.value - 2 == pytest.approx(there.trend.value, rel=1e-8)
    assert (back.level.value, back.slope.se) == pytest.approx(
        (there.level.value, there.slope.se), rel=1e-8
    )


def test_without_a_lag_the_errors_are_those_of_white():
    outcome, time, more = made_up(np.random.default_rng(106))
    made = points(interrupted_series(outcome, time, **more | {"lag": 0, "season": None}))
    design = np.column_stack(
        [np.ones(time.size), time, time >= more["start"],
         np.maximum(time - more["start"] + 1, 0)]
    )  # fmt: skip
    inverse = np.linalg.pinv(design)
    residual = outcome - design @ (inverse @ outcome)

    white = np.sqrt((inverse**2 @ residual**2)[1:])

    assert [p.se for p in made] == pytest.approx(list(white), rel=1e-8)


TIME = np.arange(1, 41)
OUTCOME = np.random.default_rng(107).normal(size=40)
LINES = 3.0 * (TIME >= 20) + 0.5 * TIME


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"start": 8}, "refuse_short_series"),
        ({"start": 34}, "refuse_short_series"),
        ({"start": 1}, "refuse_short_series"),
        ({"start": 99}, "refuse_short_series"),
        # Nineteen periods before are less than two cycles of ten, eight after less than nine.
        ({"season": 10}, "refuse_short_series"),
        ({"start": 33, "season": 9}, "refuse_short_series"),
        ({"lag": 20}, "refuse_long_lag"),
        ({"time": np.where(TIME == 5, 6, TIME)}, "refuse_gaps"),
        ({"time": TIME * 3}, "refuse_gaps"),
        ({"outcome": np.full(40, 0.1)}, "refuse_no_variation"),
        ({"outcome": LINES}, "refuse_no_variation"),
        # Before the start there is no error at all.
        ({"outcome": TIME == 30}, "refuse_no_variation"),
        ({"outcome": np.where(TIME == 5, np.nan, OUTCOME)}, "refuse_not_finite"),
        ({"outcome": np.where(TIME == 5, -np.inf, OUTCOME)}, "refuse_not_finite"),
        ({"time": np.where(TIME == 5, np.nan, TIME)}, "refuse_not_finite"),
        ({"outcome": [], "time": []}, "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    with pytest.raises(Refused) as caught:
        interrupted_series(**{"outcome": OUTCOME, "time": TIME, "start": 20, "lag": 3} | change)

    assert caught.value.key == key


def test_the_shortest_series_are_taken():
    assert interrupted_series(OUTCOME, TIME, start=9, lag=3).before == 8
    assert interrupted_series(OUTCOME, TIME, start=33, lag=19).after == 8
    assert interrupted_series(OUTCOME, TIME, start=27, lag=3, season=13).before == 26


def test_impossible_lags_seasons_times_and_lengths_are_a_caller_s_mistake():
    for lag in (-1, 2.5):
        with pytest.raises(ValueError, match=f"a lag is a whole number, at least 0, not {lag}"):
            interrupted_series(OUTCOME, TIME, start=20, lag=lag)
    for season in (1, 4.5):
        with pytest.raises(ValueError, match=f"2 whole periods or more, not {season}"):
            interrupted_series(OUTCOME, TIME, start=20, lag=3, season=season)
    with pytest.raises(ValueError, match="time must be whole numbers"):
        interrupted_series(OUTCOME, TIME / 2, start=20, lag=3)
    with pytest.raises(ValueError, match="must have the same length"):
        interrupted_series(OUTCOME[:9], TIME, start=20, lag=3)
