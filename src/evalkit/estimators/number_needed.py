"""How many persons must take part for one fewer to have the event."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.arithmetic.interval import Point


@dataclass(frozen=True)
class NumberNeeded:
    """A number needed to treat with its interval, which may pass through infinity.

    Parameters
    ----------
    value : float or None
        Persons for one event fewer (or more, see `side`); None where the difference is 0.
    side : {"benefit", "harm", "neither"}
        Whether the first group has fewer events, more, or as many.
    benefit, harm : tuple of (float, float or None), or None
        The interval's part on each side: its smallest number of persons, and its largest;
        the largest is None where the part goes on without end. None where the interval
        has no part on that side. Where the difference may be 0 both parts are without end.
    """

    value: float | None
    side: str
    benefit: tuple[float, float | None] | None
    harm: tuple[float, float | None] | None


def number_needed(difference: Point) -> NumberNeeded:
    """Turn a difference of risks into numbers needed to treat.

    Parameters
    ----------
    difference : Point
        Risk in the treated group minus risk in the other, with its interval, in [-1, 1];
        below 0 where the event, which nobody wants, is rarer among the treated.

    Returns
    -------
    NumberNeeded
        Not rounded: whoever prints it rounds a benefit up.

    Raises
    ------
    ValueError
        If the difference or its interval cannot be one of risks.

    Notes
    -----
    Altman (1998), BMJ 317(7168), 1309-1312: an interval of the difference that holds 0
    is one of numbers from benefit through infinity to harm, not from one number to another.
    """
    low, value, high = difference.low, difference.value, difference.high
    if not -1 <= low <= value <= high <= 1:
        raise ValueError(f"no difference of risks: {value} from {low} to {high}")
    side = "benefit" if value < 0 else "harm" if value > 0 else "neither"
    return NumberNeeded(
        value=1 / abs(value) if value else None,
        side=side,
        benefit=_part(-low, -high),
        harm=_part(high, low),
    )


def _part(furthest: float, nearest: float) -> tuple[float, float | None] | None:
    """Return the part of an interval on one side, from the larger effect to the smaller."""
    if furthest <= 0:
        return None
    return 1 / furthest, 1 / nearest if nearest > 0 else None
