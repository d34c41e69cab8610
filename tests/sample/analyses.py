"""The usual analysis of each planted mistake, as a user would write it, and ours.

`tests/sample/test_mistakes.py` holds both to what they should show, and
`tools/mistakes.py` prints them: the numbers of the page are those of the tests.
"""

from dataclasses import dataclass
from importlib import import_module

import numpy as np
from scipy.stats import norm

from evalkit.errors import Refused
from evalkit.estimators.aalen_johansen import aalen_johansen
from evalkit.estimators.adjusted_p import adjusted_p
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.share import share
from evalkit.estimators.survey_share import survey_share
from evalkit.estimators.weighting import weighting
from evalkit.estimators.worst_case import worst_case

YEAR = 365


def difference(event, group):
    return event[group].mean() - event[~group].mean()


def p_value(event, group):
    """The chi-square test of two shares, without correction, as a z test; a column an event."""
    error = event.mean(axis=0) * (1 - event.mean(axis=0))
    gap = event[group].mean(axis=0) - event[~group].mean(axis=0)
    z = gap / np.sqrt(error * (1 / group.sum() + 1 / (~group).sum()))
    return 2 * norm.sf(np.abs(z))


def started_or_not(made):
    """Those who started against all others, offences within a year of the index."""
    return difference(made.event <= YEAR, ~np.isnan(made.start))


def by_referral(made):
    event = made.event <= YEAR
    first, second = event[made.referred], event[~made.referred]
    return risk_difference(first.sum(), first.size, second.sum(), second.size).value


def before_and_after(made):
    return (made.after - made.before)[made.treated].mean()


def against_those_chosen_alike(made):
    return doubly_robust(made.after, made.treated, made.before[:, None]).point.value


def completers_against_the_rest(made):
    counted = ~made.quit
    return difference(made.event[counted], made.joined[counted])


def all_who_joined_adjusted(made):
    return doubly_robust(made.event, made.joined, made.known).point.value


def share_seen(made):
    return difference((made.cause == 1) & (made.time <= YEAR), made.treated)


def incidence(made, rows):
    curve = aalen_johansen(made.time[rows], made.cause[rows])
    return curve.value[np.searchsorted(curve.time, YEAR, side="right") - 1]


def incidence_among_the_linked(made):
    first, second = (made.linked & group for group in (made.treated, ~made.treated))
    return incidence(made, first) - incidence(made, second)


def finds_by_people(made):
    return float(p_value(made.event, made.treated) < 0.05)


def finds_by_areas(made):
    fit = cr2(made.event, made.treated[:, None].astype(float), made.area)
    return float(fit.p[0] < 0.05)


def nearest_pairs(made):
    """Each in the programme with the nearest of the others who is free, however far away."""
    first, second = np.flatnonzero(made.treated), np.flatnonzero(~made.treated)
    free = made.known[second].copy()
    chosen = []
    for person in first:
        chosen.append(np.argmin(np.abs(free - made.known[person])))
        free[chosen[-1]] = np.inf
    return first, second[chosen]


def nearest_neighbour(made):
    first, second = nearest_pairs(made)
    return made.event[first].mean() - made.event[second].mean()


def weighted(made):
    return weighting(made.event, made.treated, made.known).point.value


def visits_over_population(made):
    return made.number.size / made.population


def people_over_population(made):
    return share(np.unique(made.person).size, made.population).value


def top_of_those_who_rated(made):
    return (made.rating[~np.isnan(made.rating)] >= 4).mean()


def whatever_the_others_think(made):
    good, rated = np.sum(made.rating >= 4), np.sum(~np.isnan(made.rating))
    found = worst_case(good, rated, made.rating.size)
    return found.low, found.high


def covers_by_frequencies(made):
    """Weights as counts of people, the interval of a share that every course teaches."""
    n = made.weight.sum()
    value = made.weight @ made.answer / n
    half = norm.ppf(0.975) * np.sqrt(value * (1 - value) / n)
    return float(abs(value - made.satisfied) <= half)


def covers_by_design(made):
    point = survey_share(made.answer, made.weight, made.district, made.area).point
    return float(point.low <= made.satisfied <= point.high)


def finds_something(made):
    return float(p_value(made.events, made.treated).min() < 0.05)


def finds_after_holm(made):
    return float(adjusted_p(p_value(made.events, made.treated)).min() < 0.05)


@dataclass(frozen=True)
class Mistake:
    """A planted mistake and two analyses; a number is the mean over as many seeds."""

    name: str
    naive: object
    ours: object
    truth: float
    seeds: int = 100

    def plant(self, seed, **more):
        return import_module(f"evalkit.sample.mistakes.{self.name}").plant(seed, **more)

    def results(self, analysis, **more):
        """The analysis of every seed, in rows; the key alone where it refuses."""
        try:
            return np.array([analysis(self.plant(seed, **more)) for seed in range(self.seeds)])
        except Refused as problem:
            return problem.key


MISTAKES = (
    Mistake("immortal_time", started_or_not, by_referral, 0.0),
    Mistake("regression_to_mean", before_and_after, against_those_chosen_alike, 0.0),
    Mistake("unadjusted", completers_against_the_rest, all_who_joined_adjusted, 0.0),
    Mistake("follow_up", share_seen, incidence_among_the_linked, 0.0),
    Mistake("clustering", finds_by_people, finds_by_areas, 0.05, seeds=200),
    Mistake("matching", nearest_neighbour, weighted, 0.0),
    Mistake("person_times", visits_over_population, people_over_population, 0.40),
    Mistake("ceiling", top_of_those_who_rated, whatever_the_others_think, 0.70),
    Mistake("weights", covers_by_frequencies, covers_by_design, 0.95, seeds=200),
    Mistake("multiplicity", finds_something, finds_after_holm, 0.05, seeds=200),
)
