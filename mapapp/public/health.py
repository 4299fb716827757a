"""Is the service well: what `/healthz` says to whoever watches it."""

from __future__ import annotations

import logging
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mapapp.domain.questions import Atlas
from mapapp.public.responses import NEVER, Endpoint

_LOG = logging.getLogger(__name__)


def health_endpoint(atlas: Atlas) -> Endpoint:
    """Return the endpoint of `/healthz`: counts and flags, or 503 and a sentence when the store fails."""

    def endpoint(_request: Request) -> Response:
        try:
            health = atlas.health()
        except Exception:  # noqa: BLE001 - whatever it is, the watcher gets a sentence
            # Whatever the store says may hold its address and password, so only the log gets to know it.
            _LOG.exception("the store does not answer")
            report = {
                "status": "unavailable",
                "error": "The store does not answer; see the log of the service.",
            }
            return JSONResponse(report, status_code=503, headers={"Cache-Control": NEVER})
        return JSONResponse({"status": "ok", **asdict(health)}, headers={"Cache-Control": NEVER})

    return endpoint
