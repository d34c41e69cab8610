"""A model by its formula, fitted where there are people to fit it to."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from patsy import PatsyError
from statsmodels.formula import api
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    MissingDataError,
    PerfectSeparationError,
    PerfectSeparationWarning,
)

from evalkit.errors import EvalkitError, UsageError
from evalkit.outcomes.analysis import Drawn
from evalkit.outcomes.own.asked import check_drawn, check_name
from evalkit.outcomes.own.model import coefficients
from evalkit.outcomes.report import Refusal, Result, refuse, refused_again
from evalkit.words import Term, sentence

Model = Literal["logit", "ols", "poisson"]
FITS = {"logit": api.logit, "ols": api.ols, "poisson": api.poisson}
# What the data of an area decide, and no cell can know beforehand.
OF_THE_DATA = ("own_not_finite", "own_term_few")
UNSETTLED = (ConvergenceWarning, PerfectSeparationWarning)


def fit(
    drawn: Drawn | Refusal,
    formula: str,
    model: Model,
    *,
    name: str,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    level: float | None = None,
) -> Result | Refusal:
    """Fit a model to the people who count and return its coefficients, or why there are none.

    One cell serves every area: where nobody counts, or the model does not settle, this exhibit
    is refused and the report goes on.

    Parameters
    ----------
    drawn, name, labels, level
        As `coefficients` takes them.
    formula : str
        As statsmodels takes it, of columns of ``drawn.cohort.frame``.
    model : {"logit", "ols", "poisson"}
        Logistic regression of a column of 0 and 1, least squares, or Poisson regression.

    Returns
    -------
    Result or Refusal
        As `coefficients` gives it; refused as well where the model does not settle, or a value
        that a term names is shared by too few.

    Raises
    ------
    UsageError
        If the model is unknown, the formula cannot be read, or a term has no words.

    Examples
    --------
    >>> fitted = own.fit(followed, "event ~ age", "logit", name="event_model", labels=words)
    >>> present.table(fitted, title={"zh": "年龄与再犯", "en": "Age and events"})
    """
    check_drawn(drawn)
    if isinstance(drawn, Refusal):
        return refused_again(drawn, name)
    check_name(drawn.report, name)
    if model not in FITS:
        raise UsageError("own_model", found=str(model), known=sorted(FITS))
    try:
        fitted = _fitted(drawn, formula, model)
        return coefficients(drawn, fitted, name=name, labels=labels, level=level)
    except UsageError as problem:
        if problem.key not in OF_THE_DATA:
            raise
        return _refusal(drawn, name, problem)


def _fitted(drawn: Drawn, formula: str, model: str) -> Any:
    quiet = {} if model == "ols" else {"disp": 0}
    try:
        with warnings.catch_warnings():
            # What a library would print of the fit becomes its refusal.
            warnings.simplefilter("ignore")
            for kind in UNSETTLED:
                warnings.simplefilter("error", kind)
            return FITS[model](formula, data=drawn.cohort.frame).fit(**quiet)
    except (*UNSETTLED, PerfectSeparationError, np.linalg.LinAlgError):
        raise UsageError("own_not_finite", n=str(formula.count("+") + 1)) from None
    except (PatsyError, SyntaxError, NameError, ValueError, MissingDataError) as problem:
        if _tells_nothing(drawn.cohort.frame, formula):
            raise UsageError("own_not_finite", n=str(formula.count("+") + 1)) from None
        raise UsageError("own_formula", formula=formula, problem=type(problem).__name__) from None


def _tells_nothing(frame: pd.DataFrame, formula: str) -> bool:
    """Return whether a column that a formula names has no number in it, or one without end."""
    named = [name for name in re.findall(r"\w+", formula) if name in frame]
    numbers = frame[named].select_dtypes("number").astype(float)
    return bool(numbers.isna().all().any() or np.isinf(numbers).any().any())


def _refusal(drawn: Drawn, name: str, problem: EvalkitError) -> Refusal:
    report = drawn.report
    said = {lang: sentence(problem, lang) for lang in report.languages}
    passes = report.term("own.would_pass_fit")
    return refuse(report, name, Term(problem.key, said), passes, drawn.table, drawn.deviations)
