"""Every estimator and every fault: a finite result, or a refusal that says what to do."""

import dataclasses
import warnings

import numpy as np
import pytest

from evalkit.errors import Refused
from evalkit.estimators.aalen_johansen import aalen_johansen
from evalkit.estimators.balance import variance_ratio
from evalkit.estimators.bootstrap import bootstrap
from evalkit.estimators.calibration import calibrate, rake
from evalkit.estimators.clustered import clustered_difference
from evalkit.estimators.concentration import concentration_index, gini, top_share
from evalkit.estimators.confidence_sequence import rate_sequence
from evalkit.estimators.cox import cox
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.cv3 import cv3
from evalkit.estimators.difference_in_differences import difference_in_differences
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.entropy_balancing import entropy_balancing
from evalkit.estimators.exact_matching import exact_matching
from evalkit.estimators.fine_gray import fine_gray
from evalkit.estimators.funnel_limits import funnel_of_rates, funnel_of_shares
from evalkit.estimators.gray import gray
from evalkit.estimators.imputation import impute
from evalkit.estimators.interrupted_series import interrupted_series
from evalkit.estimators.invariance import invariance
from evalkit.estimators.kaplan_meier import cumulative_incidence, life_table
from evalkit.estimators.level_of_effort import level_of_effort
from evalkit.estimators.log_rank import log_rank, log_rank_of_groups
from evalkit.estimators.logistic import logistic
from evalkit.estimators.logistic_jackknife import logistic_jackknife
from evalkit.estimators.matching import match, matched_difference
from evalkit.estimators.miettinen_nurminen import miettinen_nurminen
from evalkit.estimators.negative_binomial import negative_binomial
from evalkit.estimators.ordinal import ordinal
from evalkit.estimators.poisson import poisson
from evalkit.estimators.pooled import pooled
from evalkit.estimators.propensity import common_support, propensity
from evalkit.estimators.proportional_hazards import proportional_hazards
from evalkit.estimators.proportional_odds import proportional_odds
from evalkit.estimators.randomisation import randomisation
from evalkit.estimators.rate_ratio import rate_ratio
from evalkit.estimators.restricted_mean import restricted_mean
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.risk_ratio import risk_ratio
from evalkit.estimators.rosenbaum import binary_bound, rank_gamma
from evalkit.estimators.rubin import rubin
from evalkit.estimators.scale import omega, scale
from evalkit.estimators.share import share
from evalkit.estimators.silent import survey_bounds
from evalkit.estimators.survey_jackknife import survey_jackknife
from evalkit.estimators.survey_ratio import survey_ratio
from evalkit.estimators.survey_share import survey_mean, survey_share
from evalkit.estimators.unique_people import unique_people
from evalkit.estimators.weighting import weighting
from evalkit.estimators.while_alive import while_alive
from evalkit.estimators.wild_bootstrap import wild_bootstrap

N = 120


def world():
    """A panel of 12 units with 10 rows each, whose rows are persons to other estimators."""
    random = np.random.default_rng(7)
    unit, period = np.repeat(np.arange(12), 10), np.tile(np.arange(10), 12)
    table = random.normal(size=(N, 2))
    treated = (random.random(N) < 1 / (1 + np.exp(-0.5 * table[:, 0]))).astype(float)
    return {
        "time": random.integers(1, 30, N).astype(float),
        "event": (random.random(N) < 0.5).astype(float),
        "cause": random.integers(0, 3, N).astype(float),
        "treated": treated,
        "table": table,
        "outcome": table[:, 0] + 0.2 * treated + random.normal(size=N),
        "cluster": unit.astype(float),
        "exposure": random.uniform(0.5, 2, N),
        "count": random.poisson(1.5, N).astype(float),
        "score": 1 / (1 + np.exp(-table[:, 0])),
        "unit": unit.astype(float),
        "period": period.astype(float),
        "policy": ((unit < 6) & (period >= 5)).astype(float),
        "category": random.integers(0, 3, (N, 2)).astype(float),
        # Four with much in common.
        "items": table[:, :1] + random.normal(size=(N, 4)),
    }


def _ones(table):
    return np.column_stack([np.ones(len(table)), table])


def series(w):
    return interrupted_series(w["outcome"], np.arange(w["outcome"].size), start=60, lag=4)


ESTIMATORS = {
    "kaplan_meier": lambda w: cumulative_incidence(life_table(w["time"], w["event"])),
    "log_rank": lambda w: log_rank(w["time"], w["event"], w["treated"] == 1),
    "log_rank, groups": lambda w: log_rank_of_groups(
        w["time"], w["event"], w["category"][:, 0], strata=w["category"][:, 1]
    ),
    "aalen_johansen": lambda w: aalen_johansen(w["time"], w["cause"]),
    "gray": lambda w: gray(w["time"], w["cause"], w["treated"]),
    "restricted_mean": lambda w: restricted_mean(w["time"], w["event"], w["treated"], tau=15),
    "while_alive": lambda w: while_alive(
        *(w["time"], w["event"], w["treated"], np.arange(w["score"].size) * 7 // 10, w["score"]),
        tau=15,
    ),
    "cox": lambda w: cox(w["time"], w["event"], w["table"], cluster=w["cluster"]),
    "cox, strata": lambda w: cox(
        w["time"], w["event"], w["table"], strata=w["category"][:, 0], robust=True
    ),
    "fine_gray": lambda w: fine_gray(w["time"], w["cause"], w["table"]),
    "proportional_hazards": lambda w: proportional_hazards(w["time"], w["event"], w["table"]),
    "poisson": lambda w: poisson(w["count"], w["exposure"], w["table"]),
    "negative_binomial": lambda w: negative_binomial(w["count"], w["exposure"], w["table"]),
    "logistic": lambda w: logistic(w["event"], w["table"], cluster=w["cluster"]),
    "propensity": lambda w: common_support(
        propensity(w["treated"], w["table"]).linear, w["treated"]
    ),
    "weighting": lambda w: weighting(w["outcome"], w["treated"], w["table"]),
    "weighting, everybody": lambda w: weighting(
        w["outcome"], w["treated"], w["table"], estimand="ate"
    ),
    "doubly_robust": lambda w: doubly_robust(w["outcome"], w["treated"], w["table"]),
    "entropy_balancing": lambda w: entropy_balancing(w["outcome"], w["treated"], w["table"]),
    "matching": lambda w: matched_difference(w["outcome"], match(w["score"], w["treated"])),
    "exact_matching": lambda w: exact_matching(w["outcome"], w["treated"], w["category"]).point,
    "rosenbaum": lambda w: rank_gamma(w["outcome"] + 1),
    "bootstrap": lambda w: bootstrap(w["event"], w["treated"], seed=1, replicates=499),
    "cr2": lambda w: cr2(w["outcome"], w["table"], w["cluster"]),
    "cv3": lambda w: cv3(w["outcome"], w["table"], w["cluster"]),
    "logistic_jackknife": lambda w: logistic_jackknife(w["event"], w["table"], w["cluster"]),
    "wild_bootstrap": lambda w: wild_bootstrap(
        w["outcome"], w["table"][:, 0], w["cluster"], draws=99
    ),
    "clustered": lambda w: clustered_difference(w["event"], w["treated"], w["cluster"]),
    "differences": lambda w: difference_in_differences(
        w["outcome"], w["unit"], w["period"], w["policy"]
    ),
    "randomisation": lambda w: randomisation(
        w["outcome"], w["unit"], w["period"], w["policy"], draws=99
    ),
    "interrupted_series": series,
    "survey_mean": lambda w: survey_mean(
        w["outcome"], w["exposure"], w["category"][:, 0], w["cluster"], domain=w["treated"]
    ),
    "survey_share": lambda w: survey_share(
        w["event"], w["exposure"], w["category"][:, 0], w["cluster"], interval="beta"
    ),
    "survey_ratio": lambda w: survey_ratio(
        w["outcome"], w["count"], w["exposure"], w["category"][:, 0], w["cluster"]
    ),
    "survey_jackknife": lambda w: survey_jackknife(
        w["outcome"], w["exposure"], w["category"][:, 0], w["cluster"], denominator=w["count"]
    ),
    "survey_bounds": lambda w: survey_bounds(
        w["event"], w["treated"], w["exposure"], w["category"][:, 0], w["cluster"]
    ),
    "calibrate": lambda w: survey_mean(
        w["outcome"],
        calibrate(w["exposure"], _ones(w["table"]), [150, 9, -8]),
        w["category"][:, 0],
        w["cluster"],
    ),
    "rake": lambda w: survey_mean(
        w["outcome"],
        rake(w["exposure"], [w["category"][:, 0]], [{0.0: 40, 1.0: 60, 2.0: 50}]),
        w["category"][:, 1],
        w["cluster"],
    ),
    "level_of_effort": lambda w: level_of_effort(
        w["event"], w["category"][:, 0] + 1, weight=w["exposure"]
    ),
    "scale": lambda w: scale(w["category"], lowest=0, highest=2),
    "omega": lambda w: omega(w["items"]),
    "invariance": lambda w: invariance(w["items"], w["treated"]),
    "ordinal": lambda w: ordinal(w["category"][:, 0], w["table"], free=[1, 0]),
    "ordinal, clusters": lambda w: ordinal(
        w["category"][:, 0], w["table"], weight=w["exposure"], cluster=w["cluster"]
    ),
    "imputation": lambda w: impute(w["event"], w["table"], draws=2, seed=1).answer,
    "gini": lambda w: gini(w["exposure"], w["count"]),
    "gini, corrected": lambda w: gini(w["count"], corrected=True),
    "top_share": lambda w: top_share(w["time"], w["count"], top=0.2),
    "concentration_index": lambda w: concentration_index(w["outcome"], w["count"], w["unit"]),
    "funnel_of_shares": lambda w: funnel_of_shares(w["event"], w["time"]),
    "funnel_of_rates": lambda w: funnel_of_rates(w["count"], w["exposure"], spread="additive"),
    "funnel_of_rates, exact": lambda w: funnel_of_rates(w["count"], w["exposure"]).limits,
    "rate_sequence": lambda w: rate_sequence(w["count"], w["exposure"], planned=50),
    "unique_people": lambda w: unique_people(
        w["count"], visits=w["unit"] + 1, most_visits=20, population=300
    ),
    "proportional_odds": lambda w: proportional_odds(w["category"][:, 0], w["table"]),
}
FAULTS = {
    "nothing wrong": lambda a: a,
    "nobody": lambda a: a[:0],
    "one person": lambda a: a[:1],
    "two persons": lambda a: a[:2],
    "one missing": lambda a: _with(a, np.nan),
    "all missing": lambda a: a * np.nan,
    "one infinite": lambda a: _with(a, np.inf),
    "one minus infinite": lambda a: _with(a, -np.inf),
    "all zero": lambda a: a * 0,
    "all one": lambda a: a * 0 + 1,
    "one other than zero": lambda a: _with(a * 0, 1),
    "negative": lambda a: -a - 1,
    "huge": lambda a: a * 1e300,
    "tiny": lambda a: a * 1e-300,
    "far away": lambda a: a + 1e12,
    "one far away": lambda a: _with(a, 1e15),
    "as the treatment": lambda a: _like(a, world()["treated"]),
    "as the event": lambda a: _like(a, world()["event"]),
}


def _with(array, value):
    changed = array.copy()
    changed[3] = value
    return changed


def _like(array, other):
    return other if array.ndim == 1 else np.column_stack([other, array[:, 1]])


def numbers(result):
    """Every number of a result, nested ones too."""
    if dataclasses.is_dataclass(result):
        return [x for f in dataclasses.fields(result) for x in numbers(getattr(result, f.name))]
    if isinstance(result, (list, tuple)):
        return [x for part in result for x in numbers(part)]
    if result is None or isinstance(result, (str, bool)):
        return []
    return list(np.asarray(result, dtype=float).ravel())


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_fault_is_refused_or_does_no_harm(name, fault):
    for key in world():
        changed = world()
        if fault in ("nobody", "one person", "two persons"):
            changed = {part: FAULTS[fault](array) for part, array in changed.items()}
        else:
            changed[key] = FAULTS[fault](changed[key])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                result = ESTIMATORS[name](changed)
            except Refused as refusal:
                assert str(refusal)
                continue
            except ValueError as problem:
                # A caller's mistake names what must be so.
                assert not isinstance(problem, np.linalg.LinAlgError), key
                assert "must" in str(problem), (key, problem)
                continue
            except Exception as problem:
                raise AssertionError(f"{key}: {problem!r}") from problem
        assert np.isfinite(numbers(result)).all(), (key, result)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_good_input_gives_a_result(name):
    assert numbers(ESTIMATORS[name](world()))


SMALL = [
    (np.int8, 30, 60, 20, 60),
    (np.uint8, 100, 200, 66, 200),
    (np.int32, 12000, 20000, 11800, 20000),
]


@pytest.mark.parametrize(("kind", "a", "n_a", "b", "n_b"), SMALL)
def test_counts_of_few_bits_do_not_overflow(kind, a, n_a, b, n_b):
    narrow, wide = [kind(x) for x in (a, n_a, b, n_b)], (a, n_a, b, n_b)

    for estimator in (miettinen_nurminen, risk_ratio, risk_difference, rate_ratio):
        assert numbers(estimator(*narrow)) == numbers(estimator(*wide))
    assert share(*narrow[:2]) == share(*wide[:2])
    assert binary_bound(narrow[0], narrow[2], 1.2) == binary_bound(a, b, 1.2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: rubin([1, 2, 1.5], [1e-9] * 3, df_complete=100),
        lambda: pooled([1, 2, 3], [1e-100] * 3),
        lambda: variance_ratio([1, 2, 3], [1, 2, 4], first_weight=[1, 1e-17, 1e-17]),
        lambda: log_rank([1, 2, 3, 4], [1] * 4, [1, np.nan, 0, 0]),
        lambda: clustered_difference(
            [1, 0] * 50, np.repeat([1, 0], [10, 90]), np.arange(100) // 10
        ),
    ],
)
def test_what_would_mislead_is_refused(call):
    with pytest.raises(Refused):
        call()


def test_a_far_outlier_is_not_taken_for_separation():
    random = np.random.default_rng(8)
    x = np.concatenate([[-1e4], random.normal(size=300)])
    event = random.random(301) < 1 / (1 + np.exp(-x.clip(-5, 5)))
    event[0] = False

    fit = logistic(event, x)

    # R's glm puts no weight on the outlier either: 0.9 to 1.1 is what the others say.
    assert 0.7 < fit.value[1] < 1.4
    assert np.isfinite(fit.se).all()


def test_a_hundred_groups_fit_the_memory():
    random = np.random.default_rng(9)
    time, cause = random.integers(1, 365, 20_000), random.integers(0, 3, 20_000)

    assert gray(time, cause, np.arange(20_000) % 100).df == 99
