#!/usr/bin/env python3
"""Run a command beside a throw-away PostgreSQL with PostGIS that nobody else can reach.

    scripts/private_postgis.py -- pytest tests/storage

The command finds the database in MAPAPP_TEST_POSTGIS_URL. When it ends, or is interrupted, the cluster is
stopped and its directory removed. Only the standard library and the PostgreSQL programs are needed; `--check`
tells by its exit code whether they are there.
"""

# ruff: noqa: S603 - the programs started are PostgreSQL's own and the command the caller names

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

URL_VARIABLE = "MAPAPP_TEST_POSTGIS_URL"
OLDEST_MAJOR_VERSION = 15
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
START_ATTEMPTS = 3
ROLE = "mapapp"
DATABASE = "mapapp"

# Nothing here outlives the command, so nothing needs to reach the disk.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}


class ClusterError(Exception):
    """The cluster cannot be made; the text says what to do about it."""


def postgresql_with_postgis() -> Path:
    """Return the directory of the newest PostgreSQL programs that have PostGIS beside them."""
    directories = list(Path("/usr/lib/postgresql").glob("*/bin"))
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        directories.append(Path(_output("pg_config", "--bindir")))
    usable = [found for found in directories if _has_postgis(found)]
    if not usable:
        raise ClusterError(
            f"PostgreSQL {OLDEST_MAJOR_VERSION} or newer with PostGIS is missing; on Debian: "
            "apt-get install postgresql-postgis"
        )
    return max(usable, key=_major_version)


def _has_postgis(bindir: Path) -> bool:
    try:
        extensions = Path(_output(bindir / "pg_config", "--sharedir"), "extension")
        return (
            (bindir / "initdb").exists()
            and (extensions / "postgis.control").exists()
            and _major_version(bindir) >= OLDEST_MAJOR_VERSION
        )
    except (OSError, subprocess.CalledProcessError):
        return False


def _major_version(bindir: Path) -> int:
    version = _output(bindir / "pg_config", "--version")  # such as: PostgreSQL 15.18 (Debian …)
    found = re.search(r"\d+", version)
    return int(found.group()) if found else 0


def _output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@dataclass(frozen=True, slots=True)
class _Programs:
    """The PostgreSQL programs, run as somebody PostgreSQL agrees to: it refuses root."""

    bindir: Path
    directory: Path
    user: str | None

    def start(self, name: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, so that Ctrl-C in a terminal does not reach it."""
        with (self.directory / "log").open("ab") as log:
            return subprocess.Popen(
                [self.bindir / name, *arguments],
                cwd=self.directory,
                env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
                extra_groups=None if self.user is None else [],
            )

    def run(self, name: str, *arguments: str, **environment: str) -> None:
        """Run a program to its end; ClusterError carries what it said."""
        if self.start(name, *arguments, **environment).wait():
            raise ClusterError(f"{name} failed:\n{self.log()}")

    def log(self) -> str:
        """Return what all programs have said."""
        return (self.directory / "log").read_text(errors="replace")


@contextlib.contextmanager
def private_postgis() -> Iterator[str]:
    """Make a cluster, yield the URL of a database with PostGIS and btree_gist, take everything away."""
    bindir = postgresql_with_postgis()
    user = _unprivileged_user() if os.geteuid() == 0 else None
    # A root's TMPDIR may be closed to the unprivileged user; /tmp is open to all.
    directory = Path(tempfile.mkdtemp(prefix="mapapp-pg-", dir=None if user is None else "/tmp"))  # noqa: S108
    try:
        if user is not None:
            shutil.chown(directory, user)
        programs = _Programs(bindir, directory, user)
        password = secrets.token_hex(16)
        _make_cluster(programs, password)
        with _running_server(programs) as port:
            _make_database(programs, port, password)
            yield f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _unprivileged_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _make_cluster(programs: _Programs, password: str) -> None:
    password_file = programs.directory / "password"
    password_file.write_text(password)
    if programs.user is not None:
        shutil.chown(password_file, programs.user)
    programs.run(
        "initdb",
        f"--pgdata={programs.directory / 'data'}",
        f"--username={ROLE}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )


def _make_database(programs: _Programs, port: int, password: str) -> None:
    # With the extensions in template1 every database made later has them at the price of a copy.
    programs.run(
        "psql",
        f"postgresql://{ROLE}@127.0.0.1:{port}/template1",
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--command=CREATE EXTENSION postgis",
        "--command=CREATE EXTENSION btree_gist",
        f"--command=CREATE DATABASE {DATABASE}",
        PGPASSWORD=password,
    )


@contextlib.contextmanager
def _running_server(programs: _Programs) -> Iterator[int]:
    for _ in range(START_ATTEMPTS):
        # PostgreSQL cannot pick a free port itself, and somebody may take ours before it does.
        port = _free_port()
        data = str(programs.directory / "data")
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        server = programs.start("postgres", "-D", data, "-p", str(port), *settings)
        try:
            if _becomes_ready(programs, server, port):
                yield port
                return
        finally:
            _stop(server)
    raise ClusterError(f"PostgreSQL did not start:\n{programs.log()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _becomes_ready(programs: _Programs, server: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_TIMEOUT_S
    while server.poll() is None and time.monotonic() < deadline:
        if programs.start("pg_isready", "--host=127.0.0.1", f"--port={port}").wait() == 0:
            return server.poll() is None
        time.sleep(0.05)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # fast shutdown: open connections are cut
        try:
            server.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def run_beside(url: str, command: Sequence[str]) -> int:
    """Run the command with the URL in its environment; return its exit code."""
    child = subprocess.Popen(command, env={**os.environ, URL_VARIABLE: url})
    try:
        code = child.wait()
    except KeyboardInterrupt:
        # Ctrl-C reaches the command too: let it end in its own way, and end it if it did not hear.
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(STOP_TIMEOUT_S)
        raise
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
    return code if code >= 0 else 128 - code


def _exit_on_termination(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one must not cut the cleaning short
    sys.exit(128 + number)


def _check() -> int:
    try:
        postgresql_with_postgis()
    except ClusterError:
        return 1
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit code."""
    command = list(arguments[1:]) if arguments and arguments[0] == "--" else list(arguments)
    if not command or command[0] in {"-h", "--help"}:
        print(__doc__)
        return 0 if command else 2
    if command == ["--check"]:
        return _check()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits it ignored
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _exit_on_termination)
    try:
        with private_postgis() as url:
            return run_beside(url, command)
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"{error.filename}: no such program", file=sys.stderr)
        return 127
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
