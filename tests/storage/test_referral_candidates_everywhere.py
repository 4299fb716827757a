"""Candidates among thousands of scattered points, against looking at every record."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION
from mapapp.domain.referral import NOBODY_SAID, REMOTE, CandidateQuery
from mapapp.domain.registry import TargetGroup

QUESTIONS = 150


@pytest.fixture(scope="module")
def records(scattered_registry):
    """Every offering with its point and which of the point's it is."""
    return [
        (point, ordinal, offering)
        for point in scattered_registry.points
        for ordinal, offering in enumerate(point.offerings)
    ]


def test_store_lists_whom_the_rules_list(scattered_store, plain_rules, records, country, world):
    rng = random.Random(12)
    places = [point.point for point, _, _ in records if point.point is not None]
    for _ in range(QUESTIONS):
        query = _random_query(rng, country, places, world.day)
        found = scattered_store.candidates(query)
        assert tuple(map(_keys, (found.local, found.around))) == (
            _nearest(query, plain_rules, _taking(query, records)),
            _nearest(query, plain_rules, _told(query, records)),
        ), query
        apart = list(_taking(query, records))
        assert _keys(found.remote) == sorted(
            (point.id, ordinal)
            for point, ordinal, offering in apart
            if not point.is_confidential and offering.places <= REMOTE
        )
        assert _keys(found.confidential) == sorted(
            (point.id, ordinal) for point, ordinal, _ in apart if point.is_confidential
        )


def _random_query(rng, country, places, day):
    hromada = rng.choice(list(country.hromadas))
    areas = (*country.parents_of(hromada), NATION) if rng.random() < 0.8 else ()
    somewhere = LonLat(lon=rng.uniform(22, 40), lat=rng.uniform(44, 52))
    return CandidateQuery(
        service=rng.choice(["home-care", "day-care", "shelter", "rare"]),
        origin=rng.choice([somewhere, rng.choice(places)]),
        day=day + timedelta(days=rng.randint(-3, 3)),
        areas=areas,
        groups=rng.choice([NOBODY_SAID, TargetGroup(rng.randrange(1 << len(TargetGroup)))]),
        limit=rng.choice([1, 3, 20, 150]),
    )


def _taking(query, records):
    """Yield what takes the client by all that the store is to judge."""
    for point, ordinal, offering in _of_service(query, records):
        is_open = (point.valid_from or query.day) <= query.day <= (point.valid_to or query.day)
        serves = not query.areas or any(
            served.area in query.areas and served.holds_on(query.day) for served in offering.catchment
        )
        takes = not query.groups or offering.target_groups & (query.groups | TargetGroup.EVERYONE)
        if is_open and serves and takes:
            yield point, ordinal, offering


def _told(query, records):
    """Yield what has not been over for half a year, whomever it takes."""
    for point, ordinal, offering in _of_service(query, records):
        if point.valid_to is None or point.valid_to >= query.day - timedelta(days=180):
            yield point, ordinal, offering


def _of_service(query, records):
    return (record for record in records if record[2].service == query.service)


def _nearest(query, plain_rules, candidates):
    measured = [
        (plain_rules.metres(point.point, query.origin), point.id, ordinal)
        for point, ordinal, offering in candidates
        if point.point is not None and not offering.places <= REMOTE
    ]
    return [(point_id, ordinal) for _, point_id, ordinal in sorted(measured)[: query.limit]]


def _keys(candidates):
    return [(candidate.point_id, candidate.ordinal) for candidate in candidates]
