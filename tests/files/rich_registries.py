"""Registries in which every field of every record may say anything that it can say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from hypothesis import strategies as st

from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Occupation
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.hours_text import read_hours
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
    Registry,
    Sector,
    ServicePoint,
    TargetGroup,
    Tariff,
    Term,
    WartimeState,
)
from mapapp.files.phones import read_phone
from mapapp.files.reference_tables import read_services

MELITOPOL_HROMADA = Katottg("UA23080070000068953")
HOURS = ("Пн–Чт 9:00–18:00, Пт 9:00–16:45", "цілодобово", "Щодня 9:00–20:00")

TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
MAYBE_TEXT = st.just("") | TEXT
IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MAYBE_DAY = st.none() | DAYS
FLAGS = st.sampled_from([None, True, False])
PERIODS = st.tuples(DAYS, DAYS).map(sorted)
EMAILS = st.lists(st.sampled_from(["centre@example.com", "пошта@приклад.укр", "a@b"]), max_size=2).map(tuple)
WEBSITES = st.sampled_from(["", "https://example.com/a?b=c", "example.com", "громада.укр/центр"])
HOTLINES = ("1545", "116 123", "0800 503 508")
PHONES = (*HOTLINES, "+380 (50) 123-45-67", "(0432) 65-50-50 дод. 3")


def phones(written):
    as_read = st.sampled_from(written).map(read_phone)
    otherwise = st.builds(Phone, st.sampled_from(written), st.none() | st.just("+380441234567"))
    return st.lists(as_read | otherwise, min_size=1, max_size=3).map(tuple)


CLOCKS = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


def spans_between(clocks):
    pairs = zip(clocks[::2], clocks[1::2], strict=False)
    return tuple(OpenSpan(opens, closes) for opens, closes in pairs)


SPANS = st.sampled_from([(), (OpenSpan(time(), time()),), (OpenSpan(time(20), time(8)),)]) | st.lists(
    CLOCKS, max_size=4, unique=True
).map(sorted).map(spans_between)
EXCEPTIONS = st.lists(
    st.builds(lambda days, spans, note: HoursException(*days, spans, note), PERIODS, SPANS, MAYBE_TEXT),
    max_size=2,
).map(tuple)
OWN_WEEK = st.builds(OpeningHours, st.lists(SPANS, min_size=7, max_size=7).map(tuple), EXCEPTIONS)
HOURS_SAID = st.one_of(
    st.just(("", None)),
    st.builds(
        lambda text, exceptions: (text, replace(read_hours(text).hours, exceptions=exceptions)),
        st.sampled_from(HOURS),
        EXCEPTIONS,
    ),
    st.tuples(MAYBE_TEXT, OWN_WEEK),
    st.just(("за домовленістю", None)),
)
CLOSURES = st.lists(
    st.builds(
        lambda days, is_open, reason: Closure(days[0], None if is_open else days[1], reason),
        PERIODS,
        st.booleans(),
        MAYBE_TEXT,
    ),
    max_size=2,
).map(tuple)
ADDRESS_PARTS = st.none() | st.builds(AddressParts, *[MAYBE_TEXT] * 7)
SOURCES = st.none() | st.builds(RecordSource, TEXT, TEXT)
WARTIME = st.just(WartimeState()) | st.builds(WartimeState, st.booleans(), MAYBE_DAY, FLAGS, FLAGS, MAYBE_DAY)
LANGUAGES = st.lists(st.sampled_from(["uk", "en", "ukl"]), max_size=2, unique=True).map(tuple)
MONEY = st.none() | st.decimals(0, 10**9, places=2)


@st.composite
def validity(draw):
    first, last = draw(PERIODS)
    return {
        "valid_from": draw(st.sampled_from([None, first])),
        "valid_to": draw(st.sampled_from([None, last])),
        "last_verified": draw(MAYBE_DAY),
        "source": draw(SOURCES),
        "emails": draw(EMAILS),
        "website": draw(WEBSITES),
    }


@st.composite
def tariffs(draw):
    days = sorted(draw(st.lists(DAYS, max_size=4, unique=True)))
    return tuple(
        Tariff(start, end, draw(MONEY), draw(MONEY), draw(MAYBE_TEXT))
        for start, end in zip(days[::2], days[1::2], strict=False)
    )


@st.composite
def catchments(draw, areas):
    first, last = draw(PERIODS)
    chosen = draw(st.lists(st.sampled_from(areas), min_size=1, max_size=3, unique=True))
    kinds = {
        "own": CatchmentArea,
        "until": lambda area: CatchmentArea(area, CatchmentBasis.RIGHT, None, last),
        "contract": lambda area: CatchmentArea(area, CatchmentBasis.CONTRACT, first, last),
    }
    return tuple(kinds[draw(st.sampled_from(list(kinds)))](area) for area in chosen)


@st.composite
def offerings(draw, areas):
    capacity = draw(st.none() | st.integers(0, 999))
    first, last = sorted(draw(st.tuples(st.integers(0, 120), st.integers(0, 120))))
    return Offering(
        service=draw(st.sampled_from(list(read_services()))),
        catchment=draw(catchments(areas)),
        target_groups=TargetGroup(draw(st.integers(1, 2 ** len(TargetGroup) - 1))),
        places=frozenset(draw(st.lists(st.sampled_from(PlaceOfProvision), min_size=1, max_size=3))),
        payment=draw(st.sampled_from(Payment)),
        capacity=capacity,
        vacant=draw(st.none() | st.integers(0, 999 if capacity is None else capacity)),
        capacity_unit=draw(st.sampled_from(CapacityUnit)),
        capacity_as_of=draw(MAYBE_DAY),
        age_from=draw(st.sampled_from([None, first])),
        age_to=draw(st.sampled_from([None, last])),
        terms=frozenset(draw(st.lists(st.sampled_from(Term), max_size=2))),
        is_emergency=draw(FLAGS),
        meets_standard=draw(FLAGS),
        tariffs=draw(tariffs()),
        conditions=draw(MAYBE_TEXT),
    )


@st.composite
def organisations(draw, record_id, others, names, *, is_demo):
    first, last = draw(PERIODS)
    return Organisation(
        id=record_id,
        name=draw(names),
        sector=draw(st.sampled_from(Sector)),
        edrpou=None if is_demo else draw(st.sampled_from([None, "00032129", "32855961"])),
        successor_of=tuple(draw(st.lists(st.sampled_from(others), unique=True))) if others else (),
        is_demo=is_demo,
        short_name=draw(MAYBE_TEXT),
        kind=draw(st.sampled_from(ProviderKind)),
        legal_form=draw(MAYBE_TEXT),
        ownership=draw(st.none() | st.sampled_from(Ownership)),
        parent=draw(st.none() | st.sampled_from(others)) if others else None,
        registry_number=draw(MAYBE_TEXT),
        registry_in=draw(st.sampled_from([None, first])),
        registry_out=draw(st.sampled_from([None, last])),
        address=draw(MAYBE_TEXT),
        phones=draw(st.just(()) | phones(HOTLINES if is_demo else PHONES)),
        **draw(validity()),
    )


@st.composite
def places(draw, gazetteer, hromada, *, policy):
    """The fields that say where a point is, as far as its policy lets it say that."""
    position = LonLat(
        lon=hromada.centre.lon + draw(st.floats(-0.05, 0.05)),
        lat=hromada.centre.lat + draw(st.floats(-0.05, 0.05)),
    )
    near = draw(st.sampled_from(gazetteer.settlements_of[hromada.katottg]))
    settlement = None if near.katottg in gazetteer.open_status else near.katottg
    precision = draw(st.sampled_from(PointPrecision))
    address, parts = draw(MAYBE_TEXT), draw(ADDRESS_PARTS)
    if policy is LocationPolicy.PUBLIC:
        stops = []
        if settlement is not None:
            stop = st.builds(
                MobileStop, st.just(settlement), DAYS, st.none() | CLOCKS, st.none() | CLOCKS, MAYBE_TEXT
            )
            stops = draw(st.lists(stop, max_size=2))
        return {
            "hromada": hromada.katottg,
            "settlement": draw(st.sampled_from([None, settlement])),
            "point": position,
            "precision": precision,
            "address": address,
            "address_parts": parts,
            "coordinates_source": draw(MAYBE_TEXT),
            "stops": tuple(stops),
        }
    hidden = ConfidentialPlace(
        hromada.katottg,
        settlement,
        draw(st.sampled_from([None, position])),
        draw(st.sampled_from([None, precision])),
        address,
        parts,
    )
    return {
        "hromada": hromada.katottg if policy is LocationPolicy.HROMADA_ONLY else None,
        "settlement": None,
        "point": None,
        "precision": None,
        "address": "",
        "confidential_place": draw(st.sampled_from([None, hidden])),
    }


@st.composite
def points(draw, gazetteer, record_id, owners, *, names, is_demo):
    free = [code for code, state in gazetteer.occupation.items() if state is not Occupation.FULLY]
    hromadas = [gazetteer.hromadas[code] for code in free if code in gazetteer.hromadas]
    hromada = draw(st.sampled_from(hromadas))
    policy = draw(st.sampled_from(LocationPolicy))
    kind = draw(st.sampled_from(PointKind))
    areas = [*gazetteer.parents_of(hromada.katottg), NATION]
    least = 0 if kind is PointKind.ADMINISTRATIVE_SERVICE_POINT else 1
    hours, opening_hours = draw(HOURS_SAID)
    known = draw(st.lists(st.sampled_from(Accessibility), unique=True, max_size=3))
    numbers = phones(HOTLINES if is_demo else PHONES)
    contact = st.builds(Contact, TEXT, st.just(()) | numbers, st.sampled_from(["", "a@example.com"]))
    return ServicePoint(
        id=record_id,
        organisation=draw(st.sampled_from(owners)),
        kind=kind,
        name=draw(names),
        location_policy=policy,
        oblast=hromada.oblast,
        phones=draw(numbers),
        offerings=tuple(draw(st.lists(offerings(areas), min_size=least, max_size=3))),
        hours=hours,
        opening_hours=opening_hours,
        closures=draw(CLOSURES),
        referral_note=draw(MAYBE_TEXT),
        relocated_from=draw(st.none() | st.just(MELITOPOL_HROMADA)),
        is_demo=is_demo,
        contacts=tuple(draw(st.lists(contact, max_size=2))),
        languages=draw(LANGUAGES),
        accessibility=frozenset(known[:1]),
        no_accessibility=frozenset(known[1:]),
        wartime=draw(WARTIME),
        **draw(places(gazetteer, hromada, policy=policy)),
        **draw(validity()),
    )


@st.composite
def registries(draw, gazetteer):
    is_demo = draw(st.booleans())
    names = TEXT.map(lambda text: f"{text} (демо)") if is_demo else TEXT
    owners = draw(st.lists(IDS, min_size=1, max_size=2, unique=True))
    return Registry(
        organisations=tuple(
            draw(organisations(one, [other for other in owners if other != one], names, is_demo=is_demo))
            for one in owners
        ),
        points=tuple(
            draw(points(gazetteer, point_id, owners, names=names, is_demo=is_demo))
            for point_id in draw(st.lists(IDS, min_size=1, max_size=2, unique=True))
        ),
        scope=frozenset(draw(st.lists(st.sampled_from(list(gazetteer.oblasts)), max_size=3))),
    )
