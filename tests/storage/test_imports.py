"""Imports: a file is kept in parts, taken up again, applied whole or not at all, and can be undone whole."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from mapapp.domain.changes import (
    Authorship,
    ChangeKind,
    ConflictError,
    RecordChange,
    RecordKey,
    RecordKind,
    record_key,
)
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.imports import ImportCancelledError, ImportedRow, ImportState
from mapapp.domain.registry import Organisation, Registry, Sector
from mapapp.storage.import_store import ImportStore
from mapapp.storage.store import open_store

HERE = LonLat(lon=30, lat=50)
OLENA = Authorship("olena", "the list of the oblast")
PETRO = Authorship("petro", "a second look")
ORG = Organisation("org", "Організація", Sector.NON_STATE)
FILE = "назва,місто\nЦентр,Полтава\n".encode()


@pytest.fixture
def imports(history) -> ImportStore:
    """The imports of the emptied store."""
    return ImportStore(history._database)


def begun(imports, content=FILE, source="list"):
    digest = hashlib.sha256(content).hexdigest()
    return imports.begin("центри.csv", "csv", digest, len(content), source, OLENA)


def staged(imports, content=FILE, source="list"):
    run = begun(imports, content, source)
    imports.add_part(run.number, 1, content[:10])
    imports.add_part(run.number, 2, content[10:])
    return imports.staged(run.number)


@pytest.fixture
def changes(world):
    """An organisation and thirty points, all new."""
    points = [world.point(f"p{n}", HERE, world.offering(world.code(10, 1, 1))) for n in range(30)]
    return [RecordChange(record_key(it), it, 0) for it in (ORG, *points)]


def rows_of(changes):
    for number, change in enumerate(changes, start=2):
        yield ImportedRow(number, change.key, {"назва": change.after.name, "тел.": "0(44)"})


def applied(history, run, changes, **options):
    return history.apply(
        changes, OLENA, kind=ChangeKind.IMPORT, import_run=run.number, rows=rows_of(changes), **options
    )


def test_a_file_kept_in_parts_is_given_back_as_it_came(imports):
    run = begun(imports)
    assert (run.state, run.size_bytes, run.who, run.change) == (ImportState.STAGING, 0, "olena", None)
    imports.add_part(run.number, 2, FILE[10:])
    imports.add_part(run.number, 1, b"what a killed program half sent")
    imports.add_part(run.number, 1, FILE[:10])
    assert imports.parts(run.number) == (1, 2)
    with pytest.raises(NotFoundError, match="does not hold the file"):
        imports.content(run.number)

    assert imports.staged(run.number).state is ImportState.STAGED
    assert imports.content(run.number) == FILE
    assert imports.run(run.number).size_bytes == len(FILE)


def test_the_same_file_is_taken_up_where_it_stopped(imports):
    run = begun(imports)
    imports.add_part(run.number, 1, FILE[:10])

    again = begun(imports)
    assert (again.number, again.size_bytes) == (run.number, 10)
    imports.add_part(run.number, 2, FILE[10:])
    imports.staged(run.number)
    assert begun(imports).state is ImportState.STAGED
    assert begun(imports, source="another").number != run.number
    assert [it.number for it in imports.runs()] == [2, 1]


def test_a_file_that_is_not_what_was_begun_is_refused(imports):
    run = begun(imports)
    imports.add_part(run.number, 1, FILE[:-1])
    with pytest.raises(UsageError, match="not the whole file"):
        imports.staged(run.number)
    assert imports.run(run.number).state is ImportState.STAGING


def test_an_import_becomes_one_change_and_keeps_its_rows(history, imports, changes, country_store):
    run = staged(imports)
    made = applied(history, run, changes)

    assert (made.kind, made.records, made.import_run) == (ChangeKind.IMPORT, 31, run.number)
    kept = imports.run(run.number)
    assert (kept.state, kept.change) == (ImportState.APPLIED, made.number)
    private = "private." if country_store.kind == "postgis" else ""
    with country_store._reading() as connection:
        counted = connection.scalar(text(f"SELECT count(*) FROM {private}import_row WHERE run = 1"))
    assert counted == 31
    with pytest.raises(UsageError, match="was applied before"):
        applied(history, run, [])


def test_an_import_without_differences_is_applied_all_the_same(history, imports, changes):
    applied(history, staged(imports), changes)
    again = staged(imports)
    made = history.apply([replace(change, based_on=1) for change in changes], OLENA, import_run=again.number)
    assert made.records == 0
    assert imports.run(again.number).state is ImportState.APPLIED


def test_a_whole_import_is_undone_and_its_undoing_too(history, imports, changes):
    run = staged(imports)
    made = applied(history, run, changes)

    undone = history.undo(made.number, PETRO)
    assert undone.records == 31
    assert history.registry() == Registry((), (), frozenset())
    assert imports.run(run.number).state is ImportState.UNDONE

    history.undo(undone.number, PETRO)
    assert len(history.registry().points) == 30
    assert imports.run(run.number).state is ImportState.APPLIED


def test_an_import_edited_since_is_undone_record_by_record_only(history, imports, changes):
    made = applied(history, staged(imports), changes)
    point = changes[-1].after
    history.apply([RecordChange(changes[-1].key, replace(point, name="Інша"), 1)], PETRO)

    with pytest.raises(ConflictError) as raised:
        history.undo(made.number, PETRO)
    assert [conflict.key.id for conflict in raised.value.conflicts] == ["p29"]
    history.undo(made.number, PETRO, only=RecordKey(RecordKind.POINT, "p0"))
    assert len(history.registry().points) == 29


def test_two_imports_at_once_do_not_overwrite_each_other(history, imports, changes):
    first, second = staged(imports), staged(imports, b"another file", "another list")
    applied(history, first, changes)
    with pytest.raises(ConflictError, match="31 records"):
        applied(history, second, [replace(it, after=replace(it.after, name="Інша")) for it in changes])
    assert imports.run(second.number).state is ImportState.STAGED
    assert len(history.changes()) == 1


def test_a_cancelled_import_never_gets_into_the_registry(history, imports, changes):
    run = staged(imports)
    assert imports.cancel(run.number).state is ImportState.CANCELLED
    with pytest.raises(ImportCancelledError, match="nothing of it is in the registry"):
        applied(history, run, changes)
    with pytest.raises(NotFoundError):
        imports.content(run.number)
    assert history.registry().points == ()
    assert staged(imports).number != run.number


def test_an_import_is_cancelled_while_it_is_applied(history, imports, changes):
    run = staged(imports)

    def cancelled(_step, _done, _total):
        raise ImportCancelledError("Stopped")

    with pytest.raises(ImportCancelledError, match="Stopped"):
        applied(history, run, changes, progress=cancelled)
    assert history.registry().points == ()
    assert imports.run(run.number).state is ImportState.STAGED
    assert applied(history, run, changes).records == 31


@pytest.mark.postgis
def test_another_program_cancels_an_import_in_the_midst(postgis_url, country, services, changes):
    store = open_store(postgis_url)
    store.migrate()
    store.replace_geography(country, lambda *_: None)
    store.replace_services(services)
    history, imports = store.registry, store.imports
    run = staged(imports)
    other = open_store(postgis_url)

    def cancel(step, *_numbers):
        if step == "Writing the history":
            other.imports.cancel(run.number)

    with pytest.raises(ImportCancelledError, match="was cancelled"):
        applied(history, run, changes, progress=cancel)
    assert history.registry().points == ()
    assert imports.run(run.number).state is ImportState.CANCELLED
    store.dispose()
    other.dispose()


def test_an_applied_import_cannot_be_cancelled_nor_added_to(history, imports, changes):
    run = staged(imports)
    applied(history, run, changes)
    with pytest.raises(UsageError, match="is already applied"):
        imports.cancel(run.number)
    with pytest.raises(UsageError, match="is already applied"):
        imports.add_part(run.number, 3, b"more")


def test_an_import_whose_file_is_not_whole_is_not_applied(history, imports, changes):
    with pytest.raises(UsageError, match="not whole yet"):
        applied(history, begun(imports), changes)
    with pytest.raises(NotFoundError, match="no import 99"):
        history.apply(changes, OLENA, import_run=99)


def test_old_files_are_forgotten_and_what_they_became_stays(history, imports, changes):
    run = staged(imports)
    applied(history, run, changes)
    waiting = begun(imports, b"half a file", "another list")
    imports.add_part(waiting.number, 1, b"half")

    now = datetime.now(UTC)
    assert imports.discard_files(now - timedelta(days=1)) == 0
    assert imports.discard_files(now + timedelta(seconds=1)) == 2
    with pytest.raises(NotFoundError):
        imports.content(run.number)
    assert imports.run(run.number).state is ImportState.APPLIED
    assert imports.run(waiting.number).state is ImportState.CANCELLED
    assert len(history.registry().points) == 30


def test_columns_are_remembered_for_the_same_headers_in_any_order(imports):
    assert imports.remembered_columns(["Назва", "Місто"]) == {}
    imports.remember_columns(["Назва", "Місто"], {"Назва": "name"})
    imports.remember_columns(["Назва", "Місто"], {"Назва": "name", "Місто": "settlement"})
    assert imports.remembered_columns([" Місто", "Назва"]) == {"Назва": "name", "Місто": "settlement"}
    assert imports.remembered_columns(["Назва"]) == {}


def test_a_purge_takes_raw_rows_and_files_along(history, imports, changes, country_store):
    run = staged(imports)
    applied(history, run, changes)
    history.purge(RecordKey(RecordKind.POINT, "p3"), OLENA)

    private = "private." if country_store.kind == "postgis" else ""
    with country_store._reading() as connection:
        rows = connection.scalars(text(f"SELECT id FROM {private}import_row")).all()
    assert len(rows) == 30
    assert "p3" not in rows
    with pytest.raises(NotFoundError):
        imports.content(run.number)
    assert history.undo(1, OLENA).records == 30
