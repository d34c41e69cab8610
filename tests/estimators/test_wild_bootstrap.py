"""The wild cluster bootstrap."""

from itertools import product

import numpy as np
import pytest
from tests.helpers import agree

from evalkit.errors import Refused
from evalkit.estimators.wild_bootstrap import wild_bootstrap


def made_up(random, clusters=None):
    """Clusters of unlike size; the covariate belongs to clusters, or to rows."""
    clusters = clusters or int(random.choice([6, 6, 6, 7]))
    cluster = np.repeat(np.arange(clusters), random.integers(2, 6, clusters))
    own = random.normal(size=clusters)[cluster]
    covariate = own if random.random() < 0.5 else own + random.normal(size=cluster.size)
    controls = random.normal(size=(cluster.size, 1)) if random.random() < 0.5 else None
    noise = random.normal(size=clusters)[cluster] + random.normal(size=cluster.size)
    return 0.5 * random.random() * covariate + noise, covariate, cluster, controls


def fitted(outcome, design, bread, members):
    """The first coefficient and its cluster-robust error, cluster by cluster."""
    value = bread @ (design.T @ outcome)
    residual, meat = outcome - design @ value, 0.0
    for rows in members:
        # Only the first coefficient's share of each cluster's score.
        meat += (bread[0] @ (design[rows].T @ residual[rows])) ** 2
    groups, (n, k) = len(members), design.shape
    return value[0], np.sqrt(groups / (groups - 1) * (n - 1) / (n - k) * meat)


def row_by_row(outcome, covariate, cluster, controls, null, signs):
    """Make the outcomes of each draw under the null, and fit every one of them."""
    rest = [np.ones(outcome.size)] if controls is None else [np.ones(outcome.size), *controls.T]
    design, reduced = np.column_stack([covariate, *rest]), np.column_stack(rest)
    members = [np.flatnonzero(cluster == code) for code in np.unique(cluster)]
    parts = (design, np.linalg.inv(design.T @ design), members)
    value, se = fitted(outcome, *parts)
    under = outcome - null * covariate
    mean = reduced @ np.linalg.lstsq(reduced, under, rcond=None)[0]
    actual, far = abs((value - null) / se), 0
    for sign in signs:
        drawn = null * covariate + mean + (under - mean) * sign[cluster]
        again, error = fitted(drawn, *parts)
        far += abs(again - null) >= actual * error * (1 - 1e-9)
    return value, se, far / len(signs)


def test_row_by_row_all_signs_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(91)
    found, expected = [], []
    while len(found) < 200:
        rows = made_up(random)
        try:
            made = wild_bootstrap(*rows[:3], controls=rows[3], level=0.8)
        except Refused as refusal:
            assert refusal.key == "refuse_unbounded"
            continue
        signs = np.array(list(product([-1, 1], repeat=made.clusters)))
        found.append([made.point.value, made.point.se, made.point.p])
        expected.append(row_by_row(*rows, 0.0, signs))

    # Rounding; a tie that is missed would move p by a 64th.
    agree(
        "wild cluster bootstrap", "row by row, all signs, 200 random inputs",
        np.ravel(found), np.ravel(expected), rel=1e-9,
    )  # fmt: skip


def test_the_ends_of_the_interval_are_where_the_test_begins_to_reject():
    random = np.random.default_rng(92)
    signs = np.array(list(product([-1, 1], repeat=7)))
    for _ in range(10):
        rows = made_up(random, 7)
        made = wild_bootstrap(*rows[:3], controls=rows[3], level=0.9).point
        step = 1e-6 * (made.high - made.low)

        inner = [row_by_row(*rows, end, signs)[2] for end in (made.low + step, made.high - step)]
        outer = [row_by_row(*rows, end, signs)[2] for end in (made.low - step, made.high + step)]

        assert min(inner) > 0.1 + 1e-9 > max(outer)
        assert made.low < made.value < made.high


def test_draws_come_near_to_all_signs_and_repeat_themselves():
    rows = made_up(np.random.default_rng(93), 13)
    signs = np.array(list(product([-1, 1], repeat=13)))[: 2**12]

    made = wild_bootstrap(*rows[:3], controls=rows[3])

    # Signs turned round give the same: half of them are all.
    share = row_by_row(*rows, 0.0, signs)[2]
    assert (made.exhaustive, made.draws, made.smallest) == (False, 9_999, 1 / 10_000)
    # Four standard errors of a share of 9,999 draws, and the data themselves.
    assert abs(made.point.p - share) < 4 * np.sqrt(share * (1 - share) / 9_999) + 1e-4
    assert wild_bootstrap(*rows[:3], controls=rows[3]) == made
    assert wild_bootstrap(*rows[:3], controls=rows[3], seed=2).point.p != made.point.p


def test_p_and_interval_tell_the_same_story():
    random = np.random.default_rng(95)
    sides = set()
    for _ in range(40):
        cluster = np.repeat(np.arange(10), 5)
        outcome = random.normal(size=50) + random.normal(size=10)[cluster] + cluster % 2
        point = wild_bootstrap(outcome, cluster % 2, cluster).point

        assert (point.p <= 0.05) == (not point.low <= 0 <= point.high)
        sides.add(point.p <= 0.05)

    assert sides == {True, False}


def test_a_huge_effect_has_the_smallest_p():
    cluster = np.repeat(np.arange(8), 5)
    outcome = np.random.default_rng(96).normal(size=40) + 1e6 * (cluster % 2)

    made = wild_bootstrap(outcome, cluster % 2, cluster)

    assert (made.point.p, made.smallest, made.draws) == (2 / 256, 2 / 256, 256)


@pytest.mark.parametrize("unit", [1e-50, 1e-6, -3.0, 1e6, 1e50])
def test_it_follows_the_unit_of_the_outcome(unit):
    outcome, covariate, cluster, _ = made_up(np.random.default_rng(97), 9)
    there = wild_bootstrap(outcome, covariate, cluster).point

    back = wild_bootstrap(outcome * unit, covariate, cluster).point

    ends = sorted([there.low * unit, there.high * unit])
    assert [back.low, back.high] == pytest.approx(ends, rel=1e-9)
    assert back.se == pytest.approx(there.se * abs(unit), rel=1e-9)
    assert back.p == there.p


def test_the_covariate_s_unit_names_and_the_order_of_rows_do_not_matter():
    random = np.random.default_rng(98)
    outcome, covariate, cluster, _ = made_up(random, 9)
    order = random.permutation(outcome.size)
    there = wild_bootstrap(outcome, covariate, cluster).point

    back = wild_bootstrap(
        outcome[order] + 5, 1e6 * covariate[order] - 7, [f"area {c}" for c in cluster[order]]
    ).point

    assert back.p == there.p
    assert [back.low * 1e6, back.high * 1e6] == pytest.approx([there.low, there.high], rel=1e-7)


def test_moving_the_outcome_by_the_covariate_moves_the_interval():
    outcome, covariate, cluster, controls = made_up(np.random.default_rng(99), 9)
    there = wild_bootstrap(outcome, covariate, cluster, controls=controls).point

    back = wild_bootstrap(outcome + 3 * covariate, covariate, cluster, controls=controls).point

    assert [back.low - 3, back.high - 3] == pytest.approx([there.low, there.high], rel=1e-7)


CLUSTER = np.arange(60) // 5
ROW = np.random.default_rng(100).normal(size=60)
AREAS = (CLUSTER[:, None] == np.arange(1, 12)) * 1.0
AFTER = (np.arange(60) % 5 >= 3) * 1.0


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"covariate": CLUSTER == 3}, "refuse_lone_cluster"),
        ({"covariate": CLUSTER != 3}, "refuse_lone_cluster"),
        ({"covariate": AFTER * (CLUSTER != 3), "controls": np.column_stack([AREAS, AFTER])},
         "refuse_decisive_cluster"),
        ({"cluster": CLUSTER // 3}, "refuse_few_signs"),
        ({"covariate": (CLUSTER == 1) * 1.0 - (CLUSTER == 2)}, "refuse_unbounded"),
        ({"cluster": np.zeros(60)}, "refuse_one_cluster"),
        ({"covariate": np.ones(60)}, "refuse_constant"),
        ({"controls": 3 - ROW, "covariate": ROW}, "refuse_collinear"),
        ({"covariate": np.where(ROW > 1, np.nan, ROW)}, "refuse_not_finite"),
        ({"controls": np.where(ROW > 1, np.inf, ROW)}, "refuse_column_not_finite"),
        ({"outcome": np.where(ROW > 1, np.inf, ROW)}, "refuse_not_finite"),
        ({"outcome": np.full(60, 0.1)}, "refuse_no_variation"),
        ({"outcome": 2 + 3 * (CLUSTER % 2)}, "refuse_no_variation"),
        ({"outcome": [], "covariate": [], "cluster": []}, "refuse_empty"),
    ],
)  # fmt: skip
def test_what_the_data_cannot_give_is_refused_by_name(change, key):
    rows = {"outcome": ROW, "covariate": CLUSTER % 2, "cluster": CLUSTER}

    with pytest.raises(Refused) as caught:
        wild_bootstrap(**rows | change)

    assert caught.value.key == key


def test_two_covariates_and_few_draws_are_a_caller_s_mistake():
    with pytest.raises(ValueError, match="covariate must be a list of numbers"):
        wild_bootstrap(ROW, np.column_stack([ROW, CLUSTER]), CLUSTER)
    with pytest.raises(ValueError, match="at least 99 draws"):
        wild_bootstrap(ROW, CLUSTER % 2, CLUSTER, draws=10)
