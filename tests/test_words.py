"""Numbers as a reader writes them, and sentences in the reader's language."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LAW

from evalkit import words
from evalkit.words import Phrase, Term, number, phrase, reader_language, say, term

LANGUAGES = ("en", "zh")
FORMATS = ("int", "num1", "num3", "pct0", "pct1", "pts1", "upts1", "per100", "p", "peq")
# Written as by hand; both languages group by thousands and use a point.
WRITTEN = [
    (0, "int", "0"),
    (1234567, "int", "1,234,567"),
    (-12, "int", "\u221212"),
    (3.14159, "num1", "3.1"),
    (1234.5678, "num3", "1,234.568"),
    (-0.04, "num1", "0.0"),
    (0.3387, "pct1", "33.9%"),
    (0.95, "pct0", "95%"),
    (1, "pct1", "100.0%"),
    (-0.00001, "pct1", "0.0%"),
    (0.452, "pts1", "+45.2"),
    (-0.0833, "pts1", "\u22128.3"),
    (0.0, "pts1", "0.0"),
    (-0.0, "pts1", "0.0"),
    (0.0227, "upts2", "2.27"),
    (0.2222, "per100", "22"),
    (0.04942, "p", "0.0494"),
    (0.0999, "p", "0.0999"),
    (0.1, "p", "0.100"),
    (0.5, "p", "0.500"),
    (1.0, "p", "1.000"),
    (0.0001, "p", "0.0001"),
    (0.00009, "p", "< 0.0001"),
    (0.0, "p", "< 0.0001"),
    (0.04942, "peq", "= 0.0494"),
    (0.5, "peq", "= 0.500"),
    (0.00009, "peq", "< 0.0001"),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("value", "spec", "text"), WRITTEN)
def test_numbers_are_written_as_by_hand(value, spec, text, lang):
    assert number(value, spec, lang) == text


@LAW
@given(st.floats(-1, 1), st.sampled_from(FORMATS), st.sampled_from(LANGUAGES))
def test_no_number_has_a_hyphen_or_a_negative_zero(value, spec, lang):
    text = number(value, spec, lang)

    assert "-" not in text
    assert not text.startswith("\u2212") or set(text) & set("123456789")


@LAW
@given(st.floats(0.00051, 1), st.sampled_from(LANGUAGES))
def test_points_are_the_same_both_ways_but_for_the_sign(value, lang):
    # Above 0.05 points, a value is not written as zero.
    assert number(value, "pts1", lang) == "+" + number(-value, "pts1", lang).lstrip("\u2212")


@pytest.mark.parametrize("value", [-0.0004, 0.0004])
def test_points_that_round_to_zero_have_no_sign(value):
    assert number(value, "pts1", "en") == "0.0"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("spec", FORMATS)
def test_what_is_not_finite_is_refused(value, spec):
    with pytest.raises(ValueError, match=r"^a number to be printed must be finite$"):
        number(value, spec, "en")


@pytest.mark.parametrize("spec", ["", "num", "pct", "pts", "upts", "1", "x", "per10", "d"])
def test_an_unknown_format_is_refused_by_its_name(spec):
    with pytest.raises(ValueError, match=f"^unknown number format '{spec}'$"):
        number(0.5, spec, "en")


@pytest.fixture
def sentences(monkeypatch):
    """Two tiny languages in place of the locale files."""
    tiny = {
        "en": {"format.list_separator": ", ", "a.words": "{x} is here", "a.all": "{x:list}"},
        "zh": {"format.list_separator": "、", "a.words": "{x}在这里", "a.all": "{x:list}"},
    }
    for lang in tiny:
        tiny[lang]["a.share"] = "{x:pct1}"
    monkeypatch.setattr(words, "catalogue", tiny.__getitem__)


@pytest.mark.usefixtures("sentences")
def test_words_terms_and_phrases_are_spoken_in_each_language():
    aid = Term("aid", {"en": "aid", "zh": "补助"})

    assert say("a.words", "en", x="text") == "text is here"
    assert say("a.words", "en", x=aid) == "aid is here"
    assert say("a.words", "zh", x=aid) == "补助在这里"
    assert say("a.words", "zh", x=phrase("a.words", x=aid)) == "补助在这里在这里"
    assert say("a.words", "en", x=phrase("a.share", x=0.5)) == "50.0% is here"


@pytest.mark.usefixtures("sentences")
def test_lists_are_joined_as_the_language_joins_them():
    aid = Term("aid", {"en": "aid", "zh": "补助"})

    assert say("a.all", "en", x=["one", aid]) == "one, aid"
    assert say("a.all", "zh", x=["一", aid]) == "一、补助"
    assert say("a.all", "zh", x=[]) == ""


@pytest.mark.usefixtures("sentences")
@pytest.mark.parametrize("value", [3, 0.5, True, None])
def test_a_number_without_a_format_is_refused(value):
    with pytest.raises(ValueError, match=r"needs a format in its placeholder$"):
        say("a.words", "en", x=value)
    with pytest.raises(ValueError, match=r"needs a format in its placeholder$"):
        say("a.all", "en", x=["one", value])


@pytest.mark.usefixtures("sentences")
def test_a_phrase_speaks_the_languages_asked_for():
    assert phrase("a.share", x=0.25).texts(["zh", "en"]) == {"zh": "25.0%", "en": "25.0%"}
    assert Phrase("a.words", {"x": "text"}).text("en") == "text is here"


@pytest.mark.usefixtures("sentences")
def test_a_term_of_the_locale_files_has_the_last_part_of_its_key_as_code():
    made = term("a.words", ("en", "zh"), x="text")

    assert (made.code, str(made)) == ("words", "words")
    assert made.text == {"en": "text is here", "zh": "text在这里"}


def test_an_unknown_sentence_is_refused():
    with pytest.raises(KeyError, match=r"error\.nowhere"):
        say("error.nowhere", "en")


READERS = [
    ({"EVALKIT_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
    ({"EVALKIT_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
    ({"EVALKIT_LANG": "tlh", "LANG": "zh_CN.UTF-8"}, "zh"),
    ({"EVALKIT_LANG": "", "LANG": "zh_CN.UTF-8"}, "zh"),
    ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
    ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
    ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "en_US"}, "zh"),
    ({"LANG": "zh_CN.UTF-8"}, "zh"),
    ({"LANG": "zh-Hans"}, "zh"),
    ({"LANG": "zh.UTF-8"}, "zh"),
    ({"LANG": "Chinese (Simplified)_China.936"}, "zh"),
    ({"LANG": "fr_FR.UTF-8"}, "en"),
    ({"LANG": "POSIX"}, "en"),
]


@pytest.mark.parametrize(("environment", "lang"), READERS)
def test_messages_speak_the_reader_s_language(environment, lang, monkeypatch):
    _only(monkeypatch, environment)

    assert reader_language() == lang


@pytest.mark.parametrize(
    ("system", "lang"), [("zh_CN", "zh"), ("Chinese_China", "zh"), (None, "en")]
)
def test_without_variables_the_system_s_locale_decides(system, lang, monkeypatch):
    _only(monkeypatch, {})
    monkeypatch.setattr(words.system_locale, "getlocale", lambda: (system, "UTF-8"))

    assert reader_language() == lang


def _only(monkeypatch, environment):
    for name in ("EVALKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
