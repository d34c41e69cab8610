"""Satisfaction: what those who were asked say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from evalkit.protocol.outcomes.declaration import (
    Count,
    Edges,
    OpenShare,
    Outcome,
    Range,
    Share,
)

Stars = Annotated[float, Range("1, 2, 3, 4, 5", lambda x: x in (1, 2, 3, 4, 5))]


def is_upper(top: tuple[str, ...], categories: tuple[str, ...]) -> bool:
    """Return whether answers are the highest of a scale, and not all of it.

    Parameters
    ----------
    top : tuple of str
        The answers.
    categories : tuple of str
        All of the scale, from lowest to highest.
    """
    return set(top) == set(categories[-len(set(top)) :]) and len(set(top)) < len(categories)


@dataclass(frozen=True)
class SatisfactionPlan:
    """Choices for satisfaction.

    Parameters
    ----------
    item : str
        Label of the question.
    categories, top : tuple of str
        Answers from lowest to highest, and those counted as satisfied.
    by : str
        Column that splits the respondents.
    primary : str
        The estimand in the headline.
    estimands : tuple of str
        Everything planned.
    subset : str
        A condition on the table's columns; empty for everyone.
    estimator : str
        Interval of a share.
    level : float
        Confidence level.
    min_people : int
        Fewest respondents in a group whose share is printed.
    bands : mapping of str to tuple of float
        For a numeric column, the lower edges of its bands, ascending.
    threshold : float
        Share of all asked at which the finding would turn.
    known : tuple of str
        What is known of everyone asked, by which answers stand for the silent.
    alpha : float
        Threshold of a change between waves.
    rake : tuple of str
        Columns by which weights are raked to the population; none where empty.
    register : str
        A condition on the columns of the population counts: the rows that count whom the
        questionnaire is for.
    groups : tuple of str
        Columns of words whose groups' answers are compared; none where empty.
    rated_from : float
        Lowest rating of an order, from 1 to 5, that counts as content.
    min_orders : int
        Fewest rated orders before a share of the ratings is printed.
    min_coverage : float
        Smallest share of the closed orders that must be rated for the same.
    """

    item: str
    categories: tuple[str, ...]
    top: tuple[str, ...]
    by: str
    primary: Literal["top_box", "wave_change"]
    estimands: tuple[str, ...]
    subset: str
    estimator: Literal["clopper_pearson", "design", "wilson"]
    level: OpenShare
    min_people: Count
    bands: Edges = field(default_factory=dict)
    threshold: OpenShare = 0.5
    known: tuple[str, ...] = ("psu",)
    alpha: OpenShare = 0.05
    rake: tuple[str, ...] = ()
    register: str = ""
    groups: tuple[str, ...] = ()
    rated_from: Stars = 4.0
    min_orders: Count = 100
    min_coverage: Share = 0.1

    def disagreements(self) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
        """Yield the answers that are to count as satisfied and nobody can give."""
        if not self.top:
            yield "top", [], self.categories
        for answer in self.top:
            if answer not in self.categories:
                yield "top", answer, self.categories
        # Satisfied is who gave one of the highest answers, and not whoever answered.
        known = bool(self.top) and set(self.top) <= set(self.categories)
        if known and not is_upper(self.top, self.categories):
            yield "top", list(self.top), self.categories[1:]


# The estimand of a change between two waves.
CHANGE = "wave_change"

OUTCOME = Outcome(
    code="satisfaction",
    plan=SatisfactionPlan,
    persons="survey",
    ledger=("satisfaction",),
    asks=(
        *("unquantified", "not_people", "base", "base_size", "date", "start"),
        *("instrument", "n", "comparison"),
    ),
    answers=True,
    sides={CHANGE: "wave_share"},
    estimands=(
        *("answer_share", "top_box", "response_rate", "outcome_rate", "disposition"),
        *("silent_share", "silent_bounds", "tipping", "placed_share", "placed_shift"),
        *("raked_share", "mean_answer", "kind_share", "kind_bounds", "frame_missed"),
        *("frame_share", "wave_share", "wave_change", "wave_change_p", "wave_bounds"),
        *("item", "scale", "invariance", "odds_ratio", "proportional_p"),
        *("order_step", "order_fault", "rating_coverage", "rating_share", "top_rating"),
        *("top_rating_bounds", "close_time", "rating_reward", "reward_unmarked", "rating_gate"),
        "wave_gate",
        *("printed_beside", "source_count", "source_good", "source_bounds", "source_score"),
    ),
)
