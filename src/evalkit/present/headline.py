"""The headline: verdict in words first, number second, caution third."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from evalkit.estimate import Estimate
from evalkit.outcomes import Result
from evalkit.outcomes.claims import ADVERSE
from evalkit.outcomes.recidivism import OVERLAP
from evalkit.outcomes.satisfaction import DESIGN
from evalkit.present.claims import chip_piece
from evalkit.present.content import Block, Line, Piece, Statement
from evalkit.present.flow import words
from evalkit.present.marks import squares
from evalkit.present.numbers import closed, interval_text, said_piece, value_piece, value_text
from evalkit.present.shown import Shown, shown
from evalkit.present.statement import paragraph
from evalkit.protocol import DECLARED
from evalkit.protocol.outcomes.recidivism import ADJUSTED, AREA, LEVEL, MATCHED
from evalkit.protocol.outcomes.satisfaction import CHANGE
from evalkit.words import phrase, say


def headline(decided: Result) -> Shown:
    """Return the verdict with the numbers that it rests on.

    Parameters
    ----------
    decided : Result
        From an outcome's `verdict`; the verdict stands first in it.
    """
    report, verdict = decided.report, decided.estimates[0]

    def build(lang: str) -> tuple[Statement, str]:
        assert verdict.verdict is not None
        sentence = _sentence(decided, lang)
        parts = [
            paragraph(chip_piece(verdict.verdict, lang), look="chip"),
            paragraph(sentence, look="sentence", estimate=verdict.id),
        ]
        if numbers := _key_numbers(decided, lang):
            parts.append(Block(tuple(numbers), "keys"))
        lines = [*_gravest(decided, lang), *_cautions(verdict, lang)]
        plan, status = vars(report.plan), report.study.plan.status
        lines += cautions(report.outcome, plan, status, decided.estimates, lang)
        parts += [paragraph(line) for line in lines]
        parts += [_stamp(stamp, lang) for stamp in decided.of("stamp")]
        steps = decided.of("rating_step")
        for rating in decided.of("rating"):
            parts += _rating(rating, steps, lang)
        return Statement(tuple(parts), "headline"), sentence

    return shown("statement", "headline", report.lang, report.languages, build, decided.estimates)


def is_weighted(estimate: Estimate) -> bool:
    """Return whether an estimate is weighted to the population.

    Parameters
    ----------
    estimate : Estimate
        A share.
    """
    return estimate.method is not None and estimate.method.code == DESIGN


def is_of_overlap(estimate: Estimate) -> bool:
    """Return whether an estimate is of those who could have been in either group."""
    return estimate.method is not None and estimate.method.code == OVERLAP


def _stamp(stamp: Estimate, lang: str) -> Block:
    assert stamp.reason is not None
    return paragraph(said_piece(stamp, stamp.reason.text[lang], "strong"), look="stamp")


def _rating(rating: Estimate, steps: list[Estimate], lang: str) -> list[Block]:
    level = int(rating.value or 0)
    said = said_piece(rating, say("shown.rating", lang, level=level), "name")
    drawn = Piece(squares(level), "squares")
    # What is not assessable has its reason as its headline.
    limit = [" ", say("shown.limited", lang, limit=rating.reason)] if level else []
    line = paragraph(said, " ", drawn, *limit, look="rating")
    if not steps:
        return [line]
    # How the level comes about: the design's, and what each reason takes off it.
    told: list[str | Piece] = []
    for e in steps:
        told += [say("format.clause_separator", lang)] if told else []
        told.append(said_piece(e, say("shown.rating_step", lang, n=e.value, why=e.reason)))
    return [line, paragraph(*told, say("shown.provisional", lang), look="note")]


def _sentence(decided: Result, lang: str) -> str:
    report, verdict = decided.report, decided.estimates[0]
    assert verdict.reason is not None
    if verdict.verdict == "not_assessable":
        return verdict.reason.text[lang]
    if verdict.verdict == "audited":
        return _audited_sentence(decided, lang)
    if verdict.verdict == "measured":
        if ratings := decided.of("top_rating_bounds"):
            return _ratings_sentence(ratings[0], lang)
        return _level_sentence(decided, lang)
    if report.plan.primary == AREA:
        gap = decided.one(AREA)
        told = {"gap": value_text(gap, lang), "interval": interval_text(gap, lang)}
        return say("headline.recidivism_area", lang, definition=gap.definition, **told)
    first, second = _both_groups(decided)
    if first.estimand == "wave_share":
        ends = {"before": first.value, "now": second.value}
        return say("headline.satisfaction_change", lang, definition=first.definition, **ends)
    key = f"headline.{report.outcome}"
    if report.plan.primary == ADJUSTED:
        of_overlap = is_of_overlap(first)
        key = "headline.recidivism_overlap" if of_overlap else "headline.recidivism_adjusted"
        if first.method is not None and first.method.code == MATCHED:
            key = "headline.recidivism_matched"
    # Whole numbers of 100 people are what a department head can picture.
    return say(
        key,
        lang,
        a=first.value,
        b=second.value,
        group=first.group,
        against=second.group,
        definition=first.definition,
        window=first.window or "",
    )


def _level_sentence(decided: Result, lang: str) -> str:
    """Return a level; of a survey beside what the silent could make of it."""
    report = decided.report
    first = decided.of(report.plan.primary)[0]
    everyone = first.group is None or first.group.code == "all"
    who = say("headline.everyone", lang) if everyone else words(first, "group", lang)
    # A weighted share is one of the population, and not of those who answered.
    key = f"headline.{report.outcome}{'_weighted' if is_weighted(first) else ''}"
    ends: dict[str, object] = {}
    if bounds := _silent_bounds(decided.estimates):
        name = "satisfaction_bounded" if is_weighted(first) else "satisfaction_bounded_plain"
        key = f"headline.{closed(name, bounds)}"
        ends = {"low": bounds.low, "high": bounds.high}
    return say(
        "headline.recidivism_level" if first.estimand == LEVEL else key,
        lang,
        a=first.value,
        definition=first.definition,
        n=first.n,
        who=who,
        window=first.window or "",
        **ends,
    )


def _silent_bounds(estimates: Iterable[Estimate]) -> Estimate | None:
    """Return what the silent could make of a share, where that may be told."""
    found = (e for e in estimates if e.estimand == "silent_bounds" and e.low is not None)
    return next(found, None)


def _ratings_sentence(bounds: Estimate, lang: str) -> str:
    """Return what the closed orders could come to: never the share of those who rated alone."""
    name = closed("ratings", bounds)
    return say(
        f"headline.{name}", lang, closed=bounds.n, rated=bounds.events,
        low=bounds.low, high=bounds.high, definition=bounds.definition,
    )  # fmt: skip


def _audited_sentence(decided: Result, lang: str) -> str:
    """Return how many printed figures fit, do not fit, and cannot be told; or tables."""
    if tables := decided.of("table_rows"):
        return say("headline.quality", lang, n=len(tables))
    tally = {e.dim("verdict"): int(e.value or 0) for e in decided.of("tally", of="figures")}
    counted = decided.one("tally", of="figures").denominator
    against = sum(tally[verdict] for verdict in ADVERSE)
    if not counted:
        return say("headline.claims_none", lang)
    open_ = tally["cannot_verify"]
    if open_ == counted == 1:
        return say("headline.claims_one_open", lang)
    if open_ == counted:
        return say("headline.claims_all_open", lang, n=counted)
    counts = {"against": against, "fit": tally["agrees"], "open": open_}
    counts["words"] = tally["unquantified"]
    # What does not fit comes first, and nobody reads a list of zeros.
    told = [say(f"headline.claims_{key}", lang, n=n) for key, n in counts.items() if n]
    said = say("headline.claims", lang, n=counted, told=told)
    return said if against else said + say("headline.claims_no_contradiction", lang)


def _gravest(decided: Result, lang: str) -> list[str]:
    """Return the gravest finding with what it rests on, so that neither travels alone."""
    found = decided.of("finding")
    if not found:
        return []
    first = found[0]
    if first.verdict not in ADVERSE:
        parts = {"why": first.reason, "settle": first.would_pass}
        return [say("headline.ask", lang, rule=first.method, **parts)]
    parts = {"rule": first.method, "why": first.reason, "if": first.assumption}
    lines = [say("headline.gravest", lang, **parts)]
    if first.verdict != "units_differ":
        # Above the widest reading stands, in the tables below the usual one.
        lines[0] += say("headline.widest", lang)
    return lines + ([first.otherwise.text[lang]] if first.otherwise else [])


def _both_groups(decided: Result) -> tuple[Estimate, Estimate]:
    report = decided.report
    shares = decided.of(DECLARED[report.outcome].sides[report.plan.primary])
    return shares[0], shares[1]


def _key_numbers(decided: Result, lang: str) -> list[Line]:
    verdict = decided.estimates[0]
    if verdict.verdict in ("not_assessable", "audited"):
        return []
    report = decided.report
    primary = report.plan.primary
    keys = (DECLARED[report.outcome].sides.get(primary, primary), primary)
    most = 1 if verdict.verdict == "measured" else 3
    chosen = [e for e in decided.estimates if e.estimand in keys][:most]
    items = []
    for estimate in sorted(chosen, key=lambda e: e.unit == "points"):
        name = say("shown.gap", lang) if estimate.unit == "points" else ""
        name = name or (estimate.group.text[lang] if estimate.group else "")
        value = replace(value_piece(estimate, lang), look="key")
        pieces = [value, Piece(name, "name")]
        if estimate.interval != "none":
            between = say("shown.level", lang, level=report.plan.level)
            pieces.append(Piece(f"{between} {interval_text(estimate, lang)}", "side"))
        items.append(Line(tuple(pieces)))
    if verdict.verdict == "measured" and (bounds := _silent_bounds(decided.estimates)):
        wide = said_piece(bounds, interval_text(bounds, lang), "key")
        items.append(Line((wide, Piece(say("bounds.asked", lang), "name"))))
    return items


def _cautions(verdict: Estimate, lang: str) -> list[str]:
    lines = []
    if verdict.verdict != "not_assessable" and verdict.reason is not None:
        lines.append(verdict.reason.text[lang])
    if verdict.would_pass is not None:
        key = "would_allow" if verdict.verdict == "audited" else "would_pass"
        lines.append(say(f"shown.{key}", lang, what=verdict.would_pass))
    if verdict.design is not None:
        lines.append(verdict.design.text[lang])
    return lines


def cautions(
    outcome: str, plan: Mapping[str, Any], status: str, estimates: Iterable[Estimate], lang: str
) -> list[str]:
    """Return what nobody may read the verdict without."""
    seen = list(estimates)
    lines = departures(seen, lang)
    lines += [second_opinion(outcome, plan, status, seen, lang), silent_caution(seen, lang)]
    lines += [frame_caution(seen, lang), wave_caution(seen, lang), declared(status, seen, lang)]
    return [line for line in lines if line]


def departures(estimates: Iterable[Estimate], lang: str) -> list[str]:
    """Return each choice behind the verdict that is not the plan's."""
    return [
        deviation_text(deviation.parameter, deviation.planned, deviation.used, lang)
        for e in estimates
        if e.estimand == "verdict"
        for deviation in e.deviations
    ]


# Why a verdict rests on ratings.
BY_RATINGS = ("ratings_no_survey", "ratings_survey_refused")


def silent_caution(estimates: Iterable[Estimate], lang: str) -> str:
    """Return how many did not answer and what they could make of a share; empty where none."""
    estimates = list(estimates)
    if any(e.reason is not None and e.reason.code in BY_RATINGS for e in estimates):
        # Those who rated are no sample, and what the others could say is in the sentence.
        return ""
    found = {e.estimand: e for e in estimates if e.estimand in ("silent_share", "silent_bounds")}
    bounds, share = found.get("silent_bounds"), found.get("silent_share")
    # Beside a share alone: without one there is no interval to warn of.
    if bounds is None or not any(e.verdict == "measured" for e in estimates):
        return ""
    if share is None or share.value is None or bounds.low is None or bounds.high is None:
        reason = bounds.reason
        return say("headline.silent_unknown", lang, why=reason) if reason is not None else ""
    # What they could make of it stands in the sentence above.
    return say("headline.silent", lang, share=share.value)


def frame_caution(estimates: Iterable[Estimate], lang: str) -> str:
    """Return what part of the frame a survey says nothing of; empty where it was asked whole."""
    missed = [e for e in estimates if e.estimand == "frame_missed"]
    if not missed:
        return ""
    if missed[0].value is None:
        return say("headline.frame_missed_some", lang)
    return say("headline.frame_missed", lang, share=missed[0].value)


def wave_caution(estimates: Iterable[Estimate], lang: str) -> str:
    """Return what the silent of both waves could make of a change; empty where none decides."""
    found = {e.estimand: e for e in estimates if e.estimand in ("wave_bounds", CHANGE)}
    bounds = found.get("wave_bounds")
    if CHANGE not in found or bounds is None or bounds.low is None:
        return ""
    name = closed("wave_bounds", bounds, "pts1")
    return say(f"headline.{name}", lang, low=bounds.low, high=bounds.high)


def declared(status: str, estimates: Iterable[Estimate], lang: str) -> str:
    """Return that a plan is said to be frozen and nothing shows since when; else empty."""
    decided = any(e.estimand == "rating_step" for e in estimates)
    return say("headline.declared", lang) if decided and status == "frozen" else ""


def second_opinion(
    outcome: str, plan: Mapping[str, Any], status: str, estimates: Iterable[Estimate], lang: str
) -> str:
    """Return the caution where another method falls on the other side of the threshold.

    Returns
    -------
    str
        Empty where the methods agree or there is one alone.
    """
    second = DECLARED[outcome].second_p
    primary = f"{plan.get('primary', '')}_p"
    seen = [e for e in estimates if e.estimand in (primary, *second)]
    p = {"first" if e.estimand == primary else "other": e for e in seen}
    first, other = (p[which].value if which in p else None for which in ("first", "other"))
    if first is None or other is None or (first <= plan["alpha"]) == (other <= plan["alpha"]):
        return ""
    named = phrase(f"named.{status}")
    method = p["other"].method
    return say(
        "headline.second_opinion", lang, method=method, q=other, alpha=plan["alpha"], named=named
    )


def deviation_text(parameter: str, planned: str, used: str, lang: str) -> str:
    """Return one deviation from the plan in words."""
    everyone = say("shown.everyone", lang)
    name = say(f"choice.{parameter}", lang)
    return say(
        "shown.deviation",
        lang,
        parameter=name,
        planned=planned or everyone,
        used=used or everyone,
    )
