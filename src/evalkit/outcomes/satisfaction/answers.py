"""Who counts for satisfaction: the respondents of the last wave, one row each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pandas as pd

from evalkit import cohort as people
from evalkit.errors import DataError, UsageError
from evalkit.estimate import Deviation
from evalkit.outcomes.analysis import Drawn, chosen, used_choices
from evalkit.outcomes.bands import band_label, bands_of
from evalkit.outcomes.flow import flow_estimates, subset_rules
from evalkit.outcomes.labels import (
    POOLED,
    UNKNOWN,
    Part,
    group_code,
    group_value,
    pool_few,
    value_label,
)
from evalkit.outcomes.report import Refusal, Report, no_data, refuse
from evalkit.protocol.outcomes.satisfaction import is_upper
from evalkit.schema import load_schema
from evalkit.table import Condition, Table, holds, read_condition
from evalkit.words import Term

EVERYONE = "all"
OVERALL = "overall"
# Of these several are never one share: other people, or other questions.
APART = {"respondent_kind": "two_kinds", "instrument": "two_questionnaires"}


@dataclass(frozen=True, kw_only=True)
class Answers(Drawn):
    """The respondents who count, one row each with the column ``answer``.

    Parameters
    ----------
    item : str
        Code of the question.
    inside : Condition or None
        Who is meant, where that is known of everyone sampled: the table then holds no others.
    silent_known : bool
        Whether it is known of those who did not answer too who of them is meant.
    """

    item: str
    inside: Condition | None = field(default=None, repr=False)
    silent_known: bool = True

    @property
    def categories(self) -> tuple[str, ...]:
        """Codes of the answers from lowest to highest: the plan's, of this question."""
        return self.codes(self.report.plan.categories)

    def codes(self, planned: tuple[str, ...]) -> tuple[str, ...]:
        """Return codes of the plan's question as codes of this one: overall_4, item_2_4.

        Parameters
        ----------
        planned : tuple of str
            Answers to the plan's question, or to this one already.
        """
        return of_item(planned, self.report.plan.item, self.item)

    @property
    def weighted(self) -> bool:
        """Whether people stand for unequal numbers."""
        frame = self.cohort.frame
        if "weight" not in frame:
            return False
        return bool(frame["weight"].nunique(dropna=False) > 1 or (frame["weight"] == 0).all())

    @property
    def survey(self) -> pd.DataFrame | None:
        """Rows of the office's survey of whom is meant, of every wave; None of other tables."""
        survey = self.report.office("survey") if self.report.from_offices else None
        if survey is None:
            return None
        return survey.frame if self.inside is None else survey.frame[self.inside.mask(survey.frame)]

    @property
    def whole_sample(self) -> bool:
        """Whether those who are meant are all whom their questionnaires asked in the last wave."""
        meant, frame = self.table.frame, self.report.table.frame
        if self.inside is None or "last_wave" not in meant:
            return self.silent_known
        meant = meant[meant["last_wave"]]
        asked = frame["last_wave"] & frame["instrument"].isin(meant["instrument"])
        return len(meant) == int(asked.sum())

    @property
    def sampled(self) -> pd.DataFrame:
        """Everyone of the last wave in the samples from which those who are meant were drawn.

        Whoever else a sample holds stays in its design.
        """
        meant, frame = self.table.frame, self.report.table.frame
        if "last_wave" not in meant:
            return meant
        meant = meant[meant["last_wave"]]
        same = pd.Series(True, index=frame.index)
        for name in ("instrument", "stratum"):
            same &= frame[name].isin(meant[name])
        return frame[frame["last_wave"] & same]

    @property
    def by_lot(self) -> bool:
        """Whether a simple random sample may be assumed: one stage, equal weights."""
        frame = self.cohort.frame
        return not self.weighted and not ("psu" in frame and bool((frame["psu"] != "").any()))


def top_of(answers: Answers, top: tuple[str, ...]) -> tuple[str, ...]:
    """Return the answers that count as satisfied, as codes of this question.

    Parameters
    ----------
    top : tuple of str
        Answers to the plan's question, or to this one.

    Raises
    ------
    UsageError
        If one is none of the scale, or they are not its highest.
    """
    found = answers.codes(top)
    for answer in found:
        chosen("top", answer, answers.categories)
    if not top or not is_upper(found, answers.categories):
        shown, allowed = ", ".join(top) or "()", ", ".join(answers.categories[1:])
        raise UsageError("choice_value", choice="top", found=shown, allowed=allowed)
    return found


def draw_answers(report: Report, item: str, subset: str) -> Answers | Refusal:
    """Draw the respondents who count.

    Parameters
    ----------
    report : Report
        An opened satisfaction report.
    item : str
        Code of the question; of offices' tables any question of the survey, on the plan's
        scale.
    subset : str
        A condition on the table's columns; empty for everyone.

    Returns
    -------
    Answers or Refusal
        A refusal where the study holds no data of the area, or the last wave several
        questionnaires.

    Raises
    ------
    UsageError
        If the study has no such question.
    DataError
        If the table does not keep its promise, or holds an answer that the plan
        does not know.
    """
    chosen_otherwise = used_choices(report, {"item": item, "subset": subset})
    return drawn_answers(report, item, subset, chosen_otherwise)


def drawn_answers(
    report: Report, item: str, subset: str, deviations: tuple[Deviation, ...]
) -> Answers | Refusal:
    """Draw the respondents who count, for an exhibit whose part of them is no choice of a cell.

    Parameters
    ----------
    item, subset : str
        As `draw_answers` takes them.
    deviations : tuple of Deviation
        Choices that differ from the plan.
    """
    if report.spec is None:
        return no_data(report, "flow")
    plan = report.plan
    chosen("item", item, _questions(report))
    table = report.table if item == plan.item else report.table_by(item=item)
    categories = of_item(plan.categories, plan.item, item)
    each = table.frame.loc[table.frame.index.repeat(table.frame["count"])]
    persons = table.with_frame(each.reset_index(drop=True))
    answered = [people.Rule(name, holds(name)) for name in table.rules]
    chosen_part = subset_rules(
        report, persons.frame, subset, ("answer", "disposition", *table.rules)
    )
    inside = _of_everyone(report, persons, subset)
    if inside is None:
        cohort = people.draw(persons, [*answered, *chosen_part])
    else:
        # Who is meant comes before who of them answered: the silent are theirs alone.
        last, *others = answered
        cohort = people.draw(persons, [last, *chosen_part, *others])
        meant = persons.with_frame(persons.frame[inside.mask(persons.frame)])
        cohort = replace(cohort, table=meant)
    known = inside is not None or not subset
    rows = cohort.table.frame if known else cohort.frame
    rows = rows[rows["last_wave"]] if "last_wave" in rows else rows
    for column, key in APART.items():
        many = rows[column].nunique() if column in rows else 1
        if many > 1:
            why = [report.term(f"{k}.{key}", n=many) for k in ("reason", "would_pass")]
            return refuse(report, "flow", why[0], why[1], table, deviations)
    if rows.empty and inside is not None:
        why = [report.term(f"{k}.part_nobody") for k in ("reason", "would_pass")]
        return refuse(report, "flow", why[0], why[1], table, deviations)
    # Of those alone who are meant: children may have been asked on a scale of their own.
    _check_answers(report, cohort.frame, item, categories)
    flow = flow_estimates(report, cohort, deviations)
    return Answers(
        report=report, cohort=cohort, item=item, deviations=deviations, estimates=flow,
        inside=inside, silent_known=known,
    )  # fmt: skip


def _of_everyone(report: Report, persons: Table, subset: str) -> Condition | None:
    """Return a chosen part, where the silent of every wave are known to be in it or not."""
    if not subset or "last_wave" not in persons.rules:
        return None
    inside = read_condition(subset, persons.frame, report.study.path)
    return inside if bool(inside.known().mask(persons.frame).all()) else None


def of_item(codes: tuple[str, ...], planned: str, item: str) -> tuple[str, ...]:
    """Return codes of answers to the planned question as codes of another."""
    start = f"{planned}_"
    return tuple(
        f"{item}_{code.removeprefix(start)}" if code.startswith(start) else code for code in codes
    )


def _questions(report: Report) -> list[str]:
    """Return the questions that the data can answer: of a table of counts the plan's alone."""
    if not report.from_offices or report.spec is None:
        return [report.plan.item]
    columns = load_schema(report.spec.shape).columns
    return [name for name in columns if name == OVERALL or re.fullmatch(r"item_\d+", name)]


def _check_answers(
    report: Report, counted: pd.DataFrame, item: str, categories: tuple[str, ...]
) -> None:
    """Stop on an answer that the plan does not name."""
    unknown = ~counted["answer"].isin(categories)
    if unknown.any() and report.spec is not None:
        raise DataError(
            "value_unmapped",
            path=report.spec.place,
            column=report.spec.columns.get("answer", "answer"),
            count=str(int(unknown.sum())),
            known=categories,
        )
    _check_scale(report, counted, item)


def _check_scale(report: Report, counted: pd.DataFrame, item: str) -> None:
    """Stop on a scale whose ends are not those of the answers that the plan names."""
    # The planned answers, without the question's code.
    ends = [code.removeprefix(f"{report.plan.item}_") for code in report.plan.categories]
    if "scale_max" not in counted or not all(end.isdigit() for end in ends):
        return
    numbers = sorted(int(end) for end in ends)
    for column, end in (("scale_min", numbers[0]), ("scale_max", numbers[-1])):
        wrong = counted[column].notna() & (counted[column] != end)
        if wrong.any():
            path = report.spec.place if report.spec else ""
            raise DataError(
                "scale_unlike", path=path, column=column, count=str(int(wrong.sum())), end=str(end)
            )


def splits(answers: Answers) -> list[str]:
    """Return the columns by which respondents may be split."""
    return sorted(set(answers.cohort.frame.columns) - {"answer", "count", "scale_min", "scale_max"})


def groups_of(answers: Answers, by: str) -> list[tuple[str, pd.DataFrame]]:
    """Return the groups of a split and everyone last; who is in no known group has one.

    Returns
    -------
    list of (str, pandas.DataFrame)
        Everyone alone where all are of one group: a row twice says nothing more.
    """
    frame = answers.cohort.frame
    if by in answers.report.plan.bands:
        parts = bands_of(frame, by, answers.report.plan.bands[by])
        return [*(parts if len(parts) > 1 else []), (EVERYONE, frame)]
    known = frame[by].notna() & (frame[by].astype(str) != "")
    found = frame[known].groupby(by, sort=True)
    named = [Part(group_code(str(value)), str(value), part) for value, part in found]
    pooled = pool_few(answers.report, answers.cohort.table, by, named)
    groups = [(part.code, part.frame) for part in pooled]
    if not known.all():
        groups.append((UNKNOWN, frame[~known]))
    return [*(groups if len(groups) > 1 else []), (EVERYONE, frame)]


def label_of(answers: Answers, by: str, code: str) -> Term:
    """Return the name of a group; of everyone, that of the one group there is."""
    report = answers.report
    if code == POOLED:
        return report.term("group.pooled")
    if by in report.plan.bands:
        edges = report.plan.bands[by]
        return _everyone(answers) if code == EVERYONE else band_label(report, by, code, edges)
    if code != EVERYONE:
        return value_label(report, code, by, "" if code == UNKNOWN else group_value(code))
    frame = answers.cohort.frame
    values = [str(value) for value in frame[by].dropna().unique()]
    if len(values) == 1 and values[0]:
        code = group_code(values[0])
        one = [Part(code, values[0], frame)]
        if pool_few(report, answers.cohort.table, by, one)[0].code != POOLED:
            return value_label(report, code, by, values[0])
    return _everyone(answers)


def _everyone(answers: Answers) -> Term:
    """Return the name of all who count: of a chosen part it says that they are one."""
    chosen_part = answers.inside is not None or not answers.silent_known
    return answers.report.term("group.part" if chosen_part else "group.all")
