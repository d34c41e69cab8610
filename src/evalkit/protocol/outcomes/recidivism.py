"""Recidivism: whether those who were in the programme do it again less often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from evalkit.protocol.outcomes.declaration import (
    Count,
    Days,
    Difference,
    Level,
    OpenShare,
    Outcome,
    Share,
)

# The estimand of groups that were made alike, and that of a programme with nobody beside it.
ADJUSTED, LEVEL = "adjusted_difference", "risk"
SINGLE, MATCHED = "single_group", "matching"
# The design that compares places before and after a service began, and its estimand.
BEFORE_AFTER, AREA = "before_after", "area_difference"


@dataclass(frozen=True)
class RecidivismPlan:
    """Choices for recidivism.

    Parameters
    ----------
    definition : str
        Label of the event that counts.
    window : int
        Follow-up in `window_unit` after the index date.
    window_unit : str
        "day", "week" or "month".
    programme, comparison : str
        Labels of the two groups; without a comparison a level alone is told.
    design : str
        Label under ``[design]`` in the locale files.
    primary : str
        The estimand that decides the verdict.
    estimands : tuple of str
        Everything planned; the rest is exploratory.
    subset : str
        A condition on the table's columns; empty for everyone.
    covariates : tuple of str
        Columns of the balance table, which the adjusted difference is made alike in.
    estimator, curve_interval : str
        Method of the risk difference; interval of the cumulative incidence.
    level, alpha : float
        Confidence level and the threshold of the decision.
    min_people, min_events : int
        Gates of the UK Justice Data Lab.
    max_smd : float
        Largest standardised mean difference of a group that was not randomised.
    max_away : float
        Largest difference between the groups' shares of time in custody, special school or
        hospital.
    max_unlinked : float
        Largest share of a group's case files whose records were not searched.
    adjustment : str
        How the groups are made alike for the adjusted difference.
    grave : float
        Severity from which an event is grave, on the study's own scale; 0 for none.
    subgroups : tuple of str
        Columns by which the adjusted difference is given apart; empty for none.
    worth_finding : float
        Smallest difference between the shares that is worth finding.
    cluster : str
        Column of townships, villages or sites that errors respect and that are left out in
        turn; empty: the township, where the table has it.
    landmark : int
        Days after the index date from which people are followed, in classes by who had begun
        by then; 0 from the index date, in classes by assignment.
    """

    definition: str
    window: Count
    window_unit: Literal["day", "week", "month"]
    programme: str
    design: Literal["randomised", "observational", "single_group", "before_after"]
    primary: Literal["risk_difference", "adjusted_difference", "risk", "area_difference"]
    estimands: tuple[str, ...]
    subset: str
    covariates: tuple[str, ...]
    estimator: Literal["newcombe", "wald"]
    curve_interval: Literal["log-log", "log", "plain"]
    level: OpenShare
    alpha: OpenShare
    min_people: Count
    min_events: Count
    max_smd: Difference
    comparison: str = ""
    max_away: Share = 0.05
    max_unlinked: Share = 0.40
    adjustment: Literal[
        "entropy_balancing", "doubly_robust", "att_weights", "overlap_weights", "matching"
    ] = "entropy_balancing"
    grave: Level = 0.0
    subgroups: tuple[str, ...] = ()
    worth_finding: OpenShare = 0.05
    cluster: str = ""
    landmark: Days = 0

    @property
    def groups(self) -> tuple[str, ...]:
        """The programme, and the comparison group where there is one."""
        return (self.programme, self.comparison) if self.comparison else (self.programme,)

    def disagreements(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield choices that do not go together: the choice, what is there, what may be."""
        alone, placed = self.design == SINGLE, self.design == BEFORE_AFTER
        fits = (LEVEL,) if alone else (AREA,) if placed else ("risk_difference", ADJUSTED)
        if self.primary not in fits:
            yield "primary", self.primary, fits
        if alone and self.comparison:
            yield "comparison", self.comparison, ("",)
        if not alone and not self.comparison:
            yield "design", self.design, (SINGLE,)


OUTCOME = Outcome(
    code="recidivism",
    plan=RecidivismPlan,
    persons="cases",
    ledger=("recidivism", "side_outcome"),
    asks=(
        *("side_outcome", "unquantified", "exposure", "base", "base_size", "date", "start"),
        *("n", "follow_up", "comparison"),
    ),
    harm=True,
    sides={"risk_difference": "risk", ADJUSTED: "adjusted_risk"},
    estimands=(
        *("mean", "smd", "risk", "risk_difference", "risk_difference_p"),
        *("cumulative_incidence", "at_risk", "log_rank", "log_rank_p"),
        *("adjusted_smd", "variance_ratio", "adjusted_variance_ratio", "score_share", "overlap"),
        *("effective", "adjusted_risk"),
        *("adjusted_difference", "adjusted_difference_p"),
        *("placebo_difference", "placebo_difference_p"),
        *("events_ever", "kept_mean", "excluded_mean", "excluded_smd"),
        *("measure", "measure_difference", "measure_p", "measure_holm"),
        *("definition_difference", "second_difference", "second_difference_p"),
        *("settled", "smallest_difference", "number_needed"),
        *("subgroup_difference", "interaction", "interaction_p"),
        *("class_share", "milestone"),
        *("e_value", "gamma", "unlinked_bounds", "unlinked_turns"),
        *("left_out_difference", "left_out_turns", "specification", "started_difference"),
        *("clustered_difference", "clustered_p", "bias_domain", "target_trial"),
        *("cost_per_avoided", "break_even", "break_even_chance"),
        *("village_rate", "village_bound", "village_difference", "village_placebo_p"),
        "village_regression",
        *("area_rate", "area_difference", "area_difference_p", "area_placebo_p"),
        *("area_before", "area_before_p", "case_gate"),
    ),
    second_p=("log_rank_p", "second_difference_p", "area_placebo_p"),
)
