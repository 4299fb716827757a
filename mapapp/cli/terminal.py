"""How the command line speaks: its language, complaints and progress, and an option many commands share."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import rich.progress
import typer
from rich.console import Console
from rich.markup import escape as escape_markup

from mapapp.domain.changes import Authorship
from mapapp.domain.progress import Progress
from mapapp.presentation.messages import Translator, translator

DatabaseUrl = Annotated[
    str, typer.Option("--database-url", help="The store: sqlite:///FILE or postgresql://USER@HOST/DATABASE.")
]
Why = Annotated[str, typer.Option("--why", help="The reason, kept with the change.")]
Who = Annotated[
    str, typer.Option("--who", envvar="MAPAPP_WHO", help="Who makes the change; you, if not said.")
]


def terminal_translator() -> Translator:
    """Return Ukrainian, unless `MAPAPP_LANG` or the terminal asks for English."""
    wish = os.environ.get("MAPAPP_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return translator("en" if wish.lower().startswith("en") else "uk")


def complain(sentence: str) -> None:
    """Print the sentence where errors go."""
    typer.echo(sentence, err=True)


@contextmanager
def shown_progress(t: Translator) -> Iterator[Progress]:
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
            complain(f"{t(step)} …")

    return tell


def authorship(who: str, why: str) -> Authorship:
    """Return who changes the registry and why: the login of this machine where no other name is given."""
    return Authorship(who or getpass.getuser(), why)
