"""Gini, Lorenz curve, top shares and the concentration index."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import t as student
from tests.helpers import LAW, ROOT, agree
from tests.reference.reached import SETS, made

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.concentration import concentration_index, gini, lorenz, top_share

# The incomes of the examples of R's ineq, which gives 0.4620911, and 0.5134346 with the
# correction for ten persons.
INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


@pytest.fixture(scope="module")
def known():
    with open(ROOT / "tests" / "reference" / "reached.csv", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file)]


def rows(random, n, k=9):
    """Visits of n persons, of whom more than ten came and more than one differ."""
    visits = np.append(random.geometric(0.3, n - 12) - 1, np.arange(1, 13))
    return visits.astype(float), random.integers(1, k, n).astype(float)


def by_pairs(x):
    """Half the mean difference of two persons, over the mean."""
    return float(np.abs(x[:, None] - x[None, :]).mean() / 2 / x.mean())


def largest_first(x, top):
    """Visits of the first persons, and of a fraction of the next, one by one."""
    left, held = top * x.size, 0.0
    for visits in sorted(x, reverse=True):
        held += visits * min(left, 1.0)
        left -= min(left, 1.0)
    return held / x.sum()


def jackknife(statistic, x, level):
    value, n = statistic(x), x.size
    without = np.array([statistic(np.delete(x, i)) for i in range(n)])
    se = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    half = student.ppf(0.5 + level / 2, n - 1) * se / (value * (1 - value))
    return value, expit(logit(value) - half), expit(logit(value) + half), se


def four(point):
    return point.value, point.low, point.high, point.se


def test_the_printed_gini_of_r_s_ineq_is_met():
    # Each income five times: the coefficient without a correction does not mind.
    plain = gini(INCOMES, [5] * 10).value
    corrected = gini(INCOMES, [5] * 10, corrected=True).value

    # Half a unit of the last printed place; their correction is that of ten persons.
    agree("Gini coefficient", "R ineq, printed", plain, 0.4620911, abs=5e-8)
    agree("Gini coefficient, corrected", "R ineq, printed", corrected * 49 / 50 * 10 / 9,
          0.5134346, abs=5e-8)  # fmt: skip


def test_r_gives_the_same_gini_and_top_share_for_200_random_inputs(known):
    sets = [made(k) for k in range(SETS)]
    found = [[gini(x, n).value, top_share(x, n, top=0.1).value] for x, n, *_ in sets]
    expected = np.array([[float(row["gini"]), float(row["top"])] for row in known])

    # R's numbers have twelve digits.
    ours, theirs = np.array(found).T, expected.T
    agree("Gini coefficient", "R laeken, 200 random inputs", ours[0], theirs[0], rel=1e-10)
    agree("top share", "R, added up person by person, 200 random inputs", ours[1], theirs[1],
          rel=1e-10)  # fmt: skip


def test_r_gives_the_same_index_and_error_for_200_random_inputs(known):
    points = [concentration_index(rank, x, n) for x, n, rank, *_ in map(made, range(SETS))]
    expected = np.array([[float(row["index"]), float(row["index_se"])] for row in known])

    # R's numbers have twelve digits, and an index near 0 fewer right ones.
    agree("concentration index", "R, formulas of the paper, 200 random inputs",
          [[p.value, p.se] for p in points], expected, rel=1e-9, abs=1e-11)  # fmt: skip


def test_the_printed_index_of_births_in_india_is_met():
    # World Bank, Technical Note 7 on health equity, table 1: births of 1982 to 1992 in five
    # groups of wealth, and deaths before the age of five per thousand.
    births, deaths = [29939, 28776, 26528, 24689, 19739], [154.7, 152.9, 119.5, 86.9, 54.3]

    found = concentration_index([1, 2, 3, 4, 5], deaths, births)

    # Half a unit of the last printed place.
    agree("concentration index", "World Bank, Technical Note 7", found.value, -0.1694, abs=5e-5)


def test_leaving_out_each_person_in_turn_gives_the_same():
    random = np.random.default_rng(12)
    for number in range(200):
        x, _ = rows(random, 101 + number % 7)
        level, top = (0.8, 0.1) if number % 2 else (0.95, 0.25)

        # Sums of another order; the jackknife is of differences of a hundredth.
        agree("Gini coefficient, jackknife", "each person left out, 200 random inputs",
              four(gini(x, level=level)), jackknife(by_pairs, x, level), rel=1e-9)  # fmt: skip
        agree("top share, jackknife", "each person left out, 200 random inputs",
              four(top_share(x, top=top, level=level)),
              jackknife(lambda y, top=top: largest_first(y, top), x, level),
              rel=1e-9)  # fmt: skip


def test_the_correction_is_that_of_each_sample_without_a_person():
    x, _ = rows(np.random.default_rng(5), 80)

    found = gini(x, corrected=True)

    slow = jackknife(lambda y: by_pairs(y) * y.size / (y.size - 1), x, 0.95)
    agree("Gini coefficient, corrected", "each person left out", four(found), slow, rel=1e-9)


def weighted_index(weight, rank, y):
    """From its definition, with a weight for each person that may change a little."""
    weight = weight / weight.sum()
    place = (rank[:, None] > rank) @ weight + (rank[:, None] == rank) @ weight / 2
    return 2 * (weight * y * place).sum() / (weight * y).sum() - 1


def test_moving_each_person_s_weight_a_little_gives_the_error_of_the_index():
    random = np.random.default_rng(7)
    for number in range(200):
        y, rank = rows(random, 55)
        level = 0.8 if number % 2 else 0.95

        found = concentration_index(rank, y, level=level)

        ones, step = np.ones(55), 1e-4 * np.eye(55)
        moved = [weighted_index(ones + row, rank, y) - weighted_index(ones - row, rank, y)
                 for row in step]  # fmt: skip
        moved = np.array(moved) / 2e-4
        value, se = weighted_index(ones, rank, y), np.sqrt((moved**2).sum())
        half = student.ppf(0.5 + level / 2, 54) * se
        # A derivative by differences of 1e-4.
        agree("concentration index", "infinitesimal jackknife, 200 random inputs", four(found),
              (value, value - half, value + half, se), rel=1e-5, abs=1e-7)  # fmt: skip


def test_the_curve_goes_through_each_number_of_visits():
    found = lorenz([3, 0, 1, 3], [1, 4, 3, 2])

    np.testing.assert_allclose(found.persons, [0, 0.4, 0.7, 1])
    np.testing.assert_allclose(found.visits, [0, 0, 3 / 12, 1])


def test_the_gini_is_twice_the_area_above_the_curve():
    x, _ = rows(np.random.default_rng(1), 90)
    curve = lorenz(x)

    area = np.trapezoid(curve.persons - curve.visits, curve.persons)

    assert gini(x).value == pytest.approx(2 * area)
    assert top_share(x, top=0.2).value == pytest.approx(
        1 - np.interp(0.8, curve.persons, curve.visits)
    )


COUNTS = st.lists(st.integers(1, 40), min_size=5, max_size=9)


@LAW
@given(COUNTS, st.integers(2, 9))
def test_a_table_of_counts_is_as_many_persons(persons, factor):
    persons = [20, 20, 20, 20, 20, *persons]
    visits = np.arange(len(persons)) * 1.5
    alone = np.repeat(visits, persons)
    random = np.random.default_rng(factor)
    rank = random.integers(0, 4, len(persons))

    assert four(gini(visits, persons)) == pytest.approx(four(gini(alone)))
    assert four(gini(visits * factor, persons)) == pytest.approx(four(gini(alone)))
    twice = np.concatenate([visits, visits]), np.concatenate([persons, [0] * len(persons)])
    assert four(gini(*twice)) == pytest.approx(four(gini(alone)))
    assert four(top_share(visits[::-1], persons[::-1], top=0.1)) == pytest.approx(
        four(top_share(random.permutation(alone), top=0.1))
    )
    # Ranked by itself the index is the Gini.
    by_itself = concentration_index(visits, visits, persons)
    assert by_itself.value == pytest.approx(gini(visits, persons).value)
    assert four(by_itself) == pytest.approx(four(concentration_index(alone, alone)))
    if len(set(rank)) > 1:
        one, other = (concentration_index(side * rank, visits, persons) for side in (1, -1))
        assert (one.value, one.low, one.se) == pytest.approx((-other.value, -other.high, other.se))
        assert four(one) == pytest.approx(
            four(concentration_index(np.repeat(rank, persons), alone)), abs=1e-12
        )


def test_a_hundred_million_persons_are_a_table_of_a_few_rows():
    visits, persons = np.arange(300), 10**6 // (1 + np.arange(300))
    million, hundred = gini(visits, persons), gini(visits, 100 * persons)

    assert (100 * persons).sum() > 6e8
    assert hundred.value == pytest.approx(million.value)
    assert hundred.se == pytest.approx(million.se / 10, rel=1e-5)
    one, other = (top_share(visits, k * persons, top=0.01).se for k in (1, 100))
    assert other == pytest.approx(one / 10, rel=1e-5)


def test_the_interval_of_skewed_counts_holds_about_as_often_as_it_says():
    random = np.random.default_rng(2)
    # Of a geometric number of visits from 1 on: 1 / (1 + 1 / (1 - p)) without end.
    true, held = (1 - 0.3) / (2 - 0.3), []
    for _ in range(1000):
        found = gini(random.geometric(0.3, 100), corrected=True)
        held.append(found.low <= true <= found.high)

    # Two standard errors of a thousand simulations are 1.4 %.
    assert 0.93 <= np.mean(held) <= 0.97


@pytest.mark.parametrize(("n", "least", "most"), [(50, 0.78, 0.84), (1000, 0.89, 0.95)])
def test_the_interval_of_very_skewed_counts_is_as_narrow_as_is_said(n, least, most):
    random, held = np.random.default_rng(4), []
    # Of a Pareto tail a: 1 / (2 a - 1).
    for _ in range(1000):
        found = gini(1 + random.pareto(2.5, n))
        held.append(found.low <= 1 / 4 <= found.high)

    # Two standard errors of a thousand simulations are 2.5 %.
    assert least <= np.mean(held) <= most


def test_the_interval_of_a_top_of_ten_persons_holds_nearly_as_often_as_it_says():
    random = np.random.default_rng(5)
    large = np.sort(random.geometric(0.3, 2_000_000))[::-1]
    true, held = large[:200_000].sum() / large.sum(), []
    for _ in range(1000):
        found = top_share(random.geometric(0.3, 100), top=0.1)
        held.append(found.low <= true <= found.high)

    # Two standard errors of a thousand simulations are 2 %.
    assert 0.89 <= np.mean(held) <= 0.97


def test_bounds_of_an_index_stay_within_one():
    rank = np.arange(50)
    # Two persons have nearly everything, and they are far apart.
    outcome = np.where(rank < 40, 0, 1) + 1000 * (rank == 49) + 300 * (rank == 5)

    found = concentration_index(rank, outcome)
    turned = concentration_index(-rank, outcome)

    assert found.high == 1 and found.low < found.value < 1
    assert turned.low == -1 and turned.high > turned.value


def table(persons=50, came=10):
    return np.where(np.arange(persons) < came, np.arange(persons) % 7 + 1, 0)


def test_at_the_border_there_is_a_result():
    assert 0 < gini(table()).value < 1
    assert 0.1 < top_share(table(101, 20), top=0.1).value < 1
    # A tenth of 100 is ten, whatever a machine makes of it.
    assert top_share(table(100, 11), top=0.1).value < 1
    assert concentration_index(np.arange(50), table()).se > 0


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda: gini(table(49)), "refuse_few_to_compare"),
        (lambda: gini(table(50, 9)), "refuse_few_came"),
        (lambda: gini(np.ones(60)), "refuse_all_alike"),
        (lambda: gini(np.zeros(60)), "refuse_no_visits"),
        (lambda: lorenz([0, 3], [5, 0]), "refuse_no_visits"),
        (lambda: gini([1, np.nan]), "refuse_not_finite"),
        (lambda: top_share(table(99, 20), top=0.1), "refuse_narrow_top"),
        (lambda: top_share(table(100, 10), top=0.1), "refuse_top_has_all"),
        (lambda: top_share(table(49), top=0.3), "refuse_few_to_compare"),
        (lambda: top_share(table(200), top="0.1"), "refuse_text"),
        (lambda: concentration_index(np.ones(50), table()), "refuse_one_rank"),
        (lambda: concentration_index(np.arange(49), table(49)), "refuse_few_to_compare"),
        (lambda: concentration_index(np.arange(50), table(50, 9)), "refuse_few_came"),
        (lambda: concentration_index(np.arange(50), np.ones(50)), "refuse_all_alike"),
    ],
)
def test_what_shows_nothing_is_refused(call, key):
    with pytest.raises(Refused) as caught:
        call()

    assert caught.value.key == key
    assert words.sentence(caught.value, "en") != words.sentence(caught.value, "zh")


def test_a_row_without_persons_is_no_rank():
    ranks, outcome = np.arange(51) // 50, np.append(table(), 5)

    with pytest.raises(Refused, match="All 50 persons have the same rank"):
        concentration_index(ranks, outcome, np.append(np.ones(50), 0))


def test_a_refusal_says_how_many_there_are_and_are_needed():
    with pytest.raises(Refused, match=r"49 persons are too few .* at least 50"):
        gini(table(49))
    with pytest.raises(Refused, match=r"Only 9 persons have more than 0 .* at least 10"):
        concentration_index(np.arange(50), table(50, 9))
    with pytest.raises(Refused, match=r"The top 2\.5 % of 300 persons are fewer than 10"):
        top_share(table(300, 20), top=0.025)
    with pytest.raises(Refused, match="Only 12 of 300 persons came at all, so that the top 10 %"):
        top_share(table(300, 12), top=0.1)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: gini([-1, 2]), "visits must be at least 0"),
        (lambda: concentration_index([1, 2], [-1, 2]), "outcome must be at least 0"),
        (lambda: gini([1, 2], [1, 2.5]), "persons must be whole numbers"),
        (lambda: gini([1, 2], [1]), "visits, persons must have the same length"),
        (lambda: concentration_index([1], [1, 2]), "rank, outcome must have the same length"),
        (lambda: top_share(table(), top=0), "top must be between 0 and 1"),
        (lambda: top_share(table(), top=1), "top must be between 0 and 1"),
        (lambda: gini(table(), level=95), "between 0 and 1"),
        (lambda: top_share(table(200), top=0.1, level=1), "between 0 and 1"),
        (lambda: concentration_index(np.arange(50), table(), level=0), "between 0 and 1"),
    ],
)
def test_impossible_input_is_the_callers_mistake(call, match):
    with pytest.raises(ValueError, match=match):
        call()
