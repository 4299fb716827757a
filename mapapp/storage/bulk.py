"""How thousands of rows are written at once, on either database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, FromClause, Table, text
from sqlalchemy.exc import DBAPIError

from mapapp.domain.progress import Progress, no_progress

_BATCH = 5_000


@contextmanager
def references_checked_last(connection: Connection, *tables: FromClause) -> Iterator[None]:
    """Let a table that others refer to be empty in between; look at the sizes of the tables at the end."""
    on_postgis = connection.dialect.name == "postgresql"
    deferred = "SET CONSTRAINTS ALL DEFERRED" if on_postgis else "PRAGMA defer_foreign_keys = ON"
    connection.execute(text(deferred))
    yield
    if on_postgis:
        # While the planner still expects tables of the old size: the checks also meet the rows just deleted.
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table in tables:
        connection.execute(text(f"ANALYZE {_name(connection, table)}"))


def insert_rows(  # noqa: PLR0917 - read as a sentence
    connection: Connection,
    table: FromClause,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    step: str = "",
    progress: Progress = no_progress,
) -> None:
    """Insert rows of values that the database takes as they are, in the order of the columns."""
    waiting = list(rows)
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        if connection.dialect.name == "postgresql":
            _copy(connection, table, columns, batch)
        else:
            places = ", ".join("?" * len(columns))
            connection.exec_driver_sql(
                f"INSERT INTO {_name(connection, table)} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608
                list(map(tuple, batch)),
            )
        progress(step, start + len(batch), len(waiting))


def insert_values(
    connection: Connection,
    table: FromClause,
    rows: Iterable[Mapping[str, Any]],
    step: str = "",
    progress: Progress = no_progress,
) -> None:
    """Insert rows of the domain's values by column."""
    waiting = list(rows)
    if not waiting:
        return
    names = list(waiting[0])
    types = [table.c[name].type.dialect_impl(connection.dialect) for name in names]
    as_written = [type_.bind_processor(connection.dialect) for type_ in types]
    written = (
        [
            value if write is None else write(value)
            for value, write in zip(row.values(), as_written, strict=True)
        ]
        for row in waiting
    )
    insert_rows(connection, table, names, written, step, progress)


def delete_rows(connection: Connection, table: FromClause, column: str, ids: Sequence[str]) -> None:
    """Delete the rows that have one of the ids in the column."""
    delete = f"DELETE FROM {_name(connection, table)} WHERE {column}"  # noqa: S608
    if not ids:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"{delete} = ANY(%s)", (list(ids),))
    else:
        connection.exec_driver_sql(f"{delete} = ?", [(one,) for one in ids])


def _copy(
    connection: Connection, table: FromClause, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write by PostgreSQL's COPY, several times faster than INSERT."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.SQL(_name(connection, table)), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error) from error


def _name(connection: Connection, table: FromClause) -> str:
    """Return the table's name in SQL, with its schema where the database has schemas."""
    assert isinstance(table, Table)
    schema = table.schema if connection.dialect.name == "postgresql" else None
    return f"{schema}.{table.name}" if schema else table.name
