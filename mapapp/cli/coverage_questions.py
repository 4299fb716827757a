"""What commands ask of coverage: options they share, read into questions, and the planner that answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from mapapp.cli.terminal import shown_progress
from mapapp.domain.accessibility import USUAL_THRESHOLD, Threshold, TravelCost
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.people import PeopleChoice, parse_people_choice
from mapapp.domain.planner import Planner
from mapapp.files.whole_file import write_whole
from mapapp.first_start import open_public_store
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import Translator
from mapapp.presentation.paper_text import cell_text
from mapapp.presentation.tables import Table, table_csv
from mapapp.roads import load_roads
from mapapp.settings import read_settings
from mapapp.storage.store import Store

_METRES_IN_KM: Final = 1000
_SECONDS_IN_MIN: Final = 60

WithinKm = Annotated[
    float | None,
    typer.Option(
        "--within-km", help="How far counts as within reach, in a straight line; 15 km if not given."
    ),
]
WithinMin = Annotated[
    float | None, typer.Option("--within-min", help="The same in minutes by car; needs roads.")
]
People = Annotated[
    str, typer.Option("--people", help="Who is counted: a table, or TABLE/group:NAME, TABLE/service:SLUG.")
]


class Asked:
    """The store that is asked, the names of what it knows, and the planner over it.

    What comes out goes into programmes and letters: it is computed from what anyone may know, whatever the
    address of the store would allow.
    """

    def __init__(self, database_url: str, t: Translator) -> None:
        # Imported here: the libraries that compute take a second, and the other commands do without.
        from mapapp.planner import StorePlanner  # noqa: PLC0415

        settings = read_settings(database_url=database_url)
        self.t: Final = t
        with shown_progress(t) as progress:
            self.store: Final[Store] = open_public_store(settings, progress)
        self.telling: Final = Telling(t, self.store.gazetteer(), self.store.services(), datetime.now(UTC))
        self.planner: Final[Planner] = StorePlanner(
            self.store, self.telling.gazetteer, self.telling.services, partial(load_roads, settings)
        )

    def area(self, text: str) -> Katottg:
        """Return the code of an oblast, raion or hromada; raise NotFoundError for any other text."""
        gazetteer, code = self.telling.gazetteer, parse_katottg(text)
        if code is None or not {code} & {*gazetteer.oblasts, *gazetteer.raions, *gazetteer.hromadas}:
            raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=text)
        return code

    def service(self, slug: str) -> str:
        """Return the slug; raise NotFoundError for a service that is not in the classifier."""
        if slug not in self.telling.services:
            raise NotFoundError("There is no service «{service}» in the classifier", service=slug)
        return slug

    def write_csv(self, file: Path, table: Table) -> None:
        """Write the table for a spreadsheet and say how long it is."""
        write_whole(file, table_csv(self.t, table))
        typer.echo(self.t("Written to {file}: rows: {count}", file=file, count=len(table)))


def check_csv(file: Path | None) -> None:
    """Refuse a file that does not end like CSV, before anything is computed."""
    if file is not None and file.suffix.lower() != ".csv":
        raise UsageError("«{file}» ends like no format: use {endings}", file=file.name, endings=".csv")


def threshold_of(within_km: float | None, within_min: float | None) -> Threshold:
    """Return how far counts as within reach, the usual distance where neither is given."""
    if within_km is not None and within_min is not None:
        raise UsageError("Say how far in kilometres or in minutes, not in both")
    try:
        if within_min is not None:
            return Threshold(within_min * _SECONDS_IN_MIN, TravelCost.CAR)
        return USUAL_THRESHOLD if within_km is None else Threshold(within_km * _METRES_IN_KM)
    except ValueError as error:
        raise UsageError("A threshold is above 0 and at most 200 km, or 3,333 minutes") from error


def people_of(key: str) -> PeopleChoice:
    """Return whom to count, as `PeopleChoice.key` writes it."""
    try:
        return parse_people_choice(key)
    except ValueError as error:
        raise UsageError(
            "«{key}» names nobody to count: write TABLE, TABLE/group:NAME or TABLE/service:SLUG", key=key
        ) from error


def table_lines(t: Translator, table: Table) -> Iterator[str]:
    """Yield a table as lines for the terminal: heads, rows, notes; one without rows has no heads."""
    if len(table):
        kinds = [column.kind for column in table.columns]
        rows = (
            [cell_text(t, cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in table.rows()
        )
        yield from aligned([[column.title for column in table.columns], *rows])
    yield from table.notes


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines, with their columns under one another."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
