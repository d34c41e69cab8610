"""Each planted mistake misleads the usual analysis, and not ours."""

import importlib.util
from fractions import Fraction

import numpy as np
import pytest
from tests.helpers import ROOT
from tests.sample.analyses import MISTAKES, incidence, nearest_pairs

from evalkit.errors import Refused
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.estimators.clustered import clustered_difference
from evalkit.estimators.kaplan_meier import at, cumulative_incidence, life_table
from evalkit.estimators.power import smallest_difference
from evalkit.estimators.propensity import common_support
from evalkit.estimators.risk_difference import risk_difference
from evalkit.quantity import Quantity, Span, UnitsDiffer, parse_unit
from evalkit.sample.mistakes import clustering, follow_up, matching, multiplicity, person_times

SPEC = importlib.util.spec_from_file_location("evalkit_tools_mistakes", ROOT / "tools/mistakes.py")
TOOL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOL)

KNOWN = {mistake.name: mistake for mistake in MISTAKES}
# Where the mean of the usual results lies: between these, which the truth is not.
WRONG = {
    "immortal_time": (-0.19, -0.16),
    "regression_to_mean": (-0.60, -0.52),
    "unadjusted": (-0.10, -0.07),
    "follow_up": (-0.09, -0.065),
    "clustering": (0.22, 0.40),
    "matching": (0.20, 0.28),
    "person_times": (2.2, 2.6),
    "ceiling": (0.89, 0.91),
    "weights": (0.10, 0.26),
    "multiplicity": (0.55, 0.72),
}
# Mistakes whose result is a share of data sets, of which the truth is an error rate.
RATES = ("clustering", "weights", "multiplicity")


@pytest.fixture(scope="module")
def found():
    return TOOL.measured()


def error(result):
    """The Monte-Carlo standard error of a mean."""
    return np.std(result, ddof=1) / np.sqrt(len(result))


def beside(rate, size):
    """Four Monte-Carlo errors of a true rate over so many data sets."""
    return 4 * np.sqrt(rate * (1 - rate) / size)


@pytest.mark.parametrize("name", WRONG)
def test_the_usual_analysis_goes_wrong_by_so_much(found, name):
    truth, usual, _ = found[name]
    low, high = WRONG[name]

    assert low < np.mean(usual) < high
    # Far from what chance could do, were the usual analysis right.
    assert abs(np.mean(usual) - truth) > 5 * error(usual)


@pytest.mark.parametrize("name", WRONG)
def test_the_usual_analysis_is_right_where_nothing_is_planted(name):
    mistake = KNOWN[name]

    usual = mistake.results(mistake.naive, strength=0.0)

    room = beside(mistake.truth, mistake.seeds) if name in RATES else 4 * error(usual)
    assert abs(np.mean(usual) - mistake.truth) < room


@pytest.mark.parametrize("name", [n for n in WRONG if n not in ("matching", "ceiling")])
def test_ours_is_right(found, name):
    truth, _, ours = found[name]

    room = beside(truth, len(ours)) if name in RATES else 4 * error(ours)
    assert abs(np.mean(ours) - truth) < room


def test_bounds_hold_whatever_the_silent_think(found):
    truth, _, ours = found["ceiling"]

    assert ((ours[:, 0] < truth) & (truth < ours[:, 1])).all()


def test_groups_without_overlap_are_refused(found):
    assert found["matching"][2] == "refuse_separation"


def test_groups_without_overlap_show_it_before_and_after_matching():
    made = matching.plant(1)
    first, second = nearest_pairs(made)

    with pytest.raises(Refused) as caught:
        common_support(made.known, made.treated)
    matched = standardised_mean_difference(made.known[first], made.known[second])

    assert caught.value.key == "refuse_no_overlap"
    # The gate for groups that were matched is a tenth.
    assert matched > 1


def test_kaplan_meier_takes_those_who_moved_for_people_at_risk():
    """1 - KM is the share with an offence if nobody could move away: too many by 4 points."""
    over, right = [], []
    for seed in range(20):
        made = follow_up.plant(seed)
        rest = ~made.treated
        curve = cumulative_incidence(life_table(made.time[rest], made.cause[rest] == 1))
        over.append(curve.value[at(curve, 365.0)] - made.risk)
        right.append(incidence(made, rest) - made.risk)

    assert 0.03 < np.mean(over) < 0.06
    assert abs(np.mean(right)) < 4 * error(right)


def test_one_treated_area_carries_no_error_from_areas():
    made = clustering.plant(1, treated=1)

    with pytest.raises(Refused) as caught:
        clustered_difference(made.event, made.treated, made.area)

    assert caught.value.key == "refuse_lone_cluster"


def test_person_times_are_not_divided_by_people():
    made = person_times.plant(1)
    visits, people = (
        Quantity(Fraction(n), parse_unit(unit), Span.at(n), Span.at(n))
        for n, unit in ((made.number.size, "person_times"), (made.population, "persons"))
    )

    with pytest.raises(UnitsDiffer):
        visits.share_of(people)


def test_numbers_of_registration_are_more_than_people():
    made = person_times.plant(1)

    registered, people = np.unique(made.number).size, np.unique(made.person).size

    assert registered > 1.05 * people
    assert people == round(made.reached * made.population)


def test_not_significant_leaves_room_for_an_effect_that_matters():
    """Of 600 people none of 20 outcomes is found, and 10 points would have been missed."""
    made = multiplicity.plant(1)
    groups = made.treated, ~made.treated
    lows, highs = [], []
    for event in made.events.T:
        first, second = (event[group] for group in groups)
        point = risk_difference(first.sum(), first.size, second.sum(), second.size)
        lows.append(point.low)
        highs.append(point.high)

    assert smallest_difference(0.30, *(group.sum() for group in groups)) == pytest.approx(
        0.10, abs=0.01
    )
    assert np.mean(np.array(highs) - np.array(lows)) > 0.13


def test_the_best_of_many_alike_looks_better_than_the_worst():
    """A league table of 20 results that are all 30 %: first and last lie 7 points apart."""
    gaps = []
    for seed in range(20):
        shares = multiplicity.plant(seed).events.mean(axis=0)
        gaps.append(shares.max() - shares.min())

    assert 0.06 < np.mean(gaps) < 0.08


@pytest.mark.parametrize("name", WRONG)
def test_the_same_seed_gives_the_same_data_and_another_others(name):
    first, again, other = (KNOWN[name].plant(seed) for seed in (5, 5, 6))

    for field in vars(first):
        assert np.array_equal(getattr(first, field), getattr(again, field), equal_nan=True)
    assert any(
        not np.array_equal(getattr(first, field), getattr(other, field)) for field in vars(first)
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_what_the_tool_would_write(found, lang):
    written = TOOL.PAGES[lang].read_text(encoding="utf-8")

    assert written == TOOL.page(lang, found), "run tools/mistakes.py"
