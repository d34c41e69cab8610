"""Who is asked for, and what became of the others: the rules of a subset, the flow.

Imports cohort, table, disclosure, report, estimate, words and errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from evalkit.cohort import Cohort, Rule
from evalkit.disclosure import counted, people
from evalkit.errors import DataError
from evalkit.estimate import Deviation, Estimate
from evalkit.outcomes.report import Report
from evalkit.schema import load_schema
from evalkit.table import Condition, read_condition
from evalkit.words import Term


def subset_rules(
    report: Report, frame: pd.DataFrame, subset: str, later: Iterable[str] = ()
) -> list[Rule]:
    """Return the rules of a chosen part: of whom it is known, and who belongs to it.

    Parameters
    ----------
    subset : str
        A condition on its columns; empty for everyone.
    later : iterable of str
        Columns that say what became of people, or in which group they are: whoever chooses
        by these chooses the result.

    Raises
    ------
    DataError
        If the condition cannot be read, names no column, or one of these.
    """
    if not subset:
        return []
    inside = read_condition(subset, frame, report.study.path)
    if wrong := sorted({*inside.columns} & {*later}):
        raise DataError("subset_later", path=report.study.path, condition=subset, columns=wrong)
    _check_listed(report, subset, inside)
    known = inside.known()
    # Who is not known to belong to it is not one of the others either.
    first = [] if known.mask(frame).all() else [Rule("subset_known", known)]
    return [*first, Rule("in_subset", inside)]


def _check_listed(report: Report, subset: str, inside: Condition) -> None:
    """Stop on a value that a closed list of an office's table does not have.

    Misspelt it would choose nobody, or everybody, and the report would say that people lack.
    """
    if report.spec is None or not report.from_offices:
        return
    columns = load_schema(report.spec.shape).columns
    for name, word in inside.words:
        known = columns[name].choices if name in columns else {}
        if known and word and word not in known:
            raise DataError(
                "subset_value", path=report.study.path, condition=subset, column=name,
                found=word, known=list(known),
            )  # fmt: skip


def flow_estimates(
    report: Report,
    cohort: Cohort,
    deviations: tuple[Deviation, ...],
    words: Mapping[str, Term] | None = None,
) -> tuple[Estimate, ...]:
    """Return the flow as estimates: people kept and left out by each rule, also of each group.

    Parameters
    ----------
    words : mapping of str to Term, optional
        Names of steps that belong to the study, by their codes.
    """
    words = words or {}
    return tuple(
        report.estimate(
            "flow",
            table=cohort.table,
            cells=people(count),
            by=counted,
            deviations=deviations,
            dims=(
                *((("group", group),) if group else ()),
                ("step", step.code),
                ("measure", measure),
            ),
            unit="persons",
            digits=0,
            definition=words.get(step.code) or report.term(f"flow.{step.code}"),
            group=report.study.label(group) if group else None,
        )
        for step in cohort.flow
        for group, left_out, kept in (("", step.left_out, step.kept), *step.parts)
        for measure, count in (("kept", kept), ("left_out", left_out))
    )
