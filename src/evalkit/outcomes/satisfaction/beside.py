"""Printed shares of the content beside what the data say, by the same instrument or by none."""

from __future__ import annotations

from collections.abc import Iterator

from evalkit.disclosure import read_policy
from evalkit.estimate import Estimate
from evalkit.intake.ledger import Claim
from evalkit.outcomes.printed import lacks
from evalkit.outcomes.report import Refusal, Report, Result
from evalkit.outcomes.satisfaction.answers import EVERYONE
from evalkit.outcomes.satisfaction.orders import TICKETS
from evalkit.protocol import DECLARED
from evalkit.schema import load_schema
from evalkit.words import REFERENCE, number

PERCENT = "percent"
SURVEY, RATINGS = "survey", "ratings"
# What a printed share must say before it can be held against data: how it was asked, of how
# many, out of whom, and when.
NEEDED = ("instrument", "n", "base", "base_size", "date")


def beside_printed(
    report: Report,
    measured: Result | Refusal,
    silent: Result | Refusal,
    rated: Result | Refusal,
) -> Result:
    """Return each printed share beside the data's, where both are of one instrument.

    Parameters
    ----------
    report : Report
        An opened report.
    measured, silent : Result or Refusal
        From `top_box` and `silent`.
    rated : Result or Refusal
        From `ratings`.

    Returns
    -------
    Result
        ``printed_beside[claim, instrument]`` for each printed percentage, whose reason says
        whether it is of the same instrument, and then whether it lies within what the silent,
        or the unrated, leave possible; where it is not, or its text does not say, nothing is
        compared. Then the estimates of the data. Empty where nothing is printed, or the data
        give no share.
    """
    bounds = dict(_bounds(measured, silent, rated))
    claims = [
        claim
        for claim in report.claims
        if claim.outcome in DECLARED[report.outcome].ledger
        and claim.unit.code == PERCENT
        and claim.number is not None
    ]
    if not bounds or not claims:
        return Result(report, ())
    return Result(report, tuple(_beside(report, claim, bounds) for claim in claims))


def _bounds(
    measured: Result | Refusal, silent: Result | Refusal, rated: Result | Refusal
) -> Iterator[tuple[str, Estimate]]:
    """Yield by instrument what its share could be; of a survey without bounds its interval."""
    if isinstance(measured, Result) and measured.estimates[0].low is not None:
        wide = silent.of("silent_bounds") if isinstance(silent, Result) else []
        yield SURVEY, wide[0] if wide and wide[0].low is not None else measured.estimates[0]
    if isinstance(rated, Result):
        found = rated.one("top_rating_bounds", **{EVERYONE: EVERYONE})
        if found.low is not None:
            yield RATINGS, found


def _beside(report: Report, claim: Claim, bounds: dict[str, Estimate]) -> Estimate:
    lacking = [code for code in lacks(report.outcome, claim) if code in NEEDED]
    which = "" if lacking else _instrument(report, claim)
    if which in bounds:
        held, share = bounds[which], float(claim.number or 0) / 100
        # What is printed stands for all that is rounded to it.
        half = float(claim.step or 0) / 200
        if held.disclosure == "rounded" and held.n:
            # Two counts that were rounded before one was divided by the other.
            half += read_policy(report.study.people).rounding / held.n
        inside = (held.low or 0.0) - half <= share <= (held.high or 0.0) + half
        key = "within" if inside else "outside"
        # Where nobody is left who could move it there is one number, and no range.
        told = {number(end or 0.0, "pct1", REFERENCE) for end in (held.low, held.high)}
        all_known = held.interval == "bounds" and len(told) == 1
        name = f"beside.{key}_{which}_all" if all_known else f"beside.{key}_{which}"
        said = report.term(name, low=held.low, high=held.high)
    elif lacking:
        parts = [report.term(f"missing.{code}") for code in lacking]
        said = report.term("beside.unsaid", what=parts)
    else:
        said = report.term("beside.other")
    return report.estimate(
        "printed_beside",
        table=report.ledger,
        dims=(("claim", claim.claim_id), ("instrument", which or "none")),
        unit="none",
        definition=claim.statement,
        population=claim.place,
        reason=said,
    )


def _instrument(report: Report, claim: Claim) -> str:
    """Return which of the area's instruments a printed figure names; empty where none."""
    named = claim.instrument.strip().casefold()
    if report.spec is not None and "instrument" in report.table.frame:
        asked = report.table.frame["instrument"].dropna().astype(str)
        if named in {name.strip().casefold() for name in asked}:
            return SURVEY
    rating = load_schema(TICKETS).columns["rating"]
    known = {*rating.aliases, *rating.header.text.values(), "评单", "ticket ratings"}
    return RATINGS if named in {name.casefold() for name in known} else ""
