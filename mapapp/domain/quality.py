"""What may be wrong with the registry: the checks, what each found, and records that may be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mapapp.domain.changes import RecordKey

REFRESH_DAYS_WITHOUT_SERVICES = 180
"""After so many days a point that offers nothing yet is stale: the classifier's own default."""


class QualityCheck(StrEnum):
    """One question asked of every record, the gravest first."""

    TELLS_PLACE = "tells_place"
    """A public text or area of a confidential point seems to tell where it is: itself not for the public."""
    DUPLICATE = "duplicate"
    OUTSIDE_HROMADA = "outside_hromada"
    UNKNOWN_CODE = "unknown_code"
    """A unit the gazetteer lacks, a service the classifier lacks, or an EDRPOU with a wrong check digit."""
    DOUBTFUL_CATCHMENT = "doubtful_catchment"
    """A service that serves nobody today: none of its areas is in force."""
    CONTRACT_ENDED = "contract_ended"
    CONTRACT_ENDING = "contract_ending"
    NEVER_VERIFIED = "never_verified"
    STALE = "stale"
    NO_PHONE = "no_phone"
    NO_HOURS = "no_hours"
    UNCLEAR_HOURS = "unclear_hours"
    """Opening hours are written but were not understood."""
    NO_CAPACITY = "no_capacity"
    COARSE_COORDINATES = "coarse_coordinates"
    """The coordinates are only those of the hromada."""
    NO_POINTS = "no_points"
    """An organisation without a service point."""
    NO_OFFICIAL_CODE = "no_official_code"
    """A service in use whose official code no source states."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One record that one check found.

    `message` is a msgid with `{named}` places filled from `values`; neither ever repeats what is
    confidential. `key` is None for a finding about a service of the classifier. `related` are the other
    records it is about: the second of two duplicates, the points that offer the service.
    """

    check: QualityCheck
    key: RecordKey | None
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    related: tuple[RecordKey, ...] = ()


class DuplicateReason(StrEnum):
    """What two records that may be one have in common."""

    SAME_EDRPOU = "same_edrpou"
    SAME_NAME = "same_name"
    LIKE_NAME = "like_name"
    SAME_PHONE = "same_phone"
    SAME_ADDRESS = "same_address"
    NEAR = "near"
    SAME_ORGANISATION = "same_organisation"
    SAME_SERVICES = "same_services"


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two records that are probably one; `score` goes from 0 to 1, `one` has the lower id."""

    one: RecordKey
    other: RecordKey
    score: float
    reasons: tuple[DuplicateReason, ...]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What every check found on a day.

    `findings` go by check, then by kind and id; `counts` says how many there are of every check, also of
    those that found nothing. Records that have ended are left out, except where they tell a confidential
    place. `by_real_boundaries` is False where outlines are only approximate: then a point is called outside
    its hromada only when it is far from all of the hromada's settlements.
    """

    as_of: date
    counts: Mapping[QualityCheck, int]
    findings: tuple[Finding, ...]
    duplicates: tuple[DuplicatePair, ...]
    organisations_checked: int
    points_checked: int
    by_real_boundaries: bool

    @property
    def records_checked(self) -> int:
        """How many organisations and service points were looked at."""
        return self.organisations_checked + self.points_checked
