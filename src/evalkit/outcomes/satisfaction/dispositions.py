"""What became of everyone asked, and the outcome rates of AAPOR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from evalkit.disclosure import counted, part, people, ratio
from evalkit.estimators.response_rates import ResponseRates, response_rates
from evalkit.outcomes.analysis import Yielded, analysis, measure
from evalkit.outcomes.satisfaction.answers import Answers
from evalkit.outcomes.satisfaction.response import INELIGIBLE, asked_of
from evalkit.schema import load_schema
from evalkit.words import Term

# Final dispositions, and the count of AAPOR that each belongs to.
CODES = {
    "interview": "complete",
    "partial": "partial",
    "refusal": "refusal",
    "noncontact": "no_contact",
    "other": "other",
    "unknown_household": "unknown",
    "unknown_other": "unknown",
    INELIGIBLE: "not_eligible",
}


class _Rate(NamedTuple):
    """A rate, with the people above and below its line as far as they are whole."""

    code: str
    above: tuple[str, ...]
    below: tuple[str, ...]


KNOWN = ("complete", "partial", "refusal", "no_contact", "other")
REACHED = ("complete", "partial", "refusal", "other")
# Beside response rate 1, which stands for itself.
RATES = (
    _Rate("rr3", ("complete",), (*KNOWN, "unknown")),
    _Rate("coop1", ("complete",), REACHED),
    _Rate("ref1", ("refusal",), (*KNOWN, "unknown")),
    _Rate("con1", REACHED, (*KNOWN, "unknown")),
)


@analysis("response_rate")
def response_rate(answers: Answers) -> Iterator[Yielded]:
    """Return what became of everyone asked, with the outcome rates of AAPOR.

    Parameters
    ----------
    answers : Answers or Refusal
        From `draw_answers`.

    Returns
    -------
    Result or Refusal
        ``response_rate``, AAPOR's first: complete interviews out of everyone sampled who was
        not found ineligible; ``outcome_rate[rate]``: response rate 3, which takes of those
        whose eligibility is not known the share found among the others, and the rates of
        cooperation, refusal and contact; ``disposition[disposition]``: how many. Refused where
        the data hold no dispositions, or respondents alone: then how many were asked is not
        in them; and where the frame says that another number was asked.
    """
    report = answers.report
    asked = asked_of(answers)
    table = answers.table
    last = table.frame[table.frame["last_wave"]] if "last_wave" in table.rules else table.frame
    many = {code: int((last["disposition"] == code).sum()) for code in CODES}
    counts: dict[str, int] = dict.fromkeys(CODES.values(), 0)
    for code, name in CODES.items():
        counts[name] += many[code]
    gate = report.gate(table)
    # Of counts as they are told: a rate of the true ones would tell those that are rounded.
    found = response_rates(**{name: gate.count(n) for name, n in counts.items()})
    about: dict[str, Any] = dict(population=report.study.label(answers.item))
    yield measure(
        "response_rate",
        part(counts["complete"], len(asked)),
        by=ratio,
        unit="share",
        method=report.term("method.rr1"),
        **about,
    )
    for rate in RATES:
        # Of those not known a share can be taken where some are, and some were found not to be.
        if rate.code == "rr3" and not (counts["unknown"] and counts["not_eligible"]):
            continue
        yield from _rate(answers, rate, counts, found, about)
    for code, n in many.items():
        if not n:
            continue
        yield measure(
            "disposition",
            people(n),
            by=counted,
            dims=(("disposition", code),),
            unit="persons",
            digits=0,
            definition=_name(answers, code),
            **about,
        )


def _name(answers: Answers, code: str) -> Term:
    label = load_schema("survey").columns["disposition"].choices[code].label
    return Term(code, {lang: label.text[lang] for lang in answers.report.languages})


def _rate(
    answers: Answers,
    rate: _Rate,
    counts: dict[str, int],
    found: ResponseRates,
    about: dict[str, Any],
) -> Iterator[Yielded]:
    value = getattr(found, rate.code)
    if value is None:
        return
    above, below = (sum(counts[name] for name in names) for names in (rate.above, rate.below))
    yield measure(
        "outcome_rate",
        part(above, below),
        # Below the line of a rate that takes some as eligible stands no whole number.
        by=ratio if rate.code != "rr3" else lambda a, b: {"events": a},
        model=(lambda: value) if rate.code == "rr3" else None,
        dims=(("rate", rate.code),),
        unit="share",
        row=True,
        method=answers.report.term(f"method.{rate.code}"),
        **about,
    )
