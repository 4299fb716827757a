"""Tables of people are kept whole, replaced whole, and told to each as their level of access allows."""

from __future__ import annotations

from datetime import date

import pytest
from opened_stores import opened

from mapapp.domain.access import Access
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.people import (
    BASE_POPULATION,
    EVERYONE_THERE,
    PeopleFigure,
    PeopleKind,
    PeopleTable,
    Subject,
)
from mapapp.domain.registry import TargetGroup

VETERANS = Subject(group=TargetGroup.VETERANS_AND_FAMILIES)
OLDER = Subject(group=TargetGroup.OLDER_PEOPLE)
HOME_CARE = Subject(service="home-care")


def table(table_id="needs", *subjects, kind=PeopleKind.NEEDS, as_of=date(2026, 1, 1)):
    return PeopleTable(table_id, "Потреби", kind, as_of, "управління", subjects or (VETERANS,))


def figures_of(subject, counts):
    """Return figures from {hromada: (persons, recipients)}."""
    return [PeopleFigure(hromada, subject, *count) for hromada, count in counts.items()]


@pytest.fixture
def store(country_store):
    """Each store in turn, without tables of people."""
    for kept in country_store.people.tables():
        country_store.people.remove(kept.id)
    return country_store


@pytest.fixture
def hromadas(world):
    return [world.code(10, 1, number) for number in (1, 2, 3, 4)]


def test_a_table_comes_back_as_it_went_in(store, hromadas):
    one, two, three, _ = hromadas
    older = figures_of(OLDER, {three: (70, None), one: (3, None), two: (None, None)})
    care = figures_of(HOME_CARE, {one: (8, 2), two: (0, 0), three: (4, 9)})
    given = table("needs-2026", OLDER, HOME_CARE)
    kept = store.people.replace(given, [*care, *older])
    assert store.people.tables() == (kept,)
    assert (kept.title, kept.kind, kept.as_of, kept.source) == (
        "Потреби",
        PeopleKind.NEEDS,
        date(2026, 1, 1),
        "управління",
    )
    assert kept.subjects == (OLDER, HOME_CARE)
    found = store.people.figures("needs-2026", OLDER)
    assert list(found) == [one, two, three]
    assert sorted(found.values(), key=str) == sorted(older, key=str)
    assert list(store.people.figures("needs-2026", HOME_CARE).values()) == care


def test_tables_are_listed_by_kind_and_newest_first(store):
    for given in (
        table("needs-25", as_of=date(2025, 1, 1)),
        table("needs-26"),
        table("another-26"),
        table("displaced-26", kind=PeopleKind.DISPLACED),
        table("census", kind=PeopleKind.POPULATION, as_of=date(2001, 12, 5)),
    ):
        store.people.replace(given, [])
    listed = [kept.id for kept in store.people.tables()]
    assert listed == ["census", "displaced-26", "another-26", "needs-26", "needs-25"]


def test_replacing_a_table_leaves_nothing_of_the_old_one(store, hromadas):
    one, two, _, _ = hromadas
    store.people.replace(table("needs", VETERANS, OLDER), figures_of(VETERANS, {one: (2, None)}))
    store.people.replace(table("other"), figures_of(VETERANS, {one: (6, None)}))
    store.people.replace(table("needs"), figures_of(VETERANS, {two: (7, None)}))
    assert [figure.persons for figure in store.people.figures("needs", VETERANS).values()] == [7]
    assert [figure.persons for figure in store.people.figures("other", VETERANS).values()] == [6]
    with pytest.raises(NotFoundError, match=r"does not count «group:older_people»: it counts group:vet"):
        store.people.figures("needs", OLDER)


def test_the_same_figures_have_the_same_checksum_and_others_another(store, hromadas):
    one, two, _, _ = hromadas
    figures = figures_of(VETERANS, {one: (2, 1), two: (70, None)})
    first = store.people.replace(table(), figures).checksum
    assert len(first) == 64
    assert store.people.replace(table("copy"), figures[::-1]).checksum == first
    for changed in ((3, 1), (2, 2), (2, None), (None, 1)):
        other = figures_of(VETERANS, {one: changed, two: (70, None)})
        assert store.people.replace(table(), other).checksum != first


def test_a_table_with_a_fault_leaves_the_old_one_as_it_was(store, hromadas, world):
    one = hromadas[0]
    kept = store.people.replace(table(), figures_of(VETERANS, {one: (2, None)}))
    for nowhere in (world.code(77, 1, 1), world.code(10, 1), world.code(10, 1, 1, 1)):
        with pytest.raises(UsageError, match="The store refuses these records"):
            store.people.replace(table(), figures_of(VETERANS, {one: (90, None), nowhere: (7, None)}))
    assert store.people.tables() == (kept,)
    assert store.people.figures("needs", VETERANS)[one].persons == 2


def test_figures_that_make_no_table_are_a_fault_of_the_program(store, hromadas):
    one = hromadas[0]
    figure = PeopleFigure(one, VETERANS, 7)
    for wrong in (
        [figure, PeopleFigure(one, VETERANS, 8)],
        [PeopleFigure(one, OLDER, 7)],
        [PeopleFigure(one, VETERANS, None, persons_hidden=True)],
    ):
        with pytest.raises(ValueError, match=r"two figures|does not count|is hidden"):
            store.people.replace(table(), wrong)
    assert store.people.tables() == ()


def test_the_id_of_the_gazetteers_own_table_is_taken(store):
    with pytest.raises(UsageError, match="choose another id"):
        store.people.replace(table(BASE_POPULATION), [])


def test_a_removed_table_is_gone(store, hromadas):
    store.people.replace(table(), figures_of(VETERANS, {hromadas[0]: (2, None)}))
    store.people.remove("needs")
    assert store.people.tables() == ()
    for gone in (lambda: store.people.figures("needs", VETERANS), lambda: store.people.remove("needs")):
        with pytest.raises(NotFoundError, match="no table of people «needs»"):
            gone()


def test_readers_know_small_numbers_and_the_public_that_they_are_small(store, module_store_url, hromadas):
    one, two, three, four = hromadas
    counts = {one: (4, 1), two: (12, 9), three: (0, 0), four: (None, 5)}
    exact = figures_of(HOME_CARE, counts)
    kept = store.people.replace(table("needs", HOME_CARE), exact)
    for access in Access:
        with opened(module_store_url, access) as one_store:
            told = list(one_store.people.figures("needs", HOME_CARE).values())
            (listed,) = one_store.people.tables()
        if access >= Access.READER:
            assert (told, listed) == (exact, kept)
            continue
        assert listed.checksum != kept.checksum
        assert told == [
            PeopleFigure(one, HOME_CARE, None, None, persons_hidden=True, recipients_hidden=True),
            # Nine of twelve would tell of three.
            PeopleFigure(two, HOME_CARE, 12, None, recipients_hidden=True),
            PeopleFigure(three, HOME_CARE, 0, 0),
            PeopleFigure(four, HOME_CARE, None, 5),
        ]


def test_editors_replace_and_remove_tables_and_those_below_do_not(store, module_store_url, hromadas):  # noqa: ARG001 - built first
    for access in Access:
        with opened(module_store_url, access) as one_store:
            people = one_store.people
            if access >= Access.EDITOR:
                for _ in range(2):
                    people.replace(table(), figures_of(VETERANS, {hromadas[0]: (2, None)}))
                people.remove("needs")
                continue
            for forbidden in (lambda: people.replace(table(), []), lambda: people.remove("needs")):  # noqa: B023
                with pytest.raises(UsageError, match="needs the right «editor»"):
                    forbidden()


def test_everyone_may_be_counted_too(store, hromadas):
    everyone = figures_of(EVERYONE_THERE, {hromadas[0]: (2_000, None)})
    store.people.replace(table("idp", EVERYONE_THERE, kind=PeopleKind.DISPLACED), everyone)
    assert list(store.people.figures("idp", EVERYONE_THERE).values()) == everyone
