"""A raion of three hromadas, a hromada elsewhere, Kyiv, a piece of Crimea, and points to put in them.

SOUTH is occupied in part: its second village.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Population,
    PopulationBasis,
    Raion,
    Settlement,
    SettlementKind,
    TerritoryStatus,
)
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    LocationPolicy,
    Offering,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ServicePoint,
    TargetGroup,
)
from mapapp.domain.services import Service

DAY = date(2026, 10, 22)
HERE = LonLat(30.0, 50.0)
OBLAST, OTHER_OBLAST, CRIMEA, KYIV = (
    Katottg(f"UA{number}000000000{unique}")
    for number, unique in (("10", "010001"), ("20", "020001"), ("01", "001001"), ("80", "080001"))
)
RAION, OTHER_RAION, CRIMEAN_RAION = (
    Katottg(code) for code in ("UA10010000000010101", "UA20010000000020101", "UA01010000000001101")
)
NORTH, MIDDLE, SOUTH, FAR = (
    Katottg(code)
    for code in ("UA10010010000010111", "UA10010020000010112", "UA10010030000010113", "UA20010010000020111")
)
IN_RAION = (NORTH, MIDDLE, SOUTH)
HROMADAS = (NORTH, MIDDLE, SOUTH, FAR, KYIV)
VILLAGES = {
    hromada: tuple(Katottg(f"{hromada[:9]}00{number}00{hromada[-5:-1]}{number}") for number in (1, 2))
    for hromada in (NORTH, MIDDLE, SOUTH, FAR)
}
WITHOUT_POINT = (VILLAGES[FAR][1],)
CRIMEAN_CITY = Katottg("UA01010000010001001")
SERVICES = {
    service.slug: service
    for service in (
        Service("home-care", "Догляд вдома", "Home care", None, 1, is_confidential=False),
        Service("day-care", "Денний догляд", "Day care", None, 1, is_confidential=False),
        Service("resilience", "Життєстійкість", "Resilience", None, None, is_confidential=False),
        Service("rare", "Рідкісна", "Rare", None, 17, is_confidential=False),
        Service("shelter", "Притулок", "Shelter", None, 5, is_confidential=True),
    )
}
CENTRES = {
    NORTH: LonLat(30.0, 50.5),
    MIDDLE: LonLat(30.0, 50.0),
    SOUTH: LonLat(30.0, 49.5),
    FAR: LonLat(35.0, 49.0),
    KYIV: LonLat(30.52, 50.45),
}


def country(people: dict[Katottg, tuple[int, ...]] | None = None) -> Gazetteer:
    """Return the country; `people` are those of the villages of hromadas, counted one by one."""
    raions = [Raion(RAION, "Район", "", OBLAST), Raion(OTHER_RAION, "Район", "", OTHER_OBLAST)]
    raions.append(Raion(CRIMEAN_RAION, "Район", "", CRIMEA))
    oblasts = [Oblast(code, OblastKind.OBLAST, "Область", "") for code in (OBLAST, OTHER_OBLAST, CRIMEA)]
    oblasts.append(Oblast(KYIV, OblastKind.SPECIAL_CITY, "Київ", ""))
    settlements = [_village(hromada, number, people or {}) for hromada in VILLAGES for number in (0, 1)]
    settlements += [
        Settlement(
            KYIV, SettlementKind.SPECIAL_CITY, "Київ", "", "", KYIV, None, KYIV, KYIV, CENTRES[KYIV],
            _population((people or {}).get(KYIV, ()), 0),
        ),
        Settlement(
            CRIMEAN_CITY, SettlementKind.CITY, "Місто", "", "", None, CRIMEAN_RAION, CRIMEA, CRIMEAN_RAION,
            LonLat(34.0, 45.0), None,
        ),
    ]  # fmt: skip
    occupied = frozenset({TerritoryStatus.TEMPORARILY_OCCUPIED})
    return Gazetteer(
        oblasts={unit.katottg: unit for unit in oblasts},
        raions={unit.katottg: unit for unit in raions},
        hromadas={code: _hromada(code) for code in HROMADAS},
        settlements={unit.katottg: unit for unit in settlements},
        status_periods=(),
        open_status={VILLAGES[SOUTH][1]: occupied, CRIMEAN_CITY: occupied},
        sources={},
    )


def _hromada(code: Katottg) -> Hromada:
    raion = None if code == KYIV else RAION if code in IN_RAION else OTHER_RAION
    oblast = KYIV if code == KYIV else OBLAST if code in IN_RAION else OTHER_OBLAST
    kind = HromadaKind.SPECIAL_CITY if code == KYIV else HromadaKind.RURAL
    return Hromada(code, kind, "Громада", "", raion, oblast, CENTRES[code], None, None)


def _village(hromada: Katottg, number: int, people: dict[Katottg, tuple[int, ...]]) -> Settlement:
    code, unit = VILLAGES[hromada][number], _hromada(hromada)
    centre = CENTRES[hromada]
    at = None if code in WITHOUT_POINT else LonLat(centre.lon + number / 10, centre.lat)
    return Settlement(
        code, SettlementKind.VILLAGE, "Село", "", "", hromada, unit.raion, unit.oblast, hromada, at,
        _population(people.get(hromada, ()), number),
    )  # fmt: skip


def _population(people: tuple[int, ...], number: int) -> Population | None:
    if number >= len(people):
        return None
    return Population(people[number], date(2022, 1, 1), "population", PopulationBasis.COUNTED)


def offering(*areas: str | CatchmentArea, **changes: object) -> Offering:
    """Return home care given by day at the site, for the areas: codes or catchment areas."""
    catchment = tuple(area if isinstance(area, CatchmentArea) else CatchmentArea(area) for area in areas)
    made = Offering("home-care", catchment, TargetGroup.EVERYONE, frozenset({PlaceOfProvision.DAY}))
    return replace(made, **changes)


def point(record_id: str, *offerings: Offering, at: LonLat | None = HERE, **changes: object) -> ServicePoint:
    """Return a point in NORTH; without a place it is a shelter withheld from the public."""
    withheld = at is None
    made = ServicePoint(
        id=record_id,
        organisation="org",
        kind=PointKind.SHELTER if withheld else PointKind.DAY_CARE,
        name=f"Point {record_id}",
        location_policy=LocationPolicy.WITHHELD if withheld else LocationPolicy.PUBLIC,
        oblast=OBLAST,
        hromada=None if withheld else NORTH,
        settlement=None,
        point=at,
        precision=None if withheld else PointPrecision.STREET,
        address="",
        phones=(),
        offerings=offerings,
    )
    return replace(made, **changes)
