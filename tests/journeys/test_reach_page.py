"""The page "whom a service reached", followed word by word, in both languages."""

import pytest

from .conftest import results
from .test_recidivism_page import followed

PAGES = {"en": "reach.md", "zh": "reach.zh.md"}


@pytest.mark.slow
@pytest.mark.parametrize("lang", PAGES)
def test_an_office_s_registers_become_the_planted_difference(lang, tmp_path):
    followed(PAGES[lang], lang, tmp_path)

    found = results(tmp_path / "my-reach" / "reports", "my-reach", "guigang", "reach")
    gap = found["guigang.reach.reach_difference"]
    # What the page says, and what is planted in truth.json.
    assert (gap["value"], gap["low"], gap["high"]) == (0.156, 0.089, 0.223)
    assert gap["low"] < 0.1357 < gap["high"]
    shares = {
        side: found[f"guigang.reach.share_reached[group=exposure_{side}]"]["value"]
        for side in (0, 1)
    }
    assert shares[1] == pytest.approx(0.273, abs=6e-4) and shares[0] == 0.117
    assert found["guigang.reach.verdict"]["verdict"] == "improvement"
    assert found["guigang.reach.visit_count[of=named]"]["value"] == 60_075
    assert found["guigang.reach.people_count"]["value"] == 4_940
