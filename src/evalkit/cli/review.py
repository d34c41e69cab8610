"""Words in, one answer out: ``evalkit review start``, ``add``, ``answer``, ``close`` and so on.

Imports review, most of it only when a command needs it: the help must not wait for pandas.
"""

from __future__ import annotations

import argparse
import functools
from pathlib import Path

from evalkit.cli.options import add_command, whole
from evalkit.cli.parser import Parser
from evalkit.errors import ReviewError, UsageError
from evalkit.landing import one_line
from evalkit.words import say

RECORD = Path("review")
STEPS = ("start", "add", "answer", "close", "status", "sign", "export")
MOST_REVIEWERS = 9


def add_review(commands: argparse._SubParsersAction, common: list, lang: str) -> None:
    """Add the command of reviewers, of who answers them, and of who keeps the record."""
    made = add_command(commands, common, lang, "review", _none)
    parser = functools.partial(Parser, lang=lang)
    told = say("help.review_step", lang)
    # Any callable does, which the types of argparse do not say.
    steps = made.add_subparsers(metavar="STEP", dest="step", help=told, parser_class=parser)  # type: ignore[call-overload]

    def step(name: str, run: object, *options: str) -> argparse.ArgumentParser:
        text = say(f"help.review_{name}", lang)
        one: argparse.ArgumentParser = steps.add_parser(
            name, help=text, description=text, parents=common
        )
        one.set_defaults(command=run)
        for option in options:
            told = say(f"help.review_{option}", lang)
            kind = "DIR" if option == "record" else "FILE"
            one.add_argument(f"--{option}", type=Path, metavar=kind, help=told)
        return one

    one = step("start", _start)
    one.add_argument("file", type=Path, metavar="FILE", help=say("help.review_file", lang))
    one.add_argument("--out", type=Path, metavar="FILE", help=say("help.review_out", lang))
    one = step("add", _add, "bundle", "record", "key")
    one.add_argument("form", type=Path, metavar="FORM", help=say("help.review_form", lang))
    one.add_argument("--reviewers", metavar="N", help=say("help.review_reviewers", lang))
    one = step("answer", _answer, "record")
    one.add_argument("item", nargs="?", metavar="ITEM", help=say("help.review_item", lang))
    one.add_argument("--bundle", type=Path, metavar="FILE", help=say("help.review_newer", lang))
    for name in ("text", "change", "result", "fact"):
        one.add_argument(f"--{name}", metavar="T", help=say(f"help.review_{name}", lang))
    one = step("close", _close, "record", "key")
    one.add_argument("item", metavar="ITEM", help=say("help.review_item", lang))
    one.add_argument("--text", metavar="T", help=say("help.review_text", lang))
    one.add_argument("--still-open", action="store_true", help=say("help.review_still", lang))
    step("status", _status, "bundle", "record")
    step("sign", _sign, "bundle", "record", "key")
    one = step("export", _export, "record")
    one.add_argument("--out", type=Path, metavar="DIR", help=say("help.review_export_out", lang))
    one.add_argument("--reports", type=Path, metavar="DIR", help=say("help.review_reports", lang))


def _none(options: argparse.Namespace, lang: str) -> int:
    raise UsageError("review.step", known=list(STEPS))


def _given(options: argparse.Namespace, name: str) -> Path:
    """Return what an option was given that a step cannot do without."""
    found: Path | None = getattr(options, name)
    if found is None:
        raise UsageError("review.option", option=f"--{name}", step=options.step)
    return found


def _say(key: str, lang: str, **values: object) -> None:
    print(one_line(say(f"review.{key}", lang, **values)))


def _start(options: argparse.Namespace, lang: str) -> int:
    from evalkit.review.form import start_review

    target = options.out or options.file.with_name(f"{options.file.stem}.review.html")
    made = start_review(options.file, target)
    n = sum(len(report.results["estimates"]) for report in made.reports)
    _say("started", lang, path=str(target))
    _say("started_held", lang, n=n, reports=len(made.reports), manifest=made.manifest)
    return 0


def _add(options: argparse.Namespace, lang: str) -> int:
    from evalkit.review.acts import add_review as taken
    from evalkit.review.status import status_lines

    bundle, folder = _given(options, "bundle"), options.record or RECORD
    given = options.reviewers
    asked = whole("--reviewers", given, 1, MOST_REVIEWERS) if given else None
    who, history = taken(options.form, bundle, folder, asked, options.key)
    _say("added", lang, who=who, path=str(folder))
    print(one_line(status_lines(history, None, lang)[0]))
    return 0


def _answer(options: argparse.Namespace, lang: str) -> int:
    from evalkit.review.acts import answer_item, correct_fact

    folder, item = options.record or RECORD, options.item or ""
    fact, text = options.fact, options.text
    rest = (text, options.change, options.result, options.bundle)
    if fact is not None and (not item or any(one is not None for one in rest)):
        raise UsageError("review.answer_words")
    if fact is None and (bool(item) != (text is not None) or not (item or options.bundle)):
        raise UsageError("review.answer_words")
    if fact is not None:
        history = correct_fact(folder, item, fact)
    else:
        told = (text or "", options.change or "", options.result or "")
        history = answer_item(folder, item, *told, options.bundle)
    n = sum(one.open for one in history.items.values())
    _say("wrote", lang, path=str(folder), n=n)
    return 0


def _close(options: argparse.Namespace, lang: str) -> int:
    from evalkit.review.acts import close_item

    folder, key = options.record or RECORD, _given(options, "key")
    history = close_item(folder, options.item, options.text or "", key, still=options.still_open)
    n = sum(one.open for one in history.items.values())
    _say("wrote", lang, path=str(folder), n=n)
    return 0


def _status(options: argparse.Namespace, lang: str) -> int:
    from evalkit.review.history import read_history
    from evalkit.review.status import state_now, status_lines
    from evalkit.review.subject import read_subject

    folder = options.record or RECORD
    subject = read_subject(options.bundle, whole=False) if options.bundle else None
    history = read_history(folder)
    if not history.asked:
        raise ReviewError("review.no_record", path=folder)
    for line in status_lines(history, subject, lang):
        print(one_line(line))
    return ReviewError.exit_code if state_now(history, subject) == "lapsed" else 0


def _sign(options: argparse.Namespace, lang: str) -> int:
    from evalkit.review.acts import sign_approval
    from evalkit.review.status import status_lines

    bundle, key = _given(options, "bundle"), _given(options, "key")
    who, history = sign_approval(options.record or RECORD, bundle, key)
    _say("signed", lang, who=who)
    print(one_line(status_lines(history, None, lang)[0]))
    return 0


def _export(options: argparse.Namespace, lang: str) -> int:
    from evalkit.review.export import export_record, write_notes

    folder = options.record or RECORD
    target = options.out or folder
    export_record(folder, target)
    _say("exported", lang, path=str(target))
    if options.reports is not None:
        written = write_notes(folder, options.reports)
        for note in written:
            _say("exported_note", lang, path=str(note))
        if not written:
            raise UsageError("review.reports_other", path=options.reports)
    return 0
