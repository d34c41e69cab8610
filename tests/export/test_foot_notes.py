"""What stands beneath several exhibits is said once, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalkit.export.foot_notes import LEAST, MARKS, lightened, sentences_of, shared
from evalkit.present.content import Drawing, Statement, Table

RULE = "Counts of 10 or fewer are withheld."
SOURCE = "Source: the case files."


def table(note):
    return Table("Title", note, (), ())


def test_a_sentence_of_three_exhibits_goes_to_the_foot():
    held = [table(f"Own {n} words. {RULE}") for n in range(3)]

    foot = shared(held)

    assert foot == (RULE,)
    assert lightened(held[0], foot) == (table("Own 0 words."), ("a",))


def test_a_sentence_of_two_stays_where_it_is():
    held = [table(f"Own {n} words. {RULE}") for n in range(2)]

    assert shared(held) == ()
    assert lightened(held[0], ()) == (held[0], ())


def test_a_sentence_that_one_exhibit_says_twice_counts_once():
    assert shared([table(f"{RULE} {RULE}"), table(RULE)]) == ()


def test_a_short_phrase_stays():
    assert shared([table("Months.")] * 3) == ()


def test_marks_follow_the_first_exhibit_that_has_each():
    held = [table(f"{SOURCE} {RULE}"), table(f"{RULE} {SOURCE}"), table(f"{RULE} {SOURCE}")]

    assert shared(held) == (SOURCE, RULE)
    assert lightened(held[1], shared(held)) == (table(""), ("a", "b"))


def test_drawings_count_and_statements_do_not():
    drawn = Drawing("Title", RULE, "alt", "", "")
    said = Statement(())

    assert shared([drawn, drawn, said]) == ()
    assert shared([drawn, drawn, said, table(RULE)]) == (RULE,)
    assert lightened(said, (RULE,)) == (said, ())


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("Up to 0.10. Of 11 to 12.", ["Up to 0.10.", "Of 11 to 12."]),
        ("as in tables.csv of it. And so on", ["as in tables.csv of it.", "And so on"]),
        ("人数。来源：个案登记。", ["人数。", "来源：个案登记。"]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(note, said):
    assert sentences_of(note) == said


def test_more_sentences_than_letters_stay_with_their_exhibits():
    many = [f"This is sentence number {n}." for n in range(30)]
    held = [table(" ".join(many))] * LEAST

    foot = shared(held)
    made, marks = lightened(held[0], foot)

    assert foot == tuple(many[:26]) and marks == tuple(MARKS)
    assert sentences_of(made.note) == many[26:]


SENTENCES = st.sampled_from(
    [RULE, SOURCE, "People, once each.", "Shares of 100 in all.", "年满十四岁的人数。"]
)


@given(st.lists(st.lists(SENTENCES, max_size=4, unique=True), max_size=6))
def test_no_sentence_is_lost(notes):
    held = [table(" ".join(each)) for each in notes]
    foot = shared(held)

    for whole, content in zip(notes, held, strict=True):
        made, marks = lightened(content, foot)
        told = [foot[MARKS.index(mark)] for mark in marks]
        assert sorted(sentences_of(made.note) + told) == sorted(sentences_of(content.note))
        assert sorted(sentences_of(content.note)) == sorted(whole)
