"""The revision that brings referral finds what the offerings there are say already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import CandidateQuery
from mapapp.domain.registry import MobileStop, PlaceOfProvision

HERE = LonLat(lon=30, lat=50)
DERIVED = text("SELECT point, is_remote, is_wide, last_stop FROM offering ORDER BY point")


def test_offerings_of_an_earlier_store_are_found_alike(empty_store, country, services, world):
    own = world.offering(world.code(10, 1, 1))
    stops = tuple(MobileStop(world.code(10, 1, 1, 1), world.day + timedelta(days=day)) for day in (5, 2))
    registry = world.registry(
        world.point("here", HERE, own),
        world.point("kyiv", HERE, world.offering(world.code(10, 1, 1), world.kyiv)),
        world.point("nation", HERE, world.offering(NATION)),
        world.point("online", HERE, replace(own, places=frozenset({PlaceOfProvision.ONLINE}))),
        world.point(
            "phone-or-home",
            HERE,
            replace(own, places=frozenset({PlaceOfProvision.PHONE, PlaceOfProvision.HOME})),
        ),
        world.point("raion", HERE, world.offering(world.code(10, 1))),
        world.point("shelter", None, own),
        world.point("team", HERE, own, stops=stops),
    )
    empty_store.migrate()
    empty_store.replace_geography(country, no_progress)
    empty_store.replace_services(services)
    empty_store.replace_registry(registry, no_progress)
    areas = (world.code(10, 1, 1), world.code(10, 1), world.code(10), NATION)
    query = CandidateQuery("home-care", HERE, world.day, areas)
    found = empty_store.candidates(query)
    with empty_store._reading() as connection:
        derived = connection.execute(DERIVED).all()

    empty_store.downgrade("0004")
    empty_store.migrate()

    assert empty_store.candidates(query) == found
    with empty_store._reading() as connection:
        assert connection.execute(DERIVED).all() == derived
    assert [row.point for row in derived if row.is_remote] == ["online"]
    assert [row.point for row in derived if row.is_wide] == ["kyiv", "nation", "raion"]
    assert [(row.point, str(row.last_stop)) for row in derived if row.last_stop] == [
        ("team", str(world.day + timedelta(days=5)))
    ]
