"""Which tables keep what was looked for: searches, told to nobody, and counts, told to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import CheckConstraint, Connection, Index, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from mapapp.domain.evidence import SMALLEST_SHOWN, SearchOutcome
from mapapp.domain.registry import TargetGroup
from mapapp.storage.columns import OFFICE, Code, Row, Slug, key_text

KEPT_DAYS_KEY = "evidence_kept_days"
"""How many days searches are kept, in `store_info`; absent until somebody chooses."""

_ALL_GROUPS = (1 << len(TargetGroup)) - 1


class random_id(FunctionElement[str]):  # noqa: N801 - reads as an SQL function
    """`random_id()`: 32 hexadecimal digits that say nothing of when they were drawn."""

    name = "random_id"
    inherit_cache = True


@compiles(random_id, "postgresql")
def _postgresql_random_id(_element: random_id, _compiler: SQLCompiler, **_options: object) -> str:
    return "replace((gen_random_uuid())::text, '-'::text, ''::text)"


@compiles(random_id, "sqlite")
def _sqlite_random_id(_element: random_id, _compiler: SQLCompiler, **_options: object) -> str:
    return "(lower(hex(randomblob(16))))"


class SearchRecordRow(Row):
    """The searches, one row each: not who, not at what time, in no order.

    Anyone adds rows and nobody below the readers sees one. Triggers of the database refuse any day but
    the present and units that do not exist, publish the quarters that are over in `unmet_demand`, and delete
    what is older than the days kept. There are no references to other tables: what was looked for stays true
    when a service leaves the classifier.
    """

    __tablename__ = "search_record"

    id: Mapped[str] = mapped_column(key_text(32), primary_key=True, server_default=random_id())
    day: Mapped[date] = mapped_column(index=True)
    hromada: Mapped[Code | None]
    service: Mapped[Slug]
    target_groups: Mapped[int]
    outcome: Mapped[SearchOutcome]

    __table_args__ = (
        CheckConstraint(f"target_groups BETWEEN 0 AND {_ALL_GROUPS}", name="groups_are_known"),
        Index(None, "hromada", "service", "day"),
        # Rows then lie in the order of the random ids, not in that of the searches.
        {"schema": OFFICE, "sqlite_with_rowid": False},
    )


class UnmetDemandRow(Row):
    """How many searches there were in a quarter that is over, written once, when it is; small counts never.

    A table and no view: SQLite lets a reader pass off a subquery of his own as any view, and what is
    published once cannot be compared with itself after some searches are deleted.
    """

    __tablename__ = "unmet_demand"

    hromada: Mapped[Code] = mapped_column(primary_key=True)
    service: Mapped[Slug] = mapped_column(primary_key=True)
    quarter: Mapped[date] = mapped_column(primary_key=True)
    searches: Mapped[int]
    unmet: Mapped[int | None]

    __table_args__ = (
        CheckConstraint(f"searches >= {SMALLEST_SHOWN}", name="searches_are_many"),
        CheckConstraint(
            f"unmet >= {SMALLEST_SHOWN} AND searches - unmet >= {SMALLEST_SHOWN}", name="unmet_are_many"
        ),
    )


@contextmanager
def searches_of_earlier_days(connection: Connection) -> Iterator[None]:
    """Let searches be written as they are, of any day: a store that is restored already has its counts."""
    if connection.dialect.name == "postgresql":
        table = f"{OFFICE}.{SearchRecordRow.__tablename__}"
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    named = {"table": SearchRecordRow.__tablename__}
    triggers = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), named
    ).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)
    # Written by ANALYZE and read by everybody, it would say how many searches there are.
    connection.execute(text("DELETE FROM sqlite_stat1 WHERE tbl = :table"), named)
