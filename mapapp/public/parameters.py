"""What a public address asks: each query parameter read and checked; unknown ones are ignored."""

from __future__ import annotations

from datetime import date

from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.questions import Atlas
from mapapp.presentation.messages import LANGUAGES

_SHOWN_CHARACTERS = 40


def read_service(atlas: Atlas, text: str) -> str | None:
    """Return the slug of a service, None for an empty text; raise NotFoundError for an unknown one."""
    if not text:
        return None
    if text not in atlas.services:
        raise NotFoundError("There is no service «{service}» in the classifier", service=_shortened(text))
    return text


def read_area(atlas: Atlas, text: str) -> Katottg | None:
    """Return the code of an oblast, raion or hromada, None for an empty text."""
    if not text:
        return None
    code = parse_katottg(text)
    if code is None:
        raise UsageError("«{area}» is not a KATOTTG code: expected UA and 17 digits", area=_shortened(text))
    gazetteer = atlas.gazetteer
    if not any(code in units for units in (gazetteer.oblasts, gazetteer.raions, gazetteer.hromadas)):
        raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=code)
    return code


def read_day(text: str) -> date:
    """Return the day written as 2026-01-31; an empty text is today in Kyiv."""
    if not text:
        return today_in_kyiv()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("«{day}» is not a day: write it as 2026-01-31", day=_shortened(text)) from None


def read_language(text: str) -> str:
    """Return the language; an empty text is Ukrainian."""
    if text and text not in LANGUAGES:
        raise UsageError("«{lang}» is not a language we have: choose uk or en", lang=_shortened(text))
    return text or LANGUAGES[0]


def read_switch(name: str, text: str) -> bool:
    """Return whether a 0-or-1 parameter is on; an empty text is on."""
    if text not in {"", "0", "1"}:
        raise UsageError("The parameter {name} is 0 or 1, not «{value}»", name=name, value=_shortened(text))
    return text != "0"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
