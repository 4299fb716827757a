"""What a planner asks: presence, access, explanations, placement and scenarios; plain values in and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from mapapp.domain.accessibility import (
    AccessAnswer,
    AccessQuery,
    AreaAccess,
    SettlementAccess,
    TravelCost,
)
from mapapp.domain.coverage import AreaPresence, CoverageState, PresenceMatrix, PresenceQuery
from mapapp.domain.evidence import UnmetDemand
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import PeopleFigure, PeopleTable
from mapapp.domain.placement import ClosureLoss, PlacementPlan, PlacementQuery
from mapapp.domain.referral import Basis, Refusal
from mapapp.domain.scenario import Scenario


@dataclass(frozen=True, slots=True)
class ServedBy:
    """Who serves a hromada with a service, or is nearest and does not.

    `distance_m` is geodesic from the hromada's centre, None for a confidential point or one that has none.
    `basis` is the narrowest reason why the hromada is served, None where it is not; `refusals` say why not.
    """

    point_id: str
    name: str
    service: str
    hromada: Katottg | None
    is_confidential: bool
    is_remote: bool
    basis: Basis | None
    distance_m: float | None
    capacity: int | None
    refusals: tuple[Refusal, ...] = ()
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class ServiceExplained:
    """One column of the matrix for one hromada: the state, who makes it so, and who is near and does not.

    `serving` is in person first, nearest first, confidential and remote ones last; `not_serving` has the
    nearest few of the country that give the service and do not serve the hromada, told only where nobody in
    person does. Both are empty where the hromada is occupied.
    """

    services: tuple[str, ...]
    basic_point: int | None
    state: CoverageState
    serving: tuple[ServedBy, ...]
    not_serving: tuple[ServedBy, ...]


@dataclass(frozen=True, slots=True)
class HromadaExplained:
    """A hromada told whole: its services, its people, and how its raion and oblast fare.

    `provided` of `raion` and `oblast` come from their `AreaPresence`; the special cities have no raion.
    `people` are the figures of every table for the hromada, side by side.
    """

    hromada: Katottg
    day: date
    occupation: Occupation
    services: tuple[ServiceExplained, ...]
    raion: AreaPresence | None
    oblast: AreaPresence
    people: tuple[tuple[PeopleTable, tuple[PeopleFigure, ...]], ...]
    searches: tuple[UnmetDemand, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The answers to one question as things are, and under each scenario, in the order asked."""

    base: AccessAnswer
    scenarios: tuple[tuple[Scenario, AccessAnswer], ...]


def difference(base: AreaAccess, other: AreaAccess) -> float | None:
    """Return how many more people are covered; None where either is not known."""
    if base.people is None or other.people is None:
        return None
    return other.people.covered.value - base.people.covered.value


class Planner(Protocol):
    """Everything a planner may ask; safe to share between threads.

    Every question that names an unknown service, area, table or point raises NotFoundError; a day before the
    registry's history began, UsageError.
    """

    def first_day(self) -> date:
        """Return the first day the registry's history knows of."""
        ...

    def costs(self) -> Sequence[TravelCost]:
        """Return what ways can be measured in: distance, and times where roads are loaded."""
        ...

    def people_tables(self) -> Sequence[PeopleTable]:
        """Return every table of people: the gazetteer's own first, then by kind, newest first."""
        ...

    def presence(self, query: PresenceQuery) -> PresenceMatrix:
        """Return which services reach which hromada."""
        ...

    def access(self, query: AccessQuery, scenario: Scenario | None = None) -> AccessAnswer:
        """Return how well a service is within reach, as things are or under a scenario."""
        ...

    def settlements(
        self, query: AccessQuery, hromada: Katottg, scenario: Scenario | None = None
    ) -> Sequence[SettlementAccess]:
        """Return the settlements of a hromada, by code."""
        ...

    def explain(self, hromada: Katottg, day: date) -> HromadaExplained:
        """Return who serves a hromada, what is missing and why."""
        ...

    def place(self, query: PlacementQuery, scenario: Scenario | None = None) -> PlacementPlan:
        """Return where to open new points.

        Raises
        ------
        UsageError
            There are fewer candidates than points, or the budget pays for none.

        """
        ...

    def closures(self, query: AccessQuery, limit: int = 20) -> Sequence[ClosureLoss]:
        """Return what each point's closing alone would do, the worst first."""
        ...

    def compare(self, query: AccessQuery, scenarios: Sequence[Scenario]) -> Compared:
        """Return the question's answers as things are and under each scenario."""
        ...

    def saved_scenarios(self) -> Sequence[Scenario]:
        """Return the scenarios that editors saved, by name."""
        ...
