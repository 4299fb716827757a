"""The schema: one history for both stores, the same as the tables the code knows, and rules that refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BLANK_SCHEMA, Enum, MetaData, inspect, text, update

import mapapp.storage.history_schema  # noqa: F401 - its tables enter the metadata
from mapapp.domain.contacts import Phone
from mapapp.domain.errors import UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import NearestQuery
from mapapp.domain.registry import CatchmentArea, Organisation, Registry, Sector
from mapapp.storage.columns import OFFICE, PRIVATE, Row
from mapapp.storage.revisions import VERSION_TABLE, current_revision, known_revisions
from mapapp.storage.schema import OfferingRow, ServicePointRow

HERE = LonLat(lon=30, lat=50)


def tables(store) -> set[str]:
    """Return our tables, without PostGIS's own."""
    with store._reading() as connection:
        found = inspect(connection)
        schemas = [None, *{OFFICE, PRIVATE}.intersection(found.get_schema_names())]
        names = {name for schema in schemas for name in found.get_table_names(schema)}
        return names - {"spatial_ref_sys"}


def as_kept_by(store) -> MetaData:
    """Return the tables the code knows, in the schemas the store has."""
    kept = MetaData(naming_convention=Row.metadata.naming_convention)
    has_schemas = store.kind == "postgis"
    for table in Row.metadata.sorted_tables:
        table.to_metadata(
            kept,
            schema=table.schema if has_schemas else None,
            referred_schema_fn=lambda *schemas: schemas[-1] if has_schemas else BLANK_SCHEMA,
        )
    return kept


def test_history_goes_up_and_down_and_up_again(empty_store, country):
    empty_store.migrate()
    empty_store.replace_geography(country, no_progress)
    assert tables(empty_store) == {table.name for table in Row.metadata.sorted_tables} | {VERSION_TABLE}
    with empty_store._reading() as connection:
        assert current_revision(connection) in known_revisions()

    empty_store.downgrade()
    assert tables(empty_store) == {VERSION_TABLE}

    empty_store.migrate()
    empty_store.migrate()
    empty_store.replace_geography(country, no_progress)
    assert empty_store.gazetteer() == country


def test_migrated_schema_is_the_one_the_code_knows(empty_store):
    empty_store.migrate()
    foreign = {
        "sqlite": {
            "geog",
            "ix_offering_nearest_postgis",
            "ix_offering_serving_postgis",
            "ix_offering_wide_postgis",
        },
        "postgis": {"spatial_ref_sys", "ix_offering_nearest_sqlite", "ix_offering_serving_sqlite"},
    }[empty_store.kind]

    def include(_object, name, _kind, _reflected, _compared):
        return name not in {VERSION_TABLE, *foreign}

    opts = {
        "include_object": include,
        "include_schemas": empty_store.kind == "postgis",
        "compare_type": True,
        "compare_server_default": True,
    }
    with empty_store._reading() as connection:
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, as_kept_by(empty_store)) == []


def test_every_vocabulary_of_the_code_is_the_one_the_database_keeps(empty_store):
    empty_store.migrate()
    with empty_store._reading() as connection:
        kept = {
            (table.name, check["name"]): check["sqltext"]
            for table in as_kept_by(empty_store).sorted_tables
            for check in inspect(connection).get_check_constraints(table.name, table.schema)
        }
    compared = 0
    for table in Row.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Enum):
                words = kept[table.name, f"ck_{table.name}_{column.type.name}"].split("'")[1::2]
                assert words == column.type.enums
                compared += 1
    assert compared >= 20


@pytest.fixture
def point(world):
    return world.point("p", HERE, world.offering(world.code(10, 1, 1)))


def refused(store, registry):
    with pytest.raises(UsageError, match="The store refuses these records"):
        store.replace_registry(registry, no_progress)
    assert store.counts().service_points == 0
    return True


def test_unknown_unit_is_refused(store, world, point):
    abroad = world.code(77, 1, 1)
    assert refused(store, world.registry(replace(point, hromada=abroad)))
    assert refused(store, world.registry(replace(point, oblast=abroad)))
    assert refused(store, world.registry(replace(point, settlement=abroad)))
    assert refused(store, world.registry(replace(point, relocated_from=abroad)))
    assert refused(store, world.registry(point, scope=frozenset({abroad})))
    assert refused(store, world.registry(replace(point, offerings=(world.offering(abroad),))))


def test_raion_is_no_hromada(store, world, point):
    assert refused(store, world.registry(replace(point, hromada=world.code(10, 1))))


def test_unknown_service_and_organisation_are_refused(store, world, point):
    flying = world.offering(world.code(10), service="flying")
    assert refused(store, world.registry(replace(point, offerings=(flying,))))
    assert refused(store, world.registry(replace(point, organisation="nobody")))


def test_duplicate_id_is_refused(store, world, point):
    assert refused(store, world.registry(point, replace(point, name="Another")))
    registry = world.registry(point)
    assert refused(store, replace(registry, organisations=registry.organisations * 2))


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'hotel'",
        "location_policy = 'secret'",
        "lon = NULL",
        "precision = NULL",
        "hromada = NULL",
        "location_policy = 'withheld'",
        "organisation = NULL",
        "name = NULL",
    ],
)
def test_database_itself_refuses_a_point_that_cannot_be(store, world, point, change):
    store.replace_registry(world.registry(point), no_progress)
    with pytest.raises(UsageError, match="The store refuses these records"), store._writing() as connection:
        connection.execute(text(f"UPDATE service_point SET {change}"))


def test_database_itself_refuses_a_place_for_a_confidential_point(store, world):
    store.replace_registry(world.registry(world.point("shelter", None, world.offering("UA"))), no_progress)
    for change in (
        {"lon": 30.0, "lat": 50.0},
        {"address": "вул. Таємна, 1"},
        {"hromada": world.code(10, 1, 1)},
        {"settlement": world.code(10, 1, 1, 1)},
    ):
        with pytest.raises(UsageError, match="refuses these"), store._writing() as connection:
            connection.execute(update(ServicePointRow).values(change))
    with pytest.raises(UsageError, match="refuses these"), store._writing() as connection:
        connection.execute(update(OfferingRow).values(lon=30.0, lat=50.0))


def test_moved_point_takes_its_offerings_along(store, world, point):
    store.replace_registry(world.registry(point), no_progress)
    query = NearestQuery("home-care", HERE, world.day)

    with store._writing() as connection:
        connection.execute(update(ServicePointRow).values(lon=31.0, lat=50.0))
    assert [round(found.distance_m) for found in store.nearest(query).ranked] == [71_695]

    with store._writing() as connection:
        connection.execute(update(ServicePointRow).values(valid_to=date(2025, 12, 31)))
    assert store.nearest(query).ranked == ()


def test_withdrawn_point_is_never_found_again_by_distance(store, world, point):
    store.replace_registry(world.registry(point), no_progress)

    with store._writing() as connection:
        connection.execute(
            update(ServicePointRow).values(
                location_policy="withheld", lon=None, lat=None, hromada=None, address="", precision=None
            )
        )
    answer = store.nearest(NearestQuery("home-care", HERE, world.day, serving=world.code(10, 1, 1)))

    assert answer.ranked == ()
    assert [(found.point_id, found.position) for found in answer.confidential] == [("p", None)]
    with store._reading() as connection:
        assert connection.execute(text("SELECT lon, lat FROM offering")).all() == [(None, None)]


def test_equal_catchments_are_one_value(store, world):
    own = world.code(10, 1, 1)
    contract = CatchmentArea(world.code(20), start=world.day)
    store.replace_registry(
        world.registry(
            world.point("a", HERE, world.offering(own, contract), world.offering(contract, own)),
            world.point("b", HERE, world.offering(own, contract), world.offering(own)),
        ),
        no_progress,
    )
    with store._reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM catchment")) == 2


def test_text_from_people_comes_back_as_it_went_in(store, world, point):
    strange = "<script>'\\\";--\t%s {x} \N{GRINNING FACE} ґЄїʼ"
    strangers = (Organisation("org", strange, Sector.NON_STATE, short_name=strange, legal_form=strange),)
    strangely = replace(point, name=strange, address=strange, phones=(Phone(strange),))
    store.replace_registry(Registry(strangers, (strangely,), frozenset()), no_progress)
    found = store.nearest(NearestQuery("home-care", HERE, world.day)).ranked[0]
    assert (found.name, found.address, found.phones) == (strange, strange, (strange,))
    with store._reading() as connection:
        kept = connection.execute(text("SELECT name, short_name, legal_form FROM organisation")).one()
        assert tuple(kept) == (strange, strange, strange)
