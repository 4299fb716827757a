"""The map: does the chosen service reach each hromada, who provides it, and what of the one selected."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.coverage import CoverageState
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import CoverageAnswer, CoverageQuery, NearestAnswer, NearestQuery
from mapapp.presentation.coverage_report import coverage_summary
from mapapp.presentation.hromada_panel import hromada_panel
from mapapp.presentation.map_scene import points_url
from mapapp.presentation.map_view import MapView
from mapapp.ui import answers
from mapapp.ui.choice import FIND_LINK, MAP_LINK
from mapapp.ui.filters import choose_hromada, choose_oblast, choose_raion, choose_service
from mapapp.ui.map_component import show_map, take_click
from mapapp.ui.visit import Visit

_MAP = "map"
_MOST_SERVERS = 50
"""How many providers of one hromada the panel lists."""


def map_page(visit: Visit) -> None:
    """Show filters, the answer in a sentence, the map, and the selected hromada beside it."""
    _show_filters(visit)
    query = CoverageQuery(visit.choice.service, visit.today, visit.choice.area)
    coverage = answers.coverage(visit.atlas, query)
    st.markdown(coverage_summary(visit.t, visit.atlas.gazetteer, coverage, query.area))
    _show_map_and_hromada(visit, coverage)


def _show_filters(visit: Visit) -> None:
    with st.container(key="filters"):
        service, oblast, raion, points = st.columns([4, 3, 3, 2], vertical_alignment="bottom")
    with service:
        choose_service(visit)
    with oblast:
        choose_oblast(visit)
    with raion:
        choose_raion(visit)
    points.toggle(visit.t("Providers"), key="points", on_change=visit.shown("points"))


@st.fragment
def _show_map_and_hromada(visit: Visit, coverage: CoverageAnswer) -> None:
    """Show what a click changes; the filters above stay as they are."""
    click = take_click(_MAP)
    if click is not None and click.hromada in coverage.hromadas:
        visit.change(hromada=click.hromada)
    map_place, panel = st.columns([2, 1])
    with map_place:
        show_map(_view(visit, coverage), scene=visit.scene, t=visit.t, key=_MAP)
    with panel:
        choose_hromada(visit, coverage.hromadas)
        _show_hromada(visit, coverage)
    visit.write_link(MAP_LINK)


def _view(visit: Visit, coverage: CoverageAnswer) -> MapView:
    choice = visit.choice
    points = points_url(day=coverage.day, service=choice.service, area=choice.area) if choice.points else None
    return MapView(
        bounds=visit.atlas.bounds_of(choice.area),
        coverage=coverage,
        points_url=points,
        selected_hromada=choice.hromada,
    )


def _show_hromada(visit: Visit, coverage: CoverageAnswer) -> None:
    t, hromada = visit.t, visit.choice.hromada
    found = None if hromada is None else coverage.hromadas.get(hromada)
    if found is None or hromada is None:
        st.caption(t("Choose a hromada to see who serves it."))
        return
    is_known = found.state not in {CoverageState.OCCUPIED, CoverageState.NO_DATA}
    providers = _serving(visit, hromada) if is_known else None
    st.html(hromada_panel(t, visit.atlas.gazetteer, found, providers))
    centre = visit.atlas.gazetteer.hromadas[hromada].centre
    st.page_link(
        visit.pages["find"],
        label=t("Find the nearest provider for someone from here"),
        query_params=visit.link(FIND_LINK, at=centre, place=None),
    )


def _serving(visit: Visit, hromada: Katottg) -> NearestAnswer:
    centre = visit.atlas.gazetteer.hromadas[hromada].centre
    query = NearestQuery(
        service=visit.choice.service, origin=centre, day=visit.today, serving=hromada, limit=_MOST_SERVERS
    )
    return answers.nearest(visit.atlas, query)
