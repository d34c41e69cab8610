"""Recidivism: the same event in two groups within a window after the index date."""

from evalkit.outcomes.recidivism.adjusted import adjust
from evalkit.outcomes.recidivism.balance import profile
from evalkit.outcomes.recidivism.curve import curve, log_rank
from evalkit.outcomes.recidivism.excluded import excluded
from evalkit.outcomes.recidivism.followed import Followed, draw_cohort
from evalkit.outcomes.recidivism.judged import gates
from evalkit.outcomes.recidivism.overlap import OVERLAP
from evalkit.outcomes.recidivism.placebo import placebo
from evalkit.outcomes.recidivism.risk import compare, verdict
from evalkit.outcomes.recidivism.weighed import weigh

__all__ = [
    "OVERLAP",
    "Followed",
    "adjust",
    "compare",
    "curve",
    "draw_cohort",
    "excluded",
    "gates",
    "log_rank",
    "placebo",
    "profile",
    "verdict",
    "weigh",
]
