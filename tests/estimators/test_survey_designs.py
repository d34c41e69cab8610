"""Two hundred random designs: each survey estimator beside R survey."""

import csv

import numpy as np
import pytest
from tests.helpers import ROOT, agree
from tests.reference.designs import SURVEYS, survey

from evalkit.estimators.calibration import calibrate, rake
from evalkit.estimators.survey_jackknife import survey_jackknife
from evalkit.estimators.survey_ratio import survey_ratio
from evalkit.estimators.survey_share import survey_mean, survey_share

R = "R survey, 200 random designs"
# R's results are kept to ten digits, so that half a unit of the tenth may be missing.
KEPT = 1e-9
# Where weights are looked for, both stop when the totals are met to 1e-10 or so.
LOOKED_FOR = 1e-7


@pytest.fixture(scope="module")
def known():
    with open(ROOT / "tests" / "reference" / "survey.csv", encoding="utf-8", newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def surveys():
    return [survey(number) for number in range(SURVEYS)]


def drawn(number, data):
    """How the sample was drawn, as far as R was told."""
    names = [("stratum", "psu"), ("stratum", "psu", "units"), tuple(data)[:5]][number % 3]
    return {name: data[name] for name in names}


def one_stage(number, data):
    return {k: v for k, v in drawn(number, data).items() if not k.startswith("second")}


def both(found):
    return found.point.value, found.point.se


def held(name, row, keys, found, rel=KEPT):
    agree(name, R, found, [row[key] for key in keys], rel=rel)


def values(*names):
    return [f"{name}_{part}" for name in names for part in ("value", "se")]


def test_means_and_their_domains_are_those_of_r(known, surveys):
    for number, ((data, _), row) in enumerate(zip(surveys, known, strict=True)):
        design = drawn(number, data)

        whole = survey_mean(data["answer"], data["weight"], **design)
        part = survey_mean(data["answer"], data["weight"], **design, domain=data["domain"])

        held("survey mean", row, values("mean"), both(whole))
        held("survey domain", row, values("domain"), both(part))
        assert whole.df == part.df == row["df"]


def test_ratios_and_their_domains_are_those_of_r(known, surveys):
    for number, ((data, _), row) in enumerate(zip(surveys, known, strict=True)):
        world = (data["share"], data["points"], data["weight"])
        design = drawn(number, data)

        whole = survey_ratio(*world, **design)
        part = survey_ratio(*world, **design, domain=data["domain"])

        held("survey ratio", row, values("ratio", "domain_ratio"), both(whole) + both(part))


def test_shares_and_both_intervals_are_those_of_r(known, surveys):
    for number, ((data, _), row) in enumerate(zip(surveys, known, strict=True)):
        world = {"answer": data["share"], "weight": data["weight"], **drawn(number, data)}

        point = survey_share(**world).point
        exact = survey_share(**world, interval="beta").point

        # R finds the logit by iterations that stop at 1e-8.
        held("survey share", row, ("logit_low", "logit_high"), (point.low, point.high), 1e-6)
        held("survey share", row, ("share_se",), point.se)
        found = (exact.low, exact.high)
        held("survey share, Korn-Graubard", row, ("beta_low", "beta_high"), found)
        assert (exact.value, exact.se) == (point.value, point.se)


def test_jackknife_errors_are_those_of_r(known, surveys):
    for number, ((data, _), row) in enumerate(zip(surveys, known, strict=True)):
        design = {"weight": data["weight"], **one_stage(number, data)}

        mean = survey_jackknife(data["answer"], **design)
        ratio = survey_jackknife(data["share"], **design, denominator=data["points"])
        part = survey_jackknife(data["answer"], **design, domain=data["domain"])

        found = [x for one in (mean, ratio, part) for x in both(one)]
        held("survey jackknife", row, values("jack_mean", "jack_ratio", "jack_domain"), found)


def test_calibrated_weights_and_errors_are_those_of_r(known, surveys):
    for number, ((data, (group, side)), row) in enumerate(zip(surveys, known, strict=True)):
        table = np.column_stack(
            [np.ones(data["group"].size), data["group"] == 1, data["group"] == 2, data["side"]]
        )
        totals = [group.sum(), group[1], group[2], side[1]]

        made = calibrate(data["weight"], table, totals)
        found = survey_mean(data["answer"], made, **drawn(number, data))

        ends = (made.weight.min(), made.weight.max())
        keys = (*values("linear"), "linear_least", "linear_most")
        held("calibration, linear", row, keys, (*both(found), *ends))


def test_raked_weights_and_errors_are_those_of_r(known, surveys):
    for number, ((data, totals), row) in enumerate(zip(surveys, known, strict=True)):
        margins = (data["group"], data["side"])

        made = rake(data["weight"], margins, [dict(enumerate(sizes)) for sizes in totals])
        mean = survey_mean(data["answer"], made, **drawn(number, data))
        ratio = survey_ratio(data["share"], data["points"], made, **drawn(number, data))

        found = (*both(mean), *both(ratio), made.weight.min(), made.weight.max())
        keys = (*values("raked", "raked_ratio"), "raked_least", "raked_most")
        held("raking", row, keys, found, LOOKED_FOR)
