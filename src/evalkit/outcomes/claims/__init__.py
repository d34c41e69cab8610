"""The audit of printed figures: rules that name no area, no place and no figure.

Imports intake, protocol, quantity, estimate, words and errors, and the report.
"""

from evalkit.outcomes.claims.audit import Audit, audit, verdict
from evalkit.outcomes.claims.check import Checked, check
from evalkit.outcomes.claims.finding import ADVERSE, VERDICTS, Finding
from evalkit.outcomes.claims.overview import Overview, overview, overview_verdict

__all__ = [
    "ADVERSE",
    "VERDICTS",
    "Audit",
    "Checked",
    "Finding",
    "Overview",
    "audit",
    "check",
    "overview",
    "overview_verdict",
    "verdict",
]
