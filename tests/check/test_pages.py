"""Finished pages in a real browser: they ask for nothing, and nothing is cut."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (320, 1100)
PAGES = (
    "index.html",
    "index.en.html",
    *(
        f"{report}/report.{lang}.html"
        for report in (
            *("reference/life/recidivism", "pilots/guigang/reach", "pilots/dalian/reach"),
            *("pilots/guigang/claims", "pilots/all/claims"),
        )
        for lang in ("zh", "en")
    ),
)
# A page that is wider than its window is scrolled sideways; what is cut is lost.
OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"
FACES = "() => [...document.fonts].filter(f => f.status === 'loaded').length"
BROKEN = "() => [...document.images].filter(i => !i.complete || !i.naturalWidth).length"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("reports")
    for area in ("guigang", "dalian", "all", "life"):
        study = "studies/reference/study.toml" if area == "life" else "study.toml"
        words = ["run", "--study", study, "--area", area, "--reports", str(root)]
        environment = {**os.environ, "EVALKIT_LANG": "en"}
        ran = subprocess.run(
            [sys.executable, "-m", "evalkit", *words], cwd=ROOT, env=environment,
            capture_output=True, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return root


@pytest.mark.timeout(900)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_asks_for_nothing(built, page, outside, pictures, name, width):
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_viewport_size({"width": width, "height": 900})

    page.goto((built / name).as_uri())
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    page.screenshot(path=pictures / f"{name.replace('/', '-')}-{width}.png", full_page=True)

    assert outside == []
    assert problems == []
    assert page.evaluate(BROKEN) == 0
    assert page.evaluate(FACES) == 2
    assert page.evaluate(OVERFLOW) <= 0
    lang = "en" if ".en." in name else "zh"
    assert page.get_attribute("html", "lang") == lang


def test_the_portal_leads_to_a_report_and_back_in_the_same_language(built, page, outside):
    page.goto((built / "index.en.html").as_uri())
    page.locator('a[lang="en"][href*="life"]').click()
    heading = page.locator("h1").inner_text()
    page.get_by_role("link", name="Portal").click()

    assert heading == "LIFE experiment: Recidivism"
    assert page.url.endswith("index.en.html")
    assert outside == []


def test_every_control_can_be_reached_by_keyboard(built, page):
    page.goto((built / "reference/life/recidivism/report.en.html").as_uri())
    page.keyboard.press("Tab")

    first = page.evaluate("() => document.activeElement.textContent.trim()")
    assert first == "To the content"
    page.keyboard.press("Enter")
    # The address follows a moment later.
    page.wait_for_url("**#main")
