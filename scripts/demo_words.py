"""Ukrainian names in the grammatical forms the demonstration registry needs."""

from __future__ import annotations

from mapapp.domain.geography import Hromada, Oblast, OblastKind, Settlement, SettlementKind

_SETTLEMENT_SIGN = {
    SettlementKind.CITY: "м.",
    SettlementKind.SPECIAL_CITY: "м.",
    SettlementKind.SELYSHCHE: "с-ще",
    SettlementKind.VILLAGE: "с.",
}
_SPECIAL_CITIES = {"Київ": ("Києва", "Київська"), "Севастополь": ("Севастополя", "Севастопольська")}
"""The genitive of a city with special status, and the adjective made of it."""
_NOUNS = frozenset({"Асканія-Нова"})
"""Hromadas named by a noun, which official texts leave undeclined before «громада»."""


def genitive(adjective: str) -> str:
    """Return the genitive of a feminine adjective.

    >>> genitive("Опішнянська"), genitive("Квітнева"), genitive("Асканія-Нова")
    ('Опішнянської', 'Квітневої', 'Асканія-Нова')

    Raises
    ------
    ValueError
        The word has an ending that no name of the codifier has.

    """
    if adjective in _NOUNS:
        return adjective
    return f"{_stem(adjective)}ої"


def masculine(adjective: str) -> str:
    """Return the masculine of a feminine adjective.

    >>> masculine("Полтавська")
    'Полтавський'
    """
    return f"{_stem(adjective)}ий"


def _stem(adjective: str) -> str:
    if not adjective.endswith(("ка", "на", "ва")):
        raise ValueError(f"«{adjective}» is no feminine adjective known here: add its forms")
    return adjective[:-1]


def of_hromada(hromada: Hromada) -> str:
    """Return «Опішнянської селищної громади», or «міста Києва»."""
    if hromada.is_special_city:
        return f"міста {_SPECIAL_CITIES[hromada.name][0]}"
    return f"{genitive(hromada.name)} {genitive(hromada.kind)} громади"


def of_council(hromada: Hromada) -> str:
    """Return «Опішнянської селищної ради», or «Київської міської ради»."""
    if hromada.is_special_city:
        return f"{genitive(_SPECIAL_CITIES[hromada.name][1])} міської ради"
    return f"{genitive(hromada.name)} {genitive(hromada.kind)} ради"


def of_oblast_council(oblast: Oblast) -> str:
    """Return «Полтавської обласної ради», or «Київської міської ради»."""
    if oblast.kind is OblastKind.SPECIAL_CITY:
        return f"{genitive(_SPECIAL_CITIES[oblast.name][1])} міської ради"
    return f"{genitive(oblast.name)} обласної ради"


def oblast_title(oblast: Oblast) -> str:
    """Return «Полтавська область», or «місто Київ»."""
    return f"місто {oblast.name}" if oblast.kind is OblastKind.SPECIAL_CITY else f"{oblast.name} область"


def regional(oblast: Oblast) -> str:
    """Return «Полтавський обласний», or «Київський міський»."""
    if oblast.kind is OblastKind.SPECIAL_CITY:
        return f"{masculine(_SPECIAL_CITIES[oblast.name][1])} міський"
    return f"{masculine(oblast.name)} обласний"


def place_title(place: Settlement) -> str:
    """Return «м. Лубни», «с-ще Опішня» or «с. Мачухи»."""
    return f"{_SETTLEMENT_SIGN[place.kind]} {place.name}"
