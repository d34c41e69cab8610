"""What a cell changes behind the report's back shows nothing."""

from dataclasses import replace

import pytest

from evalkit.errors import UsageError
from evalkit.outcomes import recidivism

from .conftest import people
from .test_confidential import draw


@pytest.fixture
def followed(study):
    return draw(study(people("programme", 403, 67), people("comparison", 398, 91, seed=2)))


def test_a_plan_that_a_cell_reaches_into_is_refused(followed):
    plan = followed.report.plan
    object.__setattr__(plan, "alpha", 0.5)

    with pytest.raises(UsageError, match="what was run says otherwise than the study file"):
        recidivism.compare(followed, "newcombe", 0.95)


def test_rows_that_were_taken_out_of_the_people_drawn_are_refused(followed):
    frame = followed.cohort.frame
    chosen = frame[(frame["group"] == "programme") | (frame["event"] == 1)]
    others = replace(followed, cohort=replace(followed.cohort, frame=chosen))

    with pytest.raises(UsageError, match="A cell changed rows or columns of the people"):
        recidivism.compare(others, "newcombe", 0.95)
