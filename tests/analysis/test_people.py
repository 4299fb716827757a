"""Whom coverage counts, settlement by settlement: small tables, numbers by hand, and what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import small_country
from hypothesis import given
from hypothesis import strategies as st
from small_country import FAR, KYIV, MIDDLE, NORTH, SOUTH

from mapapp.analysis.layout import layout_of
from mapapp.analysis.people import People, gazetteer_people, spread_people
from mapapp.domain.geography import Population, PopulationBasis
from mapapp.domain.people import EVERYONE_THERE, PeopleFigure

PEOPLE = {NORTH: (900, 100), MIDDLE: (0, 0), SOUTH: (30,), KYIV: (2_952_301,)}


@pytest.fixture(scope="module")
def country():
    return small_country.country(PEOPLE)


@pytest.fixture(scope="module")
def layout(country):
    return layout_of(country)


@pytest.fixture(scope="module")
def base(layout, country):
    return gazetteer_people(layout, country)


def figures(**persons) -> dict:
    """Return the figures of hromadas named; None is a hidden one."""
    hromadas = {"north": NORTH, "middle": MIDDLE, "south": SOUTH, "far": FAR, "kyiv": KYIV}
    return {
        hromadas[name]: PeopleFigure(hromadas[name], EVERYONE_THERE, count, persons_hidden=count is None)
        for name, count in persons.items()
    }


def of_area(people: People, layout, area) -> list[float]:
    return people.persons[layout.area == layout.index_of_area[area]].tolist()


def test_the_gazetteer_counts_its_settlements(base, layout):
    assert of_area(base, layout, NORTH) == [900.0, 100.0]
    assert of_area(base, layout, KYIV) == [2_952_301.0]
    assert base.area_low[layout.index_of_area[NORTH]] == base.area_high[layout.index_of_area[NORTH]] == 1000.0


def test_where_the_gazetteer_knows_of_nobody_people_are_unknown_and_never_none(base, layout):
    assert np.isnan(of_area(base, layout, FAR)).all()
    assert np.isnan(base.area_low[layout.index_of_area[FAR]])
    assert of_area(base, layout, MIDDLE) == [0.0, 0.0]
    assert of_area(base, layout, SOUTH) == [30.0, 0.0]
    assert np.isnan(base.recipients).all()


def test_an_estimate_of_a_village_is_not_counted(country):
    village, other = small_country.VILLAGES[NORTH]
    share = Population(100, date(2022, 1, 1), "population", PopulationBasis.ESTIMATED)
    settlements = {**country.settlements, other: replace(country.settlements[other], population=share)}
    estimated = replace(country, settlements=settlements)
    ground = layout_of(estimated)
    people = gazetteer_people(ground, estimated)
    counted = dict(zip(ground.settlements, people.is_counted.tolist(), strict=True))
    assert (counted[village], counted[other]) == (True, False)


def test_a_figure_is_spread_as_people_live(base, layout):
    people = spread_people(layout, base, figures(north=50))
    assert of_area(people, layout, NORTH) == [45.0, 5.0]
    assert not people.is_counted.any()


def test_a_figure_is_spread_evenly_where_nobody_is_known_to_live(base, layout):
    people = spread_people(layout, base, figures(middle=50, far=30))
    assert of_area(people, layout, MIDDLE) == [25.0, 25.0]
    assert of_area(people, layout, FAR) == [15.0, 15.0]


def test_an_area_without_a_figure_is_unknown_and_never_nobody(base, layout):
    people = spread_people(layout, base, figures(north=0))
    assert of_area(people, layout, NORTH) == [0.0, 0.0]
    others = layout.area != layout.index_of_area[NORTH]
    assert np.isnan(people.persons[others]).all()
    unknown = replace(figures(north=1)[NORTH], persons=None)
    assert np.isnan(spread_people(layout, base, {NORTH: unknown}).persons).all()


def test_a_hidden_figure_is_somewhere_from_one_to_four(base, layout):
    people = spread_people(layout, base, figures(north=None, kyiv=7))
    north, kyiv = layout.index_of_area[NORTH], layout.index_of_area[KYIV]
    assert (people.area_low[north], people.area_high[north]) == (1.0, 4.0)
    assert (people.area_low[kyiv], people.area_high[kyiv]) == (7.0, 7.0)
    assert sum(of_area(people, layout, NORTH)) == 2.5


def test_recipients_are_told_where_somebody_reports_them(base, layout):
    told = replace(figures(north=50)[NORTH], recipients=0)
    people = spread_people(layout, base, {NORTH: told, **figures(kyiv=7)})
    assert people.recipients[layout.index_of_area[NORTH]] == 0.0
    assert np.isnan(people.recipients[layout.index_of_area[KYIV]])


@given(st.dictionaries(st.sampled_from([NORTH, MIDDLE, SOUTH, FAR, KYIV]), st.integers(0, 10**7) | st.none()))
def test_the_settlements_of_a_hromada_sum_to_its_figure(base, layout, counts):
    told = {
        code: PeopleFigure(code, EVERYONE_THERE, count, persons_hidden=count is None)
        for code, count in counts.items()
    }
    people = spread_people(layout, base, told)
    for area, code in enumerate(layout.areas):
        total = people.persons[layout.area == area].sum()
        if code in told:
            estimate = told[code].estimate()
            assert total == pytest.approx(estimate.value)
            assert (people.area_low[area], people.area_high[area]) == (estimate.low, estimate.high)
        else:
            assert np.isnan(total)
            assert np.isnan(people.area_low[area])
    assert not (people.persons < 0).any()
