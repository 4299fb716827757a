"""Whom a service reaches by what a store tells: drawn by hand, on either store, for anyone."""

from __future__ import annotations

from datetime import timedelta

from mapapp.domain.access import Access
from mapapp.domain.coverage import Reach
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure
from mapapp.domain.katottg import NATION
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    ConfidentialPlace,
    LocationPolicy,
    PlaceOfProvision,
    WartimeState,
)
from mapapp.storage.store import open_store

HERE = LonLat(lon=30, lat=50)


def reached(store, world):
    """Return the hromadas that anybody reaches with home care."""
    reach = world.reach(store, "home-care")
    return {hromada: found for hromada, found in reach.items() if found != Reach()}


def test_located_in_is_not_serves(store, world):
    home, neighbour = world.code(10, 1, 1), world.code(10, 1, 2)
    relocated = world.point("relocated", HERE, world.offering(neighbour), hromada=home)
    store.replace_registry(world.registry(relocated), no_progress)

    assert reached(store, world) == {neighbour: Reach(from_neighbours=1)}


def test_own_point_counts_from_here_and_a_neighbours_from_elsewhere(store, world):
    home, neighbour = world.code(10, 1, 1), world.code(10, 1, 2)
    contract = CatchmentArea(neighbour, CatchmentBasis.CONTRACT, world.day, None)
    point = world.point("p", HERE, world.offering(home, contract), hromada=home)
    store.replace_registry(world.registry(point), no_progress)

    assert reached(store, world) == {home: Reach(from_here=1), neighbour: Reach(from_neighbours=1)}
    assert world.reach(store, "home-care", world.day - timedelta(days=1))[neighbour] == Reach()


def test_offering_counts_once_however_its_catchment_names_a_hromada(store, world):
    home = world.code(10, 1, 1)
    twice = world.offering(home, world.code(10, 1), world.code(10), NATION)
    store.replace_registry(world.registry(world.point("p", HERE, twice, hromada=home)), no_progress)

    reach = world.reach(store, "home-care")

    assert reach[home] == Reach(from_here=1)
    assert reach[world.code(10, 1, 2)] == Reach(from_wider=1)
    assert reach[world.kyiv] == Reach(from_wider=1)


def test_confidential_point_never_counts_from_here(store, world):
    home = world.code(10, 1, 1)
    shelter = world.point(
        "shelter",
        None,
        world.offering(home),
        location_policy=LocationPolicy.HROMADA_ONLY,
        hromada=home,
    )
    store.replace_registry(world.registry(shelter), no_progress)

    assert reached(store, world) == {home: Reach(from_neighbours=1)}


def test_everything_that_stops_an_offering_comes_back_from_the_store(store, world):
    home, day = world.code(10, 1, 1), world.day
    own = world.offering(home)
    taken = world.code(20, 2, 4)
    stopped = {
        "ended": {"valid_to": day - timedelta(days=1)},
        "later": {"valid_from": day + timedelta(days=1)},
        "closed": {"closures": (Closure(day, None, "ремонт"),)},
        "suspended": {"wartime": WartimeState(is_suspended=True, suspended_until=day)},
        "occupied": {"hromada": taken, "settlement": world.code(20, 2, 4, 1)},
    }
    points = [world.point(name, HERE, own, **changes) for name, changes in stopped.items()]
    store.replace_registry(world.registry(*points, world.point("open", HERE, own)), no_progress)

    assert reached(store, world) == {home: Reach(from_here=1)}
    tomorrow = world.reach(store, "home-care", day + timedelta(days=1))
    assert tomorrow[home] == Reach(from_here=3)


def test_what_is_given_from_afar_comes_back_as_such(store, world):
    remote = world.offering(world.code(10), places=frozenset({PlaceOfProvision.PHONE}))
    store.replace_registry(world.registry(world.point("p", HERE, remote)), no_progress)

    assert reached(store, world) == {
        world.code(10, r, h): Reach(remote=1) for r in (1, 2) for h in (1, 2, 3, 4)
    }


def test_anyone_is_told_the_same(store, module_store_url, world):
    home = world.code(10, 1, 2)
    place = ConfidentialPlace(home, world.code(10, 1, 2, 1), HERE, None, "вул. Потаємна, 17")
    shelter = world.point("shelter", None, world.offering(world.code(10, 1)), confidential_place=place)
    store.replace_registry(world.registry(shelter, world.point("p", HERE, world.offering(home))), no_progress)
    public = open_store(module_store_url, access=Access.PUBLIC)
    try:
        assert world.reach(public, "home-care") == world.reach(store, "home-care")
        assert world.reach(public, "home-care")[home] == Reach(from_neighbours=1, from_wider=1)
    finally:
        public.dispose()
