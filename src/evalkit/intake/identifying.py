"""What in a column of words looks like a person.

Imports nothing of evalkit. Words are shown as names of groups, so a person who was typed
there would stand on a page. A number gives a person away, and a name with a number or an age
beside it; a name alone looks like that of a township, and is left to the counts: a name that
few people share is not shown (`evalkit.outcomes.labels`).
"""

from __future__ import annotations

import re

# The surnames of nearly nine in ten people of China, of one letter and of two.
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温"
    "芦季俞章鲁葛伍韦申尤毕聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位"
    "覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕"
    "郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银"
)
DOUBLE = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|端木|南宫|长孙"
# What the names of places, schools and classes end with, and no given name does.
PLACES = "镇乡村区县市省州盟旗街道路社队组号站所校院园班级期段类型户城岁满龄一二三四五六七八九十"
HAN = r"[\u4e00-\u9fff]"
NAME = rf"(?:(?:{DOUBLE}){HAN}?|[{SURNAMES}]{HAN}?)[^\W\d_a-zA-Z{PLACES}]"
BETWEEN = r"[\s,，、:：;；(（/\-]*(?:[男女][\s,，、:：;；)）/\-]*)?"
BEFORE = r"(?<![\u4e00-\u9fff])"
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # Telephones, accounts, identity numbers, days of birth.
        r"\d{7}",
        r"(?<!\d)1[3-9]\d[ \-]\d{4}[ \-]\d{4}(?!\d)",
        r"\d{6}[ \-]\d{4}[ \-]\d{4}[ \-]\d{3}[\dXx]",
        # Parts of them hidden.
        r"\d{2}[*•·×]{2,}\d|\d{2}[xX]{3,}\d",
        # A name, then a number, a day of birth or an age.
        rf"{BEFORE}{NAME}{BETWEEN}(?:\d{{5}}|(?:19|20)\d\d\s?[年./\-]\s?\d"
        r"|\d{1,2}\s?岁(?![—\-~至到以]))",
        r"(?i)\baged?\s?\d{1,2}\b|\b\d{1,2}[\s\-]?(?:years?[\s\-]old|yrs?\b|y/?o\b)",
        # A day of birth, and digits that are written in words.
        r"(?<!\d)(?:19|20)\d\d\s?(?:[./\-]|年)\s?\d{1,2}\s?(?:[./\-]|月)\s?\d{1,2}(?!\d)",
        r"[〇零一二三四五六七八九]{7}",
        # Where a computer stands in the net.
        r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
        r"(?i)微信|\bwechat\b|\bwx\s?[:：]|\bqq\s?[:：\d]",
        r"[A-Za-z0-9._%+\-]@[A-Za-z0-9\-]{1,63}\.[A-Za-z]",
    )
)
# Of divisions and of their registers: county with township, or down to the village.
OFFICIAL = re.compile(r"\d{9}|\d{12}")
# Nobody writes the name of a group at such length.
LONGEST = 60


def like_person(text: str, official: bool = False) -> bool:
    """Return whether words hold a long number, or a name with a number.

    Parameters
    ----------
    official : bool
        Whether the whole may be the official code of a division, of 9 or 12 digits.

    Examples
    --------
    >>> like_person("138-0013-8000"), like_person("张伟 15岁"), like_person("城东街道")
    (True, True, False)
    """
    if official and OFFICIAL.fullmatch(text):
        return False
    return len(text) > LONGEST or any(pattern.search(text) for pattern in PATTERNS)
