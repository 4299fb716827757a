"""Computed part by part, here or by other processes, access is what it is computed at once."""

from __future__ import annotations

import importlib
import os
import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from distributed import Client, LocalCluster
from drawn_country import DAY, TABLE, Offer, draw
from hypothesis import given, settings
from hypothesis import strategies as st

from mapapp.analysis.access_costs import ground_of, of_service, ways_by_distance
from mapapp.analysis.access_standing import AccessInputs, Standing
from mapapp.analysis.accessibility import ServiceAccess, answer_access, service_access
from mapapp.analysis.layout import layout_of
from mapapp.analysis.partitions import Country, access_by_parts, by_longitude, by_oblast, split
from mapapp.analysis.people import gazetteer_people
from mapapp.analysis.supply import Form, supply_of
from mapapp.cluster import cluster_map
from mapapp.domain.accessibility import AccessQuery, Threshold
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services

DAY_CARE, HOME_CARE = SERVICES = ("day-care", "home-care")
LIMIT_M = 15_000.0
WORKERS = 2


def at_once(country: Country, service: str, limit_m: float = LIMIT_M) -> ServiceAccess:
    offered = of_service(country.supply, service)
    ways = ways_by_distance(ground_of(country.layout), offered, limit_m)
    return service_access(AccessInputs(country.layout, country.people, country.scope, offered, ways))


def assert_same(found: ServiceAccess, whole: ServiceAccess) -> None:
    """Everything is equal, but places per person: sums in another order round otherwise."""
    for field in fields(Standing):
        ours, theirs = getattr(found.standing, field.name), getattr(whole.standing, field.name)
        if field.name == "places":
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=0)
        else:
            np.testing.assert_array_equal(ours, theirs)
    for field in fields(whole.bands):
        np.testing.assert_array_equal(getattr(found.bands, field.name), getattr(whole.bands, field.name))
    np.testing.assert_array_equal(ways_in_order(found), ways_in_order(whole))
    query = AccessQuery(DAY_CARE, DAY, Threshold(whole.inputs.ways.limit))
    ours, theirs = (list(leaves(answer_access(query, TABLE, it))) for it in (found, whole))
    assert [it for it in ours if not isinstance(it, float)] == [
        it for it in theirs if not isinstance(it, float)
    ]
    numbers = [[it for it in told if isinstance(it, float)] for told in (ours, theirs)]
    np.testing.assert_allclose(*numbers, rtol=1e-12, atol=0)


def ways_in_order(access: ServiceAccess) -> np.ndarray:
    ways = access.inputs.ways
    order = np.lexsort((ways.offering, ways.settlement))
    return np.stack([ways.settlement[order], ways.offering[order], ways.cost[order]])


def leaves(value: Any) -> Iterator[Any]:
    """Yield every plain value of an answer."""
    if is_dataclass(value):
        value = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for it in value:
            yield from leaves(it)
    else:
        yield value


def border_country() -> Country:
    """Two oblasts; b gives day care to both, and is 9 km from a and from c: in the zone that weighs 0.68."""
    drawn = draw("abcd", hromadas="ab cd", oblasts="12")
    supply = drawn.supply(Offer("b", serves="AC", capacity=236.0), Offer("d", serves="C"))
    return Country(drawn.layout, drawn.people, drawn.scope, supply)


def varied_country() -> Country:
    """Every form of provision, contracts over borders, villages without a point, occupied or with nobody."""
    drawn = draw(
        """
        a b c . d e
        . f . g . h
        i . j k . l
        """.replace(".", " "),
        hromadas="abf cgj deh ikl",
        oblasts="1223",
        persons={"a": 900.0, "c": 0.0, "i": np.nan, "k": np.nan, "l": np.nan, "h": 37.0},
        uncounted="bf",
        occupied="e",
        unlocated="gk",
        undescribed="2",
    )
    supply = drawn.supply(
        Offer("a", serves="AC", capacity=10.0),
        Offer("f", serves="ACD", capacity=7.0),
        Offer("j", serves="C"),
        Offer("b", serves="*", capacity=3.0),
        *(Offer(at, serves="*", capacity=2.0) for at in "hdl"),
        Offer("c", serves="I", capacity=5.0, form=Form.COMES),
        Offer("d", serves="DI", capacity=4.0, form=Form.HIDDEN),
        Offer("l", serves="*", capacity=50.0, form=Form.REMOTE),
        Offer("a", serves="A", capacity=8.0, service=HOME_CARE, form=Form.COMES),
        Offer("h", serves="DC", capacity=8.0, service=HOME_CARE),
    )
    return Country(drawn.layout, drawn.people, drawn.scope, supply)


@pytest.fixture(scope="module")
def scattered(repo_root) -> Country:
    """3,000 invented points over the whole country."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repo_root / "scripts")
        made = importlib.import_module("scattered_registry")
    gazetteer = read_gazetteer(repo_root / "geodata")
    layout, services = layout_of(gazetteer), list(read_services())
    points = made.scattered_registry(gazetteer, services, 3_000).points
    supply = supply_of(points, layout, services).on(made.DAY)
    scope = np.ones(len(layout.areas), bool)
    return Country(layout, gazetteer_people(layout, gazetteer), scope, supply)


def test_people_beyond_the_border_of_a_part_compete_for_its_places():
    country = border_country()
    parts = split(country, by_oblast(country.layout))
    found = access_by_parts(country, parts, [DAY_CARE], LIMIT_M)[DAY_CARE]
    # b reaches 100 x (0.68 + 1 + 0.68) = 236 people: a place for each, as the zone weighs.
    np.testing.assert_allclose(found.standing.places[:3], [0.68, 1.0, 0.68])
    assert [len(part.country.layout.area) for part in parts] == [2, 2]
    assert_same(found, at_once(country, DAY_CARE))


def test_a_part_holds_those_who_serve_it_and_nobody_else():
    country = border_country()
    west, east = split(country, by_oblast(country.layout))
    assert west.country.supply.point_ids == ("p0",)
    assert east.country.supply.point_ids == ("p0", "p1")
    assert west.offerings.tolist(), east.offerings.tolist() == ([0], [0, 1])
    assert west.country.supply.reaches.toarray().tolist() == [[1, 0]]


@settings(max_examples=30)
@given(st.lists(st.integers(-1, 3), min_size=12, max_size=12), st.sampled_from([9_500.0, 15_000.0, 40_000.0]))
def test_however_a_country_is_split_the_answer_is_the_same(part_of, limit_m):
    country = varied_country()
    parts = split(country, np.array(part_of))
    found = access_by_parts(country, parts, SERVICES, limit_m)
    assert list(found) == list(SERVICES)
    for service, access in found.items():
        assert_same(access, at_once(country, service, limit_m))


def test_strips_are_equally_large_and_lie_side_by_side():
    layout = varied_country().layout
    strip = by_longitude(layout, 3)
    assert np.bincount(strip).tolist() == [4, 4, 4]
    assert np.nanmax(layout.lon[strip == 0]) <= np.nanmin(layout.lon[strip == 1])
    assert set(strip[np.isnan(layout.lon)].tolist()) == {2}


def test_threads_and_pickled_parts_give_the_same_to_the_last_digit():
    country = varied_country()
    parts = split(country, by_longitude(country.layout, 4))
    here = access_by_parts(country, parts, SERVICES, LIMIT_M)
    sent = pickle.loads(pickle.dumps(parts))
    with ThreadPoolExecutor(2) as pool:
        there = access_by_parts(country, sent, SERVICES, LIMIT_M, pool.map)
    for service in SERVICES:
        np.testing.assert_array_equal(here[service].standing.places, there[service].standing.places)


def test_an_unknown_service_is_refused():
    country = border_country()
    with pytest.raises(NotFoundError, match="sailing"):
        access_by_parts(country, split(country, by_oblast(country.layout)), ["sailing"], LIMIT_M)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory) -> Iterator[str]:
    # A new process runs the main module of its parent again, and tests of pages leave theirs behind as that.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield from _two_workers(str(tmp_path_factory.mktemp("dask")))


def _two_workers(folder: str) -> Iterator[str]:
    with LocalCluster(
        n_workers=WORKERS,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # whatever port is free, and no dashboard behind it
        scheduler_kwargs={"dashboard": False},
        local_directory=folder,
    ) as cluster:
        yield cluster.scheduler_address


def tasks_done(scheduler: str) -> dict[int, int]:
    """Return how many tasks each worker process has computed, by its pid."""
    with Client(scheduler, set_as_default=False) as client:
        told = client.run(lambda dask_worker: (os.getpid(), dask_worker.state.executed_count))
    return dict(told.values())


def test_two_worker_processes_share_the_country_and_give_identical_numbers(scattered, scheduler):
    services = [scattered.supply.services[number] for number in (0, 5, 11)]
    parts = split(scattered, by_oblast(scattered.layout))
    before = tasks_done(scheduler)
    with cluster_map(scheduler) as run:
        found = access_by_parts(scattered, parts, services, LIMIT_M, run)
    done = {pid: number - before[pid] for pid, number in tasks_done(scheduler).items()}
    assert len(done) == WORKERS
    assert os.getpid() not in done
    assert all(number > 0 for number in done.values())
    assert sum(done.values()) == 2 * len(parts)
    here = access_by_parts(scattered, parts, services, LIMIT_M)
    for service in services:
        assert_same(found[service], at_once(scattered, service))
        np.testing.assert_array_equal(found[service].standing.places, here[service].standing.places)
        assert len(np.unique(found[service].standing.places)) > 100


def test_a_catchment_over_the_border_of_parts_is_the_same_on_a_cluster(scheduler):
    country = border_country()
    parts = split(country, by_oblast(country.layout))
    with cluster_map(scheduler) as run:
        found = access_by_parts(country, parts, [DAY_CARE], LIMIT_M, run)[DAY_CARE]
    np.testing.assert_allclose(found.standing.places[:3], [0.68, 1.0, 0.68])
    assert_same(found, at_once(country, DAY_CARE))


def test_what_goes_wrong_on_a_worker_is_told_here(scheduler):
    with cluster_map(scheduler) as run, pytest.raises(ValueError, match="letters"):
        run(int, ["1", "letters"])


def test_without_dask_the_way_to_install_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(UsageError, match=r'pip install "mapapp\[cluster\]"'),
        cluster_map("tcp://127.0.0.1:1"),
    ):
        pass


def test_an_address_that_is_none_is_refused():
    with pytest.raises(UsageError, match="No dask scheduler answers at nowhere"), cluster_map("nowhere"):
        pass
