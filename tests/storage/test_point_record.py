"""The record of a service point: the current one, its organisation, and a history without hidden places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mapapp.domain.changes import Authorship, ChangeKind, RecordChange, record_key
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.registry import ConfidentialPlace, LocationPolicy, Organisation, Sector
from mapapp.storage import registry_search

HERE = LonLat(lon=30, lat=50)
OLENA = Authorship("olena", "a call to the centre")
OLD = Organisation("old", "Територіальний центр", Sector.STATE_COMMUNAL)
ORG = Organisation("org", "КНП", Sector.STATE_COMMUNAL, successor_of=("old",))


@pytest.fixture
def change(history):
    def change(record, based_on=0):
        return history.apply([RecordChange(record_key(record), record, based_on)], OLENA)

    return change


@pytest.fixture
def record_of(country_store):
    def record_of(point_id):
        with country_store._reading() as connection:
            return registry_search.point_record(connection, point_id)

    return record_of


def test_a_record_comes_with_its_organisation_and_what_that_was_before(world, change, record_of):
    point = world.point("p", HERE, world.offering(world.code(10), capacity=5))
    for record in (OLD, ORG, point):
        change(record)
    record = record_of("p")
    assert (record.point, record.organisation, record.predecessors) == (point, ORG, (OLD,))
    assert record.version == 1


def test_the_history_tells_each_change_newest_first(world, change, record_of):
    point = world.point("p", HERE, world.offering(world.code(10), capacity=5))
    for record in (OLD, ORG, point):
        change(record)
    change(replace(point, name="Новий", offerings=(world.offering(world.code(10), capacity=12),)), 1)
    newest, first = record_of("p").history
    assert (newest.number, first.number) == (2, 1)
    assert newest.kind is ChangeKind.EDIT
    assert newest.at > first.at
    said = {difference.field: (difference.before, difference.after) for difference in newest.differences}
    assert said == {"name": ("Point p", "Новий"), "offerings[home-care].capacity": (5, 12)}
    assert ("name", None, "Point p") in [(d.field, d.before, d.after) for d in first.differences]


def test_an_unknown_and_a_withdrawn_point_are_not_there(world, history, change, record_of):
    with pytest.raises(NotFoundError, match="nobody"):
        record_of("nobody")
    change(OLD)
    change(ORG)
    made = change(world.point("p", HERE))
    history.undo(made.number, OLENA)
    with pytest.raises(NotFoundError):
        record_of("p")


def test_neither_the_record_nor_its_history_tells_a_hidden_place(world, change, record_of):
    place = ConfidentialPlace(
        world.code(10, 2, 3), world.code(10, 2, 3, 1), LonLat(lon=31.5, lat=49.5), address="вул. Таємна, 7"
    )
    hidden = replace(world.point("p", None), confidential_place=place)
    for record in (OLD, ORG, hidden):
        change(record)
    change(replace(hidden, confidential_place=replace(place, address="вул. Таємна, 9")), 1)
    change(replace(hidden, name="Нова назва"), 2)
    record = record_of("p")
    assert record.point == replace(hidden, name="Нова назва").disclosed()
    assert [version.number for version in record.history] == [3, 1]
    assert "Таємна" not in repr(record)
    assert place.hromada not in repr(record)
    assert place.settlement not in repr(record)


def test_a_point_that_becomes_confidential_takes_its_earlier_place_along(world, change, record_of):
    hromada = world.code(10, 1, 1)
    point = world.point("p", HERE, address="вул. Колишня, 3")
    for record in (OLD, ORG, point):
        change(record)
    hidden = replace(
        world.point("p", None),
        location_policy=LocationPolicy.WITHHELD,
        confidential_place=ConfidentialPlace(hromada, None, HERE, address="вул. Колишня, 3"),
    )
    change(hidden, 1)
    record = record_of("p")
    assert record.point.is_confidential
    assert "Колишня" not in repr(record)
    assert str(hromada) not in repr(record)
