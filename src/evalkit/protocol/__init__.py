"""What was agreed beforehand: study, areas, plan.

Imports estimate, words and errors.
"""

from evalkit.protocol.area import ALL, CLAIMS, Area, Mechanism, OutcomeScope, read_area
from evalkit.protocol.plan import ClaimsPlan, Plan, ReachPlan, RecidivismPlan, SatisfactionPlan
from evalkit.protocol.relations import Relation
from evalkit.protocol.study import LEDGER, SOURCES, Study, find_study, read_study
from evalkit.protocol.tables import TableSpec

__all__ = [
    "ALL",
    "CLAIMS",
    "LEDGER",
    "SOURCES",
    "Area",
    "ClaimsPlan",
    "Mechanism",
    "OutcomeScope",
    "Plan",
    "ReachPlan",
    "RecidivismPlan",
    "Relation",
    "SatisfactionPlan",
    "Study",
    "TableSpec",
    "find_study",
    "read_area",
    "read_study",
]
