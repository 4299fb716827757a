"""What is asked of the database: each function builds one statement, with named parameters, and runs nothing.

The statements that answer people are built once per process: building takes longer than running.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Float,
    FromClause,
    ScalarSelect,
    Select,
    String,
    Subquery,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from mapapp.domain.geography import HromadaKind
from mapapp.domain.katottg import NATION
from mapapp.storage.dialect import geod_m, nearness, possibly_within_m
from mapapp.storage.geography_schema import HromadaRow, SettlementRow
from mapapp.storage.schema import CatchmentAreaRow, OfferingRow, OrganisationRow, ServicePointRow

NO_LIMIT_M = 21_000_000.0
"""Farther apart than any two points on the Earth."""

_FIRST_WINDOW_M = 8_000.0
_ROUNDING_M = 1.0
"""Far more than two ways to compute one distance can differ by."""
SPARE = 4
"""So many more are taken in the order of a sphere than asked for: the last ones may change places."""
SURE_SHARE = 0.989
"""Whatever PostGIS's index yields later is at least at this share of the farthest distance it yielded before.

Geodesic metres are 0.9944 to 1.0046 of metres on its sphere (radius 6,371,009 m): WGS 84 is curved with a
radius from 6,335,439 m (along a meridian at the equator) to 6,399,594 m (at the poles).
"""

Statement = Select[*tuple[Any, ...]]

SERVICE = bindparam("service", type_=String)
DAY = bindparam("day", type_=Date)
_SERVING = bindparam("serving", type_=String)
_AREA = bindparam("area", type_=String)
_LON = bindparam("lon", type_=Float)
_LAT = bindparam("lat", type_=Float)
_RADIUS_M = bindparam("radius_m", type_=Float)
LIMIT = bindparam("limit", type_=BigInteger)

PLACE = (OfferingRow.geog, OfferingRow.lon, OfferingRow.lat)
ORIGIN = (_LON, _LAT)
IS_PUBLIC = OfferingRow.lon.is_not(None)
DISTANCE_M = geod_m(*PLACE, *ORIGIN).label("distance_m")
OFFERED_ON_DAY = (
    OfferingRow.service == SERVICE,
    OfferingRow.valid_from <= DAY,
    OfferingRow.valid_to >= DAY,
)


@cache
def nearest(*, on_postgis: bool) -> Statement:
    """Build the search for the nearest offerings of a service, whomever they serve.

    Parameters: service, day, lon, lat, radius_m, limit.
    """
    return _ranked(nearest_found("found", *OFFERED_ON_DAY, IS_PUBLIC, on_postgis=on_postgis))


@cache
def nearest_serving() -> Statement:
    """Build the same search among the offerings that serve a hromada: few, so all of them are measured.

    Parameters: service, day, serving, lon, lat, radius_m, limit.
    """
    reaching = _catchments_reaching()
    found = materialized(
        select(OfferingRow.point, OfferingRow.ordinal, DISTANCE_M)
        .where(*OFFERED_ON_DAY, IS_PUBLIC, OfferingRow.catchment.in_(select(reaching.c.catchment)))
        .cte("found")
    )
    return _ranked(found)


@cache
def confidential_serving() -> Statement:
    """Build the list, by id, of offerings at confidential points that serve a hromada.

    Parameters: service, day, serving.
    """
    reaching = _catchments_reaching()
    return (
        _described_offerings()
        .where(*OFFERED_ON_DAY, ~IS_PUBLIC, OfferingRow.catchment.in_(select(reaching.c.catchment)))
        .order_by(OfferingRow.point, OfferingRow.ordinal)
    )


@cache
def public_points(*, with_service: bool, in_area: bool) -> Statement:
    """Build the public points to draw, by id, each with its services in one text.

    Parameters: day, and service and area where asked for.
    """
    services = (
        select(func.aggregate_strings(OfferingRow.service, " "))
        .where(OfferingRow.point == ServicePointRow.id)
        .scalar_subquery()
    )
    statement: Statement = (
        select(
            ServicePointRow.id,
            ServicePointRow.name,
            ServicePointRow.kind,
            ServicePointRow.hromada,
            ServicePointRow.lon,
            ServicePointRow.lat,
            services.label("services"),
            ServicePointRow.phones,
            ServicePointRow.address,
            ServicePointRow.is_demo,
        )
        .where(
            ServicePointRow.lon.is_not(None),
            ServicePointRow.valid_from <= DAY,
            ServicePointRow.valid_to >= DAY,
        )
        .order_by(ServicePointRow.id)
    )
    if with_service:
        offering_it = select(OfferingRow.point).where(*OFFERED_ON_DAY, IS_PUBLIC)
        statement = statement.where(ServicePointRow.id.in_(offering_it))
    if in_area:
        inside = select(HromadaRow.katottg).where(
            (HromadaRow.katottg == _AREA) | (HromadaRow.raion == _AREA) | (HromadaRow.oblast == _AREA)
        )
        statement = statement.where(ServicePointRow.hromada.in_(inside))
    return statement


@cache
def counts() -> Statement:
    """Build the numbers of what the store holds."""

    def number_of(statement: Statement) -> ColumnElement[int]:
        return statement.scalar_subquery()

    counted = func.count()
    hromadas = select(counted).select_from(HromadaRow).where(HromadaRow.kind != HromadaKind.SPECIAL_CITY)
    demo_points = select(counted).select_from(ServicePointRow).where(ServicePointRow.is_demo)
    demo_organisations = select(counted).select_from(OrganisationRow).where(OrganisationRow.is_demo)
    return select(
        number_of(hromadas).label("hromadas"),
        number_of(select(counted).select_from(SettlementRow)).label("settlements"),
        number_of(select(counted).select_from(ServicePointRow)).label("service_points"),
        (number_of(demo_points) + number_of(demo_organisations)).label("demo_records"),
    )


def nearest_found(name: str, *conditions: ColumnElement[bool], on_postgis: bool) -> CTE:
    """Return the nearest offerings that meet the conditions, measured, and perhaps a few that are farther."""
    return (_nearest_in_order if on_postgis else _nearest_in_window)(name, conditions)


def _nearest_in_order(name: str, conditions: Sequence[ColumnElement[bool]]) -> CTE:
    """Return what PostGIS's index yields first."""
    near = materialized(in_sphere_order(conditions).cte(f"{name}_near"))
    is_full = func.count() >= LIMIT + SPARE
    sure_m = select(case((is_full, func.max(near.c.distance_m) * SURE_SHARE))).select_from(near)
    return surely_nearest(name, near, sure_m, conditions)


def in_sphere_order(conditions: Sequence[ColumnElement[bool]]) -> Statement:
    """Return the search for a few more than asked for, nearest first by metres on a sphere."""
    return (
        select(OfferingRow.point, OfferingRow.ordinal, DISTANCE_M)
        .where(*conditions)
        .order_by(nearness(*PLACE, *ORIGIN))
        .limit(LIMIT + SPARE)
    )


def surely_nearest(
    name: str,
    measured: FromClause,
    sure_m: Select[*tuple[float | None]],
    conditions: Sequence[ColumnElement[bool]],
) -> CTE:
    """Return the offerings measured if the nearest are surely among them, else all that are near enough.

    All that are nearer than `sure_m`, None for anywhere, are among those measured: the search is over where
    these are as many as were asked for. The index is asked again only where many are as far as the last.
    """
    last_m = select(measured.c.distance_m).order_by(measured.c.distance_m).offset(LIMIT - 1).limit(1)
    reach = materialized(
        select(last_m.scalar_subquery().label("last_m"), sure_m.scalar_subquery().label("sure_m")).cte(
            f"{name}_reach"
        )
    )
    is_sure = select(func.coalesce(reach.c.last_m < reach.c.sure_m, true())).scalar_subquery()
    enough_m = select(reach.c.last_m + _ROUNDING_M).scalar_subquery()
    first = select(measured.c.point, measured.c.ordinal, measured.c.distance_m).where(is_sure)
    again = select(OfferingRow.point, OfferingRow.ordinal, DISTANCE_M).where(
        ~is_sure, *conditions, possibly_within_m(*PLACE, *ORIGIN, enough_m)
    )
    return materialized(union_all(first, again).cte(name))


def _nearest_in_window(name: str, conditions: Sequence[ColumnElement[bool]]) -> CTE:
    """Return what SQLite's index finds between two latitudes.

    It cannot yield the exact order: so a few candidates are found, the farthest of them gives a radius that
    surely holds the answer, and whatever lies within that radius is measured exactly.
    """
    window_m = _window_m(f"{name}_window", conditions)
    near = materialized(
        select(OfferingRow.lon, OfferingRow.lat)
        .where(*conditions, possibly_within_m(*PLACE, *ORIGIN, window_m))
        .order_by(nearness(*PLACE, *ORIGIN))
        .limit(LIMIT)
        .cte(f"{name}_near")
    )
    farthest_m = func.max(geod_m(null(), near.c.lon, near.c.lat, *ORIGIN))
    reach = materialized(select((farthest_m + _ROUNDING_M).label("radius_m")).cte(f"{name}_reach"))
    radius_m = select(reach.c.radius_m).scalar_subquery()
    return materialized(
        select(OfferingRow.point, OfferingRow.ordinal, DISTANCE_M)
        .where(*conditions, possibly_within_m(*PLACE, *ORIGIN, radius_m))
        .cte(name)
    )


def _window_m(name: str, conditions: Sequence[ColumnElement[bool]]) -> ScalarSelect[float]:
    """Return the radius of the first of ever larger windows that may hold enough offerings."""
    widening = select(literal(_FIRST_WINDOW_M, Float).label("radius_m")).cte(
        f"{name}_widening", recursive=True
    )
    inside = (
        select(OfferingRow.point)
        .where(*conditions, possibly_within_m(*PLACE, *ORIGIN, widening.c.radius_m))
        .limit(LIMIT)
        .correlate(widening)
        .subquery()
    )
    held = select(func.count()).select_from(inside).correlate(widening).scalar_subquery()
    wider = select(widening.c.radius_m * 2).where(widening.c.radius_m < NO_LIMIT_M, held < LIMIT)
    widening = widening.union_all(wider)
    window = materialized(select(func.max(widening.c.radius_m).label("radius_m")).cte(name))
    return select(window.c.radius_m).scalar_subquery()


def _ranked(found: CTE) -> Statement:
    """Return the statement that describes the first offerings found, by distance, then by id."""
    order = (found.c.distance_m, found.c.point, found.c.ordinal)
    ranked = materialized(
        select(found).where(found.c.distance_m <= _RADIUS_M).order_by(*order).limit(LIMIT).cte("ranked")
    )
    return (
        _described_offerings()
        .add_columns(ranked.c.distance_m)
        .join(ranked, (ranked.c.point == OfferingRow.point) & (ranked.c.ordinal == OfferingRow.ordinal))
        .order_by(ranked.c.distance_m, ranked.c.point, ranked.c.ordinal)
    )


def _described_offerings() -> Statement:
    return (
        select(
            ServicePointRow.id,
            ServicePointRow.name,
            OrganisationRow.name.label("organisation_name"),
            ServicePointRow.kind,
            OfferingRow.service,
            ServicePointRow.location_policy,
            ServicePointRow.oblast,
            ServicePointRow.hromada,
            ServicePointRow.lon,
            ServicePointRow.lat,
            ServicePointRow.precision,
            ServicePointRow.address,
            ServicePointRow.phones,
            ServicePointRow.hours,
            ServicePointRow.referral_note,
            OfferingRow.target_groups,
            OfferingRow.places,
            OfferingRow.payment,
            OfferingRow.capacity,
            ServicePointRow.relocated_from,
            ServicePointRow.last_verified,
            ServicePointRow.is_demo,
        )
        .join(ServicePointRow, ServicePointRow.id == OfferingRow.point)
        .join(OrganisationRow, OrganisationRow.id == ServicePointRow.organisation)
    )


def _catchments_reaching() -> CTE:
    """Return the catchments that hold a hromada on the day, by its own code or that of an area around it."""
    within = _hromadas_within_areas()
    return materialized(
        select(CatchmentAreaRow.catchment)
        .join(within, within.c.area == CatchmentAreaRow.area)
        .where(
            within.c.hromada == _SERVING,
            CatchmentAreaRow.valid_from <= DAY,
            CatchmentAreaRow.valid_to >= DAY,
        )
        .cte("reaching")
    )


def _hromadas_within_areas() -> Subquery:
    """Return every hromada with each area it lies in; Kyiv and Sevastopol are their own oblast."""
    hromada = HromadaRow.katottg.label("hromada")
    return union_all(
        select(hromada, HromadaRow.katottg.label("area")),
        select(hromada, HromadaRow.raion).where(HromadaRow.raion.is_not(None)),
        select(hromada, HromadaRow.oblast).where(HromadaRow.oblast != HromadaRow.katottg),
        select(hromada, literal(NATION, String)),
    ).subquery("within_area")


def materialized(cte: CTE) -> CTE:
    """Return the table expression, computed once: neither planner may fold it into what uses it."""
    return cte.prefix_with("MATERIALIZED")
