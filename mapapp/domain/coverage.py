"""Presence: does the chosen service reach a hromada, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg


class CoverageState(StrEnum):
    """What the map says of one hromada for one service, in the order of the legend."""

    SERVED = "served"
    """A provider sits in the hromada and serves it."""
    SERVED_FROM_ELSEWHERE = "served_from_elsewhere"
    """Only a provider from outside serves it: by contract, or raion-, oblast- or nationwide."""
    NOT_SERVED = "not_served"
    """The registry covers the oblast and no provider serves the hromada."""
    OCCUPIED = "occupied"
    """Temporarily occupied: nothing is known of services there."""
    NO_DATA = "no_data"
    """The registry does not claim to cover the oblast."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many open offerings of a service reach a hromada on a day.

    `from_here` counts points located in the hromada. A confidential point always counts as `from_elsewhere`,
    wherever it is, so that no colour on a map gives its hromada away.
    """

    from_here: int = 0
    from_elsewhere: int = 0


def coverage_state(reach: Reach, occupation: Occupation, *, in_scope: bool) -> CoverageState:
    """Return what to say of a hromada.

    Occupation outranks everything: an occupied hromada is neither covered nor uncovered. Partly occupied
    hromadas are judged like free ones; the page names the occupied part.
    """
    if occupation is Occupation.FULLY:
        return CoverageState.OCCUPIED
    if reach.from_here:
        return CoverageState.SERVED
    if reach.from_elsewhere:
        return CoverageState.SERVED_FROM_ELSEWHERE
    return CoverageState.NOT_SERVED if in_scope else CoverageState.NO_DATA


@dataclass(frozen=True, slots=True)
class HromadaCoverage:
    """The state of one hromada and what it was computed from."""

    hromada: Katottg
    state: CoverageState
    reach: Reach
    occupation: Occupation
