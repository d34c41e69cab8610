"""Reach: the share of the target population that the service reached."""

from evalkit.outcomes.reach.access import Access, access, draw_access
from evalkit.outcomes.reach.balance import profile, weigh
from evalkit.outcomes.reach.beside import beside_printed
from evalkit.outcomes.reach.cascade import Cascade, cascade
from evalkit.outcomes.reach.composition import composition, coverage
from evalkit.outcomes.reach.difference import difference, verdict
from evalkit.outcomes.reach.judged import gates
from evalkit.outcomes.reach.lists import Lists, draw_lists, two_lists
from evalkit.outcomes.reach.needs import Needs, draw_needs, needs
from evalkit.outcomes.reach.opened import opened
from evalkit.outcomes.reach.places import gradient, places
from evalkit.outcomes.reach.shares import shares
from evalkit.outcomes.reach.staffing import Staffing, draw_staffing, staffing
from evalkit.outcomes.reach.target import Target, draw_target
from evalkit.outcomes.reach.townships import few_clusters
from evalkit.outcomes.reach.visits import Visits, concentration, draw_visits, visits
from evalkit.outcomes.reach.volunteers import Volunteers, draw_volunteers, volunteers

__all__ = [
    "Access",
    "Cascade",
    "Lists",
    "Needs",
    "Staffing",
    "Target",
    "Visits",
    "Volunteers",
    "access",
    "beside_printed",
    "cascade",
    "composition",
    "concentration",
    "coverage",
    "difference",
    "draw_access",
    "draw_lists",
    "draw_needs",
    "draw_staffing",
    "draw_target",
    "draw_visits",
    "draw_volunteers",
    "few_clusters",
    "gates",
    "gradient",
    "needs",
    "opened",
    "places",
    "profile",
    "shares",
    "staffing",
    "two_lists",
    "verdict",
    "visits",
    "volunteers",
    "weigh",
]
