"""What may be wrong with the registry on a day: every check over every record, with what it found."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from mapapp.analysis.duplicates import likely_duplicates
from mapapp.analysis.told_places import Telling, tells_address_of, told_places
from mapapp.domain.changes import Record, RecordKey, RecordKind, record_key
from mapapp.domain.edrpou import is_edrpou
from mapapp.domain.errors import msgid
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION, Katottg, KatottgLevel
from mapapp.domain.quality import (
    REFRESH_DAYS_WITHOUT_SERVICES,
    DuplicatePair,
    Finding,
    QualityCheck,
    QualityReport,
)
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    Organisation,
    PointPrecision,
    Registry,
    ServicePoint,
)
from mapapp.domain.registry_questions import Freshness, freshness_on
from mapapp.domain.services import Service

Locate = Callable[[LonLat], Katottg | None]
"""Returns the hromada drawn around a point."""

CONTRACT_NOTICE_DAYS = 60
"""How long before its end a contract is named: time enough to agree on another."""

_FARTHEST_M = 40_000.0
"""No point of a hromada lies farther from the nearest of its settlements: in the real outlines of 1,469
hromadas the farthest is 37.2 km (Чулаківська, with its sea coast)."""
_EARTH_RADIUS_M = 6_371_008.8

_TOLD = {
    Telling.STREET: msgid(
        "The public field «{field}» of a confidential point seems to name a street or building"
    ),
    Telling.COORDINATES: msgid(
        "The public field «{field}» of a confidential point has coordinates or a map link"
    ),
    Telling.OWN_ADDRESS: msgid("The public field «{field}» tells the address that is confidential"),
    Telling.OWN_UNIT: msgid(
        "The public field «{field}» names the hromada or settlement that is confidential"
    ),
}


def check_quality(
    registry: Registry,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    today: date,
    locate: Locate | None = None,
) -> QualityReport:
    """Return what every check finds; the same registry and day give the same report.

    Parameters
    ----------
    registry
        Records with confidential places make a report for those who may know them: it repeats no place,
        but says of which point a text tells one.
    gazetteer, services
        What codes and services there are.
    today
        The day that periods and intervals are judged on.
    locate
        Returns the hromada drawn around a point; None where outlines are only approximate.

    """
    by_id = {organisation.id: organisation for organisation in registry.organisations}
    context = _Context(by_id, gazetteer, services, today, locate)
    points = [point for point in registry.points if context.lasts(point)]
    organisations = [unit for unit in registry.organisations if context.lasts(unit)]
    duplicates = likely_duplicates(registry, today)
    findings = [*map(_duplicate, duplicates), *_services_without_code(context, points)]
    for told in registry.points:
        findings.extend(_told_places(context, told))
    for check in _POINT_CHECKS:
        for point in points:
            findings.extend(check(context, point))
    for organisation in organisations:
        findings.extend(_wrong_edrpou(organisation))
    findings.extend(_without_points(organisations, points))
    counted = Counter(finding.check for finding in findings)
    return QualityReport(
        as_of=today,
        counts=MappingProxyType({check: counted[check] for check in QualityCheck}),
        findings=tuple(sorted(findings, key=_order)),
        duplicates=duplicates,
        organisations_checked=len(organisations),
        points_checked=len(points),
        by_real_boundaries=locate is not None,
    )


_RANK = {check: rank for rank, check in enumerate(QualityCheck)}


def _order(finding: Finding) -> tuple[int, RecordKey, tuple[RecordKey, ...], str, str]:
    key = finding.key or RecordKey(RecordKind.POINT, "")
    return _RANK[finding.check], key, finding.related, finding.message, str(sorted(finding.values.items()))


@dataclass(frozen=True, slots=True)
class _Context:
    organisations: Mapping[str, Organisation]
    gazetteer: Gazetteer
    services: Mapping[str, Service]
    today: date
    locate: Locate | None

    def lasts(self, record: Record) -> bool:
        """Tell whether the record has not ended."""
        return record.valid_to is None or record.valid_to >= self.today

    def knows(self, code: str) -> bool:
        """Tell whether the gazetteer has the unit."""
        units = self.gazetteer
        return (
            code == NATION
            or code in units.hromadas
            or code in units.settlements
            or code in units.raions
            or code in units.oblasts
        )

    def unit(self, code: str) -> str:
        """Return the code, with the name of a hromada before it."""
        named = None if code == NATION else self.gazetteer.hromadas.get(Katottg(code))
        return str(code) if named is None else f"{named.name} ({code})"


def _duplicate(pair: DuplicatePair) -> Finding:
    return Finding(
        QualityCheck.DUPLICATE,
        pair.one,
        msgid("Probably the same as «{other}»: {percent} %"),
        {"other": pair.other.id, "percent": round(pair.score * 100)},
        (pair.other,),
    )


# What a point tells though it must not.


def _told_places(context: _Context, point: ServicePoint) -> Iterator[Finding]:
    key = record_key(point)
    for field, telling in told_places(point, context.gazetteer):
        yield Finding(QualityCheck.TELLS_PLACE, key, _TOLD[telling], {"field": field})
    organisation = context.organisations.get(point.organisation)
    if organisation is not None and tells_address_of(organisation, point):
        message = msgid("The organisation's address is the confidential one of its point «{point}»")
        yield Finding(
            QualityCheck.TELLS_PLACE, record_key(organisation), message, {"point": point.id}, (key,)
        )


# Where a point is.


def _outside(context: _Context, point: ServicePoint) -> Iterator[Finding]:
    check, key = QualityCheck.OUTSIDE_HROMADA, record_key(point)
    hidden = point.confidential_place
    if hidden is not None and hidden.point is not None:
        if _lies_outside(context, hidden.point, hidden.hromada):
            yield Finding(check, key, msgid("The confidential place lies outside the hromada stated for it"))
        return
    if point.point is None or point.hromada is None:
        return
    stated = context.unit(point.hromada)
    found = None if context.locate is None else context.locate(point.point)
    if found is not None and found != point.hromada:
        message = msgid("The coordinates lie in {found}, not in the hromada {stated}")
        yield Finding(check, key, message, {"stated": stated, "found": context.unit(found)})
    elif found is None and (context.locate is not None or _is_far(context, point.point, point.hromada)):
        yield Finding(
            check, key, msgid("The coordinates lie outside the hromada {stated}"), {"stated": stated}
        )


def _lies_outside(context: _Context, place: LonLat, hromada: Katottg) -> bool:
    if context.locate is not None:
        return context.locate(place) != hromada
    return _is_far(context, place, hromada)


def _is_far(context: _Context, place: LonLat, hromada: Katottg) -> bool:
    """Tell whether the place is farther from all of the hromada's settlements than any place in it can be."""
    unit = context.gazetteer.hromadas.get(hromada)
    if unit is None or _distance_m(place, unit.centre) <= _FARTHEST_M:
        return False
    settlements = context.gazetteer.settlements_of.get(hromada, ())
    return all(
        _distance_m(place, settlement.point) > _FARTHEST_M
        for settlement in settlements
        if settlement.point is not None
    )


def _distance_m(one: LonLat, other: LonLat) -> float:
    """Return the distance on a sphere, by the haversine formula."""
    up, aside = math.radians(other.lat - one.lat), math.radians(other.lon - one.lon)
    half = (
        math.sin(up / 2) ** 2
        + math.cos(math.radians(one.lat)) * math.cos(math.radians(other.lat)) * math.sin(aside / 2) ** 2
    )
    return 2 * _EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def _coarse(_context: _Context, point: ServicePoint) -> Iterator[Finding]:
    if point.precision is PointPrecision.HROMADA:
        message = msgid("The coordinates are only those of the hromada")
        yield Finding(QualityCheck.COARSE_COORDINATES, record_key(point), message)


# Codes.


def _unknown_codes(context: _Context, point: ServicePoint) -> Iterator[Finding]:
    check, key = QualityCheck.UNKNOWN_CODE, record_key(point)
    named = [point.oblast, point.hromada, point.settlement, point.relocated_from]
    named += [stop.settlement for stop in point.stops]
    areas = [served.area for offering in point.offerings for served in offering.catchment]
    unknown = sorted({code for code in (*named, *areas) if code is not None and not context.knows(code)})
    if unknown:
        message = msgid(
            "The gazetteer does not have {codes}: units are renamed and merged, find today's code"
        )
        yield Finding(check, key, message, {"codes": ", ".join(unknown)})
    hidden = point.confidential_place
    if hidden and not all(context.knows(code) for code in (hidden.hromada, hidden.settlement) if code):
        yield Finding(check, key, msgid("The gazetteer does not have a code of the confidential place"))
    missing = sorted({offering.service for offering in point.offerings} - context.services.keys())
    if missing:
        message = msgid("The classifier does not have the services {services}")
        yield Finding(check, key, message, {"services": ", ".join(missing)})


def _wrong_edrpou(organisation: Organisation) -> Iterator[Finding]:
    if organisation.edrpou is not None and not is_edrpou(organisation.edrpou):
        message = msgid("The EDRPOU {edrpou} has a wrong check digit: a digit is mistyped")
        values = {"edrpou": organisation.edrpou}
        yield Finding(QualityCheck.UNKNOWN_CODE, record_key(organisation), message, values)


def _services_without_code(context: _Context, points: Sequence[ServicePoint]) -> Iterator[Finding]:
    users: defaultdict[str, list[RecordKey]] = defaultdict(list)
    for point in points:
        for slug in dict.fromkeys(offering.service for offering in point.offerings):
            users[slug].append(record_key(point))
    for slug, keys in sorted(users.items()):
        service = context.services.get(slug)
        if service is not None and service.official_code is None:
            message = msgid(
                "«{service}» has no official code in the classifier; points that offer it: {points}"
            )
            values = {"service": slug, "points": len(keys)}
            yield Finding(QualityCheck.NO_OFFICIAL_CODE, None, message, values, tuple(sorted(keys)))


# Whom a point serves.


def _catchments(context: _Context, point: ServicePoint) -> Iterator[Finding]:
    key = record_key(point)
    idle = _services(o for o in point.offerings if not any(c.holds_on(context.today) for c in o.catchment))
    if idle:
        message = msgid("Serves nobody today: no area is in force for {services}")
        yield Finding(QualityCheck.DOUBTFUL_CATCHMENT, key, message, {"services": idle})
    telling = _services(offering for offering in point.offerings if _tells_hromada(point, offering))
    if telling:
        message = msgid("The hromada is confidential, but the area served by right names it: {services}")
        yield Finding(QualityCheck.TELLS_PLACE, key, message, {"services": telling})


def _tells_hromada(point: ServicePoint, offering: Offering) -> bool:
    """Tell whether a point whose hromada is kept back serves one hromada alone, by right: usually its own."""
    if point.location_policy not in {LocationPolicy.OBLAST_ONLY, LocationPolicy.WITHHELD}:
        return False
    served = {area.area for area in offering.catchment if area.basis is CatchmentBasis.RIGHT}
    if len(served) != 1:
        return False
    (area,) = served
    return area != NATION and Katottg(area).level is KatottgLevel.HROMADA


def _contracts(context: _Context, point: ServicePoint) -> Iterator[Finding]:
    ended: list[CatchmentArea] = []
    ending: list[CatchmentArea] = []
    for offering in point.offerings:
        for contract in offering.catchment:
            if contract.basis is not CatchmentBasis.CONTRACT or contract.end is None:
                continue
            if _goes_on(offering, contract, context.today):
                continue
            if contract.end < context.today:
                ended.append(contract)
            elif contract.end <= context.today + timedelta(days=CONTRACT_NOTICE_DAYS):
                ending.append(contract)
    key = record_key(point)
    if ended:
        message = msgid("The contract has ended and none follows: {contracts}")
        yield Finding(QualityCheck.CONTRACT_ENDED, key, message, {"contracts": _listed(context, ended)})
    if ending:
        message = msgid("The contract ends soon and none follows: {contracts}")
        yield Finding(QualityCheck.CONTRACT_ENDING, key, message, {"contracts": _listed(context, ending)})


def _goes_on(offering: Offering, contract: CatchmentArea, today: date) -> bool:
    """Tell whether something else lets the offering serve the same area after the contract's end."""
    assert contract.end is not None
    after = max(contract.end + timedelta(days=1), today)
    return any(
        other.area == contract.area and other is not contract and other.holds_on(after)
        for other in offering.catchment
    )


def _listed(context: _Context, contracts: Sequence[CatchmentArea]) -> str:
    lines = {
        (
            contract.end or date.max,
            contract.area,
        ): f"{context.unit(Katottg(contract.area))}: {contract.end:%d.%m.%Y}"
        if contract.area != NATION
        else f"{NATION}: {contract.end:%d.%m.%Y}"
        for contract in contracts
    }
    return "; ".join(lines[order] for order in sorted(lines))


# Whether it is up to date and complete.


def _freshness(context: _Context, point: ServicePoint) -> Iterator[Finding]:
    used = (context.services.get(offering.service) for offering in point.offerings)
    refresh_days = min(
        (service.refresh_days for service in used if service is not None),
        default=REFRESH_DAYS_WITHOUT_SERVICES,
    )
    freshness = freshness_on(context.today, point.last_verified, refresh_days)
    if freshness is Freshness.NEVER_VERIFIED:
        message = msgid("Never verified")
        yield Finding(QualityCheck.NEVER_VERIFIED, record_key(point), message)
    elif freshness is Freshness.STALE:
        message = msgid("Verified on {day}, longer than {days} days ago")
        values = {"day": f"{point.last_verified:%d.%m.%Y}", "days": refresh_days}
        yield Finding(QualityCheck.STALE, record_key(point), message, values)


def _contacts(_context: _Context, point: ServicePoint) -> Iterator[Finding]:
    if not point.phones and not any(contact.phones for contact in point.contacts):
        yield Finding(QualityCheck.NO_PHONE, record_key(point), msgid("No telephone is known"))


def _hours(_context: _Context, point: ServicePoint) -> Iterator[Finding]:
    if point.opening_hours is not None or any(stop.opens is not None for stop in point.stops):
        return
    written = point.hours.strip()
    if written:
        message = msgid("The hours are written but not understood: «{hours}»")
        yield Finding(QualityCheck.UNCLEAR_HOURS, record_key(point), message, {"hours": written})
    else:
        yield Finding(QualityCheck.NO_HOURS, record_key(point), msgid("No opening hours are known"))


def _capacity(_context: _Context, point: ServicePoint) -> Iterator[Finding]:
    unknown = _services(offering for offering in point.offerings if offering.capacity is None)
    if unknown:
        message = msgid("No capacity is known of {services}")
        yield Finding(QualityCheck.NO_CAPACITY, record_key(point), message, {"services": unknown})


def _services(offerings: Iterator[Offering]) -> str:
    return ", ".join(dict.fromkeys(offering.service for offering in offerings))


def _without_points(
    organisations: Sequence[Organisation], points: Sequence[ServicePoint]
) -> Iterator[Finding]:
    """Yield the organisations that neither run a point nor are the head of one that does."""
    parents = {organisation.id: organisation.parent for organisation in organisations}
    active: set[str] = set()
    for owner in {point.organisation for point in points}:
        unit: str | None = owner
        while unit is not None and unit not in active:
            active.add(unit)
            unit = parents.get(unit)
    for organisation in organisations:
        if organisation.id not in active:
            yield Finding(QualityCheck.NO_POINTS, record_key(organisation), msgid("Has no service point"))


_POINT_CHECKS = (
    _outside,
    _coarse,
    _unknown_codes,
    _catchments,
    _contracts,
    _freshness,
    _contacts,
    _hours,
    _capacity,
)
