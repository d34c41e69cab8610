"""What a report rests on, in two editions: plan, deviations, data, code, policy.

Imports edition. What an edition does not say is None, and never taken to be the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evalkit.editions.edition import Report

# Of where a report comes from, by the name of the fact.
ORIGIN = {
    "plan": "plan_sha256",
    "plan_status": "plan_status",
    "notebook": "notebook_sha256",
    "version": "version",
    "package": "package_sha256",
    "python": "python",
    "study": "study_sha256",
    "area": "area_sha256",
}
# In the order in which they are listed.
FACTS = (
    *("made_up", "plan", "plan_status", "parameter", "deviation", "data", "notebook", "cell"),
    *("version", "package", "python", "study", "area", "policy", "languages", "headline"),
    *("cautions", "reasons", "stated", "publisher", "logo", "other"),
)
# Their reason is what was chosen or asked for.
STATED = ("choice", "gate", "case_gate")
MADE_UP, NOT_MADE_UP = "made_up", "not_made_up"
# When and from which folder a report was made says nothing of its results.
PASSED_OVER = ("made_at", "parameters", "command")


@dataclass(frozen=True)
class Fact:
    """Something that a report rests on, where the editions differ in it or one does not say.

    Parameters
    ----------
    kind : str
        One of `FACTS`.
    name : str
        Which table, parameter or cell; empty where there is one.
    old, new : str or None
        As each edition has it; empty where it has none, None where it does not say.
    told : bool
        Whether both may be told; where not, only that they differ.
    """

    kind: str
    name: str
    old: str | None
    new: str | None
    told: bool = field(default=True, kw_only=True)

    @property
    def known(self) -> bool:
        """Whether both editions say."""
        return self.old is not None and self.new is not None


def facts_of(old: Report, new: Report) -> tuple[Fact, ...]:
    """Return every fact in which two editions of a report differ, or that one does not tell.

    Parameters
    ----------
    old, new : Report
        Of one place.
    """
    found = [
        *(Fact(kind, "", _origin(old, key), _origin(new, key)) for kind, key in ORIGIN.items()),
        Fact("made_up", "", *(MADE_UP if r.made_up else NOT_MADE_UP for r in (old, new))),
        *_parameters(old, new),
        *_listed("deviation", _deviations(old), _deviations(new)),
        *_data(old, new),
        *_cells(old, new),
        *_listed("policy", _policies(old), _policies(new)),
        Fact("languages", "", _languages(old), _languages(new)),
        *(Fact(key, "", _words(old, key), _words(new, key)) for key in ("headline", "cautions")),
        *(Fact(kind, "", *_reasons(old, new, kind)) for kind in ("reasons", "stated")),
        *(Fact(kind, "", *(_brand(r, kind) for r in (old, new))) for kind in ("publisher", "logo")),
    ]
    differ = [fact for fact in found if not fact.known or fact.old != fact.new]
    return tuple(sorted(differ, key=lambda fact: (FACTS.index(fact.kind), fact.name)))


def _origin(report: Report, key: str) -> str | None:
    found = report.results.get("provenance", {}).get(key)
    return found if isinstance(found, str) else None


def _parameters(old: Report, new: Report) -> Iterable[Fact]:
    before, after = old.results.get("plan"), new.results.get("plan")
    if before is None or after is None:
        yield Fact("parameter", "", None if before is None else "", None if after is None else "")
        return
    for name in sorted({*before, *after}):
        yield Fact("parameter", name, _value(before, name), _value(after, name))


def _value(plan: Mapping[str, Any], name: str) -> str:
    if name not in plan:
        return ""
    return json.dumps(plan[name], ensure_ascii=False, sort_keys=True)


def _deviations(report: Report) -> dict[str, str]:
    """Return each choice that differs from the plan, with what was used."""
    held: dict[str, set[str]] = {}
    for estimate in report.results["estimates"]:
        for each in estimate.get("deviations", []):
            held.setdefault(each["parameter"], set()).add(f"{each['planned']} → {each['used']}")
        if estimate.get("plan") == "exploratory":
            held.setdefault("", set()).add(estimate["estimand"])
    return {name: "; ".join(sorted(values)) for name, values in held.items()}


def _policies(report: Report) -> dict[str, str]:
    versions = {e["policy"] for e in report.results["estimates"] if e.get("policy")}
    return {"": ", ".join(sorted(versions))}


def _listed(kind: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Fact]:
    for name in sorted({*before, *after}):
        yield Fact(kind, name, before.get(name, ""), after.get(name, ""))


def _data(old: Report, new: Report) -> Iterable[Fact]:
    before, after = _tables(old), _tables(new)
    for name in sorted({*before, *after}):
        yield Fact("data", name, before.get(name, ""), after.get(name, ""))


def _tables(report: Report) -> dict[str, str | None]:
    """Return the fingerprints of each table; None where the results keep one to themselves."""
    held: dict[str, set[str | None]] = {}
    for estimate in report.results["estimates"]:
        for name, digest in estimate.get("data", []):
            held.setdefault(name, set()).add(digest or None)
    return {
        name: None if None in found else ", ".join(sorted(d for d in found if d))
        for name, found in held.items()
    }


def _cells(old: Report, new: Report) -> Iterable[Fact]:
    """Return which code cells one edition has and the other does not, by their number."""
    told = [_origin(report, "notebook_sha256") for report in (old, new)]
    if None not in told and told[0] == told[1]:
        return
    if old.cells is None or new.cells is None:
        known = [None if r.cells is None else "" for r in (old, new)]
        yield Fact("cell", "", *known)
        return
    yield Fact("cell", "", _alone(old.cells, new.cells), _alone(new.cells, old.cells))


def _alone(cells: tuple[str, ...], others: tuple[str, ...]) -> str:
    """Return the numbers of cells that the other edition has not, from 1."""
    left = Counter(others)
    found = []
    for number, cell in enumerate(cells, start=1):
        if left[cell]:
            left[cell] -= 1
        else:
            found.append(str(number))
    return ", ".join(found)


def _languages(report: Report) -> str | None:
    found = report.results.get("languages")
    return None if found is None else ", ".join(sorted(map(str, found)))


def _words(report: Report, key: str) -> str | None:
    found = report.results.get(key)
    return None if found is None else json.dumps(found, ensure_ascii=False, sort_keys=True)


def _reasons(old: Report, new: Report, kind: str) -> tuple[str, str]:
    """Return what is another of two reports' reasons, by result.

    Parameters
    ----------
    kind : {"reasons", "stated"}
        Why there is no number; or what a choice, a requirement or a rating states of itself.
    """
    told = []
    for report in (old, new):
        held = report.estimates.items()
        lacks = {k: _has_no_number(e) for k, e in held}
        told.append(
            {
                k: e["reason"]["code"]
                for k, e in held
                if e.get("reason") and lacks[k] == (kind == "reasons")
            }
        )
    both = [k for k in sorted(told[0].keys() & told[1].keys()) if told[0][k] != told[1][k]]
    shown = ["; ".join(f"{k}: {one[k]}" for k in both) for one in told]
    return shown[0], shown[1]


def _has_no_number(estimate: Mapping[str, Any]) -> bool:
    stated = estimate.get("verdict") or estimate["estimand"] in STATED
    return estimate.get("value") is None and not stated


def _brand(report: Report, kind: str) -> str:
    """Return who publishes a report, in every language, or what its logo and colours are."""
    held = report.results["study"].get("brand")
    if not isinstance(held, dict):
        return ""
    if kind == "publisher":
        names = held.get("name")
        return json.dumps(names, ensure_ascii=False, sort_keys=True) if names else ""
    look = [held.get("logo"), held.get("colours")]
    return hashlib.sha256(json.dumps(look, sort_keys=True).encode()).hexdigest()


def other_fact(old: Report, new: Report) -> tuple[Fact, ...]:
    """Return that something differs which nothing else names: a label, a number of decimals.

    Parameters
    ----------
    old, new : Report
        Of one place, of which nothing else was found to differ.
    """
    one, other = _whole(old), _whole(new)
    return () if one == other else (Fact("other", "", one, other),)


def _whole(report: Report) -> str:
    told = report.results.get("provenance", {})
    held = {
        **report.results,
        "provenance": {k: v for k, v in told.items() if k not in PASSED_OVER},
        "estimates": sorted(report.results["estimates"], key=lambda each: each["id"]),
    }
    text = json.dumps(held, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
