"""Saved scenarios in both stores: who saves and removes them, and what everybody reads of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from mapapp.domain.access import Access
from mapapp.domain.changes import Authorship
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import PlaceOfProvision
from mapapp.domain.scenario import (
    ClosePoint,
    Displace,
    LoseRoads,
    Occupy,
    OpenPoint,
    Scenario,
    SignContract,
)
from mapapp.storage.archive import copy_store, restore_archive, write_archive
from mapapp.storage.store import open_store

OLENA = Authorship("olena.editorka", "нарада 12 травня")


@pytest.fixture
def every_change(world):
    """A scenario with each kind of change, in its shortest and its longest form."""
    here, there = world.code(10, 1, 1), world.code(10, 1, 2)
    village, places = world.code(10, 1, 1, 1), frozenset(PlaceOfProvision)
    return Scenario(
        "every-change",
        "Усе одразу",
        (
            ClosePoint("a"),
            ClosePoint("a.b", "home-care"),
            OpenPoint("Новий", village, ("home-care",), ("UA",)),
            OpenPoint("Новий", village, ("home-care", "shelter"), (here, world.code(10)), 0, places),
            SignContract("a", here),
            SignContract("a", there, "home-care"),
            LoseRoads(LonLat(lon=34.123456789, lat=49.5), 250.5),
            Occupy(here),
            Displace(here, there, 12),
        ),
        "Рядок\nі другий: «так»",
    )


@pytest.fixture
def scenarios(store):
    """The scenarios of each store in turn, none saved yet."""
    for saved in store.scenarios.all():
        store.scenarios.remove(saved.id)
    return store.scenarios


def closing(scenario_id, name):
    return Scenario(scenario_id, name, (ClosePoint("p"),))


def test_a_scenario_comes_back_as_it_was_saved(scenarios, every_change):
    assert scenarios.all() == ()
    scenarios.save(every_change, OLENA)
    assert scenarios.all() == (every_change,)
    assert scenarios.scenario("every-change") == every_change
    (saved,) = scenarios.saved()
    assert (saved.scenario, saved.who, saved.why) == (every_change, OLENA.who, OLENA.why)
    assert timedelta(0) <= datetime.now(UTC) - saved.saved_at < timedelta(hours=1)


def test_they_are_told_by_name_in_the_order_of_the_alphabet(scenarios):
    for scenario_id, name in (("a", "Я"), ("b", "Ґанок"), ("c", "Іній"), ("d", "Гай"), ("e", "Гай")):
        scenarios.save(closing(scenario_id, name), OLENA)
    assert [saved.id for saved in scenarios.all()] == ["d", "e", "b", "c", "a"]


def test_saving_again_replaces_and_removing_removes(scenarios):
    scenarios.save(closing("a", "Перша"), OLENA)
    scenarios.save(closing("a", "Друга"), Authorship("petro", "уточнено"))
    (saved,) = scenarios.saved()
    assert (saved.scenario.name, saved.who) == ("Друга", "petro")
    scenarios.remove("a")
    assert scenarios.all() == ()
    for asked in (scenarios.remove, scenarios.scenario):
        with pytest.raises(NotFoundError, match="no saved scenario «a»"):
            asked("a")


def test_what_a_scenario_names_need_not_be_there_any_more(scenarios, every_change, store, world):
    scenarios.save(every_change, OLENA)
    store.replace_registry(world.registry(), no_progress)
    assert scenarios.all() == (every_change,)


@pytest.mark.parametrize("access", [Access.PUBLIC, Access.READER])
def test_everybody_reads_scenarios_and_only_editors_change_them(module_store_url, scenarios, access):
    scenarios.save(closing("a", "Перша"), OLENA)
    other = open_store(module_store_url, access=access)
    try:
        (saved,) = other.scenarios.saved()
        assert saved.scenario == other.scenarios.scenario("a") == closing("a", "Перша")
        assert saved.who == (OLENA.who if access is Access.READER else "")
        assert saved.why == (OLENA.why if access is Access.READER else "")
        for refused in (
            lambda: other.scenarios.save(closing("b", "Друга"), OLENA),
            lambda: other.scenarios.remove("a"),
        ):
            with pytest.raises(UsageError, match="This needs the right «editor»"):
                refused()
    finally:
        other.dispose()
    assert [saved.id for saved in scenarios.all()] == ["a"]


def test_an_editor_saves_replaces_and_removes(module_store_url, scenarios):
    editor = open_store(module_store_url, access=Access.EDITOR)
    try:
        editor.scenarios.save(closing("a", "Перша"), OLENA)
        editor.scenarios.save(closing("a", "Друга"), OLENA)
        editor.scenarios.save(closing("b", "Третя"), OLENA)
        editor.scenarios.remove("a")
    finally:
        editor.dispose()
    assert [saved.id for saved in scenarios.all()] == ["b"]


def test_the_database_itself_hides_who_saved_from_the_public(module_store_url, scenarios):
    scenarios.save(closing("a", "Перша"), OLENA)
    table = "scenario_note" if module_store_url.startswith("sqlite") else "office.scenario_note"
    for access, is_told in ((Access.PUBLIC, False), (Access.READER, True)):
        other = open_store(module_store_url, access=access)
        try:
            for column in ("who", "why", "count(*)"):
                asked = text(f"SELECT {column} FROM {table}")
                if is_told:
                    with other._reading() as connection:
                        assert len(connection.execute(asked).all()) == 1
                    continue
                refused = pytest.raises(UsageError, match=r"permission denied|prohibited|not authorized")
                with refused, other._reading() as connection:
                    connection.execute(asked).all()
        finally:
            other.dispose()


@pytest.fixture
def new_store(tmp_path):
    """Opens embedded stores that do not exist yet."""
    opened = []

    def new(name):
        opened.append(open_store(f"sqlite:///{tmp_path / name}", create=True))
        return opened[-1]

    yield new
    for store in opened:
        store.dispose()


def test_backup_and_copy_carry_scenarios_and_who_saved_them(
    store, scenarios, every_change, new_store, tmp_path
):
    scenarios.save(every_change, OLENA)
    store.mark_ready()
    restored, copied = new_store("restored.sqlite3"), new_store("copied.sqlite3")

    write_archive(store, tmp_path / "backup.zip", no_progress)
    restore_archive(tmp_path / "backup.zip", restored, no_progress)
    copy_store(store, copied, no_progress)

    assert restored.scenarios.saved() == copied.scenarios.saved() == scenarios.saved()
