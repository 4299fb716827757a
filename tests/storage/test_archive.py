"""A store kept in a file and restored elsewhere, or copied to the other database, is the same store."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import stat
import zipfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial

import pytest
import shapely
from sqlalchemy import insert

from mapapp.domain.access import Access
from mapapp.domain.changes import Authorship, ChangeKind, RecordChange, RecordKey, RecordKind, record_key
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.contacts import AddressParts
from mapapp.domain.errors import StoreUnavailableError, UsageError
from mapapp.domain.evidence import KEPT_DAYS, SearchOutcome, SearchRecord, first_of_quarter
from mapapp.domain.geo import LonLat
from mapapp.domain.imports import ImportedRow
from mapapp.domain.people import PeopleFigure, PeopleKind, PeopleTable, Subject
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import BoundarySet, GeometryLayer
from mapapp.domain.registry import (
    ConfidentialPlace,
    MobileStop,
    Organisation,
    PointPrecision,
    RecordSource,
    Registry,
    Sector,
    TargetGroup,
    Tariff,
)
from mapapp.domain.scenario import ClosePoint, Scenario
from mapapp.storage.archive import check_archive, copy_store, restore_archive, write_archive
from mapapp.storage.evidence_schema import SearchRecordRow, searches_of_earlier_days
from mapapp.storage.store import StoreState, open_store
from mapapp.storage.table_content import tables

AUTHOR = Authorship("Олена", "перевірка")
HERE = LonLat(lon=30.123456789012345, lat=50.1)
FILE = "назва;телефон\nЦентр;'=1+1\n".encode()


@pytest.fixture(scope="module")
def fill(country, services, world):
    """Gives a store without a schema a row in every table."""
    return partial(_fill, country=country, services=services, world=world)


@pytest.fixture
def full_store(empty_store, fill):
    """Each store in turn, with a row in every table."""
    fill(empty_store)
    return empty_store


def _fill(store, country, services, world):
    store.migrate()
    store.replace_geography(country, no_progress)
    store.replace_services(services)
    shapes = {code: shapely.to_wkb(shapely.box(30, 50, 30.5, 50.25)) for code in country.hromadas}
    layer = GeometryLayer("hromadas", 500, "a1", b"\x1f\x8b\x00\xff", b"\x00")
    installed = BoundarySet("Межі", False, "CC0", "©", "c0", datetime(2026, 1, 1, 9, 30, tzinfo=UTC))
    store.replace_boundaries(installed, shapes, [layer])
    store.replace_registry(_registry(world), no_progress)
    _import(store)
    _search(store, world)
    _count_people(store, world)
    store.scenarios.save(Scenario("what-if", "Якби", (ClosePoint("open"),)), AUTHOR)
    gone = RecordKey(RecordKind.ORGANISATION, "gone")
    store.registry.purge(gone, AUTHOR)
    store.mark_ready()


def _registry(world):
    area = world.code(10)
    open_point = world.point(
        "open",
        HERE,
        world.offering(
            area,
            capacity=5,
            tariffs=(Tariff(date(2026, 1, 1), None, Decimal("120.50"), basis="рішення «№ 1»\n\u2028"),),
        ),
        stops=(MobileStop(world.code(10, 1, 1, 1), date(2026, 2, 1), time(9, 30), None, "біля школи"),),
        address_parts=AddressParts(street="вул. Миру", building="7"),
        source=RecordSource("реєстр", "17"),
    )
    place = ConfidentialPlace(
        world.code(10, 1, 1), None, LonLat(31.5, 49.5), PointPrecision.BUILDING, "вул. Таємна, 1"
    )
    hidden = replace(world.point("hidden", None, world.offering(area)), confidential_place=place)
    parent = Organisation("org", "Організація «Їжак ’ ʼ»", Sector.NON_STATE, successor_of=("old",))
    others = (Organisation("old", "Стара", Sector.NON_STATE), Organisation("gone", "Зайва", Sector.NON_STATE))
    return Registry((parent, *others), (open_point, hidden), frozenset({area}))


def _import(store):
    digest = hashlib.sha256(FILE).hexdigest()
    run = store.imports.begin("файл.csv", "csv", digest, len(FILE), "реєстр", AUTHOR).number
    store.imports.add_part(run, 0, FILE)
    store.imports.staged(run)
    store.imports.remember_columns(["назва", "телефон"], {"назва": "name"})
    found = store.registry.record(RecordKey(RecordKind.POINT, "open"))
    changed = replace(found.record, name="Інша назва")
    store.registry.apply(
        [RecordChange(record_key(changed), changed, found.version)],
        AUTHOR,
        kind=ChangeKind.IMPORT,
        import_run=run,
        rows=[ImportedRow(2, record_key(changed), {"телефон": "'=1+1", "назва": "Центр"})],
    )


def _search(store, world):
    """Leave searches of today, of a published quarter, and of days that are to be forgotten by now."""
    today, hromada = today_in_kyiv(), world.code(10, 1, 1)
    last_quarter = first_of_quarter(
        first_of_quarter(datetime.now(UTC).date() - timedelta(days=2)) - timedelta(days=1)
    )
    row = {"hromada": hromada, "service": "home-care", "target_groups": 3, "outcome": SearchOutcome.NOBODY}

    def put(days):
        with store._writing() as connection, searches_of_earlier_days(connection):
            connection.execute(insert(SearchRecordRow).inline(), [{**row, "day": day} for day in days])

    put([last_quarter] * 6)
    store.evidence.record(SearchRecord(today, None, "rare", TargetGroup(0), SearchOutcome.FOUND))
    put([today - timedelta(days=KEPT_DAYS + 100), today - timedelta(days=KEPT_DAYS)])


def _count_people(store, world):
    """Leave a table with a number for everybody, one for staff and one that nobody knows."""
    veterans = Subject(group=TargetGroup.VETERANS_AND_FAMILIES)
    table = PeopleTable("needs", "Потреби", PeopleKind.NEEDS, date(2026, 1, 1), "управління", (veterans,))
    counts = ((1, 90, 12), (2, 3, None), (3, None, None))
    store.people.replace(
        table, [PeopleFigure(world.code(10, 1, number), veterans, *count) for number, *count in counts]
    )


@pytest.fixture
def new_store(tmp_path):
    """Opens embedded stores that do not exist yet."""
    opened = []

    def begin(name="other.sqlite3"):
        opened.append(open_store(f"sqlite:///{tmp_path / name}", create=True))
        return opened[-1]

    yield begin
    for store in opened:
        store.dispose()


@pytest.fixture
def archive(full_store, tmp_path):
    file = tmp_path / "backup.zip"
    write_archive(full_store, file, no_progress)
    return file


@pytest.fixture(scope="module")
def kept_archive(fill, tmp_path_factory):
    """The content of an archive, for tests that only read it."""
    folder = tmp_path_factory.mktemp("kept")
    store = open_store(f"sqlite:///{folder / 'store.sqlite3'}", create=True)
    try:
        fill(store)
        write_archive(store, folder / "backup.zip", no_progress)
    finally:
        store.dispose()
    return (folder / "backup.zip").read_bytes()


@pytest.fixture
def archive_copy(kept_archive, tmp_path):
    """An archive of its own for each test."""
    file = tmp_path / "copy.zip"
    file.write_bytes(kept_archive)
    return file


def content_of(store, folder):
    """What the store holds, asked by an archive of its own."""
    return write_archive(store, folder / f"{os.urandom(4).hex()}.zip", no_progress).tables


def test_a_restored_store_is_equal_table_by_table(full_store, archive, new_store, tmp_path):
    restored = new_store()
    contents = restore_archive(archive, restored, no_progress)

    assert [content.table for content in contents] == [table.fullname for table in tables()]
    assert [content.table for content in contents if not content.rows] == []
    assert content_of(full_store, tmp_path) == contents == content_of(restored, tmp_path)
    assert restored.state() is StoreState.READY
    assert restored.registry.registry() == full_store.registry.registry()
    assert restored.gazetteer() == full_store.gazetteer()
    assert restored.shapes() == full_store.shapes()
    (table,) = restored.people.tables()
    assert full_store.people.tables() == (table,)
    assert restored.scenarios.saved() == full_store.scenarios.saved()
    veterans = table.subjects[0]
    assert restored.people.figures("needs", veterans) == full_store.people.figures("needs", veterans)
    key = RecordKey(RecordKind.POINT, "open")
    assert restored.registry.history(key) == full_store.registry.history(key)


@pytest.mark.postgis
def test_a_copy_in_postgis_is_equal_and_so_is_the_copy_of_that(fill, postgis_url, new_store, tmp_path):
    source, back = new_store("source.sqlite3"), new_store("back.sqlite3")
    fill(source)
    there = open_store(postgis_url)
    try:
        copied = copy_store(source, there, no_progress)
        returned = copy_store(there, back, no_progress)
        assert content_of(source, tmp_path) == copied == returned == content_of(back, tmp_path)
        assert there.registry.registry() == source.registry.registry()
        assert there.shapes() == source.shapes()
    finally:
        there.dispose()


def test_a_restored_store_goes_on_numbering(archive, empty_store, world):
    empty_store.downgrade()
    restore_archive(archive, empty_store, no_progress)
    before = empty_store.registry.changes()[0].number
    found = empty_store.registry.record(RecordKey(RecordKind.POINT, "open"))
    moved = replace(found.record, offerings=(world.offering(world.code(20), world.code(20, 1)),))
    change = empty_store.registry.apply(
        [RecordChange(record_key(moved), moved, found.version)], AUTHOR, kind=ChangeKind.EDIT
    )
    assert change.number == before + 1


def test_a_restored_store_goes_on_counting_and_forgetting(archive, empty_store, world):
    empty_store.downgrade()
    restore_archive(archive, empty_store, no_progress)
    evidence, hromada, always = empty_store.evidence, world.code(10, 1, 1), (date(2000, 1, 1), date.max)
    published = evidence.published_demand(*always)
    assert [demand.searches for demand in published] == [6]
    assert [demand.searches for demand in evidence.unmet_demand(*always)] == [8]
    search = SearchRecord(today_in_kyiv(), hromada, "home-care", TargetGroup(0), SearchOutcome.FOUND)
    evidence.record(search)
    assert evidence.published_demand(*always) == published
    # One came, and one that was past the days kept went.
    assert [demand.searches for demand in evidence.unmet_demand(*always)] == [8]
    with pytest.raises(UsageError, match="recorded on its own day"):
        evidence.record(replace(search, day=date(2026, 1, 1)))


def test_what_a_restore_leaves_behind_tells_nothing_of_searches_and_small_numbers(archive, new_store):
    restored = new_store()
    restore_archive(archive, restored, no_progress)
    with restored._reading() as connection:
        measured = connection.exec_driver_sql("SELECT tbl FROM sqlite_stat1").scalars().all()
    assert "offering" in measured
    assert {"search_record", "exact_people_table", "exact_people_figure"}.isdisjoint(measured)


def test_an_archive_is_of_one_moment(full_store, tmp_path, world):
    before = content_of(full_store, tmp_path)
    changed = []

    def change_meanwhile(_step, _done, _total):
        if not changed:
            changed.append(True)
            full_store.replace_registry(world.registry(), no_progress)

    kept = write_archive(full_store, tmp_path / "moment.zip", change_meanwhile)
    assert kept.tables == before != content_of(full_store, tmp_path)


def test_an_archive_is_readable_by_its_owner_alone_and_says_what_it_is(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    manifest = check_archive(archive, no_progress)
    assert datetime.now(UTC) - manifest.made_at < timedelta(minutes=10)
    with zipfile.ZipFile(archive) as opened:
        names = {f"{table.fullname}.jsonl" for table in tables()}
        assert set(opened.namelist()) == {"manifest.json", *names}
        assert opened.testzip() is None


def test_progress_counts_every_row(full_store, tmp_path):
    told = []
    manifest = write_archive(full_store, tmp_path / "told.zip", lambda *news: told.append(news))
    rows = sum(content.rows for content in manifest.tables)
    assert told[0] == ("Writing the archive", 0, rows)
    assert told[-1] == ("Writing the archive", rows, rows)


def test_a_store_that_is_not_empty_is_left_as_it_was(archive, full_store, tmp_path):
    before = content_of(full_store, tmp_path)
    with pytest.raises(UsageError, match="is not empty"):
        restore_archive(archive, full_store, no_progress)
    with pytest.raises(UsageError, match="is not empty"):
        copy_store(full_store, full_store, no_progress)
    assert content_of(full_store, tmp_path) == before


def test_a_file_that_is_there_already_is_not_overwritten(archive, full_store):
    kept = archive.read_bytes()
    with pytest.raises(UsageError, match="There is already a file"):
        write_archive(full_store, archive, no_progress)
    assert archive.read_bytes() == kept


def test_a_full_disk_leaves_no_half_file(full_store, tmp_path):
    folder = tmp_path / "full"
    folder.mkdir()
    with _files_no_longer_than(2_000), pytest.raises(UsageError, match="cannot be written"):
        write_archive(full_store, folder / "backup.zip", no_progress)
    assert list(folder.iterdir()) == []


def test_a_fault_of_the_program_leaves_no_half_file(full_store, tmp_path):
    def stop(_step, done, _total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_archive(full_store, tmp_path / "backup.zip", stop)
    assert [file.name for file in tmp_path.iterdir() if "backup" in file.name] == []


def test_a_missing_folder_is_said(full_store, tmp_path):
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"):
        write_archive(full_store, tmp_path / "nowhere" / "backup.zip", no_progress)


@contextmanager
def _files_no_longer_than(size):
    """Stand for a full disk: the system refuses to write more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _cut(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _flip_a_byte(file):
    with zipfile.ZipFile(file) as opened:
        member = opened.getinfo("settlement.jsonl")
    content = bytearray(file.read_bytes())
    content[member.header_offset + 100 + member.compress_size // 2] ^= 0xFF
    file.write_bytes(content)


def _is_no_zip(file):
    file.write_text("назва;телефон\n", encoding="utf-8")


def _edit(file, change):
    """Write the archive again as somebody might who knows how a zip is made."""
    with zipfile.ZipFile(file) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)


def _edit_manifest(file, **changes):
    def change(members):
        members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | changes).encode()

    _edit(file, change)


def _edit_a_value(file):
    _edit(
        file,
        lambda members: members.update(
            {"service_point.jsonl": members["service_point.jsonl"].replace("Інша".encode(), "Така".encode())}
        ),
    )


def _lose_a_row(file):
    _edit(
        file,
        lambda members: members.update(
            {"organisation.jsonl": members["organisation.jsonl"].split(b"\n", 1)[1]}
        ),
    )


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (_cut, "damaged or cut short"),
        (_flip_a_byte, "damaged or cut short"),
        (_is_no_zip, "damaged or cut short"),
        (_edit_a_value, r"damaged or cut short \(service_point: checksum\)"),
        (_lose_a_row, r"damaged or cut short \(organisation: checksum\)"),
        (lambda file: _edit(file, lambda members: members.pop("offering.jsonl")), "damaged or cut short"),
        (lambda file: _edit(file, lambda members: members.pop("manifest.json")), "has no manifest"),
        (lambda file: _edit_manifest(file, tables=[]), "damaged or cut short"),
        (lambda file: _edit_manifest(file, tables=7), "damaged or cut short"),
        (lambda file: _edit_manifest(file, format=99), "has the format 99"),
        (lambda file: _edit_manifest(file, schema_revision="0001"), "restore it with mapapp"),
        (lambda file: file.unlink(), "cannot be read: No such file"),
    ],
)
def test_a_bad_archive_is_refused_in_a_sentence_and_nothing_of_it_is_taken(
    damage, sentence, archive_copy, new_store
):
    damage(archive_copy)
    target = new_store()
    with pytest.raises(UsageError, match=sentence):
        restore_archive(archive_copy, target, no_progress)
    assert target.state() is StoreState.EMPTY


def test_a_restore_that_is_stopped_leaves_an_empty_store(archive_copy, new_store):
    target = new_store()

    def stop(step, done, total):
        if step == "Comparing what was written" and done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_archive(archive_copy, target, stop)
    restore_archive(archive_copy, target, no_progress)
    assert target.state() is StoreState.READY


def test_an_older_store_is_to_be_upgraded_first(new_store, tmp_path):
    old = new_store()
    old.migrate()
    old.downgrade("0001")
    with pytest.raises(UsageError, match="run «mapapp store build» first"):
        write_archive(old, tmp_path / "old.zip", no_progress)
    assert not (tmp_path / "old.zip").exists()


@pytest.mark.parametrize("access", [Access.PUBLIC, Access.READER, Access.EDITOR])
def test_only_the_owner_may_keep_restore_or_copy(access, full_store, store_url, archive_copy, tmp_path):
    store = open_store(store_url, access=access)
    try:
        for forbidden in (
            lambda: write_archive(store, tmp_path / "stolen.zip", no_progress),
            lambda: restore_archive(archive_copy, store, no_progress),
            lambda: copy_store(store, full_store, no_progress),
        ):
            with pytest.raises((UsageError, StoreUnavailableError), match="owner"):
                forbidden()
    finally:
        store.dispose()
    assert not (tmp_path / "stolen.zip").exists()
