"""Satisfaction: the full distribution of answers, a share with its interval, and the silent."""

from evalkit.outcomes.satisfaction.answers import Answers, draw_answers
from evalkit.outcomes.satisfaction.beside import beside_printed
from evalkit.outcomes.satisfaction.dispositions import response_rate
from evalkit.outcomes.satisfaction.distribution import Spread, distribution
from evalkit.outcomes.satisfaction.instruments import with_ratings
from evalkit.outcomes.satisfaction.kinds import kinds
from evalkit.outcomes.satisfaction.mean import mean_answer
from evalkit.outcomes.satisfaction.odds import Odds, odds
from evalkit.outcomes.satisfaction.orders import Orders, draw_orders
from evalkit.outcomes.satisfaction.placed import placed
from evalkit.outcomes.satisfaction.raters import close_times, order_steps, raters, rewards
from evalkit.outcomes.satisfaction.ratings import rating_gates, ratings
from evalkit.outcomes.satisfaction.represented import Represented, represented
from evalkit.outcomes.satisfaction.response import silent
from evalkit.outcomes.satisfaction.scale import Scaled, scale
from evalkit.outcomes.satisfaction.sources import Assessed, draw_sources, sources
from evalkit.outcomes.satisfaction.top_box import DESIGN, top_box, verdict
from evalkit.outcomes.satisfaction.waves import change, wave_gates

__all__ = [
    "DESIGN",
    "Answers",
    "Assessed",
    "Odds",
    "Orders",
    "Represented",
    "Scaled",
    "Spread",
    "beside_printed",
    "change",
    "close_times",
    "distribution",
    "draw_answers",
    "draw_orders",
    "draw_sources",
    "kinds",
    "mean_answer",
    "odds",
    "order_steps",
    "placed",
    "raters",
    "rating_gates",
    "ratings",
    "represented",
    "response_rate",
    "rewards",
    "scale",
    "silent",
    "sources",
    "top_box",
    "verdict",
    "wave_gates",
    "with_ratings",
]
