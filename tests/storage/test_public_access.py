"""The public attacks the store: nothing it may ask tells where a confidential point is, or was.

The hidden places are known here. Whatever the public can read is searched for their words, codes and
coordinates, and asked again after the places have moved.
"""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from mapapp.analysis.explanation import explain_services, points_around
from mapapp.analysis.layout import layout_of
from mapapp.analysis.presence import presence_matrix
from mapapp.analysis.supply import supply_of
from mapapp.domain.access import Access
from mapapp.domain.changes import Authorship, RecordChange, RecordKey, RecordKind
from mapapp.domain.contacts import AddressParts
from mapapp.domain.coverage import PresenceQuery
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import NearestQuery, PointsQuery
from mapapp.domain.referral import CandidateQuery
from mapapp.domain.registry import (
    ConfidentialPlace,
    LocationPolicy,
    MobileStop,
    PointPrecision,
    RecordSource,
)
from mapapp.domain.registry_questions import RegistryQuery
from mapapp.storage.columns import Row
from mapapp.storage.store import Store, open_store

SHELTER = LonLat(lon=31.738291, lat=49.284713)
FORMER = LonLat(lon=32.918274, lat=48.647385)
"""A point that was public here before it became confidential."""
HIDDEN_WORDS = ("Потаємн", "потаємн", "Колишн", "колишн", "таємне джерело")
SOMEBODY = Authorship("olena.editorka", "дзвінок до центру")
WITHIN_M = 500

_FORMER_POINT = "former"


def shelter_place(world, at=SHELTER) -> ConfidentialPlace:
    """Return where the shelter is: in a hromada no other record names."""
    return ConfidentialPlace(
        hromada=world.code(20, 2, 3),
        settlement=world.code(20, 2, 3, 1),
        point=at,
        precision=PointPrecision.BUILDING,
        address="вул. Потаємна, 17",
        address_parts=AddressParts(street="вул. Потаємна", building="17"),
    )


def hidden_codes(world) -> tuple[str, ...]:
    """Return the codes that only hidden places have."""
    return (world.code(20, 2, 3), world.code(20, 2, 3, 1), world.code(20, 1, 4), world.code(20, 1, 4, 1))


def fill(store, world) -> None:
    """Put public points, a shelter and a point that became confidential into the registry."""
    everywhere = world.offering("UA", service="shelter")
    shelter = world.point("shelter", None, everywhere, confidential_place=shelter_place(world))
    crisis_room = world.point(
        "crisis-room",
        None,
        everywhere,
        location_policy=LocationPolicy.HROMADA_ONLY,
        hromada=world.code(10, 1, 2),
        confidential_place=replace(shelter_place(world), hromada=world.code(10, 1, 2)),
    )
    public = [world.point(f"open-{n}", LonLat(lon=30 + n / 5, lat=50 - n / 7), everywhere) for n in range(12)]
    former = world.point(
        _FORMER_POINT,
        FORMER,
        everywhere,
        name="Центр на Колишній",
        hromada=world.code(20, 1, 4),
        settlement=world.code(20, 1, 4, 1),
        address="вул. Колишня, 9",
        address_parts=AddressParts(street="вул. Колишня", building="9"),
        coordinates_source="таємне джерело",
        stops=(MobileStop(world.code(20, 1, 4, 1), world.day, place="біля колишньої школи"),),
        source=RecordSource("list", "7"),
    )
    store.replace_registry(world.registry(shelter, crisis_room, former, *public), no_progress)
    hidden = replace(
        former,
        name="Притулок",
        location_policy=LocationPolicy.WITHHELD,
        hromada=None,
        settlement=None,
        point=None,
        precision=None,
        address="",
        address_parts=None,
        coordinates_source="",
        stops=(),
        confidential_place=ConfidentialPlace(
            world.code(20, 1, 4), world.code(20, 1, 4, 1), FORMER, None, "вул. Колишня, 9"
        ),
    )
    key = RecordKey(RecordKind.POINT, _FORMER_POINT)
    version = store.registry.record(key).version
    store.registry.apply([RecordChange(key, hidden, version)], SOMEBODY)


@dataclass(frozen=True)
class Needles:
    """What must not be found: words, codes and coordinates of hidden places."""

    words: tuple[str, ...]
    places: tuple[LonLat, ...] = (SHELTER, FORMER)

    def found_in(self, text: str) -> list[str]:
        """Return what of the hidden places the text tells; a hundredth of a degree is already too much."""
        told = [word for word in self.words if word in text]
        numbers = {round(float(number), 2) for number in re.findall(r"-?\d+\.\d+", text)}
        near = [(round(place.lon + east, 2), round(place.lat + north, 2)) for place in self.places
                for east in (-0.01, 0, 0.01) for north in (-0.01, 0, 0.01)]  # fmt: skip
        return told + [f"{lon} {lat}" for lon, lat in near if {lon, lat} <= numbers]


def needles(world, but=()) -> Needles:
    """Return what to look for; the tables of the country have all codes and are searched without them."""
    return Needles(tuple(word for word in (*HIDDEN_WORDS, *hidden_codes(world)) if word not in set(but)))


# The attacked stores


@pytest.fixture(scope="module")
def owner(attacked_url, country, services, world):
    """The store as its owner opens it, with everything in it that must not come out."""
    store = open_store(attacked_url, create=True)
    store.migrate()
    store.replace_geography(country, no_progress)
    store.replace_services(services)
    fill(store, world)
    yield store
    store.dispose()


@pytest.fixture(scope="module")
def public(way, owner, attacked_url):  # noqa: ARG001 - the owner fills it first
    """The store as the public reaches it."""
    if way != "postgis-login":
        yield from opened(attacked_url)
        return
    with login(attacked_url, "mapapp_public") as url:
        yield from opened(url, Access.OWNER)


def opened(url: str, access: Access = Access.PUBLIC) -> Iterator[Store]:
    store = open_store(url, access=access)
    yield store
    store.dispose()


@contextmanager
def login(url: str, group: str) -> Iterator[str]:
    name, password = f"login_{secrets.token_hex(6)}", secrets.token_hex(8)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' IN ROLE {group}")
        try:
            address = make_url(url).set(username=name, password=password)
            yield address.render_as_string(hide_password=False)
        finally:
            server.execute(f"DROP ROLE {name}")


# What the public can ask for


COUNTRY = {
    "area", "oblast", "raion", "hromada", "settlement", "settlement_status", "status_period",
    "source_edition",
}  # fmt: skip


def relations(store) -> list[str]:
    """Return every table and view of the database, from its own catalogue."""
    with store._reading() as connection:
        if store.kind == "sqlite":
            found = connection.scalars(text("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"))
            return [
                *found,
                "sqlite_schema",
                "sqlite_stat1",
                "sqlite_stat4",
                "dbstat",
                "sqlite_dbpage",
                "sqlite_stmt",
            ]
        return list(
            connection.scalars(
                text(
                    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
                    " JOIN pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')"
                )
            )
        )


def content(store, relation: str) -> str | None:
    """Return all a relation tells, as text; None where it is refused."""
    as_text = "*" if store.kind == "sqlite" else "whole::text"
    if relation == "pg_catalog.pg_stats":
        relation = f"(SELECT * FROM pg_stats WHERE tablename NOT IN ({str(sorted(COUNTRY))[1:-1]}))"
    with suppress(DBAPIError), store._database.reader.connect() as connection:
        return "\n".join(map(str, connection.execute(text(f"SELECT {as_text} FROM {relation} AS whole"))))
    return None


def readable(store) -> dict[str, str]:
    found = {relation: content(store, relation) for relation in relations(store)}
    return {relation: told for relation, told in found.items() if told is not None}


def leaks(world, told: dict[str, str]) -> dict[str, list[str]]:
    found = {}
    for relation, all_of_it in told.items():
        is_country = relation.rpartition(".")[2] in COUNTRY
        found[relation] = needles(world, hidden_codes(world) if is_country else ()).found_in(all_of_it)
    return {relation: what for relation, what in found.items() if what}


def test_no_relation_tells_a_hidden_place(public, world):
    told = readable(public)
    ours = {name.rpartition(".")[2] for name in told}
    assert {"service_point", "offering", "record_version", "hromada"} <= ours
    assert ours.isdisjoint(table.name for table in Row.metadata.tables.values() if table.schema)
    assert leaks(world, told) == {}


def test_the_search_finds_what_an_editor_may_read(public, attacked_url, world):
    assert public.access is Access.PUBLIC
    for editor in opened(attacked_url, Access.EDITOR):
        found = {name.rpartition(".")[2] for name in leaks(world, readable(editor))}
        assert {"confidential_place", "sealed_version"} <= found


def test_no_place_in_a_readable_relation_is_near_a_hidden_one(public, owner):
    if public.kind == "sqlite":
        return  # it has no places but longitudes and latitudes, which are searched as numbers above
    near = "ST_DWithin({0}::geography, ST_SetSRID(ST_MakePoint({1.lon}, {1.lat}), 4326)::geography, {2})"
    with owner._reading() as connection:
        columns = connection.execute(
            text(
                "SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname) FROM pg_attribute a"
                " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                " JOIN pg_type t ON t.oid = a.atttypid WHERE t.typname IN ('geometry', 'geography')"
                " AND c.relkind IN ('r', 'v', 'm', 'p')"
            )
        ).all()
    assert ("public.offering", "geog") in columns
    for relation, column in columns:
        for place in (SHELTER, FORMER):
            with public._reading() as connection:
                found = f"SELECT count(*) FROM {relation} WHERE {near.format(column, place, WITHIN_M)}"
                assert connection.scalar(text(found)) == 0


def test_we_made_no_function_or_view_that_could_tell(owner):
    with owner._reading() as connection:
        made = (
            "SELECT name FROM sqlite_master WHERE type = 'view'"
            if owner.kind == "sqlite"
            else "SELECT p.oid::regprocedure::text FROM pg_proc p"
            " JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname !~ '^pg_|information_schema' AND NOT EXISTS"
            " (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            " UNION ALL SELECT c.oid::regclass::text FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('v', 'm') AND n.nspname !~ '^pg_|information_schema' AND NOT EXISTS"
            " (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
        )
        # What they may do is attacked in test_public_access_evidence.py.
        keepers = {"office.search_is_of_now()", "office.publish_and_forget_searches()"}
        assert set(connection.scalars(text(made))) == (set() if owner.kind == "sqlite" else keepers)


PLACES = "private.confidential_place"
PROBES = (
    "SELECT count(*) FROM {places}",
    "SELECT 1 FROM {places} LIMIT 1",
    "SELECT id FROM service_point ORDER BY (SELECT lon FROM {places} WHERE point = id)",
    "SELECT id FROM service_point WHERE id IN (SELECT point FROM {places} WHERE lat > 49)",
    "SELECT id FROM service_point JOIN {places} ON point = id",
    "WITH hidden AS (SELECT max(lon) AS lon FROM {places}) SELECT lon FROM hidden",
    "SELECT CASE WHEN EXISTS (SELECT FROM {places}) THEN 1 ELSE 0 END",
    "SELECT * FROM {sealed}",
    "SELECT * FROM {rows}",
    "SELECT who FROM {notes}",
)


@pytest.mark.parametrize("probe", PROBES)
def test_hidden_columns_cannot_be_counted_sorted_or_filtered_by(public, probe):
    schema = "" if public.kind == "sqlite" else "private."
    office = "" if public.kind == "sqlite" else "office."
    sql = probe.format(
        places=f"{schema}confidential_place",
        sealed=f"{schema}sealed_version",
        rows=f"{schema}import_row",
        notes=f"{office}change_note",
    )
    if public.kind == "sqlite":
        sql = sql.replace("SELECT FROM", "SELECT 1 FROM")
    with pytest.raises(DBAPIError, match=r"permission denied|prohibited|not authorized"):  # noqa: SIM117
        with public._database.reader.connect() as connection:
            connection.execute(text(sql)).all()


def answers(public, world) -> dict[str, object]:
    """Return what every method of the store answers that the public may call."""
    around = CandidateQuery("shelter", SHELTER, world.day, areas=(), limit=50)
    serving = replace(around, areas=(world.code(10, 1, 1), world.code(10, 1), world.code(10), NATION))
    key = RecordKey(RecordKind.POINT, "shelter")
    query = NearestQuery("shelter", SHELTER, world.day, serving=world.code(10, 1, 1))
    listing = RegistryQuery(today=world.day, limit=100)
    record = {name: public.point_record(name) for name in ("shelter", _FORMER_POINT, "crisis-room")}
    changes = public.registry.changes()
    return {
        "nearest": [public.nearest(query), public.nearest(replace(query, serving=None, radius_m=500))],
        "candidates": [public.candidates(around), public.candidates(serving)],
        "presence": presence(public, world),
        "points": public.points(PointsQuery(world.day)),
        "counts": public.counts(),
        "registry_scope": public.registry_scope(),
        "services": public.services(),
        "find_records": public.find_records(listing),
        "listed_ids": public.listed_ids(listing),
        "point_record": record,
        "summaries": public.summaries([key, replace_id(key, _FORMER_POINT)]),
        "layers": public.layers(),
        "shapes": public.shapes(),
        "current": public.registry.current(),
        "record": [public.registry.record(key), public.registry.record(replace_id(key, _FORMER_POINT))],
        "history": [public.registry.history(key), public.registry.history(replace_id(key, _FORMER_POINT))],
        "changes": changes,
        "registry": [public.registry.registry(), *as_of_every_change(public)],
        "known_sources": public.registry.known_sources("list"),
        "points_as_of": [list(public.registry.each_point_as_of(it.number)) for it in changes],
        "changed_points": [public.registry.changed_points(it.number - 1, it.number) for it in changes],
        "change_as_of": [public.registry.first_change(), public.registry.change_as_of()],
        "scope_as_of": [public.registry.scope_as_of(it.number) for it in changes],
        "purges": public.registry.purges(),
    }


def presence(public, world) -> list[object]:
    """Return whom a service reaches, and who explains it to every hromada of the country."""
    gazetteer, services = public.gazetteer(), public.services()
    ground = layout_of(gazetteer)
    points = public.registry.points_as_of(public.registry.change_as_of().number)
    supply = supply_of(points, ground, services)
    found = supply.on(world.day)
    query = PresenceQuery(world.day, None, ("shelter",))
    matrix = presence_matrix(query, ground, found, services, frozenset({world.code(10)}))
    by_id = {point.id: point for point in points}
    explained = [
        explain_services(
            matrix, hromada, gazetteer, points_around(matrix, hromada, gazetteer, supply, found), by_id
        )
        for hromada in gazetteer.hromadas
    ]
    arrays = [
        (field.name, getattr(value, field.name)) for value in (supply, found) for field in fields(value)
    ]
    return [world.reach(public, "shelter"), matrix, explained, arrays]


def replace_id(key, record_id):
    return RecordKey(key.kind, record_id)


def as_of_every_change(store):
    return [store.registry.registry(change.at) for change in store.registry.changes()]


def test_no_answer_tells_a_hidden_place(public, world):
    for method, answer in answers(public, world).items():
        every_hromada_is_named = hidden_codes(world) if method == "presence" else ()
        told = needles(world, every_hromada_is_named).found_in(repr(answer))
        assert (method, told) == (method, [])


def test_no_search_word_finds_a_hidden_place(public, world):
    for word in (*HIDDEN_WORDS, "31.738291", "17", *hidden_codes(world)):
        found = public.find_records(RegistryQuery(text=word, today=world.day)).points
        assert {"shelter", _FORMER_POINT, "crisis-room"}.isdisjoint(point.id for point in found)
    for area in hidden_codes(world)[::2]:
        found = public.find_records(RegistryQuery(area=area, today=world.day)).points
        assert {"shelter", _FORMER_POINT}.isdisjoint(point.id for point in found)


def test_history_tells_neither_the_earlier_address_nor_who_hid_it(public, world):
    versions = public.registry.history(RecordKey(RecordKind.POINT, _FORMER_POINT))
    assert len(versions) >= 2
    assert needles(world).found_in(repr(versions)) == []
    assert {version.change.who for version in versions} == {""}
    assert SOMEBODY.who not in repr(answers(public, world))


METHODS_FOR_MORE_RIGHTS = {
    "exclusive", "migrate", "downgrade", "mark_ready", "replace_geography", "replace_services",
    "replace_registry", "replace_boundaries",
}  # fmt: skip
NOT_ABOUT_POINTS = {
    "access", "kind", "dispose", "state", "is_current", "gazetteer", "boundary_set", "layer", "layer_by_hash",
    "registry", "imports", "evidence", "people", "scenarios",
}  # fmt: skip


def test_every_method_of_the_store_is_attacked(public, world):
    asked = {*answers(public, world), *NOT_ABOUT_POINTS, *METHODS_FOR_MORE_RIGHTS}
    assert {name for name in dir(public) if not name.startswith("_")} <= asked


def test_methods_that_need_more_rights_are_refused_in_words(public, world, country):
    registry, imports = public.registry, public.imports
    key = RecordKey(RecordKind.POINT, "shelter")
    refused = [
        public.migrate,
        public.downgrade,
        public.mark_ready,
        public.exclusive().__enter__,
        lambda: public.replace_geography(country, no_progress),
        lambda: public.replace_services({}),
        lambda: public.replace_registry(world.registry(), no_progress),
        lambda: registry.apply([RecordChange(key, None, 1)], SOMEBODY),
        lambda: registry.replace(world.registry(), SOMEBODY),
        lambda: registry.end(key, world.day, SOMEBODY),
        lambda: registry.undo(1, SOMEBODY),
        lambda: registry.purge(key, SOMEBODY),
        lambda: imports.add_part(1, 0, b""),
        imports.runs,
        lambda: imports.content(1),
    ]
    for method in refused:
        with pytest.raises(UsageError) as refusal:  # noqa: PT012
            method()
            pytest.fail(f"{method} was done")
        assert not isinstance(refusal.value, NotFoundError)
        assert needles(world).found_in("".join(traceback.format_exception(refusal.value))) == []


def test_trilateration_finds_nothing(public, world):
    """However often and from wherever it is asked, a confidential point has no distance and no direction."""
    serving = world.code(10, 1, 1)
    told = set()
    for east, north in ((0, 0), (0.004, 0), (-0.3, 0.2), (0.5, -0.4), (3, 1), (-4, 2)):
        origin = LonLat(lon=SHELTER.lon + east, lat=SHELTER.lat + north)
        shortest, longest = 1.0, 2_000_000.0
        while longest - shortest > 1:
            radius_m = (shortest + longest) / 2
            answer = public.nearest(
                NearestQuery("shelter", origin, world.day, serving=serving, radius_m=radius_m, limit=50)
            )
            told.add(answer.confidential)
            assert all(found.point_id.startswith("open-") for found in answer.ranked)
            shortest, longest = (shortest, radius_m) if answer.ranked else (radius_m, longest)
    (confidential,) = told
    assert [found.point_id for found in confidential] == ["crisis-room", _FORMER_POINT, "shelter"]
    assert {(found.position, found.distance_m, found.address) for found in confidential} == {(None, None, "")}


def test_moving_a_hidden_place_changes_no_answer(public, owner, world):
    def all_there_is():
        told = readable(public)
        ours = {name.rpartition(".")[2] for name in Row.metadata.tables}
        told = {name: text for name, text in told.items() if name.rpartition(".")[2] in ours}
        return told, repr(answers(public, world))

    before = all_there_is()
    with owner._writing() as connection:
        moved = {"lon": 24.03, "lat": 49.84, "address": "вул. Інша, 1", "hromada": world.code(10, 2, 4)}
        table = Row.metadata.tables[PLACES]
        connection.execute(table.update().where(table.c.point != "crisis-room").values(moved))
        sealed = Row.metadata.tables["private.sealed_version"]
        documents = dict(
            connection.execute(sealed.select().with_only_columns(sealed.c.id, sealed.c.document)).all()
        )
        for record_id, document in documents.items():
            place = {**document.get("confidential_place", {}), "address": "вул. Інша, 1"}
            other = {**document, "confidential_place": place}
            connection.execute(sealed.update().where(sealed.c.id == record_id).values(document=other))
    try:
        assert all_there_is() == before
    finally:
        fill(owner, world)


WRITES = (
    "INSERT INTO registry_scope VALUES ('UA01000000000001000')",
    "UPDATE service_point SET name = ''",
    "DELETE FROM offering",
    "CREATE TABLE mine (x integer)",
    "CREATE TEMP TABLE mine (x integer)",
    "CREATE VIEW mine AS SELECT 1",
    "DROP TABLE offering",
)
ESCAPES = {
    "sqlite": (
        "ATTACH '/tmp/elsewhere.sqlite3' AS elsewhere",
        "VACUUM INTO '/tmp/elsewhere.sqlite3'",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA database_list",
        "SELECT load_extension('mod_spatialite')",
        "SELECT * FROM sqlite_dbpage",
        "SELECT * FROM pragma_table_info('confidential_place')",
        "CREATE VIRTUAL TABLE mine USING fts5(x)",
        "CREATE TRIGGER mine AFTER INSERT ON offering BEGIN SELECT 1; END",
        "ANALYZE",
        "REINDEX",
    ),
    "postgis": (
        "SET ROLE mapapp_reader",
        "SET ROLE mapapp_editor",
        "SET ROLE mapapp_owner",
        "SET SESSION AUTHORIZATION mapapp_owner",
        "GRANT mapapp_editor TO CURRENT_USER",
        "GRANT SELECT ON private.confidential_place TO PUBLIC",
        "ALTER TABLE service_point DISABLE TRIGGER ALL",
        "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION pg_temp.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "COPY private.confidential_place TO STDOUT",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "COPY (SELECT 1) TO '/tmp/mine'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_authid",
        "SELECT nextval('catchment_id_seq')",
        "LOCK TABLE private.confidential_place",
        "TRUNCATE offering",
    ),
}


ONLY_THE_LOGIN_STOPS = (
    "SET ROLE mapapp_reader",
    "SET ROLE mapapp_editor",
    "SET ROLE mapapp_owner",
    "SET SESSION AUTHORIZATION mapapp_owner",
)
"""Whoever speaks SQL under the owner's password is the owner: docs/production.md asks for another login."""


def test_nothing_is_written_and_no_way_leads_up(public, way):
    for statement in (*WRITES, *ESCAPES[public.kind]):
        if way == "postgis" and statement in ONLY_THE_LOGIN_STOPS:
            continue
        with pytest.raises(DBAPIError), public._database.reader.connect() as connection:  # noqa: PT012
            if public.kind == "postgis":
                connection.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"))
                connection.execute(text("SET default_transaction_read_only = off"))
                connection.commit()
                connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.execute(text(statement))
            pytest.fail(f"{statement} was done")
        public.dispose()


def test_a_login_of_the_public_has_nothing_to_fall_back_on(public, way):
    leaving = ("RESET ROLE", "SET ROLE NONE", "RESET ALL", "DISCARD ALL") if way == "postgis-login" else ()
    for statement in leaving:
        with public._database.reader.connect() as connection, pytest.raises(DBAPIError, match="denied"):  # noqa: PT012
            connection.connection.driver_connection.autocommit = True
            connection.connection.driver_connection.execute(statement)
            connection.execute(text("SELECT * FROM private.confidential_place"))
        public.dispose()


# What is said aloud


def test_refusals_by_the_database_repeat_no_hidden_place(owner, world):
    place = Row.metadata.tables[PLACES]
    values = {
        "hromada": world.code(20, 2, 3),
        "address": "вул. Потаємна, 17",
        "lon": 31.738291,
        "lat": 49.284713,
    }
    wrong = (
        place.insert().values(point="open-1", location_policy="public", **values),
        place.insert().values(point="open-1", location_policy="withheld", **values),
        place.insert().values(point="nobody", location_policy="withheld", **values),
        place.update().where(place.c.point == "shelter").values(lat=None),
        place.update().values(hromada=f"{world.code(20, 2, 3)[:-5]}99999"),
        place.update().values(precision="exact"),
        place.update().values(point="shelter"),
        place.update().values(address=None),
    )
    for statement in wrong:
        with pytest.raises(UsageError) as refusal, owner._writing() as connection:
            connection.execute(statement)
        said = "".join(traceback.format_exception(refusal.value))
        assert (str(statement), needles(world).found_in(said)) == (str(statement), [])


def test_a_time_limit_or_a_broken_statement_repeats_no_hidden_place(owner, world):
    table = "private.confidential_place" if owner.kind == "postgis" else "confidential_place"
    broken = f"SELECT {'pg_sleep(5)' if owner.kind == 'postgis' else 'json(address)'} FROM {table}"
    with pytest.raises(UsageError) as refusal, owner._reading() as connection:  # noqa: PT012
        if owner.kind == "postgis":
            connection.execute(text("SET LOCAL statement_timeout = 50"))
        statement = text(f"{broken} WHERE address LIKE :address")
        connection.execute(statement, {"address": "вул. Потаємна%"}).all()
    assert needles(world).found_in("".join(traceback.format_exception(refusal.value))) == []


def test_logs_hold_no_hidden_place(owner, attacked_url, world, caplog):
    caplog.set_level(logging.DEBUG)
    fill(owner, world)
    for editor in opened(attacked_url, Access.EDITOR):
        assert needles(world).found_in(repr(editor.registry.registry())) != []
    assert needles(world).found_in(caplog.text) == []
