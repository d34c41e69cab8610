"""A survey becomes one row a sampled person of its last wave, with the answer as a word.

Imports table and errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from evalkit.errors import DataError
from evalkit.table import Table

# Dispositions (AAPOR) of those who answered at least in part.
ANSWERED = ("interview", "partial")


# Columns by which an office may have its answers split, beside the age.
SPLITS = ("respondent_kind", "sex", "group_1", "group_2", "group_3")
ITEM = "item_"

# Words that stand in an order, each list from first to last; 冬 of a year may be its first
# or its last, so it is in none.
ORDERS = (("上", "下"), ("春", "夏", "秋"), ("前", "后"), ("first", "second", "third"))
NUMERALS = {sign: n for n, sign in enumerate("〇一二三四五六七八九")}


def question_ends(frame: pd.DataFrame, item: str) -> tuple[pd.Series, pd.Series]:
    """Return the lowest and the highest answer of a question, each row's own.

    A question whose scale is another than the questionnaire's has it in ``item_scales``,
    which was held to its form on reading: ``1: 0-10; 3: 5-1``. One that is written from high to
    low was turned then.
    """
    low, high = frame["scale_min"], frame["scale_max"]
    word = item.removeprefix(ITEM) if item.startswith(ITEM) else "(?:overall|总体)"
    pattern = rf"(?:^|;)\s*{word}:\s*(\d+)-(\d+)"
    found = frame["item_scales"].astype("string").str.extract(pattern).astype("Float64")
    own = found.astype(float)
    return own.min(axis=1).fillna(low), own.max(axis=1).fillna(high)


def last_wave(waves: Iterable[str]) -> str:
    """Return the last of several waves by the numbers in their names.

    Parameters
    ----------
    waves : iterable of str
        Their names, as an office writes them: 2025年第一轮, 2024-2, wave 10.

    Raises
    ------
    DataError
        If their names do not say which is the last.
    """
    named = {wave: _in_order(wave) for wave in waves}
    last = max(named.values(), key=lambda key: key[1])
    found = [wave for wave, key in named.items() if key[1] == last[1]]
    # Names that differ in more than numbers are in no order that can be told.
    if len(found) > 1 or len({key[0] for key in named.values()}) > 1:
        raise DataError("wave_order", count=str(len(named)))
    return found[0]


def _in_order(wave: str) -> tuple[str, list[int]]:
    """Return a wave's name without what orders it, and what does."""
    text = wave.strip().lower()
    for words in ORDERS:
        for place, word in enumerate(words):
            text = text.replace(word, f"#{place}#")
    text = re.sub("[〇一二三四五六七八九十]+", lambda found: f"#{_number(found[0])}#", text)
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    # A year counts first, wherever it stands: 11/2024 is before 03/2025.
    numbers.sort(key=lambda n: not 1900 <= n < 2100)
    return re.sub(r"#?\d+#?", "#", text), numbers


def _number(signs: str) -> int:
    """Return a number below a hundred in Chinese numerals, or its digits one by one."""
    if "十" not in signs:
        return int("".join(str(NUMERALS[sign]) for sign in signs))
    tens, _, ones = signs.partition("十")
    return 10 * NUMERALS.get(tens, 1) + NUMERALS.get(ones, 0)


def answers(survey: Table, item: str) -> Table:
    """Return the sampled people of a survey's last wave.

    Returns
    -------
    Table
        Of the shape ``survey_counts``, each row counting once: ``answer`` is the
        question's code and the number that was answered (``overall_4``), empty where
        there is none; ``scale_min`` and ``scale_max`` are the question's own; ``rules`` names
        ``last_wave`` and ``answered``.
    """
    frame = survey.frame.copy()
    frame["last_wave"] = frame["wave"] == last_wave(frame["wave"].unique())
    last = frame[frame["last_wave"]]
    if last["respondent_id"].duplicated().any():
        count = str(int(last["respondent_id"].duplicated().sum()))
        raise DataError("respondent_twice", count=count)
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
    low, high = question_ends(frame, item)
    frame["scale_min"], frame["scale_max"] = low, high
    texts = ["stratum", "psu", "disposition", *SPLITS]
    frame[texts] = frame[texts].fillna("")
    kept = ["answer", "count", "wave", "instrument", *texts, "weight", "last_wave", "answered"]
    kept += ["age", "scale_min", "scale_max"]
    rules = ("last_wave", "answered")
    return survey.with_frame(frame[kept], shape="survey_counts", rules=rules)
