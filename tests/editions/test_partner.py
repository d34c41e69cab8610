"""A partner's file: strict in shape, exact in numbers, tolerant as far as somebody declared."""

import copy
import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.helpers import LAW

from evalkit.bundle.listings import OPERATIONS, reporting_event
from evalkit.editions.agreement import Pair, agreement
from evalkit.editions.partner import LONGEST_NUMBER, exact, is_partner, operation_of, read_partner
from evalkit.editions.tolerance import Limit, Tolerance, read_tolerance
from evalkit.errors import CompareError

from .made import edition, estimate, event, refused, results, withheld

FILE = Path("partner.json")
X = "a.reach.x"


def held(ours, *analyses, limits=None):
    theirs = read_partner(event(*analyses), FILE)
    found = agreement(edition(results(*ours)), theirs, Tolerance(limits or {}))
    return found, [(p.id, p.operation, p.state, p.why) for p in found.pairs]


def test_each_state_is_found_and_nothing_withheld_is_printed():
    ours = [
        estimate("x", value=0.25, n=40, low=0.2, high=0.3, interval="confidence", level=0.95),
        withheld("hidden"), refused("not_given"), estimate("alone", value=1.5),
    ]  # fmt: skip
    found, states = held(
        ours,
        (X, {"value": "0.25", "n": "41", "low": "NA", "Median": "7"}),
        ("a.reach.hidden", {"n": "3"}),
        ("a.reach.not_given", {"value": "0.5"}),
        ("b.other", {"value": "1"}),
    )

    assert states == [
        (X, "n", "differs", ""),
        ("a.reach.hidden", "n", "unlike", "withheld"),
        ("a.reach.not_given", "value", "unlike", "refused"),
        (X, "low", "unlike", "no_number"),
        (X, "Median", "only_theirs", ""),
        ("b.other", "value", "only_theirs", ""),
        ("a.reach.alone", "value", "only_ours", ""),
        (X, "high", "only_ours", ""),
        (X, "value", "agrees", ""),
    ]
    secret = [p for p in found.pairs if p.why in ("withheld", "refused")]
    assert [(p.ours, p.theirs) for p in secret] == [("", ""), ("", "")]
    assert not found.whole and found.unscaled == 2
    assert found.pairs[0] == Pair(X, "n", "differs", "", "40", "41")
    assert found.pairs[4] == Pair(X, "Median", "only_theirs", "", "", "7")


def test_our_own_file_agrees_with_us_to_the_last_digit():
    ours = results(
        estimate("x", value=1 / 3, n=40, low=0.1 + 0.2, high=0.4, interval="confidence",
                 level=0.95, se=1e-7),
        estimate("y", value=0.5, dims=(("sex", "girl"),)), withheld("z"),
    )  # fmt: skip
    data = json.loads(json.dumps(reporting_event([ours])))
    found = agreement(edition(ours), read_partner(data, FILE), Tolerance())

    assert is_partner(data) and found.whole and found.unscaled == 0
    assert found.counts == {"agrees": 6}
    assert not is_partner(ours) and not is_partner([data])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("unit=share; level=0.95", ""),
        ("unit=share; level=0.950", ""),
        ("unit=cases; level=0.95", "unit"),
        ("unit=share; level=0.9", "level"),
        ("unit=share", ""),
        ("any words", ""),
        ("level=0.90", "level"),
        ("level=0.95", ""),
        ("level: 95 %; unit: Share.", ""),
        ("95% CI", ""),
        ("90 % confidence interval", "level"),
        ("level 90 %, unit: per cent", "unit"),
        ("level=0.9 unit=share", "level"),
        ("at the usual level", "level_unread"),
        ("level=0,95", "level_unread"),
        ("level=0.95; level=0.9", "level_unread"),
        ("level=1", "level_unread"),
        ("level=0", "level_unread"),
        ("unit", "unit_unread"),
        ("unit=share; unit=cases", "unit_unread"),
        ("all in per cent", "unit"),
        ("单位：share；置信水平：90%", "level"),
    ],
)
def test_another_unit_or_level_is_not_compared(said, why):
    ours = [estimate("x", value=0.25, low=0.2, high=0.3, interval="confidence", level=0.95)]
    _, states = held(ours, (X, {"value": "0.25", "low": "0.2"}, {"description": said}))
    told = {operation: reason for _, operation, _, reason in states}

    assert told["low"] == why
    # A level is that of limits alone.
    assert told["value"] == (why if why.startswith("unit") else "")


def test_a_result_of_another_group_is_not_ours():
    ours = [estimate("x", value=0.25, dims=(("sex", "girl"),))]
    key = "a.reach.x[sex=girl]"
    groups = [{"groupingId": "G", "groupValue": value} for value in ("girl", "boy")]
    rows = [{"operationId": "value", "rawValue": "0.25", "resultGroups": [g]} for g in groups]
    _, states = held(ours, (key, {"value": "0"}, {"results": rows}))

    assert [(state, why) for *_, state, why in states] == [("unlike", "groups"), ("agrees", "")]


def test_a_grouping_without_a_value_is_no_other_group():
    rows = [{"operationId": "value", "rawValue": "0.25", "resultGroups": [{"groupingId": "G"}]}]
    _, states = held([estimate("x", value=0.25)], (X, {"value": "0"}, {"results": rows}))

    assert states == [(X, "value", "agrees", "")]


@pytest.mark.parametrize(
    ("raw", "unit", "said", "state"),
    [
        ("25.0", "share", "", ("unlike", "percent")),
        ("25.01", "share", "", ("differs", "")),
        ("25.0", "mean", "", ("differs", "")),
        ("25.0", "share", "unit=share", ("differs", "")),
    ],
)
def test_per_cent_beside_a_share_is_another_unit(raw, unit, said, state):
    ours = [estimate("x", value=0.25, unit=unit)]
    _, ((*_, found, why),) = held(ours, (X, {"value": raw}, {"description": said}))

    assert (found, why) == state
    # A count is never per cent.
    ours = [estimate("x", value=0.5, n=25)]
    states = held(ours, (X, {"n": "2500"}))[1]
    assert [s for _, name, s, _ in states if name == "n"] == ["differs"]


def test_how_many_stand_behind_a_refusal_is_compared():
    _, states = held([refused("x", n=40)], (X, {"n": "40", "value": "0.5"}))

    assert states == [(X, "value", "unlike", "refused"), (X, "n", "agrees", "")]


def test_without_an_id_in_common_nothing_is_compared():
    with pytest.raises(CompareError) as problem:
        held([estimate("x", value=1.0)], ("An03_01_Age", {"value": "1"}))
    assert problem.value.key == "compare.no_common_id"
    assert problem.value.values["ours"] == [X]


def test_two_results_of_ours_with_one_id_are_refused():
    ours = edition(results(estimate("x", value=1.0)), results(estimate("x", value=1.0), study="t"))
    with pytest.raises(CompareError) as problem:
        agreement(ours, read_partner(event((X, {"value": "1"})), FILE), Tolerance())
    assert problem.value.key == "compare.id_twice"


WHOLE = event((X, {"value": "1"}))


def without(path, value=None):
    """The file with one part gone, or another."""
    data = copy.deepcopy(WHOLE)
    inner = data
    *way, last = path
    for step in way:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return data


RESULT = ("analyses", 0, "results", 0)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (without(["id"]), "id"),
        (without(["name"], 3), "name"),
        (without(["mainListOfContents"]), "mainListOfContents"),
        (without(["methods"]), "methods"),
        (without(["methods", 0, "id"]), "methods[0].id"),
        (without(["methods", 0, "operations"], {}), "methods[0].operations"),
        (without(["methods", 0, "operations", 0, "name"]), "methods[0].operations[0].name"),
        (without(["analyses"], {}), "analyses"),
        (without(["analyses", 0], []), "analyses[0].id"),
        (without(["analyses", 0, "methodId"], "other"), "analyses[0].methodId"),
        (without(["analyses", 0, "results"], "x"), "analyses[0].results"),
        (without([*RESULT, "operationId"], "other"), "analyses[0].results[0].operationId"),
        (without([*RESULT, "rawValue"], 1.0), "analyses[0].results[0].rawValue"),
        (without([*RESULT, "resultGroups"], {}), "analyses[0].results[0].resultGroups"),
        (
            without([*RESULT, "resultGroups"], [{"groupValue": "x"}]),
            "analyses[0].results[0].resultGroups[0].groupingId",
        ),
        (
            without([*RESULT, "resultGroups"], [{"groupingId": "x", "groupId": 3}]),
            "analyses[0].results[0].resultGroups[0].groupId",
        ),
    ],
)
def test_what_is_not_of_the_shape_is_refused_by_its_place(data, place):
    with pytest.raises(CompareError) as problem:
        read_partner(data, FILE)
    assert (problem.value.key, problem.value.values["place"]) == ("compare.no_ars", place)


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (2000, True), (2001, False)])
def test_an_id_is_neither_empty_nor_endless(length, fits):
    data = without(["analyses", 0, "id"], "x" * length)
    if fits:
        assert read_partner(data, FILE).results
        return
    with pytest.raises(CompareError):
        read_partner(data, FILE)


def test_the_list_of_contents_of_the_drafts_is_known_and_a_plan_without_results():
    data = without(["mainListOfContents"]) | {"listOfPlannedAnalyses": {"listItems": []}}
    del data["analyses"][0]["results"]

    assert read_partner(data, FILE).results == ()


def test_nothing_may_stand_twice():
    twice = event((X, {"value": "1"}), (X, {"value": "2"}))
    with pytest.raises(CompareError) as problem:
        read_partner(twice, FILE)
    assert problem.value.key == "compare.analysis_twice"
    again = copy.deepcopy(WHOLE)
    again["analyses"][0]["results"] *= 2
    with pytest.raises(CompareError) as problem:
        read_partner(again, FILE)
    assert problem.value.key == "compare.result_twice"


def test_too_many_analyses_are_refused(monkeypatch):
    monkeypatch.setattr("evalkit.editions.partner.MOST_ANALYSES", 1)
    assert read_partner(WHOLE, FILE).results
    with pytest.raises(CompareError) as problem:
        read_partner(event((X, {"value": "1"}), ("y", {"value": "1"})), FILE)
    assert problem.value.key == "compare.many"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.1", Fraction(1, 10)), ("-1.5e-3", Fraction(-3, 2000)), ("7", Fraction(7)),
        ("1E2", Fraction(100)), ("NA", None), ("", None), (None, None), ("nan", None),
        ("1e9999", None), ("1/3", None), ("1_000", None), ("<0.0001", None), ("٣", None),
        (" 1", None), ("1" * LONGEST_NUMBER, Fraction("1" * LONGEST_NUMBER)),
        ("1" * (LONGEST_NUMBER + 1), None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written_or_not_at_all(text, number):
    assert exact(text) == number


def test_an_operation_is_known_by_our_key_or_by_our_name():
    for key, name in OPERATIONS.items():
        assert operation_of(key) == operation_of(name.upper()) == operation_of(f" {name}") == key
    assert operation_of("Median") == "Median"


@pytest.mark.parametrize(
    ("limit", "one", "other", "holds"),
    [
        (Limit(), "0.1", "0.1", True),
        (Limit(), "0.1", "0.10000000000000001", False),
        # 0.30 - 0.25 is more than 0.05 in binary fractions, and is not here.
        (Limit(absolute=Fraction("0.05")), "0.30", "0.25", True),
        (Limit(absolute=Fraction("0.05")), "0.30", "0.2499", False),
        (Limit(relative=Fraction("0.01")), "100", "99", True),
        (Limit(relative=Fraction("0.01")), "100", "98.9", False),
        (Limit(relative=Fraction("0.01")), "-100", "-99", True),
        (Limit(Fraction(2), Fraction("0.01")), "100", "98", True),
    ],
)
def test_a_limit_holds_up_to_itself(limit, one, other, holds):
    assert limit.holds(Fraction(one), Fraction(other)) is holds
    assert limit.holds(Fraction(other), Fraction(one)) is holds


sizes = some.integers(-64, 64).map(lambda n: n / 16)


@LAW
@given(sizes, sizes, some.integers(0, 32), some.integers(0, 15))
def test_a_limit_is_that_of_the_library(one, other, absolute, relative):
    # Sixteenths are whole in binary, so that the library's own arithmetic is exact too.
    absolute, relative = absolute / 16, relative / 16
    limit = Limit(Fraction(absolute), Fraction(relative))

    holds = limit.holds(Fraction(one), Fraction(other))
    assert holds == math.isclose(one, other, rel_tol=relative, abs_tol=absolute)


def test_tolerances_are_declared_by_operation_and_for_all_others(tmp_path):
    file = tmp_path / "t.toml"
    file.write_text("[value]\nabsolute = 0.0005\n[all]\nrelative = 1e-6\n", encoding="utf-8")
    found = read_tolerance(file)

    assert found.of("value") == Limit(absolute=Fraction("0.0005"))
    assert found.of("se") == Limit(relative=Fraction(1, 10**6))
    assert Tolerance().of("value") == Limit()
    _, states = held(
        [estimate("x", value=0.25, n=40)], (X, {"value": "0.2505", "n": "40"}), limits=found.limits
    )
    assert {state for *_, state, _ in states} == {"agrees"}


def test_no_distance_at_all_may_be_declared_and_no_file_is_endless(tmp_path):
    file = tmp_path / "t.toml"
    file.write_text("[value]\nabsolute = 0\nrelative = 0\n", encoding="utf-8")
    assert read_tolerance(file).limits == {"value": Limit()}
    text = "[value]\nabsolute = 0\n#"
    file.write_text(text + "x" * ((1 << 16) - len(text)), encoding="utf-8")
    assert read_tolerance(file).limits
    file.write_text(text + "x" * ((1 << 16) - len(text) + 1), encoding="utf-8")
    with pytest.raises(CompareError):
        read_tolerance(file)


@pytest.mark.parametrize(
    "text",
    [
        "", "[median]\nabsolute = 1", "value = 1", "[value]", "[value]\nabsolute = -1",
        "[value]\nrelative = 1.0", "[value]\nabsolute = inf", "[value]\nabsolute = nan",
        "[value]\nabsolute = true", "[value]\nabsolute = '1'", "[value]\nother = 1",
        "[value]\nabsolute = 1e301",
    ],
)  # fmt: skip
def test_what_is_no_tolerance_is_refused(text, tmp_path):
    file = tmp_path / "t.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CompareError) as problem:
        read_tolerance(file)
    assert problem.value.key == "compare.tolerance"
