"""Short pictures of what a cell names: a plan, a cohort, a result, a refusal, for JupyterLab.

They are no exhibits: a report holds none of them, and a batch run refuses a cell that ends with
one. No person's row is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from IPython.core.getipython import get_ipython

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Result
from evalkit.outcomes.analysis import Drawn
from evalkit.present.content import Cell, Line, Piece, Statement, Table
from evalkit.present.markup import html
from evalkit.present.numbers import count_piece, interval_text, value_text
from evalkit.present.shown import stylesheet
from evalkit.present.statement import paragraph
from evalkit.present.table import row_of
from evalkit.protocol import DECLARED
from evalkit.words import catalogue, reader_language, say

# So many results are told; the exhibit has them all.
MOST = 12


def register() -> None:
    """Have the notebook of this process show the nouns of a cell short and in words."""
    shell = get_ipython()
    if shell is None:
        return
    assert shell.display_formatter is not None
    formatter = shell.display_formatter.formatters["text/html"]
    kinds: list[tuple[type, Callable[[Any], str]]] = [
        (Refusal, of_refusal), (Result, of_result), (Drawn, of_result),
        *((outcome.plan, of_plan) for outcome in DECLARED.values()),
    ]  # fmt: skip
    for kind, picture in kinds:
        formatter.for_type(kind, picture)


def of_result(held: Result | Drawn) -> str:
    """Return the estimates of an exhibit, or the flow of a cohort, as HTML."""
    lang = held.report.lang
    told = [e for e in held.estimates if e.estimand not in ("choice", "gate", "case_gate")]
    rows = [
        row_of(
            e.id.partition(".")[2].partition(".")[2],
            (value_text(e, lang), _interval(e, lang), count_piece(e, "n", lang)),
        )
        for e in told[:MOST]
    ]
    heads = [say(f"head.{key}", lang) for key in ("result", "value", "interval", "n")]
    more = len(told) - len(rows)
    note = say("display.more", lang, n=more) if more > 0 else say("display.note", lang)
    title = say("display.result", lang, n=len(told))
    return _framed(Table(title, note, _heads(heads), tuple(rows)), lang)


def _interval(estimate: Estimate, lang: str) -> str:
    there = estimate.interval not in ("none", "rounding") and estimate.disclosure != "withheld"
    return interval_text(estimate, lang) if there else say("shown.none", lang)


def of_refusal(refused: Refusal) -> str:
    """Return why an exhibit was not produced, and what would pass, as HTML."""
    estimate, lang = refused.estimate, refused.report.lang
    assert estimate.reason is not None and estimate.would_pass is not None
    passes = say("shown.would_pass", lang, what=estimate.would_pass)
    said = paragraph(Piece(estimate.reason.text[lang], "strong"), f" {passes}")
    return _framed(Statement((said,), "refusal"), lang)


def of_plan(plan: Any) -> str:
    """Return the choices of an outcome's plan as HTML, in the reader's language."""
    lang = reader_language()
    rows = []
    for field in fields(plan):
        key = f"choice.{field.name}"
        name = say(key, lang) if key in catalogue(lang) else field.name
        rows.append(row_of(name, (f"{field.name} = {_python(getattr(plan, field.name))}",)))
    heads = [say(f"head.{key}", lang) for key in ("choice", "planned")]
    title, note = (say(f"display.{key}", lang) for key in ("plan", "plan_note"))
    return _framed(Table(title, note, _heads(heads), tuple(rows)), lang)


def _python(value: Any) -> str:
    """Return a choice as a cell would write it."""
    return repr(list(value) if isinstance(value, tuple) else value)


def _heads(words: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(Cell((Line((Piece(word),)),), header=True) for word in words)


def _framed(held: Table | Statement, lang: str) -> str:
    spoken = f'class="{language(lang).family}" lang="{lang}"'
    return f"<div {spoken}><style>{stylesheet()}</style>{html(held, lang)}</div>"
