"""Who makes a hromada's row of the matrix what it is: who serves it, and who is near and does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from mapapp.analysis.supply import Form, OpenSupply, Supply
from mapapp.domain.coverage import IN_PERSON, CoverageState, PresenceColumn, PresenceMatrix, PresenceRow
from mapapp.domain.eligibility import judge
from mapapp.domain.errors import NotFoundError
from mapapp.domain.explanation import ServedBy, ServiceExplained
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.referral import REMOTE, ReferralQuestion, RefusalReason, candidate_of
from mapapp.domain.registry import ServicePoint

NEAREST_TOLD: Final = 3
"""So many of those who are near and do not serve the hromada are told of."""
TOLD_AFTER_END_DAYS: Final = 180
"""Who ended earlier is no longer told of; as in a referral."""

_WGS84 = Geod(ellps="WGS84")
_ABOUT_A_CLIENT = frozenset({RefusalReason.NO_VACANCY})
"""A provider without room for one more still serves the hromada."""


@dataclass(frozen=True, slots=True)
class PointsAround:
    """Which points to look at for one column: ids of those that serve, and of the nearest that do not."""

    serving: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()


def points_around(
    matrix: PresenceMatrix, hromada: Katottg, gazetteer: Gazetteer, supply: Supply, found: OpenSupply
) -> tuple[PointsAround, ...]:
    """Return which points to look at, for each column of the matrix.

    Parameters
    ----------
    matrix
        It holds the hromada's row.
    hromada
        The one to explain.
    gazetteer
        Where its centre is.
    supply, found
        What the matrix was computed from: all offerings, and those open on its day.

    Raises
    ------
    NotFoundError
        The matrix has no such hromada.

    """
    row = _row_of(matrix, hromada)
    area = supply.layout.index_of_area[hromada]
    centre = gazetteer.hromadas[hromada].centre
    serving = found.is_first & (found.basis_of(np.arange(len(found.point)), np.array(area)) > 0)
    told_from = matrix.query.day.toordinal() - TOLD_AFTER_END_DAYS
    is_told = supply.points["valid_to"][supply.offerings["point"]] >= told_from
    near = is_told & np.isin(supply.offerings["form"], (Form.AT_SITE, Form.COMES))
    to_point_m = distances_m(centre, supply.points["lon"], supply.points["lat"])

    def around(column: PresenceColumn, state: CoverageState) -> PointsAround:
        if state is CoverageState.OCCUPIED:
            return PointsAround()
        asked = [number for number, slug in enumerate(supply.services) if slug in column.services]
        rows = serving & np.isin(found.service, asked)
        who = np.unique(found.point[rows])
        nobody = np.zeros(0, np.intp)
        others = np.unique(supply.offerings["point"][near & np.isin(supply.offerings["service"], asked)])
        nearest = nobody if state in IN_PERSON else others[np.argsort(to_point_m[others], kind="stable")]
        return PointsAround(
            serving=tuple(supply.point_ids[point] for point in who.tolist()),
            nearest=tuple(supply.point_ids[point] for point in nearest[:NEAREST_TOLD].tolist()),
        )

    return tuple(around(column, state) for column, state in zip(matrix.columns, row.states, strict=True))


def explain_services(
    matrix: PresenceMatrix,
    hromada: Katottg,
    gazetteer: Gazetteer,
    around: Iterable[PointsAround],
    points: Mapping[str, ServicePoint],
) -> tuple[ServiceExplained, ...]:
    """Return the columns of the matrix for one hromada, explained.

    Parameters
    ----------
    matrix, hromada, gazetteer
        As in `points_around`.
    around
        What that returned.
    points
        The points it names, by id, as the registry had them.

    """
    row = _row_of(matrix, hromada)
    question = ReferralQuestion("", gazetteer.hromadas[hromada].centre, hromada, matrix.query.day)
    return tuple(
        _explained(column, state, looked_at, _Judging(question, gazetteer, points))
        for column, state, looked_at in zip(matrix.columns, row.states, around, strict=True)
    )


def distances_m(origin: LonLat, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return geodesic metres (WGS 84) to each place, NaN to one without coordinates."""
    lons, lats = np.full(len(lon), origin.lon), np.full(len(lon), origin.lat)
    metres: NDArray[np.float64] = _WGS84.inv(lons, lats, lon, lat)[2]
    return metres


def _explained(
    column: PresenceColumn, state: CoverageState, around: PointsAround, judging: _Judging
) -> ServiceExplained:
    serving = (it for it in judging.judged(column, around.serving) if not it.refusals)
    # Who works only from afar is as near to everybody: to be near and not serve says nothing of it.
    refused = (it for it in judging.judged(column, around.nearest) if it.refusals and not it.is_remote)
    return ServiceExplained(
        services=column.services,
        basic_point=column.basic_point,
        state=state,
        serving=tuple(sorted(serving, key=_in_order)),
        not_serving=tuple(sorted(refused, key=_in_order)),
    )


def _in_order(it: ServedBy) -> tuple[bool, bool, float, str, str]:
    return it.is_remote, it.is_confidential, it.distance_m or 0.0, it.point_id, it.service


@dataclass(frozen=True, slots=True)
class _Judging:
    """The points of a registry, judged for a hromada on a day."""

    question: ReferralQuestion
    gazetteer: Gazetteer
    points: Mapping[str, ServicePoint]

    def judged(self, column: PresenceColumn, point_ids: Iterable[str]) -> Iterator[ServedBy]:
        """Yield each offering of the column's services at the points."""
        for point in map(self.points.__getitem__, point_ids):
            for ordinal, offering in enumerate(point.offerings):
                if offering.service in column.services:
                    yield self._judged(point, ordinal)

    def _judged(self, point: ServicePoint, ordinal: int) -> ServedBy:
        offering = point.offerings[ordinal]
        candidate = candidate_of(point, ordinal, self.question.day)
        # Only how long a count of free places holds depends on the days, and that is left out here.
        verdict = judge(candidate, self.question, self.gazetteer, refresh_days=1)
        is_confidential = point.is_confidential
        return ServedBy(
            point_id=point.id,
            name=point.name,
            service=offering.service,
            hromada=None if is_confidential else point.hromada,
            is_confidential=is_confidential,
            is_remote=offering.places <= REMOTE,
            basis=verdict.basis,
            distance_m=None if is_confidential else _to(point.point, self.question.origin),
            capacity=offering.capacity,
            refusals=tuple(it for it in verdict.refusals if it.reason not in _ABOUT_A_CLIENT),
            is_demo=point.is_demo,
        )


def _to(place: LonLat | None, origin: LonLat) -> float | None:
    if place is None:
        return None
    # Rounded as the stores round.
    return round(float(distances_m(origin, np.array([place.lon]), np.array([place.lat]))[0]), 8)


def _row_of(matrix: PresenceMatrix, hromada: Katottg) -> PresenceRow:
    for row in matrix.rows:
        if row.hromada == hromada:
            return row
    raise NotFoundError("There is no hromada with the code {code}", code=hromada)
