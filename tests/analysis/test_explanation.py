"""Why a hromada's row is what it is: small registries with answers by hand, then a scattered one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import scattered
import small_country
from pyproj import Geod
from small_country import DAY, FAR, HERE, MIDDLE, NORTH, OBLAST, RAION, SOUTH, offering, point

from mapapp.analysis.explanation import explain_services, points_around
from mapapp.analysis.layout import layout_of
from mapapp.analysis.presence import presence_matrix
from mapapp.analysis.supply import supply_of
from mapapp.domain.coverage import IN_PERSON, CoverageState, PresenceQuery
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure
from mapapp.domain.katottg import NATION
from mapapp.domain.referral import Basis, Refusal, RefusalReason
from mapapp.domain.registry import CatchmentArea, CatchmentBasis, PlaceOfProvision, WartimeState

WGS84 = Geod(ellps="WGS84")
ONLINE = frozenset({PlaceOfProvision.ONLINE})
BEFORE = DAY - timedelta(days=1)


def explained(country, services, points, hromada, *, day=DAY, asked=("home-care",), occupied=()):
    """Return what is told of the services asked for, from just the points that are looked at."""
    ground = layout_of(country).with_occupied(occupied)
    supply = supply_of(points, ground, services)
    found = supply.on(day)
    scope = frozenset(country.oblasts)
    matrix = presence_matrix(PresenceQuery(day, None, asked), ground, found, services, scope)
    around = points_around(matrix, hromada, country, supply, found)
    looked_at = {point_id for column in around for point_id in (*column.serving, *column.nearest)}
    by_id = {it.id: it for it in points if it.id in looked_at}
    return explain_services(matrix, hromada, country, around, by_id)


@pytest.fixture(scope="module")
def explain():
    """Explains home care in a hromada of the small country, MIDDLE unless another is named."""
    country = small_country.country()

    def asked(*points, hromada=MIDDLE, **question):
        (told,) = explained(country, small_country.SERVICES, points, hromada, **question)
        return told

    return asked


def east(degrees: float) -> LonLat:
    """Return a place so far east of MIDDLE's centre."""
    return LonLat(HERE.lon + degrees, HERE.lat)


def ids(served) -> list[str]:
    return [it.point_id for it in served]


def test_who_serves_is_told_with_the_distance_from_the_centre_and_the_reason(explain):
    contract = CatchmentArea(MIDDLE, CatchmentBasis.CONTRACT, DAY, None)
    told = explain(
        point("own", offering(MIDDLE, capacity=5), at=east(0.2), hromada=MIDDLE, is_demo=True),
        point("neighbour", offering(contract), at=east(0.1)),
        point("wide", offering(RAION), at=east(0.3)),
    )
    assert (told.services, told.basic_point, told.state) == (("home-care",), None, CoverageState.SERVED)
    assert [(it.point_id, it.basis) for it in told.serving] == [
        ("neighbour", Basis.CONTRACT),
        ("own", Basis.OWN_HROMADA),
        ("wide", Basis.RAION),
    ]
    own = told.serving[1]
    metres = WGS84.inv(HERE.lon, HERE.lat, HERE.lon + 0.2, HERE.lat)[2]
    assert own.distance_m == pytest.approx(metres, abs=1e-6)
    assert (own.hromada, own.name, own.capacity, own.is_demo) == (MIDDLE, "Point own", 5, True)
    assert all(not it.refusals for it in told.serving)
    assert told.not_serving == ()


def test_those_in_person_come_first_then_confidential_ones_then_those_from_afar(explain):
    told = explain(
        point("a-remote", offering(NATION, places=ONLINE), at=east(0.01)),
        point("b-shelter", offering(OBLAST), at=None),
        point("c-far", offering(NATION), at=east(4)),
        point("d-remote-shelter", offering(OBLAST, places=ONLINE), at=None),
    )
    assert ids(told.serving) == ["c-far", "b-shelter", "a-remote", "d-remote-shelter"]
    shelter = told.serving[1]
    assert (shelter.distance_m, shelter.hromada, shelter.is_confidential) == (None, None, True)


def test_who_is_near_and_does_not_serve_says_why(explain):
    reasons = {
        "elsewhere": (point("elsewhere", offering(NORTH), at=east(0.3)), "outside_catchment", None),
        "ended": (
            point("ended", offering(MIDDLE), at=east(0.1), valid_to=BEFORE),
            "no_longer_offered",
            BEFORE,
        ),
        "suspended": (
            point("suspended", offering(MIDDLE), at=east(0.2), wartime=WartimeState(is_suspended=True)),
            "suspended",
            None,
        ),
    }
    told = explain(*(it for it, _, _ in reasons.values()))
    assert told.state is CoverageState.NOT_SERVED
    assert told.serving == ()
    assert ids(told.not_serving) == ["ended", "suspended", "elsewhere"]
    for it in told.not_serving:
        _, reason, day = reasons[it.point_id]
        assert [(refusal.reason, refusal.day) for refusal in it.refusals] == [(RefusalReason(reason), day)]
    assert told.not_serving[2].refusals[0].areas == (NORTH,)
    assert told.not_serving[2].basis is None


def test_the_nearest_few_are_told_and_no_confidential_remote_or_long_gone_one(explain):
    near = [point(f"p{number}", offering(FAR), at=east(number / 10)) for number in (1, 2, 3, 4)]
    told = explain(
        *near,
        point("shelter", offering(FAR), at=None),
        point("remote", offering(FAR, places=ONLINE), at=east(0.01)),
        point("gone", offering(MIDDLE), at=east(0.01), valid_to=DAY - timedelta(days=181)),
        point("other", offering(FAR, service="rare"), at=east(0.01)),
    )
    assert ids(told.not_serving) == ["p1", "p2", "p3"]


def test_who_is_only_reached_from_afar_is_told_who_is_near_in_person(explain):
    told = explain(
        point("online", offering(NATION, places=ONLINE), at=east(1)),
        point("closed", offering(MIDDLE), at=east(0.1), closures=(Closure(DAY, None),)),
    )
    assert told.state is CoverageState.REMOTE_ONLY
    assert ids(told.serving) == ["online"]
    assert [(it.point_id, it.refusals) for it in told.not_serving] == [
        ("closed", (Refusal(RefusalReason.CLOSED),))
    ]


def test_a_full_provider_serves(explain):
    full = offering(MIDDLE, capacity=3, vacant=0, capacity_as_of=DAY)
    assert ids(explain(point("full", full)).serving) == ["full"]


def test_nothing_is_told_of_an_occupied_hromada(explain):
    told = explain(point("p", offering(NATION)), point("q", offering(MIDDLE)), occupied=[MIDDLE])
    assert (told.state, told.serving, told.not_serving) == (CoverageState.OCCUPIED, (), ())


def test_a_column_of_two_services_tells_of_both():
    country = small_country.country()
    points = [point("p", offering(MIDDLE), offering(MIDDLE, service="day-care"), offering(FAR))]
    first, *_ = explained(country, small_country.SERVICES, points, MIDDLE, asked=())
    assert [(it.point_id, it.service) for it in first.serving] == [("p", "day-care"), ("p", "home-care")]
    assert first.basic_point == 1


def test_a_hromada_that_is_not_in_the_matrix_is_not_found(explain):
    with pytest.raises(NotFoundError, match="no hromada with the code"):
        explain(point("p", offering(FAR)), hromada=RAION)


@pytest.mark.parametrize("days", [0, 6])
def test_what_is_told_agrees_with_the_state_everywhere(days):
    country = scattered.country()
    points = [
        replace(it, offerings=it.offerings[:1]) if number % 3 else it
        for number, it in enumerate(scattered.registry(country).points[::8])
    ]
    told_states, refused = set(), set()
    for hromada in country.hromadas:
        columns = explained(
            country, scattered.SERVICES, points, hromada,
            day=scattered.DAY + timedelta(days=days), asked=tuple(scattered.SERVICES),
        )  # fmt: skip
        for column in columns:
            told_states.add(column.state)
            in_person = [it for it in column.serving if not it.is_remote]
            assert bool(in_person) == (column.state in IN_PERSON)
            assert all(it.basis is not None for it in column.serving)
            sits_there = [it for it in in_person if it.hromada == hromada]
            assert bool(sits_there) == (column.state is CoverageState.SERVED)
            assert not (column.not_serving and in_person)
            assert all(it.refusals and it.distance_m is not None for it in column.not_serving)
            refused |= {refusal.reason for it in column.not_serving for refusal in it.refusals}
    assert CoverageState.NOT_SERVED in told_states
    assert RefusalReason.OUTSIDE_CATCHMENT in refused


def test_a_partly_occupied_hromada_is_explained(explain):
    assert ids(explain(point("p", offering(SOUTH)), hromada=SOUTH).serving) == ["p"]
