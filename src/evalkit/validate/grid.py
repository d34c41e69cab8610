"""What is tried: settings of each scenario, and the methods that answer each."""

from __future__ import annotations

from collections.abc import Callable
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
    """

    scenario: str
    size: str
    effect: bool
    draw: Draw
    methods: tuple[str, ...]
    wrong: tuple[str, ...] = ()

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
    return (*_people(), *_times(), *_groups(), *_answers())


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
