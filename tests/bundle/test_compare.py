"""Two runs beside the record: which numbers came out again, and what class that is."""

import copy

import pytest

from evalkit.bundle.compare import ABLE, TOLERANCE, Compared, Difference, classify, compare

PARTS = ("value", "low", "high", "se", "level", "n", "events", "denominator")


def estimate(key, **values):
    empty = dict.fromkeys((*PARTS, "verdict"))
    return {"id": key, **empty, "disclosure": "passed", "interval": "none", **values}


ORIGIN = dict.fromkeys(
    ("package_sha256", "notebook_sha256", "study_sha256", "area_sha256", "plan_sha256"), "f"
)
TOLD = {"headline": {"en": "17 fewer"}, "cautions": [], "shown": "s", "provenance": ORIGIN}
BEFORE = {
    **TOLD,
    "estimates": [
        estimate("a", value=0.25, low=0.2, high=0.3, n=400, interval="confidence", level=0.95),
        estimate("b", verdict="no_clear"),
    ],
}


def again(**values):
    made = copy.deepcopy(BEFORE)
    made["estimates"][0] |= values
    return made


def test_every_number_and_word_counts_once():
    found = compare("r", BEFORE, [again(), again()])
    # Five numbers and two words of the first, a verdict and two words of the second; then what
    # was said and shown, and five fingerprints of where it comes from.
    assert (found.numbers, found.equal, found.near, found.differences) == (18, 18, 0, [])
    assert classify([found], []) == ("full", [])


@pytest.mark.parametrize(
    ("part", "value", "near"),
    [
        ("value", 0.25 + TOLERANCE / 2, True),
        ("value", 0.25 + 2 * TOLERANCE, False),
        ("n", 401, False),
        ("n", 400.0000000001, False),
        ("value", None, False),
        ("level", 0.9, False),
    ],
)
def test_a_number_is_the_same_near_or_another(part, value, near):
    found = compare("r", BEFORE, [again(), again(**{part: value})])

    assert (found.equal, found.near) == (17, int(near))
    assert [(d.id, d.part, d.run) for d in found.differences] == ([] if near else [("a", part, 2)])
    assert classify([found], [])[0] == ("minor" if near else "partial")


def test_the_tolerance_is_of_a_numbers_size():
    big = {**TOLD, "estimates": [estimate("a", value=1e6)]}
    made = {**TOLD, "estimates": [estimate("a", value=1e6 + 9e-4)]}
    assert compare("r", big, [made]).near == 1


def test_a_result_that_is_new_or_gone_is_a_difference():
    new, gone = again(), again()
    new["estimates"].append(estimate("c", value=1.0))
    gone["estimates"].pop()

    assert [d.id for d in compare("r", BEFORE, [new]).differences] == ["c"]
    lost = compare("r", BEFORE, [gone])
    assert {(d.id, d.after) for d in lost.differences} == {("b", "")}
    assert lost.equal == 15


def test_a_report_without_a_run_reproduces_nothing():
    found = compare("r", BEFORE, [again(), None], "no_result")
    assert (found.equal, found.near) == (0, 0)
    assert classify([found], []) == ("not_able", ["not_made"])


@pytest.mark.parametrize(
    ("reports", "notes", "kind", "reasons"),
    [
        ([], [], "not_able", []),
        ([Compared("a", 10, 10)], [], "full", []),
        ([Compared("a", 10, 9, 1)], [], "minor", ["near"]),
        ([Compared("a", 10, 10)], ["python"], "minor", ["python"]),
        ([Compared("a", 4, 1)], [], "partial", []),
        ([Compared("a", 5, 1)], [], "not_able", []),
        ([Compared("a", 9, 9), Compared("b", 1, why="x")], [], "partial", ["not_made"]),
        (
            [Compared("a", 9, 9, differences=[Difference("x", "id", "", "x", 1)])],
            [],
            "partial",
            ["differs"],
        ),
    ],
)
def test_the_class_follows_from_the_counts(reports, notes, kind, reasons):
    assert classify(reports, notes) == (kind, reasons)
    assert ABLE == 0.25


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"headline": {"en": "71 fewer"}}, "headline"),
        ({"cautions": [{"en": "none"}]}, "cautions"),
        ({"shown": "t"}, "shown"),
        ({"provenance": ORIGIN | {"notebook_sha256": "0"}}, "notebook_sha256"),
        ({"provenance": ORIGIN | {"study_sha256": "0"}}, "study_sha256"),
    ],
)
def test_other_words_or_another_origin_are_a_difference(change, part):
    found = compare("r", BEFORE, [again(), copy.deepcopy(BEFORE) | change])
    assert [(d.part, d.run) for d in found.differences] == [(part, 2)]
    assert classify([found], [])[0] == "partial"
