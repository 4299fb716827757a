"""A made-up country at war, a registry scattered over it and questions to ask: the same ones every time."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from mapapp.domain.contacts import Phone
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
    TerritoryStatus,
)
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.referral import NOBODY_SAID, ReferralQuestion
from mapapp.domain.registry import (
    Accessibility,
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    MobileStop,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Registry,
    Sector,
    ServicePoint,
    TargetGroup,
    Term,
    WartimeState,
)
from mapapp.domain.services import Service

DAY = date(2026, 10, 22)
"""A Thursday; the clocks go back on the Sunday after it."""
AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)
ZONE = ZoneInfo("Europe/Kyiv")
KYIV, SEVASTOPOL = Katottg("UA80000000000093317"), Katottg("UA85000000000065278")
LANGUAGES = ("uk", "en", "crh")
REMOTE = [PlaceOfProvision.ONLINE, PlaceOfProvision.PHONE]
SERVICES = {
    service.slug: service
    for service in (
        Service("home-care", "Догляд вдома", "Home care", None, 1, is_confidential=False, refresh_days=30),
        Service("day-care", "Денний догляд", "Day care", None, 1, is_confidential=False),
        Service("shelter", "Надання притулку", "Shelter", None, None, is_confidential=True, refresh_days=3),
        Service("rare", "Рідкісна", "Rare", None, 17, is_confidential=False),
    )
}


def code(oblast: int, raion: int = 0, hromada: int = 0, settlement: int = 0) -> Katottg:
    unique = oblast * 1000 + raion * 100 + hromada * 10 + settlement
    return Katottg(f"UA{oblast:02}{raion:02}{hromada:03}{settlement:03}00{unique:05}")


def country() -> Gazetteer:
    """Two oblasts of two raions of three hromadas of two villages, Kyiv, Sevastopol, and Crimea without any.

    In oblast 20, hromada 2-3 and Sevastopol are occupied, hromada 2-2 is so in part.
    """
    places = [(o, r, h) for o in (10, 20) for r in (1, 2) for h in (1, 2, 3)]
    cities = {KYIV: LonLat(30.52, 50.45), SEVASTOPOL: LonLat(33.52, 44.6)}
    hromadas = [
        Hromada(
            code(*place),
            HromadaKind.RURAL,
            "Громада",
            "",
            code(*place[:2]),
            code(place[0]),
            _at(*place),
            None,
            1,
        )
        for place in places
    ]
    hromadas += [
        Hromada(city, HromadaKind.SPECIAL_CITY, "Місто", "", None, city, at, None, None)
        for city, at in cities.items()
    ]
    villages = [
        Settlement(
            code(*place, n), SettlementKind.VILLAGE, f"Село {n}", "", "", code(*place), code(*place[:2]),
            code(place[0]), code(*place), _at(*place, n) if place[2] != n else None, None,
        )
        for place in places
        for n in (1, 2)
    ]  # fmt: skip
    villages += [
        Settlement(city, SettlementKind.SPECIAL_CITY, "Місто", "", "", city, None, city, city, at, None)
        for city, at in cities.items()
    ]
    villages.append(
        Settlement(
            code(1, 1, 0, 1), SettlementKind.CITY, "Місто", "", "", None, code(1, 1), code(1), code(1, 1),
            LonLat(34.4, 45.4), None,
        )
    )  # fmt: skip
    oblasts = [Oblast(code(o), OblastKind.OBLAST, f"Область {o}", "") for o in (1, 10, 20)]
    oblasts += [Oblast(city, OblastKind.SPECIAL_CITY, "Місто", "") for city in cities]
    raions = [
        Raion(code(o, r), f"Район {r}", "", code(o)) for o, r in ((1, 1), (10, 1), (10, 2), (20, 1), (20, 2))
    ]
    occupied = frozenset({TerritoryStatus.TEMPORARILY_OCCUPIED})
    return Gazetteer(
        oblasts={unit.katottg: unit for unit in oblasts},
        raions={unit.katottg: unit for unit in raions},
        hromadas={unit.katottg: unit for unit in hromadas},
        settlements={unit.katottg: unit for unit in villages},
        status_periods=(),
        open_status={
            code(20, 2, 3, 1): occupied | {TerritoryStatus.POSSIBLE_HOSTILITIES},
            code(20, 2, 3, 2): occupied,
            code(20, 2, 2, 1): occupied,
            code(20, 2, 2, 2): frozenset({TerritoryStatus.ACTIVE_HOSTILITIES}),
            SEVASTOPOL: occupied,
        },
        sources={},
    )


def _at(oblast: int, raion: int, hromada: int, settlement: int = 0) -> LonLat:
    return LonLat(25 + oblast * 0.4 + hromada * 0.3, 47 + raion + hromada * 0.11 + settlement * 0.05)


def registry(gazetteer: Gazetteer, size: int = 450) -> Registry:
    """Points with everything the rules must tell apart; many share their coordinates."""
    rng = random.Random(20_671)
    organisations = tuple(Organisation(f"org{n}", f"Організація {n}", Sector.NON_STATE) for n in range(9))
    villages = [place.point for place in gazetteer.settlements.values() if place.point is not None]
    shared_places = villages + [_anywhere(rng) for _ in range(60)]
    points: dict[str, ServicePoint] = {}
    while len(points) < size:
        point = _point(rng, gazetteer, shared_places, offers_rare=len(points) < 12)
        points[point.id] = point
    return Registry(organisations, tuple(points.values()), frozenset())


def _point(rng, gazetteer, shared_places, *, offers_rare):
    hromada = gazetteer.hromadas[rng.choice(list(gazetteer.hromadas))]
    policy = rng.choices(list(LocationPolicy), weights=[91, 3, 3, 3])[0]
    is_public = policy is LocationPolicy.PUBLIC
    services = ["rare"] if offers_rare else rng.choices([*SERVICES][:3], k=rng.choice([1, 2, 3]))
    said = rng.sample(list(Accessibility), rng.randint(0, 6))
    split = rng.randint(0, len(said))
    has_stops = is_public and rng.random() < 0.12
    starts, ends = _near(rng, DAY, 0.85), _near(rng, DAY + timedelta(days=5), 0.85)
    if rng.random() < 0.06:
        starts, ends = None, DAY - timedelta(days=rng.choice([20, 178, 179, 180, 181, 182, 400]))
    return ServicePoint(
        id="".join(rng.choices("abc019", k=3)) + "".join(rng.choices("ab01._-", k=4)),
        organisation=f"org{rng.randrange(9)}",
        kind=PointKind.MOBILE_TEAM if has_stops else rng.choice(list(PointKind)),
        name="Точка",
        location_policy=policy,
        oblast=hromada.oblast,
        hromada=hromada.katottg if policy in {LocationPolicy.PUBLIC, LocationPolicy.HROMADA_ONLY} else None,
        settlement=_settlement(rng, gazetteer, hromada.katottg) if is_public else None,
        point=rng.choice([rng.choice(shared_places), _anywhere(rng)]) if is_public else None,
        precision=rng.choice(list(PointPrecision)) if is_public else None,
        address="вул. Садова, 2" if is_public else "",
        phones=(Phone("1545"),),
        offerings=tuple(_offering(rng, gazetteer, hromada, service) for service in services),
        relocated_from=rng.choice(list(gazetteer.hromadas)) if rng.random() < 0.1 else None,
        valid_from=starts,
        valid_to=ends,
        opening_hours=rng.choice(HOURS),
        closures=_closures(rng),
        languages=tuple(rng.sample(LANGUAGES, rng.choice([0, 1, 2]))),
        accessibility=frozenset(said[:split]),
        no_accessibility=frozenset(said[split:]),
        wartime=_wartime(rng),
        stops=_stops(rng, gazetteer) if has_stops else (),
    )


def _settlement(rng, gazetteer, hromada):
    return rng.choice([None, *(place.katottg for place in gazetteer.settlements_of[hromada])])


def _closures(rng):
    if rng.random() < 0.75:
        return ()
    first = DAY + timedelta(days=rng.randint(-6, 6))
    last = None if rng.random() < 0.3 else first + timedelta(days=rng.randint(0, 4))
    return (Closure(first, last, "ремонт"),)


def _wartime(rng):
    if rng.random() < 0.8:
        return WartimeState()
    return WartimeState(is_suspended=rng.random() < 0.7, suspended_until=_near(rng, DAY, 0.3))


def _stops(rng, gazetteer):
    settlements = list(gazetteer.settlements)
    return tuple(
        MobileStop(rng.choice(settlements), DAY + timedelta(days=rng.randint(-8, 24)), time(10), time(12))
        for _ in range(rng.randint(1, 4))
    )


def _offering(rng, gazetteer, hromada, service):
    capacity = rng.choice([None, 0, 1, 12])
    youngest, oldest = rng.choice([(None, None)] * 4 + [(18, None), (None, 17), (60, 75), (0, 3), (35, 35)])
    return Offering(
        service=service,
        catchment=_catchment(rng, gazetteer, hromada),
        target_groups=_groups(rng),
        places=frozenset(
            rng.sample(REMOTE, rng.choice([1, 2]))
            if rng.random() < 0.12
            else rng.sample(list(PlaceOfProvision), rng.randint(1, 3))
        ),
        payment=rng.choice(list(Payment)),
        capacity=capacity,
        vacant=rng.choice([None, None, 0, 0 if capacity is None else capacity]),
        capacity_as_of=rng.choice(
            [
                None,
                DAY + timedelta(days=rng.randint(-5, 3)),
                DAY - timedelta(days=rng.choice([29, 30, 31, 180])),
            ]
        ),
        age_from=youngest,
        age_to=oldest,
        terms=frozenset(rng.sample(list(Term), rng.randint(0, 2))),
        is_emergency=rng.choice([None, True, False]),
    )


def _groups(rng):
    if rng.random() < 0.5:
        return TargetGroup.EVERYONE
    return TargetGroup(rng.randrange(1, 1 << len(TargetGroup)))


def _catchment(rng, gazetteer, hromada):
    other = rng.choice(list(gazetteer.hromadas))
    own, *around = gazetteer.parents_of(hromada.katottg)
    contract, dated = (
        partial(CatchmentArea, basis=basis, start=start, end=end)
        for basis, start, end in (
            (CatchmentBasis.CONTRACT, _near(rng, DAY, 0.3), _near(rng, DAY + timedelta(days=5), 0.3)),
            (CatchmentBasis.RIGHT, _near(rng, DAY, 0.5), None),
        )
    )
    whole = CatchmentArea
    return rng.choice(
        [
            (whole(own),),
            (whole(own), contract(other)),
            (contract(other),),
            (contract(other), contract(rng.choice(around or [own]))),
            (whole(other),),
            (dated(other), whole(rng.choice([own, *around]))),
            tuple(whole(area) for area in around) or (whole(own),),
            (contract(own), *(whole(area) for area in around)),
            (whole(rng.choice([*around, NATION])),),
            (whole(NATION), whole(other)),
        ]
    )


def _anywhere(rng):
    return LonLat(rng.uniform(22.2, 40.1), rng.uniform(44.4, 52.3))


def _near(rng, day, or_none):
    return None if rng.random() < or_none else day + timedelta(days=rng.randint(-2, 2))


def week(*days: str) -> OpeningHours:
    """Read the first days of a week such as `9:00-13:00 14:00-18:00`; the rest are closed."""
    spans = [tuple(map(_span, day.split())) for day in days]
    return OpeningHours((*spans, *((),) * (7 - len(spans))))


def _span(text):
    opens, closes = (time.fromisoformat(clock.zfill(5)) for clock in text.split("-"))
    return OpenSpan(opens, closes)


OFFICE = week(*["9:00-13:00 14:00-18:00"] * 4, "9:00-13:00 14:00-16:45")
HOURS = (
    None,
    OFFICE,
    OFFICE,
    OpeningHours(OFFICE.week, (HoursException(DAY, DAY + timedelta(days=1)),)),
    OpeningHours(
        week().week,
        (HoursException(DAY, DAY, (OpenSpan(time(9), time(12)),)), HoursException(AUTUMN, AUTUMN)),
    ),
    week(*["0:00-0:00"] * 7),
    week(*["20:00-8:00"] * 7),
    week(*["3:00-4:00 13:00-14:00 22:30-3:30"] * 7),
    week("", "", "", "", "", "10:00-15:00", "10:00-4:00"),
)
CLOCKS = [time(*divmod(minute, 60)) for minute in (0, 180, 210, 239, 240, 479, 480, 540, 779, 780, 839, 840)]
CLOCKS += [time(16, 45), time(18), time(19, 59), time(20), time(23, 59)]


def questions(gazetteer: Gazetteer, points: Registry, number: int) -> list[ReferralQuestion]:
    """Return questions of every kind, some of them hard to please."""
    rng = random.Random(655)
    places = [point.point for point in points.points if point.point is not None]
    return [_question(rng, gazetteer, places) for _ in range(number)]


def _question(rng, gazetteer, places):
    def sometimes(share, value, otherwise=None):
        return value if rng.random() < share else otherwise

    day = DAY + timedelta(days=rng.randint(-4, 8))
    day = rng.choices([day, AUTUMN, SPRING, DAY + timedelta(days=120)], weights=[17, 2, 1, 1])[0]
    moment = datetime.combine(day, rng.choice([rng.choice(CLOCKS), _any_clock(rng)]), ZONE)
    moment = moment.replace(fold=rng.randint(0, 1))
    village = rng.choice([place for place in gazetteer.settlements.values() if place.point is not None])
    anywhere_at_all = LonLat(rng.uniform(-180, 180), rng.uniform(-90, 90))
    origin = rng.choices([_anywhere(rng), rng.choice(places), village.point, anywhere_at_all], [5, 3, 3, 1])[
        0
    ]
    return ReferralQuestion(
        service=rng.choices([*SERVICES], weights=[3, 3, 3, 1])[0],
        origin=origin,
        hromada=sometimes(0.95, rng.choice(list(gazetteer.hromadas))),
        day=day,
        moment=sometimes(0.5, moment),
        open_then=rng.random() < 0.3,
        groups=rng.choice([NOBODY_SAID, NOBODY_SAID, *TargetGroup, TargetGroup(rng.randrange(1 << 14))]),
        age=rng.choice([None, None, 0, 3, 4, 17, 18, 35, 60, 75, 76]),
        step_free=rng.random() < 0.2,
        places=sometimes(0.2, frozenset(rng.sample(list(PlaceOfProvision), rng.randint(1, 2))), frozenset()),
        payments=sometimes(0.2, frozenset(rng.sample(list(Payment), rng.randint(1, 2))), frozenset()),
        language=sometimes(0.2, rng.choice(LANGUAGES)),
        urgent=rng.random() < 0.2,
        radius_m=rng.choice([None, None, 1.0, 5_000.0, 20_000.0, 60_000.0, 300_000.0, 1_500_000.0, 2e7]),
        limit=rng.choices([1, 2, 5, 20, 500], weights=[3, 3, 3, 9, 1])[0],
        enough=rng.choices([1, 3, 12, 60], weights=[3, 12, 3, 1])[0],
    )


def _any_clock(rng):
    return time(rng.randrange(24), rng.randrange(60))
