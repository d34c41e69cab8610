"""What could overturn an adjusted difference, and what stands where nothing can be tried."""

import math

import pytest
from tests.cohort.office import case, event

from evalkit import present
from evalkit.outcomes import Refusal, recidivism

from .conftest import people
from .tables import drawn

PEOPLE, UNSEARCHED, TOWNSHIPS = 400, 20, 8


def files(townships=TOWNSHIPS, unsearched=UNSEARCHED, place=None):
    """Two groups that are alike, each in every township."""
    return [
        case(
            f"{group}{i}", assigned=group, linked=i >= unsearched, age=14 + i % 4,
            prior_events=i % 3, township=(place or (lambda i: f"T{i % townships}"))(i),
        )
        for group in ("programme", "comparison")
        for i in range(PEOPLE)
    ]  # fmt: skip


def contacts(first, **events):
    """A proven deed of each of so many people of a group, from one place in the list on."""
    return [
        event(f"{group}{i}", f"{group}{i}", f"2023-05-{1 + i % 28:02d}", definition="convicted",
              proven_date="2023-09-01")
        for group, n in events.items()
        for i in range(first, first + n)
    ]  # fmt: skip


def overturned(followed, **changes):
    plan = followed.report.plan
    asked = dict(adjustment=plan.adjustment, covariates=plan.covariates, level=plan.level,
                 caliper=0.2, cluster=plan.cluster)  # fmt: skip
    return recidivism.overturn(followed, **asked | changes)


@pytest.fixture
def followed(office):
    """38 of 380 beside 114 of 380, and 20 of 400 in each group not searched."""

    def make(programme=38, comparison=114, **changes):
        later = contacts(changes.get("unsearched", UNSEARCHED), programme=programme,
                         comparison=comparison)  # fmt: skip
        tables = {"cases": files(**changes), "events": later}
        return drawn(office("recidivism", status="public", **tables))

    return make


def test_the_unsearched_can_move_the_difference_by_their_share(followed):
    found = overturned(followed())

    # (0.95 * 0.1) - (0.95 * 0.3 + 0.05), and (0.95 * 0.1 + 0.05) - (0.95 * 0.3): by hand. The
    # adjusted difference is near the crude one, because the groups are alike.
    gap = found.one("left_out_difference", which="lowest")
    bounds = found.one("unlinked_bounds")
    assert (bounds.low, bounds.high) == pytest.approx((-0.24, -0.14), abs=0.005)
    assert bounds.interval == "bounds" and gap.value < -0.15
    assert found.one("unlinked_turns").value is None
    assert "not even if all" in found.one("unlinked_turns").reason.text["en"]


def test_where_many_were_not_searched_they_can_undo_it_and_the_title_says_so(followed):
    found = overturned(followed(unsearched=100, programme=38, comparison=75))

    share = found.one("unlinked_turns").value
    # A fourth of each group: 0.127 + (0.25 - 0.127) / 0.25.
    assert share == pytest.approx(38 / 300 + (37 / 300) / 0.25, abs=0.03)
    assert "records were not searched" in present.overturn_table(found).content["en"].title


def test_an_e_value_is_that_of_the_shares_as_they_are_compared(followed):
    cohort = followed()
    plan = cohort.report.plan
    made = recidivism.adjust(cohort, plan.adjustment, plan.covariates, plan.level)
    own, expected = (e.value for e in made.of("adjusted_risk"))
    ratio = expected / own

    found = overturned(cohort)

    told = found.one("e_value", end="estimate").value
    # Worked out from the two shares of the adjusted table.
    assert told == pytest.approx(ratio + math.sqrt(ratio * (ratio - 1)), rel=1e-9)
    assert 1 < found.one("e_value", end="limit").value < told


def test_one_township_that_carries_the_difference_is_counted_and_costs_a_level(followed):
    # Of 32 in T0 8 of the programme and all of the others; 30 and 30 of 348 everywhere else.
    def place(i):
        return "T0" if 50 <= i < 82 else f"T{1 + i % 7}"

    found = overturned(followed(programme=38, comparison=62, place=place))

    turned = found.one("left_out_turns")
    assert turned.value == 1
    assert [d.code for d in found.deductions] == ["one_choice"]
    shown = present.overturn_table(found).content["en"]
    assert "single township" in shown.title and "T0" not in str(shown)


def test_a_difference_that_every_township_shows_stands(followed):
    found = overturned(followed())

    assert found.one("left_out_turns").value == 0 and found.deductions == ()
    assert found.clear
    assert present.overturn_table(found).content["zh"].title.startswith("所试各项都推翻不了")


def test_without_a_clear_difference_there_is_nothing_to_overturn(followed):
    found = overturned(followed(programme=80, comparison=84))

    assert not found.clear
    assert found.one("gamma").value is None
    assert "no clear difference" in present.overturn_table(found).content["en"].title


def test_matched_pairs_say_what_hidden_bias_they_survive(followed):
    gamma = overturned(followed()).one("gamma").value

    # Alike are paired in the order given: 76 pairs differ, all one way, and the chance of that
    # under a bias of gamma is (gamma / (1 + gamma))^76, which is a half of alpha at 20.1.
    share = 0.025 ** (1 / 76)
    assert gamma == pytest.approx(share / (1 - share), rel=1e-6)


def test_behind_a_failed_gate_nothing_of_it_stands(followed):
    refused = overturned(followed(programme=0, comparison=114))

    assert isinstance(refused, Refusal) and refused.estimate.value is None
    assert present.overturn_table(refused).text["en"].startswith("Adjusted difference")


def test_where_nothing_can_be_tried_it_is_not_said_to_stand(study):
    report = study(people("programme", 200, 30), people("comparison", 200, 60),
                   status="public", design="randomised")  # fmt: skip

    refused = overturned(drawn(report))

    assert isinstance(refused, Refusal)
    assert "checks of this table do not apply" in refused.estimate.reason.text["en"]
    assert present.overturn_table(refused).text["en"].startswith("What could overturn it")
