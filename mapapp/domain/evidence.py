"""Evidence of demand: what was looked for and not found, counted without a trace of anyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.referral import ReferralAnswer, RefusalReason
from mapapp.domain.registry import TargetGroup

SMALLEST_SHOWN = 5
"""A smaller count might point to a person, and is never shown publicly."""
KEPT_DAYS = 730
"""How long the record of a search is kept unless an administrator says otherwise."""
LEAST_KEPT_DAYS = 100
"""A quarter has up to 92 days and is counted when it is over: until then its searches must be there."""


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


SAYS_NOTHING: Final = frozenset({SearchOutcome.NOT_DESCRIBED, SearchOutcome.OCCUPIED})
"""Outcomes that tell of no demand, met or unmet: nothing is known there, and no data is not «no service»."""


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search, without who, without when in the day: it may be kept and counted.

    `day` is the one on which the search is made, whatever day is asked about.
    """

    day: date
    hromada: Katottg | None
    service: str
    groups: TargetGroup
    outcome: SearchOutcome


@dataclass(frozen=True, slots=True)
class UnmetDemand:
    """How many searches for a service from a hromada found nobody, in a period.

    `searches` and `unmet` leave out those of `SAYS_NOTHING`. A count is None where it is below
    `SMALLEST_SHOWN` and the reader has no right to small counts; `unmet` also where the rest of the searches
    would be.
    """

    hromada: Katottg
    service: str
    searches: int | None
    unmet: int | None


_OUTCOME_OF: Final[Mapping[RefusalReason, SearchOutcome | None]] = MappingProxyType(
    {
        RefusalReason.OCCUPIED_TERRITORY: None,
        RefusalReason.NO_LONGER_OFFERED: None,
        RefusalReason.NOT_YET_OFFERED: None,
        RefusalReason.SUSPENDED: SearchOutcome.NOT_WORKING,
        RefusalReason.CLOSED: SearchOutcome.NOT_WORKING,
        RefusalReason.OUTSIDE_CATCHMENT: None,
        RefusalReason.CONTRACT_NOT_IN_FORCE: None,
        RefusalReason.OTHER_GROUPS: SearchOutcome.OTHER_CLIENTS,
        RefusalReason.TOO_YOUNG: SearchOutcome.OTHER_CLIENTS,
        RefusalReason.TOO_OLD: SearchOutcome.OTHER_CLIENTS,
        RefusalReason.OTHER_PLACES: SearchOutcome.OTHER_TERMS,
        RefusalReason.OTHER_PAYMENT: SearchOutcome.OTHER_TERMS,
        RefusalReason.OTHER_LANGUAGES: SearchOutcome.OTHER_TERMS,
        RefusalReason.NOT_STEP_FREE: SearchOutcome.OTHER_TERMS,
        RefusalReason.NOT_URGENT: SearchOutcome.OTHER_TERMS,
        RefusalReason.NO_VACANCY: SearchOutcome.NO_VACANCY,
        RefusalReason.NOT_AT_WORK: SearchOutcome.NOT_WORKING,
    }
)
"""What each main reason makes of a search; None where there is nobody who serves the hromada that day."""


def outcome_of(answer: ReferralAnswer, *, in_scope: bool, occupation: Occupation) -> SearchOutcome:
    """Return how the search ended.

    Whoever was found was found. Else a hromada that is wholly occupied is said to be. Else those left out
    that serve the hromada decide: each speaks by its main reason, the first in the order of `RefusalReason`,
    and the outcome that most of them speak for is it, the first of `SearchOutcome` where several are level.
    Where none of them serves it there is nobody, or, outside the oblasts the registry describes
    (`in_scope`), nothing is known. Where the client's hromada is not known, all left out are asked.
    """
    if answer.found:
        return SearchOutcome.FOUND
    if occupation is Occupation.FULLY:
        return SearchOutcome.OCCUPIED
    spoken = Counter(_reasons_of_those_that_serve(answer))
    if spoken:
        most = max(spoken.values())
        return next(outcome for outcome in SearchOutcome if spoken[outcome] == most)
    return SearchOutcome.NOBODY if in_scope else SearchOutcome.NOT_DESCRIBED


def _reasons_of_those_that_serve(answer: ReferralAnswer) -> Iterator[SearchOutcome]:
    for match in answer.left_out:
        if match.verdict.basis is None and answer.question.hromada is not None:
            continue
        given = {refusal.reason for refusal in match.verdict.refusals}
        outcome = _OUTCOME_OF[next(reason for reason in RefusalReason if reason in given)]
        if outcome is not None:
            yield outcome


def first_of_quarter(day: date) -> date:
    """Return the first day of the calendar quarter.

    >>> first_of_quarter(date(2026, 11, 22))
    datetime.date(2026, 10, 1)
    """
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def end_of_whole_quarters(last: date) -> date:
    """Return the first day that is past every quarter which has ended by this day, the day included.

    >>> end_of_whole_quarters(date(2026, 9, 29)), end_of_whole_quarters(date(2026, 9, 30))
    (datetime.date(2026, 7, 1), datetime.date(2026, 10, 1))
    """
    return first_of_quarter(min(last, date.max - timedelta(days=1)) + timedelta(days=1))


def last_four_quarters(day: date) -> tuple[date, date]:
    """Return the first and last day of the four calendar quarters before the one the day is in.

    >>> last_four_quarters(date(2026, 11, 22))
    (datetime.date(2025, 10, 1), datetime.date(2026, 9, 30))
    """
    end = first_of_quarter(day)
    return end.replace(year=end.year - 1), end - timedelta(days=1)
