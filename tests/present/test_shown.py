"""Showing is recording; numbers are printed one way; figures have every glyph."""

import re
import sys

import numpy as np
import pytest

from evalkit.errors import PageError
from evalkit.estimate import Estimate
from evalkit.outcomes import open_report
from evalkit.present.content import Block, Line, Piece, Statement
from evalkit.present.figure import PHONE, Picture, shown_figure, slim, svg
from evalkit.present.markup import tag
from evalkit.present.numbers import interval_text, value_text
from evalkit.present.satisfaction import _dark, _shades
from evalkit.present.shown import Shown, mime
from evalkit.present.statement import paragraph

STUDY = "study.toml"


def estimate(**changes):
    fields = {"area": "a", "outcome": "reach", "estimand": "gap", "unit": "points"}
    return Estimate(
        **{**fields, "value": -0.0833, "disclosure": "public", "policy": "1", **changes}
    )


def said(text):
    return Statement((Block((Line((Piece(text),)),)),))


def test_an_estimate_that_did_not_pass_the_gate_cannot_be_shown():
    with pytest.raises(ValueError, match=r"a\.reach\.gap has not passed the disclosure gate"):
        Shown("table", "t", "en", {"en": said("")}, {"en": ""}, (estimate(disclosure="unchecked"),))


def test_every_output_carries_every_language_and_estimate():
    held = {"en": said("a < b"), "zh": said("甲")}
    thing = Shown("statement", "t", "zh", held, {"en": "a", "zh": "甲"}, (estimate(),))

    bundle = thing._repr_mimebundle_()

    assert bundle["text/plain"] == "甲"
    assert "<p>甲</p>" in bundle["text/html"] and "a &lt; b" not in bundle["text/html"]
    recorded = bundle[mime("statement")]
    assert recorded["content"]["en"] == {"blocks": [{"lines": [{"pieces": [{"text": "a < b"}]}]}]}
    assert recorded["estimates"][0]["id"] == "a.reach.gap"


def test_a_bound_that_is_not_zero_is_not_printed_as_zero():
    gap = estimate(low=-0.16504625, high=-0.000151, interval="confidence", level=0.95)

    assert interval_text(gap, "en") == "−16.50 to −0.02"
    assert interval_text(gap, "zh") == "−16.50 至 −0.02"
    assert value_text(gap, "en") == "−8.3"


def test_a_bound_of_exactly_zero_stays_zero():
    share = estimate(
        unit="share", value=0.0, low=0.0, high=0.161, interval="confidence", level=0.95
    )

    assert interval_text(share, "en") == "0.0% to 16.1%"


def test_attributes_are_escaped():
    assert tag("p", "x", title='"><script>') == '<p title="&quot;&gt;&lt;script&gt;">x</p>'


def drawing(text):
    def draw(canvas):
        axes = canvas.subplots()
        axes.set_title(text)
        axes.plot([1, 2])

    return lambda lang: Picture("Title", "Note", "A picture with a title", draw)


@pytest.fixture(scope="module")
def report():
    return open_report(STUDY, "guigang", "reach", "zh")


def test_a_figure_has_the_same_bytes_every_time(report):
    first = shown_figure(report, "f", drawing("累计比例"), [])
    second = shown_figure(report, "f", drawing("累计比例"), [])

    assert first.content == second.content


@pytest.mark.parametrize("text", ["镕喆㙍㎡ ≤ ≥ ±", "Öl, naïve"])
def test_rare_characters_of_the_font_are_drawn(report, text):
    assert "<img alt=" in shown_figure(report, "f", drawing(text), []).html["zh"]


def test_a_character_without_a_glyph_stops_the_figure(report):
    with pytest.raises(PageError, match="Figure f: the font lacks a glyph"):
        shown_figure(report, "f", drawing("𠮷"), [])


def test_a_figure_that_draws_nothing_is_refused(report):
    nothing = Picture("Title", "Note", "A picture of nothing", lambda canvas: canvas.subplots())

    with pytest.raises(PageError, match=r"figure f draws nothing\. Leave the cell out"):
        shown_figure(report, "f", lambda lang: nothing, [])


def test_a_figure_of_twenty_megabytes_is_refused(report):
    noise = np.random.default_rng(1).integers(0, 256, (2300, 2200, 3), dtype=np.uint8)

    def draw(canvas):
        # Without interpolation every pixel stays in the file.
        canvas.subplots().imshow(noise, interpolation="none")

    with pytest.raises(
        PageError, match=r"figure f has 2\d\.\d MB, and a page carries at most 3\.0 MB"
    ):
        made = Picture("Title", "Note", "A picture of noise", draw)
        shown_figure(report, "f", lambda lang: made, [])


def test_a_figure_of_the_most_bytes_is_carried_and_one_byte_more_is_not(monkeypatch):
    made = drawing("text")("en")
    size = len(svg(made, "f"))
    # The package has a function of the module's name.
    module = sys.modules["evalkit.present.figure"]

    monkeypatch.setattr(module, "MOST_BYTES", size)
    assert len(svg(made, "f")) == size
    monkeypatch.setattr(module, "MOST_BYTES", size - 1)
    with pytest.raises(PageError) as caught:
        svg(made, "f")
    assert caught.value.key == "figure_large"


def test_a_figure_has_a_second_drawing_for_a_phone(report):
    seen = []

    def draw(canvas):
        seen.append((slim(canvas), canvas.get_size_inches()[0]))
        canvas.subplots().plot([1, 2])

    made = Picture("Title", "Note", "A picture of a line", draw, phone=(PHONE, 4.0))
    html = shown_figure(report, "f", lambda lang: made, []).html["en"]

    assert set(seen) == {(False, 8.5), (True, PHONE)}
    wide, narrow = (re.search(rf'{key}="data:image/svg\+xml;base64,(.*?)"', html).group(1)
                    for key in ("src", "srcset"))  # fmt: skip
    assert wide != narrow and html.count("<img") == 1


@pytest.mark.parametrize("n", range(2, 12))
def test_every_answer_has_a_shade_of_its_own(n):
    shades = _shades([-1] * (n // 2) + [0] * (n % 2) + [1] * (n // 2))

    assert len(set(shades)) == len(shades) == n
    # Both ends are the darkest, on which the number is white, and no middle is.
    assert [_dark(shade) for shade in (shades[0], shades[-1])] == [True, True]
    assert n % 2 == 0 or not _dark(shades[n // 2])


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("Run `evalkit run` again.", ["", "code", ""]),
        ("`wave_change`", ["code"]),
        ("a ` alone", [""]),
        ("plain", [""]),
    ],
)
def test_code_in_a_sentence_is_set_as_code(text, looks):
    (line,) = paragraph(text).lines

    assert [piece.look for piece in line.pieces] == looks
    assert line.text == (text.replace("`", "") if "code" in looks else text)
