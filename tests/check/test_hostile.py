"""Names, labels, captions, formulas and links that mean harm, in a real browser.

A page is asked what it became, not what was written: its live elements, attributes,
addresses and rules of style are those of our own pages, nothing ran, and the verdict and
the mark of made-up data are seen with their own words. The same texts stand in PDF, DOCX and
XLSX.
"""

import csv
import json
import random
import re
import shutil

import nbformat
import openpyxl
import pypdf
import pytest
from tests.helpers import RECIDIVISM_PLAN, swapped
from tests.journeys.conftest import ROOT, evalkit
from tests.journeys.test_documents import docx_text
from tests.journeys.test_own_area import AREA, ledger

from evalkit.errors import PageError
from evalkit.export.checks import read_page
from evalkit.export.joints import page_text
from evalkit.export.maths import in_caption
from evalkit.export.prose import Prose
from evalkit.landing import css_string, escape
from evalkit.present.markup import Writing, html, tag
from evalkit.present.table import Layout, laid_out, row_of
from evalkit.words import say

STUDY = """\
code = "hostile"
name = { en = %(name)s, zh = %(name)s }
languages = ["zh", "en"]
outcomes = ["recidivism", "claims"]
people = "minors"
areas_folder = "."
areas = ["rivertown"]

[assessment]
period = { en = %(name)s, zh = %(name)s }
asked_by = { en = %(name)s, zh = %(name)s }

[plan]
status = "draft"

[plan.claims]
estimands = ["claim", "finding", "derived", "tally", "wording", "completeness"]
approx = 0.05
same_digits = 3
zero_base = 60
level = 0.95

[labels]

[[tables]]
name = "cases"
shape = "follow_up"
area = "rivertown"
outcome = "recidivism"
file = "nothing.csv"
status = "made_up"
source = { en = "nobody", zh = "无" }
licence = "facts"
unit = "day"
columns = { rearrest = "arrest", rearrest_time = "days", group = "arm", age = "age" }
values = {}

"""
STUDY += RECIDIVISM_PLAN
# What closes, opens or commands something in HTML, CSS, Typst, mathematics or a spreadsheet.
NAME = (
    'Q"\n}} @page{@top-left{content:"99"}} .ek-sentence,.made-up{display:none} '
    "</style><h3>x</h3><img src=x onerror=window.hacked=1><script>window.hacked=2</script>"
    "{{7*7}} &lt;b&gt; ]#panic(1)[ $\\text{<h3>y</h3>}$ // '`*_ end"
)
STATEMENT = "=HYPERLINK(1) <script>window.hacked=3</script> - = + #panic(1) $\\text{<h3>}$ ... end"
PROSE = """\
## Heading <b>b</b> `</style><script>window.hacked=4</script>` $\\text{<h3>z</h3>}$

= not a heading

A [source](https://example.org/a?b='x'&c=<d>) and $x < y$, $\\text{</math><img src=x onerror=a>}$.
"""
# Every element and attribute that a page of ours is made of.
ELEMENTS = (
    *("html", "head", "meta", "title", "style", "body", "a", "header", "footer", "p", "strong"),
    *("nav", "div", "h1", "h2", "h3", "h4", "span", "details", "summary", "ul", "ol", "li", "main"),
    *("section", "table", "caption", "thead", "tbody", "tr", "th", "td", "code", "pre", "figure"),
    *("figcaption", "picture", "source", "img", "dl", "dt", "dd", "script", "b", "em", "i", "s"),
    *("sup", "sub", "br", "hr", "del", "input", "blockquote", "button", "form", "output", "label"),
    *("select", "option", "mark", "math", "semantics", "annotation", "mrow", "mi", "mn", "mo"),
    *("mtext", "mfrac", "msup", "msub", "msubsup", "msqrt", "mspace", "mstyle", "mover"),
    # Made by the page's own script.
    "dialog",
)
AUDIT = """(known) => {
  const found = [];
  for (const node of document.querySelectorAll('*')) {
    const name = node.localName;
    if (!known.includes(name)) found.push('element ' + name);
    for (const {name: key, value} of node.attributes) {
      if (/^on|^(srcdoc|formaction|action|ping|background|xlink:href)$/.test(key))
        found.push(key + ' of ' + name);
      if (key === 'style' && node.closest('main')) found.push('style of ' + name);
      if (key === 'src' && !value.startsWith('data:image/')) found.push('src ' + value);
    }
    if ('href' in node && node.hasAttribute('href') && name !== 'math') {
      const to = new URL(node.href, document.baseURI).protocol;
      if (!['https:', 'file:', 'about:'].includes(to)) found.push('to ' + node.href);
      if (to === 'file:' && new URL(node.href).host) found.push('to ' + node.href);
    }
  }
  for (const node of document.querySelectorAll('main script, main style'))
    found.push('within main ' + node.localName);
  if (window.hacked !== undefined) found.push('ran ' + window.hacked);
  return found;
}"""
# Every rule, as the browser has read them: another selector would have come from a text.
RULES = """() => [...document.styleSheets].map(sheet => [...sheet.cssRules].map(
  rule => rule.selectorText || rule.constructor.name + (rule.conditionText || '')))"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The report of one hostile study, and that of the same study under an honest name."""
    made = {}
    for kind, name, statement, prose in (
        ("hostile", NAME, STATEMENT, PROSE),
        ("honest", "Quiet", "quiet", "## Heading\n\nNothing."),
    ):
        home = tmp_path_factory.mktemp(kind)
        toml = json.dumps(name, ensure_ascii=False)
        area = swapped(AREA, '{ en = "Rivertown", zh = "河镇" }', f"{{ en = {toml}, zh = {toml} }}")
        area = swapped(
            area, '{ en = "River Province", zh = "河省" }', f"{{ en = {toml}, zh = {toml} }}"
        )
        area += f"\n[outcomes.recidivism]\napplies = true\nwhy = {{ en = {toml}, zh = {toml} }}\n"
        (home / "study.toml").write_text(STUDY % {"name": toml}, encoding="utf-8")
        (home / "rivertown.toml").write_text(area, encoding="utf-8")
        rows = list(csv.reader(ledger().splitlines()))
        for row in rows[1:]:
            row[6:8] = [f"{text} {statement}" for text in row[6:8]]
        with (home / "rivertown.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        shutil.copytree(ROOT / "notebooks", home / "own")
        notebook = nbformat.read(home / "own" / "claims.ipynb", as_version=4)
        notebook.cells.append(nbformat.v4.new_markdown_cell(prose))
        nbformat.write(notebook, home / "own" / "claims.ipynb")
        words = ["--outcome", "claims", "--notebooks", "own", "--reports", "out"]
        ran = evalkit("run", *words, cwd=home)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        made[kind] = home / "out" / "hostile" / "rivertown" / "claims"
    return made


def opened(page, path, media="screen"):
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.emulate_media(media=media)
    page.goto(path.as_uri())
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    return problems


def flat(text):
    return re.sub(r"[\s\u200b\u2060]+", "", text)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("media", ["screen", "print"])
def test_a_hostile_report_holds_nothing_foreign_and_shows_its_verdict(
    built, page, outside, lang, media
):
    file = f"report.made-up.{lang}.html"
    assert opened(page, built["honest"] / file, media) == []
    rules, sentence = page.evaluate(RULES), page.locator(".ek-sentence").inner_text()
    box = page.locator(".ek-sentence").bounding_box()

    assert opened(page, built["hostile"] / file, media) == []

    assert page.evaluate(AUDIT, [*ELEMENTS]) == []
    assert page.evaluate(RULES) == rules
    assert page.locator(".ek-sentence").inner_text() == sentence
    assert page.locator(".ek-sentence").bounding_box()["height"] == box["height"]
    mark = page.locator("header .made-up")
    assert mark.is_visible() and mark.inner_text() == say("page.made_up", lang)
    assert flat(NAME) in flat(page.locator("h1").inner_text())
    assert flat(STATEMENT) in flat(page.locator("main").inner_text())
    assert page.locator("main h3", has_text="z").count() == 0
    running = page.evaluate("""() => [...document.styleSheets].flatMap(s => [...s.cssRules])
        .filter(r => r instanceof CSSPageRule).map(r => r.cssText).join(' ')""")
    assert say("page.made_up", lang) in running or "top-right" not in running
    assert outside == []


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_a_hostile_portal_holds_nothing_foreign(built, page, outside, name):
    root = built["hostile"].parents[2]
    assert opened(page, root / name) == []

    assert page.evaluate(AUDIT, [*ELEMENTS]) == []
    assert flat(NAME) in flat(page.locator("main").inner_text())
    assert page.locator("strong.made-up").first.is_visible()
    assert outside == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_printed_and_the_office_forms_hold_the_same_text(built, lang):
    folder, stem = built["hostile"], f"report.made-up.{lang}"
    pdf = "".join(p.extract_text() for p in pypdf.PdfReader(folder / f"{stem}.pdf").pages)
    book = openpyxl.load_workbook(folder / f"{stem}.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    sheet = " ".join(str(c.value) for c in cells)

    for text in (pdf, docx_text(folder / f"{stem}.docx"), sheet):
        assert flat(NAME) in flat(text)
        assert flat(STATEMENT) in flat(text)
        assert say("page.made_up", lang) in text
    assert "= not a heading" in pdf
    assert [c.coordinate for c in cells if c.data_type == "f" or c.hyperlink] == []
    for cell in cells:
        if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
            assert cell.quotePrefix, cell.value


PIECES = (
    *('"', "'", "<", ">", "&", "\\", "\n", "\t", "`", "*", "_", "[", "]", "(", ")", "{", "}", ";"),
    *("</style>", "</script>", "<script>hacked=1</script>", "<!--", "-->", "]]>", "<h3>", "</h3>"),
    *("<img src=x onerror=hacked=1>", "<svg onload=hacked=1>", "<iframe srcdoc=x>", "</math>"),
    *(
        "$",
        r"\text{",
        r"\mbox{<b>x</b>}",
        r"\href{javascript:hacked=1}{x}",
        r"\style{display:none}",
    ),
    *(r"\class{ek}{x}", r"\newcommand{\a}{\a\a}\a", r"\hspace{-99em}", "^2", "_1", r"\frac{a}{b}"),
    *(
        "javascript:hacked=1",
        "java&#9;script:hacked=1",
        "java\tscript:x",
        "\\\\host\\share",
        "//host",
    ),
    *("https://a.example/x", "data:text/html,x", "#x", "a.html", "&lt;b&gt;", "&#x3c;b&#x3e;", "x"),
    *("[y](", ")", "![z](", "<a href=", "onclick=hacked=1", "style=display:none", "{{7*7}}", "北"),
    *("} main{display:none} .x{", "@import 'x';", "url(//host/x)", "\\00003c ", "<b>", "</b>"),
)
PAGES, EACH = 12, 25


def piece(chance):
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 7)))


def landed(text, number):
    """A text in each place of a page, as the exporter lands it there; None where refused."""
    prose = Prose("en", "fuzz", {})
    table = laid_out(Layout(text, text, ["a", "b"], [row_of(text, [text])]))
    how = Writing(page_text, lambda said: in_caption(said, "fuzz", page_text))
    try:
        return "".join(
            [
                prose.html(text),
                html(table, "en", how),
                tag("p", escape(text), class_="name", title=text, id=f"n{number}"),
            ]
        )
    except PageError:
        return None


@pytest.mark.parametrize("seed", range(PAGES))
def test_pieces_put_together_by_chance_become_text_or_are_refused(page, outside, tmp_path, seed):
    chance = random.Random(seed)
    kept = []
    for number in range(EACH * 4):
        text = piece(chance)
        body = landed(text, number)
        style = f"@page {{ @top-left {{ content: {css_string(text)}; }} }}"
        whole = body and (
            f'<html lang="en"><head><style>{style}</style></head><body><header></header><main>'
            f"<h1>t</h1>{body}</main></body></html>"
        )
        try:
            read = read_page(whole, "en", "fuzz", mixed=True) if whole else None
        except PageError:
            # It may not leave the house.
            continue
        if read is not None and len(kept) < EACH:
            kept.append((text, number, read.html))
    assert len(kept) >= EACH // 2, "too much is refused for this to be a test"
    for text, number, written in kept:
        (tmp_path / "page.html").write_text(written, encoding="utf-8")
        assert opened(page, tmp_path / "page.html") == [], text
        assert page.evaluate(AUDIT, [*ELEMENTS]) == [], text
        said = page.locator(f"#n{number}")
        assert flat(said.text_content()) == flat(text), text
        assert said.get_attribute("title") == text
        assert page.evaluate(RULES) == [["CSSPageRule"]], text
        assert flat(page.locator("main td").last.text_content()) == flat(text), text
    assert outside == []
