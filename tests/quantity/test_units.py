"""Units, and which of them may be divided by which."""

import itertools
import tomllib

import pytest
from tests.helpers import ROOT

from evalkit.errors import UsageError
from evalkit.quantity import Unit, parse_unit, quotient, unit_codes
from evalkit.quantity.units import kinds, legitimate, measure_words, near
from evalkit.words import sentence

FILE = tomllib.loads((ROOT / "src/evalkit/quantity/units.toml").read_text(encoding="utf-8"))
# Kinds that are divided by nothing and divide nothing. A misspelt kind would come to them.
APART = {"mixed", "length", "share", "change", "none"}
UNITS = [Unit(code) for code in unit_codes()]


def test_every_unit_has_a_kind_and_measure_words_that_are_not_empty():
    for code, unit in FILE["units"].items():
        assert set(unit) == {"kind", "words"}, code
        assert Unit(code).kind == unit["kind"] == kinds()[code]
        assert measure_words()[code] == tuple(unit["words"])
        assert all(word == word.strip() != "" for word in unit["words"]), code


def test_the_codes_are_all_units_sorted():
    assert unit_codes() == sorted(FILE["units"])


def test_every_kind_of_a_quotient_is_the_kind_of_some_unit():
    named = set(FILE["quotients"]).union(*FILE["quotients"].values())

    assert named - set(kinds().values()) == set()


def test_every_kind_of_a_unit_stands_in_a_quotient_or_is_known_to_stand_apart():
    named = set(FILE["quotients"]).union(*FILE["quotients"].values())

    assert set(kinds().values()) - named == APART


def test_no_two_units_have_one_other_name_and_none_is_a_unit_itself():
    names = [name for others in FILE["other_names"].values() for name in others]

    assert len(names) == len(set(names))
    assert set(FILE["other_names"]) <= set(unit_codes())
    assert not set(names) & set(unit_codes())


def test_no_quotient_lists_a_kind_twice():
    for unders in FILE["quotients"].values():
        assert len(unders) == len(set(unders))


@pytest.mark.parametrize("code", unit_codes())
def test_a_unit_is_read_as_it_is_written(code):
    plain = parse_unit(code)

    assert (plain, plain.code, str(plain)) == (Unit(code), code, code)


@pytest.mark.parametrize("code", ["date", "flag", "rank", "structure"])
def test_there_is_no_rate_of_what_measures_nothing(code):
    for rate in (f"{code}/sessions", f"sessions/{code}"):
        with pytest.raises(UsageError) as caught:
            parse_unit(rate)
        assert rate in sentence(caught.value, "en")


@pytest.mark.parametrize("code", [str(unit) for unit in UNITS if unit.counts])
def test_a_rate_is_read_as_it_is_written(code):
    rate = parse_unit(f"{code}/sessions")

    assert (rate, rate.code, str(rate)) == (Unit(code, "sessions"), *[f"{code}/sessions"] * 2)
    assert (rate.kind, rate.counts) == ("rate", True)


def test_spaces_around_a_unit_are_not_part_of_it():
    assert parse_unit(" persons / sessions ") == Unit("persons", "sessions")


def test_only_dates_ranks_structures_and_flags_measure_nothing():
    assert [str(unit) for unit in UNITS if not unit.counts] == [
        *("date", "flag", "rank", "structure")
    ]


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("person", ["persons"]),
        ("persons/session", ["sessions"]),
        ("sesions/persons", ["sessions"]),
        ("houshold", ["households"]),
        ("", unit_codes()),
        ("persons/", unit_codes()),
        ("/persons", unit_codes()),
        ("xyzzy", unit_codes()),
        # Other names, in English and Chinese: a measure word, a word that holds one, a synonym.
        ("人次", ["person_times"]),
        ("人数", ["persons"]),
        ("万元", ["CNY"]),
        ("社区", ["communities"]),
        ("visits", ["person_times"]),
        ("yuan", ["CNY"]),
        ("families", ["households"]),
        ("per cent", ["percent"]),
        # A slip in every three letters; two that are as near stand together.
        ("sessoins", ["sessions"]),
        ("clases", ["cases", "classes"]),
        ("kilometer", ["km"]),
        ("persons/sessions/days", ["sessions"]),
    ],
)
def test_an_unknown_unit_is_refused_with_the_near_ones(code, known):
    with pytest.raises(UsageError) as caught:
        parse_unit(code)

    assert caught.value.key == "unit_unknown"
    assert caught.value.values == {"unit": code, "known": known}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_unknown_unit_is_told_in_every_language_with_the_near_ones(lang):
    with pytest.raises(UsageError) as caught:
        parse_unit("persns/sessions")

    text = sentence(caught.value, lang)
    assert "persns/sessions" in text
    assert all(code in text for code in near("persns"))


QUOTIENTS = [
    ("persons", "sessions", None),
    ("persons", "classes", None),
    ("persons", "person_times", None),
    ("person_times", "persons", "person_times/persons"),
    ("person_times", "sessions", "person_times/sessions"),
    ("persons", "communities", "persons/communities"),
    ("CNY", "persons", "CNY/persons"),
    ("CNY", "person_times", "CNY/person_times"),
    ("hours", "persons", "hours/persons"),
    ("sessions", "months", "sessions/months"),
    ("cases", "person_years", "cases/person_years"),
    ("cases", "persons", "cases/persons"),
    ("persons", "CNY", None),
    ("persons", "cases", None),
    ("percent", "persons", None),
    ("persons", "percent", None),
    ("persons_and_organisations", "communities", None),
    ("person_times", "persons_and_organisations", None),
    ("date", "days", None),
    ("persons", "rank", None),
    ("km", "days", None),
]


@pytest.mark.parametrize(("over", "under", "code"), QUOTIENTS)
def test_one_unit_for_each_of_another_is_named_only_where_it_means_something(over, under, code):
    found = quotient(Unit(over), Unit(under))

    assert (found and found.code) == code


@pytest.mark.parametrize("rate", [Unit("persons", "sessions"), Unit("person_times", "persons")])
def test_a_rate_is_not_divided_again(rate):
    for unit in UNITS:
        assert quotient(rate, unit) is None
        assert quotient(unit, rate) is None
    assert legitimate(rate) == []


def test_no_unit_is_divided_by_itself_without_being_asked_for_a_ratio():
    assert [str(unit) for unit in UNITS if quotient(unit, unit)] == []


def test_what_could_be_divided_by_a_unit_is_never_the_unit_itself():
    assert [str(unit) for unit in UNITS if f"{unit}/{unit}" in legitimate(unit)] == []


def test_a_quotient_is_allowed_by_the_kinds_of_any_two_different_units():
    for over, under in itertools.permutations(UNITS, 2):
        allowed = under.kind in FILE["quotients"].get(over.kind, [])

        assert quotient(over, under) == (Unit(over.code, under.code) if allowed else None)


def test_what_could_be_divided_instead_is_what_may_be_divided():
    for under in UNITS:
        named = [parse_unit(code) for code in legitimate(under)]

        assert all(quotient(Unit(rate.over), under) == rate for rate in named), under
        possible = {over.kind for over in UNITS if over != under and quotient(over, under)}
        assert {Unit(rate.over).kind for rate in named} == possible, under
        assert len(named) == len(possible)


@pytest.mark.parametrize(
    ("under", "overs"),
    [
        ("sessions", ["CNY", "hours", "person_times"]),
        ("person_times", ["CNY", "hours"]),
        ("households", ["CNY", "cases", "person_times", "persons"]),
        ("person_years", ["cases"]),
        ("percent", []),
    ],
)
def test_what_could_be_divided_instead_is_named_by_the_first_unit_of_each_kind(under, overs):
    assert legitimate(Unit(under)) == [f"{over}/{under}" for over in overs]
