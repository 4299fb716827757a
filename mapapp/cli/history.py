"""The commands that say how the registry came to be, and change single records of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer

from mapapp.cli.terminal import DatabaseUrl, Who, Why, authorship, shown_progress, terminal_translator
from mapapp.domain.changes import Change, RecordKey, RecordKind, differences
from mapapp.domain.errors import UsageError
from mapapp.first_start import open_ready_store
from mapapp.presentation.labels import label
from mapapp.presentation.messages import Translator
from mapapp.settings import read_settings
from mapapp.storage.store import Store

commands = typer.Typer()
Kind = Annotated[RecordKind, typer.Argument(help="Whether the id is of an organisation or a service point.")]
Id = Annotated[str, typer.Argument(help="The record's id.")]


@commands.command("changes")
def changes(
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 20, database_url: DatabaseUrl = ""
) -> None:
    """List the latest changes of the registry: when, what kind, how many records, who and why."""
    t = terminal_translator()
    for change in _store(t, database_url).registry.changes(limit):
        typer.echo(_line(t, change))


@commands.command("history")
def history(kind: Kind, record_id: Id, database_url: DatabaseUrl = "") -> None:
    """Tell every version of a record, newest first: who, when, why, and each field before and after."""
    t = terminal_translator()
    versions = _store(t, database_url).registry.history(RecordKey(kind, record_id))
    by_number = {version.number: version for version in versions}
    for version in sorted(versions, key=lambda version: version.number, reverse=True):
        typer.echo(f"v{version.number}  {_line(t, version.change)}")
        earlier = by_number.get(version.number - 1)
        for one in differences(earlier.document if earlier else None, version.document):
            typer.echo(f"  {one.field}: {_said(one.before)} → {_said(one.after)}")


@commands.command("show")
def show(
    kind: Kind,
    record_id: Id,
    as_of: Annotated[
        datetime | None, typer.Option(help="The moment, in local time; now if not given.")
    ] = None,
    database_url: DatabaseUrl = "",
) -> None:
    """Print a record as a JSON document, as it is or as it was at a moment."""
    t = terminal_translator()
    versions = _store(t, database_url).registry.history(RecordKey(kind, record_id))
    known = [version for version in versions if as_of is None or version.change.at <= as_of.astimezone()]
    latest = max(known, key=lambda version: version.number, default=None)
    if latest is None or latest.document is None:
        raise UsageError("There was no record «{id}» then", id=record_id)
    typer.echo(json.dumps(latest.document, ensure_ascii=False, indent=2))


@commands.command("undo")
def undo(
    number: Annotated[int, typer.Argument(help="The number of the change.")],
    why: Why,
    who: Who = "",
    only: Annotated[
        str, typer.Option(help="Undo it for this record alone: «point:ID» or «organisation:ID».")
    ] = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Take a change back, a whole import too; refused where somebody changed the records since."""
    t = terminal_translator()
    store = _store(t, database_url)
    made = store.registry.undo(number, authorship(who, why), only=_key(only) if only else None)
    typer.echo(_line(t, made))


@commands.command("end")
def end(
    kind: Kind,
    record_id: Id,
    *,
    why: Why,
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day of its work.")],
    who: Who = "",
    database_url: DatabaseUrl = "",
) -> None:
    """End the validity of a record: it stays in the history and no longer counts after that day."""
    t = terminal_translator()
    store = _store(t, database_url)
    typer.echo(_line(t, store.registry.end(RecordKey(kind, record_id), on.date(), authorship(who, why))))


@commands.command("merge")
def merge(
    kind: Kind,
    keep: Annotated[str, typer.Argument(help="The id of the record that stays.")],
    duplicates: Annotated[list[str], typer.Argument(help="The ids of its duplicates.")],
    *,
    why: Why,
    who: Who = "",
    database_url: DatabaseUrl = "",
) -> None:
    """Make duplicates one: they end, what they alone had goes to the one that stays, history is kept."""
    t = terminal_translator()
    keys = [RecordKey(kind, one) for one in duplicates]
    store = _store(t, database_url)
    typer.echo(_line(t, store.registry.merge(RecordKey(kind, keep), keys, authorship(who, why))))


@commands.command("purge")
def purge(
    kind: Kind,
    record_id: Id,
    *,
    why: Why,
    who: Who = "",
    database_url: DatabaseUrl = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a record with all its history for good; the owner's, logged, and never to be undone."""
    t = terminal_translator()
    store = _store(t, database_url)
    if not yes:
        typer.confirm(t("Remove «{id}» and all its history for good?", id=record_id), abort=True)
    store.registry.purge(RecordKey(kind, record_id), authorship(who, why))
    typer.echo(t("«{id}» and its history are gone; the purge log names it", id=record_id))


def _store(t: Translator, database_url: str) -> Store:
    with shown_progress(t) as progress:
        return open_ready_store(read_settings(database_url=database_url), progress)


def _key(text: str) -> RecordKey:
    kind, sign, record_id = text.partition(":")
    if not sign or kind not in set(RecordKind):
        raise UsageError("«{text}» names no record: write «point:ID» or «organisation:ID»", text=text)
    return RecordKey(RecordKind(kind), record_id)


def _line(t: Translator, change: Change) -> str:
    records = t.plural("{n} record", "{n} records", change.records)
    parts = [str(change.number), t.moment(change.at), label(t, change.kind), records, change.who, change.why]
    return "  ".join(part for part in parts if part)


def _said(value: object) -> str:
    return "–" if value is None else json.dumps(value, ensure_ascii=False)
