"""The page behind a slip's code: what the registry says today, without scripts, for a phone and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from mapapp.domain.slip import Slip
from mapapp.presentation.facts import Telling, phone_link
from mapapp.presentation.map_assets import map_assets
from mapapp.presentation.messages import LANGUAGES, Translator, translator
from mapapp.presentation.slip_making import slip_path
from mapapp.presentation.slip_sheet import slip_sheet

_STYLES = ("palette.css", "slip.css")


def render_slip(slip: Slip, telling: Telling, *, map_svg: str | None) -> str:
    """Return the page; every text in it passes through the template's escaping."""
    t = telling.t
    sheet = slip_sheet(slip, telling, slip_path(slip, t.language))
    return (
        _environment()
        .get_template("slip.html")
        .render(
            t=t,
            sheet=sheet,
            phones=[phone_link(phone.written, phone.e164) for phone in sheet.phones],
            # Our own drawing: `slip_map` escapes the names in it.
            map_svg=Markup(map_svg) if map_svg else "",  # noqa: S704 - see the line above
            pdf_url=slip_path(slip, t.language, ".pdf"),
            text_url=slip_path(slip, t.language, ".txt"),
            other_languages=_other_languages(slip, t),
            style_urls=_style_urls(),
        )
    )


def render_no_slip(sentence: str, t: Translator) -> str:
    """Return the page for an address no slip is at: one sentence and a way on."""
    return (
        _environment().get_template("no_slip.html").render(t=t, sentence=sentence, style_urls=_style_urls())
    )


def _other_languages(slip: Slip, t: Translator) -> Sequence[tuple[str, str, str]]:
    """Return code, own name and address of the page in each other language."""
    return [
        (language, translator(language).language_name(language), slip_path(slip, language))
        for language in LANGUAGES
        if language != t.language
    ]


def _style_urls() -> list[str]:
    return [map_assets().url(path) for path in _STYLES]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("mapapp.presentation"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
