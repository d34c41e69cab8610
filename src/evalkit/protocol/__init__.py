"""What was agreed beforehand: study, areas, plan.

Imports estimate, words and errors.
"""

from evalkit.protocol.area import Area, Mechanism, OutcomeScope, read_area
from evalkit.protocol.plan import Plan, ReachPlan, RecidivismPlan, SatisfactionPlan
from evalkit.protocol.study import Study, TableSpec, find_study, read_study

__all__ = [
    "Area",
    "Mechanism",
    "OutcomeScope",
    "Plan",
    "ReachPlan",
    "RecidivismPlan",
    "SatisfactionPlan",
    "Study",
    "TableSpec",
    "find_study",
    "read_area",
    "read_study",
]
