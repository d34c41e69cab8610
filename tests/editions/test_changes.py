"""What moved between two editions, by id: worked by hand, a slow way beside it, and laws."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.helpers import LAW

from evalkit.editions.changes import KINDS, Said, change_of, changes_between
from evalkit.editions.edition import RELEASED, state_of

from .made import (
    edition,
    estimate,
    origin,
    rating,
    refused,
    results,
    verdict,
    withheld,
    word,
)


def only(changes):
    (report,) = changes.reports
    return report


def between(old, new, **more):
    return changes_between(edition(old), edition(new), **more)


def test_each_kind_of_change_is_found_and_counted_by_hand():
    dims = (("sex", "girl"),)
    old = results(
        verdict("no_clear"), rating(3),
        estimate("same", value=0.5), estimate("moved", value=0.25, n=400),
        estimate("interval", value=0.25, low=0.2, high=0.3, interval="confidence", level=0.95),
        estimate("level", value=0.25, low=0.2, high=0.3, interval="confidence", level=0.95),
        estimate("unit", value=3.0), estimate("defined", value=0.5, definition=word("one")),
        estimate("hidden", value=0.1, n=11), withheld("shown"), withheld("not_given"),
        withheld("still"), estimate("gone", value=1.0, dims=dims), withheld("gone_hidden"),
    )  # fmt: skip
    new = results(
        verdict("improvement"), rating(4),
        estimate("same", value=0.5), estimate("moved", value=0.3, n=400),
        estimate("interval", value=0.25, low=0.1, high=0.3, interval="confidence", level=0.95),
        estimate("level", value=0.25, low=0.2, high=0.3, interval="confidence", level=0.9),
        estimate("unit", value=3.0, unit="cases"),
        estimate("defined", value=0.5, definition=word("two")),
        withheld("hidden"), estimate("shown", value=0.2, n=15), refused("not_given"),
        withheld("still"), estimate("fresh", value=2.0),
    )  # fmt: skip

    found = only(between(old, new))

    assert [(c.kind, c.id.split(".")[2], c.parts) for c in found.changes] == [
        ("moved", "interval", ("low",)),
        ("moved", "moved", ("value",)),
        ("unlike", "level", ("level",)),
        ("unlike", "unit", ("unit",)),
        ("redefined", "defined", ("definition",)),
        ("withheld", "hidden", ()),
        ("refused", "not_given", ()),
        ("released", "shown", ()),
        ("new", "fresh", ()),
        ("gone", "gone[sex=girl]", ()),
        ("gone", "gone_hidden", ()),
    ]
    # Both release seven, of which two are not of one unit and level.
    assert found.compared == 4
    assert (found.verdict, found.rating) == (Said("no_clear", "improvement"), Said("3", "4"))
    assert found.verdict.changed and not found.identical


def test_of_a_number_that_one_edition_withholds_nothing_is_kept():
    shown, hidden = estimate("x", value=0.25, n=12), withheld("x")

    for pair in ((shown, hidden), (hidden, shown)):
        found = change_of("x", *pair)
        assert (found.old, found.new, found.parts) == (None, None, ())
    gone = change_of("x", hidden, None)
    assert (gone.kind, gone.old, gone.new) == ("gone", None, None)
    assert change_of("x", shown, None).old == shown


def test_how_many_stand_behind_a_refusal_is_a_number_and_a_value_that_goes_is_a_refusal():
    old, new = refused("x", n=40), refused("x", n=45)
    found = only(between(results(old, refused("y")), results(new, refused("y"))))
    assert [(c.kind, c.parts) for c in found.changes] == [("moved", ("n",))]
    assert found.compared == 1
    assert change_of("x", old, refused("x", n=40, method=word("b"))) is None
    given = estimate("x", value=0.5, n=40)
    assert change_of("x", given, old).kind == "refused"
    assert change_of("x", old, given).kind == "released"


def test_a_field_that_one_edition_does_not_know_makes_two_numbers_incomparable():
    old, new = estimate("x", value=0.25), estimate("x", value=0.25)
    del old["events"]
    found = change_of("x", old, new)

    assert (found.kind, found.lacking, found.parts) == ("unlike", ("events",), ())
    assert only(between(results(old), results(new))).compared == 0


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ({"events": 3}, {"events": 4}, "moved"),
        ({"denominator": 30}, {"denominator": None}, "moved"),
        ({"se": 0.1}, {"se": 0.2}, "moved"),
        ({"disclosure": "rounded"}, {"disclosure": "passed"}, "redefined"),
        ({"method": word("a")}, {"method": None}, "redefined"),
        ({"verdict": "agrees"}, {"verdict": "contradicts"}, "figure"),
        ({"verdict": "agrees"}, {"verdict": "contradicts", "value": 0.6}, "moved"),
        ({"plan": "exploratory"}, {"plan": "planned"}, "redefined"),
        ({"value": 0.1 + 0.2}, {"value": 0.3}, "moved"),
    ],
)
def test_every_digit_and_every_meaning_counts(one, other, kind):
    base = {"value": 0.5}
    found = change_of("x", estimate("x", **base | one), estimate("x", **base | other))

    assert found.kind == kind


def test_the_reason_of_a_number_is_no_meaning_of_it_and_is_told_as_a_fact():
    old, new = (results(estimate("x", value=0.5, reason=word(code))) for code in "ab")
    found = only(between(old, new))

    assert found.changes == () and [fact.kind for fact in found.facts] == ["stated"]


def test_the_words_of_a_term_may_be_in_another_language():
    old, new = (estimate("x", value=0.5, group=word("all")) for _ in range(2))
    new["group"]["text"] = {"fr": "tous"}

    assert change_of("x", old, new) is None


def test_the_same_edition_is_identical_whenever_and_wherever_it_was_made():
    held = results(verdict(), rating(), estimate("x", value=0.5), withheld("y"), refused("z"))
    again = origin(held, made_at="2030-01-01T00:00:00Z", parameters={"study": "elsewhere"})
    again["estimates"] = again["estimates"][::-1]
    again = dict(reversed(again.items()))
    found = between(held, again)

    assert found.identical and found.compared == 1
    assert found.kinds == {} and found.verdicts_changed == []


@pytest.mark.parametrize(
    "new",
    [
        [verdict(), rating(3), estimate("x", value=0.25)],
        [verdict("improvement"), rating(3), estimate("x", value=0.5)],
        [verdict(), rating(2), estimate("x", value=0.5)],
    ],
)
def test_what_is_named_elsewhere_is_not_told_once_more(new):
    found = only(between(results(verdict(), rating(3), estimate("x", value=0.5)), results(*new)))

    assert not found.identical and found.facts == ()


def test_what_nothing_names_is_still_a_difference():
    held = results(verdict(), estimate("x", value=0.5))
    other = copy.deepcopy(held)
    other["estimates"][1]["digits"] = 2
    found = between(held, other)

    assert [fact.kind for fact in only(found).facts] == ["other"]
    assert not found.identical


@pytest.mark.parametrize("part", ["unread", "failed"])
def test_what_could_not_be_read_or_failed_is_no_agreement(part):
    held = results(verdict())
    one, other = edition(held), edition(held, **{part: ("s/a/claims",)})

    assert not changes_between(one, other).identical
    assert not changes_between(other, one).identical


def test_a_report_of_one_edition_alone_has_no_verdict_to_compare():
    both, alone = results(verdict()), results(verdict("improvement"), area="b")
    found = changes_between(edition(both), edition(both, alone))

    assert [(r.place, r.verdict is None) for r in found.reports] == [
        ("s/a/reach", False), ("s/b/reach", True),
    ]  # fmt: skip
    assert not found.identical and len(found.both) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([], [], Said("absent", "absent")),
        ([verdict()], [], Said("no_clear", "absent")),
        ([estimate("rating", value=None, reason=word("x"))], [rating(2)], None),
    ],
)
def test_a_verdict_that_is_not_there_is_not_the_same_as_one(old, new, said):
    found = only(between(results(*old), results(*new)))
    if said is not None:
        assert found.verdict == said
    else:
        assert found.rating == Said("refused", "2")


# The other way: every field of every id held by itself, without knowing what a change is.
def slowly(old, new):
    before = {e["id"]: e for e in old["estimates"]}
    after = {e["id"]: e for e in new["estimates"]}
    counts = dict.fromkeys(KINDS, 0)
    compared = 0
    for key in before | after:
        if key not in before:
            counts["new"] += 1
        elif key not in after:
            counts["gone"] += 1
        else:
            one, other = before[key], after[key]
            states = [
                "withheld" if e["disclosure"] == "withheld"
                else "refused" if e["value"] is None else "released"
                for e in (one, other)
            ]  # fmt: skip
            if states[0] != states[1]:
                counts[states[1]] += 1
            elif states[0] == "released":
                if one["unit"] != other["unit"]:
                    counts["unlike"] += 1
                    continue
                compared += 1
                if (one["value"], one["n"]) != (other["value"], other["n"]):
                    counts["moved"] += 1
                elif one["definition"] != other["definition"]:
                    counts["redefined"] += 1
    return compared, {kind: n for kind, n in counts.items() if n}


shown = some.builds(
    lambda value, n, unit, code: {"value": value, "n": n, "unit": unit, "definition": word(code)},
    some.sampled_from([0.0, 0.1, 0.5]), some.sampled_from([None, 20, 25]),
    some.sampled_from(["share", "mean"]), some.sampled_from("ab"),
)  # fmt: skip
anything = some.one_of(shown, some.sampled_from(["withheld", "refused"]))
editions = some.dictionaries(some.sampled_from("uvwxyz"), anything, max_size=6)


def of(held):
    kinds = {"withheld": withheld, "refused": refused}
    made = [kinds[v](k) if isinstance(v, str) else estimate(k, **v) for k, v in held.items()]
    return results(*made)


@LAW
@given(editions, editions)
def test_random_editions_against_a_slow_way(old, new):
    old, new = of(old), of(new)
    found = only(between(old, new))

    assert (found.compared, dict(found.kinds)) == slowly(old, new)


@LAW
@given(editions)
def test_an_edition_beside_itself_has_no_change(held):
    assert between(of(held), of(held)).identical


@LAW
@given(editions, editions)
def test_the_other_way_round_everything_is_mirrored(old, new):
    forth, back = only(between(of(old), of(new))), only(between(of(new), of(old)))
    mirrored = {(c.id, c.after, c.before, c.parts, str(c.new), str(c.old)) for c in forth.changes}

    assert mirrored == {
        (c.id, c.before, c.after, c.parts, str(c.old), str(c.new)) for c in back.changes
    }
    assert forth.compared == back.compared
    assert {(f.kind, f.name, f.old, f.new) for f in forth.facts} == {
        (f.kind, f.name, f.new, f.old) for f in back.facts
    }


def test_an_estimate_without_any_reason_is_taken_as_it_stands():
    assert state_of({"id": "x", "estimand": "x"}) == RELEASED
