"""Referral: what a caseworker asks for a client, what is known of each offering, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mapapp.domain.clock import KYIV
from mapapp.domain.contacts import Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure, OpeningHours
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    LocationPolicy,
    MobileStop,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ServicePoint,
    TargetGroup,
    Term,
    WartimeState,
)
from mapapp.domain.travel import TravelMode, Trip

NOBODY_SAID = TargetGroup(0)
"""Nothing is said of the client's groups."""
REMOTE = frozenset({PlaceOfProvision.ONLINE, PlaceOfProvision.PHONE})
"""Where a service is given to whoever is anywhere; an offering given only so is remote."""
VISITS_AHEAD_DAYS = 14
"""How many days ahead the stops of a mobile team count as a place where the client may be received."""
WIDEST_RADIUS_M = 21_000_000.0
"""Farther apart than any two points on the Earth."""


@dataclass(frozen=True, slots=True)
class ReferralQuestion:
    """Who will take this client; only the service and the place must be known.

    `hromada` is the one around `origin`, None where there is none: then nobody's catchment can be judged.
    The offering must hold on `day`; `moment` says when on it, None any time of it. `open_then` leaves out who
    does not work at the moment (or at no time of the day). Of `groups`, `places` and `payments` one is
    enough, and an empty set accepts all. `age` is in whole years, `language` an ISO 639 code. `enough` local
    answers are wanted within `radius_m`; where fewer are found the radius widens. `mode` is how the client
    travels. Nothing here tells who the client is.
    """

    service: str
    origin: LonLat
    hromada: Katottg | None
    day: date
    moment: datetime | None = None
    open_then: bool = False
    groups: TargetGroup = NOBODY_SAID
    age: int | None = None
    step_free: bool = False
    places: frozenset[PlaceOfProvision] = frozenset()
    payments: frozenset[Payment] = frozenset()
    language: str | None = None
    urgent: bool = False
    radius_m: float | None = None
    mode: TravelMode = TravelMode.CAR
    limit: int = 20
    enough: int = 3

    def __post_init__(self) -> None:
        if self.limit < 1 or self.enough < 1:
            raise ValueError("ask for at least one answer")
        if self.radius_m is not None and not 0 < self.radius_m <= WIDEST_RADIUS_M:
            raise ValueError(f"a radius is a positive number of metres on the Earth, not {self.radius_m}")
        if self.age is not None and self.age < 0:
            raise ValueError(f"an age cannot be negative: {self.age}")
        if self.moment is not None and self.moment.tzinfo is None:
            raise ValueError(f"{self.moment} has no time zone")
        if self.moment is not None and self.moment.astimezone(KYIV).date() != self.day:
            raise ValueError(f"{self.moment} is not on {self.day} in Kyiv")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offering of the service asked for with its point, as the public may know both.

    `distance_m` is geodesic (WGS 84) from the question's origin to `position`; both are None for a
    confidential point. `valid_from` and `valid_to` are the point's, None where open. `stops` are those of a
    mobile team on the question's day or later.
    """

    point_id: str
    ordinal: int
    name: str
    organisation_name: str
    kind: PointKind
    location_policy: LocationPolicy
    oblast: Katottg
    hromada: Katottg | None
    settlement: Katottg | None
    position: LonLat | None
    precision: PointPrecision | None
    distance_m: float | None
    address: str
    phones: tuple[Phone, ...]
    hours: str
    opening_hours: OpeningHours | None
    closures: tuple[Closure, ...]
    referral_note: str
    languages: tuple[str, ...]
    accessibility: frozenset[Accessibility]
    no_accessibility: frozenset[Accessibility]
    wartime: WartimeState
    relocated_from: Katottg | None
    valid_from: date | None
    valid_to: date | None
    last_verified: date | None
    is_demo: bool
    stops: tuple[MobileStop, ...]
    service: str
    catchment: tuple[CatchmentArea, ...]
    target_groups: TargetGroup
    places: frozenset[PlaceOfProvision]
    payment: Payment
    capacity: int | None
    vacant: int | None
    capacity_unit: CapacityUnit
    capacity_as_of: date | None
    age_from: int | None
    age_to: int | None
    terms: frozenset[Term]
    is_emergency: bool | None
    conditions: str

    @property
    def is_confidential(self) -> bool:
        """Tell whether the public may not know where the point is."""
        return self.location_policy is not LocationPolicy.PUBLIC

    @property
    def is_remote(self) -> bool:
        """Tell whether the service is given from afar only, so that distance means nothing."""
        return self.places <= REMOTE


def candidate_of(
    point: ServicePoint,
    ordinal: int,
    day: date,
    *,
    organisation_name: str = "",
    distance_m: float | None = None,
) -> Candidate:
    """Return one of a point's offerings as a candidate on a day, as the public may know both."""
    offering = point.offerings[ordinal]
    return Candidate(
        point_id=point.id,
        ordinal=ordinal,
        name=point.name,
        organisation_name=organisation_name,
        kind=point.kind,
        location_policy=point.location_policy,
        oblast=point.oblast,
        hromada=point.hromada,
        settlement=point.settlement,
        position=point.point,
        precision=point.precision,
        distance_m=distance_m,
        address=point.address,
        phones=point.phones,
        hours=point.hours,
        opening_hours=point.opening_hours,
        closures=point.closures,
        referral_note=point.referral_note,
        languages=point.languages,
        accessibility=point.accessibility,
        no_accessibility=point.no_accessibility,
        wartime=point.wartime,
        relocated_from=point.relocated_from,
        valid_from=point.valid_from,
        valid_to=point.valid_to,
        last_verified=point.last_verified,
        is_demo=point.is_demo,
        stops=tuple(stop for stop in point.stops if stop.day >= day),
        service=offering.service,
        catchment=offering.catchment,
        target_groups=offering.target_groups,
        places=offering.places,
        payment=offering.payment,
        capacity=offering.capacity,
        vacant=offering.vacant,
        capacity_unit=offering.capacity_unit,
        capacity_as_of=offering.capacity_as_of,
        age_from=offering.age_from,
        age_to=offering.age_to,
        terms=offering.terms,
        is_emergency=offering.is_emergency,
        conditions=offering.conditions,
    )


class Basis(StrEnum):
    """Why the client's hromada is served, the narrowest reason first."""

    OWN_HROMADA = "own_hromada"
    """The point sits in the client's hromada and serves it."""
    NAMED = "named"
    """The hromada is named among those served, by right: a relocated or inter-municipal provider."""
    CONTRACT = "contract"
    """A contract between hromadas is in force that day."""
    RAION = "raion"
    OBLAST = "oblast"
    NATION = "nation"


class RefusalReason(StrEnum):
    """Why an offering does not take the client, the reason to tell first coming first."""

    OCCUPIED_TERRITORY = "occupied_territory"
    """The point stands on temporarily occupied territory: nothing is known of work there."""
    NO_LONGER_OFFERED = "no_longer_offered"
    NOT_YET_OFFERED = "not_yet_offered"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    """A closure, such as a repair, holds that day."""
    OUTSIDE_CATCHMENT = "outside_catchment"
    CONTRACT_NOT_IN_FORCE = "contract_not_in_force"
    """The hromada would be served by a contract that has ended or not begun."""
    OTHER_GROUPS = "other_groups"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    OTHER_PLACES = "other_places"
    """Given only where the client cannot use it: at the provider's, say, and home was asked for."""
    OTHER_PAYMENT = "other_payment"
    OTHER_LANGUAGES = "other_languages"
    NOT_STEP_FREE = "not_step_free"
    NOT_URGENT = "not_urgent"
    """Known not to act in emergencies."""
    NO_VACANCY = "no_vacancy"
    NOT_AT_WORK = "not_at_work"
    """Works in general, but not then; told only where that was asked for."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason not to take the client, with what belongs in its sentence.

    `day` is the last day of a closure, suspension, validity or contract, the first of what is yet to begin,
    or the day a vacancy was counted; None where it is not known or there is no end. `opens_at` is when work
    begins again. `areas` are those served instead: codes, or `NATION`. `age` is the bound the client misses.
    """

    reason: RefusalReason
    day: date | None = None
    opens_at: datetime | None = None
    areas: tuple[str, ...] = ()
    age: int | None = None


class Unknown(StrEnum):
    """What was asked or matters and the registry does not say: to be asked on the phone."""

    VACANCY = "vacancy"
    """How many places are free is not known, or was counted too long ago."""
    HOURS = "hours"
    LANGUAGES = "languages"
    STEP_FREE = "step_free"
    URGENCY = "urgency"
    CATCHMENT = "catchment"
    """The client's hromada is not known, so whether it is served is not either."""
    TERRITORY = "territory"
    """Part of the hromada the point stands in is occupied, and where in it the point stands is not known."""


class Work(StrEnum):
    """Whether there is work at the moment asked about, or at some time of the day."""

    OPEN = "open"
    SHUT = "shut"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an offering takes the client; it does where `refusals` is empty.

    `basis` is None where the hromada is not served or not known; `contract_end` is the last day of the
    contract it rests on. `work_changes_at` is when the state of work next changes, None when it does not
    within a year, is unknown, or no moment was asked about.
    """

    refusals: tuple[Refusal, ...]
    basis: Basis | None
    contract_end: date | None
    unknowns: tuple[Unknown, ...]
    work: Work
    work_changes_at: datetime | None

    @property
    def fits(self) -> bool:
        """Tell whether nothing known speaks against the client."""
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Way:
    """How far it is from the client to where the service is given.

    `to` is the point, or the `stop` of a mobile team where that is nearer. `distance_m` is geodesic (WGS 84).
    `trip` is by road, None without roads or where they do not lead there; `travel_s` is the trip's time, or
    else the rough time of `domain.travel.rough_travel_s`.
    """

    to: LonLat
    distance_m: float
    travel_s: float
    trip: Trip | None = None
    stop: MobileStop | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An offering, what was found about it, and the way there; None for a remote or confidential one."""

    candidate: Candidate
    verdict: Verdict
    way: Way | None


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """Who takes the client, and who nearer by does not and why.

    `local` is in order of travel time where roads are loaded, else of distance, ties by id; `remote` by how
    narrowly they serve the hromada, then id; `confidential` by id, without place or distance.
    `left_out` has the nearest that were left out, by distance; `left_out_more` says that others, nearer than
    the last of `local`, are not in it. `radius_m` is the radius in the end, None for no limit, and
    `is_widened` that it is not the one asked for. `by_road` says that times are by road.
    """

    question: ReferralQuestion
    local: tuple[Match, ...]
    remote: tuple[Match, ...]
    confidential: tuple[Match, ...]
    left_out: tuple[Match, ...]
    left_out_more: bool
    radius_m: float | None
    is_widened: bool
    by_road: bool

    @property
    def found(self) -> int:
        """How many offerings take the client."""
        return len(self.local) + len(self.remote) + len(self.confidential)


@dataclass(frozen=True, slots=True)
class CandidateQuery:
    """Which offerings a store is asked for: those that may take the client by all that it can judge itself.

    `areas` are the client's hromada, its raion and oblast and `NATION`; empty where the hromada is not known:
    then catchments do not matter. `limit` is how many local ones to return, nearest first.
    """

    service: str
    origin: LonLat
    day: date
    areas: tuple[str, ...]
    groups: TargetGroup = NOBODY_SAID
    age: int | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a store returns, from one state of the registry.

    Everything that takes the client is within these, but a store may return more than takes it.

    `local` has the nearest public offerings given in person, by (distance, point id, ordinal), at most
    `limit` of them; `visiting` all those with stops on the day or within two weeks after it, in the same
    order; `remote` all public ones given only from afar and `confidential` all confidential ones, by
    (point id, ordinal). `around` has, where asked for, the nearest public offerings given in person whomever
    they serve and whenever they work, those that ended over 180 days before left out, in the same order.
    """

    local: tuple[Candidate, ...]
    visiting: tuple[Candidate, ...]
    remote: tuple[Candidate, ...]
    confidential: tuple[Candidate, ...]
    around: tuple[Candidate, ...] = ()
