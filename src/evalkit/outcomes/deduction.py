"""What takes levels off the rating of a design, with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.words import Term


@dataclass(frozen=True)
class Deduction:
    """What takes levels off the rating of a design.

    Parameters
    ----------
    code : str
        Names it in the record.
    levels : int
        How many.
    reason : Term
        Why.
    """

    code: str
    levels: int
    reason: Term
