"""Reach: how many of those whom it is meant for the service reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evalkit.protocol.outcomes.declaration import (
    Count,
    Design,
    Difference,
    Edges,
    OpenShare,
    Outcome,
)


@dataclass(frozen=True)
class ReachPlan:
    """Choices for reach.

    Parameters
    ----------
    definition : str
        Label of what counts as reached.
    exposure : str
        Column with 1 for those offered the programme and 0 for the comparison.
    by : tuple of str
        Columns that split the people.
    bands : mapping of str to tuple of float
        For a numeric column, the lower edges of its bands, ascending. Band i of
        column c is named by the label ``c_i``.
    cluster : str
        Column of the sampling or assignment units.
    design : str
        Label under ``[design]`` in the locale files.
    primary : str
        The estimand that decides the verdict.
    estimands : tuple of str
        Everything planned.
    subset : str
        A condition on the table's columns; empty for everyone.
    estimator : str
        Method of the difference.
    level, alpha : float
        Confidence level and the threshold of the decision.
    min_people, min_clusters : int
        Fewest people in a group, and fewest clusters for a clustered interval.
    covariates : tuple of str
        Columns in which sides that were not randomised are made alike, beside those of an
        office's register.
    max_smd : float
        Largest standardised mean difference of sides that are compared.
    """

    definition: str
    exposure: str
    by: tuple[str, ...]
    bands: Edges
    cluster: str
    design: Design
    primary: Literal["reach_difference"]
    estimands: tuple[str, ...]
    subset: str
    estimator: Literal["clustered"]
    level: OpenShare
    alpha: OpenShare
    min_people: Count
    min_clusters: Count
    covariates: tuple[str, ...] = ()
    max_smd: Difference = 0.10


OUTCOME = Outcome(
    code="reach",
    plan=ReachPlan,
    persons="people",
    ledger=("reach",),
    asks=("unquantified", "not_people", "base", "base_size", "date", "start"),
    sides={"reach_difference": "share_reached"},
    estimands=(
        *("share_reached", "reach_difference", "reach_difference_p"),
        *("mean", "smd", "adjusted_smd", "effective", "clustered_difference", "clustered_p"),
        *("target_share", "served_share", "missed_count"),
        *("counted_people", "registered_people", "coverage"),
        *(
            "place_share",
            "place_limit",
            "place_target",
            "place_spread",
            "place_count",
            "need_gradient",
        ),
        *("opened_share", "opened_difference", "opened_p", "opened_placebo_p"),
        *("opened_before", "opened_before_p"),
        "printed_beside",
        *("visit_count", "people_count", "visits_each", "people_bounds", "visit_fault"),
        *("on_lists", "listed_people", "dependent_people"),
        *("top_visits", "visits_gini", "lorenz"),
        *("cascade", "cascade_kept", "cascade_lost"),
        *("volunteer_count", "volunteer_active", "hours_each", "top_hours", "hours_gini"),
        *("staffed_share", "staffed_month", "staffed_unknown"),
        *("need_share", "need_days"),
        *("access_share", "access_radius", "access_sites", "access_fault"),
        *("order_step", "order_people", "order_share", "order_hours", "order_fault"),
        *("chain_share", "chain_entered", "chain_fault"),
        *("dispute_share", "dispute_within", "dispute_days", "dispute_reopened", "dispute_fault"),
        *("point_people", "point_sum", "point_unspent", "top_points", "points_gini", "point_fault"),
        *(
            "pair_count",
            "pair_people",
            "pair_none",
            "pair_visits",
            "pair_over",
            "pair_kept",
            "pair_fault",
        ),
        *("cadence_met", "cadence_month", "cadence_untold"),
        *("spend_yuan", "spend_per"),
        *("month_visits", "month_people", "month_new", "new_rate", "month_change", "month_undated"),
    ),
)
