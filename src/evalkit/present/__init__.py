"""Estimates become statements, tables and figures, in every language at once.

Imports outcomes and everything below. Showing is recording: what a reader sees
carries the estimates that it draws.
"""

from evalkit.present.flow import flow_table
from evalkit.present.headline import headline
from evalkit.present.printed import gaps_statement, opening, printed_table, requests_table
from evalkit.present.reach import difference_statement, shares_figure, shares_table
from evalkit.present.recidivism import (
    agreement,
    balance_table,
    comparison_table,
    curve_figure,
)
from evalkit.present.satisfaction import (
    distribution_figure,
    distribution_table,
    response_statement,
    top_box_table,
)
from evalkit.present.shown import Shown

__all__ = [
    "Shown",
    "agreement",
    "balance_table",
    "comparison_table",
    "curve_figure",
    "difference_statement",
    "distribution_figure",
    "distribution_table",
    "flow_table",
    "gaps_statement",
    "headline",
    "opening",
    "printed_table",
    "requests_table",
    "response_statement",
    "shares_figure",
    "shares_table",
    "top_box_table",
]
