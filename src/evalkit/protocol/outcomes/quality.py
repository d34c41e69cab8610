"""Quality: what the offices handed in, before any result is computed from it."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.protocol.outcomes.declaration import Count, Outcome


@dataclass(frozen=True)
class QualityPlan:
    """Choices for the report on the tables that the offices handed in.

    Parameters
    ----------
    estimands : tuple of str
        Everything planned; the rest is exploratory.
    window, waiting : int
        Days of follow-up after the index date, and for proof after these, that a case
        file must have.
    """

    estimands: tuple[str, ...]
    window: Count
    waiting: Count


OUTCOME = Outcome(code="quality", plan=QualityPlan)
