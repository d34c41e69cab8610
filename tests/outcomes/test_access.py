"""How many people live near a site, and what is missing for it to be known."""

import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import reach
from evalkit.outcomes.report import Refusal

# A degree of latitude is 111.195 km: 0.0071 of it are 790 m, 0.0081 are 901 m.
KM = 1 / 111.195


def cell(i, away, residents=100.0, young=20.0, **more):
    return {"cell_id": f"W{i}", "longitude": 109.0, "latitude": 23.0 + away * KM,
            "coordinate_system": "wgs84", "township": "T", "residents": residents,
            "young_residents": young, "source": "made", "as_of": "2024-12-31"} | more  # fmt: skip


def site(i=0, **more):
    return {"site_id": f"Z{i}", "name": "one", "kind": "station", "township": "T",
            "longitude": 109.0, "latitude": 23.0, "coordinate_system": "wgs84",
            "opened_at": "2021-03-01"} | more  # fmt: skip


@pytest.fixture
def drawn(office):
    def make(cells, sites):
        person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
        return reach.draw_access(office("reach", people=[person], grid=cells, sites=sites))

    return make


def told(near, **changes):
    return reach.access(near, **{"minutes": 15, "speed": 4.5, "detour": 1.3} | changes)


def shares(found):
    return {e.dim("whom"): e.value for e in found.of("access_share")}


def test_whoever_lives_within_the_way_is_counted(drawn):
    # 15 minutes at 4.5 km an hour, by ways of 1.3 times the straight line: 865 m of it.
    near = drawn([cell(0, 0.79), cell(1, 0.9), cell(2, 3.0, residents=300.0)], [site()])

    found = told(near)

    assert shares(found) == pytest.approx({"young": 20 / 60, "everyone": 100 / 500})
    assert found.one("access_radius").value == pytest.approx(15 / 60 * 4.5 / 1.3)
    assert shares(told(near, detour=1.0))["young"] == pytest.approx(40 / 60, abs=0.01)
    assert shares(told(near, speed=60))["young"] == pytest.approx(1.0)
    assert found.of("access_fault") == []
    shown = present.access_figure(found, near).content["en"]
    assert shown.title == "33.3% of young residents live near a site, as the plan defines near"
    assert "within 15 minutes on foot at 4.5 km an hour" in shown.note


def test_systems_that_lie_apart_are_brought_together(drawn):
    # The site's GCJ-02 numbers, taken for WGS 84, would lie some 500 m off.
    near = drawn([cell(0, 0.0)], [site(coordinate_system="gcj02")])

    away = near.cohort.frame["away"].iloc[0]

    assert 0.2 < away < 0.8


def test_a_closed_site_is_none(drawn):
    near = drawn([cell(0, 0.1)], [site(closed_at="2023-01-01"), site(1, latitude=24.0)])

    assert shares(told(near))["everyone"] == 0.0
    assert told(near).one("access_sites").value == 1


def test_what_has_no_place_is_counted_and_said(drawn):
    cells = [cell(0, 0.1), cell(1, 5.0, young=None), cell(2, 0.1, coordinate_system=None)]
    sites = [site(), site(1, longitude=None, latitude=None), site(2, coordinate_system=None)]
    near = drawn(cells, sites)

    found = told(near)

    faults = {e.dim("fault"): e.value for e in found.of("access_fault")}
    assert faults == {"sites": 2, "cells": 1, "young": 1}
    assert {e.digits for e in found.of("access_fault")} == {0}
    assert list(near.cohort.frame.index) == list(range(len(near.cohort.frame)))
    # Of the young those of known cells only.
    assert shares(found) == pytest.approx({"young": 1.0, "everyone": 0.5})
    note = present.access_figure(found, near).content["en"].note
    assert "open sites without a place on the map, which nobody is near here: 2" in note


def test_numbers_the_wrong_way_round_are_noticed(drawn):
    refused = drawn([cell(0, 0.1)], [site(longitude=73.0, latitude=53.0)])

    assert isinstance(refused, Refusal) and refused.estimate.reason.code == "far_away"
    assert "500 km" in present.access_figure(told(refused), refused).text["en"]


def test_without_any_place_there_is_no_map(drawn):
    refused = drawn([cell(0, 0.1)], [site(longitude=None, latitude=None)])

    assert refused.estimate.reason.code == "no_coordinates"


def test_an_area_without_a_grid_says_so_once(office):
    person = {"person_id": "P0", "township": "T", "age_band": "14-17"}
    refused = reach.draw_access(office("reach", people=[person]))

    assert refused.estimate.reason.code == "no_grid"
    assert present.access_figure(told(refused), refused).content["en"].frame == "absent"


@pytest.mark.parametrize(
    "wrong", [{"minutes": 0}, {"speed": -1}, {"detour": 0.9}, {"detour": 500.0}]
)
def test_a_way_that_nobody_walks_is_refused(drawn, wrong):
    near = drawn([cell(0, 0.1)], [site()])

    with pytest.raises(UsageError, match=next(iter(wrong))):
        told(near, **wrong)
