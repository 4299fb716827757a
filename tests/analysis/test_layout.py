"""The ground coverage is computed on: settlements, areas, and what of them is occupied."""

from __future__ import annotations

import numpy as np
import pytest
import small_country
from small_country import CRIMEAN_RAION, FAR, HROMADAS, KYIV, MIDDLE, NORTH, OBLAST, RAION, SOUTH

from mapapp.analysis.layout import layout_of
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg


@pytest.fixture(scope="module")
def country():
    return small_country.country()


@pytest.fixture(scope="module")
def layout(country):
    return layout_of(country)


def test_settlements_and_areas_stand_in_code_order_each_in_its_own(layout, country):
    assert layout.settlements == tuple(sorted(country.settlements))
    assert layout.areas == tuple(sorted([CRIMEAN_RAION, *HROMADAS]))
    for code, area in zip(layout.settlements, layout.area, strict=True):
        assert layout.areas[area] == country.settlements[code].area
        assert layout.settlements[layout.index_of_settlement[code]] == code
    assert [layout.areas[index] for index in np.flatnonzero(~layout.is_hromada)] == [CRIMEAN_RAION]


def test_areas_know_their_raion_and_oblast(layout):
    told = {code: (layout.raion_of(n), layout.oblast_of(n)) for n, code in enumerate(layout.areas)}
    assert told[NORTH] == (RAION, OBLAST)
    assert told[KYIV] == (None, KYIV)
    assert told[CRIMEAN_RAION] == (CRIMEAN_RAION, small_country.CRIMEA)


def test_a_settlement_without_a_point_has_none(layout):
    missing = layout.index_of_settlement[small_country.WITHOUT_POINT[0]]
    assert np.isnan(layout.lon[missing])
    assert np.isnan(np.delete(layout.lon, missing)).sum() == 0


def test_occupation_is_that_of_the_gazetteer(layout, country):
    assert dict(zip(layout.areas, layout.occupation, strict=True)) == dict(country.occupation)
    assert layout.occupation[layout.index_of_area[SOUTH]] is Occupation.PARTLY


def test_a_hromada_can_be_taken_whole(layout):
    taken = layout.with_occupied([NORTH, SOUTH])
    told = dict(zip(taken.areas, taken.occupation, strict=True))
    assert {code for code, it in told.items() if it is Occupation.FULLY} == {NORTH, SOUTH, CRIMEAN_RAION}
    assert layout.occupation[layout.index_of_area[NORTH]] is Occupation.NONE
    assert taken.digest != layout.digest
    assert layout.with_occupied([]).digest == layout.digest


def test_equal_countries_make_equal_layouts(layout):
    assert layout_of(small_country.country()).digest == layout.digest


@pytest.mark.parametrize(
    ("area", "inside"),
    [
        (None, sorted(HROMADAS)),
        (OBLAST, [NORTH, MIDDLE, SOUTH]),
        (RAION, [NORTH, MIDDLE, SOUTH]),
        (FAR, [FAR]),
        (KYIV, [KYIV]),
    ],
)
def test_hromadas_are_found_in_their_area(layout, area, inside):
    assert [layout.areas[number] for number in layout.hromadas_in(area)] == inside


@pytest.mark.parametrize(
    "area",
    [Katottg("UA99000000000099999"), small_country.CRIMEA, Katottg(NORTH[:14] + "99999"), "settlement"],
)
def test_an_area_without_hromadas_is_not_found(layout, area):
    area = layout.settlements[0] if area == "settlement" else area
    with pytest.raises(NotFoundError, match=f"no oblast, raion or hromada with the code {area}"):
        layout.hromadas_in(area)
