"""Satisfaction: the full distribution of answers, a share with its interval, and the silent."""

from evalkit.outcomes.satisfaction.answers import Answers, draw_answers
from evalkit.outcomes.satisfaction.dispositions import response_rate
from evalkit.outcomes.satisfaction.distribution import Spread, distribution
from evalkit.outcomes.satisfaction.placed import placed
from evalkit.outcomes.satisfaction.represented import Represented, represented
from evalkit.outcomes.satisfaction.response import silent
from evalkit.outcomes.satisfaction.top_box import DESIGN, top_box, verdict
from evalkit.outcomes.satisfaction.waves import change, wave_gates

__all__ = [
    "DESIGN",
    "Answers",
    "Represented",
    "Spread",
    "change",
    "distribution",
    "draw_answers",
    "placed",
    "represented",
    "response_rate",
    "silent",
    "top_box",
    "verdict",
    "wave_gates",
]
