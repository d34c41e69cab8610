"""What would settle a comparison that shows nothing clear: how many people, and by when."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from evalkit.cohort import PROVEN, WAITING
from evalkit.disclosure import NOBODY
from evalkit.errors import Refused
from evalkit.estimators.power import number_per_group, smallest_difference
from evalkit.outcomes.analysis import STATED, Measure, Yielded, analysis, measure
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.judged import deciding
from evalkit.outcomes.report import Refusal, Result
from evalkit.outcomes.requirements import Requirement, first_failed, require
from evalkit.protocol.outcomes.recidivism import ADJUSTED
from evalkit.words import Term

# The chance of finding a difference that is there, as studies are usually planned.
POWER = 0.80
MONTH = 30.4375


@analysis("settled")
def settle(
    followed: Followed,
    effect: Result | Refusal,
    adjusted: Result | Refusal,
    adjustment: str,
    covariates: tuple[str, ...],
    level: float,
    worth_finding: float,
) -> Iterator[Yielded]:
    """Say what would settle a comparison without clear evidence.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    effect : Result or Refusal
        From `compare`.
    adjusted : Result or Refusal
        From `adjust`; which of the two decides is the plan's.
    adjustment : str
        As `adjust` takes it.
    covariates : tuple of str
        As `adjust` takes them.
    level : float
        Confidence level of the test, 0 < level < 1.
    worth_finding : float
        Smallest difference between the shares that is worth finding.

    Returns
    -------
    Result or Refusal
        ``smallest_difference`` (found with a chance of 80 %, from the comparison group's share
        and the people that the groups are worth; never from the difference that was seen),
        ``settled[group]`` (people who would find `worth_finding`) and ``settled[what=date]``
        (when the present intake would reach them). Nothing where the evidence is clear.
        Refused where something else than too few people stands in the way.
    """
    report = followed.report
    followed.require_pair()
    decides = adjusted if report.plan.primary == ADJUSTED else effect
    gap = None if isinstance(decides, Refusal) else decides.one(report.plan.primary)
    if isinstance(decides, Refusal) or gap is None or gap.verdict == "not_assessable":
        judged = deciding(followed, None, adjustment, covariates)
        if first_failed(judged) is None:
            # No gate stands in the way: what the estimator said does.
            said = decides.estimate if isinstance(decides, Refusal) else gap
            assert said is not None
            raise Refused(STATED, reason=said.reason, would_pass=said.would_pass)
        yield from _too_few(followed, judged)
        return
    p = decides.one(f"{report.plan.primary}_p").value
    if gap.low is None or gap.high is None or p is None:
        return
    if p > report.plan.alpha or gap.low <= 0 <= gap.high:
        yield from _found(followed, decides, level, worth_finding)


def _too_few(followed: Followed, judged: Sequence[Requirement]) -> Iterator[Yielded]:
    """Yield how many people the first gate asks for, where that is what fails."""
    report = followed.report
    failed = first_failed(judged)
    if failed is None:
        return
    if failed.code != "too_few":
        require(report, judged)
    people = dict.fromkeys(followed.groups, report.plan.min_people)
    yield from _needed(followed, people, "settling.gate")


def _found(followed: Followed, decides: Result, level: float, worth: float) -> Iterator[Yielded]:
    report, codes = followed.report, followed.groups
    shares = decides.of("adjusted_risk") or decides.of("risk")
    share = next(e.value for e in shares if e.dim("group") == report.plan.comparison)
    counts = [followed.gate.count(len(followed.group(code))) for code in codes]
    worths = {e.dim("group"): e.value for e in decides.of("effective")}
    one, two = (float(worths.get(c) or n) for c, n in zip(codes, counts, strict=True))
    if not share:
        return
    # Never from the difference that was seen: that would only say the p-value again.
    about: dict[str, Any] = dict(unit="points", method=report.term("method.power", power=POWER))
    least, pooled = (_smallest(share, k * one, k * two, level) for k in (1, 2))
    for areas, value in (("1", least), ("2", pooled)):
        if value is not None:
            given = functools.partial(float, value)
            yield measure(
                "smallest_difference", NOBODY, by=given, dims=(("areas", areas),), **about
            )
    if worth < share and (least is None or least > worth):
        needed = number_per_group(share - worth, share, power=POWER, ratio=two / one, level=level)
        # As many more as the weights cost these people.
        parts = zip(codes, needed, counts, (one, two), strict=True)
        people = {code: _tens(n * count / size) for code, n, count, size in parts}
        yield from _needed(followed, people, "settling.size")


def _tens(n: float) -> int:
    """Return a number of people, rounded up to tens: more digits would claim too much."""
    return 10 * math.ceil(n / 10)


def _smallest(share: float, one: float, two: float, level: float) -> float | None:
    """Return the smallest difference that would probably be found; None where none would."""
    try:
        return smallest_difference(share, one, two, power=POWER, level=level)
    except Refused:
        return None


def _needed(followed: Followed, people: dict[str, int], key: str) -> Iterator[Measure]:
    report = followed.report
    for code, n in people.items():
        yield measure(
            "settled",
            NOBODY,
            by=functools.partial(float, n),
            dims=(("what", key.removeprefix("settling.")), ("group", code)),
            unit="persons",
            digits=0,
            group=report.study.label(code),
        )
    said = _date(followed, people) or report.term("settling.no_date")
    yield measure("settled", dims=(("what", "date"),), unit="none", reason=said)


def _date(followed: Followed, people: dict[str, int]) -> Term | None:
    """Return when the present intake would reach so many; None where no dates are known."""
    report, gate = followed.report, followed.gate
    cases = followed.cases
    if cases is None:
        return None
    frame = cases.frame
    first, last = frame["index_date"].min(), frame["index_date"].max()
    months = max((last - first).days / MONTH, 1.0)
    flow = {step.code: step.kept for step in followed.cohort.flow}
    kept = flow["consented"] / max(flow["in_groups"], 1)
    wait, rates = 0.0, []
    for code, n in people.items():
        have = gate.count(int((frame["assigned"] == code).sum())) * kept
        if not have:
            return None
        rates.append((report.study.label(code), max(round(have / months), 1)))
        wait = max(wait, (n - have) * months / have)
    follow = followed.window + (WAITING if followed.definition == PROVEN else 0)
    then = last + pd.Timedelta(days=round(wait * MONTH + follow))
    if then > pd.Timestamp("2100-01-01"):
        return report.term("settling.never")
    (group, a), (against, b) = rates
    said = {"group": group, "a": a, "against": against, "b": b}
    return report.term("settling.date", **said, year=f"{then.year}", month=f"{then.month}")
