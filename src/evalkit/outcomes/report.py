"""One report: an area and an outcome of a study, opened for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from evalkit import cohort as people
from evalkit.disclosure import Cells, Gate, read_policy
from evalkit.errors import DataError, StudyError, UsageError
from evalkit.estimate import Deviation, Estimate, PlanState
from evalkit.intake.ledger import Claim, Ledger, read_ledger
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.injected import check_injected
from evalkit.outcomes.tables import Tables
from evalkit.protocol import (
    DECLARED,
    QUALITY,
    SOURCES,
    Area,
    Study,
    TableSpec,
    find_study,
    notebook_of,
    read_study,
)
from evalkit.table import Table
from evalkit.words import Term, term


@dataclass(frozen=True)
class Report:
    """One area and outcome, in one edition.

    Parameters
    ----------
    study : Study
        As its file states it.
    area : Area
        The pilot area.
    outcome : str
        "recidivism", "satisfaction", "reach" or "claims".
    lang : str
        The language that JupyterLab displays.
    """

    study: Study
    area: Area
    outcome: str
    lang: str

    def __repr__(self) -> str:
        return f"Report({self.study.code}/{self.area.code}/{self.outcome}, {self.lang!r})"

    def __post_init__(self) -> None:
        self.__dict__["_agreed"] = deepcopy(self.study.plan.parts.get(self.outcome))

    @property
    def plan(self) -> Any:
        """The outcome's part of the plan, as it was when the report was opened."""
        found = self.study.plan.parts[self.outcome]
        if found != self.__dict__["_agreed"]:
            raise UsageError("header_changed", path=self.study.path, what=["plan"])
        return found

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that shown things carry."""
        return self.study.languages

    @property
    def spec(self) -> TableSpec | None:
        """Where this area's data for this outcome are, if anywhere."""
        return self.study.table_for(self.area.code, self.outcome)

    @property
    def from_offices(self) -> bool:
        """Whether it rests on tables that the area's offices handed in."""
        persons = {outcome.persons for outcome in DECLARED.values() if outcome.persons}
        return self.outcome == QUALITY or getattr(self.spec, "shape", "") in persons

    @cached_property
    def table(self) -> Table:
        """The data; only where `spec` names a table."""
        return self.table_by()

    def table_by(self, **choices: Any) -> Table:
        """Return the data by other choices than the plan's: what counts depends on them.

        Parameters
        ----------
        **choices
            ``window`` of follow-up in the plan's unit, ``landmark`` from which it is
            counted, ``item`` of a survey, ``definition`` of who was reached; what is not
            given is the plan's.
        """
        spec, by = self.spec, vars(self.plan) | choices
        if spec is None:
            raise StudyError("no_table", path=self.study.path, area=self.area.code)
        if spec.shape == "cases":
            self._persons(spec)
            cases = self.tables.cases(by["landmark"], by.get("since"))
            assert cases is not None
            return people.follow_up(
                cases, self.office("events"), self.office("absences"), by["window"]
            )
        if spec.shape == "survey":
            return people.answers(self._persons(spec), by["item"])
        if spec.shape == "people":
            return people.uptake(
                self._persons(spec), self.steps, self.office("sites"), by["definition"]
            )
        return self.tables.linked(spec)

    def _persons(self, spec: TableSpec) -> Table:
        table = self.office(spec.shape)
        assert table is not None
        if not table.n:
            raise DataError("table_empty", path=spec.place)
        return table

    def office(self, shape: str) -> Table | None:
        """Return a table that the area's office handed in; None where it did not.

        Parameters
        ----------
        shape : str
            One of `evalkit.schema.office_names`.
        """
        found = self.tables.inspected(shape)
        return found.table if found else None

    @property
    def steps(self) -> Table | None:
        """The steps of the service that are known: from their own table, else from orders."""
        funnel = self.office("funnel")
        # Orders are not read where they are not asked.
        return people.known_steps(funnel, self.office("tickets") if funnel is None else None)

    @cached_property
    def tables(self) -> Tables:
        """What its tables hold, each file read and checked once."""
        return Tables(self.study, self.area.code)

    @cached_property
    def _ledger(self) -> Ledger:
        return read_ledger(self.study, self.area.code)

    @property
    def ledger(self) -> tuple[Table, ...]:
        """The files that hold what the area printed; empty where there is no ledger."""
        return self._ledger.tables

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every figure that the area printed, or that all areas did."""
        return self._ledger.claims

    @cached_property
    def sources(self) -> Table | None:
        """The texts that printed the figures, if the study lists them."""
        spec = self.study.tables.get(SOURCES)
        return self.tables.linked(spec) if spec else None

    def gate(self, table: Table) -> Gate:
        """Return the disclosure gate for counts out of a table."""
        return Gate(read_policy(self.study.people), table.status, self.languages)

    def term(self, key: str, **values: Any) -> Term:
        """Return words of the locale files in every language of the study."""
        return term(key, self.languages, **values)

    def estimate(
        self,
        estimand: str,
        *,
        table: Table | tuple[Table, ...] | None,
        cells: Cells | None = None,
        by: Callable[..., Any] | None = None,
        model: Callable[[], Any] | None = None,
        deviations: Iterable[Deviation] = (),
        **fields: Any,
    ) -> Estimate:
        """Return an estimate of this report that has passed the disclosure gate.

        Parameters
        ----------
        estimand : str
            Code; outside the plan's list it is stamped exploratory.
        table : Table, tuple of Table or None
            Where the numbers come from; None for a refusal without data.
        cells, by, model
            The persons behind its numbers, and what gives them, as `Gate.release` takes
            them; what is no number of a public table cannot do without.
        """
        deviations = tuple(deviations)
        tables = table if isinstance(table, tuple) else (table,) if table else ()
        about = dict(
            area=self.area.code,
            outcome=self.outcome,
            estimand=estimand,
            plan=plan_state(estimand, self.plan.estimands, deviations),
            deviations=deviations,
            data=tuple(pair for t in tables for pair in t.data),
            **fields,
        )
        return self.gate_of(tables).release(about, cells, by, model)

    def gate_of(self, tables: tuple[Table, ...]) -> Gate:
        """Return the disclosure gate for numbers out of several tables: the strictest.

        What is not public passes as if none were, and what is made up in part is made up.
        """
        held = [table.status for table in tables] or [getattr(self.spec, "status", "public")]
        status = next((s for s in ("made_up", "confidential") if s in held), "public")
        return Gate(read_policy(self.study.people), status, self.languages)


# What describes the report itself is part of every plan.
_ALWAYS = (
    *("verdict", "rating", "rating_step", "stamp", "gate", "choice"),
    *("printed", "printed_beside", "gap", "gaps", "requests", "flow"),
    *("silent_share", "silent_bounds"),
    *("bias_domain", "target_trial", "effective", "adjusted_risk", "adjusted_smd"),
    *("variance_ratio", "adjusted_variance_ratio", "score_share", "overlap", "events_ever"),
    *("kept_mean", "excluded_mean", "excluded_smd"),
)


def plan_state(
    estimand: str, planned: tuple[str, ...], deviations: tuple[Deviation, ...]
) -> PlanState:
    """Return whether an estimand is one of the plan's, by the choices that the plan names."""
    if deviations:
        return "deviation"
    return "planned" if estimand in (*planned, *_ALWAYS) else "exploratory"


@dataclass(frozen=True)
class Result:
    """The estimates of one exhibit.

    Parameters
    ----------
    report : Report
        Where they belong.
    estimates : tuple of Estimate
        In the order in which a reader meets them.
    deviations : tuple of Deviation
        Choices that differ from the plan, so far.
    deductions : tuple of Deduction
        What takes levels off the rating of a verdict that rests on them.
    """

    report: Report
    estimates: tuple[Estimate, ...]
    deviations: tuple[Deviation, ...] = ()
    deductions: tuple[Deduction, ...] = ()

    def of(self, estimand: str, **dims: str) -> list[Estimate]:
        """Return the estimates of one estimand whose dimensions have these values."""
        return [
            e
            for e in self.estimates
            if e.estimand == estimand and all(e.dim(k) == v for k, v in dims.items())
        ]

    def one(self, estimand: str, **dims: str) -> Estimate:
        """Return the first estimate of one estimand, or stop with KeyError."""
        found = self.of(estimand, **dims)
        if not found:
            raise KeyError(f"no {estimand} with {dims}")
        return found[0]


@dataclass(frozen=True)
class Refusal:
    """An exhibit that cannot be produced, with the reason and what would pass.

    Parameters
    ----------
    report : Report
        Where it belongs.
    estimate : Estimate
        Verdict "not_assessable", a reason and what would pass.
    deviations : tuple of Deviation
        Choices that differ from the plan, so far.
    """

    report: Report
    estimate: Estimate
    deviations: tuple[Deviation, ...] = ()

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """The one estimate: a cell that reads what an exhibit holds finds its reason."""
        return (self.estimate,)


def refuse(
    report: Report,
    estimand: str,
    reason: Term,
    would_pass: Term,
    table: Table | tuple[Table, ...] | None = None,
    deviations: tuple[Deviation, ...] = (),
) -> Refusal:
    """Return a refusal of one estimand.

    Parameters
    ----------
    estimand : str
        What cannot be estimated.
    reason, would_pass : Term
        One sentence each.
    table : Table, tuple of Table or None
        The data that do not suffice, where there are any.
    deviations : tuple of Deviation
        Choices that differ from the plan, so far.
    """
    estimate = report.estimate(
        estimand,
        table=table,
        deviations=deviations,
        unit="none",
        verdict="not_assessable",
        reason=reason,
        would_pass=would_pass,
    )
    return Refusal(report, estimate, deviations)


def no_data(report: Report, estimand: str) -> Refusal:
    """Return the refusal where the study holds no data of the area.

    Parameters
    ----------
    estimand : str
        What cannot be estimated.
    """
    reason = report.term(f"reason.no_data_{report.outcome}")
    return refuse(report, estimand, reason, report.term(f"would_pass.{report.outcome}"))


def refused_again(refusal: Refusal, estimand: str) -> Refusal:
    """Return the same refusal for an estimand that depends on the refused one.

    Parameters
    ----------
    estimand : str
        What cannot be estimated either.
    """
    first = refusal.estimate
    assert first.reason is not None and first.would_pass is not None
    return refuse(
        refusal.report, estimand, first.reason, first.would_pass, deviations=refusal.deviations
    )


def open_report(study: str | Path, area: str, outcome: str, lang: str) -> Report:
    """Open one area and outcome of a study; the first call of every notebook.

    Parameters
    ----------
    study : str or Path
        The study file, as `evalkit.protocol.find_study` takes it.
    area, outcome, lang : str
        Codes that the study has; empty: the first area with the outcome, the first language.

    Returns
    -------
    Report
        Nothing of the data is read yet.

    Raises
    ------
    UsageError
        If the study has no such area, outcome or language, or papermill gave the notebook
        a parameter that it does not take; the message lists those that exist.
    StudyError
        If the study file does not keep its form.
    """
    check_injected(f"{notebook_of(area, outcome)}.ipynb", area=area, outcome=outcome, lang=lang)
    opened = read_study(find_study(study), area)
    area, lang = area or opened.first_with(outcome), lang or opened.languages[0]
    chosen = opened.area(area)
    known = opened.outcomes_of(area)
    if outcome not in known:
        raise UsageError("unknown_outcome", outcome=outcome, area=area, known=known)
    if lang not in opened.languages:
        raise UsageError("unknown_language", lang=lang, known=list(opened.languages))
    return Report(opened, chosen, outcome, lang)
