"""The commands that look after the registry of providers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mapapp.atlas import StoreAtlas
from mapapp.cli.terminal import DatabaseUrl, Who, Why, authorship, shown_progress, terminal_translator
from mapapp.domain.access import Access
from mapapp.domain.errors import UsageError
from mapapp.domain.katottg import Katottg
from mapapp.domain.quality import QualityCheck
from mapapp.domain.registry_questions import ExportFormat, RegistryQuery
from mapapp.files.whole_file import write_whole
from mapapp.first_start import open_ready_store
from mapapp.presentation.labels import label
from mapapp.registry import check_registry_file, load_registry_file
from mapapp.registry_export import exported, registry_part
from mapapp.settings import read_settings

commands = typer.Typer(help="The registry of providers.", no_args_is_help=True)

RegistryFile = Annotated[Path, typer.Argument(help="A registry file (YAML).")]


@commands.command("check")
def registry_check(file: RegistryFile, database_url: DatabaseUrl = "") -> None:
    """Check a registry file and list every fault by line; nothing is stored."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        registry = check_registry_file(
            open_ready_store(read_settings(database_url=database_url), progress), file
        )
    typer.echo(t("No fault found; service points: {count}", count=len(registry.points)))


@commands.command("load")
def registry_load(file: RegistryFile, why: Why = "", who: Who = "", database_url: DatabaseUrl = "") -> None:
    """Put a registry file in place of the whole registry; the history keeps what was there."""
    t = terminal_translator()
    made_by = authorship(who, why or t("Import of {file}", file=file.name))
    with shown_progress(t) as progress:
        store = open_ready_store(read_settings(database_url=database_url), progress)
        count = load_registry_file(store, file, progress, made_by)
    typer.echo(t("The registry now holds service points: {count}", count=count))


@commands.command("export")
def registry_export(
    file: Annotated[Path, typer.Argument(help="The file to write; its ending names the format.")],
    area: Annotated[str, typer.Option(help="Only the points of this oblast, raion or hromada.")] = "",
    database_url: DatabaseUrl = "",
    *,
    confidential: Annotated[
        bool,
        typer.Option(help="With the exact places of confidential points; the file is then yours to guard."),
    ] = False,
) -> None:
    """Write the registry as CSV, XLSX, GeoJSON, GeoPackage, GeoParquet, YAML or HSDS (*.hsds.json)."""
    t = terminal_translator()
    file_format = _format_of(file)
    with shown_progress(t) as progress:
        store = open_ready_store(read_settings(database_url=database_url), progress)
        if confidential and store.access < Access.EDITOR:
            raise UsageError("Exact places of confidential points are for editors: use an editor's address")
        chosen = store.listed_ids(RegistryQuery(area=Katottg(area))) if area else None
        registry = registry_part(store, chosen)
        content = exported(
            registry if confidential else registry.disclosed(),
            store.gazetteer(),
            store.services(),
            file_format,
        )
    write_whole(file, content)
    typer.echo(t("Written to {file}: service points: {count}", file=file, count=len(registry.points)))


@commands.command("quality")
def registry_quality(
    check: Annotated[QualityCheck | None, typer.Option(help="List what this check found.")] = None,
    database_url: DatabaseUrl = "",
) -> None:
    """Count what may be wrong with the registry, check by check; list what one check found."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        report = StoreAtlas(open_ready_store(read_settings(database_url=database_url), progress)).quality()
    for one, count in report.counts.items():
        if check in {None, one}:
            typer.echo(f"{one}: {count}  {label(t, one)}")
    for finding in report.findings:
        if finding.check is check:
            key = "–" if finding.key is None else f"{finding.key.kind}:{finding.key.id}"
            related = ", ".join(f"{one.kind}:{one.id}" for one in finding.related)
            typer.echo(f"  {key}  {t(finding.message, **finding.values)}  {related}".rstrip())


def _format_of(file: Path) -> ExportFormat:
    ending = "hsds" if file.name.endswith(".hsds.json") else file.suffix.lower().removeprefix(".")
    try:
        return ExportFormat("yaml" if ending == "yml" else ending)
    except ValueError:
        raise UsageError(
            "«{file}» ends like no format: use {endings}",
            file=file.name,
            endings=", ".join(
                f".{one}" for one in ("csv", "xlsx", "geojson", "gpkg", "parquet", "yaml", "hsds.json")
            ),
        ) from None
