"""Searches are kept without a trace of anyone, counted by the database itself, and forgotten in time."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, make_url, select, text

from mapapp.domain.access import Access
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import StoreUnavailableError, UsageError
from mapapp.domain.evidence import (
    KEPT_DAYS,
    LEAST_KEPT_DAYS,
    SAYS_NOTHING,
    SMALLEST_SHOWN,
    SearchOutcome,
    SearchRecord,
    UnmetDemand,
    first_of_quarter,
)
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import NOBODY_SAID
from mapapp.domain.registry import TargetGroup
from mapapp.storage.evidence_schema import SearchRecordRow, UnmetDemandRow, searches_of_earlier_days
from mapapp.storage.geography_schema import StoreInfoRow
from mapapp.storage.store import open_store

FOUND, NOBODY = SearchOutcome.FOUND, SearchOutcome.NOBODY
TODAY = today_in_kyiv()
THIS_QUARTER = first_of_quarter(datetime.now(UTC).date() - timedelta(days=2))
"""The first day that is not published yet."""
LAST_QUARTER = first_of_quarter(THIS_QUARTER - timedelta(days=1))
QUARTER_BEFORE = first_of_quarter(LAST_QUARTER - timedelta(days=1))
LONG_AGO, ALWAYS = date(2000, 1, 1), date.max


@pytest.fixture
def evidence(country_store):
    """The evidence of each store in turn, as if nobody had ever searched."""
    with country_store._writing() as connection:
        connection.execute(delete(SearchRecordRow))
        connection.execute(delete(UnmetDemandRow))
        connection.execute(delete(StoreInfoRow).where(StoreInfoRow.key.like("evidence%")))
    return country_store.evidence


@contextmanager
def opened(url, access):
    store = open_store(url, access=access)
    try:
        yield store.evidence
    finally:
        store.dispose()


@pytest.fixture
def as_public(evidence, module_store_url):  # noqa: ARG001 - emptied first
    with opened(module_store_url, Access.PUBLIC) as found:
        yield found


@pytest.fixture
def hromada(world):
    return world.code(10, 1, 1)


def search(hromada, outcome=FOUND, day=TODAY, service="home-care", groups=NOBODY_SAID):
    return SearchRecord(day, hromada, service, groups, outcome)


def searched_before(evidence, *searches):
    """Put searches of earlier days in, as they would be there by now."""
    rows = [
        {
            "day": one.day,
            "hromada": one.hromada,
            "service": one.service,
            "target_groups": int(one.groups),
            "outcome": one.outcome,
        }
        for one in searches
    ]
    with evidence._database.writing(Access.OWNER) as connection, searches_of_earlier_days(connection):
        connection.execute(insert(SearchRecordRow).inline(), rows)


def kept(evidence):
    with evidence._database.reading() as connection:
        row = SearchRecordRow
        columns = (row.day, row.hromada, row.service, row.target_groups, row.outcome)
        return sorted(map(tuple, connection.execute(select(*columns))), key=repr)


def test_a_search_is_kept_as_it_was(evidence, as_public, hromada):
    groups = TargetGroup.DISPLACED | TargetGroup.CHILDREN
    as_public.record(search(hromada, NOBODY, groups=groups))
    as_public.record(search(None, SearchOutcome.NOT_DESCRIBED))
    assert kept(evidence) == sorted(
        [
            (TODAY, hromada, "home-care", int(groups), NOBODY),
            (TODAY, None, "home-care", 0, SearchOutcome.NOT_DESCRIBED),
        ],
        key=repr,
    )


def test_every_level_of_access_records(evidence, module_store_url, hromada):
    for access in Access:
        with opened(module_store_url, access) as found:
            found.record(search(hromada))
    assert len(kept(evidence)) == len(Access)


def test_every_group_and_every_outcome_can_be_kept(evidence, as_public, hromada):
    everybody = TargetGroup(sum(TargetGroup))
    for outcome in SearchOutcome:
        as_public.record(search(hromada, outcome, groups=everybody))
    assert Counter(outcome for *_, outcome in kept(evidence)) == dict.fromkeys(SearchOutcome, 1)


def test_nothing_kept_tells_the_order_of_the_searches(evidence, hromada):
    columns = set(SearchRecordRow.__table__.columns.keys())
    assert columns == {"id", "day", "hromada", "service", "target_groups", "outcome"}
    services = ["home-care", "day-care", "shelter", "rare"] * 8
    for service in services:
        evidence.record(search(hromada, service=service))
    with evidence._database.reading() as connection:
        ids = connection.scalars(select(SearchRecordRow.id)).all()
        in_order_of_ids = connection.scalars(
            select(SearchRecordRow.service).order_by(SearchRecordRow.id)
        ).all()
    assert len(set(ids)) == len(services)
    assert {len(one) for one in ids} == {32}
    assert in_order_of_ids != services


# What is refused


@pytest.mark.parametrize("days", [-36_500, -730, -2, 2, 366, 1_000_000])
def test_a_search_of_another_day_is_refused(evidence, as_public, hromada, days):
    day = TODAY + timedelta(days=days)
    # In UTC it may be yesterday still, and a day to either side is left to that.
    if abs(days) == 2:
        day += timedelta(days=days // 2)
    for store in (as_public, evidence):
        with pytest.raises(UsageError, match="a search is recorded on its own day"):
            store.record(search(hromada, day=day))
    assert kept(evidence) == []


def test_a_search_for_what_is_not_there_is_refused(evidence, as_public, world, hromada):
    with pytest.raises(UsageError, match="names a hromada that is there"):
        as_public.record(search(world.code(77, 1, 1)))
    with pytest.raises(UsageError, match="names a hromada that is there"):
        as_public.record(search(world.code(10, 1)))
    with pytest.raises(UsageError, match="names a service that is there"):
        as_public.record(search(hromada, service="flying"))
    assert kept(evidence) == []


def test_what_was_looked_for_stays_when_the_service_goes(evidence, country_store, services, hromada):
    evidence.record(search(hromada, service="rare"))
    country_store.replace_services({slug: one for slug, one in services.items() if slug != "rare"})
    try:
        assert [service for _, _, service, *_ in kept(evidence)] == ["rare"]
    finally:
        country_store.replace_services(services)


def test_the_country_can_be_replaced_while_searches_are_kept(evidence, country_store, country, hromada):
    evidence.record(search(hromada))
    country_store.replace_geography(country, no_progress)
    assert len(kept(evidence)) == 1


# What is counted


def test_readers_see_every_search_of_the_days(evidence, module_store_url, hromada, world):
    other = world.code(20, 1, 2)
    searched_before(
        evidence,
        search(hromada, FOUND, TODAY - timedelta(days=1)),
        search(hromada, NOBODY, TODAY - timedelta(days=1)),
        search(hromada, SearchOutcome.NO_VACANCY, TODAY - timedelta(days=30)),
        search(other, FOUND, TODAY, "rare"),
        search(None, NOBODY, TODAY),
    )
    with opened(module_store_url, Access.READER) as reader:
        assert reader.unmet_demand(TODAY - timedelta(days=30), TODAY) == [
            UnmetDemand(hromada, "home-care", 3, 2),
            UnmetDemand(other, "rare", 1, 0),
        ]
        assert reader.unmet_demand(TODAY - timedelta(days=29), TODAY, "home-care") == [
            UnmetDemand(hromada, "home-care", 2, 1)
        ]
        assert reader.outcomes(hromada, "home-care", LONG_AGO, ALWAYS) == {
            FOUND: 1,
            NOBODY: 1,
            SearchOutcome.NO_VACANCY: 1,
        }


def test_where_nothing_is_known_there_is_no_demand_to_tell(evidence, hromada):
    for outcome in SAYS_NOTHING:
        evidence.record(search(hromada, outcome))
    assert evidence.unmet_demand(TODAY, TODAY) == []
    assert evidence.outcomes(hromada, "home-care", TODAY, TODAY) == dict.fromkeys(SAYS_NOTHING, 1)


def test_the_public_learns_no_outcomes(as_public, hromada):
    with pytest.raises(UsageError, match="the right «reader»"):
        as_public.outcomes(hromada, "home-care", LONG_AGO, ALWAYS)


def test_nothing_of_a_quarter_is_public_before_it_is_over(evidence, as_public, hromada):
    searched_before(evidence, *[search(hromada, NOBODY, THIS_QUARTER)] * 50)
    as_public.record(search(hromada))
    assert as_public.unmet_demand(LONG_AGO, ALWAYS) == []
    assert evidence.published_demand(LONG_AGO, ALWAYS) == []


@pytest.mark.parametrize(
    ("found", "unmet", "told"),
    [
        (0, 4, None),
        (4, 0, None),
        (2, 2, None),
        (5, 0, (5, None)),
        (0, 5, (5, None)),
        (4, 5, (9, None)),
        (5, 4, (9, None)),
        (5, 5, (10, 5)),
        (30, 6, (36, 6)),
    ],
)
def test_counts_below_five_are_told_to_nobody(  # noqa: PLR0917 - by the table above
    evidence, as_public, hromada, found, unmet, told
):
    day = LAST_QUARTER + timedelta(days=40)
    searched_before(evidence, *[search(hromada, FOUND, day)] * found, *[search(hromada, NOBODY, day)] * unmet)
    as_public.record(search(hromada))
    expected = [] if told is None else [UnmetDemand(hromada, "home-care", *told)]
    assert as_public.unmet_demand(LONG_AGO, ALWAYS) == expected


def test_a_quarter_has_all_its_days_and_no_other(evidence, as_public, hromada):
    last_day = THIS_QUARTER - timedelta(days=1)
    searched_before(
        evidence,
        *[search(hromada, FOUND, LAST_QUARTER)] * 3,
        *[search(hromada, FOUND, last_day)] * 4,
        *[search(hromada, FOUND, LAST_QUARTER - timedelta(days=1))] * 11,
        *[search(hromada, FOUND, THIS_QUARTER)] * 13,
    )
    as_public.record(search(hromada))
    assert as_public.unmet_demand(LAST_QUARTER, last_day) == [UnmetDemand(hromada, "home-care", 7, None)]
    assert as_public.unmet_demand(LAST_QUARTER + timedelta(days=1), ALWAYS) == []
    assert as_public.unmet_demand(LAST_QUARTER, last_day - timedelta(days=1)) == []
    assert as_public.unmet_demand(QUARTER_BEFORE, last_day, "home-care") == [
        UnmetDemand(hromada, "home-care", 18, None)
    ]
    assert as_public.unmet_demand(QUARTER_BEFORE, last_day, "rare") == []


def test_a_sum_has_no_unmet_where_one_quarter_withholds_it(evidence, as_public, hromada):
    in_both = [*[search(hromada, FOUND, LAST_QUARTER)] * 5, *[search(hromada, NOBODY, LAST_QUARTER)] * 6]
    searched_before(evidence, *in_both, *[search(hromada, FOUND, QUARTER_BEFORE)] * 8)
    as_public.record(search(hromada))
    assert as_public.unmet_demand(LAST_QUARTER, TODAY) == [UnmetDemand(hromada, "home-care", 11, 6)]
    assert as_public.unmet_demand(QUARTER_BEFORE, TODAY) == [UnmetDemand(hromada, "home-care", 19, None)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.data())
def test_published_counts_are_those_of_a_plain_count(evidence, country, drawn):
    with evidence._database.writing(Access.OWNER) as connection:
        connection.execute(delete(SearchRecordRow))
        connection.execute(delete(UnmetDemandRow))
        connection.execute(delete(StoreInfoRow).where(StoreInfoRow.key.like("evidence%")))
    hromadas = sorted(country.hromadas)[:3]
    searches = drawn.draw(
        st.lists(
            st.builds(
                search,
                st.sampled_from([*hromadas, None]),
                st.sampled_from(SearchOutcome),
                st.dates(QUARTER_BEFORE - timedelta(days=5), TODAY),
                st.sampled_from(["home-care", "rare"]),
            ),
            min_size=80,
            max_size=160,
        )
    )
    searched_before(evidence, *searches)
    evidence.record(search(hromadas[0]))

    expected = []
    for quarter in (QUARTER_BEFORE, LAST_QUARTER):
        end = first_of_quarter(quarter + timedelta(days=95))
        for hromada in hromadas:
            for service in ("home-care", "rare"):
                those = [
                    one.outcome
                    for one in searches
                    if (one.hromada, one.service) == (hromada, service)
                    and quarter <= one.day < end
                    and one.outcome not in SAYS_NOTHING
                ]
                unmet = sum(outcome is not FOUND for outcome in those)
                is_told = min(unmet, len(those) - unmet) >= SMALLEST_SHOWN
                if len(those) >= SMALLEST_SHOWN:
                    expected.append((hromada, service, quarter, len(those), unmet if is_told else None))
    with evidence._database.reading() as connection:
        row = UnmetDemandRow
        told = connection.execute(
            select(row.hromada, row.service, row.quarter, row.searches, row.unmet).where(
                row.quarter >= QUARTER_BEFORE
            )
        )
        assert sorted(map(tuple, told)) == sorted(expected)


def test_a_quarter_is_published_once_and_never_counted_again(evidence, as_public, hromada):
    """Else two answers about one quarter could be subtracted."""
    searched_before(evidence, *[search(hromada, FOUND, LAST_QUARTER)] * 9)
    as_public.record(search(hromada))
    before = as_public.unmet_demand(LONG_AGO, ALWAYS)
    searched_before(evidence, *[search(hromada, FOUND, LAST_QUARTER)] * 3)
    as_public.record(search(hromada))
    with evidence._database.writing(Access.OWNER) as connection:
        connection.execute(
            delete(SearchRecordRow).where(SearchRecordRow.day < LAST_QUARTER + timedelta(days=9))
        )
    as_public.record(search(hromada))
    assert as_public.unmet_demand(LONG_AGO, ALWAYS) == before == [UnmetDemand(hromada, "home-care", 9, None)]


def test_the_table_of_counts_itself_refuses_a_small_one(evidence, hromada):
    row = {"hromada": hromada, "service": "rare", "quarter": LAST_QUARTER}
    for searches, unmet in ((4, None), (0, None), (10, 4), (10, 6), (9, 9)):
        with pytest.raises(UsageError, match="refuses these"):  # noqa: SIM117
            with evidence._database.writing(Access.OWNER) as connection:
                connection.execute(insert(UnmetDemandRow), {**row, "searches": searches, "unmet": unmet})


# What is forgotten


def test_the_next_search_removes_those_past_the_days_kept(evidence, as_public, hromada):
    today = today_of_the_database(evidence)
    oldest = today - timedelta(days=KEPT_DAYS)
    searched_before(
        evidence,
        search(hromada, day=oldest - timedelta(days=1)),
        search(hromada, day=oldest),
        search(hromada),
    )
    as_public.record(search(hromada))
    assert [day for day, *_ in kept(evidence)] == [oldest, TODAY, TODAY]


def today_of_the_database(evidence):
    with evidence._database.reading() as connection:
        utc = (
            "date('now')" if connection.dialect.name == "sqlite" else "(now() AT TIME ZONE 'UTC')::date::text"
        )
        return date.fromisoformat(connection.scalar(text(f"SELECT {utc}")))


def test_an_owner_says_how_long_searches_are_kept(evidence, as_public, hromada):
    assert evidence.kept_days == KEPT_DAYS
    days_ago = [90, 99, 110, 300, 900]
    searched_before(evidence, *[search(hromada, day=TODAY - timedelta(days=days)) for days in days_ago])
    evidence.keep(1000)
    as_public.record(search(hromada))
    assert len(kept(evidence)) == 6
    assert as_public.kept_days == 1000
    evidence.keep(LEAST_KEPT_DAYS)
    assert sorted(TODAY - day for day, *_ in kept(evidence)) == [timedelta(days=days) for days in (0, 90, 99)]
    as_public.record(search(hromada))
    assert len(kept(evidence)) == 4


@pytest.mark.parametrize("days", [-1, 0, 99, 36_501])
def test_days_that_would_lose_a_quarter_or_keep_for_ever_are_refused(evidence, days):
    with pytest.raises(UsageError, match=f"Searches are kept 100 to 36500 days, not {days}"):
        evidence.keep(days)
    assert evidence.kept_days == KEPT_DAYS


def test_a_quarter_is_counted_before_its_searches_go(evidence, as_public, hromada):
    evidence.keep(LEAST_KEPT_DAYS)
    searched_before(evidence, *[search(hromada, NOBODY, QUARTER_BEFORE)] * 7)
    as_public.record(search(hromada))
    assert len(kept(evidence)) == 1
    assert as_public.unmet_demand(LONG_AGO, ALWAYS) == [UnmetDemand(hromada, "home-care", 7, None)]


def test_a_purge_removes_searches_and_the_counts_of_quarters_before_the_day(evidence, as_public, hromada):
    in_both = [search(hromada, FOUND, day) for day in (QUARTER_BEFORE, LAST_QUARTER) for _ in range(6)]
    searched_before(evidence, *in_both)
    as_public.record(search(hromada))
    assert evidence.purge(LAST_QUARTER + timedelta(days=1)) == 12
    assert kept(evidence) == [(TODAY, hromada, "home-care", 0, FOUND)]
    assert as_public.unmet_demand(LONG_AGO, ALWAYS) == [UnmetDemand(hromada, "home-care", 6, None)]


def test_only_the_owner_purges_and_says_how_long(evidence, module_store_url, hromada):
    evidence.record(search(hromada))
    for access in (Access.PUBLIC, Access.READER, Access.EDITOR):
        with opened(module_store_url, access) as found:
            for forbidden in (lambda: found.purge(TODAY), lambda: found.keep(365)):
                with pytest.raises(UsageError, match="needs the right «owner»"):
                    forbidden()
    assert len(kept(evidence)) == 1


# Recording is in nobody's way


def eight_at_once(record):
    """Run it in eight threads and return what went wrong."""
    failed = []

    def noted():
        try:
            record()
        except UsageError as error:
            failed.append(error)

    threads = [threading.Thread(target=noted) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_eight_visitors_at_once_lose_nothing(evidence, as_public, hromada):
    def record_often():
        for _ in range(10):
            as_public.record(search(hromada))

    assert eight_at_once(record_often) == []
    assert len(kept(evidence)) == 80


def test_eight_writers_at_once_publish_a_quarter_once(evidence, module_store_url, hromada):
    """Each with a connection of its own, as programs have."""
    searched_before(evidence, *[search(hromada, FOUND, LAST_QUARTER)] * 6)
    together = threading.Barrier(8)

    def record_often():
        with opened(module_store_url, Access.PUBLIC) as found:
            together.wait()
            for _ in range(10):
                found.record(search(hromada))

    assert eight_at_once(record_often) == []
    assert len(kept(evidence)) == 86
    assert evidence.published_demand(LONG_AGO, ALWAYS) == [UnmetDemand(hromada, "home-care", 6, None)]


def test_a_store_that_somebody_writes_says_so_soon_and_goes_on(evidence, as_public, hromada, country_store):
    if country_store.kind == "postgis":
        with psycopg.connect(plain(country_store)) as other:
            other.execute("LOCK TABLE office.search_record IN SHARE MODE")
            with pytest.raises(StoreUnavailableError, match=r"cannot be used: .* lock timeout"):
                as_public.record(search(hromada))
    else:
        with country_store._writing(), pytest.raises(StoreUnavailableError, match="database is locked"):
            as_public.record(search(hromada))
    as_public.record(search(hromada))
    assert len(kept(evidence)) == 1


def plain(store):
    return store._database.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_reading_goes_on_while_a_search_cannot_be_recorded(as_public, hromada, module_store_url):
    public = open_store(module_store_url, access=Access.PUBLIC)
    try:
        with pytest.raises(UsageError):
            public.evidence.record(search(hromada, service="flying"))
        assert public.counts().hromadas == 16
        assert as_public.unmet_demand(LONG_AGO, ALWAYS) == []
    finally:
        public.dispose()


def test_a_replica_that_only_reads_is_said(evidence, country_store, module_store_url, hromada, tmp_path):
    if country_store.kind == "postgis":
        url, setting = make_url(module_store_url), "default_transaction_read_only"
        with psycopg.connect(module_store_url, autocommit=True) as server:
            server.execute(f"ALTER DATABASE {url.database} SET {setting} = on")
            try:
                with opened(module_store_url, Access.PUBLIC) as found:
                    found.record(search(hromada))  # a mere habit of the login is no replica
                    with found._database._recorder.connect() as connection:
                        connection.exec_driver_sql("SET default_transaction_read_only = on")
                    with pytest.raises(StoreUnavailableError, match="read-only transaction"):
                        found.record(search(hromada))
            finally:
                server.execute(f"ALTER DATABASE {url.database} RESET {setting}")
        assert len(kept(evidence)) == 1
        return
    replica = tmp_path / "replica.sqlite3"
    with sqlite3.connect(str(country_store._database.url.database)) as source:
        source.execute("VACUUM INTO ?", [str(replica)])
    with opened(f"sqlite:///{replica}", Access.PUBLIC) as found:
        found._database._recorder.dispose()
        with found._database._recorder.connect() as connection:
            connection.connection.driver_connection.set_authorizer(None)
            connection.exec_driver_sql("PRAGMA query_only = 1")
        with pytest.raises(StoreUnavailableError, match="attempt to write a readonly database"):
            found.record(search(hromada))


def test_a_full_disk_is_said(sqlite_url, country, services, hromada):
    owner = open_store(sqlite_url, create=True)
    owner.migrate()
    owner.replace_geography(country, no_progress)
    owner.replace_services(services)
    owner.dispose()
    with opened(sqlite_url, Access.PUBLIC) as found:
        with found._database._recorder.connect() as connection:
            connection.connection.driver_connection.set_authorizer(None)
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreUnavailableError, match="database or disk is full"):  # noqa: PT012
            for _ in range(1_000):
                found.record(search(hromada))
        with found._database.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM hromada")) == 17


def test_a_store_of_an_older_schema_is_said(empty_store, store_url, hromada):
    empty_store.migrate()
    empty_store.downgrade("0005")
    refused = pytest.raises(StoreUnavailableError, match=r"store build|permission denied for schema office")
    with opened(store_url, Access.PUBLIC) as found, refused:
        found.record(search(hromada))
