"""Satisfaction: the full distribution of answers, a share with its interval, and the silent."""

from evalkit.outcomes.satisfaction.answers import Answers, draw_answers
from evalkit.outcomes.satisfaction.beside import beside_printed
from evalkit.outcomes.satisfaction.distribution import distribution
from evalkit.outcomes.satisfaction.instruments import with_ratings
from evalkit.outcomes.satisfaction.orders import Orders, draw_orders
from evalkit.outcomes.satisfaction.raters import close_times, order_steps, raters, rewards
from evalkit.outcomes.satisfaction.ratings import rating_gates, ratings
from evalkit.outcomes.satisfaction.response import response_rate, silent
from evalkit.outcomes.satisfaction.sources import Assessed, draw_sources, sources
from evalkit.outcomes.satisfaction.top_box import DESIGN, top_box, verdict

__all__ = [
    "DESIGN",
    "Answers",
    "Assessed",
    "Orders",
    "beside_printed",
    "close_times",
    "distribution",
    "draw_answers",
    "draw_orders",
    "draw_sources",
    "order_steps",
    "raters",
    "rating_gates",
    "ratings",
    "response_rate",
    "rewards",
    "silent",
    "sources",
    "top_box",
    "verdict",
    "with_ratings",
]
