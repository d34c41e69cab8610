"""Weights of respondents raked to the known numbers of their population."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from evalkit.arithmetic.calibration import Calibrated
from evalkit.estimators.calibration import rake
from evalkit.outcomes.analysis import chosen, refused
from evalkit.outcomes.labels import column_label
from evalkit.outcomes.satisfaction.answers import Answers
from evalkit.table import Table

# Of each column, the table that holds how many there are in the population.
SOURCES = {"stratum": "survey_frame"}


def weights_of(answers: Answers, columns: tuple[str, ...]) -> pd.Series | Calibrated:
    """Return the weights of those who answered; raked where columns are named.

    Parameters
    ----------
    columns : tuple of str
        "stratum", to the people of the frame.

    Raises
    ------
    UsageError
        If a column is none of these.
    Refused
        If a table with their numbers is missing, somebody is in no group, or the margins
        cannot be met.
    """
    frame = answers.cohort.frame
    if not columns:
        weight: pd.Series = frame["weight"]
        return weight
    margins, totals = [], []
    for name in columns:
        chosen("rake", name, tuple(SOURCES))
        values = frame[name].astype(object).fillna("")
        label = column_label(answers.report, name)
        if (values == "").any():
            raise refused(answers.report, "group_unknown", name=label)
        margins.append(values)
        totals.append(_persons(answers, name))
        if not totals[-1]:
            raise refused(answers.report, "no_totals", name=label)
    return rake(frame["weight"], margins, totals)


def _persons(answers: Answers, name: str) -> Mapping[object, float]:
    """Return how many people there are by a column; nothing where a table does not tell."""
    report = answers.report
    table = report.office(SOURCES[name])
    if table is None:
        return {}
    rows = _rows(answers, table)
    if rows.empty or rows[name].isna().any() or rows["persons"].isna().any():
        return {}
    found: dict[object, float] = rows.groupby(name)["persons"].sum().astype(float).to_dict()
    return {value: persons for value, persons in found.items() if persons}


def _rows(answers: Answers, table: Table) -> pd.DataFrame:
    """Return the frame of the last wave."""
    frame, wave = table.frame, answers.cohort.frame
    rows: pd.DataFrame = frame[
        frame["wave"].isin(wave["wave"]) & frame["instrument"].isin(wave["instrument"])
    ]
    return rows
