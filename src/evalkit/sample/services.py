"""Registers of people, steps, orders and activities.

Imports world and persons.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.sample.persons import platform_numbers
from evalkit.sample.world import AREAS, LAST, World, blank, choose, season

Tables = dict[str, pd.DataFrame]
Truth = dict[str, Any]
BANDS = {"6—11岁": 0.34, "12—13岁": 0.18, "14—17岁": 0.33, "18—24岁": 0.15}
NEEDS = {"课业辅导": 0.35, "心理辅导": 0.2, "家电维修": 0.2, "陪伴就医": 0.15, "法律咨询": 0.1}


def people(world: World, printed: int, townships: int) -> tuple[Tables, Truth]:
    """Return the target population, with the site that some townships have.

    Parameters
    ----------
    townships : int
        At most 48.
    """
    random, n = world.random("people"), world.settings.size(printed)
    names = np.array(world.townships(townships), dtype=object)
    share = np.sort(random.random(townships) + 0.3)[::-1]
    place = np.searchsorted(np.cumsum(share) / share.sum(), random.random(n)).clip(0, townships - 1)
    frame = pd.DataFrame(
        {
            "person_id": platform_numbers("P", n, AREAS.index(world.area) + 1),
            "township": blank(names[place], random.random(n) < 0.01),
            "age_band": choose(random, n, BANDS),
            "sex": choose(random, n, {"male": 0.52, "female": 0.48}),
            "groups": pd.Series(
                choose(random, n, {"留守儿童": 0.2, "困境儿童": 0.08, "": 0.72})
            ).replace("", None),
            "as_of": LAST - 181,
        }
    )
    served = names[::2]
    sites = pd.DataFrame(
        {
            "site_id": [world.number("Z", i) for i in range(served.size)],
            "name": [f"{name}志愿服务站" for name in served],
            "kind": "station",
            "township": served,
            "longitude": np.round(109 + random.random(served.size), 4),
            "latitude": np.round(23 + random.random(served.size), 4),
            "coordinate_system": "gcj02",
            "opened_at": season(random, served.size, "2021-03-01", "2023-03-01"),
            "hours_per_week": random.integers(20, 57, served.size).astype(float),
        }
    )
    return {"people": frame, "sites": sites}, {}


def funnel(world: World, people: pd.DataFrame, sites: pd.DataFrame) -> tuple[Tables, Truth]:
    """Return the steps of a service that reaches more where there is a site."""
    random, n = world.random("funnel"), len(people)
    names = sorted(set(people["township"].dropna()))
    effect = dict(zip(names, 0.35 * random.standard_normal(len(names)), strict=True))
    served = people["township"].isin(set(sites["township"])).to_numpy()
    odds = -2.2 + 0.9 * served + people["township"].map(effect).fillna(0).to_numpy()
    need = (people["groups"] == "留守儿童").to_numpy()
    chance = 1 / (1 + np.exp(-(odds + 0.6 * need)))
    reach = random.random(n) < np.round(chance, 9)
    on = np.where(reach, 1.0, 0.45)
    there = np.ones(n, bool)
    first = season(random, n, "2023-03-01", "2024-06-30")
    parts, day = [], first
    for stage, share, wait in (
        ("identified", 0.75, 1), ("screened", 0.85, 20), ("eligible", 0.8, 10),
        ("offered", 0.9, 10),
    ):  # fmt: skip
        there = there & ((random.random(n) < share * on) | reach)
        day = day + np.round(1 + wait * random.standard_exponential(n)).astype(int).clip(1, 60)
        parts.append(_step(people, there, stage, day))
    started = there & reach
    for stage, share, wait in (
        ("started", 1.0, 10), ("followed_1m", 0.85, 30), ("followed_3m", 0.8, 60),
        ("completed", 0.7, 60),
    ):  # fmt: skip
        started = started & (random.random(n) < share)
        day = day + wait + random.integers(0, 8, n)
        parts.append(_step(people, started, stage, np.minimum(day, LAST)))
    # Had their townships no site, those who have one would be reached by so much less.
    without = 1 / (1 + np.exp(-(odds - 0.9 + 0.6 * need)))
    truth = {
        "difference_of_site": float((chance - without)[served].mean()),
        "share_reached": float(reach.mean()),
        "share_reached_with_site": float(reach[served].mean()),
        "share_reached_without_site": float(reach[~served].mean()),
    }
    return {"funnel": pd.concat(parts, ignore_index=True)}, truth


def _step(people: pd.DataFrame, there: NDArray, stage: str, day: NDArray) -> pd.DataFrame:
    numbers = people["person_id"].to_numpy()[there]
    return pd.DataFrame({"person_id": numbers, "stage": stage, "date": day[there]})


def tickets(
    world: World, printed: int, people: pd.DataFrame, providers: NDArray
) -> tuple[Tables, Truth]:
    """Return orders, of which few are rated, the contented more often; and their points.

    Parameters
    ----------
    people : DataFrame
        Who orders.
    """
    random, n = world.random("tickets"), world.settings.size(printed)
    day = season(random, n, "2023-01-01", "2025-05-31").astype("datetime64[m]")
    ordered = day + random.integers(8 * 60, 20 * 60, n)
    who = (len(people) * random.random(n) ** 3).astype(int)

    def later(times: NDArray, median: float) -> NDArray:
        spread = np.exp(0.9 * random.standard_normal(n))
        return times + np.round(median * spread).astype(int).clip(1, 40_000)

    dispatched = later(ordered, 45)
    accepted = later(dispatched, 120)
    done = later(accepted, 1500)
    lost = random.random(n) < 0.13
    # Slow help pleases less; who is pleased rates more, and more still for points.
    slow = np.log((done - ordered).astype(int)) - np.log(1700)
    pleased = 0.9 - 0.5 * slow + random.standard_normal(n)
    rating = 1 + np.searchsorted([-1.6, -0.9, -0.1, 0.9], np.round(pleased, 9)).astype(float)
    incentive = random.random(n) < 0.4
    rates = random.random(n) < np.round(1 / (1 + np.exp(1.6 - 0.5 * pleased - incentive)), 9)
    rated = ~lost & rates
    frame = pd.DataFrame(
        {
            "ticket_id": [world.number("D", i) for i in range(n)],
            "ordered_at": ordered,
            "dispatched_at": dispatched,
            "accepted_at": blank(accepted, lost & (random.random(n) < 0.5)),
            "completed_at": blank(done, lost),
            "category": choose(random, n, NEEDS),
            "township": people["township"].to_numpy()[who],
            "person_id": people["person_id"].to_numpy()[who],
            "provider_id": blank(providers[random.integers(0, providers.size, n)], lost),
            "rating": blank(rating, ~rated),
            "rated_at": blank(later(done, 400), ~rated),
            "incentive": incentive,
        }
    )
    truth = {
        "share_completed": float((~lost).mean()),
        "share_content_all": float((rating[~lost] >= 4).mean()),
        "share_content_rated": float((rating[rated] >= 4).mean()),
        "share_rated": float(rated.sum() / (~lost).sum()),
        "people_with_points": int(frame.loc[rated & incentive, "person_id"].nunique()),
    }
    return {"tickets": frame, "points": _points(world, frame[rated & incentive])}, truth


def _points(world: World, earning: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "record_id": [world.number("J", i) for i in range(len(earning))],
            "person_id": earning["person_id"].to_numpy(),
            "date": earning["rated_at"].to_numpy().astype("datetime64[D]"),
            "earned": 5.0,
            "spent": 0.0,
            "item": "评单奖励",
            "ticket_id": earning["ticket_id"].to_numpy(),
        }
    )


def activities(
    world: World, printed: int, members: NDArray, staff: NDArray, sites: NDArray, seats: int
) -> tuple[Tables, Truth]:
    """Return activities, who was on duty, and who came: a few come to nearly all.

    Parameters
    ----------
    members, staff : array of str
        Numbers of those who may come, and of those on duty.
    sites : array of str
        Numbers of sites; may be empty.
    """
    random, n = world.random("sessions"), world.settings.size(printed)
    day = season(random, n, "2024-07-01", "2025-06-29")
    number = np.array([world.number("H", i) for i in range(n)], dtype=object)
    came = random.poisson(seats * (0.5 + random.random(n)))
    session = np.repeat(np.arange(n), came)
    # Ranks by a power of chance: the first of a hundred come about a third of the times.
    rank = (members.size * random.random(session.size) ** 4.2).astype(int)
    visits = pd.DataFrame({"session": session, "rank": rank}).drop_duplicates()
    order = random.permutation(members)
    attendance = pd.DataFrame(
        {
            "session_id": number[visits["session"]],
            "person_id": order[visits["rank"]],
            "date": day[visits["session"]],
        }
    )
    headcount = visits.groupby("session").size().reindex(range(n), fill_value=0)
    extra = random.poisson(0.3, n)
    sessions = pd.DataFrame(
        {
            "session_id": number,
            "date": day,
            "kind": choose(random, n, {"class": 0.5, "group": 0.3, "talk": 0.2}),
            "site_id": sites[random.integers(0, sites.size, n)] if sites.size else None,
            "headcount": headcount.to_numpy() + extra,
        }
    )
    duty = np.repeat(np.arange(n), 3)
    role = np.tile(["social_worker", "volunteer", "volunteer"], n)
    who = (random.integers(0, staff.size, n)[:, None] + np.arange(3) * 7) % staff.size
    roster = pd.DataFrame(
        {
            "session_id": number[duty],
            "person_id": staff[who.ravel()],
            "role": role,
            "planned": True,
            "present": random.random(duty.size) < np.where(role == "volunteer", 0.88, 0.96),
        }
    ).drop_duplicates(["session_id", "person_id"])
    truth = {
        "visits": len(attendance),
        "people": int(attendance["person_id"].nunique()),
        "share_of_top_hundredth": _top(attendance["person_id"]),
    }
    return {"sessions": sessions, "roster": roster, "attendance": attendance}, truth


def _top(persons: pd.Series) -> float:
    counts = np.sort(persons.value_counts().to_numpy())[::-1]
    return float(counts[: max(1, counts.size // 100)].sum() / counts.sum())


def needs_and_pairs(
    world: World, people: pd.DataFrame, partners: NDArray, needs: int, pairs: int
) -> tuple[Tables, Truth]:
    """Return needs with what was matched to them, and pairings with their visits."""
    random, n = world.random("needs"), world.settings.size(needs)
    who = random.integers(0, len(people), n)
    raised = season(random, n, "2023-06-01", "2025-03-31")
    matched = random.random(n) < 0.72
    met = matched & (random.random(n) < 0.85)
    waited = np.round(15 + 30 * random.standard_exponential(n)).astype(int)
    need = pd.DataFrame(
        {
            "need_id": [world.number("N", i) for i in range(n)],
            "raised_at": raised,
            "category": choose(random, n, NEEDS),
            "township": people["township"].to_numpy()[who],
            "person_id": people["person_id"].to_numpy()[who],
            "project_id": blank(
                np.array([world.number("X", i % 40) for i in range(n)], dtype=object), ~matched
            ),
            "resource_id": blank(
                np.array([world.number("Y", i % 25) for i in range(n)], dtype=object), ~matched
            ),
            "met_at": blank(np.minimum(raised + waited, LAST), ~met),
        }
    )
    k = world.settings.size(pairs)
    children = random.permutation(len(people))[:k]
    home, school = random.poisson(5.0, k), random.poisson(2.5, k)
    pair = pd.DataFrame(
        {
            "pair_id": [world.number("K", i) for i in range(k)],
            "person_id": people["person_id"].to_numpy()[children],
            "partner_id": partners[random.integers(0, partners.size, k)],
            "start": season(random, k, "2024-01-01", "2024-12-31"),
            "home_visits": home,
            "school_visits": school,
            "visits": home + school + random.poisson(0.5, k),
        }
    )
    days = (LAST - pair["start"].to_numpy().astype("datetime64[D]")).astype(int)
    asked = np.floor(days * 12 / 365.25)
    truth = {
        "share_met": float(met.mean()),
        "share_visited_monthly": float((pair["visits"] >= asked).mean()),
    }
    return {"needs": need, "pairs": pair}, truth
