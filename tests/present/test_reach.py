"""The shares reached: by group, and of everybody, who stand apart."""

import pytest
from tests.helpers import ROOT

from evalkit import present
from evalkit.estimate import Estimate
from evalkit.outcomes import Result, open_report, reach
from evalkit.outcomes.bands import band_label
from evalkit.words import Term


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
