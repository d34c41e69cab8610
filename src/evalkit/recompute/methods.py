"""The formulas, written anew from their published sources.

Imports distributions alone. Counts come in, numbers go out; nobody here knows a report.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalkit.recompute.distributions import (
    bisect,
    chi_square_tail,
    gamma_upper,
    normal_deviate,
    normal_tail,
    t_tails,
)

# Below so many expected in a cell, the exact test (Cochran 1954, Biometrics 10(4), 417-451).
EXPECTED, EXPECTED_WALD = 5, 15
Pair = tuple[float, float]


def wilson(events: float, n: float, level: float) -> Pair:
    """Return the score interval of a share.

    Parameters
    ----------
    events, n : float
        0 <= events <= n, n above 0.
    level : float
        Confidence level.

    Notes
    -----
    Wilson (1927), JASA 22(158), 209-212: the shares from which the one seen is `z` standard
    errors away, as the roots of (p - q)^2 n = z^2 q (1 - q).
    """
    z2, p = normal_deviate((1 - level) / 2) ** 2, events / n
    a, b, c = n + z2, -(2 * n * p + z2), n * p * p
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    # The stable one of the two roots, and the other by their product.
    high = (-b + root) / (2 * a)
    low = c / (a * high) if high else 0.0
    return (0.0 if events == 0 else low), (1.0 if events == n else high)


def newcombe(a: float, n: float, b: float, m: float, level: float) -> Pair:
    """Return the interval of a difference of two shares, out of both score intervals.

    Parameters
    ----------
    a, n, b, m : float
        Events and persons of the first and of the second group.

    Notes
    -----
    Newcombe (1998), Statistics in Medicine 17(8), 873-890, method 10.
    """
    p, q = a / n, b / m
    (low_p, high_p), (low_q, high_q) = wilson(a, n, level), wilson(b, m, level)
    return (
        p - q - math.hypot(p - low_p, high_q - q),
        p - q + math.hypot(high_p - p, q - low_q),
    )


def wald(a: float, n: float, b: float, m: float, level: float) -> Pair:
    """Return the textbook interval of a difference of two shares.

    Parameters
    ----------
    a, n, b, m : float
        As in `newcombe`.
    """
    p, q = a / n, b / m
    half = normal_deviate((1 - level) / 2) * math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
    return max(p - q - half, -1.0), min(p - q + half, 1.0)


def pearson(a: float, n: float, b: float, m: float) -> float:
    """Return the p-value of Pearson's chi-square, without a correction.

    Parameters
    ----------
    a, n, b, m : float
        As in `newcombe`.

    Notes
    -----
    Pearson (1900), out of the four cells: N (ad - bc)^2 over the product of the margins.
    """
    c, d = n - a, m - b
    if a + b == 0 or c + d == 0:
        return 1.0
    value = (n + m) * (a * d - b * c) ** 2 / (n * m * (a + b) * (c + d))
    return chi_square_tail(value, 1)


def fisher(a: int, n: int, b: int, m: int) -> float:
    """Return the two-sided p-value of Fisher's exact test.

    Parameters
    ----------
    a, n, b, m : int
        As in `newcombe`.

    Notes
    -----
    Fisher (1935), JRSS 98(1), 39-82: all tables with these margins that are no likelier than
    the one seen, in whole numbers.
    """
    events, everyone = a + b, n + m
    ways = {
        k: math.comb(n, k) * math.comb(m, events - k)
        for k in range(max(0, events - m), min(n, events) + 1)
    }
    return sum(w for w in ways.values() if w <= ways[a]) / math.comb(everyone, events)


def difference(
    a: int, n: int, b: int, m: int, level: float, method: str
) -> tuple[float, float, float, float]:
    """Return a difference of two shares: value, lower and upper limit, p-value.

    Parameters
    ----------
    a, n, b, m : int
        As in `newcombe`.
    method : {"newcombe", "wald"}
        Of the interval.

    Notes
    -----
    Where few are expected in a cell the test is the exact one, and the interval reaches to 0
    where that does not reject.
    """
    low, high = (newcombe if method == "newcombe" else wald)(a, n, b, m, level)
    # In whole numbers: on the threshold a quotient would fall on either side.
    fewest = min(a + b, n + m - a - b) * min(n, m)
    if fewest >= (EXPECTED_WALD if method == "wald" else EXPECTED) * (n + m):
        return a / n - b / m, low, high, pearson(a, n, b, m)
    p = fisher(a, n, b, m)
    if p > 1 - level:
        low, high = min(low, 0.0), max(high, 0.0)
    return a / n - b / m, low, high, p


def poisson_limits(events: int, tail: float) -> Pair:
    """Return the exact limits of a Poisson mean.

    Parameters
    ----------
    events : int
        At least 0.
    tail : float
        Chance beyond each limit.

    Notes
    -----
    Garwood (1936), Biometrika 28(3/4), 437-442, by halving the interval.
    """
    most = 20.0 + 3 * events
    low = bisect(lambda x: (1 - gamma_upper(events, x)) - tail, 0.0, most) if events else 0.0
    return low, bisect(lambda x: tail - gamma_upper(events + 1, x), 0.0, most)


def e_value(ratio: float) -> float:
    """Return how strongly a hidden cause must act on both sides to explain a risk ratio away.

    Parameters
    ----------
    ratio : float
        Above 0.

    Notes
    -----
    VanderWeele and Ding (2017), Annals of Internal Medicine 167(4), 268-274.
    """
    away = max(ratio, 1 / ratio)
    return away + math.sqrt(away * (away - 1))


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number, in their order.

    Parameters
    ----------
    values : sequence of float
        Two-sided p-values.

    Notes
    -----
    Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70: each is at least every one
    that is smaller, times how many are not below that.
    """
    n = len(values)
    steps = [(p, (n - sum(q < p for q in values)) * p) for p in values]
    return [min(1.0, max(step for q, step in steps if q <= p)) for p in values]


def detection_power(p: float, q: float, n: float, m: float, level: float) -> float:
    """Return the chance that a test of two shares rejects, on the side of the difference.

    Parameters
    ----------
    p, q : float
        True shares.
    n, m : float
        Persons in each group.

    Notes
    -----
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, section 4.
    """
    pooled = (p * n + q * m) / (n + m)
    null = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    true = math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
    return normal_tail((normal_deviate((1 - level) / 2) * null - abs(p - q)) / true)


def smallest_difference(q: float, n: float, m: float, power: float, level: float) -> float:
    """Return the smallest fall below a share that is found with a chance.

    Parameters
    ----------
    q : float
        Share in the group to compare with.
    n, m : float
        Persons in each group.
    """
    return bisect(lambda fall: detection_power(q - fall, q, n, m, level) - power, q * 1e-9, q)


def smd(p: float, n: float, q: float, m: float) -> float:
    """Return the standardized difference of two shares.

    Parameters
    ----------
    p, n, q, m : float
        Share and persons of each group.

    Notes
    -----
    Austin (2011), Multivariate Behavioral Research 46(3), 399-424: over the root of the mean
    of both variances, which are those of samples.
    """
    spread = (p * (1 - p) * n / (n - 1) + q * (1 - q) * m / (m - 1)) / 2
    return (p - q) / math.sqrt(spread)


def log_rank(
    first: dict[float, int], second: dict[float, int], n: int, m: int
) -> tuple[float, float]:
    """Return the log-rank test of two groups of whom nobody leaves without an event.

    Parameters
    ----------
    first, second : dict of float to int
        Events at each time.
    n, m : int
        Persons of each group at the start.

    Returns
    -------
    (float, float)
        The chi-square, and how many events are expected in the group in which fewer are.

    Notes
    -----
    Mantel (1966), Cancer Chemotherapy Reports 50(3), 163-170.
    """
    seen = expected = variance = 0.0
    events = 0
    for time in sorted({*first, *second}):
        d, mine = first.get(time, 0) + second.get(time, 0), first.get(time, 0)
        everyone, share = n + m, n / (n + m)
        seen, expected = seen + mine, expected + d * share
        if everyone > 1:
            variance += d * share * (1 - share) * (everyone - d) / (everyone - 1)
        n, m, events = n - mine, m - (d - mine), events + d
    return (seen - expected) ** 2 / variance, min(expected, events - expected)


def curve_limits(events: float, n: float, level: float, scale: str) -> tuple[float, Pair]:
    """Return the standard error and the interval of a share with an event by a time.

    Parameters
    ----------
    events, n : float
        0 < events < n; nobody left before.
    scale : {"log-log", "log", "plain"}
        On which the interval is symmetric.

    Notes
    -----
    Greenwood (1926); on the scale log(-log S) as Kalbfleisch and Prentice (2002), section 1.4.
    """
    free = 1 - events / n
    se = math.sqrt(free * (1 - free) / n)
    z = normal_deviate((1 - level) / 2)
    if scale == "log-log":
        wide = z * se / (free * abs(math.log(free)))
        return se, (1 - free ** math.exp(-wide), 1 - free ** math.exp(wide))
    if scale == "log":
        wide = z * se / free
        return se, (max(1 - free * math.exp(wide), 0.0), 1 - free * math.exp(-wide))
    return se, (max(1 - free - z * se, 0.0), min(1 - free + z * se, 1.0))


# An interval of Student's t with fewer degrees is refused (Tipton 2015).
FEWEST_DEGREES = 4.0


def p_of_ratio(ratio: float, level: float, df: float | None = None) -> float:
    """Return the p-value of an estimate by how many halves of its interval it is from 0.

    Parameters
    ----------
    ratio : float
        The estimate over half of its interval, both without a sign.
    level : float
        Confidence level of the interval.
    df : float, optional
        Degrees of freedom; those of the normal law where not given.
    """
    if df is None:
        return 2 * normal_tail(ratio * normal_deviate((1 - level) / 2))
    return t_tails(ratio * t_reach(df, level), df)


def t_reach(df: float, level: float) -> float:
    """Return how many standard errors an interval of Student's t reaches.

    Parameters
    ----------
    df : float
        Degrees of freedom.
    """
    return bisect(lambda t: (1 - level) - t_tails(t, df), 0.0, 1e6)


def p_freedom(ratio: float, level: float, p: float) -> float | None:
    """Return the degrees of freedom that a p-value and its interval tell together.

    Parameters
    ----------
    ratio : float
        As in `p_of_ratio`.
    p : float
        The p-value.

    Returns
    -------
    float or None
        None where no number of degrees gives both.
    """

    def over(df: float) -> float:
        return (p_of_ratio(ratio, level, df) - p) * (1.0 if ratio < 1 else -1.0)

    if over(FEWEST_DEGREES) * over(1e6) > 0:
        return None
    return bisect(over, FEWEST_DEGREES, 1e6)


def response_rates(
    interview: float,
    partial: float,
    refusal: float,
    no_contact: float,
    other: float,
    unknown: float,
) -> dict[str, float]:
    """Return the rates of a survey that need no guess of who was eligible.

    Parameters
    ----------
    interview, partial, refusal, no_contact, other, unknown : float
        Persons by what became of them.

    Notes
    -----
    AAPOR (2023), Standard Definitions, 10th ed.: RR1, COOP1, REF1 and CON1.
    """
    talked = interview + partial + refusal + other
    everyone = talked + no_contact + unknown
    return {
        "rr1": interview / everyone,
        "coop1": interview / talked,
        "ref1": refusal / everyone,
        "con1": talked / everyone,
    }
