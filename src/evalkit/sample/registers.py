"""Volunteers and their hours, and registers of places, disputes and money.

Imports world and persons.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalkit.sample.persons import platform_numbers
from evalkit.sample.services import Tables, Truth
from evalkit.sample.world import AREAS, LAST, World, blank, choose, season


def volunteers(world: World, printed: int, teams: int) -> tuple[Tables, Truth]:
    """Return registered volunteers, of whom some register twice and most do little."""
    random, n = world.random("volunteers"), world.settings.size(printed)
    joined = season(random, n, "2015-01-01", "2024-12-31")
    since = (LAST - joined).astype(int)
    # A third never came after registering; of the rest few came often.
    active = random.random(n) < 0.66
    mean = np.exp(0.3 + 1.4 * random.standard_normal(n)) * active
    times = np.minimum(random.poisson(np.round(mean, 6).clip(0, 200)), 300)
    last = joined + (since * random.random(n) ** 0.5).astype(int)
    kept = max(1, round(teams * n / printed))
    frame = pd.DataFrame(
        {
            "person_id": platform_numbers("V", n, AREAS.index(world.area) + 1),
            "joined_at": joined,
            "last_active_at": blank(last, times == 0),
            "team_id": [world.number("T", i) for i in random.integers(0, kept, n)],
            "township": np.array(world.townships(24), dtype=object)[random.integers(0, 24, n)],
            "age_band": choose(random, n, {"18—35岁": 0.45, "36—59岁": 0.4, "60岁及以上": 0.15}),
            "sex": choose(random, n, {"male": 0.42, "female": 0.58}),
        }
    )
    # Some registered once more under another number: nothing but these columns tells.
    again = np.flatnonzero(random.random(n) < 0.03)
    first = (again + 1) % n
    for column in ("township", "age_band", "sex"):
        frame.loc[again, column] = frame[column].to_numpy()[first]
    who = np.repeat(np.arange(n), times)
    span = (last - joined).astype(int)[who] + 1
    hours = pd.DataFrame(
        {
            "record_id": [world.number("S", i) for i in range(who.size)],
            "person_id": frame["person_id"].to_numpy()[who],
            "date": joined[who] + (span * random.random(who.size)).astype(int),
            "hours": np.round(0.5 + 2 * random.standard_exponential(who.size), 1).clip(0.5, 12),
            "project_id": [world.number("X", i) for i in random.integers(0, 60, who.size)],
        }
    )
    truth = {"ever_active": float((times > 0).mean()), "registered": n, "people": n - again.size}
    return {"volunteers": frame, "hours": hours}, truth


def villages(world: World, places: int, months: int) -> tuple[Tables, Truth]:
    """Return villages by month; those without a case are chosen for the title afterwards.

    Parameters
    ----------
    places, months : int
        How many; the last month is May 2025.
    """
    random = world.random("area_counts")
    names = [f"样例村{i:03d}" for i in range(places)]
    young = random.integers(40, 400, places)
    rate = 0.0006 * np.exp(0.5 * random.standard_normal(places))
    first = np.datetime64("2025-05") - (months - 1)
    month = (first + np.arange(months)).astype("datetime64[D]")
    cases = random.poisson(np.round(young * rate, 9)[:, None], (places, months))
    victims = random.poisson(np.round(0.6 * young * rate, 9)[:, None], (places, months))
    half = months // 2
    awarded = cases[:, :half].sum(axis=1) == 0
    status = np.full((places, months), "none", dtype=object)
    status[awarded, half:] = "awarded"
    date = np.where(status == "awarded", month[half], np.datetime64("NaT"))
    frame = pd.DataFrame(
        {
            "place": np.repeat(names, months),
            "month": np.tile(month, places),
            "young_people": np.repeat(young, months),
            "cases": cases.ravel(),
            "victims": victims.ravel(),
            "status": status.ravel(),
            "status_date": date.ravel(),
        }
    )
    later = cases[:, half:].sum(axis=1) / (young * (months - half))
    truth = {
        "rate_awarded": float(rate[awarded].mean()),
        "rate_others": float(rate[~awarded].mean()),
        "later_rate_awarded": float(later[awarded].mean()),
    }
    return {"area_counts": frame}, truth


def population(world: World, people: pd.DataFrame, sites: pd.DataFrame) -> tuple[Tables, Truth]:
    """Return counts of people that are some years old, and a map of where they live.

    Cells lie about the middle of their township, where its site is if it has one.
    """
    random = world.random("population")
    known = people.dropna(subset=["township"])
    counts = known.groupby(["township", "age_band"]).size().rename("persons").reset_index()
    drift = np.round(counts["persons"] * (1 + 0.05 * random.standard_normal(len(counts))))
    table = counts.assign(
        persons=np.maximum(drift, 0).astype(int),
        sex="all",
        groups="全部",
        error=np.ceil(counts["persons"] * 0.05).astype(int),
        source="第七次全国人口普查",
        as_of=np.datetime64("2020-11-01"),
    )
    cells = 400
    living = np.round(np.exp(4.5 + random.standard_normal(cells))).astype(float)
    names = np.array(world.townships(24), dtype=object)
    place = random.integers(0, names.size, cells)
    middle = np.column_stack([109 + random.random(names.size), 23 + random.random(names.size)])
    served = {name: i for i, name in enumerate(names)}
    own = sites[["longitude", "latitude"]].to_numpy()
    middle[[served[name] for name in sites["township"]]] = own
    # About two kilometres to each side, as a small town lies about its centre.
    cell = middle[place] + 0.012 * random.standard_normal((cells, 2))
    grid = pd.DataFrame(
        {
            "cell_id": [world.number("W", i) for i in range(cells)],
            "longitude": np.round(cell[:, 0], 5),
            "latitude": np.round(cell[:, 1], 5),
            "coordinate_system": "gcj02",
            "township": names[place],
            "residents": living,
            "young_residents": np.floor(living * 0.17),
            "source": "样例网格人口",
            "as_of": np.datetime64("2024-12-31"),
        }
    )
    # By a slow way: each cell beside each site, on a sphere.
    east, north = np.radians(cell).T
    theirs = np.radians(own)
    flat = np.sin(north)[:, None] * np.sin(theirs[:, 1])
    flat += np.cos(north)[:, None] * np.cos(theirs[:, 1]) * np.cos(east[:, None] - theirs[:, 0])
    near = (6371.0088 * np.arccos(np.minimum(flat, 1))).min(axis=1) <= 0.25 * 4.5 / 1.3
    young = grid["young_residents"]
    truth = {"share_young_near": float(young[near].sum() / young.sum())}
    return {"population": table, "grid": grid}, truth


def money(world: World, payments: int) -> tuple[Tables, Truth]:
    """Return payments by where the money came from."""
    random, n = world.random("spend"), world.settings.size(payments)
    frame = pd.DataFrame(
        {
            "record_id": [world.number("F", i) for i in range(n)],
            "date": season(random, n, "2023-01-01", "2025-06-29"),
            "amount": np.round(np.exp(7.2 + 1.0 * random.standard_normal(n)), 2),
            "money_source": choose(
                random, n, {"budget": 0.5, "lottery": 0.2, "donation": 0.2, "own": 0.1}
            ),
            "project_id": [world.number("X", i) for i in random.integers(0, 60, n)],
            "purpose": choose(random, n, {"督导费": 0.3, "活动费": 0.5, "志愿者补贴": 0.2}),
        }
    )
    return {"spend": frame}, {"amount": round(float(frame["amount"].sum()), 2)}


def trainings(world: World, quarters: int) -> tuple[Tables, Truth]:
    """Return trainings, of which two are planned a quarter, and supervision thrice a month.

    Parameters
    ----------
    quarters : int
        How many; the last ends in June 2025.
    """
    random = world.random("trainings")
    first = np.datetime64("2025-07") - 3 * quarters
    starts = (first + 3 * np.arange(quarters)).astype("datetime64[D]")
    planned = (
        np.repeat(starts, 2) + np.tile([20, 60], quarters) + random.integers(0, 20, 2 * quarters)
    )
    held = random.random(planned.size) < 0.7
    months = (first + np.arange(3 * quarters)).astype("datetime64[D]")
    meetings = np.repeat(months, 3) + np.tile([3, 13, 25], months.size)
    there = random.random(meetings.size) < 0.85
    # Something is listed in every month, in the first week of all and in the last: each is whole.
    there[1::3] = there[0] = there[-1] = True
    day = np.concatenate([planned[held], meetings[there]])
    frame = pd.DataFrame(
        {
            "session_id": [world.number("H", i) for i in range(day.size)],
            "date": day,
            "kind": ["training"] * int(held.sum()) + ["supervision"] * int(there.sum()),
            "site_id": None,
            "headcount": random.integers(8, 40, day.size),
        }
    )
    return {"sessions": frame}, {"share_of_trainings": float(held.mean())}


def mediation(world: World, received: int) -> tuple[Tables, Truth]:
    """Return disputes: most settled, some of these received again."""
    random, n = world.random("mediation"), world.settings.size(received)
    day = season(random, n, "2024-01-01", "2025-03-31")
    settled = day + 3 + np.round(20 * random.standard_exponential(n)).astype(int).clip(0, 80)
    done = random.random(n) < 0.8
    again = done & (random.random(n) < 0.08) & (settled + 60 <= LAST)
    foreign = random.random(n) < 0.35
    frame = pd.DataFrame(
        {
            "case_id": [world.number("M", i) for i in range(n)],
            "received_at": day,
            "settled_at": blank(np.minimum(settled, LAST), ~done),
            "reopened_at": blank(np.minimum(settled, LAST - 60) + 60, ~again),
            "category": np.where(foreign, "边贸合同", "邻里纠纷"),
            "foreign_party": foreign,
            "amount": np.round(np.exp(9 + 1.2 * random.standard_normal(n)), 2),
            "township": np.array(world.townships(12), dtype=object)[random.integers(0, 12, n)],
        }
    )
    return {"mediation": frame}, {"share_settled": float(done.mean())}


def assessments(world: World, places: int) -> tuple[Tables, Truth]:
    """Return assessments of places by three sources, each kinder the nearer it stands."""
    random = world.random("assessments")
    sources = {"public": 0.9, "third_party": 0.78, "department": None}
    parts = []
    for kind, share in sources.items():
        asked = random.integers(30, 80, places)
        answered = random.binomial(asked, 0.65)
        good = random.binomial(answered, share or 0.5)
        score = np.round(90 + 5 * random.standard_normal(places)).clip(0, 100)
        # A department inspects and asks nobody.
        without = np.full(places, share is None)
        parts.append(
            pd.DataFrame(
                {
                    "assessed_by": kind,
                    "date": season(random, places, "2025-01-01", "2025-06-29"),
                    "place": [f"样例村{i:03d}" for i in range(places)],
                    "asked": blank(asked.astype(float), without),
                    "answered": blank(answered.astype(float), without),
                    "good": blank(good.astype(float), without),
                    "score": blank(score, ~without),
                    "scale_min": blank(np.zeros(places), ~without),
                    "scale_max": blank(np.full(places, 100.0), ~without),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "assessment_id", [world.number("G", i) for i in range(len(frame))])
    content = {
        f"content_{kind}": float(part["good"].sum() / part["answered"].sum())
        for kind, part in frame.groupby("assessed_by")
        if part["answered"].sum()
    }
    return {"assessments": frame}, content
