"""The reference tables: the classifier of services, which an administrator may replace, and hotlines."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.resources import files
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from mapapp.domain.errors import Fault, InvalidInputError, msgid
from mapapp.domain.services import Hotline, Service, checked_slug

_CARRIED = files("mapapp.files").joinpath("reference")
_REQUIRED = ("slug", "name_uk", "name_en")
_OPTIONAL = ("official_code", "basic_point", "is_confidential", "refresh_days", "valid_from", "valid_to")


def read_services(table: Path | None = None) -> Mapping[str, Service]:
    """Return the services by slug, in the table's order; without a table, those that come with mapapp.

    Raises
    ------
    InvalidInputError
        A column or value is wrong or a slug stands twice; every fault is listed with its line.

    """
    source = _CARRIED / "services.csv" if table is None else table
    faults: list[Fault] = []
    services: dict[str, Service] = {}
    try:
        reader = csv.DictReader(
            StringIO(source.read_text(encoding="utf-8").removeprefix("\ufeff"), newline=""), strict=True
        )
        faults += _column_faults(source.name, reader.fieldnames or ())
        for row in () if faults else reader:
            service = _service(row, source.name, reader.line_num, faults)
            if service is not None and services.setdefault(service.slug, service) is not service:
                twice = Fault("«{slug}» stands twice", {"slug": service.slug})
                faults.append(replace(twice, file=source.name, line=reader.line_num, column="slug"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        unreadable = Fault("the table cannot be read as CSV in UTF-8: {reason}", {"reason": error})
        faults.append(replace(unreadable, file=source.name))
    if faults:
        raise InvalidInputError("The table of services has faults; nothing of it was taken", faults)
    return MappingProxyType(services)


def read_hotlines() -> tuple[Hotline, ...]:
    """Return the public hotlines, national ones first."""
    with (_CARRIED / "hotlines.csv").open(encoding="utf-8") as lines:
        return tuple(Hotline(**row) for row in csv.DictReader(lines))


def _column_faults(name: str, columns: Sequence[str]) -> Iterator[Fault]:
    for column in _REQUIRED:
        if column not in columns:
            yield Fault("column «{column}» is missing", {"column": column}, name, 1)
    known = (*_REQUIRED, *_OPTIONAL)
    for column in columns:
        if column not in known:
            yield Fault(
                "there is no column «{column}» here: use {allowed}",
                {"column": column, "allowed": ", ".join(known)},
                name,
                1,
            )


_Parsed = TypeVar("_Parsed")


def _service(row: Mapping[str, str | None], name: str, line: int, faults: list[Fault]) -> Service | None:
    """Return the service of a row, None after reporting each of its values that is wrong."""
    before = len(faults)

    def read(column: str, parse: Callable[[str], _Parsed], default: _Parsed, problem: str) -> _Parsed:
        text = (row.get(column) or "").strip()
        try:
            return parse(text) if text else default
        except (ValueError, KeyError):
            faults.append(Fault(problem, {"value": text}, name, line, column))
            return default

    faults += [
        Fault("nothing is written here", {}, name, line, column)
        for column in _REQUIRED
        if not (row.get(column) or "").strip()
    ]
    not_a_day = msgid("«{value}» is not a date: write year-month-day as 2026-03-31")
    service = Service(
        slug=read(
            "slug",
            checked_slug,
            "unknown",
            msgid("«{value}» is not a slug: lower-case Latin words joined by hyphens"),
        ),
        name_uk=read("name_uk", str, "", ""),
        name_en=read("name_en", str, "", ""),
        official_code=read("official_code", str, "", "") or None,
        basic_point=read(
            "basic_point",
            _BASIC_POINTS.__getitem__,
            None,
            msgid("«{value}» is not a point of the list of basic services: 1 to 17"),
        ),
        is_confidential=read(
            "is_confidential", _FLAGS.__getitem__, False, msgid("«{value}» is neither 1 nor 0")
        ),
        valid_from=read("valid_from", date.fromisoformat, None, not_a_day),
        valid_to=read("valid_to", date.fromisoformat, None, not_a_day),
        refresh_days=read(
            "refresh_days", _days, 180, msgid("«{value}» is not a number of days, one or more")
        ),
    )
    return service if len(faults) == before else None


_FLAGS = {"1": True, "0": False}
_BASIC_POINTS: Mapping[str, int | None] = {str(point): point for point in range(1, 18)}


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise ValueError(text)
    return days
