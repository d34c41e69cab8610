"""How many verdicts and numbers changed, in one manner for terminal, page and portal.

Imports words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evalkit.words import Phrase, phrase

MOVED = "moved"
# What may become of an estimate beside that its number moved, in the order in which it is told.
OTHERS = (*("unlike", "redefined", "withheld", "refused", "released", "new", "gone", "reworded"),)


@dataclass(frozen=True)
class Tally:
    """What became of how many.

    Parameters
    ----------
    figures, judged : int
        Printed figures with a verdict; of them those whose verdict is another.
    compared : int
        Numbers that both editions release, and that can be compared.
    kinds : mapping of str to int
        `MOVED` or one of `OTHERS`, to how many.
    """

    figures: int
    judged: int
    compared: int
    kinds: Mapping[str, int] = field(default_factory=dict)


def counted(what: str, n: int, of: int) -> Phrase:
    """Return how many of how many changed.

    Parameters
    ----------
    what : {"verdicts", "figures", "moved"}
        What is counted.
    """
    if of == 1:
        # "0 of 1" is no Chinese.
        ending = "changed" if n else "held"
        return phrase(f"editions.{what}_one_{ending}")
    return phrase(f"editions.{what}", n=n, of=of)


def counts_of(tally: Tally) -> list[Phrase]:
    """Return a part of a sentence for each count: figures where there are any, then numbers."""
    parts = [counted("figures", tally.judged, tally.figures)] if tally.figures else []
    parts.append(counted("moved", tally.kinds.get(MOVED, 0), tally.compared))
    return parts + [
        phrase(f"editions.some_{kind}", n=tally.kinds[kind])
        for kind in OTHERS
        if tally.kinds.get(kind)
    ]
