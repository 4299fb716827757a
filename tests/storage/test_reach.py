"""Whom a service reaches: drawn by hand, then against plain rules over thousands of scattered points."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapapp.domain.coverage import Reach
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import CatchmentArea, CatchmentBasis, LocationPolicy

HERE = LonLat(lon=30, lat=50)


def reached(store, world):
    """Return the hromadas that anybody reaches with home care."""
    reach = store.reach("home-care", world.day)
    return {hromada: found for hromada, found in reach.items() if found != Reach()}


def test_located_in_is_not_serves(store, world):
    home, neighbour = world.code(10, 1, 1), world.code(10, 1, 2)
    relocated = world.point("relocated", HERE, world.offering(neighbour), hromada=home)
    store.replace_registry(world.registry(relocated), no_progress)

    assert reached(store, world) == {neighbour: Reach(from_wider=1)}


def test_own_point_counts_from_here_and_a_neighbours_from_elsewhere(store, world):
    home, neighbour = world.code(10, 1, 1), world.code(10, 1, 2)
    contract = CatchmentArea(neighbour, CatchmentBasis.CONTRACT, world.day, None)
    point = world.point("p", HERE, world.offering(home, contract), hromada=home)
    store.replace_registry(world.registry(point), no_progress)

    assert reached(store, world) == {home: Reach(from_here=1), neighbour: Reach(from_wider=1)}
    assert store.reach("home-care", world.day - timedelta(days=1))[neighbour] == Reach()


def test_offering_counts_once_however_its_catchment_names_a_hromada(store, world):
    home = world.code(10, 1, 1)
    twice = world.offering(home, world.code(10, 1), world.code(10), NATION)
    store.replace_registry(world.registry(world.point("p", HERE, twice, hromada=home)), no_progress)

    reach = store.reach("home-care", world.day)

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

    assert reached(store, world) == {home: Reach(from_wider=1)}


def test_every_hromada_is_answered_for_in_code_order(store, world, country):
    assert list(store.reach("home-care", world.day)) == sorted(country.hromadas)


def test_reach_of_an_unknown_service_is_not_found(store, world):
    with pytest.raises(NotFoundError, match="no service «flying»"):
        store.reach("flying", world.day)
