"""Which organisation each row means, and what the table says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mapapp.domain.changes import RecordKind
from mapapp.domain.errors import Fault
from mapapp.domain.imports import ImportContext
from mapapp.domain.names import fold_name
from mapapp.domain.registry import Organisation, Ownership, RecordSource, Sector
from mapapp.files.tabular.cells import closest
from mapapp.files.tabular.column import ORGANISATION
from mapapp.files.tabular.columns import BY_FIELD, describes_organisations
from mapapp.files.tabular.identity import made_id
from mapapp.files.tabular.parsing import ParsedTable
from mapapp.files.tabular.rules import Rules, demo_name_fault, period_fault

_ID: Final = "organisation.id"
_SOURCE: Final = "organisation.source"
_SOURCE_ID: Final = "organisation.source_id"
_EDRPOU: Final = "organisation.edrpou"
_NAME: Final = "organisation.name"
_SECTOR: Final = "organisation.sector"
_OWNERSHIP: Final = "organisation.ownership"

_Said = Mapping[str, Any]
"""What a row says of its organisation, by field."""


@dataclass(slots=True)
class _Draft:
    """One organisation, what is said of it, and in which row each of it was said first."""

    id: str
    said: dict[str, Any] = field(default_factory=dict)
    said_in: dict[str, int] = field(default_factory=dict)
    first_row: int = -1


@dataclass(frozen=True, slots=True)
class Owners:
    """The organisation of each row by its id, None where there is none; those made, with their first row."""

    of_row: list[str | None]
    organisations: Mapping[str, tuple[Organisation, int]]
    faulty: Mapping[str, int]
    """Organisations that could not be made, with the row that says why."""
    known: Mapping[str, Organisation]
    """Whatever a point may refer to: those of the registry and those made."""


def read_owners(table: ParsedTable, context: ImportContext, rules: Rules) -> Owners:
    """Tell the organisation of each row and make those the table describes."""
    return _Reading(table, context, rules).owners()


class _Reading:
    def __init__(self, table: ParsedTable, context: ImportContext, rules: Rules) -> None:
        self._table = table
        self._context = context
        self._findings = table.findings
        self._rules = rules
        self._fields = [name for name in table.values if BY_FIELD[name].part == ORGANISATION]
        self._describes = describes_organisations(self._fields)
        self._by_edrpou = {one.edrpou: one.id for one in context.organisations.values() if one.edrpou}
        self._by_name: dict[str, str | None] = {}
        for one in context.organisations.values():
            name = fold_name(one.name)
            # A name of two organisations tells neither.
            self._by_name[name] = None if name in self._by_name else one.id
        self._registry_names = {fold_name(one.name): one.name for one in context.organisations.values()}
        self._drafts: dict[str, _Draft] = {}

    def owners(self) -> Owners:
        said_by_row = self._said_by_row()
        distinct: dict[tuple[Any, ...], str | None] = {}
        # Whoever is named by an id or a code in one row may be named by a name alone in another.
        for key in sorted(dict.fromkeys(said_by_row), key=self._indirectness):
            distinct[key] = self._identify(dict(zip(self._fields, key, strict=True)))
        of_row = [distinct[key] for key in said_by_row]
        agreeing: set[tuple[Any, ...]] = set()
        for row, key in enumerate(said_by_row):
            # Saying the same again adds nothing; what disagrees is told of each row.
            if key not in agreeing and self._collect(row, of_row[row], key):
                agreeing.add(key)
        made: dict[str, tuple[Organisation, int]] = {}
        faulty: dict[str, int] = {}
        for draft in self._drafts.values():
            if not self._describes and draft.id in self._context.organisations:
                continue
            organisation = self._make(draft)
            if organisation is None:
                faulty[draft.id] = draft.first_row
            else:
                made[draft.id] = organisation, draft.first_row
        known = {**self._context.organisations, **{name: one for name, (one, _) in made.items()}}
        named = {*known, *faulty}
        for organisation, row in list(made.values()):
            if self._refers_wrongly(organisation, row, named):
                faulty[organisation.id] = made.pop(organisation.id)[1]
        return Owners(of_row, made, faulty, known)

    def _said_by_row(self) -> list[tuple[Any, ...]]:
        if not self._fields:
            return [()] * len(self._table.rows)
        return list(zip(*(self._table.values[name] for name in self._fields), strict=True))

    def _indirectness(self, key: tuple[Any, ...]) -> int:
        said = dict(zip(self._fields, key, strict=True))
        ways = (_ID, _SOURCE_ID, _EDRPOU, _NAME)
        return next((place for place, name in enumerate(ways) if said.get(name)), len(ways))

    def _identify(self, said: _Said) -> str | None:
        """Return the id of the organisation meant, ours or a new one."""
        edrpou, name = said.get(_EDRPOU), said.get(_NAME)
        found = self._identify_directly(said)
        if found is None and edrpou:
            found = self._by_edrpou.get(edrpou) or f"edrpou-{edrpou}"
        if found is None and name:
            found = self._by_name.get(fold_name(name)) or made_id(self._context.source, fold_name(name))
        if found is None:
            return self._context.default_organisation
        if edrpou:
            self._by_edrpou.setdefault(edrpou, found)
        if name:
            self._by_name.setdefault(fold_name(name), found)
        return found

    def _identify_directly(self, said: _Said) -> str | None:
        if said.get(_ID):
            return str(said[_ID])
        source_id = said.get(_SOURCE_ID)
        if not source_id:
            return None
        source = said.get(_SOURCE) or self._context.source
        known = self._context.known.get((RecordKind.ORGANISATION, source_id))
        return known if known and source == self._context.source else made_id(source, source_id)

    def _collect(self, row: int, owner: str | None, key: tuple[Any, ...]) -> bool:
        """Take what a row says of its organisation; return whether all rows before agree with it."""
        if owner is None or all(value is None for value in key):
            return True
        agrees = True
        draft = self._drafts.get(owner)
        if draft is None:
            draft = self._drafts[owner] = _Draft(owner, first_row=row)
        for name, value in zip(self._fields, key, strict=True):
            if value is None or (before := draft.said.setdefault(name, value)) is value:
                if value is not None:
                    draft.said_in.setdefault(name, row)
                continue
            if before != value:
                agrees = False
                first = draft.said_in[name]
                self._findings.fault(
                    row,
                    name,
                    Fault(
                        "row {first_row} says «{other}» of the same organisation: correct one of them",
                        {
                            "first_row": self._table.rows[first].number,
                            "other": self._findings.text(first, name),
                        },
                    ),
                )
        return agrees

    def _make(self, draft: _Draft) -> Organisation | None:
        said, row = draft.said, draft.first_row
        faults = list(self._faults_of(draft))
        for name, fault in faults:
            self._findings.fault(row, name, fault)
        if faults:
            return None
        given = {BY_FIELD[name].path: value for name, value in said.items() if "." not in BY_FIELD[name].path}
        if _SECTOR not in said and _OWNERSHIP in said:
            given["sector"] = (
                Sector.NON_STATE if said[_OWNERSHIP] is Ownership.PRIVATE else Sector.STATE_COMMUNAL
            )
        if said.get(_SOURCE_ID):
            given["source"] = RecordSource(said.get(_SOURCE) or self._context.source, said[_SOURCE_ID])
        given["id"] = draft.id
        existing = self._context.organisations.get(draft.id)
        if existing is None and not {"name", "sector"} <= given.keys():
            return None  # Their cells were refused, which is reported.
        try:
            return Organisation(**given) if existing is None else replace(existing, **given)
        except ValueError as error:
            self._findings.fault(row, _NAME, Fault("the record does not hold: {problem}", {"problem": error}))
            return None

    def _faults_of(self, draft: _Draft) -> Iterator[tuple[str, Fault]]:
        said, existing = draft.said, self._context.organisations.get(draft.id)
        if existing is None:
            yield from self._missing(draft)
        fault = period_fault(said.get("organisation.valid_from"), said.get("organisation.valid_to"))
        if fault is not None:
            yield "organisation.valid_to", fault
        if said.get("organisation.is_demo"):
            yield from self._rules.demo_phone_faults(
                "organisation.phones", said.get("organisation.phones", ())
            )
            if said.get(_NAME) and (fault := demo_name_fault(said[_NAME])) is not None:
                yield _NAME, fault
            if _EDRPOU in said:
                yield _EDRPOU, Fault("a demonstration record invents no EDRPOU code: remove it")
        if draft.id in {said.get("organisation.parent"), *said.get("organisation.successor_of", ())}:
            yield _ID, Fault("an organisation cannot be its own parent or predecessor")

    def _missing(self, draft: _Draft) -> Iterator[tuple[str, Fault]]:
        said, row, refused = draft.said, draft.first_row, self._findings.refused
        if _NAME not in said and (row, _NAME) not in refused:
            yield self._unknown(draft)
        elif not {_SECTOR, _OWNERSHIP} & said.keys() and not {(row, _SECTOR), (row, _OWNERSHIP)} & refused:
            suggestion = self._alike(said.get(_NAME, ""))
            if suggestion is None:
                yield (
                    _SECTOR,
                    Fault("a new organisation needs its sector: choose a column, or name one for all rows"),
                )
            else:
                yield (
                    _NAME,
                    Fault(
                        "the registry has no organisation «{value}»: did you mean «{suggestion}»? A new one "
                        "needs its sector",
                        {"value": said[_NAME], "suggestion": suggestion},
                    ),
                )

    def _unknown(self, draft: _Draft) -> tuple[str, Fault]:
        name = _ID if _ID in draft.said else _EDRPOU if _EDRPOU in draft.said else _SOURCE_ID
        return name, Fault(
            "the registry has no organisation «{value}»: add its name and sector to make a new one",
            {"value": draft.said.get(name, draft.id)},
        )

    def _alike(self, name: str) -> str | None:
        found = closest(fold_name(name), self._registry_names)
        return None if found is None else self._registry_names[found]

    def _refers_wrongly(self, organisation: Organisation, row: int, known: Iterable[str]) -> bool:
        wrong = False
        references = (
            ("organisation.parent", (organisation.parent,)),
            ("organisation.successor_of", organisation.successor_of),
        )
        for name, others in references:
            for other in others:
                if other is not None and other not in known:
                    wrong = True
                    self._findings.fault(row, name, unknown_organisation(other, known))
        return wrong


def unknown_organisation(wanted: str, known: Iterable[str]) -> Fault:
    """Return that there is no such organisation, and which may be meant."""
    suggestion = closest(wanted, known)
    if suggestion is None:
        return Fault("neither the file nor the registry has an organisation «{id}»", {"id": wanted})
    return Fault(
        "neither the file nor the registry has an organisation «{id}»: did you mean «{suggestion}»?",
        {"id": wanted, "suggestion": suggestion},
    )
