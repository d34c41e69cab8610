"""What several exhibits say beneath their titles: said once, at the foot of the report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from string import ascii_lowercase

from evalkit.present.content import Content, Statement

# A sentence of so many exhibits, and of so many letters, goes to the foot.
LEAST, SHORTEST = 3, 8
BETWEEN = re.compile(r"(?<=\.) (?=[^a-z ])|(?<=。)")
MARKS = ascii_lowercase


def sentences_of(note: str) -> list[str]:
    """Return the sentences of an exhibit's note."""
    return [part.strip() for part in BETWEEN.split(note) if part.strip()]


def shared(contents: Iterable[Content]) -> tuple[str, ...]:
    """Return the sentences that stand beneath several exhibits, in the order of their first.

    Parameters
    ----------
    contents : iterable of Table, Drawing or Statement
        Every exhibit of a report in one language.
    """
    notes = [c.note for c in contents if not isinstance(c, Statement)]
    counts = Counter(said for note in notes for said in dict.fromkeys(sentences_of(note)))
    found = [said for said, n in counts.items() if n >= LEAST and len(said) >= SHORTEST]
    return tuple(found[: len(MARKS)])


def lightened(content: Content, said: Sequence[str]) -> tuple[Content, tuple[str, ...]]:
    """Return an exhibit without what stands at the foot, and the marks of what stood beneath it.

    Parameters
    ----------
    said : sequence of str
        From `shared`.
    """
    if isinstance(content, Statement):
        return content, ()
    own = sentences_of(content.note)
    marks = [mark for mark, one in zip(MARKS, said, strict=False) if one in own]
    if not marks:
        return content, ()
    # Chinese has no blank between sentences.
    kept = " ".join(one for one in own if one not in said).replace("。 ", "。")
    return replace(content, note=kept), tuple(marks)
