"""The room through which every number about persons leaves; it knows no files but its policy.

Imports estimators, estimate and words. A number passes by its cells: the persons behind it.
"""

from evalkit.disclosure.cells import NOBODY, Cells, harm, harms, part, people
from evalkit.disclosure.coarse import coarsen
from evalkit.disclosure.curves import SafeCurve
from evalkit.disclosure.gate import Gate
from evalkit.disclosure.policy import Policy, read_policy
from evalkit.disclosure.safe import counted, estimated, ratio, rows

__all__ = [
    "NOBODY",
    "Cells",
    "Gate",
    "Policy",
    "SafeCurve",
    "coarsen",
    "counted",
    "estimated",
    "harm",
    "harms",
    "part",
    "people",
    "ratio",
    "read_policy",
    "rows",
]
