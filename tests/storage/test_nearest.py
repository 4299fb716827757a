"""The nearest providers, drawn by hand: who comes first, who serves, who is open, who stays hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import NearestQuery
from mapapp.domain.registry import CatchmentArea, CatchmentBasis, LocationPolicy


def test_nearest_comes_first(store, world):
    place = world.places("""
        b . . . . . .
        . . . . . . c
        . . O . a . .
        . . . . . . .
        . . . . d . .
    """)
    registry = world.registry(
        *(world.point(mark, place[mark], world.offering(world.code(10, 1, 1))) for mark in "abcd")
    )
    store.replace_registry(registry, no_progress)

    answer = store.nearest(NearestQuery("home-care", place["O"], world.day))

    # At 50° N a degree of longitude is 0.64 of a degree of latitude long.
    assert [found.point_id for found in answer.ranked] == ["a", "b", "d", "c"]
    assert [round(found.distance_m) for found in answer.ranked] == [14_399, 26_482, 26_514, 30_843]


def test_provider_that_serves_comes_before_a_nearer_one_that_does_not(store, world):
    place = world.places("""
        . O n . .
        . . . . s
    """)
    asked, neighbour = world.code(10, 1, 1), world.code(10, 1, 2)
    registry = world.registry(
        world.point("near", place["n"], world.offering(neighbour), hromada=asked),
        world.point("serving", place["s"], world.offering(asked), hromada=neighbour),
    )
    store.replace_registry(registry, no_progress)

    served = store.nearest(NearestQuery("home-care", place["O"], world.day, serving=asked))
    anybody = store.nearest(NearestQuery("home-care", place["O"], world.day))

    assert [(found.point_id, found.serves_hromada) for found in served.ranked] == [("serving", True)]
    assert [(found.point_id, found.serves_hromada) for found in anybody.ranked] == [
        ("near", None),
        ("serving", None),
    ]


@pytest.mark.parametrize("area", ["hromada", "raion", "oblast", "nation"])
def test_catchment_holds_the_hromadas_within_it_and_no_other(store, world, area):
    here = LonLat(lon=30, lat=50)
    catchment = {
        "hromada": world.code(10, 1, 1),
        "raion": world.code(10, 1),
        "oblast": world.code(10),
        "nation": NATION,
    }[area]
    store.replace_registry(world.registry(world.point("p", here, world.offering(catchment))), no_progress)

    def is_served(hromada):
        return bool(store.nearest(NearestQuery("home-care", here, world.day, serving=hromada)).ranked)

    served = [
        is_served(hromada)
        for hromada in (
            world.code(10, 1, 1),
            world.code(10, 1, 2),
            world.code(10, 2, 1),
            world.code(20, 1, 1),
            world.kyiv,
        )
    ]
    reached = ["hromada", "raion", "oblast", "nation", "nation"].index(area) + (area == "nation") + 1
    assert served == [position < reached for position in range(5)]


def test_kyiv_is_served_under_its_own_code(store, world):
    here = LonLat(lon=30.5, lat=50.4)
    point = world.point("kyiv", here, world.offering(world.kyiv), hromada=world.kyiv)
    store.replace_registry(world.registry(point), no_progress)

    answer = store.nearest(NearestQuery("home-care", here, world.day, serving=world.kyiv))

    assert [(found.point_id, found.hromada) for found in answer.ranked] == [("kyiv", world.kyiv)]


@pytest.mark.parametrize(
    ("starts", "ends", "holds"), [(0, 0, True), (1, None, False), (None, -1, False), (-1, 1, True)]
)
def test_contract_holds_on_its_first_and_last_day(store, world, starts, ends, holds):
    here = LonLat(lon=30, lat=50)
    contract = CatchmentArea(
        world.code(20, 1, 1),
        CatchmentBasis.CONTRACT,
        None if starts is None else world.day + timedelta(days=starts),
        None if ends is None else world.day + timedelta(days=ends),
    )
    store.replace_registry(world.registry(world.point("p", here, world.offering(contract))), no_progress)

    answer = store.nearest(NearestQuery("home-care", here, world.day, serving=world.code(20, 1, 1)))

    assert bool(answer.ranked) is holds


@pytest.mark.parametrize(("opens", "closes", "is_open"), [(0, 0, True), (1, None, False), (None, -1, False)])
def test_point_is_open_on_its_first_and_last_day(store, world, opens, closes, is_open):
    here = LonLat(lon=30, lat=50)
    point = world.point(
        "p",
        here,
        world.offering(world.code(10, 1, 1)),
        valid_from=None if opens is None else world.day + timedelta(days=opens),
        valid_to=None if closes is None else world.day + timedelta(days=closes),
    )
    store.replace_registry(world.registry(point), no_progress)

    assert bool(store.nearest(NearestQuery("home-care", here, world.day)).ranked) is is_open


def test_points_at_one_place_come_by_id(store, world):
    here = LonLat(lon=30, lat=50)
    ids = ["b", "a.1", "a_1", "a-1", "a1", "a", "aa", "a0"]
    points = [world.point(record_id, here, world.offering(world.code(10, 1, 1))) for record_id in ids]
    store.replace_registry(world.registry(*points), no_progress)

    answer = store.nearest(NearestQuery("home-care", LonLat(lon=30.1, lat=50), world.day, limit=5))

    assert [found.point_id for found in answer.ranked] == sorted(ids)[:5]


def test_radius_keeps_what_lies_within_it(store, world, plain_rules):
    here, there = LonLat(lon=30, lat=50), LonLat(lon=30.3, lat=50.2)
    store.replace_registry(
        world.registry(world.point("p", there, world.offering(world.code(10, 1, 1)))), no_progress
    )
    distance_m = plain_rules.metres(here, there)

    def is_found(radius_m):
        return bool(store.nearest(NearestQuery("home-care", here, world.day, radius_m=radius_m)).ranked)

    assert is_found(distance_m + 0.001)
    assert not is_found(distance_m - 0.001)


def test_confidential_point_comes_apart_without_a_place(store, world):
    here = LonLat(lon=30, lat=50)
    registry = world.registry(
        world.point("open", here, world.offering(world.code(10, 1, 1))),
        world.point("z-withheld", None, world.offering(world.code(10)), referral_note="за направленням"),
        world.point(
            "a-hromada",
            None,
            world.offering(world.code(10, 1, 1)),
            location_policy=LocationPolicy.HROMADA_ONLY,
            hromada=world.code(10, 1, 1),
        ),
        world.point("elsewhere", None, world.offering(world.code(20))),
    )
    store.replace_registry(registry, no_progress)

    answer = store.nearest(NearestQuery("home-care", here, world.day, serving=world.code(10, 1, 1)))

    assert [found.point_id for found in answer.ranked] == ["open"]
    assert [found.point_id for found in answer.confidential] == ["a-hromada", "z-withheld"]
    withheld = answer.confidential[1]
    assert (withheld.distance_m, withheld.position, withheld.precision) == (None, None, None)
    assert (withheld.hromada, withheld.address) == (None, "")
    assert (withheld.oblast, withheld.phones, withheld.referral_note) == (
        world.code(10),
        ("15-45",),
        "за направленням",
    )


def test_nobody_confidential_is_listed_for_nowhere_in_particular(store, world):
    store.replace_registry(world.registry(world.point("withheld", None, world.offering(NATION))), no_progress)

    answer = store.nearest(NearestQuery("home-care", LonLat(lon=30, lat=50), world.day))

    assert (answer.ranked, answer.confidential) == ((), ())


def test_unknown_service_and_hromada_are_not_found(store, world):
    here = LonLat(lon=30, lat=50)
    with pytest.raises(NotFoundError, match="no service «flying»"):
        store.nearest(NearestQuery("flying", here, world.day))
    with pytest.raises(NotFoundError, match="no hromada with the code UA99"):
        store.nearest(NearestQuery("home-care", here, world.day, serving=Katottg("UA99010010010000001")))
    assert store.nearest(NearestQuery("home-care", here, world.day, serving=world.kyiv)).ranked == ()
