"""The groups of PostGIS users, and what each may do with the tables there are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from mapapp.domain.access import Access
from mapapp.domain.errors import StoreUnavailableError
from mapapp.storage.access import EDITOR_WRITES, PUBLIC_INSERTS, READ_FROM, ROLES

_PUBLIC = ROLES[Access.PUBLIC]
_OWNER = ROLES[Access.OWNER]
_EDITOR = ROLES[Access.EDITOR]
_SCHEMAS = {schema or "public": ROLES[level] for schema, level in READ_FROM.items()}
_GROUPS = ", ".join(ROLES.values())


def make_roles(connection: Connection) -> None:
    """Make the groups where they are missing, each a member of the one below, and the user one of the owners.

    Groups belong to the whole server: another database may be making them at the same moment.

    Raises
    ------
    StoreUnavailableError
        The user may not; the sentence has the statements for an administrator.

    """
    try:
        there = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
        for role in ROLES.values():
            if role not in there:
                _make_if_missing(connection, f"CREATE ROLE {role} NOLOGIN")
        for below, role in pairwise(ROLES.values()):
            if not _is_member(connection, role, below):
                _make_if_missing(connection, f"GRANT {below} TO {role}")
        if not _is_member(connection, None, _OWNER):
            _make_if_missing(connection, f"GRANT {_OWNER} TO CURRENT_USER")
        _close_to_strangers(connection)
    except DBAPIError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            url = connection.engine.url  # in a failed transaction the server answers nothing any more
            raise _for_an_administrator(url.username or "", url.database or "") from None
        raise


def grant_rights(connection: Connection) -> None:
    """Hand every table of ours to the owners, and let each group do with it what its level may.

    Run after every change of the schema: a table it does not know yet is read by its schema's readers alone.
    """
    for schema, readers in _SCHEMAS.items():
        if schema != "public":
            connection.execute(text(f"ALTER SCHEMA {schema} OWNER TO {_OWNER}"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {readers}"))
    for name, kind in _relations(connection):
        if kind == "S":
            connection.execute(text(f"GRANT USAGE ON SEQUENCE {name} TO {_EDITOR}"))
            continue
        schema, table = name.split(".")
        connection.execute(text(f"ALTER TABLE {name} OWNER TO {_OWNER}"))
        connection.execute(text(f"REVOKE ALL ON {name} FROM PUBLIC, {_GROUPS}"))
        connection.execute(text(f"GRANT ALL ON {name} TO {_OWNER}"))
        connection.execute(text(f"GRANT SELECT ON {name} TO {_SCHEMAS[schema]}"))
        if table in EDITOR_WRITES:
            connection.execute(
                text(f"GRANT {', '.join(sorted(EDITOR_WRITES[table]))} ON {name} TO {_EDITOR}")
            )
        if table in PUBLIC_INSERTS:
            connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {_PUBLIC}"))
            columns = ", ".join(PUBLIC_INSERTS[table])
            connection.execute(text(f"GRANT INSERT ({columns}) ON {name} TO {_PUBLIC}"))
    for function in _functions(connection):
        # Some run with the rights of their owner, who must not be whoever happened to migrate.
        connection.execute(text(f"ALTER FUNCTION {function} OWNER TO {_OWNER}"))
        connection.execute(text(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"))


def revoke_rights(connection: Connection) -> None:
    """Hand the tables back to the user and take every right of the groups in this database.

    The groups stay: other databases of the server may have them, and logins are their members.
    """
    for name, kind in _relations(connection):
        if kind == "S":
            connection.execute(text(f"REVOKE ALL ON SEQUENCE {name} FROM {_GROUPS}"))
            continue
        connection.execute(text(f"ALTER TABLE {name} OWNER TO CURRENT_USER"))
        connection.execute(text(f"REVOKE ALL ON {name} FROM {_GROUPS}"))
    for function in _functions(connection):
        connection.execute(text(f"ALTER FUNCTION {function} OWNER TO CURRENT_USER"))
    for schema in _SCHEMAS:
        if schema != "public":
            connection.execute(text(f"ALTER SCHEMA {schema} OWNER TO CURRENT_USER"))
        connection.execute(text(f"REVOKE ALL ON SCHEMA {schema} FROM {_GROUPS}"))
    database = _database(connection)
    connection.execute(text(f"REVOKE ALL ON DATABASE {database} FROM {_GROUPS}"))
    connection.execute(text(f"GRANT TEMPORARY ON DATABASE {database} TO PUBLIC"))


def _relations(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield the tables, views and sequences of our schemas, those of extensions left out."""
    found = connection.execute(
        text(
            "SELECT format('%I.%I', space.nspname, relation.relname), relation.relkind"
            " FROM pg_class AS relation JOIN pg_namespace AS space ON space.oid = relation.relnamespace"
            " WHERE space.nspname = ANY(:schemas) AND relation.relkind IN ('r', 'p', 'v', 'm', 'S')"
            " AND NOT EXISTS (SELECT FROM pg_depend AS part WHERE part.classid = 'pg_class'::regclass"
            " AND part.objid = relation.oid AND part.deptype = 'e') ORDER BY 1"
        ),
        {"schemas": list(_SCHEMAS)},
    )
    return ((name, kind) for name, kind in found.all())


def _functions(connection: Connection) -> list[str]:
    """Return the functions of our schemas with their arguments, those of extensions left out."""
    found = (
        "SELECT format('%I.%I(%s)', space.nspname, proname, pg_get_function_identity_arguments(made.oid))"
        " FROM pg_proc AS made JOIN pg_namespace AS space ON space.oid = made.pronamespace"
        " WHERE space.nspname = ANY(:schemas) AND NOT EXISTS"
        " (SELECT FROM pg_depend AS part WHERE part.classid = 'pg_proc'::regclass"
        " AND part.objid = made.oid AND part.deptype = 'e') ORDER BY 1"
    )
    return list(connection.scalars(text(found), {"schemas": list(_SCHEMAS)}))


def _make_if_missing(connection: Connection, statement: str) -> None:
    # The second of two at once waits for the first, and then finds that there is nothing left to make.
    already = "duplicate_object OR unique_violation"
    connection.execute(text(f"DO $$ BEGIN {statement}; EXCEPTION WHEN {already} THEN NULL; END $$"))


def _is_member(connection: Connection, role: str | None, group: str) -> bool:
    wanted = "SELECT pg_has_role(coalesce(CAST(:role AS name), current_user), CAST(:group AS name), 'MEMBER')"
    return bool(connection.scalar(text(wanted), {"role": role, "group": group}))


def _close_to_strangers(connection: Connection) -> None:
    """Let users outside the groups make nothing here, not even tables that vanish when they leave."""
    database = _database(connection)
    connection.execute(text(f"GRANT CREATE, TEMPORARY ON DATABASE {database} TO {_OWNER}"))
    connection.execute(text(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC"))
    connection.execute(text(f"GRANT CREATE ON SCHEMA public TO {_OWNER}"))
    connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    # Who does not own a database is only warned that nothing was revoked.
    left = (
        "SELECT has_database_privilege('public', current_database(), 'TEMPORARY')"
        " OR has_schema_privilege('public', 'public', 'CREATE')"
    )
    if connection.scalar(text(left)):
        raise _for_an_administrator(str(connection.scalar(text("SELECT current_user"))), database)


def _database(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT quote_ident(current_database())")))


def _for_an_administrator(user: str, database: str) -> StoreUnavailableError:
    made = [f"CREATE ROLE {role} NOLOGIN" for role in ROLES.values()]
    joined = [f"GRANT {below} TO {role}" for below, role in pairwise(ROLES.values())]
    statements = [
        *made,
        *joined,
        f'GRANT {_OWNER} TO "{user}"',
        f"GRANT CREATE, TEMPORARY ON DATABASE {database} TO {_OWNER}",
        f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {_OWNER}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ]
    return StoreUnavailableError(
        "The database user «{user}» may not make the groups of users that mapapp needs: the server's "
        "administrator must run, once, in the database {database}: {statements}",
        user=user,
        database=database,
        statements="; ".join(statements),
    )
