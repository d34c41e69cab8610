"""What was agreed beforehand: study, areas, plan.

Imports estimate, words and errors.
"""

from evalkit.protocol.area import ALL, CLAIMS, QUALITY, Area, Mechanism, OutcomeScope, read_area
from evalkit.protocol.find import find_study, fingerprinted
from evalkit.protocol.identity import (
    EXECUTED,
    FAILED,
    MADE,
    RESULTS,
    SUMMARY,
    identity,
    package_sha256,
)
from evalkit.protocol.notebooks import named_notebooks, own_notebooks
from evalkit.protocol.plan import (
    ClaimsPlan,
    Plan,
    QualityPlan,
    ReachPlan,
    RecidivismPlan,
    SatisfactionPlan,
)
from evalkit.protocol.relations import Relation
from evalkit.protocol.study import (
    LEDGER,
    PERSONS,
    SOURCES,
    Study,
    notebook_of,
    read_study,
)
from evalkit.protocol.tables import Clean, TableSpec

__all__ = [
    "ALL",
    "CLAIMS",
    "EXECUTED",
    "FAILED",
    "LEDGER",
    "MADE",
    "PERSONS",
    "QUALITY",
    "RESULTS",
    "SOURCES",
    "SUMMARY",
    "Area",
    "ClaimsPlan",
    "Clean",
    "Mechanism",
    "OutcomeScope",
    "Plan",
    "QualityPlan",
    "ReachPlan",
    "RecidivismPlan",
    "Relation",
    "SatisfactionPlan",
    "Study",
    "TableSpec",
    "find_study",
    "fingerprinted",
    "identity",
    "named_notebooks",
    "notebook_of",
    "own_notebooks",
    "package_sha256",
    "read_area",
    "read_study",
]
