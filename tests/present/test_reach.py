"""The shares reached: by group, and of everybody, who stand apart."""

import pytest
from tests.helpers import ROOT

from evalkit import present
from evalkit.outcomes import open_report, reach
from evalkit.outcomes.bands import band_label


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
