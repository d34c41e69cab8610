"""Followed from a landmark: who had begun by then, of those who got so far."""

import numpy as np
import pandas as pd
import pytest
from tests.cohort.office import case, event, spec, write

from evalkit.cohort import at_landmark, follow_up
from evalkit.intake.clean import read_clean

# Ninety days after the index date of every case.
DAY = "2023-04-01"


@pytest.fixture
def made(tmp_path):
    def make(cases, events=None, absences=None, day=90, since=None):
        tables = {"cases": cases, "events": events, "absences": absences}
        read = {
            shape: None if rows is None else read_clean(spec(write(tmp_path, shape, rows), shape))
            for shape, rows in tables.items()
        }
        others = (read["events"], read["absences"])
        landmark = at_landmark(read["cases"], *others, day, since)
        return landmark.frame, follow_up(landmark, *others, 365)

    return make


@pytest.mark.parametrize(
    ("start", "group"),
    [(DAY, "programme"), ("2023-04-02", "comparison"), (None, "comparison"),
     ("2022-12-20", "programme")],
)  # fmt: skip
def test_the_class_is_who_had_begun_by_that_day(made, start, group):
    # Whatever the file says of the assignment.
    _, table = made([case("a", assigned="programme", plan_start=start)])

    assert table.frame["group"].tolist() == [group]
    assert table.frame["reached"].tolist() == [True]


@pytest.mark.parametrize(
    ("date", "reached"),
    [("2023-01-02", False), (DAY, False), ("2023-04-02", True), ("2023-01-01", True)],
)
def test_who_had_a_contact_before_the_landmark_is_in_neither_class(made, date, reached):
    # The index event itself is no later contact.
    _, table = made([case("a", plan_start=DAY)], [event("1", "a", date)])

    assert table.frame["reached"].tolist() == [reached]
    assert "reached" in table.rules


@pytest.mark.parametrize("reason", ["died", "moved_away"])
@pytest.mark.parametrize(("date", "reached"), [(DAY, False), ("2023-04-02", True)])
def test_who_died_or_left_before_the_landmark_is_in_neither_class(made, reason, date, reached):
    gone = [{"person_id": "a", "start": date, "reason": reason}]

    _, table = made([case("a")], [], gone)

    assert table.frame["reached"].tolist() == [reached]
    # To die before a landmark is no error of the records; before the index date it is.
    assert not table.frame["death_impossible"].any()


def test_a_death_before_the_index_date_stays_impossible(made):
    gone = [{"person_id": "a", "start": "2022-12-31", "reason": "died"}]

    assert made([case("a")], [], gone)[1].frame["death_impossible"].tolist() == [True]


def test_who_was_locked_up_before_the_landmark_still_counts(made):
    spell = [{"person_id": "a", "start": "2023-02-01", "end": "2023-05-01", "reason": "custody"}]

    _, table = made([case("a")], [], spell)

    assert table.frame["reached"].tolist() == [True]
    # April 1 to May 1, both days in.
    assert table.frame["police_contact_away"].tolist() == [31.0]


@pytest.mark.parametrize(("end", "reached"), [(DAY, False), ("2023-04-02", True), (None, False)])
def test_who_is_followed_no_further_is_in_neither_class(made, end, reached):
    assert made([case("a", follow_up_end=end)])[1].frame["reached"].tolist() == [reached]


def test_time_is_counted_from_the_landmark_and_what_was_before_from_the_index(made):
    rows = [event("1", "a", "2023-05-01"), event("2", "b", "2022-06-01")]

    frame, table = made([case(who, index_date="2022-12-31") for who in "ab"], rows, day=91)

    assert table.frame["police_contact_time"].tolist()[0] == 30
    assert table.frame["index_year"].tolist() == [2022.0, 2022.0]
    # 213 days before the index date; the index event lies before the landmark and is none.
    assert table.frame["earlier_contact"].tolist() == [0.0, 1.0]
    assert frame["first_index"].dt.date.astype(str).tolist() == ["2022-12-31"] * 2
    assert frame["file"].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(("start", "counts"), [("2023-03-02", False), ("2023-03-03", True),
                                               (None, True)])  # fmt: skip
def test_in_a_sequence_who_had_begun_before_counts_no_more(made, start, counts):
    # Sixty days are March 2.
    _, table = made([case("a", plan_start=start)], day=90, since=60)

    assert table.frame["reached"].tolist() == [counts]


def test_case_files_without_a_landmark_are_as_they_were(made, tmp_path):
    cases = read_clean(spec(write(tmp_path, "cases", [case("a")]), "cases"))

    table = follow_up(cases, None, None, 365)

    assert table.rules == ("linked", "consented", "mature")
    assert not {"reached", "file"} & set(table.frame)


def test_time_before_the_start_is_nobodys_merit(made):
    """Of no effect at all, who ever began is better off; who had begun by a landmark is not."""
    random = np.random.default_rng(5)
    n = 4000
    again, begins = (random.exponential(scale, n).astype(int) + 1 for scale in (400, 150))
    first = pd.Timestamp("2023-01-01")
    # Who does it again before the beginning never begins.
    starts = [first + pd.Timedelta(days=int(b)) if b < a else None
              for a, b in zip(again, begins, strict=True)]  # fmt: skip
    rows = [case(str(i), plan_start=s and s.date()) for i, s in enumerate(starts)]
    happened = [event(str(i), str(i), (first + pd.Timedelta(days=int(a))).date())
                for i, a in enumerate(again) if a < 800]  # fmt: skip

    _, table = made(rows, happened)
    frame = table.frame[table.frame["reached"]]
    within = (frame["police_contact"] == 1) & (frame["police_contact_time"] <= 365)
    share = within.groupby(frame["group"]).mean()

    ever = np.array([s is not None for s in starts])
    naive = (again[ever] <= 365).mean() - (again[~ever] <= 365).mean()
    assert naive < -0.25
    # Two groups of about 1,400 and 1,800: a standard error of 1.8 points.
    assert abs(share["programme"] - share["comparison"]) < 0.054
