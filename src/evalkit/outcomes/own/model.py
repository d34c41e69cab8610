"""Coefficients of a fitted model, with the people behind each counted from its own rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype as _is_number

from evalkit.disclosure import Cells, Gate
from evalkit.errors import Refused, UsageError
from evalkit.estimate import Deviation, Estimate
from evalkit.outcomes.analysis import STATED, Drawn, used_choices
from evalkit.outcomes.analysis import terms as reasons
from evalkit.outcomes.labels import is_named
from evalkit.outcomes.own.asked import MOST_TERMS, check_drawn, check_name, code_of, words_of
from evalkit.outcomes.own.guard import require_model
from evalkit.outcomes.report import Refusal, Report, Result, refuse, refused_again
from evalkit.words import Term

Numbers = NDArray[np.float64]
# Decimals that are printed; those of the record are the disclosure policy's.
DIGITS = 2
# A level of a factor, as formulas name it: a value of a column stands in it.
LEVEL = re.compile(
    r"(?:C\((?P<factor>\w+)(?:,.*)?\)|(?P<plain>\w+))\[(?:T\.)?(?P<value>[^\[\]]*)\]"
)
VALUE = re.compile(r"\[[^\[\]]*\]|'[^']*'|\"[^\"]*\"")
INTERCEPT = ("Intercept", "const")
# Models whose people can be counted behind each coefficient: each row counts once.
MODELS = ("OLS", "Logit", "Probit", "GLM", "Poisson")
# What moves or weighs rows one by one, and could single out a person.
SHIFTS = ("offset", "exposure")
# A few people alike in every column decide a coefficient where their leverage is above this.
DECISIVE, WHOLLY = 0.5, 0.95
ROWS = ("few_rows", "would_pass_rows")
# Of a standard error, by how much a fit may miss its maximum; and no number at all.
PENALTY, TINY = 0.05, 1e-300
# Beside the largest, a direction of the columns that is shorter than this is none: what a fit
# says along it is rounding, and another on each machine.
NOUGHT = 1e-9


def coefficients(
    drawn: Drawn | Refusal,
    fitted: Any,
    *,
    name: str,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    level: float | None = None,
) -> Result | Refusal:
    """Return the coefficients of a model that statsmodels fitted to the people who count.

    Parameters
    ----------
    drawn : Followed, Answers, Target or Refusal
        The people who count, from an outcome.
    fitted : statsmodels results
        One coefficient a column, without weights, of rows of ``drawn.cohort.frame``.
    name : str
        What the numbers are called: the estimand of their ids.
    labels : mapping of str to mapping, optional
        Words for the model's terms, by language.
    level : float, optional
        Confidence level; the plan's when absent.

    Returns
    -------
    Result or Refusal
        ``name[term=...]`` with interval and ``name_p[term=...]``, to the policy's decimals where
        data are not public; withheld where few people stand behind, refused below `min_people`.

    Raises
    ------
    UsageError
        If it is no model of these rows, a number is not finite, or a term has no words.

    Examples
    --------
    >>> fitted = smf.logit("event ~ age", data=followed.cohort.frame).fit(disp=0)
    >>> model = own.coefficients(followed, fitted, name="event_model", labels=words)
    """
    check_drawn(drawn)
    if isinstance(drawn, Refusal):
        return refused_again(drawn, name)
    report = drawn.report
    check_name(report, name)
    level = report.plan.level if level is None else level
    terms, exog, endog = _rows(drawn, fitted)
    _check_named(drawn, terms, exog)
    deviations = drawn.deviations + used_choices(report, {"level": level})
    refused = _refused(drawn, fitted, name, (terms, exog), deviations)
    if refused is not None:
        return refused
    known = {key: words_of(report, key, said) for key, said in (labels or {}).items()}
    made = [
        {
            **{"dims": (("term", _code(one)),), "digits": DIGITS, "deviations": deviations},
            "definition": _label(report, one, known),
            "method": report.term("own.fitted", kind=type(fitted.model).__name__),
        }
        for one in terms
    ]
    gate = report.gate(drawn.cohort.table)
    hidden = _hidden(gate, terms, exog, endog)
    if few_decide(gate, exog, endog):
        hidden = [True] * len(terms)
    found: list[Estimate] = []
    for i, numbers in enumerate(_numbers(fitted, len(terms), level).T):
        found += _pair(drawn, name, made[i], numbers, level, _cells(endog, hidden[i]))
    return Result(report, tuple(found), deviations)


def _refused(
    drawn: Drawn,
    fitted: Any,
    name: str,
    columns: tuple[list[str], Numbers],
    deviations: tuple[Deviation, ...],
) -> Refusal | None:
    """Return why there is no model of these people, whatever it says; None where there may be."""
    report, least = drawn.report, drawn.report.plan.min_people
    terms, exog = columns
    try:
        rows = drawn.cohort.frame.loc[list(fitted.model.data.row_labels)]
        clustered = getattr(fitted, "cov_type", "") == "cluster"
        kwds = getattr(fitted, "cov_kwds", {}) or {}
        require_model(drawn, rows, exog, terms, kwds.get("groups") if clustered else None)
        if len(exog) < least:
            why = report.term("own.few_rows", n=least)
            raise Refused(
                STATED, reason=why, would_pass=report.term("own.would_pass_rows", n=least)
            )
    except Refused as problem:
        reason, passes = reasons(report, drawn.table, problem)
        return refuse(report, name, reason, passes, drawn.table, deviations)
    return None


def _pair(
    drawn: Drawn, name: str, about: dict[str, Any], numbers: Numbers, level: float, cells: Cells
) -> list[Estimate]:
    """Return a coefficient and its p, released."""
    value, low, high, se, p = map(float, numbers)
    about = {**about, "table": drawn.table, "cells": cells}
    fitted = drawn.report.estimate(
        name,
        **about,
        by=lambda n, *events: {"n": n, **({"events": events[0]} if events else {})},
        model=lambda: {"value": value, "low": low, "high": high, "se": se},
        unit="coefficient",
        interval="confidence",
        level=level,
        se_scale="identity",
    )
    beside = drawn.report.estimate(f"{name}_p", **about, model=lambda: {"value": p}, unit="p")
    return [fitted, beside]


def _cells(endog: Numbers, hidden: bool) -> Cells:
    """Return the people behind a model, and those with the event where it is yes or no."""
    n = len(endog)
    if not _binary(endog):
        return Cells((n,), few=(n,), withheld=hidden)
    events = int(_events(endog).sum())
    return Cells((n, events), few=(n,), harms=((events, n),), withheld=hidden)


def _rows(drawn: Drawn, fitted: Any) -> tuple[list[str], Numbers, Numbers]:
    """Return a model's terms and rows, or stop where they are not those of the cohort."""
    model = getattr(fitted, "model", None)
    names = getattr(model, "exog_names", None)
    if model is None or not isinstance(names, list) or not hasattr(fitted, "params"):
        raise UsageError("own_not_fitted", found=type(fitted).__name__)
    exog, endog = np.asarray(model.exog, dtype=float), np.asarray(model.endog, dtype=float)
    if endog.ndim != 1 or np.shape(fitted.params) != (len(names),):
        raise UsageError("own_not_fitted", found=type(model).__name__)
    if len(names) > MOST_TERMS:
        raise UsageError("own_many_terms", n=str(len(names)), most=str(MOST_TERMS))
    weights = [getattr(model, key, None) for key in ("freq_weights", "var_weights", "weights")]
    if any(w is not None and not np.all(np.asarray(w) == 1) for w in weights):
        raise UsageError("own_weights")
    if type(model).__name__ not in MODELS or any(_given(model, key) for key in SHIFTS):
        raise UsageError("own_model_kind", found=type(model).__name__, known=list(MODELS))
    labels = getattr(model.data, "row_labels", None)
    frame, rows = drawn.cohort.frame, [] if labels is None else list(labels)
    column = model.endog_names
    ours = (
        len(rows) == len(endog) == len(set(rows))
        and frame.index.isin(rows).sum() == len(rows)
        and column in frame.columns
        and bool(np.array_equal(frame.loc[rows, column].to_numpy(dtype=float), endog))
    )
    # What bears a column's name is that column, in its unit.
    numbers = {n: i for i, n in enumerate(names) if n in frame and _is_number(frame[n])}
    if not ours or not all(
        np.array_equal(frame.loc[rows, n].to_numpy(dtype=float), exog[:, i], equal_nan=True)
        for n, i in numbers.items()
    ):
        raise UsageError("own_other_rows")
    _check_apart(exog)
    _check_maximum(fitted, exog, endog)
    return names, exog, endog


def _check_apart(exog: Numbers) -> None:
    """Stop where a column follows from the others: its coefficient could be any number."""
    lengths = np.linalg.svd(_scaled(exog), compute_uv=False)
    if exog.shape[0] < exog.shape[1] or lengths[-1] <= NOUGHT * lengths[0]:
        raise UsageError("own_collinear", n=str(exog.shape[1]))


def _check_maximum(fitted: Any, exog: Numbers, endog: Numbers) -> None:
    """Stop on a fit that a penalty drew away from where the data have it.

    A further step of Newton's would move a coefficient by a part of its standard error.
    """
    params = np.asarray(fitted.params, dtype=float)
    if not hasattr(fitted, "cov_params") or not hasattr(fitted, "conf_int"):
        raise UsageError("own_penalised")
    if hasattr(fitted.model, "score") and type(fitted.model).__name__ != "OLS":
        score = np.asarray(fitted.model.score(params), dtype=float)
    else:
        score = exog.T @ (endog - exog @ params) / max(float(fitted.scale), TINY)
    step = np.asarray(fitted.cov_params(), dtype=float) @ score
    if (np.abs(step) > PENALTY * np.asarray(fitted.bse, dtype=float)).any():
        raise UsageError("own_penalised")


def _given(model: Any, key: str) -> bool:
    """Return whether a model was given a column beside its terms."""
    given = getattr(model, key, None)
    return given is not None and bool(np.any(np.asarray(given, dtype=float)))


def _numbers(fitted: Any, terms: int, level: float) -> Numbers:
    """Return value, low, high, standard error and p of each term, or stop on one without."""
    low, high = np.asarray(fitted.conf_int(alpha=1 - level), dtype=float).T
    told = np.array([fitted.params, low, high, fitted.bse, fitted.pvalues], dtype=float)
    converged = getattr(fitted, "mle_retvals", {}) or {}
    if not np.isfinite(told).all() or not converged.get("converged", True):
        raise UsageError("own_not_finite", n=str(terms))
    return told


def _hidden(gate: Gate, terms: list[str], exog: Numbers, endog: Numbers) -> list[bool]:
    """Return which coefficients rest on a cell that must be withheld.

    A column tells of those who differ from the others in it; of a factor also the level
    that every other is set against, which the intercept tells.
    """
    support = [_small(gate, exog[:, i], endog) for i in range(len(terms))]
    factors: dict[str, list[int]] = {}
    for i, one in enumerate(terms):
        if found := LEVEL.fullmatch(one):
            factors.setdefault(_column(found), []).append(i)
    base = False
    for members in factors.values():
        if _small(gate, exog[:, members].sum(axis=1), endog):
            base = True
            for i in members:
                support[i] = True
    return [hides or (base and one in INTERCEPT) for one, hides in zip(terms, support, strict=True)]


def _binary(values: Numbers) -> bool:
    """Return whether an outcome is yes or no, in whatever unit it is written."""
    return len(np.unique(values)) <= 2


def _events(values: Numbers) -> Numbers:
    """Return 1 for those with the higher of two values; of one value, for everybody."""
    events: Numbers = (values == values.max()).astype(float)
    return events


def _small(gate: Gate, column: Numbers, endog: Numbers) -> bool:
    """Return whether few people differ in a column, or few of a side had the event."""
    values, times = np.unique(column, return_counts=True)
    if len(values) == 1:
        return False
    usual = column == values[times.argmax()]
    sides = [int(usual.sum()), int((~usual).sum())]
    if not _binary(endog) or len(values) > 2:
        return gate.hides(sides)
    events = _events(endog)
    cells = [(int(events[side].sum()), int(side.sum())) for side in (usual, ~usual)]
    return gate.hides(sides) or any(gate.hides_share(*cell) for cell in cells)


def _scaled(exog: Numbers) -> Numbers:
    """Return columns by their largest value, so that no unit makes one long."""
    scale = np.abs(exog).max(axis=0)
    scaled: Numbers = exog / np.where(scale > 0, scale, 1.0)
    return scaled


def few_decide(gate: Gate, exog: Numbers, endog: Numbers) -> bool:
    """Return whether people alike in every column, few or few with the event, decide a fit.

    Two columns that differ by one person, the joint reference of an interaction, a cell of a
    model with a coefficient for each: the fit goes through the mean of such people.

    Parameters
    ----------
    exog : array of float, shape (n, k)
        The model's columns.
    endog : array of float, shape (n,)
        Its outcome.
    """
    if gate.open:
        return False
    scaled = _scaled(exog)
    left, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    leverage = (left[:, sizes > sizes[0] * 1e-10] ** 2).sum(axis=1)
    _, alike = np.unique(scaled, axis=0, return_inverse=True)
    alike = np.ravel(alike)
    people, together = np.bincount(alike), np.bincount(alike, weights=leverage)
    few = np.array([gate.hides([int(n)]) for n in people])
    if (few & (together > DECISIVE)).any():
        return True
    if not _binary(endog):
        return False
    events = np.bincount(alike, weights=_events(endog))
    cells = zip(events[together > WHOLLY], people[together > WHOLLY], strict=True)
    return any(gate.hides_share(int(e), int(n)) for e, n in cells)


def _check_named(drawn: Drawn, terms: list[str], exog: Numbers) -> None:
    """Stop on a value that a term names and that only the table names, of few people."""
    report, gate = drawn.report, drawn.report.gate(drawn.cohort.table)
    for i, one in enumerate(terms):
        level = LEVEL.fullmatch(one)
        named = level and is_named(report, _code(one), _column(level), level["value"])
        people = int((exog[:, i] != 0).sum())
        few = gate.hides([people]) or (not gate.open and people < report.plan.min_people)
        if VALUE.search(one) and not named and few:
            raise UsageError("own_term_few", term=VALUE.sub("[…]", one))


def _label(report: Report, one: str, known: Mapping[str, Term]) -> Term:
    """Return the words of a term: a cell's, or those of the study."""
    if one in known:
        return Term(_code(one), known[one].text)
    if one in INTERCEPT:
        return report.term("own.intercept")
    if one in report.study.labels:
        return Term(_code(one), report.study.label(one).text)
    raise UsageError("own_term", term=VALUE.sub("[…]", one))


def _column(level: re.Match[str]) -> str:
    return level["factor"] or level["plain"]


def _code(one: str) -> str:
    level = LEVEL.fullmatch(one)
    return code_of(f"{_column(level)}_{level['value']}" if level else one)
