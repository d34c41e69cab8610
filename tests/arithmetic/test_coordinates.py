"""Coordinates of Chinese maps, against printed pairs, and ways against the haversine formula."""

import numpy as np
import pytest

from evalkit.arithmetic.coordinates import nearest, to_gcj02, to_wgs84
from evalkit.errors import Refused

# WGS 84 and GCJ-02, longitude first: test values of the MIT-licensed eviltransform.
PAIRS = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]


@pytest.mark.parametrize(("wgs", "gcj"), PAIRS)
def test_printed_pairs_are_met_both_ways(wgs, gcj):
    moved = [x.item() for x in to_gcj02(*map(np.atleast_1d, map(np.float64, wgs)))]
    back = [x.item() for x in to_wgs84([gcj[0]], [gcj[1]], "gcj02")]

    # To a hundredth of a millimetre.
    assert moved == pytest.approx(gcj, abs=1e-10)
    assert back == pytest.approx(wgs, abs=1e-10)


def test_the_place_that_baidu_prints_is_found():
    # Baidu's own example, Tiananmen, in GCJ-02 as printed with the formula: 116.39762729,
    # 39.90865673; both then lead to one place.
    one = [x.item() for x in to_wgs84([116.404], [39.915], "bd09")]
    other = [x.item() for x in to_wgs84([116.39762729119315], [39.90865673957631], "gcj02")]

    assert one == pytest.approx(other, abs=1e-6)


def test_what_is_wgs84_stays_and_other_systems_are_refused():
    assert [x.item() for x in to_wgs84([109.0], [23.0], "wgs84")] == [109.0, 23.0]
    with pytest.raises(ValueError, match="wgs84, gcj02, bd09"):
        to_wgs84([109.0], [23.0], "beijing54")
    with pytest.raises(ValueError):
        to_wgs84([109.0, 110.0], [23.0], "gcj02")
    with pytest.raises(Refused):
        to_wgs84([np.nan], [23.0], "gcj02")


def haversine(one, other):
    east, north, theirs, up = np.radians([one[0], one[1], other[0], other[1]])
    half = np.sin((up - north) / 2) ** 2
    half += np.cos(north) * np.cos(up) * np.sin((theirs - east) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(half))


def test_the_nearest_site_is_that_of_all_pairs():
    random = np.random.default_rng(5)
    here, sites = (random.uniform((100, 20), (120, 45), (n, 2)) for n in (60, 9))

    found = nearest(*here.T, *sites.T)

    slow = [min(haversine(cell, site) for site in sites) for cell in here]
    assert found == pytest.approx(slow, rel=1e-9)
    # A degree along the equator is 111.195 km.
    assert nearest(*np.array([[0.0], [0.0], [1.0], [0.0]])) == pytest.approx(111.195, abs=1e-3)
