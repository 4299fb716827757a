"""Who offers what to whom, from where, as arrays: the registry as coverage sees it."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from functools import cached_property
from itertools import compress
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from mapapp.analysis.catchments import (
    ALWAYS_FROM,
    ALWAYS_TO,
    TERM,
    Term,
    Units,
    reaches_on,
    renumbered,
    spread,
    terms_of,
    units_of,
)
from mapapp.analysis.layout import NONE, Layout
from mapapp.domain.geography import Occupation
from mapapp.domain.referral import REMOTE, VISITS_AHEAD_DAYS
from mapapp.domain.registry import CatchmentArea, Offering, PlaceOfProvision, ServicePoint


class Form(IntEnum):
    """How an offering reaches the client."""

    AT_SITE = 0
    """Where the provider receives people: distance matters."""
    COMES = 1
    """At home or in the street: as near to everybody it serves."""
    REMOTE = 2
    """Online or by phone alone."""
    HIDDEN = 3
    """At a confidential point: serves whom it serves, and no distance is told or used."""


@dataclass(frozen=True, eq=False)
class OpenSupply:
    """The K offerings that are open on a day, by point id and ordinal.

    An offering of a team with stops stands once at its point and, after that, once at each place of its stops
    of the day and `VISITS_AHEAD_DAYS` after it, sharing its capacity equally; what counts offerings counts
    `is_first` alone.

    Parameters
    ----------
    services
        The S slugs, in the classifier's order.
    point_ids
        The P service points, sorted.
    service, point, form
        (K,) int: index in `services`, in `point_ids`, a `Form`.
    site
        (K,) int32: index in `site_lon` and `site_lat`, `NONE` for a form other than `AT_SITE`.
    site_lon, site_lat
        (Q,) WGS 84 degrees of the distinct places.
    home
        (K,) int32: the area the point is located in, `NONE` for a confidential point.
    catchment
        (K,) int32: a row of `reaches`.
    reaches
        (C, M) int8, sparse: which areas a catchment serves that day; the value is 1 + the place in `Basis`
        of the narrowest reason why: `NAMED`, `CONTRACT`, `RAION`, `OBLAST` or `NATION`.
    capacity
        (K,) float64: persons (places, families) it takes at once, NaN where it does not tell.
    is_first
        (K,) bool: the row of the offering itself, not of a further stop.

    """

    services: tuple[str, ...]
    point_ids: tuple[str, ...]
    service: NDArray[np.int16]
    point: NDArray[np.int32]
    form: NDArray[np.int8]
    site: NDArray[np.int32]
    site_lon: NDArray[np.float64]
    site_lat: NDArray[np.float64]
    home: NDArray[np.int32]
    catchment: NDArray[np.int32]
    reaches: csr_array
    capacity: NDArray[np.float64]
    is_first: NDArray[np.bool_]

    def basis_of(self, rows: NDArray[np.intp], areas: NDArray[np.integer[Any]]) -> NDArray[np.int8]:
        """Return by what basis each of these rows serves the area beside it, as in `reaches`; 0 if not."""
        keys, width = self._cells, self.reaches.shape[1]
        wanted = self.catchment[rows].astype(np.int64) * width + areas
        place = np.searchsorted(keys, wanted)
        is_there = place < len(keys)
        is_there[is_there] = keys[place[is_there]] == wanted[is_there]
        found = np.zeros(len(rows), np.int8)
        found[is_there] = self.reaches.data[place[is_there]]
        return found

    @cached_property
    def _cells(self) -> NDArray[np.int64]:
        """The number of each cell of `reaches` that is not empty, row by row."""
        rows, width = self.reaches.shape
        row: NDArray[np.int64] = np.repeat(np.arange(rows, dtype=np.int64), np.diff(self.reaches.indptr))
        return row * width + self.reaches.indices


POINT = np.dtype(
    [(bound, np.int32) for bound in ("valid_from", "valid_to", "suspended_to", "settlement", "area")]
    + [("is_confidential", np.bool_), ("lon", np.float64), ("lat", np.float64)]
)
CLOSURE = np.dtype([(name, np.int32) for name in ("point", "first", "last")])
STOP = np.dtype([(name, np.int32) for name in ("point", "settlement", "day")])
OFFERING = np.dtype(
    [
        ("point", np.int32),
        ("catchment", np.int32),
        ("service", np.int16),
        ("form", np.int8),
        ("capacity", np.float64),
    ]
)
_COMES = frozenset({PlaceOfProvision.HOME, PlaceOfProvision.STREET})
_NEVER = ALWAYS_FROM - 1


@dataclass(frozen=True, eq=False)
class Supply:
    """Every offering of the registry, open or not, as a reader without rights may know it.

    Equal points give equal arrays whatever their order, and whether they came at once or one by one.

    Parameters
    ----------
    layout
        The ground; whether a place is occupied is asked of it each time, so another one with the same
        settlements may stand in its place.
    services
        The S slugs, in the classifier's order.
    point_ids
        The P service points, sorted.
    points
        (P,) `POINT`: days as ordinals; `settlement` and `area` are numbers of the layout or `NONE`, both
        `NONE` and `lon` and `lat` NaN for a confidential point.
    closures, stops
        `CLOSURE` and `STOP`, by point.
    offerings
        `OFFERING`, by point and ordinal; `capacity` is NaN where it is not told.
    terms
        `TERM`: the areas of the catchments, which are numbered by first use.
    units
        What the numbers in `terms` are.

    """

    layout: Layout
    services: tuple[str, ...]
    point_ids: tuple[str, ...]
    points: NDArray[Any]
    closures: NDArray[Any]
    stops: NDArray[Any]
    offerings: NDArray[Any]
    terms: NDArray[Any]
    units: Units

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the content: equal registries on equal ground have the same."""
        sha256 = hashlib.sha256(self.layout.digest.encode())
        for words in (self.services, self.point_ids):
            sha256.update("\n".join((*words, "")).encode())
        for table in (self.points, self.closures, self.stops, self.offerings, self.terms):
            sha256.update(len(table).to_bytes(8))
            sha256.update(table.tobytes())
        return sha256.hexdigest()

    @property
    def catchments(self) -> int:
        """How many different catchments there are."""
        return int(self.offerings["catchment"].max(initial=NONE)) + 1

    def changed(self, points: Mapping[str, ServicePoint | None]) -> Supply:
        """Return the supply after some points became these; None is one that is no longer there."""
        present = (point for point in points.values() if point is not None)
        fresh = _supply_of(present, self.layout, self.services, self.units)
        is_kept = np.array([point_id not in points for point_id in self.point_ids], bool)
        kept_ids = list(compress(self.point_ids, is_kept))
        before = np.array([bisect_left(kept_ids, point_id) for point_id in fresh.point_ids], np.int64)
        fresh_number = before + np.arange(len(before))
        kept_number = np.arange(len(kept_ids)) + np.searchsorted(before, np.arange(len(kept_ids)), "right")
        number = np.full(len(self.point_ids), NONE, np.int64)
        number[is_kept] = kept_number

        def joined(kept: NDArray[Any], added: NDArray[Any]) -> NDArray[Any]:
            both = np.concatenate([kept, added])
            both["point"] = np.concatenate([number[kept["point"]], fresh_number[added["point"]]])
            both = both[both["point"] != NONE]
            ordered: NDArray[Any] = both[np.argsort(both["point"], kind="stable")]
            return ordered

        added = fresh.offerings.copy()
        added["catchment"] += self.catchments
        added_terms = fresh.terms.copy()
        added_terms["catchment"] += self.catchments
        offerings = joined(self.offerings, added)
        offerings["catchment"], terms = renumbered(
            offerings["catchment"], np.concatenate([self.terms, added_terms])
        )
        order = np.argsort(np.concatenate([kept_number, fresh_number]))
        return replace(
            self,
            point_ids=tuple(sorted([*kept_ids, *fresh.point_ids])),
            points=np.concatenate([self.points[is_kept], fresh.points])[order],
            closures=joined(self.closures, fresh.closures),
            stops=joined(self.stops, fresh.stops),
            offerings=offerings,
            terms=terms,
        )

    def on(self, day: date) -> OpenSupply:
        """Return the offerings that are open on a day, by the rules of `domain.eligibility`.

        Whether there is room is no part of it: a full provider still provides.
        """
        offerings = self.offerings[self._is_open(day)[self.offerings["point"]]]
        row, place, is_first = self._places(offerings, day)
        sites, number = np.unique(place, return_inverse=True)
        has_no_site = np.isnan(sites)
        # NaN sorts last: what has no site is numbered after those that have.
        site = np.where(has_no_site[number], NONE, number).astype(np.int32)
        sites = sites[~has_no_site]
        order = np.lexsort((~is_first, site, row))
        row, site, is_first = row[order], site[order], is_first[order]
        is_new = (np.diff(row, prepend=NONE) != 0) | (np.diff(site, prepend=NONE - 1) != 0)
        row, site, is_first = row[is_new], site[is_new], is_first[is_new]
        order = np.lexsort((site, ~is_first, row))
        row, site, is_first = row[order], site[order], is_first[order]
        rows, points = offerings[row], self.points[offerings["point"][row]]
        return OpenSupply(
            services=self.services,
            point_ids=self.point_ids,
            service=rows["service"],
            point=rows["point"],
            form=rows["form"],
            site=site,
            site_lon=sites.real,
            site_lat=sites.imag,
            home=points["area"],
            catchment=rows["catchment"],
            reaches=self.reaches_on(day),
            capacity=rows["capacity"] / np.bincount(row, minlength=len(offerings))[row],
            is_first=is_first,
        )

    def reaches_on(self, day: date) -> csr_array:
        """Return which areas each catchment serves on a day: `OpenSupply.reaches`."""
        return reaches_on(day, self.terms, self.catchments, self.units, len(self.layout.areas))

    def _is_open(self, day: date) -> NDArray[np.bool_]:
        today, points = day.toordinal(), self.points
        closures = self.closures
        is_closed = np.zeros(len(points), bool)
        is_closed[closures["point"][(closures["first"] <= today) & (today <= closures["last"])]] = True
        is_valid = (points["valid_from"] <= today) & (today <= points["valid_to"])
        is_open: NDArray[np.bool_] = is_valid & (points["suspended_to"] < today) & ~is_closed
        return is_open & ~self._is_occupied

    @property
    def _is_occupied(self) -> NDArray[np.bool_]:
        """Which points stand on occupied territory; by their settlement where it is known."""
        layout = self.layout
        is_area_occupied = np.array([it is Occupation.FULLY for it in layout.occupation])
        settlement, area = self.points["settlement"], self.points["area"]
        by_area = (area != NONE) & is_area_occupied[area]
        is_occupied: NDArray[np.bool_] = np.where(settlement != NONE, layout.is_occupied[settlement], by_area)
        return is_occupied

    def _places(
        self, offerings: NDArray[Any], day: date
    ) -> tuple[NDArray[np.intp], NDArray[np.complex128], NDArray[np.bool_]]:
        """Return where each offering is given: its own place and, after those, the stops of its team."""
        is_at_site = offerings["form"] == Form.AT_SITE
        points = self.points[offerings["point"]]
        own = np.where(is_at_site, points["lon"] + 1j * points["lat"], np.nan)
        layout, today = self.layout, day.toordinal()
        stops = self.stops[(today <= self.stops["day"]) & (self.stops["day"] <= today + VISITS_AHEAD_DAYS)]
        lon, lat = layout.lon[stops["settlement"]], layout.lat[stops["settlement"]]
        is_there = ~(np.isnan(lon) | layout.is_occupied[stops["settlement"]])
        stops, places = stops[is_there], (lon + 1j * lat)[is_there]
        start = np.searchsorted(offerings["point"], np.arange(len(self.point_ids) + 1))
        stop, row = spread(start, stops["point"])
        stop, row = stop[is_at_site[row]], row[is_at_site[row]]
        return (
            np.concatenate([np.arange(len(offerings)), row]),
            np.concatenate([own, places[stop]]),
            np.arange(len(offerings) + len(row)) < len(offerings),
        )


def supply_of(points: Iterable[ServicePoint], layout: Layout, services: Iterable[str]) -> Supply:
    """Return all that the points offer; services that are not listed are left out, nobody can ask for them.

    Parameters
    ----------
    points
        Each id once, in any order; none is held. Where a confidential one is, is not looked at.
    layout
        The ground they stand on.
    services
        The slugs in the classifier's order.

    """
    return _supply_of(points, layout, tuple(services), units_of(layout))


def form_of(offering: Offering, *, is_confidential: bool) -> Form:
    """Return how an offering reaches the client."""
    if offering.places <= REMOTE:
        return Form.REMOTE
    if is_confidential:
        return Form.HIDDEN
    return Form.COMES if offering.places & _COMES else Form.AT_SITE


def _supply_of(
    points: Iterable[ServicePoint], layout: Layout, services: tuple[str, ...], units: Units
) -> Supply:
    writing = _Writing(layout, units, {slug: number for number, slug in enumerate(services)})
    point_ids: list[str] = []
    # One by one as they are read, so that never all of them are held at once; sorted afterwards.
    for point in points:
        writing.add(len(point_ids), point)
        point_ids.append(point.id)
    order = sorted(range(len(point_ids)), key=point_ids.__getitem__)
    number = np.argsort(order)
    terms = [(listed, *term) for catchment, listed in writing.catchments.items() for term in catchment]
    offerings = _by_point(np.array(writing.offerings, OFFERING), number)
    offerings["catchment"], kept_terms = renumbered(offerings["catchment"], np.array(terms, TERM))
    return Supply(
        layout=layout,
        services=services,
        point_ids=tuple(point_ids[place] for place in order),
        points=np.array(writing.points, POINT)[order],
        closures=_by_point(np.array(writing.closures, CLOSURE), number),
        stops=_by_point(np.array(writing.stops, STOP), number),
        offerings=offerings,
        terms=kept_terms,
        units=units,
    )


def _by_point(table: NDArray[Any], number: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Return the rows of a table with its points numbered anew, in their order."""
    table["point"] = number[table["point"]]
    ordered: NDArray[Any] = table[np.argsort(table["point"], kind="stable")]
    return ordered


@dataclass(frozen=True, slots=True)
class _Writing:
    """Rows of the tables of a supply as points are added, by number."""

    layout: Layout
    units: Units
    services: Mapping[str, int]
    points: list[tuple[Any, ...]] = field(default_factory=list)
    closures: list[tuple[int, int, int]] = field(default_factory=list)
    stops: list[tuple[int, int, int]] = field(default_factory=list)
    offerings: list[tuple[int, int, int, int, float]] = field(default_factory=list)
    catchments: dict[tuple[Term, ...], int] = field(default_factory=dict)
    written: dict[tuple[CatchmentArea, ...], int] = field(default_factory=dict)

    def add(self, number: int, point: ServicePoint) -> None:
        self.points.append(self._point(point))
        for closure in point.closures:
            self.closures.append((number, closure.first.toordinal(), _last(closure.last)))
        settlements = self.layout.index_of_settlement
        for stop in point.stops:
            if stop.settlement in settlements:
                self.stops.append((number, settlements[stop.settlement], stop.day.toordinal()))
        for offering in point.offerings:
            if offering.service in self.services:
                self.offerings.append(
                    (
                        number,
                        self._catchment(offering.catchment),
                        self.services[offering.service],
                        form_of(offering, is_confidential=point.is_confidential),
                        nan if offering.capacity is None else offering.capacity,
                    )
                )

    def _point(self, point: ServicePoint) -> tuple[Any, ...]:
        wartime, layout = point.wartime, self.layout
        place = None if point.is_confidential else point.point
        settlement = None if place is None else point.settlement
        hromada = None if place is None else point.hromada
        return (
            ALWAYS_FROM if point.valid_from is None else point.valid_from.toordinal(),
            _last(point.valid_to),
            _last(wartime.suspended_until) if wartime.is_suspended else _NEVER,
            NONE if settlement is None else layout.index_of_settlement.get(settlement, NONE),
            NONE if hromada is None else layout.index_of_area.get(hromada, NONE),
            point.is_confidential,
            nan if place is None else place.lon,
            nan if place is None else place.lat,
        )

    def _catchment(self, catchment: tuple[CatchmentArea, ...]) -> int:
        number = self.written.get(catchment)
        if number is None:
            terms = terms_of(catchment, self.units)
            number = self.written[catchment] = self.catchments.setdefault(terms, len(self.catchments))
        return number


def _last(day: date | None) -> int:
    return ALWAYS_TO if day is None else day.toordinal()
