"""Words in, one line out: ``evalkit sample``.

Imports sample and below, when the command needs it.
"""

from __future__ import annotations

import argparse
import os

from evalkit.cli.options import LONG, MOST_JOBS, add_command, whole
from evalkit.errors import UsageError
from evalkit.words import say

STUDY = "studies/sample/study.toml"


def add_sample(commands: argparse._SubParsersAction, common: list, lang: str) -> None:
    """Add the command to the command line."""
    made = add_command(commands, common, lang, "sample", _sample)
    made.add_argument("--study", metavar="FILE", default=STUDY, help=say("help.sample_study", lang))
    made.add_argument("--seed", metavar="N", help=say("help.sample_seed", lang))
    made.add_argument("--scale", metavar="F", help=say("help.sample_scale", lang))
    made.add_argument("--exports", action="store_true", help=say("help.sample_exports", lang))
    made.add_argument("--jobs", metavar="N", help=say("help.sample_jobs", lang))


def _sample(options: argparse.Namespace, lang: str) -> int:
    seed = None if options.seed is None else whole("--seed", options.seed, 0, 2**63 - 1)
    asked = options.jobs or str(os.cpu_count() or 1)
    jobs = whole("--jobs", asked, 1, MOST_JOBS)
    scale = None if options.scale is None else _share("--scale", options.scale)
    from evalkit.protocol import find_study, read_study
    from evalkit.sample.build import build
    from evalkit.sample.world import SCALE, SEED, Settings

    settings = Settings(SEED if seed is None else seed, SCALE if scale is None else scale)
    study = read_study(find_study(options.study))
    built = build(study, settings, options.exports, jobs)
    said = {
        "path": str(built.folder),
        "n": built.tables,
        "areas": built.areas,
        "seed": str(settings.seed),
        "scale": f"{settings.scale:g}",
    }
    print(say("sample.written", lang, **said))
    if options.exports:
        from evalkit.intake.identity import VARIABLE

        print(say("sample.key", lang, line=f"export {VARIABLE}={settings.key.hex()}"))
    return 0


def _share(option: str, asked: str) -> float:
    try:
        return float(asked)
    except ValueError:
        raise UsageError(
            "option_value", option=option, found=asked[:LONG], allowed="0 < F <= 1"
        ) from None
