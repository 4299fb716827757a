"""Which revision of the schema a database has, and how it gets another one."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from mapapp.storage.columns import VERSION_TABLE
from mapapp.storage.roles import grant_rights


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision, in the connection's transaction."""
    before = current_revision(connection)
    command.upgrade(_config(connection), "head")
    if connection.dialect.name == "postgresql" and current_revision(connection) != before:
        grant_rights(connection)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Take the schema back to a revision, in the connection's transaction; `base` is an empty database."""
    command.downgrade(_config(connection), revision)


def current_revision(connection: Connection) -> str | None:
    """Return the revision the database says it has, None for a database without our schema."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608


@cache
def known_revisions() -> frozenset[str]:
    """Return every revision this program knows."""
    history = ScriptDirectory.from_config(_config(None))
    return frozenset(script.revision for script in history.walk_revisions())


@cache
def newest_revision() -> str | None:
    """Return the revision this program works with."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "mapapp.storage:migrations")
    config.attributes["connection"] = connection
    return config
