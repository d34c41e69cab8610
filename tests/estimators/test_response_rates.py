"""AAPOR's outcome rates."""

from dataclasses import asdict

import numpy as np
import pytest
from tests.helpers import agree, gold

from evalkit import words
from evalkit.errors import Refused
from evalkit.estimators.response_rates import RATES, response_rates

# The made-up dispositions of gold.json: UH 90 and UO 60 are of unknown eligibility.
COUNTS = {
    "complete": 420, "partial": 35, "refusal": 180, "no_contact": 240, "other": 25, "unknown": 150,
}  # fmt: skip


def rates(**changed):
    return response_rates(**{**COUNTS, **changed})


def test_the_standard_definitions_give_the_same_rates():
    known, found = gold("aapor_rates")["value"], asdict(rates(eligible=0.55))

    for name, value in known.items():
        # Printed to fifteen digits.
        agree("AAPOR rates", "Standard Definitions, by R", found[name.lower()], value, rel=1e-12)


def by_hand(i, p, r, nc, o, u, e):
    """Each rate as the Standard Definitions print it."""
    return {
        "rr1": i / ((i + p) + (r + nc + o) + u),
        "rr2": (i + p) / ((i + p) + (r + nc + o) + u),
        "rr3": i / ((i + p) + (r + nc + o) + e * u),
        "rr4": (i + p) / ((i + p) + (r + nc + o) + e * u),
        "rr5": i / ((i + p) + (r + nc + o)),
        "rr6": (i + p) / ((i + p) + (r + nc + o)),
        "coop1": i / ((i + p) + r + o),
        "coop2": (i + p) / ((i + p) + r + o),
        "coop3": i / ((i + p) + r),
        "coop4": (i + p) / ((i + p) + r),
        "ref1": r / ((i + p) + (r + nc + o) + u),
        "ref2": r / ((i + p) + (r + nc + o) + e * u),
        "ref3": r / ((i + p) + (r + nc + o)),
        "con1": ((i + p) + r + o) / ((i + p) + r + o + nc + u),
        "con2": ((i + p) + r + o) / ((i + p) + r + o + nc + e * u),
        "con3": ((i + p) + r + o) / ((i + p) + r + o + nc),
    }


def test_each_formula_written_out_gives_the_same():
    random = np.random.default_rng(1)
    for _ in range(200):
        counts = random.integers(1, 300, 7)
        not_eligible = int(counts[6])
        given = dict(zip(COUNTS, counts[:6].tolist(), strict=True))
        e = counts[:5].sum() / (counts[:5].sum() + not_eligible)

        found = response_rates(**given, not_eligible=not_eligible, asked=int(counts.sum()))

        expected = by_hand(*counts[:6], e)
        values = [getattr(found, name) for name in expected]
        name = "definitions written out, 200 random inputs"
        # The same fractions.
        agree("AAPOR rates", name, values, list(expected.values()), rel=1e-12)
        assert set(expected) == set(RATES)
        assert found.eligible == pytest.approx(e) and found.asked == counts.sum()


def test_the_more_are_taken_as_eligible_the_lower_the_rate():
    found = rates(eligible=0.3)

    for least, middle, most in (("rr1", "rr3", "rr5"), ("rr2", "rr4", "rr6")):
        assert getattr(found, least) < getattr(found, middle) < getattr(found, most)
    assert rates(eligible=1).rr3 == found.rr1 and rates(eligible=0).rr3 == found.rr5


def test_what_eligibility_is_not_known_is_not_guessed():
    found = rates()

    assert (found.eligible, found.rr3, found.rr4, found.ref2, found.con2) == (None,) * 5
    assert found.rr1 == 0.4
    # Where everybody's is known there is nothing to guess.
    certain = rates(unknown=0)
    assert (certain.eligible, certain.rr3) == (1.0, certain.rr1)


def test_a_given_share_comes_before_that_of_the_known():
    assert rates(eligible=0.2, not_eligible=100).eligible == 0.2
    assert rates(not_eligible=100).eligible == 0.9
    assert rates(not_eligible=100).asked == 1150


def test_a_rate_of_nobody_is_none():
    found = rates(complete=0, partial=0, refusal=0, no_contact=0, other=0, not_eligible=5)

    assert (found.eligible, found.rr1, found.rr3, found.rr5, found.coop1) == (
        0,
        0,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("changed", "key", "values"),
    [
        ({"asked": 1051}, "refuse_dispositions", {"told": 1050, "asked": 1051}),
        ({"asked": 1049}, "refuse_dispositions", {"told": 1050, "asked": 1049}),
        ({"refusal": -1, "other": -2}, "refuse_negative_disposition", {"n": 2}),
        ({"asked": -1}, "refuse_negative_disposition", {"n": 1}),
        (dict.fromkeys(COUNTS, 0), "refuse_nobody_asked", {}),
    ],
)
def test_dispositions_that_cannot_be_are_refused(changed, key, values):
    with pytest.raises(Refused) as caught:
        rates(**changed)

    assert (caught.value.key, caught.value.values) == (key, values)
    sentences = {words.sentence(caught.value, lang) for lang in ("en", "zh")}
    assert len(sentences) == 2 and not any("{" in one for one in sentences)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"complete": 1.5}, "complete must be a whole number"),
        ({"eligible": 1.01}, "eligible must be between 0 and 1"),
        ({"eligible": -0.01}, "eligible must be between 0 and 1"),
        ({"eligible": float("nan")}, "eligible must be between 0 and 1"),
    ],
)
def test_what_a_caller_got_wrong_is_named(changed, said):
    with pytest.raises(ValueError, match=said):
        rates(**changed)
