"""Results by hand: estimates as a report writes them, and the report around them."""

from evalkit.estimate import Estimate
from evalkit.recompute import check as checking
from evalkit.words import Term

TERMS = ("group", "against", "method", "definition", "window", "reason", "population")


def est(estimand, unit="share", outcome="recidivism", public=True, dims=(), **fields):
    """An estimate as results.json has it; codes stand for terms."""
    for name in TERMS:
        if isinstance(fields.get(name), str):
            fields[name] = Term(fields[name], {"en": fields[name], "zh": fields[name]})
    if "low" in fields and "interval" not in fields:
        level = fields.setdefault("level", 0.95)
        fields["interval"] = "confidence" if level else "bounds"
    told = (fields.get(name) for name in ("value", "low", "verdict", "reason"))
    if all(x is None for x in told):
        fields["reason"] = Term("none", {"en": "none", "zh": "none"})
    return Estimate(
        area="here", outcome=outcome, estimand=estimand, unit=unit, dims=tuple(dict(dims).items()),
        disclosure="public" if public else "rounded", **fields,
    ).to_json()  # fmt: skip


def bounds(estimand, low, high, **more):
    """An estimate of which only two ends are known."""
    return est(estimand, low=low, high=high, level=None, **more)


def report(*estimates, outcome="recidivism", headline=None, status="frozen", **plan):
    """A results.json with these estimates."""
    plan = {"alpha": 0.05, "level": 0.95, **plan}
    return {
        "area": {"code": "here", "name": {"en": "Here", "zh": "此地"}},
        "outcome": outcome,
        "languages": ["zh", "en"],
        "study": {"code": "one", "name": {"en": "One", "zh": "一"}},
        "headline": headline or {"zh": "", "en": ""},
        "plan": plan,
        "provenance": {"plan_status": status},
        "estimates": list(estimates),
    }


def found(results, how):
    """The lines by one rule."""
    return [line for line in checking.check(results) if line.how == how]


def one(results, how):
    """The one line by a rule."""
    (line,) = found(results, how)
    return line


def states(results, how):
    """Id without its head, and state, of each line by a rule."""
    return {line.id.split(".", 2)[-1]: line.state for line in found(results, how)}
