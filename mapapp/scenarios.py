"""Scenario files checked against a store: the composition of their reader, their rules and the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import Fault
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.registry import ServicePoint
from mapapp.domain.scenario import Scenario
from mapapp.domain.scenario_points import point_ids_of
from mapapp.domain.services import Service
from mapapp.files.scenario_file import read_scenarios
from mapapp.files.scenario_rules import check_scenario
from mapapp.storage.store import Store


def checked_scenarios(store: Store, document: bytes, file: str = "") -> tuple[Scenario, ...]:
    """Return the scenarios of a YAML document, once nothing in the store speaks against them.

    Raises
    ------
    InvalidInputError
        Something does not hold; every fault is listed with its line and field.

    """
    return read_scenarios(document, file, scenario_judge(store, store.gazetteer(), store.services()))


def scenario_judge(
    store: Store, gazetteer: Gazetteer, services: Mapping[str, Service]
) -> Callable[[Scenario], Iterable[Fault]]:
    """Return what tells what speaks against a scenario today."""

    def judge(scenario: Scenario) -> Iterable[Fault]:
        points = _points(store, point_ids_of(scenario))
        return check_scenario(scenario, gazetteer, services, points, today_in_kyiv())

    return judge


def _points(store: Store, ids: frozenset[str]) -> Mapping[str, ServicePoint]:
    """Return the points of these ids; where one is missing all points, among which one may be meant."""
    latest = store.registry.change_as_of()
    if latest is None or not ids:
        return {}
    points = store.registry.points_as_of(latest.number, ids)
    if len(points) < len(ids):
        points = store.registry.points_as_of(latest.number)
    return {point.id: point for point in points}
