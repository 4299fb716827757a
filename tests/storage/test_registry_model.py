"""The whole model fits the tables, each rule refuses what breaks it, and records survive a migration."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from sqlalchemy import text

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.errors import UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import NearestQuery
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    ConfidentialPlace,
    MobileStop,
    Organisation,
    Ownership,
    PointKind,
    PointPrecision,
    ProviderKind,
    RecordSource,
    Registry,
    Sector,
    Tariff,
    Term,
    WartimeState,
)
from mapapp.storage import loading, revisions

HERE = LonLat(lon=30, lat=50)
DAY = date(2026, 1, 15)
WEEK = ((OpenSpan(time(9), time(13)), OpenSpan(time(14), time(18))),) * 5 + ((), ())


@pytest.fixture
def organisation():
    return Organisation(
        id="org",
        name="Комунальна установа «Об’єднаний центр»",
        sector=Sector.STATE_COMMUNAL,
        edrpou="00032129",
        successor_of=("former",),
        short_name="ОЦ",
        kind=ProviderKind.LEGAL_ENTITY,
        legal_form="комунальна установа",
        ownership=Ownership.COMMUNAL,
        parent="head",
        registry_number="7",
        registry_in=DAY,
        registry_out=DAY,
        address="вул. Головна, 1",
        phones=(Phone("(044) 123-45-67", "+380441234567"), Phone("1545")),
        emails=("a@example.ua",),
        website="https://example.ua",
        valid_from=DAY,
        valid_to=DAY,
        last_verified=DAY,
        source=RecordSource("state", "1"),
    )


@pytest.fixture
def offering(world):
    contract = CatchmentArea(world.code(20), CatchmentBasis.CONTRACT, DAY, DAY)
    return world.offering(
        world.code(10, 1, 1),
        contract,
        capacity=10,
        vacant=3,
        capacity_unit=CapacityUnit.FAMILIES,
        capacity_as_of=DAY,
        age_from=18,
        age_to=60,
        terms=frozenset(Term),
        is_emergency=True,
        meets_standard=False,
        tariffs=(
            Tariff(date(2025, 1, 1), date(2025, 12, 31), Decimal("12.50"), Decimal("20.00"), "рішення № 1"),
            Tariff(date(2026, 1, 1), per_person=Decimal(15)),
        ),
        conditions="за направленням",
    )


@pytest.fixture
def point(world, offering):
    return world.point(
        "team",
        HERE,
        offering,
        world.offering("UA"),
        kind=PointKind.ADMINISTRATIVE_SERVICE_POINT,
        settlement=world.code(10, 1, 1, 1),
        hours="Пн–Пт 9–18",
        referral_note="записка",
        relocated_from=world.code(20, 1, 1),
        valid_from=DAY,
        valid_to=DAY,
        last_verified=DAY,
        is_demo=True,
        coordinates_source="обхід",
        address_parts=AddressParts("01001", "Село", "вул. Польова", "1", "2", "3", "двір"),
        phones=(Phone("(050) 111-22-33", "+380501112233"), Phone("116 123")),
        opening_hours=OpeningHours(WEEK, (HoursException(DAY, DAY, (), "свято"),)),
        closures=(Closure(DAY, None, "ремонт"),),
        emails=("b@example.ua",),
        website="https://example.org",
        contacts=(Contact("черговий", (Phone("103"),), "c@example.ua"),),
        languages=("uk", "en"),
        accessibility=frozenset({Accessibility.LIFT}),
        no_accessibility=frozenset({Accessibility.PARKING}),
        wartime=WartimeState(True, DAY, works_without_power=True, has_shelter=False, last_confirmed=DAY),
        stops=(MobileStop(world.code(10, 1, 1, 1), DAY, time(9), time(12, 30), "біля школи"),),
        source=RecordSource("state", "2"),
    )


@pytest.fixture
def shelter(world):
    place = ConfidentialPlace(
        world.code(10, 1, 3),
        world.code(10, 1, 3, 1),
        HERE,
        PointPrecision.BUILDING,
        "вул. Потаємна, 1",
        AddressParts(street="вул. Потаємна"),
    )
    return world.point("shelter", None, world.offering("UA"), confidential_place=place)


@pytest.fixture
def registry(organisation, point, shelter):
    others = [Organisation(name, name, Sector.STATE_COMMUNAL) for name in ("former", "head")]
    return Registry((*others, organisation), (point, shelter), frozenset())


def rows(store, sql: str):
    if store.kind == "sqlite":
        sql = sql.replace("private.", "")
    with store._reading() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def test_everything_a_record_can_say_is_kept(store, registry, organisation, point, shelter):
    store.replace_registry(registry, no_progress)

    assert rows(store, "SELECT organisation, predecessor FROM organisation_predecessor") == [
        ("org", "former")
    ]
    assert rows(store, "SELECT count(*), min(valid_from), max(basis) FROM tariff")[0][0] == 2
    assert rows(store, "SELECT point, settlement, place FROM mobile_stop") == [
        ("team", point.stops[0].settlement, "біля школи")
    ]
    place = shelter.confidential_place
    assert rows(store, "SELECT point, hromada, lon, lat, address FROM private.confidential_place") == [
        ("shelter", place.hromada, 30.0, 50.0, place.address)
    ]
    assert store.registry.record(RecordKey(RecordKind.POINT, "team")).record == point
    assert store.registry.record(RecordKey(RecordKind.POINT, "shelter")).record == shelter
    assert store.registry.record(RecordKey(RecordKind.ORGANISATION, "org")).record == organisation
    (words,) = rows(store, "SELECT search_text FROM service_point WHERE id = 'team'")[0]
    for word in ("point team", "обєднаний", "00032129", "380501112233"):
        assert word in words


BAD = [
    ("organisation", "edrpou = '1234567'"),
    ("organisation", "edrpou = '1234567А'"),
    ("organisation", "parent = id"),
    ("organisation", "parent = 'nobody'"),
    ("organisation", "valid_to = '2020-01-01'"),
    ("organisation", "source = NULL"),
    ("organisation", "source = 'state', source_id = '1'"),
    ("organisation", "kind = 'X'"),
    ("organisation", "ownership = 'mine'"),
    ("organisation_predecessor", "predecessor = organisation"),
    ("organisation_predecessor", "predecessor = 'nobody'"),
    ("service", "refresh_days = 0"),
    ("service", "valid_from = '2026-01-02', valid_to = '2026-01-01'"),
    ("service_point", "kind = 'hotel'"),
    ("service_point", "source_id = NULL"),
    ("service_point", "valid_to = '2020-01-01'"),
    ("service_point", "settlement = 'UA00000000000000000'"),
    ("offering", "vacant = 11"),
    ("offering", "vacant = -1"),
    ("offering", "age_from = 61"),
    ("offering", "age_from = -1"),
    ("offering", "capacity_unit = 'beds'"),
    ("offering", "valid_to = '2027-01-01'"),
    ("tariff", "per_person = -1"),
    ("tariff", "valid_to = '2024-01-01'"),
    ("tariff", "valid_to = '2026-02-01'"),
    ("tariff", "valid_from = '2025-06-01', valid_to = '2025-07-01'"),
    ("mobile_stop", "settlement = 'UA00000000000000000'"),
    ("mobile_stop", "point = 'shelter'"),
    ("private.confidential_place", "point = 'team'"),
    ("private.confidential_place", "hromada = 'UA00000000000000000'"),
    ("private.confidential_place", "hromada = NULL"),
    ("private.confidential_place", "lat = NULL"),
    ("private.confidential_place", "precision = 'exact'"),
    ("catchment", "content = 'same'"),
]


@pytest.mark.parametrize(("table", "change"), BAD)
def test_each_rule_refuses_what_breaks_it(store, registry, table, change):
    store.replace_registry(registry, no_progress)
    where = {
        "organisation": "" if "source = 'state'" in change else " WHERE id = 'org'",
        "service_point": " WHERE id = 'team'",
        "offering": " WHERE point = 'team' AND ordinal = 0",
    }.get(table, "")
    name = table.replace("private.", "") if store.kind == "sqlite" else table
    with pytest.raises(UsageError, match="The store refuses these records"), store._writing() as connection:
        connection.execute(text(f"UPDATE {name} SET {change}{where}"))


def test_a_point_with_a_hidden_place_cannot_become_public_beside_it(store, registry, world):
    store.replace_registry(registry, no_progress)
    public = (
        "UPDATE service_point SET location_policy = 'public', lon = 30, lat = 50, precision = 'building',"
        f" hromada = '{world.code(10, 1, 1)}' WHERE id = 'shelter'"
    )
    with pytest.raises(UsageError, match="The store refuses these records"), store._writing() as connection:
        connection.execute(text(public))


def test_records_are_put_in_place_of_those_with_the_same_ids_alone(store, registry, world, point):
    store.replace_registry(registry, no_progress)
    other = world.point("other", HERE, world.offering("UA"))
    moved = replace(point, offerings=point.offerings[:1], stops=(), valid_to=None)
    with store._writing() as connection:
        loading.write_records(connection, (), (moved, other), no_progress)

    assert rows(store, "SELECT id FROM service_point ORDER BY id") == [("other",), ("shelter",), ("team",)]
    assert rows(store, "SELECT count(*) FROM offering") == [(3,)]
    assert rows(store, "SELECT count(*) FROM mobile_stop") == [(0,)]
    assert rows(store, "SELECT count(*) FROM catchment") == [(2,)]
    assert len(store.nearest(NearestQuery("home-care", HERE, DAY)).ranked) == 2

    keys = [RecordKey(RecordKind.POINT, "team"), RecordKey(RecordKind.POINT, "shelter")]
    with store._writing() as connection:
        loading.remove_records(connection, keys)
    assert rows(store, "SELECT id FROM service_point") == [("other",)]
    assert rows(store, "SELECT count(*) FROM private.confidential_place") == [(0,)]


def test_points_are_found_by_the_new_name_of_their_organisation(store, registry, organisation):
    store.replace_registry(registry, no_progress)
    with store._writing() as connection:
        loading.write_records(connection, (replace(organisation, name="Нова назва"),), (), no_progress)
    words = [found for (found,) in rows(store, "SELECT search_text FROM service_point")]
    assert len(words) == 2
    assert all("нова назва" in found for found in words)


def test_an_organisation_others_refer_to_cannot_be_removed(store, registry):
    store.replace_registry(registry, no_progress)
    key = RecordKey(RecordKind.ORGANISATION, "org")
    with pytest.raises(UsageError, match="The store refuses these records"), store._writing() as connection:
        loading.remove_records(connection, [key])


def test_a_store_with_records_goes_back_to_the_first_schema_and_up_again(
    empty_store, country, services, registry, world
):
    store = empty_store
    store.migrate()
    store.replace_geography(country, no_progress)
    store.replace_services(services)
    known_then = world.point("p", HERE, world.offering(world.code(10), world.code(20)), world.offering("UA"))
    store.replace_registry(replace(registry, points=(*registry.points, known_then)), no_progress)

    with store._writing() as connection:
        revisions.downgrade(connection, "0001")
    assert rows(store, "SELECT id FROM service_point ORDER BY id") == [("p",), ("shelter",)]
    (kept,) = rows(store, "SELECT successor_of FROM organisation WHERE id = 'org'")
    assert "former" in str(kept)

    store.migrate()
    assert store.services() == services
    found = store.nearest(NearestQuery("home-care", HERE, DAY)).ranked
    assert [(hit.point_id, hit.phones) for hit in found] == [("p", ("15-45",))] * 2
    assert rows(store, "SELECT organisation, predecessor FROM organisation_predecessor") == [
        ("org", "former")
    ]
    with store._writing() as connection:
        loading.write_records(connection, (), (known_then,), no_progress)
    assert rows(store, "SELECT count(*) FROM catchment") == [(3,)]
