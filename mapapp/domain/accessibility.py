"""Access: how many people have a service within reach, how far it is for the others, what it has room for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import ALL_PEOPLE, Estimate, PeopleChoice, PeopleKind, PeopleTable


class TravelCost(StrEnum):
    """What getting to a provider is measured in."""

    DISTANCE = "distance"
    """Geodesic metres (WGS 84)."""
    CAR = "car"
    """Seconds by road, by car; only where roads are loaded."""
    FOOT = "foot"
    """Seconds by road, on foot; only where roads are loaded."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """How far counts as within reach: metres for `DISTANCE`, else seconds.

    No statutory norm of distance was found: a threshold is a parameter somebody chooses and a report states.
    """

    limit: float
    cost: TravelCost = TravelCost.DISTANCE

    def __post_init__(self) -> None:
        if not 0 < self.limit <= MOST_COST:
            raise ValueError(f"a threshold is above 0 and at most {MOST_COST:.0f}, not {self.limit}")


MOST_COST = 200_000.0
"""200 km, or 55 hours: farther than anybody is sent."""
USUAL_THRESHOLD = Threshold(15_000.0)
"""A parameter of ours: no norm says so."""
CURVE_STEPS = 20
"""The curve of population by distance is told at this many equal steps up to twice the threshold."""
ZONE_WEIGHTS = (1.0, 0.68, 0.22)
"""Weights of the three equal zones of a catchment in E2SFCA (Luo, Qi 2009, Health & Place 15: 1100-1107)."""


@dataclass(frozen=True, slots=True)
class AccessQuery:
    """How well a service is within reach of people on a day.

    `people` says who is counted. `area` narrows the answer to an oblast or raion; it is computed for the
    whole country first, because people and providers cross borders. Past days are answered from the registry
    as it was known at the end of that day.
    """

    service: str
    day: date
    threshold: Threshold = USUAL_THRESHOLD
    people: PeopleChoice = ALL_PEOPLE
    area: Katottg | None = None


@dataclass(frozen=True, slots=True)
class PeopleWithin:
    """People of an area by whether the service is within reach. The four parts are all of them.

    `covered`: an open provider that serves their hromada is within the threshold, comes to them, or works
    from afar. `uncovered`: none is. `occupied`: they live on occupied territory, which is neither. `unknown`:
    the registry does not claim to describe their oblast and knows of no provider for them, or where they live
    is not known. `remote_only` are those of `covered` who are reached online or by phone alone. A band says
    how far the number may err because people are known by hromada and were spread over its settlements, or
    because a count is hidden; it says nothing of how old the source is.
    """

    covered: Estimate
    uncovered: Estimate
    occupied: Estimate
    unknown: Estimate
    remote_only: Estimate

    @property
    def total(self) -> float:
        """All of them."""
        return self.covered.value + self.uncovered.value + self.occupied.value + self.unknown.value

    @property
    def covered_share(self) -> float | None:
        """Return the share of those covered among covered and uncovered, None where there are none."""
        judged = self.covered.value + self.uncovered.value
        return self.covered.value / judged if judged else None

    def __add__(self, other: PeopleWithin) -> PeopleWithin:
        """Return the people of two areas that do not overlap."""
        return PeopleWithin(
            self.covered + other.covered,
            self.uncovered + other.uncovered,
            self.occupied + other.occupied,
            self.unknown + other.unknown,
            self.remote_only + other.remote_only,
        )


@dataclass(frozen=True, slots=True)
class AreaAccess:
    """Access of a hromada, raion, oblast or (area None) all that was asked.

    Parameters
    ----------
    people
        None where the source says nothing of the area: never nobody.
    nearest
        How far the nearest provider that serves them is for the median person of those it can be told for, in
        metres or seconds; None where it can be told for nobody.
    farthest
        The same for the person who has it farthest.
    capacity
        Places or persons that providers located in the area have room for; None where none of them tells.
        A confidential provider's is in no area's.
    capacity_per_1000
        `capacity` per 1,000 of the people counted who are not on occupied territory.
    places_per_1000
        E2SFCA: places within reach per 1,000 people, competition counted, people-weighted; None where no
        provider within reach tells its capacity.
    served
        How many of the people the capacity within reach has room for; a model, no count.
    recipients
        How many get the service, as the table of needs reports; None where it does not. Numbers that are
        withheld, or unknown, are not in the sum.

    """

    area: Katottg | None
    occupation: Occupation
    people: PeopleWithin | None
    nearest: float | None = None
    farthest: float | None = None
    capacity: int | None = None
    capacity_per_1000: float | None = None
    places_per_1000: float | None = None
    served: float | None = None
    recipients: Estimate | None = None

    @property
    def need(self) -> float | None:
        """How many of the people counted are not on occupied territory."""
        return None if self.people is None else self.people.total - self.people.occupied.value

    @property
    def unmet(self) -> float | None:
        """Need less those there is room for, None where either is not known."""
        return None if self.need is None or self.served is None else max(self.need - self.served, 0.0)

    @property
    def satisfaction(self) -> float | None:
        """Served to need, None where either is not known or nobody is in need."""
        return None if not self.need or self.served is None else min(self.served / self.need, 1.0)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Of the people who are judged, the share that has a provider within this cost (metres or seconds)."""

    cost: float
    share: float


@dataclass(frozen=True, slots=True)
class Equity:
    """How evenly access is spread over people.

    `gini` of places per person (E2SFCA), 0 even to 1 all for one, None where no capacity is known. `lorenz`
    is the curve: cumulative share of people, worst served first, and of access, from (0, 0) to (1, 1).
    `urban_share` and `rural_share` are covered shares of people in cities and selyshches, and in villages.
    """

    gini: float | None
    lorenz: tuple[tuple[float, float], ...]
    urban_share: float | None
    rural_share: float | None


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """The answer: hromadas by code, roll-ups in code order, curve and equity of all that was asked.

    `people_table` says who was counted, by which source and when. `offerings` is how many open offerings of
    the service serve anybody in the area, and `without_capacity` how many of them do not tell how much they
    can take.
    """

    query: AccessQuery
    people_table: PeopleTable
    hromadas: Mapping[Katottg, AreaAccess]
    raions: tuple[AreaAccess, ...]
    oblasts: tuple[AreaAccess, ...]
    whole: AreaAccess
    curve: tuple[CurvePoint, ...]
    equity: Equity
    offerings: int
    without_capacity: int

    @property
    def counts_need(self) -> bool:
        """Tell whether those counted need the service: of all who live somewhere most need no place in it."""
        return self.people_table.kind is PeopleKind.NEEDS


@dataclass(frozen=True, slots=True)
class SettlementAccess:
    """One settlement of a hromada: how far it has it to the nearest provider that serves it.

    `nearest` is in metres or seconds; 0 where somebody comes to the client, None where nobody is known.
    """

    settlement: Katottg
    people: Estimate | None
    nearest: float | None
    is_covered: bool
    is_occupied: bool
