"""The annex of a programme: every answer it needs, gathered from the planner and the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mapapp.domain.accessibility import AccessQuery
from mapapp.domain.annex import Annex, AnnexQuery
from mapapp.domain.coverage import PresenceQuery
from mapapp.domain.evidence import UnmetDemand, last_four_quarters
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg
from mapapp.domain.planner import Planner
from mapapp.storage.store import Store


def make_annex(planner: Planner, store: Store, gazetteer: Gazetteer, query: AnnexQuery, change: int) -> Annex:
    """Return all that the annex tells; `change` is the one of the registry that the planner answers from.

    A hromada is told among those of its raion; Kyiv and Sevastopol, which have none, by themselves.
    """
    hromada = gazetteer.hromadas.get(query.area)
    around = query.area if hromada is None else hromada.raion or hromada.oblast
    basic = planner.presence(PresenceQuery(query.day, around))
    asked = AccessQuery(query.target, query.day, query.threshold, query.people, around)
    services = dict.fromkeys((query.target, *query.services))
    shapes = store.shapes()
    boundaries = store.boundary_set()
    return Annex(
        query=query,
        basic=basic,
        target=planner.presence(PresenceQuery(query.day, around, (query.target,))),
        access=tuple(planner.access(replace(asked, service=service)) for service in services),
        explained=None if hromada is None else planner.explain(query.area, query.day),
        searches=searches_in(store, query.day, {row.hromada for row in basic.rows}),
        outlines={row.hromada: shapes[row.hromada] for row in basic.rows if row.hromada in shapes},
        are_outlines_approximate=boundaries.is_approximate,
        outlines_attribution=boundaries.attribution,
        sources=gazetteer.sources,
        registry_change=change,
        has_demo_records=store.counts().demo_records > 0,
    )


def searches_in(store: Store, day: date, hromadas: set[Katottg]) -> tuple[UnmetDemand, ...]:
    """Return what was looked for from these hromadas in the last four whole quarters."""
    counted = store.evidence.published_demand(*last_four_quarters(day))
    return tuple(count for count in counted if count.hromada in hromadas)
