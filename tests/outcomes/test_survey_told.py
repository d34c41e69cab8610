"""A survey is told with its frame, those who did not answer, and the wave before."""

import numpy as np
import pytest

from evalkit import present
from evalkit.errors import UsageError
from evalkit.outcomes import open_report, satisfaction
from evalkit.outcomes.report import Refusal

TOP = ("overall_5",)
SILENT = ("refusal", "noncontact", "other", "unknown_other")


def wave(name, answers, places=12, **more):
    """People asked in places of two strata; None did not answer, for one reason or another."""
    return [
        {
            "respondent_id": f"{name}{i}",
            "wave": name,
            "instrument": "q",
            "overall": answer,
            "respondent_kind": "parent",
            "scale_min": 1,
            "scale_max": 5,
            "disposition": "interview" if answer else SILENT[i // places % 4],
            "stratum": "town" if i % places < places // 2 else "hills",
            "psu": f"place {i % places}",
            "weight": 10.0,
        }
        | more
        for i, answer in enumerate(answers)
    ]


def frame(name, sampled, places=12, persons=400, **more):
    return [
        {
            "wave": name,
            "instrument": "q",
            "psu": f"place {i}",
            "stratum": "town" if i < places // 2 else "hills",
            "persons": persons,
            "drawn": True,
            "sampled": sampled // places,
            "as_of": "2023-06-30",
        }
        | more
        for i in range(places)
    ]


def given(top=300, low=180, silent=240):
    """So many answers of each sort, spread over the places."""
    mixed = np.random.default_rng(4).permutation([5] * top + [1] * low + [0] * silent)
    return [int(x) or None for x in mixed]


@pytest.fixture
def drawn(office):
    def make(rows, frames=(), **more):
        tables = {"survey": rows} | ({"survey_frame": list(frames)} if frames else {})
        report = office("satisfaction", **tables, **more)
        return satisfaction.draw_answers(report, "overall", "")

    return make


def test_everyone_asked_is_told_by_what_became_of_them(drawn):
    answers = drawn(wave("2025", given()))

    found = satisfaction.response_rate(answers)

    rr1 = found.one("response_rate")
    assert (rr1.events, rr1.n) == (480, 720)
    many = {e.dim("disposition"): e.value for e in found.of("disposition")}
    assert many["interview"] == 480
    assert sum(v for k, v in many.items() if k != "interview") == pytest.approx(240, abs=10)
    # Nobody was found not eligible, so that of those not known no share is: no rate 3.
    rates = {e.dim("rate"): e for e in found.of("outcome_rate")}
    assert set(rates) == {"coop1", "ref1", "con1"}
    reached = 480 + many["refusal"] + many["other"]
    assert rates["coop1"].value == pytest.approx(480 / reached, abs=0.01)
    assert rates["ref1"].value == pytest.approx(many["refusal"] / 720, abs=0.01)
    assert rates["con1"].value == pytest.approx(reached / 720, abs=0.01)
    title = present.response_table(found).content["en"].title
    assert title == "480 of 720 asked completed the questionnaire (66.7%)"


def test_of_those_not_known_the_share_found_among_the_others_is_taken(drawn):
    rows = wave("2025", given())
    for row in rows[:360:6]:
        if row["disposition"] != "interview":
            row["disposition"] = "not_eligible"
    gone = sum(row["disposition"] == "not_eligible" for row in rows)
    unknown = sum(row["disposition"] == "unknown_other" for row in rows)
    known = 720 - gone - unknown

    found = satisfaction.response_rate(drawn(rows))

    share = known / (known + gone)
    expected = 480 / (known + share * unknown)
    assert found.one("outcome_rate", rate="rr3").value == pytest.approx(expected, abs=0.01)
    assert found.one("response_rate").n == pytest.approx(720 - gone, abs=3)


def test_a_file_that_lacks_some_of_those_asked_has_no_response_rate(drawn):
    rows = wave("2025", given())
    answers = drawn(rows[:-60], frame("2025", 720))

    for refused in (satisfaction.response_rate(answers), satisfaction.silent(answers, TOP)):
        assert isinstance(refused, Refusal)
        assert "720" in refused.estimate.reason.text["en"]
        assert "660" in refused.estimate.reason.text["zh"]


def test_the_silent_bound_the_share_and_may_not_be_able_to_turn_it(drawn):
    answers = drawn(wave("2025", given()))

    # 300 of 720 are satisfied; with the silent 540.
    found = satisfaction.silent(answers, TOP, threshold=0.5)
    bounds, tip = found.one("silent_bounds"), found.one("tipping")
    # Told to a thousandth.
    assert (bounds.low, bounds.high) == pytest.approx((300 / 720, 540 / 720), abs=0.0006)
    # 60 of the 240 silent bring it to 360.
    assert tip.value == pytest.approx(0.25, abs=0.0006)
    shown = present.bounds_figure(_measured(answers), found)
    assert "25% of the silent" in shown.content["en"].note
    assert shown.content["en"].title.startswith("33% of those asked said nothing")

    low, high = (satisfaction.silent(answers, TOP, threshold=x).one("tipping") for x in (0.4, 0.8))
    assert low.value is None and low.reason.text["en"].startswith("More than 40%")
    assert high.value is None and high.reason.text["en"].startswith("Fewer than 80%")


def _measured(answers):
    return satisfaction.top_box(answers, "respondent_kind", TOP, "design", 0.95)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0])
def test_a_threshold_that_nobody_can_cross_is_no_choice(drawn, threshold):
    with pytest.raises(UsageError):
        satisfaction.silent(drawn(wave("2025", given())), TOP, threshold=threshold)


def test_behind_few_answers_nothing_is_said_of_the_silent(drawn):
    answers = drawn(wave("2025", given(top=30, low=4, silent=20)))

    found = satisfaction.silent(answers, TOP)

    assert {e.disclosure for e in found.estimates} == {"withheld"}
    assert all(e.value is None and e.low is None for e in found.estimates)


def test_the_headline_holds_what_the_silent_could_make_of_it(drawn):
    answers = drawn(wave("2025", given()))
    decided = satisfaction.verdict(_measured(answers), satisfaction.silent(answers, TOP))

    said = present.headline(decided)

    for lang, words in {"en": "could be 41.7% to 75.0%", "zh": "可能是41.7%到75.0%"}.items():
        assert words in str(said.content[lang])
    assert "41.7% to 75.0%" in str(said.content["en"])


def places_that_differ():
    """In half of the places most are satisfied and answer, in the others hardly anybody."""
    rows = []
    for place in range(12):
        good, told = (0.9, 0.9) if place % 2 else (0.3, 0.3)
        for i in range(100):
            # A fixed pattern: as many as the shares say, answer apart from opinion.
            satisfied, answers = i % 10 < 10 * good, i // 10 < 10 * told
            rows.append(
                {"respondent_id": f"{place}-{i}", "wave": "2025", "instrument": "q",
                 "overall": (5 if satisfied else 1) if answers else None,
                 "respondent_kind": "parent", "scale_min": 1, "scale_max": 5,
                 "disposition": "interview" if answers else "noncontact",
                 "stratum": "all", "psu": f"place {place}", "weight": 4.0}
            )  # fmt: skip
    return rows


def test_answers_stand_for_the_silent_of_their_place(drawn):
    answers = drawn(places_that_differ())

    found = satisfaction.placed(answers, TOP, 0.95, ("psu",))

    # Of all 60 % are satisfied; of those who answered 0.9 * 0.9 + 0.3 * 0.3 over 1.2.
    share, shift = found.one("placed_share"), found.one("placed_shift")
    assert share.value == pytest.approx(0.6, abs=0.0006)
    assert shift.value == pytest.approx(0.6 - 0.75, abs=0.0006)
    # The error is that of twelve places of 0.9 or 0.3, and not of fixed totals.
    assert share.low < 0.42 and share.high > 0.75


def test_a_place_with_few_answers_is_joined_and_nothing_is_weighted_by_what_is_not_known(drawn):
    rows = places_that_differ()
    for row in rows[:97]:
        row |= {"overall": None, "disposition": "noncontact"}
    answers = drawn(rows)

    # The first place has none of ten or so answers left, and stands with another.
    joined = satisfaction.placed(answers, TOP, 0.95, ("psu",)).one("placed_share")
    assert joined.value == pytest.approx(0.6, abs=0.03)
    refused = satisfaction.placed(answers, TOP, 0.95, ("sex",))
    assert isinstance(refused, Refusal)
    assert "Sex" in refused.estimate.reason.text["en"]
    with pytest.raises(UsageError):
        satisfaction.placed(answers, TOP, 0.95, ("overall",))


def test_the_frame_stands_beside_those_who_answered(drawn):
    frames = frame("2025", 720)
    for row in frames[:6]:
        row["persons"] = 1200
    answers = drawn(wave("2025", given()), frames)

    found = satisfaction.represented(answers)

    # Six places of 1,200 and six of 400; as many were asked in each.
    town = {e.dim("of"): e.value for e in found.estimates if e.definition.text["en"] == "town"}
    assert town["frame"] == pytest.approx(0.75)
    assert town["asked"] == pytest.approx(0.5)
    assert town["weighted"] == pytest.approx(0.5, abs=0.05)
    assert found.largest == pytest.approx(0.25, abs=0.05)
    # Equal weights stand for nobody in particular.
    assert found.stood_for is None
    title = present.represented_table(found).content["en"].title
    assert title.endswith("away from the frame in some stratum")


def test_without_a_frame_nothing_is_said_of_one(drawn):
    found = satisfaction.represented(drawn(wave("2025", given())))

    assert found.estimates == ()
    assert "No frame" in str(present.represented_table(found).content["en"])


def two(drawn, before=None, now=None, frames=True, **changed):
    then, last = before or given(240, 240, 240), now or given(360, 120, 240)
    rows = wave("2024", then) + wave("2025", last, **changed)
    held = [*frame("2024", 720), *frame("2025", len(last) // 12 * 12)] if frames else ()
    return drawn(rows, held)


def test_a_change_between_waves_is_told_with_its_interval_and_its_bounds(drawn):
    answers = two(drawn)

    found = satisfaction.change(answers, TOP, 0.95)

    shares = [found.one("wave_share", wave=w).value for w in ("before", "now")]
    assert shares == pytest.approx([0.5, 0.75])
    gap, p = found.one("wave_change"), found.one("wave_change_p")
    assert gap.value == pytest.approx(0.25) and gap.low > 0 and p.value < 0.001
    # 240 to 480 of 720 before, 360 to 600 now.
    bounds = found.one("wave_bounds")
    assert (bounds.low, bounds.high) == pytest.approx((-120 / 720, 360 / 720), abs=0.0006)
    assert all(e.reason.code == "passed" for e in satisfaction.wave_gates(answers).estimates)
    title = present.change_table(found).content["en"].title
    assert title.startswith("More are satisfied than in the wave before, by +25")


@pytest.mark.parametrize(
    ("before", "now", "title"),
    [
        (given(360, 120), given(240, 240), "Fewer are satisfied"),
        (given(), given(305, 175), "No clear change"),
    ],
)
def test_the_title_says_which_way_it_went(drawn, before, now, title):
    found = satisfaction.change(two(drawn, before, now), TOP, 0.95)

    assert title in present.change_table(found).content["en"].title


@pytest.mark.parametrize(
    ("changed", "gate"),
    [
        ({"instrument": "another"}, "same_instrument"),
        ({"respondent_kind": "child"}, "same_respondents"),
        ({"item_1": 3}, "same_items"),
        ({"frames": False}, "same_frame"),
        ({"now": given(40, 10, 22)}, "enough_answers"),
        ({"now": given(360, 360, 0)}, "silent_there"),
    ],
)
def test_two_waves_that_are_not_alike_have_no_change(drawn, changed, gate):
    answers = two(drawn, **changed)

    found = satisfaction.change(answers, TOP, 0.95)

    assert isinstance(found, Refusal)
    failed = [e.dim("gate") for e in satisfaction.wave_gates(answers).estimates if e.would_pass]
    assert failed == [gate]
    assert "not produced" in str(present.change_table(found).content["en"])


def test_other_places_are_another_frame(drawn):
    rows = wave("2024", given()) + wave("2025", given())
    held = [*frame("2024", 720), *frame("2025", 720)]
    for row in held[15:]:
        row["psu"] = "other " + row["psu"]
    for row in rows[720:]:
        if int(row["psu"].split()[1]) >= 3:
            row["psu"] = "other " + row["psu"]

    found = satisfaction.change(drawn(rows, held), TOP, 0.95)

    assert isinstance(found, Refusal)
    # Three of 21 names are in both.
    assert "14%" in found.estimate.reason.text["en"]


def test_one_wave_is_no_change_and_decides_none(drawn, project):
    answers = drawn(wave("2025", given()))
    changed = satisfaction.change(answers, TOP, 0.95)

    assert changed.estimates == () and satisfaction.wave_gates(answers).estimates == ()
    assert "one wave" in str(present.change_table(changed).content["en"])
    report = planned_change(project)
    answers = satisfaction.draw_answers(report, "overall", "")
    with pytest.raises(UsageError):
        satisfaction.verdict(_measured(answers))
    decided = satisfaction.verdict(
        _measured(answers), None, satisfaction.change(answers, TOP, 0.95)
    )
    assert decided.estimates[0].verdict == "not_assessable"
    assert "one wave" in decided.estimates[0].reason.text["en"]


def planned_change(project):
    text = project.read_text(encoding="utf-8")
    text = text.replace('primary = "top_box"', 'primary = "wave_change"')
    project.write_text(text, encoding="utf-8")
    return open_report(project, "guigang", "satisfaction", "en")


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        ((240, 240), (360, 120), "improvement"),
        ((360, 120), (240, 240), "worsening"),
        ((300, 180), (305, 175), "no_clear"),
    ],
)
def test_a_planned_change_has_a_verdict(drawn, project, before, now, word):
    two(drawn, given(*before, 240), given(*now, 240))
    report = planned_change(project)
    answers = satisfaction.draw_answers(report, "overall", "")

    decided = satisfaction.verdict(
        _measured(answers),
        satisfaction.silent(answers, TOP),
        satisfaction.change(answers, TOP, 0.95),
    )

    assert decided.estimates[0].verdict == word
    # Two points in time, with nobody beside them.
    assert decided.one("rating").value == 1
    assert "in the wave before" in str(present.headline(decided).content["en"])


def test_a_frame_that_does_not_name_its_strata_is_compared_with_nobody(drawn):
    frames = frame("2025", 720)
    frames[0]["stratum"] = None

    assert satisfaction.represented(drawn(wave("2025", given()), frames)).estimates == ()


def test_one_group_is_drawn_with_every_answer_and_its_people(drawn):
    answers = drawn(wave("2025", given()))

    shown = present.distribution_figure(satisfaction.distribution(answers, "respondent_kind"))

    assert "gave an answer above the middle" in shown.content["en"].title
    assert shown.content["zh"].alt


@pytest.mark.parametrize(
    ("waves", "words"), [(1, "One wave of answers"), (2, "The data hold 2 waves")]
)
def test_a_level_says_how_many_waves_there_are(drawn, waves, words):
    answers = drawn(wave("2025", given())) if waves == 1 else two(drawn)

    decided = satisfaction.verdict(_measured(answers))

    assert decided.estimates[0].reason.text["en"].startswith(words)


def test_words_of_the_waves_gates_stand_to_the_left(drawn):
    answers = two(drawn)

    heads = present.wave_gates_table(satisfaction.wave_gates(answers)).content["en"].heads
    assert [head.align for head in heads[:4]] == ["left"] * 4
