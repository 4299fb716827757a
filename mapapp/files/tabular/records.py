"""The rows of a table as records of the registry, with every fault and note, told by row and column."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from mapapp.domain.errors import Fault
from mapapp.domain.imports import ImportContext, ImportedRecord, ReadRecords, SourceRow
from mapapp.domain.progress import Progress, no_progress
from mapapp.files.tabular.forms import Reference
from mapapp.files.tabular.owners import read_owners
from mapapp.files.tabular.parsing import Findings, parse_table
from mapapp.files.tabular.points import PointReader
from mapapp.files.tabular.rules import Rules
from mapapp.files.tabular.units import Units
from mapapp.files.tabular.words import ServiceWords


def read_records(
    rows: Iterable[SourceRow],
    mapping: Mapping[str, str],
    context: ImportContext,
    progress: Progress = no_progress,
    *,
    defaults: Mapping[str, str] | None = None,
) -> ReadRecords:
    """Return the records of a table, without those that have a fault.

    Parameters
    ----------
    rows
        As `read_table` gives them.
    mapping
        The field of each header, such as `{"Назва": "point.name"}`; others are left out.
    context
        What the records are compared with.
    progress
        Told how far the work is.
    defaults
        The text of fields for rows that say nothing of them.

    Raises
    ------
    UsageError
        A default is not what its field takes.

    """
    kept = rows if isinstance(rows, Sequence) else list(rows)
    units = Units(context.gazetteer)
    rules = Rules(context)
    reference = Reference(ServiceWords(context.services), units)
    with _collector_at_rest():
        table = parse_table(kept, mapping, defaults or {}, reference, progress)
        owners = read_owners(table, context, rules)
        points = list(PointReader(table, context, owners, units, rules).points(progress))
    records = [
        ImportedRecord(organisation, (kept[row],)) for organisation, row in owners.organisations.values()
    ]
    records += [ImportedRecord(point, tuple(kept[row] for row in of_point)) for point, of_point in points]
    findings = table.findings
    return ReadRecords(
        tuple(records),
        _in_order(findings, findings.faults),
        _in_order(findings, findings.notes),
        len(kept),
        frozenset(kept[row].number for row in findings.faults),
    )


def _in_order(findings: Findings, found: Mapping[int, list[Fault]]) -> tuple[Fault, ...]:
    """Return what was found by row, and within a row by the order of the columns."""
    place = {header: number for number, header in enumerate(findings.headers.values())}
    return tuple(
        fault
        for row in sorted(found)
        for fault in sorted(found[row], key=lambda one: place.get(one.column, len(place)))
    )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the cyclic collector from walking the many new objects, which form no cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
