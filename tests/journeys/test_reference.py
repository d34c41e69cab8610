"""Three published studies come out right, read back from the executed notebooks."""

import pytest

from evalkit.record import read_notebook


@pytest.fixture(scope="module")
def records(built):
    root, _ = built
    return {
        area: read_notebook(root / "reference" / area / outcome / "report.ipynb").estimates
        for area, outcome in (
            ("life", "recidivism"),
            ("copenhagen", "satisfaction"),
            ("malawi", "reach"),
        )
    }


def test_life_one_year_rearrest_is_48_of_216_against_66_of_216(records):
    # Rossi, Berk and Lenihan (1980).
    aid = records["life"]["life.recidivism.risk[group=aid,window=52w]"]
    none = records["life"]["life.recidivism.risk[group=no_aid,window=52w]"]

    assert (aid.events, aid.n) == (48, 216)
    assert (none.events, none.n) == (66, 216)


def test_life_risk_difference_has_newcombes_interval(records):
    gap = records["life"]["life.recidivism.risk_difference[window=52w]"]

    # R 4.2.2 to fifteen digits; both use the closed form, so only rounding differs.
    assert gap.value == pytest.approx(-0.0833333333333334, abs=1e-12)
    assert gap.low == pytest.approx(-0.16504625391351, abs=1e-9)
    assert gap.high == pytest.approx(-0.000151036535038909, abs=1e-9)


def test_life_log_rank_test_falls_on_the_other_side(records):
    chi2 = records["life"]["life.recidivism.log_rank[window=52w]"]
    p = records["life"]["life.recidivism.log_rank_p[window=52w]"]
    primary = records["life"]["life.recidivism.risk_difference_p[window=52w]"]

    # R's survdiff.
    assert chi2.value == pytest.approx(3.83756957654905, rel=1e-9)
    assert p.value == pytest.approx(0.0501161174090057, rel=1e-9)
    assert primary.value < 0.05 < p.value


def test_life_primary_method_decides_and_the_report_says_so(built, records):
    root, _ = built
    verdict = records["life"]["life.recidivism.verdict"]
    folder = root / "reference" / "life" / "recidivism"

    assert verdict.verdict == "improvement"
    assert "falls on the other side" in (folder / "report.en.html").read_text(encoding="utf-8")
    assert "落在方案界限" in (folder / "report.zh.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "group,week,survival,low,high",
    [
        # R's survfit, conf.type="log-log"; survival, of which ours is the complement.
        ("no_aid", 26, 0.851851851851852, 0.797063595284022, 0.892839581848132),
        ("no_aid", 52, 0.694444444444444, 0.628288307594275, 0.751190933456741),
        ("aid", 26, 0.898148148148148, 0.849443615577085, 0.931725794095636),
        ("aid", 52, 0.777777777777778, 0.716243778974065, 0.827580452505185),
    ],
)
def test_life_cumulative_incidence_equals_kaplan_meier(records, group, week, survival, low, high):
    steps = {
        float(e.dim("time")): e
        for e in records["life"].values()
        if e.estimand == "cumulative_incidence" and e.dim("group") == group
    }
    # The curve is recorded where it steps; between steps it stays.
    point = steps[max(time for time in steps if time <= week)]

    assert point.value == pytest.approx(1 - survival, abs=1e-12)
    assert point.low == pytest.approx(1 - high, abs=1e-9)
    assert point.high == pytest.approx(1 - low, abs=1e-9)


def test_life_numbers_at_risk_start_at_216(records):
    for group in ("aid", "no_aid"):
        at_risk = records["life"][f"life.recidivism.at_risk[group={group},time=0]"]

        assert at_risk.value == 216


def test_copenhagen_counts_1681_residents_and_every_answer(records):
    # Madsen (1976), Table 1: the marginal counts of satisfaction.
    counts = {
        answer: records["copenhagen"][
            f"copenhagen.satisfaction.answer_share[answer={answer},housing_type=all]"
        ].events
        for answer in ("low", "medium", "high")
    }

    assert counts == {"low": 567, "medium": 446, "high": 668}


def test_copenhagen_top_box_has_wilsons_interval(records):
    everyone = records["copenhagen"]["copenhagen.satisfaction.top_box[housing_type=all]"]

    # Wilson (1927) by hand: (k + z^2/2 +/- z sqrt(k(n-k)/n + z^2/4)) / (n + z^2).
    k, n, z = 668, 1681, 1.959963984540054
    half = z * (k * (n - k) / n + z * z / 4) ** 0.5
    assert everyone.value == pytest.approx(k / n)
    assert everyone.low == pytest.approx((k + z * z / 2 - half) / (n + z * z), abs=1e-12)
    assert everyone.high == pytest.approx((k + z * z / 2 + half) / (n + z * z), abs=1e-12)


def test_malawi_without_an_incentive_34_percent_came(records):
    none = records["malawi"]["malawi.reach.share_reached[exposure=exposure_0]"]

    # Printed: 34 %; 0.3387 in the file. Half a unit of the last printed place.
    assert none.value == pytest.approx(0.3387, abs=5e-5)


def test_malawi_difference_and_its_clustered_standard_error(records):
    gap = records["malawi"]["malawi.reach.reach_difference"]

    assert gap.value == pytest.approx(0.4520, abs=5e-5)
    assert gap.se == pytest.approx(0.0227, abs=5e-5)
    assert gap.n == 2830


def test_malawi_is_split_by_incentive_and_by_distance(records):
    ids = set(records["malawi"])

    for split in ("incentive", "distance"):
        parts = {f"malawi.reach.share_reached[{split}={split}_{i}]" for i in range(4)}
        assert parts <= ids
        assert sum(records["malawi"][i].n for i in parts) == 2830
