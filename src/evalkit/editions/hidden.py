"""What may not be told of a report of which one edition withholds or refuses what the other has.

Imports edition and facts. The first sentence, a caution and the words of an estimate may say in
words the number that became withheld: of these only that they changed is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from evalkit.editions.edition import REFUSED, WITHHELD, Report, state_of
from evalkit.editions.facts import Fact

HIDDEN = (WITHHELD, REFUSED)
# Facts that are sentences.
SENTENCES = ("headline", "cautions")


def hides(old: Report, new: Report) -> bool:
    """Return whether one edition withholds or refuses what the other releases, or has otherwise.

    Parameters
    ----------
    old, new : Report
        Of one place.
    """
    before, after = old.estimates, new.estimates
    for key in before.keys() | after.keys():
        states = {state_of(before.get(key)), state_of(after.get(key))}
        if len(states) > 1 and states & set(HIDDEN):
            return True
    return False


def untold(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return facts, the sentences among them without their text.

    Parameters
    ----------
    facts : iterable of Fact
        Each differs, or one edition does not say.
    """
    return tuple(_untold(fact) if fact.kind in SENTENCES else fact for fact in facts)


def _untold(fact: Fact) -> Fact:
    # What an edition does not say stays unsaid.
    old, new = (None if text is None else "" for text in (fact.old, fact.new))
    return replace(fact, old=old, new=new, told=False)
