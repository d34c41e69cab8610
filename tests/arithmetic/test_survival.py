"""Distinct times, counted or sorted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.arithmetic.survival import risk_counts, time_codes, times
from evalkit.errors import Refused


@LAW
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.sampled_from([1.0, 0.5, 1e9]))
def test_counted_or_sorted_each_person_has_the_own_time(days, unit):
    moments = np.array(days, float) * unit

    distinct, codes = time_codes(moments)
    leaving, at_risk = risk_counts(codes, distinct.size)

    assert distinct[codes].tolist() == moments.tolist()
    assert (np.diff(distinct) > 0).all()
    assert at_risk.tolist() == [(moments >= time).sum() for time in distinct]
    assert leaving.tolist() == [(moments == time).sum() for time in distinct]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ([], "refuse_empty"),
        ([1, np.nan], "refuse_not_finite"),
        ([1, np.inf], "refuse_not_finite"),
        ([1, -1], "refuse_negative_time"),
    ],
)
def test_what_is_no_time_is_refused(values, key):
    with pytest.raises(Refused) as caught:
        times(values)

    assert caught.value.key == key
