"""What is tried: settings of each scenario, and the methods that answer each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from evalkit.sample.scenarios import (
    areas,
    before_after,
    censored,
    clustered,
    competing,
    confounded,
    rates,
    silent,
    survey,
)
from evalkit.sample.scenarios.thin import few_clusters, few_treated, poor_overlap, rare_events
from evalkit.validate.methods import Method
from evalkit.validate.thin import ADJUSTED as WITH_COVARIATE
from evalkit.validate.thin import CLUSTERED, EXACT, PLAIN

Draw = Callable[[np.random.Generator], Any]


@dataclass(frozen=True)
class Setting:
    """One world, and who is asked about it.

    Parameters
    ----------
    scenario, size : str
        Which world, and how large: together with `effect` they name the setting, and
        seed its random numbers.
    effect : bool
        Whether the programme does anything there.
    draw : callable
        Takes a `numpy.random.Generator` and returns the data with their truth.
    methods : tuple of str
        Those that should hold there.
    wrong : tuple of str
        Those that should not, and are there to be seen failing.
    answers : mapping of str to callable
        What each method is; those of `evalkit.validate.methods` where there is none.
    """

    scenario: str
    size: str
    effect: bool
    draw: Draw
    methods: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    answers: Mapping[str, Method] | None = None

    @property
    def key(self) -> str:
        """Name of the setting, as folders are named."""
        effect = "effect" if self.effect else "none"
        return f"{self.scenario}.{self.size}.{effect}".replace(" ", "-")

    @property
    def asked(self) -> tuple[str, ...]:
        """Every method, those that should hold first."""
        return self.methods + self.wrong


TRIAL = ("wilson", "newcombe", "miettinen_nurminen", "bootstrap", "doubly_robust")
ADJUSTED = ("doubly_robust", "weighting", "weighting, overlap", "matching")
UNADJUSTED = ("newcombe", "doubly_robust, one covariate left out")
FOLLOWED = ("kaplan_meier", "restricted_mean", "cox", "log_rank")
IN_CLUSTERS = ("cr2", "clustered_difference", "wild_bootstrap", "bootstrap of clusters")
REPEATED = ("negative_binomial", "poisson, robust errors")
OVER_TIME = ("difference_in_differences", "randomisation")


def settings() -> tuple[Setting, ...]:
    """Return every setting, in the order of the table."""
    return (*_people(), *_times(), *_groups(), *_answers(), *scarce())


def scarce() -> tuple[Setting, ...]:
    """Return the settings in which something is scarce and nothing differs."""
    whole = {**PLAIN, **WITH_COVARIATE, **EXACT}
    made = [
        _scarce("few_treated", f"{m} of 200", partial(few_treated, n=200, treated=m), whole)
        for m in (1, 2, 3, 5, 8, 10, 15, 20)
    ]
    for strength in (1, 2, 4, 6):
        draw = partial(poor_overlap, n=300, strength=strength)
        words = f"log odds {strength}"
        made.append(_scarce("poor_overlap", words, draw, WITH_COVARIATE))
        rough = partial(draw, coarse=True)
        made.append(_scarce("poor_overlap", f"{words} in thirds", rough, EXACT))
    for count, treated in ((4, 2), (6, 3), (8, 4), (12, 6), (16, 8), (20, 10), (20, 3)):
        draw = partial(few_clusters, clusters=count, persons=20, treated=treated)
        made.append(_scarce("few_clusters", f"{treated} of {count}", draw, CLUSTERED))
        places = partial(before_after, units=count, treated_units=treated)
        words = f"{treated} of {count} places"
        made.append(Setting("few_clusters", words, False, places, OVER_TIME))
    for rate in (0.0, 0.005, 0.01, 0.02, 0.05):
        draw = partial(rare_events, n=800, rate=rate)
        made.append(_scarce("rare_events", f"{100 * rate:g} % of 800", draw, whole))
    return tuple(made)


def _scarce(scenario: str, size: str, draw: Draw, answers: Mapping[str, Method]) -> Setting:
    return Setting(scenario, size, False, draw, tuple(answers), answers=answers)


def scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios, in the order of the table."""
    return tuple(dict.fromkeys(setting.scenario for setting in settings()))


def _people() -> list[Setting]:
    made = []
    for n in (120, 800):
        for effect in (0.0, -0.1):
            draw = partial(confounded, n=n, effect=effect, strength=0.0, treated_share=0.5)
            made.append(Setting("trial", f"{n} people", effect != 0, draw, TRIAL))
    for n in (400, 2_600):
        for effect in (0.0, -0.05):
            draw = partial(confounded, n=n, effect=effect)
            size = f"{n} people"
            made.append(Setting("confounded", size, effect != 0, draw, ADJUSTED, UNADJUSTED))
    return made


def _times() -> list[Setting]:
    made = []
    for n in (200, 1_000):
        for ratio in (1.0, 0.7):
            size, effect = f"{n} people", ratio != 1
            draws: dict[str, Draw] = {
                "censored": partial(censored, n=n, ratio=ratio),
                "competing": partial(competing, n=n, ratio=ratio),
                "rates": partial(rates, n=n, ratio=ratio),
            }
            asked = {
                "censored": (FOLLOWED, ("share of those seen",)),
                "competing": (("aalen_johansen", "gray"), ("kaplan_meier",)),
                "rates": (REPEATED, ("poisson, model errors",)),
            }
            made += [Setting(k, size, effect, draws[k], *asked[k]) for k in draws]
    return sorted(made, key=lambda setting: setting.scenario)


def _groups() -> list[Setting]:
    made: list[Setting] = []
    draw: Draw
    for count, persons in ((6, 60), (12, 40), (40, 25)):
        for effect in (0.0, -0.1):
            draw = partial(clustered, clusters=count, persons=persons, effect=effect)
            words = f"{count} clusters", effect != 0
            made.append(Setting("clustered", *words, draw, IN_CLUSTERS, ("newcombe",)))
    for k in (3, 6, 12):
        for effect in (0.0, 0.2):
            draw = partial(areas, k=k, effect=effect)
            methods = ("pooled", "pooled, next area")
            made.append(Setting("areas", f"{k} areas", effect != 0, draw, methods))
    for units, treated in ((12, 6), (40, 20), (20, 1)):
        for effect in (0.0, 1.0):
            draw = partial(before_after, units=units, treated_units=treated, effect=effect)
            words = f"{treated} of {units} places", effect != 0
            made.append(Setting("before_after", *words, draw, OVER_TIME))
    draw = partial(before_after, units=40, treated_units=20, drift=0.15)
    made.append(Setting("own_trend", "20 of 40 places", False, draw, (), OVER_TIME))
    return made


def _answers() -> list[Setting]:
    naive = ("share, unweighted",)
    sizes = ((5, 10), (15, 15))
    draws = [partial(survey, areas_each=a, persons_each=n) for a, n in sizes]
    made = [
        Setting("survey", f"{4 * a} areas", False, draw, ("survey_share",), naive)
        for (a, _), draw in zip(sizes, draws, strict=True)
    ]
    for n in (100, 2_000):
        draw = partial(silent, n=n)
        made.append(Setting("silent", f"{n} people", False, draw, ("worst_case",), naive))
    return made
