"""Ratings of orders and a sample survey beside each other: two instruments, never one number."""

from __future__ import annotations

from evalkit.outcomes.report import Refusal, Result
from evalkit.outcomes.satisfaction.answers import EVERYONE
from evalkit.outcomes.satisfaction.orders import Orders
from evalkit.outcomes.verdict import stated_level

# What an area without orders is asked for nothing: it may have no such loop.
NO_ORDERS = "no_orders"


def with_ratings(decided: Result, orders: Orders | Refusal, rated: Result | Refusal) -> Result:
    """Return the verdict of the survey, or of the ratings where the survey gives none.

    Parameters
    ----------
    decided : Result
        From `verdict`.
    orders : Orders or Refusal
        From `draw_orders`.
    rated : Result or Refusal
        From `ratings`.

    Returns
    -------
    Result
        `decided` where the survey gives a share, or the area has no orders. Else "measured"
        by the ratings: their coverage and what the unrated could make of them, never the
        share of those who rated by itself; or why they give nothing either.
    """
    verdict = decided.estimates[0]
    if verdict.verdict != "not_assessable" or isinstance(orders, Refusal):
        return decided
    report = decided.report
    if isinstance(rated, Refusal):
        why = rated.estimate
        if report.spec is not None:
            return decided
        # No survey, and ratings that do not suffice: the nearer of the two is told.
        assert why.reason is not None and why.would_pass is not None
        return stated_level(decided, orders.table, why.reason, why.would_pass, "not_assessable")
    bounds = rated.one("top_rating_bounds", **{EVERYONE: EVERYONE})
    if bounds.low is None:
        return decided
    key = "ratings_no_survey" if report.spec is None else "ratings_survey_refused"
    reason = report.term(f"reason.{key}", why=verdict.reason)
    behind = Result(report, (bounds,), (*decided.deviations, *rated.deviations))
    return stated_level(behind, orders.table, reason, report.term("would_pass.ratings_alone"))
