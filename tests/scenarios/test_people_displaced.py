"""Displacing people moves numbers and loses none; what is not known stays unknown."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from drawn_registry import draw
from hypothesis import given
from hypothesis import strategies as st

from mapapp.analysis.layout import layout_of
from mapapp.analysis.people import People, gazetteer_people
from mapapp.analysis.scenario_effects import layout_under, people_under
from mapapp.domain.errors import UsageError
from mapapp.domain.scenario import Displace, Occupy, Scenario

COUNTRY = draw(
    """
    a a b b c d d d
    """,
    {"a1": 300, "a2": 100, "b1": 60, "b2": 20, "c1": 0, "d1": 7, "d2": 0, "d3": 0},
)
A, B, C, D = map(COUNTRY.hromada, "abcd")
LAYOUT = layout_of(COUNTRY.gazetteer)
EVERYONE = gazetteer_people(LAYOUT, COUNTRY.gazetteer)
"""a 300 + 100, b 60 + 20, c nobody, d 7 + 0 + 0."""


def moved(*changes: Displace, people: People = EVERYONE, everyone: People | None = None) -> People:
    return people_under(Scenario("away", "Геть", changes), LAYOUT, people, everyone)


def by_area(people: People) -> list[float]:
    return np.bincount(LAYOUT.area, people.persons, len(LAYOUT.areas)).tolist()


def test_a_tenth_leaves_every_village_and_settles_as_people_live_there():
    assert moved(Displace(A, B, 40)).persons.tolist() == [270, 90, 90, 30, 0, 7, 0, 0]


def test_where_nobody_lived_people_settle_evenly():
    assert moved(Displace(A, C, 40)).persons.tolist() == [270, 90, 60, 20, 40, 7, 0, 0]
    emptied = moved(Displace(D, C, 7), Displace(A, D, 40))
    assert emptied.persons[LAYOUT.area == LAYOUT.index_of_area[D]] == pytest.approx([40 / 3] * 3)


def test_all_may_leave_and_not_one_more():
    assert by_area(moved(Displace(A, B, 400))) == [0, 480, 0, 7]
    with pytest.raises(UsageError, match=f"401 people cannot leave {A}: 400 are known to live there"):
        moved(Displace(A, B, 401))
    with pytest.raises(UsageError, match=f"1 people cannot leave {C}: 0 are known"):
        moved(Displace(C, A, 1))


def test_people_leave_in_the_order_of_the_changes():
    assert by_area(moved(Displace(A, C, 50), Displace(C, B, 50))) == [350, 130, 0, 7]
    with pytest.raises(UsageError, match="50 people cannot leave"):
        moved(Displace(C, B, 50), Displace(A, C, 50))


def test_those_who_came_a_few_at_a_time_may_all_leave_together():
    few = [Displace(A, C, persons) for persons in (1, 3, 7, 11, 13, 17)]
    assert by_area(moved(*few, Displace(C, D, 52)))[2] == pytest.approx(0, abs=1e-9)


def test_nobody_knows_what_is_not_known():
    unknown = replace(
        EVERYONE, persons=np.where(LAYOUT.area == LAYOUT.index_of_area[B], np.nan, EVERYONE.persons)
    )
    for change in (Displace(A, B, 1), Displace(B, A, 1)):
        with pytest.raises(UsageError, match=f"How many of the people counted live in {B} is not known"):
            moved(change, people=unknown)
    elsewhere = moved(Displace(A, C, 40), people=unknown).persons
    assert np.isnan(elsewhere[2:4]).all()
    assert elsewhere[[0, 1, 4]].tolist() == [270, 90, 40]


def test_of_a_group_the_same_share_moves_as_of_everyone():
    """40 of 400 leave a: a tenth, and so 2 of its 20; how many b has in all is no matter."""
    group = replace(EVERYONE, persons=np.array([15.0, 5, 3, 1, 0, 0, 0, 0]))
    after = moved(Displace(A, B, 40), Displace(B, C, 60), people=group, everyone=EVERYONE)
    assert by_area(after) == pytest.approx([18, 3, 3, 0])
    with pytest.raises(UsageError, match="400 are known"):
        moved(Displace(A, B, 401), people=group, everyone=EVERYONE)


def test_a_hidden_figure_keeps_its_band():
    size = len(LAYOUT.areas)
    hidden = replace(
        EVERYONE,
        persons=np.array([1.5, 1.0, 60, 20, 0, 7, 0, 0]),
        area_low=np.array([1.0, 80, 0, 7]),
        area_high=np.array([4.0, 80, 0, 7]),
    )
    after = moved(Displace(A, B, 200), people=hidden, everyone=EVERYONE)
    assert by_area(after) == [1.25, 81.25, 0, 7]
    assert after.area_low.tolist() == [0.5, 80.5, 0, 7]
    assert after.area_high.tolist() == [2.0, 82.0, 0, 7]
    assert len(after.area_low) == size


def test_reported_recipients_become_unknown_where_people_moved():
    reported = replace(EVERYONE, recipients=np.array([10.0, 20, 30, 40]))
    assert np.isnan(moved(Displace(A, B, 1), people=reported).recipients).tolist() == [
        True,
        True,
        False,
        False,
    ]


DISPLACEMENTS = st.lists(
    st.tuples(st.permutations([A, B, C, D]), st.integers(1, 80)).map(
        lambda drawn: Displace(drawn[0][0], drawn[0][1], drawn[1])
    ),
    min_size=1,
    max_size=8,
)


@given(DISPLACEMENTS)
def test_no_person_is_lost_or_made_and_none_is_below_zero(changes):
    before = {field.name: getattr(EVERYONE, field.name).copy() for field in fields(EVERYONE)}
    try:
        after = moved(*changes)
    except UsageError:
        after = EVERYONE
    assert after.persons.sum() == pytest.approx(487, rel=0, abs=1e-9)
    assert after.area_low.sum() == pytest.approx(487, rel=0, abs=1e-9)
    assert after.persons.min() >= 0
    np.testing.assert_allclose(by_area(after), after.area_high, rtol=0, atol=1e-9)
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(EVERYONE, name), values)


def test_without_a_change_nothing_is_made_anew():
    occupies = Scenario("falls", "Пала", (Occupy(A),))
    assert people_under(occupies, LAYOUT, EVERYONE) is EVERYONE
    assert layout_under(Scenario("away", "Геть", (Displace(A, B, 1),)), LAYOUT) is LAYOUT
    fallen = layout_under(occupies, LAYOUT)
    assert fallen.is_occupied.tolist() == [True, True, *[False] * 6]
    assert not LAYOUT.is_occupied.any()
