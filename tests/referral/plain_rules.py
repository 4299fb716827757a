"""Who takes a client, by rules written apart from the package: every offering is looked at, one by one.

They are read off the docstrings of `domain.referral`, `registry` and `hours`; only `hours` is asked itself,
which has properties of its own to meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain

import numpy as np
from pyproj import Geod

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Occupation, TerritoryStatus
from mapapp.domain.hours import is_open_at
from mapapp.domain.katottg import NATION
from mapapp.domain.referral import Basis, ReferralQuestion, RefusalReason, Unknown, Work
from mapapp.domain.registry import (
    Accessibility,
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    PlaceOfProvision,
    Registry,
    ServicePoint,
    TargetGroup,
)
from mapapp.domain.services import Service

WGS84 = Geod(ellps="WGS84")
STEPS_KM = (5, 10, 20, 50, 100, 200, 500, 1000)
STOPS_WITHIN = timedelta(days=14)
LISTED_AFTER_THE_END = timedelta(days=180)
LEFT_OUT_AT_MOST = 20


@dataclass(frozen=True)
class Offered:
    """One offering, at its point; the ordinal says which of the point's it is."""

    point: ServicePoint
    ordinal: int
    offering: Offering

    @property
    def key(self) -> tuple[str, int]:
        return self.point.id, self.ordinal

    @cached_property
    def is_confidential(self) -> bool:
        return self.point.location_policy is not LocationPolicy.PUBLIC

    @cached_property
    def is_remote(self) -> bool:
        return not self.is_confidential and not self.offering.places - {
            PlaceOfProvision.ONLINE,
            PlaceOfProvision.PHONE,
        }


@dataclass(frozen=True)
class Judged:
    """What should be found about one offering; `metres` is None for one without a place."""

    offered: Offered
    metres: float | None
    reasons: frozenset[RefusalReason]
    unknowns: frozenset[Unknown]
    basis: Basis | None

    @property
    def order(self) -> tuple[float, str, int]:
        return (self.metres or 0.0, *self.offered.key)


@dataclass(frozen=True)
class Expected:
    """What the answer should hold."""

    local: tuple[Judged, ...]
    remote: tuple[Judged, ...]
    confidential: tuple[Judged, ...]
    left_out: tuple[Judged, ...]
    left_out_more: bool
    radius_m: float | None
    is_widened: bool


@dataclass(frozen=True)
class PlainRules:
    """The rules over one registry in one country."""

    registry: Registry
    country: Gazetteer
    services: Mapping[str, Service]

    def answer(self, question: ReferralQuestion) -> Expected:
        """Look at every offering of the service."""
        judged = [self._judged(place, to_point, question) for place, to_point in self._measured(question)]
        fitting = [found for found in judged if not found.reasons]
        in_person = [found for found in judged if found.metres is not None]
        taking = sorted((found for found in in_person if not found.reasons), key=lambda found: found.order)
        radius_m = self._radius_m(taking, question)
        local = [found for found in taking if radius_m is None or found.metres <= radius_m][: question.limit]
        refused = sorted((found for found in in_person if found.reasons), key=lambda found: found.order)
        as_near = [
            found
            for found in refused
            if (len(local) < question.limit or found.metres <= local[-1].metres)
            and (
                found.offered.point.valid_to is None
                or found.offered.point.valid_to >= question.day - LISTED_AFTER_THE_END
            )
        ]
        narrowest = list(Basis)
        return Expected(
            local=tuple(local),
            remote=tuple(
                sorted(
                    (found for found in fitting if found.offered.is_remote),
                    key=lambda found: (
                        0 if found.basis is None else narrowest.index(found.basis),
                        found.offered.key,
                    ),
                )
            ),
            confidential=tuple(
                sorted(
                    (found for found in fitting if found.offered.is_confidential),
                    key=lambda found: found.offered.key,
                )
            ),
            left_out=tuple(as_near[:LEFT_OUT_AT_MOST]),
            left_out_more=len(as_near) > LEFT_OUT_AT_MOST,
            radius_m=radius_m,
            is_widened=radius_m != question.radius_m,
        )

    @staticmethod
    def work(point: ServicePoint, question: ReferralQuestion) -> Work:
        """Return whether there is work then."""
        if point.opening_hours is None:
            return Work.UNKNOWN
        return Work.OPEN if _is_at_work(point, question) else Work.SHUT

    @cached_property
    def _offered(self) -> Mapping[str, tuple[tuple[Offered, ...], np.ndarray, np.ndarray]]:
        """The offerings of each service with the coordinates of their points, those without one at 0, 0."""
        result = {}
        for service in self.services:
            places = tuple(
                Offered(point, ordinal, offering)
                for point in self.registry.points
                for ordinal, offering in enumerate(point.offerings)
                if offering.service == service
            )
            points = [place.point.point or LonLat(0, 0) for place in places]
            result[service] = (
                places,
                np.array([point.lon for point in points], dtype=float),
                np.array([point.lat for point in points], dtype=float),
            )
        return result

    def _measured(self, question: ReferralQuestion) -> Iterator[tuple[Offered, float | None]]:
        places, lons, lats = self._offered[question.service]
        origin = question.origin
        count = len(places)
        metres = WGS84.inv(np.full(count, origin.lon), np.full(count, origin.lat), lons, lats)[2]
        for place, to_point in zip(places, metres, strict=True):
            has_no_way = place.is_confidential or place.is_remote
            yield place, None if has_no_way else _without_noise(to_point)

    def _to_stops(self, place: Offered, question: ReferralQuestion) -> Iterator[float]:
        for stop in place.point.stops:
            at = self.country.settlements[stop.settlement].point
            if at is not None and timedelta() <= stop.day - question.day <= STOPS_WITHIN:
                origin = question.origin
                yield _without_noise(WGS84.inv(origin.lon, origin.lat, at.lon, at.lat)[2])

    @staticmethod
    def _radius_m(taking: list[Judged], question: ReferralQuestion) -> float | None:
        def holds_enough(radius_m: float) -> bool:
            return sum(found.metres <= radius_m for found in taking) >= question.enough

        asked = question.radius_m
        if asked is None or holds_enough(asked):
            return asked
        wider = [step_km * 1000.0 for step_km in STEPS_KM if step_km * 1000.0 > asked]
        return next((radius_m for radius_m in wider if holds_enough(radius_m)), None)

    def _judged(self, place: Offered, to_point: float | None, question: ReferralQuestion) -> Judged:
        basis, catchment = self._catchment(place, question)
        checks = [
            self._territory(place),
            _validity(place.point, question.day),
            _standstill(place.point, question.day),
            catchment,
            _groups(place.offering, question),
            _age(place.offering, question),
            _choice(place.offering, question),
            _language(place.point, question),
            _step_free(place, question),
            _urgency(place.offering, question),
            self._vacancy(place.offering, question.day),
            _hours(place.point, question),
        ]
        found = frozenset(chain.from_iterable(checks))
        reasons = found & _REASONS
        # Where a team stops is of use to those alone whom it takes.
        stops = () if to_point is None or reasons else self._to_stops(place, question)
        return Judged(
            offered=place,
            metres=min((to_point, *stops), default=None),
            reasons=reasons,
            unknowns=found & _UNKNOWNS,
            basis=basis,
        )

    def _territory(self, place: Offered) -> Iterator[Finding]:
        if place.is_confidential:
            return
        if place.point.settlement is not None:
            status = self.country.open_status.get(place.point.settlement, frozenset())
            if TerritoryStatus.TEMPORARILY_OCCUPIED in status:
                yield RefusalReason.OCCUPIED_TERRITORY
            return
        occupation = self.country.occupation.get(place.point.hromada)
        if occupation is Occupation.FULLY:
            yield RefusalReason.OCCUPIED_TERRITORY
        elif occupation is Occupation.PARTLY:
            yield Unknown.TERRITORY

    def _catchment(
        self, place: Offered, question: ReferralQuestion
    ) -> tuple[Basis | None, tuple[Finding, ...]]:
        if question.hromada is None:
            return None, (Unknown.CATCHMENT,)
        hromada = self.country.hromadas[question.hromada]
        widening = {hromada.katottg, hromada.raion, hromada.oblast, NATION}
        named = [area for area in place.offering.catchment if area.area in widening]
        bases = [self._basis(area, place, question) for area in named if _in_force(area, question.day)]
        if bases:
            return min(bases, key=list(Basis).index), ()
        return None, (RefusalReason.CONTRACT_NOT_IN_FORCE if named else RefusalReason.OUTSIDE_CATCHMENT,)

    def _basis(self, area: CatchmentArea, place: Offered, question: ReferralQuestion) -> Basis:
        hromada = self.country.hromadas[question.hromada]
        if area.area == hromada.katottg:
            if area.basis is CatchmentBasis.CONTRACT:
                return Basis.CONTRACT
            sits_there = not place.is_confidential and place.point.hromada == hromada.katottg
            return Basis.OWN_HROMADA if sits_there else Basis.NAMED
        if area.area == hromada.raion:
            return Basis.RAION
        return Basis.OBLAST if area.area == hromada.oblast else Basis.NATION

    def _vacancy(self, offering: Offering, day: date) -> Iterator[Finding]:
        counted = offering.capacity_as_of
        refresh = timedelta(days=self.services[offering.service].refresh_days)
        is_fresh = counted is not None and timedelta() <= day - counted <= refresh
        if is_fresh and 0 in {offering.vacant, offering.capacity}:
            yield RefusalReason.NO_VACANCY
        elif offering.vacant is None or not is_fresh:
            yield Unknown.VACANCY


Finding = RefusalReason | Unknown
_REASONS, _UNKNOWNS = frozenset(RefusalReason), frozenset(Unknown)


def _without_noise(metres: float) -> float:
    """Drop the last digits: equal places are equally far, whichever arithmetic measured them."""
    return round(float(metres), 8)


def _in_force(area: CatchmentArea, day: date) -> bool:
    return (area.start or date.min) <= day <= (area.end or date.max)


def _is_closed(point: ServicePoint, day: date) -> bool:
    return any(closure.first <= day <= (closure.last or date.max) for closure in point.closures)


def _validity(point: ServicePoint, day: date) -> Iterator[Finding]:
    if point.valid_from is not None and day < point.valid_from:
        yield RefusalReason.NOT_YET_OFFERED
    if point.valid_to is not None and point.valid_to < day:
        yield RefusalReason.NO_LONGER_OFFERED


def _standstill(point: ServicePoint, day: date) -> Iterator[Finding]:
    war = point.wartime
    if war.is_suspended and (war.suspended_until is None or day <= war.suspended_until):
        yield RefusalReason.SUSPENDED
    if _is_closed(point, day):
        yield RefusalReason.CLOSED


def _hours(point: ServicePoint, question: ReferralQuestion) -> Iterator[Finding]:
    if point.opening_hours is None:
        yield Unknown.HOURS
    elif question.open_then and not _is_at_work(point, question):
        yield RefusalReason.NOT_AT_WORK


def _is_at_work(point: ServicePoint, question: ReferralQuestion) -> bool:
    if question.moment is not None:
        return is_open_at(point.opening_hours, point.closures, question.moment)
    return bool(point.opening_hours.spans_on(question.day)) and not _is_closed(point, question.day)


def _groups(offering: Offering, question: ReferralQuestion) -> Iterator[Finding]:
    fitting = int(TargetGroup.EVERYONE) | int(question.groups)
    if question.groups and not int(offering.target_groups) & fitting:
        yield RefusalReason.OTHER_GROUPS


def _age(offering: Offering, question: ReferralQuestion) -> Iterator[Finding]:
    if question.age is None:
        return
    if offering.age_from is not None and question.age < offering.age_from:
        yield RefusalReason.TOO_YOUNG
    if offering.age_to is not None and question.age > offering.age_to:
        yield RefusalReason.TOO_OLD


def _choice(offering: Offering, question: ReferralQuestion) -> Iterator[Finding]:
    if question.places and not question.places & offering.places:
        yield RefusalReason.OTHER_PLACES
    if question.payments and offering.payment not in question.payments:
        yield RefusalReason.OTHER_PAYMENT


def _language(point: ServicePoint, question: ReferralQuestion) -> Iterator[Finding]:
    if question.language is None:
        return
    if not point.languages:
        yield Unknown.LANGUAGES
    elif question.language not in point.languages:
        yield RefusalReason.OTHER_LANGUAGES


def _step_free(place: Offered, question: ReferralQuestion) -> Iterator[Finding]:
    wanted = place.offering.places & question.places or place.offering.places
    if not question.step_free or wanted - {PlaceOfProvision.DAY, PlaceOfProvision.INPATIENT}:
        return  # it is given elsewhere than at the provider's too, where the client wants it
    if Accessibility.STEP_FREE_ENTRANCE in place.point.no_accessibility:
        yield RefusalReason.NOT_STEP_FREE
    elif Accessibility.STEP_FREE_ENTRANCE not in place.point.accessibility:
        yield Unknown.STEP_FREE


def _urgency(offering: Offering, question: ReferralQuestion) -> Iterator[Finding]:
    if not question.urgent or offering.is_emergency:
        return
    yield Unknown.URGENCY if offering.is_emergency is None else RefusalReason.NOT_URGENT
