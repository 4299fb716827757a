"""Service points out of the rows of a table: what belongs together, and whether it may be so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mapapp.domain.changes import RecordKind
from mapapp.domain.contacts import AddressParts
from mapapp.domain.errors import Fault, msgid
from mapapp.domain.imports import ImportContext
from mapapp.domain.katottg import Katottg
from mapapp.domain.progress import Progress
from mapapp.domain.registry import (
    CatchmentArea,
    ConfidentialPlace,
    LocationPolicy,
    Offering,
    PointKind,
    RecordSource,
    ServicePoint,
    TargetGroup,
    WartimeState,
)
from mapapp.files.tabular.column import CONFIDENTIAL, OFFERING, POINT
from mapapp.files.tabular.columns import BY_FIELD
from mapapp.files.tabular.drafts import Draft
from mapapp.files.tabular.identity import made_id
from mapapp.files.tabular.owners import Owners, unknown_organisation
from mapapp.files.tabular.parsing import EXPLICIT_NOTHING, ParsedTable
from mapapp.files.tabular.places import Places
from mapapp.files.tabular.rules import Rules, point_faults
from mapapp.files.tabular.understanding import find_address, find_hours
from mapapp.files.tabular.units import Units

STEP: Final = msgid("Checking the records")

_PROGRESS_EVERY = 1000
_ID: Final = "point.id"
_SOURCE: Final = "point.source"
_SOURCE_ID: Final = "point.source_id"
_SERVICE: Final = "offering.service"
_POLICY: Final = "point.location_policy"

_PLAIN_POINT: Final = tuple(
    (name, column.path)
    for name, column in BY_FIELD.items()
    if column.part == POINT
    and column.path
    and "." not in column.path
    and column.path not in {"id", "opening_hours", "location_policy"}
)
_PLAIN_CONFIDENTIAL: Final = tuple(
    (f"confidential.{name}", name) for name in ("hromada", "settlement", "point", "precision", "address")
)
_WARTIME: Final = tuple(
    (name, column.path.partition(".")[2])
    for name, column in BY_FIELD.items()
    if column.path.startswith("wartime.")
)
_ADDRESS: Final = {
    part: tuple(
        (name, column.path.rpartition(".")[2])
        for name, column in BY_FIELD.items()
        if column.part == part and "address_parts." in column.path
    )
    for part in (POINT, CONFIDENTIAL)
}
_OFFERING_PATHS: Final = {name: column.path for name, column in BY_FIELD.items() if column.part == OFFERING}


_FOUND_OUT: Final = frozenset(
    {
        "point.oblast",
        "point.hromada",
        "point.settlement",
        "point.precision",
        "point.coordinates_source",
    }
)
"""What may be known of a point whose table has no such column."""


def _filled(table: ParsedTable) -> Iterator[tuple[str, list[Any]]]:
    """Yield the columns that say anything of any row."""
    return ((name, values) for name, values in table.values.items() if values.count(None) < len(values))


def _may_be_said(name: str, table: ParsedTable) -> bool:
    return name in table.values or name in _FOUND_OUT


class PointReader:
    """Makes the points of a table."""

    def __init__(
        self, table: ParsedTable, context: ImportContext, owners: Owners, units: Units, rules: Rules
    ) -> None:
        self._table = table
        self._context = context
        self._owners = owners
        self._findings = table.findings
        self._rules = rules
        self._places = Places(context, units, self._rules)
        self._own = [(name, values) for name, values in _filled(table) if BY_FIELD[name].owner == POINT]
        self._offered = [(name, values) for name, values in _filled(table) if BY_FIELD[name].part == OFFERING]
        self._offering_fields = [name for name in table.values if BY_FIELD[name].part == OFFERING]
        self._known_ids = frozenset(
            found for (kind, _), found in context.known.items() if kind is RecordKind.POINT
        )
        self._own_catchments: dict[Katottg, tuple[CatchmentArea, ...]] = {}
        # Only what the table has is looked for in each of its points.
        self._plain = [(name, attribute) for name, attribute in _PLAIN_POINT if _may_be_said(name, table)]
        self._wartime = [(name, attribute) for name, attribute in _WARTIME if name in table.values]
        self._address = {
            part: [(name, attribute) for name, attribute in fields if name in table.values]
            for part, fields in _ADDRESS.items()
        }
        self._has_confidential = any(name.startswith(CONFIDENTIAL) for name in table.values)

    def points(self, progress: Progress) -> Iterator[tuple[ServicePoint, list[int]]]:
        """Yield each point without a fault, with the places of its rows."""
        groups = self._groups()
        taken: dict[str, int] = {}
        for done, rows in enumerate(groups):
            if done % _PROGRESS_EVERY == 0:
                progress(STEP, done, len(groups))
            draft = Draft(rows, self._findings)
            draft.collect(self._own)
            point_id = self._id(draft)
            first = taken.setdefault(point_id, rows[0])
            if first != rows[0]:
                draft.fault(
                    _ID,
                    Fault(
                        "id «{id}» stands in row {first_row} already: give each its own",
                        {"id": point_id, "first_row": self._table.rows[first].number},
                    ),
                )
            point = self._point(draft, point_id)
            if point is not None:
                yield point, rows
        progress(STEP, len(groups), len(groups))

    # Which rows make one point

    def _groups(self) -> list[list[int]]:
        """Return the rows of each point; rows that say nothing of a point are of an organisation alone."""
        headers = [
            header
            for name, header in self._findings.headers.items()
            if BY_FIELD[name].owner in {POINT, OFFERING}
        ]
        ids, source_ids = self._table.column(_ID), self._table.column(_SOURCE_ID)
        groups: dict[tuple[str, str], list[int]] = {}
        for place, row in enumerate(self._table.rows):
            key = ("id", ids[place]) if ids[place] else ("source", source_ids[place])
            if key[1]:
                groups.setdefault(key, []).append(place)
                continue
            values = row.values
            is_of_point = any(header in values for header in headers)
            refused = {(place, _ID), (place, _SOURCE_ID)} & self._findings.refused
            if is_of_point and not refused:
                self._findings.fault(
                    place,
                    _SOURCE_ID if _SOURCE_ID in self._table.values else _ID,
                    Fault("a row of a service point needs its id or its number in the source: add it"),
                )
        return list(groups.values())

    def _id(self, draft: Draft) -> str:
        said = draft.said
        if _ID in said:
            return str(said[_ID])
        source = said.get(_SOURCE, self._context.source)
        record_id = said[_SOURCE_ID]
        known = self._context.known.get((RecordKind.POINT, record_id))
        if known is not None and source == self._context.source:
            return known
        return made_id(source, record_id)

    # One point

    def _point(self, draft: Draft, point_id: str) -> ServicePoint | None:
        said = draft.said
        policy = said.get(_POLICY, LocationPolicy.PUBLIC)
        owner = self._owner(draft)
        self._places.complete(draft, policy)
        draft.faults(point_faults(said))
        if "point.stops" in said:
            draft.faults(self._rules.stop_faults(said["point.stops"]))
        if said.get("point.is_demo"):
            draft.faults(self._rules.demo_faults(said))
        for name in ("point.name", "point.kind"):
            if name not in said and not draft.was_refused(name):
                draft.fault(name, Fault("field «{field}» is missing", {"field": name}))
        offerings = tuple(self._read_offerings(draft))
        self._judge_offerings(draft, offerings, point_id)
        if draft.is_faulty or owner is None or any(row in self._findings.faults for row in draft.rows):
            return None
        return self._made(draft, point_id, owner, offerings)

    def _owner(self, draft: Draft) -> str | None:
        owners = self._owners
        owner = next((owners.of_row[row] for row in draft.rows if owners.of_row[row] is not None), None)
        if owner is None:
            if not any(
                (row, name) in self._findings.refused
                for row in draft.rows
                for name in ("organisation.id", "organisation.edrpou", "organisation.name")
            ):
                draft.fault(
                    "organisation.id", Fault("the row names no organisation: add its EDRPOU, name or id")
                )
            draft.is_faulty = True
            return None
        for row in draft.rows:
            if owners.of_row[row] not in {None, owner}:
                draft.fault(
                    "organisation.id", Fault("rows of one service point name different organisations")
                )
        if owner in owners.faulty:
            draft.fault(
                "organisation.id",
                Fault(
                    "the organisation of this service point has faults: see row {first_row}",
                    {"first_row": self._table.rows[owners.faulty[owner]].number},
                ),
            )
        elif owner not in owners.known:
            draft.fault("organisation.id", unknown_organisation(owner, owners.known))
        elif owners.known[owner].is_demo != draft.said.get("point.is_demo", False):
            draft.fault(
                "point.is_demo",
                Fault("a point and its organisation are demonstration records together, or neither is"),
            )
        return owner

    def _made(
        self, draft: Draft, point_id: str, owner: str, offerings: tuple[Offering, ...]
    ) -> ServicePoint | None:
        said = draft.said
        given: dict[str, Any] = {
            "hromada": None,
            "settlement": None,
            "point": None,
            "precision": None,
            "address": "",
            "phones": (),
            "location_policy": said.get(_POLICY, LocationPolicy.PUBLIC),
        }
        for name, attribute in self._plain:
            if name in said:
                given[attribute] = said[name]
        given["point"] = said.get("point.point")
        given["opening_hours"] = self._opening_hours(said)
        given["address_parts"] = self._address_parts(said, POINT)
        wartime = {attribute: said[name] for name, attribute in self._wartime if name in said}
        if wartime:
            given["wartime"] = WartimeState(**wartime)
        if said.get(_SOURCE_ID):
            given["source"] = RecordSource(said.get(_SOURCE, self._context.source), said[_SOURCE_ID])
        try:
            if self._has_confidential:
                given["confidential_place"] = self._confidential_place(said)
            return ServicePoint(id=point_id, organisation=owner, offerings=offerings, **given)
        except ValueError as error:
            draft.fault(_ID, Fault("the record does not hold: {problem}", {"problem": error}))
            return None

    def _opening_hours(self, said: dict[str, Any]) -> Any:
        exact = said.get("point.opening_hours")
        if exact is not None:
            return None if exact is EXPLICIT_NOTHING else exact
        hours = said.get("point.hours")
        return None if hours is None else find_hours(hours)

    def _address_parts(self, said: dict[str, Any], part: str) -> AddressParts | None:
        parts = {attribute: said[name] for name, attribute in self._address[part] if name in said}
        if parts.get("postcode") is EXPLICIT_NOTHING:
            return None
        if parts.get("note") is EXPLICIT_NOTHING:
            return AddressParts()
        if parts:
            return AddressParts(**parts)
        address = said.get(f"{part}.address")
        return None if address is None else find_address(address)

    def _confidential_place(self, said: dict[str, Any]) -> ConfidentialPlace | None:
        place = {attribute: said[name] for name, attribute in _PLAIN_CONFIDENTIAL if name in said}
        if not place:
            return None
        return ConfidentialPlace(**place, address_parts=self._address_parts(said, CONFIDENTIAL))

    # Its offerings

    def _read_offerings(self, draft: Draft) -> Iterator[Offering]:
        seen: list[Offering] = []
        of_row: list[int] = []
        for row in draft.rows:
            said = {name: value for name, values in self._offered if (value := values[row]) is not None}
            if not said:
                continue
            offering = self._offering(draft, row, said)
            if offering is None:
                draft.is_faulty = True
            elif offering in seen:
                first = of_row[seen.index(offering)]
                self._findings.note(
                    row,
                    _SERVICE,
                    Fault(
                        "the row says the same as row {first_row}: counted once",
                        {"first_row": self._table.rows[first].number},
                    ),
                )
            else:
                seen.append(offering)
                of_row.append(row)
                yield offering

    def _offering(self, draft: Draft, row: int, said: dict[str, Any]) -> Offering | None:
        faults = list(self._rules.offering_faults(said, draft.said.get("point.relocated_from")))
        faults += self._missing_in_offering(draft, said)
        for name, fault in faults:
            if (row, name) not in self._findings.refused:
                self._findings.fault(row, name, fault)
        if faults or "offering.catchment" not in said:
            return None
        said.setdefault("offering.target_groups", TargetGroup.EVERYONE)
        try:
            return Offering(**{_OFFERING_PATHS[name]: value for name, value in said.items()})
        except ValueError as error:
            fault = Fault("the record does not hold: {problem}", {"problem": error})
            self._findings.fault(row, _SERVICE, fault)
            return None

    def _missing_in_offering(self, draft: Draft, said: dict[str, Any]) -> Iterator[tuple[str, Fault]]:
        """Tell what an offering lacks; without a catchment it serves the hromada it is in."""
        if _SERVICE not in said:
            yield _SERVICE, Fault("the row describes a service without naming it: add the service")
        if not said.get("offering.places"):
            yield "offering.places", Fault("this service is given nowhere: add its places")
        if not said.get("offering.catchment"):
            hromada = draft.said.get("point.hromada")
            if hromada is None and draft.was_refused("point.hromada"):
                return
            if hromada is None:
                yield "offering.catchment", Fault("this service reaches nobody: add its catchment")
            else:
                said["offering.catchment"] = self._own_catchment(hromada)

    def _own_catchment(self, hromada: Katottg) -> tuple[CatchmentArea, ...]:
        found = self._own_catchments.get(hromada)
        if found is None:
            found = self._own_catchments[hromada] = (CatchmentArea(hromada),)
        return found

    def _judge_offerings(self, draft: Draft, offerings: tuple[Offering, ...], point_id: str) -> None:
        said = draft.said
        services = [one.service for one in offerings]
        if _POLICY not in said and self._rules.is_sensitive(said.get("point.kind"), services):
            draft.fault(
                _POLICY,
                Fault("such places are not disclosed unless their provider decides so: add location_policy"),
            )
        if offerings or draft.is_faulty:
            return
        # A table without services speaks of the rest of points that the registry has.
        is_of_services = _SERVICE in self._table.values or point_id not in self._known_ids
        may_have_none = said.get("point.kind") in {PointKind.ADMINISTRATIVE_SERVICE_POINT, None}
        was_refused = any(
            (row, name) in self._findings.refused for row in draft.rows for name in self._offering_fields
        )
        if not may_have_none and is_of_services and not was_refused:
            draft.fault(_SERVICE, Fault("the service point gives no service: add one"))
