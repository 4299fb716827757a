"""Who may take a client: the store narrows by all that it can judge itself, the rules judge the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from mapapp.domain.contacts import Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import Katottg
from mapapp.domain.referral import VISITS_AHEAD_DAYS, Candidate, CandidateQuery, Candidates
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    MobileStop,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    TargetGroup,
    Term,
    WartimeState,
)
from mapapp.storage import referral_statements
from mapapp.storage.catchments import is_wide
from mapapp.storage.prepared import fetched_prepared
from mapapp.storage.reading import check_service
from mapapp.storage.referral_statements import AROUND, CONFIDENTIAL, LOCAL, REMOTE, VISITING, WIDER
from mapapp.storage.schema import ALWAYS_FROM, ALWAYS_TO

_TOLD_AFTER_END_DAYS = 180
"""Who ended earlier is no longer told of."""


def candidates(connection: Connection, query: CandidateQuery, *, with_around: bool) -> Candidates:
    """Return the offerings that may take the client, and where asked for all that are around.

    Raises
    ------
    NotFoundError
        The service is not in the store.

    """
    statement = referral_statements.candidates(
        serving=bool(query.areas),
        with_around=with_around,
        on_postgis=connection.dialect.name == "postgresql",
    )
    found = _by_part(fetched_prepared(connection, statement, _asked(query)), query.day)
    if not any(found.values()):
        check_service(connection, query.service)
    return Candidates(
        local=found[LOCAL],
        visiting=found[VISITING],
        remote=found[REMOTE],
        confidential=found[CONFIDENTIAL],
        around=found[AROUND],
    )


def _asked(query: CandidateQuery) -> dict[str, Any]:
    """Return the values of the statement's parameters."""
    own = next((area for area in query.areas if not is_wide(area)), None)
    # Kyiv has fewer: the nation, which is always among them, stands in for the others.
    wider = [*filter(is_wide, query.areas), *query.areas[-1:] * len(WIDER)]
    return {
        "service": query.service,
        "day": query.day,
        "lon": query.origin.lon,
        "lat": query.origin.lat,
        "groups": int(query.groups | TargetGroup.EVERYONE) if query.groups else 0,
        "age": query.age,
        "limit": query.limit,
        "ended_from": query.day - timedelta(days=_TOLD_AFTER_END_DAYS),
        "hromada": own,
        **dict(zip(WIDER, wider, strict=False)),
    }


def _by_part(rows: Iterable[Any], day: date) -> dict[int, tuple[Candidate, ...]]:
    """Return the candidates by part, each in its order."""
    last_visit = day + timedelta(days=VISITS_AHEAD_DAYS)
    parts: dict[int, list[Candidate]] = {part: [] for part in (LOCAL, VISITING, REMOTE, CONFIDENTIAL, AROUND)}
    known: dict[tuple[str, int], Candidate] = {}
    for row in rows:
        key = (row.point_id, row.ordinal)
        candidate = known.get(key)
        if candidate is None:
            candidate = known[key] = _candidate(row)
        if row.part != VISITING or any(stop.day <= last_visit for stop in candidate.stops):
            parts[row.part].append(candidate)
    by_distance = {LOCAL, VISITING, AROUND}
    return {
        part: tuple(sorted(listed, key=_by_distance if part in by_distance else _by_id))
        for part, listed in parts.items()
    }


def _by_distance(candidate: Candidate) -> tuple[float, str, int]:
    assert candidate.distance_m is not None
    return candidate.distance_m, candidate.point_id, candidate.ordinal


def _by_id(candidate: Candidate) -> tuple[str, int]:
    return candidate.point_id, candidate.ordinal


def _candidate(row: Any) -> Candidate:
    return Candidate(
        point_id=row.point_id,
        ordinal=row.ordinal,
        name=row.name,
        organisation_name=row.organisation_name,
        kind=_KINDS[row.kind],
        location_policy=_POLICIES[row.location_policy],
        oblast=_code(row.oblast),
        hromada=None if row.hromada is None else _code(row.hromada),
        settlement=None if row.settlement is None else _code(row.settlement),
        position=None if row.lon is None else LonLat(lon=row.lon, lat=row.lat),
        precision=None if row.precision is None else _PRECISIONS[row.precision],
        distance_m=row.distance_m,
        address=row.address,
        phones=_phones(row.phones, row.phones_e164),
        hours=row.hours,
        opening_hours=None if row.opening_hours is None else _opening_hours(row.opening_hours),
        closures=_closures(row.closures),
        referral_note=row.referral_note,
        languages=_texts(row.languages),
        accessibility=_accessibility(row.accessibility),
        no_accessibility=_accessibility(row.no_accessibility),
        wartime=WartimeState(
            row.is_suspended,
            row.suspended_until,
            row.works_without_power,
            row.has_shelter,
            row.last_confirmed,
        ),
        relocated_from=None if row.relocated_from is None else _code(row.relocated_from),
        valid_from=None if row.valid_from == ALWAYS_FROM else row.valid_from,
        valid_to=None if row.valid_to == ALWAYS_TO else row.valid_to,
        last_verified=row.last_verified,
        is_demo=row.is_demo,
        stops=() if row.stops is None else _stops(row.stops),
        service=row.service,
        catchment=_catchment(row.catchment),
        target_groups=_groups(row.target_groups),
        places=_places(row.places),
        payment=_PAYMENTS[row.payment],
        capacity=row.capacity,
        vacant=row.vacant,
        capacity_unit=_UNITS[row.capacity_unit],
        capacity_as_of=row.capacity_as_of,
        age_from=row.age_from,
        age_to=row.age_to,
        terms=_terms(row.terms),
        is_emergency=row.is_emergency,
        conditions=row.conditions,
    )


_KINDS = {word.value: word for word in PointKind}
_POLICIES = {word.value: word for word in LocationPolicy}
_PRECISIONS = {word.value: word for word in PointPrecision}
_PAYMENTS = {word.value: word for word in Payment}
_UNITS = {word.value: word for word in CapacityUnit}

# Weeks, catchments, codes and lists of words repeat over and over; phones and stops hardly do.

_code = lru_cache(maxsize=1 << 16)(Katottg)
_groups = lru_cache(maxsize=1 << 10)(TargetGroup)


@lru_cache(maxsize=1 << 10)
def _places(text: str) -> frozenset[PlaceOfProvision]:
    return frozenset(map(PlaceOfProvision, json.loads(text)))


@lru_cache(maxsize=1 << 10)
def _terms(text: str) -> frozenset[Term]:
    return frozenset(map(Term, json.loads(text)))


@lru_cache(maxsize=1 << 10)
def _accessibility(text: str) -> frozenset[Accessibility]:
    return frozenset(map(Accessibility, json.loads(text)))


@lru_cache(maxsize=1 << 10)
def _texts(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(maxsize=1 << 12)
def _phones(written: str, e164: str) -> tuple[Phone, ...]:
    pairs = zip(json.loads(written), json.loads(e164), strict=True)
    return tuple(Phone(one, dialled or None) for one, dialled in pairs)


@lru_cache(maxsize=1 << 12)
def _opening_hours(text: str) -> OpeningHours:
    kept = json.loads(text)
    return OpeningHours(
        week=tuple(map(_spans, kept["week"])),
        exceptions=tuple(
            HoursException(_day(it["first"]), _day(it["last"]), _spans(it["spans"]), it["note"])
            for it in kept["exceptions"]
        ),
    )


def _spans(kept: Iterable[dict[str, str]]) -> tuple[OpenSpan, ...]:
    return tuple(
        OpenSpan(time.fromisoformat(span["opens"]), time.fromisoformat(span["closes"])) for span in kept
    )


@lru_cache(maxsize=1 << 12)
def _closures(text: str) -> tuple[Closure, ...]:
    return tuple(
        Closure(_day(it["first"]), None if it["last"] is None else _day(it["last"]), it["reason"])
        for it in json.loads(text)
    )


@lru_cache(maxsize=1 << 14)
def _catchment(text: str) -> tuple[CatchmentArea, ...]:
    """Return the areas served, in the order of their codes."""
    return tuple(
        CatchmentArea(
            area,
            CatchmentBasis(basis),
            start=None if _day(first) == ALWAYS_FROM else _day(first),
            end=None if _day(last) == ALWAYS_TO else _day(last),
        )
        for area, basis, first, last in sorted(json.loads(text))
    )


@lru_cache(maxsize=1 << 10)
def _stops(text: str) -> tuple[MobileStop, ...]:
    """Return the stops in the order in which the record has them."""
    return tuple(
        MobileStop(_code(settlement), _day(day), _clock(opens), _clock(closes), place)
        for _, settlement, day, opens, closes, place in sorted(json.loads(text), key=lambda stop: stop[0])
    )


def _clock(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


_day = date.fromisoformat
