"""A unit in which nobody answered is a unit of the design still."""

import pandas as pd
import pytest

from evalkit.estimators.survey_share import survey_share
from evalkit.outcomes.satisfaction.design import share_of, whole


def asked():
    """Four places of a stratum; of the last nobody answered, and one person came by no place."""
    rows = [(place, i) for place in "ABCD" for i in range(4)] + [("", 0)]
    return pd.DataFrame(
        {
            "stratum": "s",
            "psu": [place for place, _ in rows],
            "answered": [p != "D" for p, _ in rows],
        }
    )


def test_the_error_is_that_of_all_units_and_the_share_of_those_who_answered():
    drawn = asked()
    told = drawn[drawn["answered"]]
    good = pd.Series([i % 3 == 0 for i in range(len(told))], index=told.index)

    found = share_of(whole(told, drawn, [2.0] * len(told)), good, 0.95)

    # By hand: the lost place has a row that counts for nothing.
    units = [*told["psu"].where(told["psu"] != "", "alone"), "D"]
    by_hand = survey_share(
        [*good.astype(int), 0], [2.0] * len(told) + [1.0], ["s"] * len(units), units,
        domain=[1] * len(told) + [0],
    ).point  # fmt: skip
    assert (found.value, found.se) == pytest.approx((by_hand.value, by_hand.se))
    without = share_of(whole(told, told, [2.0] * len(told)), good, 0.95)
    assert without.value == pytest.approx(found.value) == pytest.approx(good.mean())
    assert without.se != pytest.approx(found.se, rel=1e-3)


def test_some_of_those_who_answered_are_a_domain():
    drawn = asked()
    told = drawn[drawn["answered"]]
    good = pd.Series([i % 3 == 0 for i in range(len(told))], index=told.index)

    found = share_of(whole(told, drawn, [1.0] * len(told)), good, 0.95, told["psu"] == "A")

    assert found.value == pytest.approx(good[told["psu"] == "A"].mean())
