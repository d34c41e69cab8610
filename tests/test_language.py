"""What a language's file says of the language, and what it lacks."""

import pytest

from evalkit import language as module
from evalkit.language import LATIN, cell_text, lacking, language


@pytest.mark.parametrize(
    ("code", "full", "region", "letters"), [("zh", True, "cn", 10), ("en", False, "gb", 20)]
)
def test_its_file_says_how_it_is_written(code, full, region, letters):
    spoken = language(code)

    assert (spoken.full_width, spoken.region, spoken.letters(20)) == (full, region, letters)


def test_neither_of_ours_lacks_a_sentence():
    assert lacking("zh") == lacking("en") == ()


def test_text_of_the_other_script_is_foreign():
    assert language("en").foreign[0].search("只有一种")
    assert language("zh").foreign == (LATIN,)
    assert not LATIN.search("British Journal of Criminology")


SENTENCES = {"a.b": "x", "a.c": "{n:int} of {m}", "a.d": ""}


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ({"a.c": "{n:int} {m}", "a.d": ""}, ("a.b",)),
        ({**SENTENCES, "a.e": "y"}, ("a.e",)),
        ({**SENTENCES, "notebook.who": "## Chi"}, ()),
        ({**SENTENCES, "a.b": " "}, ("a.b",)),
        ({**SENTENCES, "a.b": 7}, ("a.b",)),
        ({**SENTENCES, "a.c": "{n} of {m}"}, ("a.c",)),
        ({**SENTENCES, "a.c": "{n:int of {m}"}, ("a.c",)),
    ],
)
def test_what_is_missing_empty_no_text_or_of_other_values_is_named(monkeypatch, theirs, told):
    monkeypatch.setattr(module, "catalogue", {"en": SENTENCES, "it": theirs}.__getitem__)
    lacking.cache_clear()
    try:
        assert lacking("it") == told
    finally:
        lacking.cache_clear()


def test_a_cell_is_translated_by_its_heading(monkeypatch):
    monkeypatch.setattr(module, "catalogue", lambda code: {"notebook.who_is_in": "## Chi"})

    assert cell_text('## <span lang="en">Who is in</span>\n', "it") == "## Chi"
    assert cell_text("## Something else", "it") == "## Something else"
