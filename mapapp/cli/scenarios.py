"""The commands that check, save, show and remove scenarios, and compare what they would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from mapapp.cli.terminal import (
    DatabaseUrl,
    Who,
    Why,
    authorship,
    complain,
    shown_progress,
    terminal_translator,
)
from mapapp.domain.accessibility import USUAL_THRESHOLD, AccessAnswer, AccessQuery, Threshold, TravelCost
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.people import PeopleChoice, parse_people_choice
from mapapp.domain.planner import Compared, Planner, difference
from mapapp.domain.scenario import LoseRoads, Scenario
from mapapp.files.scenario_file import write_scenarios
from mapapp.files.whole_file import write_whole
from mapapp.first_start import open_ready_store
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import Translator
from mapapp.presentation.scenario_text import comparison_table, scenario_titles
from mapapp.presentation.tables import Cell, table_csv
from mapapp.roads import load_roads
from mapapp.scenarios import checked_scenarios
from mapapp.settings import Settings, read_settings
from mapapp.storage.store import Store

commands = typer.Typer(help="What-ifs: named, saved, compared side by side.", no_args_is_help=True)

_METRES_IN_KM = 1000
_SECONDS_IN_MIN = 60

File = Annotated[Path, typer.Argument(help="A file of scenarios (YAML); docs/scenarios.md.")]
Id = Annotated[str, typer.Argument(help="The id of a saved scenario.")]


@commands.command("check")
def scenarios_check(file: File, database_url: DatabaseUrl = "") -> None:
    """Say whether the scenarios of a file can be, and save nothing."""
    t = terminal_translator()
    for scenario in _read_file(_store(t, read_settings(database_url=database_url)), file):
        typer.echo(_line(t, scenario))


@commands.command("save")
def scenarios_save(file: File, why: Why, who: Who = "", database_url: DatabaseUrl = "") -> None:
    """Save the scenarios of a file for everybody to read; one of the same id is replaced."""
    t = terminal_translator()
    store = _store(t, read_settings(database_url=database_url))
    for scenario in _read_file(store, file):
        store.scenarios.save(scenario, authorship(who, why))
        typer.echo(t("Saved: {scenario}", scenario=_line(t, scenario)))


@commands.command("list")
def scenarios_list(database_url: DatabaseUrl = "") -> None:
    """List the saved scenarios by name; readers see who saved them and why."""
    t = terminal_translator()
    for saved in _store(t, read_settings(database_url=database_url)).scenarios.saved():
        parts = (_line(t, saved.scenario), t.moment(saved.saved_at), saved.who, saved.why)
        typer.echo("  ".join(part for part in parts if part))


@commands.command("show")
def scenarios_show(scenario_id: Id, database_url: DatabaseUrl = "") -> None:
    """Print a saved scenario as the file it could be edited in."""
    store = _store(terminal_translator(), read_settings(database_url=database_url))
    scenario = store.scenarios.scenario(scenario_id)
    typer.echo(write_scenarios([scenario], store.gazetteer()).decode(), nl=False)


@commands.command("remove")
def scenarios_remove(scenario_id: Id, database_url: DatabaseUrl = "") -> None:
    """Remove a saved scenario for good."""
    t = terminal_translator()
    _store(t, read_settings(database_url=database_url)).scenarios.remove(scenario_id)
    typer.echo(t("The scenario «{id}» is removed", id=scenario_id))


@commands.command("compare")
def scenarios_compare(
    scenarios: Annotated[list[str], typer.Argument(help="Files of scenarios, or ids of saved ones.")],
    *,
    service: Annotated[str, typer.Option(help="The slug of the service.")],
    area: Annotated[str, typer.Option(help="Only this oblast, raion or hromada, by its code.")] = "",
    within_km: Annotated[
        float | None, typer.Option(help="How far counts as within reach, in a straight line: 15 if not said.")
    ] = None,
    within_min: Annotated[
        float | None, typer.Option(help="How far counts as within reach, by car; needs roads.")
    ] = None,
    people: Annotated[
        str, typer.Option(help="Whom to count: the id of a table of people, or TABLE/SUBJECT.")
    ] = "",
    csv: Annotated[Path | None, typer.Option(help="Write the table by hromada to this CSV file.")] = None,
    database_url: DatabaseUrl = "",
) -> None:
    """Count the people who have a service within reach, as things are and under each scenario."""
    t = terminal_translator()
    if csv is not None and csv.suffix.lower() != ".csv":
        raise UsageError("«{file}» ends like no format: use {endings}", file=csv.name, endings=".csv")
    query = AccessQuery(
        service,
        today_in_kyiv(),
        _threshold(within_km, within_min),
        PeopleChoice() if not people else _people(people),
        _area(area),
    )
    settings = read_settings(database_url=database_url)
    store = _store(t, settings)
    chosen = _chosen(store, scenarios)
    telling = Telling(t, store.gazetteer(), store.services(), datetime.now(UTC))
    compared = _planner(store, settings, telling).compare(query, chosen)
    for line in _aligned(_summary(t, compared)):
        typer.echo(line)
    if within_min is None and any(scenario.changes_of(LoseRoads) for scenario in chosen):
        complain(t("Lost roads change nothing in a straight line: ask for time by car with --within-min"))
    table = comparison_table(telling, compared)
    typer.echo()
    for line in _aligned(
        [
            [column.title for column in table.columns],
            *([_shown(t, cell) for cell in row] for row in table.rows()),
        ]
    ):
        typer.echo(line)
    for note in table.notes:
        typer.echo(note)
    if csv is not None:
        write_whole(csv, table_csv(t, table))
        typer.echo(t("Written to {file}: rows: {count}", file=csv, count=len(table)))


def _planner(store: Store, settings: Settings, telling: Telling) -> Planner:
    # Imported here: the libraries that compute take a second, and the other commands do without.
    from mapapp.planner import StorePlanner  # noqa: PLC0415

    return StorePlanner(store, telling.gazetteer, telling.services, partial(load_roads, settings))


def _chosen(store: Store, named: Iterable[str]) -> Sequence[Scenario]:
    """Return the scenarios of the files, and the saved ones, in the order they were named."""
    chosen: list[Scenario] = []
    for name in named:
        if Path(name).is_file():
            chosen.extend(_read_file(store, Path(name)))
        elif Path(name).suffix:
            raise UsageError("There is no file {file}", file=name)
        else:
            chosen.append(store.scenarios.scenario(name))
    return chosen


def _read_file(store: Store, file: Path) -> Sequence[Scenario]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError("{file} cannot be read: {reason}", file=file, reason=error.strerror) from error
    return checked_scenarios(store, content, str(file))


def _threshold(within_km: float | None, within_min: float | None) -> Threshold:
    if within_km is not None and within_min is not None:
        raise UsageError("Within reach is told in kilometres or in minutes: leave out one of the two")
    try:
        if within_min is not None:
            return Threshold(within_min * _SECONDS_IN_MIN, TravelCost.CAR)
        return USUAL_THRESHOLD if within_km is None else Threshold(within_km * _METRES_IN_KM)
    except ValueError as error:
        raise UsageError("Within reach is above 0 and at most 200 km, or 3333 minutes by car") from error


def _people(key: str) -> PeopleChoice:
    try:
        return parse_people_choice(key)
    except ValueError as error:
        raise UsageError(
            "«{key}» names nobody to count: write TABLE, TABLE/group:NAME or TABLE/service:SLUG", key=key
        ) from error


def _area(text: str) -> Katottg | None:
    code = parse_katottg(text)
    if text and code is None:
        raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=text)
    return code


def _summary(t: Translator, compared: Compared) -> list[list[str]]:
    """Return who is covered and who not, as things are and under each scenario, and the difference."""
    base = compared.base
    titles = scenario_titles([scenario for scenario, _ in compared.scenarios])
    answers = (base, *(answer for _, answer in compared.scenarios))
    header = [
        "",
        *(t("Within reach"), t("Out of reach"), t("On occupied territory"), t("Not known")),
        t("Within reach, difference"),
    ]
    rows = []
    for title, answer in zip([t("As things are"), *titles], answers, strict=True):
        change = None if answer is base else difference(base.whole, answer.whole)
        rows.append([title, *_parts(t, answer), "" if change is None else _signed(t, change)])
    return [header, *rows]


def _parts(t: Translator, answer: AccessAnswer) -> list[str]:
    people = answer.whole.people
    if people is None:
        return ["–"] * 4
    parts = (people.covered, people.uncovered, people.occupied, people.unknown)
    return [t.number(round(part.value)) for part in parts]


def _signed(t: Translator, change: float) -> str:
    return f"+{t.number(round(change))}" if round(change) > 0 else t.number(round(change))


def _shown(t: Translator, cell: Cell) -> str:
    if cell is None:
        return "–"
    return t.number(cell) if isinstance(cell, int | float) else str(cell)


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the rows with their columns under one another."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _line(t: Translator, scenario: Scenario) -> str:
    changes = t.plural("{n} change", "{n} changes", len(scenario.changes))
    return f"{scenario.id}  {scenario.name}  {changes}"


def _store(t: Translator, settings: Settings) -> Store:
    with shown_progress(t) as progress:
        return open_ready_store(settings, progress)
