"""What stands behind a slip's code: a page, a PDF and a text, made anew from the registry each time.

The address holds no free text and nothing is stored, so an answer tells only what the registry does. Still a
search engine or a cache has no business with who was referred where.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from threading import BoundedSemaphore
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mapapp.domain.clock import KYIV, today_in_kyiv
from mapapp.domain.errors import NotFoundError, StoreUnavailableError, UsageError
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.questions import Atlas
from mapapp.domain.slip import Slip, check_code
from mapapp.domain.travel import TravelMode
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import translator
from mapapp.presentation.slip_making import make_slip, slip_path
from mapapp.presentation.slip_map import slip_map
from mapapp.presentation.slip_page import render_no_slip, render_slip
from mapapp.presentation.slip_pdf import slip_pdf
from mapapp.presentation.slip_text import slip_text
from mapapp.public.parameters import read_day, read_language
from mapapp.public.responses import NEVER, Endpoint, language_of, status_of

_LOG: Final = logging.getLogger(__name__)
_PRIVATE: Final = {
    "Cache-Control": NEVER,
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_PDFS_AT_ONCE: Final = 2
"""Each keeps a core busy; the others wait, so that the pages stay quick."""
_WAIT_S: Final = 10.0
_LONGEST_ORDINAL: Final = 3
_SHOWN_CHARACTERS: Final = 40


def slip_routes(atlas: Atlas) -> list[Route]:
    """Return the routes of `/slip/{code}?point=…&service=…&day=…&offering=…&from=…&mode=…&lang=…`.

    With `.pdf` or `.txt` after the code it is a file to keep. Only `point` and `service` are required; `from`
    is the KATOTTG code of the client's settlement.
    """
    pdfs = BoundedSemaphore(_PDFS_AT_ONCE)

    def page(request: Request) -> Response:
        slip, telling = _slip(request, atlas), _telling(request, atlas)
        return HTMLResponse(
            render_slip(slip, telling, map_svg=slip_map(atlas, slip, telling)), headers=_PRIVATE
        )

    def pdf(request: Request) -> Response:
        slip, telling = _slip(request, atlas), _telling(request, atlas)
        map_svg, link = slip_map(atlas, slip, telling), _link(request, slip)
        if not pdfs.acquire(timeout=_WAIT_S):
            raise StoreUnavailableError("Too many slips are being printed now: try again in a minute")
        try:
            content = slip_pdf(slip, telling, link=link, map_svg=map_svg)
        finally:
            pdfs.release()
        return _file(content, slip, "application/pdf", ".pdf")

    def text(request: Request) -> Response:
        slip = _slip(request, atlas)
        content = slip_text(slip, _telling(request, atlas), _link(request, slip)).encode()
        return _file(content, slip, "text/plain; charset=utf-8", ".txt")

    return [
        Route("/slip/{code}.pdf", _in_a_page(pdf)),
        Route("/slip/{code}.txt", _in_a_page(text)),
        Route("/slip/{code}", _in_a_page(page)),
        Route("/slip/{rest:path}", _in_a_page(_nothing)),
    ]


def _slip(request: Request, atlas: Atlas) -> Slip:
    code, asked = check_code(request.path_params["code"]), request.query_params
    for name in ("point", "service"):
        if not asked.get(name):
            raise UsageError("The address of this slip is cut short: «{name}» is missing in it", name=name)
    return make_slip(
        atlas,
        asked["point"][: _SHOWN_CHARACTERS * 2],
        asked["service"][: _SHOWN_CHARACTERS * 2],
        code=code,
        day=_day_of_issue(asked.get("day", "")),
        ordinal=_ordinal(asked.get("offering", "")),
        from_place=_settlement(asked.get("from", "")),
        mode=_mode(asked.get("mode", "")),
        today=today_in_kyiv(),
    )


def _telling(request: Request, atlas: Atlas) -> Telling:
    t = translator(read_language(request.query_params.get("lang", "")))
    return Telling(t, atlas.gazetteer, atlas.services, datetime.now(KYIV))


def _day_of_issue(text: str) -> date:
    day = read_day(text)
    if day > today_in_kyiv():
        raise UsageError("No slip was issued on {day}: that day is yet to come", day=day)
    return day


def _ordinal(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ORDINAL):
        raise UsageError(
            "The parameter offering is a whole number, not «{value}»", value=text[:_SHOWN_CHARACTERS]
        )
    return int(text)


def _settlement(text: str) -> Katottg | None:
    if not text:
        return None
    code = parse_katottg(text)
    if code is None:
        raise UsageError(
            "«{area}» is not a KATOTTG code: expected UA and 17 digits", area=text[:_SHOWN_CHARACTERS]
        )
    return code


def _mode(text: str) -> TravelMode:
    try:
        return TravelMode(text or TravelMode.CAR)
    except ValueError:
        raise UsageError(
            "«{mode}» is no way to travel we know: choose car or foot", mode=text[:_SHOWN_CHARACTERS]
        ) from None


def _link(request: Request, slip: Slip) -> str:
    """Return where the slip's page is, at the address the visitor used."""
    path = slip_path(slip, request.query_params.get("lang", "") or "uk")
    return f"{str(request.base_url).rstrip('/')}{path}"


def _file(content: bytes, slip: Slip, media_type: str, suffix: str) -> Response:
    # The code has nothing but letters, digits and dashes, so it needs no quoting.
    name = f"slip-{slip.code}{suffix}"
    headers = {**_PRIVATE, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _nothing(_request: Request) -> Response:
    raise NotFoundError("There is nothing at this address.")


def _in_a_page(endpoint: Endpoint) -> Callable[[Request], Response]:
    """Wrap an endpoint so that whatever goes wrong is answered by a page with a sentence."""

    @wraps(endpoint)
    def answer(request: Request) -> Response:
        t = language_of(request)
        try:
            return endpoint(request)
        except UsageError as error:
            sentence, status = t.error(error), status_of(error)
        except Exception:  # noqa: BLE001 - whatever it is, the visitor gets a sentence
            # The log learns neither the code nor the point: only what failed.
            _LOG.exception("a slip could not be made")
            sentence, status = t("Something went wrong on the server; it has been logged."), 500
        return HTMLResponse(render_no_slip(sentence, t), status_code=status, headers=_PRIVATE)

    return answer
