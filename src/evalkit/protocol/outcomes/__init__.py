"""Which outcomes there are; a new one is a module here, and its name in the list below.

Imports nothing of evalkit.
"""

from evalkit.protocol.outcomes import claims, quality, reach, recidivism, satisfaction
from evalkit.protocol.outcomes.claims import ClaimsPlan
from evalkit.protocol.outcomes.declaration import Outcome, choices_of, faults, kinds
from evalkit.protocol.outcomes.quality import QualityPlan
from evalkit.protocol.outcomes.reach import ReachPlan
from evalkit.protocol.outcomes.recidivism import RecidivismPlan
from evalkit.protocol.outcomes.satisfaction import SatisfactionPlan

# In the order in which a reader meets them.
DECLARED = {m.OUTCOME.code: m.OUTCOME for m in (recidivism, satisfaction, reach, claims, quality)}
# Those that a study is made for, each about persons.
OUTCOMES = tuple(code for code, outcome in DECLARED.items() if outcome.persons)
# What is reported on beside them: the figures that an area printed, and what its offices
# handed in, before any result is computed from it.
CLAIMS, QUALITY = claims.OUTCOME.code, quality.OUTCOME.code
# The outcome on which a figure of the ledger bears; school and work bear on what
# re-offending does.
BEARS_ON = {ledger: outcome for outcome in DECLARED.values() for ledger in outcome.ledger}

__all__ = [
    "BEARS_ON",
    "CLAIMS",
    "DECLARED",
    "OUTCOMES",
    "QUALITY",
    "ClaimsPlan",
    "Outcome",
    "QualityPlan",
    "ReachPlan",
    "RecidivismPlan",
    "SatisfactionPlan",
    "choices_of",
    "faults",
    "kinds",
]
