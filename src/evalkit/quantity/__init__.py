"""A printed figure as what it can stand for: an interval with a unit type.

Imports errors. Exact fractions throughout: an open end that touches a closed one
must not be decided by the last bit of a float.
"""

from evalkit.quantity.quantity import Quantity, UnitsDiffer
from evalkit.quantity.rounding import ROUNDINGS, last_place, read_figure
from evalkit.quantity.span import Span, simplest_share
from evalkit.quantity.units import Unit, kinds, parse_unit, quotient, unit_codes

__all__ = [
    "ROUNDINGS",
    "Quantity",
    "Span",
    "Unit",
    "UnitsDiffer",
    "kinds",
    "last_place",
    "parse_unit",
    "quotient",
    "read_figure",
    "simplest_share",
    "unit_codes",
]
