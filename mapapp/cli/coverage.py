"""The commands of coverage: presence, access and plans as tables, and the annex for a programme."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapapp.cli.coverage_questions import (
    Asked,
    People,
    WithinKm,
    WithinMin,
    check_csv,
    people_of,
    table_lines,
    threshold_of,
)
from mapapp.cli.terminal import DatabaseUrl, terminal_translator
from mapapp.domain.accessibility import AccessQuery, Threshold
from mapapp.domain.annex import AnnexQuery
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.coverage import PresenceQuery
from mapapp.domain.errors import UsageError
from mapapp.domain.people import ALL_PEOPLE
from mapapp.domain.placement import (
    CandidatePlaces,
    Counting,
    PlacementGoal,
    PlacementQuery,
    Serving,
)
from mapapp.files.whole_file import write_whole
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import LANGUAGES, Translator, translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapapp.domain.annex import Annex

commands = typer.Typer(
    help="Where services reach people, where they are missing, and what to do.", no_args_is_help=True
)

_DAY = "%Y-%m-%d"
TARGET = "resilience"
"""The service wanted in every hromada, unless another one is named."""

Area = Annotated[str, typer.Option("--area", help="An oblast, raion or hromada, by its code.")]
Day = Annotated[
    datetime | None, typer.Option("--day", formats=[_DAY], help="As of this day; today if not given.")
]
Service = Annotated[str, typer.Option("--service", help="The service, by its slug.")]
Csv = Annotated[Path, typer.Option("--csv", help="The CSV file to write.")]
Lang = Annotated[str, typer.Option("--lang", help="uk or en; the terminal's language if not given.")]


@commands.command("report")
def coverage_report(
    *,
    area: Area,
    to: Annotated[Path, typer.Option("--to", help="The file to write: .pdf, .xlsx or .docx.")],
    day: Day = None,
    target: Annotated[
        str, typer.Option("--target", help="The service wanted in every hromada, by its slug.")
    ] = TARGET,
    services: Annotated[
        str, typer.Option("--services", help="Slugs of more services to tell of, with commas between.")
    ] = "",
    within_km: WithinKm = None,
    within_min: WithinMin = None,
    people: People = ALL_PEOPLE.key,
    lang: Lang = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Write the annex for a programme of an oblast, raion or hromada: maps, tables, method, sources."""
    write = _writer_of(to)
    asked = Asked(database_url, _translator(lang))
    query = AnnexQuery(
        area=asked.area(area),
        day=_day(day),
        target=asked.service(target),
        services=_services(asked, services),
        threshold=threshold_of(within_km, within_min),
        people=people_of(people),
    )
    write_whole(to, write(asked.telling, asked.planner.annex(query)))
    typer.echo(asked.t("Written to {file}", file=to))


@commands.command("matrix")
def coverage_matrix(
    *,
    csv: Csv,
    area: Area = "",
    day: Day = None,
    services: Annotated[
        str, typer.Option("--services", help="Slugs, with commas between; the basic services if not given.")
    ] = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Write which services reach which hromada, a row a hromada; the whole country without --area."""
    from mapapp.presentation.presence_table import matrix_table  # noqa: PLC0415

    check_csv(csv)
    asked = Asked(database_url, terminal_translator())
    query = PresenceQuery(_day(day), asked.area(area) if area else None, _services(asked, services))
    asked.write_csv(csv, matrix_table(asked.telling, asked.planner.presence(query)))


@commands.command("access")
def coverage_access(
    *,
    service: Service,
    csv: Csv,
    area: Area = "",
    day: Day = None,
    within_km: WithinKm = None,
    within_min: WithinMin = None,
    people: People = ALL_PEOPLE.key,
    database_url: DatabaseUrl = "",
) -> None:
    """Write how well a service is within reach, a row a hromada."""
    from mapapp.presentation.access_table import access_sentence, access_table  # noqa: PLC0415

    check_csv(csv)
    asked = Asked(database_url, terminal_translator())
    query = _access(
        asked, service, area, day=day, threshold=threshold_of(within_km, within_min), people=people
    )
    answer = asked.planner.access(query)
    asked.write_csv(csv, access_table(asked.telling, answer))
    typer.echo(access_sentence(asked.telling, answer))


@commands.command("place")
def coverage_place(
    *,
    service: Service,
    area: Area,
    points: Annotated[int, typer.Option("--points", min=1, help="How many new points to open.")] = 1,
    goal: Annotated[
        PlacementGoal, typer.Option("--goal", help="What they are chosen for.")
    ] = PlacementGoal.MOST_PEOPLE,
    counting: Annotated[
        Counting, typer.Option("--count", help="What is counted as gained.")
    ] = Counting.PEOPLE,
    candidates: Annotated[
        CandidatePlaces, typer.Option("--candidates", help="Where a point may open.")
    ] = CandidatePlaces.HROMADA_CENTRES,
    serving: Annotated[
        Serving, typer.Option("--serving", help="Whom a new point would serve.")
    ] = Serving.OWN_HROMADA,
    day: Day = None,
    within_km: WithinKm = None,
    within_min: WithinMin = None,
    people: People = ALL_PEOPLE.key,
    csv: Annotated[Path | None, typer.Option("--csv", help="Also write the plan to this file.")] = None,
    database_url: DatabaseUrl = "",
    exact: Annotated[
        bool, typer.Option("--exact/--fast", help="A proven best plan, or a fast rule of thumb.")
    ] = True,
) -> None:
    """Print where to open new points, in order of what each adds, and how good the plan surely is."""
    from mapapp.presentation.plan_text import plan_table  # noqa: PLC0415

    check_csv(csv)
    asked = Asked(database_url, terminal_translator())
    query = PlacementQuery(
        access=_access(
            asked, service, area, day=day, threshold=threshold_of(within_km, within_min), people=people
        ),
        goal=goal,
        new_points=points,
        counting=counting,
        candidates=candidates,
        serving=serving,
        is_exact=exact,
    )
    plan = asked.planner.place(query)
    table = plan_table(asked.telling, plan)
    for line in table_lines(asked.t, table):
        typer.echo(line)
    if csv is not None:
        asked.write_csv(csv, table)


def _translator(language: str) -> Translator:
    if language and language not in LANGUAGES:
        raise UsageError(
            "«{language}» is no language of mapapp: use {languages}",
            language=language,
            languages=", ".join(LANGUAGES),
        )
    return translator(language) if language else terminal_translator()


def _access(
    asked: Asked, service: str, area: str, *, day: datetime | None, threshold: Threshold, people: str
) -> AccessQuery:
    """Return the question of access that the options ask."""
    within = asked.area(area) if area else None
    return AccessQuery(asked.service(service), _day(day), threshold, people_of(people), within)


def _services(asked: Asked, slugs: str) -> tuple[str, ...]:
    return tuple(asked.service(slug.strip()) for slug in slugs.split(",") if slug.strip())


def _writer_of(file: Path) -> Callable[[Telling, Annex], bytes]:
    from mapapp.presentation.annex_docx import annex_docx  # noqa: PLC0415
    from mapapp.presentation.annex_pdf import annex_pdf  # noqa: PLC0415
    from mapapp.presentation.annex_xlsx import annex_xlsx  # noqa: PLC0415

    writers = {".pdf": annex_pdf, ".xlsx": annex_xlsx, ".docx": annex_docx}
    if file.suffix.lower() not in writers:
        raise UsageError(
            "«{file}» ends like no format: use {endings}", file=file.name, endings=", ".join(writers)
        )
    return writers[file.suffix.lower()]


def _day(day: datetime | None) -> date:
    return today_in_kyiv() if day is None else day.date()
