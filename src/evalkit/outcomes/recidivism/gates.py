"""What must hold before two groups may be compared as they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scipy.stats import norm

from evalkit import cohort as people
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.labels import column_label
from evalkit.outcomes.recidivism.balance import (
    Characteristic,
    Profile,
    characteristics,
    largest_smd,
    left_out,
)
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.landmark import at_the_landmark
from evalkit.outcomes.recidivism.linkage import linkage, of_stage
from evalkit.outcomes.recidivism.maturity import matures_on
from evalkit.outcomes.report import Refusal, Report, Result
from evalkit.outcomes.requirements import (
    Requirement,
    counted,
    each,
    lost_deduction,
    requirement,
    share_of,
    stamp_deduction,
    stamps,
)
from evalkit.protocol.outcomes.recidivism import ADJUSTED, SINGLE
from evalkit.words import Term

# Steps of the flow that lose people for want of a record.
LOST = ("linked", "consented")
# Below this chance groups were not randomised, whatever the plan says.
NO_LOT = 1e-6


def requirements(
    followed: Followed, balance: Result | Refusal | None = None
) -> tuple[Requirement, ...]:
    """Return what must hold before groups are compared as they are, judged by true counts."""
    return (*common(followed), *_alike(followed, balance))


def common(followed: Followed) -> tuple[Requirement, ...]:
    """Return what must hold of any comparison, judged by true counts."""
    if not followed.judged:
        followed.judged.extend(_untold(list(_common(followed))))
    return tuple(followed.judged)


def of_other_event(followed: Followed) -> tuple[Requirement, ...]:
    """Return what must hold of another event of the same people, judged already by the planned one.

    Only what depends on the event is asked: whether its stage was recorded, and how many count.
    """
    stage = [*of_stage(followed), _people(followed)]
    return tuple(_untold([*stage, *_at_liberty(followed), *_alike_shares(followed)]))


def _untold(judged: list[Requirement]) -> list[Requirement]:
    """Return the requirements without what another that fails explains.

    Who is locked up for most of the window has late contacts, and no record need be missing.
    Where a landmark leaves too few, the few who are left show nothing of how they were searched.
    """
    failed = {r.code for r in judged if not r.passed}
    told = {r.code for r in judged}
    if "landmark_reached" in failed:
        # What is asked of a table as it was handed in holds whoever counts.
        tables = {code for code in told if code.endswith("_matched")}
        told = {"landmark_reached", "events_there", *tables}
    elif "at_liberty" in failed:
        told -= {"searched_to_the_end"}
    return [r if r.code in told else replace(r, passed=True, known=False) for r in judged]


def _common(followed: Followed) -> Iterator[Requirement]:
    report, gate = followed.report, followed.gate
    yield from at_the_landmark(followed)
    yield from linkage(followed)
    yield from _consent(followed)
    groups = [(report.study.label(c), followed.group(c)) for c in followed.groups]
    yield _people(followed)
    whole = [
        (name, share_of(report, gate, int(group["complete"].sum()), len(group)))
        for name, group in groups
    ]
    yield requirement(
        report,
        "unequal_follow_up",
        bool(followed.cohort.frame["complete"].all()),
        each(report, whole),
        report.term("gate_limit.everybody"),
        over=[len(group) for _, group in groups],
        window=followed.window_term,
    )
    yield from _at_liberty(followed)
    yield from _alike_shares(followed)


def _people(followed: Followed) -> Requirement:
    """Return whether both groups are large enough; if not, the date on which they will be."""
    report, least = followed.report, followed.report.plan.min_people
    sizes = [(report.study.label(c), len(followed.group(c))) for c in followed.groups]
    fewest = min(n for _, n in sizes)
    found = each(report, [(name, counted(report, followed.gate, n)) for name, n in sizes])
    limit = report.term("gate_limit.at_least", n=least)
    date = matures_on(followed, least) if fewest < least else None
    judged = requirement(report, "too_few", fewest >= least, found, limit, n=least)
    if date is None:
        return judged
    reason, passes = (report.term(f"{k}.immature", n=least, date=date) for k in SAID)
    return replace(judged, reason=reason, would_pass=passes)


SAID = ("reason", "would_pass")


def _consent(followed: Followed) -> Iterator[Requirement]:
    report = followed.report
    cases = followed.cases
    if cases is None:
        return
    words, known, over = [], True, []
    for code in followed.groups:
        asked = cases.frame.loc[cases.frame["assigned"] == code, "consent"]
        known = known and bool(asked.notna().any())
        over.append(len(asked))
        said = share_of(report, followed.gate, int(asked.notna().sum()), len(asked))
        words.append((report.study.label(code), said))
    some = report.term("gate_limit.recorded")
    yield requirement(report, "consent_recorded", known, each(report, words), some, over=over)


def _at_liberty(followed: Followed) -> Iterator[Requirement]:
    report, most = followed.report, followed.report.plan.max_away
    if not report.from_offices:
        return
    limit = report.term("gate_limit.differ_by", share=most)
    if report.office("absences") is None:
        unknown = report.term("gate_found.absences_missing")
        yield requirement(report, "at_liberty", True, unknown, limit, known=False, share=most)
        return
    shares, words, times = [], [], []
    for code in followed.groups:
        group = followed.group(code)
        time = float(group["time"].sum())
        times.append(time)
        shares.append(float(group["away"].sum()) / time if time else 0.0)
        words.append((report.study.label(code), _share_away(followed, code, shares[-1])))
    passed, found = max(shares) - min(shares) <= most, each(report, words)
    yield requirement(report, "at_liberty", passed, found, limit, over=times, share=most)


def _alike_shares(followed: Followed) -> Iterator[Requirement]:
    """Yield that what takes people out of the count takes as many out of both groups."""
    report = followed.report
    if not report.from_offices:
        return
    if followed.definition == people.PROVEN:
        yield _shares(followed, "proven_late", "proven_in_time")
    if report.office("absences") is not None:
        yield _shares(followed, "died", "deaths")
        # Of what only the local police know, who moved is followed until then.
        if followed.definition not in people.LOCAL:
            yield _shares(followed, "moved", "moved_alike")
        yield _shares(followed, "death_impossible", "deaths_possible", differ=False)


def _shares(followed: Followed, column: str, code: str, differ: bool = True) -> Requirement:
    """Return whether a share of people differs little between the groups, or is small in both."""
    report, gate, most = followed.report, followed.gate, followed.report.plan.max_away
    shares, words, over = [], [], []
    for name in followed.groups:
        n, of = int(followed.group(name)[column].sum()), len(followed.group(name))
        over.append(of)
        shares.append(n / of if of else 0.0)
        words.append((report.study.label(name), share_of(report, gate, n, of)))
    unlike = max(shares) - min(shares) if differ else max(shares)
    limit = report.term(
        "gate_limit.differ_by" if differ else "gate_limit.at_most_share", share=most
    )
    found = each(report, words)
    return requirement(report, code, unlike <= most, found, limit, over=over, share=most)


def _share_away(followed: Followed, code: str, share: float) -> Term:
    report, gate, group = followed.report, followed.gate, followed.group(code)
    if not group["time"].sum():
        return report.term("gate_found.nobody")
    away = int((group["away"] > 0).sum())
    if gate.hides([away, len(group) - away]):
        return report.term("gate_found.few_people")
    return report.term("gate_found.share_of_time", share=share)


def _alike(followed: Followed, balance: Result | Refusal | None) -> Iterator[Requirement]:
    report, plan = followed.report, followed.report.plan
    if plan.design in ("randomised", SINGLE):
        return
    largest = largest_of(followed, balance)
    unknown = [one for one in characteristics(followed, plan.covariates) if one.smd is None]
    judged = requirement(
        report,
        "unbalanced_raw" if plan.primary == ADJUSTED else "unbalanced",
        largest is not None and largest <= plan.max_smd,
        found_smd(followed, largest, unknown),
        report.term("gate_limit.at_most_smd", smd=plan.max_smd),
        levels=False,
        # A group of one spreads no more than one of nobody.
        over=[len(followed.group(c)) > 1 for c in followed.groups],
        smd=plan.max_smd,
    )
    yield told_unknown(followed, judged, unknown)


def found_smd(followed: Followed, largest: float | None, unknown: Sequence[Characteristic]) -> Term:
    """Return the largest difference as it may be shown, or of what it is not known."""
    report = followed.report
    if largest is None and unknown:
        return report.term("gate_found.unknown_smd", names=_names(report, unknown))
    if largest is None:
        return report.term("gate_found.no_characteristic")
    return report.term("gate_found.smd", smd=shown_smd(followed, largest))


def told_unknown(
    followed: Followed, judged: Requirement, unknown: Sequence[Characteristic]
) -> Requirement:
    """Return a requirement of balance with what would make known what is not."""
    if judged.passed or not unknown or not judged.known:
        return judged
    names = _names(followed.report, unknown)
    return replace(judged, would_pass=followed.report.term("would_pass.unknown_smd", names=names))


def _names(report: Report, unknown: Sequence[Characteristic]) -> list[Term]:
    """Return the columns of characteristics, each once: a list has several values."""
    return [column_label(report, name) for name in dict.fromkeys(one.column for one in unknown)]


def _like_a_lot(followed: Followed) -> bool:
    """Return whether a lot can have made groups that differ as these do.

    In groups randomised a standardised mean difference has the standard error
    sqrt(1/n + 1/m); the largest is judged by Bonferroni's rule. Only what is far beyond
    chance counts: villages that were drawn instead of people widen it by a third or so.
    """
    compared, least = characteristics(followed, followed.report.plan.covariates), 1.0
    for one in compared:
        if one.smd is not None:
            spread = math.sqrt(sum(1 / len(values) for values in one.columns))
            least = min(least, len(compared) * 2 * float(norm.sf(abs(one.smd) / spread)))
    return least >= NO_LOT


def largest_of(followed: Followed, balance: Result | Refusal | None) -> float | None:
    """Return the largest difference of the groups as they are, also by what a cell looks at."""
    largest = largest_smd(followed, followed.report.plan.covariates)
    more = balance.largest if isinstance(balance, Profile) else 0.0
    return None if largest is None or more is None else max(largest, more)


def shown_smd(followed: Followed, largest: float | None) -> float:
    """Return the largest difference to two decimals, on its true side of the limit."""
    limit = followed.report.plan.max_smd
    shown = round(min(largest or 0.0, 99.0), 2)
    return max(shown, limit + 0.01) if (largest or 0.0) > limit else min(shown, limit)


def deductions(
    followed: Followed, covariates: tuple[str, ...], largest: float | None
) -> tuple[Deduction, ...]:
    """Return what takes levels off a verdict on this comparison.

    Parameters
    ----------
    covariates : tuple of str
        Characteristics that it was made with, or judged by.
    largest : float or None
        Largest standardised mean difference of the groups as they are compared.
    """
    report = followed.report
    drawn = {step.code: step for step in followed.cohort.flow}
    began = next(drawn[code] for code in ("in_groups", "all") if code in drawn)
    lost = sum(drawn[code].left_out for code in LOST if code in drawn)
    if report.plan.design in ("randomised", SINGLE):
        largest = None
    return (
        *lost_deduction(report, followed.gate, lost, began.kept),
        *stamp_deduction(report, stamped(followed, covariates), largest),
    )


def stamped(followed: Followed, covariates: tuple[str, ...]) -> tuple[Term, ...]:
    """Return what stands beside the verdict on this comparison."""
    report = followed.report
    # In groups randomised no characteristic is judged, and none can be left out of it.
    lot = report.plan.design in ("randomised", SINGLE)
    names = [] if lot else left_out(followed, covariates)
    said = stamps(report, [column_label(report, name) for name in names])
    # Imbalance is no gate in groups randomised; what no lot can give is still told.
    drawn = report.plan.design != "randomised" or _like_a_lot(followed)
    return said if drawn else (*said, report.term("stamp.no_lot"))
