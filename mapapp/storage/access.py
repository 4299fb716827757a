"""What each level of access may read and write: as roles on PostGIS, by an authorizer on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache, partial

from mapapp.domain.access import Access
from mapapp.storage.columns import OFFICE, PRIVATE, VERSION_TABLE, Row

ROLES = {
    Access.PUBLIC: "mapapp_public",
    Access.READER: "mapapp_reader",
    Access.EDITOR: "mapapp_editor",
    Access.OWNER: "mapapp_owner",
}
"""Groups of PostGIS; each is a member of the one before it."""

READ_FROM = {None: Access.PUBLIC, OFFICE: Access.READER, PRIVATE: Access.EDITOR}
"""From which level on the tables of a schema are read."""

_ALL = frozenset({"INSERT", "UPDATE", "DELETE"})
EDITOR_WRITES = {
    "organisation": _ALL,
    "organisation_predecessor": _ALL,
    "service_point": _ALL,
    "mobile_stop": _ALL,
    "confidential_place": _ALL,
    "catchment": _ALL,
    "catchment_area": _ALL,
    "offering": _ALL,
    "tariff": _ALL,
    "registry_scope": _ALL,
    # History only grows; an earlier version may be sealed, never taken out.
    "registry_change": frozenset({"INSERT"}),
    "change_note": frozenset({"INSERT"}),
    "record_version": frozenset({"INSERT", "UPDATE"}),
    "sealed_version": frozenset({"INSERT"}),
    "import_run": frozenset({"INSERT", "UPDATE"}),
    "import_file": _ALL,
    "import_row": frozenset({"INSERT"}),
    "column_memory": _ALL,
    "people_table": _ALL,
    "people_figure": _ALL,
    "exact_people_table": _ALL,
    "exact_people_figure": _ALL,
    "scenario": _ALL,
    "scenario_note": _ALL,
}
"""What an editor writes, by table; geography, services, outlines and purges are the owner's."""

PUBLIC_INSERTS = {"search_record": ("day", "hromada", "service", "target_groups", "outcome")}
"""What anyone may add to and may not read: the tables, with the columns of them that are theirs to fill."""
_INSERT_TRIGGERS = frozenset({"search_record_of_now", "search_record_kept"})
"""What those tables' own triggers do is not asked of whoever adds to them."""

_ALWAYS_READ = frozenset(
    {VERSION_TABLE, "sqlite_master", "sqlite_schema", "sqlite_stat1", "json_each", "json_tree"}
)
_READING_PRAGMAS = frozenset(
    {
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "quick_check",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
_FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer"})
_QUESTIONS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT}
)
_CHANGES = {
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
}

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]


def authorizer(access: Access, *, writes: bool) -> Authorizer:
    """Return what SQLite asks before it prepares a statement; what is not allowed here is refused."""
    return partial(_verdict, access, writes and access >= Access.EDITOR)


def _verdict(
    access: Access,
    writes: bool,  # noqa: FBT001
    action: int,
    first: str | None,
    second: str | None,
    _database: str | None,
    _inside: str | None,
) -> int:
    allowed = action in _QUESTIONS
    if action == sqlite3.SQLITE_READ:
        allowed = _may_read(access, first or "", second or "")
    elif action == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() not in _FORBIDDEN_FUNCTIONS
    elif action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _READING_PRAGMAS or (writes and first == "defer_foreign_keys")
    elif writes and action == sqlite3.SQLITE_ANALYZE:
        allowed = True
    elif writes and action in _CHANGES:
        allowed = first == "sqlite_stat1" or _CHANGES[action] in EDITOR_WRITES.get(first or "", ())
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def recording_authorizer() -> Authorizer:
    """Return the authorizer of a connection that adds to what anyone may add to, and does nothing else."""
    return _recording_verdict


def _recording_verdict(
    action: int, first: str | None, _second: str | None, _database: str | None, inside: str | None
) -> int:
    # A subquery in WITH can bear a trigger's name, and SQLite then says that it asks from inside the trigger.
    # That is no way in, for a statement with a subquery asks for SELECT as well, from inside nothing.
    allowed = (
        action == sqlite3.SQLITE_TRANSACTION
        or (action == sqlite3.SQLITE_INSERT and first in PUBLIC_INSERTS)
        or inside in _INSERT_TRIGGERS
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _may_read(access: Access, table: str, column: str) -> bool:
    level = _levels().get(table)
    if level is not None:
        return access >= level
    # A name without a column may be a subquery's: of a table we do not know it would tell its size at most.
    return table in _ALWAYS_READ or (not column and not table.startswith("sqlite_"))


@cache
def _levels() -> dict[str, Access]:
    """Return from which level on each of our tables is read; asked when the first database is opened."""
    return {table.name: READ_FROM[table.schema] for table in Row.metadata.tables.values()}
