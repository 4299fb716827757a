"""What planners read of the history: the points of any state, and what became of those that changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from mapapp.domain.changes import Authorship, RecordChange, RecordKey, RecordKind, record_key
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import ConfidentialPlace, LocationPolicy, Organisation, Sector

HERE = LonLat(lon=30, lat=50)
OLENA = Authorship("olena", "a call to the centre")
ORG = Organisation("org", "Організація", Sector.NON_STATE)


def becoming(*records, based_on=0):
    return [RecordChange(record_key(record), record, based_on) for record in records]


@pytest.fixture
def points(world):
    serving = world.offering(world.code(10, 1, 1))
    return {name: world.point(name, HERE, serving) for name in ("a", "b", "c")}


@pytest.fixture
def changes(history, points):
    """All three appear, «a» is edited, «b» is edited twice, «c» is withdrawn and «d» appears."""
    a, b, c = points.values()
    created = history.apply(becoming(ORG, a, b), OLENA)
    later = history.apply(becoming(c), OLENA)
    return (
        created,
        later,
        history.apply(becoming(replace(a, name="A"), replace(b, name="B"), based_on=1), OLENA),
        history.apply(becoming(replace(b, name="BB"), based_on=2), OLENA),
        history.undo(later.number, OLENA),
        history.apply(becoming(replace(a, id="d")), OLENA),
    )


def names(points):
    return {point.id: point.name for point in points}


def test_points_are_read_as_any_change_left_them(history, changes):
    told = [names(history.points_as_of(change.number)) for change in changes]
    first = {"a": "Point a", "b": "Point b"}
    assert told == [
        first,
        {**first, "c": "Point c"},
        {"a": "A", "b": "B", "c": "Point c"},
        {"a": "A", "b": "BB", "c": "Point c"},
        {"a": "A", "b": "BB"},
        {"a": "A", "b": "BB", "d": "Point a"},
    ]
    assert history.points_as_of(0) == []
    assert names(history.points_as_of(changes[3].number, ["c", "b", "nobody"])) == {"b": "BB", "c": "Point c"}
    assert history.points_as_of(changes[3].number, []) == []
    assert list(history.each_point_as_of(changes[3].number)) == history.points_as_of(changes[3].number)


def test_many_points_are_read_in_parts_and_none_is_lost(history, world):
    many = [world.point(f"p{number:05}", HERE, world.offering(world.code(10))) for number in range(4_100)]
    history.replace(world.registry(*many), OLENA, no_progress)
    assert sorted(it.id for it in history.each_point_as_of(1)) == [it.id for it in many]


def test_what_became_of_every_point_leads_from_any_change_to_any_later_one(history, changes):
    states = {change.number: {it.id: it for it in history.points_as_of(change.number)} for change in changes}
    for after, before in {0: {}, **states}.items():
        for until, then in states.items():
            if after <= until:
                changed = history.changed_points(after, until)
                followed = {**before, **changed}
                assert {key: it for key, it in followed.items() if it is not None} == then
                assert all(before.get(key) != it for key, it in changed.items() if it is not None)
    assert history.changed_points(changes[3].number, changes[4].number) == {"c": None}
    assert history.changed_points(changes[4].number, changes[4].number) == {}


def test_the_latest_change_by_a_moment_is_found(history, changes):
    assert history.first_change() == changes[0]
    assert history.change_as_of() == changes[-1]
    for earlier, later in pairwise(changes):
        assert history.change_as_of(later.at - timedelta(microseconds=1)) == earlier
        assert history.change_as_of(later.at) == later
    assert history.change_as_of(changes[0].at - timedelta(microseconds=1)) is None


def test_a_registry_without_history_has_no_change(history):
    assert (history.first_change(), history.change_as_of(), history.points_as_of(0)) == (None, None, [])
    assert history.scope_as_of(0) == frozenset()


def test_the_scope_is_told_as_of_a_change(country_store, history, world, points):
    (a, *_), scope = points.values(), frozenset({world.code(10)})
    history.replace(world.registry(a, scope=scope), OLENA, no_progress)
    first = history.change_as_of()
    history.replace(world.registry(a, scope=frozenset()), OLENA, no_progress)

    assert history.scope_as_of(first.number) == scope
    assert history.scope_as_of(history.change_as_of().number) == frozenset()
    assert country_store.registry_scope() == frozenset()


def test_no_point_tells_its_confidential_place_even_to_the_owner(history, world):
    place = ConfidentialPlace(world.code(10, 1, 2), world.code(10, 1, 2, 1), HERE, None, "вул. Потаємна, 17")
    open_to_all = world.point("s", HERE, world.offering("UA"), hromada=world.code(10, 1, 2))
    shelter = replace(
        open_to_all,
        location_policy=LocationPolicy.WITHHELD,
        hromada=None,
        point=None,
        precision=None,
        address="",
        confidential_place=place,
    )
    first = history.apply(becoming(ORG, open_to_all), OLENA)
    history.apply(becoming(shelter, based_on=1), OLENA)

    latest = history.change_as_of().number
    assert history.record(RecordKey(RecordKind.POINT, "s")).record == shelter
    assert history.points_as_of(latest) == [shelter.disclosed()]
    assert history.changed_points(first.number, latest) == {"s": shelter.disclosed()}
    # The days on which its place was public no longer tell it either.
    (then,) = history.points_as_of(first.number)
    assert then.is_confidential
    assert (then.point, then.hromada, then.address) == (None, None, "")


def test_a_purge_is_counted_where_the_public_may_see_it(history, points):
    a, b, c = points.values()
    change = history.apply(becoming(ORG, a, b, c), OLENA)
    before = history.purges()

    history.purge(record_key(b), OLENA)

    assert history.purges() == before + 1
    assert history.change_as_of() == change
    assert names(history.points_as_of(change.number)) == {"a": "Point a", "c": "Point c"}
