"""What guards an outcome's numbers guards a researcher's own.

A number about what became of people stands on the records that were found, however it is
called: behind a failed gate there is none.
"""

from __future__ import annotations

from evalkit.outcomes.analysis import Drawn, refused
from evalkit.outcomes.reach.gates import comparable, recorded
from evalkit.outcomes.reach.target import Target
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.gates import requirements
from evalkit.outcomes.requirements import require
from evalkit.outcomes.satisfaction.answers import Answers

# What a model can answer by its covariates, where a comparison of groups cannot.
ADJUSTED_FOR = ("not_by_lot", "unbalanced")


def require_sound(drawn: Drawn, model: bool = False, clustered: bool = False) -> None:
    """Stop where a requirement fails that guards every number about what became of people.

    Parameters
    ----------
    drawn : Drawn
        The people who count.
    model : bool
        Whether the number is a model's, which compares people.
    clustered : bool
        Whether the model's errors are from clusters.

    Raises
    ------
    Refused
        With the reason that the outcome's own exhibits give.
    """
    report = drawn.report
    if isinstance(drawn, Followed):
        require(report, requirements(drawn), levels=True)
    if isinstance(drawn, Target):
        judged = [*recorded(drawn), *(comparable(drawn) if model else ())]
        require(report, [each for each in judged if each.code not in ADJUSTED_FOR])
        if model and not clustered:
            # Neighbours are alike: errors of persons would be too small.
            raise refused(report, "own_clusters")
    if isinstance(drawn, Answers) and not drawn.by_lot:
        raise refused(report, "sample_design")
