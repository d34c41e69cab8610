"""Whether a bundle is whole, as it was signed, and in agreement with itself.

Imports the rest of this package. A stranger may have made it: nothing in it is executed, each
report is looked at in a process of its own with bounds, and what cannot be read counts as wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.bundle.archive import Archive
from evalkit.bundle.contents import CODE, CONTENTS, machine_sha256, read_contents, writers_sha256
from evalkit.bundle.held import (
    folders_of,
    read_reports,
    strays,
    unlike_crate,
    unlike_remade,
    unread_reports,
    written_to,
)
from evalkit.bundle.manifest import MANIFEST, SIGNATURE, STAMP, UNLISTED, read_manifest
from evalkit.bundle.origin import unlike_code, unlike_studies
from evalkit.bundle.pool import looked_at
from evalkit.bundle.sign import Key, signer
from evalkit.bundle.stamp import Stamp, read_stamp
from evalkit.bundle.wheel import LOCK, lock
from evalkit.errors import BundleError
from evalkit.files import scratch_folder
from evalkit.protocol import package_sha256
from evalkit.words import Phrase, phrase

LARGEST_LIST, LARGEST_SIGNATURE, LARGEST_STAMP = 1 << 26, 1 << 16, 1 << 20


@dataclass
class Verdict:
    """What was found of a bundle.

    Parameters
    ----------
    path : Path
        The file.
    wrong : list of Phrase
        What is wrong, the worst first; empty of a bundle that can be relied on.
    reports, numbers : int
        How many were looked at, and how many printed numbers were held against the record.
    sha256 : str
        Fingerprint of its list of files.
    key : Key or None
        Who signed it.
    known : bool
        Whether that is one of the reader's keys.
    asked : bool
        Whether the reader named any.
    stamp : Stamp or None
        When an authority saw it.
    remade : bool
        Whether every page was made anew by the same code and compared.
    whole : bool
        Whether they were compared byte by byte: the machine is as the one that made them.
    own_lock : bool
        Whether the versions of packages in it are those of this installation.
    made_up : bool
        Whether it holds made-up data.
    version : str
        Of evalkit that made it.
    """

    path: Path
    wrong: list[Phrase] = field(default_factory=list)
    reports: int = 0
    numbers: int = 0
    sha256: str = ""
    key: Key | None = None
    known: bool = False
    asked: bool = False
    stamp: Stamp | None = None
    remade: bool = False
    whole: bool = False
    own_lock: bool = False
    made_up: bool = False
    version: str = ""

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.wrong


def verify_bundle(
    path: Path, keys: Sequence[Key] = (), authority: Path | None = None, jobs: int = 0
) -> Verdict:
    """Look through a bundle.

    Parameters
    ----------
    keys : sequence of Key
        Whose signature the reader accepts, got by another way than the bundle.
    authority : Path, optional
        Root certificate of who stamps the time.
    jobs : int
        Reports looked at at once, in processes with bounds; 0 for this process, as when the
        bundle is our own.
    """
    verdict = Verdict(path, asked=bool(keys))
    try:
        with Archive(path) as archive:
            _integrity(archive, verdict)
            _signature(archive, verdict, keys, authority)
            if not verdict.wrong:
                _content(archive, verdict, jobs)
    except BundleError as problem:
        verdict.wrong.append(Phrase(f"error.{problem.key}", problem.values))
    return verdict


def _integrity(archive: Archive, verdict: Verdict) -> None:
    """Hold every file against the list."""
    raw = archive.read(MANIFEST, LARGEST_LIST)
    listed = read_manifest(raw, archive.path)
    verdict.sha256 = archive.sha256(MANIFEST)
    there = [name for name in archive.members if name not in UNLISTED]
    changed = [n for n in there if n in listed and archive.sha256(n) != listed[n]]
    verdict.wrong += [phrase("verify.changed", file=name) for name in changed]
    verdict.wrong += [phrase("verify.unlisted", file=n) for n in there if n not in listed]
    gone = [name for name in listed if name not in archive.members]
    verdict.wrong += [phrase("verify.gone", file=name) for name in gone]


def _signature(
    archive: Archive, verdict: Verdict, keys: Sequence[Key], authority: Path | None
) -> None:
    message = archive.read(MANIFEST, LARGEST_LIST)
    if SIGNATURE in archive.members:
        try:
            verdict.key = signer(message, archive.read(SIGNATURE, LARGEST_SIGNATURE))
        except ValueError:
            verdict.wrong.append(phrase("verify.signature_broken"))
        else:
            if verdict.key is None:
                verdict.wrong.append(phrase("verify.signature_other"))
    verdict.known = verdict.key is not None and verdict.key in keys
    if keys and verdict.key is not None and not verdict.known:
        verdict.wrong.append(phrase("verify.key_unknown", mark=verdict.key.fingerprint))
    if keys and SIGNATURE not in archive.members:
        verdict.wrong.append(phrase("verify.unsigned"))
    if STAMP in archive.members:
        try:
            verdict.stamp = read_stamp(archive.read(STAMP, LARGEST_STAMP), message, authority)
        except ValueError:
            verdict.wrong.append(phrase("verify.stamp_broken"))
        else:
            if verdict.stamp is None:
                verdict.wrong.append(phrase("verify.stamp_other"))
    elif authority is not None:
        verdict.wrong.append(phrase("verify.unstamped"))


def _content(archive: Archive, verdict: Verdict, jobs: int) -> None:
    """Hold the reports against themselves, and what is said over them against them."""
    told = read_contents(archive)
    verdict.version = str(told["evalkit"])
    same = told["writers"] == writers_sha256() and told["package_sha256"] == package_sha256()
    verdict.whole = told["machine"] == machine_sha256()
    folders = folders_of(archive)
    if not folders:
        verdict.wrong.append(phrase("verify.no_report"))
        return
    reports, wrong = read_reports(archive, told, folders)
    verdict.wrong += [*unread_reports(folders, archive), *wrong, *strays(archive, reports)]
    with scratch_folder() as place:
        written_to(place, archive, folders)
        looked = list(looked_at(place, folders, jobs, same, verdict.whole))
    verdict.wrong += [
        phrase(f"verify.{f.code}", **dict(f.values)) for e in looked for f in e.faults
    ]
    verdict.reports = len(looked)
    verdict.numbers = sum(each.numbers for each in looked)
    verdict.made_up = any(each.made_up for each in looked)
    verdict.remade = bool(looked) and all(each.remade for each in looked)
    if verdict.made_up != told["made_up"]:
        verdict.wrong.append(phrase("verify.mark", file=CONTENTS))
    if not verdict.wrong:
        # Each of these rests on reports that are what they should be.
        verdict.wrong += [*unlike_code(archive, reports, told), *unlike_crate(archive)]
        if same:
            with scratch_folder() as place:
                verdict.wrong += unlike_studies(archive, reports, told, place)
            verdict.wrong += unlike_remade(archive, reports, told, verdict.whole)
            verdict.own_lock = archive.read(f"{CODE}/{LOCK}") == lock()
