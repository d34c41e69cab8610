"""Numbers of persons: checked, and turned into keyed pseudonyms.

Imports errors. A hash without a key is undone by trying every number of a county; the key
therefore comes from outside the study, and only its id is recorded.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import os
import re
import stat
from pathlib import Path

from evalkit.errors import DataError, UsageError

VARIABLE = "EVALKIT_KEY"
SHORTEST = 32
IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)
# GB 11643-1999: weights of the first 17 digits, and the check digit for each remainder.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# Excel writes a long number so, and the digits are gone.
LOST = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+", re.ASCII)


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
        an identity number (GB 11643-1999); "" otherwise, also for numbers of a platform.
    """
    if LOST.fullmatch(number):
        return "lost_digits"
    if not IDENTITY.fullmatch(number):
        return ""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    if CHECKS[total % 11] != number[17]:
        return "checksum"
    try:
        born = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "birth_date"
    return "" if datetime.date(1900, 1, 1) <= born <= datetime.date.today() else "birth_date"


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
        self._key = hmac.new(key, b"evalkit person", hashlib.sha256)
        self.key_id = hmac.new(key, b"evalkit key id", hashlib.sha256).hexdigest()[:8]

    def of(self, number: str) -> str:
        """Return the pseudonym of a person's number.

        Parameters
        ----------
        number : str
            As `fault_of` takes it.
        """
        made = self._key.copy()
        made.update(number.encode("utf-8"))
        return made.hexdigest()[:24]


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
        text = os.environ.get(VARIABLE, "")
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
