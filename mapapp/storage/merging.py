"""How several records of one provider become one: the others end and name the one that stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from mapapp.domain.changes import Record
from mapapp.domain.errors import UsageError
from mapapp.domain.registry import Organisation, ServicePoint

_Record = TypeVar("_Record", Organisation, ServicePoint)


def ended(record: _Record, last_day: date) -> _Record:
    """Return the record valid up to and on the day.

    Raises
    ------
    UsageError
        It has ended before, or is not valid yet.

    """
    if record.valid_to is not None and record.valid_to <= last_day:
        raise UsageError(
            "«{id}» has already ended, on {ended}: there is nothing to end",
            id=record.id,
            ended=record.valid_to,
        )
    if record.valid_from is not None and record.valid_from > last_day:
        raise UsageError(
            "«{id}» begins on {begins}: name that day or a later one as its last",
            id=record.id,
            begins=record.valid_from,
        )
    return replace(record, valid_to=last_day)


def merged_points(
    keep: ServicePoint, duplicates: Sequence[ServicePoint], last_day: date
) -> Iterator[ServicePoint]:
    """Yield the point kept, with what only its duplicates offered, and the duplicates ended.

    Raises
    ------
    UsageError
        The public may know more of one's place than of another's.

    """
    offerings = keep.offerings
    for duplicate in duplicates:
        if duplicate.location_policy is not keep.location_policy:
            raise UsageError(
                "«{id}» and «{other}» do not tell the public the same of their place: "
                "give them the same location policy first",
                id=keep.id,
                other=duplicate.id,
            )
        offered = {offering.service for offering in offerings}
        offerings += tuple(offering for offering in duplicate.offerings if offering.service not in offered)
        note = f"{duplicate.referral_note} → {keep.name} ({keep.id})".strip()
        yield replace(_closed(duplicate, last_day), referral_note=note)
    yield replace(keep, offerings=offerings)


def merged_organisations(
    keep: Organisation,
    duplicates: Sequence[Organisation],
    branches: Sequence[Organisation],
    points: Sequence[ServicePoint],
    last_day: date,
) -> Iterator[Record]:
    """Yield the organisation kept, successor of its duplicates; these, ended; and what was theirs.

    Parameters
    ----------
    keep, duplicates
        The organisation that stays and those that end.
    branches
        The organisations whose head is one of the duplicates.
    points
        The service points of the duplicates.
    last_day
        The last day on which the duplicates are valid.

    """
    gone = {duplicate.id for duplicate in duplicates}
    changed = {branch.id: replace(branch, parent=keep.id) for branch in branches if branch.id != keep.id}
    for duplicate in duplicates:
        predecessors = tuple(name for name in duplicate.successor_of if name != keep.id)
        latest = changed.get(duplicate.id, duplicate)
        changed[duplicate.id] = replace(_closed(latest, last_day), successor_of=predecessors)
    yield replace(
        keep,
        parent=None if keep.parent in gone else keep.parent,
        successor_of=tuple(dict.fromkeys((*keep.successor_of, *sorted(gone)))),
    )
    yield from changed.values()
    for point in points:
        yield replace(point, organisation=keep.id)


def _closed(record: _Record, last_day: date) -> _Record:
    """Return the record valid no longer than the day; one that began later was valid that day alone."""
    return replace(
        record,
        valid_from=None if record.valid_from is None else min(record.valid_from, last_day),
        valid_to=last_day if record.valid_to is None else min(record.valid_to, last_day),
    )
