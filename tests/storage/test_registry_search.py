"""The registry's list: every word and filter narrows it alike on both stores, and tells no hidden place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.contacts import Phone
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import (
    ConfidentialPlace,
    LocationPolicy,
    Organisation,
    PointKind,
    Registry,
    Sector,
)
from mapapp.domain.registry_questions import Freshness, RegistryQuery
from mapapp.storage import registry_search

HERE = LonLat(lon=30.0, lat=50.0)
ORGANISATIONS = (
    Organisation("org", "КНП «Об’єднання 100%»", Sector.STATE_COMMUNAL, edrpou="00032129"),
    Organisation("other", "ГО «Поруч»", Sector.NON_STATE),
)


@pytest.fixture
def find(store):
    def find(**asked):
        query = RegistryQuery(**{"today": date(2026, 1, 15), **asked})
        with store._reading() as connection:
            page = registry_search.find_records(connection, query)
            assert (
                registry_search.listed_ids(connection, replace(query, limit=1))[: query.limit]
                == [point.id for point in page.points]
                or query.offset
            )
        return page

    return find


@pytest.fixture
def listed(find):
    return lambda **asked: [point.id for point in find(**asked).points]


@pytest.fixture
def put(store):
    def put(*points):
        store.replace_registry(Registry(ORGANISATIONS, points, frozenset()), no_progress)

    return put


def test_points_are_listed_by_name_in_ukrainian_order_then_by_id(world, put, listed):
    names = {"b": "Єдність", "a": "Джерело", "d": "Івано", "c": "Ґанок", "f": "Гора", "e": "Гора"}
    put(*(world.point(id_, HERE, name=name) for id_, name in names.items()))
    assert listed() == ["e", "f", "c", "a", "b", "d"]


def test_a_page_is_a_part_of_the_whole_and_says_how_many_there_are(world, put, find):
    put(*(world.point(f"p{n}", HERE, name=f"Точка {n}") for n in range(7)))
    page = find(limit=3, offset=3)
    assert page.total == 7
    assert [point.id for point in page.points] == ["p3", "p4", "p5"]
    assert find(limit=3, offset=9).points == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["two", "one"]),
        ("СОНЯЧНИЙ", ["one"]),
        ("центр сонячний", ["one"]),
        ("обʼєднання", ["one"]),
        ("00032129", ["one"]),
        ("соборна сонячний", ["one"]),
        ("(0532) 60-61-62", ["one"]),
        ("+38 0532", ["one"]),
        ("two", ["two"]),
        ("сонячний поруч", []),
        ("100%", ["one"]),
        ("%", ["one"]),
        ("_", []),
        ("\\", []),
        ("' OR 1=1 --", []),
    ],
)
def test_every_word_must_be_found_in_what_is_said_of_a_point(world, put, listed, text, found):
    put(
        world.point(
            "one",
            HERE,
            name="Центр «Сонячний»",
            address="вул. Соборна, 1",
            phones=(Phone("(0532) 60-61-62", "+380532606162"),),
        ),
        world.point("two", HERE, name="Поруч", organisation="other", address=""),
    )
    assert listed(text=text) == found


def test_each_filter_lets_only_its_own_pass(world, put, listed):
    put(
        world.point("a", HERE, world.offering(world.code(10)), kind=PointKind.NGO),
        world.point("b", HERE, organisation="other"),
        world.point("c", HERE, hromada=world.code(20, 1, 1)),
    )
    assert listed(kind=PointKind.NGO) == ["a"]
    assert listed(service="home-care") == ["a"]
    assert listed(sector=Sector.NON_STATE) == ["b"]
    assert listed(area=world.code(20)) == ["c"]
    assert listed(area=world.code(10, 1)) == ["a", "b"]
    assert listed(area=world.code(10, 1, 1), service="home-care") == ["a"]
    assert listed(area=world.code(10, 1, 2)) == []


def test_kyiv_is_an_oblast_and_a_hromada_of_its_own(world, put, listed):
    put(world.point("a", HERE, hromada=world.kyiv))
    assert listed(area=world.kyiv) == ["a"]


def test_points_that_work_on_a_day_are_told_from_those_that_do_not(world, put, find, listed):
    put(world.point("a", HERE, valid_to=world.day), world.point("b", HERE, valid_from=world.day))
    assert listed(open_on=world.day) == ["a", "b"]
    assert listed(open_on=world.day + timedelta(days=1)) == ["b"]
    assert listed(open_on=world.day - timedelta(days=1)) == ["a"]
    assert [point.valid_to for point in find().points] == [world.day, None]


def test_freshness_goes_by_the_shortest_interval_of_the_services_of_a_point(
    world, put, find, store, services
):
    def listed(**asked):
        return [point.id for point in find(**asked).points]

    rare = replace(services["rare"], refresh_days=30)
    store.replace_services({**services, "rare": rare})
    area = world.code(10)
    both = (world.offering(area), world.offering(area, service="rare"))
    verified = {"last_verified": world.day}
    put(
        world.point("both", HERE, *both, **verified),
        world.point("home", HERE, both[0], **verified),
        world.point("never", HERE, both[0]),
        world.point("nothing", HERE, **verified),
    )
    later = world.day + timedelta(days=31)
    assert listed(freshness=Freshness.FRESH, today=world.day + timedelta(days=30)) == [
        "both",
        "home",
        "nothing",
    ]
    assert listed(freshness=Freshness.STALE, today=later) == ["both"]
    assert listed(freshness=Freshness.FRESH, today=later) == ["home", "nothing"]
    assert listed(freshness=Freshness.NEVER_VERIFIED) == ["never"]
    assert find(freshness=Freshness.STALE, today=later).total == 1
    assert {point.id: point.freshness for point in find(today=later).points} == {
        "both": Freshness.STALE,
        "home": Freshness.FRESH,
        "never": Freshness.NEVER_VERIFIED,
        "nothing": Freshness.FRESH,
    }
    store.replace_services(services)


def test_the_services_of_a_point_come_once_each_in_the_classifiers_order(world, put, find):
    area = world.code(10)
    offered = ("rare", "home-care", "rare")
    put(world.point("a", HERE, *(world.offering(area, service=service) for service in offered)))
    assert find().points[0].services == ("home-care", "rare")


def test_a_confidential_point_is_found_by_nothing_that_is_hidden(world, put, find, listed):
    hidden = world.point("hidden", None, name="Притулок").disclosed()
    place = ConfidentialPlace(
        hromada=world.code(10, 2, 3),
        settlement=world.code(10, 2, 3, 1),
        point=LonLat(lon=31.5, lat=49.5),
        address="вул. Таємна, 7",
    )
    named = replace(
        hidden, id="named", location_policy=LocationPolicy.HROMADA_ONLY, hromada=world.code(10, 2, 3)
    )
    put(replace(hidden, confidential_place=place), named)
    (point,) = find(text="hidden").points
    assert (point.oblast, point.hromada, point.is_confidential) == (world.code(10), None, True)
    assert listed(text="таємна") == []
    assert listed(area=world.code(10)) == ["hidden", "named"]
    for area in (world.code(10, 2), world.code(10, 2, 3)):
        assert listed(area=area) == ["named"]


def test_an_unknown_service_is_said(put, find):
    put()
    with pytest.raises(NotFoundError):
        find(service="levitation")


def test_summaries_tell_records_apart_and_hide_what_is_hidden(world, put, store):
    put(
        world.point("a", HERE, name="Центр", address="вул. Соборна, 1"),
        world.point("hidden", None, name="Притулок"),
    )
    asked = [RecordKey(RecordKind.POINT, id_) for id_ in ("a", "hidden", "gone")]
    organisation = RecordKey(RecordKind.ORGANISATION, "org")
    with store._reading() as connection:
        found = registry_search.summaries(connection, [*asked, organisation])
    assert set(found) == {*asked[:2], organisation}
    assert (found[asked[0]].address, found[asked[0]].edrpou) == ("вул. Соборна, 1", "00032129")
    assert (found[asked[1]].address, found[asked[1]].is_confidential) == ("", True)
    assert (found[organisation].name, found[organisation].is_confidential) == (ORGANISATIONS[0].name, False)
