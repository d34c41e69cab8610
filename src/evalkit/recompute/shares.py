"""Counts, shares of counts and their intervals, whatever the outcome.

Imports facts, line and methods.
"""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.recompute.distributions import beta_lower, bisect
from evalkit.recompute.facts import Estimate, Facts, code, dims, half, has, others
from evalkit.recompute.line import Line, line, named
from evalkit.recompute.methods import wilson

# Methods whose value is the share of the counts beside it; of any other it is a model's.
PLAIN = (
    *("", "wilson", "clopper_pearson", "share", "clustered", "counted_share", "source_share"),
    *("access", "within", "above", "below", "far_above", "far_below"),
    *("rr1", "coop1", "ref1", "con1"),
)
SCORED = ("wilson", "clopper_pearson")
COUNTS = (
    *("persons", "visits", "orders", "pairings", "rows"),
    *("units", "sessions", "figures", "findings"),
)
# The group that is weighted until it is like the other.
ALIKE = "made_alike"


def lines(facts: Facts) -> Iterator[Line]:
    """Yield a line for each share of released counts, and each interval of one."""
    for e in facts.estimates.values():
        if e["unit"] == "share" and has(e, "value", "n", "events") and e["n"] > 0:
            if code(e, "method") in PLAIN and code(e, "group") != ALIKE:
                yield _share(e)
            if code(e, "method") in SCORED and has(e, "low", "high", "level"):
                yield _interval(e)
        # As many as people are worth by their weights is no count of them.
        if e["unit"] in COUNTS and has(e, "value") and e["estimand"] != "effective":
            yield from _count(e)
    yield from _wholes(facts)


def _share(e: Estimate) -> Line:
    given = [(e, "events"), (e, "n")]
    return line(e, "share", ["value"], [e["events"] / e["n"]], named(given))


def _interval(e: Estimate) -> Line:
    score = code(e, "method") == "wilson"
    ends = (wilson if score else exact_limits)(e["events"], e["n"], e["level"])
    given = named([(e, "events"), (e, "n"), (e, "level")])
    return line(e, code(e, "method"), ["low", "high"], ends, given)


def exact_limits(events: int, n: int, level: float) -> tuple[float, float]:
    """Return the exact binomial interval of a share.

    Parameters
    ----------
    events, n : int
        0 <= events <= n.
    level : float
        Confidence level.

    Notes
    -----
    Clopper and Pearson (1934), Biometrika 26(4), 404-413, by halving the interval.
    """
    tail = (1 - level) / 2

    def limit(k: int, chance: float) -> float:
        return bisect(lambda p: beta_lower(k, n - k + 1, p) - chance, 0.0, 1.0)

    low = limit(events, tail) if events else 0.0
    return low, limit(events + 1, 1 - tail) if events < n else 1.0


def _count(e: Estimate) -> Iterator[Line]:
    if has(e, "events"):
        yield line(e, "events", ["value"], [e["events"]], named([(e, "events")]), check=True)
    elif has(e, "n") and e["unit"] not in ("units", "sessions"):
        yield line(e, "n", ["value"], [e["n"]], named([(e, "n")]), check=True)


# Shares whose parts make up a whole: the dimension that tells the parts apart.
PARTED = {
    "answer_share": "answer",
    "rating_share": "rating",
    "need_share": "state",
    "score_share": "band",
}


def _wholes(facts: Facts) -> Iterator[Line]:
    """Yield a line for each whole whose parts are all released."""
    for estimand, part in PARTED.items():
        groups: dict[tuple[tuple[str, str], ...], list[Estimate]] = {}
        for e in facts.named(estimand):
            groups.setdefault(tuple(sorted(others(e, part).items())), []).append(e)
        for members in groups.values():
            if len(members) > 1 and all(has(e, "value") and part in dims(e) for e in members):
                yield _whole(members)


def _whole(members: list[Estimate]) -> Line:
    last, rest = members[-1], members[:-1]
    given = [(e, "value") for e in rest]
    counted = all(has(e, "n", "events") for e in members)
    # Each part was rounded by itself: counts to fives, models to their last digit.
    each = [half(e, "events") / e["n"] if counted and e["n"] else half(e, "value") for e in members]
    slack = sum(each) + (half(last, "n") * len(members) / last["n"] if counted else 0.0)
    found = 1 - sum(e["value"] for e in rest)
    return line(last, "whole", ["value"], [found], named(given), slack, check=True)
