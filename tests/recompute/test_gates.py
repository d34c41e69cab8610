"""Requirements: what was found beside what was asked, as far as words tell."""

import pytest

from evalkit.recompute.facts import Facts
from evalkit.recompute.gates import lines

from .made import est, report


def gate(found, limit, kind="share", asked="at_least_share", method="passed", public=True, zh=None):
    e = est("gate", "none", dims={"gate": "g"}, method=method, public=public)
    e["population"] = {"code": kind, "text": {"en": found, "zh": zh or found}}
    e["against"] = {"code": asked, "text": {"en": limit, "zh": limit}}
    return report(e)


def states(results):
    return [line.state for line in lines(Facts(results))]


@pytest.mark.parametrize(
    ("found", "limit", "kind", "asked", "word"),
    [
        ("96%", "at least 95%", "share", "at_least_share", "passed"),
        ("94%", "at least 95%", "share", "at_least_share", "failed"),
        ("95%", "at least 95%", "share", "at_least_share", None),
        ("a: 96%, b: 99%", "at least 95%", "groups", "at_least_share", "passed"),
        ("a: 96%, b: 90%", "at least 95%", "groups", "at_least_share", "failed"),
        ("项目组：12%、对照组：15%", "相差不超过 5%", "groups", "differ_by", "passed"),
        ("a: 12%, b: 30%", "differ by at most 5%", "groups", "differ_by", "failed"),
        ("a: 12%, b: 18%", "differ by at most 5%", "groups", "differ_by", None),
        ("a: none or hardly any, b: 25%", "differ by at most 5%", "groups", "differ_by", None),
        ("a: 2,630, b: 61", "at least 60 each", "groups", "at_least", "passed"),
        ("a: 2,630, b: 59", "at least 60 each", "groups", "at_least", "failed"),
        ("0.09", "at most 0.10", "smd", "at_most_smd", "passed"),
        ("0.11", "at most 0.10", "smd", "at_most_smd", "failed"),
        ("12%", "at most 10%", "share", "at_most_share", "failed"),
        ("2 of 2", "at least 95%", "of", "at_least_share", "passed"),
        ("1 of 2", "at least 95%", "of", "at_least_share", "failed"),
        ("about 5.9", "at least 6", "about", "at_least_places", "failed"),
        ("about 6.1", "at least 6", "about", "at_least_places", "passed"),
        ("all or almost all", "at least 95%", "most", "at_least_share", None),
        ("100%", "everybody", "share", "everybody", None),
    ],
)
def test_a_requirement_s_word_follows_from_its_numbers(found, limit, kind, asked, word):
    for method in ("passed", "failed"):
        wanted = [] if word is None else ["agrees" if method == word else "differs"]
        assert states(gate(found, limit, kind, asked, method)) == wanted
    assert states(gate(found, limit, kind, asked, "unknown")) == []


def test_counts_that_were_rounded_leave_the_threshold_open():
    rounded = dict(kind="groups", asked="at_least", public=False)

    assert states(gate("a: 65, b: 70", "at least 60 each", **rounded)) == ["agrees"]
    assert states(gate("a: 60, b: 70", "at least 60 each", **rounded)) == []
    assert states(gate("a: 55, b: 70", "at least 60 each", **rounded)) == ["differs"]


def test_a_name_with_a_colon_or_a_number_is_not_taken_for_what_was_found():
    assert states(gate("x: y: 96%, b: 99%", "at least 95%", "groups")) == []
    assert states(gate("3 towns: 96%, b: 99%", "at least 95%", "groups")) == ["agrees"]
