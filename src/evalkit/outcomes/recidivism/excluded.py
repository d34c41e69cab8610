"""Whether those who were left out are like those who were kept, in each group by itself."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

from evalkit.disclosure import Cells, harm, people, ratio
from evalkit.outcomes.analysis import Measure, Yielded, analysis, measure
from evalkit.outcomes.recidivism.balance import Characteristic, left_out, of_column
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.places import PLACES

# People of a group: how one alone was says nothing of them.
LEAST = 2


@analysis("excluded_smd")
def excluded(followed: Followed, covariates: tuple[str, ...]) -> Iterator[Yielded]:
    """Compare those who were left out with those who were kept.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    covariates : tuple of str
        Columns of the table; those of the house's rule that it has are added, and places and
        years left to the balance table.

    Returns
    -------
    Result or Refusal
        ``kept_mean[covariate, group]``, ``excluded_mean[covariate, group]`` (shares of what is
        yes or no) and ``excluded_smd[covariate, group]``; nothing where nobody was left out.
    """
    rest = followed.cohort.rest
    if rest is None:
        return
    gone = {code: rest[rest["group"] == code] for code in followed.groups}
    if max(map(len, gone.values())) < LEAST:
        return
    names = (*covariates, *left_out(followed, covariates))
    for name in dict.fromkeys(n for n in names if n not in PLACES):
        pairs = {code: (followed.group(code), gone[code]) for code in followed.groups}
        found = {code: list(of_column(followed, list(pair), name)) for code, pair in pairs.items()}
        codes = list(dict.fromkeys(one.code for held in found.values() for one in held))
        for code in codes:
            for group, held in found.items():
                one = next((x for x in held if x.code == code), None)
                if one is not None:
                    yield from _beside(followed, group, one)


def _beside(followed: Followed, group: str, one: Characteristic) -> Iterator[Yielded]:
    report = followed.report
    about: dict[str, Any] = dict(
        dims=(("covariate", one.code), ("group", group)),
        group=report.study.label(group),
        definition=one.label,
    )
    means = [
        _mean(f"{kind}_mean", one, values, about)
        for kind, values in zip(("kept", "excluded"), one.columns, strict=True)
        # Where a group lost nobody there is nothing to tell of those it lost.
        if len(values)
    ]
    yield from means
    about |= dict(unit="smd", digits=2, method=report.term("method.smd"))
    gap = one.smd
    if gap is None or math.isinf(gap):
        yield measure("excluded_smd", **about, reason=report.term("reason.no_spread"))
        return
    cells = sum((each.cells for each in means if each.cells is not None), Cells())
    yield measure("excluded_smd", cells, model=functools.partial(float, gap), row=True, **about)


def _mean(estimand: str, one: Characteristic, values: Any, about: dict[str, Any]) -> Measure:
    n = len(values)
    if one.flag:
        cells = harm(int(values.sum()), n) + Cells(few=(n,))
        return measure(estimand, cells, by=ratio, row=True, **about, unit="share")
    mean = float(values.mean())
    return measure(
        estimand, people(n), by=lambda n: {"n": n}, model=lambda: mean, row=True, **about,
        unit="mean",
    )  # fmt: skip
