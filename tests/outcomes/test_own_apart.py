"""Shares of groups that the gate calls unlike stand by themselves, and say why."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from evalkit import present
from evalkit.outcomes import own, reach, recidivism

from .conftest import people as persons
from .test_confidential import draw
from .test_lost_and_thin import registered
from .test_own_guard import WORDS, own_shares

KEYS = {"township", "site_id", "person_id"}


def older_and_others(study, **more):
    """The people of two groups of other ages."""
    older = persons("programme", 400, 60).assign(age=17)
    return draw(study(older, persons("comparison", 400, 90, seed=2), **more))


def test_shares_of_groups_that_may_not_be_compared_say_so_wherever_they_stand(study):
    followed = older_and_others(study)
    gap = recidivism.compare(followed, "newcombe", 0.95).one("risk_difference")
    assert gap.reason.code == "unbalanced"

    shares = own_shares(followed)

    for lang, why in (("en", "The groups are not comparable"), ("zh", "各组不可比")):
        told = gap.reason.text[lang]
        assert all(told in e.reason.text[lang] for e in shares.estimates if e.value is not None)
        table = present.table(shares, title=WORDS).content[lang]
        drawing, axes = plt.subplots()
        axes.bar([e.group.code for e in shares.estimates], [e.value for e in shares.estimates])
        words = {"programme": WORDS, "comparison": WORDS}
        figure = present.figure(shares, drawing, title=WORDS, alt=WORDS, texts=words)
        text = {"en": "{group=programme} and {group=comparison}.",
                "zh": "{group=programme}与{group=comparison}。"}  # fmt: skip
        said = present.statement(shares, text).text[lang]
        for note in (table.note, figure.content[lang].note, said):
            assert why in note and told in note


def test_a_column_that_lies_on_one_side_tells_the_sides_as_the_group_does(study):
    followed = older_and_others(study)
    frame = followed.cohort.frame
    made = frame.assign(
        arm=(frame["group"] == "programme").astype(int), half=np.arange(len(frame)) % 2
    )
    followed = replace(followed, cohort=replace(followed.cohort, frame=made))

    def why(by):
        return {e.reason is not None for e in own.counts(
            followed, by, share="event", name="by_it", labels=dict.fromkeys((by, *"01pc"), WORDS)
        ).estimates}  # fmt: skip

    assert why("arm") == {True} and why("half") == {False}


def test_shares_of_groups_that_may_be_compared_carry_no_mark(study):
    alike = persons("programme", 400, 60), persons("comparison", 400, 90, seed=2)

    shares = own_shares(draw(study(*alike, design="randomised")))

    assert [e.reason for e in shares.estimates] == [None, None]


@pytest.mark.parametrize("unlike", [True, False])
def test_shares_of_sides_that_are_unlike_say_so_and_of_others_not(office, unlike):
    # Two of the world's registers side by side: enough townships on each side.
    tables = registered()
    for rows in tables.values():
        rows += [row | {k: f"{row[k]}b" for k in KEYS & row.keys()} for row in rows]
    served = {row["township"] for row in tables["sites"]}
    for row in tables["people"]:
        row["groups"] = "left behind" if unlike and row["township"] in served else None
    target = reach.draw_target(office("reach", **tables), "started", "")

    shares = own.counts(target, "exposure", share="reached", name="reached_by_side")

    assert len(shares.estimates) == 2
    for e in shares.estimates:
        said = e.reason.text["en"] if e.reason is not None else ""
        assert ("not comparable" in said and "not alike" in said) == unlike
