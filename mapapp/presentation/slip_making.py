"""How a slip comes about: of the registry's record and the way from the middle of the client's settlement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from pyproj import Geod

from mapapp.domain.errors import NotFoundError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Settlement
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import Atlas
from mapapp.domain.referral import REMOTE, VISITS_AHEAD_DAYS, Way
from mapapp.domain.registry import MobileStop, Offering, ServicePoint
from mapapp.domain.slip import Slip
from mapapp.domain.travel import Route, TravelMode, rough_travel_s

_WGS84: Final = Geod(ellps="WGS84")


def make_slip(
    atlas: Atlas,
    point_id: str,
    service: str,
    *,
    code: str,
    day: date,
    ordinal: int | None = None,
    from_place: Katottg | None = None,
    mode: TravelMode = TravelMode.CAR,
    issued_by: str = "",
    note: str = "",
    today: date | None = None,
) -> Slip:
    """Return the slip to a service at a point, as the registry knows both now.

    `ordinal` tells apart several offerings of the service at the point, as `Candidate.ordinal` does; without
    it the first is meant. `from_place` is the client's settlement; it is left out where there is no way to
    tell: the service is given from afar, or its place is confidential. Stops of a mobile team count from
    `today` on, by default from the day of issue.

    Raises
    ------
    NotFoundError
        There is no such point, service or settlement, or the point does not offer the service any more.
    UsageError
        As `Slip` raises it: a wrong code, or a text that tells something of the client.

    """
    if service not in atlas.services:
        raise NotFoundError("There is no service «{service}» in the classifier", service=service)
    place = None if from_place is None else atlas.gazetteer.settlements.get(from_place)
    if from_place is not None and place is None:
        raise NotFoundError("There is no settlement with the code {code}", code=from_place)
    record = atlas.point_record(point_id)
    offering = _offering(record.point, service, ordinal)
    if record.point.is_confidential or offering.places <= REMOTE:
        place = None
    way, route = (None, None) if place is None else _way(atlas, record.point, place, mode, today or day)
    return Slip(
        code=code,
        day=day,
        point=record.point.disclosed(),
        offering=offering,
        organisation=record.organisation,
        service=atlas.services[service],
        issued_by=issued_by,
        note=note,
        from_place=place,
        mode=mode,
        way=way,
        route=route,
    )


def slip_path(slip: Slip, language: str, file_suffix: str = "") -> str:
    """Return the address, below the installation's own, where anybody finds the slip without its free texts.

    `file_suffix` is `.pdf` or `.txt` for the slip as a file.
    """
    ordinal = slip.point.offerings.index(slip.offering)
    is_first = next(it for it in slip.point.offerings if it.service == slip.service.slug) is slip.offering
    asked = {
        "point": slip.point.id,
        "service": slip.service.slug,
        "day": slip.day.isoformat(),
        "offering": "" if is_first else str(ordinal),
        "from": slip.from_place.katottg if slip.from_place else "",
        "mode": slip.mode.value if slip.from_place and slip.mode is not TravelMode.CAR else "",
        "lang": "" if language == "uk" else language,
    }
    return (
        f"/slip/{slip.code}{file_suffix}?{urlencode({name: value for name, value in asked.items() if value})}"
    )


def _offering(point: ServicePoint, service: str, ordinal: int | None) -> Offering:
    of_service = [it for it in point.offerings if it.service == service]
    if ordinal is not None:
        of_service = [it for it in point.offerings[ordinal : ordinal + 1] if it.service == service]
    if not of_service:
        raise NotFoundError(
            "«{point}» does not offer «{service}» any more: look for a provider anew",
            point=point.name,
            service=service,
        )
    return of_service[0]


def _way(
    atlas: Atlas, point: ServicePoint, place: Settlement, mode: TravelMode, today: date
) -> tuple[Way | None, Route | None]:
    """Return the way to the point, or to a stop of its team where that is nearer, and its line."""
    origin = place.point
    if origin is None:
        return None, None
    found: list[tuple[Way, Route | None]] = []
    for to, stop in _targets(atlas.gazetteer, point, today):
        distance_m = float(_WGS84.inv(origin.lon, origin.lat, to.lon, to.lat)[2])
        route = atlas.route(origin, to, mode)
        trip = None if route is None else route.trip
        travel_s = rough_travel_s(distance_m, mode) if trip is None else trip.travel_s
        found.append((Way(to, distance_m, travel_s, trip, stop), route))
    # Without roads the rough times stand in the order of the distances; the point itself wins a tie.
    return min(found, key=lambda pair: pair[0].travel_s, default=(None, None))


def _targets(
    gazetteer: Gazetteer, point: ServicePoint, today: date
) -> Iterator[tuple[LonLat, MobileStop | None]]:
    if point.point is not None:
        yield point.point, None
    for stop in sorted(point.stops, key=lambda stop: (stop.day, stop.settlement, stop.place)):
        place = gazetteer.settlements.get(stop.settlement)
        if place and place.point and today <= stop.day <= today + timedelta(days=VISITS_AHEAD_DAYS):
            yield place.point, stop
