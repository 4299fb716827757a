"""The records of the registry in memory: one with everything, hidden ones, hostile, long and many names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from mapapp.domain.changes import ChangeKind, FieldDifference, RecordKey, RecordKind, differences
from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import Katottg
from mapapp.domain.names import fold_name, ukrainian_sort_key
from mapapp.domain.quality import (
    DuplicatePair,
    DuplicateReason,
    Finding,
    QualityCheck,
    QualityReport,
)
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    MobileStop,
    Offering,
    Organisation,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    RecordSource,
    Sector,
    ServicePoint,
    TargetGroup,
    Tariff,
    Term,
    WartimeState,
)
from mapapp.domain.registry_questions import (
    ListedPoint,
    PointRecord,
    PublicVersion,
    RecordSummary,
    RegistryPage,
    RegistryQuery,
    freshness_on,
)

POLTAVSKA = Katottg("UA53000000000028050")
ZHYTOMYRSKA = Katottg("UA18000000000041385")
ZHYTOMYR_HROMADA = Katottg("UA18040190000029215")
OPISHNIA_HROMADA = Katottg("UA53080350000070563")
POLTAVA_HROMADA = Katottg("UA53080370000025447")
MALI_BUDYSHCHA = Katottg("UA53080350230084034")
LONG_NAME = "Надзвичайнодовганазвабезпробілів" * 6 + "12345678"
WORK = OpenSpan(time(9), time(13)), OpenSpan(time(14), time(18))
TODAY = date(2026, 2, 1)

ORGANISATIONS = {
    organisation.id: organisation
    for organisation in (
        Organisation(
            id="org",
            name="Комунальне некомерційне підприємство «Турбота»",
            sector=Sector.STATE_COMMUNAL,
            edrpou="00032129",
            successor_of=("old-org",),
            is_demo=True,
            short_name="КНП «Турбота»",
            legal_form="комунальне некомерційне підприємство",
            ownership=Ownership.COMMUNAL,
            registry_number="123",
            registry_in=date(2021, 5, 6),
            phones=(Phone("0 800 500 335", "+380800500335"),),
            website="https://turbota.example",
        ),
        Organisation(id="old-org", name="КУ «Територіальний центр»", sector=Sector.STATE_COMMUNAL),
        Organisation(id="ngo", name="ГО «Поруч»", sector=Sector.NON_STATE),
    )
}


def rich_point() -> ServicePoint:
    """A point of which everything is known, or known not to be known."""
    return ServicePoint(
        id="rich",
        organisation="org",
        kind=PointKind.MOBILE_TEAM,
        name="Мобільна бригада «Опора»",
        location_policy=LocationPolicy.PUBLIC,
        oblast=POLTAVSKA,
        hromada=POLTAVA_HROMADA,
        settlement=None,
        point=LonLat(lon=34.5514, lat=49.5894),
        precision=PointPrecision.STREET,
        address="вул. Соборності, 1",
        phones=(Phone("(0532) 60-61-62", "+380532606162"), Phone("1545")),
        offerings=(
            Offering(
                service="crisis-intervention",
                catchment=(
                    CatchmentArea(POLTAVA_HROMADA),
                    CatchmentArea(
                        OPISHNIA_HROMADA, CatchmentBasis.CONTRACT, date(2020, 1, 1), date(2020, 12, 31)
                    ),
                ),
                target_groups=TargetGroup.OLDER_PEOPLE | TargetGroup.DISPLACED,
                places=frozenset({PlaceOfProvision.HOME, PlaceOfProvision.STREET}),
                payment=Payment.DIFFERENTIATED,
                capacity=12,
                vacant=0,
                capacity_unit=CapacityUnit.FAMILIES,
                capacity_as_of=date(2026, 1, 20),
                age_from=18,
                terms=frozenset({Term.EMERGENCY, Term.TEMPORARY}),
                is_emergency=True,
                meets_standard=False,
                tariffs=(Tariff(date(2025, 1, 1), None, Decimal("120.50"), None, "Рішення № 7"),),
                conditions="Після оцінювання потреб",
            ),
            Offering(
                service="social-adaptation",
                catchment=(CatchmentArea(POLTAVSKA),),
                target_groups=TargetGroup.EVERYONE,
                places=frozenset({PlaceOfProvision.ONLINE}),
            ),
        ),
        hours="Пн–Пт 9–18, обід 13–14",
        relocated_from=OPISHNIA_HROMADA,
        valid_from=date(2022, 4, 1),
        last_verified=date(2020, 1, 1),
        is_demo=True,
        coordinates_source="адресний реєстр",
        address_parts=AddressParts(postcode="36000", street="вул. Соборності", building="1"),
        opening_hours=OpeningHours(
            week=((WORK,) * 5 + ((), (OpenSpan(time(0), time(0)),))),
            exceptions=(HoursException(date(2090, 1, 1), date(2090, 1, 1), (), "Новий рік"),),
        ),
        closures=(Closure(date(2090, 2, 1), None, "ремонт"),),
        emails=("team@example.org",),
        website="javascript:alert(1)",
        contacts=(Contact("Диспетчер", (Phone("116 123"),), "call@example.org"),),
        languages=("uk", "crh"),
        accessibility=frozenset({Accessibility.LIFT}),
        no_accessibility=frozenset({Accessibility.PARKING}),
        wartime=WartimeState(has_shelter=True, works_without_power=False),
        stops=(
            MobileStop(MALI_BUDYSHCHA, date(2090, 3, 1), time(10), time(12), "біля клубу"),
            MobileStop(MALI_BUDYSHCHA, date(2020, 3, 1)),
        ),
        source=RecordSource("ДСЗ", "A-1"),
    )


def extra_points() -> tuple[ServicePoint, ...]:
    """The rich point, one with a long name, one known to its hromada only, an ended one, and many alike."""
    rich = rich_point()
    plain = replace(
        rich,
        kind=PointKind.ADMINISTRATIVE_SERVICE_POINT,
        organisation="ngo",
        oblast=ZHYTOMYRSKA,
        hromada=ZHYTOMYR_HROMADA,
        offerings=(),
        hours="",
        opening_hours=None,
        closures=(),
        stops=(),
        last_verified=None,
        relocated_from=None,
        valid_from=None,
        is_demo=False,
        website="",
        source=None,
    )
    many = tuple(replace(plain, id=f"cnap-{n:02}", name=f"ЦНАП {n:02}") for n in range(25))
    hidden = ServicePoint(
        id="hidden",
        organisation="ngo",
        kind=PointKind.CRISIS_ROOM,
        name="Кризова кімната",
        location_policy=LocationPolicy.HROMADA_ONLY,
        oblast=POLTAVSKA,
        hromada=OPISHNIA_HROMADA,
        settlement=None,
        point=None,
        precision=None,
        address="",
        phones=(Phone("116 123"),),
        offerings=(),
    )
    return (
        rich,
        replace(plain, id="long", name=LONG_NAME),
        replace(plain, id="ended", name="Закритий центр", valid_to=date(2020, 1, 1)),
        hidden,
        *many,
    )


RICH_HISTORY = (
    PublicVersion(
        3,
        datetime(2026, 1, 21, 22, 30, tzinfo=UTC),
        ChangeKind.EDIT,
        differences(
            {"phones": [{"written": "1545"}], "offerings": [{"service": "home-care", "capacity": 5}]},
            {
                "phones": [{"written": "1545"}, {"written": "<b>116 123</b>"}],
                "offerings": [{"service": "home-care", "capacity": 12}],
            },
        ),
    ),
    PublicVersion(
        2,
        datetime(2025, 6, 1, 12, tzinfo=UTC),
        ChangeKind.IMPORT,
        (
            FieldDifference("last_verified", None, "2020-01-01"),
            FieldDifference("wartime.has_shelter", None, True),
        ),
    ),
    PublicVersion(
        1, datetime(2025, 1, 1, tzinfo=UTC), ChangeKind.LOAD, (FieldDifference("name", None, "Опора"),)
    ),
)


class Records:
    """The records by id: those of the other pages' points and the ones above."""

    def __init__(self, points: Iterable[ServicePoint]) -> None:
        self.points = (*points, *extra_points())

    def record(self, point_id: str) -> PointRecord | None:
        """Return the record, None for an unknown id."""
        return next((_record(point) for point in self.points if point.id == point_id), None)

    def page(self, query: RegistryQuery, services, gazetteer) -> RegistryPage:
        """Return the page of the list, as the docstring of `RegistryQuery` defines it."""
        wanted = []
        for point in self.points:
            line = _listed(point, query, services)
            if _fits(line, point, query, gazetteer):
                wanted.append(line)
        wanted.sort(key=lambda line: (ukrainian_sort_key(line.name), line.id))
        return RegistryPage(len(wanted), tuple(wanted[query.offset : query.offset + query.limit]))


def summaries_of(points, keys) -> dict[RecordKey, RecordSummary]:
    """Return what tells the records apart."""
    by_key = {RecordKey(RecordKind.POINT, point.id): point for point in points}
    found = {}
    for key in keys:
        if key in by_key:
            point = by_key[key]
            organisation = ORGANISATIONS[point.organisation]
            phones = tuple(phone.written for phone in point.phones)
            found[key] = RecordSummary(
                key,
                point.name,
                organisation.name,
                organisation.edrpou or "",
                point.address,
                phones,
                point.is_confidential,
            )
        elif key.id in ORGANISATIONS:
            organisation = ORGANISATIONS[key.id]
            found[key] = RecordSummary(
                key, organisation.name, "", organisation.edrpou or "", "", (), is_confidential=False
            )
    return found


def quality_report() -> QualityReport:
    """Return a report with a pair, a finding of most kinds, and two that would point to hidden places."""
    rich, evil, hidden, shelter, long = (
        RecordKey(RecordKind.POINT, id_) for id_ in ("rich", "evil", "hidden", "shelter", "long")
    )
    ngo = RecordKey(RecordKind.ORGANISATION, "ngo")
    never = [
        Finding(QualityCheck.NEVER_VERIFIED, RecordKey(RecordKind.POINT, f"cnap-{n:02}"), "Never verified")
        for n in range(25)
    ]
    findings = (
        Finding(QualityCheck.TELLS_PLACE, hidden, "The public field «{field}» …", {"field": "name"}),
        Finding(QualityCheck.DUPLICATE, evil, "Probably the same as «{other}»", {"other": "rich"}, (rich,)),
        Finding(QualityCheck.UNKNOWN_CODE, ngo, "The EDRPOU {edrpou} is wrong", {"edrpou": "=1+1"}),
        Finding(QualityCheck.DOUBTFUL_CATCHMENT, rich, "Serves nobody today"),
        Finding(QualityCheck.DOUBTFUL_CATCHMENT, shelter, "The hromada is confidential"),
        *never,
        Finding(QualityCheck.NO_PHONE, long, "No telephone is known"),
        Finding(QualityCheck.NO_OFFICIAL_CODE, None, "«{service}» has no code", {"service": "home-care"}),
    )
    return QualityReport(
        as_of=TODAY,
        counts={check: sum(found.check is check for found in findings) for check in QualityCheck},
        findings=findings,
        duplicates=(
            DuplicatePair(evil, rich, 0.91, (DuplicateReason.SAME_PHONE, DuplicateReason.LIKE_NAME)),
        ),
        organisations_checked=3,
        points_checked=33,
        by_real_boundaries=False,
    )


def _record(point: ServicePoint) -> PointRecord:
    """Return the record of a point, with a history for the rich one and a beginning for the others."""
    organisation = ORGANISATIONS[point.organisation]
    predecessors = tuple(ORGANISATIONS[id_] for id_ in organisation.successor_of)
    history = RICH_HISTORY if point.id == "rich" else RICH_HISTORY[-1:]
    return PointRecord(point, organisation, predecessors, len(history), history)


def _listed(point, query, services) -> ListedPoint:
    organisation = ORGANISATIONS[point.organisation]
    days = min((services[offering.service].refresh_days for offering in point.offerings), default=180)
    return ListedPoint(
        id=point.id,
        name=point.name,
        organisation_name=organisation.name,
        kind=point.kind,
        sector=organisation.sector,
        oblast=point.oblast,
        hromada=point.hromada,
        services=tuple(offering.service for offering in point.offerings),
        last_verified=point.last_verified,
        freshness=freshness_on(query.today, point.last_verified, days),
        valid_to=point.valid_to,
        is_confidential=point.is_confidential,
        is_demo=point.is_demo,
    )


def _fits(line, point, query, gazetteer) -> bool:
    text = fold_name(f"{line.name} {line.organisation_name} {line.id} {point.address}")
    around = {point.oblast, *(gazetteer.parents_of(point.hromada) if point.hromada else ())}
    starts, ends = point.valid_from or date.min, point.valid_to or date.max
    return (
        all(word in text for word in fold_name(query.text).split())
        and query.area in {None, *around}
        and query.service in {None, *line.services}
        and query.kind in {None, line.kind}
        and query.sector in {None, line.sector}
        and query.freshness in {None, line.freshness}
        and (query.open_on is None or starts <= query.open_on <= ends)
    )
