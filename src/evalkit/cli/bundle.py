"""Words in, one answer out: ``evalkit bundle``, ``verify`` and ``reproduce``.

Imports bundle, most of it only when a command needs it: the help must not wait for pandas.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.intake import STUDY
from evalkit.cli.options import MOST_JOBS, add_command, whole
from evalkit.errors import BundleError, UsageError
from evalkit.files import cannot_write
from evalkit.landing import one_line
from evalkit.words import say

if TYPE_CHECKING:
    from evalkit.bundle.verify import Verdict

# So many faults are told in full.
SHOWN = 20


def add_bundle(commands: argparse._SubParsersAction, common: list, lang: str) -> None:
    """Add the commands of who hands over, and of who receives."""
    made = add_command(commands, common, lang, "bundle", _bundle)
    made.add_argument("--study", action="append", metavar="FILE", help=say("help.study", lang))
    made.add_argument("--area", metavar="A", help=say("help.area", lang))
    made.add_argument("--outcome", metavar="O", help=say("help.outcome", lang))
    made.add_argument("--notebooks", type=Path, metavar="DIR", help=say("help.notebooks", lang))
    made.add_argument("--reports", type=Path, metavar="DIR", help=say("help.reports", lang))
    made.add_argument("--out", type=Path, metavar="FILE", help=say("help.bundle_out", lang))
    made.add_argument("--key", type=Path, metavar="FILE", help=say("help.bundle_key", lang))
    made.add_argument("--stamp", type=Path, metavar="FILE", help=say("help.bundle_stamp", lang))
    checked = add_command(commands, common, lang, "verify", _verify)
    checked.add_argument("file", type=Path, metavar="FILE", help=say("help.verify_file", lang))
    checked.add_argument("--key", type=Path, metavar="FILE", help=say("help.verify_key", lang))
    checked.add_argument(
        "--authority", type=Path, metavar="FILE", help=say("help.verify_authority", lang)
    )
    checked.add_argument("--jobs", metavar="N", help=say("help.verify_jobs", lang))
    again = add_command(commands, common, lang, "reproduce", _reproduce)
    again.add_argument("file", type=Path, metavar="FILE", help=say("help.verify_file", lang))
    again.add_argument(
        "--data", action="append", metavar="DIR", help=say("help.reproduce_data", lang)
    )
    again.add_argument("--key", type=Path, metavar="FILE", help=say("help.verify_key", lang))
    again.add_argument("--out", type=Path, metavar="DIR", help=say("help.reproduce_out", lang))
    again.add_argument("--witness", metavar="WHO", help=say("help.reproduce_witness", lang))


def _bundle(options: argparse.Namespace, lang: str) -> int:
    from evalkit.batch.run import RunRequest
    from evalkit.bundle.make import BundleRequest, make_bundle

    reports = Path(os.path.abspath(options.reports)) if options.reports else None
    narrowed = (options.area, options.outcome, reports, options.notebooks)
    run = RunRequest(tuple(options.study or [STUDY]), *narrowed)
    made = make_bundle(BundleRequest(run, options.out, options.key, options.stamp))
    print(say("bundle.made", lang, path=str(made.path), n=made.reports))
    print(say("bundle.made_list", lang, fingerprint=made.sha256))
    if made.key is None:
        print(say("bundle.made_unsigned", lang))
    else:
        print(say("bundle.made_signed", lang, key=made.key.line, mark=made.key.fingerprint))
    return 0


def _verify(options: argparse.Namespace, lang: str) -> int:
    from evalkit.bundle.sign import read_keys
    from evalkit.bundle.verify import verify_bundle

    jobs = whole("--jobs", options.jobs, 1, MOST_JOBS) if options.jobs else os.cpu_count() or 1
    keys = read_keys(options.key) if options.key else []
    verdict = verify_bundle(options.file, keys, options.authority, jobs)
    for line in answer(verdict, lang):
        print(one_line(line))
    return 0 if verdict.good else BundleError.exit_code


def _reproduce(options: argparse.Namespace, lang: str) -> int:
    from evalkit.bundle.certificate import write_certificate
    from evalkit.bundle.compare import FULL, MINOR
    from evalkit.bundle.reproduce import Request, reproduce
    from evalkit.bundle.sign import read_keys

    keys = read_keys(options.key) if options.key else []
    data = dict(_named(each) for each in options.data or ())
    out = options.out or options.file.with_name(f"{options.file.stem}.reproduced")
    if out.exists() and not out.is_dir():
        raise UsageError("bundle.out_is_file", path=out)

    def tell(step: str) -> None:
        print(say(f"reproduce.step_{step}", lang), flush=True)

    made = reproduce(Request(options.file, data, keys, options.witness or ""), tell)
    try:
        write_certificate(out, made)
    except OSError as problem:
        raise cannot_write(out, problem) from None
    counts = {part: sum(getattr(r, part) for r in made.reports) for part in ("equal", "near")}
    kind = say(f"certificate.kind_{made.kind}", lang)
    n = sum(report.numbers for report in made.reports)
    print(say("reproduce.done", lang, folder=str(out), kind=kind, n=n, **counts))
    return 0 if made.kind in (FULL, MINOR) else BundleError.exit_code


def _named(given: str) -> tuple[str, Path]:
    """Return a study's code, empty where none is named, and a folder."""
    code, equals, folder = given.partition("=")
    return (code, Path(folder)) if equals else ("", Path(given))


def answer(verdict: Verdict, lang: str) -> list[str]:
    """Return what was found of a bundle: the plain answer first, then why."""
    name = str(verdict.path)
    if not verdict.good:
        lines = [say("verify.bad", lang, path=name, n=len(verdict.wrong))]
        lines += [f"  - {each.text(lang)}" for each in verdict.wrong[:SHOWN]]
        left = len(verdict.wrong) - SHOWN
        return lines + ([say("verify.more", lang, n=left)] if left > 0 else [])
    kind = "good" if verdict.known else "good_unknown" if verdict.key else "good_unsigned"
    lines = [] if verdict.remade else [say("verify.words_unchecked", lang, path=name)]
    lines.append(say(f"verify.{kind}", lang, path=name))
    lines.append(say("verify.held", lang, reports=verdict.reports, n=verdict.numbers))
    how = "not_remade" if not verdict.remade else "remade" if verdict.whole else "remade_text"
    lines.append(say(f"verify.{how}_told", lang, version=verdict.version))
    if not verdict.own_lock:
        lines.append(say("verify.lock_told", lang))
    lines.append(say("verify.list_told", lang, fingerprint=verdict.sha256))
    if verdict.key is not None:
        lines.append(say("verify.key_told", lang, key=verdict.key.fingerprint))
    if verdict.stamp is not None:
        kind = "stamp_told" if verdict.stamp.trusted else "stamp_unchecked"
        lines.append(
            say(f"verify.{kind}", lang, at=verdict.stamp.at.strftime("%Y-%m-%d %H:%M:%S UTC"))
        )
    if verdict.made_up:
        lines.append(say("verify.made_up_told", lang))
    lines.append(say("verify.cannot", lang))
    return lines
