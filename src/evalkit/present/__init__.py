"""Estimates become statements, tables and figures, in every language at once.

Imports outcomes and everything below. Showing is recording: what a reader sees
carries the estimates that it draws.
"""

from evalkit.present import display
from evalkit.present.access import access_figure
from evalkit.present.adjusted import adjusted_table, placebo_table
from evalkit.present.apart import classes_table, milestones_table
from evalkit.present.areas import area_gates_table, areas_table
from evalkit.present.balance import balance_table, excluded_table, love_figure, overlap_figure
from evalkit.present.beside import beside_table, counts_beside_table
from evalkit.present.break_even import break_even_statement
from evalkit.present.cadence import cadence_figure
from evalkit.present.cascade import cascade_figure, cascade_table
from evalkit.present.chain import chain_figure, chain_table
from evalkit.present.choices import choices_table
from evalkit.present.claims import (
    claims_opening,
    derived_table,
    findings_table,
    tally,
    wording_table,
)
from evalkit.present.claims_each import claims_table, completeness_table, lacking_table
from evalkit.present.claims_figures import parts_figure, shares_of_base_figure
from evalkit.present.claims_overview import (
    across_derived_table,
    across_table,
    completeness_figure,
    lacks_statement,
    lacks_table,
    overview_opening,
    tally_table,
)
from evalkit.present.claims_visits import people_visits_figure
from evalkit.present.clusters import clusters_table
from evalkit.present.composition import composition_figure, composition_table, coverage_table
from evalkit.present.evidence import bias_table, rating_table, sayings, target_table
from evalkit.present.flow import flow_table
from evalkit.present.gates import gates_table
from evalkit.present.headline import headline
from evalkit.present.kinds import kinds_table
from evalkit.present.lists import lists_table
from evalkit.present.measures import definitions_figure, measures_table, subgroups_figure
from evalkit.present.mediation import mediation_table
from evalkit.present.needs import needs_figure, needs_table
from evalkit.present.opened import opened_table
from evalkit.present.overturn import overturn_table
from evalkit.present.own import show, statement, table
from evalkit.present.own_figure import figure
from evalkit.present.pairs import pairs_table
from evalkit.present.places import gradient_statement, places_figure, places_table
from evalkit.present.points import points_table
from evalkit.present.printed import gaps_statement, opening, printed_table, requests_table
from evalkit.present.quality import (
    contents_table,
    linkage_table,
    missing_table,
    problems_table,
)
from evalkit.present.ratings import (
    instruments_table,
    order_steps_table,
    rating_gates_table,
    ratings_table,
    rewards_table,
)
from evalkit.present.ratings_figures import raters_figure, ratings_figure
from evalkit.present.reach import difference_statement, shares_figure, shares_table
from evalkit.present.recidivism import (
    agreement,
    comparison_table,
    curve_figure,
)
from evalkit.present.satisfaction import (
    distribution_figure,
    distribution_table,
    top_box_table,
)
from evalkit.present.scale import odds_figure, scale_table
from evalkit.present.settled import needed_statement, settle_statement
from evalkit.present.shown import Shown
from evalkit.present.sources import sources_table
from evalkit.present.specifications import specifications_figure
from evalkit.present.spend import spend_table
from evalkit.present.staffing import staffing_figure
from evalkit.present.starts import starts_table
from evalkit.present.survey import (
    bounds_figure,
    change_table,
    represented_table,
    response_table,
    wave_gates_table,
)
from evalkit.present.tickets import tickets_figure, tickets_table
from evalkit.present.trend import trend_figure, trend_table
from evalkit.present.villages import villages_table
from evalkit.present.visits import lorenz_figure, visits_table
from evalkit.present.volunteers import volunteers_table

display.register()

__all__ = [
    "Shown",
    "access_figure",
    "across_derived_table",
    "across_table",
    "adjusted_table",
    "agreement",
    "area_gates_table",
    "areas_table",
    "balance_table",
    "beside_table",
    "bias_table",
    "bounds_figure",
    "break_even_statement",
    "cadence_figure",
    "cascade_figure",
    "cascade_table",
    "chain_figure",
    "chain_table",
    "change_table",
    "choices_table",
    "claims_opening",
    "claims_table",
    "classes_table",
    "clusters_table",
    "comparison_table",
    "completeness_figure",
    "completeness_table",
    "composition_figure",
    "composition_table",
    "contents_table",
    "counts_beside_table",
    "coverage_table",
    "curve_figure",
    "definitions_figure",
    "derived_table",
    "difference_statement",
    "distribution_figure",
    "distribution_table",
    "excluded_table",
    "figure",
    "findings_table",
    "flow_table",
    "gaps_statement",
    "gates_table",
    "gradient_statement",
    "headline",
    "instruments_table",
    "kinds_table",
    "lacking_table",
    "lacks_statement",
    "lacks_table",
    "linkage_table",
    "lists_table",
    "lorenz_figure",
    "love_figure",
    "measures_table",
    "mediation_table",
    "milestones_table",
    "missing_table",
    "needed_statement",
    "needs_figure",
    "needs_table",
    "odds_figure",
    "opened_table",
    "opening",
    "order_steps_table",
    "overlap_figure",
    "overturn_table",
    "overview_opening",
    "pairs_table",
    "parts_figure",
    "people_visits_figure",
    "placebo_table",
    "places_figure",
    "places_table",
    "points_table",
    "printed_table",
    "problems_table",
    "raters_figure",
    "rating_gates_table",
    "rating_table",
    "ratings_figure",
    "ratings_table",
    "represented_table",
    "requests_table",
    "response_table",
    "rewards_table",
    "sayings",
    "scale_table",
    "settle_statement",
    "shares_figure",
    "shares_of_base_figure",
    "shares_table",
    "show",
    "sources_table",
    "specifications_figure",
    "spend_table",
    "staffing_figure",
    "starts_table",
    "statement",
    "subgroups_figure",
    "table",
    "tally",
    "tally_table",
    "target_table",
    "tickets_figure",
    "tickets_table",
    "top_box_table",
    "trend_figure",
    "trend_table",
    "villages_table",
    "visits_table",
    "volunteers_table",
    "wave_gates_table",
    "wording_table",
]
