"""What reports rest on: each fact that differs, and what an edition does not say."""

import copy

import pytest

from evalkit.editions.edition import Report
from evalkit.editions.facts import Fact, facts_of

from .made import PLACE, estimate, origin, refused, results, word

BASE = results(estimate("x", value=0.5))


def facts(old, new, before=None, after=None):
    return list(facts_of(Report(PLACE, old, before), Report(PLACE, new, after)))


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("plan", "plan_sha256"),
        ("plan_status", "plan_status"),
        ("version", "version"),
        ("package", "package_sha256"),
        ("python", "python"),
        ("study", "study_sha256"),
        ("area", "area_sha256"),
    ],
)
def test_where_a_report_comes_from_is_held_part_by_part(kind, key):
    other = origin(BASE, **{key: "z"})
    assert facts(BASE, other) == [Fact(kind, "", BASE["provenance"][key], "z")]

    unsaid = copy.deepcopy(BASE)
    del unsaid["provenance"][key]
    (found,) = facts(unsaid, BASE)
    assert (found.old, found.known) == (None, False)
    # Two that do not say are not the same.
    assert [fact.known for fact in facts(unsaid, unsaid)] == [False]


def test_parameters_of_the_plan_are_named():
    other = {**BASE, "plan": {"window": 26, "alpha": 0.05}}

    assert facts(BASE, other) == [
        Fact("parameter", "alpha", "", "0.05"),
        Fact("parameter", "primary", '"share_reached"', ""),
        Fact("parameter", "window", "52", "26"),
    ]
    older = {k: v for k, v in BASE.items() if k != "plan"}
    assert facts(older, BASE) == [Fact("parameter", "", None, "")]


def test_tables_are_held_by_their_fingerprint_and_one_without_is_not_known():
    other = results(estimate("x", value=0.5, data=(("served", "2" * 64), ("asked", "3" * 64))))
    assert facts(BASE, other) == [
        Fact("data", "asked", "", "3" * 64),
        Fact("data", "served", "1" * 64, "2" * 64),
    ]
    kept = copy.deepcopy(BASE)
    kept["estimates"][0]["data"] = [["served", None]]
    assert facts(kept, kept) == [Fact("data", "served", None, None)]


def test_cells_are_told_by_number_where_the_notebook_is_another():
    other = origin(BASE, notebook_sha256="9" * 64)
    before, after = ("a", "b", "b", "c"), ("a", "b", "d", "c", "e")
    found = facts(BASE, other, before, after)

    assert found[0] == Fact("notebook", "", "b" * 64, "9" * 64)
    assert found[1:] == [Fact("cell", "", "3", "3, 5")]
    assert facts(BASE, other, before, None)[1:] == [Fact("cell", "", "", None)]
    # The same notebook has the same cells, whoever executed it.
    assert facts(BASE, BASE, before, None) == []


def test_deviations_policies_words_and_reasons():
    one = {"parameter": "window", "planned": "52", "used": "26"}
    old = results(estimate("x", value=0.5, policy="1"), refused("y"))
    new = copy.deepcopy(old)
    new["estimates"][0] |= {"deviations": [one], "plan": "deviation", "policy": "2"}
    new["estimates"][1]["reason"] = {"code": "other", "text": {"en": "other"}}
    new |= {"headline": {"en": "Two."}, "languages": ["en"], "cautions": [{"en": "Mind."}]}
    found = {fact.kind: (fact.name, fact.old, fact.new) for fact in facts(old, new)}

    assert found == {
        "deviation": ("window", "", "52 → 26"),
        "policy": ("", "1", "2"),
        "languages": ("", "en, zh", "en"),
        "headline": ("", '{"en": "One in three.", "zh": "三分之一。"}', '{"en": "Two."}'),
        "cautions": ("", "[]", '[{"en": "Mind."}]'),
        "reasons": ("", "a.reach.y: few", "a.reach.y: other"),
    }


def test_what_is_exploratory_is_a_deviation_without_a_parameter():
    other = results(estimate("x", value=0.5, plan="exploratory"))

    assert Fact("deviation", "", "", "x") in facts(BASE, other)


def test_the_order_of_names_is_no_difference_and_words_stay_legible():
    old = {**BASE, "plan": {"x": {"b": 1, "a": "村"}}, "headline": {"en": "a", "zh": "b"}}
    new = {**BASE, "plan": {"x": {"a": "村", "b": 1}}, "headline": {"zh": "b", "en": "a"}}
    assert facts(old, new) == []
    (found,) = facts(old, {**new, "plan": {}})
    assert found.old == '{"a": "村", "b": 1}'


def test_data_that_are_made_up_no_longer_are_told():
    other = results(estimate("x", value=0.5, made_up=True))

    assert facts(other, BASE) == [Fact("made_up", "", "made_up", "not_made_up")]


def test_a_reason_that_comes_or_goes_is_a_change_of_the_number_and_no_fact():
    assert facts(results(refused("y")), results(estimate("y", value=0.5))) == []
    assert word("x").code == "x"


def branded(results, **more):
    made = copy.deepcopy(results)
    made["study"]["brand"] = {"name": {"en": "Institute"}, "logo": None, "colours": {}} | more
    return made


def test_who_publishes_is_a_fact_of_its_own():
    other = branded(BASE, name={"en": "Office"})
    looks = branded(BASE, colours={"light": "#000000", "dark": "#FFFFFF"})

    assert [(f.kind, f.old, f.new) for f in facts(branded(BASE), other)] == [
        ("publisher", '{"en": "Institute"}', '{"en": "Office"}')
    ]
    assert [fact.kind for fact in facts(branded(BASE), looks)] == ["logo"]
    assert [fact.kind for fact in facts(BASE, other)] == ["publisher", "logo"]


def test_what_a_choice_states_is_no_reason_for_having_no_number():
    one, other = (results(estimate("choice", reason=word(code))) for code in ("60", "80"))

    (found,) = facts(one, other)

    assert (found.kind, found.old, found.new) == (
        "stated", "a.reach.choice: 60", "a.reach.choice: 80"
    )  # fmt: skip
