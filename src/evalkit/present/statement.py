"""Sentences, each carrying the estimates that its numbers come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evalkit.estimate import Estimate
from evalkit.outcomes import Refusal, Report, Result
from evalkit.present.content import Block, Line, Piece, Statement
from evalkit.present.shown import Shown, shown
from evalkit.words import Phrase, phrase, say


def lacked(found: Result | Refusal, name: str, key: str, said: str) -> Shown:
    """Return why there is no exhibit; where an area lacks its table no page says it.

    Parameters
    ----------
    found : Result or Refusal
        What the exhibit would show.
    key : str
        The reason of an area that did not hand the table in.
    said : str
        Sentence that JupyterLab shows of it.
    """
    reason = found.estimate.reason if isinstance(found, Refusal) else None
    if isinstance(found, Refusal) and reason is not None and reason.code != key:
        return refusal(found, name)
    return sentences(found.report, name, [phrase(said)], [], frame="absent")


def sentences(
    report: Report,
    name: str,
    phrases: Iterable[Phrase],
    estimates: Iterable[Estimate],
    items: Iterable[Phrase] = (),
    frame: str = "statement",
) -> Shown:
    """Return one or more sentences.

    Parameters
    ----------
    phrases : iterable of Phrase
        One paragraph each.
    frame : str
        One of `evalkit.present.content.FRAMES`; what is "absent" stands in no page.
    """
    phrases, items = list(phrases), list(items)

    def build(lang: str) -> tuple[Statement, str]:
        texts = [phrase.text(lang) for phrase in phrases]
        points = [item.text(lang) for item in items]
        blocks = [paragraph(text) for text in texts]
        if points:
            blocks.append(Block(tuple(Line((Piece(point),)) for point in points), "points"))
        return Statement(tuple(blocks), frame), "\n".join([*texts, *points])

    return shown("statement", name, report.lang, report.languages, build, estimates)


def paragraph(*parts: str | Piece, look: str = "", estimate: str = "") -> Block:
    """Return a paragraph of a statement.

    Parameters
    ----------
    estimate : str
        Id of the estimate that the whole of it says.
    """
    pieces: list[Piece] = []
    for part in parts:
        pieces += _with_code(part) if isinstance(part, str) else [part]
    return Block((Line(tuple(pieces)),), look, estimate=estimate)


def _with_code(text: str) -> list[Piece]:
    """Return words, of which those between back-ticks are code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        # One that has no other is a sign of the text.
        return [Piece(text)]
    made = [Piece(part, "code" if n % 2 else "") for n, part in enumerate(parts)]
    return [piece for piece in made if piece.text]


def refusal(refused: Refusal, name: str, called: Mapping[str, str] | None = None) -> Shown:
    """Return the sentence that stands where an exhibit cannot: reason and what would pass."""
    estimate, report = refused.estimate, refused.report

    def build(lang: str) -> tuple[Statement, str]:
        assert estimate.reason is not None and estimate.would_pass is not None
        what = called[lang] if called else say(f"refused.{name}", lang)
        if report.spec is None:
            # The verdict at the top says it once in full; ten times is noise.
            line = say("shown.refused_no_data", lang, what=what)
            return Statement((paragraph(line, estimate=estimate.id),), "absent"), line
        reason = say("shown.refused", lang, what=what, reason=estimate.reason)
        passes = say("shown.would_pass", lang, what=estimate.would_pass)
        said = paragraph(Piece(reason, "strong", estimate.id), f" {passes}")
        return Statement((said,), "refusal"), f"{reason} {passes}"

    return shown("statement", name, report.lang, report.languages, build, [estimate])
