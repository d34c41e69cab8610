"""Recidivism: the same event in two groups within a window after the index date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from evalkit import cohort as people
from evalkit.disclosure import Gate
from evalkit.errors import UsageError
from evalkit.estimate import Deviation, Estimate
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.estimators.kaplan_meier import INTERVALS as CURVES
from evalkit.estimators.kaplan_meier import Life, at, cumulative_incidence, life_table
from evalkit.estimators.log_rank import log_rank as test_log_rank
from evalkit.estimators.risk_difference import METHODS as DIFFERENCES
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.share import share
from evalkit.outcomes.report import Refusal, Report, Result, no_data, refuse, refused_again
from evalkit.outcomes.shared import (
    check_level,
    chosen,
    flow_estimates,
    lies_below,
    plan_deviations,
)
from evalkit.outcomes.verdict import effect_verdict
from evalkit.table import definitions, select
from evalkit.words import Term


@dataclass(frozen=True)
class Followed:
    """The people who count, followed up to the window.

    Parameters
    ----------
    report : Report
        Where they belong.
    cohort : Cohort
        Rows with columns ``group``, ``event`` (within the window) and ``time``
        (cut at the window).
    definition : str
        Code of the event.
    window : int
        Follow-up in the table's unit of time.
    deviations : tuple of Deviation
        Choices that differ from the plan.
    estimates : tuple of Estimate
        The flow.
    """

    report: Report
    cohort: people.Cohort
    definition: str
    window: int
    deviations: tuple[Deviation, ...]
    estimates: tuple[Estimate, ...]

    @property
    def gate(self) -> Gate:
        """The disclosure gate of the table."""
        return self.report.gate(self.cohort.table)

    @property
    def groups(self) -> tuple[str, str]:
        """Programme and comparison, as the plan names them."""
        return self.report.plan.programme, self.report.plan.comparison

    def group(self, code: str) -> pd.DataFrame:
        """Return the rows of one group."""
        frame = self.cohort.frame
        return frame[frame["group"] == code]

    @property
    def window_term(self) -> Term:
        """The window in words."""
        unit = self.cohort.table.unit
        return self.report.term(f"window.{unit}", n=self.window)

    @property
    def window_code(self) -> str:
        """The window as a dimension: 52w."""
        return f"{self.window}{self.cohort.table.unit[0]}"


def draw_cohort(report: Report, definition: str, window: int, subset: str) -> Followed | Refusal:
    """Draw the people who count and follow them up to the window.

    Parameters
    ----------
    report : Report
        An opened recidivism report.
    definition : str
        Code of the event; a column of the table.
    window : int
        Follow-up in the plan's unit, at least 1.
    subset : str
        A condition on the table's columns; empty for everyone.

    Returns
    -------
    Followed or Refusal
        A refusal where the study holds no data of the area.

    Raises
    ------
    UsageError
        If the definition or window cannot be.
    DataError
        If the table does not keep its promise, or the condition cannot be read.
    """
    if report.spec is None:
        return no_data(report, "flow")
    table, plan = report.table, report.plan
    chosen("definition", definition, definitions(table.frame.columns))
    if window < 1:
        raise UsageError("choice_value", choice="window", found=str(window), allowed=">= 1")
    groups = table.frame["group"].isin((plan.programme, plan.comparison))
    rules = [people.Rule("in_groups", groups)]
    if subset:
        rules.append(people.Rule("in_subset", select(table.frame, subset, report.study.path)))
    cohort = people.draw(table, rules)
    frame = cohort.frame
    time = frame[f"{definition}_time"]
    frame = frame.assign(
        event=((frame[definition] == 1) & (time <= window)).astype(int),
        complete=(frame[definition] == 1) | (time >= window),
        time=time.clip(upper=window),
    )
    deviations = plan_deviations(report, definition=definition, window=window, subset=subset)
    cohort = people.Cohort(frame, cohort.flow, table)
    flow = flow_estimates(report, cohort, deviations)
    return Followed(report, cohort, definition, window, deviations, flow)


def profile(followed: Followed | Refusal, covariates: tuple[str, ...]) -> Result | Refusal:
    """Compare the groups before the programme, by standardised mean differences.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    covariates : tuple of str
        Columns of the table.

    Returns
    -------
    Result or Refusal
        ``mean[covariate, group]`` (a share where the column holds 0 and 1) and
        ``smd[covariate]``.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "smd")
    report = followed.report
    planned = plan_deviations(report, covariates=covariates)
    deviations = followed.deviations + planned
    if lies_below([len(followed.group(code)) for code in followed.groups], 2):
        return _refuse(followed, "too_few", report.plan.min_people, deviations, "smd")
    estimates: list[Estimate] = []
    for name in covariates:
        chosen("covariates", name, sorted(followed.cohort.frame.columns))
        estimates += _balance(followed, name, deviations)
    return Result(report, tuple(estimates), deviations)


def _balance(
    followed: Followed, name: str, deviations: tuple[Deviation, ...]
) -> list[Estimate]:
    report, gate, table = followed.report, followed.gate, followed.cohort.table
    columns = [followed.group(code)[name] for code in followed.groups]
    flag = set(followed.cohort.frame[name].unique()) <= {0, 1}
    found = []
    for code, values in zip(followed.groups, columns, strict=True):
        n = gate.count(len(values))
        events = int(values.sum()) if flag else None
        hidden = gate.hides([len(values)]) or (
            events is not None and gate.hides_share(events, len(values))
        )
        value = gate.count(events) / n if events is not None and n else float(values.mean())
        found.append(
            report.estimate(
                "mean",
                table=table,
                hidden=hidden,
                deviations=deviations,
                dims=(("covariate", name), ("group", code)),
                unit="share" if flag else "mean",
                value=value,
                n=n,
                events=gate.count(events) if events is not None else None,
                group=report.study.label(code),
                definition=report.study.label(name),
            )
        )
    hidden = any(e.disclosure == "withheld" for e in found)
    gap = standardised_mean_difference(*columns)
    found.append(
        report.estimate(
            "smd",
            table=table,
            hidden=hidden,
            deviations=deviations,
            dims=(("covariate", name),),
            unit="smd",
            value=gap if gate.open else round(gap, 2),
            digits=2,
            definition=report.study.label(name),
            method=report.term("method.smd"),
        )
    )
    return found


def compare(followed: Followed | Refusal, estimator: str, level: float) -> Result | Refusal:
    """Estimate the share with the event in each group, and the difference.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    estimator : {"newcombe", "wald"}
        Interval of the difference.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``risk[group]``, ``risk_difference`` and ``risk_difference_p``. Refused
        where a group is too small, or somebody was not followed to the end of the
        window: then the share with the event is not a share of those followed.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "risk_difference")
    report, plan = followed.report, followed.report.plan
    chosen("estimator", estimator, sorted(DIFFERENCES))
    check_level(level)
    used = plan_deviations(report, estimator=estimator, level=level)
    deviations = followed.deviations + used
    table = followed.cohort.table
    sizes = [len(followed.group(code)) for code in followed.groups]
    if lies_below(sizes, plan.min_people):
        return _refuse(followed, "too_few", plan.min_people, deviations)
    if not followed.cohort.frame["complete"].all():
        return _refuse(followed, "unequal_follow_up", followed.window, deviations)
    cells = [(int(followed.group(code)["event"].sum()), n) for code, n in
             zip(followed.groups, sizes, strict=True)]  # fmt: skip
    gate = followed.gate
    hidden = any(gate.hides_share(a, n) for a, n in cells)
    rounded = [(gate.count(a), gate.count(n)) for a, n in cells]
    shared = {"deviations": deviations, "table": table, "window": followed.window_term,
              "definition": report.study.label(followed.definition), "level": level,
              "interval": "confidence", "design": report.term(f"design.{plan.design}")}  # fmt: skip
    dims = (("window", followed.window_code),)
    estimates = []
    for code, (a, n), true in zip(followed.groups, rounded, cells, strict=True):
        point = share(a, n, method="wilson", level=level)
        estimates.append(
            report.estimate(
                "risk",
                **shared,
                hidden=gate.hides_share(*true),
                dims=(*dims, ("group", code)),
                unit="share",
                value=point.value,
                low=point.low,
                high=point.high,
                n=n,
                events=a,
                group=report.study.label(code),
                method=report.term("method.wilson"),
            )
        )
    (a, n_a), (b, n_b) = rounded
    point = risk_difference(a, n_a, b, n_b, method=estimator, level=level)
    against = report.study.label(plan.comparison)
    labels = {"group": report.study.label(plan.programme), "against": against}
    estimates.append(
        report.estimate(
            "risk_difference",
            **shared,
            **labels,
            hidden=hidden,
            dims=dims,
            unit="points",
            value=point.value,
            low=point.low,
            high=point.high,
            n=n_a + n_b,
            events=a + b,
            method=report.term(f"method.{estimator}"),
        )
    )
    test = {**shared, "interval": "none", "level": None}
    estimates.append(
        report.estimate(
            "risk_difference_p",
            **test,
            **labels,
            hidden=hidden,
            dims=dims,
            unit="p",
            value=point.p,
            digits=4,
            method=report.term("method.pearson"),
        )
    )
    return Result(report, tuple(estimates), deviations)


def _refuse(
    followed: Followed,
    reason: str,
    n: int,
    deviations: tuple[Deviation, ...],
    estimand: str = "risk_difference",
) -> Refusal:
    report = followed.report
    window = followed.window_term
    why = report.term(f"reason.{reason}", n=n, window=window)
    passes = report.term(f"would_pass.{reason}", n=n, window=window)
    table = followed.cohort.table
    return refuse(report, estimand, why, passes, table, deviations)


def curve(followed: Followed | Refusal, interval: str, level: float) -> Result | Refusal:
    """Estimate the cumulative incidence over time in each group.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    interval : {"log-log", "log", "plain"}
        Scale of the pointwise interval.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``cumulative_incidence[group, time]`` at each time with an event and at the
        end of the window, and ``at_risk[group, time]`` at eight or fewer times.
        Refused where either group has fewer events than the plan's gate.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "cumulative_incidence")
    report, plan = followed.report, followed.report.plan
    chosen("interval", interval, CURVES)
    check_level(level)
    used = plan_deviations(report, curve_interval=interval, level=level)
    deviations = followed.deviations + used
    counts = [int(followed.group(code)["event"].sum()) for code in followed.groups]
    if lies_below(counts, plan.min_events):
        return refuse(
            report,
            "cumulative_incidence",
            report.term("reason.too_few_events", n=plan.min_events),
            report.term("would_pass.too_few_events", n=plan.min_events),
            followed.cohort.table,
            deviations,
        )
    lives = [life_table(g["time"], g["event"]) for g in map(followed.group, followed.groups)]
    first = max(_first_shown(life, followed.gate) for life in lives)
    estimates: list[Estimate] = []
    for code, life in zip(followed.groups, lives, strict=True):
        estimates += _curve_of(followed, code, life, first, interval, level, deviations)
    return Result(report, tuple(estimates), deviations)


def _first_shown(life: Life, gate: Gate) -> float:
    """Return the first time at which enough events have happened to be shown."""
    if gate.open:
        return 0.0
    enough = np.cumsum(life.events) > gate.policy.threshold
    return float(life.time[int(enough.argmax())]) if enough.any() else float("inf")


def _gated(life: Life, gate: Gate) -> Life:
    """Return the life table from cumulative counts at midpoints, unless public."""
    if gate.open:
        return life
    leaving = life.at_risk - np.append(life.at_risk[1:], 0) - life.events
    events = np.diff(gate.curve(np.cumsum(life.events)), prepend=0)
    censored = np.diff(gate.curve(np.cumsum(leaving)), prepend=0)
    n = int(gate.curve([life.n])[0])
    gone = np.concatenate(([0], np.cumsum(events + censored)[:-1]))
    return Life(life.time, np.maximum(n - gone, np.maximum(events, 1)), events, n)


def _curve_of(
    followed: Followed,
    code: str,
    life: Life,
    first: float,
    interval: str,
    level: float,
    deviations: tuple[Deviation, ...],
) -> list[Estimate]:
    report, gate, table = followed.report, followed.gate, followed.cohort.table
    points = cumulative_incidence(_gated(life, gate), interval=interval, level=level)
    label = report.study.label(code)
    shared = {"table": table, "deviations": deviations, "group": label,
              "definition": report.study.label(followed.definition)}  # fmt: skip
    method = report.term("method.kaplan_meier", interval=interval)
    times = sorted({*life.time[life.events > 0].tolist(), float(followed.window)})
    found = []
    for time in times:
        i = at(points, time)
        found.append(
            report.estimate(
                "cumulative_incidence",
                **shared,
                hidden=time < first,
                dims=(("group", code), ("time", f"{time:g}")),
                window=report.term(f"window.{table.unit}", n=int(time)),
                unit="share",
                value=float(points.value[i]),
                low=float(points.low[i]),
                high=float(points.high[i]),
                interval="confidence",
                level=level,
                se=float(points.se[i]),
                se_scale="identity",
                n=gate.count(life.n),
                events=gate.count(int(points.events[i])),
                method=method,
            )
        )
    for time in _ticks(followed.window):
        i = int(np.searchsorted(life.time, time, side="left"))
        left = int(points.at_risk[i]) if i < life.time.size else 0
        found.append(
            report.estimate(
                "at_risk",
                **shared,
                hidden=0 < time < first or gate.hides([left]),
                dims=(("group", code), ("time", f"{time:g}")),
                window=report.term(f"window.{table.unit}", n=int(time)),
                unit="persons",
                value=float(gate.count(left)),
                n=gate.count(left),
                digits=0,
            )
        )
    return found


def _ticks(window: int) -> list[int]:
    step = max(1, round(window / 4))
    return [*range(0, window, step), window] if window % step else list(range(0, window + 1, step))


def log_rank(followed: Followed | Refusal) -> Result | Refusal:
    """Test that both groups have the event at the same rate over the whole window.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.

    Returns
    -------
    Result or Refusal
        ``log_rank`` (chi-square, one degree of freedom) and ``log_rank_p``.
    """
    if isinstance(followed, Refusal):
        return refused_again(followed, "log_rank")
    report, table, frame = followed.report, followed.cohort.table, followed.cohort.frame
    counts = [int(followed.group(code)["event"].sum()) for code in followed.groups]
    if lies_below(counts, 1):
        reason = report.term("reason.too_few_events", n=1)
        passes = report.term("would_pass.too_few_events", n=1)
        return refuse(report, "log_rank", reason, passes, table, followed.deviations)
    test = test_log_rank(frame["time"], frame["event"], frame["group"] == followed.groups[0])
    gate = followed.gate
    shared = {"table": table, "deviations": followed.deviations, "hidden": gate.hides(counts),
              "dims": (("window", followed.window_code),), "window": followed.window_term,
              "definition": report.study.label(followed.definition),
              "method": report.term("method.log_rank")}  # fmt: skip
    digits = (None, None) if gate.open else (1, 2)
    chi2 = test.chi2 if digits[0] is None else round(test.chi2, digits[0])
    p = test.p if digits[1] is None else round(test.p, digits[1])
    return Result(
        report,
        (
            report.estimate("log_rank", **shared, unit="chi2", value=chi2, digits=3),
            report.estimate("log_rank_p", **shared, unit="p", value=p, digits=4),
        ),
        followed.deviations,
    )


def verdict(
    effect: Result | Refusal, test: Result | Refusal, balance: Result | Refusal
) -> Result:
    """Return the verdict by the plan's primary method, with the second opinion.

    Parameters
    ----------
    effect : Result or Refusal
        From `compare`.
    test : Result or Refusal
        From `log_rank`; shown beside the primary method, never instead of it.
    balance : Result or Refusal
        From `profile`; a gate where the groups were not drawn by lot.

    Returns
    -------
    Result
        ``verdict``, the primary estimate and its p-value, the shares, and the
        log-rank test.
    """
    decided = effect_verdict(effect, lower_is_better=True, profile=balance)
    if isinstance(effect, Refusal) or isinstance(test, Refusal):
        return decided
    return Result(decided.report, (*decided.estimates, *test.estimates), decided.deviations)
