"""A survey is held to what its frame says of how many were asked, wave by wave."""

from tests.cohort.office import write

from evalkit.outcomes import open_report, satisfaction
from evalkit.outcomes.report import Refusal

from .test_survey_told import TOP, drawn, frame, given, two, wave  # noqa: F401


def test_a_wave_before_that_lacks_some_of_the_silent_has_no_bounds_of_a_change(drawn):  # noqa: F811
    then = [row for row in wave("2024", given()) if row["overall"] or row["psu"] == "place 3"]
    rows, held = then + wave("2025", given()), [*frame("2024", 720), *frame("2025", 720)]

    found = satisfaction.change(drawn(rows, held), TOP, 0.95)

    # Some of the silent are there; the frame says of more that they were asked.
    assert found.estimate.reason.code == "silent_there"


def test_without_a_frame_nothing_is_said_of_places_that_differ(drawn):  # noqa: F811
    found = satisfaction.change(two(drawn, frames=False), TOP, 0.95)

    said = found.estimate.reason.text["en"]
    assert "Nothing shows" in said and "both frames: a wave has no list of places;" in said


def again(project, rows):
    """The same study with other rows."""
    write(project.parent / "data" / "clean", "survey", rows)
    report = open_report(project, "guigang", "satisfaction", "en")
    return satisfaction.draw_answers(report, "overall", "")


def test_a_place_whose_number_asked_is_not_told_is_not_taken_for_none(drawn, project):  # noqa: F811
    rows = wave("2025", given())
    never = frame("2025", 0)[0] | {"psu": "never drawn", "drawn": False, "sampled": None}
    held = [*frame("2025", 720), never]
    held[0]["sampled"] = None

    # 60 were asked in place 0, of which the frame does not tell; 660 in the others.
    assert satisfaction.silent(drawn(rows, held), TOP).one("silent_bounds").n == 720
    refused = satisfaction.silent(again(project, rows[60:]), TOP)
    # Of the 60 rows that are gone five are of place 0.
    said = refused.estimate.reason.text["en"]
    assert "660 people were asked" in said and "holds 605" in said


def test_no_frame_row_with_a_number_is_no_count_of_those_asked(drawn):  # noqa: F811
    held = [row | {"sampled": None} for row in frame("2025", 720)]

    assert not isinstance(satisfaction.silent(drawn(wave("2025", given()), held), TOP), Refusal)
