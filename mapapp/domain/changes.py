"""How the registry changes: every change is kept, says who, when and why, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from mapapp.domain.errors import UsageError, msgid
from mapapp.domain.registry import Organisation, ServicePoint

Record = Organisation | ServicePoint
Document = Mapping[str, Any]
"""A record as plain JSON values; a field at its default is left out."""


class RecordKind(StrEnum):
    """What a version is of."""

    ORGANISATION = "organisation"
    POINT = "point"


class RecordKey(NamedTuple):
    """Which record."""

    kind: RecordKind
    id: str


def record_key(record: Record) -> RecordKey:
    """Return which record this is."""
    kind = RecordKind.ORGANISATION if isinstance(record, Organisation) else RecordKind.POINT
    return RecordKey(kind, record.id)


class ChangeKind(StrEnum):
    """By what means the registry was changed."""

    EDIT = "edit"
    IMPORT = "import"
    LOAD = "load"
    """A registry file put in place of all there was."""
    MERGE = "merge"
    """Duplicates made one; the others end and name the one that stays."""
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who changes the registry and why: known to those who work on it, never to the public."""

    who: str
    why: str

    def __post_init__(self) -> None:
        if not self.who.strip() or not self.why.strip():
            raise ValueError("a change says who makes it and why")


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What one record is to become.

    `after` None withdraws it from the registry, which only undoing its creation does: a provider that stops
    working gets a `valid_to`. `based_on` is the version the writer saw, 0 for a new record.
    """

    key: RecordKey
    after: Record | None
    based_on: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the registry, as kept.

    `who` and `why` are empty for a reader without the right to them.
    """

    number: int
    at: datetime
    kind: ChangeKind
    records: int
    who: str = ""
    why: str = ""
    undoes: int | None = None
    import_run: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A record as one change left it; `document` None says that it was withdrawn."""

    key: RecordKey
    number: int
    change: Change
    document: Document | None


class StoredRecord(NamedTuple):
    """A record as the registry has it: the whole of it for those who may read it, else its public half."""

    version: int
    document: Document


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field before and after, as plain JSON values; None where there was or is nothing.

    `field` is a path such as `offerings[home-care].capacity`.
    """

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RecordConflict:
    """A record that somebody else changed since the writer read it."""

    key: RecordKey
    based_on: int
    found: int
    since: tuple[FieldDifference, ...]
    """What others changed between the two versions."""


class ConflictError(UsageError):
    """Somebody changed the records first; nothing was written."""

    def __init__(self, conflicts: Sequence[RecordConflict]) -> None:
        self.conflicts = tuple(conflicts)
        first = self.conflicts[0]
        super().__init__(
            msgid(
                "{count} records were changed by someone else meanwhile, «{id}» first: {fields}. Nothing was "
                "written: look at what changed and try again"
            ),
            count=len(self.conflicts),
            id=first.key.id,
            fields=", ".join(difference.field for difference in first.since) or "–",
        )


def differences(before: Document | None, after: Document | None) -> tuple[FieldDifference, ...]:
    """Return every field that differs, in the order of the fields of `after`.

    Members of a list that name themselves (by `service` or `area`) are compared by that name where it is
    unique in the list, other lists as a whole.
    """
    return tuple(_differences("", before or {}, after or {}))


def _differences(path: str, before: Document, after: Document) -> Iterator[FieldDifference]:
    for field in dict.fromkeys((*after, *before)):
        old, new = before.get(field), after.get(field)
        if old == new:
            continue
        at = f"{path}.{field}" if path else field
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _differences(at, old, new)
            continue
        old_named, new_named = _by_name(old), _by_name(new)
        if old_named is None or new_named is None:
            yield FieldDifference(at, old, new)
            continue
        for name in dict.fromkeys((*new_named, *old_named)):
            one, other = old_named.get(name), new_named.get(name)
            if one is None or other is None:
                yield FieldDifference(f"{at}[{name}]", one, other)
            else:
                yield from _differences(f"{at}[{name}]", one, other)


def _by_name(members: Any) -> dict[str, Document] | None:
    """Return the members by their names, None where they have none or share one; nothing is an empty list."""
    if members is None:
        return {}
    if not isinstance(members, list):
        return None
    named: dict[str, Document] = {
        str(member.get("service") or member["area"]): member
        for member in members
        if isinstance(member, Mapping) and (member.get("service") or member.get("area"))
    }
    return named if len(named) == len(members) else None
