"""Evidence of demand: what was looked for and not found, counted without a trace of anyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import TargetGroup

SMALLEST_SHOWN = 5
"""A smaller count might point to a person, and is never shown publicly."""
KEPT_DAYS = 730
"""How long the record of a search is kept unless an administrator says otherwise."""


class SearchOutcome(StrEnum):
    """How a search ended: found, or the reason why not that was met most often."""

    FOUND = "found"
    NOBODY = "nobody"
    """No offering of the service is known to serve the hromada."""
    NOT_DESCRIBED = "not_described"
    """The registry does not claim to cover the oblast, so nothing can be said."""
    OCCUPIED = "occupied"
    """The hromada is occupied."""
    NO_VACANCY = "no_vacancy"
    OTHER_CLIENTS = "other_clients"
    """Those who serve the hromada take other groups or ages."""
    OTHER_TERMS = "other_terms"
    """They give it elsewhere, for payment, in another language, up steps, or not at once."""
    NOT_WORKING = "not_working"
    """They are suspended, closed or not at work then."""


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search, without who, without when in the day: it may be kept and counted."""

    day: date
    hromada: Katottg | None
    service: str
    groups: TargetGroup
    outcome: SearchOutcome


@dataclass(frozen=True, slots=True)
class UnmetDemand:
    """How many searches for a service from a hromada found nobody, in a period.

    A count is None where it is below `SMALLEST_SHOWN` and the reader has no right to small counts.
    """

    hromada: Katottg
    service: str
    searches: int | None
    unmet: int | None
