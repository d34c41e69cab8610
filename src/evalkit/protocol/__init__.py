"""What was agreed beforehand: study, areas, plan.

Imports estimate, words and errors.
"""

from evalkit.protocol.area import ALL, Area, Mechanism, OutcomeScope, read_area
from evalkit.protocol.brand import Brand, brand_of
from evalkit.protocol.find import find_study, fingerprinted
from evalkit.protocol.identity import (
    CHANGED,
    EXECUTED,
    FAILED,
    FORMS,
    MADE,
    RESULTS,
    REVIEWED,
    SUMMARY,
    identity,
    package_sha256,
    utc_now,
)
from evalkit.protocol.outcomes import (
    BEARS_ON,
    CLAIMS,
    DECLARED,
    OUTCOMES,
    QUALITY,
    ClaimsPlan,
    Outcome,
    QualityPlan,
    ReachPlan,
    RecidivismPlan,
    SatisfactionPlan,
    choices_of,
)
from evalkit.protocol.plan import Plan
from evalkit.protocol.relations import Relation
from evalkit.protocol.servers import Server
from evalkit.protocol.study import (
    LEDGER,
    SOURCES,
    Study,
    notebook_of,
    read_study,
)
from evalkit.protocol.tables import SPARK, Clean, TableSpec
from evalkit.protocol.workspace import home_of, named_notebooks, own_notebooks, reports_of

__all__ = [
    "ALL",
    "BEARS_ON",
    "CHANGED",
    "CLAIMS",
    "DECLARED",
    "EXECUTED",
    "FAILED",
    "FORMS",
    "LEDGER",
    "MADE",
    "OUTCOMES",
    "QUALITY",
    "RESULTS",
    "REVIEWED",
    "SOURCES",
    "SPARK",
    "SUMMARY",
    "Area",
    "Brand",
    "ClaimsPlan",
    "Clean",
    "Mechanism",
    "Outcome",
    "OutcomeScope",
    "Plan",
    "QualityPlan",
    "ReachPlan",
    "RecidivismPlan",
    "Relation",
    "SatisfactionPlan",
    "Server",
    "Study",
    "TableSpec",
    "brand_of",
    "choices_of",
    "find_study",
    "fingerprinted",
    "home_of",
    "identity",
    "named_notebooks",
    "notebook_of",
    "own_notebooks",
    "package_sha256",
    "read_area",
    "read_study",
    "reports_of",
    "utc_now",
]
