"""The commands of coverage: presence, access and plans as tables, and the annex for a programme."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapapp.cli.terminal import DatabaseUrl, shown_progress, terminal_translator
from mapapp.domain.accessibility import USUAL_THRESHOLD, AccessQuery, Threshold, TravelCost
from mapapp.domain.annex import AnnexQuery
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.coverage import PresenceQuery
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.people import ALL_PEOPLE, PeopleChoice, parse_people_choice
from mapapp.domain.placement import (
    CandidatePlaces,
    Counting,
    PlacementGoal,
    PlacementQuery,
    Serving,
)
from mapapp.domain.planner import Planner
from mapapp.files.whole_file import write_whole
from mapapp.first_start import open_ready_store
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import LANGUAGES, Translator, translator
from mapapp.presentation.tables import Table, table_csv
from mapapp.roads import load_roads
from mapapp.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mapapp.domain.annex import Annex

commands = typer.Typer(
    help="Where services reach people, where they are missing, and what to do.", no_args_is_help=True
)

_METRES_IN_KM = 1000
_SECONDS_IN_MIN = 60
_DAY = "%Y-%m-%d"
TARGET = "resilience"
"""The service wanted in every hromada, unless another one is named."""

Area = Annotated[str, typer.Option("--area", help="An oblast, raion or hromada, by its code.")]
Day = Annotated[
    datetime | None, typer.Option("--day", formats=[_DAY], help="As of this day; today if not given.")
]
Service = Annotated[str, typer.Option("--service", help="The service, by its slug.")]
WithinKm = Annotated[
    float | None, typer.Option("--within-km", help="How far counts as within reach; 15 km if not given.")
]
WithinMin = Annotated[
    float | None, typer.Option("--within-min", help="The same in minutes by car; needs roads.")
]
People = Annotated[
    str, typer.Option("--people", help="Who is counted: a table, or TABLE/group:NAME, TABLE/service:SLUG.")
]
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
    asked = _Asked(database_url, lang)
    query = AnnexQuery(
        area=asked.area(area),
        day=_day(day),
        target=asked.service(target),
        services=tuple(asked.service(slug.strip()) for slug in services.split(",") if slug.strip()),
        threshold=_threshold(within_km, within_min),
        people=_people(people),
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

    asked = _Asked(database_url)
    slugs = tuple(asked.service(slug.strip()) for slug in services.split(",") if slug.strip())
    query = PresenceQuery(_day(day), asked.area(area) if area else None, slugs)
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

    asked = _Asked(database_url)
    query = asked.access(service, area, day, _threshold(within_km, within_min), people)
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
    from mapapp.presentation.paper_text import cell_text  # noqa: PLC0415
    from mapapp.presentation.plan_text import plan_table  # noqa: PLC0415

    asked = _Asked(database_url)
    query = PlacementQuery(
        access=asked.access(service, area, day, _threshold(within_km, within_min), people),
        goal=goal,
        new_points=points,
        counting=counting,
        candidates=candidates,
        serving=serving,
        is_exact=exact,
    )
    plan = asked.planner.place(query)
    table = plan_table(asked.telling, plan)
    kinds = [column.kind for column in table.columns]
    if len(table):
        typer.echo("  ".join(column.title for column in table.columns))
    for row in table.rows():
        cells = zip(row, kinds, strict=True)
        typer.echo("  ".join(cell_text(asked.t, cell, kind) for cell, kind in cells))
    for note in table.notes:
        typer.echo(note)
    if csv is not None:
        asked.write_csv(csv, table)


class _Asked:
    """The store that is asked, in which language, with the names of what it knows."""

    def __init__(self, database_url: str, language: str = "") -> None:
        # Imported here: the libraries that compute take a second, and the other commands do without.
        from mapapp.planner import StorePlanner  # noqa: PLC0415

        if language and language not in LANGUAGES:
            raise UsageError(
                "«{language}» is no language of mapapp: use {languages}",
                language=language,
                languages=", ".join(LANGUAGES),
            )
        self.t: Translator = translator(language) if language else terminal_translator()
        settings = read_settings(database_url=database_url)
        with shown_progress(self.t) as progress:
            store = open_ready_store(settings, progress)
        self.telling = Telling(self.t, store.gazetteer(), store.services(), datetime.now(UTC))
        self.planner: Planner = StorePlanner(
            store, self.telling.gazetteer, self.telling.services, partial(load_roads, settings)
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

    def access(
        self, service: str, area: str, day: datetime | None, threshold: Threshold, people: str
    ) -> AccessQuery:
        """Return the question of access that the options ask."""
        within = self.area(area) if area else None
        return AccessQuery(self.service(service), _day(day), threshold, _people(people), within)

    def write_csv(self, file: Path, table: Table) -> None:
        """Write the table for a spreadsheet and say how long it is."""
        if file.suffix.lower() != ".csv":
            raise UsageError("«{file}» ends like no format: use {endings}", file=file.name, endings=".csv")
        write_whole(file, table_csv(self.t, table))
        typer.echo(self.t("Written to {file}: rows: {count}", file=file, count=len(table)))


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


def _threshold(within_km: float | None, within_min: float | None) -> Threshold:
    if within_km is not None and within_min is not None:
        raise UsageError("Say how far in kilometres or in minutes, not in both")
    try:
        if within_min is not None:
            return Threshold(within_min * _SECONDS_IN_MIN, TravelCost.CAR)
        return USUAL_THRESHOLD if within_km is None else Threshold(within_km * _METRES_IN_KM)
    except ValueError as error:
        raise UsageError("A threshold is above 0 and at most 200 km, or 3,333 minutes") from error


def _people(key: str) -> PeopleChoice:
    try:
        return parse_people_choice(key)
    except ValueError as error:
        raise UsageError(
            "«{key}» names nobody to count: write TABLE, TABLE/group:NAME or TABLE/service:SLUG", key=key
        ) from error
