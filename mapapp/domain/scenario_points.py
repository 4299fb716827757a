"""What a scenario makes of the service points it names, and which new ones it opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.placement import PlacementPlan, Serving
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    PointKind,
    PointPrecision,
    ServicePoint,
    TargetGroup,
)
from mapapp.domain.scenario import ClosePoint, OpenPoint, Scenario, SignContract


def point_ids_of(scenario: Scenario) -> frozenset[str]:
    """Return the ids of the registry's points it names."""
    return frozenset(
        change.point_id for change in scenario.changes if isinstance(change, ClosePoint | SignContract)
    )


def opened_id(scenario: Scenario, number: int) -> str:
    """Return the id of the new point that is its so many-th, from 1: one that no registry gives out."""
    return f"scenario-{scenario.id}-{number}"


def points_under(
    scenario: Scenario, points: Mapping[str, ServicePoint], gazetteer: Gazetteer
) -> Mapping[str, ServicePoint | None]:
    """Return what becomes of the points a scenario names, and the new ones; None for one that closes.

    What is closed gives nothing, whatever else the scenario says of it. A contract has no dates: it holds
    whichever day is asked about. A new point stands where its settlement does, is public, takes everyone, and
    is open every day.

    Parameters
    ----------
    scenario
        What is changed.
    points
        The registry's points, by id; of those it does not name none is looked at.
    gazetteer
        Where settlements are.

    Raises
    ------
    NotFoundError
        There is no such point, or no such settlement.
    UsageError
        A new point's settlement has no known place, or lies in no hromada.

    """
    changed: dict[str, ServicePoint | None] = {}
    for point_id in sorted(point_ids_of(scenario)):
        if point_id not in points:
            raise NotFoundError("There is no service point «{id}» in the registry", id=point_id)
        changed[point_id] = _changed(points[point_id], scenario)
    for number, opening in enumerate(scenario.changes_of(OpenPoint), start=1):
        changed[opened_id(scenario, number)] = _opened(opening, opened_id(scenario, number), gazetteer)
    return changed


def area_served(serving: Serving, settlement: Katottg, gazetteer: Gazetteer) -> str | None:
    """Return whom a new point in a settlement would serve, a code or `NATION`; None outside hromadas.

    Kyiv and Sevastopol have no raion: there a point for the raion serves the city.
    """
    place = gazetteer.settlements[settlement]
    return {
        Serving.OWN_HROMADA: place.hromada,
        Serving.OWN_RAION: place.raion or place.hromada,
        Serving.OWN_OBLAST: place.oblast,
        Serving.ANYONE: NATION,
    }[serving]


def scenario_of(plan: PlacementPlan, gazetteer: Gazetteer, scenario_id: str, name: str) -> Scenario:
    """Return the scenario in which a plan's points open, each to serve whom the plan lets it.

    Raises
    ------
    ValueError
        The plan opens nothing.

    """
    service, serving = plan.query.access.service, plan.query.serving
    served = {it.settlement: area_served(serving, it.settlement, gazetteer) for it in plan.opened}
    return Scenario(
        scenario_id,
        name,
        tuple(
            OpenPoint(f"{name}: {number}", settlement, (service,), (area,))
            for number, (settlement, area) in enumerate(served.items(), start=1)
            if area is not None
        ),
    )


def _changed(point: ServicePoint, scenario: Scenario) -> ServicePoint | None:
    closings = [change for change in scenario.changes_of(ClosePoint) if change.point_id == point.id]
    if any(closing.service is None for closing in closings):
        return None
    closed = {closing.service for closing in closings}
    contracts = [change for change in scenario.changes_of(SignContract) if change.point_id == point.id]
    kept = (offering for offering in point.offerings if offering.service not in closed)
    return replace(point, offerings=tuple(_with_contracts(offering, contracts) for offering in kept))


def _with_contracts(offering: Offering, contracts: list[SignContract]) -> Offering:
    signed = [
        CatchmentArea(contract.hromada, CatchmentBasis.CONTRACT)
        for contract in contracts
        if contract.service in {None, offering.service}
    ]
    return replace(offering, catchment=tuple(dict.fromkeys((*offering.catchment, *signed))))


def _opened(opening: OpenPoint, point_id: str, gazetteer: Gazetteer) -> ServicePoint:
    settlement = gazetteer.settlements.get(opening.settlement)
    if settlement is None:
        raise NotFoundError("There is no settlement with the code {code}", code=opening.settlement)
    if settlement.point is None or settlement.hromada is None:
        raise UsageError(
            "Where {name} ({code}) lies is not known: open the point in another settlement",
            name=settlement.name,
            code=opening.settlement,
        )
    catchment = tuple(map(CatchmentArea, opening.serves))
    return ServicePoint(
        id=point_id,
        organisation=point_id,
        kind=PointKind.SOCIAL_SERVICES_CENTRE,
        name=opening.name,
        location_policy=LocationPolicy.PUBLIC,
        oblast=settlement.oblast,
        hromada=settlement.hromada,
        settlement=opening.settlement,
        point=settlement.point,
        precision=PointPrecision.SETTLEMENT,
        address="",
        phones=(),
        offerings=tuple(
            Offering(service, catchment, TargetGroup.EVERYONE, opening.places, capacity=opening.capacity)
            for service in opening.services
        ),
    )
