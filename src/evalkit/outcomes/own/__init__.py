"""A researcher's own numbers: counted, or taken from a fitted model, and released by the gate.

`counts`, `coefficients` and `fit` take the people who were drawn and look behind each number
themselves; what a caller says of how many people it rests on is never asked.
"""

from evalkit.outcomes.own.fit import fit
from evalkit.outcomes.own.groups import counts
from evalkit.outcomes.own.model import coefficients

__all__ = ["coefficients", "counts", "fit"]
