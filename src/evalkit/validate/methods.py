"""How each estimator answers one made-up data set.

Every function takes what a scenario drew and a seed for methods that draw themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from evalkit.arithmetic.interval import Point
from evalkit.estimators.aalen_johansen import aalen_johansen
from evalkit.estimators.bootstrap import bootstrap
from evalkit.estimators.clustered import clustered_difference
from evalkit.estimators.cox import cox
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.difference_in_differences import difference_in_differences
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.gray import gray
from evalkit.estimators.kaplan_meier import at, cumulative_incidence, life_table
from evalkit.estimators.log_rank import log_rank
from evalkit.estimators.matching import match, matched_difference
from evalkit.estimators.miettinen_nurminen import miettinen_nurminen
from evalkit.estimators.negative_binomial import negative_binomial
from evalkit.estimators.poisson import poisson
from evalkit.estimators.pooled import pooled
from evalkit.estimators.propensity import propensity
from evalkit.estimators.randomisation import randomisation
from evalkit.estimators.restricted_mean import restricted_mean
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.share import share
from evalkit.estimators.survey_share import survey_share
from evalkit.estimators.weighting import weighting
from evalkit.estimators.wild_bootstrap import wild_bootstrap
from evalkit.estimators.worst_case import worst_case
from evalkit.sample.scenarios import (
    Areas,
    Censored,
    Clustered,
    Competing,
    Confounded,
    Panel,
    Rates,
    Silent,
    Survey,
)

ALPHA = 0.05
YEAR = 365.0
# Draws of the methods that draw: enough for the bounds, few enough for thousands of runs.
DRAWS = 999


class Answer(NamedTuple):
    """What a method said, and what is true.

    Parameters
    ----------
    truth : float or None
        In the unit of the estimand; None of tests, which estimate nothing.
    value : float or None
        None of bounds and of tests.
    low, high : float or None
        None of tests.
    rejects : bool or None
        Whether "no effect" is rejected at 5 %; None where nothing is compared.
    """

    truth: float | None
    value: float | None
    low: float | None
    high: float | None
    rejects: bool | None


Method = Callable[[Any, int], Answer]


def _compares(point: Point, truth: float) -> Answer:
    outside = not point.low <= 0 <= point.high
    rejects = outside if point.p is None else point.p < ALPHA
    return Answer(truth, point.value, point.low, point.high, rejects)


def _describes(point: Point, truth: float) -> Answer:
    return Answer(truth, point.value, point.low, point.high, None)


def _tests(p: float) -> Answer:
    return Answer(None, None, None, None, p < ALPHA)


def _counts(made: Confounded | Clustered) -> tuple[int, int, int, int]:
    treated = made.treated == 1
    first, second = made.outcome[treated], made.outcome[~treated]
    return int(first.sum()), first.size, int(second.sum()), second.size


def _wilson(made: Confounded, seed: int) -> Answer:
    *_, events, n = _counts(made)
    return _describes(share(events, n), made.untreated)


def _newcombe(made: Confounded | Clustered, seed: int) -> Answer:
    return _compares(risk_difference(*_counts(made)), made.effect)


def _score(made: Confounded, seed: int) -> Answer:
    return _compares(miettinen_nurminen(*_counts(made)), made.effect)


def _bootstrap(made: Confounded, seed: int) -> Answer:
    point = bootstrap(made.outcome, made.treated, seed=seed, replicates=DRAWS)
    return _compares(point, made.effect)


def _doubly_robust(made: Confounded, seed: int) -> Answer:
    found = doubly_robust(made.outcome, made.treated, made.covariates)
    return _compares(found.point, made.effect)


def _one_left_out(made: Confounded, seed: int) -> Answer:
    found = doubly_robust(made.outcome, made.treated, made.covariates[:, 1:])
    return _compares(found.point, made.effect)


def _weighting(made: Confounded, seed: int) -> Answer:
    return _compares(weighting(made.outcome, made.treated, made.covariates).point, made.effect)


def _overlap(made: Confounded, seed: int) -> Answer:
    found = weighting(made.outcome, made.treated, made.covariates, estimand="ato")
    return _compares(found.point, made.effect)


def _matching(made: Confounded, seed: int) -> Answer:
    score = propensity(made.treated, made.covariates).linear
    pairs = match(score, made.treated)
    return _compares(matched_difference(made.outcome, pairs), made.effect)


def _kaplan_meier(made: Censored | Competing, seed: int) -> Answer:
    rest = made.treated == 0
    event = made.event if isinstance(made, Censored) else (made.cause == 1).astype(float)
    curve = cumulative_incidence(life_table(made.time[rest], event[rest]))
    now = at(curve, YEAR)
    point = Point(float(curve.value[now]), float(curve.low[now]), float(curve.high[now]))
    return _describes(point, made.untreated)


def _share_seen(made: Censored, seed: int) -> Answer:
    rest = made.treated == 0
    seen = (made.event[rest] == 1) & (made.time[rest] <= YEAR)
    return _describes(share(int(seen.sum()), seen.size), made.untreated)


def _cox(made: Censored, seed: int) -> Answer:
    fit = cox(made.time, made.event, made.treated[:, None])
    return _compares(_coefficient(fit, 0), made.log_ratio)


def _log_rank(made: Censored, seed: int) -> Answer:
    return _tests(log_rank(made.time, made.event, made.treated).p)


def _restricted_mean(made: Censored, seed: int) -> Answer:
    found = restricted_mean(made.time, made.event, made.treated, tau=YEAR)
    return _compares(found.difference, made.longer)


def _aalen_johansen(made: Competing, seed: int) -> Answer:
    rest = made.treated == 0
    curve = aalen_johansen(made.time[rest], made.cause[rest])
    now = int(np.searchsorted(curve.time, YEAR, side="right")) - 1
    point = Point(float(curve.value[now]), float(curve.low[now]), float(curve.high[now]))
    return _describes(point, made.untreated)


def _gray(made: Competing, seed: int) -> Answer:
    return _tests(gray(made.time, made.cause, made.treated).p)


def _cr2(made: Clustered, seed: int) -> Answer:
    fit = cr2(made.outcome, made.treated[:, None], made.cluster)
    return _compares(_coefficient(fit, 0), made.effect)


def _clustered(made: Clustered, seed: int) -> Answer:
    point = clustered_difference(made.outcome, made.treated, made.cluster)
    return _compares(point, made.effect)


def _wild(made: Clustered, seed: int) -> Answer:
    found = wild_bootstrap(made.outcome, made.treated, made.cluster, draws=DRAWS, seed=seed)
    return _compares(found.point, made.effect)


def _cluster_bootstrap(made: Clustered, seed: int) -> Answer:
    point = bootstrap(made.outcome, made.treated, cluster=made.cluster, seed=seed, replicates=DRAWS)
    return _compares(point, made.effect)


def _negative_binomial(made: Rates, seed: int) -> Answer:
    fit = negative_binomial(made.events, made.years, made.treated[:, None])
    return _compares(_coefficient(fit, 1), made.log_ratio)


def _poisson(made: Rates, seed: int) -> Answer:
    fit = poisson(made.events, made.years, made.treated[:, None], errors="hc0")
    return _compares(_coefficient(fit, 1), made.log_ratio)


def _poisson_model(made: Rates, seed: int) -> Answer:
    fit = poisson(made.events, made.years, made.treated[:, None])
    return _compares(_coefficient(fit, 1), made.log_ratio)


def _survey_share(made: Survey, seed: int) -> Answer:
    answered = np.isfinite(made.answer)
    answer = np.where(answered, made.answer, 0.0)
    found = survey_share(answer, made.weight, made.stratum, made.psu, domain=answered)
    return _describes(found.point, made.truth)


def _unweighted(made: Survey | Silent, seed: int) -> Answer:
    said = made.answer[np.isfinite(made.answer)]
    return _describes(share(int(said.sum()), said.size), made.truth)


def _worst_case(made: Silent, seed: int) -> Answer:
    said = made.answer[np.isfinite(made.answer)]
    found = worst_case(int(said.sum()), said.size, made.answer.size)
    return Answer(made.truth, None, found.low, found.high, None)


def _pooled(made: Areas, seed: int) -> Answer:
    return _compares(pooled(made.value, made.se).point, made.effect)


def _prediction(made: Areas, seed: int) -> Answer:
    low, high = pooled(made.value, made.se).prediction or (None, None)
    return Answer(made.following, None, low, high, None)


def _difference(made: Panel, seed: int) -> Answer:
    found = difference_in_differences(made.outcome, made.unit, made.period, made.treated)
    return _compares(found.point, made.effect)


def _randomisation(made: Panel, seed: int) -> Answer:
    found = randomisation(
        made.outcome, made.unit, made.period, made.treated, draws=DRAWS, seed=seed
    )
    # The smallest p of 20 units is 1/20: such a test rejects at 5 %, not below it.
    return Answer(made.effect, found.value, None, None, found.p <= ALPHA)


def _coefficient(fit: Any, place: int) -> Point:
    """Return one coefficient of a regression; rates have their intercept in the first place."""
    names = ("value", "low", "high", "se", "p")
    return Point(*(float(getattr(fit, name)[place]) for name in names))


METHODS: Mapping[str, Method] = {
    "aalen_johansen": _aalen_johansen,
    "bootstrap": _bootstrap,
    "bootstrap of clusters": _cluster_bootstrap,
    "clustered_difference": _clustered,
    "cox": _cox,
    "cr2": _cr2,
    "difference_in_differences": _difference,
    "doubly_robust": _doubly_robust,
    "doubly_robust, one covariate left out": _one_left_out,
    "gray": _gray,
    "kaplan_meier": _kaplan_meier,
    "log_rank": _log_rank,
    "matching": _matching,
    "miettinen_nurminen": _score,
    "negative_binomial": _negative_binomial,
    "newcombe": _newcombe,
    "poisson, model errors": _poisson_model,
    "poisson, robust errors": _poisson,
    "pooled": _pooled,
    "pooled, next area": _prediction,
    "randomisation": _randomisation,
    "restricted_mean": _restricted_mean,
    "share of those seen": _share_seen,
    "share, unweighted": _unweighted,
    "survey_share": _survey_share,
    "weighting": _weighting,
    "weighting, overlap": _overlap,
    "wild_bootstrap": _wild,
    "wilson": _wilson,
    "worst_case": _worst_case,
}
