"""One printed figure, such as 超567万小时, becomes a number with its step, rounding and unit.

A text that is not wholly one figure becomes None: a miss is put right by hand, while
a wrong figure would pass for what was printed.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction

from evalkit.intake.figure_english import PrintedFigure, is_english, parse_english
from evalkit.quantity.units import measure_words

LONGEST = 200  # A figure with its words is far shorter; the limit keeps any text cheap.


# Traditional forms, and the round sign that stands for a zero.
_SIMPLER = str.maketrans(
    "萬億兩個場戶戸餘約過將幾隊項點區縣處級種類節時鐘鍾週問題門願於條臺張間輛羣〇○",
    "万亿两个场户户余约过将几队项点区县处级种类节时钟钟周问题门愿于条台张间辆群零零",
)
_DIGIT = "一二三四五六七八九"
_VALUE = {sign: number for number, sign in enumerate(_DIGIT, 1)} | {"两": 2, "零": 0}
_PLACE = {"十": 10, "百": 100, "千": 1000}
_SCALE = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_NUMERAL = "零两十百千万亿" + _DIGIT

_OPENINGS = {
    **dict.fromkeys(("超过", "超", "突破", "逾", "不少于", "至少", "上"), "over"),
    **dict.fromkeys(("近", "接近", "将近"), "nearly"),
    **dict.fromkeys(("约", "大约"), "approx"),
}
_CLOSINGS = {"以上": "over", "左右": "approx", "上下": "approx"}

# Measure words of things for which there is no unit.
# 分 is a minute or a point of a score.
_OTHER_WORDS = "条台座本份张套篇间辆分"
# What more text behind these makes is a name, a date or a mark: 五步工作法, 25年底, 90分制.
_WITHOUT_TAIL = ("步", "级", "年", "周", "分", "成")
# Behind these 多 is "more than", as in 两年多; in 三名多动症儿童 it belongs to the illness.
_DIVISIBLE = ("年", "天", "周", "小时", "元", "公里", "千米")
# Words of their own that begin like a measure word.
_NO_MEASURE = ("人民", "户籍", "家庭", "家人", "场所", "场地", "人均", "人年龄", "人年均", "期间")
# Behind a measure word these make another unit (户次, 人天), another number (个多星期)
# or a limit of time (天内).
_NO_NOUN = (*"次天时年月日倍多余内前后", "小时")
# Measure words of many things: the noun behind them tells whether they are the unit's.
_NAMED = {
    word: re.compile(nouns)
    for words, nouns in (
        ("件例起宗", "案|纠纷|事件|矛盾|诉求|问题"),
        ("支", "队|团|力量"),
        ("节", "课"),
        ("场", "活动|会|讲座|培训|课|宣讲|宣传|演出|赛|服务|巡|走访|班"),
        ("期", "班|培训|课|活动"),
        ("处", "点|站|阵地|室|中心|基地"),
        ("所", "校|院|园|中心|站"),
        ("家", "机构|组织|单位|企业|公司|社|中心|店|商户"),
        ("天", "培训|活动|课|服务"),
    )
    for word in (("天",) if words == "天" else words)
}
# A second number, a second thing that is counted, a rate or an upper bound.
_MORE_THAN_A_NOUN = re.compile(f"[{_NUMERAL}几数半和及或每]|以下|以内|之内|不足|不到")

_ARABIC = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|0|[1-9][0-9]*)(?:\.[0-9]+)?"
# 二零二五 or 一八六. Two digits beside each other are a range instead: 三五 is 3 to 5.
_DIGITS = f"[{_DIGIT}]+零[{_DIGIT}零]*|[{_DIGIT}]{{3,}}"
_D = f"[{_DIGIT}两]"
_TENS = f"{_D}十{_D}?"
_HUNDREDS = f"{_D}百(?:零{_D}|{_TENS})?"
# 三千米 is three 千米: the unit is in units.toml, the metre is not.
_THOUSANDS = f"{_D}千(?!米)(?:零(?:{_TENS}|{_D})|{_HUNDREDS})?"
_SECTION = f"{_THOUSANDS}|{_HUNDREDS}|{_TENS}|十{_D}?|{_D}|零"
_MORE = "(?:(?<=[0十百千万亿])几|[多余])?"
_PIECE = re.compile(
    f"(?P<link>零)?(?:(?P<arabic>{_ARABIC})(?P<small>[十百]|千(?!米))?"
    f"|(?P<digits>{_DIGITS})|(?P<section>{_SECTION})|(?P<bare>百|千(?!米)|(?=[万亿])))"
    f"(?P<more>{_MORE})(?P<big>万亿|[万亿])?(?P<more_behind>{_MORE})"
)
_OPENING = re.compile("|".join(sorted(_OPENINGS, key=len, reverse=True)))
_TENTHS = re.compile(rf"成(?P<ones>[1-9{_DIGIT}])?(?P<more>[多余])?")
_BEHIND = re.compile(r"(以上|左右)?([\u4e00-\u9fff]{0,8}?)(以上|左右|上下)?")
# A space may stand before 万, but not inside a number: 30 40 are two.
_SPLIT = re.compile(rf"[0-9.,]\s+[0-9.,零两{_DIGIT}]|[{_NUMERAL}]\s+[0-9.,{_NUMERAL}]")
# 2025 by itself may be a year; with a unit, a word or a comma it is a number.
_BARE_YEAR = re.compile("(?:19|20)[0-9]{2}")
_ORNAMENTAL = ("<super", "<sub", "<circle", "<fraction", "<compat")


@dataclass(frozen=True)
class _Number:
    value: Fraction
    step: Fraction
    rest: str
    coarse: bool = False  # whether its digits already tell that it is rounded
    more: bool = False
    bare: bool = False  # a 万 without a digit


def parse_figure(text: str) -> PrintedFigure | None:
    """Read one printed figure in Chinese or English; None where a text is not just that.

    Parameters
    ----------
    text : str
        What is printed: the number with the words before and behind it. Full-width and
        traditional forms are read as well. Beyond 200 characters nothing is.

    Notes
    -----
    None are dates, ranges, ordinals, several numbers, numbers without a digit (数百) and
    contradicting words (近…余), and a bare year (2025). A measure word may be followed by a
    noun of at most eight letters.
    """
    plain = _plain(text)
    if plain is None or plain.startswith("一起"):  # mostly "together", seldom one case
        return None
    if is_english(latin := unicodedata.normalize("NFKC", text).lower()):
        return parse_english(latin)
    if _BARE_YEAR.fullmatch(plain):
        return None
    opening = _OPENING.match(plain)
    word = opening[0] if opening else ""
    number = _number_and_share(plain[len(word) :])
    if number is None or not _bare_fits(number, word):
        return None
    behind = _unit_and_closing(number.rest)
    if behind is None:
        return None
    unit, said = behind
    said |= ({_OPENINGS[word]} if word else set()) | ({"over"} if number.more else set())
    return _figure(number, unit, said)


def _figure(number: _Number, unit: str | None, said: set[str]) -> PrintedFigure | None:
    if len(said) > 1:
        return None
    rounding = "last_digit" if number.coarse or unit == "percent" else "exact"
    rounding = next(iter(said), rounding)
    rounded = number.more or number.bare or number.coarse
    if unit == "years" and number.value >= 1000 and not rounded:
        return None  # 2025年 is a date, also in 2025年以上
    return PrintedFigure(number.value, number.step, rounding, unit)


def _plain(text: str) -> str | None:
    if len(text) > LONGEST or any(_ornamental(sign) for sign in text):
        return None
    plain = unicodedata.normalize("NFKC", text).lower().translate(_SIMPLER)
    if _SPLIT.search(plain):
        return None
    return re.sub(r"\s+", "", plain)


def _ornamental(sign: str) -> bool:
    """Tell a numeral that NFKC would glue to its neighbours: 657² would become 6572."""
    return unicodedata.numeric(sign, None) is not None and unicodedata.decomposition(
        sign
    ).startswith(_ORNAMENTAL)


def _bare_fits(number: _Number, word: str) -> bool:
    """Take a bare 万 only beside a word (超万, 万余): 万人 alone is a manner of speaking."""
    if word == "上":
        return number.bare
    return not number.bare or bool(word) or number.more or number.rest.startswith("%")


def _number_and_share(text: str) -> _Number | None:
    share = text.startswith("百分之")
    number = _number(text.removeprefix("百分之"))
    if number is None:
        return None
    if share:
        # 百分之九十 is 90 and not some number of tens.
        step = min(number.step, Fraction(1))
        return replace(number, rest="%" + number.rest, step=step)
    return _tenths(number) if number.rest.startswith("成") else number


def _tenths(number: _Number) -> _Number | None:
    """Return the per cent of 九成 or 九成五; its rest still begins with the measure word."""
    found = _TENTHS.match(number.rest)
    whole = number.value in range(1, 10) and number.step == 1 and not number.more
    if found is None or not whole:
        return None
    ones = found["ones"]
    return _Number(
        value=number.value * 10 + (_digit(ones) if ones else 0),
        step=Fraction(1 if ones else 10),
        rest="成" + number.rest[found.end() :],
        more=bool(found["more"]),
    )


def _number(text: str) -> _Number | None:
    """Read the number at the beginning of a text: pieces such as 1亿 and 2000万."""
    piece = _PIECE.match(text)
    if piece is None or piece["link"]:
        return None
    value, step = _piece(piece)
    coarse, last = _coarse(piece), piece
    while last["big"] and not _has_more(last) and (piece := _PIECE.match(text, last.end())):
        part, step = _piece(piece)
        if not _continues(last, piece, part):
            return None
        value, last = value + part, piece
    return _Number(
        value=value,
        step=step,
        rest=text[last.end() :],
        coarse=coarse,
        more=_has_more(last),
        bare=last["bare"] is not None,
    )


def _continues(before: re.Match[str], piece: re.Match[str], part: Fraction) -> bool:
    """Tell whether a further piece belongs to the number: not in 三万万, 1.2亿500万, 三万五.

    Without 零 a last digit may stand for the next lower place, as 三万五 does for 35,000.
    """
    scale = _SCALE[before["big"]]
    decimal = "." in before[0] or "." in piece[0]
    bare = before["bare"] is not None or piece["bare"] is not None
    if decimal or bare or not 0 < part < scale:
        return False
    placed = piece["small"] or piece["big"] or (piece["section"] or "")[-1:] in (*_PLACE,)
    return bool(piece["link"] or placed) or part * 10 >= scale


def _piece(piece: re.Match[str]) -> tuple[Fraction, Fraction]:
    """Return the value of a piece and the unit of its last digit."""
    scale = _SCALE[piece["big"] or ""]
    if piece["arabic"]:
        scale *= _PLACE.get(piece["small"], 1)
        number = piece["arabic"].replace(",", "")
        return Fraction(number) * scale, Fraction(scale, 10 ** len(number.partition(".")[2]))
    if piece["digits"]:
        number = "".join(str(_VALUE[sign]) for sign in piece["digits"])
        return Fraction(number) * scale, Fraction(scale)
    section = piece["section"] or piece["bare"]
    step = _PLACE.get(section[-1:], 1) * scale
    return Fraction(_section(section) * scale), Fraction(step)


def _section(run: str) -> int:
    """Return the value of a Chinese numeral below 10,000; one for a bare 万."""
    value, digit = 0, 1
    for sign in run:
        if sign in _PLACE:
            value, digit = value + digit * _PLACE[sign], 0
        else:
            digit = _VALUE[sign]
    return value + digit


def _digit(sign: str) -> int:
    return int(sign) if sign in "0123456789" else _VALUE.get(sign, 0)


def _coarse(piece: re.Match[str]) -> bool:
    return "." in piece[0] or piece["big"] is not None


def _has_more(piece: re.Match[str]) -> bool:
    return bool(piece["more"] or piece["more_behind"])


@functools.cache
def _words() -> dict[str, str | None]:
    """Return the unit of each measure word, the longest word first."""
    found: dict[str, str | None] = dict.fromkeys(_OTHER_WORDS)
    for unit, words in measure_words().items():
        # A word of several units decides none of them.
        found |= {word: None if word in found else unit for word in words}
    # 个 is said of nearly everything.
    found |= {"个": None, "个人": "persons", "个小时": "hours", "个班": "classes"}
    found["成"] = "percent"
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _unit_and_closing(rest: str) -> tuple[str | None, set[str]] | None:
    """Return the unit behind a number and the rounding said there; None if there is more."""
    said = set()
    if rest.startswith(("个多月", "个多小时")):
        rest, said = rest.replace("多", "", 1), {"over"}
    if rest.startswith(_NO_MEASURE):
        return None
    word = next((word for word in _words() if rest.startswith(word)), "")
    after = rest[len(word) :]
    if word in _DIVISIBLE and after.startswith(("多", "余")):
        after, said = after[1:], {"over"}
    found = _BEHIND.fullmatch(after)
    if found is None or not _tail_fits(word, found[2]):
        return None
    said |= {_CLOSINGS[closing] for closing in found.group(1, 3) if closing}
    # 200件衣物 are no cases, and 12场馆 no sessions.
    if found[2] and word in _NAMED and not _NAMED[word].search(found[2]):
        return None, said
    # 个村民小组 is no 个村: such a word is sure only where it ends the text.
    unsure = found[2] and len(word) > 1 and word.startswith("个")
    return None if unsure else _words().get(word), said


def _tail_fits(word: str, tail: str) -> bool:
    if not tail:
        return True
    if not word or word in _WITHOUT_TAIL or tail.startswith(_NO_NOUN):
        return False
    return not _MORE_THAN_A_NOUN.search(tail)
