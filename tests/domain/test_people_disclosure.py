"""No small number follows from what is told of a table of people, whatever is subtracted from what."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.katottg import Katottg
from mapapp.domain.people import EVERYONE_THERE, PeopleFigure, Subject
from mapapp.domain.people_disclosure import disclosed_figures
from mapapp.domain.registry import TargetGroup

HERE = Katottg("UA53080350000070563")
THERE = Katottg("UA53080370000025447")
GROUPS = [Subject(group=group) for group in TargetGroup if group is not TargetGroup.EVERYONE]
SMALL = range(1, 5)
numbers = st.none() | st.integers(0, 12) | st.integers(0, 10_000)


def row(everyone, *groups, hromada=HERE):
    """Return the figures of one hromada: everyone, then the groups."""
    subjects = [EVERYONE_THERE, *GROUPS]
    return [
        PeopleFigure(hromada, subject, persons)
        for subject, persons in zip(subjects, (everyone, *groups), strict=False)
    ]


def told(*counts):
    """Return what is published of a row: a number, "small" for a hidden one, None for an unknown one."""
    return tuple(
        "small" if figure.persons_hidden else figure.persons for figure in disclosed_figures(row(*counts))
    )


def test_large_numbers_nobody_and_unknown_ones_are_told():
    assert told(100, 40, 0, None, 5) == (100, 40, 0, None, 5)


def test_small_numbers_are_hidden():
    assert told(100, *SMALL) == (100, *["small"] * 4)


def test_a_total_that_tells_a_hidden_number_is_withheld():
    assert told(43, 40, 3) == (None, 40, "small")
    assert told(9, 2, 3, 4) == (None, "small", "small", "small")
    assert told(60, 40, 3) == (60, 40, "small")


def test_all_but_a_few_tell_of_the_few():
    assert told(100, 98) == (None, 98)
    assert told(100, 60, 37) == (None, 60, 37)
    assert told(100, 100) == (100, 100)


def test_what_a_total_hides_cannot_be_told_apart():
    """Whichever small numbers the groups have, what is published is the same."""
    published = {told(40 + one + other, 40, one, other) for one, other in product(SMALL, SMALL)}
    assert published == {(None, 40, "small", "small")}


def test_each_hromada_is_judged_alone():
    figures = disclosed_figures([*row(43, 40, 3), *row(43, 40, hromada=THERE)])
    assert [figure.persons for figure in figures] == [None, 40, None, None, 40]
    figures = disclosed_figures([*row(43, 40, 3), *row(90, 40, hromada=THERE)])
    assert [figure.persons for figure in figures] == [None, 40, None, 90, 40]


@given(numbers, st.lists(numbers, max_size=6))
def test_no_difference_of_published_numbers_is_small(everyone, groups):
    total, *parts = told(everyone, *groups)
    known = [part for part in parts if isinstance(part, int)]
    assert {total, *known}.isdisjoint(SMALL)
    if isinstance(total, int):
        assert {total - sum(known), *(total - part for part in known)}.isdisjoint(SMALL)


@given(numbers, numbers)
def test_those_without_the_service_are_not_told_where_they_are_few(persons, recipients):
    figure = PeopleFigure(HERE, Subject(service="home-care"), persons, recipients)
    (public,) = disclosed_figures([figure])
    assert public == figure.disclosed()
    assert {public.persons, public.recipients}.isdisjoint(SMALL)
    if public.persons is not None and public.recipients is not None:
        assert public.persons - public.recipients not in SMALL
