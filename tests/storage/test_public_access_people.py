"""The public attacks the small numbers of tables of people: it reads the rest and cannot tell one of four."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

import pytest
from opened_stores import opened, public_login
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mapapp.domain.access import Access
from mapapp.domain.errors import UsageError
from mapapp.domain.people import EVERYONE_THERE, PeopleFigure, PeopleKind, PeopleTable, Subject
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import TargetGroup
from mapapp.storage.people_schema import ExactPeopleFigureRow, ExactPeopleTableRow, PeopleFigureRow
from mapapp.storage.store import open_store

OLDER = Subject(group=TargetGroup.OLDER_PEOPLE)
VETERANS = Subject(group=TargetGroup.VETERANS_AND_FAMILIES)
HOME_CARE = Subject(service="home-care")
SUBJECTS = (EVERYONE_THERE, OLDER, VETERANS, HOME_CARE)
TABLE = PeopleTable("needs", "Потреби", PeopleKind.NEEDS, date(2026, 1, 1), "управління", SUBJECTS)
REFUSED = r"permission denied|prohibited|not authorized|must be owner"


@pytest.fixture(scope="module")
def owner(attacked_url, country, services):
    store = open_store(attacked_url, create=True)
    store.migrate()
    store.replace_geography(country, no_progress)
    store.replace_services(services)
    yield store
    store.dispose()


@pytest.fixture(scope="module")
def public(way, owner, attacked_url, world):
    """The store as the public reaches it, with small numbers in it."""
    fill(owner, world, 1)
    if way != "postgis-login":
        with opened(attacked_url, Access.PUBLIC) as store:
            yield store
        return
    with public_login(attacked_url) as url, opened(url, Access.OWNER) as store:
        yield store


def fill(owner, world, secret):
    """Put a table into the store in which the secret number, 1 to 4, stands in every way it may stand."""
    hromadas = [world.code(oblast, 1, number) for oblast in (10, 20) for number in (1, 2, 3, 4)]
    figures = []
    for hromada in hromadas:
        figures += [
            PeopleFigure(hromada, OLDER, 40),
            PeopleFigure(hromada, VETERANS, secret),
            # The groups add up to it.
            PeopleFigure(hromada, EVERYONE_THERE, 40 + secret),
            # So many get the service that the others are few, or few get it.
            PeopleFigure(hromada, HOME_CARE, 60, 60 - secret if hromada in hromadas[:4] else secret),
        ]
    owner.people.replace(TABLE, figures)
    with owner._writing() as connection:
        connection.execute(text("ANALYZE"))


def readable(store):
    """Return what every relation tells that can be read and that is not the server's own business."""
    if store.kind == "sqlite":
        listed = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    else:
        listed = (
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f')"
            " AND n.nspname IN ('public', 'office', 'private')"
            " OR c.relname IN ('pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs', 'pg_statistic')"
        )
    with store._reading() as connection:
        relations = list(connection.scalars(text(listed)))
    found = {}
    more = ["sqlite_stat1", "sqlite_stat4"] if store.kind == "sqlite" else []
    whole = "*" if store.kind == "sqlite" else "whole::text"
    for relation in (*relations, *more):
        # The planner's samples of the server's catalogue change with every login.
        ours = " WHERE schemaname IN ('public', 'office', 'private')" if "pg_stats" in relation else ""
        with suppress(DBAPIError), store._database.reader.connect() as connection:
            rows = connection.execute(text(f"SELECT {whole} FROM {relation} AS whole{ours}"))
            found[relation.rpartition(".")[2]] = sorted(map(str, rows))
    return found


def answers(store):
    return store.people.tables(), [dict(store.people.figures(TABLE.id, subject)) for subject in SUBJECTS]


def test_whatever_the_small_number_is_the_public_reads_the_same(public, owner, world):
    told = []
    for secret in (1, 2, 3, 4):
        fill(owner, world, secret)
        told.append((readable(public), answers(public)))
    relations, answered = told[0]
    assert "people_figure" in relations
    assert ("sqlite_stat1" if public.kind == "sqlite" else "pg_stats") in relations
    assert {"exact_people_figure", "exact_people_table"}.isdisjoint(relations)
    assert "persons_hidden=True" in repr(answered)
    for other, other_answered in told[1:]:
        assert {name for name in relations if other[name] != relations[name]} == set()
        assert other_answered == answered


def test_the_search_finds_what_a_reader_may_read(public, owner, attacked_url, world):  # noqa: ARG001 - filled first
    told = []
    with opened(attacked_url, Access.READER) as reader:
        for secret in (1, 2):
            fill(owner, world, secret)
            told.append((readable(reader), answers(reader)))
    (one, one_answered), (other, other_answered) = told
    assert {name for name in one if one[name] != other[name]} >= {"exact_people_figure", "exact_people_table"}
    assert one_answered != other_answered


PROBES = (
    "SELECT * FROM {t}",
    "SELECT count(*) FROM {t}",
    "SELECT count(*) FROM {t} WHERE persons > 2",
    "SELECT name FROM hromada WHERE katottg IN (SELECT hromada FROM {t} WHERE persons = 3)",
    "SELECT hromada FROM people_figure ORDER BY (SELECT max(persons) FROM {t})",
    "SELECT p.hromada FROM people_figure AS p JOIN {t} AS e ON e.hromada = p.hromada",
    "WITH people_figure AS (SELECT * FROM {t}) SELECT * FROM people_figure",
    "EXPLAIN SELECT * FROM {t} WHERE persons = 3",
    "UPDATE {t} SET persons = persons",
    "DELETE FROM {t}",
    "INSERT INTO {t} SELECT * FROM {t}",
    "UPDATE people_figure SET persons = 5 WHERE persons IS NULL",
    "DELETE FROM people_table",
    "CREATE VIEW mine AS SELECT * FROM {t}",
    "CREATE INDEX mine ON {t} (persons)",
)


def test_the_public_neither_asks_nor_changes_exact_figures(public):
    office = "" if public.kind == "sqlite" else "office."
    for probe in PROBES:
        with pytest.raises(DBAPIError) as refusal, public._database.reader.connect() as connection:  # noqa: PT012
            if public.kind == "postgis":
                connection.execute(text("SET TRANSACTION READ WRITE"))
            connection.exec_driver_sql(probe.format(t=f"{office}exact_people_figure")).all()
            pytest.fail(f"{probe} was done")
        assert re.search(REFUSED, str(refusal.value.orig)), (probe, str(refusal.value.orig))
        public.dispose()


@pytest.mark.parametrize(
    "numbers",
    [
        {"persons": 3},
        {"recipients": 4},
        {"persons": -1},
        {"persons": 30, "recipients": 28},
        {"persons": 30, "persons_hidden": True},
        {"recipients": 30, "recipients_hidden": True},
    ],
)
def test_the_database_itself_publishes_no_small_number(owner, public, numbers):  # noqa: ARG001 - filled first
    nothing = {"persons": None, "recipients": None, "persons_hidden": False, "recipients_hidden": False}
    with pytest.raises(UsageError, match="refuses these records"), owner._writing() as connection:
        connection.execute(PeopleFigureRow.__table__.update().values(nothing | numbers))


@pytest.mark.postgis
def test_the_planner_keeps_no_samples_of_exact_figures(way, owner, public):  # noqa: ARG001 - filled first
    if way == "sqlite":
        return
    with owner._writing() as connection:
        connection.execute(text("ANALYZE"))
        for row in (ExactPeopleFigureRow, ExactPeopleTableRow):
            sampled = connection.scalars(
                text("SELECT attname FROM pg_stats WHERE tablename = :table"), {"table": row.__tablename__}
            )
            assert sampled.all() == []
