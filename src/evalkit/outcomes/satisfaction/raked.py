"""Weights of respondents raked to the known numbers of their population."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from evalkit.arithmetic.calibration import Calibrated
from evalkit.estimators.calibration import rake
from evalkit.outcomes.analysis import chosen, refused
from evalkit.outcomes.labels import column_label
from evalkit.outcomes.population import Twice, Unread, counted_once, ends_of
from evalkit.outcomes.satisfaction.answers import Answers
from evalkit.table import Table, read_condition
from evalkit.words import Term

FRAME, REGISTER = "survey_frame", "population"
# Of each column, the table that holds how many there are in the population.
SOURCES = {"stratum": FRAME, "sex": REGISTER, "age": REGISTER}
# Columns of the register that may hold a total beside its parts.
TOTALS = ("township", "age_band", "sex")
# By how much two sources may differ in how many people there are, to be of the same.
APART = 0.10


def weights_of(answers: Answers, columns: tuple[str, ...], register: str) -> Calibrated:
    """Return the weights of those who answered, raked to their population.

    Parameters
    ----------
    columns : tuple of str
        "stratum", to the people of the frame; "sex" and "age", to rows of the register.
    register : str
        Condition on the register's columns: the rows that count whom the questionnaire is for.

    Raises
    ------
    UsageError
        If a column is none of these.
    DataError
        If the condition cannot be read.
    Refused
        If a table with their numbers is missing, somebody is in no group, rows count people
        twice, or the margins cannot be met.
    """
    report, frame = answers.report, answers.cohort.frame
    if not answers.whole_sample:
        raise refused(report, "raked_part")
    # A frame, where there is one, says of how many people the register's rows must be.
    whole = _framed(answers)
    margins: list[pd.Series] = []
    totals: list[Mapping[Hashable, float]] = []
    for name in columns:
        chosen("rake", name, tuple(SOURCES))
        numbers = _persons(answers, name, register)
        values = _classes(frame, name, numbers)
        label = column_label(report, name)
        if (values == "").any() and numbers:
            raise refused(report, "group_unknown", name=label)
        if not set(values) <= set(numbers):
            raise refused(report, "no_totals", name=label)
        margins.append(values)
        totals.append(_as_many(answers, numbers, whole))
        whole = whole or sum(totals[0].values())
    return rake(frame["weight"], margins, totals)


def _framed(answers: Answers) -> float:
    """Return the people of the frame; 0 where it was not handed in, or does not say."""
    table = answers.report.office(FRAME)
    rows = _rows(answers, table) if table is not None else pd.DataFrame({"persons": []})
    return 0.0 if rows["persons"].isna().any() else float(rows["persons"].sum())


def _as_many(
    answers: Answers, numbers: Mapping[Hashable, float], whole: float
) -> Mapping[Hashable, float]:
    """Return numbers that add up to the whole, where it is known: two sources differ a little."""
    share = sum(numbers.values()) / whole if whole else 1.0
    if abs(share - 1) > APART:
        raise refused(answers.report, "totals_apart", share=APART)
    return {value: persons / share for value, persons in numbers.items()}


def in_sample(weights: Calibrated, sample: pd.DataFrame) -> Calibrated:
    """Return raked weights with a row for each unit in which nobody answered.

    Parameters
    ----------
    weights : Calibrated
        Of those who answered.
    sample : pandas.DataFrame
        From `whole`.
    """
    more = len(sample) - weights.weight.size
    # No total counts them, and no answer.
    ones, nothing = np.ones(more), np.zeros((more, weights.table.shape[1]))
    return replace(
        weights,
        weight=np.concatenate([weights.weight, ones]),
        before=np.concatenate([weights.before, ones]),
        table=np.vstack([weights.table, nothing]),
    )


def _classes(frame: pd.DataFrame, name: str, numbers: Mapping[Hashable, float]) -> pd.Series:
    """Return the class of each who answered; of an age its band, "" where in none."""
    if name != "age":
        found: pd.Series = frame[name].astype(object).fillna("")
        return found
    bands = pd.Series("", index=frame.index, dtype=object)
    for band in map(str, numbers):
        ends = ends_of(band)
        assert ends is not None
        # An age that is not known is in no band; pandas would put it into each.
        bands = bands.mask(frame["age"].between(*ends).fillna(False).astype(bool), band)
    return bands


def _persons(answers: Answers, name: str, register: str) -> Mapping[Hashable, float]:
    """Return how many people there are by a column; nothing where a table does not tell."""
    table = answers.report.office(SOURCES[name])
    if table is None:
        return {}
    if SOURCES[name] == FRAME:
        rows, column = _rows(answers, table), name
    else:
        column = "age_band" if name == "age" else name
        rows = _counted(answers, table, column, register, column_label(answers.report, name))
    if rows.empty or rows[column].isna().any() or rows["persons"].isna().any():
        return {}
    found = rows.groupby(column)["persons"].sum().astype(float).to_dict()
    return {value: persons for value, persons in found.items() if persons}


def _rows(answers: Answers, table: Table) -> pd.DataFrame:
    """Return the frame of the last wave."""
    frame, wave = table.frame, answers.cohort.frame
    rows: pd.DataFrame = frame[
        frame["wave"].isin(wave["wave"]) & frame["instrument"].isin(wave["instrument"])
    ]
    return rows


def _counted(
    answers: Answers, table: Table, column: str, register: str, label: Term
) -> pd.DataFrame:
    """Return the rows of the register by a column; refused where they count people twice."""
    report, rows = answers.report, table.frame
    if not register:
        raise refused(report, "no_register")
    rows = rows[read_condition(register, rows, report.study.path).mask(rows)]
    try:
        return counted_once(rows, column, TOTALS)
    except Unread:
        raise refused(report, "register_bands") from None
    except Twice:
        raise refused(report, "register_twice", name=label) from None
