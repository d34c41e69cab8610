"""Printed figures: spans, quotients, tallies; and what several reports say of one figure."""

import pytest

from evalkit.recompute.check import across, check, joined

from .made import est, found, one, report


def e(estimand, unit="persons", **more):
    return est(estimand, unit, outcome="claims", **more)


def claim(name, value, low, high, method="exact", unit="persons", verdict="cannot_verify", **more):
    return e("claim", unit, dims={"claim": name}, value=value, low=low, high=high, level=None,
             interval="rounding", method=method, verdict=verdict, **more)  # fmt: skip


def audited(*estimates, **more):
    return report(*estimates, outcome="claims", **more)


def red(*estimates):
    return {line.how for line in check(audited(*estimates)) if line.state == "differs"}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (claim("1", 50.0, 50.0, 50.0), {"high": 51.0}),
        (claim("1", 488040.0, 488035.0, 488045.0, "last_digit"), {"low": 488034.0}),
        (claim("1", 0.99, 0.985, 0.995, "last_digit", "share"), {"high": 0.996}),
        (claim("1", 2200.0, 2200.0, 2300.0, "over"), {"high": 2310.0}),
        (claim("1", 480000.0, 480000.0, 490000.0, "truncated"), {"low": 479000.0}),
    ],
)
def test_a_figure_s_span_is_one_that_its_reading_can_have(good, bad):
    assert red(good) == set() and one(audited(good), "read_as").check
    assert red({**good, **bad}) == {"read_as"}


def test_about_a_number_has_no_rule():
    assert found(audited(claim("1", 3000.0, 2500.0, 3000.0, "nearly")), "read_as") == []


OVER = claim("A", 2.5e6, 2.5e6, 2.6e6, "over", "person_times")
UNDER = claim("B", 5.67e6, 5.67e6, 5.68e6, "over", "hours")


def derived(method, group, value, low, high, unit="share"):
    return e("derived", unit, dims={"check": "c"}, method=method, group=group, value=value,
             low=low, high=high, level=None, interval="rounding", verdict="derived")  # fmt: skip


def test_a_quotient_is_of_whole_spans_and_may_have_a_sum_below():
    told = derived("per_unit", "A+B", 2.5 / 5.67, 2.5 / 5.68, 2.6 / 5.67)
    assert red(OVER, UNDER, told) == set()
    assert red(OVER, UNDER, {**told, "low": 0.44}) == {"quotient"}
    more = claim("C", 1e6, 1e6, 1e6)
    summed = derived("derived_share", "A+B+C", 2.5 / 6.67, 2.5 / 6.68, 2.6 / 6.67)
    assert red(OVER, UNDER, more, summed) == set()
    assert found(audited(OVER, told), "quotient") == []


def test_a_base_that_is_implied_is_whole():
    share = claim("S", 0.2343, 0.23425, 0.23435, "last_digit", "share")
    count = claim("N", 488040.0, 488035.0, 488045.0, "last_digit")
    told = derived("implied_base", "S+N", 488040 / 0.2343, 2082505.0, 2083436.0, "persons")

    assert red(share, count, told) == set()
    assert red(share, count, {**told, "high": 2083437.0}) == {"base"}
    assert red(share, count, {**told, "low": 2082504.0}) == {"base"}


def tally(of="figures", area=None, **counts):
    whole = sum(counts.values()) if of == "figures" else None
    dims = {"area": area} if area else {}
    return [e("tally", of, dims={"of": of, "verdict": v, **dims}, value=float(n), denominator=whole)
            for v, n in counts.items()]  # fmt: skip


def test_a_tally_counts_each_verdict():
    claims = [claim(str(i), 1.0, 1.0, 1.0) for i in range(3)]
    counted = tally(cannot_verify=3, agrees=0)

    assert red(*claims, *counted) == set()
    assert {line.state for line in found(audited(*claims, *counted), "tally")} == {"agrees"}
    assert red(*claims, *tally(cannot_verify=2, agrees=1)) == {"tally"}
    spoilt = [{**counted[0], "denominator": 4}, {**counted[1], "denominator": 4}]
    assert red(*claims, *spoilt) == {"sum"}


def test_a_figure_that_repeats_another_is_counted_once():
    claims = [claim(str(i), 1.0, 1.0, 1.0) for i in range(3)]

    (line, other) = found(audited(*claims, *tally(cannot_verify=2, agrees=0)), "tally")
    assert line.state == other.state == "agrees" and line.check
    assert red(*claims, *tally(cannot_verify=1, agrees=1)) == {"tally"}


def finding(verdict, group, method="count_base"):
    return e("finding", "none", dims={"check": group + method}, verdict=verdict, group=group,
             method=method)  # fmt: skip


def test_findings_are_counted_where_all_are_shown():
    shown = [claim("A", 1.0, 1.0, 1.0), finding("agrees", "B")]

    assert red(*shown, *tally("findings", agrees=1, derived=0)) == set()
    assert red(*shown, *tally("findings", agrees=2, derived=0)) == {"tally"}
    # A report over all areas counts findings that it does not show.
    assert red(finding("agrees", "B"), *tally("findings", agrees=2, derived=0)) == set()


def test_a_figure_s_word_comes_from_a_finding_that_names_it():
    bad = claim("A", 1.0, 1.0, 1.0, verdict="units_differ")

    assert red(bad, finding("units_differ", "B+A")) == set()
    assert red(bad, finding("units_differ", "B+C")) == {"judged"}
    assert red(bad, finding("agrees", "A")) == {"judged"}
    assert red(claim("A", 1.0, 1.0, 1.0)) == set()


def test_what_figures_lack_is_counted_from_what_each_lacks():
    gaps = [est("gap", "none", dims={"claim": c}, reason=r, verdict="not_assessable")
            for c, r in (("A", "date+n"), ("B", "n"))]  # fmt: skip
    told = [est("gaps", "figures", dims={"missing": m}, value=v, denominator=2)
            for m, v in (("date", 1.0), ("n", 2.0))]  # fmt: skip

    results = report(*gaps, *told)
    assert {line.state for line in found(results, "tally")} == {"agrees"}
    assert one(report(*gaps, {**told[1], "value": 1.0}), "tally").state == "differs"
    general = est("gap", "none", reason="n", verdict="not_assessable")
    assert len(found(report(*gaps, general, *told), "tally")) == 2
    other = report(*gaps, {**told[0], "denominator": 3})
    assert found(other, "tally") == []


def test_the_tally_over_all_areas_is_the_sum_of_theirs():
    parts = [*tally(area="x", agrees=1), *tally(area="y", agrees=2)]

    assert red(*parts, *tally(agrees=3)) == set()
    assert red(*parts, *tally(agrees=4)) == {"sum"}


def of_area(results, code):
    return {**results, "area": {"code": code, "name": {}}}


def test_a_figure_and_a_tally_are_the_same_in_every_report():
    claims = of_area(audited(claim("A", 0.9, 0.9, 0.9, unit="share"), *tally(agrees=1)), "x")
    printed = est("printed", "percent", dims={"claim": "A"}, value=90.0, outcome="reach")
    reach = of_area(report(printed, outcome="reach"), "x")
    whole = of_area(audited(*tally(area="x", agrees=1)), "all")

    lines = across([claims, reach, whole])
    assert [[line.state for line in of] for of in lines] == [[], ["agrees"], ["agrees"]]
    spoilt = of_area(report({**printed, "value": 91.0}, outcome="reach"), "x")
    more = of_area(audited(*tally(area="x", agrees=2)), "all")
    assert [[line.state for line in of] for of in across([claims, spoilt, more])] == [
        [], ["differs"], ["differs"],
    ]  # fmt: skip
    # What another report gives is not told as what cannot be found again.
    (same,) = lines[2]
    assert not same.check and lines[1][0].check
    made = joined(check(whole), lines[2])
    assert [line.how for line in made if line.id == same.id] == ["sum", "same"]
    # Of another area the same id is another figure.
    assert across([claims, of_area(reach, "y")]) == [[], []]


@pytest.mark.parametrize(("value", "low", "high"), [(1.0, 0.995, 1.0), (0.0, 0.0, 0.005)])
def test_a_share_at_the_end_of_its_scale_has_half_a_reading(value, low, high):
    told = claim("A", value, low, high, "last_digit", unit="share")

    assert {line.state for line in found(audited(told), "read_as")} == {"agrees"}
    assert "read_as" in red(claim("A", value, low - 0.001, high, "last_digit", unit="share"))
