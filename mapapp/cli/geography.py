"""The commands that look after the tables of units and settlements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mapapp.files.gazetteer import gazetteer_counts, read_gazetteer
from mapapp.settings import read_settings

commands = typer.Typer(help="The tables of units and settlements.", no_args_is_help=True)


@commands.command("check")
def geography_check(
    folder: Annotated[Path | None, typer.Argument(help="The folder of tables.")] = None,
) -> None:
    """Read every table, check it against the others and print every count."""
    for name, count in gazetteer_counts(read_gazetteer(folder or read_settings().geodata_dir)).items():
        typer.echo(f"{name}: {count}")
