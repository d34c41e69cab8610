"""The portal in a real browser: search, filters, order, keyboard, phone, no script."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from evalkit.errors import DataError
from evalkit.export import write_portal

OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"
SMALL = """least => [...document.querySelectorAll('.links a, .tools button, .tools input, '
  + '.tools select, .matrix thead button, .languages a')]
  .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < least)
  .map(e => e.textContent)"""
# By pinyin: anhua, baihe, chaoyang, yiliang; by code point: 安 朝 彝 白.
AREAS = (
    ("yiliang", "彝良", "Yiliang", "improvement"),
    ("baihe", "白河", "Baihe", "no_clear"),
    ("chaoyang", "朝阳", "Chaoyang", "not_assessable"),
    ("anhua", "安化", "Anhua", "improvement"),
)


def texts(zh, en):
    return {"zh": zh, "en": en}


def estimate(area, estimand, **values):
    name = f"{area}.reach.{estimand}"
    return {"id": name, "estimand": estimand, "made_up": False} | values


def identity(study, order, area, zh, en):
    return {
        "study": {"code": study, "name": texts(f"研究{study}", f"Study {study}")},
        "area": {
            "code": area,
            "name": texts(zh, en),
            "place": texts(f"{zh}县", f"{en} county"),
            "order": order,
        },
        "outcomes": ["reach", "claims"],
        "outcome": "reach",
        "languages": ["zh", "en"],
    }


def write_report(root, study, order, area, zh, en, verdict):
    folder = root / study / area / "reach"
    folder.mkdir(parents=True)
    reason = {"code": "one_year", "text": texts("只有一年的数据", "one year of data")}
    data = identity(study, order, area, zh, en) | {
        "headline": texts(
            f"每100名青少年中，{zh}到访34人。", f"Of 100 young people, 34 came in {en}."
        ),
        "provenance": {"made_at": "2026-11-22T08:00:00Z"},
        "estimates": [
            estimate(area, "verdict", verdict=verdict),
            estimate(area, "rating", value=order, reason=reason),
            estimate(area, "share", made_up=area == "baihe"),
        ],
    }
    (folder / "results.json").write_text(json.dumps(data), encoding="utf-8")
    for lang in ("zh", "en"):
        for kind in ("html", "pdf", "docx", "xlsx"):
            (folder / f"report.{lang}.{kind}").write_text("<title>x</title>", encoding="utf-8")


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    root = tmp_path_factory.mktemp("portal")
    for order, area in enumerate(AREAS):
        write_report(root, "one", order, *area)
    write_report(root, "two", 1, "hezhen", "河镇", "Hezhen", "worsening")
    summary = root / "one" / "anhua" / "summary"
    summary.mkdir()
    (summary / "report.zh.html").write_text("<title>x</title>", encoding="utf-8")
    error = DataError("file_missing", path="data/rows.csv").to_json()
    note = identity("two", 2, "dingqu", "丁区", "Dingqu")
    (root / "two" / "dingqu").mkdir()
    (root / "two" / "dingqu" / "reach.failed.json").write_text(
        json.dumps(note | {"error": error, "at": "2026-11-23T08:00:00Z"}), encoding="utf-8"
    )
    write_portal(root)
    return root


def rows(page):
    return [r.get_attribute("data-name") for r in page.locator("tbody tr:visible").all()]


def opened(page, portal, name="index.html", state=""):
    page.goto((portal / name).as_uri() + state)
    return page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("白河", ["白河"]),
        ("Baihe", ["白河"]),
        ("安化县", ["安化"]),
        ("有变差", ["河镇"]),
        ("yiliang.reach.share[window=12m]", ["彝良"]),
        ("ＣＨＡＯＹＡＮＧ", ["朝阳"]),
        ("到访34人 anhua", ["安化"]),
        ("rows.csv", ["丁区"]),
        ("研究two", ["河镇", "丁区"]),
    ],
)
def test_a_search_finds_names_results_and_verdicts_in_either_language(page, portal, words, found):
    opened(page, portal).get_by_role("searchbox").fill(words)

    assert rows(page) == found
    assert page.locator("#shown").inner_text() == f"显示{len(found)}个地区，共6个。"


def test_a_search_without_a_hit_says_so(page, portal):
    opened(page, portal, "index.en.html").get_by_role("searchbox").fill("(.*")

    assert rows(page) == []
    assert "No area fits" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Clear", exact=True).click()
    assert len(rows(page)) == 6
    assert page.get_by_role("searchbox").evaluate("e => e === document.activeElement")
    assert "#" not in page.url


def test_filters_narrow_together_and_show_what_is_pressed(page, portal):
    opened(page, portal, "index.en.html")
    improvement = page.get_by_role("button", name="evidence of improvement")
    improvement.click()
    assert improvement.get_attribute("aria-pressed") == "true"
    assert improvement.inner_text().split()[-1] == "2"
    assert rows(page) == ["Yiliang", "Anhua"]

    page.get_by_role("button", name="evidence of worsening").click()
    assert rows(page) == ["Yiliang", "Anhua", "Hezhen"]
    page.get_by_label("Study").select_option("two")
    assert rows(page) == ["Hezhen"]
    page.get_by_role("button", name="Stopped only").click()
    assert rows(page) == []


def test_only_what_stopped_keeps_its_row_and_cause(page, portal):
    opened(page, portal, "index.en.html").get_by_role("button", name="Stopped only").click()

    assert rows(page) == ["Dingqu"]
    assert "data/rows.csv" in page.locator("tbody tr:visible").inner_text()


def test_a_narrowed_portal_can_be_shared_and_keeps_its_state_in_the_other_language(page, portal):
    opened(page, portal)
    page.get_by_role("searchbox").fill("县")
    page.get_by_role("button", name="有改善的证据").click()
    page.get_by_role("button", name=re.compile("^地区")).first.click()
    shared = page.url
    assert rows(page) == ["安化", "彝良"]

    page.goto("about:blank")
    page.goto(shared)
    assert rows(page) == ["安化", "彝良"]
    assert page.get_by_role("searchbox").input_value() == "县"

    page.get_by_role("link", name="English", exact=True).click()
    assert page.url.split("#")[0].endswith("index.en.html")
    assert page.url.split("#")[1] == shared.split("#")[1]
    assert page.get_by_role("searchbox").input_value() == "县"


@pytest.mark.parametrize("state", ["#q=%E0%A4%A&verdict=x.y&study=nobody&sort=up", "#=", "#q"])
def test_a_hash_that_means_nothing_breaks_nothing(page, portal, state):
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))

    opened(page, portal, "index.en.html", state)

    assert problems == [] and page.get_by_label("Study").input_value() == ""


def test_the_link_to_what_was_not_built_keeps_the_filters(page, portal):
    opened(page, portal, "index.en.html", "#study=two")
    page.locator(".whole a").click()

    assert page.url.endswith("#not-built")
    assert rows(page) == ["Hezhen", "Dingqu"]


def test_names_are_sorted_by_pinyin_and_the_study_order_comes_back(page, portal):
    opened(page, portal)
    head = page.locator(".matrix th.area").first
    assert rows(page)[:4] == ["彝良", "白河", "朝阳", "安化"]

    head.get_by_role("button").click()
    assert rows(page)[:4] == ["安化", "白河", "朝阳", "彝良"]
    assert head.get_attribute("aria-sort") == "ascending"

    head.get_by_role("button").click()
    assert rows(page)[:4] == ["彝良", "白河", "朝阳", "安化"]
    assert head.get_attribute("aria-sort") == "none"


def test_everything_works_from_the_keyboard(page, portal):
    opened(page, portal, "index.en.html")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "find":
            break
    page.keyboard.type("county")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "study"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    assert rows(page) == ["Yiliang", "Anhua"]
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_without_its_script_the_page_is_whole_and_has_no_dead_controls(browser, portal):
    context = browser.new_context(java_script_enabled=False)
    page = opened(context.new_page(), portal)

    assert rows(page) == ["彝良", "白河", "朝阳", "安化", "河镇", "丁区"]
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    assert page.get_by_role("heading", name="哪些没有生成").is_visible()
    context.close()


def test_a_download_leads_to_its_file_and_names_it(page, portal):
    opened(page, portal, "index.en.html")
    link = page.get_by_role("link", name="DOCX: Baihe, Reach")

    assert link.inner_text() == "DOCX" and link.get_attribute("title") == "1 KB"
    for href in page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))"):
        assert href.startswith("#") or (portal / href).is_file()


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
@pytest.mark.parametrize("width", [320, 1200])
def test_the_portal_asks_for_nothing_cuts_nothing_and_passes_axe(
    page, portal, pictures, name, width
):
    asked, problems = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, portal, name)
    page.get_by_role("button", name=re.compile("improvement|有改善的证据")).click()
    page.screenshot(path=pictures / f"portal-{name}-{width}.png", full_page=True)

    assert [url for url in asked if not url.startswith("data:")] == [(portal / name).as_uri()]
    assert problems == []
    assert page.evaluate(OVERFLOW) <= 0
    # A finger needs more room than a mouse, with which a row is to be at most 90 px high.
    assert page.evaluate(SMALL, 36 if width < 800 else 20) == []
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name=re.compile("^(Clear|清除)$")).click()
    assert Axe().run(page).response["violations"] == []


def test_a_row_is_low_and_what_is_long_or_many_is_folded(page, portal):
    page.set_viewport_size({"width": 1100, "height": 900})
    opened(page, portal, "index.en.html")

    for row in page.locator("tbody tr").all():
        assert row.bounding_box()["height"] <= 90
    seen = "all => all.filter(e => e.checkVisibility()).length"
    assert page.locator("details > :not(summary)").evaluate_all(seen) == 0
    page.locator("details.said summary").first.click()
    assert page.get_by_text("Of 100 young people, 34 came in Anhua.").last.is_visible()


def test_the_counts_of_the_filters_are_of_the_study_that_is_chosen(page, portal):
    opened(page, portal, "index.en.html")
    counts = [button.locator("b") for button in page.locator("[data-verdict]").all()]
    assert [count.inner_text() for count in counts] == ["2", "1", "1", "1"]

    page.get_by_label("Study").select_option("two")

    assert [count.inner_text() for count in counts] == ["0", "1", "0", "0"]
    assert "none" in page.locator("[data-verdict]").first.get_attribute("class").split()
    assert "none" not in page.locator("[data-verdict]").nth(1).get_attribute("class").split()


def test_forty_areas_stay_legible(page, tmp_path):
    for order in range(40):
        name = f"City number {order} on the river"
        write_report(tmp_path, "one", order % 6, f"area{order}", f"第{order}区", name, "no_clear")
    write_portal(tmp_path)
    for width, most in ((1100, 4_600), (360, 8_400)):
        page.set_viewport_size({"width": width, "height": 900})
        opened(page, tmp_path, "index.en.html")
        assert page.evaluate("document.documentElement.scrollHeight") < most
        assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(SMALL, 36) == []


def test_in_print_every_row_stands_and_no_control(page, portal):
    opened(page, portal, "index.en.html", "#q=baihe")
    page.emulate_media(media="print")

    assert len(rows(page)) == 6
    assert not page.locator(".tools").is_visible()
