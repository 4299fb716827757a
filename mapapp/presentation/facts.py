"""The small pieces every card is made of: terms with their values, marks, telephone and other links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup

from mapapp.domain.clock import KYIV
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.services import Service
from mapapp.presentation.escaping import escape
from mapapp.presentation.messages import Translator

NOTHING: Final = Markup()

_DIALLED: Final = frozenset("+0123456789")


@dataclass(frozen=True, slots=True)
class Telling:
    """In which language, with which names of units and services, and as of which moment something is told."""

    t: Translator
    gazetteer: Gazetteer
    services: Mapping[str, Service]
    now: datetime

    @property
    def today(self) -> date:
        """The day on a calendar in Kyiv."""
        return self.now.astimezone(KYIV).date()


def joined(parts: Iterable[Markup]) -> Markup:
    """Return the pieces one after another."""
    return NOTHING.join(parts)


def facts(*pairs: tuple[str, object]) -> Markup:
    """Return the facts that are known as terms and definitions; an empty value is left out."""
    return joined(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(escape(term), escape(value))
        for term, value in pairs
        if value
    )


def lines(values: Iterable[object]) -> Markup:
    """Return each value on a line of its own."""
    return Markup("<br>").join(escape(value) for value in values)


def section(title: str, *content: Markup) -> Markup:
    """Return a part of a record under its heading."""
    return Markup("<section><h3>{}</h3>{}</section>").format(escape(title), joined(content))


def unknown(t: Translator) -> Markup:
    """Say that something is not known: never as «no» and never as nothing."""
    return Markup('<span class="unknown">{}</span>').format(t("unknown"))


def known(t: Translator, value: object) -> object:
    """Return the value, or that it is unknown where it is None or empty."""
    return unknown(t) if value is None or value == "" else value


def answer(t: Translator, *, is_so: bool | None) -> Markup:
    """Say yes, no or unknown: by a sign, a word and a colour."""
    if is_so is None:
        sign, word, name = "?", t("unknown"), "unknown"
    else:
        sign, word, name = ("✓", t("yes"), "yes") if is_so else ("✕", t("no"), "no")
    return Markup('<span class="answer-{}"><span aria-hidden="true">{}</span> {}</span>').format(
        name, sign, word
    )


def badge(kind: str, sign: str, text: str) -> Markup:
    """Return a mark: `kind` is good, warning, bad or neutral and only colours what sign and words say."""
    return Markup('<span class="badge badge-{}"><span aria-hidden="true">{}</span> {}</span>').format(
        kind, sign, escape(text)
    )


def demo_marked(t: Translator, name: str, *, is_demo: bool) -> Markup:
    """Return the name, with a mark if it is of a demonstration record and does not say so itself."""
    if not is_demo or t("demo") in name:
        return escape(name)
    return Markup('{} <span class="demo-mark">{}</span>').format(escape(name), t("demo"))


def phone_link(written: str, e164: str | None = None) -> Markup:
    """Return a telephone number as written, dialled by a touch."""
    dialled = e164 or "".join(sign for sign in written if sign in _DIALLED)
    return Markup('<a href="tel:{}">{}</a>').format(dialled, escape(written))


def email_link(address: str) -> Markup:
    """Return an address that a touch writes to."""
    return Markup('<a href="mailto:{0}">{0}</a>').format(escape(address))


def website_link(address: str) -> Markup:
    """Return a link to a page of the web; an address of any other scheme is shown and leads nowhere."""
    try:
        is_web = urlsplit(address).scheme in {"http", "https"}
    except ValueError:
        is_web = False
    if not is_web:
        return escape(address)
    return Markup('<a href="{0}" rel="noopener nofollow">{0}</a>').format(escape(address))
