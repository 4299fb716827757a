"""What every test may ask for: paths, databases of its own, and how to say that something is absent."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NoReturn, Protocol
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql

# A slow machine is no defect: properties are judged by what they say, never by the clock.
settings.register_profile(
    "mapapp",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("mapapp")

POSTGIS_URL_VARIABLE = "MAPAPP_TEST_POSTGIS_URL"
SERVED_WITHIN_S = 300
"""A first start builds the store; only what hangs takes so long."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever asks for PostGIS, so that `-m "not postgis"` leaves out exactly that."""
    for item in items:
        if isinstance(item, pytest.Function) and "postgis_server" in item.fixturenames:
            item.add_marker("postgis")


class Absent(Protocol):
    """Ends a test that needs something this machine lacks."""

    def __call__(self, reason: str, /) -> NoReturn: ...


@pytest.fixture(scope="session")
def absent() -> Absent:
    """Skip with the reason; fail instead where everything must run (CI=true or MAPAPP_REQUIRE_ALL=1)."""
    must_run = os.environ.get("CI") == "true" or os.environ.get("MAPAPP_REQUIRE_ALL") == "1"

    def end(reason: str, /) -> NoReturn:
        if must_run:
            pytest.fail(f"{reason} (and everything must run here)", pytrace=False)
        pytest.skip(reason)

    return end


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The top of the source tree."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_dir(repo_root: Path) -> Path:
    """The optional folder of reference data beside the repository; it may be absent anywhere, CI too."""
    folder = repo_root.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the optional reference data folder ../shared is absent")
    return folder


class Served(Protocol):
    """Runs a program that serves at the port it is given as its last argument; yields its address."""

    def __call__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> AbstractContextManager[str]: ...


@pytest.fixture(scope="session")
def served() -> Served:
    """Serve until the block ends; the program runs in the folder and leaves its log there."""
    return _served


@contextmanager
def _served(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, str(port)],
            cwd=folder,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + SERVED_WITHIN_S
    try:
        while not _answers(address):
            if time.monotonic() > end or server.poll() is not None:
                pytest.fail(f"nothing was served:\n{log.read_text(errors='replace')}")
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(address: str) -> bool:
    try:
        httpx.get(f"{address}/healthz", trust_env=False)
    except httpx.TransportError:
        return False
    return True


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an embedded store that does not exist yet."""
    return f"sqlite:///{tmp_path / 'mapapp.sqlite3'}"


@pytest.fixture(scope="session")
def postgis_server(absent: Absent) -> str:
    """The address of a PostgreSQL where this run may make databases; see scripts/private_postgis.py."""
    url = os.environ.get(POSTGIS_URL_VARIABLE)
    if not url:
        absent(f"{POSTGIS_URL_VARIABLE} is unset: run scripts/test, or scripts/private_postgis.py -- pytest")
    return url


@pytest.fixture
def postgis_url(postgis_server: str) -> Iterator[str]:
    """The address of an empty database with PostGIS and btree_gist, for one test."""
    with _fresh_database(postgis_server) as url:
        yield url


@pytest.fixture(scope="module")
def module_postgis_url(postgis_server: str) -> Iterator[str]:
    """The same, shared by the tests of one module: for stores that are costly to fill and then only read."""
    with _fresh_database(postgis_server) as url:
        yield url


@pytest.fixture(scope="session")
def built_store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A finished embedded store with the demonstration registry, built once per run: copy it to change it."""
    # Imported here: most tests need neither the store nor the libraries behind it.
    from mapapp.domain.progress import no_progress  # noqa: PLC0415
    from mapapp.first_start import open_ready_store  # noqa: PLC0415
    from mapapp.settings import read_settings  # noqa: PLC0415

    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "built-store"
    folder.mkdir(exist_ok=True)
    # The builder's own lock makes the other workers wait for the first.
    open_ready_store(read_settings({"MAPAPP_DATA_DIR": str(folder)}), no_progress).dispose()
    return folder / "mapapp.sqlite3"


# Playwright keeps an event loop running in its thread, and that thread runs the tests: were the browser kept
# longer than a module, `asyncio.run` and a second browser would be refused in all modules after it.
@pytest.fixture(scope="module")
def chromium(absent: Absent) -> Iterator[Browser]:
    """A browser that talks to nobody unasked; its sandbox is off for root only, who cannot have one."""
    program = shutil.which("chromium")
    if program is None:
        absent("Chromium is missing: apt-get install chromium")
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@contextmanager
def _fresh_database(server_url: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(url, autocommit=True) as database:
                # The private cluster has them already; a server of your own may not.
                database.execute("CREATE EXTENSION IF NOT EXISTS postgis")
                database.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            yield url
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
