"""The commands that bring files of providers into the registry and say how that went."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
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
from mapapp.domain.errors import Fault, InvalidInputError, UsageError
from mapapp.domain.import_plan import Outcome, outcomes
from mapapp.files.import_formats import ReadingWishes
from mapapp.first_start import open_ready_store
from mapapp.presentation.labels import label
from mapapp.presentation.messages import LANGUAGES, Translator, translator
from mapapp.registry_import import ImportPlan, ImportWishes, Taking, plan_import, run_import
from mapapp.settings import read_settings

commands = typer.Typer()
_DIFFERENCES_SHOWN = 20
_FAULTS_SHOWN = 50


@commands.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="CSV, XLSX, YAML, GeoJSON or HSDS (JSON, or CSV tables in a ZIP).")
    ],
    source: Annotated[str, typer.Option(help="A short name of where the file's record ids come from.")],
    why: Why = "",
    who: Who = "",
    database_url: DatabaseUrl = "",
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write; without it this is a dry run.")] = False,
    valid_only: Annotated[bool, typer.Option(help="Take the records without a fault.")] = False,
    end_absent: Annotated[
        bool, typer.Option(help="End records of this source that the file no longer has.")
    ] = False,
    column: Annotated[
        list[str] | None, typer.Option(help="«header=field», or «header=» to leave a column out.")
    ] = None,
    default: Annotated[
        list[str] | None, typer.Option(help="«field=text» for a field the file has no column for.")
    ] = None,
    sheet: Annotated[str, typer.Option(help="The sheet of a workbook; the first one if not given.")] = "",
    organisation: Annotated[
        str, typer.Option(help="The id of the organisation of rows that name none.")
    ] = "",
    report: Annotated[Path | None, typer.Option(help="Write every fault and note to this CSV file.")] = None,
) -> None:
    """Say what a file would change in the registry; with --apply, change it, all in one step."""
    t = terminal_translator()
    wishes = ImportWishes(
        source=source,
        authorship=authorship(who, why or t("Import of {file}", file=file.name)),
        reading=ReadingWishes(columns=_pairs(column), defaults=_pairs(default), sheet=sheet or None),
        default_organisation=organisation or None,
        taking=Taking.VALID_RECORDS if valid_only else Taking.ALL_OR_NOTHING,
        end_absent=end_absent,
    )
    change = None
    with shown_progress(t) as progress:
        store = open_ready_store(read_settings(database_url=database_url), progress)
        try:
            if apply:
                plan, change = run_import(store, file, wishes, progress)
            else:
                plan = plan_import(store, file, wishes, progress)
        except InvalidInputError as error:
            if report is not None:
                _write_report(report, error.faults, ())
            raise
    if report is not None:
        _write_report(report, plan.read.faults, plan.read.notes)
    _tell(t, plan)
    if change is not None:
        typer.echo(
            t(
                "Imported as change {number}; «mapapp registry undo {number}» takes it back",
                number=change.number,
            )
        )
    elif apply:
        typer.echo(t("The registry already says all that the file says"))
    else:
        typer.echo(t("Nothing was written: this was a dry run; add --apply to import"))


@commands.command("imports")
def imports(
    limit: Annotated[int, typer.Option(help="How many.", min=1)] = 20, database_url: DatabaseUrl = ""
) -> None:
    """List the latest imports."""
    t = terminal_translator()
    with shown_progress(t) as progress:
        store = open_ready_store(read_settings(database_url=database_url), progress)
    for run in store.imports.runs(limit):
        change = "" if run.change is None else t("change {number}", number=run.change)
        typer.echo(
            "  ".join(
                [
                    str(run.number),
                    t.moment(run.started_at),
                    label(t, run.state),
                    run.source,
                    run.file_name,
                    run.who,
                    change,
                ]
            ).rstrip()
        )


def _tell(t: Translator, plan: ImportPlan) -> None:
    for proposed in plan.file.columns:
        typer.echo(
            t(
                "Column «{header}»: {field}",
                header=proposed.header,
                field=plan.file.mapping.get(proposed.header) or "–",
            )
        )
    for note in plan.read.notes[:_FAULTS_SHOWN]:
        complain(f"  {t.fault(note)}")
    for fault in plan.read.faults[:_FAULTS_SHOWN]:
        complain(f"  {t.fault(fault)}")
    hidden = len(plan.read.notes[_FAULTS_SHOWN:]) + len(plan.read.faults[_FAULTS_SHOWN:])
    if hidden:
        complain(t("… and {count} more: --report FILE keeps them all", count=hidden))
    changed = [record for record in plan.records if record.outcome is Outcome.CHANGED]
    for record in changed[:_DIFFERENCES_SHOWN]:
        for one in record.differences:
            typer.echo(f"  {record.key.id}: {one.field}: {_short(one.before)} → {_short(one.after)}")
    typer.echo(
        t(
            "Rows read: {rows}, with faults: {faulty}, notes: {notes}",
            rows=plan.read.rows,
            faulty=len(plan.read.faulty_rows),
            notes=len(plan.read.notes),
        )
    )
    for (kind, outcome), count in sorted(outcomes(plan.records).items()):
        typer.echo(f"{label(t, kind)}, {label(t, outcome)}: {count}")


def _short(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004 - a line of a terminal


def _pairs(given: Iterable[str] | None) -> Mapping[str, str]:
    pairs = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UsageError("«{text}» says nothing: write «name=value»", text=text)
        pairs[name.strip()] = value.strip()
    return pairs


def _write_report(file: Path, faults: Iterable[Fault], notes: Iterable[Fault]) -> None:
    """Write a table an editor can sort: where, what, and what would be right, in both languages."""
    speakers = [translator(language) for language in LANGUAGES]
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(["kind", "row", "column", "value", *(f"problem_{t.language}" for t in speakers)])
        for kind, found in (("fault", faults), ("note", notes)):
            for one in found:
                said = [t(one.message, **one.values) for t in speakers]
                table.writerow(
                    [
                        kind,
                        one.line or "",
                        _harmless(one.column),
                        _harmless(str(one.values.get("value", ""))),
                        *map(_harmless, said),
                    ]
                )


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text of the imported file for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
