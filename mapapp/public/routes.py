"""Which public address is answered by what."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from mapapp.domain.questions import Atlas
from mapapp.presentation.map_scene import MapScene
from mapapp.public.embed import embed_endpoint
from mapapp.public.files import assets_endpoint, geometry_endpoint
from mapapp.public.health import health_endpoint
from mapapp.public.map_api import coverage_endpoint, points_endpoint
from mapapp.public.responses import not_found
from mapapp.public.slip import slip_routes


def public_routes(atlas: Atlas, scene: MapScene) -> list[BaseRoute]:
    """Return the routes, in the order in which they are tried; all read-only, without cookies or sessions."""
    return [
        Route("/embed", embed_endpoint(atlas, scene)),
        *slip_routes(atlas),
        Route("/healthz", health_endpoint(atlas)),
        Route("/assets/{version}/{path:path}", assets_endpoint),
        Route("/geo/{file}", geometry_endpoint(atlas, scene)),
        Route("/api/map/coverage", coverage_endpoint(atlas, scene)),
        Route("/api/map/points", points_endpoint(atlas)),
        *(Route(f"/{prefix}/{{rest:path}}", not_found) for prefix in ("api", "assets", "geo")),
    ]
