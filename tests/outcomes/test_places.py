"""Places, years and decisions as characteristics, and how alike the groups are made."""

import numpy as np
import pytest
from tests.cohort.office import case

from evalkit import present
from evalkit.outcomes import Refusal, recidivism
from evalkit.outcomes.recidivism.judged import judge
from evalkit.outcomes.recidivism.overlap import make_alike
from evalkit.outcomes.recidivism.places import JOINED, places

from .tables import contacts, drawn

NAMES = ("age", "prior_events", "township", "index_year", "index_decision")


def files(sizes, **more):
    """Case files of each township: people of the programme and of the comparison group."""
    made = []
    for town, pair in sizes.items():
        for group, n in zip(("programme", "comparison"), pair, strict=True):
            made += [
                case(f"{group}{town}{i}", assigned=group, township=town, age=14 + i % 4,
                     prior_events=i % 3, **more)
                for i in range(n)
            ]  # fmt: skip
    return made


def people(office, rows, **more):
    report = office("recidivism", cases=rows, events=contacts(0, 0), **more)
    return drawn(report, definition="police_contact")


def test_places_with_few_of_a_group_are_joined_and_the_others_stand(office):
    sizes = {"North": (40, 60), "East": (30, 40), "South": (5, 40), "West": (5, 40)}

    found = places(people(office, files(sizes)), "township")

    assert found.value_counts().to_dict() == {"North": 100, "East": 70, JOINED: 90}


def test_a_few_from_small_places_go_with_the_smallest_that_stands(office):
    found = places(people(office, files({"North": (40, 60), "East": (30, 40), "West": (2, 5)})),
                   "township")  # fmt: skip

    assert found.value_counts().to_dict() == {"North": 100, "East": 77}


def test_groups_of_other_townships_are_made_alike_in_where_they_are_from(office):
    followed = people(office, files({"North": (100, 50), "East": (50, 150)}))

    before = recidivism.profile(followed, covariates=NAMES).one("smd", covariate="township")
    after = recidivism.weigh(followed, adjustment="att_weights", covariates=NAMES)

    assert before.value > 0.8
    # The logit with the place in it gives the programme's shares of places, to its tolerance.
    assert abs(after.one("adjusted_smd", covariate="township").value) < 0.005
    assert before.definition.text["en"].endswith("the largest difference of 2")


def test_where_most_are_from_small_places_it_is_not_known_whether_they_are_alike(office):
    sizes = {f"T{i}": (8, 8) for i in range(12)}
    followed = people(office, files(sizes))

    found = recidivism.profile(followed, covariates=("township",))

    assert found.one("smd", covariate="township").value is None and found.largest is None
    judged = judge(followed, "doubly_robust", ("township",)).requirements
    assert "unbalanced_after" in [r.code for r in judged if not r.passed]


def test_a_place_of_one_group_alone_is_refused_by_its_name(office):
    followed = people(office, files({"North": (100, 100), "East": (0, 100)}))

    refused = recidivism.weigh(followed, adjustment="doubly_robust", covariates=("township",))

    assert isinstance(refused, Refusal)
    assert refused.estimate.reason.text["en"].startswith("By Township it can be told")
    assert "column" not in refused.estimate.reason.text["en"]


def test_what_one_characteristic_tells_of_another_is_one_column(office):
    rows = files({"North": (80, 100)})
    for i, row in enumerate(rows):
        # The decision follows from the class.
        offence = i % 3 == 0
        row["legal_class"] = "offence" if offence else "misconduct"
        row["index_decision"] = "non_prosecution" if offence else "admonition"
        row["index_kind"] = "prosecutor_decision" if offence else "police_contact"
    followed = people(office, rows)

    alike = make_alike(followed, "doubly_robust", ("legal_class", "index_decision"))

    assert np.linalg.matrix_rank(alike.covariates) == alike.covariates.shape[1]


def test_years_of_which_a_group_has_few_are_joined(office):
    rows = files({"North": (80, 100)})
    for i, row in enumerate(rows):
        row["index_date"] = f"{2021 + i % 2}-03-01" if i else "2020-03-01"
    found = places(people(office, rows), "index_year")

    assert sorted(found.unique()) == ["2021", "2022"]


def test_what_shows_how_alike_they_are_stands_without_any_event(office):
    followed = people(office, files({"North": (100, 80), "East": (60, 150)}))

    alike = recidivism.weigh(followed, adjustment="doubly_robust", covariates=NAMES)

    worth = {e.dim("group"): e.value for e in alike.of("effective")}
    assert worth["programme"] == 160 and 0 < worth["comparison"] < 230
    shares = alike.of("score_share", group="programme")
    assert sum(e.value for e in shares if e.value is not None) == pytest.approx(1, abs=0.05)
    drawing = present.overlap_figure(alike)
    assert drawing.content["en"].title.startswith("100%") or "most" in drawing.content["en"].title
    ratio = alike.one("adjusted_variance_ratio", covariate="age").value
    assert ratio == pytest.approx(1, abs=0.1)


def test_a_title_counts_nothing_while_something_is_withheld(office):
    rows = files({"North": (70, 90)})
    rows[0]["sex"] = "female"
    followed = people(office, rows)
    profile = recidivism.profile(followed, covariates=NAMES)

    title = present.balance_table(profile).content["en"].title

    assert profile.one("smd", covariate="male").value is None
    assert title == "The groups before the programme"
