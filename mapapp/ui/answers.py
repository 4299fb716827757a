"""What the atlas answered lately: shared by all visitors for a minute, since most ask the same.

Answers are frozen values, so they are shared as they are and never copied.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import ParamSpec, TypeVar

import streamlit as st

from mapapp.domain.accessibility import AccessAnswer, AccessQuery, SettlementAccess
from mapapp.domain.annex import Annex, AnnexQuery
from mapapp.domain.coverage import PresenceMatrix, PresenceQuery
from mapapp.domain.evidence import UnmetDemand
from mapapp.domain.explanation import HromadaExplained
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import PeopleTable
from mapapp.domain.placement import ClosureLoss, PlacementPlan, PlacementQuery
from mapapp.domain.planner import Compared
from mapapp.domain.questions import (
    Atlas,
    CoverageAnswer,
    CoverageQuery,
    Health,
    NearestAnswer,
    NearestQuery,
    WhereToApply,
)
from mapapp.domain.referral import ReferralAnswer, ReferralQuestion
from mapapp.domain.scenario import Scenario
from mapapp.domain.travel import Route, TravelMode

_LIFETIME_S = 60
_MOST_KEPT = 512

# A query is a frozen value whose repr says all of it.
_QUERIES = (
    CoverageQuery,
    NearestQuery,
    ReferralQuestion,
    LonLat,
    PresenceQuery,
    AccessQuery,
    PlacementQuery,
    AnnexQuery,
    Scenario,
)

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


def _kept_a_while(ask: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    return st.cache_resource(
        ttl=_LIFETIME_S,
        max_entries=_MOST_KEPT,
        show_spinner=False,
        hash_funcs=dict.fromkeys(_QUERIES, repr),
    )(ask)


@_kept_a_while
def coverage(_atlas: Atlas, query: CoverageQuery) -> CoverageAnswer:
    """Return where a service reaches."""
    return _atlas.coverage(query)


@_kept_a_while
def nearest(_atlas: Atlas, query: NearestQuery) -> NearestAnswer:
    """Return the nearest providers."""
    return _atlas.nearest(query)


@_kept_a_while
def health(_atlas: Atlas) -> Health:
    """Return counts and flags."""
    return _atlas.health()


@_kept_a_while
def refer(_atlas: Atlas, question: ReferralQuestion) -> ReferralAnswer:
    """Return who will take the client."""
    return _atlas.refer(question)


@_kept_a_while
def route(_atlas: Atlas, origin: LonLat, to: LonLat, mode: TravelMode) -> Route | None:
    """Return the way by road."""
    return _atlas.route(origin, to, mode)


@_kept_a_while
def where_to_apply(_atlas: Atlas, hromada: Katottg) -> WhereToApply:
    """Return where people of the hromada apply."""
    return _atlas.where_to_apply(hromada)


@_kept_a_while
def unmet_demand(_atlas: Atlas, first: date, last: date, service: str) -> Sequence[UnmetDemand]:
    """Return how many searches for a service found nobody."""
    return _atlas.unmet_demand(first, last, service)


@_kept_a_while
def people_tables(_atlas: Atlas) -> Sequence[PeopleTable]:
    """Return every table of people."""
    return _atlas.planner.people_tables()


@_kept_a_while
def presence(_atlas: Atlas, query: PresenceQuery) -> PresenceMatrix:
    """Return which services reach which hromada."""
    return _atlas.planner.presence(query)


@_kept_a_while
def access(_atlas: Atlas, query: AccessQuery) -> AccessAnswer:
    """Return how well a service is within reach."""
    return _atlas.planner.access(query)


@_kept_a_while
def explain(_atlas: Atlas, hromada: Katottg, day: date) -> HromadaExplained:
    """Return who serves a hromada, what is missing and why."""
    return _atlas.planner.explain(hromada, day)


@_kept_a_while
def settlements(_atlas: Atlas, query: AccessQuery, hromada: Katottg) -> Sequence[SettlementAccess]:
    """Return how far it is from each settlement of a hromada."""
    return _atlas.planner.settlements(query, hromada)


@_kept_a_while
def place(_atlas: Atlas, query: PlacementQuery) -> PlacementPlan:
    """Return where to open new points."""
    return _atlas.planner.place(query)


@_kept_a_while
def closures(_atlas: Atlas, query: AccessQuery) -> Sequence[ClosureLoss]:
    """Return what each point's closing alone would do."""
    return _atlas.planner.closures(query)


@_kept_a_while
def compare(_atlas: Atlas, query: AccessQuery, scenarios: tuple[Scenario, ...]) -> Compared:
    """Return the question's answers as things are and under each scenario."""
    return _atlas.planner.compare(query, scenarios)


@_kept_a_while
def annex(_atlas: Atlas, query: AnnexQuery) -> Annex:
    """Return all that the annex for an area tells."""
    return _atlas.planner.annex(query)
