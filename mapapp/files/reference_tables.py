"""The reference tables that come with mapapp: social services and public hotlines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType

from mapapp.domain.services import Hotline, Service


def read_services() -> Mapping[str, Service]:
    """Return the services by slug, in the classifier's order."""
    services = (
        Service(
            slug=row["slug"],
            name_uk=row["name_uk"],
            name_en=row["name_en"],
            official_code=row["official_code"] or None,
            basic_point=int(row["basic_point"]) if row["basic_point"] else None,
            is_confidential=row["is_confidential"] == "1",
        )
        for row in _rows("services.csv")
    )
    return MappingProxyType({service.slug: service for service in services})


def read_hotlines() -> tuple[Hotline, ...]:
    """Return the public hotlines, national ones first."""
    return tuple(Hotline(**row) for row in _rows("hotlines.csv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("mapapp.files").joinpath("reference", name).open(encoding="utf-8") as table:
        yield from csv.DictReader(table)
