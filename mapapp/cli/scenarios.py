"""The commands that check, save, show and remove scenarios, and compare what they would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from mapapp.cli.coverage_questions import (
    Asked,
    People,
    WithinKm,
    WithinMin,
    aligned,
    check_csv,
    people_of,
    table_lines,
    threshold_of,
)
from mapapp.cli.terminal import (
    DatabaseUrl,
    Who,
    Why,
    authorship,
    complain,
    shown_progress,
    terminal_translator,
)
from mapapp.domain.accessibility import AccessAnswer, AccessQuery
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import UsageError
from mapapp.domain.people import ALL_PEOPLE
from mapapp.domain.planner import Compared, difference
from mapapp.domain.scenario import LoseRoads, Scenario
from mapapp.files.scenario_file import write_scenarios
from mapapp.first_start import open_ready_store
from mapapp.presentation.messages import Translator
from mapapp.presentation.scenario_text import comparison_table, scenario_titles
from mapapp.scenarios import checked_scenarios
from mapapp.settings import Settings, read_settings
from mapapp.storage.store import Store

commands = typer.Typer(help="What-ifs: named, saved, compared side by side.", no_args_is_help=True)

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
    within_km: WithinKm = None,
    within_min: WithinMin = None,
    people: People = ALL_PEOPLE.key,
    csv: Annotated[Path | None, typer.Option(help="Write the table by hromada to this CSV file.")] = None,
    database_url: DatabaseUrl = "",
) -> None:
    """Count the people who have a service within reach, as things are and under each scenario."""
    t = terminal_translator()
    check_csv(csv)
    threshold, counted = threshold_of(within_km, within_min), people_of(people)
    asked = Asked(database_url, t)
    within = asked.area(area) if area else None
    query = AccessQuery(asked.service(service), today_in_kyiv(), threshold, counted, within)
    chosen = _chosen(asked.store, scenarios)
    compared = asked.planner.compare(query, chosen)
    for line in aligned(_summary(t, compared)):
        typer.echo(line)
    if within_min is None and any(scenario.changes_of(LoseRoads) for scenario in chosen):
        complain(t("Lost roads change nothing in a straight line: ask for time by car with --within-min"))
    table = comparison_table(asked.telling, compared)
    typer.echo()
    for line in table_lines(t, table):
        typer.echo(line)
    if csv is not None:
        asked.write_csv(csv, table)


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


def _line(t: Translator, scenario: Scenario) -> str:
    changes = t.plural("{n} change", "{n} changes", len(scenario.changes))
    return f"{scenario.id}  {scenario.name}  {changes}"


def _store(t: Translator, settings: Settings) -> Store:
    with shown_progress(t) as progress:
        return open_ready_store(settings, progress)
