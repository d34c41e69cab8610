"""Units that offices write: what each is in the unit of our column.

Imports texts. A word with a scale ("万元", "thousand yuan", "10,000 yuan") is read exactly;
one that is a unit but not of this column ("美元", "月龄", "小时/次") is known as such, so
that it can be refused; anything else is a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evalkit.intake.texts import tidy

MINUTE, SECOND = Fraction(1, 60), Fraction(1, 3600)
ONE, TENTH = Fraction(1), Fraction(1, 10)
_WORDS: Mapping[str, Mapping[Fraction, str]] = {
    "yuan": {ONE: "元 圆 块 块钱 元整 yuan renminbi rmb cny ¥ 人民币", TENTH: "角 毛"},
    "currency": {
        ONE: "美元 美金 usd $ dollar dollars 港元 港币 hkd 欧元 eur euro euros € 日元 jpy 英镑 "
        "gbp £ 澳门元 mop 台币 新台币 twd"
    },
    "hours": {
        ONE: "小时 个小时 时 钟头 h hr hrs hour hours",
        MINUTE: "分钟 分 min mins minute minutes",
        SECOND: "秒 秒钟 sec secs second seconds",
    },
    "days": {
        ONE: "天 日 工作日 day days d 周 星期 week weeks 季度 quarter 课时 学时 节 刻钟 人天 工日 "
        "人日 半天"
    },
    "years": {ONE: "岁 周岁 年 year years yr yrs yearsold"},
    "months": {ONE: "月 个月 月龄 month months monthsold mo"},
    "nominal": {ONE: "虚岁 毛岁"},
    "people": {ONE: "人 名 位 口 个人 person persons people pax"},
    "attendances": {ONE: "人次 attendances visitors"},
    "households": {ONE: "户 家 家庭 household households families"},
    "times": {ONE: "次 回 趟 场 场次 件 起 例 宗 time times case cases visit visits"},
    "points": {ONE: "分 星 颗星 星级 point points pts star stars score"},
    "degrees": {ONE: "度 ° degree degrees deg"},
    "angle": {ONE: "度分秒 弧度 米 m km 公里 千米 dms rad radians"},
    "percent": {ONE: "% 百分比 百分数 percent pct 百分点 percentage ‰ 千分比 ‱ 万分比 permille 成"},
}
# A column in these units may be headed by others that count the same there.
ALIKE = {
    "attendances": ("attendances", "people", "times"),
    "hours_a_week": ("hours_a_week", "hours"),
}
# What a message calls the unit of a column, as a header may write it.
NAMES = {
    **{"yuan": "元 (yuan)", "hours": "小时 (hours)", "hours_a_week": "小时 (hours a week)"},
    **{"years": "周岁 (years)", "people": "人 (people)", "attendances": "人 (people)"},
    **{"times": "次 (times)", "points": "分 (points)", "degrees": "度 (degrees)", "": "—"},
}
WEEKLY = ("周", "每周", "星期", "week", "wk")
_SCALES = {
    **{
        "百": 100,
        "千": 1000,
        "万": 10**4,
        "十万": 10**5,
        "百万": 10**6,
        "千万": 10**7,
        "亿": 10**8,
    },
    **{"十亿": 10**9, "百亿": 10**10, "hundred": 100, "hundreds": 100, "thousand": 1000},
    **{"thousands": 1000, "k": 1000, "'000": 1000, "’000": 1000, "000": 1000, "000s": 1000},
    **{"'000s": 1000, "wan": 10**4, "tenthousand": 10**4, "million": 10**6, "millions": 10**6},
    **{"mn": 10**6, "mio": 10**6, "billion": 10**9, "billions": 10**9, "bn": 10**9},
    **{"hundredmillion": 10**8, "w": 10**4, "10k": 10**4, "100k": 10**5},
}
_AROUND = re.compile(
    r"^(?:计量|金额|数量|货币|时间)?单位(?:[:：]|为|是)?|^(?:以|按|约)|(?:为单位|计算|计|整)$"
    r"|^(?:unit|units|in|of)\b:?|^units?:"
)
_TRADITIONAL = str.maketrans("萬億圓時鐘個歲戶", "万亿元时钟个岁户")
_NUMERAL = re.compile(r"(?:[*x×]?)(10{1,8})")
# What a part of a header must not hold without being understood.
_SUSPECT = re.compile(
    r"[百千万亿][元人次件户个名]|万|亿|分钟|月龄|虚岁|小时|thousand|million|美元|%|‰|yuan|minute|\bmin\b"
    r"|^[分秒时刻天日周月年课节元角百千半个:./-]+$"
)
# A short word of Latin letters behind money or time is a unit that is not known here.
_LATIN = re.compile(r"[a-z:./' ]{1,8}")
BRACKETS = re.compile(
    r"[（(\[【〔{<《「『〖［]([^（）()\[\]【】〔〕{}<>《》「」『』〖〗［］]*)[)）\]】〕}>》」』〗］]"
)


@dataclass(frozen=True)
class Unit:
    """A unit as it was written.

    Parameters
    ----------
    of : str
        What it measures: "yuan", "hours", ...; "" for a scale alone ("万"); "?" for what
        looks like a unit and is not understood.
    factor : Fraction
        How many of our unit one of it is.
    """

    of: str
    factor: Fraction

    def suits(self, wanted: str) -> bool:
        """Return whether a number with it can be turned into a column's own unit.

        Parameters
        ----------
        wanted : str
            The unit of the column; "" where it has none.
        """
        if not wanted:
            return False
        return self.of == "" or self.of in ALIKE.get(wanted, (wanted,))


def read_units(text: str) -> tuple[Unit, ...]:
    """Return every reading of a text as a unit; none where it is a remark.

    Parameters
    ----------
    text : str
        Within the brackets of a header, behind a "/" of it, or behind a number.
    """
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", tidy(text).lower().translate(_TRADITIONAL))
    before = ""
    while before != plain:
        before, plain = plain, _AROUND.sub("", plain.strip(" :：,，;；")).strip()
    if not plain:
        return ()
    if found := _whole(plain):
        return found
    parts = [part for part in re.split(r"[,，;；、|]", plain) if part.strip()]
    if len(parts) > 1:
        return tuple(unit for part in parts for unit in read_units(part))
    return (Unit("?", Fraction(1)),) if _SUSPECT.search(plain) else ()


def _whole(plain: str) -> tuple[Unit, ...]:
    numerator, slash, below = re.sub(
        r"\s*(?:/|每|\bper\b|\ba\b)\s*", "/", plain, count=1
    ).partition("/")
    if slash and not numerator:
        # 每周小时
        for week in WEEKLY:
            if below.startswith(week) and below != week:
                numerator, below = below.removeprefix(week), week
    found = _scaled(re.sub(r"\s|\bof\b", "", numerator))
    if not slash:
        return found
    weekly = below in WEEKLY
    return tuple(
        Unit("hours_a_week" if weekly and u.of == "hours" else "?", u.factor) for u in found
    )


def _scaled(word: str) -> tuple[Unit, ...]:
    """Return the readings of a word with a scale before or behind it, or with none."""
    if scale := _scale(word):
        # 1000 alone may be a number of something.
        return (Unit("?" if word.isdigit() else "", Fraction(scale)),)
    for currency in ("人民币", "rmb", "cny"):
        rest = word.removeprefix(currency).removesuffix(currency)
        if rest != word and (scale := _scale(rest)):
            return (Unit("yuan", Fraction(scale)),)
        if rest and rest != word:
            return tuple(u for u in _scaled(rest) if u.of in ("", "yuan"))
    found = _UNITS.get(word, ())
    for cut in range(1, len(word)):
        for first, unit in ((word[:cut], word[cut:]), (word[cut:], word[:cut])):
            if (times := _scale(first)) and unit in _UNITS:
                found += tuple(
                    Unit("?" if u.of == "points" else u.of, u.factor * times) for u in _UNITS[unit]
                )
    return found


def _scale(word: str) -> int:
    # A small round number is the highest mark of a scale ("得分（100）").
    if match := _NUMERAL.fullmatch(word):
        return int(match[1]) if int(match[1]) >= 1000 else 0
    return _SCALES.get(word, 0)


def looks_like_unit(text: str) -> bool:
    """Return whether a text that is no unit known here may be one, of money or time."""
    return bool(_LATIN.fullmatch(tidy(text).lower()))


def in_brackets(title: str) -> Iterable[str]:
    """Yield what stands in the brackets of a header, of any kind."""
    yield from BRACKETS.findall(title)


def without_brackets(title: str) -> str:
    """Return a header without its brackets and what stands in them."""
    return BRACKETS.sub("", title)


_UNITS: dict[str, tuple[Unit, ...]] = {}
for _of, _factors in _WORDS.items():
    for _factor, _words in _factors.items():
        for _word in _words.split():
            _UNITS[_word] = (*_UNITS.get(_word, ()), Unit(_of, _factor))
