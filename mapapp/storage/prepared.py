"""Statements asked again and again: compiled once, prepared by PostgreSQL, and run without a detour.

Of a search that takes two milliseconds, SQLAlchemy and psycopg would spend another one on compiling names of
parameters and describing columns, the same ones each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

from mapapp.storage.reading import fetched, row_type
from mapapp.storage.statements import Statement


def fetched_prepared(connection: Connection, statement: Statement, asked: Mapping[str, Any]) -> list[Any]:
    """Return all rows as named tuples.

    The statement must be one of those built once. On PostGIS its values are as the driver returns them: of
    texts, numbers, flags and days that is what SQLAlchemy returns.
    """
    if connection.dialect.name != "postgresql":
        return fetched(connection, statement, asked)
    text, parameters, as_row = _compiled(statement)
    values = [asked.get(name, constant) for name, constant in parameters]
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with psycopg.RawCursor(driver) as cursor:
            return list(map(as_row, cursor.execute(text, values, prepare=True)))
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error) from error


@cache
def _compiled(statement: Statement) -> tuple[bytes, tuple[tuple[str, Any], ...], Any]:
    """Return the text, its parameters by position, each with its constant, and what makes a row."""
    dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
    compiled = statement.compile(dialect=dialect)
    parameters = tuple((name, compiled.params[name]) for name in compiled.positiontup or ())
    return str(compiled).encode(), parameters, row_type(tuple(statement.selected_columns.keys()))._make
