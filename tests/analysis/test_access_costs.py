"""Costs and ways: against geodesics of pyproj, and every pair looked at one by one."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_country import STEP_M, WGS84, Offer, draw
from hypothesis import given
from hypothesis import strategies as st

from mapapp.analysis.access_costs import ground_of, site_costs, ways_by_distance
from mapapp.analysis.accessibility import service_access
from mapapp.analysis.layout import layout_of
from mapapp.analysis.supply import Form
from mapapp.domain.accessibility import ZONE_WEIGHTS
from mapapp.files.gazetteer import read_gazetteer


@pytest.fixture(scope="module")
def layout(repo_root):
    """All settlements of the country."""
    return layout_of(read_gazetteer(repo_root / "geodata"))


def geodesic_m(layout, settlements, lon, lat):
    there = np.broadcast_to(lon, len(settlements)), np.broadcast_to(lat, len(settlements))
    return WGS84.inv(layout.lon[settlements], layout.lat[settlements], *there)[2]


def test_distances_within_100_km_err_by_less_than_a_metre(layout):
    rng = np.random.default_rng(3)
    some = rng.choice(np.flatnonzero(np.isfinite(layout.lon)), 40)
    lon, lat = layout.lon[some] + 0.03, layout.lat[some] - 0.02
    costs = site_costs(ground_of(layout), lon, lat, 100_000.0).tocoo()
    settlement, site = costs.coords
    exact = WGS84.inv(layout.lon[settlement], layout.lat[settlement], lon[site], lat[site])[2]
    assert len(exact) > 40_000
    assert np.abs(costs.data - exact).max() < 0.1
    every = [
        np.nansum(geodesic_m(layout, np.flatnonzero(np.isfinite(layout.lon)), x, y) <= 100_000)
        for x, y in zip(lon, lat, strict=True)
    ]
    assert np.bincount(site, minlength=40) == pytest.approx(np.array(every), abs=1)


def test_across_the_whole_country_they_err_by_less_than_a_ten_thousandth(layout):
    far = np.flatnonzero(np.isfinite(layout.lon))
    for lon, lat in ((22.2, 48.6), (39.8, 49.1), (33.5, 44.6)):
        costs = site_costs(ground_of(layout), np.array([lon]), np.array([lat]), 2e6).toarray()[far, 0]
        assert costs == pytest.approx(geodesic_m(layout, far, lon, lat), rel=1e-4)


def test_a_site_in_the_very_settlement_costs_nothing_and_is_told():
    country = draw("ab", "ab")
    lon, lat = country.drawn[:1].T
    costs = site_costs(ground_of(country.layout), lon, lat, 100.0)
    assert (costs.nnz, costs.data.tolist()) == (1, [0.0])


LETTERS = "abcdefghij"
NAMES = "ADFI"
forms = st.sampled_from([Form.AT_SITE] * 4 + [Form.COMES, Form.REMOTE, Form.HIDDEN])
offers = st.builds(
    Offer,
    at=st.sampled_from(LETTERS),
    serves=st.sets(st.sampled_from(NAMES), min_size=1).map("".join) | st.just("*"),
    capacity=st.just(np.nan) | st.integers(0, 50).map(float),
    form=forms,
)
zones = st.sampled_from([5_000.0, 9_500.0, 14_000.0, 40_000.0])
MAP = draw(
    "ab.ij\n.c\n\nd.e..h\n.f\n...g",
    "abc de fgh ij",
    oblasts="1122",
    raions="1122",
    persons={letter: 10.0 * number for number, letter in enumerate(LETTERS)},
    occupied="e",
    unlocated="h",
)


def weight(cost_m, limit_m):
    """The weight of the zone, as Luo and Qi say it."""
    for zone, zone_weight in enumerate(ZONE_WEIGHTS, 1):
        if cost_m <= limit_m * zone / len(ZONE_WEIGHTS):
            return zone_weight
    return 0.0


def reach(offer, letter, limit_m):
    """How strongly an offering reaches a settlement."""
    names = {name for name in NAMES if MAP.hromada(name)[:9] == MAP.layout.settlements[index(letter)][:9]}
    if offer.serves != "*" and not names & set(offer.serves):
        return 0.0
    if offer.form is not Form.AT_SITE:
        return 1.0
    return 0.0 if letter == "h" else weight(MAP.metres(letter, offer.at), limit_m)


def index(letter):
    return MAP.settlement(letter)


@given(st.lists(offers, min_size=1, max_size=12), zones)
def test_access_is_what_looking_at_every_pair_gives(some, limit_m):
    persons = {
        letter: 0.0 if letter == "e" else float(MAP.people.persons[index(letter)]) for letter in LETTERS
    }
    share = [
        it.capacity / reached if np.isfinite(it.capacity) and reached else np.nan
        for it in some
        for reached in [sum(persons[letter] * reach(it, letter, limit_m) for letter in LETTERS)]
    ]
    standing = service_access(MAP.inputs(*some, limit_m=limit_m)).standing
    for letter in LETTERS:
        reached_by = [reach(it, letter, limit_m) for it in some]
        is_covered = letter != "e" and any(reached_by)
        assert standing.is_covered[index(letter)] == is_covered
        told = [(part, by) for part, by in zip(share, reached_by, strict=True) if by and np.isfinite(part)]
        if is_covered:
            expected = sum(part * by for part, by in told) if told else np.nan
            assert standing.places[index(letter)] == pytest.approx(expected, rel=1e-9, nan_ok=True)
        else:
            assert standing.places[index(letter)] in (0, pytest.approx(np.nan, nan_ok=True))


@given(st.lists(offers, min_size=1, max_size=12))
def test_the_nearest_is_found_however_far(some):
    nearest = service_access(MAP.inputs(*some, limit_m=1_000.0)).standing.nearest
    for letter in LETTERS:
        costs = [
            0.0 if it.form is Form.COMES else MAP.metres(letter, it.at)
            for it in some
            if it.form in (Form.AT_SITE, Form.COMES)
            and reach(replace(it, form=Form.COMES), letter, 0)
            and not (it.form is Form.AT_SITE and letter == "h")
        ]
        expected = np.inf if letter == "e" else min(costs, default=np.inf)
        assert nearest[index(letter)] == pytest.approx(expected, abs=0.01)


def test_many_offerings_of_one_catchment_are_searched_as_few_are():
    rng = np.random.default_rng(5)
    at = "".join(rng.choice(list(LETTERS), 30))
    offered = MAP.supply(*(Offer(letter, serves="AF") for letter in at))
    one_catchment = replace(offered, catchment=np.zeros(30, np.int32))
    apart, together = (
        ways_by_distance(ground_of(MAP.layout), it, 14_000.0) for it in (offered, one_catchment)
    )
    assert together.nearest == pytest.approx(apart.nearest, abs=1e-6)
    assert as_pairs(together) == as_pairs(apart)
    assert len(apart.cost) > 50


def as_pairs(ways):
    return sorted(
        zip(ways.settlement.tolist(), ways.offering.tolist(), ways.cost.round(3).tolist(), strict=True)
    )


def test_a_catchment_that_holds_no_settlement_with_a_place_is_no_error():
    country = draw("ab", "a b", unlocated="b")
    ways = ways_by_distance(ground_of(country.layout), country.supply(*[Offer("a", serves="B")] * 20), 1e5)
    assert (len(ways.cost), np.isinf(ways.nearest).all()) == (0, True)
    nobody = draw("a", "a", unlocated="a")
    ways = ways_by_distance(ground_of(nobody.layout), nobody.supply(*[Offer("a")] * 20), 1e5)
    assert (len(ways.cost), ways.is_measured.tolist()) == (0, [False])


def test_steps_of_the_drawing_are_as_long_as_they_say():
    assert MAP.metres("a", "b") == pytest.approx(STEP_M, abs=0.01)
