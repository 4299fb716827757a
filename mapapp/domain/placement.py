"""Placement: where to open new points so that most of those without a service are reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mapapp.domain.accessibility import AccessQuery
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import Estimate


class PlacementGoal(StrEnum):
    """What the new points are chosen for; existing ones stay."""

    MOST_PEOPLE = "most_people"
    """Reach most of those not covered with so many points (MCLP; Church, ReVelle 1974)."""
    LEAST_TRAVEL = "least_travel"
    """Shorten the way of all to their nearest provider most with so many points (p-median)."""
    EVERYONE = "everyone"
    """Reach all who can be reached with the fewest points (LSCP; Toregas et al. 1971)."""


class Counting(StrEnum):
    """What is counted as gained."""

    PEOPLE = "people"
    """People not covered."""
    UNMET_NEED = "unmet_need"
    """Need that capacity within reach has no room for; where no capacity is known, people not covered."""


class CandidatePlaces(StrEnum):
    """Where a new point may open."""

    HROMADA_CENTRES = "hromada_centres"
    SETTLEMENTS = "settlements"
    """Every settlement with at least `fewest_people`."""


class Serving(StrEnum):
    """Whom a new point would serve."""

    OWN_HROMADA = "own_hromada"
    OWN_RAION = "own_raion"
    OWN_OBLAST = "own_oblast"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class PlacementQuery:
    """Where to open `new_points` points (or stops of a team) in the area of `access`.

    `new_points` is not asked for `EVERYONE`, which finds the fewest. `only_in` limits candidates to these
    settlements. `budget` limits what the points cost together: `cost_of_point` each, the same for all.
    `is_exact` asks for a solver that proves how good the plan is, within `time_limit_s`; else a fast rule of
    thumb chooses, with a bound too.
    """

    access: AccessQuery
    goal: PlacementGoal = PlacementGoal.MOST_PEOPLE
    new_points: int = 1
    counting: Counting = Counting.PEOPLE
    candidates: CandidatePlaces = CandidatePlaces.HROMADA_CENTRES
    fewest_people: int = 500
    only_in: tuple[Katottg, ...] = ()
    serving: Serving = Serving.OWN_HROMADA
    is_exact: bool = True
    time_limit_s: float = 20.0
    budget: float | None = None
    cost_of_point: float | None = None

    def __post_init__(self) -> None:
        if self.new_points < 1:
            raise ValueError(f"open at least one point, not {self.new_points}")
        if not self.time_limit_s > 0:
            raise ValueError(f"a time limit is positive, not {self.time_limit_s}")
        if (self.budget is None) != (self.cost_of_point is None):
            raise ValueError("a budget needs the cost of a point, and the cost needs a budget")
        if min(self.budget or 0, self.cost_of_point or 0) < 0:
            raise ValueError("money cannot be negative")


@dataclass(frozen=True, slots=True)
class OpenedPoint:
    """A place to open a point in, and what it adds to those opened before it: people, or person-metres."""

    settlement: Katottg
    gain: float


@dataclass(frozen=True, slots=True)
class PlacementPlan:
    """Where to open, in order of what each adds.

    `gained` is what the plan gains (people or unmet need reached; person-metres or person-seconds saved for
    `LEAST_TRAVEL`; people for `EVERYONE`). `bound` is what no plan under the same conditions can exceed (for
    `EVERYONE`: the fewest points with which it can be done at all); `is_proven` says that none is better.
    `before` and `after` are the covered people, and `beyond` those whom no candidate reaches. `candidates`
    tells among how many places was chosen.
    """

    query: PlacementQuery
    opened: tuple[OpenedPoint, ...]
    gained: float
    bound: float
    is_proven: bool
    before: Estimate
    after: float
    beyond: float
    candidates: int

    @property
    def gap(self) -> float:
        """How far the plan may be from the best: 0 for a proven one, 0.1 for a tenth."""
        if self.query.goal is PlacementGoal.EVERYONE:
            return 0.0 if not self.bound else len(self.opened) / self.bound - 1.0
        return 0.0 if self.bound <= 0 else max(1.0 - self.gained / self.bound, 0.0)


@dataclass(frozen=True, slots=True)
class ClosureLoss:
    """What closing one point alone would do: people who lose the service, and how much room goes.

    Of a confidential point the whole country's loss is told, and no hromada. `capacity_lost` is None where
    the point does not tell its capacity. `name` is empty until whoever has the registry names the point.
    """

    point_id: str
    hromada: Katottg | None
    people_lost: float
    capacity_lost: int | None
    hromadas_left_without: tuple[Katottg, ...]
    name: str = ""
