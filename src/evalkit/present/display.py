"""Short pictures of what a cell names: a plan, a cohort, a result, a refusal, for JupyterLab.

They are no exhibits: a report holds none of them, and a batch run refuses a cell that ends with
one. No person's row is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from IPython.core.getipython import get_ipython

from evalkit.estimate import Estimate
from evalkit.language import language
from evalkit.outcomes import Refusal, Report, Result
from evalkit.outcomes.analysis import Drawn
from evalkit.outcomes.choices import OF_COLUMNS
from evalkit.present.choices import CONDITIONS
from evalkit.present.content import Cell, Line, Piece, Statement, Table
from evalkit.present.markup import html
from evalkit.present.methods import METHODS, Method
from evalkit.present.numbers import count_piece, interval_text, value_text
from evalkit.present.shown import stylesheet
from evalkit.present.statement import paragraph
from evalkit.present.table import row_of
from evalkit.protocol import DECLARED
from evalkit.protocol.outcomes.declaration import kinds
from evalkit.protocol.plan import stated
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
        (Report, of_report), *((outcome.plan, of_plan) for outcome in DECLARED.values()),
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


def of_report(report: Report) -> str:
    """Return what a report's plan fixed, what else could be chosen and by which methods."""
    return of_plan(report.plan, report.lang)


def of_plan(plan: Any, lang: str = "") -> str:
    """Return the choices of an outcome's plan as HTML, and the methods among which it chooses.

    Parameters
    ----------
    lang : str
        The reader's language when empty.
    """
    lang = lang or reader_language()
    (outcome,) = (code for code, held in DECLARED.items() if held.plan is type(plan))
    written = stated(plan)
    rows = [
        row_of(
            _named(field.name, lang),
            (
                Piece(f"{field.name} = {_python(getattr(plan, field.name))}", "code"),
                _possible(plan, field.name, lang),
                # A choice that may be left out need not stand in the file.
                f"[plan.{outcome}]" if field.name in written else say("display.default", lang),
            ),
        )
        for field in fields(plan)
    ]
    heads = [say(f"head.{key}", lang) for key in ("choice", "planned", "possible", "where")]
    title, note = (say(f"display.{key}", lang) for key in ("plan", "plan_note"))
    shown = _framed(Table(title, note, _heads(heads), tuple(rows)), lang)
    return shown + _methods(plan, METHODS.get(outcome, {}), lang)


def _methods(plan: Any, known: Mapping[str, tuple[str, Mapping[str, Method]]], lang: str) -> str:
    """Return the methods of an outcome that a plan can name, the planned ones marked."""
    rows = [
        row_of(
            say("display.chosen" if getattr(plan, choice) == value else "display.other", lang),
            (
                Piece(f"{choice} = {value!r}", "code"),
                say(f"primary_of.{estimand}", lang),
                _method(choice, value, lang),
                method.source or say("display.textbook", lang),
                Piece(f"evalkit.estimators.{method.file}", "code"),
            ),
            strong=getattr(plan, choice) == value,
        )
        for choice, (estimand, methods) in known.items()
        for value, method in methods.items()
    ]
    if not rows:
        return ""
    heads = ("choice", "value", "estimand", "method", "source", "code")
    return _framed(
        Table(
            say("display.methods", lang, n=len(rows)), say("display.methods_note", lang),
            _heads([say(f"head.{key}", lang) for key in heads]), tuple(rows),
        ),
        lang,
    )  # fmt: skip


def _method(choice: str, value: str, lang: str) -> str:
    if choice == "curve_interval":
        return say("method.kaplan_meier", lang, interval=say(f"curve_of.{value}", lang))
    return say(f"method.{value}", lang)


def _named(name: str, lang: str) -> str:
    key = "display.planned" if name == "estimands" else f"choice.{name}"
    return say(key, lang) if key in catalogue(lang) else name


def _possible(plan: Any, name: str, lang: str) -> str:
    """Return what may stand at a choice, as a cell would write it or in words."""
    cls: type = type(plan)
    _, listed, limit = kinds(cls)[name]
    if listed:
        return ", ".join(repr(value) for value in listed)
    if limit is not None:
        return str(limit.said)
    if name == "estimands":
        return say("display.results", lang)
    if name in CONDITIONS:
        return say("display.condition", lang)
    return say("display.columns" if name in OF_COLUMNS else "display.label", lang)


def _python(value: Any) -> str:
    """Return a choice as a cell would write it."""
    return repr(list(value) if isinstance(value, tuple) else value)


def _heads(words: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(Cell((Line((Piece(word),)),), header=True) for word in words)


def _framed(held: Table | Statement, lang: str) -> str:
    spoken = f'class="{language(lang).family}" lang="{lang}"'
    return f"<div {spoken}><style>{stylesheet()}</style>{html(held, lang)}</div>"
