"""Pages with a partner's brand in a real browser: the logo is drawn, the colour can be read."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.helpers import ROOT, swapped
from tests.journeys.conftest import evalkit
from tests.protocol.test_brand import BRAND, SVG

LONG = "Institute for the Evaluation of Social Work with Young People and Companions of Children "
DRAWN = "() => [...document.querySelectorAll('.brand img')].map(i => [i.naturalWidth, i.height])"
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def branded(tmp_path_factory):
    """The reports of one area under as long a name as there may be."""
    root = tmp_path_factory.mktemp("branded")
    for name in ("notebooks", "data"):
        shutil.copytree(ROOT / name, root / name)
    told = (ROOT / "study.toml").read_text(encoding="utf-8")
    told = swapped(told, 'people = "', 'brand = "brand.toml"\npeople = "')
    (root / "study.toml").write_text(told, encoding="utf-8")
    long = (LONG * 2)[:120].strip()
    (root / "brand.toml").write_text(BRAND.replace('"Institute"', f'"{long}"'), encoding="utf-8")
    (root / "logo.svg").write_text(SVG.replace("0 0 4 2", "0 0 20 2"), encoding="utf-8")
    ran = evalkit("run", "--area", "liangjiang", "--outcome", "reach", cwd=root)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return root / "reports"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 360])
@pytest.mark.parametrize(
    "name",
    [
        *("index.html", "index.en.html", "pilots/liangjiang/reach/report.en.html"),
        "pilots/liangjiang/summary/report.en.html",
    ],
)
def test_a_page_under_a_brand_is_accessible_and_draws_the_logo(
    page, branded, outside, name, width, theme
):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((branded / name).as_uri())

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert outside == []
    assert page.evaluate(OVERFLOW) <= 0
    assert page.locator(".brand").is_visible()
    ((wide, high),) = page.evaluate(DRAWN)
    assert wide > 0 and 0 < high <= 32


def test_the_finding_stands_on_the_first_screen_under_a_long_name(page, branded):
    page.set_viewport_size({"width": 1100, "height": 800})
    page.goto((branded / "pilots/liangjiang/reach/report.en.html").as_uri())

    box = page.locator(".ek-sentence").first.bounding_box()

    assert box["y"] + box["height"] < 800


def test_links_have_the_brands_colour_in_each_theme(page, branded):
    for theme, colour in (("light", "rgb(122, 31, 61)"), ("dark", "rgb(242, 167, 190)")):
        page.emulate_media(color_scheme=theme)
        page.goto((branded / "pilots/liangjiang/reach/report.en.html").as_uri())
        link = page.locator(".languages a").first
        assert link.evaluate("a => getComputedStyle(a).color") == colour
