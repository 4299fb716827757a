"""The commands that bring tables of people into the store, list and remove them, and show what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mapapp.cli.terminal import DatabaseUrl, complain, shown_progress, terminal_translator
from mapapp.domain.access import Access
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.people import SMALLEST_PUBLISHED, PeopleFigure, PeopleKind, PeopleTable, Subject
from mapapp.domain.services import Service
from mapapp.files.people_columns import template_headers
from mapapp.files.tabular.words import Language
from mapapp.files.whole_file import write_whole
from mapapp.first_start import open_ready_store
from mapapp.people import USUAL_SHARE, PeopleFile, PeopleImport, plan_people_import, write_people_import
from mapapp.presentation.csv_table import excel_csv
from mapapp.presentation.labels import area_name, group_labels, hromada_name, label, service_name
from mapapp.presentation.messages import Translator
from mapapp.settings import read_settings
from mapapp.storage.store import Store

commands = typer.Typer(
    help="Tables of people by hromada: needs, the displaced, other counts of the population.",
    no_args_is_help=True,
)

_SHOWN = 20
_DAY = "%Y-%m-%d"
TableId = Annotated[str, typer.Argument(help="The id of the table.")]


@commands.command("import")
def people_import(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; docs/people.md tells how to write it.")],
    *,
    table_id: Annotated[str, typer.Option("--id", help="A short name of yours, such as needs-2026.")],
    title: Annotated[str, typer.Option(help="What people read above the numbers.")],
    kind: Annotated[PeopleKind, typer.Option(help="What the table counts.")],
    as_of: Annotated[datetime, typer.Option(formats=[_DAY], help="The day the numbers are of.")],
    source: Annotated[str, typer.Option(help="Who counted, and where it is published.")],
    sheet: Annotated[str, typer.Option(help="The sheet of a workbook; the first one if not given.")] = "",
    differs_by: Annotated[
        float, typer.Option(min=0, max=1, help="Tell where other tables differ by more than this share.")
    ] = USUAL_SHARE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and tell, and write nothing.")] = False,
    database_url: DatabaseUrl = "",
) -> None:
    """Put a file in place of the table of this id, whole or not at all; small numbers are for staff."""
    t = terminal_translator()
    about = PeopleFile(file, table_id, title, kind, as_of.date(), source, sheet or None)
    store = _store(t, database_url)
    planned = plan_people_import(store, about, differs_by)
    _tell_import(t, store.gazetteer(), store.services(), planned, differs_by)
    if dry_run:
        typer.echo(t("Nothing was written: this was a dry run"))
        return
    kept = write_people_import(store, planned)
    typer.echo(t("Kept as «{table}», checksum {checksum}", table=kept.id, checksum=kept.checksum))


@commands.command("list")
def people_list(database_url: DatabaseUrl = "") -> None:
    """List the tables with their day and source."""
    t = terminal_translator()
    for table in _store(t, database_url).people.tables():
        typer.echo(
            "  ".join((table.id, label(t, table.kind), t.date(table.as_of), table.title, table.source))
        )


@commands.command("show")
def people_show(
    table_id: TableId,
    hromada: Annotated[str, typer.Option("--hromada", help="Only this hromada, by its code.")] = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Say what a table counts and how many there are, in all or in one hromada."""
    t = terminal_translator()
    store = _store(t, database_url)
    table = _table(store, table_id)
    code = _hromada(store.gazetteer(), hromada) if hromada else None
    services = store.services()
    typer.echo(t("{title}: {kind}, {day}", title=table.title, kind=label(t, table.kind), day=table.as_of))
    typer.echo(t("Source: {source}", source=table.source))
    typer.echo(t("Checksum: {checksum}", checksum=table.checksum))
    for subject in table.subjects:
        figures = store.people.figures(table.id, subject)
        told = _summed(t, figures.values()) if code is None else _figure(t, figures.get(code))
        typer.echo(f"{_subject(t, services, subject)} ({subject.key}): {told}")
    if store.access >= Access.READER:
        typer.echo(
            t("Exact numbers, also below {smallest}: not to be published", smallest=SMALLEST_PUBLISHED)
        )


@commands.command("remove")
def people_remove(
    table_id: TableId,
    database_url: DatabaseUrl = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a table for good."""
    t = terminal_translator()
    store = _store(t, database_url)
    table = _table(store, table_id)
    if not yes:
        typer.confirm(t("Remove the table «{title}» for good?", title=table.title), abort=True)
    store.people.remove(table.id)
    typer.echo(t("Removed the table «{title}»", title=table.title))


@commands.command("template")
def people_template(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    oblast: Annotated[str, typer.Option(help="Write a row for each hromada of this oblast.")] = "",
    database_url: DatabaseUrl = "",
    *,
    with_services: Annotated[
        bool, typer.Option("--services", help="Also two columns for each service: need it, receive it.")
    ] = False,
) -> None:
    """Write an empty table to fill in: a column for each vulnerable group, and the hromadas of an oblast."""
    t = terminal_translator()
    if file.suffix.lower() != ".csv":
        raise UsageError("«{file}» ends like no format: use {endings}", file=file.name, endings=".csv")
    if file.exists():
        raise UsageError("There is already a file {file}: name another one", file=file)
    store = _store(t, database_url)
    services = tuple(store.services().values()) if with_services else ()
    headers = template_headers(Language(t.language), services)
    rows = _hromada_rows(t, store.gazetteer(), oblast) if oblast else []
    empty = [""] * (len(headers) - len(rows[0])) if rows else []
    write_whole(file, excel_csv(headers, [[*row, *empty] for row in rows]))
    typer.echo(t("Written to {file}: rows: {count}", file=file, count=len(rows)))


# What an import says


def _tell_import(
    t: Translator,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    planned: PeopleImport,
    differs_by: float,
) -> None:
    read = planned.read
    for note in read.notes[:_SHOWN]:
        complain(f"  {t.fault(note)}")
    if len(read.notes) > _SHOWN:
        complain(t("… and {count} more", count=len(read.notes) - _SHOWN))
    for subject in read.subjects:
        figures = [figure for figure in read.figures if figure.subject == subject]
        typer.echo(f"{_subject(t, services, subject)}: {_summed(t, figures)}")
    if read.missing:
        names = [hromada_name(t, gazetteer.hromadas[code]) for code in read.missing[:_SHOWN]]
        more = "…" if len(read.missing) > _SHOWN else ""
        typer.echo(
            t(
                "Hromadas of these oblasts that the table leaves out: {count} ({names}); they stay unknown",
                count=len(read.missing),
                names=", ".join(names) + more,
            )
        )
    _tell_disagreements(t, gazetteer, services, planned, differs_by)
    if planned.replaces is not None:
        typer.echo(
            t("This replaces «{title}» of {day}", title=planned.replaces.title, day=planned.replaces.as_of)
        )


def _tell_disagreements(
    t: Translator,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    planned: PeopleImport,
    differs_by: float,
) -> None:
    found = planned.disagreements
    if found:
        typer.echo(
            t(
                "Numbers that differ from other tables by more than {share}: {count}",
                share=t.percent(differs_by),
                count=len(found),
            )
        )
    for one in found[:_SHOWN]:
        told = t(
            "{hromada}, {subject}: {persons}, by «{table}» {others}",
            hromada=hromada_name(t, gazetteer.hromadas[one.hromada]),
            subject=_subject(t, services, one.subject),
            persons=one.persons,
            table=one.table,
            others=one.others,
        )
        typer.echo(f"  {told}")


def _subject(t: Translator, services: Mapping[str, Service], subject: Subject) -> str:
    if subject.group is not None:
        return group_labels(t, subject.group)[0]
    if subject.service is None:
        return t("everyone")
    service = services.get(subject.service)
    return subject.service if service is None else service_name(t, service)


def _summed(t: Translator, figures: Iterable[PeopleFigure]) -> str:
    known = [figure for figure in figures if figure.persons is not None]
    receiving = [figure.recipients for figure in known if figure.recipients is not None]
    told = t(
        "persons: {persons}, hromadas: {count}",
        persons=sum(figure.persons or 0 for figure in known),
        count=len(known),
    )
    return told if not receiving else ", ".join((told, t("recipients: {count}", count=sum(receiving))))


def _figure(t: Translator, figure: PeopleFigure | None) -> str:
    if figure is None:
        return t("not in the table")
    few = f"1–{SMALLEST_PUBLISHED - 1}"
    persons = few if figure.persons_hidden else _number(t, figure.persons)
    if figure.recipients is None and not figure.recipients_hidden:
        return persons
    recipients = t("withheld") if figure.recipients_hidden else _number(t, figure.recipients)
    return ", ".join((persons, t("recipients: {count}", count=recipients)))


def _number(t: Translator, number: int | None) -> str:
    return t("unknown") if number is None else str(number)


# What is asked about


def _store(t: Translator, database_url: str) -> Store:
    with shown_progress(t) as progress:
        return open_ready_store(read_settings(database_url=database_url), progress)


def _table(store: Store, table_id: str) -> PeopleTable:
    for table in store.people.tables():
        if table.id == table_id:
            return table
    raise NotFoundError("There is no table of people «{table}»", table=table_id)


def _hromada(gazetteer: Gazetteer, text: str) -> Katottg:
    code = parse_katottg(text)
    if code is None or code not in gazetteer.hromadas:
        raise NotFoundError("There is no hromada with the code {code}", code=text)
    return code


def _hromada_rows(t: Translator, gazetteer: Gazetteer, oblast: str) -> list[list[str]]:
    """Return code, oblast, raion and hromada of each hromada, in the order of their names."""
    code = parse_katottg(oblast)
    if code is None or code not in gazetteer.oblasts:
        raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=oblast)
    inside = [unit for unit in gazetteer.hromadas.values() if unit.oblast == code]
    return [
        [
            unit.katottg,
            area_name(t, gazetteer, unit.oblast),
            area_name(t, gazetteer, unit.raion) if unit.raion else "",
            hromada_name(t, unit),
        ]
        for unit in sorted(inside, key=lambda unit: (t.sort_key(unit.name), unit.katottg))
    ]
