"""Worlds with a known truth: one draw a call, for validation and tests.

Imports nothing of evalkit. Every truth is exact, by how the world is made and not by
simulation; effects on a risk are added to it, so that they are the same for everybody.
"""

from evalkit.sample.scenarios.groups import (
    Areas,
    Clustered,
    Panel,
    areas,
    before_after,
    clustered,
)
from evalkit.sample.scenarios.people import (
    Confounded,
    Silent,
    Survey,
    confounded,
    silent,
    survey,
)
from evalkit.sample.scenarios.times import Censored, Competing, Rates, censored, competing, rates

__all__ = [
    "Areas",
    "Censored",
    "Clustered",
    "Competing",
    "Confounded",
    "Panel",
    "Rates",
    "Silent",
    "Survey",
    "areas",
    "before_after",
    "censored",
    "clustered",
    "competing",
    "confounded",
    "rates",
    "silent",
    "survey",
]
