"""A survey becomes one row a sampled person of its last wave, with the answer as a word.

Imports table.
"""

from __future__ import annotations

from dataclasses import replace

from evalkit.table import Table

# Dispositions (AAPOR) of those who answered at least in part.
ANSWERED = ("interview", "partial")


def answers(survey: Table, item: str) -> Table:
    """Return the sampled people of a survey's last wave.

    Parameters
    ----------
    survey : Table
        Of the shape ``survey``.
    item : str
        Column of the question.

    Returns
    -------
    Table
        Of the shape ``survey_counts``, each row counting once: ``answer`` is the
        question's code and the number that was answered (``overall_4``), empty where
        there is none; ``rules`` names ``last_wave`` and ``answered``.
    """
    frame = survey.frame.copy()
    frame["last_wave"] = frame["wave"] == frame["wave"].max()
    given = frame["disposition"].isin(ANSWERED) & frame[item].notna()
    frame["answered"] = given
    frame["answer"] = [
        f"{item}_{number:g}" if there else ""
        for number, there in zip(frame[item], given, strict=True)
    ]
    frame["count"] = 1
    if frame["weight"].isna().all():
        # Nobody is weighted: all count alike. One who has none among others is not guessed.
        frame["weight"] = 1.0
    texts = ["stratum", "psu", "respondent_kind", "disposition"]
    frame[texts] = frame[texts].fillna("")
    kept = ["answer", "count", "wave", "instrument", *texts, "weight", "last_wave", "answered"]
    return replace(
        survey, shape="survey_counts", frame=frame[kept], rules=("last_wave", "answered")
    )
