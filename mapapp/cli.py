"""The command line: serve the map; look after the store, its boundaries, registry and geography."""

from __future__ import annotations

import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import rich.progress
import typer
import uvicorn
from rich.console import Console
from rich.markup import escape as escape_markup

from mapapp import __version__
from mapapp.atlas import StoreAtlas, share_atlas
from mapapp.boundaries import Credits, import_boundaries, install_approximate_boundaries
from mapapp.domain.errors import InvalidInputError, UsageError
from mapapp.domain.progress import Progress
from mapapp.files.downloads import fetch_boundaries, read_boundary_sources
from mapapp.files.gazetteer import gazetteer_counts, read_areas_outside_hromadas, read_gazetteer
from mapapp.first_start import open_ready_store, set_embedded_store_aside
from mapapp.presentation.messages import Translator, translator
from mapapp.registry import check_registry_file, load_registry_file
from mapapp.settings import read_settings
from mapapp.storage.store import open_store

_USAGE_FAULT = 2

app = typer.Typer(
    help="mapapp: who provides social services to which hromada, and where nobody does.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
store_app = typer.Typer(help="The store of hromadas and providers.", no_args_is_help=True)
boundaries_app = typer.Typer(help="The outlines of hromadas on the map.", no_args_is_help=True)
registry_app = typer.Typer(help="The registry of providers.", no_args_is_help=True)
geography_app = typer.Typer(help="The tables of units and settlements.", no_args_is_help=True)
app.add_typer(store_app, name="store")
app.add_typer(boundaries_app, name="boundaries")
app.add_typer(registry_app, name="registry")
app.add_typer(geography_app, name="geography")

DatabaseUrl = Annotated[
    str, typer.Option("--database-url", help="The store: sqlite:///FILE or postgresql://USER@HOST/DATABASE.")
]

RegistryFile = Annotated[Path, typer.Argument(help="A registry file (YAML).")]


def main() -> None:
    """Run the command line; a fault of the user's ends with a sentence and exit code 2, not a traceback."""
    t = _terminal_translator()
    try:
        app()
    except InvalidInputError as error:
        _complain(t.error(error))
        for fault in error.faults:
            _complain(f"  {t.fault(fault)}")
        sys.exit(_USAGE_FAULT)
    except UsageError as error:
        _complain(t.error(error))
        sys.exit(_USAGE_FAULT)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8501,
    database_url: DatabaseUrl = "",
    *,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Serve the map; the first start builds the store."""
    # Imported here: Streamlit takes a second, and the other commands do without it.
    from mapapp.asgi import create_app  # noqa: PLC0415

    t = _terminal_translator()
    _check_port_is_free(host, port)
    settings = read_settings(database_url=database_url)
    with _shown_progress(t) as progress:
        atlas = StoreAtlas(open_ready_store(settings, progress))
    share_atlas(atlas)
    address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}/"  # noqa: S104 - only compared
    typer.echo(t("mapapp is ready: {address} (stop with Ctrl+C)", address=address))
    if browser:
        threading.Timer(1.0, lambda: webbrowser.open(address)).start()
    uvicorn.run(create_app(atlas, settings), host=host, port=port, log_level="warning")


@store_app.command("info")
def store_info(database_url: DatabaseUrl = "") -> None:
    """Say what the store holds."""
    health = StoreAtlas(open_store(read_settings(database_url=database_url).database_url)).health()
    for name in health.__dataclass_fields__:
        typer.echo(f"{name}: {getattr(health, name)}")


@store_app.command("build")
def store_build(database_url: DatabaseUrl = "") -> None:
    """Build the store if it is missing or half-built, and bring its schema up to date."""
    t = _terminal_translator()
    with _shown_progress(t) as progress:
        open_ready_store(read_settings(database_url=database_url), progress).dispose()
    typer.echo(t("The store is ready"))


@store_app.command("rebuild")
def store_rebuild() -> None:
    """Move the embedded store aside, damaged or not, and build a new one."""
    t = _terminal_translator()
    settings = read_settings()
    kept = set_embedded_store_aside(settings)
    with _shown_progress(t) as progress:
        open_ready_store(settings, progress).dispose()
    typer.echo(t("The store is ready; the old one is kept as {file}", file=kept or "–"))


@boundaries_app.command("import")
def boundaries_import(
    file: Annotated[Path, typer.Argument(help="GeoJSON (.gz too), GeoPackage, Shapefile or GeoParquet.")],
    *,
    partial: Annotated[bool, typer.Option(help="Let hromadas be missing; they stay approximate.")] = False,
    attribution: Annotated[str, typer.Option(help="The words the source asks to show.")] = "",
    licence: Annotated[str, typer.Option(help="The licence of the source.")] = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Draw the real boundaries of a file, all or nothing; a file of a known source brings its credits."""
    t = _terminal_translator()
    settings = read_settings(database_url=database_url)
    known = {source.file_name: source for source in read_boundary_sources().values()}.get(file.name)
    credits_ = Credits(
        title=known.title if known else file.name,
        licence=licence or (known.licence if known else ""),
        attribution=attribution or (known.attribution if known else ""),
    )
    with _shown_progress(t) as progress:
        store = open_ready_store(settings, progress)
        other_areas_km2 = read_areas_outside_hromadas(settings.geodata_dir)
        imported = import_boundaries(store, file, credits_, other_areas_km2, progress, partial=partial)
    for warning in imported.warnings:
        _complain(t.fault(warning))
    typer.echo(t("Real boundaries of hromadas are in place: {count}", count=len(imported.boundaries)))
    _say_restart(t)


@boundaries_app.command("fetch")
def boundaries_fetch(
    source: Annotated[str, typer.Argument(help="A source of the list; the first one if not given.")] = "",
    sources: Annotated[Path | None, typer.Option(help="A list of sources of your own (YAML).")] = None,
) -> None:
    """Download real boundaries; an interrupted download goes on where it stopped."""
    t = _terminal_translator()
    listed = read_boundary_sources(sources)
    chosen = listed.get(source or next(iter(listed)))
    if chosen is None:
        raise UsageError(
            "There is no source «{source}»; the list has: {sources}", source=source, sources=", ".join(listed)
        )
    with _shown_progress(t) as progress:
        download = fetch_boundaries(chosen, read_settings().data_dir / "downloads", progress)
    typer.echo(
        t(
            "Downloaded {file} ({size_mb} MB, sha256 {sha256})",
            file=download.path,
            size_mb=round(download.size_bytes / 1e6, 1),
            sha256=download.sha256,
        )
    )
    typer.echo(
        t(
            "Licence: {licence}. Now: mapapp boundaries import {file}",
            licence=chosen.licence,
            file=download.path,
        )
    )


@boundaries_app.command("sources")
def boundaries_sources(
    sources: Annotated[Path | None, typer.Option(help="A list of sources of your own (YAML).")] = None,
) -> None:
    """List where boundaries can be downloaded from."""
    for key, source in read_boundary_sources(sources).items():
        typer.echo(f"{key}: {source.title}, {source.licence}, {source.page}")


@boundaries_app.command("reset")
def boundaries_reset(database_url: DatabaseUrl = "") -> None:
    """Draw approximate boundaries again, rebuilt from the settlement points."""
    t = _terminal_translator()
    settings = read_settings(database_url=database_url)
    with _shown_progress(t) as progress:
        store = open_ready_store(settings, progress)
        other_areas_km2 = read_areas_outside_hromadas(settings.geodata_dir)
        install_approximate_boundaries(store, store.gazetteer(), other_areas_km2, progress)
    _say_restart(t)


@registry_app.command("check")
def registry_check(file: RegistryFile, database_url: DatabaseUrl = "") -> None:
    """Check a registry file and list every fault by line; nothing is stored."""
    t = _terminal_translator()
    with _shown_progress(t) as progress:
        registry = check_registry_file(
            open_ready_store(read_settings(database_url=database_url), progress), file
        )
    typer.echo(t("No fault found; service points: {count}", count=len(registry.points)))


@registry_app.command("load")
def registry_load(file: RegistryFile, database_url: DatabaseUrl = "") -> None:
    """Replace the registry in the store by a file, all or nothing."""
    t = _terminal_translator()
    with _shown_progress(t) as progress:
        store = open_ready_store(read_settings(database_url=database_url), progress)
        count = load_registry_file(store, file, progress)
    typer.echo(t("The registry now holds service points: {count}", count=count))


@geography_app.command("check")
def geography_check(
    folder: Annotated[Path | None, typer.Argument(help="The folder of tables.")] = None,
) -> None:
    """Read every table, check it against the others and print every count."""
    for name, count in gazetteer_counts(read_gazetteer(folder or read_settings().geodata_dir)).items():
        typer.echo(f"{name}: {count}")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _terminal_translator() -> Translator:
    """Return Ukrainian, unless `MAPAPP_LANG` or the terminal asks for English."""
    wish = os.environ.get("MAPAPP_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return translator("en" if wish.lower().startswith("en") else "uk")


def _say_restart(t: Translator) -> None:
    typer.echo(t("A map that is being served shows the new boundaries after a restart"))


def _complain(sentence: str) -> None:
    typer.echo(sentence, err=True)


@contextmanager
def _shown_progress(t: Translator) -> Iterator[Progress]:
    """Show each step as a bar on a terminal, or as one line each where nobody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _told_progress(t)
        return
    columns = (
        rich.progress.TextColumn("{task.description}"),
        rich.progress.BarColumn(),
        rich.progress.TaskProgressColumn(),
        rich.progress.TimeElapsedColumn(),
    )
    with rich.progress.Progress(*columns, console=console) as bars:
        tasks: dict[str, rich.progress.TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(escape_markup(t(step)), total=total or None)
            bars.update(tasks[step], completed=done, total=total or None)

        yield show


def _told_progress(t: Translator) -> Callable[[str, int, int], None]:
    told: set[str] = set()

    def tell(step: str, done: int, total: int) -> None:  # noqa: ARG001 - a log wants each step once
        if step not in told:
            told.add(step)
            _complain(f"{t(step)} …")

    return tell


def _check_port_is_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                "Cannot listen on {host}:{port} ({reason}): choose another with --host and --port",
                host=host,
                port=port,
                reason=error.strerror,
            ) from error
