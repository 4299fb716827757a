"""The commands that look after the outlines of hromadas on the map."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mapapp.boundaries import Credits, import_boundaries, install_approximate_boundaries
from mapapp.cli.terminal import DatabaseUrl, complain, shown_progress, terminal_translator
from mapapp.domain.errors import UsageError
from mapapp.files.downloads import fetch_boundaries, read_boundary_sources
from mapapp.files.gazetteer import read_areas_outside_hromadas
from mapapp.first_start import open_ready_store
from mapapp.presentation.messages import Translator
from mapapp.settings import read_settings

commands = typer.Typer(help="The outlines of hromadas on the map.", no_args_is_help=True)


@commands.command("import")
def boundaries_import(
    file: Annotated[Path, typer.Argument(help="GeoJSON (.gz too), GeoPackage, Shapefile or GeoParquet.")],
    *,
    partial: Annotated[bool, typer.Option(help="Let hromadas be missing; they stay approximate.")] = False,
    attribution: Annotated[str, typer.Option(help="The words the source asks to show.")] = "",
    licence: Annotated[str, typer.Option(help="The licence of the source.")] = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Draw the real boundaries of a file, all or nothing; a file of a known source brings its credits."""
    t = terminal_translator()
    settings = read_settings(database_url=database_url)
    known = {source.file_name: source for source in read_boundary_sources().values()}.get(file.name)
    credits_ = Credits(
        title=known.title if known else file.name,
        licence=licence or (known.licence if known else ""),
        attribution=attribution or (known.attribution if known else ""),
    )
    with shown_progress(t) as progress:
        store = open_ready_store(settings, progress)
        other_areas_km2 = read_areas_outside_hromadas(settings.geodata_dir)
        imported = import_boundaries(store, file, credits_, other_areas_km2, progress, partial=partial)
    for warning in imported.warnings:
        complain(t.fault(warning))
    typer.echo(t("Real boundaries of hromadas are in place: {count}", count=len(imported.boundaries)))
    _say_restart(t)


@commands.command("fetch")
def boundaries_fetch(
    source: Annotated[str, typer.Argument(help="A source of the list; the first one if not given.")] = "",
    sources: Annotated[Path | None, typer.Option(help="A list of sources of your own (YAML).")] = None,
) -> None:
    """Download real boundaries; an interrupted download goes on where it stopped."""
    t = terminal_translator()
    listed = read_boundary_sources(sources)
    chosen = listed.get(source or next(iter(listed)))
    if chosen is None:
        raise UsageError(
            "There is no source «{source}»; the list has: {sources}", source=source, sources=", ".join(listed)
        )
    with shown_progress(t) as progress:
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


@commands.command("sources")
def boundaries_sources(
    sources: Annotated[Path | None, typer.Option(help="A list of sources of your own (YAML).")] = None,
) -> None:
    """List where boundaries can be downloaded from."""
    for key, source in read_boundary_sources(sources).items():
        typer.echo(f"{key}: {source.title}, {source.licence}, {source.page}")


@commands.command("reset")
def boundaries_reset(database_url: DatabaseUrl = "") -> None:
    """Draw approximate boundaries again, rebuilt from the settlement points."""
    t = terminal_translator()
    settings = read_settings(database_url=database_url)
    with shown_progress(t) as progress:
        store = open_ready_store(settings, progress)
        other_areas_km2 = read_areas_outside_hromadas(settings.geodata_dir)
        install_approximate_boundaries(store, store.gazetteer(), other_areas_km2, progress)
    _say_restart(t)


def _say_restart(t: Translator) -> None:
    typer.echo(t("A map that is being served shows the new boundaries after a restart"))
