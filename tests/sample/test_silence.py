"""The page on made-up surveys with silence is that of its table, and the tool finds the same."""

import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import silence  # noqa: E402

ROWS = pd.read_csv(silence.TABLE)


def of(scenario):
    return ROWS[ROWS["scenario"] == scenario]


def bias(rows, how):
    return (rows[how] - rows["truth"]).mean()


def holds(rows, how):
    return ((rows[f"{how}_low"] <= rows["truth"]) & (rows["truth"] <= rows[f"{how}_high"])).mean()


def test_the_page_is_that_of_its_table():
    assert silence.page(ROWS) == silence.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", silence.SCENARIOS)
def test_the_bounds_hold_the_truth_whoever_is_silent(scenario):
    rows = of(scenario)

    assert (
        (rows["bound_low"] <= rows["truth"]) & (rows["truth"] <= rows["bound_high"])
    ).mean() >= 0.95
    # What is printed today does not.
    assert holds(rows, "naive") < 0.75


def test_where_the_frame_explains_the_silence_its_bias_goes():
    rows = of("places")

    assert abs(bias(rows, "placed")) <= bias(rows, "naive") / 3
    # Three Monte-Carlo errors of a share of 5 % in 200.
    assert holds(rows, "placed") >= 0.95 - 3 * (0.05 * 0.95 / 200) ** 0.5


def test_where_it_does_not_no_weighting_claims_to():
    rows = of("answers")

    assert bias(rows, "placed") > 0.03 and holds(rows, "placed") < 0.9


@pytest.mark.parametrize("scenario", silence.SCENARIOS)
def test_the_code_of_today_gives_what_the_table_says(scenario):
    row = of(scenario).query("seed == 1").iloc[0]

    found = silence.ask(scenario, 1)

    for name in ("truth", "naive", "design", "placed", "bound_low", "bound_high"):
        # Released numbers have three decimals; another machine's last digit may fall over.
        assert getattr(found, name) == pytest.approx(row[name], abs=0.0011)
