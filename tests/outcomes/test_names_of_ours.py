"""What an office writes is never taken for a group that we make, whatever it is called."""

import numpy as np
import pandas as pd
import pytest
from tests.outcomes.tables import asked, people

from evalkit import present
from evalkit.outcomes import own, reach, satisfaction
from evalkit.outcomes.labels import MARK, OURS, group_code, group_value
from evalkit.outcomes.recidivism.places import JOINED as SMALL
from evalkit.outcomes.recidivism.places import places
from evalkit.outcomes.satisfaction.orders import JOINED
from evalkit.schema import load_schema

from .test_own import drawn
from .test_ratings import order, told  # noqa: F401

HARD = ("all", "pooled", "joined", "unknown")
TOP = ("overall_5",)


def test_every_code_of_ours_is_one_that_no_value_has():
    assert {*HARD} == {*OURS} and {JOINED, SMALL} <= {*OURS}
    values = [word + MARK * n for word in (*OURS, "x", "", "_", "all_of", "_all") for n in range(4)]

    codes = [group_code(value) for value in values]

    assert not {*codes} & {*OURS} and len({*codes}) == len({*values})
    assert [group_value(code) for code in codes] == values
    # A code of ours stands for itself.
    assert [group_value(code) for code in OURS] == [*OURS]


@pytest.mark.parametrize("shape", ["survey", "tickets", "cases", "people"])
def test_no_closed_list_has_a_word_of_ours(shape):
    for column in load_schema(shape).columns.values():
        assert not {*column.choices} & {*OURS}


@pytest.mark.parametrize("column", ["category", "township"])
def test_orders_of_a_place_of_such_a_name_are_its_own(told, column):  # noqa: F811
    names = [*HARD, "East", None]
    # 120 of each, of which as many are good as its place in the list says; 9 of two small ones.
    rows = [
        order(i, 5 if i // 6 % 6 <= i % 6 else 2, hours=24 * (1 + i % 6)) | {column: names[i % 6]}
        for i in range(720)
    ]
    rows += [order(720 + i, 2) | {column: "Tiny"} for i in range(9)]
    orders = told(rows)

    rated = satisfaction.ratings(orders, split=(column,), level=0.95)
    times = satisfaction.close_times(orders, split=(column,), shares=(0.5,))

    top = {e.dim(column): e for e in rated.of("top_rating") if e.dims[0][0] == column}
    assert {*top} == {"all_", "pooled_", "joined_", "unknown_", "East", "unknown", "joined"}
    for place, name in enumerate(names):
        code = "unknown" if name is None else group_code(name)
        assert (top[code].n, top[code].events) == (120, 20 * (place + 1))
        if name is not None:
            assert top[code].group.text["en"] == name
    assert "not recorded" in top["unknown"].group.text["en"]
    assert "joined" in top["joined"].group.text["en"]
    waited = {e.dim(column): e for e in times.of("close_time") if e.dims[0][0] == column}
    assert [waited[group_code(name)].value for name in HARD] == [24, 48, 72, 96]
    assert {code: e.n for code, e in waited.items()} == dict.fromkeys(top, 120) | {"joined": 9}


def test_respondents_of_a_group_of_such_a_name_are_its_own(office):
    names = [*HARD, "East", None]
    rows = [asked(i, 5 if i // 6 % 6 <= i % 6 else 1, group_1=names[i % 6]) for i in range(720)] + [
        asked(720 + i, 1, group_1="Tiny") for i in range(9)
    ]
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")

    found = satisfaction.top_box(answers, "group_1", TOP, "wilson", 0.95)

    top = {e.dim("group_1"): e for e in found.of("top_box")}
    assert {*top} == {"all_", "pooled_", "joined_", "unknown_", "East", "unknown", "pooled", "all"}
    for place, name in enumerate(names):
        code = "unknown" if name is None else group_code(name)
        assert (top[code].n, top[code].events) == (120, 20 * (place + 1))
        if name is not None:
            assert top[code].group.text["zh"] == name
    assert top["all"].n == 730
    assert "everyone" in present.headline(satisfaction.verdict(found)).text["en"]


def test_a_sample_of_one_group_called_all_is_named(office):
    rows = [asked(i, 5 if i % 3 else 1, group_1="pooled") for i in range(200)]
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")

    everyone = satisfaction.top_box(answers, "group_1", TOP, "wilson", 0.95).one("top_box")

    assert everyone.dim("group_1") == "all" and everyone.group.text["en"] == "pooled"


def test_a_value_that_begins_like_its_column_is_pooled_as_any_other(office):
    rows = [asked(i, 5 if i % 3 else 1, group_1="East") for i in range(200)]
    rows += [asked(200 + i, 1, group_1="group_1_x") for i in range(9)]
    answers = satisfaction.draw_answers(office("satisfaction", survey=rows), "overall", "")

    found = satisfaction.top_box(answers, "group_1", TOP, "wilson", 0.95)

    codes = [e.dim("group_1") for e in found.of("top_box")]
    assert codes == ["all", "East", "pooled"]
    assert "group_1" not in found.of("top_box")[2].group.text["en"]


def reached(office, names):
    rows = [row | {"township": names[i % len(names)]} for i, row in enumerate(people())]
    steps = [
        {"person_id": row["person_id"], "stage": "started", "date": "2025-01-01"}
        for row in rows[::2]
    ]
    report = office("reach", people=rows, funnel=steps, status="public")
    return report, reach.draw_target(report, report.plan.definition, report.plan.subset)


def test_people_of_a_township_of_such_a_name_are_its_own(office):
    _, target = reached(office, [*HARD, "East"])

    found = reach.shares(target, "township", "wilson", 0.95)

    groups = {e.dim("township"): e for e in found.of("share_reached")}
    assert {*groups} == {*(f"township_{group_code(n)}" for n in (*HARD, "East")), "all"}
    assert [groups[f"township_{n}_"].group.text["en"] for n in HARD] == [*HARD]
    assert groups["township_unknown_"].n == 96 and groups["all"].n == 480


def test_a_place_called_joined_is_no_place_of_several():
    frame = pd.DataFrame({
        "township": np.repeat(["joined", "East", "small"], [60, 60, 8]),
        "group": np.tile(["programme", "comparison"], 64),
    })  # fmt: skip
    followed = Drawn(frame)

    words = places(followed, "township")

    # Eight are fewer than sixty: they go with the smallest place that stands alone.
    assert {*words} == {"joined_", "East"} and (words == SMALL).sum() == 0


class Drawn:
    """What `places` asks of the people followed."""

    groups = ("programme", "comparison")

    class report:
        class plan:
            min_people = 60

    def __init__(self, frame):
        self.cohort = type("cohort", (), {"frame": frame})


def test_a_researcher_s_own_groups_of_such_names_are_their_own(study):
    names = np.array([*HARD, None], dtype=object)
    followed = drawn(study, kind=lambda n: names[np.arange(n) % 5])
    labels = {name: {"en": name, "zh": name} for name in (*HARD, "kind", "event")}

    found = own.counts(followed, "kind", name="event_by_kind", share="event", labels=labels)

    named = {e.dim("kind"): e.group.text["en"] for e in found.estimates}
    assert {*named} == {*map(group_code, HARD), "unknown"}
    assert [named[group_code(name)] for name in HARD] == [*HARD]
