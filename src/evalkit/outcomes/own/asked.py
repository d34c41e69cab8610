"""What a cell asks for, checked by name before anything is counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evalkit.errors import UsageError
from evalkit.outcomes.analysis import Drawn
from evalkit.outcomes.report import Refusal, Report
from evalkit.protocol import DECLARED
from evalkit.words import Term

NAME = re.compile(r"[a-z][a-z0-9_]{2,40}")
# Signs that have a meaning in a result's id.
SIGNS = re.compile(r"[\[\],=\s]+")
# Groups of a split, and terms of a model, that a reader can still compare.
MOST_GROUPS, MOST_TERMS = 60, 40


def check_drawn(given: object) -> None:
    """Stop unless it is the people who count, as an outcome draws them.

    Raises
    ------
    UsageError
        Of a raw frame, a row or anything else, by the name of its type.
    """
    if not isinstance(given, Drawn | Refusal):
        raise UsageError("own_not_drawn", found=type(given).__name__)
    if isinstance(given, Drawn):
        given.check_unchanged()


def check_name(report: Report, name: str) -> None:
    """Stop on a name that cannot be an estimand, or that is one of the report's own."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UsageError("own_name", found=str(name)[:40])
    asked = report.estimate(
        name, table=None, unit="none", verdict="not_assessable", reason=report.term("own.asked")
    )
    # What describes the report itself is planned without the plan's naming it.
    theirs = DECLARED[report.outcome].estimands
    if name in theirs or (asked.plan == "planned" and name not in report.plan.estimands):
        raise UsageError("own_name_taken", found=name)


def check_column(drawn: Drawn, column: str) -> None:
    """Stop on a column that is not there, or that names people one by one."""
    frame = drawn.cohort.frame
    if column not in frame.columns:
        known = sorted(c for c in map(str, frame.columns) if not is_id(c))
        raise UsageError("own_column", found=str(column), known=known)
    if is_id(column):
        raise UsageError("own_id", column=column)
    if frame[column].nunique() > MOST_GROUPS:
        raise UsageError("own_many_groups", column=column, most=str(MOST_GROUPS))


def is_id(column: str) -> bool:
    """Return whether a column names people, and no group of them."""
    return column in ("id", "pseudonym") or column.endswith("_id")


def words_of(report: Report, what: str, given: object, code: str = "") -> Term:
    """Return words of a cell in every language of the study.

    Raises
    ------
    UsageError
        If it is no mapping, or a language is missing.
    """
    if not isinstance(given, Mapping):
        raise UsageError("own_words", what=what, known=list(report.languages))
    missing = [code for code in report.languages if not _said(given.get(code))]
    if missing:
        raise UsageError("own_language", what=what, missing=missing)
    return Term(code or what, {lang: str(given[lang]).strip() for lang in report.languages})


def _said(words: Any) -> bool:
    return isinstance(words, str) and bool(words.strip())


def code_of(text: object) -> str:
    """Return a value as it can stand in a result's id.

    Parameters
    ----------
    text : object
        A value of a column, or a term of a model.
    """
    return SIGNS.sub("_", str(text)).strip("_")
