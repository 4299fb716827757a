"""When a place becomes confidential its past does too: no earlier version, moment or undo tells it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from mapapp.domain.access import Access
from mapapp.domain.changes import Authorship, RecordChange, RecordKey, RecordKind, record_key
from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.errors import UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure
from mapapp.domain.registry import (
    ConfidentialPlace,
    LocationPolicy,
    MobileStop,
    Organisation,
    PointKind,
    PointPrecision,
    Sector,
)
from mapapp.storage.sealing import sealed_half
from mapapp.storage.store import open_store

OLENA = Authorship("olena", "a call to the centre")
ORG = Organisation("org", "Організація", Sector.NON_STATE)
SHELTER = RecordKey(RecordKind.POINT, "shelter")
HERE = LonLat(lon=30.123456, lat=50.654321)
TELLING = "Таємна"
"""Stands in every text of the open record that might tell where it is."""


@pytest.fixture
def open_point(world):
    """A shelter whose place anyone may know, told in every field that can hold it."""
    return world.point(
        "shelter",
        HERE,
        world.offering(world.code(10, 1, 1), conditions=f"{TELLING}, двір"),
        name=f"Притулок на {TELLING}",
        kind=PointKind.SHELTER,
        settlement=world.code(10, 1, 1, 1),
        address=f"вул. {TELLING}, 7",
        address_parts=AddressParts(street=f"вул. {TELLING}", building="7"),
        coordinates_source=f"{TELLING}",
        referral_note=f"Вхід з {TELLING}",
        hours=f"{TELLING} 9-18",
        website=f"https://example.org/{TELLING}",
        contacts=(Contact(f"{TELLING}", (Phone("044 000 00 00"),)),),
        closures=(Closure(world.day, None, f"{TELLING}"),),
        stops=(MobileStop(world.code(10, 1, 1, 1), world.day, place=f"{TELLING}"),),
        languages=("uk",),
    )


@pytest.fixture
def hidden(world):
    """The same shelter as it must be told from now on."""
    return world.point(
        "shelter",
        None,
        world.offering(world.code(10)),
        name="Притулок",
        languages=("uk", "en"),
        confidential_place=ConfidentialPlace(
            world.code(10, 1, 1), None, HERE, PointPrecision.BUILDING, f"вул. {TELLING}, 7"
        ),
    )


@pytest.fixture
def sealed(history, open_point, hidden):
    """The registry after the shelter, changed once while open, was hidden."""
    history.apply([RecordChange(record_key(it), it, 0) for it in (ORG, open_point)], OLENA)
    history.apply([RecordChange(SHELTER, replace(open_point, languages=("uk", "pl")), 1)], OLENA)
    history.apply([RecordChange(SHELTER, hidden, 2)], OLENA)
    return history


@pytest.fixture
def public(sealed, module_store_url):
    """The same registry as anyone may read it."""
    assert sealed.registry().points
    store = open_store(module_store_url, access=Access.PUBLIC)
    yield store.registry
    store.dispose()


def tells(text_or_value) -> bool:
    told = json.dumps(text_or_value, ensure_ascii=False, default=str)
    return any(secret in told for secret in (TELLING, "30.123456", "50.654321", "UA10010010"))


@pytest.mark.usefixtures("sealed")
def test_no_public_table_tells_the_place_of_a_point_that_was_open_before(country_store):
    with country_store._reading() as connection:
        documents = connection.scalars(text("SELECT document FROM record_version")).all()
    assert len(documents) == 4
    assert not tells([str(document) for document in documents])


def test_the_history_for_the_public_says_neither_the_place_nor_who_nor_why(public):
    versions = public.history(SHELTER)
    assert [version.number for version in versions] == [3, 2, 1]
    assert not tells([version.document for version in versions])
    assert {version.document["location_policy"] for version in versions} == {"withheld"}
    assert [version.document["languages"] for version in versions] == [["uk", "en"], ["uk", "pl"], ["uk"]]
    assert {(version.change.who, version.change.why) for version in versions} == {("", "")}
    assert {change.import_run for change in public.changes()} == {None}


def test_the_past_registry_for_the_public_hides_the_place(public, hidden):
    first = public.changes()[-1]
    for point in (*public.registry().points, *public.registry(as_of=first.at).points):
        assert point.is_confidential
        assert point.confidential_place is None
        assert not tells(str(point))
    assert public.record(SHELTER).record == hidden.disclosed()
    assert not tells([stored.document for stored in public.current().values()])


def test_those_with_the_right_still_read_the_whole_past(sealed, open_point, hidden):
    first = sealed.changes()[-1]
    assert sealed.registry(as_of=first.at).points == (open_point,)
    assert sealed.record(SHELTER).record == hidden
    assert [version.document["location_policy"] for version in sealed.history(SHELTER)] == [
        "withheld",
        "public",
        "public",
    ]


def test_undoing_the_hiding_gives_the_open_record_back(sealed, open_point):
    sealed.undo(sealed.changes()[0].number, OLENA)
    assert sealed.record(SHELTER).record == replace(open_point, languages=("uk", "pl"))


def test_hiding_more_hides_what_was_told_in_between(history, module_store_url, hidden, world):
    hromada_told = replace(hidden, location_policy=LocationPolicy.HROMADA_ONLY, hromada=world.code(10, 1, 1))
    history.apply([RecordChange(record_key(it), it, 0) for it in (ORG, hromada_told)], OLENA)
    history.apply([RecordChange(SHELTER, hidden, 1)], OLENA)

    public = open_store(module_store_url, access=Access.PUBLIC)
    assert not tells([version.document for version in public.registry.history(SHELTER)])
    public.dispose()
    assert history.history(SHELTER)[-1].document["hromada"] == world.code(10, 1, 1)


def test_an_import_of_many_hides_the_past_of_each(history, module_store_url, open_point, hidden):
    names = [f"s{number}" for number in range(30)]
    before = [replace(open_point, id=name) for name in names]
    history.apply([RecordChange(record_key(it), it, 0) for it in (ORG, *before)], OLENA)
    after = [replace(hidden, id=name) for name in names]
    history.apply([RecordChange(record_key(it), it, 1) for it in after], OLENA)

    public = open_store(module_store_url, access=Access.PUBLIC)
    assert not any(
        tells([version.document for version in public.registry.history(record_key(it))]) for it in after
    )
    public.dispose()


def test_a_point_that_stays_open_keeps_its_past(history, open_point):
    history.apply([RecordChange(record_key(it), it, 0) for it in (ORG, open_point)], OLENA)
    history.apply([RecordChange(SHELTER, replace(open_point, address="інша"), 1)], OLENA)
    assert tells(history.history(SHELTER)[-1].document)


@pytest.mark.usefixtures("sealed")
def test_only_the_owner_purges_and_only_editors_write(module_store_url):
    for access in (Access.PUBLIC, Access.READER, Access.EDITOR):
        store = open_store(module_store_url, access=access)
        with pytest.raises(UsageError, match="right «owner»"):
            store.registry.purge(SHELTER, OLENA)
        if access < Access.EDITOR:
            with pytest.raises(UsageError, match="right «editor»"):
                store.registry.undo(1, OLENA)
        store.dispose()


@pytest.mark.usefixtures("sealed")
def test_staff_read_who_and_why_but_no_place(module_store_url):
    store = open_store(module_store_url, access=Access.READER)
    assert {change.who for change in store.registry.changes()} == {"olena"}
    assert not tells([version.document for version in store.registry.history(SHELTER)])
    store.dispose()


@pytest.mark.usefixtures("sealed")
def test_an_editor_hides_undoes_and_merges_by_the_rights_of_editors(module_store_url, hidden):
    store = open_store(module_store_url, access=Access.EDITOR)
    registry = store.registry
    registry.undo(registry.changes()[0].number, OLENA)
    registry.apply([RecordChange(SHELTER, hidden, 4)], OLENA)
    twin = replace(hidden, id="twin")
    registry.apply([RecordChange(record_key(twin), twin, 0)], OLENA)
    registry.merge(SHELTER, [record_key(twin)], OLENA)
    assert registry.record(SHELTER).record == hidden
    store.dispose()


def test_a_sealed_half_keeps_what_tells_no_place():
    then = {"id": "p", "location_policy": "public", "address": "вул.", "kind": "shelter", "is_demo": True}
    now = {"id": "p", "location_policy": "withheld", "kind": "ngo"}
    assert sealed_half(then, now) == {
        "id": "p",
        "location_policy": "withheld",
        "kind": "shelter",
        "is_demo": True,
    }
