"""The audit of one area: findings become estimates of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from evalkit.estimate import Deviation, Estimate, Verdict
from evalkit.intake.ledger import Claim
from evalkit.outcomes.analysis import used_choices
from evalkit.outcomes.claims.check import Checked, check
from evalkit.outcomes.claims.completeness import Have, completeness, missing, with_base
from evalkit.outcomes.claims.finding import ADVERSE, VERDICTS, Finding
from evalkit.outcomes.report import Report, Result
from evalkit.quantity import Quantity, Span
from evalkit.words import Phrase, Term

# Rules that set figures of one text beside each other, what weighs most first.
BESIDE = (
    *("parts_whole", "share_reachable", "count_base", "visits_people", "same_quantity"),
    *("place_inside", "cadence"),
)


@dataclass(frozen=True)
class Audit(Result):
    """What the rules say of everything that an area printed.

    Parameters
    ----------
    checked : Checked
        The findings, before they became estimates.
    """

    checked: Checked = None  # type: ignore[assignment]

    @property
    def counted(self) -> list[Claim]:
        """The figures, each once."""
        again = self.checked.again
        return [c for c in self.checked.book.claims.values() if c.claim_id not in again]

    @property
    def adverse(self) -> list[Finding]:
        """The findings against what is printed, the gravest first."""
        found = [f for f in self.checked.findings if f.adverse]
        return sorted(found, key=lambda finding: ADVERSE.index(finding.verdict))

    @property
    def based(self) -> set[str]:
        """The figures that a text gives a base for, which it prints too."""
        return with_base(self.report.area.relations)

    @cached_property
    def _by_check(self) -> dict[str | None, Estimate]:
        return {e.dim("check"): e for e in (*self.of("finding"), *self.of("derived"))}

    def estimate_of(self, finding: Finding) -> Estimate:
        """Return the estimate of a finding."""
        return self._by_check[finding.check]


def audit(report: Report, approx: float, level: float) -> Audit:
    """Apply every rule to everything that the area printed.

    Parameters
    ----------
    report : Report
        An opened claims report.
    approx : float
        Half-width of "about", as a share of the figure.
    level : float
        Confidence level of the upper bound of a zero, one-sided, 0 < level < 1.

    Returns
    -------
    Audit
        ``claim[claim=...]`` for each figure, ``finding[check=...]`` and
        ``derived[check=...]`` for each finding, ``tally[verdict=...]`` and
        ``completeness[need=...,outcome=...]``.

    Raises
    ------
    DataError
        If the ledger does not keep its form.
    StudyError
        If a relation of the area file cannot be applied.
    """
    used = used_choices(report, {"approx": approx, "level": level})
    checked = _checked(report, approx, level)
    estimates = [
        *_claims(report, checked, used),
        *_findings(report, checked, used),
        *_tally(report, checked, used),
        *_completeness(report, checked, used),
    ]
    return Audit(report, tuple(estimates), used, checked=checked)


def preflight(report: Report) -> None:
    """Stop on a ledger or a relation that an audit would stop on, before a notebook runs.

    Raises
    ------
    DataError, StudyError
        As `audit` does.
    """
    _checked(report, report.plan.approx, report.plan.level)


def _checked(report: Report, approx: float, level: float) -> Checked:
    plan = replace(report.plan, approx=approx, level=level)
    return check(report.claims, report.area.relations, plan, report.area.path)


def _claims(report: Report, checked: Checked, used: tuple[Deviation, ...]) -> Iterable[Estimate]:
    for name, claim in checked.book.claims.items():
        quantity = checked.book.quantities[name]
        verdict = checked.verdicts[name]
        yield report.estimate(
            "claim",
            table=report.ledger,
            deviations=used,
            dims=(("claim", name),),
            **_numbers(quantity, claim),
            population=claim.place,
            definition=claim.statement,
            window=claim.as_of,
            against=claim.denominator,
            method=report.term(f"rounding.{claim.read_as}"),
            verdict=_known(verdict),
            reason=_lacking(report, claim),
        )


def _known(verdict: str) -> Verdict:
    return verdict  # type: ignore[return-value]


def _lacking(report: Report, claim: Claim) -> Term:
    # A figure that lacks nothing is still only printed: nobody outside can check it.
    codes = missing(claim, with_base(report.area.relations)) or ["checkable"]
    parts = [report.term(f"missing.{code}") for code in codes]
    joint = report.term("format.clause_separator").text
    texts = {lang: joint[lang].join(p.text[lang] for p in parts) for lang in report.languages}
    return Term("+".join(codes), texts)


def _findings(report: Report, checked: Checked, used: tuple[Deviation, ...]) -> Iterable[Estimate]:
    for finding in checked.findings:
        relation = finding.relation
        yield report.estimate(
            "derived" if finding.verdict == "derived" else "finding",
            table=report.ledger,
            deviations=used,
            dims=(("check", finding.check),),
            **_numbers(finding.result),
            method=report.term(f"rule.{finding.rule}"),
            group=_names(report, finding),
            definition=relation.fact if relation else None,
            population=relation.place if relation else None,
            verdict=_known(finding.verdict),
            reason=_term(report, finding.arithmetic),
            assumption=_term(report, finding.assumption),
            otherwise=_term(report, finding.otherwise),
            would_pass=_term(report, finding.settle),
        )


def _names(report: Report, finding: Finding) -> Term:
    """Return the ids of the figures that a finding judges; ids are the same in every language."""
    return Term(
        "+".join(finding.claims), dict.fromkeys(report.languages, ", ".join(finding.claims))
    )


def _term(report: Report, said: Phrase | None) -> Term | None:
    if said is None:
        return None
    return Term(said.key.rsplit(".", 1)[-1], said.texts(report.languages))


def _numbers(quantity: Quantity | None, claim: Claim | None = None) -> dict[str, Any]:
    if quantity is None:
        return {"unit": claim.unit.code if claim else "none"}
    span = quantity.usual
    return {
        # Of a share the record holds the fraction, under the unit of all shares.
        "unit": "share" if quantity.unit.code == "percent" else quantity.unit.code,
        "value": float(quantity.value),
        "digits": _digits(quantity),
        **_ends(span),
    }


def _ends(span: Span) -> dict[str, Any]:
    return {
        "low": None if span.low is None else float(span.low),
        "high": None if span.high is None else float(span.high),
        "low_unbounded": span.low is None,
        "high_unbounded": span.high is None,
        "low_open": span.low_open,
        "high_open": span.high_open,
        "interval": "rounding",
    }


def _digits(quantity: Quantity) -> int:
    """Return the decimals to print: all of an exact decimal, up to two of a quotient."""
    value = quantity.value * (100 if quantity.unit.code == "percent" else 1)
    digits = 0
    while digits < 2 and (value * 10**digits).denominator != 1:
        digits += 1
    return digits


def _tally(report: Report, checked: Checked, used: tuple[Deviation, ...]) -> Iterable[Estimate]:
    """Yield the figures under each verdict, each figure once, and the findings."""
    counted = [n for n in checked.book.claims if n not in checked.again]
    figures = Counter(checked.verdicts[name] for name in counted)
    findings = Counter(finding.verdict for finding in checked.findings)
    for verdict in VERDICTS:
        of_what = (("figures", figures, len(counted)), ("findings", findings, None))
        for kind, counts, of in of_what:
            yield report.estimate(
                "tally",
                table=report.ledger,
                deviations=used,
                dims=(("of", kind), ("verdict", verdict)),
                unit=kind,
                value=float(counts[verdict]),
                denominator=of,
                digits=0,
                definition=report.term(f"verdict.{verdict}"),
            )


def _completeness(
    report: Report, checked: Checked, used: tuple[Deviation, ...]
) -> Iterable[Estimate]:
    claims = [c for n, c in checked.book.claims.items() if n not in checked.again]
    for have in completeness(claims, with_base(report.area.relations)):
        yield completeness_estimate(report, have, used)


def completeness_estimate(
    report: Report, have: Have, used: tuple[Deviation, ...], *dims: tuple[str, str]
) -> Estimate:
    """Return how many figures have what they need, as an estimate."""
    return report.estimate(
        "completeness",
        table=report.ledger,
        deviations=used,
        dims=(("outcome", have.outcome), ("need", have.need), *dims),
        unit="figures",
        value=float(have.have),
        denominator=have.of,
        digits=0,
        definition=report.term(f"need.{have.need}"),
        group=report.term(f"bears_on.{have.outcome}"),
    )


def verdict(audited: Audit) -> Result:
    """Return the report's verdict: that its figures were checked, with the counts.

    Parameters
    ----------
    audited : Audit
        From `audit`.

    Returns
    -------
    Result
        ``verdict`` first. Its word is always "audited": an area as a whole gets no
        grade, its figures do. Last the findings against what is printed; where there are
        none, the one to ask about first.
    """
    report = audited.report
    stands = audited_verdict(report, audited.deviations)
    found = [audited.estimate_of(finding) for finding in audited.adverse]
    asked = None if found else to_ask(audited.estimates)
    found += [asked] if asked else []
    return Result(report, (stands, *audited.of("tally"), *found), audited.deviations)


def to_ask(estimates: Iterable[Estimate]) -> Estimate | None:
    """Return the open finding to ask about first: figures that a text sets beside each other.

    Parameters
    ----------
    estimates : iterable of Estimate
        Of an audit.
    """
    found = (e for e in estimates if e.estimand == "finding" and e.verdict == "cannot_verify")
    beside = (e for e in found if e.would_pass and e.method and e.method.code in BESIDE)
    return min(beside, key=lambda e: BESIDE.index(e.method.code if e.method else ""), default=None)


def audited_verdict(report: Report, used: tuple[Deviation, ...]) -> Estimate:
    """Return the verdict that an area, or all of them, has been checked."""
    return report.estimate(
        "verdict",
        table=report.ledger,
        deviations=used,
        unit="none",
        verdict="audited",
        reason=report.term("reason.audited"),
        would_pass=report.term("would_pass.audited"),
    )
