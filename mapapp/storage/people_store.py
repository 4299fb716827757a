"""Tables of people: how they are kept and replaced, and who is told which number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, case, delete, func, insert, literal, select

from mapapp.domain.access import Access
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import (
    BASE_POPULATION,
    Figures,
    PeopleFigure,
    PeopleKind,
    PeopleTable,
    Subject,
    parse_subject,
)
from mapapp.domain.people_disclosure import disclosed_figures
from mapapp.storage.bulk import insert_values
from mapapp.storage.columns import table_of
from mapapp.storage.engine import Database
from mapapp.storage.people_schema import (
    ExactPeopleFigureRow,
    ExactPeopleTableRow,
    PeopleFigureRow,
    PeopleTableRow,
)

_WRITERS_LOCK = 0x6D61_7061_7073
"""Any number nobody else uses: two editors replacing one table take turns."""
_KINDS = list(PeopleKind)
_BY_TABLE = (ExactPeopleFigureRow, ExactPeopleTableRow, PeopleFigureRow)
"""What belongs to a table, what refers to other rows first."""

_Statement = Select[*tuple[Any, ...]]


class PeopleStore:
    """The tables of people of one database; safe to share between threads.

    Readers and those above get exact figures, the public what `disclosed_figures` leaves of them; a table's
    checksum is of what its reader gets.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def tables(self) -> Sequence[PeopleTable]:
        """Return the tables by kind, the newest first, then by id."""
        with self._database.reading() as connection:
            found = [_people_table(row) for row in connection.execute(_tables(exact=self._is_exact))]
        return tuple(sorted(found, key=lambda one: (_KINDS.index(one.kind), -one.as_of.toordinal(), one.id)))

    def figures(self, table_id: str, subject: Subject) -> Figures:
        """Return the figures of one subject of one table, by hromada in code order.

        Raises
        ------
        NotFoundError
            There is no such table, or it does not count the subject.

        """
        row = PeopleFigureRow
        of_subject = (row.table_id == table_id, row.subject == subject.key)
        with self._database.reading() as connection:
            counted = connection.scalar(select(PeopleTableRow.subjects).where(PeopleTableRow.id == table_id))
            if counted is None:
                raise _no_such_table(table_id)
            if subject.key not in counted:
                raise NotFoundError(
                    "The table of people «{table}» does not count «{subject}»: it counts {counted}",
                    table=table_id,
                    subject=subject.key,
                    counted=", ".join(counted),
                )
            wanted = _figures(exact=self._is_exact).where(*of_subject).order_by(row.hromada)
            found = map(_people_figure, connection.execute(wanted))
            return MappingProxyType({figure.hromada: figure for figure in found})

    def figures_of(self, hromada: Katottg) -> Mapping[str, tuple[PeopleFigure, ...]]:
        """Return what each table says of a hromada, by table id; silent ones are left out."""
        found: defaultdict[str, list[PeopleFigure]] = defaultdict(list)
        wanted = _figures(exact=self._is_exact).where(PeopleFigureRow.hromada == hromada)
        with self._database.reading() as connection:
            for row in connection.execute(wanted.order_by(PeopleFigureRow.table_id, PeopleFigureRow.subject)):
                found[row.table_id].append(_people_figure(row))
        return MappingProxyType({table: tuple(figures) for table, figures in found.items()})

    def replace(self, table: PeopleTable, figures: Iterable[PeopleFigure]) -> PeopleTable:
        """Put a table with these exact figures in place of the one of its id, all or nothing, and return it.

        The checksum is computed; that of the argument does not matter. For editors.

        Raises
        ------
        UsageError
            The id is that of the gazetteer's own table; a hromada is not in the store; or the store was
            opened with less than an editor's rights.
        ValueError
            A figure is hidden, counts a subject the table does not name, or stands twice.

        """
        if table.id == BASE_POPULATION:
            raise UsageError(
                "«{table}» is the table that comes with mapapp: choose another id", table=table.id
            )
        exact = _checked(table, figures)
        disclosed = disclosed_figures(exact)
        kept = replace(table, checksum=_checksum(exact))
        with self._database.writing() as connection:
            if self._database.is_postgis:
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS_LOCK)))
            _remove(connection, table.id)
            connection.execute(insert(PeopleTableRow), _table_values(table, _checksum(disclosed)))
            connection.execute(insert(ExactPeopleTableRow), {"table_id": table.id, "checksum": kept.checksum})
            insert_values(
                connection, table_of(PeopleFigureRow), [_values(table.id, figure) for figure in disclosed]
            )
            insert_values(
                connection,
                table_of(ExactPeopleFigureRow),
                [
                    _exact_values(table.id, figure)
                    for figure, told in zip(exact, disclosed, strict=True)
                    if figure != told
                ],
            )
        return kept

    def remove(self, table_id: str) -> None:
        """Remove a table for good; NotFoundError where there is none. For editors."""
        with self._database.writing() as connection:
            if not _remove(connection, table_id):
                raise _no_such_table(table_id)

    @property
    def _is_exact(self) -> bool:
        return self._database.access >= Access.READER


def _no_such_table(table_id: str) -> NotFoundError:
    return NotFoundError("There is no table of people «{table}»", table=table_id)


# What is asked


def _tables(*, exact: bool) -> _Statement:
    row, exactly = PeopleTableRow, ExactPeopleTableRow
    said = [row.id, row.title, row.kind, row.as_of, row.source, row.subjects]
    if not exact:
        return select(*said, row.checksum)
    return select(*said, exactly.checksum).join(exactly, exactly.table_id == row.id)


def _people_table(row: Any) -> PeopleTable:
    return PeopleTable(
        id=row.id,
        title=row.title,
        kind=row.kind,
        as_of=row.as_of,
        source=row.source,
        subjects=tuple(map(parse_subject, row.subjects)),
        checksum=row.checksum,
    )


def _figures(*, exact: bool) -> _Statement:
    row, exactly = PeopleFigureRow, ExactPeopleFigureRow
    which = (row.table_id, row.hromada, row.subject)
    if not exact:
        return select(*which, row.persons, row.recipients, row.persons_hidden, row.recipients_hidden)
    is_apart = exactly.hromada.is_not(None)
    same_figure = (
        (exactly.table_id == row.table_id)
        & (exactly.subject == row.subject)
        & (exactly.hromada == row.hromada)
    )
    return select(
        *which,
        case((is_apart, exactly.persons), else_=row.persons).label("persons"),
        case((is_apart, exactly.recipients), else_=row.recipients).label("recipients"),
        literal(value=False).label("persons_hidden"),
        literal(value=False).label("recipients_hidden"),
    ).outerjoin(exactly, same_figure)


def _people_figure(row: Any) -> PeopleFigure:
    return PeopleFigure(
        Katottg(row.hromada),
        parse_subject(row.subject),
        row.persons,
        row.recipients,
        persons_hidden=row.persons_hidden,
        recipients_hidden=row.recipients_hidden,
    )


# What is written


def _remove(connection: Connection, table_id: str) -> bool:
    for row in _BY_TABLE:
        connection.execute(delete(row).where(row.table_id == table_id))
    removed = connection.execute(delete(PeopleTableRow).where(PeopleTableRow.id == table_id)).rowcount
    return removed > 0


def _checked(table: PeopleTable, figures: Iterable[PeopleFigure]) -> list[PeopleFigure]:
    """Return the figures in the order in which they are kept."""
    counted = set(table.subjects)
    known: dict[tuple[str, Katottg], PeopleFigure] = {}
    for figure in figures:
        if figure.persons_hidden or figure.recipients_hidden:
            raise ValueError(f"the figure of {figure.hromada} is hidden: exact ones are kept")
        if figure.subject not in counted:
            raise ValueError(f"the table does not count «{figure.subject.key}»")
        if known.setdefault((figure.subject.key, figure.hromada), figure) is not figure:
            raise ValueError(f"{figure.hromada} has two figures of «{figure.subject.key}»")
    return [known[key] for key in sorted(known)]


def _checksum(figures: Iterable[PeopleFigure]) -> str:
    """Return the SHA-256 of the figures, each a line."""
    digest = sha256()
    for figure in figures:
        persons = "hidden" if figure.persons_hidden else figure.persons
        recipients = "hidden" if figure.recipients_hidden else figure.recipients
        digest.update(f"{figure.subject.key} {figure.hromada} {persons} {recipients}\n".encode())
    return digest.hexdigest()


def _table_values(table: PeopleTable, checksum: str) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": table.title,
        "kind": table.kind,
        "as_of": table.as_of,
        "source": table.source,
        "subjects": tuple(subject.key for subject in table.subjects),
        "checksum": checksum,
    }


def _values(table_id: str, figure: PeopleFigure) -> dict[str, Any]:
    return _exact_values(table_id, figure) | {
        "persons_hidden": figure.persons_hidden,
        "recipients_hidden": figure.recipients_hidden,
    }


def _exact_values(table_id: str, figure: PeopleFigure) -> dict[str, Any]:
    return {
        "table_id": table_id,
        "subject": figure.subject.key,
        "hromada": str(figure.hromada),
        "persons": figure.persons,
        "recipients": figure.recipients,
    }
