"""Ratings of orders: how far the loop goes, who rates, for what, and the two instruments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.satisfaction import Orders
from evalkit.present.content import Part, Piece, Row
from evalkit.present.flow import foot, words
from evalkit.present.gates import all_gates
from evalkit.present.numbers import (
    count_piece,
    interval_piece,
    interval_text,
    said_piece,
    value_piece,
    value_text,
)
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say

EVERYONE = "all"
# An area without orders, or without ratings, is told so once: by the steps of its loop.
SAID_ABOVE = ("no_orders", "no_rating_step")


def nothing(found: Result | Refusal | Orders, name: str) -> Shown:
    """Return what stands in no page: what is told above, or is of nobody."""
    return sentences(found.report, name, [phrase("orders.none")], [], frame="absent")


def untold(refused: Refusal, name: str) -> Shown:
    """Return why ratings cannot be told, also where the area has no survey."""
    e = refused.estimate
    assert e.reason is not None and e.would_pass is not None
    if e.reason.code in SAID_ABOVE:
        return nothing(refused, name)
    what = phrase(f"refused.{name}")
    said = [phrase("orders.refused", what=what, reason=e.reason, would_pass=e.would_pass)]
    return sentences(refused.report, name, said, [e])


def order_steps_table(found: Result | Refusal, orders: Orders | Refusal) -> Shown:
    """Return the orders at each step of the loop, and ratings that count for nothing.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.order_steps`.
    orders : Orders or Refusal
        From `satisfaction.draw_orders`.
    """
    if isinstance(found, Refusal) or isinstance(orders, Refusal):
        return nothing(found, "order_steps_table")
    steps, faults = found.of("order_step"), found.of("order_fault")

    def layout(lang: str) -> Layout:
        rows = [
            row_of(words(e, "definition", lang), [_orders_piece(e, lang)])
            for e in (*steps, *faults)
        ]
        return Layout(
            title=_steps_title(found, lang),
            note=foot(orders, lang, "note.order_steps"),
            heads=[say("head.step", lang), say("head.orders", lang)],
            rows=rows,
        )

    return shown_table(found.report, "order_steps_table", layout, found.estimates)


def _steps_title(found: Result, lang: str) -> str:
    coverage = found.of("rating_coverage")
    if not found.of("order_step", step="rated"):
        closed = found.one("order_step", step="closed")
        return say("exhibit.loop_without_rating", lang, n=value_text(closed, lang))
    if not coverage or coverage[0].value is None:
        return say("exhibit.order_steps_withheld", lang)
    e = coverage[0]
    return say("exhibit.order_steps", lang, n=e.n, rated=e.events, share=e.value)


def _orders_piece(e: Estimate, lang: str, field: str = "") -> Part:
    piece = count_piece(e, field, lang) if field else value_piece(e, lang)
    return replace(piece, unit="orders") if piece.look == "number" else piece


def rating_gates_table(judged: Result | Refusal, orders: Orders | Refusal) -> Shown:
    """Return every requirement of a share of ratings, and how it came out.

    Parameters
    ----------
    judged : Result or Refusal
        From `satisfaction.rating_gates`.
    orders : Orders or Refusal
        From `satisfaction.draw_orders`.
    """
    if isinstance(judged, Refusal) or isinstance(orders, Refusal) or not judged.estimates:
        return nothing(judged, "rating_gates_table")
    counted = orders
    return all_gates(
        judged,
        "rating_gates_table",
        "rating_gates",
        lambda lang: foot(counted, lang, "note.rating_gates"),
    )


def groups_of(estimates: Sequence[Estimate]) -> list[tuple[str, str]]:
    """Return each group's column and code, in the order in which they are told."""
    return list(dict.fromkeys(e.dims[0] for e in estimates))


def ratings_table(
    rated: Result | Refusal, times: Result | Refusal, orders: Orders | Refusal
) -> Shown:
    """Return the share of high ratings by group, beside what the unrated could make of it.

    Parameters
    ----------
    rated : Result or Refusal
        From `satisfaction.ratings`.
    times : Result or Refusal
        From `satisfaction.close_times`.
    orders : Orders or Refusal
        From `satisfaction.draw_orders`.
    """
    if isinstance(rated, Refusal) or isinstance(times, Refusal) or isinstance(orders, Refusal):
        # The figure of the same ratings tells why.
        return nothing(rated, "ratings_table")
    shares = [e.dims[1][1] for e in times.estimates[:2]]
    tops, report = rated.of("top_rating"), rated.report

    def layout(lang: str) -> Layout:
        rows = [_rating_row(rated, times, *group, shares, lang) for group in groups_of(tops)]
        heads = ("group", "closed_orders", "rated_orders", "top_of_rated", "interval", "if_all")
        names = [say(f"head.{key}", lang) for key in heads]
        names += [words(times.one("close_time", share=s), "definition", lang) for s in shares]
        return Layout(
            title=_groups_title(rated, lang),
            note=foot(orders, lang, "note.ratings", level=tops[0].level or report.plan.level,
                      stars=orders.rated_from),
            heads=names,
            rows=rows,
        )  # fmt: skip

    return shown_table(report, "ratings_table", layout, (*rated.estimates, *times.estimates))


def _rating_row(
    rated: Result, times: Result, by: str, code: str, shares: Sequence[str], lang: str
) -> Row:
    top = rated.one("top_rating", **{by: code})
    bounds = rated.one("top_rating_bounds", **{by: code})
    coverage = rated.one("rating_coverage", **{by: code})
    dash = say("shown.none", lang)
    cells: list[Part] = [
        _orders_piece(coverage, lang, "n"), _orders_piece(coverage, lang, "events"),
        value_piece(top, lang),
        interval_piece(top, lang), interval_piece(bounds, lang),
    ]  # fmt: skip
    for share in shares:
        time = times.of("close_time", **{by: code, "share": share})
        cells.append(_hours(time[0], lang) if time else dash)
    return row_of(words(top, "group", lang), cells, strong=by == EVERYONE)


def _hours(e: Estimate, lang: str) -> Part:
    if e.reason is not None and e.reason.code == "never_closed":
        return said_piece(e, say("orders.never", lang))
    return value_piece(e, lang)


def _groups_title(rated: Result, lang: str) -> str:
    """Return whether the order of the groups could be another one, as a finding."""
    bounds = [
        e for e in rated.of("top_rating_bounds")
        if e.dims[0][0] != EVERYONE and e.low is not None and e.high is not None
    ]  # fmt: skip
    if len(bounds) < 2:
        return say("exhibit.ratings_table", lang)
    apart = max(e.low or 0.0 for e in bounds) > min(e.high or 0.0 for e in bounds)
    tops = [
        e for e in rated.of("top_rating") if e.value is not None and e.dims[0][0] != EVERYONE
    ]  # fmt: skip
    least, most = (pick(tops, key=lambda e: e.value or 0.0) for pick in (min, max))
    key = "ratings_apart" if apart else "ratings_open"
    return say(
        f"exhibit.{key}", lang, low=value_text(least, lang), high=value_text(most, lang),
        first=least.group, last=most.group,
    )  # fmt: skip


def rewards_table(found: Result | Refusal, orders: Orders | Refusal) -> Shown:
    """Return whether rating earns points, and how many rate where it does and does not.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.rewards`.
    orders : Orders or Refusal
        From `satisfaction.draw_orders`.
    """
    if isinstance(found, Refusal) or isinstance(orders, Refusal) or not found.estimates:
        return nothing(found, "rewards_table")
    state, shares = found.one("rating_reward"), found.of("rating_coverage")
    extra = found.of("reward_unmarked")
    if not shares:
        said = [phrase("orders.said", what=state.reason)]
        said += [phrase("orders.unmarked", n=e.value) for e in extra if e.value is not None]
        return sentences(found.report, "rewards_table", said, found.estimates)

    def layout(lang: str) -> Layout:
        heads = ("rewarded", "closed_orders", "rated_share", "top_of_rated", "interval", "if_all")
        told = "".join(say("orders.unmarked", lang, n=e.value) for e in extra if e.value)
        return Layout(
            title=_reward_title(shares, lang),
            note=told + foot(orders, lang, "note.rewards"),
            heads=[say(f"head.{key}", lang) for key in heads],
            rows=[_reward_row(found, e, lang) for e in shares],
        )

    return shown_table(found.report, "rewards_table", layout, found.estimates)


def _reward_title(shares: Sequence[Estimate], lang: str) -> str:
    known = {e.dims[0][1]: e for e in shares if e.value is not None}
    if not {"yes", "no"} <= known.keys():
        return say("exhibit.rewards_some", lang)
    ends = {"paid": known["yes"].value, "free": known["no"].value}
    more = (known["yes"].value or 0) > (known["no"].value or 0)
    return say("exhibit.rewards_more" if more else "exhibit.rewards", lang, **ends)


def _reward_row(found: Result, coverage: Estimate, lang: str) -> Row:
    code, dash = coverage.dims[0][1], say("shown.none", lang)
    cells: list[Part] = [_orders_piece(coverage, lang, "n"), value_piece(coverage, lang)]
    top = found.of("top_rating", reward=code)
    bounds = found.of("top_rating_bounds", reward=code)
    cells += [value_piece(top[0], lang), interval_piece(top[0], lang)] if top else [dash, dash]
    cells.append(interval_piece(bounds[0], lang) if bounds else dash)
    return row_of(words(coverage, "group", lang), cells)


def instruments_table(
    rated: Result | Refusal,
    measured: Result | Refusal,
    silent: Result | Refusal,
    rewarded: Result | Refusal,
    orders: Orders | Refusal,
) -> Shown:
    """Return the ratings and the survey beside each other, and why they are not one number.

    Parameters
    ----------
    rated : Result or Refusal
        From `satisfaction.ratings`.
    measured, silent : Result or Refusal
        From `satisfaction.top_box` and `satisfaction.silent`.
    rewarded : Result or Refusal
        From `satisfaction.rewards`.
    orders : Orders or Refusal
        From `satisfaction.draw_orders`.
    """
    if isinstance(orders, Refusal):
        # Of an area without orders there is one instrument at most.
        return nothing(orders, "instruments_table")
    report = orders.report
    tickets = [] if isinstance(rated, Refusal) else [
        rated.one("top_rating", all=EVERYONE), rated.one("top_rating_bounds", all=EVERYONE)
    ]  # fmt: skip
    survey = [] if isinstance(measured, Refusal) else [measured.estimates[0]]
    if not tickets and not survey:
        # Each has been told with its reason.
        return nothing(orders, "instruments_table")
    if survey and isinstance(silent, Result):
        survey += silent.of("silent_bounds")
    state = "unknown" if isinstance(rewarded, Refusal) or not rewarded.estimates else (
        rewarded.one("rating_reward").dim("state") or "unknown"
    )  # fmt: skip

    def layout(lang: str) -> Layout:
        ratings = [
            say("instrument.orders", lang),
            say("instrument.whoever", lang),
            say("instrument.at_once", lang),
            say(f"instrument.reward_{state}", lang),
        ]
        asked = [
            say("instrument.people", lang),
            say("instrument.sampled", lang),
            say("instrument.at_the_survey", lang),
            say("instrument.reward_survey", lang),
        ]
        columns = [
            _instrument(tickets, rated, ratings, lang),
            _instrument(survey, measured, asked, lang),
        ]
        names = ("share", "interval", "bounds", "unit", "who", "when", "reward")
        return Layout(
            title=_instruments_title(tickets, survey, lang),
            note=foot(orders, lang, "note.instruments"),
            heads=[say(f"head.{key}", lang) for key in ("compared", "ratings", "survey")],
            rows=[row_of(say(f"instrument.{name}", lang), [one, two])
                  for name, one, two in zip(names, *columns, strict=True)],
            text_columns=(0, 1),
        )  # fmt: skip

    return shown_table(report, "instruments_table", layout, (*tickets, *survey))


def _instrument(
    estimates: Sequence[Estimate], given: Result | Refusal, told: Sequence[str], lang: str
) -> list[Part]:
    """Return one instrument's column: share, interval, bounds, and how it comes about."""
    dash = say("shown.none", lang)
    if not estimates:
        assert isinstance(given, Refusal) and given.estimate.reason is not None
        why = words(given.estimate, "reason", lang)
        if given.report.spec is None and given.estimate.reason.code == "no_data_satisfaction":
            # That there is neither survey nor rating is untrue beside ratings.
            why = say("instrument.no_survey", lang)
        return [Piece(why, "", given.estimate.id), *(dash for _ in range(len(told) + 2))]
    share, *rest = estimates
    ends = interval_piece(rest[0], lang) if rest else dash
    return [value_piece(share, lang), interval_piece(share, lang), ends, *told]


def _instruments_title(tickets: Sequence[Estimate], survey: Sequence[Estimate], lang: str) -> str:
    if not tickets or not survey or tickets[0].value is None or survey[0].value is None:
        which = "survey" if tickets and tickets[0].value is not None else "ratings"
        return say(f"exhibit.instruments_no_{which}", lang)
    ends = {"a": value_text(tickets[0], lang), "b": value_text(survey[0], lang)}
    low, high = (interval_text(e[1], lang) if len(e) > 1 else "" for e in (tickets, survey))
    return say("exhibit.instruments", lang, **ends, ratings=low, survey=high)
