"""The command line: serve the map, look after the store and all that is in it, plan."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser
from functools import partial
from typing import Annotated

import typer
import uvicorn

from mapapp import __version__
from mapapp.atlas import StoreAtlas, share_atlas
from mapapp.cli import (
    boundaries,
    coverage,
    evidence,
    geography,
    history,
    imports,
    people,
    registry,
    roads,
    scenarios,
    services,
    store,
)
from mapapp.cli.terminal import DatabaseUrl, complain, shown_progress, terminal_translator
from mapapp.domain.errors import InvalidInputError, UsageError
from mapapp.first_start import open_public_store
from mapapp.roads import load_roads
from mapapp.settings import read_settings

_USAGE_FAULT = 2

app = typer.Typer(
    help="mapapp: who provides social services to which hromada, and where nobody does.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(store.commands, name="store")
app.add_typer(boundaries.commands, name="boundaries")
app.add_typer(registry.commands, name="registry")
registry.commands.add_typer(imports.commands)
registry.commands.add_typer(history.commands)
app.add_typer(services.commands, name="services")
app.add_typer(geography.commands, name="geography")
app.add_typer(roads.commands, name="roads")
app.add_typer(evidence.commands, name="evidence")
app.add_typer(people.commands, name="people")
app.add_typer(coverage.commands, name="coverage")
app.add_typer(scenarios.commands, name="scenarios")


def main() -> None:
    """Run the command line; a fault of the user's ends with a sentence and exit code 2, not a traceback."""
    t = terminal_translator()
    try:
        app()
    except InvalidInputError as error:
        complain(t.error(error))
        for fault in error.faults:
            complain(f"  {t.fault(fault)}")
        sys.exit(_USAGE_FAULT)
    except UsageError as error:
        complain(t.error(error))
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

    t = terminal_translator()
    _check_port_is_free(host, port)
    settings = read_settings(database_url=database_url)
    with shown_progress(t) as progress:
        atlas = StoreAtlas(open_public_store(settings, progress), partial(load_roads, settings))
    share_atlas(atlas)
    address = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}/"  # noqa: S104 - only compared
    typer.echo(t("mapapp is ready: {address} (stop with Ctrl+C)", address=address))
    if browser:
        threading.Timer(1.0, lambda: webbrowser.open(address)).start()
    uvicorn.run(create_app(atlas, settings), host=host, port=port, log_level="warning")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


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
