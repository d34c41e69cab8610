"""check.html in a real browser, with the network off: green, red by one digit, and a change."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from evalkit.bundle.check_page import write_check

ROOT = Path(__file__).resolve().parents[2]
AREAS = (("studies/reference/study.toml", "life"), ("study.toml", "chongzuo"))
READY = "#totals:not([hidden])"
PATIENCE = 120_000  # Python unpacks itself, on two busy cores
NASTY = '<img src=x onerror="document.title=1"><b>here</b>'


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    root = tmp_path_factory.mktemp("reports")
    for study, area in AREAS:
        words = ["run", "--study", study, "--area", area, "--reports", str(root)]
        ran = subprocess.run(
            [sys.executable, "-m", "evalkit", *words], cwd=ROOT, capture_output=True, text=True,
            env={**os.environ, "EVALKIT_LANG": "en"},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return [
        (str(file.parent.relative_to(root)), json.loads(file.read_text(encoding="utf-8")))
        for file in sorted(root.glob("*/*/*/results.json"))
    ]


@pytest.fixture
def offline(browser):
    """A page without a network, and every address that it asks for."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page, asked, problems = context.new_page(), [], []
    context.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.asked, page.problems = asked, problems
    yield page
    context.close()


@pytest.fixture
def opened(offline, tmp_path):
    def open_(reports):
        path = tmp_path / "check.html"
        write_check(path, reports)
        offline.goto(path.as_uri())
        offline.wait_for_selector(READY, timeout=PATIENCE)
        return offline

    return open_


def altered(reports, outcome, change):
    """The reports with one of them changed."""
    made = copy.deepcopy(reports)
    change(next(r for name, r in made if name.endswith(outcome)))
    return made


def one(results, ending):
    return next(e for e in results["estimates"] if e["id"].endswith(ending))


def reds(page):
    page.select_option("#show", "wrong")
    rows = page.locator("tr.differs")
    return [(rows.nth(i).get_attribute("data-id"), rows.nth(i).get_attribute("data-how"))
            for i in range(rows.count())]  # fmt: skip


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(item["id"], len(item["nodes"]), item["nodes"][0]["html"][:300]) for item in found]


@pytest.mark.timeout(400)
def test_all_is_right_in_both_languages_and_nothing_is_asked_for(reports, opened, pictures):
    page = opened(reports)

    assert "全部相符" in page.locator("#status .total").inner_text()
    assert reds(page) == []
    page.click("[data-lang=en]")
    assert "that can be found again agree" in page.locator("#status .total").inner_text()
    assert (
        page.get_attribute("html", "lang") == "en" and page.title() == "Every number, found again"
    )
    assert "Python 3.14" in page.locator("#status").inner_text()
    assert [url for url in page.asked if not url.startswith(("file:", "blob:"))] == []
    assert len([url for url in page.asked if url.startswith("file:")]) == 1
    assert page.problems == []
    page.select_option("#show", "first")
    page.locator("#list details", has_text="LIFE").locator("summary").click()
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    for width in (400, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=pictures / f"check-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


LIFE = "life.recidivism."


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("outcome", "change", "wanted"),
    [
        # A share of the curve, on which nothing else rests.
        (
            "life/recidivism",
            lambda r: one(r, "time=52]").update(value=0.2322),
            {(LIFE + "cumulative_incidence[group=aid,time=52]", "curve")},
        ),
        # The limit of the difference: its own line, and what rests on it.
        (
            "life/recidivism",
            lambda r: one(r, ".risk_difference[window=52w]").update(high=0.0001),
            {
                (LIFE + "risk_difference[window=52w]", "newcombe"),
                (LIFE + "verdict", "verdict"),
                (LIFE + "number_needed[side=benefit,window=52w]", "inverse"),
            },
        ),
        (
            "life/recidivism",
            lambda r: r["headline"].update(en=r["headline"]["en"].replace("31", "13")),
            {("headline", "sentence")},
        ),
        (
            "chongzuo/claims",
            lambda r: one(r, "derived[check=hours_per_volunteer]").update(value=11.6279),
            {("chongzuo.claims.derived[check=hours_per_volunteer]", "quotient")},
        ),
    ],
)
def test_one_altered_digit_turns_its_line_red_and_what_rests_on_it(
    reports, opened, outcome, change, wanted
):
    page = opened(altered(reports, outcome, change))

    found = reds(page)
    known = {(e["id"]) for _, r in reports for e in r["estimates"]} | {"headline"}
    assert {name for name, _ in wanted} <= known
    assert set(found) == wanted
    page.click("[data-lang=en]")
    assert f"{len(found)} of " in page.locator("#status .total").inner_text()
    assert page.locator("tr.differs .state").first.inner_text() == "✗ does not agree"
    assert violations(page) == []


@pytest.mark.timeout(400)
def test_a_count_that_the_reader_changes_moves_interval_and_verdict(reports, opened):
    page = opened([(name, r) for name, r in reports if name.endswith("life/recidivism")])
    page.click("[data-lang=en]")
    before = page.locator("#list table").inner_text()
    page.locator("tr[data-how=verdict] button").click()

    page.get_by_label("financial-aid: events").fill("49")
    moved = page.locator("dialog .theirs")
    verdict = moved.locator(f"tr[data-id='{LIFE}verdict']").inner_text()
    assert "evidence of improvement" in verdict and "no clear evidence" in verdict
    gap = moved.locator(f"tr[data-id='{LIFE}risk_difference[window=52w]']").nth(1).inner_text()
    assert "−16.5046 points to −0.0151037 points" in gap and "to 0.470585 points" in gap
    assert page.locator("dialog h2").inner_text() == "Your change, not the report's"
    assert violations(page) == []
    page.get_by_label("financial-aid: events").fill("500")
    assert "No such table is possible" in moved.inner_text()
    page.get_by_role("button", name="Back to the report's numbers").click()
    assert moved.inner_text() == "Nothing that is released moves."
    page.keyboard.press("Escape")
    assert page.locator("#list table").inner_text() == before
    assert page.problems == []


@pytest.mark.timeout(400)
def test_a_hostile_name_is_text_and_a_file_of_the_reader_s_own_is_checked(
    reports, opened, tmp_path
):
    def rename(results):
        results["area"]["name"] = {"en": NASTY, "zh": NASTY}
        for e in results["estimates"]:
            e["group"] = e["group"] and {**e["group"], "text": {"en": NASTY, "zh": NASTY}}

    page = opened(altered(reports, "life/recidivism", rename))
    page.click("[data-lang=en]")
    page.locator("#list details", has_text="<img").locator("summary").click()
    assert page.locator("#list img, #list b b").count() == 0
    assert NASTY in page.locator("#list").inner_text()
    assert page.title() == "Every number, found again"

    own = altered(reports, "chongzuo/claims", lambda r: r["headline"].update(zh="38"))
    file = tmp_path / "results.json"
    text = json.dumps(next(r for name, r in own if name.endswith("chongzuo/claims")))
    file.write_text(text, encoding="utf-8")
    page.set_input_files("#own", file)
    page.locator("#status .total", has_text="1 of").wait_for()
    assert reds(page) == [("headline", "sentence")]
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    page.set_input_files("#own", tmp_path / "other.json")
    page.locator("#own-problem", has_text="other.json is no results.json").wait_for()


@pytest.mark.timeout(400)
def test_a_browser_that_cannot_says_what_to_do(reports, offline, tmp_path):
    path = tmp_path / "check.html"
    write_check(path, reports[:1])
    offline.add_init_script("delete globalThis.DecompressionStream")
    offline.goto(path.as_uri())

    assert "不能在网页里运行 Python" in offline.locator("#status").inner_text()
    offline.click("[data-lang=en]")
    assert "cannot run Python in a page" in offline.locator("#status").inner_text()
