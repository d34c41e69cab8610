"""Every picture is as it was last looked at: what stands where, how large and in which colour.

To look at them anew after a change of their looks, run this file with EVALKIT_PICTURES=1,
which writes pictures.json again, open a report, and commit both.
"""

import importlib
import json
import os
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from tests.helpers import ROOT

from evalkit import present
from evalkit.estimate import Estimate
from evalkit.outcomes import Result, claims, open_report, reach, recidivism, satisfaction
from evalkit.present.hundred import Span, hundred_svg

from .test_claims import AREA, HEAD

# The package has a function of the module's name.
figures = importlib.import_module("evalkit.present.figure")
KEPT = Path(__file__).with_name("pictures.json")
ANEW = "EVALKIT_PICTURES"
# Points of a hundredth of an inch: letters are set a little differently by each build of
# the library that draws them, and a border of a letter moves what stands beside it.
NEAR = 1.5


def place(artist, renderer):
    box = artist.get_window_extent(renderer)
    return [round(float(x), 1) for x in (box.x0, box.y0, box.width, box.height)]


def described(drawing):
    """What is drawn, each as words that must be the same and numbers that must be near."""
    canvas = FigureCanvasAgg(drawing)
    canvas.draw()
    renderer = canvas.get_renderer()
    found = [["size", [round(100 * float(x), 1) for x in drawing.get_size_inches()]]]
    for text in drawing.findobj(Text):
        if text.get_visible() and text.get_text():
            words = f"{text.get_text()}|{to_hex(text.get_color())}|{text.get_weight()}"
            numbers = [*place(text, renderer), 10 * text.get_fontsize()]
            found.append([f"text|{words}", numbers])
    for line in drawing.findobj(Line2D):
        if line.get_visible() and len(line.get_xdata()):
            look = [to_hex(line.get_color()), line.get_linestyle(), str(line.get_marker())]
            sizes = [10 * line.get_linewidth(), 10 * line.get_markersize()]
            found.append(["line|" + "|".join(look), [*place(line, renderer), *sizes]])
    for patch in drawing.findobj(Patch):
        if patch.get_visible() and patch is not drawing.patch:
            look = [to_hex(patch.get_facecolor()), to_hex(patch.get_edgecolor())]
            look.append(str(patch.get_hatch()))
            numbers = [*place(patch, renderer), 10 * patch.get_linewidth()]
            found.append(["patch|" + "|".join(look), numbers])
    for one in drawing.findobj(Collection):
        look = [to_hex(colour, keep_alpha=True) for colour in one.get_facecolor()]
        widths = [10 * float(width) for width in one.get_linewidth()]
        found.append(["area|" + "|".join(look), [*place(one, renderer), *widths]])
    return found


@pytest.fixture
def drawn(monkeypatch):
    """Catch each drawing on its way to be written; return what is drawn."""
    caught = []
    write = figures.saved

    def saved(drawing, *args):
        caught.append(described(drawing))
        return write(drawing, *args)

    monkeypatch.setattr(figures, "saved", saved)
    return caught


def audit(area):
    report = open_report(ROOT / "study.toml", area, "claims", "en")
    return claims.audit(report, approx=report.plan.approx, level=report.plan.level)


TOWN = (
    AREA
    + """
[[relations]]
code = "sum"
kind = "part_of"
parts = ["T-1", "T-2", "T-3"]
whole = "T-4"
exclusive = false
complete = false
one_each = false
stated = true
fact = { en = "of these", zh = "其中" }
place = { en = "here", zh = "此处" }
"""
)


def overlapping(folder, *figures):
    """Three parts of a whole, which together are more than it."""
    rows = "".join(f"T-{i},reach,a,{n},,no. {i},第{i}\n" for i, n in enumerate(figures, start=1))
    (folder / "town.toml").write_text(TOWN, encoding="utf-8")
    (folder / "town.csv").write_text(HEAD + rows, encoding="utf-8")
    report = open_report(folder / "town.toml", "town", "claims", "en")
    audited = claims.audit(report, approx=report.plan.approx, level=report.plan.level)
    return present.parts_figure(audited)


def reference(area, outcome):
    return open_report(ROOT / "studies" / "reference" / "study.toml", area, outcome, "en")


def overview():
    report = open_report(ROOT / "study.toml", "all", "claims", "en")
    seen = claims.overview(report, approx=report.plan.approx, level=report.plan.level)
    return present.completeness_figure(seen)


def curves():
    report = reference("life", "recidivism")
    plan = report.plan
    followed = recidivism.draw_cohort(report, plan.definition, plan.window, plan.subset)
    return present.curve_figure(recidivism.curve(followed, plan.curve_interval, plan.level))


def choices():
    report = reference("life", "recidivism")
    plan = report.plan
    followed = recidivism.draw_cohort(report, plan.definition, plan.window, plan.subset)
    found = recidivism.specifications(
        followed, plan.adjustment, plan.covariates, plan.level, plan.cluster,
        calipers=(0.1, 0.2), windows=(26,),
    )  # fmt: skip
    return present.specifications_figure(found)


def released(picture):
    """Of the North Carolina releases, who are made alike."""
    study = ROOT / "studies" / "reference" / "release.toml"
    report = open_report(study, "north_carolina", "recidivism", "en")
    plan = report.plan
    followed = recidivism.draw_cohort(report, plan.definition, plan.window, plan.subset)
    by = {"adjustment": plan.adjustment, "covariates": plan.covariates}
    if picture == "curve":
        made = recidivism.curve(followed, plan.curve_interval, plan.level, **by)
        return present.curve_figure(made)
    alike = recidivism.weigh(followed, **by)
    if picture == "love":
        return present.love_figure(recidivism.profile(followed, plan.covariates), alike)
    return present.overlap_figure(alike)


def forest():
    """Two differences, the planned one marked, and one that is not shown."""
    report = reference("life", "recidivism")
    names = ("rearrest", "age", "married")
    given = ((-0.10, -0.18, -0.02), (-0.004, -0.006, 0.05), None)
    rows = []
    for name, numbers in zip(names, given, strict=True):
        known = dict(zip(("value", "low", "high"), numbers, strict=True)) if numbers else {}
        about = {"interval": "confidence", "level": 0.95} if numbers else {
            "reason": report.term("reason.specification")
        }  # fmt: skip
        rows.append(
            Estimate(
                area="life", outcome="recidivism", estimand="definition_difference",
                unit="points", dims=(("definition", name),), disclosure="public",
                definition=report.study.label(name), method=report.term("method.doubly_robust"),
                **known, **about,
            )
        )  # fmt: skip
    return present.definitions_figure(Result(report, tuple(rows)))


def answers():
    report = reference("copenhagen", "satisfaction")
    plan = report.plan
    found = satisfaction.draw_answers(report, plan.item, plan.subset)
    return present.distribution_figure(satisfaction.distribution(found, plan.by))


def odds():
    """Groups of several columns, and one whose odds differ from cut to cut."""
    report = reference("copenhagen", "satisfaction")
    found = satisfaction.draw_answers(report, report.plan.item, "")
    return present.odds_figure(satisfaction.odds(found, report.plan.groups, 0.95, 0.2))


def silent():
    """A share of those who answered, one of their places, and what all asked could come to."""
    report = reference("copenhagen", "satisfaction")
    given = (("top_box", 0.8, 0.75, 0.84), ("placed_share", 0.78, 0.72, 0.83))
    about = {"area": "copenhagen", "outcome": "satisfaction", "unit": "share"}
    about |= {"disclosure": "public"}
    told = [
        Estimate(estimand=name, value=value, low=low, high=high, interval="confidence",
                 level=0.95, **about)
        for name, value, low, high in given
    ]  # fmt: skip
    bounds = (
        Estimate(estimand="silent_share", value=0.3, **about),
        Estimate(estimand="silent_bounds", low=0.56, high=0.86, interval="bounds", **about),
        Estimate(estimand="tipping", reason=report.term("tipping.above", share=0.5), **about),
    )
    results = [Result(report, one) for one in ((told[0],), bounds, (told[1],))]
    return present.bounds_figure(*results)


def shares():
    report = reference("malawi", "reach")
    plan = report.plan
    target = reach.draw_target(report, plan.definition, plan.subset)
    return present.shares_figure(reach.shares(target, plan.by[0], "clustered", plan.level))


def hundred():
    ends, sides = ("10 fewer", "1 more"), ("fewer", "more")
    span = Span(-4, -10, 1, ends, True, sides, "no gap")
    hundred_svg([("the programme", 14), ("the comparison", 18)], span, "People.", "en", "p")
    share = Span(22, 15, 31, ("15 of 100", "31 of 100"), False, ("nobody", "all"), "")
    hundred_svg([("the people who answered", 22)], share, "People.", "en", "p")
    return hundred_svg([("here", 3)], None, "People.", "en", "p")


PICTURES = {
    "parts": lambda _: present.parts_figure(audit("guigang")),
    "parts that overlap": lambda at: overlapping(at, "300名", "300名", "100名", "650名"),
    "parts that may overlap": lambda at: overlapping(at, "约300名", "约300名", "约60名", "650名"),
    "shares of a base": lambda _: present.shares_of_base_figure(audit("chongzuo")),
    "people and visits": lambda _: present.people_visits_figure(audit("chongzuo")),
    "what figures lack": lambda _: overview(),
    "choices": lambda _: choices(),
    "curves": lambda _: curves(),
    "curves of groups made alike": lambda _: released("curve"),
    "balance": lambda _: released("love"),
    "overlap": lambda _: released("overlap"),
    "definitions": lambda _: forest(),
    "answers": lambda _: answers(),
    "odds": lambda _: odds(),
    "the silent": lambda _: silent(),
    "shares reached": lambda _: shares(),
    "a hundred people": lambda _: hundred(),
}


def _text(known):
    """JSON with a line for each thing that is drawn, to be read where it changes."""
    pictures = [
        f"{json.dumps(name)}: ["
        + ",\n".join(
            "[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]"
            for rows in pages
        )
        + "]"
        for name, pages in sorted(known.items())
    ]
    return "{" + ",\n".join(pictures) + "}\n"


def as_kept(name, drawn, kept):
    """Hold what is drawn to what a file keeps of it; or keep it anew."""
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    if os.environ.get(ANEW):
        known[name] = drawn
        kept.write_text(_text(known), encoding="utf-8")
    assert drawn, "nothing was drawn"
    assert len(drawn) == len(known[name])
    for found, pages in zip(drawn, known[name], strict=True):
        assert [words for words, _ in found] == [words for words, _ in pages]
        for (words, numbers), (_, others) in zip(found, pages, strict=True):
            assert numbers == pytest.approx(others, abs=NEAR), words


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_as_it_was_last_looked_at(name, drawn, tmp_path):
    PICTURES[name](tmp_path)

    as_kept(name, drawn, KEPT)
