"""Intervals cover and tests err as often as they say, and one too short is found out."""

import numpy as np
import pytest
from scipy.stats import binom, norm

from evalkit.validate import chunks, methods
from evalkit.validate.grid import settings
from evalkit.validate.tallies import performance

REPLICATES = 700
# Of 700 intervals at least 644 (92.0 %) and at most 681 (97.3 %) must hold the truth. One of
# 95 % falls below with probability 3e-4 and above with 1e-3; one that is 20 % too short covers
# 88.3 % and reaches 644 with probability 9e-4. (Four Monte-Carlo errors at 500 replicates
# would accept 91 %.)
LEAST, MOST = 644, 681
TOO_SHORT = 2 * norm.cdf(0.8 * norm.ppf(0.975)) - 1
# Widened for few places (CR2 with Satterthwaite's degrees of freedom) it covers too much and
# never too little, which is the side on which it may err.
CAUTIOUS = ("difference_in_differences",)
# Cheap settings of each kind of answer, without an effect.
TRIED = (
    "trial.120-people.none",
    "confounded.400-people.none",
    "censored.200-people.none",
    "competing.200-people.none",
    "rates.200-people.none",
    "survey.60-areas.none",
    "before_after.6-of-12-places.none",
)
KNOWN = {setting.key: setting for setting in settings()}


def test_the_bounds_tell_right_intervals_from_short_ones():
    assert pytest.approx(0.8831, abs=1e-4) == TOO_SHORT
    assert binom.cdf(LEAST - 1, REPLICATES, 0.95) < 1e-3
    assert binom.sf(MOST, REPLICATES, 0.95) < 1e-3
    assert binom.sf(LEAST - 1, REPLICATES, TOO_SHORT) < 1e-3


def most(method):
    return REPLICATES if method in CAUTIOUS else MOST


def tallies_of(key):
    """Seven chunks as the command makes them, without a file."""
    parts = [
        chunks.run_chunk(chunks.Chunk(key, 1, number, chunks.CHUNK))
        for number in range(REPLICATES // chunks.CHUNK)
    ]
    return {m: chunks.together(part[m] for part in parts) for m in KNOWN[key].asked}


@pytest.fixture(scope="module", params=TRIED)
def tried(request):
    return KNOWN[request.param], tallies_of(request.param)


def test_methods_that_should_hold_do(tried):
    setting, found = tried
    for method in setting.methods:
        tally = found[method]
        if tally.bounded:
            assert LEAST <= tally.covered <= most(method), method
        if tally.tested:
            assert REPLICATES - most(method) <= tally.rejected <= REPLICATES - LEAST, method
        if tally.valued:
            told = performance(tally)
            # Of 17 biases that are 0 on paper one beyond 3.5 errors is a chance of 1 %.
            assert abs(told["bias"]) < 3.5 * told["bias_mcse"], method
        assert tally.tried == REPLICATES and not tally.refused


# Where the mistake is large enough to show in so many replicates of so small a sample.
SEEN = {
    "confounded.400-people.none": "newcombe",
    "censored.200-people.none": "share of those seen",
    "competing.200-people.none": "kaplan_meier",
    "rates.200-people.none": "poisson, model errors",
    "survey.60-areas.none": "share, unweighted",
}


def test_methods_that_should_not_hold_are_seen_to_fail(tried):
    setting, found = tried
    if setting.key not in SEEN:
        assert not setting.wrong
        return
    assert found[SEEN[setting.key]].covered < LEAST


def test_an_interval_a_fifth_too_short_is_found_out(monkeypatch):
    right = methods.METHODS["survey_share"]

    def short(made, seed):
        answer = right(made, seed)
        low, high = (answer.value + 0.8 * (b - answer.value) for b in (answer.low, answer.high))
        return answer._replace(low=low, high=high)

    monkeypatch.setattr(chunks, "METHODS", {**methods.METHODS, "survey_share": short})

    found = tallies_of("survey.60-areas.none")["survey_share"]

    assert found.covered < LEAST


def test_refusals_are_counted_by_their_reason_and_leave_the_rest_alone():
    found = chunks.run_chunk(chunks.Chunk("before_after.1-of-20-places.none", 1, 0, 20))

    lone, placebo = found["difference_in_differences"], found["randomisation"]
    assert (lone.tried, dict(lone.refused), lone.bounded) == (20, {"refuse_lone_cluster": 20}, 0)
    assert (placebo.tried, placebo.tested, placebo.refused.total()) == (20, 20, 0)


def test_errors_of_the_simulation_are_those_of_the_replicates():
    random = np.random.default_rng(3)
    values = random.normal(0.3, 2.0, 50)
    tally = chunks.Tally()
    for value in values:
        tally.add(methods.Answer(0.1, value, value - 3, value + 3, bool(value > 1)))
    tally.refuse("refuse_empty")

    told = performance(tally)

    assert told["bias"] == pytest.approx(np.mean(values - 0.1))
    assert told["bias_mcse"] == pytest.approx(np.std(values, ddof=1) / np.sqrt(50))
    covered = np.mean(np.abs(values - 0.1) <= 3)
    assert told["coverage"] == pytest.approx(covered)
    assert told["coverage_mcse"] == pytest.approx(np.sqrt(covered * (1 - covered) / 50))
    assert told["rejected"] == pytest.approx(np.mean(values > 1))
    assert (tally.tried, tally.refused.total()) == (51, 1)
