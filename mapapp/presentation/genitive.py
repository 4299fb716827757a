"""Names of units of the country as they follow «of»: «мешканців Опішнянської селищної громади»."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mapapp.domain.gazetteer import Gazetteer
from mapapp.presentation.labels import area_name
from mapapp.presentation.messages import Translator

# All other words of unit names are adjectives; tests/presentation decline every unit of the country.
_WHOLE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "громада": "громади",
        "район": "району",
        "область": "області",
        "Республіка": "Республіки",
        "Крим": "Крим",
        "Київ": "Києва",
        "Севастополь": "Севастополя",
        "уся": "усієї",
        "Україна": "України",
        "Асканія-Нова": "Асканії-Нової",
    }
)
_ADJECTIVE_ENDINGS: Final = (("ький", "ького"), ("а", "ої"))
_WORD: Final = re.compile(r"\S+")


def of_area(t: Translator, gazetteer: Gazetteer, area: str) -> str:
    """Return the name of an oblast, raion, hromada or the whole country as it follows «of».

    Raises
    ------
    KeyError
        No such unit.

    """
    name = area_name(t, gazetteer, area)
    return genitive(name) if t.language == "uk" else name


def genitive(name: str) -> str:
    """Return a Ukrainian unit's name in the genitive.

    >>> genitive("Опішнянська селищна громада"), genitive("м. Київ")
    ('Опішнянської селищної громади', 'м. Києва')
    """
    return _WORD.sub(lambda word: _word(word.group()), name)


def _word(word: str) -> str:
    if word in _WHOLE_WORDS:
        return _WHOLE_WORDS[word]
    for ending, of in _ADJECTIVE_ENDINGS:
        if word.endswith(ending):
            return word.removesuffix(ending) + of
    return word
