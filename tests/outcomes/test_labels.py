"""A name that only a table gives is shown like its count: not where few people share it."""

import json

import pytest
from tests.outcomes.conftest import people as followed
from tests.outcomes.tables import people, survey

from evalkit import present
from evalkit.errors import DataError
from evalkit.outcomes import reach, satisfaction
from evalkit.outcomes.labels import value_label

NAME = "王小明"


def answered(few=4, others=100):
    """A survey of which a few wrote their names where their stratum belongs."""
    rows = survey()
    for i, row in enumerate(rows):
        row["stratum"] = "North" if i < others else "South"
    for i in range(few):
        rows[i]["stratum"] = f"{NAME}{'甲乙丙丁'[i % 4]}"
    return rows


def said(result):
    told = [[e.id, e.group and e.group.text, e.dims] for e in result.estimates]
    return json.dumps(told, ensure_ascii=False)


def spread(report, by="stratum"):
    answers = satisfaction.draw_answers(report, report.plan.item, "")
    return satisfaction.distribution(answers, by)


@pytest.mark.parametrize("status", ["confidential", "made_up"])
def test_a_person_in_a_column_of_words_is_on_no_page(office, status):
    found = spread(office("satisfaction", status, survey=answered()))

    shown = present.distribution_table(found)
    for text in (said(found), *shown.html.values(), *shown.text.values()):
        assert NAME not in text
    groups = {e.dim("stratum"): e.group.text["en"] for e in found.estimates}
    assert groups == {
        "North": "North", "South": "South", "pooled": "other values, each of few people",
        "all": "everyone",
    }  # fmt: skip


def test_of_public_data_everything_has_its_name(office):
    found = spread(office("satisfaction", "public", survey=answered()))

    assert f"{NAME}甲" in said(found)


def test_whom_a_column_tells_apart_is_nobody(office):
    rows = [row | {"psu": f"{NAME}{i}"} for i, row in enumerate(survey())]
    found = spread(office("satisfaction", survey=rows), by="psu")

    assert {(e.dim("psu"), e.group.text["en"]) for e in found.estimates} == {("all", "everyone")}


def test_one_group_of_few_has_no_name_either(office):
    rows = [row | {"stratum": NAME} for row in survey()[:8]]
    found = spread(office("satisfaction", survey=rows))

    assert NAME not in said(found)


def test_a_person_among_the_townships_is_not_shown_in_reach(office):
    rows = people()
    for row in rows[:3]:
        row["age_band"] = NAME
    rows[3]["township"] = f"{NAME}家"
    funnel = [{"person_id": r["person_id"], "stage": "started", "date": "2024-01-01"}
              for r in rows[::2]]  # fmt: skip
    sites = [{"site_id": f"S{t}", "name": f"站点{t}", "kind": "support_base",
              "opened_at": "2023-01-01", "township": f"T{t}"} for t in range(0, 24, 2)]  # fmt: skip
    report = office("reach", people=rows, funnel=funnel, sites=sites)
    target = reach.draw_target(report, report.plan.definition, "")

    for by in ("age_band", "township"):
        found = reach.shares(target, by, "wilson", 0.95)
        assert NAME not in said(found)


def test_a_value_without_a_name_is_not_told(study):
    report = study(followed("programme", 100, 10), followed("comparison", 100, 10))

    with pytest.raises(DataError) as caught:
        value_label(report, NAME, "group", NAME)

    assert NAME not in f"{caught.value} {caught.value.values}"
    assert "holds a value that" in str(caught.value)
