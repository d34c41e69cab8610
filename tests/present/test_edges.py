"""Small rules of tables and figures, each by an estimate made for it."""

import importlib
from dataclasses import replace
from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure
from tests.helpers import ROOT

from evalkit.estimate import Estimate
from evalkit.outcomes import Result, open_report
from evalkit.present import apart, claims, measures, ratings_figures, scale, sources, visits
from evalkit.words import Term, say

# The package has a function of the module's name.
figures = importlib.import_module("evalkit.present.figure")


def term(text):
    return Term(text, {"en": text, "zh": text})


def made(estimand, value=None, **more):
    return Estimate(
        area="a", outcome="satisfaction", estimand=estimand, value=value,
        **{"unit": "share", "disclosure": "public"} | more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def report():
    study = ROOT / "studies" / "reference" / "study.toml"
    return open_report(study, "copenhagen", "satisfaction", "en")


def written(drawing):
    return [text.get_text() for axes in drawing.axes for text in axes.texts]


def milestones(report, groups):
    rows = [
        made("milestone", 20.0, unit="persons", digits=0, group=term(group.title()),
             window=term("a year"),
             dims=(("group", group), ("school", school), ("work", work)))
        for group in groups for school in apart.STATES for work in apart.STATES
    ]  # fmt: skip
    return apart.milestones_table(Result(report, tuple(rows))).content["en"]


def test_rows_of_one_group_are_not_named_by_it_and_those_of_two_are(report):
    alone, both = milestones(report, ["ours"]), milestones(report, ["ours", "theirs"])

    first = say(f"milestone.school_{apart.STATES[0]}", "en")
    assert alone.rows[0].cells[0].text == first
    assert both.rows[0].cells[0].text == f"Ours: {first}"


@pytest.mark.parametrize(
    ("verdict", "judged", "chip"),
    [("agrees", ("x",), "agrees"), ("agrees", (), "possible"), ("cannot_verify", (), None)],
)
def test_only_what_agrees_and_was_not_tested_is_called_possible(verdict, judged, chip):
    said = SimpleNamespace(text=lambda lang: "1 + 1 = 2")
    finding = SimpleNamespace(
        verdict=verdict, judged=judged, arithmetic=said, assumption=None, otherwise=None,
        settle=None, claims=("T-1",),
    )  # fmt: skip
    e = made("finding", method=term("sum"), definition=term("fact"), population=term("place"),
             reason=term("why"))  # fmt: skip

    row = claims.finding_row(SimpleNamespace(estimate_of=lambda _: e), finding, "en")

    codes = [piece.code for line in row.cells[1].lines for piece in line.pieces if piece.code]
    assert codes == [chip or verdict]


def test_a_difference_without_an_interval_is_written_and_not_drawn():
    rows = [
        made("definition_difference", -0.1, low=-0.2, high=0.0, unit="points",
             interval="confidence", level=0.95, definition=term("one")),
        made("definition_difference", -0.1, unit="points", definition=term("two"),
             reason=term("no interval")),
    ]  # fmt: skip
    drawing = Figure(figsize=(8.5, 3))

    measures._draw_forest(drawing, rows, None, "en")

    assert any("no interval" in text for text in written(drawing))


def rated(code, value):
    return made("rating_share", value, dims=(("category", "a"), ("rating", code)),
                group=term("a"), definition=term(f"{code} stars"))  # fmt: skip


@pytest.mark.parametrize(("wide", "least"), [(8.5, 5), (3.5, 15)])
def test_a_part_has_its_number_from_the_width_at_which_there_is_room(wide, least):
    shares = [(least - 0.2) / 100, (least + 0.4) / 100]
    shares.append(1 - sum(shares))
    row = [rated(code, value) for code, value in zip("345", shares, strict=True)]
    drawing = Figure(figsize=(wide, 3))

    ratings_figures._draw_rated(drawing, [row], "en")

    assert written(drawing) == [f"{least + 0.4}%", f"{100 * shares[2]:.1f}%"]


def test_marks_of_odds_are_round_numbers_on_both_sides_of_one():
    row = made("odds_ratio", 1.0, low=0.1, high=10.0, unit="spread", interval="confidence",
               level=0.95, dims=(("cut", "all"),), group=term("g"), against=term("h"))  # fmt: skip
    drawing = Figure(figsize=(8.5, 2))

    scale._draw(drawing, [row], "en")

    marks = [label.get_text() for label in drawing.axes[0].get_xticklabels()]
    assert marks == ["0.1", "0.2", "0.33", "0.5", "1", "2", "3", "5", "10"]


def source(name, **more):
    return made(f"source_{name}", dims=(("source", "public"),), group=term("the public"), **more)


@pytest.mark.parametrize(
    ("good", "cell"),
    [
        ({"value": 0.9, "n": 200}, "90.0%"),
        ({"disclosure": "withheld", "reason": term("few")}, say("shown.withheld", "en")),
        ({"reason": term("nobody was asked")}, say("shown.none", "en")),
    ],
)
def test_a_share_of_a_source_is_told_withheld_or_not_there(report, good, cell):
    count = source("count", value=3.0, unit="figures", digits=0)
    none = {"reason": term("not known")}
    others = (source("good", **good), source("bounds", **none), source("score", **none))

    row = sources._row(Result(report, (count, *others)), count, "en")

    assert row.cells[4].text == cell


def test_a_curve_of_visits_is_drawn_on_the_whole_of_both_shares():
    curve = [
        made("lorenz", value, dims=(("people", share),))
        for share, value in (("0.5", 0.2), ("0.9", 0.6))
    ]
    top = made("top_visits", 0.4, dims=(("top", "0.1"),), definition=term("top tenth"))
    drawing = Figure(figsize=(8.5, 4))

    visits._draw(drawing, curve, [top], "en")

    (axes,) = drawing.axes
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 100), (0, 100))
    assert axes.texts[0].get_fontsize() == 8.5 and axes.texts[0].xy == (90.0, 60.0)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_of_the_odds_is_cut_off_on_a_phone(lang):
    row = made("odds_ratio", 0.56, low=0.36, high=0.87, unit="spread", interval="confidence",
               level=0.95, dims=(("cut", "all"),), group=term("乡镇"),
               against=term("城区"))  # fmt: skip

    picture = figures.Picture("t", "n", "a", lambda drawing: scale._draw(drawing, [row], lang))
    narrow = figures.drawn(replace(picture, size=(figures.PHONE, 2.15)), "odds")

    assert not narrow[1]
