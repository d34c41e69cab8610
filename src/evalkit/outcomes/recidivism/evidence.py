"""What data and plan tell of the risk of bias, and the trial that the comparison stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evalkit.cohort import PROVEN
from evalkit.estimate import Estimate
from evalkit.outcomes.analysis import Yielded, analysis
from evalkit.outcomes.labels import column_label, event_label
from evalkit.outcomes.recidivism.balance import left_out
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.gates import requirements, shown_smd
from evalkit.outcomes.recidivism.judged import Judged, judge
from evalkit.outcomes.recidivism.overlap import OVERLAP
from evalkit.outcomes.requirements import counted, require
from evalkit.protocol.outcomes.recidivism import ADJUSTED
from evalkit.words import Term

# Domains of ROBINS-I V2 (2024) and of RoB 2 (Sterne et al. 2019, BMJ 366, l4898).
ROBINS = (
    *("confounding", "classification", "selection", "deviations"),
    *("missing", "measurement", "reported"),
)
ROB2 = ("randomisation", "deviations", "missing", "measurement", "reported")
# Parts of the trial that an observational comparison stands for (TARGET statement, 2025).
TRIAL = ("eligibility", "strategies", "assignment", "start", "outcome", "contrast", "analysis")
# What shows that records of both groups were looked for alike.
LINKED = ("searched", "end_known", "lost_alike", "consent_recorded")


@analysis("bias_domain")
def bias(followed: Followed, adjustment: str, covariates: tuple[str, ...]) -> Iterator[Yielded]:
    """Answer by rule what data and plan can tell of each domain of the risk of bias.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    adjustment, covariates
        As `adjust` takes them.

    Returns
    -------
    Result or Refusal
        ``bias_domain[domain]``: of ROBINS-I V2, or of RoB 2 where the groups were drawn by
        lot. What is known by rule stands apart from what a reviewer must answer; no
        judgement is given for either. Refused where the comparison is.
    """
    judged = _required(followed, adjustment, covariates)
    for domain in ROB2 if followed.report.plan.design == "randomised" else ROBINS:
        known = _known(followed, domain, covariates, judged)
        named, left = (followed.report.term(k) for k in (f"bias.{domain}", f"bias_left.{domain}"))
        yield _row(followed, "bias_domain", ("domain", domain), named, (known, left))


@analysis("target_trial")
def target(followed: Followed, adjustment: str, covariates: tuple[str, ...]) -> Iterator[Yielded]:
    """Set the comparison beside the trial that it stands for, part by part.

    Parameters
    ----------
    followed, adjustment, covariates
        As `bias` takes them.

    Returns
    -------
    Result or Refusal
        ``target_trial[part]``: what the trial would do, and what was done. Refused where the
        comparison is.
    """
    _required(followed, adjustment, covariates)
    report = followed.report
    about = dict(
        programme=report.study.label(report.plan.programme),
        comparison=report.study.label(report.plan.comparison),
        definition=event_label(report, followed.definition),
        window=followed.window_term,
    )
    for part in TRIAL:
        wanted = report.term(f"target_trial.{part}", **about)
        done = _done(followed, part, adjustment, covariates)
        named = report.term(f"target.{part}")
        yield _row(followed, "target_trial", ("part", part), named, (done, wanted))


def _required(followed: Followed, adjustment: str, covariates: tuple[str, ...]) -> Judged | None:
    """Return how the groups were judged, where they are made alike; stop where a gate fails."""
    report = followed.report
    followed.require_pair()
    if report.plan.primary != ADJUSTED:
        require(report, requirements(followed))
        return None
    judged = judge(followed, adjustment, covariates)
    require(report, judged.requirements)
    return judged


def _row(
    followed: Followed, estimand: str, dim: tuple[str, str], named: Term, said: tuple[Term, Term]
) -> Estimate:
    """Return one row of words: what was found, and what stands beside it."""
    return followed.report.estimate(
        estimand,
        table=followed.table,
        deviations=followed.deviations,
        dims=(dim,),
        unit="none",
        definition=named,
        population=said[0],
        against=said[1],
        reason=said[0],
    )


def _names(followed: Followed, covariates: tuple[str, ...]) -> list[Term]:
    named = (*covariates, *left_out(followed, covariates))
    return [column_label(followed.report, name) for name in named]


def _known(
    followed: Followed, domain: str, covariates: tuple[str, ...], judged: Judged | None
) -> Term:
    report, plan = followed.report, followed.report.plan
    if domain == "confounding":
        names = _names(followed, covariates)
        if judged is None:
            return report.term("bias_known.unadjusted", names=names)
        smd = shown_smd(followed, judged.largest)
        return report.term("bias_known.confounding", names=names, smd=smd)
    if domain == "missing":
        return _missing(followed, judged)
    if domain == "measurement":
        proven = "measurement_proven" if followed.definition == PROVEN else "measurement"
        return report.term(
            f"bias_known.{proven}", definition=event_label(report, followed.definition)
        )
    if domain == "reported":
        changed = "departed" if followed.deviations else report.study.plan.status
        return report.term(f"bias_known.{changed}")
    if domain in ("classification", "selection"):
        about = {"window": followed.window_term, "n": followed.landmark}
        return report.term(f"bias_known.{domain}_{_source(followed)}", **about)
    if domain == "deviations" and followed.landmark:
        return report.term("bias_known.deviations_landmark", n=followed.landmark)
    return report.term(f"bias_known.{domain}", alpha=plan.alpha)


def _source(followed: Followed) -> str:
    """Return what classes and start of follow-up go by."""
    if followed.landmark:
        return "landmark"
    return "offices" if followed.report.from_offices else "table"


def _missing(followed: Followed, judged: Judged | None) -> Term:
    """Return how many of each group are in, as the gates tell it."""
    report = followed.report
    asked: Sequence = judged.requirements if judged is not None else requirements(followed)
    told = [
        report.term("bias_known.gate", gate=report.term(f"gate.{r.code}"), found=r.found)
        for r in asked
        if r.code in LINKED and r.known
    ]
    return report.term("bias_known.missing", parts=told) if told else report.term(
        "bias_known.missing_table"
    )  # fmt: skip


def _done(followed: Followed, part: str, adjustment: str, covariates: tuple[str, ...]) -> Term:
    report, gate, plan = followed.report, followed.gate, followed.report.plan
    made_alike = plan.primary == ADJUSTED
    if part == "eligibility":
        flow = followed.cohort.flow
        first, last = (counted(report, gate, flow[i].kept) for i in (0, -1))
        return report.term("target_done.eligibility", first=first, last=last)
    if part == "assignment":
        kind = plan.design if plan.design == "randomised" or not made_alike else "made_alike"
        return report.term(f"target_done.{kind}", names=_names(followed, covariates))
    if part == "contrast":
        kind = "overlap" if adjustment == OVERLAP else "treated"
        kind = kind if made_alike else "everyone"
        return report.term(f"target_done.{kind}")
    if part == "analysis":
        method = adjustment if made_alike else plan.estimator
        return report.term(f"method.{method}")
    if part == "start":
        return report.term(f"target_done.start_{_source(followed)}", n=followed.landmark)
    source = "offices" if report.from_offices else "table"
    return report.term(f"target_done.{part}_{source}")
