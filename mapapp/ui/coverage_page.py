"""Coverage: where services are missing and for how many people, in four views of one question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from mapapp.domain.errors import UsageError, msgid
from mapapp.ui.access_view import show_access
from mapapp.ui.choice import COVERAGE_LINK, CoverageView
from mapapp.ui.coverage_list import show_map_and_list
from mapapp.ui.filters import (
    choose_day,
    choose_hromada,
    choose_oblast,
    choose_people,
    choose_raion,
    choose_reach,
    choose_service,
    choose_view,
    tell_unanswered_day,
)
from mapapp.ui.hromada_view import show_hromada
from mapapp.ui.matrix_view import show_matrix
from mapapp.ui.refusal import show_refusal
from mapapp.ui.report_download import offer_report
from mapapp.ui.visit import Visit

_NAMES: Final[Mapping[CoverageView, str]] = {
    CoverageView.MAP: msgid("Map and list"),
    CoverageView.MATRIX: msgid("Matrix"),
    CoverageView.ACCESS: msgid("Access"),
    CoverageView.HROMADA: msgid("Hromada"),
}
_VIEWS: Final[Mapping[CoverageView, Callable[[Visit], None]]] = {
    CoverageView.MAP: show_map_and_list,
    CoverageView.MATRIX: show_matrix,
    CoverageView.ACCESS: show_access,
    CoverageView.HROMADA: show_hromada,
}


def coverage_page(visit: Visit) -> None:
    """Show the switch of views, the filters of the one chosen, the report, and the answer."""
    with st.container(horizontal=True, vertical_alignment="center", key="views"):
        choose_view(visit, visit.t("View"), "view", {view: visit.t(name) for view, name in _NAMES.items()})
        offer_report(visit)
    try:
        _show_filters(visit, visit.choice.view)
        _VIEWS[visit.choice.view](visit)
    except UsageError as error:
        show_refusal(visit, error)
    visit.write_link(COVERAGE_LINK)


def _show_filters(visit: Visit, view: CoverageView) -> None:
    first: Callable[[Visit], None] = _choose_any_hromada if view is CoverageView.HROMADA else choose_service
    chosen: list[Callable[[Visit], None]] = [choose_oblast, choose_raion, choose_day]
    if view is not CoverageView.MATRIX:
        chosen = [first, *chosen]
    with st.container(key="filters"):
        places = st.columns([4, 3, 3, 2] if len(chosen) > len("123") else [3, 3, 2])
    for place, choose in zip(places, chosen, strict=True):
        with place:
            choose(visit)
    tell_unanswered_day(visit)
    if view is CoverageView.ACCESS:
        people, reach = st.columns([4, 4])
        with people:
            choose_people(visit)
        with reach:
            choose_reach(visit)


def _choose_any_hromada(visit: Visit) -> None:
    area, gazetteer = visit.choice.area, visit.atlas.gazetteer
    inside = [code for code in gazetteer.hromadas if area in {None, *gazetteer.parents_of(code)}]
    choose_hromada(visit, inside, visit.t("Choose a hromada"))
