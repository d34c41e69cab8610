"""The verdict's word, its grade, its sentence and its tests; and reports as a whole."""

import pytest
from scipy import stats

from evalkit.recompute.check import check, rests_on, roots

from .made import bounds, est, found, one, report, states


def effect(low, high, p, word, outcome="recidivism", primary="risk_difference"):
    gap = est(primary, "points", outcome=outcome, value=(low + high) / 2, low=low, high=high)
    return report(
        est("verdict", "none", outcome=outcome, verdict=word),
        gap,
        est(f"{primary}_p", "p", outcome=outcome, value=p),
        outcome=outcome,
        primary=primary,
        design="randomised",
    )


@pytest.mark.parametrize(
    ("low", "high", "p", "outcome", "word"),
    [
        (-0.2, -0.1, 0.05, "recidivism", "improvement"),
        (-0.2, -0.1, 0.0501, "recidivism", "no_clear"),
        (-0.2, 0.0, 0.01, "recidivism", "no_clear"),
        (0.0, 0.2, 0.01, "recidivism", "no_clear"),
        (0.1, 0.2, 0.01, "recidivism", "worsening"),
        (0.1, 0.2, 0.01, "reach", "improvement"),
        (-0.2, -0.1, 0.01, "reach", "worsening"),
    ],
)
def test_the_word_follows_from_interval_p_value_and_threshold(low, high, p, outcome, word):
    primary = "reach_difference" if outcome == "reach" else "risk_difference"

    assert one(effect(low, high, p, word, outcome, primary), "verdict").state == "agrees"
    other = "measured"
    assert one(effect(low, high, p, other, outcome, primary), "verdict").found == (word,)


def level(*estimates, word="measured", reason="none", **more):
    verdict = est("verdict", "none", outcome="satisfaction", verdict=word, reason=reason)
    return report(verdict, *estimates, outcome="satisfaction", primary="top_box", **more)


def test_a_level_is_measured_or_not_assessable():
    top = est("top_box", outcome="satisfaction", value=0.5)

    assert one(level(top), "level").state == "agrees"
    assert one(level(), "level").found == ("not_assessable",)
    assert one(level(word="not_assessable"), "level").state == "agrees"
    ends = bounds("top_rating_bounds", 0.2, 0.9, outcome="satisfaction")
    assert one(level(ends, reason="ratings_no_survey"), "level").state == "agrees"
    assert one(level(ends), "level").state == "differs"
    # A comparison without its test decides nothing.
    gap = est("risk_difference", "points", value=0.1)
    verdict = est("verdict", "none", verdict="improvement")
    assert one(report(verdict, gap, primary="risk_difference"), "level").state == "differs"


def test_what_is_audited_has_something_to_audit():
    verdict = est("verdict", "none", outcome="quality", verdict="audited")
    rows = est("table_rows", "rows", outcome="quality", dims={"table": "t"}, value=1.0, n=1)

    assert one(report(verdict, rows, outcome="quality"), "audited").state == "agrees"
    assert one(report(verdict, outcome="quality"), "audited").state == "differs"


def test_a_requirement_that_failed_leaves_no_verdict_and_no_number():
    failed = est("gate", "none", dims={"gate": "too_few"}, method="failed")
    passed = est("gate", "none", dims={"gate": "too_few"}, method="passed")
    results = effect(-0.2, -0.1, 0.01, "improvement")

    with_gate = {**results, "estimates": [*results["estimates"], failed]}
    assert {line.state for line in found(with_gate, "gates")} == {"differs"}
    assert len(found(with_gate, "gates")) == 2
    assert found({**results, "estimates": [*results["estimates"], passed]}, "gates") == []


def graded(value, *steps, status="retrospective", design="randomised", **more):
    made = [est("rating_step", "rating", dims={"step": s}, value=float(v)) for s, v in steps]
    return report(
        est("verdict", "none", verdict="no_clear", **more),
        *made,
        est("rating", "rating", value=float(value)),
        est("risk_difference_p", "p", value=0.04),
        est("log_rank_p", "p", dims={"window": "1"}, value=0.06),
        status=status, primary="risk_difference", design=design,
    )  # fmt: skip


def test_a_grade_is_its_design_less_its_steps():
    results = graded(3, ("design", 5), ("plan", -1), ("turned", -1))

    for how in ("rating", "design", "late", "turned"):
        assert one(results, how).state == "agrees", how
    assert one(graded(1, ("design", 3), ("lost", -3), design="observational"), "rating").found == (
        1.0,
    )
    assert one(graded(2, ("design", 5), ("plan", -1)), "rating").state == "differs"
    assert one(graded(2, ("design", 3), ("plan", -1)), "design").state == "differs"
    assert one(graded(4, ("design", 5), ("plan", -1), status="frozen"), "late").state == "differs"
    assert one(graded(4, ("design", 5), ("departed", -1)), "departed").state == "differs"
    assert one(graded(4, ("design", 5), ("lost", -1)), "rated").state == "cannot"


def test_without_steps_a_grade_is_none_or_the_lowest():
    def told(word, value):
        return report(est("verdict", "none", verdict=word), est("rating", "rating", value=value))

    assert one(told("not_assessable", 0.0), "rating").state == "agrees"
    assert one(told("measured", 1.0), "rating").state == "agrees"
    assert one(told("measured", 0.0), "rating").state == "differs"
    assert found(told("improvement", 3.0), "rating") == []


def said(zh, en, a=0.2222, b=0.3056, window="52 weeks"):
    results = effect(-0.2, -0.1, 0.01, "improvement")
    results["headline"] = {"zh": zh, "en": en}
    gap = results["estimates"][1]
    for side, name in (("group", "g1"), ("against", "g2")):
        gap[side] = {"code": name, "text": {"en": name, "zh": name}}
    gap["window"] = {"code": "w", "text": {"en": window, "zh": "52周"}}
    results["estimates"] += [
        est("risk", dims={"group": g}, value=v) for g, v in (("g1", a), ("g2", b))
    ]
    return results


EN = "Of 100 in g1, 22 had it within 52 weeks; of 100 in g2, 31."
ZH = "g1每100人中有22人在52周内发生，g2每100人中有31人。"


@pytest.mark.parametrize(
    ("zh", "en", "red"),
    [
        (ZH, EN, []),
        (ZH.replace("22", "23"), EN, ["zh"]),
        (ZH, EN.replace("31", "13"), ["en"]),
        (ZH, EN + " 7", ["en"]),
        (ZH.replace("31", "三十一"), EN, ["zh"]),
    ],
)
def test_the_sentence_tells_the_numbers_and_no_others(zh, en, red):
    lines = found(said(zh, en), "sentence")

    assert [line.fields[0] for line in lines if line.state == "differs"] == red


def test_a_half_is_rounded_as_it_is_printed():
    # 38.5 of 100 is printed as 38, 37.5 as 38: to the even one.
    text = "Of 100 people 38; of 100 people 38"

    assert {x.state for x in found(said(text, text, 0.385, 0.375), "sentence")} == {"agrees"}


def test_the_sentence_of_a_level_tells_its_bounds_and_its_people():
    top = est("top_box", outcome="satisfaction", value=0.8184, n=1200)
    ends = bounds("silent_bounds", 0.5713, 0.8734, outcome="satisfaction")
    text = "81.8% of 1,200 people; it could be 57.1% to 87.3%."

    good = level(top, ends, headline={"zh": text, "en": text})
    assert {x.state for x in found(good, "sentence")} == {"agrees"}
    bad = level(top, ends, headline={"zh": text, "en": text.replace("57.1", "57.2")})
    assert [x.state for x in found(bad, "sentence")] == ["agrees", "differs"]
    assert rests_on(good) >= {top["id"], ends["id"], "headline"}


def test_the_sentence_of_ratings_tells_orders_and_bounds_and_not_the_scale():
    ends = bounds("top_rating_bounds", 0.305, 0.97, outcome="satisfaction", n=3510, events=1175,
                  dims={"all": "all"}, definition="4 or more of 5")  # fmt: skip
    text = "Of 3,510 orders 1,175 were rated; 30.5% to 97.0% good (4 or more of 5)."
    told = {"zh": text, "en": text.replace("1,175", "1,157")}

    for primary in ("top_box", "wave_change"):
        results = level(ends, reason="ratings_survey_refused", headline=told)
        results["plan"]["primary"] = primary
        assert one(results, "level").state == "agrees"
        assert [x.state for x in found(results, "sentence")] == ["agrees", "differs"]


def test_the_sentence_of_an_audit_tells_its_counts_in_their_order():
    counts = {"agrees": 5, "contradicts": 1, "not_reachable": 2, "units_differ": 0,
              "cannot_verify": 9, "unquantified": 3}  # fmt: skip
    tally = [est("tally", "figures", outcome="claims", dims={"of": "figures", "verdict": v},
                 value=float(n), denominator=20) for v, n in counts.items()]  # fmt: skip

    def told(text):
        verdict = est("verdict", "none", outcome="claims", verdict="audited")
        return report(verdict, *tally, outcome="claims", headline={"zh": text, "en": text})

    assert {x.state for x in found(told("20: 3, 5, 9, 3"), "sentence")} == {"agrees"}
    assert {x.state for x in found(told("20: 5, 3, 9, 3"), "sentence")} == {"differs"}
    assert {x.state for x in found(told("20: 3, 5, 9"), "sentence")} == {"differs"}


def test_where_nothing_can_be_assessed_the_sentence_is_the_reason():
    results = level(word="not_assessable", reason="too few",
                    headline={"zh": "too few", "en": "too many"})  # fmt: skip

    assert [x.state for x in found(results, "reason")] == ["agrees", "differs"]


def beside(p, value=0.2, low=0.1, high=0.3, public=True, twin=None, **more):
    fields = dict(method="entropy_balancing", n=90, public=public, low=low, high=high)
    made = [
        est("verdict", "none", verdict="not_assessable"),
        est("adjusted_difference", "points", value=value, **fields, **more),
        est("adjusted_difference_p", "p", value=p, public=public),
    ]
    if twin is not None:
        made += [
            est("measure_difference", "mean", dims={"m": "x"}, value=1.0, **{**fields, "low": 0.2,
                "high": 1.8}),
            est("measure_p", "p", dims={"m": "x"}, value=twin, public=public),
        ]  # fmt: skip
    return report(*made)


def test_a_p_value_is_one_that_its_interval_can_have():
    def p(df):
        return 2 * stats.t.sf(2 * stats.t.isf(0.025, df), df)

    normal = 2 * stats.norm.sf(2 * stats.norm.isf(0.025))
    for good in (p(4.0), p(30), normal):
        assert one(beside(good), "p_range").state == "agrees"
    for bad in (p(3.9), normal * 0.99):
        assert one(beside(bad), "p_range").state == "differs"
    # Two tests of the same people have the same degrees of freedom.
    other = 2 * stats.t.sf(1.25 * stats.t.isf(0.025, 30), 30)
    assert one(beside(p(30), twin=other), "p_freedom").state == "agrees"
    assert one(beside(p(30), twin=other * 1.001), "p_freedom").state == "differs"


def test_a_rounded_p_value_has_more_room_and_a_bound():
    z = 2 * stats.norm.isf(0.025)
    rounded = {k: 2 * stats.norm.sf(k) for k in (round(z, 1), round(z, 1) + 0.4)}
    good, bad = rounded.values()

    assert one(beside(good, public=False), "p_range").state == "agrees"
    assert one(beside(bad, public=False), "p_range").state == "differs"


def test_a_value_lies_in_the_middle_of_its_interval():
    assert one(beside(0.01), "middle").state == "agrees"
    assert one(beside(0.01, value=0.21), "middle").state == "differs"
    assert one(beside(0.01, value=0.201, public=False), "middle").state == "agrees"
    assert one(beside(0.01, value=0.202, public=False), "middle").state == "differs"


def test_a_report_holds_together():
    good = est("risk", dims={"b": "1", "a": "2"}, value=0.2, low=0.1, high=0.3, n=10, events=2)
    wrong = {
        "ordered": [
            {**good, "value": 0.4},
            {**good, "events": 11},
            {**good, "n": -1, "events": -2},
        ],
        "empty": [{**good, "disclosure": "withheld"}, {**good, "verdict": "not_assessable"}],
        "ids": [{**good, "id": "here.recidivism.risk[b=1,a=2]"}],
    }
    for how, spoilt in wrong.items():
        assert one(report(good), how).state == "agrees"
        for e in spoilt:
            assert one(report(e), how).state == "differs", (how, e)


def test_a_withheld_place_does_not_tell_its_side():
    place = est("place_share", outcome="reach", dims={"township": "t"}, method="below")
    withheld = {**place, "disclosure": "withheld"}

    assert one(report(withheld), "empty").state == "differs"
    untold = {**withheld, "method": {"code": "untold", "text": {}}}
    assert one(report(untold), "empty").state == "agrees"


def flow(*kept, public=True):
    made = []
    for i, (n, out) in enumerate(kept):
        for measure, value in (("kept", n), ("left_out", out)):
            made.append(est("flow", "persons", dims={"measure": measure, "step": str(i)},
                            value=float(value), n=value, public=public))  # fmt: skip
    return report(*made)


def test_who_is_left_out_is_no_longer_there():
    assert states(flow((100, 0), (80, 20)), "flow") == {"flow[measure=kept,step=1]": "agrees"}
    assert one(flow((100, 0), (81, 20)), "flow").state == "differs"
    assert one(flow((100, 0), (85, 20), public=False), "flow").slack == 7.5


def test_the_planned_look_is_the_result_itself():
    gap = est("adjusted_difference", "points", value=0.2, low=0.1, high=0.3, method="weights")
    look = est("definition_difference", "points", dims={"definition": "d"}, value=0.2, low=0.1,
               high=0.3, method="weights")  # fmt: skip

    assert one(report(gap, look, definition="d"), "same").state == "agrees"
    assert one(report(gap, {**look, "low": 0.11}, definition="d"), "same").state == "differs"
    assert found(report(gap, look, definition="other"), "same") == []
    assert found(report(gap, look, definition="d", landmark=90), "same") == []


def test_rows_are_out_of_their_table():
    rows = est(
        "table_rows", "rows", outcome="quality", dims={"table": "t"}, value=9.0, n=9, events=9
    )
    groups = [est("linked", "rows", outcome="quality", dims={"table": "t", "group": g}, value=1.0,
                  n=n, events=1) for g, n in (("a", 4), ("b", 5))]  # fmt: skip
    gap = est("missing", "rows", outcome="quality", dims={"table": "t", "column": "c"}, value=2.0,
              n=9, events=2)  # fmt: skip

    def red(*made):
        return {x.how for x in check(report(*made, outcome="quality")) if x.state == "differs"}

    assert red(rows, gap, *groups) == set()
    assert red(rows, {**gap, "n": 8}) == {"same"}
    # Rows of neither group are in the table; no group has more than that.
    assert red(rows, {**groups[0], "n": 3}, groups[1]) == set()
    assert red(rows, {**groups[0], "n": 5}, groups[1]) == {"at_least_parts"}


def test_the_numbers_behind_a_word_are_followed_to_their_roots():
    results = said(ZH, EN)
    (verdict,) = found(results, "verdict")

    # Limits that nothing gives are roots themselves; a risk is not one of the verdict's.
    assert {name.split(".")[2] + "." + field for name, field in roots(results, verdict)} == {
        "risk_difference.low", "risk_difference.high", "risk_difference_p.value",
    }  # fmt: skip
