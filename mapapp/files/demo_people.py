"""The demonstration table of people: invented numbers that come with the demonstration registry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from io import BytesIO
from typing import Final

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.people import PeopleFigure, PeopleKind, PeopleTable, Subject
from mapapp.domain.services import Service
from mapapp.files.people_table import read_people_table

DEMO_NEEDS: Final = "demo-needs"
_FILE = "demo_people.csv"


def read_demo_people(
    gazetteer: Gazetteer, services: Mapping[str, Service]
) -> tuple[PeopleTable, tuple[PeopleFigure, ...]]:
    """Return the table and its figures for those of its hromadas that the gazetteer has."""
    text = files("mapapp.files").joinpath("reference", _FILE).read_text(encoding="utf-8")
    header, *rows = text.splitlines(keepends=True)
    known = [row for row in rows if row.partition(",")[0] in gazetteer.hromadas]
    if not known:
        return _table(()), ()
    source = BytesIO("".join((header, *known)).encode())
    read = read_people_table(source, _FILE, PeopleKind.NEEDS, gazetteer, services)
    return _table(read.subjects), read.figures


def _table(subjects: tuple[Subject, ...]) -> PeopleTable:
    return PeopleTable(
        id=DEMO_NEEDS,
        title="Демонстраційні потреби: вигадані числа (demonstration)",
        kind=PeopleKind.NEEDS,
        as_of=date(2026, 1, 1),
        source="Вигадано для демонстрації mapapp (invented: scripts/make_demo_people.py)",
        subjects=subjects,
    )
