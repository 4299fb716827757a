"""Whether an offering takes a client on a day, with every reason why not and all that is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum, auto
from types import MappingProxyType

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Occupation, TerritoryStatus
from mapapp.domain.hours import is_open_at, next_change
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.referral import (
    Basis,
    Candidate,
    ReferralQuestion,
    Refusal,
    RefusalReason,
    Unknown,
    Verdict,
    Work,
)
from mapapp.domain.registry import (
    Accessibility,
    CatchmentArea,
    CatchmentBasis,
    PlaceOfProvision,
    TargetGroup,
)

_AT_THE_PROVIDER = frozenset({PlaceOfProvision.DAY, PlaceOfProvision.INPATIENT})
_BREADTH = MappingProxyType({basis: breadth for breadth, basis in enumerate(Basis)})


class _Vacancy(Enum):
    FREE = auto()
    FULL = auto()
    UNKNOWN = auto()


def judge(
    candidate: Candidate, question: ReferralQuestion, gazetteer: Gazetteer, refresh_days: int
) -> Verdict:
    """Return whether the offering takes the client; what is not known never speaks against it.

    A count of free places older than `refresh_days` says nothing any more.
    """
    areas = client_areas(question.hromada, gazetteer)
    basis, contract_end = _basis(candidate, question, areas)
    occupation = _occupation(candidate, gazetteer)
    vacancy = _vacancy(candidate, question.day, refresh_days)
    work, changes_at = _work(candidate, question)
    refusals = (
        *_refused_by_the_point(candidate, question.day, occupation),
        *_refused_by_catchment(candidate, question.day, areas, basis),
        *_refused_to_the_client(candidate, question),
        *_refused_by_the_terms(candidate, question),
        *_refused_then(candidate, question, vacancy, work, changes_at),
    )
    unknowns = (
        *([Unknown.VACANCY] if vacancy is _Vacancy.UNKNOWN else ()),
        *([Unknown.HOURS] if work is Work.UNKNOWN else ()),
        *_unknown_terms(candidate, question),
        *([Unknown.CATCHMENT] if not areas else ()),
        *([Unknown.TERRITORY] if occupation is Occupation.PARTLY else ()),
    )
    return Verdict(refusals, basis, contract_end, unknowns, work, changes_at)


def client_areas(hromada: Katottg | None, gazetteer: Gazetteer) -> Mapping[str, Basis]:
    """Return the codes of all that the client lives in, `NATION` among them, and what serving each is.

    Nothing where the hromada is not known.
    """
    if hromada is None:
        return MappingProxyType({})
    unit = gazetteer.hromadas[hromada]
    areas: dict[str, Basis] = {NATION: Basis.NATION, unit.oblast: Basis.OBLAST}
    if unit.raion is not None:
        areas[unit.raion] = Basis.RAION
    # Last: Kyiv and Sevastopol are their own hromada and oblast, and serving them is serving the hromada.
    return MappingProxyType(areas | {hromada: Basis.OWN_HROMADA})


def _basis(
    candidate: Candidate, question: ReferralQuestion, areas: Mapping[str, Basis]
) -> tuple[Basis | None, date | None]:
    """Return the narrowest reason why the hromada is served that day, and the last day of its contract."""
    holding = [
        (_basis_of(area, candidate, question, areas), area)
        for area in candidate.catchment
        if area.area in areas and area.holds_on(question.day)
    ]
    if not holding:
        return None, None
    best = min((basis for basis, _ in holding), key=_BREADTH.__getitem__)
    resting_on = [area for basis, area in holding if basis is best]
    ends = [area.end for area in resting_on if area.end is not None]
    rests_on_contracts = all(area.basis is CatchmentBasis.CONTRACT for area in resting_on)
    return best, max(ends) if rests_on_contracts and len(ends) == len(resting_on) else None


def _basis_of(
    area: CatchmentArea, candidate: Candidate, question: ReferralQuestion, areas: Mapping[str, Basis]
) -> Basis:
    basis = areas[area.area]
    if basis is not Basis.OWN_HROMADA:
        return basis
    if area.basis is CatchmentBasis.CONTRACT:
        return Basis.CONTRACT
    is_there = candidate.hromada == question.hromada and not candidate.is_confidential
    return Basis.OWN_HROMADA if is_there else Basis.NAMED


def _occupation(candidate: Candidate, gazetteer: Gazetteer) -> Occupation:
    """Return how much of where the point stands is occupied; a confidential point's place is not asked."""
    if candidate.is_confidential:
        return Occupation.NONE
    if candidate.settlement is not None:
        statuses = gazetteer.open_status.get(candidate.settlement, ())
        return Occupation.FULLY if TerritoryStatus.TEMPORARILY_OCCUPIED in statuses else Occupation.NONE
    if candidate.hromada is None:
        return Occupation.NONE
    return gazetteer.occupation.get(candidate.hromada, Occupation.NONE)


def _refused_by_the_point(candidate: Candidate, day: date, occupation: Occupation) -> Iterator[Refusal]:
    if occupation is Occupation.FULLY:
        yield Refusal(RefusalReason.OCCUPIED_TERRITORY)
    if candidate.valid_to is not None and candidate.valid_to < day:
        yield Refusal(RefusalReason.NO_LONGER_OFFERED, candidate.valid_to)
    if candidate.valid_from is not None and day < candidate.valid_from:
        yield Refusal(RefusalReason.NOT_YET_OFFERED, candidate.valid_from)
    wartime = candidate.wartime
    if wartime.is_suspended and (wartime.suspended_until is None or day <= wartime.suspended_until):
        yield Refusal(RefusalReason.SUSPENDED, wartime.suspended_until)
    closed = [closure.last for closure in candidate.closures if closure.holds_on(day)]
    if closed:
        known = [last for last in closed if last is not None]
        yield Refusal(RefusalReason.CLOSED, max(known) if len(known) == len(closed) else None)


def _refused_by_catchment(
    candidate: Candidate, day: date, areas: Mapping[str, Basis], basis: Basis | None
) -> Iterator[Refusal]:
    if basis is not None or not areas:
        return
    served = tuple(dict.fromkeys(area.area for area in candidate.catchment if area.holds_on(day)))
    out_of_force = [area for area in candidate.catchment if area.area in areas]
    if not out_of_force:
        yield Refusal(RefusalReason.OUTSIDE_CATCHMENT, areas=served)
        return
    to_come = [area.start for area in out_of_force if area.start is not None and day < area.start]
    ended = [area.end for area in out_of_force if area.end is not None and area.end < day]
    # What is yet to begin helps the client more than what is over.
    known_day = min(to_come) if to_come else max(ended)
    yield Refusal(RefusalReason.CONTRACT_NOT_IN_FORCE, known_day, areas=served)


def _refused_to_the_client(candidate: Candidate, question: ReferralQuestion) -> Iterator[Refusal]:
    taken = candidate.target_groups
    if question.groups and not taken & (TargetGroup.EVERYONE | question.groups):
        yield Refusal(RefusalReason.OTHER_GROUPS)
    if question.age is None:
        return
    if candidate.age_from is not None and question.age < candidate.age_from:
        yield Refusal(RefusalReason.TOO_YOUNG, age=candidate.age_from)
    if candidate.age_to is not None and question.age > candidate.age_to:
        yield Refusal(RefusalReason.TOO_OLD, age=candidate.age_to)


def _refused_by_the_terms(candidate: Candidate, question: ReferralQuestion) -> Iterator[Refusal]:
    if question.places and not question.places & candidate.places:
        yield Refusal(RefusalReason.OTHER_PLACES)
    if question.payments and candidate.payment not in question.payments:
        yield Refusal(RefusalReason.OTHER_PAYMENT)
    if question.language is not None and candidate.languages and question.language not in candidate.languages:
        yield Refusal(RefusalReason.OTHER_LANGUAGES)
    if _climbs(candidate, question) and Accessibility.STEP_FREE_ENTRANCE in candidate.no_accessibility:
        yield Refusal(RefusalReason.NOT_STEP_FREE)
    if question.urgent and candidate.is_emergency is False:
        yield Refusal(RefusalReason.NOT_URGENT)


def _refused_then(
    candidate: Candidate,
    question: ReferralQuestion,
    vacancy: _Vacancy,
    work: Work,
    changes_at: datetime | None,
) -> Iterator[Refusal]:
    if vacancy is _Vacancy.FULL:
        yield Refusal(RefusalReason.NO_VACANCY, candidate.capacity_as_of)
    if question.open_then and work is Work.SHUT:
        yield Refusal(RefusalReason.NOT_AT_WORK, opens_at=changes_at)


def _unknown_terms(candidate: Candidate, question: ReferralQuestion) -> Iterator[Unknown]:
    if question.language is not None and not candidate.languages:
        yield Unknown.LANGUAGES
    said = candidate.accessibility | candidate.no_accessibility
    if _climbs(candidate, question) and Accessibility.STEP_FREE_ENTRANCE not in said:
        yield Unknown.STEP_FREE
    if question.urgent and candidate.is_emergency is None:
        yield Unknown.URGENCY


def _climbs(candidate: Candidate, question: ReferralQuestion) -> bool:
    """Tell whether the client, who cannot climb steps, can get what they want at the door alone."""
    wanted = candidate.places & question.places or candidate.places
    return question.step_free and wanted <= _AT_THE_PROVIDER


def _vacancy(candidate: Candidate, day: date, refresh_days: int) -> _Vacancy:
    counted = candidate.capacity_as_of
    if counted is None or not 0 <= (day - counted).days <= refresh_days:
        return _Vacancy.UNKNOWN
    if candidate.vacant == 0 or candidate.capacity == 0:
        return _Vacancy.FULL
    return _Vacancy.UNKNOWN if candidate.vacant is None else _Vacancy.FREE


def _work(candidate: Candidate, question: ReferralQuestion) -> tuple[Work, datetime | None]:
    """Return whether there is work then, and when that changes."""
    hours, closures = candidate.opening_hours, candidate.closures
    if hours is None:
        return Work.UNKNOWN, None
    if question.moment is None:
        is_closed = any(closure.holds_on(question.day) for closure in closures)
        return (Work.OPEN if hours.spans_on(question.day) and not is_closed else Work.SHUT), None
    is_open = is_open_at(hours, closures, question.moment)
    return (Work.OPEN if is_open else Work.SHUT), next_change(hours, closures, question.moment)
