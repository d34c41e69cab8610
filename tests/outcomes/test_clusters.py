"""Errors that respect townships, many or few."""

import pytest

from evalkit import present
from evalkit.outcomes import Refusal, recidivism

from .conftest import people
from .tables import drawn
from .test_overturn import contacts, files

FEWER = ("by_person", "by_township", "cr2", "cv3", "wild_bootstrap", "randomisation")


def clustered(followed, **changes):
    plan = followed.report.plan
    asked = dict(adjustment="doubly_robust", covariates=plan.covariates, level=plan.level,
                 cluster=plan.cluster, draws=199, seed=1)  # fmt: skip
    return recidivism.few_clusters(followed, **asked | changes)


@pytest.fixture
def followed(office):
    def make(programme=38, comparison=114, table=None, **changes):
        rows = table or files(**changes)
        later = contacts(20, programme=programme, comparison=comparison)
        return drawn(office("recidivism", status="public", cases=rows, events=later))

    return make


def test_with_many_townships_one_line_says_that_the_finding_is_the_same(followed):
    found = clustered(followed(townships=24))

    assert [e.dim("method") for e in found.of("clustered_difference")] == [*FEWER[:2]]
    assert found.agree and found.clusters == 24 and found.deductions == ()
    told = present.clusters_table(found)
    assert told.kind == "statement" and "the finding is the same" in told.text["en"]


def test_with_few_townships_all_stand_side_by_side(followed):
    found = clustered(followed(townships=8))

    assert [e.dim("method") for e in found.of("clustered_difference")] == [*FEWER]
    squares = [found.one("clustered_difference", method=m).value for m in FEWER[2:5]]
    assert len({round(value, 12) for value in squares}) == 1
    mixed = found.one("clustered_difference", method="randomisation")
    assert mixed.value is None and "same townships" in mixed.reason.text["en"]
    assert "8 townships" in present.clusters_table(found).content["en"].title


def test_whole_townships_are_tested_by_turning_their_labels_round(followed):
    # Sixteen townships, each of one group; all of the comparison's have more events.
    rows = files(townships=8)
    for row in rows:
        row["township"] = row["assigned"][0] + row["township"]

    found = clustered(followed(table=rows))

    one = found.one("clustered_p", method="randomisation")
    # Of 12,870 choices of eight the actual one is the most extreme, and the one turned round as
    # extreme.
    assert one.value == pytest.approx(2 / 12870, rel=1e-9)
    assert found.one("clustered_difference", method="randomisation").low is None


def test_errors_that_do_not_agree_cost_a_level(followed):
    # All of the difference is in T0: 8 and 28 of 40; of the rest 30 and 30 of 340.
    def place(i):
        return "T0" if 50 <= i < 90 else f"T{1 + i % 7}"

    found = clustered(followed(programme=38, comparison=58, place=place))

    assert not found.agree and [d.code for d in found.deductions] == ["clusters"]
    assert "do not agree" in present.clusters_table(found).content["en"].title


def test_in_one_township_no_error_is_said_to_agree(followed):
    found = clustered(followed(townships=1))

    stand = [e.dim("method") for e in found.of("clustered_difference") if e.value is not None]
    assert stand == ["by_person"]
    assert "no error allowing for them" in present.clusters_table(found).content["en"].title


def test_a_table_without_townships_says_nothing_of_them_in_a_page(study):
    report = study(people("programme", 200, 30), people("comparison", 200, 60), status="public")

    refused = clustered(drawn(report))

    assert isinstance(refused, Refusal)
    shown = present.clusters_table(refused)
    assert shown.content["en"].frame == "absent" and shown.estimates == ()
