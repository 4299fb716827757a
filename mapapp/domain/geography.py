"""The country's units: oblasts, raions, hromadas and settlements, with population and territory status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg


class PopulationBasis(StrEnum):
    """Where a population figure comes from."""

    COUNTED = "counted"
    """Published for this very unit."""
    ESTIMATED = "estimated"
    """Our share of a published figure of the unit above; always shown as an estimate."""


@dataclass(frozen=True, slots=True)
class Population:
    """How many people lived in a unit, by which source and when.

    An estimate is rounded to whole persons; figures of 2022-01-01 precede the displacement of the war.
    """

    persons: int
    as_of: date
    source: str
    basis: PopulationBasis = PopulationBasis.COUNTED

    def __post_init__(self) -> None:
        if self.persons < 0:
            raise ValueError(f"population cannot be negative: {self.persons}")

    @property
    def is_estimate(self) -> bool:
        """Tell whether the figure is our share of a larger one."""
        return self.basis is PopulationBasis.ESTIMATED


class OblastKind(StrEnum):
    """An oblast (or the Autonomous Republic of Crimea), or a city with special status."""

    OBLAST = "O"
    SPECIAL_CITY = "K"


@dataclass(frozen=True, slots=True)
class Oblast:
    """A first-level unit: 24 oblasts, the Autonomous Republic of Crimea, Kyiv and Sevastopol."""

    katottg: Katottg
    kind: OblastKind
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Raion:
    """A second-level unit; the English name is empty for the ten raions of Crimea."""

    katottg: Katottg
    name: str
    name_en: str
    oblast: Katottg


class HromadaKind(StrEnum):
    """The kind of a territorial community."""

    URBAN = "міська"
    SELYSHCHE = "селищна"
    RURAL = "сільська"
    SPECIAL_CITY = "місто зі спеціальним статусом"


@dataclass(frozen=True, slots=True)
class Hromada:
    """A territorial community: the unit that owes its people the basic services.

    Kyiv and Sevastopol have no hromada in the codifier. Each appears here once, as `SPECIAL_CITY` under its
    own first-level code, so that everyone lives in something answerable; counts of hromadas leave them out.
    """

    katottg: Katottg
    kind: HromadaKind
    name: str
    name_en: str
    raion: Katottg | None
    oblast: Katottg
    centre: LonLat
    population: Population | None
    area_km2: float | None

    @property
    def is_special_city(self) -> bool:
        """Tell whether this is Kyiv or Sevastopol."""
        return self.kind is HromadaKind.SPECIAL_CITY


class SettlementKind(StrEnum):
    """The codifier's category letter."""

    CITY = "M"
    SELYSHCHE = "X"
    VILLAGE = "C"
    SPECIAL_CITY = "K"


@dataclass(frozen=True, slots=True)
class Settlement:
    """A place people live in.

    `hromada` is None where the codifier names none that we hold: in Crimea (its hromadas have no published
    polygons) and in Chornobyl and Prypiat. `area` is the drawn unit that holds the point in any case: the
    hromada, else the special city, else the raion, else the oblast.
    """

    katottg: Katottg
    kind: SettlementKind
    name: str
    name_en: str
    former_name: str
    hromada: Katottg | None
    raion: Katottg | None
    oblast: Katottg
    area: Katottg
    point: LonLat | None
    population: Population | None


class TerritoryStatus(StrEnum):
    """A status of the list of territories (Ministry order 376 of 2025-02-28), mildest first."""

    POSSIBLE_HOSTILITIES = "possible_hostilities"
    ACTIVE_HOSTILITIES_WITH_E_RESOURCES = "active_hostilities_eres"
    ACTIVE_HOSTILITIES = "active_hostilities"
    TEMPORARILY_OCCUPIED = "temporarily_occupied"


@dataclass(frozen=True, slots=True)
class StatusPeriod:
    """One period of one unit in the list; several may overlap, an open end is None.

    `excludes_part`: the list says «за винятком …», so the period does not hold for all of the unit.
    """

    katottg: Katottg
    status: TerritoryStatus
    start: date
    end: date | None
    as_listed: str
    excludes_part: bool

    def holds_on(self, day: date) -> bool:
        """Tell whether the day lies in the period, both ends included."""
        return self.start <= day and (self.end is None or day <= self.end)


class Occupation(StrEnum):
    """How much of a hromada is temporarily occupied, computed from its settlements."""

    NONE = "none"
    PARTLY = "partly"
    FULLY = "fully"
