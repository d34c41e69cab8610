"""The plan: read strictly, hashed, and compared with what was done."""

from dataclasses import fields, replace

import pytest
from tests.helpers import ROOT, STUDY, swapped, write_study

from evalkit.errors import StudyError, UsageError
from evalkit.estimate import Deviation
from evalkit.estimators import kaplan_meier, risk_difference, share
from evalkit.outcomes.recidivism.overlap import ESTIMANDS
from evalkit.outcomes.satisfaction import DESIGN
from evalkit.protocol import DECLARED, read_study
from evalkit.protocol.deviations import deviations
from evalkit.protocol.outcomes import kinds
from evalkit.protocol.plan import default_claims_plan
from evalkit.words import catalogue, sentence

NAMES = [(code, f.name) for code, outcome in DECLARED.items() for f in fields(outcome.plan)]


def test_a_plan_holds_what_the_file_says(plan):
    part = plan.parts["recidivism"]

    assert (plan.status, part.window, part.level, part.max_smd) == ("draft", 365, 0.95, 0.1)
    assert part.estimands == ("risk", "risk_difference")
    assert plan.parts["satisfaction"].top == ("good",)


REACH_KEYS = (
    "alpha, bands, by, cluster, covariates, definition, design, estimands, estimator, exposure, "
    "level, max_smd, min_clusters, min_people, primary, subset"
)
# (what stands there, what is written instead, what the reader is told)
SLIPS = [
    ("alpha = 0.05\n", "", "[plan.recidivism]: missing alpha. Add it."),
    (
        "min_clusters = 20\n",
        "min_clusters = 20\nmin_villages = 2\n",
        f"[plan.reach]: unknown min_villages. Known: {REACH_KEYS}.",
    ),
    (
        "window = 365",
        "window = true",
        "[plan.recidivism]: window must be a whole number, found true.",
    ),
    (
        "window = 365",
        "window = 365.0",
        "[plan.recidivism]: window must be a whole number, found 365.0.",
    ),
    (
        "level = 0.95",
        "level = true",
        "[plan.recidivism]: level must be a number, found true.",
    ),
    (
        "level = 0.95",
        'level = "0.95"',
        '[plan.recidivism]: level must be a number, found "0.95".',
    ),
    ("level = 0.95", "level = 95", "level = 95 is out of range. Allowed: 0 < x < 1."),
    ("level = 0.95", "level = 0", "level = 0 is out of range. Allowed: 0 < x < 1."),
    ("level = 0.95", "level = 1.0", "level = 1.0 is out of range. Allowed: 0 < x < 1."),
    ("level = 0.95", "level = nan", "level = nan is out of range. Allowed: 0 < x < 1."),
    ("alpha = 0.05", "alpha = -0.05", "alpha = -0.05 is out of range. Allowed: 0 < x < 1."),
    (
        'covariates = ["age"]',
        "covariates = [1]",
        "[plan.recidivism]: covariates must be a list of values of one kind, found [1].",
    ),
    (
        "age = [0, 14.5]",
        "age = [0, true]",
        "[plan.reach.bands]: age must be a list of values of one kind, found [0, true].",
    ),
    (
        "[plan.reach.bands]\nage = [0, 14.5]\n",
        "",
        "[plan.reach]: missing bands. Add it.",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), SLIPS)
def test_each_slip_is_named(old, new, told, tmp_path):
    path = write_study(tmp_path, swapped(STUDY, old, new))

    with pytest.raises(StudyError) as caught:
        read_study(path)

    place = "" if told.startswith("[") else "[plan.recidivism]: "
    assert sentence(caught.value, "en") == f"{path}, {place}{told}"


def test_a_slip_s_place_is_told_with_chinese_signs(tmp_path):
    path = write_study(tmp_path, swapped(STUDY, "alpha = 0.05\n", ""))

    with pytest.raises(StudyError) as caught:
        read_study(path)

    # As every other Chinese sentence joins a file and a place in it.
    assert sentence(caught.value, "zh").startswith(f"{path}，[plan.recidivism]：")


def test_a_plan_is_the_same_in_another_file_order_and_folder(plan, tmp_path):
    start, end = STUDY.index("[plan.satisfaction]"), STUDY.index("[plan.reach]")
    moved = STUDY[:start] + STUDY[end:] + STUDY[start:end]

    assert read_study(write_study(tmp_path / "b", moved)).plan.hash == plan.hash


def test_the_hash_of_a_plan_is_the_same_in_every_process(plan):
    # Pinned: a hash printed in a report must be found again years later; also that of
    # a plan made before printed figures, or the data handed in, were part of one.
    known = {
        ("claims", "quality"): "6117c35118bf3a062025501fd80a9bb1462930a1346907ae004a0cabd319e457",
        ("quality",): "bb0b0a031234a72b8ab1316cd98f388ea9955d112e10975926c769b2bff3d043",
        (): "bb0e5f34d3dcf7011fb06d237f68cf34d96ceb5f4ac65ec6e1756bf71c5ce392",
    }

    for left_out, pinned in known.items():
        earlier = {k: v for k, v in plan.parts.items() if k not in left_out}
        assert replace(plan, parts=earlier).hash == pinned


@pytest.mark.parametrize(("outcome", "name"), NAMES)
def test_the_hash_changes_with_each_value(outcome, name, plan):
    part = plan.parts[outcome]
    changed = replace(part, **{name: _other(getattr(part, name))})

    other = replace(plan, parts={**plan.parts, outcome: changed})

    assert other.hash != plan.hash


def test_the_hash_changes_with_the_status_and_with_a_part_left_out(plan):
    fewer = {name: part for name, part in plan.parts.items() if name != "reach"}

    hashes = {plan.hash, replace(plan, status="frozen").hash, replace(plan, parts=fewer).hash}

    assert len(hashes) == 3


@pytest.mark.parametrize(("outcome", "name"), NAMES)
def test_a_change_is_a_deviation_and_nothing_else_is(outcome, name, plan):
    part = plan.parts[outcome]
    as_planned = {f.name: getattr(part, f.name) for f in fields(part)}

    found = deviations(part, **(as_planned | {name: _other(as_planned[name])}))

    assert deviations(part, **as_planned) == ()
    assert [deviation.parameter for deviation in found] == [name]
    assert found[0].planned != found[0].used


def test_a_deviation_shows_both_values_as_text(plan):
    found = deviations(plan.parts["recidivism"], window=180, covariates=["age", "school"])

    assert found == (
        Deviation("window", "365", "180"),
        Deviation("covariates", "age", "age, school"),
    )


def test_a_list_is_compared_by_what_is_in_it(plan):
    assert deviations(plan.parts["recidivism"], estimands=["risk", "risk_difference"]) == ()


def test_an_unknown_choice_is_refused_with_the_list(plan):
    with pytest.raises(UsageError) as caught:
        deviations(plan.parts["satisfaction"], windwo=180)

    assert sentence(caught.value, "en") == (
        "The plan knows no choice windwo. Known: alpha, bands, by, categories, estimands, "
        "estimator, groups, item, known, level, min_coverage, min_orders, min_people, primary, "
        "rake, rated_from, register, subset, threshold, top."
    )


# (what stands there, what is written instead, where, what the reader is told)
IMPOSSIBLE = [
    ("window = 365", "window = -5", "recidivism", "window = -5 is out of range. Allowed: >= 1."),
    (
        "min_events = 30",
        "min_events = 0",
        "recidivism",
        "min_events = 0 is out of range. Allowed: >= 1.",
    ),
    (
        "min_clusters = 20",
        "min_clusters = 0",
        "reach",
        "min_clusters = 0 is out of range. Allowed: >= 1.",
    ),
    (
        "max_smd = 0.10",
        "max_smd = nan",
        "recidivism",
        "max_smd = nan is out of range. Allowed: > 0.",
    ),
    (
        'window_unit = "day"',
        'window_unit = "dya"',
        "recidivism",
        "window_unit = dya is not known. Known: day, week, month. Nearest: day.",
    ),
    (
        'design = "randomised"',
        'design = "randomized"',
        "recidivism",
        "design = randomized is not known. Known: randomised, observational, single_group, "
        "before_after. Nearest: randomised.",
    ),
    (
        'estimator = "newcombe"',
        'estimator = "newcomb"',
        "recidivism",
        "estimator = newcomb is not known. Known: newcombe, wald. Nearest: newcombe.",
    ),
    (
        'estimator = "wilson"',
        'estimator = "wald"',
        "satisfaction",
        "estimator = wald is not known. Known: clopper_pearson, design, wilson.",
    ),
    (
        'estimator = "clustered"',
        'estimator = "wilson"',
        "reach",
        "estimator = wilson is not known. Known: clustered.",
    ),
    (
        'primary = "risk_difference"',
        'primary = "risk_ratio"',
        "recidivism",
        "primary = risk_ratio is not known. Known: risk_difference, adjusted_difference, risk, "
        "area_difference.",
    ),
    (
        'top = ["good"]',
        'top = ["goood"]',
        "satisfaction",
        "top = goood is out of range. Allowed: bad, good.",
    ),
    (
        "age = [0, 14.5]",
        "age = [14.5, 0]",
        "reach",
        "bands.age = [14.5, 0.0] is out of range. Allowed: a < b < c.",
    ),
    ("age = [0, 14.5]", "age = []", "reach", "bands.age = [] is out of range. Allowed: a < b < c."),
]


@pytest.mark.parametrize(("old", "new", "part", "told"), IMPOSSIBLE)
def test_an_impossible_choice_is_refused_when_the_plan_is_read(old, new, part, told, tmp_path):
    path = write_study(tmp_path, swapped(STUDY, old, new))

    with pytest.raises(StudyError) as caught:
        read_study(path)

    assert sentence(caught.value, "en") == f"{path}, [plan.{part}]: {told}"


def test_the_plan_s_choices_are_those_that_the_outcomes_can_honour():
    units = {key.removeprefix("window.") for key in catalogue("en") if key.startswith("window.")}
    designs = {key.removeprefix("design.") for key in catalogue("en") if key.startswith("design.")}
    can = {
        "recidivism": {
            "window_unit": units,
            "design": designs,
            "primary": {"risk_difference", "adjusted_difference", "risk", "area_difference"},
            "adjustment": {*ESTIMANDS, "matching"},
            "estimator": set(risk_difference.METHODS),
            "curve_interval": set(kaplan_meier.INTERVALS),
        },
        "satisfaction": {
            "primary": {"top_box", "wave_change"},
            "estimator": {*share.METHODS, DESIGN},
        },
        "reach": {
            # Whoever was reached has always somebody beside them, and at one time.
            "design": designs - {"single_group", "before_after"},
            "primary": {"reach_difference"},
            # Least squares with errors from clusters, and nothing else yet.
            "estimator": {"clustered"},
        },
        "claims": {},
        "quality": {},
    }

    assert {
        code: {key: set(listed) for key, (_, listed, _) in kinds(outcome.plan).items() if listed}
        for code, outcome in DECLARED.items()
    } == can


def _other(value):
    """A value of the same kind that is not this one."""
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, tuple):
        return (*value, "x")
    if isinstance(value, dict):
        return {**value, "x": (1.0,)}
    # Half of nought is nought.
    return value / 2 if isinstance(value, float) and value else value + 1


def test_an_area_of_its_own_is_judged_by_the_numbers_of_the_default_study():
    assert (
        default_claims_plan().parts["claims"]
        == read_study(ROOT / "study.toml").plan.parts["claims"]
    )


def test_bands_of_a_survey_are_a_choice_that_leaves_the_hash_where_there_are_none(tmp_path):
    text = swapped(STUDY, "[plan.reach]\n", "[plan.satisfaction.bands]\nBANDS\n[plan.reach]\n")
    plans = [
        read_study(write_study(tmp_path / str(n), made)).plan
        for n, made in enumerate(
            [STUDY, swapped(text, "BANDS", ""), swapped(text, "BANDS", "age = [18, 35]")]
        )
    ]

    assert plans[0].hash == plans[1].hash != plans[2].hash
    assert plans[2].parts["satisfaction"].bands == {"age": (18.0, 35.0)}
