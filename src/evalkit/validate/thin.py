"""How each estimator that compares answers where something is scarce.

Nothing differs in these worlds: a method whose interval or test finds something has erred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from evalkit.arithmetic.interval import Point
from evalkit.estimators.bootstrap import bootstrap
from evalkit.estimators.clustered import clustered_difference
from evalkit.estimators.cox import cox
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.exact_matching import exact_matching
from evalkit.estimators.gray import gray
from evalkit.estimators.log_rank import log_rank
from evalkit.estimators.logistic import logistic
from evalkit.estimators.matching import match, matched_difference
from evalkit.estimators.miettinen_nurminen import miettinen_nurminen
from evalkit.estimators.negative_binomial import negative_binomial
from evalkit.estimators.poisson import poisson
from evalkit.estimators.propensity import propensity
from evalkit.estimators.rate_ratio import rate_ratio
from evalkit.estimators.restricted_mean import restricted_mean
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.risk_ratio import risk_ratio
from evalkit.estimators.weighting import weighting
from evalkit.estimators.wild_bootstrap import wild_bootstrap
from evalkit.sample.scenarios.thin import FOLLOW, Thin
from evalkit.validate.methods import ALPHA, Answer, Method

# Draws of the methods that draw: enough for the bounds.
DRAWS = 199
# Of the follow-up, up to which a mean time is taken.
EARLIER = 0.8

Found = Callable[[Any, int], bool]


def _answers(found: Mapping[str, Found]) -> dict[str, Method]:
    """Return methods whose only answer is whether they find a difference."""

    def method(one: Found) -> Method:
        return lambda made, seed: Answer(None, None, None, None, one(made, seed))

    return {name: method(one) for name, one in found.items()}


def _differs(point: Point, none: float = 0.0) -> bool:
    """Return whether the interval or the test finds a difference."""
    outside = not point.low <= none <= point.high
    return outside or (point.p is not None and point.p < ALPHA)


def _place(fit: Any, place: int) -> bool:
    names = ("value", "low", "high", "se", "p")
    return _differs(Point(*(float(getattr(fit, name)[place]) for name in names)))


def _counted(made: Thin) -> tuple[int, int, int, int]:
    first, second = made.event[made.treated == 1], made.event[made.treated == 0]
    return int(first.sum()), first.size, int(second.sum()), second.size


def _rate_ratio(made: Thin, seed: int) -> bool:
    one = made.treated == 1
    # One event a person at most: repeated ones are not independent.
    events = np.minimum(made.count, 1)
    first, second = (
        (int(events[some].sum()), float(made.years[some].sum())) for some in (one, ~one)
    )
    return _differs(rate_ratio(*first, *second), 1.0)


def _bootstrap(made: Thin, seed: int, **how: Any) -> bool:
    return _differs(bootstrap(made.event, made.treated, seed=seed, replicates=2 * DRAWS + 1, **how))


def _weighting(made: Thin, seed: int, *, of: str, **how: Any) -> bool:
    found = weighting(getattr(made, of), made.treated, made.covariates, **how)
    return _differs(found.point)


def _doubly_robust(made: Thin, seed: int, *, of: str, **how: Any) -> bool:
    found = doubly_robust(getattr(made, of), made.treated, made.covariates, **how)
    return _differs(found.point)


def _exact(made: Thin, seed: int, *, of: str, **how: Any) -> bool:
    return _differs(exact_matching(getattr(made, of), made.treated, made.category, **how).point)


def _matching(made: Thin, seed: int, *, of: str) -> bool:
    pairs = match(propensity(made.treated, made.covariates).linear, made.treated)
    return _differs(matched_difference(getattr(made, of), pairs))


def _table(made: Thin) -> np.ndarray:
    return np.column_stack([made.treated, made.covariates])


def _cox(made: Thin, seed: int, **how: Any) -> bool:
    return _place(cox(made.days, made.cause == 1, _table(made), **how), 0)


def _rates(made: Thin, seed: int, *, by: Any, of: str = "repeated", **how: Any) -> bool:
    return _place(by(getattr(made, of), made.years, _table(made), **how), 1)


def _logistic(made: Thin, seed: int, **how: Any) -> bool:
    return _place(logistic(made.event, _table(made), **how), 1)


def _restricted_mean(made: Thin, seed: int) -> bool:
    found = restricted_mean(made.days, made.cause == 1, made.treated, tau=EARLIER * FOLLOW)
    return _differs(found.difference)


def _clustered(made: Thin, seed: int) -> bool:
    return _differs(clustered_difference(made.event, made.treated, made.cluster))


def _cr2(made: Thin, seed: int, *, of: str) -> bool:
    return _place(cr2(getattr(made, of), made.treated[:, None], made.cluster), 0)


def _wild(made: Thin, seed: int, *, of: str) -> bool:
    found = wild_bootstrap(getattr(made, of), made.treated, made.cluster, draws=DRAWS, seed=seed)
    return _differs(found.point)


def _in_clusters(method: Callable[..., bool], **how: Any) -> Found:
    def found(made: Thin, seed: int) -> bool:
        return method(made, seed, cluster=made.cluster, **how)

    return found


# Of two groups by themselves.
PLAIN = _answers(
    {
        "risk_difference": lambda made, seed: _differs(risk_difference(*_counted(made))),
        "risk_difference, wald": lambda made, seed: _differs(
            risk_difference(*_counted(made), method="wald")
        ),
        "miettinen_nurminen": lambda made, seed: _differs(miettinen_nurminen(*_counted(made))),
        "risk_ratio": lambda made, seed: _differs(risk_ratio(*_counted(made)), 1.0),
        "rate_ratio": _rate_ratio,
        "bootstrap": _bootstrap,
        "log_rank": lambda made, seed: log_rank(made.days, made.cause == 1, made.treated).p < ALPHA,
        "gray": lambda made, seed: gray(made.days, made.cause, made.treated).p < ALPHA,
        "restricted_mean": _restricted_mean,
    }
)
# With a covariate.
ADJUSTED = _answers(
    {
        "weighting": partial(_weighting, of="outcome"),
        "weighting, risks": partial(_weighting, of="event"),
        "weighting, overlap": partial(_weighting, of="outcome", estimand="ato"),
        "weighting, overlap, risks": partial(_weighting, of="event", estimand="ato"),
        "doubly_robust": partial(_doubly_robust, of="outcome"),
        "doubly_robust, risks": partial(_doubly_robust, of="event"),
        "doubly_robust, everybody": partial(_doubly_robust, of="outcome", estimand="ate"),
        "doubly_robust, everybody, risks": partial(_doubly_robust, of="event", estimand="ate"),
        "matching": partial(_matching, of="outcome"),
        "matching, risks": partial(_matching, of="event"),
        "cox": _cox,
        "cox, robust": partial(_cox, robust=True),
        "logistic": _logistic,
        "poisson": partial(_rates, by=poisson, of="count"),
        "poisson, robust": partial(_rates, by=poisson, errors="hc0"),
        "negative_binomial": partial(_rates, by=negative_binomial),
    }
)
# In strata: right only where all that matters is in them.
EXACT = _answers(
    {
        "exact_matching": partial(_exact, of="outcome"),
        "exact_matching, risks": partial(_exact, of="event"),
    }
)
# Of clusters that are treated as wholes.
CLUSTERED = _answers(
    {
        "clustered_difference": _clustered,
        "cr2": partial(_cr2, of="outcome"),
        "cr2, risks": partial(_cr2, of="event"),
        "wild_bootstrap": partial(_wild, of="outcome"),
        "bootstrap": _in_clusters(_bootstrap),
        "weighting": _in_clusters(_weighting, of="outcome"),
        "weighting, risks": _in_clusters(_weighting, of="event"),
        "doubly_robust": _in_clusters(_doubly_robust, of="outcome"),
        "doubly_robust, risks": _in_clusters(_doubly_robust, of="event"),
        "exact_matching": _in_clusters(_exact, of="outcome"),
        "exact_matching, risks": _in_clusters(_exact, of="event"),
        "cox": _in_clusters(_cox),
        "logistic": _in_clusters(_logistic),
        "poisson": _in_clusters(_rates, by=poisson),
        "negative_binomial": _in_clusters(_rates, by=negative_binomial),
    }
)
