"""What was looked for and not found: how a search is kept, counted, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, case, delete, func, insert, select, text
from sqlalchemy.sql.elements import ColumnElement

from mapapp.domain.access import Access
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import UsageError
from mapapp.domain.evidence import (
    KEPT_DAYS,
    LEAST_KEPT_DAYS,
    SAYS_NOTHING,
    SearchOutcome,
    SearchRecord,
    UnmetDemand,
    end_of_whole_quarters,
    first_of_quarter,
)
from mapapp.domain.katottg import Katottg
from mapapp.storage.engine import Database
from mapapp.storage.evidence_schema import KEPT_DAYS_KEY, SearchRecordRow, UnmetDemandRow
from mapapp.storage.geography_schema import StoreInfoRow

_MOST_KEPT_DAYS = 36_500

_CountStatement = Select[Any, str, int, Any]
"""Hromada, service, searches, unmet."""


class EvidenceStore:
    """The searches of one store and what is told of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, search: SearchRecord) -> None:
        """Keep the record of a search that is being made, at any level of access.

        Raises
        ------
        UsageError
            Its day is not today, or its hromada or service is not in the store.
        StoreUnavailableError
            It cannot be kept now: the store is a replica that only reads, its disk is full, or another
            program has held its lock for a second. The search itself lacks nothing.

        """
        values = {
            "day": search.day,
            "hromada": search.hromada,
            "service": search.service,
            "target_groups": int(search.groups),
            "outcome": search.outcome,
        }
        # `inline`: whoever adds may read nothing back, the id least of all.
        with self._database.recording() as connection:
            connection.execute(insert(SearchRecordRow).inline(), values)

    def unmet_demand(self, first: date, last: date, service: str | None = None) -> list[UnmetDemand]:
        """Return the counts by hromada and service of the days, both ends included, by code.

        Readers get every search of these days. The public gets `published_demand`.
        """
        if self._database.access < Access.READER:
            return self.published_demand(first, last, service)
        return self._found(_counted(first, last, service))

    def published_demand(self, first: date, last: date, service: str | None = None) -> list[UnmetDemand]:
        """Return what anyone may know: the sums of the whole quarters within the days that are over.

        A quarter with fewer than `SMALLEST_SHOWN` searches from a hromada for a service adds nothing.
        `unmet` is None where it is withheld for one of the quarters added.
        """
        return self._found(_published(first, last, service))

    def outcomes(
        self, hromada: Katottg, service: str, first: date, last: date
    ) -> Mapping[SearchOutcome, int]:
        """Return how the searches of the days ended; for readers.

        Raises
        ------
        UsageError
            The store was opened for the public.

        """
        self._database.require(Access.READER)
        search = SearchRecordRow
        counts = (
            select(search.outcome, func.count())
            .where(search.hromada == hromada, search.service == service, search.day.between(first, last))
            .group_by(search.outcome)
        )
        with self._database.reading() as connection:
            found = {outcome: int(count) for outcome, count in connection.execute(counts)}
        return MappingProxyType({outcome: found[outcome] for outcome in SearchOutcome if outcome in found})

    @property
    def kept_days(self) -> int:
        """For how many days searches are kept."""
        with self._database.reading() as connection:
            said = connection.scalar(select(StoreInfoRow.value).where(StoreInfoRow.key == KEPT_DAYS_KEY))
        return KEPT_DAYS if said is None else int(said)

    def keep(self, days: int) -> None:
        """Keep searches for this many days from now on, and forget at once what is older; the owner's.

        Raises
        ------
        UsageError
            The days are too few for a quarter to be counted before it is forgotten, or too many; or the
            store was not opened as its owner.

        """
        if not LEAST_KEPT_DAYS <= days <= _MOST_KEPT_DAYS:
            raise UsageError(
                "Searches are kept {least} to {most} days, not {days}, so that a quarter is counted first",
                least=LEAST_KEPT_DAYS,
                most=_MOST_KEPT_DAYS,
                days=days,
            )
        search = SearchRecordRow
        with self._database.writing(Access.OWNER) as connection:
            connection.execute(delete(StoreInfoRow).where(StoreInfoRow.key == KEPT_DAYS_KEY))
            connection.execute(insert(StoreInfoRow), {"key": KEPT_DAYS_KEY, "value": str(days)})
            oldest = today_in_kyiv() - timedelta(days=days)
            connection.execute(delete(search).where(search.day < oldest))

    def purge(self, before: date) -> int:
        """Remove every search made before the day and return how many there were; the owner's.

        Published counts of quarters that ended before the day go too.

        Raises
        ------
        UsageError
            The store was not opened as its owner.

        """
        search, published = SearchRecordRow, UnmetDemandRow
        with self._database.writing(Access.OWNER) as connection:
            if connection.dialect.name == "sqlite":
                connection.execute(text("PRAGMA secure_delete = ON"))  # else the file keeps what was deleted
            connection.execute(delete(published).where(published.quarter < first_of_quarter(before)))
            return connection.execute(delete(search).where(search.day < before)).rowcount

    def _found(self, statement: _CountStatement) -> list[UnmetDemand]:
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [
            UnmetDemand(Katottg(hromada), service, searches, unmet)
            for hromada, service, searches, unmet in rows
        ]


def _counted(first: date, last: date, service: str | None) -> _CountStatement:
    search = SearchRecordRow
    unmet: ColumnElement[int] = func.sum(case((search.outcome == SearchOutcome.FOUND, 0), else_=1))
    statement = (
        select(search.hromada, search.service, func.count(), unmet)
        .where(
            search.hromada.is_not(None),
            search.outcome.not_in(SAYS_NOTHING),
            search.day.between(first, last),
        )
        .group_by(search.hromada, search.service)
        .order_by(search.hromada, search.service)
    )
    return statement if service is None else statement.where(search.service == service)


def _published(first: date, last: date, service: str | None) -> _CountStatement:
    row = UnmetDemandRow
    all_known = func.count(row.unmet) == func.count()
    statement = (
        select(row.hromada, row.service, func.sum(row.searches), case((all_known, func.sum(row.unmet))))
        .where(row.quarter >= first, row.quarter < end_of_whole_quarters(last))
        .group_by(row.hromada, row.service)
        .order_by(row.hromada, row.service)
    )
    return statement if service is None else statement.where(row.service == service)
