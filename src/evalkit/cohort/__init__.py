"""Who counts, and why the others do not.

Imports table, words and errors. Tables that an office hands in become one row a person
(`follow_up`, `answers`, `uptake`); a cohort is drawn from such a table by rules (`draw`).
"""

from evalkit.cohort.answers import ANSWERED, answers
from evalkit.cohort.draw import Cohort, Rule, Step, draw
from evalkit.cohort.follow_up import follow_up
from evalkit.cohort.uptake import uptake

__all__ = ["ANSWERED", "Cohort", "Rule", "Step", "answers", "draw", "follow_up", "uptake"]
