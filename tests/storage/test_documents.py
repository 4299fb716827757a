"""Documents: any record comes back from its document equal, and the document is plain JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, time, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from mapapp.domain.changes import RecordKind
from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import DAYS_IN_WEEK, Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    ConfidentialPlace,
    LocationPolicy,
    MobileStop,
    Offering,
    Organisation,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ProviderKind,
    RecordSource,
    Sector,
    ServicePoint,
    TargetGroup,
    Tariff,
    Term,
    WartimeState,
)
from mapapp.storage.documents import document_of, organisation_of, point_of, record_of


def some(strategy, most=2):
    return st.lists(strategy, max_size=most).map(tuple)


def any_of(words):
    return st.frozensets(st.sampled_from(list(words)))


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NAMES = TEXTS.filter(str.strip)
IDS = st.text("abz019._-", max_size=9).map("a".__add__)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
OR_NO_DAY = st.none() | DAYS
PERIODS = st.tuples(OR_NO_DAY, OR_NO_DAY).filter(lambda days: None in days or days[0] <= days[1])
CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
MAYBE = st.sampled_from([None, True, False])
HROMADAS = st.integers(1, 9).map(lambda number: Katottg(f"UA0102{number:03}0000012345"))
OBLASTS = st.integers(1, 9).map(lambda number: Katottg(f"UA{number:02}000000000012345"))
SETTLEMENTS = st.integers(1, 9).map(lambda number: Katottg(f"UA0102003{number:03}0012345"))
PLACES = st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90))
PHONES = st.builds(Phone, NAMES, st.none() | st.just("+380441234567"))
SPANS = st.builds(OpenSpan, CLOCKS, CLOCKS)
ADDRESSES = st.builds(AddressParts, *[TEXTS] * len(fields(AddressParts)))


EXCEPTIONS = st.builds(
    lambda first, days, spans, note: HoursException(first, first + timedelta(days), spans, note),
    DAYS,
    st.integers(0, 9),
    some(SPANS, 1),
    TEXTS,
)
HOURS = st.builds(
    OpeningHours,
    st.lists(some(SPANS, 1), min_size=DAYS_IN_WEEK, max_size=DAYS_IN_WEEK).map(tuple),
    some(EXCEPTIONS),
)
CLOSURES = st.builds(
    lambda first, days, reason: Closure(first, None if days is None else first + timedelta(days), reason),
    DAYS,
    st.none() | st.integers(0, 9),
    TEXTS,
)
CATCHMENTS = st.builds(
    lambda area, basis, period: CatchmentArea(area, basis, *period),
    HROMADAS | OBLASTS | st.just(NATION),
    st.sampled_from(CatchmentBasis),
    PERIODS,
)
PRICES = st.none() | st.decimals(0, 10**6, places=2)
TARIFFS = st.builds(Tariff, DAYS, st.none(), PRICES, PRICES, TEXTS)
OFFERINGS = st.builds(
    Offering,
    service=IDS,
    catchment=st.lists(CATCHMENTS, min_size=1, max_size=2).map(tuple),
    target_groups=st.sets(st.sampled_from(list(TargetGroup))).map(lambda some: TargetGroup(sum(some))),
    places=any_of(PlaceOfProvision).filter(bool),
    payment=st.sampled_from(Payment),
    capacity=st.none() | st.integers(5, 99),
    vacant=st.none() | st.integers(0, 5),
    capacity_unit=st.sampled_from(CapacityUnit),
    capacity_as_of=OR_NO_DAY,
    age_from=st.none() | st.integers(0, 18),
    age_to=st.none() | st.integers(18, 99),
    terms=any_of(Term),
    is_emergency=MAYBE,
    meets_standard=MAYBE,
    tariffs=some(TARIFFS, 1),
    conditions=TEXTS,
)
SOURCES = st.none() | st.builds(RecordSource, NAMES, NAMES)


ORGANISATIONS = st.builds(
    lambda period, **rest: Organisation(valid_from=period[0], valid_to=period[1], **rest),
    PERIODS,
    id=IDS,
    name=NAMES,
    sector=st.sampled_from(Sector),
    edrpou=st.sampled_from([None, "00032112"]),
    successor_of=some(IDS.map("x".__add__)),
    is_demo=st.booleans(),
    short_name=TEXTS,
    kind=st.sampled_from(ProviderKind),
    ownership=st.none() | st.sampled_from(Ownership),
    parent=st.none() | IDS.map("y".__add__),
    registry_number=TEXTS,
    registry_in=OR_NO_DAY,
    registry_out=OR_NO_DAY,
    phones=some(PHONES),
    emails=some(TEXTS),
    last_verified=OR_NO_DAY,
    source=SOURCES,
)
OPEN_PLACES = st.fixed_dictionaries(
    {
        "location_policy": st.just(LocationPolicy.PUBLIC),
        "hromada": HROMADAS,
        "settlement": st.none() | SETTLEMENTS,
        "point": PLACES,
        "precision": st.sampled_from(PointPrecision),
        "coordinates_source": TEXTS,
        "address": TEXTS,
        "address_parts": st.none() | ADDRESSES,
        "stops": some(
            st.builds(MobileStop, SETTLEMENTS, DAYS, st.none() | st.times(), st.none() | CLOCKS, TEXTS)
        ),
    }
)
HIDDEN_PLACES = st.builds(
    ConfidentialPlace,
    HROMADAS,
    st.none() | SETTLEMENTS,
    st.none() | PLACES,
    st.none() | st.sampled_from(PointPrecision),
    TEXTS,
    st.none() | ADDRESSES,
)
NO_PLACES = st.fixed_dictionaries(
    {
        "location_policy": st.sampled_from(sorted(set(LocationPolicy) - {LocationPolicy.PUBLIC})),
        "hromada": st.none(),
        "settlement": st.none(),
        "point": st.none(),
        "precision": st.none(),
        "address": st.just(""),
        "confidential_place": st.none() | HIDDEN_PLACES,
    }
)
POINTS = st.builds(
    lambda place, period, has, lacks, **rest: ServicePoint(
        valid_from=period[0],
        valid_to=period[1],
        accessibility=has,
        no_accessibility=lacks - has,
        **place,
        **rest,
    ),
    OPEN_PLACES | NO_PLACES,
    PERIODS,
    any_of(Accessibility),
    any_of(Accessibility),
    id=IDS,
    organisation=IDS,
    kind=st.sampled_from(PointKind),
    name=NAMES,
    oblast=OBLASTS,
    phones=some(PHONES),
    offerings=some(OFFERINGS),
    hours=TEXTS,
    referral_note=TEXTS,
    relocated_from=st.none() | HROMADAS,
    last_verified=OR_NO_DAY,
    is_demo=st.booleans(),
    opening_hours=st.none() | HOURS,
    closures=some(CLOSURES),
    emails=some(TEXTS),
    website=TEXTS,
    contacts=some(st.builds(Contact, TEXTS, some(PHONES), TEXTS)),
    languages=some(st.sampled_from(["uk", "pl", "en"])),
    wartime=st.builds(WartimeState, st.booleans(), OR_NO_DAY, MAYBE, MAYBE, OR_NO_DAY),
    source=SOURCES,
)


def is_plain(value) -> bool:
    if isinstance(value, dict):
        return all(type(name) is str and is_plain(member) for name, member in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or type(value) in {str, int, float, bool}


@given(ORGANISATIONS)
def test_any_organisation_comes_back_from_its_document(organisation):
    document = document_of(organisation)
    assert is_plain(document)
    assert organisation_of(json.loads(json.dumps(document))) == organisation
    assert record_of(RecordKind.ORGANISATION, document) == organisation


@settings(max_examples=50)
@given(POINTS)
def test_any_point_comes_back_from_its_document(point):
    document = document_of(point)
    assert is_plain(document)
    assert point_of(json.loads(json.dumps(document))) == point
    assert document_of(record_of(RecordKind.POINT, document)) == document


@settings(max_examples=50)
@given(POINTS)
def test_what_the_public_may_know_is_the_document_without_the_place(point):
    whole = document_of(point)
    public = {field: value for field, value in whole.items() if field != "confidential_place"}
    assert document_of(point.disclosed()) == public


def test_a_field_at_its_default_is_left_out():
    assert document_of(Organisation("org", "Організація", Sector.NON_STATE)) == {
        "id": "org",
        "name": "Організація",
        "sector": "non_state",
    }


def test_values_are_written_as_people_would_read_them():
    offering = Offering(
        "home-care",
        (CatchmentArea(NATION, CatchmentBasis.CONTRACT, date(2026, 1, 1)),),
        TargetGroup.OLDER_PEOPLE | TargetGroup.DISPLACED,
        frozenset({PlaceOfProvision.STREET, PlaceOfProvision.HOME}),
        Payment.DIFFERENTIATED,
        tariffs=(Tariff(date(2026, 1, 1), per_person=Decimal("120.50")),),
    )
    point = ServicePoint(
        "p", "org", PointKind.MOBILE_TEAM, "Бригада", LocationPolicy.WITHHELD,
        Katottg("UA53000000000028050"), None, None, None, None, "", (), (offering,),
        opening_hours=OpeningHours(((OpenSpan(time(9), time(18, 30)),), *[()] * 6)),
        accessibility=frozenset({Accessibility.PARKING, Accessibility.LIFT}),
    )  # fmt: skip
    document = document_of(point)
    assert document["offerings"] == [
        {
            "service": "home-care",
            "catchment": [{"area": "UA", "basis": "contract", "start": "2026-01-01"}],
            "target_groups": ["older_people", "displaced"],
            "places": ["home", "street"],
            "payment": "D",
            "tariffs": [{"start": "2026-01-01", "per_person": "120.50"}],
        }
    ]
    assert document["opening_hours"]["week"][0] == [{"opens": "09:00", "closes": "18:30"}]
    assert document["accessibility"] == ["lift", "parking"]
    assert "wartime" not in document
