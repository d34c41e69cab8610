"""The shapes: which columns a table of each kind promises.

Imports quantity. The page docs/reference/tables.md describes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.protocol import OUTCOMES
from evalkit.quantity import ROUNDINGS


@dataclass(frozen=True)
class Column:
    """What one column promises.

    Parameters
    ----------
    kind : {"text", "number", "count", "flag"}
        "count" is a whole number from 0; "flag" is 0 or 1.
    required : bool
        Whether the file must have it.
    missing : bool
        Whether a cell may be empty.
    low : float or None
        Smallest possible number.
    choices : tuple of str
        The texts that may stand there; empty for any.
    """

    kind: str
    required: bool = True
    missing: bool = False
    low: float | None = None
    choices: tuple[str, ...] = ()


BASES = ("stated", "named", "none")
DATED = ("yes", "partly", "no")
TAGS = ("first", "only", "most", "record")
# What a printed figure is about: an outcome of a study, one beside it, or none.
LEDGER_OUTCOMES = (*OUTCOMES, "side_outcome", "inputs", "organisation", "other")

_TEXT = Column("text")
_BLANK = Column("text", missing=True)
_SPARE = Column("text", required=False, missing=True)

SHAPES: dict[str, dict[str, Column]] = {
    # One person followed from the index date. For each definition d of the event
    # there are two columns more: d (0 or 1) and d_time (in the table's unit).
    "follow_up": {"group": _TEXT},
    # Counted answers of a survey: one row is one cell.
    "survey_counts": {"answer": _TEXT, "count": Column("count")},
    # One person of the target population; whether the service reached them.
    "uptake": {
        "reached": Column("flag", missing=True),
        "exposure": Column("flag", missing=True),
        "cluster": Column("text", missing=True),
    },
    # One printed figure; see data/published/README.md. What stands in value, unit and
    # rounding may be read from printed_figure instead: `evalkit.intake.ledger`.
    "claims": {
        "claim_id": _TEXT,
        "area": _SPARE,
        "source_id": _SPARE,
        "outcome": Column("text", choices=LEDGER_OUTCOMES),
        "indicator": _TEXT,
        "value": _SPARE,
        "unit": _SPARE,
        "rounding": Column("text", required=False, missing=True, choices=ROUNDINGS),
        "printed_figure": _SPARE,
        "tag": Column("text", required=False, missing=True, choices=TAGS),
        "dated": Column("text", required=False, missing=True, choices=DATED),
        "base": Column("text", required=False, missing=True, choices=BASES),
        "n": _SPARE,
        "instrument": _SPARE,
        "follow_up": _SPARE,
        "comparison": _SPARE,
    },
    # One text that printed figures.
    "sources": {"source_id": _TEXT, "published": _TEXT},
}

# Columns that a shape has once for each language of the study.
PER_LANGUAGE: dict[str, dict[str, Column]] = {
    "claims": {
        "place": _SPARE,
        "programme": _SPARE,
        "as_of": _SPARE,
        "denominator": _SPARE,
        "statement": _TEXT,
    },
    "sources": {"publisher": _TEXT, "note": _BLANK},
}

# No count, time or amount of a study is above this; beyond it a float is no longer exact.
MOST = 2**53

UNIQUE = {"claims": "claim_id", "sources": "source_id"}
# Shapes whose columns are all ours: another column there is a misspelt one.
CLOSED = ("claims",)
