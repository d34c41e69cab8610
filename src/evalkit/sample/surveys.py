"""Waves of a clustered sample with unequal weights, in which the contented answer more often.

Imports world and persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.sample.persons import platform_numbers
from evalkit.sample.services import Tables, Truth
from evalkit.sample.world import AREAS, LAST, World, blank, choose

Array = NDArray[Any]
# Why a sampled person did not answer, by the AAPOR codes.
SILENT = {
    "refusal": 0.40, "noncontact": 0.45, "other": 0.05, "unknown_other": 0.07,
    "not_eligible": 0.03,
}  # fmt: skip
CONTENT = 4


@dataclass(frozen=True)
class Plan:
    """What is asked of whom.

    Parameters
    ----------
    instrument : str
        Name of the questionnaire.
    kind : str
        Who answers: a code of the column ``respondent_kind``.
    waves : tuple of (str, int)
        Name and people sampled, in order.
    silence : {"answers", "places"}
        Who is silent: the less content, wherever they live; or more people of the places where
        people are less content, whatever they would say themselves.
    """

    instrument: str
    kind: str
    waves: tuple[tuple[str, int], ...]
    silence: str = "answers"


@dataclass(frozen=True)
class _Places:
    """The first-stage units of one wave."""

    names: Array
    town: Array
    persons: Array
    drawn: Array
    each: int


def survey(world: World, plan: Plan) -> tuple[Tables, Truth]:
    """Return the survey and its frame, and how content everybody is."""
    answers, frames, truth = [], [], dict[str, float]()
    for number, (wave, size) in enumerate(plan.waves):
        random = world.random(f"survey {wave}")
        places = _places(random, size)
        frames.append(_frame(plan, wave, places))
        home = np.repeat(np.arange(places.names.size), places.persons)
        mood = 0.6 + 0.25 * places.town + 0.35 * random.standard_normal(places.names.size)
        latent = np.round(mood[home] + random.standard_normal(home.size), 9)
        answer = 1 + np.searchsorted([-1.5, -0.8, 0.0, 1.1], latent)
        order = pd.Series(random.random(home.size)).groupby(home).rank(method="first").to_numpy()
        taken = np.minimum(places.each, places.persons)
        sampled = places.drawn[home] & (order <= taken[home])
        told = 0.35 + 0.09 * answer
        if plan.silence == "places":
            told = (0.7 + 0.35 * (mood - mood.mean()))[home].clip(0.15, 0.97)
        given = sampled & (random.random(home.size) < np.round(told, 9))
        made = _respondents(random, plan, answer[sampled], given[sampled])
        where = home[sampled]
        block = AREAS.index(world.area) + 1
        answers.append(
            made.assign(
                respondent_id=platform_numbers(f"R{number}", len(made), block),
                wave=wave,
                stratum=np.where(places.town[where], "城区", "乡镇"),
                psu=places.names[where],
                weight=np.round(_weights(places)[where], 4),
            )
        )
        truth[f"content_{wave}"] = float((answer >= CONTENT).mean())
        truth[f"content_respondents_{wave}"] = float((answer[given] >= CONTENT).mean())
    tables = {
        "survey": pd.concat(answers, ignore_index=True),
        "survey_frame": pd.concat(frames, ignore_index=True),
    }
    return tables, truth


def _places(random: np.random.Generator, size: int) -> _Places:
    n = 40 if size >= 200 else 8
    town = np.arange(n) < n // 2
    drawn = np.zeros(n, bool)
    for stratum in (True, False):
        inside = np.flatnonzero(town == stratum)
        drawn[random.permutation(inside)[: max(2, inside.size // 2)]] = True
    names = [f"样例{'社区' if inside else '村'}{i:02d}" for i, inside in enumerate(town)]
    persons = random.integers(60, 400, n)
    return _Places(np.array(names), town, persons, drawn, max(2, round(size / drawn.sum())))


def _weights(places: _Places) -> Array:
    """Return how many people each one sampled there stands for."""
    taken = np.minimum(places.each, places.persons)
    of_stratum = [
        (places.town == inside).sum() / (places.drawn & (places.town == inside)).sum()
        for inside in places.town
    ]
    return np.asarray(of_stratum) * places.persons / taken


def _frame(plan: Plan, wave: str, places: _Places) -> pd.DataFrame:
    taken = np.minimum(places.each, places.persons)
    return pd.DataFrame(
        {
            "wave": wave,
            "instrument": plan.instrument,
            "psu": places.names,
            "stratum": np.where(places.town, "城区", "乡镇"),
            "persons": places.persons,
            "drawn": places.drawn,
            "sampled": np.where(places.drawn, taken, 0),
            "as_of": LAST - 181,
        }
    )


def _respondents(
    random: np.random.Generator, plan: Plan, answer: Array, given: Array
) -> pd.DataFrame:
    n = answer.size
    silent = choose(random, n, SILENT)
    partial = given & (random.random(n) < 0.05)
    skipped = partial & (random.random(n) < 0.4)
    items = {
        f"item_{i}": blank(
            np.round(answer + 0.7 * random.standard_normal(n)).clip(1, 5),
            ~given | (partial & (i > 3)),
        )
        for i in range(1, 6)
    }
    return pd.DataFrame(
        {
            "instrument": plan.instrument,
            "respondent_kind": plan.kind,
            "disposition": np.where(partial, "partial", np.where(given, "interview", silent)),
            "scale_min": 1.0,
            "scale_max": 5.0,
            "overall": blank(answer.astype(float), ~given | skipped),
            **items,
        }
    )
