"""The commands that tell what was looked for and not found, and say how long that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from mapapp.cli.terminal import DatabaseUrl, shown_progress, terminal_translator
from mapapp.domain.access import Access
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.evidence import SMALLEST_SHOWN, UnmetDemand, last_four_quarters
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.files.whole_file import write_whole
from mapapp.first_start import open_ready_store
from mapapp.presentation.csv_table import excel_csv
from mapapp.presentation.messages import Translator
from mapapp.presentation.referral_reasons import outcome_text
from mapapp.settings import read_settings
from mapapp.storage.store import Store

commands = typer.Typer(help="What was looked for and not found, without who.", no_args_is_help=True)

_DAY = "%Y-%m-%d"
First = Annotated[
    datetime | None,
    typer.Option("--from", formats=[_DAY], help="The first day; a year before this quarter if not given."),
]
Last = Annotated[
    datetime | None, typer.Option("--to", formats=[_DAY], help="The last day; today if not given.")
]
ServiceSlug = Annotated[str, typer.Option("--service", help="Only this service, by its slug.")]
OblastCode = Annotated[str, typer.Option("--oblast", help="Only hromadas of this oblast, by its code.")]
Exact = Annotated[
    bool,
    typer.Option("--exact", help="Every search, small counts too: for readers, and not to be published."),
]
_COLUMNS = (
    "hromada",
    "hromada_name",
    "oblast_name",
    "service",
    "service_name",
    "from",
    "to",
    "searches",
    "unmet",
)


@commands.command("show")
def evidence_show(
    first: First = None,
    last: Last = None,
    service: ServiceSlug = "",
    oblast: OblastCode = "",
    database_url: DatabaseUrl = "",
    *,
    exact: Exact = False,
) -> None:
    """List how many searches there were from each hromada for each service, and how many were in vain."""
    t = terminal_translator()
    asked = _asked(_store(t, database_url), t, first, last)
    for row in asked.rows(service, oblast, exact=exact):
        typer.echo("  ".join((*row[:2], *row[3:5], *(cell or "–" for cell in row[7:]))))
    typer.echo(asked.told(exact=exact))


@commands.command("reasons")
def evidence_reasons(
    hromada: Annotated[str, typer.Argument(help="The code of the hromada.")],
    service: Annotated[str, typer.Argument(help="The slug of the service.")],
    first: First = None,
    last: Last = None,
    database_url: DatabaseUrl = "",
) -> None:
    """Count how the searches from a hromada for a service ended; for readers, and not to be published."""
    t = terminal_translator()
    asked = _asked(_store(t, database_url), t, first, last)
    code = asked.known_code(hromada, asked.gazetteer.hromadas)
    asked.check_service(service)
    for outcome, count in asked.store.evidence.outcomes(code, service, asked.first, asked.last).items():
        typer.echo(f"{outcome}: {count}  {outcome_text(t, outcome)}")


@commands.command("export")
def evidence_export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    *,
    first: First = None,
    last: Last = None,
    service: ServiceSlug = "",
    oblast: OblastCode = "",
    database_url: DatabaseUrl = "",
    exact: Exact = False,
) -> None:
    """Write the same as a table that a spreadsheet opens; a count that is withheld is an empty cell."""
    t = terminal_translator()
    if file.suffix.lower() != ".csv":
        raise UsageError("«{file}» ends like no format: use {endings}", file=file.name, endings=".csv")
    asked = _asked(_store(t, database_url), t, first, last)
    rows = asked.rows(service, oblast, exact=exact)
    write_whole(file, excel_csv(_COLUMNS, rows))
    typer.echo(t("Written to {file}: rows: {count}", file=file, count=len(rows)))
    typer.echo(asked.told(exact=exact))


@commands.command("keep")
def evidence_keep(
    days: Annotated[int, typer.Argument(help="For how many days searches are kept.")],
    database_url: DatabaseUrl = "",
) -> None:
    """Say for how many days searches are kept; older ones are removed now and from now on."""
    t = terminal_translator()
    _store(t, database_url).evidence.keep(days)
    typer.echo(t("Searches are now kept for days: {days}", days=days))


@commands.command("purge")
def evidence_purge(
    before: Annotated[
        datetime, typer.Option(formats=[_DAY], help="Remove every search made before this day.")
    ],
    database_url: DatabaseUrl = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove the searches made before a day, and the counts of quarters that ended before it."""
    t = terminal_translator()
    store = _store(t, database_url)
    if not yes:
        typer.confirm(t("Remove every search made before {day} for good?", day=before.date()), abort=True)
    typer.echo(t("Removed searches: {count}", count=store.evidence.purge(before.date())))


@dataclass(frozen=True)
class _Asked:
    """What is asked about, and the names of it."""

    store: Store
    t: Translator
    gazetteer: Gazetteer
    first: date
    last: date

    def rows(self, service: str, oblast: str, *, exact: bool) -> list[tuple[str, ...]]:
        """Return a row of `_COLUMNS` for each hromada and service, those most often in vain first."""
        if service:
            self.check_service(service)
        within = self.known_code(oblast, self.gazetteer.oblasts) if oblast else None
        found = [
            demand
            for demand in self._demand(service or None, exact=exact)
            if within is None or demand.hromada.oblast_prefix == within.oblast_prefix
        ]
        names = self._service_names()
        return [self._row(demand, names) for demand in _most_in_vain_first(found)]

    def told(self, *, exact: bool) -> str:
        """Return what to know of the rows."""
        if exact:
            return self.t(
                "Every search from {first} to {last}, also counts below {smallest}: not to be published",
                first=self.first,
                last=self.last,
                smallest=SMALLEST_SHOWN,
            )
        return self.t(
            "Whole quarters from {first} to {last} that are over; counts below {smallest} are withheld",
            first=self.first,
            last=self.last,
            smallest=SMALLEST_SHOWN,
        )

    def known_code(self, text: str, units: Iterable[Katottg]) -> Katottg:
        """Return the code of one of the units; raise NotFoundError for any other text."""
        code = parse_katottg(text)
        if code is None or code not in units:
            raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=text)
        return code

    def check_service(self, service: str) -> None:
        """Raise NotFoundError for a service that is not in the classifier."""
        if service not in self.store.services():
            raise NotFoundError("There is no service «{service}» in the classifier", service=service)

    def _demand(self, service: str | None, *, exact: bool) -> list[UnmetDemand]:
        evidence = self.store.evidence
        if not exact:
            return evidence.published_demand(self.first, self.last, service)
        if self.store.access < Access.READER:
            raise UsageError("Exact counts are for readers: use a reader's address")
        return evidence.unmet_demand(self.first, self.last, service)

    def _service_names(self) -> dict[str, str]:
        services = self.store.services().values()
        return {one.slug: one.name_uk if self.t.language == "uk" else one.name_en for one in services}

    def _row(self, demand: UnmetDemand, service_names: dict[str, str]) -> tuple[str, ...]:
        # What was looked for may have left the country's list or the classifier since.
        hromada = self.gazetteer.hromadas.get(demand.hromada)
        oblast = None if hromada is None else self.gazetteer.oblasts[hromada.oblast]
        return (
            demand.hromada,
            "" if hromada is None else self._name(hromada.name, hromada.name_en),
            "" if oblast is None else self._name(oblast.name, oblast.name_en),
            demand.service,
            service_names.get(demand.service, ""),
            self.first.isoformat(),
            self.last.isoformat(),
            _cell(demand.searches),
            _cell(demand.unmet),
        )

    def _name(self, name: str, name_en: str) -> str:
        return name_en if self.t.language == "en" and name_en else name


def _asked(store: Store, t: Translator, first: datetime | None, last: datetime | None) -> _Asked:
    today = today_in_kyiv()
    last_day = today if last is None else last.date()
    first_day = last_four_quarters(min(today, last_day))[0] if first is None else first.date()
    if first_day > last_day:
        raise UsageError("The first day, {first}, is after the last, {last}", first=first_day, last=last_day)
    return _Asked(store, t, store.gazetteer(), first_day, last_day)


def _most_in_vain_first(demands: Sequence[UnmetDemand]) -> list[UnmetDemand]:
    return sorted(
        demands, key=lambda one: (-(one.unmet or 0), -(one.searches or 0), one.hromada, one.service)
    )


def _cell(count: int | None) -> str:
    return "" if count is None else str(count)


def _store(t: Translator, database_url: str) -> Store:
    with shown_progress(t) as progress:
        return open_ready_store(read_settings(database_url=database_url), progress)
