"""Cumulative incidence with competing events, against R, a library and its definition."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight
from tests.helpers import agree, gold, reference_data

from evalkit.errors import Refused
from evalkit.estimators.aalen_johansen import aalen_johansen
from evalkit.estimators.kaplan_meier import cumulative_incidence, life_table


def test_the_melanoma_patients_give_what_r_gives():
    known = gold("melanoma_cif_gray")
    data = pd.read_csv(reference_data("melanoma.csv"))
    cause = data["status"].where(data["status"] != 2, 0)
    found, expected = [], []
    for key, shares in known["value"].items():
        sex, of = map(int, key.split())
        mine = data["sex"] == sex
        made = aalen_johansen(data["time"][mine], cause[mine], of=of)
        at = np.searchsorted(made.time, known["extra"]["times"], side="right") - 1
        found += [*made.value[at], *made.se[at]]
        expected += [*shares, *known["se"][key]]

    agree("cumulative incidence", "R cmprsk::cuminc", found, expected, rel=known["rel_tol"])


def test_one_minus_kaplan_meier_is_larger_where_events_compete():
    known = gold("melanoma_cif_gray")
    data = pd.read_csv(reference_data("melanoma.csv"))
    data = data[data["sex"] == 0]

    naive = cumulative_incidence(life_table(data["time"], data["status"] == 1))
    made = aalen_johansen(data["time"], data["status"].where(data["status"] != 2, 0))

    wrong = naive.value[np.searchsorted(naive.time, 3000, side="right") - 1]
    right = made.value[np.searchsorted(made.time, 3000, side="right") - 1]
    assert wrong == pytest.approx(known["extra"]["one_minus_KM_cause1_sex0_3000"], rel=1e-6)
    assert right < wrong


def made_up(random):
    n = int(random.integers(5, 60))
    time, cause = random.integers(0, 10, n).astype(float), random.integers(0, 4, n)
    cause[0] = 1
    return time, cause


def slow(time, cause, of):
    """Incidence and Aalen's variance as double sums over event times."""
    moments = np.unique(time[cause > 0])
    survival, total = 1.0, 0.0
    rows, values, variances = [], [], []
    for t in moments:
        at_risk = (time >= t).sum()
        own, every = ((time == t) & (cause == of)).sum(), ((time == t) & (cause > 0)).sum()
        total += survival * own / at_risk
        values.append(total)
        rows.append((survival, total, at_risk, own, every))
        variance = 0.0
        for before, share, n, d, all_d in rows:
            if n > 1 and n > all_d:
                variance += (total - share) ** 2 * all_d / ((n - 1) * (n - all_d))
                variance -= 2 * (total - share) * before * d * (n - d) / (n * (n - all_d) * (n - 1))
            if n > 1:
                variance += before**2 * d * (n - d) / (n**2 * (n - 1))
        variances.append(variance)
        survival *= 1 - every / at_risk
    return values, np.sqrt(np.maximum(variances, 0))


def test_double_sums_give_the_same_for_200_random_inputs():
    random = np.random.default_rng(91)
    found, expected = [], []
    for _ in range(200):
        time, cause = made_up(random)
        made = aalen_johansen(time, cause)
        values, errors = slow(time, cause, 1)
        found += [*made.value, *made.se]
        expected += [*values, *errors]

    # A quadratic that is added up loses some digits where the variance is nearly 0.
    agree(
        "cumulative incidence", "independent slow way, 200 random inputs",
        found, expected, rel=1e-7, abs=1e-8,
    )  # fmt: skip


def test_another_library_gives_the_same_shares():
    random = np.random.default_rng(92)
    found, expected = [], []
    for _ in range(100):
        time, cause = made_up(random)
        cause[1:3] = 2, 3
        with np.errstate(divide="ignore", invalid="ignore"):
            other = CumIncidenceRight(time, cause)
        for of in (1, 2, 3):
            made = aalen_johansen(time, cause, of=of)
            at = np.searchsorted(made.time, other.times, side="right") - 1
            found += list(np.where(at >= 0, made.value[at], 0))
            expected += list(other.cinc[of - 1])

    agree("cumulative incidence", "statsmodels", found, expected, abs=1e-12)


def test_causes_add_up_to_the_share_with_any_event():
    random = np.random.default_rng(93)
    for _ in range(50):
        time, cause = made_up(random)
        cause[1:3] = 2, 3

        parts = [aalen_johansen(time, cause, of=of) for of in (1, 2, 3)]

        whole = aalen_johansen(time, (cause > 0).astype(int))
        assert sum(part.value for part in parts) == pytest.approx(whole.value, abs=1e-12)
        assert (parts[0].low <= parts[0].value).all() and (parts[0].value <= parts[0].high).all()


def test_without_competing_events_it_is_one_minus_kaplan_meier():
    time, cause = made_up(np.random.default_rng(94))
    cause = (cause > 0).astype(int)
    life = cumulative_incidence(life_table(time, cause))

    made = aalen_johansen(time, cause)

    at = np.searchsorted(life.time, made.time)
    assert made.value == pytest.approx(life.value[at], abs=1e-12)
    assert made.at_risk.tolist() == life.at_risk[at].tolist()


def test_before_the_first_event_of_the_cause_it_is_the_point_0():
    made = aalen_johansen([1, 2, 3], [2, 1, 0])

    assert (made.value[0], made.low[0], made.high[0], made.se[0]) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("time", "cause", "key"),
    [
        ([1, 2], [2, 0], "refuse_no_cause"),
        ([1, np.nan], [1, 0], "refuse_not_finite"),
        ([1, 2], [1, np.nan], "refuse_not_finite"),
        ([1, -2], [1, 0], "refuse_negative_time"),
        ([], [], "refuse_empty"),
    ],
)
def test_what_the_data_cannot_give_is_refused_by_name(time, cause, key):
    with pytest.raises(Refused) as caught:
        aalen_johansen(time, cause)

    assert caught.value.key == key


@pytest.mark.parametrize("cause", [[1, -1], [1, 0.5]])
def test_what_is_no_cause_is_a_caller_s_mistake(cause):
    with pytest.raises(ValueError, match="the number of a cause"):
        aalen_johansen([1, 2], cause)
