"""How alike the groups are made, and whether there are people to make them alike with.

Nothing here has seen an outcome, so that it stands whatever the gates say.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from evalkit.arithmetic.thin import effective
from evalkit.disclosure import people, ratio
from evalkit.errors import Refused
from evalkit.estimators.balance import variance_ratio
from evalkit.outcomes.analysis import Yielded, analysis, measure
from evalkit.outcomes.recidivism.balance import Characteristic, gap_cells
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import Judged, judge
from evalkit.outcomes.recidivism.overlap import Alike
from evalkit.outcomes.requirements import share_of

# Bands of the propensity score, of equal width.
BANDS = 10


@analysis("adjusted_smd")
def weigh(followed: Followed, adjustment: str, covariates: tuple[str, ...]) -> Iterator[Yielded]:
    """Say how alike the groups are once they are made alike, and where they overlap.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment : str
        As `adjust` takes it.
    covariates : tuple of str
        As `adjust` takes them.

    Returns
    -------
    Result or Refusal
        ``adjusted_smd[covariate]``; ``variance_ratio[covariate]`` of numbers, and
        ``adjusted_variance_ratio[covariate]``; ``effective[group]``; ``score_share[group,
        band]``, the share of a group whose propensity score is in a tenth of 0 to 1; and
        ``overlap``, the share of the programme like whom somebody was compared, in words.
        Refused where the groups cannot be made alike at all.
    """
    judged = judge(followed, adjustment, covariates)
    if judged.alike is None:
        assert judged.why is not None
        raise judged.why
    yield from _gaps(followed, judged)
    yield from worth(followed, judged.alike)
    yield from _bands(followed, judged.alike)
    yield _overlap(followed, judged.alike)


def _gaps(followed: Followed, judged: Judged) -> Iterator[Yielded]:
    report = followed.report
    assert judged.alike is not None
    for one, gap in judged.gaps:
        about: dict[str, Any] = dict(
            dims=(("covariate", one.code),),
            digits=2,
            definition=one.label,
        )
        method = report.term("method.smd_weighted")
        if gap is None:
            reason = report.term("reason.no_spread")
            yield measure("adjusted_smd", **about, unit="smd", method=method, reason=reason)
            continue
        cells = gap_cells(followed, one)
        shown = functools.partial(float, gap)
        yield measure("adjusted_smd", cells, model=shown, **about, unit="smd", method=method)
        if not one.flag:
            for name, found in _spreads(one, judged.alike.weight):
                yield measure(
                    name, cells, model=functools.partial(float, found), **about, unit="spread"
                )


def _spreads(one: Characteristic, weight: pd.Series) -> Iterator[tuple[str, float]]:
    """Yield the ratio of the variances before and after; neither where one has no spread."""
    first, second = one.columns
    weights = {
        "first_weight": weight.loc[first.index].to_numpy(),
        "second_weight": weight.loc[second.index].to_numpy(),
    }
    try:
        pair = variance_ratio(first, second), variance_ratio(first, second, **weights)
    except Refused:
        return
    yield from zip(("variance_ratio", "adjusted_variance_ratio"), pair, strict=True)


def worth(followed: Followed, alike: Alike) -> Iterator[Yielded]:
    """Yield of how many people each group is worth under its weights: ``effective[group]``."""
    report, gate = followed.report, followed.gate
    for code, group in zip(followed.groups, (True, False), strict=True):
        weight = alike.of(group)
        value = float(gate.count(int(effective(weight))))
        yield measure(
            "effective",
            people(weight.size),
            by=functools.partial(_with, value),
            dims=(("group", code),),
            unit="persons",
            digits=0,
            group=report.study.label(code),
        )


def _with(value: float, n: int) -> dict[str, float]:
    return {"value": value, "n": n}


def _bands(followed: Followed, alike: Alike) -> Iterator[Yielded]:
    report = followed.report
    band = np.minimum((alike.score * BANDS).astype(int), BANDS - 1)
    for code, group in zip(followed.groups, (True, False), strict=True):
        found = band[alike.treated == group]
        for i in range(BANDS):
            yield measure(
                "score_share",
                people(int((found == i).sum()), found.size),
                by=ratio,
                row=True,
                dims=(("group", code), ("band", f"{i / BANDS:g}")),
                unit="share",
                group=report.study.label(code),
                definition=report.term("balance.score", low=i / BANDS, high=(i + 1) / BANDS),
            )


def _overlap(followed: Followed, alike: Alike) -> Yielded:
    report, inside = followed.report, int(alike.treated.sum())
    share = share_of(report, followed.gate, inside - alike.outside, inside)
    return report.estimate(
        "overlap",
        table=followed.table,
        unit="none",
        group=report.study.label(report.plan.programme),
        against=report.study.label(report.plan.comparison),
        population=share,
        reason=report.term("balance.overlap", share=share),
    )
