"""Which tables each made-up area leaves, and how large they are in print.

Imports world, recidivism, services, registers and surveys. Sizes are those that the pilots
print (data/published/claims.csv, whose numbers stand beside them) or, where none is
printed, round ones.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from evalkit.sample import registers, services
from evalkit.sample.recidivism import Bases, case_tables
from evalkit.sample.services import Tables, Truth
from evalkit.sample.surveys import Plan, survey
from evalkit.sample.world import World

# 657 plans in Guigang (GG-07); the pool to compare with has about three times as many.
BASE = Bases(657, 1943, ratio=0.7)
# No effect at all, and too few people for any gate: what must come out as nothing.
NULL, SMALL = Bases(400, 1200, ratio=1.0), Bases(24, 60, ratio=0.7)
# Registered volunteers and their teams: CZ-08 and CZ-10, LJ-01 and LJ-03, GG-27 and GG-25.
REGISTERED = {
    "chongzuo": (488_040, 4_311),
    "liangjiang": (731_700, 1_962),
    "guigang": (897_800, 5_000),
}
ACTIVITIES = 8_064  # GG-05
CLASS = 50  # DC-04
YEAR, NEXT = "2024年第一轮", "2025年第一轮"


def area_tables(world: World) -> tuple[Tables, Truth]:
    """Return every table of an area with raw numbers of persons, and what was planted."""
    return _MAKERS[world.area](world)


def _unrated(made: tuple[Tables, Truth]) -> tuple[Tables, Truth]:
    """Return orders of a loop that ends with the service: nobody is asked for a rating."""
    orders = made[0]["tickets"].drop(columns=["rating", "rated_at", "incentive"])
    return {"tickets": orders}, {"share_completed": made[1]["share_completed"]}


class _Made:
    """Tables and truths of one area, gathered."""

    def __init__(self) -> None:
        self.tables: Tables = {}
        self.truth: Truth = {}

    def add(self, made: tuple[Tables, Truth]) -> Tables:
        for name in made[0]:
            assert name not in self.tables
        self.tables |= made[0]
        if made[1]:
            self.truth["+".join(made[0])] = {
                name: round(value, 6) for name, value in made[1].items()
            }
        return made[0]

    def all(self) -> tuple[Tables, Truth]:
        return self.tables, self.truth


def _register(world: World, made: _Made, printed: int, townships: int = 24) -> pd.DataFrame:
    """Add the target population, its sites and steps."""
    tables = made.add(services.people(world, printed, townships))
    made.add(services.funnel(world, tables["people"], tables["sites"]))
    return tables["people"]


def _chongzuo(world: World) -> tuple[Tables, Truth]:
    made = _Made()
    # So many townships that a comparison of those with and without a site can be made.
    people = _register(world, made, 60_000, townships=48)
    own = made.add(registers.volunteers(world, *REGISTERED["chongzuo"]))["volunteers"]
    orders = services.tickets(world, 2_000, people, own["person_id"].to_numpy()[:150])
    made.add(_unrated(orders))
    made.add(registers.villages(world, places=120, months=24))
    made.add(registers.mediation(world, 250))
    made.add(registers.assessments(world, places=40))
    made.add(survey(world, Plan("居民满意度问卷2025版", "resident", ((NEXT, 800),))))
    return made.all()


def _huanan(world: World) -> tuple[Tables, Truth]:
    made = _Made()
    people = _register(world, made, 9_000, townships=10)
    made.add(case_tables(world, SMALL))
    adults = people["person_id"].to_numpy()[::-1][:80]
    made.add(services.needs_and_pairs(world, people, adults, needs=420, pairs=60))
    made.add(services.tickets(world, 4_000, people, people["person_id"].to_numpy()[:40]))
    made.add(survey(world, Plan("居民满意度问卷2025版", "resident", ((NEXT, 300),))))
    return made.all()


def _liangjiang(world: World) -> tuple[Tables, Truth]:
    made = _Made()
    people = _register(world, made, 40_000)
    own = made.add(registers.volunteers(world, *REGISTERED["liangjiang"]))["volunteers"]
    made.add(services.tickets(world, 4_800, people, own["person_id"].to_numpy()[:200]))
    made.add(registers.money(world, 640))
    made.add(survey(world, Plan("居民满意度问卷2025版", "resident", ((NEXT, 2_000),))))
    return made.all()


def _guigang(world: World) -> tuple[Tables, Truth]:
    made = _Made()
    people = _register(world, made, 50_000)
    made.add(case_tables(world, BASE))
    own = made.add(registers.volunteers(world, *REGISTERED["guigang"]))["volunteers"]
    numbers = own["person_id"].to_numpy()
    made.add(services.needs_and_pairs(world, people, numbers, needs=817, pairs=230))
    made.add(registers.population(world, people, made.tables["sites"]))
    sites = made.tables["sites"]["site_id"].to_numpy()
    crowd = people["person_id"].to_numpy()
    made.add(services.activities(world, ACTIVITIES, crowd, numbers[:60], sites, seats=13))
    plan = Plan("家长满意度问卷2025版", "parent", ((YEAR, 600), (NEXT, 1_000)))
    made.add(survey(world, plan))
    return made.all()


def _dachang(world: World) -> tuple[Tables, Truth]:
    made = _Made()
    people = _register(world, made, 900, townships=4)
    children = people["person_id"].to_numpy()[:CLASS]
    staff = people["person_id"].to_numpy()[-12:]
    sites = made.tables["sites"]["site_id"].to_numpy()
    made.add(services.activities(world, 30, children, staff, sites, seats=26))
    made.add(survey(world, Plan("家长满意度问卷2025版", "parent", ((NEXT, CLASS),))))
    return made.all()


def _beijing(world: World) -> tuple[Tables, Truth]:
    made = _Made()
    people = _register(world, made, 30_000)
    made.add(registers.population(world, people, made.tables["sites"]))
    made.add(registers.money(world, 900))
    return made.all()


def _dalian(world: World) -> tuple[Tables, Truth]:
    # All that is printed of it is one meeting: a report must be able to say so.
    return {}, {}


def _yiliang(world: World) -> tuple[Tables, Truth]:
    made = _Made()
    people = _register(world, made, 20_000)
    made.add(case_tables(world, NULL))
    partners = people["person_id"].to_numpy()[::-1][:300]
    made.add(services.needs_and_pairs(world, people, partners, needs=300, pairs=400))
    made.add(registers.trainings(world, quarters=8))
    made.add(survey(world, Plan("学生满意度问卷2025版", "child", ((NEXT, 600),))))
    return made.all()


_MAKERS: dict[str, Callable[[World], tuple[Tables, Truth]]] = {
    "chongzuo": _chongzuo,
    "huanan": _huanan,
    "liangjiang": _liangjiang,
    "guigang": _guigang,
    "dachang": _dachang,
    "beijing": _beijing,
    "dalian": _dalian,
    "yiliang": _yiliang,
}
