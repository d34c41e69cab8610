"""The methods among which a plan chooses: what each estimates, its code and its source."""

from __future__ import annotations

from dataclasses import dataclass

from evalkit.protocol.outcomes.reach import OUTCOME as REACH
from evalkit.protocol.outcomes.recidivism import OUTCOME as RECIDIVISM
from evalkit.protocol.outcomes.satisfaction import OUTCOME as SATISFACTION


@dataclass(frozen=True)
class Method:
    """One value of a choice that names a method.

    Parameters
    ----------
    file : str
        Under `evalkit.estimators`.
    source : str
        Who published it, and when, as that file has it.
    """

    file: str
    source: str


# By outcome and choice: the estimand, which has its words under [primary_of], and its methods.
METHODS: dict[str, dict[str, tuple[str, dict[str, Method]]]] = {
    RECIDIVISM.code: {
        "estimator": (
            "risk_difference",
            {
                "newcombe": Method("risk_difference", "Newcombe (1998)"),
                "wald": Method("risk_difference", ""),
            },
        ),
        "adjustment": (
            "adjusted_difference",
            {
                "entropy_balancing": Method("entropy_balancing", "Hainmueller (2012)"),
                "doubly_robust": Method("doubly_robust", "Robins, Rotnitzky and Zhao (1994)"),
                "att_weights": Method("weighting", "Hirano, Imbens and Ridder (2003)"),
                "overlap_weights": Method("weighting", "Li, Morgan and Zaslavsky (2018)"),
                "matching": Method("matching", "Rosenbaum and Rubin (1985)"),
            },
        ),
        "curve_interval": (
            "curve",
            dict.fromkeys(
                ("log-log", "log", "plain"), Method("kaplan_meier", "Kaplan and Meier (1958)")
            ),
        ),
    },
    SATISFACTION.code: {
        "estimator": (
            "top_box",
            {
                "clopper_pearson": Method("share", "Newcombe (1998)"),
                "design": Method("survey_share", "Särndal, Swensson and Wretman (1992)"),
                "wilson": Method("share", "Newcombe (1998)"),
            },
        ),
    },
    REACH.code: {
        "estimator": (
            "reach_difference",
            {"clustered": Method("clustered", "Liang and Zeger 1986")},
        ),
    },
}
