"""The reference tables: services and the words for them, hotlines, former names of settlements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from mapapp.domain.errors import Fault, msgid
from mapapp.domain.katottg import Katottg
from mapapp.domain.services import Hotline, HotlineTopic, Service, ServiceWord, WordKind, checked_slug
from mapapp.files.reference_rows import ReferenceRow, ReferenceTable

_CARRIED = files("mapapp.files").joinpath("reference")
_UNREAD = "unread"
"""Stands for a slug that was wrong and reported, so that nothing more is said of it."""
_NOT_A_SLUG = msgid("«{value}» is not a slug: lower-case Latin words joined by hyphens")
_NOT_A_FLAG = msgid("«{value}» is neither 1 nor 0")
_NOT_A_CODE = msgid("«{value}» is not a KATOTTG code: UA and 17 digits")
_FLAGS = {"1": True, "0": False}


def read_services(table: Path | None = None) -> Mapping[str, Service]:
    """Return the services by slug, in the table's order; without a table, those that come with mapapp.

    Raises
    ------
    InvalidInputError
        A column or value is wrong or a slug stands twice; every fault is listed with its line.

    """
    rows = ReferenceTable(
        _CARRIED / "services.csv" if table is None else table,
        ("slug", "name_uk", "name_en"),
        ("official_code", "basic_point", "is_confidential", "refresh_days", "valid_from", "valid_to"),
    )
    services: dict[str, Service] = {}
    for row in rows:
        service = _service(row)
        if service.slug != _UNREAD and services.setdefault(service.slug, service) is not service:
            row.report(Fault("«{slug}» stands twice", {"slug": service.slug}), "slug")
    rows.finish(msgid("The table of services has faults; nothing of it was taken"))
    return MappingProxyType(services)


def read_service_words(
    table: Path | None = None, services: Collection[str] | None = None
) -> tuple[ServiceWord, ...]:
    """Return the phrases people use for services, in the table's order; without a table, those of mapapp.

    Parameters
    ----------
    table
        Columns `slug`, `kind` (`synonym` or `situation`), `uk`, `en` and, not required, `also`: other ways to
        say it, separated by `|`.
    services
        The slugs there are; where given, a word for any other is a fault.

    Raises
    ------
    InvalidInputError
        A column or value is wrong, or a phrase stands twice for a service; every fault with its line.

    """
    rows = ReferenceTable(
        _CARRIED / "service_words.csv" if table is None else table, ("slug", "kind", "uk", "en"), ("also",)
    )
    words: dict[tuple[str, str], ServiceWord] = {}
    for row in rows:
        word = ServiceWord(
            slug=row.read("slug", checked_slug, _UNREAD, _NOT_A_SLUG),
            kind=row.read(
                "kind",
                WordKind,
                WordKind.SYNONYM,
                msgid("«{value}» is neither «synonym» nor «situation»"),
            ),
            uk=row.values["uk"],
            en=row.values["en"],
            also=tuple(part.strip() for part in row.values["also"].split("|") if part.strip()),
        )
        if word.slug == _UNREAD or not word.uk:
            continue
        if services is not None and word.slug not in services:
            row.report(Fault("there is no service «{slug}» in the classifier", {"slug": word.slug}), "slug")
        if words.setdefault((word.slug, word.uk.casefold()), word) is not word:
            row.report(
                Fault("«{phrase}» stands twice for «{slug}»", {"phrase": word.uk, "slug": word.slug}), "uk"
            )
    rows.finish(msgid("The table of words for services has faults; nothing of it was taken"))
    return tuple(words.values())


def read_hotlines(table: Path | None = None) -> tuple[Hotline, ...]:
    """Return the public hotlines, national ones first; without a table, those that come with mapapp.

    Raises
    ------
    InvalidInputError
        A column or value is wrong; every fault is listed with its line.

    """
    rows = ReferenceTable(
        _CARRIED / "hotlines.csv" if table is None else table,
        ("number", "purpose_uk", "purpose_en", "area", "topics"),
        ("oblast", "hours", "services", "is_verified", "note"),
    )
    hotlines = [_hotline(row) for row in rows]
    rows.finish(msgid("The table of hotlines has faults; nothing of it was taken"))
    return tuple(hotlines)


def read_former_names(table: Path | None = None) -> Mapping[Katottg, Sequence[str]]:
    """Return former names of settlements that the gazetteer does not have, those given up before 2020.

    Raises
    ------
    InvalidInputError
        A column or code is wrong; every fault is listed with its line.

    """
    source = _CARRIED / "former_names.csv" if table is None else table
    rows = ReferenceTable(source, ("katottg", "former_name"), ("name",))
    names: defaultdict[Katottg, list[str]] = defaultdict(list)
    for row in rows:
        code = row.read("katottg", Katottg, None, _NOT_A_CODE)
        if code is not None:
            names[code].append(row.values["former_name"])
    rows.finish(msgid("The table of former names has faults; nothing of it was taken"))
    return MappingProxyType({code: tuple(former) for code, former in names.items()})


def _service(row: ReferenceRow) -> Service:
    """Return the service of a row, with defaults for what is wrong in it and reported."""
    not_a_day = msgid("«{value}» is not a date: write year-month-day as 2026-03-31")
    return Service(
        slug=row.read("slug", checked_slug, _UNREAD, _NOT_A_SLUG),
        name_uk=row.values["name_uk"],
        name_en=row.values["name_en"],
        official_code=row.values["official_code"] or None,
        basic_point=row.read(
            "basic_point",
            _BASIC_POINTS.__getitem__,
            None,
            msgid("«{value}» is not a point of the list of basic services: 1 to 17"),
        ),
        is_confidential=row.read("is_confidential", _FLAGS.__getitem__, default=False, problem=_NOT_A_FLAG),
        valid_from=row.read("valid_from", date.fromisoformat, None, not_a_day),
        valid_to=row.read("valid_to", date.fromisoformat, None, not_a_day),
        refresh_days=row.read(
            "refresh_days", _days, 180, msgid("«{value}» is not a number of days, one or more")
        ),
    )


def _hotline(row: ReferenceRow) -> Hotline:
    return Hotline(
        number=row.values["number"],
        purpose_uk=row.values["purpose_uk"],
        purpose_en=row.values["purpose_en"],
        area=row.values["area"],
        oblast=row.read("oblast", Katottg, None, _NOT_A_CODE),
        hours=row.values["hours"],
        topics=row.read(
            "topics",
            _topics,
            (),
            msgid("«{value}» is not a list of topics: words such as «violence children»"),
        ),
        services=row.read("services", _slugs, frozenset(), _NOT_A_SLUG),
        is_verified=row.read("is_verified", _FLAGS.__getitem__, default=True, problem=_NOT_A_FLAG),
        note=row.values["note"],
    )


_BASIC_POINTS: Mapping[str, int | None] = {str(point): point for point in range(1, 18)}


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise ValueError(text)
    return days


def _topics(text: str) -> tuple[HotlineTopic, ...]:
    return tuple(HotlineTopic(word) for word in text.split())


def _slugs(text: str) -> frozenset[str]:
    return frozenset(checked_slug(word) for word in text.split())
