"""No estimator makes something of nothing: of a constant, of one person, of a text."""

import numpy as np
import pandas as pd
import pytest
from tests.estimators.test_bad_input import ESTIMATORS, world

from evalkit.errors import Refused
from evalkit.estimators.cox import cox
from evalkit.estimators.cr2 import cr2
from evalkit.estimators.design_effect import design_effect
from evalkit.estimators.doubly_robust import doubly_robust
from evalkit.estimators.entropy_balancing import entropy_balancing
from evalkit.estimators.exact_matching import exact_matching
from evalkit.estimators.logistic import logistic
from evalkit.estimators.miettinen_nurminen import miettinen_nurminen
from evalkit.estimators.no_events import upper_bound
from evalkit.estimators.propensity import propensity
from evalkit.estimators.rate import rate
from evalkit.estimators.rate_ratio import rate_ratio
from evalkit.estimators.restricted_mean import restricted_mean
from evalkit.estimators.risk_difference import risk_difference
from evalkit.estimators.risk_ratio import risk_ratio
from evalkit.estimators.rosenbaum import binary_bound
from evalkit.estimators.share import share
from evalkit.estimators.weighting import weighting
from evalkit.estimators.worst_case import worst_case

RANDOM = np.random.default_rng(91)
X = RANDOM.normal(size=(200, 1))
Y = X[:, 0] + RANDOM.normal(size=200)
HALF = (np.arange(200) % 2).astype(float)
CATEGORY = np.digitize(X, [-0.5, 0.5])
COMPARE = {
    "weighting": lambda y, t: weighting(y, t, X),
    "weighting, everybody": lambda y, t: weighting(y, t, X, estimand="ate"),
    "weighting, overlap": lambda y, t: weighting(y, t, X, estimand="ato"),
    "doubly_robust": lambda y, t: doubly_robust(y, t, X),
    "doubly_robust, everybody": lambda y, t: doubly_robust(y, t, X, estimand="ate"),
    "entropy_balancing": lambda y, t: entropy_balancing(y, t, X),
    "exact_matching": lambda y, t: exact_matching(y, t, CATEGORY),
}


@pytest.mark.parametrize("constant", [0.0, 1.0, 0.1, -3e9, 1e-30])
@pytest.mark.parametrize("name", COMPARE)
def test_a_constant_outcome_has_no_error(name, constant):
    with pytest.raises(Refused) as caught:
        COMPARE[name](np.full(200, constant), HALF)

    assert caught.value.key == "refuse_no_variation"


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("name", COMPARE)
def test_few_treated_have_no_error(name, count):
    for treated in (np.arange(200) < count, np.arange(200) >= count):
        with pytest.raises(Refused):
            COMPARE[name](Y, treated.astype(float))


@pytest.mark.parametrize("name", COMPARE)
def test_a_group_of_one_mind_has_no_error(name):
    for mind in (0.0, 1.0):
        with pytest.raises(Refused) as caught:
            COMPARE[name](np.where(HALF == 1, mind, (Y > 0).astype(float)), HALF)

        assert caught.value.key == "refuse_one_mind"


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_cox_regression_with_few_treated_has_no_robust_error(count):
    treated = (np.arange(200) < count).astype(float)[:, None]

    for robust in (False, True):
        with pytest.raises(Refused):
            cox(RANDOM.exponential(size=200), np.ones(200) * (HALF == 1), treated, robust=robust)


TEXTS = {
    "text": lambda a: np.asarray(a).astype(str),
    "objects": lambda a: np.asarray(a).astype(str).astype(object),
    "series": lambda a: pd.Series(np.asarray(a).astype(str)),
    "category": lambda a: pd.Series(np.asarray(a).astype(str)).astype("category"),
}
# Names are texts; so are stratum and category, which are names too.
NAMES = {"cluster", "unit", "category"}


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_text_for_a_number_is_refused_with_the_same_sentence(name, kind):
    for key in set(world()) - NAMES:
        changed = world()
        # The table of estimators asks whether they are 1, which no text is.
        if changed[key].ndim > 1 or (name, key) == ("log_rank", "treated"):
            continue
        changed[key] = TEXTS[kind](changed[key])
        try:
            ESTIMATORS[name](changed)
        except Refused as refusal:
            assert refusal.key == "refuse_text", key
        except TypeError:
            # The world's own arithmetic, before an estimator is asked.
            assert name in ("funnel_of_shares", "log_rank", "rosenbaum", "matching"), key


@pytest.mark.parametrize(
    "call",
    [
        lambda x: share(x, 10),
        lambda x: share(3, 10, level=x),
        lambda x: risk_difference(3, 10, x, 10),
        lambda x: risk_ratio(x, 10, 3, 10),
        lambda x: miettinen_nurminen(3, 10, 3, x),
        lambda x: rate(x, 2.0),
        lambda x: rate(3, x),
        lambda x: rate_ratio(3, 2.0, x, 2.0),
        lambda x: upper_bound(x),
        lambda x: worst_case(x, 5, 10),
        lambda x: binary_bound(x, 3, 1.0),
        lambda x: design_effect([3, 4], x),
        lambda x: restricted_mean([1, 2], [1, 1], [1, 0], tau=x),
    ],
)
@pytest.mark.parametrize("text", ["3", np.str_("3"), b"3", pd.Timestamp("2025-01-01"), [3]])
def test_text_for_a_single_number_is_refused_with_the_same_sentence(call, text):
    with pytest.raises(Refused) as caught:
        call(text)

    assert caught.value.key == "refuse_text"


def test_truth_values_and_numbers_of_any_library_are_numbers():
    assert share(np.True_, np.int8(3)) == share(True, 3) == share(1, 3)
    flags = HALF == 1
    assert weighting(Y, flags, X).point == weighting(Y, HALF, X).point
    assert weighting(Y, flags.astype(object), X).point == weighting(Y, HALF, X).point


FRAME = pd.DataFrame({"age": X[:, 0], "prior_events": RANDOM.poisson(1, 200).astype(float)})


@pytest.mark.parametrize(
    "call",
    [
        lambda frame: propensity(HALF, frame),
        lambda frame: weighting(Y, HALF, frame),
        lambda frame: doubly_robust(Y, HALF, covariates=frame),
        lambda frame: logistic(HALF, frame),
        lambda frame: cox(np.arange(1, 201.0), HALF, frame),
        lambda frame: cr2(Y, frame, np.arange(200) // 5),
        lambda frame: cr2(Y, X, np.arange(200) // 5, controls=frame),
    ],
)
def test_a_refusal_names_the_column_as_its_frame_does(call):
    missing, constant = FRAME.copy(), FRAME.copy()
    missing.loc[3, "prior_events"], constant["prior_events"] = np.nan, 2.0

    for frame in (missing, constant):
        with pytest.raises(Refused, match=r"column prior_events") as caught:
            call(frame)
        assert caught.value.values["columns"] == ["prior_events"]


def test_without_names_columns_are_counted():
    table = FRAME.to_numpy().copy()
    table[3, 1] = np.nan

    with pytest.raises(Refused, match=r"in column 2\."):
        propensity(HALF, table)
    with pytest.raises(Refused, match=r"in column '2'\."):
        propensity(HALF, pd.DataFrame({"1": table[:, 0], "2": table[:, 1]}))
