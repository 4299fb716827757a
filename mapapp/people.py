"""Tables of people, from a file into the store: read whole, compared with those there are, then replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mapapp.analysis.people_agreement import Disagreement, disagreements
from mapapp.domain.errors import UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.people import (
    BASE_POPULATION,
    EVERYONE_THERE,
    Figures,
    PeopleFigure,
    PeopleKind,
    PeopleTable,
    Subject,
)
from mapapp.domain.services import checked_slug
from mapapp.files.people_table import ReadPeople, read_people_table
from mapapp.storage.store import Store

USUAL_SHARE = 0.2
"""Tables that differ by no more than a fifth are said to agree."""


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """A file of people and what a person says of it: the table's id, title, kind, day and source."""

    file: Path
    id: str
    title: str
    kind: PeopleKind
    as_of: date
    source: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class PeopleImport:
    """What an import brings: the table, what its file says, and where it disagrees with other tables."""

    table: PeopleTable
    read: ReadPeople
    disagreements: tuple[Disagreement, ...]
    replaces: PeopleTable | None


def plan_people_import(store: Store, about: PeopleFile, more_than_share: float = USUAL_SHARE) -> PeopleImport:
    """Return what importing the file would bring, and write nothing.

    Raises
    ------
    UsageError
        What is said of the table makes none, or the file cannot be read.
    InvalidInputError
        The file has faults; every one is listed with its row and column.

    """
    gazetteer = store.gazetteer()
    _check(about)
    read = read_people_table(
        about.file, about.file.name, about.kind, gazetteer, store.services(), sheet=about.sheet
    )
    table = PeopleTable(
        about.id, about.title.strip(), about.kind, about.as_of, about.source.strip(), read.subjects
    )
    known = {one.id: one for one in store.people.tables()}
    found = _disagreements(store, gazetteer, table, read.figures, more_than_share)
    return PeopleImport(table, read, tuple(found), known.get(table.id))


def write_people_import(store: Store, planned: PeopleImport) -> PeopleTable:
    """Put the table into the store, in place of the one of its id, and return it with its checksum."""
    return store.people.replace(planned.table, planned.read.figures)


def _check(about: PeopleFile) -> None:
    try:
        checked_slug(about.id)
    except ValueError:
        raise UsageError(
            "«{id}» cannot be an id: write lower-case Latin words joined by hyphens, such as needs-2026",
            id=about.id,
        ) from None
    if about.id == BASE_POPULATION:
        raise UsageError("«{table}» is the table that comes with mapapp: choose another id", table=about.id)
    if not about.title.strip() or not about.source.strip():
        raise UsageError(
            "A table of people needs a title and a source: who counted, and where it is published"
        )


def _disagreements(
    store: Store,
    gazetteer: Gazetteer,
    table: PeopleTable,
    figures: Sequence[PeopleFigure],
    more_than_share: float,
) -> Iterator[Disagreement]:
    by_subject: defaultdict[Subject, list[PeopleFigure]] = defaultdict(list)
    for figure in figures:
        by_subject[figure.subject].append(figure)
    for other in store.people.tables():
        if other.kind is table.kind:
            for subject in set(other.subjects) & set(table.subjects):
                others = store.people.figures(other.id, subject)
                yield from disagreements(by_subject[subject], other.id, others, more_than_share)
    if table.kind is PeopleKind.POPULATION and EVERYONE_THERE in table.subjects:
        others = base_population(gazetteer)
        yield from disagreements(by_subject[EVERYONE_THERE], BASE_POPULATION, others, more_than_share)


def base_population(gazetteer: Gazetteer) -> Figures:
    """Return the gazetteer's own population of each hromada that has one."""
    return {
        code: PeopleFigure(code, EVERYONE_THERE, hromada.population.persons)
        for code, hromada in gazetteer.hromadas.items()
        if hromada.population is not None
    }
