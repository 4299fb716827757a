"""Saved scenarios: how they are kept, replaced and removed, and what they are as documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cattrs import Converter
from cattrs.strategies import configure_tagged_union
from sqlalchemy import delete, func, insert, select

from mapapp.domain.access import Access
from mapapp.domain.changes import Authorship
from mapapp.domain.errors import NotFoundError
from mapapp.domain.katottg import Katottg
from mapapp.domain.names import ukrainian_sort_key
from mapapp.domain.registry import PlaceOfProvision
from mapapp.domain.scenario import SavedScenario, Scenario, ScenarioChange
from mapapp.storage.engine import Database
from mapapp.storage.scenario_schema import ScenarioNoteRow, ScenarioRow

_WRITERS_LOCK = 0x6D61_7061_7074
"""Any number nobody else uses: two editors saving one scenario take turns."""


class ScenarioStore:
    """The saved scenarios of one database, read by everybody; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Scenario, ...]:
        """Return the scenarios by name, then by id."""
        return tuple(saved.scenario for saved in self.saved())

    def saved(self) -> tuple[SavedScenario, ...]:
        """Return the scenarios by name and id, with when each was saved; for readers who did so and why."""
        row, note = ScenarioRow, ScenarioNoteRow
        wanted: Any = select(row.document, row.saved_at)
        if self._database.access >= Access.READER:
            wanted = wanted.add_columns(note.who, note.why).outerjoin(note, note.id == row.id)
        with self._database.reading() as connection:
            found = [
                SavedScenario(_scenario_of(document), saved_at, *(said or "" for said in noted))
                for document, saved_at, *noted in connection.execute(wanted)
            ]
        return tuple(sorted(found, key=_by_name))

    def scenario(self, scenario_id: str) -> Scenario:
        """Return a scenario; raise NotFoundError where none of this id is saved."""
        with self._database.reading() as connection:
            wanted = select(ScenarioRow.document).where(ScenarioRow.id == scenario_id)
            document = connection.scalar(wanted)
        if document is None:
            raise _no_such_scenario(scenario_id)
        return _scenario_of(document)

    def save(self, scenario: Scenario, authorship: Authorship) -> None:
        """Keep a scenario in place of the one of its id, if there is one. For editors.

        Whoever saves it has checked it (`files.scenario_rules`); the store looks nothing up.

        Raises
        ------
        UsageError
            The store was opened with less than an editor's rights.

        """
        now = datetime.now(UTC)
        values = {"id": scenario.id, "document": _CONVERTER.unstructure(scenario), "saved_at": now}
        note = {"id": scenario.id, "who": authorship.who, "why": authorship.why}
        with self._database.writing() as connection:
            if self._database.is_postgis:
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS_LOCK)))
            connection.execute(delete(ScenarioRow).where(ScenarioRow.id == scenario.id))
            connection.execute(insert(ScenarioRow), values)
            connection.execute(insert(ScenarioNoteRow), note)

    def remove(self, scenario_id: str) -> None:
        """Remove a scenario for good; NotFoundError where there is none. For editors."""
        with self._database.writing() as connection:
            removed = connection.execute(delete(ScenarioRow).where(ScenarioRow.id == scenario_id))
            if not removed.rowcount:
                raise _no_such_scenario(scenario_id)


def _by_name(saved: SavedScenario) -> tuple[tuple[int, ...], str]:
    return ukrainian_sort_key(saved.scenario.name), saved.scenario.id


def _no_such_scenario(scenario_id: str) -> NotFoundError:
    return NotFoundError("There is no saved scenario «{id}»", id=scenario_id)


def _scenario_of(document: Any) -> Scenario:
    return _CONVERTER.structure(document, Scenario)


def _converter() -> Converter:
    """Return what makes documents of scenarios; a change says by `change` which kind it is."""
    converter = Converter(omit_if_default=True)
    converter.register_unstructure_hook(Katottg, str)
    converter.register_structure_hook(Katottg, lambda code, _: Katottg(code))
    converter.register_unstructure_hook_func(
        lambda type_: type_ == frozenset[PlaceOfProvision],
        lambda places: sorted(place.value for place in places),
    )
    configure_tagged_union(ScenarioChange, converter, tag_name="change")
    return converter


_CONVERTER = _converter()
