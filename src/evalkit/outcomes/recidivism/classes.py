"""The share with the event in each legal class by itself: the classes are never added up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evalkit.disclosure import estimated, harm
from evalkit.estimators.share import share
from evalkit.outcomes.analysis import Yielded, analysis, measure
from evalkit.outcomes.labels import closed_list, value_label
from evalkit.outcomes.recidivism.followed import Followed
from evalkit.outcomes.recidivism.gates import common
from evalkit.outcomes.recidivism.judged import deciding
from evalkit.outcomes.requirements import failing, require

CLASS = "legal_class"


@analysis("class_share")
def classes(followed: Followed, level: float) -> Iterator[Yielded]:
    """Estimate the share with the event in each legal class and group.

    Parameters
    ----------
    followed : Followed or Refusal
        From `draw_cohort`.
    level : float
        Confidence level, 0 < level < 1.

    Returns
    -------
    Result or Refusal
        ``class_share[class, group]``, without any difference: nobody is made alike in them.
        A class with fewer people in a group than the plan asks for has a reason in place of a
        number. Nothing where the table knows no legal class.
    """
    report, frame = followed.report, followed.cohort.frame
    listed = closed_list(report, CLASS)
    if CLASS not in frame or not listed:
        return
    if failing(report, common(followed), levels=True) is not None:
        # With the verdict's own words, which a page tells once.
        require(report, deciding(followed))
    for value in (*listed, ""):
        if not (frame[CLASS] == value).any():
            continue
        code = f"{CLASS}_{value or 'unknown'}"
        for group in followed.groups:
            own = followed.group(group)
            own = own[own[CLASS] == value]
            about: dict[str, Any] = dict(
                dims=(("class", code), ("group", group), ("window", followed.window_code)),
                definition=value_label(report, f"{CLASS}_{value}", CLASS, value),
                window=followed.window_term,
                group=report.study.label(group),
                unit="share",
                method=report.term("method.wilson"),
            )
            if len(own) < report.plan.min_people:
                why = report.term("reason.fewer_in_class", n=report.plan.min_people)
                yield measure("class_share", **about, reason=why)
                continue
            yield measure(
                "class_share",
                harm(int(own["event"].sum()), len(own)),
                by=estimated(lambda events, n: share(events, n, method="wilson", level=level)),
                **about,
                interval="confidence",
                level=level,
            )
