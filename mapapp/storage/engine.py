"""How a URL becomes a database, SQLite or PostGIS: engines that read, that write and that record."""

from __future__ import annotations

import json
import selectors
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.errors import InsufficientPrivilege, UndefinedTable
from pyproj import Geod
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    InvalidatePoolError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mapapp.domain.access import Access
from mapapp.domain.errors import StoreUnavailableError, UsageError
from mapapp.storage.access import ROLES, authorizer, recording_authorizer
from mapapp.storage.columns import OFFICE, PRIVATE, VERSION_TABLE

_POSTGRESQL_NAMES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_CONNECT_TIMEOUT_S = 10
_READ_TIMEOUT_MS = 30_000
_BUSY_TIMEOUT_MS = 30_000
_RECORD_TIMEOUT_MS = 30_000
"""Once a quarter the record of a search comes with the count of the quarter before."""
_RECORD_LOCK_TIMEOUT_MS = 1_000
"""Whoever searches waits no longer for another writer; an import may hold the lock for minutes."""
_WRITE_CACHE_KIB = 65_536
"""Rows in any order touch pages all over: with the default 2 MB each page is written out many times."""
_WGS84 = Geod(ellps="WGS84")
_to_json = partial(json.dumps, ensure_ascii=False)


class Database:
    """The engines of one database, and its errors in plain words.

    Readers cannot write: PostGIS runs them in read-only transactions with a time limit, SQLite refuses them.
    No engine reads or writes what `access` does not allow. The recorder adds what anyone may add, does
    nothing else whatever `access` is, and gives up soon rather than keep a search waiting.
    """

    def __init__(self, url: URL, access: Access = Access.OWNER) -> None:
        self.url = url
        self.access = access
        self.is_postgis = url.get_backend_name() == "postgresql"
        engine = _postgis_engine if self.is_postgis else _sqlite_engine
        self.reader = engine(url, access, reads=True)
        self._writer = engine(url, access, reads=False)
        # Without BEGIN and COMMIT a server is asked once, not three times.
        alone = {"isolation_level": "AUTOCOMMIT"} if self.is_postgis else {}
        self._asker = self.reader.execution_options(**alone)
        self._recorder = _postgis_recorder(url) if self.is_postgis else _sqlite_recorder(url)

    @property
    def writer(self) -> Engine:
        """The engine that writes; UsageError where nothing may be written at this level of access."""
        self.require(Access.EDITOR)
        return self._writer

    def require(self, needed: Access) -> None:
        """Raise UsageError where the database was opened at a lower level of access."""
        if self.access < needed:
            raise UsageError(
                "This needs the right «{needed}»; the store is open with the right «{access}»",
                needed=needed.name.lower(),
                access=self.access.name.lower(),
            )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a transaction that sees one state of the store, whatever is written meanwhile."""
        # Ended by COMMIT: at a ROLLBACK psycopg forgets which statements it has prepared.
        with self.plain_errors(), self.reader.begin() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """Yield a connection for one statement, which sees one state of the store by itself."""
        with self.plain_errors(), self._asker.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, needed: Access = Access.EDITOR) -> Iterator[Connection]:
        """Yield a transaction that is kept whole or not at all."""
        self.require(needed)
        with self.plain_errors(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def recording(self) -> Iterator[Connection]:
        """Yield a connection that may add one record of what anyone may add to."""
        try:
            with self.plain_errors(), self._recorder.begin() as connection:
                yield connection
        except PoolTimeoutError:
            raise StoreUnavailableError(
                "The store {place} has too much to record at once", place=self.place
            ) from None

    @property
    def place(self) -> str:
        """Where the database is, without the password: a file, or host and database."""
        if not self.is_postgis:
            return str(self.url.database)
        host = self.url.host or self.url.query.get("host") or "localhost"
        port = f":{self.url.port}" if self.url.port else ""
        return f"{host}{port}/{self.url.database or ''}"

    def check(self, *, create: bool) -> None:
        """Make sure that the database is there, sound and has what we need of it.

        Raises
        ------
        StoreUnavailableError
            It is not; use it inside `plain_errors()`, which says the same of what the driver raises.

        """
        if self.is_postgis:
            self._check_postgis()
        else:
            self._check_file(Path(self.place), create=create)

    def _check_postgis(self) -> None:
        with self.reader.connect() as connection:
            extensions = connection.scalars(text("SELECT extname FROM pg_extension")).all()
            self.access = min(self.access, _access_of_login(connection))
        if "postgis" not in extensions:
            raise StoreUnavailableError(
                "The database {place} has no PostGIS: its administrator must run CREATE EXTENSION postgis",
                place=self.place,
            )

    def _check_file(self, path: Path, *, create: bool) -> None:
        if not path.parent.is_dir():
            raise StoreUnavailableError(
                "The folder {folder} does not exist: the store {place} cannot be there",
                folder=path.parent,
                place=self.place,
            )
        if not path.exists():
            if create:
                return
            raise StoreUnavailableError("There is no store at {place}", place=self.place)
        with self.reader.connect() as connection:
            verdict = connection.scalar(text("PRAGMA quick_check(1)"))
            tables = connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'")).all()
        if verdict != "ok":
            raise self._damaged(str(verdict))
        if tables and VERSION_TABLE not in tables:
            raise self._damaged(f"table {tables[0]}")

    def dispose(self) -> None:
        """Close every connection."""
        self.reader.dispose()
        self._writer.dispose()
        self._recorder.dispose()

    @contextmanager
    def plain_errors(self) -> Iterator[None]:
        """Turn what the database driver raises into one sentence, without the password.

        Raises
        ------
        StoreUnavailableError
            The database cannot be reached, read or written.
        UsageError
            The database's own rules refuse the values written.

        """
        try:
            yield
        except (IntegrityError, DataError) as error:
            # Without their cause: it may repeat the values refused, exact places among them.
            raise UsageError(
                "The store refuses these records and was left as it was: {reason}", reason=self._reason(error)
            ) from None
        except DBAPIError as error:
            if _is_missing_table(error):
                raise StoreUnavailableError(
                    "The store {place} is not built yet: run «mapapp store build»", place=self.place
                ) from None
            if _is_refused_here(error):
                raise UsageError(
                    "The right «{access}» does not include this: {reason}",
                    access=self.access.name.lower(),
                    reason=self._reason(error),
                ) from None
            if isinstance(error, ProgrammingError) and not _is_denied(error):
                raise
            raise self._unavailable(error) from None

    def _unavailable(self, error: DBAPIError) -> StoreUnavailableError:
        reason = self._reason(error)
        if not self.is_postgis:
            if _is_damage(error):
                return self._damaged(reason)
            return StoreUnavailableError(
                "The store {place} cannot be used: {reason}", place=self.place, reason=reason
            )
        if "password" in reason:
            return StoreUnavailableError(
                "The database server {place} does not accept the user «{user}» with this password",
                place=self.place,
                user=self.url.username or "",
            )
        return StoreUnavailableError(
            "The database {place} cannot be used: {reason}", place=self.place, reason=reason
        )

    def _damaged(self, reason: str) -> StoreUnavailableError:
        return StoreUnavailableError(
            "The file {place} is damaged or is no store of mapapp ({reason}): put a good copy in its place, "
            "or move it aside and build a new one with «mapapp store rebuild»",
            place=self.place,
            reason=reason,
        )

    def _reason(self, error: DBAPIError) -> str:
        reason = "; ".join(_sentences(error.orig)[:2]) or type(error.orig).__name__
        password = str(self.url.password or "")
        for secret in (password, quote(password, safe="")):
            reason = reason.replace(secret, "***") if secret else reason
        return reason


def _sentences(error: BaseException | None) -> list[str]:
    """Return what the driver says, without whole rows: they hold more than the one value refused."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        detail = error.diag.message_detail or ""
        names_a_key = detail.startswith("Key ") and error.diag.schema_name != PRIVATE
        return [error.diag.message_primary, *([detail] if names_a_key else [])]
    return [line.strip() for line in str(error).splitlines() if line.strip()]


def sqlite_path(url: str) -> Path | None:
    """Return the file of an embedded store, None for a PostGIS one; raise StoreUnavailableError otherwise."""
    parsed = parse_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def parse_url(url: str) -> URL:
    """Return the URL with its driver named.

    Raises
    ------
    StoreUnavailableError
        It is not a URL, or not one of a store we know. The message never repeats the URL: it may hold a
        password.

    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailableError(
            "The database address is not a URL: write sqlite:////folder/file.sqlite3 or "
            "postgresql://user:password@host:5432/database"
        ) from None
    if "@" in f"{parsed.host}{parsed.database}" and parsed.get_backend_name() != "sqlite":
        # Part of the password was taken for the host: it must not be shown as one.
        raise StoreUnavailableError(
            "The database address cannot be read: an @ in a password stands in it as %40, a / as %2F"
        )
    if parsed.drivername in _POSTGRESQL_NAMES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername != "sqlite":
        raise StoreUnavailableError(
            "A «{scheme}» database cannot be a store: write sqlite:////folder/file.sqlite3 or "
            "postgresql://user:password@host:5432/database",
            scheme=parsed.drivername,
        )
    if parsed.database in {None, "", ":memory:"} or parsed.query or parsed.host:
        raise StoreUnavailableError("An embedded store is a plain file: write sqlite:////folder/file.sqlite3")
    return parsed.set(database=str(Path(parsed.database or "").absolute()))


def _postgis_engine(url: URL, access: Access, *, reads: bool) -> Engine:
    options = "-c jit=off"  # compiling costs more than these queries take
    if reads:
        options += f" -c default_transaction_read_only=on -c statement_timeout={_READ_TIMEOUT_MS}"
        options += " -c plan_cache_mode=force_generic_plan"  # planning costs more than these queries take
    engine = create_engine(
        url,
        connect_args=_connect_arguments(url, options),
        # A reader sees one state of the whole store, whatever is replaced meanwhile.
        isolation_level="REPEATABLE READ" if reads else "READ COMMITTED",
        json_serializer=_to_json,
        hide_parameters=True,
    )
    _notice_goodbyes(engine)
    if access < Access.OWNER:
        _take_role(engine, access)
    return engine


def _postgis_recorder(url: URL) -> Engine:
    # A search is not worth waiting for the disk, nor a standing of the login that only reads.
    options = (
        f"-c statement_timeout={_RECORD_TIMEOUT_MS} -c lock_timeout={_RECORD_LOCK_TIMEOUT_MS}"
        " -c synchronous_commit=off -c default_transaction_read_only=off"
    )
    engine = create_engine(
        url,
        connect_args=_connect_arguments(url, options),
        isolation_level="AUTOCOMMIT",
        pool_size=2,
        max_overflow=2,
        pool_timeout=_RECORD_LOCK_TIMEOUT_MS / 1_000,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    _take_role(engine, Access.PUBLIC)
    return engine


def _connect_arguments(url: URL, options: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {"options": f"{url.query.get('options', '')} {options}".strip()}
    if "connect_timeout" not in url.query:
        arguments["connect_timeout"] = _CONNECT_TIMEOUT_S
    return arguments


def _notice_goodbyes(engine: Engine) -> None:
    @event.listens_for(engine, "checkout")
    def look(connection: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
        # An idle server says nothing, unless it goes away: to ask whether it is there costs a round trip.
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(connection.fileno(), selectors.EVENT_READ)
                if selector.select(0):
                    engine.dialect.do_ping(connection)  # type: ignore[arg-type]
        except psycopg.Error as error:
            raise InvalidatePoolError from error


def _take_role(engine: Engine, access: Access) -> None:
    @event.listens_for(engine, "connect")
    def take_role(connection: psycopg.Connection[Any], _record: object) -> None:
        # A login with more rights leaves them behind; one that is in no such group has only its own.
        connection.execute(
            "SELECT set_config('role', rolname, false) FROM pg_roles"
            " WHERE rolname = %s AND pg_has_role(session_user, oid, 'MEMBER')",
            [ROLES[access]],
        )
        connection.commit()


def _access_of_login(connection: Connection) -> Access:
    """Return the highest level whose group the user is in; the owner's where there are no groups yet."""
    groups = connection.scalars(
        text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names) AND pg_has_role(oid, 'USAGE')"),
        {"names": list(ROLES.values())},
    ).all()
    return max((access for access, role in ROLES.items() if role in groups), default=Access.OWNER)


def _sqlite_engine(url: URL, access: Access, *, reads: bool) -> Engine:
    engine = create_engine(
        url,
        json_serializer=_to_json,
        hide_parameters=True,
        execution_options={"schema_translate_map": {OFFICE: None, PRIVATE: None}},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transactions would commit before DDL; ours are begun below.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA query_only = {int(reads)}")
        connection.create_function("geod_m", 4, _geod_m, deterministic=True)
        if not reads:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA cache_size = -{_WRITE_CACHE_KIB}")
        if access < Access.OWNER:
            connection.set_authorizer(authorizer(access, writes=not reads))

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A writer takes the lock at once: taken later, it could not wait for another writer to end.
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _sqlite_recorder(url: URL) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        # One at a time in this program; others are met at the file's lock.
        pool_size=1,
        max_overflow=0,
        pool_timeout=_RECORD_LOCK_TIMEOUT_MS / 1_000,
        execution_options={"schema_translate_map": {OFFICE: None, PRIVATE: None}},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {_RECORD_LOCK_TIMEOUT_MS}")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.set_authorizer(recording_authorizer())

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _geod_m(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Geodesic metres, without noise below 10 nm: PostGIS's ST_Distance leaves it out in the same way."""
    distance_m: float = _WGS84.inv(lon, lat, to_lon, to_lat)[2]
    return round(distance_m, 8)


def _is_missing_table(error: DBAPIError) -> bool:
    return isinstance(error.orig, UndefinedTable) or "no such table" in str(error.orig)


def _is_denied(error: DBAPIError) -> bool:
    return isinstance(error.orig, InsufficientPrivilege)


def _is_refused_here(error: DBAPIError) -> bool:
    """Tell whether SQLite's authorizer said no."""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_AUTH


def _is_damage(error: DBAPIError) -> bool:
    return isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(
        error.orig, sqlite3.OperationalError
    )
