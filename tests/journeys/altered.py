"""Ways in which somebody may alter a bundle; the lists of attacks are made of them.

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
from evalkit.bundle.manifest import MANIFEST, SIGNATURE, UNLISTED, manifest_of
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


def withheld(members):
    """Tables that nobody withholds: whatever is said to stay away is held against nothing."""
    item = {"kind": "table", "name": "life", "status": "confidential", "place": "data/life.csv"}
    in_study(withheld=[item])(members)


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
