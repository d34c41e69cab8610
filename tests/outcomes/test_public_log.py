"""Visits of a real public log: outpatient visits of the RAND Health Insurance Experiment.

It ships with statsmodels, in the public domain: 20,190 person-years with their visits to a
physician. A person-year stands for a person here; the log has no days, and each visit bears one
that the table's rules allow.
"""

import numpy as np
import pytest
import statsmodels.api as sm
from tests.cohort.office import write

from evalkit import present
from evalkit.outcomes import open_report, reach

from .conftest import CLEAN


@pytest.fixture(scope="module")
def visits():
    return sm.datasets.randhie.load_pandas().data["mdvis"].to_numpy(dtype=int)


@pytest.fixture
def attended(tmp_path, project, visits):
    person = np.repeat(np.arange(visits.size), visits)
    rows = [
        {"session_id": f"v{i}", "person_id": f"P{p}", "date": "2024-01-01"}
        for i, p in enumerate(person.tolist())
    ]  # fmt: skip
    write(tmp_path / "data" / "clean", "attendance", rows, public=True)
    people = [{"person_id": "P0", "township": "Dayton", "age_band": "14-17", "sex": "male"}]
    write(tmp_path / "data" / "clean", "people", people, public=True)
    text = project.read_text(encoding="utf-8")
    project.write_text(f"{text}\n{CLEAN.format(status='public')}", encoding="utf-8")
    return reach.draw_visits(open_report(project, "guigang", "reach", "en"))


def test_the_visits_are_those_of_the_log(attended, visits):
    found = reach.visits(attended)

    count = found.one("visit_count", of="named").value
    # As summaries of this table print it: 20,190 rows with a mean of 2.860426.
    assert count / visits.size == pytest.approx(2.860426, abs=5e-7)
    came = found.one("people_count").value
    # 31.2 % of the person-years have none, and stand in no list of visits.
    assert 1 - came / visits.size == pytest.approx(0.312, abs=5e-4)
    assert found.one("visits_each").value == pytest.approx(count / came)


def test_how_far_they_are_those_of_a_few_is_found_another_way(attended, visits):
    found = reach.concentration(attended, top=(0.01, 0.1), level=0.95)

    own = np.sort(visits[visits > 0]).astype(float)
    places = np.arange(1, own.size + 1)
    gini = 2 * float(places @ own) / (own.size * own.sum()) - (own.size + 1) / own.size
    assert found.one("visits_gini").value == pytest.approx(gini, abs=1e-9)
    largest = own[::-1]
    for top in (0.01, 0.1):
        many = top * own.size
        whole = int(many)
        share = (largest[:whole].sum() + (many - whole) * largest[whole]) / own.sum()
        assert found.one("top_visits", top=f"{top:g}").value == pytest.approx(share, abs=1e-9)
    title = present.lorenz_figure(found, attended).content["en"].title
    assert title.startswith("The top 1% of the people made")
