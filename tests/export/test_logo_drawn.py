"""A logo is drawn once before a run: what no form can draw, or nobody would see, stops it."""

import io
from pathlib import Path

import pytest
from PIL import Image

from evalkit.errors import StudyError
from evalkit.export.pictures import check_logo
from evalkit.protocol import Brand
from evalkit.protocol.logo import Logo
from evalkit.words import Term

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2">'


def brand(data):
    kind = "png" if data.startswith(b"\x89PNG") else "svg"
    name = Term("name", {"en": "Institute"})
    return Brand(name, (Path("brand.toml"), Path("logo")), Logo(kind, data), name, {})


def svg(inside):
    return f"{HEAD}{inside}</svg>".encode()


def png(mode, colour):
    made = io.BytesIO()
    Image.new(mode, (8, 4), colour).save(made, "PNG")
    return made.getvalue()


def refused(data):
    with pytest.raises(StudyError) as caught:
        check_logo(brand(data))
    return caught.value.key


@pytest.mark.parametrize(
    "data",
    [
        svg(""),
        svg('<rect width="4" height="2" fill="#FFF"/>'),
        svg('<rect width="4" height="2" opacity="0"/>'),
        svg('<rect width="4" height="2" fill="#DDD"/>'),
        # White letters whose edges are grey.
        svg('<circle r="1" cx="2" cy="1" fill="#FFF" stroke="#888" stroke-width=".002"/>'),
        svg('<rect x="9" width="4" height="2"/>'),
        png("RGBA", (0, 0, 0, 0)),
        png("RGB", (255, 255, 255)),
    ],
)
def test_a_logo_that_nobody_sees_on_white_paper_is_refused(data):
    assert refused(data) == "logo.blank"


@pytest.mark.parametrize(
    "data",
    [
        svg('<rect width="4" height="2" fill="#7A1F3D"/>'),
        svg('<path d="M0 0h1v1z" fill="#EEEE88"/>'),
        png("RGB", (0, 90, 0)),
        png("L", 40),
    ],
)
def test_what_is_seen_passes(data):
    assert check_logo(brand(data)) is None


def test_what_no_form_can_draw_is_refused():
    whole = png("RGB", (0, 90, 0))
    palette = whole.replace(b"IHDR\x00\x00\x00\x08\x00\x00\x00\x04\x08\x02", b"")

    assert refused(whole[:40]) == "logo.broken"
    assert refused(palette) == "logo.broken"
    assert refused(b"<svg") == "logo.broken"


def test_a_brand_without_a_logo_is_not_drawn():
    assert check_logo(Brand(Term("name", {"en": "Institute"}), (), None, None, {})) is None
