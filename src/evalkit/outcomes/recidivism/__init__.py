"""Recidivism: the same event in two groups within a window after the index date."""

from evalkit.outcomes.recidivism.adjusted import adjust
from evalkit.outcomes.recidivism.areas import area_gates, areas, draw_areas
from evalkit.outcomes.recidivism.balance import profile
from evalkit.outcomes.recidivism.break_even import break_even
from evalkit.outcomes.recidivism.classes import classes
from evalkit.outcomes.recidivism.clusters import few_clusters
from evalkit.outcomes.recidivism.curve import curve, log_rank
from evalkit.outcomes.recidivism.definitions import definitions
from evalkit.outcomes.recidivism.evidence import bias, target
from evalkit.outcomes.recidivism.excluded import excluded
from evalkit.outcomes.recidivism.followed import Followed, draw_cohort
from evalkit.outcomes.recidivism.judged import gates
from evalkit.outcomes.recidivism.measures import measures
from evalkit.outcomes.recidivism.milestones import milestones
from evalkit.outcomes.recidivism.needed import number_needed
from evalkit.outcomes.recidivism.overlap import OVERLAP
from evalkit.outcomes.recidivism.overturn import Overturned, overturn
from evalkit.outcomes.recidivism.placebo import placebo
from evalkit.outcomes.recidivism.risk import compare, verdict
from evalkit.outcomes.recidivism.second import second_opinion
from evalkit.outcomes.recidivism.settle import settle
from evalkit.outcomes.recidivism.specifications import SORTS, Specified, specifications
from evalkit.outcomes.recidivism.starts import starts
from evalkit.outcomes.recidivism.subgroups import subgroups
from evalkit.outcomes.recidivism.villages import Counted, Villages, draw_villages, villages
from evalkit.outcomes.recidivism.weighed import weigh

__all__ = [
    "OVERLAP",
    "SORTS",
    "Counted",
    "Followed",
    "Overturned",
    "Specified",
    "Villages",
    "adjust",
    "area_gates",
    "areas",
    "bias",
    "break_even",
    "classes",
    "compare",
    "curve",
    "definitions",
    "draw_areas",
    "draw_cohort",
    "draw_villages",
    "excluded",
    "few_clusters",
    "gates",
    "log_rank",
    "measures",
    "milestones",
    "number_needed",
    "overturn",
    "placebo",
    "profile",
    "second_opinion",
    "settle",
    "specifications",
    "starts",
    "subgroups",
    "target",
    "verdict",
    "villages",
    "weigh",
]
