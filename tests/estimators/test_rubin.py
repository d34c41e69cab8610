"""Results of several imputed data sets."""

import numpy as np
import pytest
from scipy.stats import t as student
from tests.helpers import agree, gold

from evalkit.errors import Refused
from evalkit.estimators.rubin import rubin

VALUES, VARIANCES = [0.12, 0.15, 0.09, 0.14, 0.11], [0.0016, 0.0018, 0.0015, 0.0017, 0.0016]


def test_r_gives_the_same():
    known = gold("rubin_pool")

    found = rubin(VALUES, np.sqrt(VARIANCES), df_complete=399)

    point = found.point
    agree(
        "Rubin's rules", "R mice::pool.scalar",
        (point.value, point.se, point.low, point.high, found.df, found.missing_information),
        (known["value"], known["se"], *known["ci"], known["extra"]["df"], known["extra"]["fmi"]),
        rel=known["rel_tol"],
    )  # fmt: skip


def test_sums_written_out_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(33)
    found, expected = [], []
    for _ in range(200):
        m, complete = int(random.integers(2, 30)), float(random.uniform(3, 2000))
        q, u = random.normal(size=m), random.uniform(0.01, 4, m)
        made = rubin(q, np.sqrt(u), df_complete=complete)
        mean = sum(q) / m
        b = sum((x - mean) ** 2 for x in q) / (m - 1)
        w = sum(u) / m
        t = w + b + b / m
        gamma = (b + b / m) / t
        old, obs = (m - 1) / gamma**2, complete * (complete + 1) / (complete + 3) * (1 - gamma)
        df = 1 / (1 / old + 1 / obs)
        found += [made.point.value, made.point.se, made.df, made.point.high]
        expected += [mean, t**0.5, df, mean + student.ppf(0.975, df) * t**0.5]

    # Sums in another order.
    agree(
        "Rubin's rules", "independent slow way, 200 random inputs", found, expected,
        rel=1e-9, abs=1e-12,
    )  # fmt: skip


def test_imputations_that_agree_lose_nothing():
    found = rubin([0.3] * 4, [0.1] * 4, df_complete=100)

    assert found.point.se == pytest.approx(0.1)
    assert found.df == pytest.approx(101 / 103 * 100)


def test_the_order_of_the_imputations_does_not_matter():
    there = rubin(VALUES, np.sqrt(VARIANCES), df_complete=50)
    back = rubin(VALUES[::-1], np.sqrt(VARIANCES[::-1]), df_complete=50)

    assert there.point.high == pytest.approx(back.point.high, rel=1e-12)


def test_without_end_the_complete_data_leave_the_old_degrees_of_freedom():
    found = rubin(VALUES, np.sqrt(VARIANCES), df_complete=float("inf"))

    assert found.df == pytest.approx(4 / (1.2 * 0.00057 / found.point.se**2) ** 2)


def test_one_imputation_and_failed_fits_are_refused():
    with pytest.raises(Refused, match="at least 2 times"):
        rubin([0.1], [0.1], df_complete=9)
    with pytest.raises(Refused, match=r"^1 standard errors"):
        rubin([0.1, 0.2], [0.1, 0.0], df_complete=9)
    with pytest.raises(ValueError, match="must have the same length"):
        rubin([0.1, 0.2], [0.1], df_complete=9)
    with pytest.raises(ValueError, match="above 0, not 0"):
        rubin([0.1, 0.2], [0.1, 0.1], df_complete=0)
