"""Plain markup is read fast, and no other way than the standard parser reads it."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalkit.export.markup import Rewriter
from evalkit.export.reader import Reader


class Notes:
    """Everything that a parser calls; texts that follow each other are one."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def handle_starttag(self, name, pairs):
        # Without a value or with an empty one: no check tells them apart.
        self.calls.append(("start", name, [(key, value or "") for key, value in pairs]))

    def handle_startendtag(self, name, pairs):
        self.calls.append(("both", name, [(key, value or "") for key, value in pairs]))

    def handle_endtag(self, name):
        self.calls.append(("end", name))

    def handle_comment(self, data):
        self.calls.append(("comment", data))

    def handle_decl(self, decl):
        self.calls.append(("decl", decl))

    def handle_pi(self, data):
        self.calls.append(("pi", data))

    def unknown_decl(self, data):
        self.calls.append(("unknown", data))

    def handle_data(self, data):
        if self.calls and self.calls[-1][0] == "text":
            data = self.calls.pop()[1] + data
        self.calls.append(("text", data))


class Ours(Notes, Reader):
    pass


class Theirs(Notes, HTMLParser):
    pass


def same(html):
    ours, theirs = Ours(), Theirs()
    ours.read(html)
    theirs.feed(html)
    theirs.close()
    assert ours.calls == theirs.calls
    return True


PIECES = (
    *("<p>", "</p>", '<a href="x">', '<a title="a &lt; b">', '<td class="a" id="b">', "<br>"),
    *("<br/>", "<hr />", "<details open>", "<a href=x>", "<a title='x>y'>", '<a title="x>y">'),
    *("<A HREF='x'>", "</P >", "<p", "</", "<", ">", '"', "'", "=", "&", "&amp;", "&lt", "&#39;"),
    *("&copy=1", '<a href="?a=1&copy=2">', "<!-- a > b -->", "<!--", "-->", "<!-->", "<!x>"),
    *("<![CDATA[", "]]>", "<?x", "<!DOCTYPE html>", "<script>", "</script>", "</script >"),
    *("<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>", "<math>"),
    *("if (a < b)", "text", " ", "\n", "汉字", "<a title=\"x'>", '<a b="c"d="e">', "<a  b>"),
    *("<svg viewBox='0'>", "<my-tag>", "<a:b>", "a<b", "\x00", "<p/>", "<p id=a/>", "&nosuch;"),
)


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_markup_is_read_as_the_standard_parser_reads_it(pieces):
    assert same("".join(pieces))


@pytest.mark.parametrize(
    "html",
    [
        "<style>a > b { color: red }</STYLE><p>x</p>",
        "<script>a = '</p>'; b = '<p>'</script ><p title=\"</script>\">x</p>",
        "<script>a",
        "<title>a <b> c</title><p>x</p>",
        "<p title='a",
        "a < b and c > d",
        "<p>a &amp",
    ],
)
def test_what_is_not_plain_too(html):
    assert same(html)


@pytest.mark.parametrize(
    "html, written",
    [
        ("<p id=b class='a'>x</P>", '<p class="a" id="b">x</p>'),
        ("<p title='\"a\"'>&#34;&nbsp;&lt;</p>", '<p title=\'"a"\'>"\u00a0&lt;</p>'),
        ("<p title='&quot;&#39;'>x</p>", '<p title="&quot;\'">x</p>'),
        ("<ul> \n <li>a<br>b</li></ul>", "<ul>\n<li>a<br/>b</li></ul>"),
        ("<pre> \n </pre><p>  </p>", "<pre> \n </pre><p> </p>"),
        ("<div/><details open>x</details>", '<div></div><details open="">x</details>'),
        ("<style>a > b</style><!-- unseen --><p>&copy;</p>", "<style>a > b</style><p>©</p>"),
    ],
)
def test_a_page_is_written_in_one_form(html, written):
    writer = Rewriter()
    writer.read(html)

    assert "".join(writer.made) == written
    assert not writer.broken
