"""Reach: the share of the target population that the service reached."""

from evalkit.outcomes.reach.access import Access, access, draw_access
from evalkit.outcomes.reach.balance import profile, weigh
from evalkit.outcomes.reach.beside import beside_printed
from evalkit.outcomes.reach.cadence import Cadence, cadence, draw_cadence
from evalkit.outcomes.reach.cascade import Cascade, cascade
from evalkit.outcomes.reach.chain import Chain, chain, draw_chain
from evalkit.outcomes.reach.composition import composition, coverage
from evalkit.outcomes.reach.difference import difference, verdict
from evalkit.outcomes.reach.judged import gates
from evalkit.outcomes.reach.lists import Lists, draw_lists, two_lists
from evalkit.outcomes.reach.mediation import Mediation, draw_mediation, mediation
from evalkit.outcomes.reach.needs import Needs, draw_needs, needs
from evalkit.outcomes.reach.opened import opened
from evalkit.outcomes.reach.pairs import Pairs, draw_pairs, pairs
from evalkit.outcomes.reach.places import gradient, places
from evalkit.outcomes.reach.points import Points, draw_points, points
from evalkit.outcomes.reach.shares import shares
from evalkit.outcomes.reach.spend import Spend, draw_spend, spend
from evalkit.outcomes.reach.staffing import Staffing, draw_staffing, staffing
from evalkit.outcomes.reach.target import Target, draw_target
from evalkit.outcomes.reach.tickets import Tickets, draw_tickets, tickets
from evalkit.outcomes.reach.townships import few_clusters
from evalkit.outcomes.reach.trend import Trend, draw_trend, trend
from evalkit.outcomes.reach.visits import Visits, concentration, draw_visits, visits
from evalkit.outcomes.reach.volunteers import Volunteers, draw_volunteers, volunteers

__all__ = [
    "Access",
    "Cadence",
    "Cascade",
    "Chain",
    "Lists",
    "Mediation",
    "Needs",
    "Pairs",
    "Points",
    "Spend",
    "Staffing",
    "Target",
    "Tickets",
    "Trend",
    "Visits",
    "Volunteers",
    "access",
    "beside_printed",
    "cadence",
    "cascade",
    "chain",
    "composition",
    "concentration",
    "coverage",
    "difference",
    "draw_access",
    "draw_cadence",
    "draw_chain",
    "draw_lists",
    "draw_mediation",
    "draw_needs",
    "draw_pairs",
    "draw_points",
    "draw_spend",
    "draw_staffing",
    "draw_target",
    "draw_tickets",
    "draw_trend",
    "draw_visits",
    "draw_volunteers",
    "few_clusters",
    "gates",
    "gradient",
    "mediation",
    "needs",
    "opened",
    "pairs",
    "places",
    "points",
    "profile",
    "shares",
    "spend",
    "staffing",
    "tickets",
    "trend",
    "two_lists",
    "verdict",
    "visits",
    "volunteers",
    "weigh",
]
