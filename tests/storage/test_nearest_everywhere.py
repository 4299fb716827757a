"""The nearest providers of thousands of scattered points: the same as by plain rules, on either store."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from mapapp.domain.geo import LonLat
from mapapp.domain.questions import NearestQuery

AS_REGISTERED = (
    "name",
    "kind",
    "location_policy",
    "oblast",
    "hromada",
    "precision",
    "address",
    "hours",
    "referral_note",
    "relocated_from",
    "last_verified",
    "is_demo",
)


def test_found_point_says_all_that_was_registered(world, scattered_store, scattered_registry, country):
    registered = {point.id: point for point in scattered_registry.points}
    organisations = {organisation.id: organisation for organisation in scattered_registry.organisations}
    kyiv = next(hromada.katottg for hromada in country.hromadas.values() if hromada.is_special_city)
    query = NearestQuery("day-care", LonLat(lon=30, lat=50), world.day, serving=kyiv, limit=500)

    answer = scattered_store.nearest(query)

    assert len(answer.ranked) > 50
    assert len(answer.confidential) > 3
    for found in (*answer.ranked, *answer.confidential):
        point = registered[found.point_id]
        assert found.organisation_name == organisations[point.organisation].name
        for name in AS_REGISTERED:
            assert getattr(found, name) == getattr(point, name)
        assert found.position == point.point
        assert found.phones == tuple(phone.written for phone in point.phones)
        terms = (found.service, found.target_groups, found.places, found.payment, found.capacity)
        assert terms in [
            (o.service, o.target_groups, o.places, o.payment, o.capacity) for o in point.offerings
        ]


@pytest.fixture(scope="session")
def questions(scattered_registry, country, world):
    rng = random.Random(20_671)
    return [_random_question(rng, scattered_registry, country, world.day) for _ in range(400)]


@pytest.fixture(scope="session")
def expected(questions, plain_rules):
    return [(plain_rules.ranked(query), plain_rules.confidential(query)) for query in questions]


def test_questions_meet_every_case(questions, expected):
    numbers_found = {len(ranked) for ranked, _ in expected}
    assert {0, 1, 20} < numbers_found
    assert max(numbers_found) > 500
    assert any(len(ranked) < query.limit for query, (ranked, _) in zip(questions, expected, strict=True))
    assert any(confidential for _, confidential in expected)
    assert any(one[2] == next_one[2] for ranked, _ in expected for one, next_one in pairwise(ranked))


def test_answers_are_those_of_plain_rules(scattered_store, questions, expected):
    for query, (ranked, confidential) in zip(questions, expected, strict=True):
        answer = scattered_store.nearest(query)
        assert [found.point_id for found in answer.ranked] == [point_id for point_id, _, _ in ranked], query
        assert [found.point_id for found in answer.confidential] == [
            point_id for point_id, _ in confidential
        ], query
        for found, (_, _, metres) in zip(answer.ranked, ranked, strict=True):
            assert abs(found.distance_m - metres) < 1e-6, query


def _random_question(rng, registry, country, day):
    place = rng.choice([point.point for point in registry.points if point.point is not None])
    origin = rng.choices(
        [
            LonLat(lon=rng.uniform(22, 40), lat=rng.uniform(44, 52.4)),
            place,
            LonLat(lon=rng.uniform(-180, 180), lat=rng.uniform(-90, 90)),
        ],
        weights=[6, 3, 1],
    )[0]
    return NearestQuery(
        service=rng.choices(["home-care", "day-care", "shelter", "rare"], weights=[3, 3, 3, 1])[0],
        origin=origin,
        day=day + timedelta(days=rng.randint(-3, 7)),
        serving=rng.choice([None, rng.choice(list(country.hromadas))]),
        radius_m=rng.choice([None, 1, 30_000, 200_000, 3_000_000]),
        limit=rng.choice([1, 5, 20, 20, 20, 20, 20, 5_000]),
    )
