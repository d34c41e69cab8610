"""Gray's test, against R and against its double integrals."""

import numpy as np
import pandas as pd
import pytest
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.gray import gray
from evalkit.estimators.log_rank import log_rank


def test_the_melanoma_patients_give_what_r_gives():
    known = gold("melanoma_cif_gray")["extra"]
    data = pd.read_csv(reference_data("melanoma.csv"))
    cause = data["status"].where(data["status"] != 2, 0)

    found = [gray(data["time"], cause, data["sex"], of=of) for of in (1, 3)]

    agree(
        "Gray's test", "R cmprsk::cuminc", [x for t in found for x in (t.chi2, t.p)],
        [x for pair in zip(known["gray_stat"], known["gray_p"], strict=True) for x in pair],
        rel=1e-6,
    )  # fmt: skip


def made_up(random, groups=None):
    n, groups = int(random.integers(60, 110)), groups or int(random.integers(2, 4))
    group = np.arange(n) % groups
    return random.integers(1, 9, n).astype(float), random.integers(0, 3, n), group


def slow(time, cause, group):
    """The score and its variance, with every integral from each time to the end."""
    moments, names = np.unique(time[cause > 0]), np.unique(group)
    rows = []
    still, alone, pooled = dict.fromkeys(names, 1.0), dict.fromkeys(names, 0.0), 0.0
    for t in moments:
        n = {g: ((time >= t) & (group == g)).sum() for g in names}
        d1 = {g: ((time == t) & (cause == 1) & (group == g)).sum() for g in names}
        d2 = {g: ((time == t) & (cause == 2) & (group == g)).sum() for g in names}
        weight = {g: n[g] / still[g] if n[g] else 0.0 for g in names}
        before, incidence, under = dict(still), dict(alone), pooled
        pooled += sum(d1.values()) / sum(weight.values())
        for g in names:
            if n[g]:
                alone[g] += still[g] * d1[g] / n[g]
                still[g] *= 1 - (d1[g] + d2[g]) / n[g]
        rows.append((n, d1, d2, weight, before, incidence, under, dict(still), pooled))

    def slope(row, i, k):
        weight = row[3]
        return weight[k] * ((i == k) - weight[i] / sum(weight.values()))

    def to_come(place, i, k):
        return sum(
            slope(row, i, k) * sum(row[1].values()) / (sum(row[3].values()) * (1 - row[6]))
            for row in rows[place + 1 :]
        )

    score = dict.fromkeys(names, 0.0)
    variance = np.zeros((names.size, names.size))
    for place, (n, d1, d2, weight, before, incidence, _, after, under) in enumerate(rows):
        events, whole = sum(d1.values()), sum(weight.values())
        exposed = {g: weight[g] * (1 - incidence[g]) for g in names}
        for i in names:
            score[i] += d1[i] - events * exposed[i] / sum(exposed.values())
        for k in names:
            if not n[k]:
                continue
            lost = (1 - under) / after[k] if after[k] > 0 else 0.0
            coming = np.array([to_come(place, i, k) for i in names])
            one = np.array([slope(rows[place], i, k) for i in names]) + (1 - lost) * coming
            tie = 1 - (events - 1) / (whole * before[k] - 1) if events > 1 else 1.0
            variance += np.outer(one, one) * tie * before[k] * events / (whole * n[k])
            two = lost * coming
            tie = 1 - (d2[k] - 1) / (n[k] - 1) if d2[k] > 1 else 1.0
            variance += np.outer(two, two) * tie * before[k] ** 2 * d2[k] / n[k] ** 2
    z = np.array([score[g] for g in names])[1:]
    return z @ np.linalg.solve(variance[1:, 1:], z)


def test_integrals_one_by_one_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(101)
    found, expected = [], []
    for _ in range(220):
        time, cause, group = made_up(random)
        try:
            found.append(gray(time, cause, group).chi2)
        except Refused:
            continue
        expected.append(slow(time, cause, group))

    assert len(found) >= 200
    # The slow way leaves out another group, and solves other equations.
    agree(
        "Gray's test", "independent slow way, 200 random inputs",
        found, expected, rel=1e-8, abs=1e-10,
    )  # fmt: skip


def test_where_groups_do_not_differ_it_finds_a_difference_as_often_as_it_says():
    random = np.random.default_rng(102)
    p = []
    for _ in range(400):
        time = np.minimum(random.exponential(5, 120), 8)
        cause = np.where(time < 8, random.integers(1, 3, 120), 0)
        p.append(gray(time, cause, np.arange(120) % 2).p)

    # Four Monte Carlo errors of 5 % among 400: 0.05 +- 0.044.
    assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 0.044


def test_it_is_symmetric_in_the_groups_and_blind_to_units():
    time, cause, group = made_up(np.random.default_rng(103), 3)

    there, back = gray(time, cause, group), gray(7 * time + 2, cause, (2 - group) * 10)

    assert (back.chi2, back.df) == pytest.approx((there.chi2, 2), rel=1e-9)


def test_without_competing_events_it_is_nearly_the_log_rank_test():
    random = np.random.default_rng(104)
    group = np.arange(2000) % 2
    time = random.exponential(5, 2000) * (1 + 0.1 * group)
    event = (random.random(2000) < 0.8).astype(int)

    # The same score; the variance is that of hazards pooled in another way.
    assert gray(time, event, group).chi2 == pytest.approx(
        log_rank(time, event, group).chi2, rel=0.02
    )


@pytest.mark.parametrize(
    ("time", "cause", "group", "key"),
    [
        ([1, 2, 3], [1, 1, 2], [1, 1, 1], "refuse_one_group"),
        ([1, 2, 3, 4], [0, 2, 2, 0], [0, 1, 0, 1], "refuse_no_cause"),
        ([1, 2, 3, 4], [0, 0, 0, 0], [0, 1, 0, 1], "refuse_no_cause"),
        # The first group has left before the first event.
        ([1, 1, 5, 6], [0, 0, 1, 1], [0, 0, 1, 1], "refuse_no_events_together"),
        ([1, np.nan], [1, 1], [0, 1], "refuse_not_finite"),
        ([1, -2], [1, 1], [0, 1], "refuse_negative_time"),
        ([1, 2], [1, 1], [None, "a"], "refuse_not_finite"),
        ([], [], [], "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(time, cause, group, key):
    with pytest.raises(Refused) as caught:
        gray(time, cause, group)

    assert caught.value.key == key
