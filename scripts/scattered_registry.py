"""An invented registry for benchmarks: points near random settlements, with all that searches tell apart."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Settlement
from mapapp.domain.hours import Closure, OpeningHours, OpenSpan
from mapapp.domain.katottg import NATION, Katottg
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
    WartimeState,
)

DAY = date(2026, 1, 15)

_FAR = frozenset({PlaceOfProvision.ONLINE, PlaceOfProvision.PHONE})
_NEAR = [
    frozenset({PlaceOfProvision.DAY}),
    frozenset({PlaceOfProvision.HOME}),
    frozenset({PlaceOfProvision.DAY, PlaceOfProvision.HOME}),
    frozenset({PlaceOfProvision.INPATIENT}),
]
_GROUPS = [group for group in TargetGroup if group is not TargetGroup.EVERYONE]
_MORNING, _AFTERNOON = OpenSpan(time(9), time(13)), OpenSpan(time(14), time(18))
_WEEKS = [
    OpeningHours((*[(_MORNING, _AFTERNOON)] * 5, (), ())),
    OpeningHours((*[(OpenSpan(time(8), time(17)),)] * 6, ())),
    OpeningHours(((OpenSpan(time(), time()),),) * 7),
]

_PERIODS = [
    (DAY + timedelta(days=30), None),
    (None, DAY - timedelta(days=400)),
    (None, DAY - timedelta(days=90)),
    (None, DAY + timedelta(days=60)),
]


def scattered_registry(gazetteer: Gazetteer, services: Sequence[str], points: int) -> Registry:
    """Return so many points, the same ones every time.

    Of the offerings 80% serve their own hromada, 10% also another of the same raion by a contract (a third of
    them not in force), 10% a raion, an oblast or the nation. 40% are for some groups only, 15% for some ages,
    2% are given from afar only. Of the points 2% are confidential, 3% suspended, 3% closed for some days, 4%
    have ended or not begun, 1% are mobile teams with four stops within two months.
    """
    invention = _Invention(gazetteer, services, random.Random(points))  # noqa: S311 - the same every time
    organisations = tuple(
        Organisation(f"o{number}", f"Organisation {number}", Sector.NON_STATE, is_demo=True)
        for number in range(points // 10)
    )
    made = tuple(invention.point(number, organisations) for number in range(points))
    return Registry(organisations, made, frozenset())


def settled_places(gazetteer: Gazetteer) -> list[tuple[Katottg, LonLat]]:
    """Return the hromada and point of each settlement that has both."""
    return [(hromada, point) for hromada, point, _ in _settled(gazetteer)]


def _settled(gazetteer: Gazetteer) -> list[tuple[Katottg, LonLat, Settlement]]:
    return [
        (place.hromada, place.point, place)
        for place in gazetteer.settlements.values()
        if place.hromada is not None and place.point is not None
    ]


@dataclass(slots=True)
class _Invention:
    gazetteer: Gazetteer
    services: Sequence[str]
    rng: random.Random
    settled: list[tuple[Katottg, LonLat, Settlement]] = field(init=False)
    villages: dict[Katottg, list[Katottg]] = field(init=False)
    neighbours: dict[Katottg | None, list[Katottg]] = field(init=False)

    def __post_init__(self) -> None:
        self.settled = _settled(self.gazetteer)
        villages: defaultdict[Katottg, list[Katottg]] = defaultdict(list)
        neighbours: defaultdict[Katottg | None, list[Katottg]] = defaultdict(list)
        for hromada, _, place in self.settled:
            villages[hromada].append(place.katottg)
        for code, unit in sorted(self.gazetteer.hromadas.items()):
            if unit.raion is not None:  # Kyiv and Sevastopol have no neighbours
                neighbours[unit.raion].append(code)
        self.villages, self.neighbours = dict(villages), dict(neighbours)

    def point(self, number: int, organisations: Sequence[Organisation]) -> ServicePoint:
        rng = self.rng
        hromada, near, place = rng.choice(self.settled)
        served = self._catchment(hromada)
        is_public = self._happens(0.98)
        valid_from, valid_to = rng.choice(_PERIODS) if self._happens(0.05) else (None, None)
        is_mobile = is_public and self._happens(0.01)
        return ServicePoint(
            id=f"p{number:07}",
            organisation=rng.choice(organisations).id,
            kind=PointKind.MOBILE_TEAM if is_mobile else PointKind.NGO,
            name=f"Point {number}",
            location_policy=LocationPolicy.PUBLIC if is_public else LocationPolicy.WITHHELD,
            oblast=self.gazetteer.hromadas[hromada].oblast,
            hromada=hromada if is_public else None,
            settlement=place.katottg if is_public else None,
            point=LonLat(lon=near.lon + rng.gauss(0, 0.02), lat=near.lat + rng.gauss(0, 0.02))
            if is_public
            else None,
            precision=PointPrecision.SETTLEMENT if is_public else None,
            address=f"вул. Садова, {number % 100}" if is_public else "",
            phones=(),
            offerings=tuple(
                self._offering(service, served)
                for service in rng.sample(list(self.services), rng.randint(1, 4))
            ),
            hours="за графіком",
            opening_hours=rng.choice(_WEEKS) if self._happens(0.8) else None,
            closures=(Closure(DAY, DAY + timedelta(days=rng.randint(0, 9)), "ремонт"),)
            if self._happens(0.03)
            else (),
            languages=("uk",) if self._happens(0.5) else (),
            accessibility=frozenset({Accessibility.STEP_FREE_ENTRANCE})
            if self._happens(0.5)
            else frozenset(),
            wartime=WartimeState(is_suspended=self._happens(0.03)),
            valid_from=valid_from,
            valid_to=valid_to,
            stops=self._stops(hromada) if is_mobile else (),
            is_demo=True,
        )

    def _catchment(self, hromada: Katottg) -> tuple[CatchmentArea, ...]:
        own, *wider = self.gazetteer.parents_of(hromada)
        kind = self.rng.random()
        if kind < 0.8:  # noqa: PLR2004
            return (CatchmentArea(own),)
        others = [
            code for code in self.neighbours.get(self.gazetteer.hromadas[hromada].raion, ()) if code != own
        ]
        if kind < 0.9 and others:  # noqa: PLR2004
            starts, ends = self.rng.choice([(-500, 200), (-300, None), (-700, -100)])
            contract = CatchmentArea(
                self.rng.choice(others),
                CatchmentBasis.CONTRACT,
                DAY + timedelta(days=starts),
                None if ends is None else DAY + timedelta(days=ends),
            )
            return (CatchmentArea(own), contract)
        return (CatchmentArea(self.rng.choices([*wider, NATION], weights=[6, 3, 1][-len(wider) - 1 :])[0]),)

    def _offering(self, service: str, served: tuple[CatchmentArea, ...]) -> Offering:
        rng = self.rng
        groups = TargetGroup.EVERYONE
        if self._happens(0.4):
            groups = TargetGroup(sum(rng.sample(_GROUPS, rng.randint(1, 3))))
        age_from, age_to = (
            rng.choice([(18, None), (None, 17), (60, None)]) if self._happens(0.15) else (None,) * 2
        )
        capacity = rng.choice([None, 10, 30])
        return Offering(
            service,
            served,
            groups,
            _FAR if self._happens(0.02) else rng.choice(_NEAR),
            rng.choice(list(Payment)),
            capacity=capacity,
            vacant=None if capacity is None else rng.choice([0, 2, capacity]),
            capacity_as_of=None if capacity is None else DAY - timedelta(days=rng.randint(0, 300)),
            age_from=age_from,
            age_to=age_to,
        )

    def _stops(self, hromada: Katottg) -> tuple[MobileStop, ...]:
        days = sorted(self.rng.randint(-20, 40) for _ in range(4))
        return tuple(
            MobileStop(self.rng.choice(self.villages[hromada]), DAY + timedelta(days=day), time(10), time(12))
            for day in days
        )

    def _happens(self, share: float) -> bool:
        return self.rng.random() < share
