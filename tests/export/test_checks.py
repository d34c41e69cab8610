"""What stops a page from leaving the house."""

import pytest

from evalkit.errors import PageError
from evalkit.export.checks import check_page
from evalkit.export.fonts import check_glyphs, font_css

ALT = "Two curves; after a year 22 % and 31 %."
GOOD = (
    '<!DOCTYPE html><html lang="en"><body><h1>Area</h1><h2>Part</h2>'
    "<figure><figcaption>Curve</figcaption>"
    f'<img alt="{ALT}" src="data:image/svg+xml;base64,AA"></figure>'
    "<table><caption>Shares</caption><tr><th>Group</th></tr><tr><td>1</td></tr></table>"
    '<a href="../index.html">Portal</a></body></html>'
)


def test_a_good_page_passes_and_gives_its_visible_text():
    text = check_page(GOOD.replace("<h1>", "<style>p{}</style><h1>"), "en", "page")

    assert "Area" in text and "p{}" not in text


@pytest.mark.parametrize(
    "before,after,fault",
    [
        (f'alt="{ALT}"', "", "alt"),
        (ALT, "figure", "alt"),
        (ALT, "No description has been provided", "alt"),
        ("<figcaption>Curve</figcaption>", "", "caption:figure"),
        ("<caption>Shares</caption>", "", "caption:table"),
        ("<th>Group</th>", "<th> </th>", "empty_head"),
        ("h2>", "h3>", "heading:h3"),
        ("../index.html", "https://example.com/x", "remote:https://example.com/x"),
        ("../index.html", "//example.com/x", "remote://example.com/x"),
        ("../index.html", "file:///etc/passwd", "remote:file:///etc/passwd"),
        (
            "data:image/svg+xml;base64,AA",
            "http://example.com/a.png",
            "remote:http://example.com/a.png",
        ),
        ("<h1>", "<style>@import 'x.css'</style><h1>", "remote:style"),
        ("<h1>", "<style>a{background:url(https://x)}</style><h1>", "remote:style"),
        ('lang="en"', 'lang="zh"', "lang:zh"),
        ('lang="en"', "", "lang:"),
    ],
)
def test_each_fault_stops_the_page_by_name(before, after, fault):
    assert before in GOOD

    with pytest.raises(PageError) as caught:
        check_page(GOOD.replace(before, after), "en", "report.en.html")

    assert fault in caught.value.values["faults"]
    assert "report.en.html: may not be published" in str(caught.value)


IN_MAIN = GOOD.replace("<table>", '<main><p><a href="{}">x</a></p></main><table>')


@pytest.mark.parametrize(
    "address", ["https://example.org/a", "https://example.org:8443/a?b=1#c", "#table-1", "a.pdf"]
)
def test_a_source_that_the_text_names_may_be_opened(address):
    check_page(IN_MAIN.replace("{}", address), "en", "page")


@pytest.mark.parametrize(
    "address",
    [
        *("http://example.org/a", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"),
        # What a browser makes of an address, and not what is written.
        *("java&#9;script:alert(1)", "java\nscript:alert(1)", "\\\\host\\share", "/\\host"),
        *(
            "//host/x",
            "https:/\\host",
            "https://user:pass@host/x",
            "ht&#10;tps://host",
            "\x01https:x",
        ),
    ],
)
def test_a_link_that_leads_elsewhere_than_it_says_stops_the_page(address):
    with pytest.raises(PageError):
        check_page(IN_MAIN.replace("{}", address), "en", "page")


def test_a_character_without_a_glyph_stops_the_page_with_its_code():
    check_glyphs("镕喆㙍㎡ ≤ ≥ ±", "page")

    with pytest.raises(PageError, match=r"no glyph for 𠮷 \(U\+20BB7\)"):
        check_glyphs("吉𠮷", "page")


def test_the_font_of_a_page_is_a_small_part_of_the_whole():
    css = font_css("再犯 recidivism 0123456789")

    assert css.count("@font-face") == 2
    assert "data:font/ttf;base64," in css
    # The whole font is ten megabytes.
    assert len(css) < 100_000


@pytest.mark.parametrize(
    "body, lang, fault",
    [
        ("<p>覆盖人数</p>", "en", r"in another language .* \(覆盖人数\)"),
        (
            "<p>one two three four five six seven eight nine ten a b c d e f</p>",
            "zh",
            "有未标明语言的外文",
        ),
        ('<p id="a">x</p><p id="a">y</p>', "en", r"an id twice \(a\)"),
        ('<form action="https://x.example/"></form>', "en", "a remote address"),
        ('<p style="background: url(//x.example/a.png)">x</p>', "en", "a remote address"),
        ("<iframe></iframe>", "en", "a remote address"),
        ('<link rel="stylesheet" href="page.css">', "en", r"a remote address \(link\)"),
        ('<meta http-equiv="refresh" content="0; url=x">', "en", r"remote address \(refresh\)"),
        (f'<img alt="{ALT}" src="picture.png">', "en", r"a remote address \(picture.png\)"),
        (f'<img alt="{ALT}" srcset="https://x.example/a 2x">', "en", "a remote address"),
        ("<style>p { background: url(a.png) }</style>", "en", r"a remote address \(style\)"),
        ("<script>fetch('a.json')</script>", "en", r"a remote address \(script\)"),
        ("<script>const a = '//x.example'</script>", "en", r"a remote address \(script\)"),
        ("<p>See page.skip there</p>", "en", r"instead of the sentence \(page.skip\)"),
        ('<p aria-label="page.skip">x</p>', "zh", r"句子的键，不是句子 \(page.skip\)"),
        ('<p aria-label="覆盖人数">x</p>', "en", r"in another language .* \(覆盖人数\)"),
        ("<p>x</p></div><p>覆盖人数</p>", "en", "in another language"),
    ],
)
def test_what_else_may_not_leave_the_house(body, lang, fault, monkeypatch):
    monkeypatch.setenv("EVALKIT_LANG", lang)
    with pytest.raises(PageError, match=fault):
        check_page(f'<html lang="{lang}"><body>{body}</body></html>', lang, "p")


@pytest.mark.parametrize(
    "body, lang",
    [
        ('<blockquote lang="zh">覆盖<br>人数</blockquote><p>after it</p>', "en"),
        ("<pre><code># 覆盖</code></pre>", "en"),
        ("<p>guigang.claims.verdict, example.skip and <code>page.skip</code></p>", "en"),
        ('<script type="application/json">{"a": "https://x.example"}</script>', "en"),
        ("<p>来源：Rossi, Berk and Lenihan (1980)，数据集 Rossi</p>", "zh"),
    ],
)
def test_a_quotation_code_and_a_source_are_no_untranslated_text(body, lang):
    check_page(f'<html lang="{lang}"><body>{body}</body></html>', lang, "p")


SENTENCE = "Nobody has translated this sentence yet"


def test_an_english_sentence_on_a_chinese_page_stops_it_and_a_title_does_not():
    page = f'<html lang="zh"><body><p>来源：{SENTENCE}。</p></body></html>'
    with pytest.raises(PageError, match=SENTENCE[:20]):
        check_page(page, "zh", "p")

    # What the study says in its own Chinese text is the title of a source.
    check_page(page, "zh", "p", own=[f"来源：{SENTENCE}"])
    with pytest.raises(PageError):
        check_page(page, "zh", "p", own=["something else"])


def test_a_chinese_alternative_text_says_more_with_fewer_characters():
    page = GOOD.replace(ALT, "从转介到结案共有五个步骤")

    assert check_page(page, "en", "page", mixed=True)
