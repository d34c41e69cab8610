"""The verdict: one word out of a closed list, by the planned primary method."""

from __future__ import annotations

from evalkit.disclosure import NOBODY
from evalkit.estimate import Estimate, Verdict
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.report import Refusal, Report, Result
from evalkit.outcomes.requirements import stamp_estimates, stamps
from evalkit.protocol import DECLARED
from evalkit.table import Table
from evalkit.words import Term


def effect_verdict(
    effect: Result | Refusal, second: Result | None = None, table: Table | None = None
) -> Result:
    """Return the verdict on a comparison of two groups.

    Parameters
    ----------
    effect : Result or Refusal
        Holds the primary difference and its p-value, or why there is none.
    second : Result, optional
        Another planned test of the same difference: shown beside it, never instead of it;
        a verdict that it would turn loses a level.
    table : Table, optional
        What it rests on, where that is not the report's own table.

    Returns
    -------
    Result
        ``verdict`` first, then the estimates that it rests on, ``rating`` last.

    Notes
    -----
    Evidence is claimed only if the interval excludes zero and p is at most the
    plan's alpha (UK Justice Data Lab); both are of the plan's primary method.
    """
    return _rated(_effect_verdict(effect, second, table))


def _effect_verdict(effect: Result | Refusal, second: Result | None, table: Table | None) -> Result:
    report = effect.report
    if isinstance(effect, Refusal):
        return _not_assessable(report, effect)
    plan = report.plan
    primary = effect.one(plan.primary)
    if primary.verdict == "not_assessable":
        # Its groups are known and not comparable: their shares stand, their difference not.
        verdict = _verdict(report, effect, "not_assessable", primary.reason, primary.would_pass)
        others = tuple(e for e in effect.estimates if e is not primary)
        return Result(report, (verdict, *others), effect.deviations)
    p = effect.one(f"{plan.primary}_p")
    if primary.value is None or p.value is None:
        return _withheld(effect, primary)
    word = _word(primary, p.value, plan.alpha, DECLARED[report.outcome].harm)
    # What a cell chose otherwise is not what was planned.
    key = "departed" if effect.deviations else word
    reason = report.term(
        f"reason.verdict_{key}", method=primary.method, p=p.value, alpha=plan.alpha
    )
    verdict = _verdict(report, effect, word, reason, None, table)
    others = tuple(e for e in effect.estimates if e not in (primary, p))
    beside = second.estimates if second is not None else ()
    off = (*effect.deductions, *_turned(report, p, beside))
    return Result(report, (verdict, primary, p, *others, *beside), effect.deviations, off)


def _turned(report: Report, p: Estimate, beside: tuple[Estimate, ...]) -> tuple[Deduction, ...]:
    """Return the level that a planned test on the other side of the threshold takes off."""
    alpha = report.plan.alpha
    others = [e.value for e in beside if e.unit == "p" and e.value is not None]
    if p.value is None or all((other <= alpha) == (p.value <= alpha) for other in others):
        return ()
    return (Deduction("turned", 1, report.term("deduction.turned")),)


def level_verdict(measured: Result | Refusal) -> Result:
    """Return the verdict on a level that was measured once, with nothing to compare.

    Parameters
    ----------
    measured : Result or Refusal
        Holds the primary share.

    Returns
    -------
    Result
        ``verdict`` ("measured", or "not_assessable"), then the estimates behind it,
        ``rating`` last.
    """
    return _rated(_level_verdict(measured))


def _level_verdict(measured: Result | Refusal) -> Result:
    report = measured.report
    if isinstance(measured, Refusal):
        return _not_assessable(report, measured)
    primary = measured.of(report.plan.primary)[0]
    if primary.value is None:
        return _withheld(measured, primary)
    reason, passes = _only_measured(report)
    verdict = _verdict(report, measured, "measured", reason, passes)
    marks = stamp_estimates(report, report.table, stamps(report))
    return Result(report, (verdict, *measured.estimates, *marks), measured.deviations)


def stated_level(
    behind: Result,
    table: Table,
    reason: Term,
    would_pass: Term,
    word: Verdict = "measured",
) -> Result:
    """Return the verdict on a level that is not the planned share, with its own reason.

    Parameters
    ----------
    behind : Result
        What it rests on; of a level that is not assessable nothing of it is told.
    table : Table
        Where that comes from.
    reason, would_pass : Term
        One sentence each.
    word : {"measured", "not_assessable"}
        The verdict.
    """
    report, used = behind.report, behind.deviations
    verdict = report.estimate(
        "verdict",
        table=table,
        deviations=used,
        unit="none",
        verdict=word,
        reason=reason,
        would_pass=would_pass,
    )
    if word != "measured":
        return _rated(Result(report, (verdict,), used))
    marks = stamp_estimates(report, table, stamps(report))
    return _rated(Result(report, (verdict, *behind.estimates, *marks), used))


def _only_measured(report: Report) -> tuple[Term, Term]:
    """Return why a level is no evidence of an effect, and what would be."""
    if report.outcome == "recidivism":
        both = (report.term(f"{kind}.single_group") for kind in ("reason", "would_pass"))
        reason, passes = both
        return reason, passes
    waves = _waves(report)
    # What was counted before is named, and nothing is promised that cannot be computed.
    kind = "verdict_measured_waves" if waves > 1 else "verdict_measured"
    return report.term(f"reason.{kind}", n=waves), report.term("would_pass.verdict_measured")


def _waves(report: Report) -> int:
    frame = report.table.frame
    return int(frame["wave"].nunique()) if "wave" in frame else 1


# Levels of the Maryland scale as the What Works Centre for Local Growth reads it.
LEVELS = {
    "measured": 1,
    "waves": 1,
    "before_after": 3,
    "observational": 3,
    "randomised": 5,
}


def _rated(decided: Result) -> Result:
    """Add how strong the evidence is, whatever it says, and what takes levels off it.

    The design gives the level to begin with (Maryland scale, the stricter reading); what
    was lost, loosened, seen too late or turned takes levels off, each with its reason, and
    never below the lowest that is assessed. It is no judgement of the effect, and stays
    provisional until two reviewers have rated it.
    """
    report, verdict = decided.report, decided.estimates[0]
    steps: tuple[Deduction, ...] = ()
    if verdict.verdict == "not_assessable":
        level, limit = 0, verdict.reason
    elif verdict.verdict == "measured":
        level, limit = LEVELS["measured"], report.term("limit.measured")
    else:
        # A survey has no groups: what changes does so from one wave to the next.
        design = getattr(report.plan, "design", "waves")
        began = LEVELS[design]
        steps = (*decided.deductions, *_departed(decided), *_planned_late(report))
        level = max(1, began - sum(step.levels for step in steps))
        gravest = max(steps, key=lambda step: step.levels, default=None)
        limit = gravest.reason if gravest else report.term(f"limit.{design}")
        steps = (Deduction("design", -began, report.term(f"deduction.{design}")), *steps)
    table = report.table if report.spec else report.ledger
    rating = report.estimate(
        "rating",
        table=table,
        cells=NOBODY,
        unit="rating",
        value=float(level),
        digits=0,
        method=report.term("method.maryland"),
        reason=limit,
    )
    told = tuple(
        report.estimate(
            "rating_step",
            table=table,
            dims=(("step", step.code),),
            cells=NOBODY,
            unit="rating",
            value=float(-step.levels),
            digits=0,
            reason=step.reason,
        )
        for step in steps
    )
    return Result(report, (*decided.estimates, *told, rating), decided.deviations)


def _departed(decided: Result) -> tuple[Deduction, ...]:
    if not decided.deviations:
        return ()
    return (Deduction("departed", 1, decided.report.term("deduction.departed")),)


def _planned_late(report: Report) -> tuple[Deduction, ...]:
    status = report.study.plan.status
    if status == "frozen":
        return ()
    return (Deduction("plan", 1, report.term(f"deduction.plan_{status}")),)


def _withheld(behind: Result, primary: Estimate) -> Result:
    passes = primary.would_pass or behind.report.term("would_pass.withheld")
    verdict = _verdict(behind.report, behind, "not_assessable", primary.reason, passes)
    return Result(behind.report, (verdict, primary), behind.deviations)


def _word(primary: Estimate, p: float, alpha: float, harm: bool) -> Verdict:
    assert primary.low is not None and primary.high is not None
    if p > alpha or primary.low <= 0 <= primary.high:
        return "no_clear"
    return "improvement" if (primary.high < 0) == harm else "worsening"


def _not_assessable(report: Report, refusal: Refusal) -> Result:
    scope = report.area.outcomes[report.outcome]
    reason = refusal.estimate.reason
    if report.spec is None and not scope.applies:
        reason = scope.why
    verdict = _verdict(report, refusal, "not_assessable", reason, refusal.estimate.would_pass)
    return Result(report, (verdict,), refusal.deviations)


def _verdict(
    report: Report,
    behind: Result | Refusal,
    word: Verdict,
    reason: Term | None,
    would_pass: Term | None,
    table: Table | None = None,
) -> Estimate:
    return report.estimate(
        "verdict",
        table=table or (report.table if report.spec else report.ledger),
        deviations=behind.deviations,
        unit="none",
        verdict=word,
        reason=reason,
        would_pass=would_pass,
        design=_design(report, table),
    )


def _design(report: Report, table: Table | None) -> Term | None:
    design = getattr(report.plan, "design", None)
    return report.term(f"design.{design}") if design and (table or report.spec) else None
