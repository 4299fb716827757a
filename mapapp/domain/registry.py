"""The registry: who (organisation), where (service point), what (offering) and for whom (catchment).

Located in is not serves: a point covers a hromada only if its catchment includes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import IntFlag, StrEnum, auto
from itertools import pairwise

from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure, OpeningHours
from mapapp.domain.katottg import NATION, Katottg, KatottgLevel

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)


def check_record_id(text: str) -> str:
    """Return the id; raise ValueError unless it is 1 to 63 lower-case letters, digits, dots and dashes."""
    if _ID.fullmatch(text) is None:
        raise ValueError(f"«{text}» is not an id: use lower-case Latin letters, digits, dots and dashes")
    return text


class Sector(StrEnum):
    """State and communal providers, or non-state ones."""

    STATE_COMMUNAL = "state_communal"
    NON_STATE = "non_state"


class Ownership(StrEnum):
    """Who owns the provider."""

    STATE = "state"
    COMMUNAL = "communal"
    PRIVATE = "private"


class ProviderKind(StrEnum):
    """In what capacity a provider stands in the state Registry: the letters are those of its records."""

    LEGAL_ENTITY = "O"
    SOLE_PROPRIETOR = "F"


class PointKind(StrEnum):
    """What people call the place."""

    SOCIAL_SERVICES_CENTRE = "social_services_centre"
    """Центр надання соціальних послуг (ЦНСП)."""
    TERRITORIAL_CENTRE = "territorial_centre"
    """Територіальний центр соціального обслуговування."""
    FAMILY_SUPPORT_CENTRE = "family_support_centre"
    """Центр соціальних служб (ЦСС), successor of ЦСССДМ."""
    SHELTER = "shelter"
    """Притулок; for survivors of violence its place is withheld."""
    CRISIS_ROOM = "crisis_room"
    RESILIENCE_CENTRE = "resilience_centre"
    """Центр життєстійкості."""
    MOBILE_TEAM = "mobile_team"
    """Мобільна бригада."""
    DAY_CARE = "day_care"
    """Центр денного перебування."""
    RESIDENTIAL = "residential"
    """Стаціонарний заклад."""
    NGO = "ngo"
    """Громадська чи благодійна організація."""
    ADMINISTRATIVE_SERVICE_POINT = "administrative_service_point"
    """ЦНАП, «Прозорий офіс»: administrative services of social character, which are not social services."""


class LocationPolicy(StrEnum):
    """Who may know where the point is. Anything but public carries no coordinates and no address here."""

    PUBLIC = "public"
    HROMADA_ONLY = "hromada_only"
    """The public knows the hromada."""
    OBLAST_ONLY = "oblast_only"
    """The public knows the oblast."""
    WITHHELD = "withheld"
    """The public knows the oblast, the intake phone and who may refer (CMU 655/2018)."""


class PointPrecision(StrEnum):
    """How exactly the coordinates say where the point is."""

    BUILDING = "building"
    STREET = "street"
    SETTLEMENT = "settlement"
    HROMADA = "hromada"


class PlaceOfProvision(StrEnum):
    """Where the service is given."""

    HOME = "home"
    STREET = "street"
    DAY = "day"
    INPATIENT = "inpatient"
    ONLINE = "online"
    PHONE = "phone"


class Term(StrEnum):
    """For how long a service is given."""

    ONCE = "once"
    EMERGENCY = "emergency"
    TEMPORARY = "temporary"
    PERIODIC = "periodic"
    PERMANENT = "permanent"


class CapacityUnit(StrEnum):
    """What a capacity counts."""

    PERSONS = "persons"
    PLACES = "places"
    FAMILIES = "families"


class Accessibility(StrEnum):
    """What a person with a disability may need of a place."""

    STEP_FREE_ENTRANCE = "step_free_entrance"
    LIFT = "lift"
    ACCESSIBLE_TOILET = "accessible_toilet"
    PARKING = "parking"
    TACTILE_GUIDANCE = "tactile_guidance"
    SIGN_LANGUAGE = "sign_language"


class Payment(StrEnum):
    """On what terms: the letters are those of the state information system."""

    FREE = "F"
    DIFFERENTIATED = "D"
    PAID = "C"


class TargetGroup(IntFlag):
    """Whom an offering takes; a bit each, so that one integer holds the set."""

    EVERYONE = auto()
    OLDER_PEOPLE = auto()
    ADULTS_WITH_DISABILITIES = auto()
    CHILDREN_WITH_DISABILITIES = auto()
    FAMILIES_IN_DIFFICULTY = auto()
    CHILDREN = auto()
    YOUTH = auto()
    SURVIVORS_OF_VIOLENCE = auto()
    SURVIVORS_OF_TRAFFICKING = auto()
    HOMELESS = auto()
    DISPLACED = auto()
    VETERANS_AND_FAMILIES = auto()
    PEOPLE_WITH_DEPENDENCE = auto()
    FOSTER_FAMILIES = auto()


class CatchmentBasis(StrEnum):
    """Why a provider serves an area: by its own statute, or by a contract between hromadas."""

    RIGHT = "right"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class RecordSource:
    """Where a record came from and what it is called there; an import finds its record again by this."""

    name: str
    record_id: str

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.record_id.strip():
            raise ValueError("a source needs its name and the record's id in it")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A legal person or sole proprietor; `edrpou` is None for demonstration records, which invent no code.

    `parent` is the head organisation of a branch; `successor_of` names those it was reorganised from.
    `registry_number`, `registry_in` and `registry_out` are those of the state Registry (CMU 99/2021).
    """

    id: str
    name: str
    sector: Sector
    edrpou: str | None = None
    successor_of: tuple[str, ...] = ()
    is_demo: bool = False
    short_name: str = ""
    kind: ProviderKind = ProviderKind.LEGAL_ENTITY
    legal_form: str = ""
    ownership: Ownership | None = None
    parent: str | None = None
    registry_number: str = ""
    registry_in: date | None = None
    registry_out: date | None = None
    address: str = ""
    phones: tuple[Phone, ...] = ()
    emails: tuple[str, ...] = ()
    website: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    last_verified: date | None = None
    source: RecordSource | None = None

    def __post_init__(self) -> None:
        check_record_id(self.id)
        if not self.name.strip():
            raise ValueError("an organisation needs a name")
        if self.parent == self.id or self.id in self.successor_of:
            raise ValueError("an organisation cannot be its own parent or predecessor")
        _check_period("an organisation", self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class CatchmentArea:
    """One area served: a hromada, raion or oblast by code, or `NATION`; a contract has dates."""

    area: str
    basis: CatchmentBasis = CatchmentBasis.RIGHT
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.area != NATION:
            # Kept as folded: areas are compared with codes, and a look-alike letter would match none.
            code = Katottg(self.area)
            if code.level in {KatottgLevel.SETTLEMENT, KatottgLevel.CITY_DISTRICT}:
                raise ValueError(f"{code} is a {code.level}: a catchment is a hromada, raion or oblast")
            object.__setattr__(self, "area", code)
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"a catchment cannot end ({self.end}) before it starts ({self.start})")

    def holds_on(self, day: date) -> bool:
        """Tell whether the day lies in the period, both ends included."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Tariff:
    """A price in hryvnias, from a day to a day, both included; None is not set, never free of charge."""

    start: date
    end: date | None = None
    per_person: Decimal | None = None
    per_family: Decimal | None = None
    basis: str = ""
    """The document that sets it."""

    def __post_init__(self) -> None:
        _check_period("a tariff", self.start, self.end)
        if min(self.per_person or 0, self.per_family or 0) < 0:
            raise ValueError("a tariff cannot be negative")


@dataclass(frozen=True, slots=True)
class Offering:
    """One service at one point, for some groups, on some terms, in a catchment.

    `capacity` is the most it takes at once, `vacant` how much of that was free on the day `capacity_as_of`,
    both in `capacity_unit`; None is unknown, never zero, and never «no» for the two flags. Ages are in whole
    years, both ends included.
    """

    service: str
    catchment: tuple[CatchmentArea, ...]
    target_groups: TargetGroup
    places: frozenset[PlaceOfProvision]
    payment: Payment = Payment.FREE
    capacity: int | None = None
    vacant: int | None = None
    capacity_unit: CapacityUnit = CapacityUnit.PERSONS
    capacity_as_of: date | None = None
    age_from: int | None = None
    age_to: int | None = None
    terms: frozenset[Term] = frozenset()
    is_emergency: bool | None = None
    meets_standard: bool | None = None
    tariffs: tuple[Tariff, ...] = ()
    conditions: str = ""

    def __post_init__(self) -> None:
        if not self.catchment:
            raise ValueError(f"offering «{self.service}» serves nobody: name at least one catchment area")
        if not self.places:
            raise ValueError(f"offering «{self.service}» is given nowhere: name at least one place")
        self._check_capacity()
        if (self.age_from or 0) < 0 or (self.age_to is not None and self.age_to < (self.age_from or 0)):
            raise ValueError(f"the ages from {self.age_from} to {self.age_to} hold nobody")
        if len(self.tariffs) > 1:  # asked first: most offerings have none, and there are thousands of them
            self._check_tariffs()

    def _check_tariffs(self) -> None:
        for earlier, later in pairwise(sorted(self.tariffs, key=lambda tariff: tariff.start)):
            if earlier.end is None or later.start <= earlier.end:
                raise ValueError(f"the tariffs from {earlier.start} and from {later.start} overlap")

    def _check_capacity(self) -> None:
        if self.capacity is not None and self.capacity < 0:
            raise ValueError(f"capacity cannot be negative: {self.capacity}")
        if self.vacant is None:
            return
        if self.vacant < 0 or (self.capacity is not None and self.vacant > self.capacity):
            raise ValueError(
                f"vacant ({self.vacant}) cannot be negative or above the capacity ({self.capacity})"
            )


@dataclass(frozen=True, slots=True)
class MobileStop:
    """Where and when a mobile team receives people."""

    settlement: Katottg
    day: date
    opens: time | None = None
    closes: time | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class WartimeState:
    """How the war touches a point; None is unknown, never «no».

    `suspended_until` is the last day without work where `is_suspended`, None until further notice.
    `last_confirmed` is the day someone answered that the point works as described.
    """

    is_suspended: bool = False
    suspended_until: date | None = None
    works_without_power: bool | None = None
    has_shelter: bool | None = None
    last_confirmed: date | None = None


@dataclass(frozen=True, slots=True)
class ConfidentialPlace:
    """Where a confidential point really is: for those alone who have the right to know."""

    hromada: Katottg
    settlement: Katottg | None = None
    point: LonLat | None = None
    precision: PointPrecision | None = None
    address: str = ""
    address_parts: AddressParts | None = None


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A place (or a team) where an organisation gives services.

    `hromada` is the one it sits in: None where only the oblast may be known. `relocated_from` is the hromada
    it left in the war and usually still serves. `address` and `hours` are as written; `address_parts` and
    `opening_hours` are what could be understood of them, None where nothing could. What `accessibility` and
    `no_accessibility` both leave out is unknown. `confidential_place` is there only for a confidential point
    and only for a reader with the right to it. `languages` are ISO 639 codes.
    """

    id: str
    organisation: str
    kind: PointKind
    name: str
    location_policy: LocationPolicy
    oblast: Katottg
    hromada: Katottg | None
    settlement: Katottg | None
    point: LonLat | None
    precision: PointPrecision | None
    address: str
    phones: tuple[Phone, ...]
    offerings: tuple[Offering, ...]
    hours: str = ""
    referral_note: str = ""
    relocated_from: Katottg | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    last_verified: date | None = None
    is_demo: bool = False
    coordinates_source: str = ""
    address_parts: AddressParts | None = None
    opening_hours: OpeningHours | None = None
    closures: tuple[Closure, ...] = ()
    emails: tuple[str, ...] = ()
    website: str = ""
    contacts: tuple[Contact, ...] = ()
    languages: tuple[str, ...] = ()
    accessibility: frozenset[Accessibility] = frozenset()
    no_accessibility: frozenset[Accessibility] = frozenset()
    wartime: WartimeState = WartimeState()
    stops: tuple[MobileStop, ...] = ()
    source: RecordSource | None = None
    confidential_place: ConfidentialPlace | None = None

    def __post_init__(self) -> None:
        check_record_id(self.id)
        if not self.name.strip():
            raise ValueError("a service point needs a name")
        if self.location_policy is LocationPolicy.PUBLIC:
            if self.point is None or self.precision is None or self.hromada is None:
                raise ValueError("a public service point needs its hromada, coordinates and their precision")
            if self.confidential_place is not None:
                raise ValueError("a public service point has no confidential place")
        elif self._tells_place():
            raise ValueError("a confidential service point carries no coordinates, settlement or address")
        elif self.stops:
            raise ValueError("a confidential service point tells no stops")
        if self.location_policy in _OBLAST_AT_MOST and self.hromada is not None:
            raise ValueError("this location policy names the oblast only: leave the hromada out")
        if self.accessibility & self.no_accessibility:
            raise ValueError("the same accessibility is said to be there and not to be there")
        _check_period("a service point", self.valid_from, self.valid_to)

    def _tells_place(self) -> bool:
        return bool(
            self.point
            or self.precision
            or self.coordinates_source
            or self.settlement
            or self.address
            or self.address_parts
        )

    @property
    def is_confidential(self) -> bool:
        """Tell whether the public may not know where the point is."""
        return self.location_policy is not LocationPolicy.PUBLIC

    def disclosed(self) -> ServicePoint:
        """Return the point as the public may know it."""
        return self if self.confidential_place is None else replace(self, confidential_place=None)


def _check_period(what: str, first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise ValueError(f"{what} cannot end ({last}) before it starts ({first})")


_OBLAST_AT_MOST = frozenset({LocationPolicy.OBLAST_ONLY, LocationPolicy.WITHHELD})


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything one registry file says.

    `scope` lists the oblasts the file claims to describe fully: only there does the absence of a provider
    mean that a service is missing; elsewhere it means that nothing is known.
    """

    organisations: tuple[Organisation, ...]
    points: tuple[ServicePoint, ...]
    scope: frozenset[Katottg]

    def disclosed(self) -> Registry:
        """Return the registry as the public may know it."""
        return replace(self, points=tuple(point.disclosed() for point in self.points))
