"""Why a released number does not follow from released numbers.

Imports facts. A code each, with a sentence in every language in the locale files.
"""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.recompute.facts import Estimate, code, has, is_exact

WEIGHTED = (
    *("entropy_balancing", "doubly_robust", "att_weights", "overlap_weights", "matched"),
    *("weighted", "design", "placed", "mean_weighted", "bounds_weighted", "smd_weighted"),
    *("rosenbaum", "worst_case", "rr3", "regression"),
)
CLUSTERED = (
    *("clustered", "clustered_difference", "by_person", "by_township", "cr2", "cv3"),
    *("most_cautious", "sites_balanced", "counted_share", "source_share"),
)
RESAMPLED = ("wild_bootstrap", "randomisation", "placebo_villages", "differences")
MODELS = (
    *("ordinal", "brant", "alpha", "omega", "item_rest", "interaction", "power"),
    *("e_value", "rate_sequence", "chapman", "dependent_lists", "landmark", "sequence", "assigned"),
)
# Numbers that are made of one number of each person or row.
PERSONS = (
    *("mean", "kept_mean", "excluded_mean", "measure", "measure_difference", "variance_ratio"),
    *("adjusted_variance_ratio", "excluded_smd", "smd", "lorenz", "top_visits", "top_hours"),
    *("top_points", "visits_gini", "hours_gini", "points_gini", "need_gradient", "need_days"),
    *("order_hours", "dispute_days", "close_time", "hours_each", "effective", "score_share"),
    *("settled", "left_out_turns", "source_score", "staffed_share", "staffed_month"),
    *(
        "cadence_met",
        "cadence_month",
        "pair_kept",
        "pair_over",
        "people_bounds",
        "counted_people",
        "frame_share",
    ),
    *("log_rank", "access_radius", "place_limit", "place_spread", "interaction"),
)
# A group that is weighted until it is like the other.
ALIKE = "made_alike"
FIGURES = ("claim", "printed")
# Counted from columns of the ledger that no report releases row by row.
LEDGER = ("completeness", "gaps", "tally", "derived", "finding")
COUNTS = (
    *("persons", "visits", "orders", "pairings", "rows", "units", "sites", "sessions"),
    *("figures", "findings", "credits", "CNY"),
)


def reason(e: Estimate, fields: Sequence[str]) -> str:
    """Return the code of why these numbers cannot be found again.

    Parameters
    ----------
    fields : sequence of str
        Which of its numbers.
    """
    method, estimand = code(e, "method"), e["estimand"]
    if estimand in FIGURES:
        return "figure"
    if estimand in LEDGER:
        return "ledger"
    if estimand in ("rating", "rating_step"):
        return "rated"
    for codes, why in (
        (RESAMPLED, "resampled"), (WEIGHTED, "weighted"), (CLUSTERED, "clustered"),
        (MODELS, "model"),
    ):  # fmt: skip
        if method in codes:
            return why
    if code(e, "group") == ALIKE:
        return "weighted"
    if estimand in PERSONS:
        return "persons"
    if e["unit"] in COUNTS and "low" not in fields:
        return "count"
    if e["unit"] in ("p", "coefficient"):
        return "model"
    if has(e, "n") and not is_exact(e):
        return "rounded"
    return "unknown"
