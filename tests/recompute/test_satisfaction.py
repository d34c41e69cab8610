"""Satisfaction: rates, the silent, ratings and waves."""

import pytest

from evalkit.recompute.check import check

from .made import bounds, est, found, one, report, states


def e(estimand, unit="share", **more):
    return est(estimand, unit, outcome="satisfaction", **more)


def asked(*estimates, **plan):
    return report(*estimates, outcome="satisfaction", **{"primary": "top_box", **plan})


def red(*estimates, **plan):
    return {line.how for line in check(asked(*estimates, **plan)) if line.state == "differs"}


COUNTS = {
    "interview": 195, "partial": 15, "refusal": 30, "noncontact": 40, "other": 8,
    "unknown_other": 7, "unknown_household": 5, "not_eligible": 11,
}  # fmt: skip


def told(counts=COUNTS, public=True):
    return [
        e("disposition", "persons", dims={"disposition": k}, value=float(n), n=n, public=public)
        for k, n in counts.items()
    ]


def rates(**other):
    made = {"rr1": (195, 300), "coop1": (195, 248), "ref1": (30, 300), "con1": (248, 300)}
    return [
        e("outcome_rate", dims={"rate": r}, method=r, value=k / n, n=n, events=k) | other.get(r, {})
        for r, (k, n) in made.items()
    ]


def test_response_rates_come_from_all_dispositions():
    results = asked(*told(), *rates())

    assert {
        how: one(results, how).state for how in ("rr1", "coop1", "ref1", "con1")
    } == dict.fromkeys(("rr1", "coop1", "ref1", "con1"), "agrees")
    assert one(results, "coop1").slack == 0
    # A count that is altered moves the rates in which it stands.
    assert red(*told({**COUNTS, "refusal": 31}), *rates()) == {"rr1", "coop1", "ref1", "con1"}
    assert red(*told({**COUNTS, "noncontact": 41}), *rates()) == {"rr1", "ref1", "con1"}
    assert red(*told({**COUNTS, "unknown_other": 8}), *rates()) == {"rr1", "ref1", "con1"}
    assert red(*told({**COUNTS, "not_eligible": 12}), *rates()) == set()


def test_where_a_disposition_is_withheld_or_strange_there_is_no_rule():
    withheld = e("disposition", "persons", dims={"disposition": "other"})
    strange = e("disposition", "persons", dims={"disposition": "asleep"}, value=3.0, n=3)

    assert found(asked(*told()[:4], withheld, *rates()), "rr1") == []
    assert found(asked(*told(), strange, *rates()), "rr1") == []


def test_the_share_is_the_sum_of_the_best_answers():
    answers = [e("answer_share", dims={"kind": "all", "answer": a}, value=v, public=False)
               for a, v in (("3", 0.182), ("4", 0.399), ("5", 0.419))]  # fmt: skip
    top = e("top_box", dims={"kind": "all"}, value=0.818, low=0.7, high=0.9, method="design",
            public=False)  # fmt: skip

    assert one(asked(*answers, top, top=["4", "5"]), "answers").slack == pytest.approx(0.0015)
    assert red(*answers, top, top=["4", "5"]) == set()
    assert red(*answers, {**top, "value": 0.82}, top=["4", "5"]) == {"answers"}
    assert found(asked(*answers, top, top=["4", "5", "6"]), "answers") == []


def test_the_silent_could_all_be_bad_or_all_good():
    top = e("top_box", dims={"kind": "all"}, value=0.8, low=0.7, high=0.9)
    silent = e("silent_share", value=0.3)
    told = bounds("silent_bounds", 0.8 * 0.7, 0.8 * 0.7 + 0.3, outcome="satisfaction")

    assert red(top, silent, told) == set() and one(asked(top, silent, told), "silent").slack == 0
    # The bounds are of everybody, and not of a part.
    part = e("top_box", dims={"kind": "a"}, value=0.5, low=0.4, high=0.6)
    assert red(part, top, silent, told) == set()
    assert found(asked(part, silent, told), "silent") == []
    assert red(top, silent, {**told, "low": 0.55}) == {"silent"}
    assert red(top, silent, {**told, "high": 0.87}) == {"silent"}


def rated(**other):
    made = {
        "top_rating": e("top_rating", dims={"all": "all"}, value=1050 / 1150, n=1150, events=1050),
        "top_rating_bounds": e(
            "top_rating_bounds", dims={"all": "all"}, low=1050 / 3510, high=3410 / 3510, level=None,
            n=3510, events=1150,
        ),
        "rating_coverage": e(
            "rating_coverage", dims={"all": "all"}, value=1150 / 3510, n=3510, events=1150
        ),
        "closed": e("order_step", "orders", dims={"step": "closed"}, value=3510.0, n=3510),
        "rated": e("order_step", "orders", dims={"step": "rated"}, value=1150.0, n=1150),
    }  # fmt: skip
    return [{**one, **other.get(name, {})} for name, one in made.items()]


@pytest.mark.parametrize(
    ("which", "other", "how"),
    [
        ("closed", {}, set()),
        ("top_rating_bounds", {"low": 0.3}, {"unrated"}),
        ("top_rating_bounds", {"high": 0.97}, {"unrated"}),
        ("top_rating_bounds", {"events": 1151}, {"same"}),
        ("closed", {"value": 3511.0, "n": 3511}, {"same"}),
        ("rated", {"value": 1151.0, "n": 1151}, {"same"}),
        ("rating_coverage", {"n": 3511}, {"share", "same"}),
    ],
)
def test_unrated_orders_are_all_bad_or_all_good(which, other, how):
    assert red(*rated(**{which: other})) == how


def test_what_was_rated_elsewhere_has_the_same_bounds():
    good = e("source_good", dims={"source": "p"}, value=13 / 15, n=15, events=13)
    ends = e("source_bounds", dims={"source": "p"}, low=13 / 20, high=18 / 20, level=None, n=20,
             events=15)  # fmt: skip

    assert red(good, ends) == set() and one(asked(good, ends), "unrated").state == "agrees"
    assert red(good, {**ends, "high": 0.91}) == {"unrated"}
    assert red(good, {**ends, "events": 16}) == {"same"}


def test_a_change_is_the_last_wave_less_the_one_before():
    waves = [e("wave_share", dims={"wave": w}, value=v) for w, v in (("1", 0.7), ("2", 0.8))]
    gap = e("wave_change", "points", value=0.8 - 0.7, low=0.0, high=0.2)

    assert states(asked(*waves, gap), "gap") == {"wave_change": "agrees"}
    assert found(asked(*waves[:1], gap), "gap") == [] == found(asked(*waves), "gap")
    assert states(asked(*waves, {**gap, "value": -0.1}), "gap") == {"wave_change": "differs"}
