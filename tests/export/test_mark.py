"""The mark of made-up data: each of its ingredients is asked for, and losing one is a stop."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.helpers import ROOT

from evalkit.errors import PageError
from evalkit.estimate import Estimate
from evalkit.export.mark import (
    check_disclosure,
    check_drawings,
    check_estimates,
    check_page_mark,
)
from evalkit.outcomes import open_report
from evalkit.present.figure import Picture, shown_figure
from evalkit.present.header import header_of
from evalkit.words import say, sentence

SAMPLE = ROOT / "studies" / "sample" / "study.toml"
HEADER = '<body><header><p class="made-up">{}</p></header><main>{}</main></body>'


def result(**more):
    made = Estimate(
        area="guigang", outcome="quality", estimand="table_rows", unit="rows", value=5.0,
        data=(("guigang-cases", "a" * 64),), disclosure="rounded",
    )  # fmt: skip
    return replace(made, **more)


def record(*estimates, seen=(), report=None):
    return SimpleNamespace(
        estimates={e.id: e for e in estimates},
        made_up=any(e.made_up for e in estimates),
        seen=seen,
        header=header_of(report) if report else None,
    )


@pytest.fixture(scope="module")
def report():
    return open_report(SAMPLE, "guigang", "quality", "en")


def test_results_that_say_so_pass(report):
    check_estimates(record(result(made_up=True), report=report))
    # What rests on no data, or on real data beside them, has nothing to say.
    check_estimates(record(result(data=()), report=report))
    check_estimates(record(result(data=(("claims", "c" * 64),)), report=report))


def test_a_result_that_lost_its_mark_stops_the_report(report):
    with pytest.raises(PageError) as caught:
        lost = result(dims=(("table", "x"),))
        check_estimates(record(result(made_up=True), lost, report=report))
    told = sentence(caught.value, "en")
    assert "guigang.quality.table_rows[table=x]" in told
    assert "does not say so" in told


def test_real_results_are_not_asked_for_a_mark():
    report = open_report(ROOT / "study.toml", "guigang", "reach", "en")

    check_estimates(record(result(data=(("claims", "b" * 64),)), report=report))


def sources(*tables, offices=None):
    held = tuple(SimpleNamespace(name=name, status=status) for name, status in tables)
    office = SimpleNamespace(status=offices) if offices else None
    return SimpleNamespace(tables=held, offices=office)


@pytest.mark.parametrize(
    ("header", "passes"),
    [
        (sources(("guigang-cases[area=guigang]", "public")), True),
        (sources(("guigang-cases", "confidential")), False),
        (sources(offices="public"), True),
        (sources(offices="made_up"), False),
        # Of a table that nobody named nothing is known, and it is not public.
        (sources(("another", "public")), False),
    ],
)
def test_a_result_that_passed_as_public_rests_on_public_tables(header, passes):
    made = record(result(disclosure="public"), result(disclosure="rounded", dims=(("a", "b"),)))
    made.header = header
    if passes:
        check_disclosure(made)
        return
    with pytest.raises(PageError) as caught:
        check_disclosure(made)
    assert "as if its data were public" in sentence(caught.value, "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_without_the_mark_in_its_header_is_not_published(lang):
    made, mark = record(result(made_up=True)), say("page.made_up", lang)

    check_page_mark(HEADER.format(mark, ""), made, lang, "report.html")
    for page in (HEADER.format("", ""), HEADER.format("", mark), "<body></body>"):
        with pytest.raises(PageError) as caught:
            check_page_mark(page, made, lang, "report.html")
        assert "does not carry the mark" in sentence(caught.value, "en")
    check_page_mark(HEADER.format("", ""), record(result()), lang, "report.html")


def drawn(shown, lang):
    """Every drawing of a figure, as text."""
    return [shown.content[lang].wide, shown.content[lang].narrow]


def test_a_drawing_carries_the_mark_wherever_it_is_copied_to(report):
    def draw(canvas):
        canvas.subplots().plot([1, 2])

    def picture(lang):
        return Picture("Title", "Note", "A line", draw)

    marked = shown_figure(report, "f", picture, [result(made_up=True)])
    plain = shown_figure(report, "f", picture, [result()])
    unmarked = replace(plain, estimates=marked.estimates)

    check_drawings(record(seen=[marked, plain]))
    with pytest.raises(PageError) as caught:
        check_drawings(record(seen=[unmarked]))
    assert "The figure f shows made-up data" in sentence(caught.value, "en")

    for lang in ("zh", "en"):
        mark = say("page.made_up", lang)
        assert len(drawn(marked, lang)) == 2
        for with_mark, without in zip(drawn(marked, lang), drawn(plain, lang), strict=True):
            assert mark in with_mark and mark not in without
            # Drawn too, and not only said in what nobody sees.
            assert with_mark.count("<use ") > without.count("<use ") + 5


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_exhibit_carries_the_mark_in_a_notebook_too(report, lang):
    marked, plain = (
        replace(shown_figure(report, "f", _line, [result(made_up=made_up)]), lang=lang)
        for made_up in (True, False)
    )

    for kind in ("text/html", "text/plain"):
        assert say("page.made_up", lang) in marked._repr_mimebundle_()[kind]
        assert say("page.made_up", lang) not in plain._repr_mimebundle_()[kind]


def _line(lang):
    return Picture("Title", "Note", "A line", lambda canvas: canvas.subplots().plot([1, 2]))
