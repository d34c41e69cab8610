"""What the public, a third party and departments say, side by side and never added up."""

from __future__ import annotations

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.satisfaction import Assessed
from evalkit.present.content import Part, Row
from evalkit.present.flow import rounded, words
from evalkit.present.numbers import count_piece, interval_piece, value_piece, value_text
from evalkit.present.shown import Shown
from evalkit.present.statement import sentences
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import phrase, say


def sources_table(found: Result | Refusal, assessed: Assessed | Refusal) -> Shown:
    """Return each source of assessments with its own number.

    Parameters
    ----------
    found : Result or Refusal
        From `satisfaction.sources`.
    assessed : Assessed or Refusal
        From `satisfaction.draw_sources`.
    """
    if isinstance(found, Refusal) or isinstance(assessed, Refusal):
        said = [phrase("sources.none")]
        return sentences(found.report, "sources_table", said, [], frame="absent")
    report, gate = found.report, found.report.gate(assessed.table)

    def layout(lang: str) -> Layout:
        heads = ("source_of", "assessments", "people_asked", "people_answered", "satisfied")
        source = say("note.source", lang, source=assessed.table.source)
        rule = (phrase("note.public") if gate.open else rounded(gate.policy)).text(lang)
        return Layout(
            title=_title(found, lang),
            note=say("note.sources", lang, level=report.plan.level) + source + rule,
            heads=[say(f"head.{key}", lang)
                   for key in (*heads, "interval", "if_all_silent", "median_score")],
            rows=[_row(found, e, lang) for e in found.of("source_count")],
        )  # fmt: skip

    return shown_table(report, "sources_table", layout, found.estimates)


def _row(found: Result, count: Estimate, lang: str) -> Row:
    code, dash = str(count.dim("source")), say("shown.none", lang)
    good, bounds, score = (
        found.one(f"source_{name}", source=code) for name in ("good", "bounds", "score")
    )
    told = good.value is not None or good.disclosure == "withheld"
    cells: list[Part] = [value_piece(count, lang)]
    cells.append(count_piece(bounds, "n", lang) if bounds.low is not None else dash)
    cells += [count_piece(good, "n", lang), value_piece(good, lang),
              interval_piece(good, lang)] if told else [dash, dash, dash]  # fmt: skip
    cells.append(interval_piece(bounds, lang) if bounds.low is not None else dash)
    scored = score.value is not None and score.definition is not None
    cells.append(
        [value_piece(score, lang), f" {words(score, 'definition', lang)}"]  # type: ignore[arg-type]
        if scored
        else dash
    )
    return row_of(words(count, "group", lang), cells)


def _title(found: Result, lang: str) -> str:
    known = [e for e in found.of("source_good") if e.value is not None]
    count = len(found.of("source_count"))
    if len(known) < 2:
        return say("exhibit.sources_table", lang, n=count)
    parts = [say("alt.share", lang, name=e.group, value=value_text(e, lang)) for e in known]
    return say("exhibit.sources_apart", lang, n=count, shares=parts)
