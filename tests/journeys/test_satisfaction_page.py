"""The page "what a survey says, and what its silent could change", followed word by word."""

import pytest

from .conftest import results
from .test_recidivism_page import followed

PAGES = {"en": "satisfaction.md", "zh": "satisfaction.zh.md"}


@pytest.mark.slow
@pytest.mark.parametrize("lang", PAGES)
def test_an_office_s_survey_becomes_bounds_that_hold_the_truth(lang, tmp_path):
    followed(PAGES[lang], lang, tmp_path)

    found = results(tmp_path / "my-survey" / "reports", "my-survey", "guigang", "satisfaction")
    share = found["guigang.satisfaction.top_box[respondent_kind=all]"]
    bounds = found["guigang.satisfaction.silent_bounds"]
    # What the page says, and what is planted in truth.json.
    assert (share["value"], share["low"], share["high"]) == (0.803, 0.757, 0.843)
    assert (bounds["low"], bounds["high"]) == (0.565, 0.862)
    assert share["low"] > 0.7446 > bounds["low"]
    assert found["guigang.satisfaction.verdict"]["verdict"] == "measured"
    assert "wave_change" in "".join(found) and "odds_ratio" in "".join(found)
