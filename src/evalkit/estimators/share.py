"""A share of people, with an interval that holds for small groups."""

from __future__ import annotations

from statsmodels.stats.proportion import proportion_confint

from evalkit.arithmetic.interval import Point, check_count, quantile

METHODS = {"wilson": "wilson", "clopper_pearson": "beta"}


def share(events: int, n: int, *, method: str = "wilson", level: float = 0.95) -> Point:
    """Estimate the share of persons with an event.

    Parameters
    ----------
    events, n : int
        Persons with the event among n persons, 0 <= events <= n, n >= 1.
    method : {"wilson", "clopper_pearson"}
        Score interval, or the exact one, which never covers too little.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Point
        Share in [0, 1] with its interval; no standard error, because neither
        interval is built from one.

    Raises
    ------
    ValueError
        If a count is impossible or the method unknown.

    Notes
    -----
    Methods 3 and 5 of Newcombe (1998), Statistics in Medicine 17(8), 857-872.
    """
    events, n = check_count(events, n)
    quantile(level)
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(sorted(METHODS))}")
    low, high = proportion_confint(events, n, alpha=1 - level, method=METHODS[method])
    value = events / n
    # The bounds at 0 and 1 are exact on paper; in floating point they miss by an ulp.
    return Point(value, min(float(low), value), max(float(high), value))
