"""The registry as it is known on a day, in memory: read once, then kept in step with the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from threading import Lock
from typing import Final

from mapapp.analysis.layout import Layout
from mapapp.analysis.supply import Supply, supply_of
from mapapp.domain.clock import KYIV, today_in_kyiv
from mapapp.domain.errors import UsageError
from mapapp.domain.katottg import Katottg
from mapapp.domain.services import Service
from mapapp.storage.store import Store

_PAST_STATES_HELD: Final = 3


@dataclass(frozen=True, eq=False)
class KnownRegistry:
    """A state of the registry: what a change left, all its offerings, and the oblasts it describes fully.

    `purges` is how often records had been purged from the history by the time it was read.
    """

    change: int
    purges: int
    supply: Supply
    scope: frozenset[Katottg]


class RegistryInMemory:
    """States of one store's registry; safe to share between threads.

    The present one follows the store: what changed since is read, by the number of the change, and no more.
    """

    def __init__(self, store: Store, layout: Layout, services: Mapping[str, Service]) -> None:
        self._store = store
        self._layout = layout
        self._services = services
        self._present: KnownRegistry | None = None
        self._following = Lock()
        self._reading_past = Lock()
        self._past = lru_cache(maxsize=_PAST_STATES_HELD)(self._read_past)

    def first_day(self) -> date:
        """Return the first day something is known of; today for a registry without history."""
        first = self._store.registry.first_change()
        return today_in_kyiv() if first is None else first.at.astimezone(KYIV).date()

    def known_on(self, day: date) -> KnownRegistry:
        """Return the registry as it was known at the end of a day in Kyiv, as it is now for a day not over.

        Raises
        ------
        UsageError
            The registry's history begins later.

        """
        if day >= today_in_kyiv():
            return self._now()
        end_of_day = datetime.combine(day + timedelta(days=1), time(), KYIV) - timedelta(microseconds=1)
        change = self._store.registry.change_as_of(end_of_day)
        if change is None:
            raise UsageError(
                "The history of the registry begins on {first}: nothing is known of {day}",
                first=self.first_day(),
                day=day,
            )
        now = self._now()
        if change.number == now.change:
            return now
        # One at a time: each reads a whole registry, and anybody may ask for any day.
        with self._reading_past:
            # A place that became confidential since is sealed in the history too: older readings tell it.
            return self._past(change.number, now.change, now.purges)

    def _now(self) -> KnownRegistry:
        with self._following:
            registry = self._store.registry
            change, purges = registry.change_as_of(None), registry.purges()
            latest = 0 if change is None else change.number
            # A purge leaves no change to follow.
            if self._present is None or self._present.purges != purges:
                self._present = self._read(latest, purges)
            elif self._present.change != latest:
                self._present = self._follow(self._present, latest)
            return self._present

    def _read(self, change: int, purges: int) -> KnownRegistry:
        points = self._store.registry.each_point_as_of(change)
        supply = supply_of(points, self._layout, self._services)
        return KnownRegistry(change, purges, supply, self._store.registry.scope_as_of(change))

    def _read_past(self, change: int, _latest: int, purges: int) -> KnownRegistry:
        return self._read(change, purges)

    def _follow(self, before: KnownRegistry, change: int) -> KnownRegistry:
        changed = self._store.registry.changed_points(before.change, change)
        scope = self._store.registry.scope_as_of(change)
        return KnownRegistry(change, before.purges, before.supply.changed(changed), scope)
