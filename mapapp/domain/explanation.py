"""A hromada explained: who serves it, from where, what is missing and why, and how others fare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mapapp.domain.coverage import AreaPresence, CoverageState
from mapapp.domain.evidence import UnmetDemand
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import PeopleFigure, PeopleTable
from mapapp.domain.referral import Basis, Refusal


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
