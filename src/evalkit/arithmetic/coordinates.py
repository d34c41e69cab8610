"""Coordinates of the systems of Chinese maps, brought to WGS 84, and ways between places."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import KDTree

from evalkit.arithmetic.design import Array, numbers, same_length

# The ellipsoid of Krasovsky, on which GCJ-02 reckons: half its longer axis in metres, and the
# square of its eccentricity.
AXIS, SQUARE = 6378245.0, 0.00669342162296594323
# Mean radius of the earth, kilometres (IUGG).
RADIUS = 6371.0088
# BD-09 is GCJ-02 moved by so much and turned in waves of this length.
EAST, NORTH, WAVE = 0.0065, 0.006, np.pi * 3000 / 180
SYSTEMS = ("wgs84", "gcj02", "bd09")
# Each round of the inverse leaves a hundredth of the error; after these nothing of a centimetre.
ROUNDS = 6


def to_wgs84(longitude: ArrayLike, latitude: ArrayLike, system: str) -> tuple[Array, Array]:
    """Return coordinates in WGS 84.

    Parameters
    ----------
    longitude, latitude : array_like of float, shape (n,)
        Degrees east and north, in China.
    system : {"wgs84", "gcj02", "bd09"}
        Whose they are. CGCS 2000 lies within centimetres of WGS 84.

    Returns
    -------
    longitude, latitude : array of float, shape (n,)
        Degrees, to within a metre of where GCJ-02 was made from.

    Raises
    ------
    ValueError
        If lengths differ, or the system is another word.
    Refused
        If a value is missing.
    """
    east, north = numbers(longitude, "longitude"), numbers(latitude, "latitude")
    same_length(longitude=east, latitude=north)
    if system not in SYSTEMS:
        raise ValueError(f"system must be one of {', '.join(SYSTEMS)}")
    if system == "wgs84":
        return east, north
    if system == "bd09":
        east, north = _without_waves(east, north)
    found = east, north
    for _ in range(ROUNDS):
        moved = to_gcj02(*found)
        found = found[0] + east - moved[0], found[1] + north - moved[1]
    return found


def to_gcj02(longitude: Array, latitude: Array) -> tuple[Array, Array]:
    """Return coordinates of WGS 84 as GCJ-02 moves them.

    Parameters
    ----------
    longitude, latitude : array of float, shape (n,)
        Degrees, in China.
    """
    x, y = longitude - 105, latitude - 35
    waves = _waves(x, 6) + _waves(x, 2)
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += 2 / 3 * (20 * waves + 20 * _waves(y, 1) + 40 * _waves(y, 1 / 3))
    north += 2 / 3 * (160 * _waves(y, 1 / 12) + 320 * _waves(y, 1 / 30))
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += 2 / 3 * (20 * waves + 20 * _waves(x, 1) + 40 * _waves(x, 1 / 3))
    east += 2 / 3 * (150 * _waves(x, 1 / 12) + 300 * _waves(x, 1 / 30))
    angle = np.radians(latitude)
    bend = 1 - SQUARE * np.sin(angle) ** 2
    along = AXIS * (1 - SQUARE) / bend**1.5
    across = AXIS / np.sqrt(bend) * np.cos(angle)
    return longitude + np.degrees(east / across), latitude + np.degrees(north / along)


def _waves(x: Array, pace: float) -> Array:
    made: Array = np.sin(pace * np.pi * x)
    return made


def _without_waves(longitude: Array, latitude: Array) -> tuple[Array, Array]:
    """Return coordinates of BD-09 in GCJ-02."""
    x, y = longitude - EAST, latitude - NORTH
    length = np.hypot(x, y) - 2e-5 * np.sin(y * WAVE)
    angle = np.arctan2(y, x) - 3e-6 * np.cos(x * WAVE)
    return length * np.cos(angle), length * np.sin(angle)


def nearest(
    longitude: Array, latitude: Array, site_longitude: Array, site_latitude: Array
) -> Array:
    """Return how far it is to the nearest of some sites, in kilometres along the earth.

    Parameters
    ----------
    longitude, latitude : array of float, shape (n,)
        Degrees, WGS 84.
    site_longitude, site_latitude : array of float, shape (k,)
        The same of the sites, at least one.
    """
    tree = KDTree(_on_sphere(site_longitude, site_latitude))
    chord, _ = tree.query(_on_sphere(longitude, latitude))
    # The straight line through the earth is a little shorter than the way along it.
    found: Array = 2 * RADIUS * np.arcsin(np.minimum(chord / 2, 1))
    return found


def _on_sphere(longitude: Array, latitude: Array) -> Array:
    east, north = np.radians(longitude), np.radians(latitude)
    flat = np.cos(north)
    return np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])
