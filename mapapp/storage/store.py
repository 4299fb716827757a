"""The store: everything that is written to and asked of the database, in the domain's values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from sqlalchemy import Connection, delete, func, insert, inspect, select

from mapapp.domain.access import Access
from mapapp.domain.changes import Authorship, RecordKey
from mapapp.domain.errors import NotFoundError, StoreUnavailableError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg
from mapapp.domain.progress import Progress
from mapapp.domain.questions import (
    BoundarySet,
    GeometryLayer,
    MapPoint,
    NearestAnswer,
    NearestQuery,
    PointsQuery,
)
from mapapp.domain.referral import CandidateQuery, Candidates
from mapapp.domain.registry import Registry
from mapapp.domain.registry_questions import PointRecord, RecordSummary, RegistryPage, RegistryQuery
from mapapp.domain.services import Service
from mapapp.storage import geography_loading, reading, referral_search, registry_search, revisions, statements
from mapapp.storage.dialect import outline_wkb
from mapapp.storage.engine import Database, parse_url
from mapapp.storage.evidence_store import EvidenceStore
from mapapp.storage.geography_schema import (
    AreaRow,
    BoundaryRow,
    BoundarySetRow,
    GeometryLayerRow,
    HromadaRow,
    StoreInfoRow,
)
from mapapp.storage.import_store import ImportStore
from mapapp.storage.people_store import PeopleStore
from mapapp.storage.registry_store import RegistryStore
from mapapp.storage.scenario_store import ScenarioStore
from mapapp.storage.schema import RegistryScopeRow

_BUILD_LOCK = 0x6D61_7061_7070
"""Any number nobody else uses: the bytes of «mapapp»."""

_READY = "ready_at"
REGISTRY_FILE = Authorship(who="mapapp", why="The registry file was loaded")


class StoreState(StrEnum):
    """How far the first build has come."""

    EMPTY = "empty"
    """Nothing of ours is there."""
    UNFINISHED = "unfinished"
    """A first build has begun and not ended: whatever is there is to be written again."""
    READY = "ready"


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How much the store holds; the special cities are not counted as hromadas."""

    hromadas: int
    settlements: int
    service_points: int
    demo_records: int


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """One ready-made layer of outlines, without its bytes."""

    name: str
    tolerance_m: int
    content_hash: str
    gzip_size: int
    brotli_size: int


class Store:
    """One database, SQLite or PostGIS; safe to share between threads.

    Each `replace_…` is one transaction: all of it or nothing, and readers see the old state until it ends.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.registry: Final = RegistryStore(database)
        """The registry's records and how they came to be."""
        self.imports: Final = ImportStore(database)
        """Files on their way into the registry."""
        self.evidence: Final = EvidenceStore(database)
        """What was looked for and not found."""
        self.people: Final = PeopleStore(database)
        """Tables of people by hromada: needs, the displaced, other counts of the population."""
        self.scenarios: Final = ScenarioStore(database)
        """What-ifs that editors saved."""

    @property
    def access(self) -> Access:
        """What may be read and written here: at most what was asked for and what the database lets."""
        return self._database.access

    @property
    def kind(self) -> Literal["sqlite", "postgis"]:
        """Which database this is."""
        return "postgis" if self._database.is_postgis else "sqlite"

    def dispose(self) -> None:
        """Close every connection; an embedded store is then one file without companions."""
        self._database.dispose()

    # The life of a store

    def state(self) -> StoreState:
        """Return how far the first build has come."""
        with self._reading() as connection:
            if not inspect(connection).has_table(StoreInfoRow.__tablename__):
                return StoreState.EMPTY
            ready = connection.scalar(select(StoreInfoRow.value).where(StoreInfoRow.key == _READY))
            return StoreState.UNFINISHED if ready is None else StoreState.READY

    def is_current(self) -> bool:
        """Tell whether the schema is this program's, so that nothing is left to migrate."""
        with self._reading() as connection:
            return revisions.current_revision(connection) == revisions.newest_revision()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold off every other program that builds or migrates this store; a killed holder lets go.

        An embedded store needs no lock of its own: each of its transactions already holds the whole file.
        """
        self._database.require(Access.OWNER)
        if not self._database.is_postgis:
            yield
            return
        outside_transactions = self._database.writer.execution_options(isolation_level="AUTOCOMMIT")
        with self._database.plain_errors(), outside_transactions.connect() as connection:
            connection.execute(select(func.pg_advisory_lock(_BUILD_LOCK)))
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(_BUILD_LOCK)))

    def migrate(self) -> None:
        """Bring the schema to this program's revision; nothing happens where it already is.

        Two programs must not do this at once: hold `exclusive()`.
        """
        with self._writing() as connection:
            revisions.upgrade(connection)

    def downgrade(self, revision: str = "base") -> None:
        """Take the schema back to a revision; `base` removes every table."""
        with self._writing() as connection:
            revisions.downgrade(connection, revision)

    def mark_ready(self) -> None:
        """Say that the first build has ended."""
        with self._writing() as connection:
            connection.execute(delete(StoreInfoRow).where(StoreInfoRow.key == _READY))
            now = datetime.now(UTC).isoformat(timespec="seconds")
            connection.execute(insert(StoreInfoRow).values(key=_READY, value=now))

    # What is written

    def replace_geography(self, gazetteer: Gazetteer, progress: Progress) -> None:
        """Put the gazetteer in place of the one in the store.

        Raises
        ------
        UsageError
            The registry or the outlines in the store name a unit the gazetteer lacks.

        """
        with self._writing() as connection:
            geography_loading.write_geography(connection, gazetteer, progress)

    def replace_services(self, services: Mapping[str, Service]) -> None:
        """Put the services in place of those in the store.

        Raises
        ------
        UsageError
            An offering in the store is of a service that is not among them.

        """
        with self._writing() as connection:
            geography_loading.write_services(connection, services)

    def replace_registry(
        self, registry: Registry, progress: Progress, authorship: Authorship = REGISTRY_FILE
    ) -> None:
        """Put the registry in place of the one in the store; its history tells what that changed.

        Raises
        ------
        UsageError
            It names a unit, service or organisation that is not there, or an id twice.

        """
        self.registry.replace(registry, authorship, progress)

    def replace_boundaries(
        self,
        boundary_set: BoundarySet,
        shapes: Mapping[Katottg, bytes],
        layers: Sequence[GeometryLayer],
    ) -> None:
        """Put the outlines in place of those in the store.

        Parameters
        ----------
        boundary_set
            Where they come from; `installed_at` carries its time zone.
        shapes
            The full polygons of the drawn areas as WKB in WGS 84 degrees, by code.
        layers
            The same, simplified and compressed.

        Raises
        ------
        UsageError
            A shape's code is not of a unit in the store.

        """
        with self._writing() as connection:
            geography_loading.write_boundaries(connection, boundary_set, shapes, layers)

    # What is asked

    def gazetteer(self) -> Gazetteer:
        """Return every unit of the country, equal to what was written."""
        with self._reading() as connection:
            return reading.read_gazetteer(connection)

    def services(self) -> Mapping[str, Service]:
        """Return the services by slug, in the classifier's order."""
        with self._reading() as connection:
            return reading.read_services(connection)

    def registry_scope(self) -> frozenset[Katottg]:
        """Return the oblasts the registry claims to describe fully."""
        with self._reading() as connection:
            return frozenset(map(Katottg, connection.scalars(select(RegistryScopeRow.oblast))))

    def counts(self) -> StoreCounts:
        """Count what the store holds now."""
        with self._reading() as connection:
            return StoreCounts(*connection.execute(statements.counts()).one())

    def nearest(self, query: NearestQuery) -> NearestAnswer:
        """Return the nearest offerings, by distance and then id, and apart the confidential ones that serve.

        Without a hromada to serve nobody is listed apart: which confidential points matter is not known.

        Raises
        ------
        NotFoundError
            The service or the hromada is not in the store.

        """
        asked = {
            "service": query.service,
            "day": query.day,
            "lon": query.origin.lon,
            "lat": query.origin.lat,
            "radius_m": statements.NO_LIMIT_M if query.radius_m is None else query.radius_m,
            "limit": query.limit,
        }
        confidential = []
        with self._reading() as connection:
            if query.serving is None:
                statement = statements.nearest(on_postgis=self._database.is_postgis)
                ranked = reading.fetched(connection, statement, asked)
            else:
                asked["serving"] = query.serving
                ranked = reading.fetched(connection, statements.nearest_serving(), asked)
                confidential = reading.fetched(connection, statements.confidential_serving(), asked)
            if not ranked and not confidential:
                reading.check_service(connection, query.service)
                _check_hromada(connection, query.serving)
        serves = None if query.serving is None else True
        return NearestAnswer(
            ranked=tuple(reading.found_point(row, serves_hromada=serves) for row in ranked),
            confidential=tuple(reading.found_point(row, serves_hromada=serves) for row in confidential),
        )

    def candidates(self, query: CandidateQuery, *, with_around: bool = True) -> Candidates:
        """Return the offerings that may take a client, and where asked for all that are around.

        Raises
        ------
        NotFoundError
            The service is not in the store.

        """
        with self._database.asking() as connection:
            return referral_search.candidates(connection, query, with_around=with_around)

    def points(self, query: PointsQuery) -> list[MapPoint]:
        """Return the public points to draw, by id.

        Raises
        ------
        NotFoundError
            The service or area is not in the store.

        """
        statement = statements.public_points(
            with_service=query.service is not None, in_area=query.area is not None
        )
        asked = {"day": query.day, "service": query.service, "area": query.area}
        with self._reading() as connection:
            found = [reading.map_point(row) for row in reading.fetched(connection, statement, asked)]
            if not found:
                reading.check_service(connection, query.service)
                _check_area(connection, query.area)
        return found

    def find_records(self, query: RegistryQuery) -> RegistryPage:
        """Return a page of the registry's service points; raise NotFoundError for an unknown service."""
        with self._reading() as connection:
            return registry_search.find_records(connection, query)

    def listed_ids(self, query: RegistryQuery) -> list[str]:
        """Return the ids of all points the query lists, past its limit, in the same order."""
        with self._reading() as connection:
            return registry_search.listed_ids(connection, query)

    def point_record(self, point_id: str) -> PointRecord:
        """Return all the public may know of a service point; raise NotFoundError for an unknown id."""
        with self._reading() as connection:
            return registry_search.point_record(connection, point_id)

    def summaries(self, keys: Collection[RecordKey]) -> Mapping[RecordKey, RecordSummary]:
        """Return what tells the records apart; those no longer in the registry are left out."""
        with self._reading() as connection:
            return registry_search.summaries(connection, keys)

    def boundary_set(self) -> BoundarySet:
        """Return which outlines are drawn; raise NotFoundError before any are stored."""
        with self._reading() as connection:
            row = connection.execute(select(*BoundarySetRow.__table__.columns)).one_or_none()
        if row is None:
            raise NotFoundError("The store holds no boundaries yet")
        return BoundarySet(
            title=row.title,
            is_approximate=row.is_approximate,
            licence=row.licence,
            attribution=row.attribution,
            checksum=row.checksum,
            installed_at=row.installed_at,
        )

    def shapes(self) -> Mapping[Katottg, bytes]:
        """Return the full polygons of the drawn areas as WKB in WGS 84 degrees, in code order."""
        outlines = select(BoundaryRow.area, outline_wkb(BoundaryRow.outline)).order_by(BoundaryRow.area)
        with self._reading() as connection:
            return MappingProxyType({Katottg(area): bytes(wkb) for area, wkb in connection.execute(outlines)})

    def layers(self) -> tuple[LayerSummary, ...]:
        """Return which layers there are, coarsest first, without their bytes."""
        summaries = select(
            GeometryLayerRow.name,
            GeometryLayerRow.tolerance_m,
            GeometryLayerRow.content_hash,
            func.length(GeometryLayerRow.gzip_bytes),
            func.length(GeometryLayerRow.brotli_bytes),
        ).order_by(GeometryLayerRow.name, GeometryLayerRow.tolerance_m.desc())
        with self._reading() as connection:
            return tuple(LayerSummary(*row) for row in connection.execute(summaries))

    def layer(self, name: str, tolerance_m: int | None = None) -> GeometryLayer:
        """Return the layer with this simplification, or the coarsest; raise NotFoundError for none."""
        wanted = select(*GeometryLayerRow.__table__.columns).where(GeometryLayerRow.name == name)
        if tolerance_m is not None:
            wanted = wanted.where(GeometryLayerRow.tolerance_m == tolerance_m)
        return self._one_layer(wanted.order_by(GeometryLayerRow.tolerance_m.desc()))

    def layer_by_hash(self, content_hash: str) -> GeometryLayer:
        """Return the layer with this content; raise NotFoundError for none."""
        columns = GeometryLayerRow.__table__.columns
        return self._one_layer(select(*columns).where(GeometryLayerRow.content_hash == content_hash))

    def _one_layer(self, wanted: statements.Statement) -> GeometryLayer:
        with self._reading() as connection:
            row = connection.execute(wanted.limit(1)).one_or_none()
        if row is None:
            raise NotFoundError("The store holds no such layer of outlines")
        return GeometryLayer(
            name=row.name,
            tolerance_m=row.tolerance_m,
            content_hash=row.content_hash,
            gzip_bytes=bytes(row.gzip_bytes),
            brotli_bytes=bytes(row.brotli_bytes),
        )

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._database.reading()

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._database.writing(Access.OWNER)


def open_store(url: str, *, create: bool = False, access: Access = Access.OWNER) -> Store:
    """Return the store at the URL after making sure that it can be used.

    Parameters
    ----------
    url
        `sqlite:////folder/file.sqlite3` or `postgresql://user:password@host:5432/database`.
    create
        Begin an embedded store where there is no file yet.
    access
        What may be read and written through this store. On PostGIS the login's own rights limit it further:
        `Store.access` says what came of it.

    Raises
    ------
    StoreUnavailableError
        The URL is of no store; the file is missing or damaged; the server is out of reach or refuses the
        user; the database lacks PostGIS; or its schema is newer than this program. The sentence says which,
        and never repeats the password.

    """
    database = Database(parse_url(url), access)
    try:
        with database.plain_errors():
            database.check(create=create)
            _check_revision(database)
    except BaseException:
        database.dispose()
        raise
    return Store(database)


def _check_revision(database: Database) -> None:
    with database.reader.connect() as connection:
        revision = revisions.current_revision(connection)
    if revision is not None and revision not in revisions.known_revisions():
        raise StoreUnavailableError(
            "The store {place} has the schema «{revision}», newer than this program: update mapapp",
            place=database.place,
            revision=revision,
        )


def _check_hromada(connection: Connection, code: Katottg | None) -> None:
    known = select(HromadaRow.katottg).where(HromadaRow.katottg == code)
    if code is not None and connection.scalar(known) is None:
        raise NotFoundError("There is no hromada with the code {code}", code=code)


def _check_area(connection: Connection, code: Katottg | None) -> None:
    known = select(AreaRow.code).where(AreaRow.code == code)
    if code is not None and connection.scalar(known) is None:
        raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=code)
