"""What if: scenarios made, kept and opened, and up to three of them compared with how things are."""

from __future__ import annotations

from typing import Final

import streamlit as st

from mapapp.domain.planner import Compared
from mapapp.presentation.labels import service_name
from mapapp.presentation.map_view import MapView
from mapapp.presentation.scenario_text import comparison_sentences, comparison_table
from mapapp.presentation.shading import difference_shading
from mapapp.ui import answers
from mapapp.ui.filters import access_query
from mapapp.ui.map_component import show_map
from mapapp.ui.scenario_form import show_form
from mapapp.ui.scenario_shelf import scenarios_at_hand, show_shelf
from mapapp.ui.table_view import offer_downloads, show_table
from mapapp.ui.visit import Visit

_MOST_COMPARED: Final = 3
_CHOSEN: Final = "scenarios_compared"


def show_scenarios(visit: Visit) -> None:
    """Show how to make one, those at hand, and the comparison."""
    t = visit.t
    at_hand = scenarios_at_hand(visit)
    with st.expander(t("Make a scenario"), expanded=not at_hand, icon=":material/edit:"):
        show_form(visit)
    st.subheader(t("Scenarios at hand"), anchor=False)
    show_shelf(visit)
    if not at_hand:
        return
    st.subheader(t("Comparison"), anchor=False)
    st.session_state[_CHOSEN] = [id_ for id_ in st.session_state.get(_CHOSEN, []) if id_ in at_hand]
    chosen = st.multiselect(
        t("Compare up to three scenarios with how things are"),
        list(at_hand),
        format_func=lambda id_: at_hand[id_].name,
        key=_CHOSEN,
        max_selections=_MOST_COMPARED,
        placeholder=t("Choose scenarios"),
    )
    if not chosen:
        st.caption(t("Choose one scenario or more to see what they change."))
        return
    with visit.waiting():
        compared = answers.compare(visit.atlas, access_query(visit), tuple(at_hand[id_] for id_ in chosen))
    _show_comparison(visit, compared)


def _show_comparison(visit: Visit, compared: Compared) -> None:
    t, query = visit.t, compared.base.query
    for said in comparison_sentences(visit.telling, compared):
        st.text(f"• {said}")
    for number, (place, (scenario, _)) in enumerate(
        zip(st.columns(len(compared.scenarios)), compared.scenarios, strict=True)
    ):
        with place:
            st.text(scenario.name)
            _show_map(visit, compared, number)
    table = comparison_table(visit.telling, compared)
    title = t("Scenarios: {service}", service=service_name(t, visit.atlas.services[query.service]))
    if not len(table):
        st.info(t("In no hromada does the number of people who have the service within reach change."))
        return
    show_table(table, title=title, key="comparison")
    offer_downloads(visit, table, title=title, name=f"scenarios-{query.service}-{query.day.isoformat()}")


@st.fragment
def _show_map(visit: Visit, compared: Compared, number: int) -> None:
    _, answer = compared.scenarios[number]
    view = MapView(
        bounds=visit.atlas.bounds_of(compared.base.query.area),
        shading=difference_shading(visit.t, compared.base.hromadas, answer.hromadas),
    )
    show_map(view, scene=visit.scene, t=visit.t, key=f"difference_{number}", height_px=420)
