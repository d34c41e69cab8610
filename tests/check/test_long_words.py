"""Names and words without spaces: no page is wider than its window."""

import jinja2
import pytest

from evalkit.export import write_portal
from evalkit.export.joints import page_text
from evalkit.export.page import TEMPLATES
from evalkit.present.content import Piece, note
from evalkit.present.markup import Writing, html
from evalkit.present.shown import stylesheet
from evalkit.present.table import Layout, laid_out, row_of

from ..export.portals import report

OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"
WIDTHS = (320, 360, 1100)
TITLE, WORD = "T" * 300, "w" * 400
HEAD = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def styles(*names):
    sheets = [(TEMPLATES / name).read_text(encoding="utf-8") for name in names]
    return f"<style>{''.join([stylesheet(), *sheets])}</style>"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_report_with_a_word_of_no_end_is_whole(page, tmp_path, width):
    rows = [row_of(WORD, [(WORD, note(WORD)), ""])]
    rows.append(row_of("planned", ["", Piece("[1,000, 2,000)", "number", "x")]))
    made = laid_out(Layout(WORD, WORD, ["planned", "what", "n"], rows, (0,)))
    table = html(made, "en", Writing(page_text, page_text))
    (tmp_path / "page.html").write_text(
        f'<html lang="en"><head>{HEAD}{styles("page.css")}</head><body class="ek"><header>'
        f'<h1>{TITLE}</h1></header><div class="columns"><nav class="contents"><ul><li><a href="#x">'
        f"{WORD}</a></li></ul></nav><main><h2>{WORD}</h2><h3>{WORD}</h3><p>{WORD}</p><ul><li>{WORD}"
        f"</li></ul>{table}<figure class='ek-figure'><figcaption>{WORD}</figcaption></figure>"
        f"</main></div></body></html>",
        encoding="utf-8",
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((tmp_path / "page.html").as_uri())

    assert page.evaluate(OVERFLOW) <= 0
    # A number and a short word do not pay for it.
    for shown in page.locator("table .ek-number, tbody tr:last-child th").all():
        assert shown.bounding_box()["height"] < 45


@pytest.mark.parametrize("width", WIDTHS)
def test_a_summary_with_a_word_of_no_end_is_whole(page, tmp_path, width):
    box = {
        "name": WORD, "kind": "x", "chip": '<span class="ek-chip">no clear evidence</span>',
        "picture": None, "text": WORD, "interval": WORD, "counts": WORD, "rating": "5",
        "squares": "■■■■■", "limit": WORD, "file": "x",
    }  # fmt: skip
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES))
    environment.globals["say"] = lambda key: "Portal"
    sheet = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    made = environment.get_template("summary.html.j2").render(
        css=stylesheet() + sheet, lang="en", family="ek", title=TITLE, status="Draft",
        place=WORD, study=WORD,
        made_at="2026-11-22", made_up="", portal="x", pdf="x", others=[], sentence=WORD,
        boxes=[box] * 3, can=[WORD], cannot=[WORD], changes=[{"name": WORD, "text": WORD}],
        claims={"counts": [], "text": WORD, "gravest": WORD, "file": "x"}, people=WORD,
        assessment=[[WORD, WORD]], foot=[[WORD, WORD]],
        words=dict.fromkeys(("can", "cannot", "changes", "claims", "full"), WORD),
    )  # fmt: skip
    (tmp_path / "summary.html").write_text(made, encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((tmp_path / "summary.html").as_uri())

    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("width", WIDTHS)
def test_a_portal_with_a_word_of_no_end_is_whole(page, tmp_path, width):
    texts = {"en": WORD, "zh": WORD}
    report(tmp_path, name=TITLE, headline=texts, study={"code": "tiny", "name": texts})
    write_portal(tmp_path)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((tmp_path / "index.html").as_uri())

    assert page.evaluate(OVERFLOW) <= 0
