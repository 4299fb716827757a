"""What a table holds, row by row, as lines of JSON that are the same from either database."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from geoalchemy2 import Geography, Geometry
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Time,
    TypeDecorator,
    bindparam,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import sort_tables_and_constraints

from mapapp.storage.bulk import insert_values
from mapapp.storage.columns import Row, TextList
from mapapp.storage.dialect import outline_from_wkb, outline_wkb

_ROWS_AT_ONCE = 2_000
_LARGE_ROWS_AT_ONCE = 10
"""Files of imports are kept in parts of megabytes, and outlines can be as large."""
_WAITING_CHARACTERS = 1_000_000
"""What a load gathers before it writes: bounds the memory whatever the rows are."""

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class TableContent:
    """How many rows a table has and the SHA-256 of them, in the order of their keys, as canonical JSON."""

    table: str
    rows: int
    checksum: str


class Digest:
    """Counts and sums the rows that pass."""

    def __init__(self, table: Table) -> None:
        self._table = table.fullname
        # PostgreSQL keeps the members of a JSON object in an order of its own.
        self._sorts = any(_is_object(column) for column in table.columns)
        self._rows = 0
        self._sum = hashlib.sha256()

    def watched(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield the lines as they are."""
        for line in lines:
            self._rows += 1
            canonical = _SORTED.encode(json.loads(line)) if self._sorts else line
            self._sum.update(canonical.encode())
            self._sum.update(b"\n")
            yield line

    def content(self) -> TableContent:
        """Return what has passed."""
        return TableContent(self._table, self._rows, self._sum.hexdigest())


@cache
def tables() -> tuple[Table, ...]:
    """Return every table of the store, those that others refer to first."""
    ordered = sort_tables_and_constraints(Row.metadata.tables.values())  # type: ignore[no-untyped-call]
    return tuple(table for table, _ in ordered if table is not None)


def count_rows(connection: Connection, table: Table) -> int:
    """Return how many rows the table has."""
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


@contextmanager
def lines_of(connection: Connection, table: Table) -> Iterator[Iterator[str]]:
    """Yield the rows, each as a JSON list of its columns, in the order of the table's key.

    Only a few are in memory at a time; the block ends the reading, however it ends.
    """
    columns = _columns(table)
    shown = [outline_wkb(column) if _is_shape(column) else column for column in columns]
    keys = list(table.primary_key) or columns
    statement = select(*shown).order_by(*(_by_bytes(connection, key) for key in keys))
    is_large = any(_is_binary(column) for column in columns)
    at_once = _LARGE_ROWS_AT_ONCE if is_large else _ROWS_AT_ONCE
    with connection.execute(statement, execution_options={"yield_per": at_once}) as rows:
        yield (_LINE.encode(list(row)) for row in rows)


def write_lines(connection: Connection, table: Table, lines: Iterable[str]) -> None:
    """Insert the rows; ValueError for a line that is no row of the table."""
    columns = _columns(table)
    parsers = [_parser(column) for column in columns]
    waiting: list[dict[str, Any]] = []
    characters = 0
    for line in lines:
        values = json.loads(line)
        if not isinstance(values, list) or len(values) != len(columns):
            raise ValueError(f"a row of {table.fullname} has {len(columns)} columns")
        waiting.append(
            {
                column.name: value if value is None or parse is None else parse(value)
                for column, parse, value in zip(columns, parsers, values, strict=True)
            }
        )
        characters += len(line)
        if characters >= _WAITING_CHARACTERS:
            _insert(connection, table, waiting)
            waiting, characters = [], 0
    _insert(connection, table, waiting)


def digested(table: Table, lines: Iterable[str]) -> TableContent:
    """Return what the lines of a table amount to."""
    digest = Digest(table)
    for _ in digest.watched(lines):
        pass
    return digest.content()


def continue_numbering(connection: Connection) -> None:
    """Let numbers given by PostgreSQL go on after the highest there is; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables():
        for key in table.primary_key:
            if not isinstance(key.type, Integer):
                continue
            sequence = connection.scalar(select(func.pg_get_serial_sequence(table.fullname, key.name)))
            if sequence is not None:
                highest = connection.scalar(select(func.max(key))) or 0
                connection.execute(
                    text("SELECT setval(CAST(:sequence AS regclass), :next, false)"),
                    {"sequence": sequence, "next": highest + 1},
                )


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    shapes = [column.name for column in _columns(table) if _is_shape(column)]
    if not rows:
        return
    if not shapes:
        insert_values(connection, table, rows)
        return
    from_wkb = {name: outline_from_wkb(bindparam(name, type_=LargeBinary)) for name in shapes}
    connection.execute(insert(table).values(from_wkb), rows)


def _columns(table: Table) -> list[Column[Any]]:
    """Return what is written; the rest the database computes from it."""
    return [column for column in table.columns if column.computed is None]


def _by_bytes(connection: Connection, key: Column[Any]) -> Any:
    """Return what to sort by: PostgreSQL would sort words by language, SQLite by their bytes."""
    is_word = isinstance(key.type, String) and key.type.dialect_impl(_POSTGRESQL).collation != "C"  # type: ignore[attr-defined]
    return key.collate("C") if is_word and connection.dialect.name == "postgresql" else key


def _is_shape(column: Column[Any]) -> bool:
    return isinstance(column.type.dialect_impl(_POSTGRESQL), (Geometry, Geography))


def _is_binary(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary)


def _is_object(column: Column[Any]) -> bool:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, JSON) and not isinstance(column.type, TextList)


def _plain(value: Any) -> str:
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, (date, time)):  # a moment is a date too
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(f"a {type(value).__name__} cannot be kept in an archive")


def _parser(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Return what turns a value of the archive into one that the column takes; None where it is one."""
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, Time):
        return time.fromisoformat
    return Decimal if isinstance(kind, Numeric) and not isinstance(kind, Float) else None


_LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
_SORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
