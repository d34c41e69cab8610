"""An area of one's own: a ledger and an area file, and nothing else, make a report."""

import csv
import io
import shutil

import pytest
from bs4 import BeautifulSoup
from tests.helpers import ROOT, swapped

from evalkit.batch import plan_jobs
from evalkit.batch.executors.inline import InlineExecutor
from evalkit.batch.preflight import check_all
from evalkit.errors import DataError
from evalkit.export import write_portal
from evalkit.outcomes import claims, open_report
from evalkit.protocol import read_study

from .conftest import build_one, evalkit, results

AREA = """\
code = "rivertown"
order = 9
level = "county"
name = { en = "Rivertown", zh = "河镇" }
place = { en = "River Province", zh = "河省" }
source = "river-2025"

[ledger]
file = "rivertown.csv"
source = { en = "the county's paper", zh = "县报" }
licence = "facts"

[[relations]]
code = "groups"
kind = "part_of"
parts = ["RT-02", "RT-03"]
whole = "RT-01"
exclusive = true
complete = false
one_each = false
stated = true
fact = { en = "each child is in one of two groups", zh = "每名儿童只在一组" }
place = { en = "first paragraph", zh = "第一段" }

[[relations]]
code = "content"
kind = "share_of"
share = "RT-04"
base = "RT-05"
stated = true
fact = { en = "of the parents who were asked", zh = "受访家长中" }
place = { en = "second paragraph", zh = "第二段" }

[[relations]]
code = "volunteers"
kind = "same_quantity"
figures = ["RT-06", "RT-07"]
stated = true
fact = { en = "the volunteers are counted twice", zh = "志愿者人数两处报道" }
place = { en = "headline; third paragraph", zh = "标题；第三段" }

[[relations]]
code = "again"
kind = "repeats"
figures = ["RT-05", "RT-09"]
stated = true
fact = { en = "the parents asked are named again", zh = "受访家长人数再次写出" }
place = { en = "second and last paragraph", zh = "第二段；末段" }
"""
COLUMNS = ("claim_id", "outcome", "indicator", "unit", "rounding", "printed_figure")
FIGURES = (
    ("RT-01", "reach", "children", "", "", "657名", "657 children came", "来了657名儿童"),
    ("RT-02", "reach", "by_day", "", "", "402名", "402 came by day", "日间组402名"),
    ("RT-03", "reach", "by_night", "", "", "298名", "298 came at night", "夜间组298名"),
    ("RT-04", "satisfaction", "content", "", "", "99%", "99% are content", "99%满意"),
    ("RT-05", "satisfaction", "asked", "", "", "49名", "49 were asked", "询问了49名家长"),
    ("RT-06", "inputs", "volunteers", "", "", "近3000人", "nearly 3000 help", "志愿者近3000人"),
    ("RT-07", "inputs", "volunteers", "", "", "超2100人", "over 2100 help", "志愿者超2100人"),
    ("RT-08", "satisfaction", "trust", "flag", "none", "", "trust rose", "信任度上升"),
    ("RT-09", "satisfaction", "asked", "", "", "49名", "49 parents replied", "受访家长49名"),
)
# What the text allows to be said of each figure, and of each finding.
CLAIMS = {
    "RT-01": "contradicts",
    "RT-04": "not_reachable",
    # Parts are not branded by their whole, and to stand twice makes no figure right.
    **dict.fromkeys(("RT-02", "RT-03", "RT-05", "RT-06", "RT-07", "RT-09"), "cannot_verify"),
    "RT-08": "unquantified",
}
FINDINGS = {
    "groups": "contradicts",
    "content": "not_reachable",
    "volunteers": "cannot_verify",
    "again": "agrees",
    "unquantified:RT-08": "unquantified",
}
SUM = {"en": "402 + 298 = 700 > 657.", "zh": "402＋298＝700 > 657。"}


def ledger(lang=("en", "zh")):
    """The ledger with the statements of some languages."""
    text = io.StringIO()
    kept = [i for i, code in enumerate(("en", "zh")) if code in lang]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *(f"statement_{('en', 'zh')[i]}" for i in kept)])
    writer.writerows([*figure[:6], *(figure[6 + i] for i in kept)] for figure in FIGURES)
    return text.getvalue()


def write(folder, area=AREA, name="rivertown"):
    """Write an area file with its ledger, in both languages."""
    (folder / f"{name}.toml").write_text(area, encoding="utf-8")
    (folder / "rivertown.csv").write_text(ledger(), encoding="utf-8")
    return folder / f"{name}.toml"


def write_chinese(folder):
    """Write an area that speaks Chinese alone; its files as a Chinese office would name them."""
    lines = []
    for line in AREA.replace("rivertown", "hezhen").splitlines():
        before, _, chinese = line.partition("{ en = ")
        lines.append(f"{before}{{ zh{chinese.partition(', zh')[2]}" if chinese else line)
    text = "\n".join(lines).replace("hezhen.csv", "河镇.csv")
    (folder / "hezhen.toml").write_text(text, encoding="utf-8")
    (folder / "河镇.csv").write_text(ledger(("zh",)), encoding="utf-8-sig")
    return folder / "hezhen.toml"


def verdicts(estimates, estimand, dim):
    return {
        dict(e["dims"])[dim]: e["verdict"] for e in estimates.values() if e["estimand"] == estimand
    }


BUILT = (("both", "rivertown"), ("chinese", "hezhen"))


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The area in both languages and the one in Chinese; then the first of them again."""
    folder = tmp_path_factory.mktemp("own")
    write(folder)
    write_chinese(folder)
    for reports, code in BUILT:
        built = evalkit("run", "--study", f"{code}.toml", "--reports", reports, cwd=folder)
        assert built.returncode == 0, built.stdout + built.stderr
        assert "Reports built: 1," in built.stdout
    assert build_one(folder, "rivertown", "claims", "rivertown.toml").error is None
    return folder


# What reads the one run stays in one worker, so that it runs once.
pytestmark = pytest.mark.xdist_group("own_area")


@pytest.mark.parametrize(("reports", "code"), BUILT)
def test_an_area_file_alone_builds_a_report_with_the_verdicts_expected(ran, reports, code):
    estimates = results(ran / reports, code, code, "claims")

    assert verdicts(estimates, "claim", "claim") == CLAIMS
    assert verdicts(estimates, "finding", "check") == FINDINGS
    assert estimates[f"{code}.claims.verdict"]["verdict"] == "audited"
    ((data, _),) = estimates[f"{code}.claims.verdict"]["data"]
    assert data == f"claims-{code}"


def test_the_arithmetic_of_each_finding_stands_in_the_report(ran):
    estimates = results(ran / "both", "rivertown", "rivertown", "claims")

    reasons = {
        dict(e["dims"])["check"]: e["reason"]["text"]["en"]
        for e in estimates.values()
        if e["estimand"] == "finding"
    }
    assert reasons["groups"] == SUM["en"]
    # 66/67 is 98.507%; of 66 or fewer, one missing gives 98.485% or less, none 100%.
    assert reasons["content"] == (
        "48 ÷ 49 = 97.96%, 49 ÷ 49 = 100%: no whole count of 49 gives 99% [98.5%, 100%). "
        "The smallest base that can is 67 (66 ÷ 67)."
    )
    assert reasons["volunteers"] == ("[2,500, 3,000); [2,100, 2,200): the ranges do not overlap.")
    # Their ends are assumed: "nearly 3000" may be 2150, and so may "more than 2100".
    settle = estimates["rivertown.claims.finding[check=volunteers]"]["would_pass"]["text"]
    assert settle["en"].startswith("the exact count: a rounding word")


def test_a_repeat_counts_once(ran):
    estimates = results(ran / "both", "rivertown", "rivertown", "claims")

    tally = {
        dict(e["dims"])["verdict"]: (e["value"], e["denominator"])
        for e in estimates.values()
        if e["estimand"] == "tally" and dict(e["dims"])["of"] == "figures"
    }
    assert tally == {
        "contradicts": (1, 8), "not_reachable": (1, 8), "units_differ": (0, 8), "agrees": (0, 8),
        "derived": (0, 8), "cannot_verify": (5, 8), "unquantified": (1, 8),
    }  # fmt: skip


def test_built_twice_the_estimates_are_equal(ran):
    first, again = (results(ran / f, *["rivertown"] * 2, "claims") for f in ("both", "out"))

    assert list(first) == list(again)
    assert first == again


@pytest.mark.parametrize(("reports", "code"), BUILT)
def test_there_is_a_page_in_each_language_of_the_area_and_in_no_other(ran, reports, code):
    languages = {"rivertown": ("en", "zh"), "hezhen": ("zh",)}[code]

    pages = {p.name: p for p in (ran / reports / code / code / "claims").glob("*.html")}

    assert sorted(pages) == [f"report.{lang}.html" for lang in languages]
    for lang in languages:
        html = pages[f"report.{lang}.html"].read_text(encoding="utf-8")
        assert SUM[lang] in BeautifulSoup(html, "html.parser").get_text()
    index = (ran / reports / "index.html").read_text(encoding="utf-8")
    assert f"{code}/{code}/claims/report.{languages[0]}.html" in index


def test_areas_of_different_languages_may_share_a_folder_of_reports(ran, tmp_path):
    for reports, code in BUILT:
        shutil.copytree(ran / reports / code, tmp_path / code)

    pages = [BeautifulSoup(p.read_text("utf-8"), "html.parser") for p in write_portal(tmp_path)]

    chinese, english = pages
    # Each study is named as it names itself: the Chinese one has no English name.
    assert "Rivertown" not in chinese.get_text()
    assert {"Rivertown", "河镇"} <= set(english.stripped_strings)
    # A page leads to the reports in its language, and to one that has no other as it is.
    for page, lang in ((chinese, "zh"), (english, "en")):
        links = {a["href"] for a in page("a") if a["href"].endswith("html")}
        links = {link for link in links if "claims" in link}
        own = f"rivertown/rivertown/claims/report.{lang}.html"
        assert links == {"hezhen/hezhen/claims/report.zh.html", own}


def test_beside_others_and_their_ledger_it_has_the_same_verdicts(project):
    among_others(project)
    alone = open_report(project / "data/areas/rivertown.toml", "rivertown", "claims", "en")
    beside = open_report(project / "study.toml", "rivertown", "claims", "zh")

    first, second = (claims.audit(r, approx=0.05, level=0.95) for r in (alone, beside))

    assert first.checked.verdicts == second.checked.verdicts == CLAIMS
    assert [e.id for e in first.estimates] == [e.id for e in second.estimates]
    assert [t.name for t in beside.ledger] == ["claims[area=rivertown]", "claims-rivertown"]


def test_the_overview_of_a_study_contains_an_area_with_its_own_ledger(project):
    among_others(project)

    assert build_one(project, "all", "claims").error is None

    estimates = results(project / "out", "pilots", "all", "claims")
    counted = {
        dict(e["dims"])["area"]: e["denominator"]
        for e in estimates.values()
        if e["estimand"] == "tally" and ["of", "figures"] in e["dims"] and len(e["dims"]) == 3
    }
    assert list(counted) == list(read_study(project / "study.toml").areas)
    assert (counted["rivertown"], len(counted)) == (8, 9)
    used = [name for name, _ in estimates["all.claims.verdict"]["data"]]
    assert used == ["claims", "claims-rivertown"]
    for lang, name in (("en", "Rivertown"), ("zh", "河镇")):
        page = project / "out" / "pilots" / "all" / "claims" / f"report.{lang}.html"
        assert name in BeautifulSoup(page.read_text("utf-8"), "html.parser").get_text()


def among_others(project, make=write, code="rivertown"):
    """Put an area into a copy of the repository's study, beside the shared ledger."""
    make(project / "data" / "areas")
    study = project / "study.toml"
    text = study.read_text("utf-8")
    study.write_text(swapped(text, '"yiliang"]', f'"{code}", "yiliang"]'), encoding="utf-8")


def changed(old, new, name="rivertown"):
    """How to spoil the area file: what stands there, what is written instead, its name."""
    return lambda folder: write(folder, swapped(AREA, old, new), name)


def in_english_study(folder):
    """List an area that speaks Chinese alone in a study that speaks English too."""
    shutil.copytree(ROOT / "data" / "areas", folder / "data" / "areas")
    shutil.copy(ROOT / "study.toml", folder)
    among_others(folder, write_chinese, "hezhen")


def with_slip(folder):
    """Write the area; one id in its ledger, in line 3, may not be."""
    write(folder).with_suffix(".csv").write_text(swapped(ledger(), "RT-02", "RT 02"), "utf-8")


def with_the_same_ids(folder):
    """Write a second area of the study, with the ledger of the first."""
    second = AREA.replace('"rivertown"', '"hilltown"')
    among_others(folder.parents[1], lambda areas: write(areas, second, "hilltown"), "hilltown")


RAW = (
    "rivertown.toml: the ledger lies under data/raw, where persons are. Printed figures are "
    "public: move it to another folder.",
    "rivertown.toml：登记表位于存放个人数据的 data/raw。报道中的数字是公开的，请移到别的文件夹。",
)
FILE = 'file = "rivertown.csv"'
OWN = ["--study", "rivertown.toml"]
# How the files are made, the words of the command, exit code, English, Chinese.
WRONG = {
    "the code of all areas": (
        lambda folder: write(folder, AREA.replace('"rivertown"', '"all"'), "all"),
        ["--study", "all.toml"], 3,
        "all.toml: an area may not have the code all: it stands for all areas together. Rename it.",
        "地区代码不能是 all，它代表全部地区。请改名。"),
    "a ledger of raw data": (changed(FILE, 'file = "data/raw/r.csv"'), OWN, 3, *RAW),
    "a ledger that comes to lie there": (changed(FILE, 'file = "data/x/../Raw/r"'), OWN, 3, *RAW),
    "a name that is not the code": (
        changed('code = "rivertown"', 'code = "rivertwn"'), OWN, 3,
        "rivertown.toml: code is rivertwn, the file name says rivertown. They must be the same.",
        "代码写的是 rivertwn，文件名是 rivertown。请改成一致。"),
    "a ledger without a file": (
        changed(f"{FILE}\n", ""), OWN, 3, "[ledger]: missing file. Add it.", "缺少 file。请补上。"),
    "a ledger with columns": (
        changed(FILE, f'{FILE}\ncolumns = {{ unit = "u" }}'), OWN, 3,
        "[ledger]: unknown columns. Known: file, licence, source.", "不认识 columns。"),
    "a source without a language": (
        changed(', zh = "县报"', ""), OWN, 3,
        "claims-rivertown has no words in zh. Add them.", "claims-rivertown 缺少 zh 的文字。"),
    "a name in no language that we speak": (
        changed('{ en = "Rivertown", zh = "河镇" }', '{ fr = "Rivière" }'), OWN, 3,
        "[name]: name = fr is not known. Known: en, zh.", "[name]：name = fr 不在可选范围内。"),
    "a figure in two roles": (
        changed('parts = ["RT-02", "RT-03"]', 'parts = ["RT-01"]'), OWN, 3,
        "rivertown.toml, [relations 1]: the figure RT-01 plays two roles. Name each figure once.",
        "rivertown.toml，[relations 1]：数字 RT-01 担任了两个角色。每个数字只写一次。"),
    "a figure that is not in the ledger": (
        changed('parts = ["RT-02", "RT-03"]', 'parts = ["RT-02", "RT-33"]'), OWN, 3,
        "[relations 1]: there is no figure RT-33 in the ledger of this area. Nearest: RT-03",
        "[relations 1]：该地区的登记表中没有数字 RT-33。最接近的有：RT-03"),
    "a slip in the ledger": (
        with_slip, OWN, 4, "rivertown.csv, line 3: claim_id RT 02 must begin with",
        "rivertown.csv，第3行：claim_id RT 02 须以"),
    "an area file without a ledger": (
        lambda folder: write(folder, AREA[: AREA.index("[ledger]")]), OWN, 3,
        "is an area file without a ledger of its own. Add [ledger] to it, or name the study file.",
        "这是没有自带登记表的地区文件。请添加 [ledger]，或在 --study 中写研究文件。"),
    "a ledger that is not there": (
        lambda folder: (write(folder), (folder / "rivertown.csv").unlink()), OWN, 4,
        "rivertown.csv: there is no such file. Check the path.",
        "rivertown.csv：没有这个文件。请核对路径。"),
    "a language that the study needs": (
        in_english_study, ["--study", "study.toml"], 3,
        "hezhen.toml: hezhen has no words in en. Add them.", "hezhen 缺少 en 的文字。请补上。"),
    "an outcome without data": (
        write, [*OWN, "--outcome", "reach"], 2,
        "There is no outcome reach. Outcomes: claims.", "没有评估内容 reach"),
    "all areas of one": (
        write, [*OWN, "--area", "all"], 2,
        "There is no area all in study rivertown. Areas: rivertown.", "没有地区 all"),
    "the same area twice": (write, OWN * 2, 2, "(rivertown)", "（rivertown）"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_one_line_and_nothing_is_written(tmp_path, command, name, lang):
    make, words, code, english, chinese = WRONG[name]
    make(tmp_path)

    exit_code, _, complaint = command("run", *words, "--reports", "out", cwd=tmp_path, lang=lang)

    assert exit_code == code
    assert {"en": english, "zh": chinese}[lang] in complaint
    assert len(complaint.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("area", "outcome"), [(None, "reach"), ("yiliang", None)])
def test_a_ledger_that_a_run_does_not_read_stops_nothing(project, area, outcome):
    among_others(project)
    with_slip(project / "data" / "areas")

    check_all(
        plan_jobs([str(project / "study.toml")], area, outcome, project / "out"), InlineExecutor()
    )


@pytest.mark.parametrize(("spoil", "area"), [(with_slip, "all"), (with_the_same_ids, None)])
def test_what_stops_the_overview_is_found_before_a_run(project, spoil, area):
    among_others(project)
    spoil(project / "data" / "areas")

    jobs = plan_jobs([str(project / "study.toml")], area, "claims", project / "out")

    with pytest.raises(DataError):
        check_all(jobs, InlineExecutor())
