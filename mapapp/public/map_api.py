"""The map as data: which state each hromada is in, and which points are drawn; JSON, cached for a minute."""

from __future__ import annotations

import json
import time
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from mapapp.domain.errors import UsageError
from mapapp.domain.questions import Atlas, CoverageQuery, PointsQuery
from mapapp.presentation.map_scene import (
    NOT_ASKED,
    POINT_FIELDS,
    POINT_KINDS,
    STATE_DIGITS,
    MapScene,
    point_row,
)
from mapapp.public.parameters import read_area, read_day, read_service
from mapapp.public.responses import BRIEF, JSON, Encoded, Endpoint, in_sentences

_REMEMBERED_ANSWERS = 32


def this_minute() -> int:
    """Return a number that changes once a minute: as a cache key it gives answers a lifetime."""
    return int(time.monotonic() // 60)


def coverage_endpoint(atlas: Atlas, scene: MapScene) -> Endpoint:
    """Return the endpoint of `/api/map/coverage?service=…&day=…&area=…`."""

    @lru_cache(maxsize=_REMEMBERED_ANSWERS)
    def answered(query: CoverageQuery, _minute: int) -> Encoded:
        coverage = atlas.coverage(query)
        return _json(
            {
                "service": query.service,
                "day": query.day.isoformat(),
                "area": query.area,
                "legend": {digit: state for state, digit in STATE_DIGITS.items()} | {NOT_ASKED: "not_asked"},
                "counts": {state: coverage.count(state) for state in STATE_DIGITS},
                "areas": f"/geo/units-uk-{scene.units('uk').content_hash}.json",
                "states": scene.digits(coverage),
            }
        )

    @in_sentences
    def endpoint(request: Request) -> Response:
        asked = request.query_params
        service = read_service(atlas, asked.get("service", ""))
        if service is None:
            raise UsageError("Name a service: /api/map/coverage?service=…")
        query = CoverageQuery(
            service, read_day(asked.get("day", "")), read_area(atlas, asked.get("area", ""))
        )
        return answered(query, this_minute()).answer(request, BRIEF)

    return endpoint


def points_endpoint(atlas: Atlas) -> Endpoint:
    """Return the endpoint of `/api/map/points?service=…&area=…&day=…`; it holds public places only."""

    @lru_cache(maxsize=_REMEMBERED_ANSWERS)
    def answered(query: PointsQuery, _minute: int) -> Encoded:
        return _json(
            {
                "service": query.service,
                "day": query.day.isoformat(),
                "area": query.area,
                "kinds": list(POINT_KINDS),
                "fields": list(POINT_FIELDS),
                "rows": [point_row(point) for point in atlas.points(query)],
            }
        )

    @in_sentences
    def endpoint(request: Request) -> Response:
        asked = request.query_params
        query = PointsQuery(
            day=read_day(asked.get("day", "")),
            service=read_service(atlas, asked.get("service", "")),
            area=read_area(atlas, asked.get("area", "")),
        )
        return answered(query, this_minute()).answer(request, BRIEF)

    return endpoint


def _json(value: object) -> Encoded:
    return Encoded.of(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), JSON)
