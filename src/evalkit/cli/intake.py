"""Words in, one line out: ``evalkit read`` and ``evalkit template``.

Imports intake and below, when a command needs it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evalkit.cli.options import add_command
from evalkit.errors import UsageError
from evalkit.words import say

STUDY = "study.toml"
PLATFORMS = Path("data") / "platforms"
CLEAN = Path("data") / "clean"


def add_commands(commands: argparse._SubParsersAction, common: list, lang: str) -> None:
    """Add the commands of intake to the command line."""
    read = add_command(commands, common, lang, "read", _read)
    read.add_argument(
        "files", type=Path, metavar="FILE", nargs="+", help=say("help.read_file", lang)
    )
    read.add_argument("--as", dest="table", metavar="TABLE", help=say("help.read_as", lang))
    read.add_argument("--area", metavar="A", help=say("help.read_area", lang))
    read.add_argument("--study", metavar="FILE", default=STUDY, help=say("help.study", lang))
    read.add_argument(
        "--sheet", metavar="S", action="append", default=[], help=say("help.read_sheet", lang)
    )
    read.add_argument("--platform", metavar="P", help=say("help.read_platform", lang))
    read.add_argument("--key-file", type=Path, metavar="FILE", help=say("help.read_key", lang))
    read.add_argument("--replace", action="store_true", help=say("help.read_replace", lang))
    template = add_command(commands, common, lang, "template", _template)
    template.add_argument("table", metavar="TABLE", help=say("help.template_table", lang))
    template.add_argument("--out", type=Path, metavar="FILE", help=say("help.template_out", lang))


def _read(options: argparse.Namespace, lang: str) -> int:
    from evalkit.cli.read_lines import link_line, told
    from evalkit.intake.export import read_export
    from evalkit.intake.links import links_of
    from evalkit.intake.platform_words import read_platform
    from evalkit.intake.store import store
    from evalkit.protocol import find_study, read_study
    from evalkit.schema import load_schema, office_names

    if options.table not in office_names():
        raise UsageError("read_as_what", known=list(office_names()))
    shape = load_schema(options.table)
    study = read_study(find_study(options.study))
    if options.area is None or options.area not in study.areas:
        raise UsageError("read_which_area", found=options.area or "", known=list(study.areas))
    folder = study.path.parent
    platform = None
    if options.platform:
        platform = read_platform(folder / PLATFORMS / f"{options.platform}.toml", shape)
    names = None
    if any(field.kind == "person" for field in shape.columns.values()):
        from evalkit.intake.identity import find_key

        names = find_key(options.key_file, folder)
    with read_export(options.files, shape, names, platform, options.sheet, study.people) as made:
        for line in told(made, lang):
            print(line, file=sys.stderr if made.stopped else sys.stdout)
        origin = {
            "area": options.area,
            "file": ", ".join(file.name for file in options.files),
            "platform": options.platform or "",
            "status": study.clean.status if study.clean else "",
            "key_id": names.key_id if names else "",
        }
        target = folder / CLEAN / options.area / f"{shape.name}.parquet"
        written = store(made, target, origin, replace=options.replace)
    print(say("intake.written", lang, path=str(written), n=made.rows))
    for link in links_of(target.parent, shape.name):
        print(link_line(link, lang))
    return 0


def _template(options: argparse.Namespace, lang: str) -> int:
    from evalkit.intake.template import write_template
    from evalkit.schema import load_schema, office_names

    if options.table not in office_names():
        raise UsageError("template_of_what", known=list(office_names()))
    shape = load_schema(options.table)
    out = options.out or Path(f"{shape.name}.xlsx")
    write_template(shape, out, lang)
    print(say("intake.template_written", lang, path=str(out)))
    return 0
