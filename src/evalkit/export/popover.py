"""What a number tells of itself when it is clicked, and the words of the page's script."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from evalkit.estimate import Estimate
from evalkit.export.exhibits import Exhibit
from evalkit.export.origin import result_interval, result_value, title
from evalkit.present.content import Drawing
from evalkit.present.numbers import number
from evalkit.record import Record
from evalkit.words import say

# Digits of a fingerprint that a citation does without: what is left tells one result from another.
SPARED = 48
# Words that the script says, each a key under [screen].
SCREEN = (
    *("search", "next", "previous", "found", "nothing", "enlarge", "close"),
    *("dark", "light", "copy_id", "copy_hash", "copied", "result", "numbers"),
    *("take", "data", "cite", "described", "id"),
)


def results_of(record: Record, lang: str, exhibits: Iterable[Exhibit] = ()) -> dict[str, Any]:
    """Return every result of a page by id, as rows of label and text.

    Labels and texts stand once each and are named by position: hundreds of
    results share a method, a plan state and a table.

    Parameters
    ----------
    exhibits : iterable of Exhibit
        Of the page. Under ``figures`` each figure has the results that it draws, as runs of
        them: position of the first, and how many.
    """
    cells: dict[str, int] = {}
    for seen in record.seen:
        for estimate in seen.estimates:
            cells.setdefault(estimate.id, seen.cell)
    texts: dict[str, int] = {}
    # Each label is said once, not once a result.
    label = functools.cache(functools.partial(_label, lang))
    results = {
        name: [
            (texts.setdefault(what, len(texts)), texts.setdefault(text, len(texts)))
            for what, text in _rows(estimate, cells[name], lang, label)
        ]
        for name, estimate in record.estimates.items()
    }
    at = {name: n for n, name in enumerate(results)}
    figures = {
        e.id: _runs([at[name] for name in e.estimates])
        for e in exhibits
        if isinstance(e.content, Drawing) and e.estimates
    }
    return {"texts": list(texts), "results": results, "figures": figures}


def _runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """Return positions as runs, each with its first one and its length."""
    found: list[tuple[int, int]] = []
    for place in dict.fromkeys(places):
        if found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found


def _label(lang: str, key: str) -> str:
    return say(key, lang)


def _rows(
    estimate: Estimate, cell: int, lang: str, label: Callable[[str], str]
) -> Iterable[tuple[str, str]]:
    if estimate.made_up:
        yield label("number.made_up"), label("page.made_up")
    yield label("book.value"), result_value(estimate, lang)
    if estimate.verdict is not None and estimate.value is not None:
        yield label("book.verdict"), label(f"verdict.{estimate.verdict}")
    interval = result_interval(estimate, lang)
    if interval != label("shown.none") and estimate.disclosure != "withheld":
        what = label("book.interval")
        if estimate.level is not None:
            what = say("shown.level", lang, level=estimate.level)
        yield what, interval
    for key in ("definition", "group", "against", "window", "method"):
        word = getattr(estimate, key)
        if word is not None:
            yield label(f"number.{key}"), word.text[lang]
    for key in ("n", "events", "denominator"):
        count = getattr(estimate, key)
        if count is not None:
            yield label(f"number.{key}"), number(count, "int", lang)
    if estimate.reason is not None:
        yield label("book.why"), estimate.reason.text[lang]
    yield label("book.plan_state"), label(f"plan_state.{estimate.plan}")
    yield label("book.disclosure"), label(f"disclosed.{estimate.disclosure}")
    if estimate.policy is not None:
        yield label("origin.policy"), estimate.policy
    yield label("head.cell"), number(cell, "int", lang)
    for table, fingerprint in estimate.data:
        yield label("number.data"), table
        yield "sha256", fingerprint or label("origin.no_fingerprint")


def screen_words(record: Record, fingerprint: str, lang: str) -> dict[str, str]:
    """Return what the page's script says, with {at} and {n} left for it to fill.

    Parameters
    ----------
    fingerprint : str
        Of the results, as the foot of the page has it.
    """
    header = record.header
    made_up = header.made_up or record.made_up
    cited = say(
        "screen.cite_text", lang, title=title(header, lang), study=header.study_name,
        exhibit="{exhibit}", version=header.version, date=record.run.made_at[:10],
        fingerprint=fingerprint[:-SPARED],
    )  # fmt: skip
    mark = say("page.made_up", lang) + " " if made_up else ""
    stem = "-".join((header.study_name.code, header.area_name.code, header.outcome, lang))
    # What is sent on says so by its name.
    file = f"{stem}-made-up" if made_up else stem
    said = {key: say(f"screen.{key}", lang, at="{at}", n="{n}") for key in SCREEN}
    plan = say("book.plan_state", lang)
    return {**said, "cite_text": mark + cited, "file": file, "plan_state": plan}
