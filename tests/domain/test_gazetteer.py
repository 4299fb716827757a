"""Parents and occupation follow from the units themselves.

The country of these tests:

    oblast UA10 --- raion UA1002 --- hromada UA1002003: two villages
                                 \\-- hromada UA1002005: one town
                \\- Prypiat, right under the oblast
    special city UA80
"""

import pytest

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Occupation,
    Raion,
    Settlement,
    SettlementKind,
    TerritoryStatus,
)
from mapapp.domain.katottg import Katottg

OBLAST = Katottg("UA10000000000000001")
RAION = Katottg("UA10020000000000002")
VILLAGES = Katottg("UA10020030000000003")
TOWN = Katottg("UA10020050000000004")
CITY = Katottg("UA80000000000000005")
FIRST_VILLAGE = Katottg("UA10020030010000006")
SECOND_VILLAGE = Katottg("UA10020030020000007")
TOWN_ITSELF = Katottg("UA10020050010000008")
PRYPIAT = Katottg("UA10000000010000009")
OCCUPIED = frozenset({TerritoryStatus.TEMPORARILY_OCCUPIED, TerritoryStatus.POSSIBLE_HOSTILITIES})
SHELLED = frozenset({TerritoryStatus.ACTIVE_HOSTILITIES})


def hromada(katottg, kind=HromadaKind.RURAL, raion=RAION, oblast=OBLAST):
    return Hromada(
        katottg=katottg,
        kind=kind,
        name="Назва",
        name_en="Name",
        raion=raion,
        oblast=oblast,
        centre=LonLat(lon=30, lat=50),
        population=None,
        area_km2=None,
    )


def settlement(katottg, area, kind=SettlementKind.VILLAGE):
    is_hromada = area in {VILLAGES, TOWN, CITY}
    return Settlement(
        katottg=katottg,
        kind=kind,
        name="Назва",
        name_en="Name",
        former_name="",
        hromada=area if is_hromada else None,
        raion=RAION if area in {VILLAGES, TOWN} else None,
        oblast=CITY if area == CITY else OBLAST,
        area=area,
        point=None,
        population=None,
    )


def gazetteer(open_status=None):
    settlements = [
        settlement(FIRST_VILLAGE, VILLAGES),
        settlement(SECOND_VILLAGE, VILLAGES),
        settlement(TOWN_ITSELF, TOWN, SettlementKind.CITY),
        settlement(PRYPIAT, OBLAST, SettlementKind.CITY),
        settlement(CITY, CITY, SettlementKind.SPECIAL_CITY),
    ]
    hromadas = [
        hromada(VILLAGES),
        hromada(TOWN, HromadaKind.URBAN),
        hromada(CITY, HromadaKind.SPECIAL_CITY, raion=None, oblast=CITY),
    ]
    return Gazetteer(
        oblasts={
            OBLAST: Oblast(OBLAST, OblastKind.OBLAST, "Область", "Oblast"),
            CITY: Oblast(CITY, OblastKind.SPECIAL_CITY, "Місто", "City"),
        },
        raions={RAION: Raion(RAION, "Район", "Raion", OBLAST)},
        hromadas={unit.katottg: unit for unit in hromadas},
        settlements={place.katottg: place for place in settlements},
        status_periods=(),
        open_status=open_status or {},
        sources={},
    )


def test_settlements_are_found_by_the_area_that_is_drawn_around_them():
    grouped = {
        area: [place.katottg for place in members] for area, members in gazetteer().settlements_of.items()
    }
    assert grouped == {
        VILLAGES: [FIRST_VILLAGE, SECOND_VILLAGE],
        TOWN: [TOWN_ITSELF],
        OBLAST: [PRYPIAT],
        CITY: [CITY],
    }


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, Occupation.NONE),
        ({FIRST_VILLAGE: OCCUPIED}, Occupation.PARTLY),
        ({FIRST_VILLAGE: OCCUPIED, SECOND_VILLAGE: SHELLED}, Occupation.PARTLY),
        ({FIRST_VILLAGE: OCCUPIED, SECOND_VILLAGE: OCCUPIED}, Occupation.FULLY),
        ({FIRST_VILLAGE: SHELLED, SECOND_VILLAGE: SHELLED}, Occupation.NONE),
        ({TOWN_ITSELF: OCCUPIED}, Occupation.NONE),
    ],
)
def test_a_hromada_is_as_occupied_as_its_settlements(status, expected):
    assert gazetteer(status).occupation[VILLAGES] is expected


def test_parents_run_from_the_hromada_up_to_its_oblast():
    assert gazetteer().parents_of(VILLAGES) == (VILLAGES, RAION, OBLAST)


def test_a_special_city_is_its_own_only_parent():
    assert gazetteer().hromadas[CITY].is_special_city
    assert gazetteer().parents_of(CITY) == (CITY,)


def test_an_unknown_hromada_has_no_parents():
    with pytest.raises(KeyError):
        gazetteer().parents_of(RAION)


def test_what_was_computed_cannot_be_changed():
    with pytest.raises(TypeError):
        gazetteer().occupation[VILLAGES] = Occupation.NONE
