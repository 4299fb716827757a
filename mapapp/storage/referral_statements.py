"""What is asked of the database for a referral: who serves, who stands apart, who else is around."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    String,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from mapapp.storage.dialect import json_lists
from mapapp.storage.schema import (
    STANDS_APART,
    CatchmentAreaRow,
    MobileStopRow,
    OfferingRow,
    OrganisationRow,
    ServicePointRow,
)
from mapapp.storage.statements import (
    DAY,
    DISTANCE_M,
    IS_PUBLIC,
    LIMIT,
    OFFERED_ON_DAY,
    SERVICE,
    SPARE,
    SURE_SHARE,
    Statement,
    in_sphere_order,
    materialized,
    nearest_found,
    surely_nearest,
)

WIDER = ("wider_1", "wider_2", "wider_3")
"""Parameters: a hromada lies in a raion, an oblast and the nation."""
LOCAL, VISITING, REMOTE, CONFIDENTIAL, AROUND = range(5)
"""Values of the column `part`: which of the lists a row belongs to."""

_HROMADA = bindparam("hromada", type_=String)
_WIDER = [bindparam(name, type_=String) for name in WIDER]
_GROUPS = bindparam("groups", type_=Integer)
_AGE = bindparam("age", type_=Integer)
_ENDED_FROM = bindparam("ended_from", type_=Date)

_IN_PERSON = and_(IS_PUBLIC, ~OfferingRow.is_remote)
_TAKES_CLIENT = (
    or_(_GROUPS == 0, OfferingRow.target_groups.bitwise_and(_GROUPS) != 0),
    func.coalesce(OfferingRow.age_from <= _AGE, true(), type_=Boolean),
    func.coalesce(OfferingRow.age_to >= _AGE, true(), type_=Boolean),
)


@cache
def candidates(*, serving: bool, with_around: bool, on_postgis: bool) -> Statement:
    """Build the search for the offerings that may take a client: one statement, one state of the registry.

    Parameters: service, day, lon, lat, groups (with that of everyone; 0 for all), age, limit; hromada and
    `WIDER` where `serving`, else catchments do not matter; and ended_from where `with_around`, which also
    has those that ended on it or later.
    """
    suits = [*OFFERED_ON_DAY, *_TAKES_CLIENT]
    if not serving:
        local = nearest_found("local", *suits, _IN_PERSON, on_postgis=on_postgis)
    elif on_postgis:
        by_hromada, by_wider = _catchments("by_hromada", [_HROMADA]), _catchments("by_wider", _WIDER)
        reaching = union_all(select(by_hromada.c.catchment), select(by_wider.c.catchment))
        local = _nearest_serving(suits, by_hromada, by_wider)
        suits = [*suits, OfferingRow.catchment.in_(reaching)]
    else:
        by_any = _catchments("by_any", [_HROMADA, *_WIDER])
        suits = [*suits, OfferingRow.catchment.in_(select(by_any.c.catchment))]
        local = materialized(_measured([*suits, _IN_PERSON]).cte("local"))
    lists = [_first_of(local, LOCAL), select(_apart(suits))]
    if with_around:
        not_long_over = (OfferingRow.service == SERVICE, OfferingRow.valid_to >= _ENDED_FROM)
        around = nearest_found("around", *not_long_over, _IN_PERSON, on_postgis=on_postgis)
        lists.append(_first_of(around, AROUND))
    return _described(union_all(*lists).cte("listed"))


def _nearest_serving(suits: Sequence[ColumnElement[bool]], by_hromada: CTE, by_wider: CTE) -> CTE:
    """Return the nearest offerings that serve the hromada, measured.

    Those of its own are few: all of them are measured. Those of a raion, an oblast or the nation may be
    thousands: of each such catchment the index yields the nearest.
    """
    suits = [*suits, _IN_PERSON]
    of_hromada = [*suits, OfferingRow.catchment.in_(select(by_hromada.c.catchment))]
    of_one: list[ColumnElement[bool]] = [
        *suits,
        type_coerce(OfferingRow.is_wide, Boolean),
        OfferingRow.catchment == by_wider.c.catchment,
    ]
    wide = in_sphere_order(of_one).correlate(by_wider).lateral("wide")
    near = materialized(
        select(by_wider.c.catchment, wide).select_from(by_wider.join(wide, true())).cte("wide_near")
    )
    known_m = (
        select((func.max(near.c.distance_m) * SURE_SHARE).label("known_m"))
        .group_by(near.c.catchment)
        .having(func.count() >= LIMIT + SPARE)
        .subquery()
    )
    # Both may have the same offering; UNION takes it once.
    measured = materialized(
        union(_measured(of_hromada), select(near.c.point, near.c.ordinal, near.c.distance_m)).cte("measured")
    )
    reaching = union_all(select(by_hromada.c.catchment), select(by_wider.c.catchment))
    serving = [*suits, OfferingRow.catchment.in_(reaching)]
    return surely_nearest("local", measured, select(func.min(known_m.c.known_m)), serving)


def _measured(conditions: Sequence[ColumnElement[bool]]) -> Statement:
    return select(OfferingRow.point, OfferingRow.ordinal, DISTANCE_M).where(*conditions)


def _catchments(name: str, areas: Sequence[BindParameter[str]]) -> CTE:
    """Return the catchments that hold one of the areas on the day."""
    row = CatchmentAreaRow
    holding = (row.area.in_(areas), row.valid_from <= DAY, row.valid_to >= DAY)
    return materialized(select(row.catchment).where(*holding).distinct().cte(name))


def _first_of(found: CTE, part: int) -> Statement:
    first = select(found).order_by(found.c.distance_m, found.c.point, found.c.ordinal).limit(LIMIT).subquery()
    return select(first, literal(part, Integer).label("part"))


def _apart(suits: Sequence[ColumnElement[bool]]) -> CTE:
    """Return those that suit and are listed apart: confidential, remote, or with stops to come."""
    return (
        select(
            OfferingRow.point,
            OfferingRow.ordinal,
            case((IS_PUBLIC, DISTANCE_M.element)).label("distance_m"),
            case((~IS_PUBLIC, CONFIDENTIAL), (OfferingRow.is_remote, REMOTE), else_=VISITING).label("part"),
        )
        .where(
            *suits,
            STANDS_APART,
            or_(~IS_PUBLIC, OfferingRow.is_remote, OfferingRow.last_stop >= DAY),
        )
        .cte("apart")
    )


def _described(listed: CTE) -> Statement:
    """Return the statement that tells of those listed all that a candidate has, lists as JSON texts.

    Few different texts are read over and over: the reader remembers what they mean.
    """
    point, offering = ServicePointRow, OfferingRow
    return (
        select(
            listed.c.part,
            listed.c.distance_m,
            point.id.label("point_id"),
            offering.ordinal,
            point.name,
            OrganisationRow.name.label("organisation_name"),
            _word(point.kind),
            _word(point.location_policy),
            point.oblast,
            point.hromada,
            point.settlement,
            point.lon,
            point.lat,
            _word(point.precision),
            point.address,
            _text(point.phones),
            _text(point.phones_e164),
            point.hours,
            _text(point.opening_hours),
            _text(point.closures),
            point.referral_note,
            _text(point.languages),
            _text(point.accessibility),
            _text(point.no_accessibility),
            point.is_suspended,
            point.suspended_until,
            point.works_without_power,
            point.has_shelter,
            point.last_confirmed,
            point.relocated_from,
            point.valid_from,
            point.valid_to,
            point.last_verified,
            point.is_demo,
            _stops().label("stops"),
            offering.service,
            _areas().label("catchment"),
            offering.target_groups,
            _text(offering.places),
            _word(offering.payment),
            offering.capacity,
            offering.vacant,
            _word(offering.capacity_unit),
            offering.capacity_as_of,
            offering.age_from,
            offering.age_to,
            _text(offering.terms),
            offering.is_emergency,
            offering.conditions,
        )
        .select_from(listed)
        .join(offering, and_(offering.point == listed.c.point, offering.ordinal == listed.c.ordinal))
        .join(point, point.id == listed.c.point)
        .join(OrganisationRow, OrganisationRow.id == point.organisation)
    )


def _stops() -> ScalarSelect[str]:
    """Return the stops of the point from the day on; nothing is looked for where there are none."""
    row = MobileStopRow
    listed = (
        select(json_lists(row.ordinal, row.settlement, row.day, row.opens, row.closes, row.place))
        .where(row.point == ServicePointRow.id, row.day >= DAY, OfferingRow.last_stop >= DAY)
        .correlate(ServicePointRow, OfferingRow)
    )
    return listed.scalar_subquery()


def _areas() -> ScalarSelect[str]:
    """Return all the areas of the catchment, whether they hold on the day or not."""
    row = CatchmentAreaRow
    areas = select(json_lists(row.area, row.basis, row.valid_from, row.valid_to))
    return areas.where(row.catchment == OfferingRow.catchment).correlate(OfferingRow).scalar_subquery()


def _word(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """Return the word of a closed vocabulary as it is kept."""
    return type_coerce(column, String).label(column.key)


def _text(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """Return a JSON value as its text."""
    return cast(column, Text).label(column.key)
