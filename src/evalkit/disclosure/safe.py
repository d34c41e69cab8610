"""Numbers out of counts that may be computed with.

Imports gate. `Gate.release` calls these with counts that are rounded where they must be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evalkit.disclosure.gate import Given, as_numbers


def counted(n: int) -> dict[str, Any]:
    """Return a count of persons as the numbers of an estimate.

    Parameters
    ----------
    n : int
        As it may be computed with.
    """
    return {"value": float(n), "n": n}


def rows(count: int, base: int) -> dict[str, Any]:
    """Return a count out of all rows as the numbers of an estimate.

    Parameters
    ----------
    count, base : int
        As they may be computed with.
    """
    return {"value": float(count), "n": base, "events": count}


def ratio(events: int, base: int) -> dict[str, Any]:
    """Return a share of persons as the numbers of an estimate; no value where nobody counts.

    Parameters
    ----------
    events, base : int
        As they may be computed with.
    """
    return {"value": events / base if base else None, "n": base, "events": events}


def estimated(method: Callable[[int, int], Given]) -> Callable[[int, int], dict[str, Any]]:
    """Return the function that gives a share by a method, with its counts.

    Parameters
    ----------
    method : callable
        Takes events and base, and returns an estimator's result.
    """
    return lambda events, base: {**as_numbers(method(events, base)), "n": base, "events": events}
