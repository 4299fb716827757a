"""History: every change is kept, says who, when and why, can be read as of any moment and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from mapapp.domain.changes import (
    Authorship,
    ChangeKind,
    ConflictError,
    RecordChange,
    RecordKey,
    RecordKind,
    differences,
    record_key,
)
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import Organisation, RecordSource, Registry, Sector

HERE = LonLat(lon=30, lat=50)
OLENA = Authorship("olena", "a call to the centre")
PETRO = Authorship("petro", "the monthly list")
ORG = Organisation("org", "Організація", Sector.NON_STATE)
POINT = RecordKey(RecordKind.POINT, "p")
ORGANISATION = RecordKey(RecordKind.ORGANISATION, "org")


def becoming(*records, based_on=0):
    return [RecordChange(record_key(record), record, based_on) for record in records]


@pytest.fixture
def point(world):
    return world.point("p", HERE, world.offering(world.code(10, 1, 1), capacity=5))


@pytest.fixture
def registered(history, point):
    """The registry with one organisation and one point in it, both at version 1."""
    history.apply(becoming(ORG, point), OLENA)
    return history


def test_a_change_says_who_when_why_and_what_before_and_after(registered, point):
    before = datetime.now(UTC)
    made = registered.apply(becoming(replace(point, name="Новий центр"), based_on=1), PETRO)

    newest, first = registered.history(POINT)
    assert newest.change == made
    assert (made.who, made.why, made.kind, made.records) == ("petro", "the monthly list", ChangeKind.EDIT, 1)
    assert before <= made.at <= datetime.now(UTC)
    (changed,) = differences(first.document, newest.document)
    assert (changed.field, changed.before, changed.after) == ("name", "Point p", "Новий центр")
    assert [change.number for change in registered.changes()] == [made.number, first.change.number]
    assert registered.changes(limit=5, before=made.number) == (first.change,)


def test_the_fields_of_a_version_stand_in_the_order_of_the_model(registered):
    (version,) = registered.history(POINT)
    assert list(version.document)[:5] == ["id", "organisation", "kind", "name", "location_policy"]


def test_the_registry_can_be_read_as_of_any_moment(history, point):
    assert history.registry() == Registry((), (), frozenset())
    moments = [history.apply(becoming(ORG, point), OLENA).at]
    states = [point]
    for version, capacity in enumerate((6, 7, 8), start=1):
        changed = replace(point, offerings=(replace(point.offerings[0], capacity=capacity),))
        moments.append(history.apply(becoming(changed, based_on=version), PETRO).at)
        states.append(changed)

    for moment, state in zip(moments, states, strict=True):
        assert history.registry(as_of=moment).points == (state,)
    for before, moment, state in zip(moments, moments[1:], states, strict=False):
        assert before < moment
        assert history.registry(as_of=moment - timedelta(microseconds=1)).points == (state,)
    assert history.registry(as_of=moments[0] - timedelta(microseconds=1)) == Registry((), (), frozenset())
    assert history.registry() == Registry((ORG,), (states[-1],), frozenset())


def test_a_record_that_is_already_so_gets_no_version(registered, point):
    made = registered.apply(becoming(ORG, point, based_on=1), PETRO)
    assert made.records == 0
    assert len(registered.history(POINT)) == 1


def test_the_second_writer_is_told_what_changed_and_nothing_is_overwritten(registered, point):
    registered.apply(becoming(replace(point, name="Перша", hours="Пн-Пт"), based_on=1), PETRO)
    other = replace(ORG, name="Інша")
    with pytest.raises(ConflictError, match="«p» first: name, hours") as raised:
        registered.apply(becoming(other, replace(point, name="Друга"), based_on=1), OLENA)

    (conflict,) = raised.value.conflicts
    assert (conflict.key, conflict.based_on, conflict.found) == (POINT, 1, 2)
    assert [(it.field, it.before, it.after) for it in conflict.since] == [
        ("name", "Point p", "Перша"),
        ("hours", None, "Пн-Пт"),
    ]
    assert registered.record(POINT).record.name == "Перша"
    assert registered.record(ORGANISATION).record == ORG
    assert len(registered.changes()) == 2


def test_a_record_that_exists_cannot_be_created_again(registered, point):
    with pytest.raises(ConflictError) as raised:
        registered.apply(becoming(replace(point, name="Нова")), PETRO)
    assert [(it.key, it.found) for it in raised.value.conflicts] == [(POINT, 1)]


def test_a_record_named_twice_is_refused(history, point):
    with pytest.raises(UsageError, match="«p» stands in it twice"):
        history.apply(becoming(ORG, point, replace(point, name="Інша")), OLENA)


def test_what_the_database_refuses_leaves_no_trace(registered, world, point):
    abroad = world.code(77, 1, 1)
    with pytest.raises(UsageError, match="The store refuses these records"):
        registered.apply(
            becoming(replace(ORG, name="Інша"), replace(point, hromada=abroad), based_on=1), PETRO
        )
    assert len(registered.changes()) == 1
    assert registered.registry() == Registry((ORG,), (point,), frozenset())


def test_an_error_in_the_midst_leaves_no_trace(registered, point):
    def stop(_step, _done, _total):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        registered.apply(becoming(replace(point, name="Інша"), based_on=1), PETRO, progress=stop)
    assert registered.record(POINT).version == 1


def test_an_edit_is_undone_and_the_undoing_too(registered, point):
    renamed = replace(point, name="Інша")
    edit = registered.apply(becoming(renamed, based_on=1), PETRO)

    undone = registered.undo(edit.number, OLENA)
    assert (undone.kind, undone.undoes, undone.records) == (ChangeKind.UNDO, edit.number, 1)
    assert registered.record(POINT).record == point

    registered.undo(undone.number, PETRO)
    assert registered.record(POINT) == (renamed, 4)


def test_undoing_a_creation_withdraws_the_record(registered, country_store, point):
    first = registered.changes()[-1]
    registered.undo(first.number, PETRO)

    assert registered.registry() == Registry((), (), frozenset())
    assert registered.registry(as_of=first.at).points == (point,)
    assert registered.current() == {}
    assert country_store.counts().service_points == 0
    with pytest.raises(NotFoundError, match="no «p»"):
        registered.record(POINT)
    assert [version.document is None for version in registered.history(POINT)] == [True, False]

    registered.apply(becoming(ORG, point), OLENA)  # looks new to its writer
    assert registered.record(POINT) == (point, 3)


def test_undo_is_refused_after_a_later_change_and_names_the_record(registered, point):
    first = registered.changes()[-1].number
    registered.apply(becoming(replace(point, hours="Пн-Пт"), based_on=1), PETRO)

    with pytest.raises(ConflictError, match="«p» first: hours") as raised:
        registered.undo(first, OLENA)
    assert [conflict.key for conflict in raised.value.conflicts] == [POINT]
    assert len(registered.changes()) == 2


def test_one_record_of_a_change_can_be_undone(history, world, point):
    other = world.point("other", HERE, world.offering(world.code(10, 1, 1)))
    history.apply(becoming(ORG, point, other), OLENA)
    renamed = [replace(point, name="Перша"), replace(other, name="Друга")]
    both = history.apply(becoming(*renamed, based_on=1), PETRO)
    history.apply(becoming(replace(other, name="Третя"), based_on=2), PETRO)

    history.undo(both.number, OLENA, only=POINT)
    names = {found.id: found.name for found in history.registry().points}
    assert names == {"p": "Point p", "other": "Третя"}
    with pytest.raises(ConflictError, match="«p»"):
        history.undo(both.number, OLENA, only=POINT)


def test_a_change_that_is_not_there_cannot_be_undone(registered):
    with pytest.raises(NotFoundError, match="no change 99"):
        registered.undo(99, OLENA)
    with pytest.raises(NotFoundError, match="no change 1"):
        registered.undo(1, OLENA, only=RecordKey(RecordKind.POINT, "nobody"))


def test_deletion_ends_validity_and_keeps_the_record(registered):
    registered.end(POINT, date(2026, 3, 1), PETRO)
    assert registered.record(POINT).record.valid_to == date(2026, 3, 1)
    with pytest.raises(UsageError, match="has already ended, on 2026-03-01"):
        registered.end(POINT, date(2026, 4, 1), PETRO)
    with pytest.raises(NotFoundError, match="«nobody»"):
        registered.end(RecordKey(RecordKind.POINT, "nobody"), date(2026, 3, 1), PETRO)


def test_the_points_of_an_organisation_end_with_it(history, world, point):
    earlier = world.point("earlier", HERE, valid_to=date(2025, 1, 1))
    history.apply(becoming(ORG, point, earlier), OLENA)
    assert history.end(ORGANISATION, date(2026, 3, 1), PETRO).records == 2
    assert history.record(ORGANISATION).record.valid_to == date(2026, 3, 1)
    last_days = {found.id: found.valid_to for found in history.registry().points}
    assert last_days == {"p": date(2026, 3, 1), "earlier": date(2025, 1, 1)}


def test_nothing_ends_before_it_begins(history, world):
    history.apply(becoming(ORG, world.point("p", HERE, valid_from=date(2026, 5, 1))), OLENA)
    with pytest.raises(UsageError, match="«p» begins on 2026-05-01"):
        history.end(POINT, date(2026, 3, 1), PETRO)


def test_merged_points_end_name_the_one_kept_and_leave_it_their_services(history, world, point):
    own = world.code(10, 1, 1)
    twin = world.point(
        "twin", HERE, world.offering(own), world.offering(own, service="day-care"), referral_note="Дзвоніть"
    )
    history.apply(becoming(ORG, point, twin), OLENA)
    keys = [RecordKey(RecordKind.POINT, "twin")]

    merged = history.merge(POINT, keys, PETRO, last_day=date(2026, 3, 1))
    assert (merged.kind, merged.records) == (ChangeKind.MERGE, 2)
    kept, ended = history.registry().points
    assert kept.offerings == (*point.offerings, twin.offerings[1])
    assert ended.valid_to == date(2026, 3, 1)
    assert ended.referral_note == "Дзвоніть → Point p (p)"

    history.undo(merged.number, OLENA)
    assert history.registry().points == (point, twin)


def test_points_that_tell_different_things_of_their_place_are_not_merged(history, world, point):
    history.apply(becoming(ORG, point, world.point("hidden", None, world.offering("UA"))), OLENA)
    with pytest.raises(UsageError, match="same location policy first"):
        history.merge(POINT, [RecordKey(RecordKind.POINT, "hidden")], PETRO)


def test_merged_organisations_leave_points_and_branches_to_their_successor(history, point):
    double = replace(ORG, id="double", successor_of=("org",))
    branch = replace(ORG, id="branch", parent="double")
    theirs = replace(point, organisation="double")
    history.apply(becoming(ORG, double, branch, theirs), OLENA)

    keys = [RecordKey(RecordKind.ORGANISATION, "double")]
    merged = history.merge(ORGANISATION, keys, PETRO, last_day=date(2026, 3, 1))
    after = {it.id: it for it in history.registry().organisations}
    assert after["org"].successor_of == ("double",)
    assert (after["double"].valid_to, after["double"].successor_of) == (date(2026, 3, 1), ())
    assert after["branch"].parent == "org"
    assert history.record(POINT).record.organisation == "org"

    history.undo(merged.number, OLENA)
    assert history.record(POINT).record == theirs


def test_a_record_is_merged_with_others_of_its_kind_only(registered):
    for duplicates in ([], [POINT], [ORGANISATION]):
        with pytest.raises(UsageError, match="one record to keep and others of the same kind"):
            registered.merge(POINT, duplicates, PETRO)


def test_a_registry_put_in_place_of_another_changes_only_what_differs(history, world, point):
    gone, same = world.point("gone", HERE), world.point("same", HERE)
    scope = frozenset({world.code(10)})
    first = history.replace(world.registry(point, gone, same, scope=scope), OLENA)
    assert (first.kind, first.records) == (ChangeKind.LOAD, 4)

    second = world.registry(replace(point, name="Інша"), same)
    change = history.replace(second, PETRO)
    assert change.records == 2
    assert history.registry() == second
    assert history.registry(as_of=first.at).scope == scope
    assert {key.id: stored.version for key, stored in history.current().items()} == {
        "org": 1,
        "p": 2,
        "same": 1,
    }
    assert history.replace(second, PETRO) is None

    history.undo(change.number, OLENA)
    assert history.registry() == replace(world.registry(gone, point, same, scope=scope), organisations=(ORG,))


def test_an_organisation_and_its_points_come_and_go_together(history, world, point):
    history.replace(world.registry(point), OLENA)
    history.replace(Registry((), (), frozenset()), PETRO)
    assert history.registry() == Registry((), (), frozenset())
    history.undo(history.changes()[0].number, OLENA)
    assert history.registry().points == (point,)


def test_current_records_are_given_for_the_keys_asked(registered, world):
    registered.apply(becoming(world.point("other", HERE)), OLENA)
    nobody = RecordKey(RecordKind.POINT, "nobody")
    assert set(registered.current()) == {ORGANISATION, POINT, RecordKey(RecordKind.POINT, "other")}
    found = registered.current([POINT, nobody])
    assert set(found) == {POINT}
    assert found[POINT].version == 1
    assert found[POINT].document["name"] == "Point p"


def test_records_are_known_by_their_ids_at_the_source(history, world):
    org = replace(ORG, source=RecordSource("register", "17"))
    history.apply(
        becoming(
            org,
            world.point("p", HERE, source=RecordSource("register", "17")),
            world.point("q", HERE, source=RecordSource("other", "17")),
        ),
        OLENA,
    )
    assert history.known_sources("register") == {
        (RecordKind.ORGANISATION, "17"): "org",
        (RecordKind.POINT, "17"): "p",
    }


def test_a_source_id_can_pass_from_a_record_to_its_successor(history, world):
    source = RecordSource("register", "17")
    history.apply(becoming(ORG, world.point("a", HERE, source=source)), OLENA)
    passed = history.apply(
        [
            *becoming(world.point("b", HERE, source=source)),
            RecordChange(RecordKey(RecordKind.POINT, "a"), None, 1),
        ],
        PETRO,
    )
    assert history.known_sources("register") == {(RecordKind.POINT, "17"): "b"}
    history.undo(passed.number, OLENA)
    assert history.known_sources("register") == {(RecordKind.POINT, "17"): "a"}


def test_a_purge_leaves_nothing_but_its_log(registered, country_store, point):
    registered.apply(becoming(replace(point, name="Таємниця"), based_on=1), PETRO)
    registered.purge(POINT, OLENA)

    assert registered.history(POINT) == ()
    assert registered.registry().points == ()
    assert country_store.counts().service_points == 0
    with country_store._reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM record_version WHERE kind = 'point'")) == 0
        office = "office." if country_store.kind == "postgis" else ""
        logged = connection.execute(text(f"SELECT who, why, kind, id FROM {office}purge_log")).all()
    assert logged == [("olena", "a call to the centre", "point", "p")]
    with pytest.raises(NotFoundError, match="«p»"):
        registered.purge(POINT, OLENA)


def test_a_purge_is_refused_while_other_records_refer_to_it(registered):
    branch, heir = replace(ORG, id="branch", parent="org"), replace(ORG, id="heir", successor_of=("org",))
    registered.apply(becoming(branch, heir), OLENA)
    with pytest.raises(UsageError, match=r"3 records refer to «org» \(branch, heir, p\)"):
        registered.purge(ORGANISATION, OLENA)
    assert registered.record(ORGANISATION).record == ORG


def test_the_first_registry_is_a_change_like_any_other(history, world, point):
    history.replace(world.registry(point), OLENA, no_progress)
    (version,) = history.history(POINT)
    assert (version.number, version.change.kind) == (1, ChangeKind.LOAD)
