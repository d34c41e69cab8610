"""How far something is that of a few: the shares of the top, and the Gini coefficient."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from evalkit.arithmetic.interval import Point
from evalkit.disclosure import people
from evalkit.errors import Refused
from evalkit.estimators.concentration import gini, top_share
from evalkit.outcomes.analysis import Drawn, Yielded, measure, terms


@dataclass(frozen=True)
class Uneven:
    """What of whom is told, and under which names.

    Parameters
    ----------
    amounts, persons : pandas.Series
        How many ``persons`` have so much each.
    top, index : str
        Estimands of the share of the top, and of the Gini coefficient.
    named : str
        In the locale files, the words of a top share.
    method : str
        The same of the coefficient's method.
    about : mapping
        What else every number of it says of itself.
    """

    amounts: pd.Series = field(repr=False)
    persons: pd.Series = field(repr=False)
    top: str
    index: str
    named: str
    method: str
    about: Mapping[str, Any] = field(default_factory=dict)


def uneven(drawn: Drawn, what: Uneven, top: Sequence[float], level: float) -> Iterator[Yielded]:
    """Yield the share of each top, then the Gini coefficient; one refused has its reason.

    Parameters
    ----------
    top : sequence of float
        Shares of the persons, each between 0 and 1.
    level : float
        Confidence level, 0 < level < 1.
    """
    report, made = drawn.report, (what.amounts, what.persons)
    for share in top:
        name: dict[str, Any] = dict(
            unit="share",
            dims=(("top", f"{share:g}"),),
            definition=report.term(what.named, share=share),
        )
        point = functools.partial(top_share, *made, top=share, level=level)
        yield _told(drawn, what, what.top, name, point, level)
    index: dict[str, Any] = dict(unit="spread", digits=2, method=report.term(what.method))
    point = functools.partial(gini, *made, level=level)
    yield _told(drawn, what, what.index, index, point, level)


def _told(
    drawn: Drawn,
    what: Uneven,
    estimand: str,
    name: Mapping[str, Any],
    estimate: Callable[[], Point],
    level: float,
) -> Yielded:
    about = {**what.about, **name}
    try:
        point = estimate()
    except Refused as why:
        reason, _ = terms(drawn.report, drawn.table, why)
        return measure(estimand, **about, reason=reason)
    return measure(
        estimand,
        people(int(what.persons.sum())),
        by=lambda n: {"n": n},
        model=lambda: point,
        row=True,
        interval="confidence",
        level=level,
        **about,
    )
