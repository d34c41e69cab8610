"""The made-up tables of every area, made once for all tests of a worker."""

import pytest

from evalkit.sample.areas import area_tables
from evalkit.sample.world import AREAS, Settings, World


@pytest.fixture(scope="session")
def worlds():
    """Each area's world at the default seed and scale."""
    return {area: World(Settings(), area) for area in AREAS}


@pytest.fixture(scope="session")
def made(worlds):
    """Each area's tables with raw numbers of persons, and its truth."""
    return {area: area_tables(world) for area, world in worlds.items()}
