"""Presence: does a service reach a hromada, and from where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg


class CoverageState(StrEnum):
    """What is said of one hromada for one service, in the order of the legend: the first that is true."""

    SERVED = "served"
    """Given in person by a provider that sits in the hromada and serves it."""
    FROM_NEIGHBOUR = "from_neighbour"
    """Given in person by a provider from another hromada that names this one: by contract or by right."""
    FROM_WIDER = "from_wider"
    """Given in person by a provider from elsewhere that serves the whole raion, oblast or country."""
    REMOTE_ONLY = "remote_only"
    """Given only online or by phone, wherever the provider sits."""
    NOT_SERVED = "not_served"
    """The registry covers the oblast and no provider serves the hromada."""
    OCCUPIED = "occupied"
    """Temporarily occupied: nothing is known of services there."""
    NO_DATA = "no_data"
    """The registry does not claim to cover the oblast."""


REACHED = frozenset(
    {
        CoverageState.SERVED,
        CoverageState.FROM_NEIGHBOUR,
        CoverageState.FROM_WIDER,
        CoverageState.REMOTE_ONLY,
    }
)
"""The states in which the service reaches the hromada."""
IN_PERSON = REACHED - {CoverageState.REMOTE_ONLY}
JUDGED = REACHED | {CoverageState.NOT_SERVED}
"""The states that say something; what is occupied or not described counts neither way."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many open offerings of a service reach a hromada on a day.

    `from_here` counts those of points located in the hromada. A confidential point never counts there,
    wherever it is, so that no colour on a map gives its hromada away: it is one of a neighbour where it names
    the hromada, else a wider one.
    """

    from_here: int = 0
    from_neighbours: int = 0
    from_wider: int = 0
    remote: int = 0


def coverage_state(reach: Reach, occupation: Occupation, *, in_scope: bool) -> CoverageState:
    """Return what to say of a hromada.

    Occupation outranks everything: an occupied hromada is neither covered nor uncovered. Partly occupied
    hromadas are judged like free ones; the page names the occupied part.
    """
    if occupation is Occupation.FULLY:
        return CoverageState.OCCUPIED
    if reach.from_here:
        return CoverageState.SERVED
    if reach.from_neighbours:
        return CoverageState.FROM_NEIGHBOUR
    if reach.from_wider:
        return CoverageState.FROM_WIDER
    if reach.remote:
        return CoverageState.REMOTE_ONLY
    return CoverageState.NOT_SERVED if in_scope else CoverageState.NO_DATA


@dataclass(frozen=True, slots=True)
class HromadaCoverage:
    """The state of one hromada and what it was computed from."""

    hromada: Katottg
    state: CoverageState
    reach: Reach
    occupation: Occupation


@dataclass(frozen=True, slots=True)
class PresenceColumn:
    """What one column of the matrix asks about: a basic service of the law, or one service.

    `basic_point` is its number (1 to 17) in article 16 of Law 2671-VIII, None for a single service. A basic
    service is provided where any of `services` (slugs) is: the law counts «догляд вдома, денний догляд» once.
    """

    services: tuple[str, ...]
    basic_point: int | None = None


@dataclass(frozen=True, slots=True)
class PresenceQuery:
    """The matrix hromada by service on a day.

    `area` narrows it to an oblast or raion. Without `services` the columns are the basic services, else one
    column a service. A day in the past is answered from the registry as it was known at the end of that day.
    """

    day: date
    area: Katottg | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """One hromada: a state for each column; `provided` counts those in which the service reaches it."""

    hromada: Katottg
    occupation: Occupation
    states: tuple[CoverageState, ...]

    @property
    def provided(self) -> int:
        """How many of the columns reach the hromada."""
        return sum(state in REACHED for state in self.states)

    @property
    def is_judged(self) -> bool:
        """Tell whether anything can be said: not so where it is occupied or nothing is known."""
        return any(state in JUDGED for state in self.states)


@dataclass(frozen=True, slots=True)
class AreaPresence:
    """The roll-up of a raion, an oblast, or (area None) all that was asked: hromadas by state, a column each.

    Kyiv and Sevastopol count as the hromada they lack.
    """

    area: Katottg | None
    hromadas: int
    counts: tuple[Mapping[CoverageState, int], ...]

    def share_reached(self, column: int) -> float | None:
        """Return the share of hromadas with data that the column reaches, None where none has data."""
        judged = sum(self.counts[column].get(state, 0) for state in JUDGED)
        reached = sum(self.counts[column].get(state, 0) for state in REACHED)
        return reached / judged if judged else None


@dataclass(frozen=True, slots=True)
class PresenceMatrix:
    """The answer: rows in code order; roll-ups by raion, by oblast and of everything, in code order."""

    query: PresenceQuery
    columns: tuple[PresenceColumn, ...]
    rows: tuple[PresenceRow, ...]
    raions: tuple[AreaPresence, ...]
    oblasts: tuple[AreaPresence, ...]
    whole: AreaPresence

    def without(self, column: int) -> tuple[Katottg, ...]:
        """Return the hromadas that the column does not reach, in code order."""
        return tuple(row.hromada for row in self.rows if row.states[column] is CoverageState.NOT_SERVED)


def count_states(area: Katottg | None, rows: Iterable[PresenceRow], columns: int) -> AreaPresence:
    """Return the roll-up of these rows."""
    counts: list[dict[CoverageState, int]] = [{} for _ in range(columns)]
    hromadas = 0
    for row in rows:
        hromadas += 1
        for counted, state in zip(counts, row.states, strict=True):
            counted[state] = counted.get(state, 0) + 1
    return AreaPresence(area, hromadas, tuple(counts))
