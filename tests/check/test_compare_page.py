"""The pages of a comparison in a real browser: accessible, whole without a network, no overflow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.editions.made import (
    edition,
    estimate,
    event,
    origin,
    rating,
    refused,
    results,
    verdict,
    withheld,
)

from evalkit.editions.agreement import agreement
from evalkit.editions.changes import changes_between
from evalkit.editions.page import write_pages
from evalkit.editions.partner import read_partner
from evalkit.editions.tolerance import Tolerance

OVERFLOW = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    dims = (("group", "a_very_long_name_of_a_group_in_an_office"), ("window", "12m"))
    old = results(
        verdict("improvement"), rating(3), estimate("x", value=0.25, n=40, dims=dims),
        estimate("y", value=0.5), withheld("z"), estimate("w", value=1.0),
    )  # fmt: skip
    new = origin(
        results(
            verdict("no_clear"), rating(2), estimate("x", value=0.375, n=45, dims=dims),
            withheld("y"), refused("z"), estimate("v", value=2.0), made_up=True,
        ),
        plan_sha256="f" * 64,
    )  # fmt: skip
    changed = changes_between(edition(old, name="old.zip"), edition(new, name="new.zip"))
    theirs = event(("a.reach.w", {"value": "1", "Median": "2"}), ("a.reach.y", {"value": "NA"}))
    held = agreement(edition(old), read_partner(theirs, folder / "p.json"), Tolerance())
    same = changes_between(edition(old), edition(old))
    return [
        *write_pages(changed, folder / "changes.made-up.html"),
        *write_pages(held, folder / "partner.html"),
        *write_pages(same, folder / "same.html"),
    ]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("width", [1100, 360])
def test_a_page_is_accessible_and_asks_for_nothing(page, pages, number, width):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(pages[number].as_uri())
    page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true })")

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert asked == [pages[number].as_uri()]
    assert page.evaluate(OVERFLOW) <= 0


def test_a_page_leads_to_its_other_language(page, pages):
    page.goto(pages[0].as_uri())
    page.get_by_role("link", name="中文").click()

    assert page.locator("html").get_attribute("lang") == "zh"
    assert "唯一的结论改变了" in page.locator(".first").inner_text()
