"""A text that is wider than its drawing is cut, and the figure says so."""

import pytest

from evalkit.present.figure import PHONE, Picture, drawn, shown_figure
from evalkit.words import say


def picture(words, where="text"):
    def draw(drawing):
        axes = drawing.subplots()
        axes.plot([0, 1], [0, 1])
        if where == "text":
            axes.text(0, 0.5, words)
        elif where == "tick":
            axes.set_yticks([0.5], [words])
        else:
            axes.set_title(words)

    return Picture("t", "A note.", "Two points and a line between them", draw)


@pytest.mark.parametrize("where", ["text", "tick", "title"])
@pytest.mark.parametrize(("words", "cut"), [("North", False), ("North " * 60, True)])
def test_a_text_wider_than_its_drawing_is_told(words, cut, where):
    assert drawn(picture(words, where), "f")[1] is cut


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_note_of_the_figure_says_so(lang):
    class Report:
        languages = (lang,)

    Report.lang = lang
    made = (picture("North"), picture("N" * 200))
    shown = [shown_figure(Report, "f", lambda _, each=each: each, ()) for each in made]

    assert [say("note.cut", lang).strip() in each.content[lang].note for each in shown] == [
        False,
        True,
    ]


def test_a_name_that_fits_the_page_and_not_the_phone_is_told_too():
    class Report:
        lang, languages = "en", ("en",)

    made = shown_figure(Report, "f", lambda _: picture("N" * 60), ())

    assert picture("x").size[0] > PHONE
    assert say("note.cut", "en").strip() in made.content["en"].note
