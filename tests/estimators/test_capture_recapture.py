"""People beyond those seen: two lists, and repeated counts."""

import csv
import math

import numpy as np
import pytest
from scipy.stats import hypergeom
from tests.helpers import ROOT, agree
from tests.reference.reached import SETS, made

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.capture_recapture import chao_lower_bound, chapman, dependent_lists

Z = 1.959963984540054


def transformed_logit(k, n, both, z=Z):
    """Sadinle's interval as encyclopaedias print it: k on the first list, n on the second."""
    sigma = math.sqrt(
        1 / (both + 0.5)
        + 1 / (k - both + 0.5)
        + 1 / (n - both + 0.5)
        + (both + 0.5) / ((n - both + 0.5) * (k - both + 0.5))
    )
    middle = (k - both + 0.5) * (n - both + 0.5) / (both + 0.5)
    return [k + n - both - 0.5 + middle * math.exp(side * z * sigma) for side in (-1, 1)]


def test_the_printed_numbers_of_two_lists_are_met():
    # Krebs (1989), Ecological Methodology, box 2.1: 948 fish marked, 421 caught, 167 of them
    # with a mark; printed without decimals.
    agree("Chapman", "Krebs 1989, box 2.1", chapman(948, 421, 167).value, 2383, abs=0.5)


def test_the_interval_is_the_printed_formula_for_200_random_inputs():
    # Wikipedia, "Mark and recapture": 10 turtles, then 15, 5 of them with a mark; 22 to 65.
    assert [round(x) for x in transformed_logit(10, 15, 5)] == [22, 65]
    random, found, expected = np.random.default_rng(1), [], []
    for _ in range(200):
        both, first, second = (int(x) for x in random.integers([7, 1, 1], [60, 90, 400]))
        lists = (first + both, second + both, both)
        for point, z in ((chapman(*lists), Z), (chapman(*lists, level=0.8), 1.2815515655446004)):
            low, high = transformed_logit(*lists, z=z)
            found += [point.low, point.high]
            # With hardly anybody missing, not below those seen.
            expected += [max(low, sum(lists) - 2 * both), high]

    agree("Chapman, transformed logit", "printed formula, 200 random inputs", found, expected,
          rel=1e-12)  # fmt: skip


def test_number_and_variance_are_right_on_average_where_the_lists_are_long():
    # So long that some persons must be on both, Chapman's number and Seber's variance have
    # no bias at all: added up over each number on both lists.
    people, first, second = 200, 130, 120
    both = np.arange(first + second - people, second)
    chance = hypergeom.pmf(both, people, first, second)
    points = [chapman(first, second, int(k)) for k in both]
    value, square = (np.array([getattr(p, name) for p in points]) for name in ("value", "se"))

    mean = chance @ value
    agree("Chapman", "all lists of 200 people", [mean, chance @ square**2],
          [people, chance @ (value - mean) ** 2], rel=1e-9)  # fmt: skip


@pytest.mark.parametrize(("people", "first", "second"), [(60, 0.5, 0.5), (300, 0.3, 0.2)])
def test_the_interval_covers_as_often_as_it_says(people, first, second):
    random = np.random.default_rng(3)
    one = random.binomial(people, first, 2000)
    both = random.binomial(one, second)
    other = both + random.binomial(people - one, second)
    held = []
    for lists in zip(one.tolist(), other.tolist(), both.tolist(), strict=True):
        if lists[2] >= 7:
            found = chapman(*lists)
            held.append(found.low <= people <= found.high)

    assert len(held) > 1900
    # Two standard errors of two thousand simulations are 1 %.
    assert 0.94 <= np.mean(held) <= 0.98


def test_which_list_is_first_does_not_matter():
    assert chapman(40, 90, 12) == chapman(90, 40, 12)


def test_dependence_moves_the_number_by_what_was_assumed():
    # 30 on both, 62 and 45 on one only.
    found = dependent_lists(92, 75, 30, odds_ratio=[0.25, 1, 3])

    np.testing.assert_allclose(found.odds_ratio, [0.25, 1, 3])
    np.testing.assert_allclose(found.value, 137 + np.array([0.25, 1, 3]) * 62 * 45 / 31)
    point = chapman(92, 75, 30)
    assert (found.value[1], found.low[1], found.high[1]) == (point.value, point.low, point.high)
    assert (np.diff(found.low) > 0).all() and (np.diff(found.high) > 0).all()


def test_without_a_word_half_and_twice_the_odds_are_shown():
    assert dependent_lists(92, 75, 30).odds_ratio.tolist() == [0.5, 1, 2]


def test_the_interval_under_dependence_covers_where_the_lists_depend():
    # Of 400 people: odds of the second list twice as high for those on the first.
    cells = np.array([0.2, 0.2, 0.2, 0.4])
    ratio = cells[0] * cells[3] / (cells[1] * cells[2])
    random, held, naive = np.random.default_rng(4), [], []
    for both, one, other, _ in random.multinomial(400, cells, 1500).tolist():
        found = dependent_lists(both + one, both + other, both, odds_ratio=[ratio, 1])
        held.append(found.low[0] <= 400 <= found.high[0])
        naive.append(found.low[1] <= 400 <= found.high[1])

    # Two standard errors of 1500 simulations are 1.1 %.
    assert ratio == pytest.approx(2)
    assert 0.935 <= np.mean(held) <= 0.97
    assert np.mean(naive) < 0.3


def test_wider_where_surer():
    one, other = (dependent_lists(92, 75, 30, level=level) for level in (0.8, 0.95))

    assert (one.low > other.low).all() and (one.high < other.high).all()
    assert one.low[1] == chapman(92, 75, 30, level=0.8).low


def test_never_fewer_than_were_seen():
    found = chapman(101, 101, 100)

    assert found.low == 102 < found.value < found.high


@pytest.mark.parametrize(
    ("lists", "key"),
    [
        ((0, 40, 0), "refuse_empty_list"),
        ((40, 0, 0), "refuse_empty_list"),
        ((40, 20, 20), "refuse_list_within"),
        ((3, 40, 3), "refuse_list_within"),
        ((40, 30, 6), "refuse_few_on_both"),
        ((40, 30, 0), "refuse_few_on_both"),
        ((np.datetime64("2026-01-01"), 30, 7), "refuse_text"),
    ],
)
def test_lists_that_mislead_are_refused(lists, key):
    for call in (chapman, dependent_lists):
        with pytest.raises(Refused) as caught:
            call(*lists)

        assert caught.value.key == key
        assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


def test_seven_on_both_lists_are_enough():
    assert chapman(40, 30, 7).value == pytest.approx(41 * 31 / 8 - 1)
    with pytest.raises(Refused, match="On both lists are 6 persons, fewer than the 7"):
        chapman(40, 30, 6)


@pytest.mark.parametrize("lists", [(40, 20, 21), (-1, 20, 0), (40, 20, 7.5), (40, math.nan, 7)])
def test_impossible_lists_are_the_callers_mistake(lists):
    with pytest.raises(ValueError, match="must be"):
        chapman(*lists)


@pytest.mark.parametrize("ratio", [[0, 1], [-2], [1, np.inf]])
def test_an_odds_ratio_is_above_nought(ratio):
    with pytest.raises(ValueError, match=r"must be above 0|missing or infinite"):
        dependent_lists(92, 75, 30, odds_ratio=ratio)


def test_counts_of_few_bits_do_not_overflow():
    narrow = [np.int8(x) for x in (100, 90, 30)]

    assert chapman(*narrow) == chapman(100, 90, 30)


def test_the_printed_bound_of_estimates_is_met():
    # EstimateS on the counts 0, 1, 1, 4, 2, 5, 2, 4, 1, 2, as scikit-bio's tests have it; two
    # places.
    found = chao_lower_bound(9, 3, 3)

    numbers = [found.value, found.low, found.high, found.se]
    agree("Chao's lower bound", "EstimateS", numbers, [9.75, 9.07, 17.45, 1.42], abs=0.005)


def test_r_gives_the_same_bound_for_200_random_inputs():
    with open(ROOT / "tests" / "reference" / "reached.csv", encoding="utf-8", newline="") as file:
        known = [[float(row["chao"]), float(row["chao_se"])] for row in csv.DictReader(file)]
    found = []
    for number in range(SETS):
        _, persons, *_ = made(number)
        point = chao_lower_bound(int(persons.sum()), int(persons[0]), int(persons[1]))
        found.append([point.value, point.se])

    # R's numbers have twelve digits.
    ours, theirs = np.array(found).T, np.array(known).T
    agree("Chao's lower bound", "R vegan, 200 random inputs", ours[0], theirs[0], rel=1e-10)
    agree("Chao's lower bound", "R, formula of EstimateS, 200 random inputs", ours[1],
          theirs[1], rel=1e-10)  # fmt: skip


def test_the_bound_is_below_the_number_and_its_interval_holds_it_where_all_are_alike():
    random, held, values = np.random.default_rng(6), [], []
    for _ in range(1000):
        visits = random.poisson(1.2, 500)
        seen, once, twice = ((visits >= 1).sum(), (visits == 1).sum(), (visits == 2).sum())
        found = chao_lower_bound(int(seen), int(once), int(twice))
        held.append(found.low <= 500 <= found.high)
        values.append(found.value)

    # Two standard errors of a thousand simulations are 1.4 %.
    assert np.mean(values) == pytest.approx(500, rel=0.01)
    assert 0.93 <= np.mean(held) <= 0.98


def test_a_level_of_80_per_cent_leaves_twice_ten():
    found = chao_lower_bound(90, 30, 20, level=0.8)
    wide = chao_lower_bound(90, 30, 20)

    # Log-normal: both bounds are as many times away from the unseen.
    unseen = found.value - 90
    assert (found.high - 90) / unseen == pytest.approx(unseen / (found.low - 90))
    steps = [math.log((p.high - 90) / unseen) for p in (found, wide)]
    assert steps[1] / steps[0] == pytest.approx(Z / 1.2815515655446004)


@pytest.mark.parametrize(
    ("counts", "key"),
    [((20, 1, 5), "refuse_few_once"), ((20, 0, 5), "refuse_few_once"),
     ((20, 9, 0), "refuse_nobody_twice")],
)  # fmt: skip
def test_counts_that_point_to_nobody_are_refused(counts, key):
    with pytest.raises(Refused) as caught:
        chao_lower_bound(*counts)

    assert caught.value.key == key
    assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


def test_two_seen_once_and_one_seen_twice_are_enough():
    assert chao_lower_bound(3, 2, 1).value == 3.5


@pytest.mark.parametrize("counts", [(20, 15, 6), (20, -1, 6), (20.5, 2, 2)])
def test_impossible_counts_are_the_callers_mistake(counts):
    with pytest.raises(ValueError, match="must be"):
        chao_lower_bound(*counts)
