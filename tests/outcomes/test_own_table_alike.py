"""Sides of a researcher's own table that were not randomised, made alike in what it holds."""

import numpy as np
import pandas as pd
import pytest

from evalkit.errors import UsageError
from evalkit.estimators.balance import standardised_mean_difference
from evalkit.outcomes import open_report, reach
from evalkit.outcomes.reach.alike import sided, weights
from evalkit.outcomes.report import Refusal

from .test_choices_are_real import LINKED

PLACES = 50


def people(seed=4):
    """2,000 people of 50 villages: where there is an offer they are older, and more are ill."""
    random = np.random.default_rng(seed)
    village = np.arange(2000) % PLACES
    offer = (village < PLACES // 2).astype(int)
    age = 14 + 2 * offer + random.normal(0, 2, 2000)
    ill = (random.random(2000) < 0.3 + 0.2 * offer).astype(int)
    kin = random.integers(0, 4, 2000)
    reached = random.random(2000) < 0.1 + 0.02 * (age - 10) + 0.2 * ill + 0.15 * offer
    return pd.DataFrame(
        {"reached": reached.astype(int), "exposure": offer, "cluster": village, "age": age,
         "ill": ill, "kin": kin, "prize": village % 2, "town": "t", "sex": "female"}
    )  # fmt: skip


@pytest.fixture
def own(project):
    def make(frame, covariates=("age", "ill"), bands=""):
        folder = project.parent / "data" / "raw"
        folder.mkdir(parents=True, exist_ok=True)
        frame.to_csv(folder / "linked.csv", index=False)
        text = project.read_text(encoding="utf-8")
        names = ("exposure_1", "exposure_0", "age", "ill", "kin", "age_0", "age_1", "kin_0",
                 "kin_1", "kin_2", "kin_3")  # fmt: skip
        labels = "".join(f'{n} = {{ en = "{n}", zh = "{n}" }}\n' for n in names if n != "age")
        head, tail = text.split("[plan.reach]\n")
        quoted = ", ".join(f'"{name}"' for name in covariates)
        tail = tail.replace("min_clusters = 20", f"min_clusters = 20\ncovariates = [{quoted}]", 1)
        tail = tail.replace("[plan.reach.bands]\n", f"[plan.reach.bands]\n{bands}\n", 1)
        text = f"{head}[plan.reach]\n{tail}".replace("[labels]\n", f"[labels]\n{labels}", 1)
        more = "".join(f'{n} = "{n}"\n' for n in ("age", "ill", "kin"))
        project.write_text(text + LINKED + more, encoding="utf-8")
        return reach.draw_target(open_report(project, "guigang", "reach", "en"), "started", "")

    return make


def test_numbers_and_flags_of_the_plan_are_made_alike(own):
    frame = people()
    target = own(frame)

    found = sided(target, ("age", "ill"))
    weight = weights(target, found)

    assert [(c.code, c.flag) for c in found.known] == [("age", False), ("ill", True)]
    side = found.treated
    for each in found.known:
        direct = standardised_mean_difference(each.values[side], each.values[~side])
        assert each.smd(side) == pytest.approx(direct) and abs(direct) > 0.3
        assert each.smd(side, weight) == pytest.approx(0, abs=1e-6)
    gap = reach.difference(target, "exposure", 0.95).one("reach_difference")
    # Planted 15 points; as they are the sides differ by 23.
    crude = frame.groupby("exposure")["reached"].mean()
    assert crude[1] - crude[0] > 0.2
    assert gap.low < 0.15 < gap.high


def test_a_number_that_is_missing_counts_as_the_mean_and_as_missing(own):
    frame = people()
    frame.loc[frame.index[:300], "age"] = np.nan
    target = own(frame)

    found = sided(target, ("age",))

    assert found.names == ("age", "age")
    known = found.frame["age"].notna().to_numpy()
    assert found.table[~known, 0] == pytest.approx(0.0)
    assert found.table[:, 1] == pytest.approx((~known).astype(float))
    # The difference is of those of whom it is known.
    each, side = found.known[0], found.treated
    direct = standardised_mean_difference(each.values[side & known], each.values[~side & known])
    assert each.smd(side) == pytest.approx(direct)


@pytest.mark.parametrize(("missing", "columns"), [(9, 1), (10, 2)])
def test_what_fewer_than_ten_lack_is_no_column_of_the_model(own, missing, columns):
    frame = people()
    frame.loc[frame.index[:missing], "age"] = np.nan

    assert sided(own(frame), ("age",)).table.shape[1] == columns


def test_a_number_of_a_plan_s_bands_is_several_flags(own):
    target = own(people(), bands="age = [0, 15]")

    found = sided(target, ("age",))

    assert [(c.code, c.flag) for c in found.known] == [("age_0", True), ("age_1", True)]
    assert found.names == ("age",)
    assert {*np.unique(found.table)} == {0.0, 1.0}


def test_a_flag_in_bands_stays_a_flag(own):
    target = own(people(), bands="ill = [0, 1]")

    assert [c.code for c in sided(target, ("ill",)).known] == ["ill"]


def test_what_is_the_same_for_everybody_is_alike_and_no_column(own):
    frame = people().assign(kin=2)
    target = own(frame, covariates=("kin",))

    found = sided(target, ("kin",))

    assert found.table.shape[1] == 0 and found.known[0].smd(found.treated) == 0.0
    assert weights(target, found) == pytest.approx(1.0)
    assert not isinstance(reach.difference(target, "exposure", 0.95), Refusal)
    # Nobody could be told apart by it: it is shown.
    assert reach.profile(target, "exposure").one("smd", covariate="kin").value == 0.0


def test_what_differs_wholly_between_the_sides_is_infinitely_unlike(own):
    frame = people()
    target = own(frame.assign(kin=frame["exposure"] * 3.0), covariates=("kin",))

    each = sided(target, ("kin",)).known[0]

    assert each.smd((frame["exposure"] == 1).to_numpy()) == np.inf
    assert reach.profile(target, "exposure").one("smd", covariate="kin").value is None


@pytest.mark.parametrize(("known", "told"), [(1, False), (2, True)])
def test_known_of_one_person_of_a_side_is_not_known(own, known, told):
    frame = people()
    lone = frame["exposure"] == 0
    frame.loc[frame.index[lone][known:], "age"] = np.nan

    found = sided(own(frame), ("age",))

    assert (found.known[0].smd(found.treated) is not None) == told


@pytest.mark.parametrize("wrong", ["exposure", "reached", "cluster", "nothing"])
def test_what_is_no_characteristic_is_refused_by_name(own, wrong):
    target = own(people())

    with pytest.raises(UsageError) as caught:
        reach.difference(target, "exposure", 0.95, covariates=(wrong,))

    assert caught.value.values["choice"] == "covariates"
    assert wrong not in caught.value.values["allowed"].split(", ")


def test_without_any_named_nothing_shows_that_they_were_alike(own):
    target = own(people(), covariates=())

    effect = reach.difference(target, "exposure", 0.95)

    assert isinstance(effect, Refusal) and effect.estimate.reason.code == "alike_known"
