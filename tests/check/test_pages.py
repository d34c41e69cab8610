"""Finished pages in a real browser: they ask for nothing, and nothing is cut."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from evalkit.present.shown import stylesheet

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (320, 1100)
PAGES = (
    "index.html",
    "index.en.html",
    *(
        f"{report}/report.{lang}.html"
        for report in (
            *("reference/life/recidivism", "pilots/guigang/reach", "pilots/dalian/reach"),
            *("pilots/guigang/claims", "pilots/all/claims", "pilots/guigang/summary"),
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
    for area in ("guigang", "dalian", "all", "life", "malawi"):
        reference = area in ("life", "malawi")
        study = "studies/reference/study.toml" if reference else "study.toml"
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
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []


def violations(page):
    """What axe-core finds, by rule, with the first element."""
    found = Axe().run(page).response["violations"]
    return [(item["id"], len(item["nodes"]), item["nodes"][0]["html"]) for item in found]


def test_the_portal_leads_to_a_report_and_back_in_the_same_language(built, page, outside):
    page.goto((built / "index.en.html").as_uri())
    page.locator('a[href="reference/life/recidivism/report.en.html"]').click()
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


LIFE = "reference/life/recidivism/report.en.html"
MALAWI = "reference/malawi/reach/report.en.html"
GUIGANG = "pilots/guigang/claims/report.zh.html"


def opened(page, path):
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    return problems


def test_a_number_tells_where_it_comes_from_by_mouse(built, page):
    problems = opened(page, built / LIFE)
    page.locator(".ek-key[data-ek*='risk_difference']").click()

    told = page.locator(".ek-pop").inner_text()
    assert "life.recidivism.risk_difference[window=52w]" in told
    for words in ("−8.3", "−16.50 to −0.02", "Newcombe", "432", "114", "planned", "sha256"):
        assert words in told
    assert violations(page) == [] and problems == []


def test_a_number_tells_where_it_comes_from_by_keyboard(built, page):
    opened(page, built / LIFE)
    # One stop a table: the arrows go on within it.
    stops = page.locator("#table-3 [data-ek][tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    assert page.locator(".ek-pop").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".ek-pop").is_visible()
    assert page.evaluate("() => document.activeElement.dataset.ek.startsWith('life.')")


def test_search_finds_chinese_text_and_counts_its_places(built, page):
    problems = opened(page, built / GUIGANG)
    page.keyboard.press("/")
    page.keyboard.type("回归课堂")

    n = page.locator("mark.ek-hit").count()
    assert n > 2 and page.locator(".ek-search output").inner_text() == f"第 1 处，共 {n} 处"
    page.keyboard.press("Enter")
    assert page.locator(".ek-search output").inner_text() == f"第 2 处，共 {n} 处"
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    assert page.locator(".ek-search output").inner_text() == f"第 {n} 处，共 {n} 处"
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.locator("mark.ek-hit").count() == 0
    page.locator(".ek-search input").fill("没有这样的字")
    assert page.locator(".ek-search output").inner_text() == "没有找到"
    assert problems == []


def test_search_finds_what_spans_two_elements_and_marks_no_formula(built, page):
    opened(page, built / LIFE)
    page.locator("main p").first.evaluate(
        "node => { node.innerHTML += '<math><mi>zzz</mi></math>'; }"
    )
    page.keyboard.press("/")
    page.keyboard.type("Table 1. 432 of 432")

    assert page.locator(".ek-search output").inner_text() == "1 of 1"
    assert page.locator("#table-1 caption mark.ek-current").count() == 2
    assert page.locator(".ek-search").evaluate("n => getComputedStyle(n).position") == "fixed"
    page.locator(".ek-search input").fill("zzz")
    assert page.locator(".ek-search output").inner_text() == "not found"
    page.locator(".ek-search input").fill("")
    assert page.locator("mark").count() == 0


def test_the_sentence_of_the_verdict_opens_by_keyboard_and_gives_the_focus_back(built, page):
    opened(page, built / LIFE)
    sentence = page.locator(".ek-sentence [role=button]")
    sentence.focus()
    page.keyboard.press("Space")

    assert "life.recidivism.verdict" in page.locator(".ek-pop").inner_text()
    assert page.locator(".ek-pop dd", has_text="…").count() == 1
    page.keyboard.press("Escape")
    assert sentence.evaluate("node => node === document.activeElement")
    assert page.locator("p[role=button]").count() == 0


def test_a_picture_is_enlarged_and_closed_by_keyboard(built, page):
    opened(page, built / GUIGANG)
    button = page.locator("figure button").first
    button.focus()
    page.keyboard.press("Enter")

    assert page.locator("dialog img").get_attribute("alt")
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    assert button.evaluate("node => node === document.activeElement")


def test_the_section_that_is_read_is_marked_in_the_contents(built, page):
    opened(page, built / GUIGANG)
    page.locator("#section-3").scroll_into_view_if_needed()
    page.evaluate("() => document.getElementById('section-3').scrollIntoView()")
    page.wait_for_function(
        "() => document.querySelector('.contents [aria-current]')?.hash === '#section-3'"
    )

    assert page.locator(".contents [aria-current]").count() == 1


def test_the_theme_follows_the_reader_and_the_pictures_with_it(built, page):
    opened(page, built / LIFE)
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Dark").click()

    assert light == "rgb(255, 255, 255)" and page.evaluate(paper) == "rgb(17, 24, 31)"
    assert violations(page) == []
    ground = "() => getComputedStyle(document.querySelector('figure img')).backgroundColor"
    assert page.evaluate(ground) == "rgba(0, 0, 0, 0)"
    page.emulate_media(media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert not page.locator(".ek-tools").is_visible()


def test_the_theme_can_go_back_where_a_page_may_store_nothing(built, page):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('none'); } })"
    )
    problems = opened(page, built / LIFE)
    theme = "() => document.documentElement.dataset.theme"
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(theme) == "dark"
    page.get_by_role("button", name="Light").click()

    assert page.evaluate(theme) == "light" and problems == []


def test_a_chosen_theme_is_kept_and_outweighs_the_system(built, page):
    page.emulate_media(color_scheme="dark")
    opened(page, built / LIFE)
    page.get_by_role("button", name="Light").click()
    page.reload()

    paper = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


def test_the_lab_decides_on_the_colours_and_not_the_system(page):
    page.emulate_media(color_scheme="dark")
    ink = "() => getComputedStyle(document.querySelector('.ek')).color"
    page.set_content(
        f'<body data-jp-theme-light="true"><style>{stylesheet()}</style><div class="ek">x</div>'
    )
    light = page.evaluate(ink)
    page.evaluate("() => { document.body.dataset.jpThemeLight = 'false'; }")

    assert light == "rgb(23, 34, 45)" and page.evaluate(ink) == "rgb(230, 235, 240)"


def test_paper_leaves_the_list_of_results_to_the_workbook_and_has_nothing_to_press(built, page):
    opened(page, built / LIFE)
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")

    # A sheet is narrower than a phone's limit in pixels, and is no phone.
    page.set_viewport_size({"width": 700, "height": 900})
    assert page.locator("#table-1 thead").evaluate("n => n.getBoundingClientRect().left") >= 0
    assert page.locator(".origin dl").first.is_visible()
    assert page.locator(".origin details").is_hidden()
    assert page.locator(".ek-code").first.is_hidden()
    assert page.locator("button:visible, input:visible").count() == 0
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert not page.locator(".origin details").get_attribute("open")


def test_on_a_phone_the_contents_fold_into_one_button(built, page):
    page.set_viewport_size({"width": 320, "height": 800})
    opened(page, built / LIFE)

    assert not page.locator(".contents a").first.is_visible()
    page.locator(".contents summary").click()
    assert page.locator(".contents a").first.is_visible()
    page.set_viewport_size({"width": 1100, "height": 800})
    assert page.locator(".contents a").first.is_visible()


def test_one_switch_shows_the_code_of_every_exhibit(built, page):
    opened(page, built / LIFE)
    codes = page.locator(".ek-code")

    assert codes.count() >= 6
    assert not any(each.is_visible() for each in codes.all())
    page.get_by_label("Show the code of each exhibit").check()
    assert all(each.is_visible() for each in codes.all())
    assert "present.headline(verdict)" in codes.first.inner_text()
    page.get_by_label("Show the code of each exhibit").uncheck()
    assert not codes.first.is_visible()


def test_references_lead_to_their_exhibits(built, page):
    opened(page, built / GUIGANG)
    links = page.locator(".ek-listing a")
    targets = links.evaluate_all("nodes => nodes.map(n => n.hash.slice(1))")

    assert "table-1" in targets and "figure-1" in targets
    for target in targets:
        assert page.locator(f"#{target}").count() == 1


def test_a_table_of_a_figure_s_numbers_is_folded_until_it_is_asked_for(built, page):
    problems = opened(page, built / MALAWI)
    fold = page.locator("details.ek-fold").first
    table = fold.locator("table")
    anchor = table.get_attribute("id")

    assert fold.locator("> summary").is_visible() and not table.is_visible()
    page.goto(f"{(built / MALAWI).as_uri()}#{anchor}")
    assert table.is_visible()
    assert violations(page) == [] and problems == []


def test_a_page_reads_whole_without_scripts(built, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((built / LIFE).as_uri())

    drawn = page.locator("figure img")
    assert page.locator("table").count() >= 4 and drawn.count() >= 2
    assert all(image.is_visible() for image in drawn.all())
    assert page.locator(".contents a").first.is_visible()
    assert page.locator("button").count() == 0
    context.close()


def test_a_picture_on_a_phone_keeps_letters_that_can_be_read(built, page):
    page.set_viewport_size({"width": 320, "height": 800})
    opened(page, built / GUIGANG)

    drawn = page.locator("figure img").first
    wide = drawn.get_attribute("src")
    assert drawn.evaluate("node => node.currentSrc") != wide
    # A drawing of 252 points with letters of eight: on this screen nine pixels or more.
    assert 8 * drawn.evaluate("node => node.width") / 252 >= 9
    assert not drawn.evaluate("node => node.scrollWidth > node.clientWidth")
    page.set_viewport_size({"width": 1100, "height": 800})
    page.wait_for_function(
        "wide => document.querySelector('figure img').currentSrc === wide", arg=wide
    )
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate(OVERFLOW) <= 0
    small = page.evaluate("""() => [
        ...document.querySelectorAll('button, summary, td [role=button], nav a')]
        .filter(n => n.offsetParent && n.getBoundingClientRect().height < 36).length""")
    assert small == 0
