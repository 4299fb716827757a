"""With roads the quickest come first, exactly, however winding the way to those who are near."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

import pytest
import scattered
from pyproj import Geod

from mapapp.domain.geo import LonLat
from mapapp.domain.travel import Trip, rough_travel_s
from mapapp.referral import Referral

WGS84 = Geod(ellps="WGS84")
FASTEST_M_S = 30.0


class WindingRoads:
    """Roads whose way to a place takes one to six times as long as it could, and to some there is none."""

    def covers(self, point, _mode):
        return point.lat > 49

    def fastest_m_s(self, _mode):
        return FASTEST_M_S

    def trips(self, origin, to, _mode):
        return [self._trip(origin, place) for place in to]

    def route(self, _origin, _to, _mode):
        return None

    def _trip(self, origin, place):
        straight_m = WGS84.inv(origin.lon, origin.lat, place.lon, place.lat)[2]
        chance = crc32(repr((place.lon, place.lat)).encode()) % 100
        if chance < 10:
            return None
        return Trip(straight_m / FASTEST_M_S * (1 + chance / 20), straight_m * 1.1)


@pytest.fixture(scope="module")
def by_road(referral, country):
    """Referral by road over the store of `referral`."""
    return Referral(referral._store, country, scattered.SERVICES, lambda _day: WindingRoads())


def test_the_quickest_come_first_and_none_is_missed(referral, by_road, country, registry):
    questions = [replace(question, radius_m=None) for question in scattered.questions(country, registry, 80)]
    full = 0
    for question in questions:
        everybody = referral.refer(replace(question, limit=100_000, enough=1)).local
        answer = by_road.refer(question)
        if not WindingRoads().covers(question.origin, question.mode):
            assert not answer.by_road
            assert answer == referral.refer(question)
            continue
        expected = sorted(
            (quickest_s(question, match, country), match.candidate.point_id, match.candidate.ordinal)
            for match in everybody
        )[: question.limit]
        assert answer.by_road
        assert [(pytest.approx(travel_s), point_id, ordinal) for travel_s, point_id, ordinal in expected] == [
            (match.way.travel_s, match.candidate.point_id, match.candidate.ordinal) for match in answer.local
        ]
        full += len(expected) == question.limit < len(everybody)
    assert full > 3


def quickest_s(question, match, country):
    candidate = match.candidate
    visited = [candidate.position] + [
        country.settlements[stop.settlement].point
        for stop in candidate.stops
        if 0 <= (stop.day - question.day).days <= 14
    ]
    return min(travel_s(question, place) for place in visited if place is not None)


def travel_s(question, place: LonLat):
    trip = WindingRoads().trips(question.origin, [place], question.mode)[0]
    if trip is not None:
        return trip.travel_s
    straight_m = WGS84.inv(question.origin.lon, question.origin.lat, place.lon, place.lat)[2]
    return rough_travel_s(straight_m, question.mode)


def test_where_no_road_leads_the_time_is_rough(by_road, country, registry):
    ways = [
        match.way
        for question in scattered.questions(country, registry, 60)
        for match in by_road.refer(question).local
    ]
    assert {way.trip is None for way in ways} == {True, False}
    assert all(way.trip is not None or way.travel_s > 0 or way.distance_m == 0 for way in ways)
