"""Printed figures: what an area printed, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.protocol.outcomes.declaration import Count, OpenShare, Outcome


@dataclass(frozen=True)
class ClaimsPlan:
    """Choices for the audit of printed figures.

    Parameters
    ----------
    estimands : tuple of str
        Everything planned; the rest is exploratory.
    approx : float
        Half-width of "about", as a share of the figure.
    same_digits : int
        Fewest significant digits for two equal figures to be pointed out.
    zero_base : int
        People in the example that shows what a zero leaves open.
    level : float
        Confidence level of the upper bound of a zero, one-sided.
    """

    estimands: tuple[str, ...]
    approx: OpenShare
    same_digits: Count
    zero_base: Count
    level: OpenShare


OUTCOME = Outcome(code="claims", plan=ClaimsPlan)
