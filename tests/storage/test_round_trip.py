"""What is written is read back, equal: geography, services, scope, outlines, layers and counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import shapely

from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import BoundarySet, GeometryLayer, PointsQuery
from mapapp.domain.registry import Registry
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services
from mapapp.storage.store import LayerSummary, StoreCounts

HERE = LonLat(lon=30, lat=50)


def test_whole_country_is_read_back_equal(empty_store, repo_root):
    gazetteer = read_gazetteer(repo_root / "geodata")
    empty_store.migrate()
    told = []

    empty_store.replace_geography(gazetteer, lambda *news: told.append(news))
    read_back = empty_store.gazetteer()

    assert read_back == gazetteer
    assert list(read_back.sources) == list(gazetteer.sources)
    assert list(read_back.hromadas) == sorted(gazetteer.hromadas)
    assert told[-1] == ("Writing settlements", len(gazetteer.settlements), len(gazetteer.settlements))


def test_small_country_is_read_back_equal_after_it_is_replaced(store, country):
    store.replace_geography(country, no_progress)
    assert store.gazetteer() == country


def test_services_keep_the_classifiers_order(store, services):
    assert list(store.services().items()) == list(services.items())


def test_classifier_that_comes_with_mapapp_fits_the_rules(empty_store):
    empty_store.migrate()
    empty_store.replace_services(read_services())
    assert store_services(empty_store) == list(read_services().values())


def store_services(store):
    return list(store.services().values())


def test_scope_is_read_back(store, world):
    scope = frozenset({world.code(10), world.kyiv})
    store.replace_registry(Registry((), (), scope), no_progress)
    assert store.registry_scope() == scope


def test_counts_leave_special_cities_out_and_count_what_is_demo(store, world):
    registry = world.registry(
        world.point("demo", HERE, world.offering(world.code(10)), is_demo=True),
        world.point("real", HERE, world.offering(world.code(10))),
        world.point("withheld", None, world.offering(world.code(10)), is_demo=True),
    )
    store.replace_registry(registry, no_progress)

    assert store.counts() == StoreCounts(hromadas=16, settlements=19, service_points=3, demo_records=2)


def test_replacing_the_registry_leaves_nothing_of_the_old_one(store, world):
    for name in ("old", "new"):
        store.replace_registry(
            world.registry(world.point(name, HERE, world.offering(world.code(10)))), no_progress
        )

    assert [point.point_id for point in store.points(PointsQuery(world.day))] == ["new"]


def test_geography_can_be_replaced_under_a_registry_but_not_taken_from_it(store, world, country):
    store.replace_registry(
        world.registry(world.point("p", HERE, world.offering(world.code(10)))), no_progress
    )

    store.replace_geography(country, no_progress)
    without_the_place = type(country)(
        **{
            **{name: getattr(country, name) for name in country.__dataclass_fields__},
            "hromadas": {
                code: unit for code, unit in country.hromadas.items() if code != world.code(10, 1, 1)
            },
            "settlements": {
                code: place
                for code, place in country.settlements.items()
                if place.area != world.code(10, 1, 1)
            },
        }
    )
    with pytest.raises(UsageError, match="refuses these records"):
        store.replace_geography(without_the_place, no_progress)

    assert store.gazetteer() == country


def test_service_still_offered_cannot_be_dropped(store, world, services):
    store.replace_registry(
        world.registry(world.point("p", HERE, world.offering(world.code(10)))), no_progress
    )

    with pytest.raises(UsageError, match="refuses these records"):
        store.replace_services({slug: service for slug, service in services.items() if slug != "home-care"})

    assert list(store.services()) == list(services)


@pytest.fixture
def outlines(world):
    """Outlines of the kinds that are drawn: a hromada, a special city, a raion, an oblast."""
    square = shapely.box(30, 50, 31, 51)
    two = shapely.MultiPolygon([square, shapely.box(32, 50, 33, 51)])
    return {
        world.code(1, 1): shapely.to_wkb(square),
        world.code(10): shapely.to_wkb(square),
        world.code(10, 1, 1): shapely.to_wkb(two),
        world.kyiv: shapely.to_wkb(square.difference(shapely.box(30.2, 50.2, 30.4, 50.4))),
    }


@pytest.fixture
def boundary_set():
    kyiv_summer = timezone(timedelta(hours=3))
    return BoundarySet(
        "Наближені межі", True, "CC BY-IGO", "OCHA", "0a1b", datetime(2026, 6, 1, 12, 30, tzinfo=kyiv_summer)
    )


LAYERS = (
    GeometryLayer("hromadas", 100, "aa", b"gzip fine", b"br fine"),
    GeometryLayer("hromadas", 1_000, "bb", b"gzip coarse", b"br coarse"),
    GeometryLayer("oblasts", 500, "cc", b"\x00\xff", b""),
)


def test_outlines_are_read_back_byte_for_byte(store, outlines, boundary_set):
    store.replace_boundaries(boundary_set, outlines, LAYERS)

    assert store.shapes() == outlines
    assert list(store.shapes()) == sorted(outlines)
    assert store.boundary_set() == boundary_set
    assert store.boundary_set().installed_at.tzinfo is UTC


def test_layer_is_found_by_simplification_or_content_and_coarsest_by_default(store, outlines, boundary_set):
    fine, coarse, oblasts = LAYERS
    store.replace_boundaries(boundary_set, outlines, LAYERS)

    assert store.layer("hromadas") == coarse
    assert store.layer("hromadas", 100) == fine
    assert store.layer_by_hash("cc") == oblasts
    assert store.layers() == (
        LayerSummary("hromadas", 1_000, "bb", 11, 9),
        LayerSummary("hromadas", 100, "aa", 9, 7),
        LayerSummary("oblasts", 500, "cc", 2, 0),
    )
    for absent in (
        lambda: store.layer("raions"),
        lambda: store.layer("hromadas", 7),
        lambda: store.layer_by_hash("dd"),
    ):
        with pytest.raises(NotFoundError):
            absent()


def test_outline_of_an_unknown_unit_is_refused_and_the_old_ones_stay(store, world, outlines, boundary_set):
    store.replace_boundaries(boundary_set, outlines, LAYERS)
    abroad = {world.code(99): outlines[world.kyiv]}

    with pytest.raises(UsageError, match="refuses these records"):
        store.replace_boundaries(boundary_set, abroad, ())

    assert store.shapes() == outlines
    assert len(store.layers()) == 3


def test_store_without_outlines_says_so(empty_store):
    empty_store.migrate()
    with pytest.raises(NotFoundError, match="no boundaries yet"):
        empty_store.boundary_set()
    assert empty_store.shapes() == {}
