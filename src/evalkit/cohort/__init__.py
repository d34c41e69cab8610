"""Who counts, and why the others do not.

Imports table, words and errors. Tables that an office hands in become one row a person
(`follow_up`, `answers`, `uptake`); a cohort is drawn from such a table by rules (`draw`).
"""

from evalkit.cohort.answers import ANSWERED, answers, last_wave, question_ends
from evalkit.cohort.draw import Cohort, Rule, Step, count_flow, draw
from evalkit.cohort.follow_up import EARLIER, LOCAL, PROVEN, WAITING, follow_up
from evalkit.cohort.landmark import FILE, REACHED, at_landmark
from evalkit.cohort.losses import Loss, losses
from evalkit.cohort.search import UNLIKELY, Search, matched, searches
from evalkit.cohort.uneven import UNEVEN
from evalkit.cohort.uptake import known_steps, steps_of, uptake

__all__ = [
    "ANSWERED",
    "EARLIER",
    "FILE",
    "LOCAL",
    "PROVEN",
    "REACHED",
    "UNEVEN",
    "UNLIKELY",
    "WAITING",
    "Cohort",
    "Loss",
    "Rule",
    "Search",
    "Step",
    "answers",
    "at_landmark",
    "count_flow",
    "draw",
    "follow_up",
    "known_steps",
    "last_wave",
    "losses",
    "matched",
    "question_ends",
    "searches",
    "steps_of",
    "uptake",
]
