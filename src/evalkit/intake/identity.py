"""Numbers of persons: checked, and turned into keyed pseudonyms.

Imports errors, marks, secret and texts. A hash without a key is undone by trying every number of a
county; the key therefore comes from outside the study, and only its id is recorded.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from evalkit.errors import DataError, UsageError
from evalkit.intake.marks import REGION
from evalkit.intake.texts import Unreadable
from evalkit.secret import VARIABLE, key

SHORTEST = 32
# Of HMAC with SHA-256: bytes of a block, and what its two keys are made with.
BLOCK = 64
INNER, OUTER = (bytes(byte ^ mask for byte in range(256)) for mask in (0x36, 0x5C))
IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)
# Numbers given out before 1999 had a year of two digits and no check digit.
OLD = re.compile(r"\d{15}", re.ASCII)
# GB 11643-1999: weights of the first 17 digits, and the check digit for each remainder.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# GB/T 2260: the first two digits of a region; 81 to 83 are of residence permits.
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
# Excel writes a long number so, and the digits are gone.
LOST = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+", re.ASCII)
# What is written where there is no number.
NOBODY = re.compile(
    r"无|无[证号身编].*|没有.*|不详|未知|不知.*|暂无.*|暂缺|缺|缺失|空|待[查补定填].*|未[提登填办]\w*|保密|匿名"
    r"|同上|N/?A|NAN|NONE|NULL|NIL|NO|UNKNOWN|ANONYMOUS|MISSING|DITTO|X|[-/\\—_.]+|0+",
)
MASKED = re.compile(r"[*＊●■□◆◇★☆•·…?×✱○]|X{3,}|[._\-]{2,}|某")
# In the place of a nought a letter O, and in an identity number also I and L for a one.
LETTER = re.compile(
    r"[A-Z\u4e00-\u9fff_\-]*\d[\dO]*O[\dO]*X?|(?=.*[OIL])[\dOIL]{17}[\dXOIL]", re.ASCII
)
# A number of a platform in which nothing can be wrong that shows in it alone: letters that mask
# nothing, then digits too few for an identity number, not all noughts.
PLAIN = re.compile(r"(?!0+\Z)(?!.*X{3})[A-Z]{0,6}\d{1,13}", re.ASCII)
HEAD = re.compile(r"\d.*")
SEVERAL = re.compile(r"[、，,;；|&+\n\r]")
PARTS = re.compile(r"[\s、，,;；/|&+和与及]+")
# Letters of a platform, digits, and what joins them.
NUMBER = re.compile(r"[0-9A-Z\u4e00-\u9fff()〔〕【】\[\]/_.@#:\-]+")
# An openid is long and may have no digit.
LONG_NAME = 16
MOST_ALIKE = 0.5


def person_of(text: str) -> str:
    """Return the one form of a person's number, however it was written.

    Blanks, full-width characters, small letters and a trailing .0 are undone (guards were,
    by `evalkit.intake.texts.said`); a number of 15 digits becomes the one of 18 that
    replaced it. The check digit is tested after.

    Parameters
    ----------
    text : str
        Of a cell, tidied and not empty.

    Raises
    ------
    Unreadable
        The code of what is wrong with it.
    """
    # Most numbers are such, and a county has a million of them.
    if PLAIN.fullmatch(text):
        return text
    return _person_of(text)


def _person_of(text: str) -> str:
    plain = _form(text)
    number = re.sub(r"\s", "", plain)
    if IDENTITY.fullmatch(joined := number.replace("-", "")):
        number = joined
    if not (IDENTITY.fullmatch(number) or LOST.fullmatch(number)) and _several(plain):
        raise Unreadable("two_numbers")
    if OLD.fullmatch(number) and _placed(number[:2]) and _born("19" + number[6:12]):
        body = f"{number[:6]}19{number[6:]}"
        number = body + check_digit(body)
    if fault := fault_of(number):
        raise Unreadable(fault)
    return number


def id_of(text: str) -> str:
    """Return the one form of any other number: without a trailing .0.

    Parameters
    ----------
    text : str
        Of a cell, tidied and not empty.

    Raises
    ------
    Unreadable
        "lost_digits" for 4.5E+17.
    """
    if LOST.fullmatch(text):
        raise Unreadable("lost_digits")
    return re.sub(r"(?<=^\d)(\d*)\.0$", r"\1", text)


def _form(text: str) -> str:
    plain = text.upper().replace("Х", "X")
    plain = plain.strip("\"'“”‘’「」")
    return re.sub(r"^(\d+X?)\.0+$", r"\1", plain)


def _several(plain: str) -> bool:
    """Return whether a cell holds the numbers of two persons."""
    parts = [part for part in PARTS.split(plain) if part]
    if len(parts) < 2:
        return False
    heads = {re.sub(r"\d.*", "", part) for part in parts}
    digits = all(any(c.isdigit() for c in part) for part in parts)
    # 1001 1002; an identity number in groups has three of them, of unlike lengths.
    twins = len(parts) == 2 and all(p.isdigit() and len(p) >= 4 for p in parts)
    twins = twins and len(parts[0]) == len(parts[1])
    whole = [part for part in parts if IDENTITY.fullmatch(part) or OLD.fullmatch(part)]
    alike = len(heads) == 1 and heads != {""}
    both = bool(re.search("[和与及]", plain)) and digits
    return bool(SEVERAL.search(plain)) or len(whole) > 1 or both or (alike and digits) or twins


def fault_of(number: str) -> str:
    """Return what is wrong with the number of a person, or nothing.

    Parameters
    ----------
    number : str
        Without blanks, in half-width characters and capitals.

    Returns
    -------
    str
        "lost_digits" for 4.5E+17; "checksum" or "birth_date" for 18 digits that cannot be
        an identity number (GB 11643-1999); "wrong_length" for one with a digit too few or
        too many; "masked"; "letter_in_number" for a letter O in the place of a nought;
        "no_number" for what is no number of anybody; "" otherwise, also for numbers of a
        platform.
    """
    if LOST.fullmatch(number):
        return "lost_digits"
    if NOBODY.fullmatch(number):
        return "no_number"
    if MASKED.search(number):
        return "masked"
    if not IDENTITY.fullmatch(number):
        return _fault_of_other(number)
    if number.endswith("000") and check_digit(number[:17]) != "0":
        # A spreadsheet keeps fifteen digits.
        return "lost_digits"
    if check_digit(number[:17]) != number[17]:
        return "checksum"
    return "" if _born(number[6:14]) else "birth_date"


def _fault_of_other(number: str) -> str:
    if LETTER.fullmatch(number):
        return "letter_in_number"
    if not NUMBER.fullmatch(number):
        return "no_number"
    digits = sum(character.isdigit() for character in number)
    if not digits and len(number) < LONG_NAME:
        return "no_number"
    within = re.search(r"(?<!\d)\d{17}[\dX](?!\d)", number, re.ASCII)
    if within and _placed(within[0][:2]) and _born(within[0][6:14]):
        # With a name or a word beside it; alone it would be another person.
        return "no_number" if within[0] + "X" not in number else "wrong_length"
    # With a region and a birth date in their places it is an identity number that lost a digit,
    # or has one too many.
    shaped = re.fullmatch(r"\d{14,}X*", number, re.ASCII) and len(number) != 15
    return "wrong_length" if shaped and _placed(number[:2]) and _born(number[6:14]) else ""


def odd_ones(numbers: Mapping[int, str]) -> dict[int, str]:
    """Return the faults that numbers have only beside the others of their column.

    Parameters
    ----------
    numbers : mapping of int to str
        Distinct numbers that are sound by themselves, by place.

    Returns
    -------
    dict of int to str
        "wrong_length" for a few digits among identity numbers; "lost_digits" where every
        identity number ends in three noughts; "zeros_lost" for 12 among 0000011 and
        0000013; "letter_in_number" for GHO001 among GH0002.
    """
    whole = [p for p, n in numbers.items() if len(n) == 18 and IDENTITY.fullmatch(n)]
    faults = {}
    if len(whole) > MOST_ALIKE * len(numbers):
        faults = {p: "wrong_length" for p, n in numbers.items() if n.isdigit() and len(n) < 18}
    if whole and all(numbers[place].endswith("000") for place in whole):
        faults |= dict.fromkeys(whole, "lost_digits")
    padded = {len(n) for n in numbers.values() if n[0] == "0" and n.isdigit()}
    if len(padded) == 1:
        short = {p for p, n in numbers.items() if n.isdigit() and len(n) < min(padded)}
        faults |= dict.fromkeys(short, "zeros_lost")
    doubted = {place: HEAD.sub("", n) for place, n in numbers.items() if "O" in n}
    doubted = {place: head for place, head in doubted.items() if head.endswith("O")}
    if doubted:
        known = {HEAD.sub("", number) for number in numbers.values()}
        faults |= {p: "letter_in_number" for p, h in doubted.items() if h.rstrip("O") in known}
    return faults


def check_digit(body: str) -> str:
    """Return the check digit of an identity number (GB 11643-1999).

    Parameters
    ----------
    body : str
        Its first 17 digits.
    """
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECKS[total % 11]


def _placed(region: str) -> bool:
    return bool(PROVINCE.fullmatch(region)) or region == REGION


def _born(day: str) -> bool:
    try:
        born = datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return datetime.date(1900, 1, 1) <= born <= datetime.date.today()


class Pseudonyms:
    """Names for persons that only the holder of the key can make again.

    Parameters
    ----------
    key : bytes
        At least 32 bytes.

    Raises
    ------
    UsageError
        If the key is shorter.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < SHORTEST:
            raise UsageError("key_short", found=str(len(key)), least=str(SHORTEST))
        # The two halves of HMAC (RFC 2104), each begun: hashlib's own costs twice as much.
        block = key if len(key) <= BLOCK else hashlib.sha256(key).digest()
        block = block.ljust(BLOCK, b"\0")
        self._inner = hashlib.sha256(block.translate(INNER) + b"evalkit person")
        self._outer = hashlib.sha256(block.translate(OUTER))
        self.key_id = hmac.new(key, b"evalkit key id", hashlib.sha256).hexdigest()[:8]

    def of(self, number: str) -> str:
        """Return the pseudonym of a person's number.

        Parameters
        ----------
        number : str
            As `fault_of` takes it.
        """
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(number.encode("utf-8"))
        outer.update(inner.digest())
        return outer.hexdigest()[:24]


def find_key(file: Path | None, study: Path) -> Pseudonyms:
    """Return the pseudonyms of the key that the reader's own machine holds.

    Parameters
    ----------
    file : Path or None
        A file with the key in hexadecimal digits; without one, the environment variable
        EVALKIT_KEY holds it.
    study : Path
        The study's folder, in which no key may lie.

    Raises
    ------
    UsageError
        If there is no key, it is no hexadecimal number or too short, or its file lies
        within the study or can be read by others.
    """
    if file is None:
        text = key()
        if not text:
            raise UsageError("key_none", variable=VARIABLE)
        return Pseudonyms(_bytes(text))
    if file.resolve().is_relative_to(study.resolve()):
        raise UsageError("key_inside", path=file)
    try:
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise UsageError("key_open", path=file)
        return Pseudonyms(_bytes(file.read_text(encoding="ascii")))
    except FileNotFoundError:
        raise DataError("file_missing", path=file) from None
    except (UnicodeDecodeError, IsADirectoryError, PermissionError):
        raise UsageError("key_no_hex") from None


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        raise UsageError("key_no_hex") from None
