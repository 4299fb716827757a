"""A registry as offices keep it: departments and branches that look alike, and records entered twice."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.contacts import Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    LocationPolicy,
    Offering,
    Organisation,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Registry,
    Sector,
    ServicePoint,
    TargetGroup,
)

TESTS = Path(__file__).parent.parent
for folder in ("analysis", "referral"):  # small_country and scattered are made there
    if str(TESTS / folder) not in sys.path:
        sys.path.insert(0, str(TESTS / folder))

STEMS = (
    "Полтав", "Микол", "Іван", "Олександр", "Новоград", "Великобуд", "Малин", "Зелен", "Вишн", "Черкас",
    "Борисп", "Лубен", "Кремен", "Гадя", "Миргород", "Хорол", "Пиряти", "Лохвиц", "Карлів", "Решетил",
    "Диканс", "Зіньк", "Котел", "Шишац", "Глобин", "Козельщ", "Машів", "Чутів", "Оржиц", "Семен",
)  # fmt: skip
STREETS = (
    "Соборна", "Шевченка", "Миру", "Центральна", "Незалежності",
    "Франка", "Садова", "Грушевського", "Київська", "Польова",
)  # fmt: skip
DEPARTMENTS = (
    "Відділення соціальної допомоги вдома",
    "Відділення денного перебування",
    "Відділення стаціонарного догляду",
    "Служба соціального перевезення",
    "Кабінет психологічної підтримки",
    "Мобільна бригада соціально-психологічної допомоги",
    "Пункт прокату засобів реабілітації",
)
INSTITUTIONS = (
    "Центр надання соціальних послуг",
    "Центр соціальних служб",
    "Територіальний центр соціального обслуговування",
    "Центр соціально-психологічної реабілітації дітей",
    "Центр комплексної реабілітації осіб з інвалідністю",
    "Будинок ветеранів «Затишок»",
    "Благодійний фонд «Милосердя»",
    "Центр життєстійкості",
)
LOOK_ALIKES = (
    ("Центр денного перебування дітей", "Центр денного перебування дорослих"),
    ("Обласний центр соціальної адаптації", "Міський центр соціальної адаптації"),
    ("ГО «Разом»", "ГО «Разом до мрії»"),
    ("Дім для жінок «Надія»", "Дім для чоловіків «Надія»"),
    ("Служба у справах дітей", "Служба у справах сімʼї"),
    ("Будинок ветеранів «Калина»", "Будинок ветеранів «Калинка»"),
)
"""Neighbours behind one door."""
FORMS = ("КУ", "Комунальна установа", "КЗ", "Комунальний заклад", "")
SERVICES = ("home-care", "day-care", "counselling", "social-support", "transport", "respite", "mediation")
ABBREVIATED = {
    "Центр надання соціальних послуг": "ЦНСП",
    "Центр соціальних служб": "ЦСС",
    "Територіальний центр соціального обслуговування": "ТЦСО",
}


@dataclass(frozen=True)
class WithDuplicates:
    """`truth` has the pairs that were entered twice."""

    registry: Registry
    truth: frozenset[frozenset[RecordKey]]


def entered_twice(points: int, duplicates: int, seed: int) -> WithDuplicates:
    """Return about so many points, of which so many again are entered twice with other people's typos."""
    rng = random.Random(seed)
    organisations: list[Organisation] = []
    found: list[ServicePoint] = []
    hromada = 0
    while len(found) < points:
        hromada += 1
        _fill_hromada(rng, hromada, organisations, found)
    truth = set()
    for number, original in enumerate(rng.sample(found, duplicates)):
        copy = _entered_again(rng, original, number, organisations)
        found.append(copy)
        truth.add(frozenset(RecordKey(RecordKind.POINT, point.id) for point in (original, copy)))
    rng.shuffle(found)
    return WithDuplicates(Registry(tuple(organisations), tuple(found), frozenset()), frozenset(truth))


@pytest.fixture(scope="session")
def providers_with_duplicates():
    """Makes such a registry: `providers_with_duplicates(points, duplicates, seed)`."""
    return entered_twice


def _code(hromada: int, settlement: int = 0) -> Katottg:
    oblast, raion, own = hromada // 60 + 10, hromada % 4 + 1, hromada % 60 + 1
    return Katottg(f"UA{oblast:02}{raion:02}{own:03}{settlement:03}00{hromada % 10_000:05}")


def _fill_hromada(
    rng: random.Random, hromada: int, organisations: list[Organisation], points: list[ServicePoint]
) -> None:
    """Add a hromada's institutions, with their departments behind one door and branches in villages."""
    centre = LonLat(24 + (hromada % 40) * 0.3, 46 + hromada // 40 * 0.15)
    adjective = rng.choice(STEMS) + "ської"
    council = rng.choice(("міської", "селищної", "сільської")) + " ради"
    for name in rng.sample(INSTITUTIONS, rng.randint(2, 4)):
        owner = Organisation(
            f"org-{len(organisations)}",
            f"{rng.choice(FORMS)} «{name}» {adjective} {council}".strip(),
            Sector.STATE_COMMUNAL,
            edrpou=f"{40_000_000 + len(organisations)}" if rng.random() < 0.8 else None,
        )
        organisations.append(owner)
        phone = _phone(rng)
        at = _near(rng, centre, 0.02)
        address = f"вул. {rng.choice(STREETS)}, {rng.randint(1, 90)}"
        base = ServicePoint(
            id=f"point-{len(points)}",
            organisation=owner.id,
            kind=PointKind.SOCIAL_SERVICES_CENTRE,
            name=owner.name,
            location_policy=LocationPolicy.PUBLIC,
            oblast=_code(hromada // 60 * 60),
            hromada=_code(hromada),
            settlement=_code(hromada, 1),
            point=at,
            precision=PointPrecision.BUILDING,
            address=address,
            phones=(phone,),
            offerings=_offerings(rng, _code(hromada)),
        )
        points.append(base)
        for department in rng.sample(DEPARTMENTS, rng.randint(0, 4)):
            # One door, one telephone, another department: not a duplicate.
            points.append(
                replace(
                    base,
                    id=f"point-{len(points)}",
                    name=f"{department} {name}",
                    phones=rng.choice(((phone,), (_phone(rng),))),
                    offerings=_offerings(rng, _code(hromada)),
                )
            )
        for number in range(1, rng.choice((1, 1, 3, 4))):
            # Numbered alike in one settlement, in other buildings or in the same.
            points.append(
                replace(
                    base,
                    id=f"point-{len(points)}",
                    name=f"Відділення № {number} {name}",
                    address=rng.choice((address, f"вул. {rng.choice(STREETS)}, {rng.randint(1, 90)}")),
                    offerings=_offerings(rng, _code(hromada)),
                )
            )
        if rng.random() < 0.05:
            points.extend(
                [
                    replace(base, id=f"point-{len(points) + place}", name=look_alike)
                    for place, look_alike in enumerate(rng.choice(LOOK_ALIKES))
                ]
            )
        for settlement in range(2, rng.choice((2, 2, 4, 6))):
            # One name in every village, some without coordinates of their own.
            place = _near(rng, centre, 0.1)
            exact = rng.random() < 0.5
            points.append(
                replace(
                    base,
                    id=f"point-{len(points)}",
                    name=f"Філія {name}",
                    settlement=_code(hromada, settlement),
                    point=place,
                    precision=PointPrecision.BUILDING if exact else PointPrecision.SETTLEMENT,
                    address=f"вул. Центральна, {rng.randint(1, 40)}",
                    phones=rng.choice(((phone,), (_phone(rng),), ())),
                    offerings=_offerings(rng, _code(hromada)),
                )
            )


def _entered_again(
    rng: random.Random, original: ServicePoint, number: int, organisations: list[Organisation]
) -> ServicePoint:
    """Return the same place as somebody else would enter it."""
    by_id = int(original.organisation.removeprefix("org-"))
    organisation = original.organisation
    if rng.random() < 0.5:
        owner = organisations[by_id]
        twin = replace(
            owner,
            id=f"twin-{number}",
            name=_retyped(rng, owner.name),
            edrpou=owner.edrpou if rng.random() < 0.5 else None,
        )
        organisations.append(twin)
        organisation = twin.id
    moved = original.point and _near(rng, original.point, 0.0012)
    precision = rng.choices(
        (PointPrecision.BUILDING, PointPrecision.STREET, PointPrecision.SETTLEMENT), weights=(5, 2, 3)
    )[0]
    if precision is PointPrecision.SETTLEMENT:
        moved = LonLat(round(original.point.lon, 1), round(original.point.lat, 1))
    return replace(
        original,
        id=f"copy-{number}",
        organisation=organisation,
        name=_retyped(rng, original.name),
        settlement=original.settlement if rng.random() < 0.85 else None,
        point=moved,
        precision=precision,
        address=_address_again(rng, original.address),
        phones=rng.choices((original.phones, (), (_phone(rng),)), weights=(6, 2, 2))[0],
        offerings=original.offerings[: rng.randint(0, len(original.offerings))],
    )


def _retyped(rng: random.Random, name: str) -> str:
    text = name
    for long, short in ABBREVIATED.items():
        if long in text and rng.random() < 0.15:
            text = text.replace(long, short)
    if rng.random() < 0.3:
        text = text.replace("КУ ", "Комунальна установа ").replace("«", '"').replace("»", '"')
    if rng.random() < 0.2:
        text = text.upper()
    for _ in range(rng.choices((0, 1, 2, 3), weights=(3, 4, 2, 1))[0]):
        text = _typo(rng, text)
    return text


def _typo(rng: random.Random, text: str) -> str:
    at = rng.randrange(1, len(text) - 1)
    return rng.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + rng.choice("аоеинтс") + text[at + 1 :],
            text[:at] + text[at] + text[at:],
        )
    )


def _address_again(rng: random.Random, address: str) -> str:
    kind = rng.random()
    if kind < 0.3:
        return ""
    if kind < 0.6:
        return address.replace("вул. ", "вулиця ").replace(",", ", буд.")
    if kind < 0.8:
        return address.replace("вул. ", "").upper()
    return _typo(rng, address.replace(",", "")) if kind < 0.9 else address


def _offerings(rng: random.Random, hromada: Katottg) -> tuple[Offering, ...]:
    return tuple(
        Offering(service, (CatchmentArea(hromada),), TargetGroup.EVERYONE, frozenset({PlaceOfProvision.HOME}))
        for service in rng.sample(SERVICES, rng.randint(1, 3))
    )


def _phone(rng: random.Random) -> Phone:
    digits = f"+380{rng.choice((44, 50, 67, 93, 532))}{rng.randrange(10**6, 10**7)}"[:13]
    return Phone(digits, digits)


def _near(rng: random.Random, place: LonLat, degrees: float) -> LonLat:
    return LonLat(place.lon + rng.uniform(-degrees, degrees), place.lat + rng.uniform(-degrees, degrees))
