"""A model by its formula: the same numbers as statsmodels', and a refusal where there are none."""

import json
import shutil

import numpy as np
import pytest
import statsmodels.formula.api as smf

from evalkit.errors import UsageError
from evalkit.outcomes import Refusal, open_report, own, recidivism

from .conftest import ROOT
from .test_own import LABELS, drawn


def fit(followed, formula="event ~ age", model="logit", **more):
    return own.fit(followed, formula, model, name="event_model", labels=LABELS, **more)


@pytest.mark.parametrize(
    ("model", "formula", "fitted"),
    [("logit", "event ~ age", smf.logit), ("ols", "event ~ age", smf.ols),
     ("poisson", "event ~ age", smf.poisson)],
)  # fmt: skip
def test_it_gives_what_coefficients_gives_of_the_same_model(study, model, formula, fitted):
    followed = drawn(study)
    quiet = {} if model == "ols" else {"disp": 0}
    by_hand = fitted(formula, data=followed.cohort.frame).fit(**quiet)

    found = fit(followed, formula, model)

    same = own.coefficients(followed, by_hand, name="event_model", labels=LABELS)
    assert found.estimates == same.estimates and len(found.estimates) == 4


def test_where_nobody_counts_it_passes_the_refusal_on():
    report = open_report(ROOT / "study.toml", "chongzuo", "recidivism", "en")
    plan = report.plan
    nobody = recidivism.draw_cohort(
        report, definition=plan.definition, window=plan.window, subset=plan.subset
    )

    refused = fit(nobody)

    assert isinstance(refused, Refusal) and refused.estimate.estimand == "event_model"
    assert refused.estimate.reason == nobody.estimate.reason


def test_a_model_that_does_not_settle_is_a_refusal_and_warns_nobody(study, recwarn):
    # Everybody above an age, and nobody below it, had the event.
    followed = drawn(study)
    followed.cohort.frame["apart"] = followed.cohort.frame["event"] * 1.0
    labels = {**LABELS, "apart": {"en": "apart", "zh": "分开"}}

    refused = own.fit(followed, "event ~ apart", "logit", name="event_model", labels=labels)

    assert isinstance(refused, Refusal)
    assert "did not settle" in refused.estimate.reason.text["en"]
    assert "its 1 terms" in refused.estimate.reason.text["en"]
    assert "没有收敛" in refused.estimate.reason.text["zh"]
    assert not [w for w in recwarn if "statsmodels" in str(w.category)]


def test_a_value_of_few_is_a_refusal_that_names_nobody(study):
    few = drawn(study, town=lambda n: np.where(np.arange(n) < 4, "王小明", "North"))

    refused = fit(few, "age ~ C(town, Treatment('North'))", "ols")

    assert isinstance(refused, Refusal)
    assert "too few people to be named" in refused.estimate.reason.text["en"]
    assert "王小明" not in json.dumps(refused.estimate.to_json(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model": "probit"}, "The model probit is unknown. Known: logit, ols, poisson"),
        ({"formula": "event ~"}, "The formula event ~ cannot be read"),
        ({"formula": "event ~ nowhere"}, "names no column of these people"),
        ({"formula": "event ~ height"}, "The term height of the model has no words"),
    ],
)
def test_what_a_cell_gets_wrong_stops_it_by_name(study, change, told):
    with pytest.raises(UsageError) as caught:
        fit(drawn(study, height=lambda n: np.arange(n) % 7), **change)
    assert told in str(caught.value)


def test_one_cell_serves_an_area_with_data_and_one_without(tmp_path):
    """In a batch run: a report without data goes on, with the exhibit named as not produced."""
    from tests.journeys.conftest import build_one, own_notebooks

    for name in ("notebooks", "studies", "data"):
        skip = shutil.ignore_patterns("sample")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skip)
    shutil.copy(ROOT / "study.toml", tmp_path)
    own_notebooks(tmp_path / "study.toml", tmp_path / "notebooks")
    path = tmp_path / "notebooks" / "recidivism.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    cell = {
        "cell_type": "code", "execution_count": None, "id": "own-1", "metadata": {}, "outputs": [],
        "source": (
            "from evalkit.outcomes import own\n"
            "words = {'age': {'zh': '年龄', 'en': 'age'}}\n"
            "found = own.fit(followed, 'event ~ age', 'logit', name='event_model', labels=words)\n"
            "present.table(found, title={'zh': '年龄与再犯', 'en': 'Age and events'})"
        ),
    }  # fmt: skip
    book["cells"].insert(-1, cell)
    path.write_text(json.dumps(book), encoding="utf-8")

    made = build_one(tmp_path, "chongzuo", "recidivism")

    assert made.error is None, made.error


def test_a_column_that_a_cell_makes_is_no_characteristic_of_the_table(study):
    followed = drawn(study)
    before = recidivism.gates(followed).estimates
    frame = followed.cohort.frame
    # A name of the house's rule, which the linked table does not have; unlike in the groups.
    frame["male"] = (frame["group"] == "programme").astype(int)
    followed.judged.clear()

    after = recidivism.gates(followed).estimates

    assert [(e.id, e.method) for e in after] == [(e.id, e.method) for e in before]
    assert not isinstance(recidivism.profile(followed, ("age",)), Refusal)


@pytest.mark.parametrize("cells", [[np.nan], [np.inf, 1.0, 2.0]])
def test_a_column_without_a_number_takes_away_its_exhibit_alone(study, cells):
    followed = drawn(study)
    frame = followed.cohort.frame
    frame["empty"] = np.resize(cells, len(frame))
    labels = {**LABELS, "empty": {"en": "empty", "zh": "空"}}

    refused = own.fit(followed, "event ~ age + empty", "ols", name="event_model", labels=labels)

    assert isinstance(refused, Refusal) and "did not settle" in refused.estimate.reason.text["en"]
