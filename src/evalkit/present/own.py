"""A researcher's own exhibit, out of a cell: a table, a figure, a sentence of released numbers.

Texts are mappings of language to words, numbers are results that the gate released, and no
function of the language is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from unicodedata import category

from evalkit.errors import UsageError
from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.own.asked import words_of
from evalkit.present.content import Part, Piece, Statement
from evalkit.present.flow import rule, words
from evalkit.present.numbers import (
    count_piece,
    interval_piece,
    interval_text,
    said_piece,
    value_piece,
    value_text,
)
from evalkit.present.shown import Shown, shown
from evalkit.present.statement import paragraph, refusal
from evalkit.present.table import Layout, row_of, shown_table
from evalkit.words import say

Words = Mapping[str, str]
# Rows that somebody reads.
MOST_ROWS = 200
PLACE = re.compile(r"\{([^{}]*)\}")
# What a sentence can say of a result, behind a colon.
FIELDS = ("value", "interval", "n", "events", "p")
COUNTS = ("n", "events")
# The code of the reason that a share has which stands and is not to be compared.
UNLIKE = "not_comparable"


def table(result: Result | Refusal, *, title: Words, note: Words | None = None) -> Shown:
    """Show released numbers as a table: a row for each, a column for each thing that is known.

    Parameters
    ----------
    result : Result or Refusal
        From `own.counts`, `own.coefficients` or an outcome; a refusal gives its reason.
    title : mapping of str to str
        The finding, by language; a result is named in braces: ``{sex=male}``.
    note : mapping of str to str, optional
        What a reader must know, before the source and the disclosure rule.

    Raises
    ------
    UsageError
        If it is no result, has too many rows, or a text lacks a language or holds a typed
        number.

    Examples
    --------
    >>> present.table(by_risk, title={"zh": "按风险等级", "en": "By risk level"})
    """
    checked(result)
    if isinstance(result, Refusal):
        return refused_own(result, "table", title)
    report, estimates = result.report, rows_of(result)
    titled = text_of(result, "title", title)
    said = text_of(result, "note", note) if note is not None else None
    columns = _columns(result, estimates)

    def layout(lang: str) -> Layout:
        cells = [[cell(e, lang) for _, cell in columns] for e in estimates]
        rows = [row_of(_head(e, lang), line) for e, line in zip(estimates, cells, strict=True)]
        return Layout(
            title=titled(lang),
            note=noted(result, said(lang) if said else "", lang),
            heads=[_first(estimates, lang), *(say(f"head.{key}", lang) for key, _ in columns)],
            rows=rows,
        )

    return shown_table(report, name_of(result, "table"), layout, result.estimates)


def statement(result: Result | Refusal, text: Words) -> Shown:
    """Show sentences whose numbers are results, each named in braces.

    Parameters
    ----------
    result : Result or Refusal
        From `own.counts`, `own.coefficients` or an outcome; a refusal gives its reason.
    text : mapping of str to str
        By language; ``{sex=male}`` is a value, ``{sex=male:interval}``, ``:n``, ``:events`` and
        ``:p`` what else is known of it. A line break begins a paragraph.

    Raises
    ------
    UsageError
        If it is no result, a language is missing, a number is typed, or braces name no
        result.

    Examples
    --------
    >>> said = {"zh": "高风险者为{risk_level=high}。", "en": "Of high risk: {risk_level=high}."}
    >>> present.statement(by_risk, said)
    """
    checked(result)
    if isinstance(result, Refusal):
        return refused_own(result, "statement")
    report, words_in = result.report, words_of(result.report, "text", text)
    for lang in report.languages:
        _no_digits(result, "text", words_in.text[lang])

    def build(lang: str) -> tuple[Statement, str]:
        lines = [line for line in words_in.text[lang].split("\n") if line.strip()]
        said = [_pieces(result, "text", line, lang) for line in lines]
        marks = [stamp(result, lang)] if stamp(result, lang) else []
        blocks = [paragraph(*pieces) for pieces in said]
        blocks += [paragraph(mark, look="note") for mark in marks]
        plain = ["".join(piece.text for piece in pieces) for pieces in said]
        return Statement(tuple(blocks)), "\n".join([*plain, *marks])

    name = name_of(result, "statement")
    return shown("statement", name, report.lang, report.languages, build, result.estimates)


def show(result: Result | Refusal) -> Shown:
    """Show released numbers as a table under the words that the numbers have themselves.

    Parameters
    ----------
    result : Result or Refusal
        From `own.counts`, `own.coefficients` or an outcome; a refusal gives its reason.

    Raises
    ------
    UsageError
        If it is no result, or has too many rows.

    Examples
    --------
    >>> present.show(by_risk)
    """
    checked(result)
    if isinstance(result, Refusal):
        return refused_own(result, "table")
    first = result.estimates[0]
    named = first.definition if first.group is not None else first.method
    named = named or first.population
    code = first.estimand
    fallback = dict.fromkeys(result.report.languages, code)
    return table(result, title=named.text if named is not None else fallback)


def checked(result: object) -> Result | Refusal:
    """Return what a cell gives to be shown, or stop where it is no result.

    Raises
    ------
    UsageError
        Of a frame, a row or a bare number by the name of its type; of no results at all.
    """
    if isinstance(result, Refusal):
        return result
    if not isinstance(result, Result):
        raise UsageError("own_not_result", found=type(result).__name__)
    if not result.estimates:
        raise UsageError("own_no_numbers")
    return result


def refused_own(refused: Refusal, kind: str, title: Words | None = None) -> Shown:
    """Return why a researcher's exhibit was not produced, under the name that it would have.

    Parameters
    ----------
    refused : Refusal
        What stands in the place of its numbers.
    title : mapping of str to str, optional
        What the cell calls it; without the numbers that it names in braces.
    """
    spoken = refused.report.languages
    called = dict(title) if isinstance(title, Mapping) and {*spoken} <= {*title} else {}
    plain = all(isinstance(t, str) and "{" not in t for t in called.values())
    texts = called if called and plain else {lang: say("refused.own", lang) for lang in spoken}
    return refusal(refused, f"{refused.estimate.estimand}_{kind}", texts)


def name_of(result: Result, kind: str) -> str:
    """Return what an exhibit is called, for a text that refers to it."""
    return f"{result.estimates[0].estimand}_{kind}"


def rows_of(result: Result) -> list[Estimate]:
    """Return the results that have a row: a p-value stands beside its own."""
    names = {e.estimand for e in result.estimates}
    rows = [
        e for e in result.estimates if e.estimand.removesuffix("_p") not in names - {e.estimand}
    ]
    if len(rows) > MOST_ROWS:
        raise UsageError("own_many_rows", n=str(len(rows)), most=str(MOST_ROWS))
    return rows


def _p_of(result: Result, estimate: Estimate) -> Estimate | None:
    found = result.of(f"{estimate.estimand}_p", **dict(estimate.dims))
    return found[0] if found else None


def _columns(
    result: Result, rows: Sequence[Estimate]
) -> list[tuple[str, Callable[[Estimate, str], Part]]]:
    """Return what is known of the rows: the key of each column's head, and its cells."""
    columns: list[tuple[str, Callable[[Estimate, str], Part]]] = []
    # Of people the value is the count; a model's terms all rest on the same people.
    whole = rows[0].unit in ("persons", "coefficient")
    for field in COUNTS:
        if not whole and any(getattr(e, field) is not None for e in rows):
            columns.append((field, lambda e, lang, field=field: count_piece(e, field, lang)))  # type: ignore[misc]
    heads = {"persons": "n", "share": "share", "coefficient": "coefficient"}
    columns.append((heads.get(rows[0].unit, "value"), value_piece))
    if any(e.interval != "none" for e in rows):
        columns.append(("interval", interval_piece))
    if any(_p_of(result, e) for e in rows):
        columns.append(("p", lambda e, lang: _p_piece(result, e, lang)))
    return columns


def _p_piece(result: Result, estimate: Estimate, lang: str) -> Part:
    found = _p_of(result, estimate)
    return value_piece(found, lang) if found else say("shown.none", lang)


def _head(estimate: Estimate, lang: str) -> str:
    field = "group" if estimate.group is not None else "definition"
    return words(estimate, field, lang)


def _first(rows: Sequence[Estimate], lang: str) -> str:
    if rows[0].group is None:
        return say("head.term", lang)
    population = rows[0].population
    return population.text[lang] if population is not None else say("head.group", lang)


def stamp(result: Result, lang: str) -> str:
    """Return that a result is not the plan's, departs from it, or compares what is unlike."""
    return stamp_before(result, lang).strip()


def stamp_before(result: Result, lang: str) -> str:
    """Return the same as it stands before a note: a language that puts spaces has one."""
    states = {e.plan for e in result.estimates} - {"planned"}
    said = [say(f"own.{state}", lang) for state in sorted(states)]
    # A share that stands has no reason but this one.
    found = (e.reason for e in result.estimates if e.value is not None)
    said += dict.fromkeys(r.text[lang] for r in found if r is not None and r.code == UNLIKE)
    return "".join(said)


def noted(result: Result, given: str, lang: str) -> str:
    """Return the grey line: what the cell says, the stamp, the level, source and rule.

    Parameters
    ----------
    given : str
        What the cell says; may be empty.
    """
    first = result.estimates[0]
    parts = [given, stamp(result, lang)]
    if first.level is not None:
        parts.append(say("own.level", lang, level=first.level))
    if first.unit == "coefficient" and first.method is not None:
        parts.append(say("own.method", lang, method=first.method))
        parts += [say("own.rests", lang, n=n) for n in {e.n for e in result.estimates if e.n}]
    joint = "" if language(lang).full_width else " "
    said = joint.join(part.strip() for part in parts if part.strip())
    source = say("note.source", lang, source=result.report.table.source)
    return (said + joint if said else "") + source + rule(result.report).text(lang)


def text_of(result: Result, what: str, given: object) -> Callable[[str], str]:
    """Return a text of a cell as a function of the language, its results put in."""
    held = words_of(result.report, what, given)
    made = {}
    for lang in result.report.languages:
        _no_digits(result, what, held.text[lang])
        made[lang] = "".join(p.text for p in _pieces(result, what, held.text[lang], lang))
    return made.__getitem__


def _no_digits(result: Result, what: str, text: str) -> None:
    plain = PLACE.sub("", text)
    # ½ and Ⅻ are numbers too, and so is what is said in a hundred.
    if "百分之" in plain or any(category(sign).startswith("N") for sign in plain):
        example = _key(result.estimates[0])
        raise UsageError("own_digits", what=what, example=example)


def _key(estimate: Estimate) -> str:
    return ",".join(f"{name}={value}" for name, value in sorted(estimate.dims))


def _pieces(result: Result, what: str, text: str, lang: str) -> list[Piece]:
    parts = PLACE.split(text)
    return [
        _place(result, what, part, lang) if i % 2 else Piece(part)
        for i, part in enumerate(parts)
        if part
    ]


def _place(result: Result, what: str, asked: str, lang: str) -> Piece:
    """Return a result that a text names: its value, or what else is known of it."""
    key, _, field = asked.replace(" ", "").partition(":")
    field = field or "value"
    known = {_key(e): e for e in rows_of(result)}
    found = known.get(key)
    if found is None or field not in FIELDS:
        raise UsageError("own_placeholder", what=what, found=asked[:40], known=sorted(known))
    if field == "p":
        found = _p_of(result, found) or found
    if field in COUNTS:
        return count_piece(found, field, lang)
    text = interval_text(found, lang) if field == "interval" else value_text(found, lang)
    return said_piece(found, text, "number" if found.disclosure != "withheld" else "withheld")
