"""Intervals from drawing people or clusters again."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom
from tests.helpers import agree

import evalkit.arithmetic.thin as thin
import evalkit.estimators.bootstrap as module
from evalkit.errors import Refused
from evalkit.estimators.bootstrap import bootstrap


def rows(a, n_a, b, n_b):
    """Events and groups, row by row."""
    event = [1] * a + [0] * (n_a - a) + [1] * b + [0] * (n_b - b)
    return np.array(event), np.array([1] * n_a + [0] * n_b)


def difference(event, treated):
    return event[treated == 1].mean() - event[treated == 0].mean()


def widths(bounds, point):
    """How far bounds lie from the estimate; a bound itself may be nearly 0."""
    return np.abs(np.subtract(bounds, point.value))


def test_all_possible_draws_of_tiny_groups_give_the_same_interval(monkeypatch):
    monkeypatch.setattr(thin, "FEWEST_UNLIKE", 0)
    event, treated = rows(1, 3, 2, 4)
    draws = [
        np.mean([event[i] for i in first]) - np.mean([event[i] for i in second])
        for first in product(range(3), repeat=3)
        for second in product(range(3, 7), repeat=4)
    ]

    found = bootstrap(event, treated, seed=1, replicates=199_999, level=0.9)

    # So many replicates find the very steps of the 6,912 equally likely draws, and their
    # standard deviation to 4 / sqrt(2 B).
    agree(
        "bootstrap of a risk difference", "all possible draws", [found.low, found.high],
        np.quantile(draws, [0.05, 0.95], method="inverted_cdf"), rel=1e-12,
    )  # fmt: skip
    agree("bootstrap error", "all possible draws", found.se, np.std(draws), rel=0.0064)


def test_all_possible_draws_of_four_clusters_give_the_same_interval(monkeypatch):
    monkeypatch.setattr(thin, "FEWEST_UNLIKE", 0)
    monkeypatch.setattr(module, "FEWEST", 2)
    monkeypatch.setattr(module, "AT_ONCE", 1000)
    random = np.random.default_rng(81)
    cluster = np.repeat([7, 3, 9, 1], [4, 6, 5, 7])
    treated, event = np.arange(22) % 2, random.integers(0, 2, 22)
    members = [np.flatnonzero(cluster == name) for name in (7, 3, 9, 1)]
    draws = []
    for chosen in product(range(4), repeat=4):
        some = np.concatenate([members[i] for i in chosen])
        draws.append(difference(event[some], treated[some]))

    found = bootstrap(event, treated, cluster=cluster, seed=2, replicates=99_999, level=0.8)

    agree(
        "cluster bootstrap of a risk difference", "all possible draws", [found.low, found.high],
        np.quantile(draws, [0.1, 0.9], method="inverted_cdf"), rel=1e-12,
    )  # fmt: skip
    # 4 / sqrt(2 B), as above.
    agree("cluster bootstrap error", "all possible draws", found.se, np.std(draws), rel=0.009)


def test_drawing_clusters_of_each_group_one_by_one_gives_the_same_distribution(monkeypatch):
    monkeypatch.setattr(module, "FEWEST", 20)
    random = np.random.default_rng(82)
    size = random.integers(2, 9, 40)
    cluster = np.repeat(np.arange(40), size)
    treated = (cluster % 3 == 0).astype(int)
    event = (random.random(cluster.size) < random.beta(2, 3, 40)[cluster]).astype(int)
    members = [np.flatnonzero(cluster == name) for name in range(40)]
    strata = [[i for i in range(40) if (i % 3 == 0) == first] for first in (True, False)]
    slow = []
    for _ in range(4000):
        some = [members[i] for part in strata for i in random.choice(part, len(part))]
        drawn = np.concatenate(some)
        slow.append(difference(event[drawn], treated[drawn]))

    found = bootstrap(event, treated, cluster=cluster, seed=3, replicates=3999)

    # Monte-Carlo errors at 4,000: of a standard deviation 1.1 %, of both together 1.6 %;
    # of a 2.5 % point 0.042 standard deviations, of both 0.06. Four of them.
    agree(
        "cluster bootstrap error", "drawing clusters one by one",
        found.se, np.std(slow, ddof=1), rel=0.064,
    )  # fmt: skip
    agree(
        "cluster bootstrap of a risk difference", "drawing clusters one by one",
        widths([found.low, found.high], found), widths(np.quantile(slow, [0.025, 0.975]), found),
        abs=0.24 * found.se,
    )  # fmt: skip


def test_drawing_rows_one_by_one_gives_the_same_distribution():
    event, treated = rows(12, 60, 30, 90)
    random = np.random.default_rng(83)
    slow = []
    for _ in range(4000):
        drawn = np.concatenate([random.integers(0, 60, 60), random.integers(60, 150, 90)])
        slow.append(difference(event[drawn], treated[drawn]))

    found = bootstrap(event, treated, seed=4, replicates=3999)

    # As above.
    agree("bootstrap error", "drawing rows one by one", found.se, np.std(slow, ddof=1), rel=0.064)
    agree(
        "bootstrap of a risk difference", "drawing rows one by one",
        widths([found.low, found.high], found), widths(np.quantile(slow, [0.025, 0.975]), found),
        abs=0.24 * found.se,
    )  # fmt: skip


def test_exact_distributions_hold_for_200_random_inputs(monkeypatch):
    monkeypatch.setattr(thin, "FEWEST_UNLIKE", 0)
    random = np.random.default_rng(84)
    found, expected = [], []
    for seed in range(200):
        n_a, n_b = (int(n) for n in random.integers(5, 60, 2))
        a, b = int(random.integers(1, n_a)), int(random.integers(1, n_b))
        point = bootstrap(*rows(a, n_a, b, n_b), seed=seed)
        first = binom.pmf(np.arange(n_a + 1), n_a, a / n_a)
        second = binom.pmf(np.arange(n_b + 1), n_b, b / n_b)
        gap = np.subtract.outer(np.arange(n_a + 1) / n_a, np.arange(n_b + 1) / n_b)
        chance = np.outer(first, second)
        found.append(point.se)
        expected.append(np.sqrt((chance * gap**2).sum() - (chance * gap).sum() ** 2))

        # A bound lies where its tail begins; at 1,999 replicates the share below it has
        # a Monte-Carlo error of 0.35 points, four of them 1.4.
        assert chance[gap < point.low - 1e-9].sum() <= 0.025 + 0.014
        assert chance[gap <= point.low + 1e-9].sum() >= 0.025 - 0.014
        assert chance[gap > point.high + 1e-9].sum() <= 0.025 + 0.014
        assert chance[gap >= point.high - 1e-9].sum() >= 0.025 - 0.014

    # Four Monte-Carlo errors of a standard deviation at 1,999 replicates.
    agree("bootstrap error", "independent slow way, 200 random inputs", found, expected, rel=0.0634)


def test_a_million_people_have_the_interval_of_a_normal():
    random = np.random.default_rng(85)
    treated = random.random(10**6) < 0.3
    event = random.random(10**6) < 0.2
    shares = event[treated].mean(), event[~treated].mean()
    sizes = treated.sum(), (~treated).sum()
    se = np.sqrt(sum(p * (1 - p) / n for p, n in zip(shares, sizes, strict=True)))

    found = bootstrap(event, treated, seed=5)

    # Four Monte-Carlo errors at 1,999 replicates: 6.4 % of the error, 0.24 of it at a bound.
    assert found.se == pytest.approx(se, rel=0.064)
    assert found.low == pytest.approx(found.value - 1.96 * se, abs=0.24 * se)
    assert found.high == pytest.approx(found.value + 1.96 * se, abs=0.24 * se)


def test_persons_who_are_each_their_own_cluster_are_drawn_as_people():
    event, treated = rows(40, 100, 60, 200)

    alone = bootstrap(event, treated, seed=6, replicates=9999)
    clustered = bootstrap(event, treated, cluster=np.arange(300), seed=6, replicates=9999)

    # Four Monte-Carlo errors of two standard deviations at 9,999.
    assert clustered.se == pytest.approx(alone.se, rel=0.04)


def test_a_person_entered_twice_adds_nothing_where_the_copies_are_one_cluster():
    random = np.random.default_rng(86)
    event, treated, cluster = random.integers(0, [[2], [2], [45]], (3, 200))

    once = bootstrap(event, treated, cluster=cluster, seed=7)
    twice = bootstrap([*event, *event], [*treated, *treated], cluster=[*cluster, *cluster], seed=7)

    assert twice == once


def test_the_seed_and_nothing_else_decides():
    random = np.random.default_rng(87)
    event, treated, cluster = random.integers(0, [[2], [2], [45]], (3, 200))
    order = random.permutation(200)
    for words in ({}, {"cluster": cluster}):
        moved = {name: names[order] for name, names in words.items()}
        found = bootstrap(event, treated, seed=8, **words)

        assert bootstrap(event[order], treated[order], seed=8, **moved) == found
        assert bootstrap(event, treated, seed=9, **words) != found


def test_people_of_a_cluster_who_are_alike_widen_the_interval():
    random = np.random.default_rng(88)
    cluster = np.repeat(np.arange(40), 10)
    event, treated = random.integers(0, 2, 40)[cluster], cluster % 2

    people = bootstrap(event, treated, seed=10)
    clustered = bootstrap(event, treated, cluster=cluster, seed=10)

    # Ten copies of one person: the design effect is 10, its root 3.2; 4 Monte-Carlo errors.
    assert clustered.se / people.se == pytest.approx(np.sqrt(10), rel=0.09)


SPREAD = rows(20, 60, 20, 60)


@pytest.mark.parametrize(
    ("event", "treated", "cluster", "key"),
    [
        (*rows(0, 10, 0, 10), None, "refuse_one_value"),
        (*rows(5, 10, 0, 10), None, "refuse_nothing_to_draw"),
        (*rows(10, 10, 5, 10), None, "refuse_nothing_to_draw"),
        (*rows(5, 15, 50, 185), None, "refuse_rare"),
        ([0, 1, 0], [1, 1, 1], None, "refuse_one_value"),
        ([0, 1, np.nan], [1, 1, 0], None, "refuse_not_finite"),
        ([], [], None, "refuse_empty"),
        (*SPREAD, [1] * 120, "refuse_few_to_draw"),
        (*SPREAD, np.arange(120) % 39, "refuse_few_to_draw"),
        (*SPREAD, np.r_[np.arange(60) % 19, 20 + np.arange(60) % 30], "refuse_few_to_draw"),
        (*SPREAD, np.r_[np.arange(60) % 2, np.arange(60) % 45], "refuse_empty_draw"),
        (*SPREAD, [None] * 120, "refuse_not_finite"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(event, treated, cluster, key):
    with pytest.raises(Refused) as caught:
        bootstrap(event, treated, cluster=cluster, seed=0)

    assert caught.value.key == key


def test_what_a_caller_got_wrong_is_said_plainly():
    with pytest.raises(ValueError, match="event, treated must have the same length"):
        bootstrap([0, 1, 0], [0, 1], seed=0)
    with pytest.raises(ValueError, match="100 replicates are too few for the bounds"):
        bootstrap(*SPREAD, seed=0, replicates=100)
    with pytest.raises(ValueError, match="between 0 and 1"):
        bootstrap(*SPREAD, seed=0, level=95)
    with pytest.raises(ValueError, match="non-negative"):
        bootstrap(*SPREAD, seed=-1)
