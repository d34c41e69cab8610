"""The shares reached: by group, and of everybody, who stand apart."""

import importlib
from dataclasses import replace

import pytest
from matplotlib.figure import Figure
from tests.helpers import ROOT

from evalkit import present
from evalkit.estimate import Estimate
from evalkit.outcomes import Result, open_report, reach
from evalkit.outcomes.bands import band_label
from evalkit.present.figure import share_axis
from evalkit.words import Term

# The package has a function of the module's name.
figures = importlib.import_module("evalkit.present.figure")


@pytest.fixture(scope="module")
def shares():
    report = open_report(ROOT / "studies" / "reference" / "study.toml", "malawi", "reach", "en")
    target = reach.draw_target(report, report.plan.definition, report.plan.subset)
    return reach.shares(target, report.plan.by[0], "clustered", report.plan.level)


def test_only_the_row_of_everybody_is_strong(shares):
    table = present.shares_table(shares)

    strong = [row.strong for row in table.content["en"].rows]
    assert strong == [*[False] * (len(strong) - 1), True]
    assert len(strong) == len(shares.of("share_reached")) > 2


def test_a_table_with_the_numbers_of_the_figure_is_folded_on_a_screen(shares):
    table = present.shares_table(shares)

    assert table.content["en"].folded
    written = table.html["en"]
    assert written.startswith('<details class="ek-fold"><summary>The same numbers as a table')
    assert "<caption>" in written and written.endswith("</table></details>")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("age_0", "18 to 25"),
        ("age_1", "25 to 40"),
        ("age_2", "40"),
        ("age_below", "18"),
    ],
)
def test_a_band_is_named_by_its_own_edges(shares, code, said):
    named = band_label(shares.report, "age", code, (18.0, 25.0, 40.0)).text["en"]

    numbers = [word for word in named.replace("–", " ").split() if word.isdigit()]
    assert numbers == [word for word in said.split() if word.isdigit()]


def numbers(value, low, high):
    if value is None:
        return {"reason": Term("few", {"en": "few", "zh": "少"})}
    return {"value": value, "low": low, "high": high, "interval": "confidence", "level": 0.95}


def shown(*groups, everyone=0.4):
    """A figure of groups by name, share and interval, and of everybody."""
    report = open_report(ROOT / "studies" / "reference" / "study.toml", "malawi", "reach", "en")
    rows = [*groups, ("everyone", everyone, everyone - 0.05, everyone + 0.05)]
    made = [
        Estimate(
            area="malawi", outcome="reach", estimand="share_reached", unit="share",
            dims=(("distance", name),), group=Term(name, {"en": name, "zh": name}),
            definition=Term("d", {"en": "came back", "zh": "返回"}), disclosure="public",
            **numbers(*ends),
        )
        for name, *ends in rows
    ]  # fmt: skip
    return present.shares_figure(Result(report, tuple(made))).content["en"].title


def test_the_title_names_the_group_that_is_farthest_from_everybody():
    near, far = ("near", 0.5, 0.45, 0.55), ("far", 0.2, 0.15, 0.25)

    assert shown(near, far) == "far: 20.0% came back, beside 40.0% of everyone"
    assert shown(far, ("near", 0.7, 0.65, 0.75)).startswith("near: 70.0%")


def test_a_group_whose_interval_holds_everybody_is_not_apart():
    wide = ("wide", 0.1, 0.0, 0.4)

    assert shown(wide, ("other", 0.45, 0.39, 0.5)).startswith("40.0% came back; no group of")
    assert "that is shown" not in shown(wide)
    assert "that is shown stands apart" in shown(wide, ("hidden", None, None, None))
    assert shown(("just", 0.3, 0.2, 0.399)).startswith("just: 30.0%")


@pytest.mark.parametrize(
    ("most", "end"),
    [
        (0.0, 5), (4.0, 5), (4.1, 10), (16.0, 20), (16.1, 40), (26.5, 40), (32.1, 60),
        (64.0, 80), (64.1, 100), (100.0, 100),
    ],
)  # fmt: skip
def test_an_axis_of_shares_ends_with_room_for_the_number_behind_the_longest(most, end):
    assert share_axis(most) == end


def test_a_figure_of_small_shares_has_an_axis_of_its_own_and_starts_at_none(monkeypatch, shares):
    drawn = []
    monkeypatch.setattr(
        figures, "drawn", lambda made, name: (drawn.append(made) or b"<svg/>", False)
    )
    few = [
        replace(e, value=value, low=value - 0.02, high=value + 0.05)
        for e, value in zip(shares.of("share_reached"), (0.17, 0.19, 0.21, 0.2), strict=False)
    ]
    present.shares_figure(replace(shares, estimates=tuple(few)))
    canvas = Figure()
    drawn[0].draw(canvas)

    assert canvas.axes[0].get_xlim() == (0, 40)
