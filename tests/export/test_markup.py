"""Raw HTML in a cell: text may be marked, nothing may act, load, hide or break out."""

import pytest

from evalkit.errors import PageError
from evalkit.export.checks import check_page
from evalkit.export.markup import not_allowed, not_whole
from evalkit.export.page import content_policy
from evalkit.export.prose import Prose


@pytest.mark.parametrize(
    "raw, tag",
    [
        ("<script>new Image().src='ht'+'tp'</script>", "<script>"),
        ("<b onclick=f()>x</b>", "<b onclick>"),
        ("<style>body { display: none }</style>", "<style>"),
        ('<p style="position: fixed">x</p>', "<p style>"),
        ("<input autofocus onfocus=f()>", "<input>"),
        ("<svg><circle/></svg>", "<svg>"),
        ("</main>", "</main>"),
        ('<p class="ek-key">9</p>', "<p class>"),
        ('<span lang="en">x</span> <ruby>鬱<rt>yu</rt></ruby> H<sub>2</sub>O', ""),
        ('<table><caption>c</caption><tr><th scope="col">a</th></tr></table>', ""),
    ],
)
def test_only_marks_of_text_may_stand_in_a_cell(raw, tag):
    assert not_allowed(raw) == tag
    prose = Prose("en", "report.en.html", {})
    if not tag:
        assert prose.html(raw)
        return
    with pytest.raises(PageError, match=r"report\.en\.html: a Markdown cell holds") as told:
        prose.html(f"Words before.\n\n{raw}\n")
    assert tag in str(told.value)


@pytest.mark.parametrize(
    "html, tag",
    [
        ("<div><p>a<br>b</p></div>", ""),
        ("<div>a", "<div>"),
        ("a</div>", "</div>"),
        ("<b><em>a</b></em>", "</b>"),
        ("<section></main></section>", "</main>"),
    ],
)
def test_each_tag_needs_its_partner_in_the_same_cell(html, tag):
    assert not_whole(html) == tag


def test_a_cell_that_would_close_the_page_is_refused():
    for cell in ("x</div>y", "<div>x", "<b>x <em>y</b></em>"):
        with pytest.raises(PageError, match="has no partner"):
            Prose("en", "p", {}).html(cell)


def test_a_second_title_is_refused():
    with pytest.raises(PageError, match='heading "Mine" is of the first level'):
        Prose("en", "p", {}).html("# Mine")


@pytest.mark.parametrize(
    "body, fault",
    [
        ("<main><p style='display: none'>x</p></main>", r"by itself \(p\)"),
        ("<main><script>1</script></main>", r"by itself \(script\)"),
        ("<p onclick='f()'>x</p>", r"by itself \(p onclick\)"),
        ("<p>x</p></main>", r"without its partner \(</main>\)"),
        ("<a href='data:text/html;base64,eA=='>x</a>", "a remote address"),
    ],
)
def test_a_page_that_acts_or_does_not_nest_stays_in_the_house(body, fault):
    with pytest.raises(PageError, match=fault):
        check_page(f'<html lang="en"><body>{body}</body></html>', "en", "p")


def test_the_policy_of_a_page_lets_one_script_run_and_nothing_load():
    first, second = content_policy("let a = 1;"), content_policy("let a = 2;")

    assert first != second and "default-src 'none'" in first and "'sha256-" in first
    assert "script-src 'none'" in content_policy()
    assert "http" not in first and "unsafe-eval" not in first
