"""A text out of a file is a text wherever it lands."""

import json
import re

import pytest
import typst

from evalkit.landing import (
    acts,
    css_string,
    escape,
    is_formula,
    leads_where_it_says,
    one_line,
    print_head,
    script_json,
    typst_string,
    xml_text,
)

HOSTILE = (
    *('"', "'", "\\", "\n", "\r\n", "\f", "\u2028", "\u2029", "\x85", "<", ">", "&", "{", "}", ";"),
    *("</style>", "</script>", "<!--", "]]>", "#panic(1)", "$x$", "]", "//", "/* */", "`", "@x"),
    *("\\00003c ", "url(x)", "@import 'x'", "expression(1)", "\t", "9", "a", "北", "$\\text{<b>}$"),
)


def css_value(string):
    """Read a CSS string as CSS Syntax Level 3 does; its quotation marks must be the ends."""
    assert string[0] == string[-1] == '"'
    inner = string[1:-1]
    assert not re.search(r'["\n\r\f<]', inner)
    return re.sub(r"\\([0-9a-f]{1,6})\s?", lambda m: chr(int(m.group(1), 16)), inner)


@pytest.mark.parametrize("sign", HOSTILE)
def test_a_text_stays_whole_and_one_line_as_a_css_string(sign):
    text = f"a{sign}1{sign}b"

    assert css_value(css_string(text)) == re.sub(r"[\r\n\f\x85\u2028\u2029]+", " ", text)


@pytest.mark.parametrize("sign", HOSTILE)
def test_a_text_is_never_code_of_typst(sign, tmp_path):
    text = f"a{sign}b"
    file = tmp_path / "a.typ"
    # Typst itself compares, and stops where its string is another one than ours.
    codes = ", ".join(str(ord(c)) for c in text)
    file.write_text(
        f"#let said = {typst_string(text)}\n"
        f"#assert(said.codepoints().map(c => c.to-unicode()) == ({codes},))\nx",
        encoding="utf-8",
    )

    assert typst.compile(str(file)).startswith(b"%PDF")


@pytest.mark.parametrize("sign", HOSTILE)
def test_no_text_ends_the_script_or_the_element_that_holds_it(sign):
    told = script_json({"a": sign})

    assert not re.search("[<>&\u2028\u2029]", told) and json.loads(told) == {"a": sign}
    assert not re.search("[<>\"']", escape(sign))


def test_xml_holds_what_xml_can_hold():
    assert xml_text("a\x00b\x0bc\ud800d\ufffee\tf\n北") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf\n北"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_could_compute_is_told(text):
    assert is_formula(text) and not is_formula("a" + text)


def test_a_printed_head_holds_no_command():
    assert print_head("a&Ib\nc") == "a&&Ib c"


@pytest.mark.parametrize(
    "character", "\x00\x1b\x7f\x9b\u061c\u200e\u202e\u2066\u2028\ud800\ufffe\ufdd0\U000e0041"
)
def test_what_acts_unseen_is_told_by_its_code(character):
    assert acts(character)
    # A line end, which a log would take for one, is a space.
    assert one_line(f"a{character}b") in (f"a(U+{ord(character):04X})b", "a b")


def test_a_log_and_a_terminal_get_one_line():
    assert one_line("a\n\x1b[2Jb\r\u202e") == "a (U+001B)[2Jb (U+202E)"
    assert one_line("北京\u200b abc é") == "北京\u200b abc é"


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a?b=1#c", "https://例子.cn/x", "#table-1", "a.pdf", "../x.html"],
)
def test_a_link_beside_the_page_or_to_a_named_source_stands(address):
    assert leads_where_it_says(address, inside=True)


@pytest.mark.parametrize(
    "address",
    [
        *("java\tscript:alert(1)", "JaVaScRiPt:alert(1)", "\x01javascript:1", " \njavascript:1"),
        *("java\u200bscript:1", "\u202ejavascript:1", "vbscript:1", "blob:x", "view-source:x"),
        *("\\\\host\\share", "//host", "/\\host", "\\/host", "///host", "/etc/passwd", "C:/x"),
        *("https:host", "https:/host", "https:///host", "https://a@b", "https://a\\@b", "http://a"),
        *(
            "https://a:b@c/",
            "https://a:80@c/",
            "https://a\u2028b",
            "file:a",
            "mailto:a@b",
            "data:,x",
        ),
        "https://example.org/\u202efdp.exe",
    ],
)
def test_a_link_that_a_browser_follows_elsewhere_is_refused(address):
    assert not leads_where_it_says(address, inside=True)
