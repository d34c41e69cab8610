"""What stands under a chip: whole people with the ends of the interval, or a reason in short."""

import pytest

from evalkit.estimate import Estimate, Term
from evalkit.export.portal_cells import figure, shortened
from evalkit.words import catalogue

HEADLINE = {"en": "A headline.", "zh": "结论。"}


def estimate(estimand, **values):
    data = {"area": "north", "outcome": "reach", "estimand": estimand, "unit": "none"} | values
    level = 0.95 if values.get("interval") == "confidence" else None
    return Estimate(**data, data=(), policy="x", level=level).to_json()


def cell(verdict, *found, lang="en", reason=None, **plan):
    told = Term(*reason) if reason else None
    verdicts = [estimate("verdict", verdict=verdict, reason=told)]
    item = {"headline": HEADLINE, "plan": plan, "estimates": [*verdicts, *found]}
    return figure(item, lang)[0]


def gap(value, low, high, estimand="difference"):
    ends = {"value": value, "low": low, "high": high}
    return estimate(estimand, unit="points", interval="confidence", **ends)


@pytest.mark.parametrize(
    ("ends", "en", "zh"),
    [
        ((-0.04, -0.10, 0.01), "4 fewer (10 fewer to 1 more)", "少4人（少10人至多1人）"),
        ((-0.19, -0.224, -0.156), "19 fewer (16 to 22)", "少19人（16至22人）"),
        ((0.45, 0.406, 0.5), "45 more (41 to 50)", "多45人（41至50人）"),
        # An end that is not 0 does not read as if it were.
        (
            (-0.083, -0.1652, -0.0002),
            "8 fewer (17 fewer to almost none)",
            "少8人（少17人至几乎没有）",
        ),
        ((0.002, -0.06, 0.07), "almost none (6 fewer to 7 more)", "几乎没有（少6人至多7人）"),
        ((0.0, 0.0, 0.07), "none (none to 7 more)", "没有差别（没有差别至多7人）"),
    ],
)
def test_a_difference_is_told_in_whole_people_of_a_hundred(ends, en, zh):
    assert cell("no_clear", gap(*ends), primary="difference") == en
    assert cell("improvement", gap(*ends), primary="difference", lang="zh") == zh


def test_only_the_planned_number_stands_in_a_cell():
    other, planned = gap(0.5, 0.4, 0.6, "other"), gap(0.1, 0.05, 0.2)

    assert cell("worsening", other, planned, primary="difference") == "10 more (5 to 20)"
    assert cell("worsening", other, primary="difference") == "A headline."
    assert cell("worsening", other) == "A headline."


def test_of_what_cannot_be_compared_no_number_is_told():
    said = cell("not_assessable", gap(0.1, 0.05, 0.2), primary="difference")

    assert said == "A headline."


def test_a_share_has_its_interval_and_where_some_were_silent_what_they_could_make_of_it():
    share = estimate("top", unit="share", value=0.803, low=0.757, high=0.843, interval="confidence")
    bounds = estimate("silent_bounds", unit="share", low=0.565, high=0.862, interval="bounds")

    assert cell("measured", share, primary="top") == "80.3% (75.7% to 84.3%)"
    assert cell("measured", share, bounds, primary="top") == "80.3% (of all asked: 56.5% to 86.2%)"
    assert "全部受访对象：56.5% 至 86.2%" in cell(
        "measured", share, bounds, primary="top", lang="zh"
    )


def test_a_known_reason_is_said_in_short_and_another_by_its_start():
    known = ("no_data_reach", HEADLINE)

    assert cell("not_assessable", reason=known) == "no person ids in service records"
    assert cell("not_assessable", reason=known, lang="zh") == "服务记录没有个人编号"
    assert cell("not_assessable", reason=("stated", HEADLINE)) == "A headline."


def test_whatever_is_said_in_short_is_a_reason_in_full():
    short = {key for key in catalogue("en") if key.startswith("short.")}

    assert short and {key.replace("short.", "reason.") for key in short} <= set(catalogue("en"))


def test_printed_figures_say_how_many_do_not_fit_and_how_many_nobody_can_tell():
    tally = [
        estimate("tally", value=n, unit="figures", dims=(("of", of), ("verdict", verdict)))
        for of, verdict, n in [
            ("figures", "contradicts", 2.0), ("figures", "units_differ", 1.0),
            ("figures", "not_reachable", 4.0), ("figures", "agrees", 8.0),
            ("figures", "cannot_verify", 16.0), ("findings", "contradicts", 32.0),
        ]
    ]  # fmt: skip

    assert cell("audited", *tally) == "7 of 31 do not fit, 16 cannot be told"
    assert cell("audited") == "A headline."
    tables = [estimate("table_rows", value=5.0, dims=(("table", name),)) for name in "ab"]
    assert cell("audited", *tables) == "2 tables"


@pytest.mark.parametrize(
    "broken",
    [{"low": "x"}, {"value": float("nan")}, {"value": None}, {"id": "other"},
     {"high": None}, {"extra": 1}, {"dims": 3}],
)  # fmt: skip
def test_a_number_of_another_shape_breaks_nothing_and_is_not_told(broken):
    said = cell("no_clear", gap(0.1, 0.05, 0.2) | broken, primary="difference")

    assert said == "A headline."


@pytest.mark.parametrize("dims", [3, [["of"]], [[["of"], "figures"]], None])
def test_a_tally_of_another_shape_is_not_counted(dims):
    broken = estimate("tally", value=2.0) | {"dims": dims}

    assert cell("audited", broken) == "A headline."


def test_a_sentence_is_cut_between_words_and_never_within_its_room():
    assert shortened("a" * 46, "en") == ("a" * 46, False)
    assert shortened("a" * 47, "en") == ("a" * 46 + " …", True)
    assert shortened("one two, " + "b" * 60, "en") == ("one two …", True)
    # A Chinese character is as wide as two.
    assert shortened("字" * 23, "zh") == ("字" * 23, False)
    assert shortened("字" * 24, "zh") == ("字" * 23 + "……", True)
