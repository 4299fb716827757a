"""The oblasts a registry claims to describe stay what they were through changes that do not touch them."""

import pytest
from sqlalchemy import text

from mapapp.domain.changes import Authorship
from mapapp.domain.progress import no_progress

WHO = Authorship(who="test", why="scope")


@pytest.fixture
def two_changes(history, country_store, world):
    """Return the scope, after a change that set it and another that left it as it was."""
    assert not history.changes()
    scope = frozenset({world.code(10)})
    point = world.point("a", world.places("A")["A"], world.offering(world.code(10, 1, 1)))
    for points in ([point], []):
        country_store.replace_registry(world.registry(*points, scope=scope), no_progress, WHO)
    return scope


def test_a_change_that_leaves_the_scope_alone_leaves_it_as_of_any_later_day(two_changes, country_store):
    first, second = sorted(change.number for change in country_store.registry.changes())
    assert country_store.registry.scope_as_of(first) == two_changes
    assert country_store.registry.scope_as_of(second) == two_changes
    assert country_store.registry.registry().scope == two_changes


def test_a_store_that_kept_a_null_for_it_is_mended(two_changes, country_store):
    latest = country_store.registry.change_as_of(None).number
    with country_store._writing() as connection:
        as_kept = "'null'::jsonb" if country_store.kind == "postgis" else "'null'"
        connection.execute(text(f"UPDATE registry_change SET scope = {as_kept} WHERE number = {latest}"))
    assert country_store.registry.scope_as_of(latest) == frozenset()
    country_store.downgrade("0008")
    country_store.migrate()
    assert country_store.registry.scope_as_of(latest) == two_changes
