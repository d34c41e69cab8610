"""Sentences, each carrying the estimates that its numbers come from."""

from __future__ import annotations

from collections.abc import Iterable

from evalkit.estimate import Estimate
from evalkit.landing import escape
from evalkit.outcomes import Refusal, Report
from evalkit.present.shown import Shown, shown, tag
from evalkit.words import Phrase, say


def statement(
    report: Report,
    name: str,
    phrases: Iterable[Phrase],
    estimates: Iterable[Estimate],
    items: Iterable[Phrase] = (),
) -> Shown:
    """Return one or more sentences.

    Parameters
    ----------
    report : Report
        Where they belong.
    name : str
        Names the statement within its report.
    phrases : iterable of Phrase
        One paragraph each.
    estimates : iterable of Estimate
        Every estimate behind their numbers.
    items : iterable of Phrase
        Points of a list below the paragraphs.
    """
    phrases, items = list(phrases), list(items)

    def build(lang: str) -> tuple[str, str]:
        texts = [phrase.text(lang) for phrase in phrases]
        points = [item.text(lang) for item in items]
        html = "".join(tag("p", escape(text)) for text in texts)
        if points:
            html += tag("ul", "".join(tag("li", escape(point)) for point in points))
        return tag("div", html, class_="ek-statement"), "\n".join([*texts, *points])

    return shown("statement", name, report.lang, report.languages, build, estimates)


def refusal(refused: Refusal, name: str) -> Shown:
    """Return the sentence that stands where an exhibit cannot: reason and what would pass.

    Parameters
    ----------
    refused : Refusal
        From an outcome.
    name : str
        Names the exhibit that it replaces.
    """
    estimate, report = refused.estimate, refused.report

    def build(lang: str) -> tuple[str, str]:
        assert estimate.reason is not None and estimate.would_pass is not None
        what = say(f"refused.{name}", lang)
        if report.spec is None:
            # The verdict at the top says it once in full; ten times is noise.
            line = say("shown.refused_no_data", lang, what=what)
            return tag("p", escape(line), class_="ek-absent", data_ek=estimate.id), line
        reason = say("shown.refused", lang, what=what, reason=estimate.reason)
        passes = say("shown.would_pass", lang, what=estimate.would_pass)
        mark = tag("strong", escape(reason), data_ek=estimate.id)
        html = tag("p", f"{mark} {escape(passes)}")
        return tag("div", html, class_="ek-refusal"), f"{reason} {passes}"

    return shown("statement", name, report.lang, report.languages, build, [estimate])
