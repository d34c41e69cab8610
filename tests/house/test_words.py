"""Every sentence exists in every language, with the same placeholders and formats."""

import string

import pytest

from evalkit import words
from evalkit.language import placeholders
from evalkit.words import catalogue, number

LANGUAGES = ("en", "zh")


def test_both_languages_are_there():
    assert words.languages() == LANGUAGES


@pytest.mark.parametrize("lang", words.languages())
def test_every_sentence_has_a_twin_in_every_language(lang):
    assert _differences(catalogue("en"), catalogue(lang)) == []


@pytest.mark.parametrize("lang", words.languages())
def test_every_sentence_is_text_and_names_only_formats_that_exist(lang):
    for key, sentence in catalogue(lang).items():
        assert isinstance(sentence, str) and sentence, key
        for _, name, spec, conversion in string.Formatter().parse(sentence):
            assert name is None or name.isidentifier(), key
            assert conversion is None, key
            if spec and spec not in words.JOINTS:
                assert number(0.5, spec, lang), key


PLANTED = [
    ({"a.b": "x"}, {}, ["a.b: in one language only"]),
    ({}, {"a.b": "x"}, ["a.b: in one language only"]),
    ({"a.b": "{n:int} of {m:int}"}, {"a.b": "{n:int}"}, ["a.b: placeholders differ"]),
    ({"a.b": "{n:int}"}, {"a.b": "{n:num1}"}, ["a.b: placeholders differ"]),
    ({"a.b": "{n:int}"}, {"a.b": "{n}"}, ["a.b: placeholders differ"]),
    ({"a.b": "{n:int} {n:int}"}, {"a.b": "{n:int}"}, []),
    ({"a.b": "{n:int} of {m}"}, {"a.b": "{m}中的{n:int}"}, []),
]


@pytest.mark.parametrize(("one", "other", "found"), PLANTED)
def test_a_planted_difference_between_languages_is_found(one, other, found):
    assert _differences(one, other) == found


def _differences(one, other):
    """What a sentence of one language has and its twin has not."""
    alone = [f"{key}: in one language only" for key in sorted(set(one) ^ set(other))]
    unlike = [
        f"{key}: placeholders differ"
        for key in sorted(set(one) & set(other))
        if placeholders(one[key]) != placeholders(other[key])
    ]
    return alone + unlike
