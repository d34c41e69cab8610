"""Reviews and records made for tests: a form as the page saves it, and a bundle as it is seen."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from evalkit.bundle.sign import Key, sign
from evalkit.review.chain import closed, entry, message
from evalkit.review.lists import ITEMS, SCHEMA
from evalkit.review.subject import Place, Report, Subject

FOLDER = "reports/one/here/recidivism"
RESULT = "here.recidivism.risk"
NASTY = "</script><img src=x onerror=alert(1)> =1+1"
WHEN = "2026-11-29T10:00:00+00:00"
ORCIDS = ("0000-0002-1825-0097", "0000-0001-5109-3700")


def private_key(path):
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    return path, Key(key.public_key().public_bytes_raw()).line


def subject(edition="a"):
    """A bundle with one report of one result."""
    estimates = [
        {"id": RESULT, "estimand": "risk", "dims": [], "plan": "planned", "deviations": [],
         "data": [["table", "f" * 64]]},
        {"id": "here.recidivism.bias_domain[domain=missing]", "estimand": "bias_domain",
         "dims": [["domain", "missing"]]},
    ]  # fmt: skip
    results = {"outcome": "recidivism", "estimates": estimates,
               "provenance": {"plan_sha256": "e" * 64}}  # fmt: skip
    places = (Place("exhibit", f"{FOLDER}#table-1", {"en": "Table 1", "zh": "表 1"}),)
    report = Report(FOLDER, results, "b" * 64, {RESULT: 4}, places)
    lines = {f"{FOLDER}/results.json": edition * 64, "plan/plans.json": "c" * 64}
    members = frozenset({*lines, "code/x.py"})
    return Subject(Path("it.zip"), edition * 64, lines, False, (report,), members)


def form(person=1, key="", version=1, word="approve", about=None, items=None, comments=(), **more):
    """A finished review as the page saves it; of what it lacks, more or other."""
    about = about or subject()
    of = {"manifest": about.manifest, "binding": about.binding, "file": about.path.name}
    held = {code: item("met") for code in ITEMS} | (items or {})
    made = {
        "kind": "evalkit review", "schema": SCHEMA, "evalkit": "0.1.0",
        "review": f"{person:032x}", "version": version, "bundle": of,
        "opened": WHEN, "saved": WHEN, "finished": True,
        "reviewer": {
            "name": f"Reviewer {person}", "unit": "A university", "orcid": "", "role": "methods",
            "hours": "6", "key": key, "materials": ["report"], "declines": False,
            "elsewhere": True,
        },
        "conflict": "none", "items": held, "comments": list(comments), "ratings": {},
        "execution": {"class": "full", "codes": [], "comment": ""},
        "verdict": {"word": word, "comment": "", "dissent": ""},
    }  # fmt: skip
    return made | more


def item(found, severity="", comment="", evidence=""):
    return {"found": found, "severity": severity, "comment": comment, "evidence": evidence}


def comment(number, severity="required", text="Please say why.", kind="whole", on="", **again):
    said = {"id": f"c{number}", "kind": kind, "on": on, "severity": severity, "comment": text}
    return {**said, "obtained": "", "tolerance": "", **again}


def step(history, by, action, body, key=None, at=WHEN):
    """Take a step as the commands do; raise where the table does not allow it."""
    line = entry(history.lines, at, by, action, body)
    if key is not None:
        line["signature"] = sign(message(line), key)
    line = closed(line)
    history.take(line)
    return line
