"""What every analysis does the same way: choices, deviations, refusals, the gate.

Imports disclosure, labels, report, protocol, estimate, words and errors. An analysis is a function
that takes people and choices and yields measures: what an estimator gives, with the persons
behind it. It can show nothing itself; the wrapper passes each measure through the gate.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import pandas as pd

from evalkit.cohort import Cohort
from evalkit.disclosure import Cells
from evalkit.errors import Refused, UsageError
from evalkit.estimate import Deviation, Estimate
from evalkit.outcomes.deduction import Deduction
from evalkit.outcomes.labels import header_of
from evalkit.outcomes.report import Refusal, Report, Result, refuse, refused_again
from evalkit.protocol.deviations import deviations
from evalkit.protocol.outcomes import kinds
from evalkit.table import Table
from evalkit.words import REFERENCE, Term, catalogue


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The people who count for an outcome, and the flow of those who do not.

    Parameters
    ----------
    report : Report
        Where they belong.
    cohort : Cohort
        Their rows.
    deviations : tuple of Deviation
        Choices that differ from the plan.
    estimates : tuple of Estimate
        The flow.
    """

    report: Report
    cohort: Cohort
    deviations: tuple[Deviation, ...]
    estimates: tuple[Estimate, ...]

    def __post_init__(self) -> None:
        frame = self.cohort.frame
        # No field: what is drawn anew from it has a seal of its own.
        self.__dict__["_seal"] = ([*frame.columns], _digest(frame))

    def check_unchanged(self) -> None:
        """Stop where a cell changed rows or columns of the people who were drawn.

        Every exhibit rests on them; what a cell adds is its own.

        Raises
        ------
        UsageError
            Saying what to do instead.
        """
        columns, found = self.__dict__["_seal"]
        frame, flow = self.cohort.frame, self.cohort.flow
        if flow and flow[-1].kept != len(frame):
            # Other rows under the flow of those who were drawn are other people.
            raise UsageError("cohort_changed")
        if not {*columns} <= {*frame.columns} or _digest(frame[columns]) != found:
            raise UsageError("cohort_changed")

    @property
    def table(self) -> Table:
        """Where the numbers about them come from."""
        return self.cohort.table


def _digest(frame: pd.DataFrame) -> int:
    """Return a number that another row, value or index changes."""
    rows = pd.util.hash_pandas_object(frame, index=True)
    return hash((len(frame), int(rows.sum())))


@dataclass(frozen=True)
class Measure:
    """What an estimator gives and the persons behind it, before the gate.

    Parameters
    ----------
    estimand : str
        Code.
    cells : Cells or None
        The persons; None for what is no number.
    by, model : callable or None
        What gives the numbers, as `Gate.release` takes it.
    row : bool
        Whether a refusal takes away this measure alone: it is one row of several.
    about : mapping
        The other fields of `Estimate`.
    """

    estimand: str
    cells: Cells | None = field(default=None, repr=False)
    by: Callable[..., Any] | None = field(default=None, repr=False)
    model: Callable[[], Any] | None = field(default=None, repr=False)
    row: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)


class Absent(NamedTuple):
    """One estimand of a result that cannot be given, where the others can.

    Parameters
    ----------
    estimand : str
        Code.
    why : Refused
        The reason, and what would pass.
    """

    estimand: str
    why: Refused


Yielded = Measure | Absent | Estimate | Deduction
D = TypeVar("D", bound=Drawn)
P = ParamSpec("P")
Analysis = Callable[Concatenate[D, P], Iterator[Yielded]]


def measure(
    estimand: str,
    cells: Cells | None = None,
    *,
    by: Callable[..., Any] | None = None,
    model: Callable[[], Any] | None = None,
    row: bool = False,
    **about: Any,
) -> Measure:
    """Return a measure; the short way to write one."""
    return Measure(estimand, cells, by, model, row, about)


def analysis(
    estimand: str,
    result: type[Result] = Result,
    own: tuple[str, ...] = (),
    **planned: str,
) -> Callable[[Analysis[D, P]], Callable[Concatenate[D | Refusal, P], Result | Refusal]]:
    """Return the decorator that makes an exhibit's function of one that yields measures.

    A refusal of the people is passed on; choices that the plan names are held to what it may
    say, and what differs from it is stamped on every estimate; a `Refused` of an estimator or
    a gate takes away the exhibit and not the report.

    Parameters
    ----------
    result : type
        `Result`, or a kind of it whose own fields the function returns, by name, at its end.
    own : tuple of str
        Arguments that may be more, or other, than the plan may say; the function checks them.
    **planned : str
        For an argument, the plan's name of the choice where it is another.
    """

    def decorate(
        function: Analysis[D, P],
    ) -> Callable[Concatenate[D | Refusal, P], Result | Refusal]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def run(drawn: D | Refusal, *args: P.args, **kwargs: P.kwargs) -> Result | Refusal:
            if isinstance(drawn, Refusal):
                return refused_again(drawn, estimand)
            drawn.check_unchanged()
            bound = signature.bind(drawn, *args, **kwargs)
            bound.apply_defaults()
            # What is absent, where it may be, is the plan's.
            made = {
                name: value
                for name, value in bound.arguments.items()
                if value is not None or signature.parameters[name].default is not None
            }
            used = drawn.deviations + used_choices(drawn.report, made, own, **planned)
            try:
                return _collected(drawn, function(drawn, *args, **kwargs), used, result)
            except Refused as problem:
                reason, passes = terms(drawn.report, drawn.table, problem)
                return refuse(drawn.report, estimand, reason, passes, drawn.table, used)

        return run

    return decorate


def used_choices(
    report: Report, choices: Mapping[str, Any], own: Iterable[str] = (), **planned: str
) -> tuple[Deviation, ...]:
    """Return the choices of a cell that differ from the plan, or stop where one cannot be.

    Parameters
    ----------
    choices : mapping
        By the arguments' names; what the plan does not name is passed over.

    Raises
    ------
    UsageError
        If a choice is none that the plan could name; the message lists those.
    """
    plan = report.plan
    cls: type = type(plan)
    known = kinds(cls)
    used = {}
    for argument, value in choices.items():
        name = planned.get(argument, argument)
        if name not in known:
            continue
        _, listed, limit = known[name]
        if listed and argument not in own:
            chosen(argument, value, listed)
        if limit is not None and not isinstance(value, Mapping) and not limit.holds(value):
            allowed = limit.said
            raise UsageError("choice_value", choice=argument, found=str(value), allowed=allowed)
        several = isinstance(getattr(plan, name), tuple) and isinstance(value, str)
        # Where the plan names several, a cell shows one of them.
        if not (several and value in getattr(plan, name)):
            used[name] = (value,) if several else value
    return deviations(plan, **used)


def _collected(
    drawn: Drawn,
    given: Iterator[Yielded],
    used: tuple[Deviation, ...],
    result: type[Result],
) -> Result:
    estimates: list[Estimate] = []
    off: list[Deduction] = []
    while True:
        try:
            item = next(given)
        except StopIteration as end:
            return result(drawn.report, tuple(estimates), used, tuple(off), **(end.value or {}))
        if isinstance(item, Deduction):
            off.append(item)
        else:
            estimates.append(released(drawn.report, drawn.table, item, used))


def released(
    report: Report,
    table: Table,
    item: Measure | Absent | Estimate,
    used: tuple[Deviation, ...] = (),
) -> Estimate:
    """Return what an analysis yields as the record holds it."""
    if isinstance(item, Estimate):
        return item
    if isinstance(item, Absent):
        reason, passes = terms(report, table, item.why)
        return refuse(report, item.estimand, reason, passes, table, used).estimate
    shared: dict[str, Any] = {"table": table, "deviations": used, **item.about}
    try:
        return report.estimate(
            item.estimand, cells=item.cells, by=item.by, model=item.model, **shared
        )
    except Refused as problem:
        if not item.row:
            raise
        bare = {name: x for name, x in shared.items() if name not in ("interval", "level")}
        reason, passes = terms(report, table, problem)
        return report.estimate(item.estimand, **bare, reason=reason, would_pass=passes)


# The key of a refusal whose two sentences a gate has made already.
STATED = "stated"
# Of what a refusal tells, the numbers that are of nobody: villages, months, limits.
OF_NOBODY = {
    *("clusters", "coefficients", "strata", "units", "needed", "df", "replicates", "largest"),
    *("early", "late", "most", "apart", "alpha", "what", "columns", "group", "window"),
    *("start", "before", "after"),
}


def terms(report: Report, table: Table, problem: Refused) -> tuple[Term, Term]:
    """Return why something cannot be given, and what would pass, in every language.

    Counts of persons in it pass the gate as those of a table do: rounded, and where one is
    small, the same is said without any number.
    """
    gate, values = report.gate(table), dict(problem.values)
    if problem.key == STATED:
        return values["reason"], values["would_pass"]
    if "what" in values:
        values["what"] = _argument(report, values["what"])
    told = {name: x for name, x in values.items() if name not in OF_NOBODY}
    counts = {name: x for name, x in told.items() if isinstance(x, int)}
    if not gate.open and (len(counts) < len(told) or gate.hides(counts.values())):
        return _uncounted(report, problem.key, values)
    values |= {name: gate.count(n) for name, n in counts.items()}
    reason, passes = (report.term(f"{k}.{problem.key}", **values) for k in ("reason", "would_pass"))
    return reason, passes


def _uncounted(report: Report, key: str, values: Mapping[str, Any]) -> tuple[Term, Term]:
    """Return the two sentences of a refusal without what it tells of persons."""
    bare = {name: x for name, x in values.items() if name in OF_NOBODY}
    passes = f"would_pass_uncounted.{key}"
    if passes not in catalogue(REFERENCE):
        passes = f"would_pass.{key}"
    return report.term(f"reason_uncounted.{key}", **bare), report.term(passes, **bare)


def _argument(report: Report, name: str) -> Term:
    """Return what people call an argument of an estimator: the column's header, or words."""
    # One of several has its number behind the name.
    word, _, place = name.partition(" ")
    known = f"argument.{word}" in catalogue(REFERENCE)
    said = header_of(report, name) or (report.term(f"argument.{word}") if known else None)
    if said is None:
        return Term(name, dict.fromkeys(report.languages, name))
    return Term(name, {lang: f"{text} {place}".rstrip() for lang, text in said.text.items()})


def refused(report: Report, key: str, **values: Any) -> Refused:
    """Return the refusal that a rule of the house gives, to be raised or yielded.

    Parameters
    ----------
    key : str
        Under ``[reason]`` and ``[would_pass]`` in the locale files.
    **values
        What the sentences show: limits and names, no counts of persons.
    """
    reason, passes = (report.term(f"{kind}.{key}", **values) for kind in ("reason", "would_pass"))
    return Refused(STATED, reason=reason, would_pass=passes)


def handed_in(report: Report, *shapes: str) -> list[Table] | None:
    """Return tables that the area's offices handed in; None where one is missing or empty.

    Parameters
    ----------
    *shapes : str
        Each one of `evalkit.schema.office_names`.
    """
    # An area without a register may hand in others; data that a study links have none beside them.
    if report.spec is not None and not report.from_offices:
        return None
    found = [table for shape in shapes if (table := report.office(shape)) is not None and table.n]
    return found if len(found) == len(shapes) else None


def lacking(report: Report, estimand: str, key: str) -> Refusal:
    """Return the refusal where an area did not hand in what an exhibit rests on.

    Parameters
    ----------
    estimand : str
        What cannot be estimated.
    key : str
        Under ``[reason]`` and ``[would_pass]`` in the locale files.
    """
    reason, passes = (report.term(f"{kind}.{key}") for kind in ("reason", "would_pass"))
    return refuse(report, estimand, reason, passes)


def chosen(choice: str, value: str, known: Iterable[str]) -> str:
    """Return a choice made in a cell, or stop with the list of those that exist."""
    known = list(known)
    if not known:
        raise UsageError("choice_none", choice=choice, found=str(value))
    if value not in known:
        raise UsageError("choice_value", choice=choice, found=str(value), allowed=", ".join(known))
    return value
