"""How sure one may be: levels and their reasons, the risk of bias, the trial stood for."""

from __future__ import annotations

from collections.abc import Sequence

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.present.flow import note, words
from evalkit.present.headline import is_weighted
from evalkit.present.numbers import said_piece, value_piece
from evalkit.present.shown import Shown
from evalkit.present.statement import refusal, sentences
from evalkit.present.table import Layout, in_detail, row_of, shown_table
from evalkit.protocol.outcomes.reach import OUTCOME as REACH
from evalkit.protocol.outcomes.recidivism import AREA
from evalkit.protocol.outcomes.satisfaction import OUTCOME as SATISFACTION
from evalkit.words import phrase, say


def rating_table(verdict: Result) -> Shown:
    """Return what the rating starts from, and each level that is lost, with its reason.

    Parameters
    ----------
    verdict : Result
        From an outcome's `verdict`.
    """
    report, steps = verdict.report, verdict.of("rating_step")
    if not steps:
        return _nothing(verdict, "rating_table")
    ratings, lost = verdict.of("rating"), len(steps) - 1
    if not lost:
        said = phrase("exhibit.rating_whole", level=ratings[0].value)
        return sentences(report, "rating_table", [said], ratings)

    def layout(lang: str) -> Layout:
        rows = [row_of(words(e, "reason", lang), [value_piece(e, lang)]) for e in steps]
        rows += [
            row_of(say("rating.left", lang), [value_piece(e, lang)], strong=True) for e in ratings
        ]
        return Layout(
            title=say("exhibit.rating_lost", lang, level=ratings[0].value, n=lost),
            note=say("note.rating", lang),
            heads=[say(f"head.{name}", lang) for name in ("why", "levels")],
            rows=rows,
        )

    return shown_table(report, "rating_table", layout, (*steps, *ratings))


def _nothing(verdict: Result, name: str) -> Shown:
    """Return what stands in no page: of what is not assessable the verdict says why."""
    return sentences(verdict.report, name, [phrase("rating.none")], [], frame="absent")


def sayings(verdict: Result) -> Shown:
    """Return what may be said of a comparison or a level, and what may not.

    Parameters
    ----------
    verdict : Result
        From an outcome's `verdict`.
    """
    report, word = verdict.report, verdict.estimates[0].verdict
    if word == "measured" and report.outcome == SATISFACTION.code:
        items = [phrase(key) for key in _of_a_level(verdict)]
        opening = phrase("can_say.opening_level")
        return sentences(report, "sayings", [opening], verdict.estimates[:2], items)
    if word not in SAID:
        return _nothing(verdict, "sayings")
    if report.outcome == SATISFACTION.code:
        keys = ("can_say.wave_{}", "can_say.wave", "cannot_say.wave_{}", "cannot_say.wave")
        items = [phrase(key.format(word)) for key in keys]
        opening = phrase("can_say.opening")
        return sentences(report, "sayings", [opening], verdict.estimates[:2], items)
    design = report.plan.design
    if report.outcome == REACH.code:
        items = [phrase(f"can_say.reach_{word}"), phrase("can_say.reach")]
        items += [phrase(f"cannot_say.reach_{word}"), phrase(f"cannot_say.reach_{design}")]
    elif report.plan.primary == AREA:
        items = [phrase(f"can_say.area_{word}"), phrase("can_say.area")]
        items += [phrase(f"cannot_say.area_{word}"), phrase(f"cannot_say.{design}")]
    else:
        items = [phrase(f"can_say.{word}"), phrase("can_say.group")]
        items += [phrase(f"cannot_say.{word}"), phrase(f"cannot_say.{design}")]
    return sentences(report, "sayings", [phrase("can_say.opening")], verdict.estimates[:2], items)


SAID = ("improvement", "worsening", "no_clear")


def _of_a_level(verdict: Result) -> list[str]:
    """Return the keys of what a survey, or ratings, allow to be said of how content people are."""
    if verdict.of("top_rating_bounds"):
        return ["can_say.ratings", "cannot_say.ratings", "cannot_say.level"]
    bounded = any(e.low is not None for e in verdict.of("silent_bounds"))
    whom = "population" if any(map(is_weighted, verdict.of("top_box"))) else "answered"
    keys = [f"can_say.{whom}"]
    keys += ["can_say.bounded", "cannot_say.alike"] if bounded else ["cannot_say.asked"]
    missed = ["cannot_say.missed"] if verdict.of("frame_missed") else []
    return [*keys, *missed, "cannot_say.level"]


def bias_table(biased: Result | Refusal) -> Shown:
    """Return each domain of the risk of bias: what is known by rule, and what is left.

    Parameters
    ----------
    biased : Result or Refusal
        From `recidivism.bias`.
    """
    if isinstance(biased, Refusal):
        return refusal(biased, "bias_table")
    tool = "rob2" if biased.report.plan.design == "randomised" else "robins"
    return _side_by_side(
        biased, "bias_table", biased.of("bias_domain"), f"exhibit.bias_{tool}",
        ("domain", "known_by_rule", "for_reviewer"), f"note.bias_{tool}",
    )  # fmt: skip


def target_table(target: Result | Refusal) -> Shown:
    """Return the trial that a comparison stands for, beside what was done.

    Parameters
    ----------
    target : Result or Refusal
        From `recidivism.target`.
    """
    if isinstance(target, Refusal):
        return refusal(target, "target_table")
    drawn = target.report.plan.design == "randomised"
    return _side_by_side(
        target, "target_table", target.of("target_trial"),
        "exhibit.target_by_lot" if drawn else "exhibit.target_not_by_lot",
        ("part", "done", "trial"), "note.target",
    )  # fmt: skip


def _side_by_side(
    given: Result,
    name: str,
    rows: Sequence[Estimate],
    title: str,
    heads: Sequence[str],
    foot: str,
) -> Shown:
    def layout(lang: str) -> Layout:
        made = [
            row_of(
                words(e, "definition", lang),
                [said_piece(e, words(e, "population", lang)), words(e, "against", lang)],
            )
            for e in rows
        ]
        return Layout(
            title=say(title, lang, n=len(rows)),
            note=note(given.report, lang, foot),
            heads=[say(f"head.{head}", lang) for head in heads],
            rows=made,
            text_columns=(0, 1),
            folded=in_detail(made),
        )

    return shown_table(given.report, name, layout, rows)
