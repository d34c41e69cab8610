"""Bundles as somebody might alter them: each attack, who could make it, and what must be said.

An attack changes the members of a good bundle. Then it is packed again as its attacker could: the
list of files left as it was, made anew, or made anew and signed.
"""

import hashlib
import io
import json
import re
import zipfile

import openpyxl

from evalkit.bundle.archive import write_archive
from evalkit.bundle.manifest import MANIFEST, SIGNATURE, STAMP, UNLISTED, manifest_of
from evalkit.bundle.sign import sign

LIFE = "reports/reference/life/recidivism"
PAGE, RESULTS, NOTEBOOK = f"{LIFE}/report.en.html", f"{LIFE}/results.json", f"{LIFE}/report.ipynb"
RISK = "life.recidivism.risk_difference[window=52w]"
WHEEL = "code/evalkit-0.1.0-py3-none-any.whl"


def packed(path, members, key=None, remake=True):
    """Write a bundle of these members; with a new list unless the attacker left it."""
    members = dict(members)
    if remake:
        held = {n: hashlib.sha256(c).hexdigest() for n, c in members.items() if n not in UNLISTED}
        members[MANIFEST] = manifest_of(held)
    if key is not None:
        members[SIGNATURE] = sign(members[MANIFEST], key).encode()
    write_archive(path, members)
    return path


def text(members, name, before, after, count=1):
    """Replace words in a file; stop where they are not there."""
    held = members[name].decode()
    assert before in held, (name, before)
    members[name] = held.replace(before, after, count).encode()


def in_json(members, name, change):
    data = json.loads(members[name])
    change(data)
    members[name] = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def estimate(data, key=RISK):
    return next(e for e in data["estimates"] if e["id"] == key)


def in_notebook(members, change):
    """Change each of our outputs of the notebook."""

    def each(data):
        for cell in data["cells"]:
            for output in cell.get("outputs", []):
                for kind, held in output.get("data", {}).items():
                    if kind.startswith("application/vnd.evalkit") and "estimates" in held:
                        change(held)

    in_json(members, NOTEBOOK, each)


def of_risk(**values):
    def change(held):
        for each in held["estimates"]:
            if each["id"] == RISK:
                each |= values

    return change


def digit(members, name=PAGE):
    """Alter one printed digit: the first of the headline's difference."""
    held = members[name].decode()
    found = re.search(r'data-ek="life\.recidivism\.risk_difference\[window=52w\]"[^>]*>\D*8', held)
    assert found, name
    members[name] = (held[: found.end() - 1] + "9" + held[found.end() :]).encode()


# The files of another report, by name: whoever makes the bundle puts them here.
OTHER = {}


def swapped(form):
    def change(members):
        members[f"{LIFE}/report.en.{form}"] = OTHER[f"report.en.{form}"]

    return change


def code_cells(members, change):
    def each(data):
        change([cell for cell in data["cells"] if cell["cell_type"] == "code"])

    in_json(members, NOTEBOOK, each)


def unrun(cells):
    cells[3]["execution_count"] = None


def out_of_order(cells):
    cells[2]["execution_count"], cells[3]["execution_count"] = 4, 3


def failed(cells):
    cells[3]["outputs"].append(
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    )


def printed(cells):
    cells[3]["outputs"].append(
        {"output_type": "stream", "name": "stdout", "text": "99 % of parents are satisfied"}
    )


def consistent(members):
    """Change the estimate wherever data hold it, and no page."""
    in_notebook(members, of_risk(value=-0.02))
    in_json(members, RESULTS, lambda data: estimate(data).update(value=-0.02))


def unearned(members):
    """Have the notebook's own words say another number than its estimate, in both languages."""

    def change(held):
        def walk(value):
            if isinstance(value, dict):
                if value.get("estimate") == RISK and value.get("look") in ("number", "key"):
                    value["text"] = value["text"].replace("8.3", "1.3")
                    value["number"] = -1.3
                for inner in value.values():
                    walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)

        walk(held["content"])

    in_notebook(members, change)


def said(members):
    """Have a sentence of the notebook say a number that no estimate has."""

    def change(held):
        if held["name"] == "headline":
            for lang in held["text"]:
                held["text"][lang] += " 77,777"

    in_notebook(members, change)


def deep(members):
    members[RESULTS] = b"[" * 100_000 + b"]" * 100_000


def without(name):
    return lambda members: members.pop(name)


def other_report(members):
    """Hand one report over in the place of another."""
    for name in [n for n in members if n.startswith(f"{LIFE}/")]:
        del members[name]
    members |= {f"{LIFE}/{name}": content for name, content in OTHER.items()}


def put(name, content=b"<p>All is well</p>"):
    return lambda members: members.update({name: content})


def crate(change):
    return lambda members: in_json(members, "ro-crate-metadata.json", change)


def forgotten_part(data):
    data["@graph"][1]["hasPart"].pop()


def other_hash(data):
    next(e for e in data["@graph"] if e["@id"] == PAGE)["sha256"] = "0" * 64


def tro(members):
    held = members["tro.jsonld"].decode()
    held = held.replace("trov:InternetAccessDetection", "trov:InternetIsolation")
    members["tro.jsonld"] = held.encode()


def mark(members):
    in_json(members, "bundle.json", lambda data: data.update(made_up=True))


def crate_again(members):
    """Have the crate tell of each file as it is now: an attacker who leaves no list behind."""

    def each(data):
        for entity in data["@graph"]:
            if entity.get("sha256") and entity["@id"] in members:
                held = members[entity["@id"]]
                entity |= {
                    "sha256": hashlib.sha256(held).hexdigest(),
                    "contentSize": str(len(held)),
                }

    in_json(members, "ro-crate-metadata.json", each)


def hooked(members):
    """Code that an installation would run of itself, in no fingerprint of a report."""
    made = io.BytesIO(members[WHEEL])
    with zipfile.ZipFile(made, "a") as wheel:
        wheel.writestr("zz.pth", "import zz\n")
    members[WHEEL] = made.getvalue()


def own_program(members):
    """A command of the wheel that leads to somebody else's code."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(members[WHEEL])) as one, zipfile.ZipFile(made, "w") as other:
        for name in one.namelist():
            more = b"evil = zz:main\n" if name.endswith("entry_points.txt") else b""
            other.writestr(name, one.read(name) + more)
    members[WHEEL] = made.getvalue()


def in_study(**values):
    return lambda members: in_json(members, "bundle.json", lambda d: d["studies"][0].update(values))


def other_notebooks(members):
    """The study is said to have notebooks of its own, which nobody's report names."""
    name = "inputs/reference/studies/forged/recidivism.ipynb"
    members[name] = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    in_study(notebooks="studies/forged")(members)


def in_content(name, change):
    """Change what the notebook shows under a name, in both languages."""

    def each(held):
        if held["name"] == name:
            for content in held["content"].values():
                change(content)

    return lambda members: in_notebook(members, each)


def title(content):
    content["title"] = "77,777 of 88,888 stayed out of prison"


def sentence(content):
    content["blocks"].append({"lines": [{"pieces": [{"text": "77,777 families were reached"}]}]})


def everywhere(members):
    """An interval altered in the record, wherever it stands; the pages are left."""
    in_notebook(members, of_risk(high=-0.05))
    in_json(members, RESULTS, lambda data: estimate(data).update(high=-0.05))


def far(members):
    """A workbook with one cell a million rows away: to walk there takes hours."""
    book = openpyxl.load_workbook(io.BytesIO(members[f"{LIFE}/report.en.xlsx"]))
    book.worksheets[1]["XFD1048576"] = 1
    made = io.BytesIO()
    book.save(made)
    members[f"{LIFE}/report.en.xlsx"] = made.getvalue()


def garbled(members):
    """A Word file whose packed parts cannot be unpacked."""
    raw = bytearray(members[f"{LIFE}/report.en.docx"])
    at = raw.find(b"word/document.xml") + 60
    raw[at : at + 40] = b"\xff" * 40
    members[f"{LIFE}/report.en.docx"] = bytes(raw)


def hidden_script(members):
    text(members, PAGE, "</main>", "<script>alert(1)</script></main>")


def alter(name, before, after):
    return lambda members: text(members, name, before, after)


def results(change):
    return lambda members: in_json(members, RESULTS, change)


def about(**values):
    return lambda members: in_json(members, "bundle.json", lambda data: data.update(values))


def cells(change):
    return lambda members: code_cells(members, change)


def elsewhere(members):
    in_json(members, "bundle.json", lambda data: data["studies"][0].update(file="../../x"))


def more_reports(members):
    in_json(members, "bundle.json", lambda data: data["reports"].append("reports/a/b/c"))


def no_reports(members):
    for name in [name for name in members if name.startswith("reports/")]:
        del members[name]


def disordered(members):
    members[MANIFEST] = b"".join(sorted(members[MANIFEST].splitlines(True)))


SUMMARY = "reports/reference/life/summary/report.en.html"
STUDY = "inputs/reference/studies/reference/study.toml"
LOCK = "code/requirements.lock"
TABLE = "inputs/reference/data/reference/rossi.csv"
FOUR_THREE_THREE = '"rawValue": "433"'

# What only damages, or what somebody on the way can do who has no key: the list is as it was.
ON_THE_WAY = {
    "a printed digit": (digit, "verify.changed"),
    "a result": (results(lambda data: estimate(data).update(n=433)), "verify.changed"),
    "a file more": (put("reports/hello.html"), "verify.unlisted"),
    "a file less": (without(f"{LIFE}/report.en.pdf"), "verify.gone"),
    "an empty list": (put(MANIFEST, b""), "verify.unlisted"),
    "no list": (without(MANIFEST), "bundle.member_missing"),
    "a list in another order": (disordered, "bundle.manifest"),
    "garbage for a signature": (put(SIGNATURE, b"signed, the office"), "verify.signature_broken"),
    "garbage for a time stamp": (put(STAMP, b"today"), "verify.stamp_broken"),
}

# What somebody can do who makes the list anew, and signs it with a key that the reader trusts.
BY_THE_SENDER = {
    "a printed digit": (digit, "verify.html"),
    "a sentence more": (alter(PAGE, "</main>", "<p>It works: 99 %.</p></main>"), "verify.remade"),
    "a script in the page": (hidden_script, "verify.remade"),
    "a result": (results(lambda data: estimate(data).update(value=-0.02)), "verify.estimate"),
    "a result and its notebook": (consistent, "verify.shown"),
    "a result less": (results(lambda data: data["estimates"].pop()), "verify.estimate_gone"),
    "the headline": (results(lambda data: data["headline"].update(en="Good.")), "verify.results"),
    "the plan of the results": (results(lambda d: d["plan"].update(window=26)), "verify.results"),
    "results that are no JSON": (put(RESULTS, b"{"), "verify.results"),
    "results without an end": (deep, "verify.results"),
    "the words of the notebook": (unearned, "verify.shown"),
    "a number in a sentence": (said, "verify.unexplained"),
    "a cell that was not run": (cells(unrun), "verify.order"),
    "cells out of order": (cells(out_of_order), "verify.order"),
    "a cell that failed": (cells(failed), "verify.notebook"),
    "a bare print": (cells(printed), "verify.notebook"),
    "a notebook that is none": (put(NOTEBOOK, b"{}"), "verify.notebook"),
    "no notebook": (without(NOTEBOOK), "verify.missing"),
    "the PDF of another report": (swapped("pdf"), "verify.pdf"),
    "the Word file of another": (swapped("docx"), "verify.docx"),
    "the workbook of another": (swapped("xlsx"), "verify.xlsx_estimate"),
    "a PDF that is none": (put(f"{LIFE}/report.en.pdf", b"%PDF-1.7"), "verify.unreadable"),
    "a Word file that is none": (put(f"{LIFE}/report.zh.docx", b"PK"), "verify.unreadable"),
    "a report in another's place": (other_report, "verify.place"),
    "a page without a report": (put("reports/reference/life/x/page.html"), "verify.notebook"),
    "a page beside the reports": (put("reports/notes/page.html"), "verify.stray_file"),
    "another page in the report": (put(f"{LIFE}/report.fr.html"), "verify.extra"),
    "the time": (
        put(f"{LIFE}/made.json", b'{"made_at": "2020-01-01T00:00:00Z"}'),
        "verify.made_at",
    ),
    "the summary": (alter(SUMMARY, "</main>", "<p>Yes.</p></main>"), "verify.listing"),
    "the portal": (alter("reports/index.html", "</main>", "<p>Yes.</p></main>"), "verify.listing"),
    "the table of results": (alter("results/estimates.csv", "432", "433"), "verify.listing"),
    "the shape of ARS": (
        alter("results/ars.json", '"rawValue": "432"', FOUR_THREE_THREE),
        "verify.listing",
    ),
    "the deviations": (put("plan/deviations.csv", b"id\nnone\n"), "verify.listing"),
    "the fingerprints of tables": (put("data/fingerprints.csv", b""), "verify.listing"),
    "the checklists": (put("checklists/checklists.csv", b"all met"), "verify.listing"),
    "the page that checks": (alter("check.html", "</html>", "<p>Good.</p>"), "verify.listing"),
    "the page to read first": (alter("README.md", "#", "# Approved."), "verify.listing"),
    "the script that runs again": (put("code/run-again.sh", b"#!/bin/sh\n"), "verify.listing"),
    "a crate without a file": (crate(forgotten_part), "verify.crate"),
    "a crate with another hash": (crate(other_hash), "verify.crate"),
    "no crate": (without("ro-crate-metadata.json"), "verify.crate"),
    "the run's record": (tro, "verify.listing"),
    "the code": (put(WHEEL, b"PK\x05\x06" + b"\0" * 18), "verify.wheel"),
    "other versions of packages": (alter(LOCK, "==3.", "==2."), "verify.wheel"),
    "what was agreed": (alter(STUDY, "window = 52", "window = 26"), "verify.agreed"),
    "a mark of made-up data": (mark, "verify.mark"),
    "a newer version": (about(schema=99, evalkit="9.0"), "bundle.newer"),
    "what it says it is": (put("bundle.json", b"[]"), "bundle.contents"),
    "a place elsewhere": (elsewhere, "bundle.contents"),
    "a report that it does not hold": (more_reports, "verify.reports_differ"),
    "no report at all": (no_reports, "verify.no_report"),
    "a hook in the code": (hooked, "verify.wheel"),
    "a program in the code": (own_program, "verify.wheel"),
    "which code it was": (about(package_sha256="0" * 64), "verify.other_code"),
    "notebooks of the study": (other_notebooks, "verify.notebook_other"),
    "another study file": (in_study(file="studies/reference/areas/life.toml"), "verify.agreed"),
    "a table behind the results": (alter(TABLE, ",1,", ",0,"), "verify.table_other"),
    "a program beside the reports": (put("run.exe"), "verify.stray_file"),
    "a page in the summary": (put(f"{SUMMARY}.html"), "verify.stray_file"),
    "a table of persons": (put("data/persons.csv"), "verify.stray_file"),
    "the title of a table": (in_content("balance_table", title), "verify.unexplained"),
    "a sentence shown alone": (in_content("headline", sentence), "verify.unexplained"),
    "an interval everywhere": (everywhere, "verify.recomputed"),
    "a cell too far": (far, "verify.unreadable"),
    "a garbled Word file": (garbled, "verify.un"),
}
