"""Whether a scenario can be: what it names is there, and its changes do not contradict one another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mapapp.domain.errors import Fault
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import Offering, ServicePoint
from mapapp.domain.scenario import (
    ClosePoint,
    Displace,
    LoseRoads,
    Occupy,
    OpenPoint,
    Scenario,
    ScenarioChange,
    SignContract,
)
from mapapp.domain.services import Service
from mapapp.files.gazetteer_checks import GazetteerChecks
from mapapp.files.registry_values import closest

_OCCUPIED = Fault("{name} is temporarily occupied: nothing can be said of services there")


def check_scenario(
    scenario: Scenario,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    points: Mapping[str, ServicePoint],
    day: date,
) -> tuple[Fault, ...]:
    """Return everything that speaks against the scenario, by the number of the change.

    `points` are the registry's, by id, all or those it names; `day` is when catchments are looked at. That no
    more people leave a hromada than live there depends on who is counted: `scenario_effects` asks that.
    """
    return _Rules(GazetteerChecks(gazetteer), gazetteer, services, points, day).judge(scenario)


@dataclass(frozen=True)
class _Rules:
    """Judges scenarios against one country, classifier and registry."""

    country: GazetteerChecks
    gazetteer: Gazetteer
    services: Mapping[str, Service]
    points: Mapping[str, ServicePoint]
    day: date

    def judge(self, scenario: Scenario) -> tuple[Fault, ...]:
        """Return what speaks against the scenario; a fault's column is such as `changes[2].close.point`."""
        occupied = {change.hromada for change in scenario.changes_of(Occupy)}
        return tuple(
            replace(fault, column=f"changes[{number}].{fault.column}")
            for number, change in enumerate(scenario.changes, start=1)
            for fault in (
                *self._judge_change(change, occupied),
                *_contradictions(change, scenario.changes[: number - 1]),
            )
        )

    def _judge_change(self, change: ScenarioChange, occupied: Collection[Katottg]) -> Iterator[Fault]:
        match change:
            case ClosePoint():
                yield from self._judge_point("close", change)
            case OpenPoint():
                yield from self._judge_opening(change, occupied)
            case SignContract():
                yield from self._judge_contract(change, occupied)
            case LoseRoads(around=around):
                yield from _at("lose_roads.around", self.country.position(around.lon, around.lat))
            case Occupy(hromada=hromada):
                yield from _at("occupy", self.country.hromada(hromada))
                if self.country.is_fully_occupied(hromada):
                    values: dict[str, object] = {"name": self.country.name(hromada)}
                    yield Fault("{name} is temporarily occupied already", values, column="occupy")
            case Displace():
                yield from _at("displace.from", self.country.hromada(change.origin))
                yield from _at("displace.to", self.country.hromada(change.destination))
                yield from self._judge_ground("displace.to", change.destination, occupied)

    def _judge_point(self, field: str, change: ClosePoint | SignContract) -> Iterator[Fault]:
        if change.service is not None:
            yield from _at(f"{field}.service", self._unknown_service(change.service))
        point = self.points.get(change.point_id)
        if point is None:
            yield from _at(f"{field}.point", self._unknown_point(change.point_id))
        elif change.service in self.services and not _offered(point, change.service):
            values: dict[str, object] = {"point": point.id, "service": change.service}
            yield Fault(
                "the point «{point}» does not give the service «{service}»", values, column=f"{field}.service"
            )

    def _judge_contract(self, contract: SignContract, occupied: Collection[Katottg]) -> Iterator[Fault]:
        yield from self._judge_point("contract", contract)
        fault = self.country.hromada(contract.hromada)
        if fault is not None:
            yield from _at("contract.hromada", fault)
            return
        point = self.points.get(contract.point_id)
        if point is None or point.relocated_from != contract.hromada:
            yield from self._judge_ground("contract.hromada", contract.hromada, occupied)
        if point is not None and self._serves_already(point, contract):
            values: dict[str, object] = {"point": point.id, "name": self.country.name(contract.hromada)}
            yield Fault("the point «{point}» serves {name} already", values, column="contract.hromada")

    def _serves_already(self, point: ServicePoint, contract: SignContract) -> bool:
        around = {contract.hromada, *self.gazetteer.parents_of(contract.hromada), NATION}
        offered = _offered(point, contract.service)
        return bool(offered) and all(
            any(area.area in around and area.holds_on(self.day) for area in offering.catchment)
            for offering in offered
        )

    def _judge_opening(self, opening: OpenPoint, occupied: Collection[Katottg]) -> Iterator[Fault]:
        yield from self._judge_place(opening.settlement, occupied)
        for number, service in enumerate(opening.services, start=1):
            column = f"open.services[{number}]"
            yield from _at(column, self._unknown_service(service))
            yield from _at(column, _said_before(service, opening.services[: number - 1]))
        for number, area in enumerate(opening.serves, start=1):
            column = f"open.serves[{number}]"
            yield from _at(column, _said_before(area, opening.serves[: number - 1]))
            if area != NATION:
                yield from _at(column, self.country.area(Katottg(area)))
                yield from self._judge_ground(column, Katottg(area), occupied)

    def _judge_place(self, code: Katottg, occupied: Collection[Katottg]) -> Iterator[Fault]:
        unknown = self.country.settlement(code)
        if unknown is not None:
            yield from _at("open.settlement", unknown)
            return
        settlement = self.gazetteer.settlements[code]
        values: dict[str, object] = {"name": settlement.name}
        if self.country.is_occupied_settlement(code) or settlement.hromada in occupied:
            yield replace(_OCCUPIED, values=values, column="open.settlement")
        elif settlement.point is None or settlement.hromada is None:
            yield Fault(
                "where {name} lies is not known: open the point in another settlement",
                values,
                column="open.settlement",
            )

    def _judge_ground(self, column: str, area: Katottg, occupied: Collection[Katottg]) -> Iterator[Fault]:
        if area in occupied or self.country.is_fully_occupied(area):
            yield replace(_OCCUPIED, values={"name": self.country.name(area)}, column=column)

    def _unknown_service(self, slug: str) -> Fault | None:
        if slug in self.services:
            return None
        suggestion = closest(slug, self.services)
        if suggestion is None:
            return Fault("no service is called «{service}»", {"service": slug})
        return Fault(
            "no service is called «{service}»: did you mean «{suggestion}»?",
            {"service": slug, "suggestion": suggestion},
        )

    def _unknown_point(self, point_id: str) -> Fault:
        suggestion = closest(point_id, self.points)
        if suggestion is None:
            return Fault("no service point «{id}» is in the registry", {"id": point_id})
        return Fault(
            "no service point «{id}» is in the registry: did you mean «{suggestion}»?",
            {"id": point_id, "suggestion": suggestion},
        )


def _contradictions(change: ScenarioChange, earlier: Iterable[ScenarioChange]) -> Iterator[Fault]:
    """Yield what earlier changes, numbered from 1, leave nothing to change of, or say already."""
    for number, other in enumerate(earlier, start=1):
        values: dict[str, object] = {"number": number}
        column = _FIELDS[type(change)]
        if change == other:
            yield Fault("change {number} says the same: remove one of them", values, column=column)
        elif _is_ended_by(change, other) or _is_ended_by(other, change):
            yield Fault(
                "change {number} speaks of the same point, and one of the two closes it: keep one of them",
                values,
                column=column,
            )


def _is_ended_by(change: ScenarioChange, closing: ScenarioChange) -> bool:
    """Tell whether a closing leaves nothing of a change of the same point."""
    if not isinstance(closing, ClosePoint) or not isinstance(change, ClosePoint | SignContract):
        return False
    return change.point_id == closing.point_id and closing.service in {None, change.service}


def _offered(point: ServicePoint, service: str | None) -> list[Offering]:
    return [offering for offering in point.offerings if service in {None, offering.service}]


def _said_before(word: str, earlier: Collection[str]) -> Fault | None:
    return Fault("«{value}» stands in this list twice", {"value": word}) if word in earlier else None


def _at(column: str, fault: Fault | None) -> Iterator[Fault]:
    if fault is not None:
        yield replace(fault, column=column)


_FIELDS: Mapping[type[ScenarioChange], str] = {
    ClosePoint: "close",
    OpenPoint: "open",
    SignContract: "contract",
    LoseRoads: "lose_roads",
    Occupy: "occupy",
    Displace: "displace",
}
"""What a change is called in a file."""
