"""Access: how many people have a service within reach, how far it is, and how evenly it is spread."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.accessibility import AccessAnswer
from mapapp.domain.katottg import Katottg
from mapapp.presentation.access_table import (
    access_sentence,
    access_table,
    access_tiles,
    equity_facts,
    roll_up_access_table,
)
from mapapp.presentation.coverage_charts import covered_bars, lorenz, people_by_distance
from mapapp.presentation.labels import service_name
from mapapp.presentation.map_view import MapView
from mapapp.presentation.shading import share_shading
from mapapp.ui import answers
from mapapp.ui.filters import access_query
from mapapp.ui.hromada_view import open_hromada
from mapapp.ui.map_component import show_map
from mapapp.ui.table_view import offer_downloads, pick_hromada, show_table
from mapapp.ui.visit import Visit

_MAP = "access_map"


def show_access(visit: Visit) -> None:
    """Show the answer in a sentence and tiles, then as a map, a table, a curve."""
    t, query = visit.t, access_query(visit)
    with visit.waiting():
        answer = answers.access(visit.atlas, query)
    telling = visit.telling
    st.markdown(access_sentence(telling, answer))
    st.html(access_tiles(telling, answer))
    if not answer.offerings:
        st.info(t("No open provider of this service is known here. Choose another service, area or day."))
    by_hromada, drawn, by_area, spread = st.tabs(
        [t("By hromada"), t("Map"), t("By raion and oblast"), t("How far and how evenly")]
    )
    title = access_sentence(telling, answer)
    name = f"access-{query.service}-{query.day.isoformat()}"
    with by_hromada:
        table = access_table(telling, answer)
        codes = [Katottg(str(code)) for code in table.columns[-1].cells]
        opens = pick_hromada(codes, lambda code: open_hromada(visit, code))
        show_table(table, title=title, key="access", pick=opens)
        offer_downloads(visit, table, title=title, name=name)
    with drawn:
        st.caption(t("The share of people who have the service within reach."))
        _show_map(visit, answer)
    with by_area:
        areas = answer.raions if query.area else answer.oblasts
        if areas:
            st.altair_chart(covered_bars(t, visit.atlas.gazetteer, areas), theme=None)
        table = roll_up_access_table(telling, answer, [*answer.oblasts, *answer.raions])
        show_table(table, title=title, key="access_areas")
        offer_downloads(visit, table, title=title, name=f"{name}-areas")
    with spread:
        _show_spread(visit, answer)


def _show_spread(visit: Visit, answer: AccessAnswer) -> None:
    t = visit.t
    labelled = [(service_name(t, visit.atlas.services[answer.query.service]), answer)]
    st.html(equity_facts(visit.telling, answer))
    far, even = st.columns(2)
    with far:
        if answer.curve:
            st.altair_chart(people_by_distance(t, labelled), theme=None)
        else:
            st.info(t("It is not known for anybody how far the service is."))
    with even:
        if answer.equity.lorenz:
            st.altair_chart(lorenz(t, labelled), theme=None)
        else:
            st.info(
                t("No provider within reach says how many places it has, so nothing can be said of evenness.")
            )


@st.fragment
def _show_map(visit: Visit, answer: AccessAnswer) -> None:
    view = MapView(
        bounds=visit.atlas.bounds_of(answer.query.area), shading=share_shading(visit.t, answer.hromadas)
    )
    click = show_map(view, scene=visit.scene, t=visit.t, key=_MAP)
    if click and click.hromada and click.hromada in answer.hromadas:
        open_hromada(visit, click.hromada)
        st.rerun()
