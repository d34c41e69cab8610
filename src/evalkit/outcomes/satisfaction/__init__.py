"""Satisfaction: the full distribution of answers, a share with its interval, and the silent."""

from evalkit.outcomes.satisfaction.answers import Answers, draw_answers
from evalkit.outcomes.satisfaction.distribution import distribution
from evalkit.outcomes.satisfaction.response import response_rate, silent
from evalkit.outcomes.satisfaction.top_box import DESIGN, top_box, verdict

__all__ = [
    "DESIGN",
    "Answers",
    "distribution",
    "draw_answers",
    "response_rate",
    "silent",
    "top_box",
    "verdict",
]
