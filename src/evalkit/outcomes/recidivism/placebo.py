"""An outcome that the programme cannot have touched, through the same design."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scipy.stats import fisher_exact

from evalkit.cohort import EARLIER
from evalkit.disclosure import harms
from evalkit.outcomes.analysis import Absent, Yielded, analysis, measure, refused
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.recidivism.compared import gap, pairs
from evalkit.outcomes.recidivism.fitted import point_of
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.recidivism.overlap import Alike, Numbers
from evalkit.outcomes.requirements import require

# Of a group; fewer in which it was seen say nothing of what is hidden.
LEAST = 10


@analysis("placebo_difference")
def placebo(
    followed: Followed, adjustment: str, covariates: tuple[str, ...], level: float
) -> Iterator[Yielded]:
    """Estimate the difference in contacts with the police before the index date.

    Groups that were made alike in all that decided who was in the programme do not differ in
    what happened before it; where they do, something that no table records makes them unlike,
    and the effect is not to be believed (Lipsitch, Tchetgen Tchetgen and Cohen 2010,
    Epidemiology 21(3), 383-388).

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment : str
        As `adjust` takes it.
    covariates : tuple of str
        As `adjust` takes them.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``placebo_difference`` and ``placebo_difference_p``: of the share with a contact in as
        many days before the index date as the window has after it. Refused where the records
        of later contacts hold none from before, or what `gates` names fails.
    """
    report = followed.report
    followed.require_pair()
    if EARLIER in covariates:
        raise refused(report, "placebo_adjusted")
    if EARLIER not in followed.cohort.frame or not followed.cohort.frame[EARLIER].notna().all():
        raise refused(report, "no_placebo", window=followed.window_term)
    judged = judge(followed, adjustment, covariates)
    require(report, judged.requirements)
    assert judged.alike is not None
    outcome = followed.cohort.frame[EARLIER].to_numpy(dtype=float)
    yield from _difference(followed, judged.alike, outcome, adjustment, level)


def _difference(
    followed: Followed, alike: Alike, outcome: Numbers, adjustment: str, level: float
) -> Iterator[Yielded]:
    report = followed.report
    cells = pairs(followed, outcome)
    if min(min(events, n - events) for events, n in cells) < LEAST:
        if _one_sided(cells):
            why = refused(report, "one_sided_placebo", window=followed.window_term)
            yield Absent("placebo_difference", why)
            yield Deduction("placebo", 2, report.term("deduction.placebo"))
            return
        raise refused(report, "few_placebo", n=LEAST, window=followed.window_term)
    point = point_of(outcome, alike.treated, alike.covariates, adjustment, level)
    about: dict[str, Any] = dict(
        dims=(("window", followed.window_code),),
        window=followed.window_term,
        definition=report.term("balance.earlier", window=followed.window_term),
        design=report.term(f"design.{report.plan.design}"),
        method=report.term(f"method.{adjustment}"),
        group=report.study.label(report.plan.programme),
        against=report.study.label(report.plan.comparison),
    )
    yield gap("placebo_difference", point, cells, level, **about)
    yield measure(
        "placebo_difference_p", harms(cells), model=lambda: point.p, **about, unit="p", digits=4
    )
    if point.p <= report.plan.alpha:
        yield Deduction("placebo", 2, report.term("deduction.placebo"))


# Below it a difference of two shares is no chance, whatever the groups were made alike in.
SURELY = 0.001


def _one_sided(cells: list[tuple[int, int]]) -> bool:
    """Return whether one group has such contacts and the other as good as none, beyond chance."""
    table = [[events, n - events] for events, n in cells]
    return bool(fisher_exact(table)[1] < SURELY)
