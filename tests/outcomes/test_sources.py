"""Assessments by the public, a third party and departments: apart, never one number."""

import pytest
from tests.outcomes.tables import survey

from evalkit import present
from evalkit.outcomes import Refusal, satisfaction


def assessment(i, source, good=None, answered=None, asked=None, score=None, scale=(0, 100)):
    low, high = scale if score is not None else (None, None)
    return {
        "assessment_id": f"A{i}", "assessed_by": source, "date": "2025-03-31", "place": "East",
        "asked": asked, "answered": answered, "good": good, "score": score,
        "scale_min": low, "scale_max": high,
    }  # fmt: skip


PUBLIC = [assessment(i, "public", 36, 40, 60) for i in range(10)]
THIRD = [assessment(20 + i, "third_party", 20, 40, 50) for i in range(10)]
INSPECTED = [assessment(40 + i, "department", score=80 + i) for i in range(5)]


@pytest.fixture
def told(office):
    def make(rows, status="public"):
        report = office("satisfaction", status=status, assessments=rows)
        drawn = satisfaction.draw_sources(report)
        return satisfaction.sources(drawn, level=0.95), drawn

    return make


def test_each_source_has_its_own_share_bounds_or_score(told):
    found, drawn = told([*PUBLIC, *THIRD, *INSPECTED])

    shares = {e.dim("source"): e.value for e in found.of("source_good")}
    assert shares == {"public": 0.9, "third_party": 0.5, "department": None}
    bounds = found.one("source_bounds", source="public")
    # 360 of 600 asked are known to be satisfied, and 200 are silent.
    assert (bounds.low, bounds.high) == (0.6, pytest.approx(560 / 600))
    assert found.one("source_score", source="department").value == 82
    title = present.sources_table(found, drawn).content["en"].title
    assert title.startswith("3 sources, never one number") and "90.0%" in title


def test_no_number_is_of_two_sources(told):
    found, drawn = told([*PUBLIC, *THIRD, *INSPECTED])

    assert all(len(e.dims) == 1 and e.dims[0][0] == "source" for e in found.estimates)
    # 560 of 800 would be the mean of both.
    assert "70.0%" not in str(present.sources_table(found, drawn).content["en"])


def test_scores_on_two_scales_have_no_median(told):
    found, _ = told([*INSPECTED, assessment(60, "department", score=8, scale=(0, 10))])

    assert "several scales" in found.one("source_score").reason.text["en"]


def test_where_it_is_not_known_how_many_were_asked_there_are_no_bounds(told):
    found, _ = told([*PUBLIC, assessment(70, "public", 30, 40)])

    assert found.one("source_good").value == pytest.approx(390 / 440)
    assert found.one("source_bounds").low is None


def test_few_who_answered_have_no_share(told):
    found, _ = told(PUBLIC[:1])

    assert "Fewer than 60 people" in found.one("source_good").reason.text["en"]


def test_a_few_who_were_not_satisfied_are_withheld(told):
    rows = [assessment(i, "public", 40 if i else 35, 40, 60) for i in range(10)]

    found, _ = told(rows, status="confidential")

    assert found.one("source_good").disclosure == "withheld"
    assert found.one("source_bounds").disclosure == "withheld"


def test_an_area_without_assessments_has_no_such_exhibit(office):
    drawn = satisfaction.draw_sources(office("satisfaction", survey=survey()))

    assert isinstance(drawn, Refusal)
    found = satisfaction.sources(drawn, level=0.95)
    assert present.sources_table(found, drawn).content["en"].frame == "absent"
