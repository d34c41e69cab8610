"""Cumulative incidence: against R, against statsmodels, and its laws."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight
from tests.helpers import LAW, agree, gold, reference_data

from evalkit.estimators.kaplan_meier import at, cumulative_incidence, life_table
from evalkit.estimators.share import share

SCALES = ("log", "log-log", "plain")
PEOPLE = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), min_size=1, max_size=15)


@pytest.mark.parametrize("scale", SCALES)
def test_the_life_experiment_gives_what_r_gives(scale):
    known = gold(f"rossi_km_{scale}")
    life = pd.read_csv(reference_data("rossi.csv"))
    extra = known["extra"]

    for i, (stratum, week) in enumerate(zip(extra["strata"], extra["time"], strict=True)):
        group = life[life["fin"] == int(stratum.removeprefix("fin="))]
        curve = cumulative_incidence(life_table(group["week"], group["arrest"]), interval=scale)
        here = at(curve, week)

        # R prints survival; the share with the event is what is left of 1.
        agree(
            f"Kaplan-Meier ({scale})", "R survival::survfit",
            (curve.value[here], curve.low[here], curve.high[here], curve.se[here]),
            (1 - known["value"][i], 1 - extra["upper"][i], 1 - extra["lower"][i], known["se"][i]),
            rel=known["rel_tol"],
        )  # fmt: skip


def test_statsmodels_gives_the_same_on_random_people():
    random = np.random.default_rng(20251)
    found, expected = [], []
    for _ in range(200):
        n = int(random.integers(1, 40))
        # Few distinct times, so that events and censorings tie.
        time, event = random.integers(0, 8, n).astype(float), random.integers(0, 2, n)
        if not event.any():
            event[0] = 1

        curve = cumulative_incidence(life_table(time, event))
        theirs = SurvfuncRight(time, event)
        here = [at(curve, t) for t in theirs.surv_times]

        some_left = theirs.surv_prob > 0
        found += [*curve.value[here], *curve.se[here][some_left]]
        expected += [*(1 - theirs.surv_prob), *theirs.surv_prob_se[some_left]]
        assert curve.at_risk[here].tolist() == theirs.n_risk.tolist()

    # Products and sums of at most forty terms, in another order.
    agree("Kaplan-Meier (log-log)", "statsmodels, 200 random inputs", found, expected, abs=1e-12)


def test_without_censoring_it_is_the_plain_share_at_each_time():
    for times in product(range(4), repeat=4):
        curve = cumulative_incidence(life_table(times, [1] * 4))

        for time in range(4):
            happened = sum(t <= time for t in times)
            here = at(curve, time)
            value = curve.value[here] if here >= 0 else 0.0

            # A product of fractions against one division.
            assert value == pytest.approx(share(happened, 4).value, abs=1e-12), times


@LAW
@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(people, random):
    mixed = random.sample(people, len(people))

    curve = cumulative_incidence(life_table(*zip(*people, strict=True)))
    again = cumulative_incidence(life_table(*zip(*mixed, strict=True)))

    for name in ("time", "value", "low", "high", "se", "at_risk", "events"):
        assert getattr(curve, name).tolist() == getattr(again, name).tolist()


@LAW
@given(PEOPLE, st.sampled_from(SCALES))
def test_it_rises_from_0_to_1_inside_its_interval(people, scale):
    curve = cumulative_incidence(life_table(*zip(*people, strict=True)), interval=scale)

    assert (np.diff(curve.value) >= 0).all()
    # Exponentials and logarithms miss a bound on paper by a few ulps.
    slack = 1e-12
    assert (curve.low >= 0).all() and (curve.high <= 1).all()
    assert (curve.low <= curve.value + slack).all() and (curve.value <= curve.high + slack).all()
    assert np.isfinite(curve.se).all() and (curve.se >= 0).all()


@LAW
@given(PEOPLE)
def test_the_life_table_accounts_for_everybody(people):
    life = life_table(*zip(*people, strict=True))

    assert life.n == len(people) == life.at_risk[0]
    for time, at_risk, events in zip(life.time, life.at_risk, life.events, strict=True):
        assert at_risk == sum(t >= time for t, _ in people)
        assert events == sum(t == time and e for t, e in people)


@pytest.mark.parametrize("scale", SCALES)
def test_before_the_first_event_it_is_the_point_0(scale):
    curve = cumulative_incidence(life_table([1, 2, 3], [0, 1, 1]), interval=scale)

    assert (curve.value[0], curve.low[0], curve.high[0], curve.se[0]) == (0, 0, 0, 0)


@pytest.mark.parametrize("scale", SCALES)
def test_where_everybody_had_the_event_it_is_1_and_not_certain(scale):
    curve = cumulative_incidence(life_table([1, 2, 3], [1, 1, 1]), interval=scale)

    # R's survfit has NaN and no interval there; a curve that rises keeps its lower bound.
    assert (curve.value[-1], curve.high[-1], curve.se[-1]) == (1, 1, 0)
    assert curve.low[-1] == curve.low[-2] < 1


def test_where_all_have_the_event_at_once_the_lower_bound_is_exact():
    curve = cumulative_incidence(life_table([2] * 10, [1] * 10))

    exact = share(10, 10, method="clopper_pearson")
    assert (curve.value[0], curve.low[0]) == (1, pytest.approx(exact.low, rel=1e-12))


def test_cumulative_events_are_counted_up():
    curve = cumulative_incidence(life_table([1, 1, 2, 5], [1, 1, 0, 1]))

    assert curve.events.tolist() == [2, 2, 3]
    assert curve.at_risk.tolist() == [4, 2, 1]


def test_a_time_is_found_at_the_last_step_not_after_it():
    curve = cumulative_incidence(life_table([1, 3], [1, 1]))

    assert [at(curve, t) for t in (0.5, 1, 2.9, 3, 99)] == [-1, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("time", "event", "message"),
    [
        ([], [], "“time” holds nobody"),
        ([1, 2], [1], "time and event must have the same length"),
        ([-1, 2], [1, 0], "Of the times of follow-up 1 are below 0"),
        ([np.nan, 2], [1, 0], "Of the values of “time” 1 are missing"),
        ([1, 2], [1, 2], "event must be 0 or 1"),
        ([1, 2], [1, 0.5], "event must be 0 or 1"),
        ([1, 2], [1, np.inf], "Of the values of “event” 1 are missing"),
    ],
)
def test_what_is_no_follow_up_is_refused(time, event, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        life_table(time, event)


def test_an_unknown_interval_is_refused_with_the_list():
    with pytest.raises(ValueError, match=r"^interval must be one of log-log, log, plain$"):
        cumulative_incidence(life_table([1], [1]), interval="logit")


def test_an_impossible_level_is_refused():
    with pytest.raises(ValueError, match=r"lies between 0 and 1, not 1\.5$"):
        cumulative_incidence(life_table([1], [1]), level=1.5)
