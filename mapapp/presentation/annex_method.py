"""How the figures of the annex come about, in plain words: docs/coverage.md says the same in full."""

from __future__ import annotations

from typing import Final

from mapapp.domain.errors import msgid
from mapapp.presentation.messages import Translator

_SENTENCES: Final = (
    msgid(
        "A service counts as present in a hromada if an open provider that serves the hromada gives it: "
        "from the hromada itself, from another one, for the whole raion, oblast or country, or only from "
        "afar. A provider that sits in the hromada and does not serve it does not count."
    ),
    msgid(
        "«Missing» is said only where the registry claims to describe the oblast fully. Elsewhere there is "
        "no data. A temporarily occupied hromada counts neither as covered nor as uncovered."
    ),
    msgid(
        "People are within reach if a provider that serves their hromada is no farther than the threshold, "
        "comes to them, or works from afar. Everything is computed for the whole country and then cut to "
        "the territory: people and providers cross its borders."
    ),
    msgid("No norm of distance is known: the threshold is a choice of whoever asked for this annex."),
    msgid(
        "«From – to»: people are counted by hromada and were spread over its settlements; the number surely"
        " lies within these limits. Numbers from 1 to 4 are hidden and written as 1–4."
    ),
    msgid(
        "Room for need: the capacity of each provider is shared among the people it serves within reach, "
        "nearer ones first (E2SFCA; Luo and Qi 2009, Health & Place 15: 1100–1107). It is a model, not a "
        "count of clients. Providers that do not tell their capacity are left out of it."
    ),
    msgid(
        "The Gini coefficient says how unevenly places within reach are spread over people: 0 is alike for "
        "all, 1 is all for one."
    ),
    msgid(
        "The annex does not say whether a service is good, how many people live there now, or of needs that"
        " nobody counted."
    ),
)


def method_sentences(t: Translator) -> tuple[str, ...]:
    """Return the method, a paragraph each."""
    return tuple(t(sentence) for sentence in _SENTENCES)
