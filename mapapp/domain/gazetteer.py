"""The gazetteer: every unit of the country, found by code, with the editions of its sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from mapapp.domain.geography import (
    Hromada,
    Oblast,
    Occupation,
    Raion,
    Settlement,
    StatusPeriod,
    TerritoryStatus,
)
from mapapp.domain.katottg import Katottg


@dataclass(frozen=True, slots=True)
class SourceEdition:
    """Who published a table, which edition it is, under what licence, and the words to show for it.

    `edition` is an ISO 8601 date as exact as the source states it (`2025-05-16`, `2026-02`), else empty.
    """

    title: str
    edition: str
    licence: str
    attribution: str


@dataclass(frozen=True)
class Gazetteer:
    """All units, in the codifier's order; look-ups by code raise KeyError for an unknown one.

    `open_status` holds, for each settlement on the status list at its edition date, the open statuses with
    the list's exclusions already applied.
    """

    oblasts: Mapping[Katottg, Oblast]
    raions: Mapping[Katottg, Raion]
    hromadas: Mapping[Katottg, Hromada]
    settlements: Mapping[Katottg, Settlement]
    status_periods: tuple[StatusPeriod, ...]
    open_status: Mapping[Katottg, frozenset[TerritoryStatus]]
    sources: Mapping[str, SourceEdition]

    @cached_property
    def settlements_of(self) -> Mapping[Katottg, tuple[Settlement, ...]]:
        """The settlements of each drawn area (see `Settlement.area`), in code order."""
        grouped: defaultdict[Katottg, list[Settlement]] = defaultdict(list)
        for settlement in self.settlements.values():
            grouped[settlement.area].append(settlement)
        return MappingProxyType({area: tuple(members) for area, members in grouped.items()})

    @cached_property
    def occupation(self) -> Mapping[Katottg, Occupation]:
        """How much of each drawn area is temporarily occupied at the list's edition date."""
        occupied = TerritoryStatus.TEMPORARILY_OCCUPIED
        result: dict[Katottg, Occupation] = {}
        for area, members in self.settlements_of.items():
            count = sum(occupied in self.open_status.get(place.katottg, ()) for place in members)
            if count == len(members):
                result[area] = Occupation.FULLY
            else:
                result[area] = Occupation.PARTLY if count else Occupation.NONE
        return MappingProxyType(result)

    def parents_of(self, hromada: Katottg) -> tuple[Katottg, ...]:
        """Return the hromada's own code, its raion's (where it has one) and its oblast's."""
        unit = self.hromadas[hromada]
        own = (unit.katottg,) if unit.raion is None else (unit.katottg, unit.raion)
        return own if unit.oblast in own else (*own, unit.oblast)
