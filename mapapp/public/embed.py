"""The page a partner's site shows in an iframe: read-only, without login, session or cookie."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from mapapp.domain.errors import StoreUnavailableError, UsageError
from mapapp.domain.questions import Atlas
from mapapp.presentation.embed_page import EmbedQuestion, render_embed, render_refusal
from mapapp.presentation.map_scene import MapScene
from mapapp.public.map_api import this_minute
from mapapp.public.parameters import read_area, read_day, read_language, read_service, read_switch
from mapapp.public.responses import BRIEF, NEVER, Encoded, Endpoint, language_of

_HTML = "text/html; charset=utf-8"
_REMEMBERED_PAGES = 64


def embed_endpoint(atlas: Atlas, scene: MapScene) -> Endpoint:
    """Return the endpoint of `/embed?service=…&area=…&lang=uk|en&points=0|1`."""

    @lru_cache(maxsize=_REMEMBERED_PAGES)
    def rendered(question: EmbedQuestion, _minute: int) -> Encoded:
        return Encoded.of(render_embed(question, atlas, scene).encode(), _HTML)

    def endpoint(request: Request) -> Response:
        try:
            return rendered(_question(request, atlas), this_minute()).answer(request, BRIEF)
        except UsageError as error:
            t = language_of(request)
            # To whoever pasted the address into a page, an unknown code is as wrong as a malformed one.
            status = 503 if isinstance(error, StoreUnavailableError) else 400
            page = render_refusal(t.error(error), t)
            return HTMLResponse(page, status_code=status, headers={"Cache-Control": NEVER})

    return endpoint


def _question(request: Request, atlas: Atlas) -> EmbedQuestion:
    asked = request.query_params
    return EmbedQuestion(
        day=read_day(""),
        service=read_service(atlas, asked.get("service", "")),
        area=read_area(atlas, asked.get("area", "")),
        language=read_language(asked.get("lang", "")),
        with_points=read_switch("points", asked.get("points", "")),
    )
