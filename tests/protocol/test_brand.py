"""A brand is one file: a name, a logo that only draws, and two colours that can be read."""

import base64
import json
import re
import struct
import zlib

import pytest
from tests.helpers import ROOT, STUDY, swapped, write_study

from evalkit.errors import StudyError
from evalkit.present.theme import DARK
from evalkit.protocol import brand_of, identity, read_study
from evalkit.protocol.brand import GROUNDS, contrast
from evalkit.protocol.logo import LARGEST
from evalkit.words import sentence

BRAND = """\
[name]
en = "Institute"
zh = "研究所"
[logo]
file = "logo.svg"
alt = { en = "Three open books in a ring", zh = "圆环中有三本打开的书" }
[colours]
light = "#7A1F3D"
dark = "#F2A7BE"
"""
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2">'
SVG = f'{HEAD}<rect width="4" height="2" fill="#7A1F3D"/></svg>'


def png(wide=2, high=1, *more):
    """A picture of dots, black, with further parts behind its head."""

    def part(kind, data):
        mark = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + mark

    head = part(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    dots = zlib.compress(b"".join(b"\0" * (wide + 1) for _ in range(high)))
    remarks = b"".join(part(*each) for each in more)
    return b"\x89PNG\r\n\x1a\n" + head + remarks + part(b"IDAT", dots) + part(b"IEND", b"")


def branded(folder, text=BRAND, logo=SVG, name="logo.svg"):
    path = write_study(folder, swapped(STUDY, 'people = "', 'brand = "brand.toml"\npeople = "'))
    (folder / "brand.toml").write_text(text, encoding="utf-8")
    data = logo if isinstance(logo, bytes) else logo.encode()
    (folder / name).write_bytes(data)
    return path


def refusal(path, lang="en"):
    with pytest.raises(StudyError) as caught:
        read_study(path)
    return sentence(caught.value, lang)


def test_a_study_names_who_publishes_its_reports(tmp_path):
    brand = read_study(branded(tmp_path)).brand

    assert brand.name.text == {"en": "Institute", "zh": "研究所"}
    assert brand.colours == {"light": "#7A1F3D", "dark": "#F2A7BE"}
    assert [file.name for file in brand.files] == ["brand.toml", "logo.svg"]
    assert brand.logo.source.startswith("data:image/svg+xml;base64,")


def test_a_name_alone_is_enough_and_no_brand_is_none(tmp_path):
    assert read_study(write_study(tmp_path)).brand is None

    brand = read_study(branded(tmp_path, '[name]\nen = "Institute"\nzh = "研究所"\n')).brand

    assert (brand.logo, brand.alt, brand.colours) == (None, None, {})


@pytest.mark.parametrize("logo", [SVG, png()])
def test_what_a_report_holds_of_it_is_read_back(tmp_path, logo):
    text = BRAND if isinstance(logo, str) else BRAND.replace("logo.svg", "logo.png")
    study = read_study(branded(tmp_path, text, logo, "logo.png" if text != BRAND else "logo.svg"))
    told = json.loads(json.dumps(identity(study, study.areas["north"], "reach")))

    brand = brand_of(told["study"])

    assert (brand.logo, brand.colours) == (study.brand.logo, study.brand.colours)
    assert brand.to_json() == study.brand.to_json()


def test_a_study_without_one_tells_of_none(tmp_path):
    study = read_study(write_study(tmp_path))

    assert "brand" not in identity(study, study.areas["north"], "reach")["study"]
    assert brand_of({"code": "tiny"}) is None


def test_what_a_program_remarked_in_a_drawing_is_taken_out(tmp_path):
    text = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">'
        '<!-- in /somewhere --><svg xmlns="http://www.w3.org/2000/svg" xmlns:i="urn:i" '
        'i:file="/somewhere/a.svg" width="4" height="2"><title>t</title><metadata>m</metadata>'
        '<i:view name="/somewhere"/><style>.a{fill:url(#g)}</style><defs><linearGradient id="g"/>'
        "</defs><rect class='a' width='4' height='2' fill=\"url('#g')\"/></svg>"
    )

    kept = read_study(branded(tmp_path, logo=text)).brand.logo.data.decode()

    assert re.findall(r"<(\w+)", kept) == ["svg", "style", "defs", "linearGradient", "rect"]
    assert "somewhere" not in kept and "urn:i" not in kept and "DOCTYPE" not in kept


def test_what_a_program_remarked_in_a_picture_of_dots_is_taken_out(tmp_path):
    logo = png(
        2,
        1,
        (b"tEXt", b"Author\0Somebody"),
        (b"eXIf", b"place"),
        (b"pHYs", struct.pack(">IIB", 1, 1, 1)),
    )
    path = branded(tmp_path, BRAND.replace("logo.svg", "logo.png"), logo, "logo.png")

    assert read_study(path).brand.logo.data == png()


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<rect width='1' height='1' onload='x()'/>", "onload"),
        ("<rect width='1' height='1' ONCLICK='x()'/>", "ONCLICK"),
        ("<image href='data:image/png;base64,AA=='/>", "<image>"),
        ("<a href='javascript:x()'><rect/></a>", "<a>"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<use href='#a'/>", "<use>"),
        ("<text>Institute</text>", "<text>"),
        ("<animate attributeName='x'/>", "<animate>"),
        ("<linearGradient id='g' href='other.svg#g'/>", "href"),
        ("<rect style='fill:url(http://a.example/x)'/>", "style"),
        ('<rect fill="url( &quot;http://a.example/x&quot; )"/>', "fill"),
        ("<style>@import 'x.css';</style>", "<style> @import"),
        ("<style><g/>@import 'x.css';</style>", "<style> @import"),
        ("<style>@keyframes a{}</style>", "<style> @keyframes"),
        ("<style>@media print{rect{fill:red}}</style>", "<style> @media"),
        ("<style>.a{clip-path:url(#a)}</style>", "<style> clip-path"),
        ("<rect stroke-dasharray='0.001'/>", "stroke-dasharray"),
        ("<rect style='stroke-dasharray: 0.001'/>", "style"),
        ("<clipPath id='a' clip-path='url(#b)'><rect/></clipPath>", "clip-path"),
        ("<clipPath id='a'><rect style='clip-path:url(#b)'/></clipPath>", "clip-path"),
        ("<rect clip-path='url(#a)'/>" * 101, "clip-path"),
        ("<style>.a{fill:u\\72l(x)}</style>", "<style>"),
    ],
)
def test_a_logo_that_does_more_than_draw_is_refused(tmp_path, inside, found):
    said = refusal(branded(tmp_path, logo=f"{HEAD}{inside}</svg>"))

    assert f"logo.svg: the logo holds {found}, and only shapes" in said


def test_a_logo_that_stands_for_other_files_is_refused(tmp_path):
    laughs = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY f SYSTEM "file:///etc/hostname">]>'

    said = refusal(branded(tmp_path, logo=f"{laughs}{HEAD}&f;</svg>"))

    assert "the logo holds <!ENTITY>" in said
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">'
    assert "the logo holds &nbsp;" in refusal(
        branded(tmp_path, logo=f"{doctype}{HEAD}&nbsp;</svg>")
    )


@pytest.mark.parametrize(
    ("logo", "said"),
    [
        (b"GIF89a", "neither a PNG nor an SVG"),
        (b"", "neither a PNG nor an SVG"),
        (b"<svg><rect/></svg>", "neither a PNG nor an SVG"),
        (f"{HEAD}<rect>", "cannot be read as the picture"),
        (HEAD.replace(' viewBox="0 0 4 2"', "") + "</svg>", "how wide and high"),
        (HEAD.replace("0 0 4 2", "0 0 0 2") + "</svg>", "how wide and high"),
        (HEAD.replace("0 0 4 2", "0 0 a b") + "</svg>", "how wide and high"),
        (png()[:-20], "cannot be read as the picture"),
        (png().replace(b"IDAT", b"IDAX"), "cannot be read as the picture"),
        (b"\x89PNG\r\n\x1a\n", "cannot be read as the picture"),
        (HEAD.replace("0 0 4 2", "0 0 1e308 2") + "</svg>", "how wide and high"),
        (HEAD.replace("0 0 4 2", "0 0 inf 2") + "</svg>", "how wide and high"),
        (HEAD.replace("0 0 4 2", "0 0 41 2") + "</svg>", "more than 20 times as long"),
        (png(1, 21), "more than 20 times as long"),
        (png(4000, 2000), "4,000 × 2,000 dots, at most 4,000,000"),
        (b"<svg " + b" " * LARGEST, f"has {LARGEST + 5:,} bytes, at most 64,000"),
    ],
)
def test_a_logo_that_cannot_be_drawn_is_refused(tmp_path, logo, said):
    assert said in refusal(branded(tmp_path, logo=logo))


def test_a_large_logo_is_not_even_read(tmp_path):
    path = branded(tmp_path)
    with (tmp_path / "logo.svg").open("wb") as file:
        file.truncate(20_000_000)

    assert "the logo has 20,000,000 bytes, at most 64,000 are taken" in refusal(path)
    assert "标志图有 20,000,000 字节" in refusal(path, "zh")


def test_a_logo_that_is_missing_or_no_file_is_named(tmp_path):
    path = branded(tmp_path)
    (tmp_path / "logo.svg").unlink()

    assert "logo.svg: there is no such file" in refusal(path)
    (tmp_path / "logo.svg").mkdir()
    assert "logo.svg: the logo is neither a PNG nor an SVG" in refusal(path)


def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can(tmp_path):
    said = refusal(branded(tmp_path, BRAND.replace("#7A1F3D", "#FFB000")))

    assert "[colours]: light = #FFB000 cannot be read well" in said
    assert "words need 4.5 (WCAG 2.2, 1.4.3)" in said
    nearest = re.search(r"can be read is (#\w{6})", said)[1]
    assert all(contrast(nearest, ground) >= 4.5 for ground in GROUNDS["light"])
    assert read_study(branded(tmp_path, BRAND.replace("#7A1F3D", nearest))).brand


def test_the_dark_page_is_asked_for_its_own_colour(tmp_path):
    said = refusal(branded(tmp_path, BRAND.replace("#F2A7BE", "#7A1F3D")))

    assert "[colours]: dark = #7A1F3D cannot be read well: on #1A232C" in said


@pytest.mark.parametrize("colour", ["red", "#7A1F3", "#7A1F3G", "#7A1F3D;}body{display:none"])
def test_what_is_no_colour_is_refused(tmp_path, colour):
    said = refusal(branded(tmp_path, BRAND.replace("#7A1F3D", colour)))

    assert f"light = {colour} is no colour" in said


def test_every_mistake_is_named_at_once(tmp_path):
    text = BRAND.replace("#7A1F3D", "red").replace("[name]", "[title]")

    said = refusal(branded(tmp_path, text, logo="no picture"))

    for part in ("missing name", "unknown title", "red is no colour", "neither a PNG nor an SVG"):
        assert part in said


@pytest.mark.parametrize(("name", "found"), [("a" * 121, "121"), ("Insti\\ntute", "10")])
def test_a_name_is_one_line(tmp_path, name, found):
    said = refusal(branded(tmp_path, BRAND.replace('"Institute"', f'"{name}"')))

    assert f"the name in en must be one line of at most 120 letters, found {found}" in said


def test_one_colour_without_the_other_is_refused(tmp_path):
    said = refusal(branded(tmp_path, BRAND.replace('dark = "#F2A7BE"\n', "")))

    assert "[colours]: missing dark" in said


def test_each_language_of_the_study_has_its_name(tmp_path):
    said = refusal(branded(tmp_path, BRAND.replace('zh = "研究所"\n', "")))

    assert said.endswith("brand.toml: name has no words in zh. Add them.")


def forged(study, **changes):
    """A report's word on its study, with parts of its brand changed."""
    told = json.loads(json.dumps(study.brand.to_json()))
    for key, value in changes.items():
        told[key] = {**told[key], **value} if isinstance(value, dict) else value
    return {"brand": told}


@pytest.mark.parametrize(
    "changes",
    [
        {"logo": {"data": base64.b64encode(f"{HEAD}<script/></svg>".encode()).decode()}},
        {"logo": {"data": base64.b64encode(f"{HEAD}<!-- a --></svg>".encode()).decode()}},
        {"logo": {"data": "@"}},
        {"logo": {"data": 3}},
        {"logo": {"kind": "png"}},
        {"logo": {"alt": {"en": 3}}},
        {"name": {"en": None}},
        {"name": []},
        {"name": {"en": "a" * 121}},
        {"colours": {"light": "#FFFFFF"}},
        # It can be read on paper, and not on the wash of a box.
        {"colours": {"light": "#767676"}},
        {"colours": {"light": "red;}"}},
        {"colours": {"other": "#000000"}},
    ],
)
def test_what_somebody_wrote_into_a_report_is_checked_as_the_file_is(tmp_path, changes):
    study = read_study(branded(tmp_path))
    assert brand_of(forged(study)).to_json() == study.brand.to_json()

    with pytest.raises((ValueError, TypeError, KeyError)):
        brand_of(forged(study, **changes))


def test_the_grounds_are_those_of_the_pages():
    css = (ROOT / "src/evalkit/present/evalkit.css").read_text(encoding="utf-8")

    for name, place in (("paper", 0), ("wash", 1)):
        light, dark = GROUNDS["light"][place], GROUNDS["dark"][place]
        assert f"--ek-{name}: light-dark({light}, {dark})" in css
    assert GROUNDS["dark"][0] in DARK.values()


def test_contrast_is_as_published():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    # The grey that WebAIM gives as the first that fails: 4.48 to 1.
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
