"""Each check finds the record with its flaw and none other; no finding repeats what is confidential."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from mapapp.analysis.quality import check_quality
from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Raion,
    Settlement,
    SettlementKind,
)
from mapapp.domain.hours import Closure, OpeningHours, OpenSpan
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.quality import QualityCheck
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    ConfidentialPlace,
    LocationPolicy,
    MobileStop,
    Offering,
    Organisation,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Registry,
    Sector,
    ServicePoint,
    TargetGroup,
    Tariff,
)
from mapapp.domain.services import Service

TODAY = date(2026, 1, 15)
OBLAST = Katottg("UA53000000000028050")
RAION = Katottg("UA53080000000070764")
HROMADA = Katottg("UA53080370000085130")
OTHER = Katottg("UA53080030000024910")
VILLAGE = Katottg("UA53080370020000001")
GONE = Katottg("UA53080990000099999")

SERVICES = {
    service.slug: service
    for service in (
        Service("home-care", "Догляд вдома", "Home care", "011.0", 1, is_confidential=False, refresh_days=90),
        Service("day-care", "Денний догляд", "Day care", "011.1", 1, is_confidential=False, refresh_days=180),
        Service("shelter", "Притулок", "Shelter", None, None, is_confidential=True),
    )
}


def _hromada(code, name, centre):
    return Hromada(code, HromadaKind.URBAN, name, "", RAION, OBLAST, centre, None, None)


def _settlement(code, name, point):
    return Settlement(
        code, SettlementKind.VILLAGE, name, "", "", HROMADA, RAION, OBLAST, HROMADA, point, None
    )


COUNTRY = Gazetteer(
    oblasts={OBLAST: Oblast(OBLAST, OblastKind.OBLAST, "Полтавська", "Poltava")},
    raions={RAION: Raion(RAION, "Полтавський", "Poltava", OBLAST)},
    hromadas={
        HROMADA: _hromada(HROMADA, "Решетилівська", LonLat(34.08, 49.56)),
        OTHER: _hromada(OTHER, "Диканська", LonLat(34.54, 49.82)),
    },
    settlements={VILLAGE: _settlement(VILLAGE, "Шевченкове", LonLat(34.1, 49.5))},
    status_periods=(),
    open_status={},
    sources={},
)
SOUND = ServicePoint(
    id="point",
    organisation="org",
    kind=PointKind.SOCIAL_SERVICES_CENTRE,
    name="Центр надання соціальних послуг",
    location_policy=LocationPolicy.PUBLIC,
    oblast=OBLAST,
    hromada=HROMADA,
    settlement=VILLAGE,
    point=LonLat(34.1, 49.5),
    precision=PointPrecision.BUILDING,
    address="вул. Соборна, 5",
    phones=(Phone("0532 60 60 60", "+380532606060"),),
    offerings=(
        Offering(
            "home-care",
            (CatchmentArea(HROMADA),),
            TargetGroup.EVERYONE,
            frozenset({PlaceOfProvision.HOME}),
            capacity=20,
        ),
    ),
    hours="Пн–Пт 9:00–18:00",
    opening_hours=OpeningHours(((OpenSpan(time(9), time(18)),),) * 5 + ((), ())),
    last_verified=TODAY - timedelta(days=30),
)
PLACE = ConfidentialPlace(
    HROMADA,
    VILLAGE,
    LonLat(34.1, 49.5),
    PointPrecision.BUILDING,
    "вул. Козацька, 7",
    AddressParts(street="вул. Козацька", building="7"),
)
HIDDEN = replace(
    SOUND,
    name="Притулок «Оберіг»",
    location_policy=LocationPolicy.WITHHELD,
    hromada=None,
    settlement=None,
    point=None,
    precision=None,
    address="",
    offerings=(replace(SOUND.offerings[0], catchment=(CatchmentArea(OBLAST),)),),
    confidential_place=PLACE,
)
OWNER = Organisation("org", "Установа", Sector.STATE_COMMUNAL, edrpou="00032129")


def report_of(*points, organisations=(OWNER,), locate=None):
    return check_quality(Registry(organisations, points, frozenset()), COUNTRY, SERVICES, TODAY, locate)


def found(*points, **others):
    return [finding.check for finding in report_of(*points, **others).findings]


def offering(**changes):
    return replace(SOUND.offerings[0], **changes)


def contract(start=None, end=None, area=OTHER):
    return CatchmentArea(area, CatchmentBasis.CONTRACT, start, end)


def offers(*areas, point=SOUND):
    return replace(point, offerings=(offering(catchment=areas),))


@pytest.mark.parametrize("locate", [None, lambda _place: HROMADA])
def test_a_clean_registry_has_no_findings(locate):
    report = report_of(SOUND, replace(HIDDEN, id="hidden", phones=(Phone("1547"),)), locate=locate)
    assert report.findings == report.duplicates == ()
    assert set(report.counts) == set(QualityCheck)
    assert set(report.counts.values()) == {0}
    assert (report.points_checked, report.organisations_checked, report.records_checked) == (2, 1, 3)
    assert report.by_real_boundaries is (locate is not None)


FLAWS = [
    ("coarse", QualityCheck.COARSE_COORDINATES, replace(SOUND, precision=PointPrecision.HROMADA)),
    ("far from its hromada", QualityCheck.OUTSIDE_HROMADA, replace(SOUND, point=LonLat(24.0, 49.8))),
    ("hromada gone", QualityCheck.UNKNOWN_CODE, replace(SOUND, hromada=GONE)),
    ("settlement gone", QualityCheck.UNKNOWN_CODE, replace(SOUND, settlement=GONE)),
    ("left hromada gone", QualityCheck.UNKNOWN_CODE, replace(SOUND, relocated_from=GONE)),
    ("stop gone", QualityCheck.UNKNOWN_CODE, replace(SOUND, stops=(MobileStop(GONE, TODAY),))),
    ("area gone", QualityCheck.UNKNOWN_CODE, offers(CatchmentArea(HROMADA), CatchmentArea(GONE))),
    (
        "hidden hromada gone",
        QualityCheck.UNKNOWN_CODE,
        replace(HIDDEN, confidential_place=replace(PLACE, hromada=GONE, point=None)),
    ),
    (
        "service gone",
        QualityCheck.UNKNOWN_CODE,
        replace(SOUND, offerings=(SOUND.offerings[0], offering(service="massage"))),
    ),
    (
        "serves nobody",
        QualityCheck.DOUBTFUL_CATCHMENT,
        offers(CatchmentArea(HROMADA, end=TODAY - timedelta(days=1))),
    ),
    ("area tells", QualityCheck.TELLS_PLACE, offers(CatchmentArea(HROMADA), point=HIDDEN)),
    (
        "contract ended",
        QualityCheck.CONTRACT_ENDED,
        offers(CatchmentArea(HROMADA), contract(end=TODAY - timedelta(days=1))),
    ),
    (
        "contract ending",
        QualityCheck.CONTRACT_ENDING,
        offers(CatchmentArea(HROMADA), contract(end=TODAY + timedelta(days=60))),
    ),
    ("never verified", QualityCheck.NEVER_VERIFIED, replace(SOUND, last_verified=None)),
    ("stale", QualityCheck.STALE, replace(SOUND, last_verified=TODAY - timedelta(days=91))),
    (
        "stale by the shortest",
        QualityCheck.STALE,
        replace(
            SOUND,
            offerings=(offering(service="day-care"), offering()),
            last_verified=TODAY - timedelta(days=91),
        ),
    ),
    (
        "stale without services",
        QualityCheck.STALE,
        replace(SOUND, offerings=(), last_verified=TODAY - timedelta(days=181)),
    ),
    ("no phone", QualityCheck.NO_PHONE, replace(SOUND, phones=(), contacts=(Contact("Директор"),))),
    ("no hours", QualityCheck.NO_HOURS, replace(SOUND, hours=" ", opening_hours=None)),
    (
        "unclear hours",
        QualityCheck.UNCLEAR_HOURS,
        replace(SOUND, hours="за домовленістю", opening_hours=None),
    ),
    ("no capacity", QualityCheck.NO_CAPACITY, replace(SOUND, offerings=(offering(capacity=None),))),
    (
        "no official code",
        QualityCheck.NO_OFFICIAL_CODE,
        replace(SOUND, offerings=(offering(service="shelter"),)),
    ),
    ("street told", QualityCheck.TELLS_PLACE, replace(HIDDEN, name="Притулок на вул. Садовій")),
    ("building told", QualityCheck.TELLS_PLACE, replace(HIDDEN, referral_note="Дзвонити, буд. 12")),
    ("coordinates told", QualityCheck.TELLS_PLACE, replace(HIDDEN, referral_note="49.5931, 34.5407")),
    ("map linked", QualityCheck.TELLS_PLACE, replace(HIDDEN, website="https://maps.app.goo.gl/x")),
    ("own street told", QualityCheck.TELLS_PLACE, replace(HIDDEN, referral_note="Чекаємо на Козацькій")),
    ("own settlement told", QualityCheck.TELLS_PLACE, replace(HIDDEN, name="Притулок у Шевченковому")),
    ("own hromada told", QualityCheck.TELLS_PLACE, replace(HIDDEN, name="Притулок Решетилівської громади")),
    (
        "told by a tariff",
        QualityCheck.TELLS_PLACE,
        replace(
            HIDDEN,
            offerings=(
                offering(catchment=(CatchmentArea(OBLAST),), tariffs=(Tariff(TODAY, basis="вул. Миру, 1"),)),
            ),
        ),
    ),
    (
        "told by a closure",
        QualityCheck.TELLS_PLACE,
        replace(HIDDEN, closures=(Closure(TODAY, TODAY, "ремонт, вулиця Миру"),)),
    ),
    (
        "told after its end",
        QualityCheck.TELLS_PLACE,
        replace(HIDDEN, name="Притулок, вул. Миру", valid_to=TODAY - timedelta(days=9)),
    ),
]


@pytest.mark.parametrize(("check", "point"), [flaw[1:] for flaw in FLAWS], ids=[flaw[0] for flaw in FLAWS])
def test_a_flaw_is_found_and_nothing_else(check, point):
    report = report_of(point)
    expected = [check]
    if point.valid_to is not None:
        expected.append(QualityCheck.NO_POINTS)
    assert [finding.check for finding in report.findings] == expected
    assert report.counts[check] == 1
    for finding in report.findings:
        assert finding.message.format_map(finding.values)


NO_FLAWS = {
    "an ended record": replace(SOUND, last_verified=None, phones=(), valid_to=TODAY - timedelta(days=1)),
    "verified to the day": replace(SOUND, last_verified=TODAY - timedelta(days=90)),
    "a following contract": offers(
        CatchmentArea(HROMADA),
        contract(end=TODAY + timedelta(days=10)),
        contract(start=TODAY + timedelta(days=11)),
    ),
    "a contract ended and renewed": offers(
        CatchmentArea(HROMADA), contract(end=TODAY - timedelta(days=300)), contract(start=TODAY)
    ),
    "a contract of months": offers(CatchmentArea(HROMADA), contract(end=TODAY + timedelta(days=61))),
    "the nation": offers(CatchmentArea(NATION)),
    "the phone of a post": replace(SOUND, phones=(), contacts=(Contact("Черговий", (Phone("1547"),)),)),
    "hours of stops": replace(
        SOUND, hours="", opening_hours=None, stops=(MobileStop(VILLAGE, TODAY, time(9), time(12)),)
    ),
    "a public point's street": replace(SOUND, referral_note="вул. Миру, 1; 49.5931, 34.5407"),
    "the oblast of a hidden one": replace(HIDDEN, name="Полтавський обласний притулок"),
    "two hromadas served": offers(CatchmentArea(HROMADA), CatchmentArea(OTHER), point=HIDDEN),
    "a building kind": replace(HIDDEN, name="Будинок «Затишок» для 12 осіб"),
}


@pytest.mark.parametrize("point", NO_FLAWS.values(), ids=NO_FLAWS)
def test_what_is_no_flaw_is_not_found(point):
    others = {"organisations": ()} if point.valid_to else {}
    assert found(point, **others) == []


def test_real_boundaries_tell_in_which_hromada_a_point_lies():
    report = report_of(SOUND, locate=lambda _place: OTHER)
    (finding,) = report.findings
    assert finding.check is QualityCheck.OUTSIDE_HROMADA
    sentence = finding.message.format_map(finding.values)
    assert "Диканська (UA53080030000024910)" in sentence
    assert "Решетилівська (UA53080370000085130)" in sentence
    assert found(SOUND, locate=lambda _place: None) == [QualityCheck.OUTSIDE_HROMADA]


def test_approximate_boundaries_accuse_no_point_near_a_settlement_of_its_hromada():
    far_from_the_centre = replace(SOUND, point=LonLat(34.1, 49.15))
    assert found(far_from_the_centre) == []


@pytest.mark.parametrize(
    "organisations",
    [
        (OWNER, replace(OWNER, id="idle", edrpou=None)),
        (OWNER, replace(OWNER, id="idle", edrpou=None, parent="org")),
    ],
)
def test_an_organisation_without_points_is_found(organisations):
    (finding,) = report_of(SOUND, organisations=organisations).findings
    assert finding.check is QualityCheck.NO_POINTS
    assert finding.key == RecordKey(RecordKind.ORGANISATION, "idle")


def test_a_head_has_the_points_of_its_branches():
    head = replace(OWNER, id="head", edrpou=None)
    assert found(SOUND, organisations=(head, replace(OWNER, parent="head"))) == []


def test_a_mistyped_edrpou_is_found():
    (finding,) = report_of(SOUND, organisations=(replace(OWNER, edrpou="00032128"),)).findings
    assert finding.check is QualityCheck.UNKNOWN_CODE
    assert finding.values == {"edrpou": "00032128"}


def test_an_organisation_that_tells_its_shelters_address_is_found():
    owner = replace(OWNER, address="36000, м. Решетилівка, вулиця Козацька, буд. 7")
    (finding,) = report_of(HIDDEN, organisations=(owner,)).findings
    assert finding.check is QualityCheck.TELLS_PLACE
    assert finding.key == RecordKey(RecordKind.ORGANISATION, "org")
    assert finding.related == (RecordKey(RecordKind.POINT, "point"),)
    assert found(HIDDEN, organisations=(replace(owner, address="вул. Козацька, 9"),)) == []


def test_duplicates_are_findings_with_both_records():
    report = report_of(SOUND, replace(SOUND, id="again", name="ЦНСП"))
    (finding,) = report.findings
    (pair,) = report.duplicates
    assert (finding.key, finding.related) == (pair.one, (pair.other,))


def test_no_finding_repeats_what_is_confidential():
    told = replace(
        HIDDEN,
        name="Притулок на Козацькій, 7",
        referral_note="49.5, 34.1, вул. Козацька, Шевченкове",
        confidential_place=replace(PLACE, point=LonLat(24.0123, 49.8123), settlement=GONE),
    )
    report = report_of(told, organisations=(replace(OWNER, address="вул. Козацька, 7"),))
    assert {QualityCheck.TELLS_PLACE, QualityCheck.OUTSIDE_HROMADA, QualityCheck.UNKNOWN_CODE} <= {
        finding.check for finding in report.findings
    }
    written = str([(finding.message, finding.values, finding.related) for finding in report.findings])
    for secret in ("Козацьк", "Шевченков", "Решетил", HROMADA, GONE, "24.01", "49.8", "49.5", "34.1"):
        assert secret not in written


def test_a_reader_without_the_right_learns_nothing_from_the_check_of_texts():
    told = replace(HIDDEN, name="Притулок у Шевченковому")
    assert found(told) == [QualityCheck.TELLS_PLACE]
    assert found(told.disclosed()) == []


def test_the_report_does_not_depend_on_the_order_of_the_records():
    points = [replace(flaw[2], id=f"p{number}") for number, flaw in enumerate(FLAWS)]
    assert report_of(*points) == report_of(*points[::-1])
    checks = [finding.check for finding in report_of(*points).findings]
    assert checks == sorted(checks, key=list(QualityCheck).index)
