"""Recidivism: the same event in two groups within a window after the index date."""

from evalkit.outcomes.recidivism.adjusted import adjust
from evalkit.outcomes.recidivism.balance import profile
from evalkit.outcomes.recidivism.break_even import break_even
from evalkit.outcomes.recidivism.clusters import FEW, Clustered, few_clusters
from evalkit.outcomes.recidivism.curve import curve, log_rank
from evalkit.outcomes.recidivism.evidence import bias, target
from evalkit.outcomes.recidivism.followed import Followed, draw_cohort
from evalkit.outcomes.recidivism.judged import gates
from evalkit.outcomes.recidivism.overlap import OVERLAP
from evalkit.outcomes.recidivism.overturn import Overturned, overturn
from evalkit.outcomes.recidivism.risk import compare, verdict
from evalkit.outcomes.recidivism.specifications import SORTS, Specified, specifications
from evalkit.outcomes.recidivism.villages import Counted, Villages, draw_villages, villages

__all__ = [
    "FEW",
    "OVERLAP",
    "SORTS",
    "Clustered",
    "Counted",
    "Followed",
    "Overturned",
    "Specified",
    "Villages",
    "adjust",
    "bias",
    "break_even",
    "compare",
    "curve",
    "draw_cohort",
    "draw_villages",
    "few_clusters",
    "gates",
    "log_rank",
    "overturn",
    "profile",
    "specifications",
    "target",
    "verdict",
    "villages",
]
