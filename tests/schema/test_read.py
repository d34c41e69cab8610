"""The shapes of the tables: whole, strict and unambiguous."""

import re
import unicodedata
from collections import Counter, defaultdict

import pytest

from evalkit.errors import DataError
from evalkit.schema import load_schema, office_names, read_schema
from evalkit.words import languages, sentence

# The tables of the design, save the ledger of printed figures.
TABLES = {
    *("tickets", "cases", "events", "absences", "milestones", "scores", "sessions", "roster"),
    *("attendance", "funnel", "survey", "survey_frame", "area_counts", "people", "population"),
    *("volunteers", "hours", "needs", "spend", "sites", "grid", "pairs", "points", "mediation"),
    "assessments",
}
SHAPES = [load_schema(name) for name in office_names()]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)

SMALL = """
name = { en = "Visits", zh = "走访表" }
row = { en = "one visit", zh = "一次走访" }
key = ["visit_id"]

[columns.visit_id]
kind = "id"
header = { en = "Number", zh = "编号" }
about = { en = "Number of the visit.", zh = "走访的编号。" }
example = "Z1"
required = true
missing = false

[columns.minutes]
kind = "number"
header = { en = "Minutes", zh = "分钟" }
about = { en = "How long it took.", zh = "用时。" }
example = "40"
low = 0
high = 600
aliases = ["时长"]

[columns.place]
kind = "choice"
header = { en = "Place", zh = "地点" }
about = { en = "Where it was.", zh = "在哪里。" }
example = "家"

[columns.place.choices]
home = { en = "home", zh = "家", aliases = ["家里"] }
school = { en = "school", zh = "学校" }

[[checks]]
id = "long"
level = "note"
columns = ["minutes"]
sql = "minutes > 300"
about = { en = "a long visit", zh = "时间长" }
"""


def test_there_is_a_shape_for_every_table_of_the_design():
    assert set(office_names()) == TABLES
    assert list(office_names()) == sorted(TABLES)


def test_an_unknown_table_is_refused_with_the_list():
    with pytest.raises(DataError) as caught:
        load_schema("../locale/en")

    assert caught.value.key == "shape_not_known"
    for lang in languages():
        assert "tickets" in sentence(caught.value, lang)


def test_a_small_shape_is_read_whole():
    shape = read_schema("visits", SMALL)
    number, minutes, place = shape.columns.values()

    assert (shape.name, shape.title.text["zh"], shape.row.text["en"]) == (
        *("visits", "走访表", "one visit"),
    )
    assert shape.key == ("visit_id",)
    assert (number.required, number.missing, number.low, number.choices) == (True, False, None, {})
    assert (minutes.required, minutes.missing) == (False, True)
    assert (minutes.low, minutes.high, minutes.aliases) == (0, 600, ("时长",))
    assert [(c.code, c.label.text["zh"], c.aliases) for c in place.choices.values()] == [
        ("home", "家", ("家里",)),
        ("school", "学校", ()),
    ]
    (check,) = shape.checks
    assert (check.id, check.level, check.columns) == ("long", "note", ("minutes",))
    assert (check.sql, check.about.text["zh"]) == ("minutes > 300", "时间长")


SLIPS = [
    ('key = ["visit_id"]', 'keys = ["visit_id"]', "unknown.*keys"),
    ("missing = false", "mising = false", "visit_id.*unknown.*mising"),
    ('aliases = ["时长"]', 'alias = ["时长"]', "minutes.*unknown.*alias"),
    ('level = "note"', 'levels = "note"', "check 1.*unknown.*levels"),
    ("high = 600", "hi = 600", "minutes.*unknown.*hi"),
    ('zh = "学校" }', 'zh = "学校", alias = ["校"] }', "school.*unknown.*alias"),
    ('{ en = "school", zh = "学校" }', '{ zh = "学校" }', "school.*missing.*en"),
    ('{ en = "Place", zh = "地点" }', '{ zh = "地点" }', "place.*missing.*en"),
    ('{ en = "Place", zh = "地点" }', '{ en = "Place", cn = "地点" }', "place.*unknown.*cn"),
    ('{ en = "Place", zh = "地点" }', '{ en = "Place", zh = "" }', "place.*empty"),
    ('example = "40"', "", "minutes.*missing.*example"),
    ('example = "40"', "example = 40", "example = 40 is of the wrong type"),
    ("low = 0", "low = true", "low = True is of the wrong type"),
    ("low = 0", 'low = "0"', "low = '0' is of the wrong type"),
    ("required = true", "required = 1", "required = 1 is of the wrong type"),
    ('kind = "number"', 'kind = "numbers"', "'numbers' is none of"),
    ('kind = "number"', 'kind = "text"', "only a number has low and high"),
    ('kind = "number"', 'kind = "choice"', "choices belong to the kind choice"),
    ('kind = "choice"', 'kind = "text"', "choices belong to the kind choice"),
    ('level = "note"', 'level = "error"', "'error' is none of"),
    ('columns = ["minutes"]', 'columns = ["minuets"]', r"no columns \['minuets'\]"),
    ('key = ["visit_id"]', 'key = ["visit"]', "the key needs columns"),
    ('key = ["visit_id"]', 'key = ["visit_id", "minutes"]', r"the key needs.*\['minutes'\]"),
    ('key = ["visit_id"]', "key = []", "the key needs columns"),
    ('aliases = ["时长"]', "aliases = [1]", "should be a list of texts"),
    ("[columns.place.choices]", "[places.choices]", "unknown.*places"),
]


def test_a_language_that_a_shape_does_not_have_yet_is_english():
    text = SMALL.replace('{ en = "Place", zh = "地点" }', '{ en = "Place" }')

    header = read_schema("visits", text).columns["place"].header

    assert header.text == {"en": "Place", "zh": "Place"}


@pytest.mark.parametrize(("good", "slip", "message"), SLIPS)
def test_a_slip_in_a_file_is_named_and_never_passed_over(good, slip, message):
    assert good in SMALL

    with pytest.raises(ValueError, match=message):
        read_schema("visits", SMALL.replace(good, slip))


def test_two_checks_of_one_name_are_refused():
    check = SMALL[SMALL.index("[[checks]]") :]

    with pytest.raises(ValueError, match="two checks have the same id"):
        read_schema("visits", SMALL + check)


def plain(word):
    """A word without what offices write differently each time."""
    bare = re.sub(r"[（(][^（）()]*[)）]", "", unicodedata.normalize("NFKC", word))
    return re.sub(r"[\s_\-—/:：]+", "", bare).lower()


@each_shape
def test_no_header_means_two_columns(shape):
    meanings = defaultdict(set)
    for field in shape.columns.values():
        for word in (field.name, *field.header.text.values(), *field.aliases):
            meanings[plain(word)].add(field.name)

    assert {word: names for word, names in meanings.items() if len(names) > 1} == {}
    for field in shape.columns.values():
        words = [*field.header.text.values(), *field.aliases]
        assert max(Counter(words).values()) == 1, field.name


@each_shape
def test_no_word_means_two_choices(shape):
    for field in shape.columns.values():
        meanings = defaultdict(set)
        for code, choice in field.choices.items():
            assert code.isidentifier()
            for word in (code, *choice.label.text.values(), *choice.aliases):
                meanings[word.lower()].add(code)
                # Cells are compared in half-width characters.
                assert unicodedata.normalize("NFKC", word) == word.strip(), word
        assert [word for word, codes in meanings.items() if len(codes) > 1] == [], field.name


def test_every_text_is_there_in_both_languages_and_says_its_language():
    chinese = re.compile(r"[一-鿿]")
    for shape in SHAPES:
        fields = shape.columns.values()
        choices = [choice.label for field in fields for choice in field.choices.values()]
        terms = [shape.title, shape.row, *(f.header for f in fields), *(f.about for f in fields)]
        for term in [*terms, *(check.about for check in shape.checks)]:
            assert set(term.text) == set(languages())
            assert chinese.search(term.text["zh"]), (shape.name, term)
            # What is to be written in a cell is Chinese in an English sentence too.
            assert not chinese.search(re.sub(r'".*"', "", term.text["en"])), (shape.name, term)
        for label in choices:
            assert set(label.text) == set(languages())


def test_a_column_of_one_name_is_of_one_kind_everywhere():
    kinds = defaultdict(set)
    for shape in SHAPES:
        for field in shape.columns.values():
            kinds[field.name].add(field.kind)

    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


@each_shape
def test_ids_are_unique_and_the_key_must_be_there(shape):
    ids = [check.id for check in shape.checks]

    assert len(set(ids)) == len(ids)
    assert all(shape.columns[name].required for name in shape.key)


@pytest.mark.parametrize(
    ("name", "column", "low", "high"),
    [("tickets", "rating", 1, 5), ("cases", "age", 10, 35), ("sites", "latitude", 3, 54)],
)
def test_bounds_are_those_of_the_design(name, column, low, high):
    field = load_schema(name).columns[column]

    assert (field.low, field.high) == (low, high)
