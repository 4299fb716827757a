"""The registry: who (organisation), where (service point), what (offering) and for whom (catchment).

Located in is not serves: a point covers a hromada only if its catchment includes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import IntFlag, StrEnum, auto

from mapapp.domain.geo import LonLat
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
class Organisation:
    """A legal person; `edrpou` is None for demonstration records, which invent no code."""

    id: str
    name: str
    sector: Sector
    edrpou: str | None = None
    successor_of: tuple[str, ...] = ()
    is_demo: bool = False

    def __post_init__(self) -> None:
        check_record_id(self.id)
        if not self.name.strip():
            raise ValueError("an organisation needs a name")


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
class Offering:
    """One service at one point, for some groups, on some terms, in a catchment.

    `capacity` is places or persons at once; None is unknown, never zero.
    """

    service: str
    catchment: tuple[CatchmentArea, ...]
    target_groups: TargetGroup
    places: frozenset[PlaceOfProvision]
    payment: Payment = Payment.FREE
    capacity: int | None = None

    def __post_init__(self) -> None:
        if not self.catchment:
            raise ValueError(f"offering «{self.service}» serves nobody: name at least one catchment area")
        if not self.places:
            raise ValueError(f"offering «{self.service}» is given nowhere: name at least one place")
        if self.capacity is not None and self.capacity < 0:
            raise ValueError(f"capacity cannot be negative: {self.capacity}")


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A place (or a team) where an organisation gives services.

    `hromada` is the one it sits in: None where only the oblast may be known. `relocated_from` is the hromada
    it left in the war and usually still serves. `phones` are shown as written.
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
    phones: tuple[str, ...]
    offerings: tuple[Offering, ...]
    hours: str = ""
    referral_note: str = ""
    relocated_from: Katottg | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    last_verified: date | None = None
    is_demo: bool = False

    def __post_init__(self) -> None:
        check_record_id(self.id)
        if not self.name.strip():
            raise ValueError("a service point needs a name")
        if self.location_policy is LocationPolicy.PUBLIC:
            if self.point is None or self.precision is None or self.hromada is None:
                raise ValueError("a public service point needs its hromada, coordinates and their precision")
        elif self.point is not None or self.address or self.settlement is not None:
            raise ValueError("a confidential service point carries no coordinates, settlement or address")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(
                f"a service point cannot end ({self.valid_to}) before it starts ({self.valid_from})"
            )
        if self.location_policy in _OBLAST_AT_MOST and self.hromada is not None:
            raise ValueError("this location policy names the oblast only: leave the hromada out")

    @property
    def is_confidential(self) -> bool:
        """Tell whether the public may not know where the point is."""
        return self.location_policy is not LocationPolicy.PUBLIC


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
