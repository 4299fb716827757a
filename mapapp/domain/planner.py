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
from mapapp.domain.annex import Annex, AnnexQuery
from mapapp.domain.coverage import PresenceMatrix, PresenceQuery
from mapapp.domain.explanation import HromadaExplained
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import PeopleTable
from mapapp.domain.placement import ClosureLoss, PlacementPlan, PlacementQuery
from mapapp.domain.scenario import Scenario


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

    def read_scenarios(self, document: bytes) -> Sequence[Scenario]:
        """Return the scenarios of a YAML document; InvalidInputError tells every fault by line."""
        ...

    def write_scenarios(self, scenarios: Sequence[Scenario]) -> bytes:
        """Return the scenarios as a YAML document that `read_scenarios` reads."""
        ...

    def annex(self, query: AnnexQuery) -> Annex:
        """Return all that the annex for an area's programme tells."""
        ...
