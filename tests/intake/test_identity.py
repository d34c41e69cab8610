"""The short way of plain numbers says what the long one does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit.intake import identity
from evalkit.intake.identity import person_of
from evalkit.intake.texts import Unreadable


@LAW
@given(st.from_regex(r"[0-9A-Z]{0,7}[0-9]{0,16}", fullmatch=True))
def test_the_short_way_of_plain_numbers_says_what_the_long_one_does(text):
    def by(way):
        try:
            return way(text)
        except Unreadable as fault:
            return str(fault)

    if text:
        assert by(person_of) == by(identity._person_of)


@pytest.mark.parametrize("text", ["GX0001", "1", "0012", "ABCDEF1234567890123"])
def test_plain_numbers_take_the_short_way(text):
    assert identity.PLAIN.fullmatch(text) and person_of(text) == text


@pytest.mark.parametrize("text", ["0000", "XXX12", "GX12X", "12345678901234", "", "1E5", "1O2"])
def test_what_may_be_wrong_takes_the_long_way(text):
    assert not identity.PLAIN.fullmatch(text)
