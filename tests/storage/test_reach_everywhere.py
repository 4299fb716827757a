"""Whom a service reaches from thousands of scattered points: the same as by plain rules, on either store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mapapp.domain.errors import NotFoundError
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import MapPoint, PointsQuery


@pytest.mark.parametrize("service", ["home-care", "day-care", "shelter", "rare"])
@pytest.mark.parametrize("days", [-2, 0, 1, 5])
def test_reach_is_that_of_plain_rules(scattered_store, plain_rules, world, service, days):
    day = world.day + timedelta(days=days)

    reach = world.reach(scattered_store, service, day)

    assert reach == plain_rules.reach(service, day)
    assert list(reach) == sorted(reach)
    assert any(found.from_here for found in reach.values())
    assert any(found.from_neighbours or found.from_wider for found in reach.values())


@pytest.mark.parametrize("service", [None, "day-care"])
def test_points_to_draw_are_those_of_plain_rules(
    scattered_store, scattered_registry, country, world, service
):
    areas = (None, world.code(10), world.code(20, 1), world.code(20, 1, 3), world.kyiv)
    for area in areas:
        drawn = scattered_store.points(PointsQuery(world.day, service, area))

        assert drawn == sorted(
            (
                _as_drawn(point)
                for point in scattered_registry.points
                if _is_drawn(point, world.day, service)
                and (area is None or area in country.parents_of(point.hromada))
            ),
            key=lambda point: point.point_id,
        )
        assert drawn


def test_points_of_an_unknown_service_or_area_are_not_found(scattered_store, world):
    with pytest.raises(NotFoundError, match="no service «flying»"):
        scattered_store.points(PointsQuery(world.day, "flying"))
    with pytest.raises(NotFoundError, match="no oblast, raion or hromada with the code UA99"):
        scattered_store.points(PointsQuery(world.day, area=world.code(99)))
    assert scattered_store.points(PointsQuery(world.day, area=world.code(1))) == []


def _is_drawn(point, day, service) -> bool:
    return (
        not point.is_confidential
        and (point.valid_from is None or point.valid_from <= day)
        and (point.valid_to is None or day <= point.valid_to)
        and (service is None or service in {offering.service for offering in point.offerings})
    )


def _as_drawn(point) -> MapPoint:
    return MapPoint(
        point_id=point.id,
        name=point.name,
        kind=point.kind,
        hromada=Katottg(point.hromada),
        position=point.point,
        services=tuple(sorted({offering.service for offering in point.offerings})),
        phones=tuple(phone.written for phone in point.phones),
        address=point.address,
        is_demo=point.is_demo,
    )
