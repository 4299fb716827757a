"""The commands that look after the classifier of services."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mapapp.cli.terminal import DatabaseUrl, shown_progress, terminal_translator
from mapapp.files.reference_tables import read_services
from mapapp.first_start import open_ready_store
from mapapp.settings import read_settings

commands = typer.Typer(help="The classifier of services.", no_args_is_help=True)


@commands.command("list")
def services_list(database_url: DatabaseUrl = "") -> None:
    """List the services with their official codes and refresh intervals."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        store = open_ready_store(read_settings(database_url=database_url), progress)
    for service in store.services().values():
        name = service.name_uk if t.language == "uk" else service.name_en
        days = t.plural("{n} day", "{n} days", service.refresh_days)
        typer.echo(f"{service.slug}  {service.official_code or '–'}  {days}  {name}")


@commands.command("load")
def services_load(
    file: Annotated[Path, typer.Argument(help="A table of services (CSV); docs/services.md.")],
    database_url: DatabaseUrl = "",
) -> None:
    """Put a table in place of the classifier; refused while providers offer a service it lacks."""
    t = terminal_translator()
    services = read_services(file)
    with shown_progress(t) as progress:
        open_ready_store(read_settings(database_url=database_url), progress).replace_services(services)
    typer.echo(t("The classifier now holds services: {count}", count=len(services)))
