"""What can be taken along from one exhibit: picture, data, citation, without a network."""

import csv
import io
import os
import subprocess
import sys

import pytest
from PIL import Image

from .test_pages import GUIGANG, LIFE, ROOT, opened, violations


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("reports")
    for report in (LIFE, GUIGANG):
        study, area, outcome, _ = report.split("/")
        file = "study.toml" if study == "pilots" else "studies/reference/study.toml"
        words = ["--study", file, "--area", area, "--outcome", outcome, "--reports", str(root)]
        subprocess.run(
            [sys.executable, "-m", "evalkit", "run", *words], cwd=ROOT, check=True,
            env={**os.environ, "EVALKIT_LANG": "en"}, capture_output=True,
        )  # fmt: skip
    return root


def box(page, name):
    found = page.locator(f"#{name} ~ .ek-take").first
    found.locator("summary").click()
    # What is in it is made when it is opened, a moment later.
    found.get_by_role("button").first.wait_for()
    return found


def taken(page, found, kind):
    with page.expect_download() as download:
        found.get_by_role("button", name=kind).first.click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_picture_is_saved_on_paper_of_its_own_whatever_the_theme(built, page, outside):
    page.emulate_media(color_scheme="dark")
    opened(page, built / LIFE)
    found = box(page, "figure-1")
    stem = "reference-life-recidivism-en-figure-1"

    name, svg = taken(page, found, "SVG")
    assert name == f"{stem}.svg" and b"ek-theme" not in svg and b"#17222d" in svg
    name, png = taken(page, found, "PNG")
    image = Image.open(io.BytesIO(png)).convert("RGB")
    assert name == f"{stem}.png" and image.width == 2040
    # White paper, and words that are darker than it.
    assert image.getpixel((2, 2)) == (255, 255, 255)
    assert image.convert("L").getextrema()[0] < 80
    assert outside == []


def test_the_data_of_a_picture_are_its_results_as_the_page_prints_them(built, page):
    opened(page, built / LIFE)
    name, data = taken(page, box(page, "figure-1"), "CSV")
    head, *body, nothing, source = rows(data)

    known = page.evaluate("() => JSON.parse(document.getElementById('ek-results').textContent)")
    drawn = [
        list(known["results"])[at]
        for start, count in known["figures"]["figure-1"]
        for at in range(start, start + count)
    ]
    assert name.endswith("figure-1.csv") and head[:2] == ["Result", "Value"]
    assert [row[0] for row in body] == drawn and len(drawn) > 3 and nothing == []
    first = {known["texts"][k]: known["texts"][v] for k, v in known["results"][drawn[0]]}
    assert dict(zip(head, body[0], strict=True))["Value"] == first["Value"]
    assert source[0].startswith("Figure 1. LIFE experiment: Recidivism")


def test_the_data_of_a_table_are_its_cells(built, page):
    opened(page, built / LIFE)
    _, data = taken(page, box(page, "table-1"), "CSV")

    table = page.locator("#table-1")
    head, *body = rows(data)[:-2]
    assert head == [text.strip() for text in table.locator("thead th").all_inner_texts()]
    assert len(body) == table.locator("tbody tr").count()
    assert body[0][0] == table.locator("tbody th").first.inner_text()


def test_what_begins_like_a_formula_is_saved_as_a_text(built, page):
    opened(page, built / LIFE)
    page.evaluate("() => { document.querySelector('#table-1 tbody th').textContent = '=1+\"x\"'; }")
    _, data = taken(page, box(page, "table-1"), "CSV")

    assert rows(data)[1][0] == '\'=1+"x"'


@pytest.mark.parametrize(("color", "width"), [("light", 1100), ("dark", 320)])
def test_it_says_how_to_cite_shows_the_data_and_passes_axe(built, page, outside, color, width):
    page.emulate_media(color_scheme=color)
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, built / GUIGANG)
    found = box(page, "figure-1")

    assert "引用格式： 图 1。贵港市：" in found.inner_text()
    assert "results.json sha256" in found.inner_text()
    assert found.locator("table tbody tr").count() >= 1
    assert violations(page) == [] and outside == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    image = page.locator("#figure-1 img")
    for name in ("aria-describedby", "aria-details"):
        assert page.locator(f"#{image.get_attribute(name)}").count() == 1
    page.emulate_media(media="print")
    assert not found.is_visible()


def test_a_picture_takes_the_colours_of_the_page(built, page):
    opened(page, built / LIFE)
    image = page.locator("#figure-1 img")

    def pixels():
        shot = Image.open(io.BytesIO(image.screenshot())).convert("L")
        counts = shot.histogram()
        return counts.index(max(counts)), shot.getextrema()

    # Most of a picture is its page, and what is drawn on it stands out.
    ground, (dark, _) = pixels()
    assert ground == 255 and dark < 80
    page.get_by_role("button", name="Dark").click()
    ground, (_, bright) = pixels()
    assert ground < 40 and bright > 200
