"""The verdict: one word out of a closed list, by the planned primary method."""

from __future__ import annotations

from evalkit.estimate import Estimate, Verdict
from evalkit.outcomes.report import Refusal, Report, Result
from evalkit.words import Term


def effect_verdict(
    effect: Result | Refusal, *, lower_is_better: bool, profile: Result | Refusal | None = None
) -> Result:
    """Return the verdict on a comparison of two groups.

    Parameters
    ----------
    effect : Result or Refusal
        Holds the primary difference and its p-value.
    lower_is_better : bool
        True where the event is a harm.
    profile : Result or Refusal, optional
        Balance of the groups; judged where they were not drawn by lot.

    Returns
    -------
    Result
        ``verdict`` first, then the estimates that it rests on, ``rating`` last.

    Notes
    -----
    Evidence is claimed only if the interval excludes zero and p is at most the
    plan's alpha (UK Justice Data Lab); both are of the plan's primary method.
    """
    return _rated(_effect_verdict(effect, lower_is_better, profile))


def _effect_verdict(
    effect: Result | Refusal, lower_is_better: bool, profile: Result | Refusal | None
) -> Result:
    report = effect.report
    if isinstance(effect, Refusal):
        return _not_assessable(report, effect)
    plan = report.plan
    unbalanced = _unbalanced(report, profile)
    if unbalanced is not None:
        return Result(
            report, (_verdict(report, effect, "not_assessable", *unbalanced),), effect.deviations
        )
    primary = effect.one(plan.primary)
    p = effect.one(f"{plan.primary}_p")
    if primary.value is None or p.value is None:
        return _withheld(effect, primary)
    word = _word(primary, p.value, plan.alpha, lower_is_better)
    reason = report.term(
        f"reason.verdict_{word}", method=primary.method, p=p.value, alpha=plan.alpha
    )
    verdict = _verdict(report, effect, word, reason, None)
    others = tuple(e for e in effect.estimates if e not in (primary, p))
    return Result(report, (verdict, primary, p, *others), effect.deviations)


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
    reason = report.term("reason.verdict_measured")
    passes = report.term("would_pass.verdict_measured")
    verdict = _verdict(report, measured, "measured", reason, passes)
    return Result(report, (verdict, *measured.estimates), measured.deviations)


# Levels of the Maryland scale as the What Works Centre for Local Growth reads it.
LEVELS = {"measured": 1, "observational": 3, "randomised": 5}


def _rated(decided: Result) -> Result:
    """Add how strong the evidence is, whatever it says, and what limits it most.

    The level is that of the design alone (Maryland scale, the stricter reading), and it
    is no judgement of the effect; two reviewers rate it again.
    """
    report, verdict = decided.report, decided.estimates[0]
    if verdict.verdict == "not_assessable":
        level, limit = 0, verdict.reason
    elif verdict.verdict == "measured":
        level, limit = LEVELS["measured"], report.term("limit.measured")
    else:
        level = LEVELS[report.plan.design]
        frozen = report.study.plan.status == "frozen"
        key = report.plan.design if frozen or level < LEVELS["randomised"] else "plan"
        limit = report.term(f"limit.{key}")
    rating = report.estimate(
        "rating",
        table=report.table if report.spec else report.ledger,
        unit="rating",
        value=float(level),
        digits=0,
        method=report.term("method.maryland"),
        reason=limit,
    )
    return Result(report, (*decided.estimates, rating), decided.deviations)


def _withheld(behind: Result, primary: Estimate) -> Result:
    passes = behind.report.term("would_pass.withheld")
    verdict = _verdict(behind.report, behind, "not_assessable", primary.reason, passes)
    return Result(behind.report, (verdict, primary), behind.deviations)


def _word(primary: Estimate, p: float, alpha: float, lower_is_better: bool) -> Verdict:
    assert primary.low is not None and primary.high is not None
    if p > alpha or primary.low <= 0 <= primary.high:
        return "no_clear"
    return "improvement" if (primary.high < 0) == lower_is_better else "worsening"


def _unbalanced(report: Report, profile: Result | Refusal | None) -> tuple[Term, Term] | None:
    plan = report.plan
    if plan.design == "randomised":
        return None
    # What is not known to be alike is not compared: no profile is no balance.
    smds = [e.value for e in profile.of("smd")] if isinstance(profile, Result) else []
    known = [abs(value) for value in smds if value is not None]
    if len(known) == len(smds) > 0 and max(known) <= plan.max_smd:
        return None
    if not smds:
        return report.term("reason.balance_unknown"), report.term("would_pass.balance_unknown")
    return (
        report.term("reason.unbalanced", smd=plan.max_smd),
        report.term("would_pass.unbalanced", smd=plan.max_smd),
    )


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
) -> Estimate:
    return report.estimate(
        "verdict",
        table=report.table if report.spec else report.ledger,
        deviations=behind.deviations,
        unit="none",
        verdict=word,
        reason=reason,
        would_pass=would_pass,
        design=_design(report),
    )


def _design(report: Report) -> Term | None:
    design = getattr(report.plan, "design", None)
    return report.term(f"design.{design}") if design and report.spec else None
