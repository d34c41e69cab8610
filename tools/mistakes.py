"""Make docs/explanation/mistakes.md and mistakes.zh.md from what the tests compute.

    .venv/bin/python tools/mistakes.py

Each mistake is planted where nothing has an effect (`src/evalkit/sample/mistakes/`), then
analysed in the usual way and in ours (`tests/sample/analyses.py`). A number is the mean over
many seeds. A test holds the pages to what this tool would write.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "explanation"
PAGES = {"en": FOLDER / "mistakes.md", "zh": FOLDER / "mistakes.zh.md"}
# How a result is printed: a difference in points, a count, or a share in per cent.
POINTS, COUNT, SHARE = "points", "count", "share"
KINDS = {
    "immortal_time": POINTS,
    "regression_to_mean": COUNT,
    "unadjusted": POINTS,
    "follow_up": POINTS,
    "clustering": SHARE,
    "matching": POINTS,
    "person_times": SHARE,
    "ceiling": SHARE,
    "weights": SHARE,
    "multiplicity": SHARE,
}

HEAD = {
    "en": """\
# Ten mistakes, and what they do to a result

Made by `tools/mistakes.py`; do not edit. [中文](mistakes.zh.md)

In each line data were made up in which the programme does **nothing**, or whose true value is
known, and analysed twice: in the way that is usual, and in ours. Numbers are means over
{seeds} sets of data. "False finds" are the share of sets in which a test at 5 % finds
an effect; "coverage" is the share of 95 % intervals that hold the true value. The data are
made in `src/evalkit/sample/mistakes/`, the analyses are in `tests/sample/analyses.py`, and
`make test` holds each number to what it should be, and to the truth when the mistake is not
planted.

| mistake | what is usual | what we do | what is measured | truth | usual | ours |
|---|---|---|---|---:|---:|---:|
""",
    "zh": """\
# 十种错误，以及它们对结果的影响

由 `tools/mistakes.py` 生成，请勿手工修改。[English](mistakes.md)

每一行都用虚构数据：其中项目**毫无**作用，或真值已知；同一数据按常见做法和本库做法各分析一次。
表中数字是 {seeds} 份数据的平均。“误报”指以 5% 为界检验时，报出“有效果”的数据所占比例；
“覆盖率”指 95% 区间中含有真值的比例。数据由 `src/evalkit/sample/mistakes/` 生成，分析写在
`tests/sample/analyses.py`；`make test` 逐一核对每个数字，并核对不含该错误时常见做法也能得到真值。

| 错误 | 常见做法 | 本库做法 | 衡量的是 | 真值 | 常见做法的结果 | 本库的结果 |
|---|---|---|---|---:|---:|---:|
""",
}
# Of each mistake: its name, what is usual, what we do, what is measured.
WORDS = {
    "en": {
        "immortal_time": (
            "immortal time",
            "those who started against all others",
            "groups as assigned at the index",
            "difference of risks in a year",
        ),
        "regression_to_mean": (
            "regression to the mean",
            "before and after, of those chosen at their worst",
            "against others chosen in the same way",
            "change in offences a year",
        ),
        "unadjusted": (
            "no adjustment, quitters dropped",
            "those who completed against those who never joined",
            "all who joined, adjusted (doubly robust)",
            "difference of risks",
        ),
        "follow_up": (
            "unequal follow-up, moves, failed links",
            "share with an offence on record",
            "cumulative incidence at 365 days among the linked",
            "difference of risks in a year",
        ),
        "clustering": (
            "areas analysed as people",
            "chi-square over people, 12 areas",
            "errors from areas (CR2)",
            "false finds",
        ),
        "matching": (
            "matching without overlap",
            "the nearest neighbour, however far",
            "no finite weights: refused",
            "difference of risks",
        ),
        "person_times": (
            "person-times counted as people",
            "visits over the target group",
            "different people over the target group",
            "share reached",
        ),
        "ceiling": (
            "satisfaction of those who answered",
            "4 and 5 among the ratings given",
            "bounds over whatever the others think",
            "share satisfied",
        ),
        "weights": (
            "weights as frequencies",
            "the interval of a share of so many people",
            "error of the design",
            "coverage",
        ),
        "multiplicity": (
            "many outcomes",
            "any of 20 with p < 0.05",
            "p-values adjusted (Holm)",
            "false finds",
        ),
    },
    "zh": {
        "immortal_time": (
            "永生时间",
            "已开始的人与其余所有人相比",
            "按基准日的分组比较",
            "一年内风险之差",
        ),
        "regression_to_mean": (
            "向均值回归",
            "在最差时入选的人，前后相比",
            "与同样方式入选的人相比",
            "每年违法次数的变化",
        ),
        "unadjusted": (
            "未作调整，剔除中途退出者",
            "完成者与从未参加者相比",
            "所有参加者，经调整（双重稳健）",
            "风险之差",
        ),
        "follow_up": (
            "随访长短不一、迁出、关联失败",
            "有违法记录者所占比例",
            "关联成功者 365 天的累积发生率",
            "一年内风险之差",
        ),
        "clustering": (
            "把地区当作个人分析",
            "按人做卡方检验，12 个地区",
            "按地区计算误差（CR2）",
            "误报",
        ),
        "matching": (
            "两组没有重叠仍做匹配",
            "取最近者，不论多远",
            "权重无有限解，拒绝给出",
            "风险之差",
        ),
        "person_times": ("把人次当作人数", "人次除以目标人群", "不同的人除以目标人群", "覆盖比例"),
        "ceiling": (
            "只看作答者的满意度",
            "所给评分中的 4 分和 5 分",
            "不论其余人怎么想都成立的上下界",
            "满意比例",
        ),
        "weights": ("把权数当作频数", "按那么多人计算的比例区间", "按抽样设计计算误差", "覆盖率"),
        "multiplicity": ("指标众多", "20 项中任一项 p < 0.05", "校正后的 p 值（Holm）", "误报"),
    },
}
UNITS = {"en": " points", "zh": " 个百分点"}
REFUSED = {"en": "refused: `{key}`", "zh": "拒绝：`{key}`"}


def measured() -> dict[str, tuple[float, Any, Any]]:
    """Return the truth of each mistake, the usual results and ours, a row a seed."""
    sys.path.insert(0, str(ROOT))
    from tests.sample.analyses import MISTAKES

    return {m.name: (m.truth, m.results(m.naive), m.results(m.ours)) for m in MISTAKES}


def page(lang: str, found: dict[str, tuple[float, Any, Any]]) -> str:
    """Return the page in one language.

    Parameters
    ----------
    lang : str
        Its language.
    found : dict
        As `measured` gives it.
    """
    sizes = {len(usual) for _, usual, _ in found.values()}
    lines = [HEAD[lang].format(seeds="–".join(str(n) for n in (min(sizes), max(sizes))))]
    for name, (truth, usual, ours) in found.items():
        numbers = [_shown(result, KINDS[name], lang) for result in ([truth], usual, ours)]
        lines.append(f"| {' | '.join((*WORDS[lang][name], *numbers))} |\n")
    return "".join(lines)


def _shown(result: Any, kind: str, lang: str) -> str:
    if isinstance(result, str):
        return REFUSED[lang].format(key=result)
    columns = zip(*result, strict=True) if hasattr(result[0], "__len__") else [result]
    means = [sum(column) / len(column) for column in map(list, columns)]
    shown = [_number(mean, kind) for mean in means]
    if kind == SHARE:
        shown = [f"{text}%" if lang == "zh" else f"{text} %" for text in shown]
    joint = " 至 " if lang == "zh" else " to "
    return joint.join(shown) + (UNITS[lang] if kind == POINTS else "")


def _number(value: float, kind: str) -> str:
    text = f"{value:.2f}" if kind == COUNT else f"{100 * value:.1f}"
    # A minus before nothing says less than nothing.
    text = text.removeprefix("-") if not float(text) else text
    return text.replace("-", "\N{MINUS SIGN}")


def main() -> None:
    """Write both pages."""
    found = measured()
    for lang, path in PAGES.items():
        path.write_text(page(lang, found), encoding="utf-8")


if __name__ == "__main__":
    main()
