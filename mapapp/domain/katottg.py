"""KATOTTG: the state code of an oblast, raion, hromada, settlement or city district.

`UA OO RR GGG PPP MM UUUUU`: oblast 2 digits, raion 2, hromada 3, settlement 3, city district 2 and a unique
number 5. The last five digits are not computable, so a parent is found by prefix, never by arithmetic.
Source: codifier of administrative-territorial units and territories of hromadas, Ministry order 290 of 2020.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Self

_SHAPE = re.compile(r"UA(\d{2})(\d{2})(\d{3})(\d{3})(\d{2})(\d{5})", re.ASCII)

# Official files write some letters in Cyrillic; the look-alikes are folded before anything is compared.
_LOOK_ALIKES = str.maketrans("АВСЕНІКМОРТХУаеосху", "ABCEHIKMOPTXYaeocxy")

NATION = "UA"
"""Stands in a catchment for the whole country."""


class KatottgLevel(StrEnum):
    """Which kind of unit a code names."""

    OBLAST = "oblast"
    RAION = "raion"
    HROMADA = "hromada"
    SETTLEMENT = "settlement"
    CITY_DISTRICT = "city_district"


def fold_look_alikes(text: str) -> str:
    """Return the text with Cyrillic letters that look Latin turned into Latin ones."""
    return text.translate(_LOOK_ALIKES)


class Katottg(str):
    """A well-formed code, upper case and Latin.

    >>> Katottg("UА53060250000032741").level  # the А typed in Cyrillic
    <KatottgLevel.HROMADA: 'hromada'>

    Raises
    ------
    ValueError
        The text is not `UA` and 17 digits.

    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Fold look-alike letters and case, then check the shape."""
        code = fold_look_alikes(text.strip().upper())
        if _SHAPE.fullmatch(code) is None:
            raise ValueError(f"«{text}» is not a KATOTTG code: expected UA and 17 digits")
        return super().__new__(cls, code)

    @property
    def level(self) -> KatottgLevel:
        """The level the filled groups of digits say."""
        if self[12:14] != "00":
            return KatottgLevel.CITY_DISTRICT
        if self[9:12] != "000":
            return KatottgLevel.SETTLEMENT
        if self[6:9] != "000":
            return KatottgLevel.HROMADA
        if self[4:6] != "00":
            return KatottgLevel.RAION
        return KatottgLevel.OBLAST

    @property
    def oblast_prefix(self) -> str:
        """`UA` + 2 digits: the start shared by everything in the oblast; OCHA's ADM1 p-code."""
        return self[:4]

    @property
    def raion_prefix(self) -> str:
        """`UA` + 4 digits: the start shared by everything in the raion; OCHA's ADM2 p-code."""
        return self[:6]

    @property
    def hromada_prefix(self) -> str:
        """`UA` + 7 digits: the start shared by everything in the hromada; OCHA's ADM3 p-code."""
        return self[:9]

    @property
    def shared_prefix(self) -> str:
        """The start shared by everything in the oblast, raion or hromada that the code names."""
        if self.level is KatottgLevel.OBLAST:
            return self.oblast_prefix
        return self.raion_prefix if self.level is KatottgLevel.RAION else self.hromada_prefix

    @property
    def settlement_prefix(self) -> str:
        """`UA` + 10 digits: OCHA's ADM4 p-code."""
        return self[:12]


def parse_katottg(text: str) -> Katottg | None:
    """Return the code, or None when the text is not one."""
    try:
        return Katottg(text)
    except ValueError:
        return None
