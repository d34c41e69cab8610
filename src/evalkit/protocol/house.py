"""The limits of the house: a plan may be stricter; one that is looser says so beside the verdict.

Imports plan. Sources: UK Justice Data Lab (people, events), Maryland scale as the What Works
Centre for Local Growth reads it (balance), and docs/explanation/verdicts.md.
"""

from __future__ import annotations

from typing import Any

# What a plan's limit may at most, or must at least, be.
AT_MOST = {"max_smd": 0.10, "alpha": 0.05, "max_away": 0.05, "max_unlinked": 0.40}
AT_LEAST = {"min_people": 60, "min_events": 30, "min_clusters": 20, "level": 0.95}
AT_LEAST |= {"min_orders": 100, "min_coverage": 0.1}
# Characteristics in the balance table of every comparison of case files that has them.
COVARIATES = ("age", "male", "prior_events", "risk_level", "legal_class")
# A standardised mean difference above this is amber, and costs a level.
AMBER = 0.05


def looser(plan: Any) -> list[tuple[str, float, float]]:
    """Return every limit of a plan that is looser than the house's: name, planned, house's."""
    wide = [(name, getattr(plan, name, most), most) for name, most in AT_MOST.items()]
    short = [(name, getattr(plan, name, least), least) for name, least in AT_LEAST.items()]
    return [x for x in wide if x[1] > x[2]] + [x for x in short if x[1] < x[2]]
