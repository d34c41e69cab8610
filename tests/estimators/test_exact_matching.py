"""Persons alike in every characteristic, against R and a sum over strata."""

import numpy as np
import pandas as pd
import pytest
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.exact_matching import exact_matching

KNOWN = ["black", "hispan", "married", "nodegree"]


def test_r_gives_the_same():
    known, extra = gold("lalonde_exact_att"), gold("lalonde_exact_att")["extra"]
    data = pd.read_csv(reference_data("lalonde.csv"))

    found = exact_matching(data["re78"], data["treat"], data[KNOWN])
    # R's default for matched data takes a stratum for a cluster.
    strata = exact_matching(data["re78"], data["treat"], data[KNOWN], cluster=found.stratum)

    agree(
        "exact matching", "R MatchIt, sandwich",
        (found.point.value, found.point.se, strata.point.se),
        (known["value"], extra["se_HC1"], known["se"]), rel=known["rel_tol"],
    )  # fmt: skip
    assert (found.strata, found.unmatched) == (extra["n_subclass"], 0)


def made_up(random):
    n = int(random.integers(150, 250))
    table = random.integers(0, 3, (n, int(random.integers(1, 4))))
    treated = (random.random(n) < 0.4).astype(int)
    treated[:4], table[:4] = (0, 1, 0, 1), 1
    return random.normal(size=n) + treated, treated, table


def slow(outcome, treated, table):
    """The difference within each stratum, weighted by its treated; errors by definition."""
    rows = [tuple(row) for row in table]
    total, ours, parts = 0.0, 0, []
    for stratum in sorted(set(rows)):
        here = np.array([row == stratum for row in rows])
        one, two = outcome[here & (treated == 1)], outcome[here & (treated == 0)]
        if one.size and two.size:
            total += one.size * (one.mean() - two.mean())
            ours += one.size
            parts.append((one, two))
    first = np.concatenate([one for one, _ in parts])
    weights = np.concatenate([np.full(two.size, one.size / two.size) for one, two in parts])
    second = np.concatenate([two for _, two in parts])
    middle = weights @ second / ours
    n = first.size + second.size
    spread = ((first - first.mean()) ** 2).sum() + (weights**2 * (second - middle) ** 2).sum()
    return total / ours, np.sqrt(spread / ours**2 * n / (n - 2))


def test_strata_one_by_one_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(121)
    found, expected = [], []
    for _ in range(200):
        outcome, treated, table = made_up(random)
        point = exact_matching(outcome, treated, table).point
        found += [point.value, point.se]
        expected += slow(outcome, treated, table)

    # Sums of at most 250 terms in another order.
    agree(
        "exact matching", "independent slow way, 200 random inputs",
        found, expected, rel=1e-9, abs=1e-12,
    )  # fmt: skip


def test_weights_of_the_untreated_add_up_to_the_treated_of_their_stratum():
    outcome, treated, table = made_up(np.random.default_rng(122))

    found = exact_matching(outcome, treated, table)

    for stratum in set(found.stratum) - {-1}:
        here = found.stratum == stratum
        assert found.weight[here & (treated == 0)].sum() == pytest.approx(
            found.weight[here & (treated == 1)].sum()
        )
    assert (found.weight[found.stratum == -1] == 0).all()
    assert found.unmatched == ((found.stratum == -1) & (treated == 1)).sum()


def test_names_of_categories_and_the_order_of_persons_do_not_matter():
    outcome, treated, table = made_up(np.random.default_rng(123))
    order = np.random.default_rng(124).permutation(treated.size)
    there = exact_matching(outcome, treated, table).point
    names = pd.DataFrame(table[order]).map({0: "甲", 1: "乙", 2: "丙"}.get)

    back = exact_matching(5 - 2 * outcome[order], treated[order], names).point

    assert (back.value, back.se) == pytest.approx((-2 * there.value, 2 * there.se), rel=1e-9)


def test_very_many_columns_do_not_overflow():
    random = np.random.default_rng(125)
    table = np.repeat(random.integers(0, 50, (20, 80)), 2, axis=0)
    treated = np.arange(40) % 2

    found = exact_matching(random.normal(size=40), treated, table)

    assert (found.strata, found.unmatched) == (20, 0)


ONE = [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("outcome", "treated", "table", "cluster", "key"),
    [
        ([1, 2, 3, 4], ONE, [1, 2, 3, 4], None, "refuse_nobody_alike"),
        ([1, 1, 1, 1], ONE, [1, 1, 1, 1], None, "refuse_no_variation"),
        ([1, 2, 3, 4], ONE, [1, 2, 1, 3], None, "refuse_no_variation"),
        ([1, 2, 3, 4], [1, 1, 1, 1], [1, 1, 1, 1], None, "refuse_one_value"),
        ([1, 2, 3, np.nan], ONE, [1, 1, 1, 1], None, "refuse_not_finite"),
        ([1, 2, 3, 4], ONE, [1, 1, None, 1], None, "refuse_not_finite"),
        ([1, 2, 3, 4], ONE, [1, 1, 1, 1], [1, 1, 1, 1], "refuse_one_cluster"),
        ([1, 2, 3, 4], ONE, [1, 1, 1, 1], [1, 1, 2, 3], "refuse_lone_cluster"),
        ([], [], [], None, "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(outcome, treated, table, cluster, key):
    with pytest.raises(Refused) as caught:
        exact_matching(outcome, treated, table, cluster=cluster)

    assert caught.value.key == key
