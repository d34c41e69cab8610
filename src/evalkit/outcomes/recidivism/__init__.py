"""Recidivism: the same event in two groups within a window after the index date."""

from evalkit.outcomes.recidivism.adjusted import adjust
from evalkit.outcomes.recidivism.balance import profile
from evalkit.outcomes.recidivism.classes import classes
from evalkit.outcomes.recidivism.curve import curve, log_rank
from evalkit.outcomes.recidivism.definitions import definitions
from evalkit.outcomes.recidivism.excluded import excluded
from evalkit.outcomes.recidivism.followed import Followed, draw_cohort
from evalkit.outcomes.recidivism.judged import gates
from evalkit.outcomes.recidivism.measures import measures
from evalkit.outcomes.recidivism.milestones import milestones
from evalkit.outcomes.recidivism.needed import number_needed
from evalkit.outcomes.recidivism.overlap import OVERLAP
from evalkit.outcomes.recidivism.placebo import placebo
from evalkit.outcomes.recidivism.risk import compare, verdict
from evalkit.outcomes.recidivism.second import second_opinion
from evalkit.outcomes.recidivism.settle import settle
from evalkit.outcomes.recidivism.subgroups import subgroups
from evalkit.outcomes.recidivism.weighed import weigh

__all__ = [
    "OVERLAP",
    "Followed",
    "adjust",
    "classes",
    "compare",
    "curve",
    "definitions",
    "draw_cohort",
    "excluded",
    "gates",
    "log_rank",
    "measures",
    "milestones",
    "number_needed",
    "placebo",
    "profile",
    "second_opinion",
    "settle",
    "subgroups",
    "verdict",
    "weigh",
]
