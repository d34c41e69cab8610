"""Case files, later contacts, absences, milestones and scores, with both potential outcomes.

Imports world and persons. Chances behind a person's deeds are drawn once and used with and
without the programme, so that the true effect on everyone is known and not estimated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from evalkit.sample.persons import identity_numbers
from evalkit.sample.world import LAST, World, blank, choose, season

Array = NDArray[Any]
# Deeds of one person that are followed; a fifth is rarer than the errors of these records.
DEEDS = 4
# A declining hazard: half of those who do it again do so in the first months.
SHAPE = 0.7
WINDOW, WAITING = 365, 183
# Severity from which a deed is grave, as the sample study's plan has it.
GRAVE = 3
# Shares of contacts that become a case, of cases that are charged, of charges proven.
OPENED, CHARGED, FOUND = 0.75, 0.80, 0.90
# Numbers of contacts before the index date, beyond those of later ones.
FIRST_EARLIER = 5_000_000
# Median and spread of the days until the proof, on the scale of logs.
DELAY = (4.7, 0.5)


@dataclass(frozen=True)
class Bases:
    """A support base and those it is compared with.

    Parameters
    ----------
    programme, comparison : int
        Young people in each group.
    ratio : float
        The programme's planted hazard ratio; 1 for none.
    hidden : float
        Of a trait of a third that no table has: the logarithm of the hazard ratio that goes with
        it, and half of how much likelier the base takes such people in; 0 for none.
    """

    programme: int
    comparison: int
    ratio: float
    hidden: float = 0.0


@dataclass(frozen=True)
class _Young:
    """Everyone's traits, and the chances that decide what they do."""

    people: pd.DataFrame
    gaps: Array
    stages: Array
    delays: Array
    died: Array


def case_tables(world: World, bases: Bases) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Return the tables of a support base, and what was planted.

    Returns
    -------
    dict of str to DataFrame, dict
        ``cases``, ``events``, ``absences``, ``milestones`` and ``scores`` with raw numbers
        of persons; the true risks of a proven re-offence within 365 days.
    """
    young = _draw(world, bases)
    people = young.people
    worlds = {on: _deeds(young, bases.ratio if on else 1.0) for on in (False, True)}
    treated = (people["assigned"] == "programme").to_numpy()
    done = np.where(treated[:, None], worlds[True], worlds[False])
    cases, start = _cases(world, young, done)
    proven = {on: _proven(young, days) for on, days in worlds.items()}
    events = pd.concat([_events(world, young, done), _earlier(world, young)], ignore_index=True)
    absences = _absences(world, young, events)
    tables = {
        "cases": cases,
        "events": _recorded(people, events, absences),
        "absences": absences.drop(columns="row"),
        "milestones": _milestones(world, people, start),
        "scores": _scores(world, people, start),
    }
    expected = {on: _expected(young, bases.ratio if on else 1.0)[treated] for on in worlds}
    truth = {
        "ratio": bases.ratio,
        "expected_with": float(expected[True].mean()),
        "expected_without": float(expected[False].mean()),
        "risk_with": float(proven[True][treated].mean()),
        "risk_without": float(proven[False][treated].mean()),
        "effect_on_treated": float(proven[True][treated].mean() - proven[False][treated].mean()),
        "effect_on_everyone": float(proven[True].mean() - proven[False].mean()),
        "crude_difference": float(proven[True][treated].mean() - proven[False][~treated].mean()),
    }
    for on, days in worlds.items():
        for name, reached in _stages(young, days).items():
            risk = (reached & (days <= WINDOW))[treated].any(axis=1).mean()
            truth[f"{name}_{'with' if on else 'without'}"] = float(risk)
        truth |= _measures(young, days, treated, "with" if on else "without")
    return tables, {name: round(value, 6) for name, value in truth.items()}


def _draw(world: World, bases: Bases) -> _Young:
    n = bases.programme + bases.comparison
    random = world.random("cases")
    townships = world.townships(24)
    place = random.integers(0, len(townships), n)
    effect = np.round(random.standard_normal(len(townships)) * 0.3, 6)
    age = 12 + np.searchsorted([0.06, 0.18, 0.40, 0.66, 0.90], random.random(n))
    male = random.random(n) < 0.85
    risk = np.searchsorted([0.4, 0.78], random.random(n))
    prior = random.poisson(np.array([0.3, 0.9, 2.0])[risk])
    # The base takes in the younger, those with more behind them, and some townships more.
    pull = 0.35 * np.minimum(prior, 4) - 0.25 * (age - 15) + 0.8 * effect[place] + 0.3 * risk
    hidden = bases.hidden * (world.random("hidden").random(n) < 1 / 3)
    pull = pull + 2 * hidden
    order = np.argsort(np.round(np.log(random.random(n)) / np.exp(pull), 9), kind="stable")
    assigned = np.full(n, "comparison", dtype=object)
    assigned[order[::-1][: bases.programme]] = "programme"
    index = season(random, n, "2022-01-01", "2024-06-30")
    births = index - (365.25 * (age + random.random(n))).astype(int)
    log_hazard = -7.15 + 0.22 * prior + 0.35 * risk - 0.08 * (age - 15) + 0.35 * male
    people = pd.DataFrame(
        {
            "person_id": identity_numbers(random, births, male, 1),
            "index_date": index,
            "assigned": assigned,
            "age": _years(births, index),
            "sex": np.where(male, "male", "female"),
            "prior_events": prior,
            "risk_level": np.array(["low", "medium", "high"], dtype=object)[risk],
            "township": np.array(townships, dtype=object)[place],
            "hazard": np.exp(log_hazard + effect[place] + hidden),
        }
    )
    chance = world.random("deeds")
    return _Young(
        people,
        gaps=chance.standard_exponential((n, DEEDS)),
        stages=chance.random((n, DEEDS, 3)),
        delays=np.round(np.exp(DELAY[0] + DELAY[1] * chance.standard_normal((n, DEEDS)))),
        died=np.where(chance.random(n) < 0.004, chance.integers(30, 900, n), 10**6),
    )


def _days(dates: pd.Series) -> Array:
    return dates.to_numpy().astype("datetime64[D]")


def _years(births: Array, days: Array) -> Array:
    born, on = pd.DatetimeIndex(births), pd.DatetimeIndex(days)
    before = (on.month < born.month) | ((on.month == born.month) & (on.day < born.day))
    return np.asarray(on.year - born.year - before, dtype=int)


def _deeds(young: _Young, ratio: float) -> Array:
    """Return the day of each deed after the index date; beyond all time where there is none."""
    hazard = young.people["hazard"].to_numpy()[:, None] * ratio
    # A Weibull process on the total time: each deed is the next point of it.
    total = np.cumsum(young.gaps, axis=1) / hazard
    days = np.ceil(np.round((total / 3.0) ** (1 / SHAPE), 6))
    return np.where(days < young.died[:, None], days.clip(1), 10**6)


def _stages(young: _Young, days: Array) -> dict[str, Array]:
    """Return which deeds come to each stage; a condition can be revoked for a year."""
    opened, charged, found = (young.stages[..., i] for i in range(3))
    case, charge = opened < OPENED, (opened < OPENED) & (charged < CHARGED)
    conditional = young.people["decision"].to_numpy() == "conditional_non_prosecution"
    return {
        "police_contact": np.ones(days.shape, dtype=bool),
        "case_opened": case,
        "prosecuted": charge,
        "convicted": charge & (found < FOUND),
        "revoked": conditional[:, None] & case & (found < 0.3) & (days < WINDOW),
    }


def _expected(young: _Young, ratio: float) -> Array:
    """Return each one's chance of a proven re-offence: over chance, with the traits as they are.

    Deeds that are proven are a part of the Poisson process of all deeds. The few that die
    or would do more than four deeds are not allowed for.
    """
    day = np.arange(1, WINDOW + 1)
    # The cumulative hazard grows as 3 t^0.7, and a proof takes a lognormal time.
    rate = 3.0 * (day**SHAPE - (day - 1) ** SHAPE)
    late = (np.log(WINDOW + WAITING - day + 0.5) - DELAY[0]) / DELAY[1]
    in_time = ndtr(late)
    hazard = young.people["hazard"].to_numpy() * ratio
    return 1 - np.exp(-hazard * OPENED * CHARGED * FOUND * (rate * in_time).sum())


def _proven(young: _Young, days: Array) -> Array:
    return np.asarray(_counting(young, days).any(axis=1))


def _counting(young: _Young, days: Array) -> Array:
    """Return which deeds count as proven re-offences."""
    in_time = (days <= WINDOW) & (days + young.delays <= WINDOW + WAITING)
    return np.asarray(_stages(young, days)["convicted"] & in_time)


def _severity(stages: Array) -> Array:
    """Return the severity of deeds, from 1 to 4."""
    return np.asarray(1 + (stages[..., 0] * 40).astype(int) % 4)


def _measures(young: _Young, days: Array, some: Array, named: str) -> dict[str, float]:
    """Return how often, how gravely and how soon some do it again: events and people per 100."""
    counts = _counting(young, days)[some]
    grave = counts & (_severity(young.stages)[some] >= GRAVE)
    first = np.where(counts, days[some], WINDOW).min(axis=1)
    return {
        f"frequency_{named}": 100 * float(counts.sum(axis=1).mean()),
        f"severity_{named}": 100 * float(grave.any(axis=1).mean()),
        f"free_{named}": float(first.mean()),
    }


def _cases(world: World, young: _Young, done: Array) -> tuple[pd.DataFrame, pd.Series]:
    people, n = young.people, len(young.people)
    random = world.random("files")
    treated = (people["assigned"] == "programme").to_numpy()
    index = _days(people["index_date"])
    referral = index + np.round(5 + 20 * random.standard_exponential(n)).astype(int).clip(0, 200)
    start = referral + np.round(5 + 30 * random.standard_exponential(n)).astype(int).clip(0, 150)
    # Who does it again before the plan begins seldom begins: that is immortal time.
    again = index + np.minimum(done[:, 0], 5000).astype(int) < start
    never = (random.random(n) < 0.10) | (again & (random.random(n) < 0.7))
    begun = treated & ~never
    end = np.minimum(start + 182, LAST)
    follow_up = np.where(random.random(n) < 0.8, LAST, np.datetime64("2025-03-31"))
    legal = np.where(people["prior_events"] > 1, "offence", "serious_misconduct").astype(object)
    legal[random.random(n) < 0.15] = "misconduct"
    offence = legal == "offence"
    decision = np.where(
        offence,
        choose(random, n, {"conditional_non_prosecution": 0.45, "non_prosecution": 0.40,
                           "community_correction": 0.15}),
        choose(random, n, {"admonition": 0.9, "special_education": 0.1}),
    )  # fmt: skip
    consent = choose(random, n, {"yes": 0.96, "no": 0.02, "": 0.02})
    frame = people.drop(columns="hazard").assign(
        index_kind=np.where(offence, "prosecutor_decision", "police_contact"),
        legal_class=legal,
        index_decision=decision,
        referral_date=blank(referral, ~treated),
        plan_start=blank(start, ~begun),
        plan_end=blank(end, ~begun),
        follow_up_end=follow_up,
        linked=random.random(n) < 0.94,
        consent=pd.Series(consent == "yes").astype("boolean").mask(consent == ""),
        cluster=None,
    )
    people["linked"] = frame["linked"].to_numpy()
    people["decision"] = decision
    people["follow_up_end"] = follow_up
    return frame, blank(start, ~begun)


def _events(world: World, young: _Young, done: Array) -> pd.DataFrame:
    """Return every stage of every deed, whether or not an office would know of it."""
    people = young.people
    index = _days(people["index_date"])
    row, deed = np.nonzero(done < 5000)
    day = index[row] + done[row, deed].astype(int)
    proof = day + young.delays[row, deed].astype(int)
    severity = _severity(young.stages[row, deed])
    numbers = np.array([world.number("S", i) for i in range(row.size)], dtype=object)
    reached = {name: there[row, deed] for name, there in _stages(young, done).items()}
    guilty = reached["convicted"]
    parts = []
    for stage, there in reached.items():
        made = {"event_id": numbers, "row": row, "event_date": day, "severity": severity}
        frame = pd.DataFrame(made | {"definition": stage})
        proven = blank(proof, ~guilty) if stage == "convicted" else blank(proof, guilty | ~guilty)
        parts.append(frame.assign(proven_date=proven)[there])
    return pd.concat(parts, ignore_index=True)


def _earlier(world: World, young: _Young) -> pd.DataFrame:
    """Return contacts of the year before the index date that came to no case.

    The case file does not count them, and no programme can have touched them; they come at the
    hazard of later ones, with all that drives it.
    """
    people, random = young.people, world.random("earlier")
    often = random.poisson(people["hazard"].to_numpy() * 3.0 * WINDOW**SHAPE)
    row = np.repeat(np.arange(len(people)), often)
    day = _days(people["index_date"])[row] - random.integers(1, WINDOW + 1, row.size)
    numbers = np.array(
        [world.number("S", FIRST_EARLIER + i) for i in range(row.size)], dtype=object
    )
    return pd.DataFrame(
        {
            "event_id": numbers,
            "row": row,
            "event_date": day,
            "severity": 1 + random.integers(0, 4, row.size),
            "definition": "police_contact",
            "proven_date": blank(day, np.ones(row.size, dtype=bool)),
        }
    )


def _absences(world: World, young: _Young, events: pd.DataFrame) -> pd.DataFrame:
    people, random = young.people, world.random("absences")
    n, index = len(people), _days(people["index_date"])
    guilty = events[events["definition"] == "convicted"].drop_duplicates("row")
    held = guilty[random.random(len(guilty)) < 0.3]
    start = _days(held["proven_date"])
    end = start + random.integers(30, 181, len(held))
    # An end that the records do not reach is not known.
    custody = pd.DataFrame(
        {"row": held["row"], "start": start, "end": blank(end, np.asarray(end > LAST)).to_numpy(),
         "reason": "custody"}
    )  # fmt: skip
    away = np.flatnonzero(random.random(n) < 0.06)
    left = index[away] + random.integers(30, 720, away.size)
    moved = pd.DataFrame({"row": away, "start": left, "end": pd.NaT, "reason": "moved_away"})
    dead = np.flatnonzero(young.died < 5000)
    died = pd.DataFrame(
        {"row": dead, "start": index[dead] + young.died[dead].astype(int), "end": pd.NaT,
         "reason": "died"}
    )  # fmt: skip
    for part in (custody, moved, died):
        part[["start", "end"]] = part[["start", "end"]].apply(pd.to_datetime)
    found = pd.concat([custody, moved, died], ignore_index=True)
    found = found[found["start"] <= LAST].reset_index(drop=True)
    numbers = people["person_id"].to_numpy()
    return found.assign(person_id=numbers[found["row"].to_numpy(dtype=int)])


def _recorded(people: pd.DataFrame, events: pd.DataFrame, absences: pd.DataFrame) -> pd.DataFrame:
    """Return what the offices know: of those searched for, up to the end, and not from afar."""
    row = events["row"].to_numpy()
    moved = absences[absences["reason"] == "moved_away"].set_index("row")["start"]
    gone = pd.to_datetime(events["event_date"]) > events["row"].map(moved)
    local = events["definition"].isin(["police_contact", "case_opened"])
    end = pd.to_datetime(people["follow_up_end"]).to_numpy()[row]
    known = people["linked"].to_numpy()[row] & (pd.to_datetime(events["event_date"]) <= end)
    proven = pd.to_datetime(events["proven_date"])
    # What is not yet decided at the end of the records is not in them.
    known &= ~((events["definition"] == "convicted") & (proven > end))
    kept = events[known & ~(gone & local)]
    numbers = people["person_id"].to_numpy()[kept["row"].to_numpy()]
    return kept.drop(columns="row").assign(person_id=numbers).reset_index(drop=True)


def _milestones(world: World, people: pd.DataFrame, start: pd.Series) -> pd.DataFrame:
    random, parts = world.random("milestones"), []
    begun = start.notna().to_numpy()
    some = people[begun]
    first = _days(start[begun])
    # The printed shares: 608 of 657 back in class, and 62 in work.
    for months, school in ((0, 0.78), (6, 0.925)):
        day = first + np.timedelta64(30 * months, "D")
        status = choose(random, len(some), {"enrolled": school, "out_of_school": 1 - school})
        parts.append(pd.DataFrame({"person_id": some["person_id"].to_numpy(), "date": day,
                                   "kind": "school", "status": status}))  # fmt: skip
    older = (some["age"] >= 16).to_numpy()
    status = choose(random, int(older.sum()), {"employed": 0.25, "training": 0.15,
                                               "not_employed": 0.60})  # fmt: skip
    parts.append(pd.DataFrame({"person_id": some["person_id"].to_numpy()[older],
                               "date": first[older] + np.timedelta64(180, "D"),
                               "kind": "work", "status": status}))  # fmt: skip
    made = pd.concat(parts, ignore_index=True)
    return made[made["date"] <= LAST].reset_index(drop=True)


def _scores(world: World, people: pd.DataFrame, start: pd.Series) -> pd.DataFrame:
    random, begun = world.random("scores"), start.notna().to_numpy()
    some, first = people[begun], _days(start[begun])
    n = len(some)
    latent = 15 + 4 * random.standard_normal(n)
    parts = []
    for days, share, change in ((0, 0.97, 0.0), (180, 0.80, -0.8)):
        score = np.round(latent + change + 3 * random.standard_normal(n)).clip(0, 40)
        frame = pd.DataFrame(
            {
                "person_id": some["person_id"].to_numpy(),
                "date": first + np.timedelta64(days, "D"),
                "score": score,
            }
        )
        parts.append(frame[random.random(n) < share])  # fmt: skip
    made = pd.concat(parts, ignore_index=True)
    made = made.assign(instrument="SDQ家长版", scale_min=0.0, scale_max=40.0)
    return made[made["date"] <= LAST].reset_index(drop=True)
