"""Which tables the made-up areas have, and what is planted in them."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from evalkit.sample.areas import ACTIVITIES, BASE, CLASS, REGISTERED, area_tables
from evalkit.sample.recidivism import WAITING, WINDOW, Bases, case_tables
from evalkit.sample.world import LAST, Settings, World
from evalkit.schema import office_names

# Of huanan's case files at the default seed. Where it changes, every reader's sample changes.
HUANAN_CASES = "e7b10f0fda303d96"


def test_every_table_of_the_offices_is_made_for_some_area(made):
    found = {name for tables, _ in made.values() for name in tables}

    assert found == set(office_names())


def test_an_area_of_which_one_meeting_is_printed_has_no_table(made):
    assert made["dalian"] == ({}, {})


def test_a_loop_without_ratings_has_none(made):
    assert "rating" not in made["chongzuo"][0]["tickets"]
    assert "points" not in made["chongzuo"][0]


def test_sizes_are_those_in_print():
    full = Settings(scale=1.0)

    assert [full.size(number) for number, _ in REGISTERED.values()] == [488040, 731700, 897800]
    assert [teams for _, teams in REGISTERED.values()] == [4311, 1962, 5000]
    assert (BASE.programme, BASE.comparison) == (657, 1943)
    assert full.size(ACTIVITIES) == 8064
    assert CLASS == 50


def test_the_scale_leaves_small_registers_whole():
    small = Settings(scale=0.0001)

    assert small.size(BASE.programme + BASE.comparison) == 2600
    assert small.size(488_040) == 5_000


def test_case_files_are_whole_at_the_default_scale(made):
    assert made["guigang"][0]["cases"]["assigned"].value_counts().to_dict() == {
        "programme": 657,
        "comparison": 1943,
    }


def test_a_table_is_the_same_whichever_others_were_made(worlds, made):
    alone = case_tables(worlds["guigang"], BASE)[0]["cases"]

    pd.testing.assert_frame_equal(alone, made["guigang"][0]["cases"])


def test_the_numbers_drawn_are_the_recorded_ones(made):
    text = made["huanan"][0]["cases"].to_csv(lineterminator="\n")

    assert hashlib.sha256(text.encode()).hexdigest()[:16] == HUANAN_CASES


def test_another_seed_is_other_people(made):
    other = area_tables(World(Settings(seed=1), "huanan"))[0]["cases"]

    assert not set(other["person_id"]) & set(made["huanan"][0]["cases"]["person_id"])


def test_nothing_lies_after_the_last_day(made):
    ends = [
        (area, name, column)
        for area, (tables, _) in made.items()
        for name, frame in tables.items()
        for column in frame
        if pd.api.types.is_datetime64_any_dtype(frame[column])
        and (frame[column] >= pd.Timestamp(LAST) + pd.Timedelta(days=1)).any()
    ]

    assert ends == []


@pytest.fixture(scope="module")
def base(made):
    """Guigang's case files with what is planted in them."""
    tables, truth = made["guigang"]
    planted = next(values for name, values in truth.items() if name.startswith("cases"))
    return tables, planted


def test_those_in_the_programme_had_more_behind_them(base):
    cases = base[0]["cases"].groupby("assigned")["prior_events"].mean()

    # 0.35 on the log odds for each earlier event; over seeds the gap is 0.5 to 0.9.
    assert cases["programme"] > cases["comparison"] + 0.3


def test_the_crude_comparison_is_far_from_the_planted_effect(base):
    planted = base[1]

    assert planted["effect_on_treated"] < -0.03
    assert planted["crude_difference"] > planted["effect_on_treated"] + 0.02


def test_with_ratio_one_nothing_is_planted(made):
    planted = next(v for k, v in made["yiliang"][1].items() if k.startswith("cases"))

    assert planted["effect_on_treated"] == planted["effect_on_everyone"] == 0
    assert planted["risk_with"] == planted["risk_without"] > 0.1


def test_the_planted_effect_is_what_is_expected_of_such_people():
    found = [
        case_tables(World(Settings(seed=seed), "guigang"), Bases(2000, 4000, 0.7))[1]
        for seed in range(3)
    ]

    # 6,000 treated: the Monte-Carlo error of a risk of 0.2 is 0.005; the expectation leaves
    # out deaths and fifth deeds, which takes less than 0.01 off.
    for name in ("with", "without"):
        gap = np.mean([f[f"risk_{name}"] - f[f"expected_{name}"] for f in found])
        assert -0.025 < gap < 0.015, name


def test_the_risk_with_the_programme_is_what_the_tables_show(base):
    """Brute force from the tables themselves, of those whose records were searched."""
    tables, planted = base
    cases = tables["cases"].set_index("person_id")
    cases = cases[(cases["assigned"] == "programme") & cases["linked"]]
    events = tables["events"].query("definition == 'convicted'")
    events = events[events["person_id"].isin(cases.index)]
    index = events["person_id"].map(cases["index_date"])
    deed = (events["event_date"] - index).dt.days
    proof = (events["proven_date"] - index).dt.days
    counts = events[(deed <= WINDOW) & (proof <= WINDOW + WAITING)]

    found = counts["person_id"].nunique() / len(cases)

    # 6 % are not linked, and a few left before the records ended: 657 people, so 0.005.
    assert found == pytest.approx(planted["risk_with"], abs=0.02)


def test_later_contacts_come_thick_at_first(base):
    tables, _ = base
    cases = tables["cases"].set_index("person_id")
    contacts = tables["events"].query("definition == 'police_contact'")
    day = (contacts["event_date"] - contacts["person_id"].map(cases["index_date"])).dt.days

    # With a constant hazard the first hundred days would have as many as the second.
    assert (day <= 100).sum() > 1.2 * ((day > 100) & (day <= 200)).sum()


def test_each_stage_has_fewer_contacts_than_the_one_before(base):
    counts = base[0]["events"]["definition"].value_counts()
    order = ["police_contact", "case_opened", "prosecuted", "convicted", "revoked"]

    assert list(counts[order]) == sorted(counts[order], reverse=True)
    assert (counts[order] > 20).all()


def test_who_was_not_searched_for_has_no_contact(base):
    cases = base[0]["cases"]
    unlinked = set(cases.loc[~cases["linked"], "person_id"])

    assert 0.03 < len(unlinked) / len(cases) < 0.09
    assert not unlinked & set(base[0]["events"]["person_id"])


def test_plans_start_after_referral_and_some_never(base):
    cases = base[0]["cases"].query("assigned == 'programme'")
    started = cases.dropna(subset=["plan_start"])

    assert (started["plan_start"] >= started["referral_date"]).all()
    assert (started["referral_date"] > started["index_date"]).all()
    # The time in which one cannot have done it again and yet start.
    assert (started["plan_start"] - started["index_date"]).dt.days.median() > 20
    assert 0.05 < 1 - len(started) / len(cases) < 0.25


def test_entry_is_staggered_and_follow_up_unequal(base):
    cases = base[0]["cases"]
    days = (cases["follow_up_end"] - cases["index_date"]).dt.days

    assert set(cases["index_date"].dt.year) == {2022, 2023, 2024}
    assert days.min() < 400 and days.max() > 1200


def test_some_move_are_held_or_die(base):
    reasons = base[0]["absences"]["reason"].value_counts()

    assert set(reasons.index) == {"moved_away", "custody", "died"}


def test_townships_differ(base):
    tables, _ = base
    cases = tables["cases"]
    again = cases["person_id"].isin(tables["events"]["person_id"])
    by = again.groupby(cases["township"]).agg(["mean", "size"])
    p = again.mean()

    chi2 = (by["size"] * (by["mean"] - p) ** 2).sum() / (p * (1 - p))

    # Without random effects it has mean 23 and standard deviation 6.8.
    assert chi2 > 23 + 3 * 6.8
