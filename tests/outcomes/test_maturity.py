"""A cohort that is not old enough is told the date on which it will be."""

from tests.cohort.office import case

from evalkit import present
from evalkit.outcomes import recidivism

from .tables import drawn
from .test_overturn import contacts


def files(n, index, end="2025-06-30", **more):
    """So many of each group, whose index dates are the first days of the months from one on."""
    return [
        case(f"{group}{i}", assigned=group, index_date=index(i), follow_up_end=end,
             age=14 + i % 4, prior_events=i % 3, **more)
        for group in ("programme", "comparison")
        for i in range(n)
    ]  # fmt: skip


def gate(office, rows, status="confidential"):
    later = contacts(0, programme=20, comparison=20)
    report = office("recidivism", status=status, cases=rows, events=later)
    followed = drawn(report)
    return followed, recidivism.gates(followed).one("gate", gate="too_few")


def test_an_immature_cohort_is_refused_with_the_date_on_which_it_passes(office):
    # 100 of each group; the 60th began on 2024-10-01, and 548 days later is 2026-04-02.
    def index(i):
        return "2024-08-01" if i < 30 else "2024-10-01" if i < 80 else "2025-03-01"

    followed, judged = gate(office, files(100, index))

    assert followed.cohort.frame.empty
    for lang in ("en", "zh"):
        # The end of the month: the date itself would tell when somebody began.
        assert "2026-04-30" in judged.would_pass.text[lang]
        assert "2026-04-02" not in judged.would_pass.text[lang]
    assert "time is not up" in judged.reason.text["en"]
    refused = recidivism.compare(followed, estimator="newcombe", level=0.95)
    assert "2026-04-30" in refused.estimate.would_pass.text["en"]
    assert "2026-04-30" in present.gates_table(recidivism.gates(followed)).content["zh"].rows[
        [e.dim("gate") for e in recidivism.gates(followed).estimates].index("too_few")
    ].cells[-1].lines[0].pieces[0].text  # fmt: skip


def test_the_later_of_the_two_groups_gives_the_date(office):
    rows = files(100, lambda i: "2024-08-01")
    for row in rows:
        if row["assigned"] == "comparison":
            row["index_date"] = "2024-12-31"

    _, judged = gate(office, rows)

    assert "2026-07-31" in judged.would_pass.text["en"]


def test_where_there_are_too_few_however_long_one_waits_no_date_is_given(office):
    _, judged = gate(office, files(50, lambda i: "2024-08-01"))

    assert judged.would_pass.text["en"] == "At least 60 people in each group."


def test_who_was_not_searched_does_not_count_towards_the_date(office):
    rows = files(100, lambda i: "2024-08-01" if i < 70 else "2025-01-01")
    for i, row in enumerate(rows):
        row["linked"] = i % 100 >= 20

    _, judged = gate(office, rows)

    # Of the first seventy fifty were searched: the sixtieth began on 2025-01-01.
    assert "2026-07-31" in judged.would_pass.text["en"]


def test_a_cohort_that_is_old_enough_has_no_date(office):
    _, judged = gate(office, files(100, lambda i: "2023-01-01"))

    assert judged.would_pass is None


def test_what_need_not_be_proven_waits_for_its_window_and_not_a_day_more(office):
    # 365 days after 1 February 2024 is the last of January.
    rows = files(100, lambda i: "2024-02-01", end="2024-06-30")
    report = office("recidivism", cases=rows, events=contacts(0, programme=20, comparison=20))

    followed = drawn(report, definition="police_contact")

    judged = recidivism.gates(followed).one("gate", gate="too_few")
    assert "2025-01-31" in judged.would_pass.text["en"]
