"""Make docs/reference/review.md from the table of a review's states.

.venv/bin/python tools/review_states.py            write it
.venv/bin/python tools/review_states.py --check    write nothing, compare
"""

from __future__ import annotations

import sys
from pathlib import Path

from evalkit.review.rules import moves, states
from evalkit.words import say

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "review.md"
# What only looks changes nothing, and would draw a loop at every state.
DRAWN = tuple(move for move in moves() if move.action != "read")

HEADER = """\
# States of a review

Made by `tools/review_states.py` from `src/evalkit/review/states.toml`; do not edit. The table is
the only rule that the code has: what is not in it is refused, and a record that holds such a step
is not read. `second` is a reviewer whose review is not in yet.

An approval binds to one fingerprint: the SHA-256 of the lines that `sha256sum` prints, sorted by
name, for these files of the bundle: every `results.json`, `plan/plans.json`, and every study and
area file (`inputs/**/*.toml`). Where the bundle has other bytes in one of them, it has lapsed.

## Which state it is

After every step, the first of which all facts hold.

| state | facts | what `status` says |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    lines = [
        f"| `{name}` | {_codes(facts) or 'all others'} | {say(f'review_state.{name}', 'en')} |"
        for name, facts in states().items()
    ]
    text = HEADER + "\n".join(lines)
    text += "\n\n## Who may do what\n\n| state | who | what | needs | may end in |\n"
    text += "|---|---|---|---|---|\n"
    rows = [
        f"| {_codes(m.state)} | {m.role} | `{m.action}` | {_codes(m.needs)} | {_codes(m.to)} |"
        for m in moves()
    ]
    return text + "\n".join(rows) + "\n\n## The same as a diagram\n\n" + _diagram()


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _diagram() -> str:
    """Return every step from one state to another as Mermaid has it."""
    ways: dict[tuple[str, str], list[str]] = {}
    for move in DRAWN:
        for state in move.state:
            for end in move.ends(state):
                if end != state:
                    ways.setdefault((state, end), []).append(f"{move.role} {move.action}")
    lines = [f"    {a} --> {b}: {' / '.join(said)}" for (a, b), said in ways.items()]
    head = ["```mermaid", "stateDiagram-v2", "    [*] --> none"]
    return "\n".join([*head, *lines, "```"]) + "\n"


def main() -> int:
    """Write the page, or compare it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    return 0 if PAGE.read_text(encoding="utf-8") == page() else 1


if __name__ == "__main__":
    sys.exit(main())
