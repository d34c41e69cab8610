"""The same work by libraries and by R, for `estimators.py`. Each returns one number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

COVARIATES = ["treated", "x1", "x2", "x3", "x4"]


def statsmodels_curve(table: pd.DataFrame) -> float:
    from statsmodels.duration.survfunc import SurvfuncRight

    made = SurvfuncRight(table["time"].to_numpy(), table["event"].to_numpy())
    return float(1 - made.surv_prob[np.searchsorted(made.surv_times, 365, side="right") - 1])


def lifelines_curve(table: pd.DataFrame) -> float:
    from lifelines import KaplanMeierFitter

    made = KaplanMeierFitter().fit(table["time"], table["event"])
    return float(1 - made.survival_function_at_times(365).iloc[0])


def statsmodels_cox(table: pd.DataFrame) -> float:
    from statsmodels.duration.hazard_regression import PHReg

    model = PHReg(table["time"], table[COVARIATES], status=table["event"], ties="efron")
    return float(model.fit(groups=table["cluster"].to_numpy(), disp=0).bse[0])


def lifelines_cox(table: pd.DataFrame) -> float:
    from lifelines import CoxPHFitter

    part = table[["time", "event", "cluster", *COVARIATES]]
    fit = CoxPHFitter().fit(part, "time", "event", cluster_col="cluster")
    return float(fit.standard_errors_.iloc[0])


def naive_matching(table: pd.DataFrame) -> float:
    """The rule as it is usually written in pandas and numpy: all free ones, each time."""
    score, treated = table["score"].to_numpy(), table["treated"].to_numpy() == 1
    width = 0.2 * score.std(ddof=1)
    ours, theirs = np.flatnonzero(treated), np.flatnonzero(~treated)
    ours = ours[np.argsort(-score[ours], kind="stable")]
    free = score[theirs].copy()
    outcome, gaps = table["time"].to_numpy(), []
    for person in ours:
        distance = np.abs(free - score[person])
        nearest = int(distance.argmin())
        if distance[nearest] <= width:
            gaps.append(outcome[person] - outcome[theirs[nearest]])
            free[nearest] = np.inf
    return float(np.mean(gaps))


def scipy_bootstrap(table: pd.DataFrame) -> float:
    from scipy.stats import bootstrap

    treated = table["treated"].to_numpy() == 1
    event = table["event"].to_numpy().astype(float)
    made = bootstrap(
        (event[treated], event[~treated]),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        n_resamples=999,
        method="percentile",
        batch=max(1, 20_000_000 // event.size),
        random_state=np.random.default_rng(1),
    )
    return float(made.confidence_interval.low)


def numpy_bootstrap(table: pd.DataFrame) -> float:
    random = np.random.default_rng(1)
    event, treated = table["event"].to_numpy(), table["treated"].to_numpy() == 1
    first, second = event[treated], event[~treated]
    draws = [
        random.choice(first, first.size).mean() - random.choice(second, second.size).mean()
        for _ in range(999)
    ]
    return float(np.quantile(draws, 0.025))


def pyfixest_bootstrap(table: pd.DataFrame) -> float:
    """999 refits of the difference by the fastest regression; it has no bootstrap of rows."""
    import pyfixest

    random = np.random.default_rng(1)
    part, draws = table[["event", "treated"]], []
    for _ in range(999):
        again = part.iloc[random.integers(0, len(part), len(part))]
        draws.append(pyfixest.feols("event ~ treated", again).coef()["treated"])
    return float(np.quantile(draws, 0.025))


Way = Callable[[pd.DataFrame], float]
LIBRARIES: dict[str, list[tuple[str, str | None, Way]]] = {
    "Kaplan-Meier": [
        ("statsmodels", "statsmodels", statsmodels_curve),
        ("lifelines", "lifelines", lifelines_curve),
    ],
    "Cox regression, errors in 400 clusters": [
        ("statsmodels", "statsmodels", statsmodels_cox),
        ("lifelines", "lifelines", lifelines_cox),
    ],
    "caliper matching": [("numpy, all free ones each time", None, naive_matching)],
    "bootstrap of a risk difference, 999 draws": [
        ("scipy", "scipy", scipy_bootstrap),
        ("numpy, row by row", None, numpy_bootstrap),
        ("pyfixest, refitted", "pyfixest", pyfixest_bootstrap),
    ],
}
# Package, and what it does to the people in d; loading is not counted.
R_WAYS: dict[str, list[tuple[str, str]]] = {
    "Kaplan-Meier": [
        ("survival", "1 - summary(survfit(Surv(time, event) ~ 1, d), times = 365)$surv")
    ],
    "Cox regression, errors in 400 clusters": [
        (
            "survival",
            "f <- coxph(Surv(time, event) ~ treated + x1 + x2 + x3 + x4, d, "
            "cluster = cluster); sqrt(vcov(f)[1, 1])",
        )
    ],
    "caliper matching": [
        (
            "MatchIt",
            'm <- matchit(treated ~ 1, d, method = "nearest", distance = d$score, '
            "caliper = 0.2); g <- get_matches(m); "
            "mean(g$time[g$treated == 1]) - mean(g$time[g$treated == 0])",
        )
    ],
    "bootstrap of a risk difference, 999 draws": [
        (
            "boot",
            "f <- function(x, i) {e <- x$event[i]; t <- x$treated[i]; "
            "mean(e[t == 1]) - mean(e[t == 0])}; "
            "quantile(boot(d, f, 999, strata = d$treated)$t, 0.025)",
        )
    ],
}
