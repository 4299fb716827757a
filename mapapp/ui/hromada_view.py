"""One hromada explained: who serves it, what is missing and why, how its neighbours fare."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.katottg import Katottg
from mapapp.presentation.access_table import settlement_table, threshold_text
from mapapp.presentation.hromada_explained import (
    explained_head,
    explained_people,
    explained_searches,
    explained_services,
)
from mapapp.ui import answers
from mapapp.ui.choice import FIND_LINK, CoverageView
from mapapp.ui.filters import access_query, choose_service
from mapapp.ui.table_view import offer_downloads, show_table
from mapapp.ui.visit import Visit


def show_hromada(visit: Visit) -> None:
    """Show everything known of the hromada chosen, or how to choose one."""
    t, hromada = visit.t, visit.choice.hromada
    if hromada is None:
        st.info(t("Choose a hromada above, on the map, or in a table: its explanation opens here."))
        return
    with visit.waiting():
        explained = answers.explain(visit.atlas, hromada, visit.day)
    telling = visit.telling
    st.html(explained_head(telling, explained))
    st.html(explained_services(telling, explained))
    _show_settlements(visit, hromada)
    st.subheader(t("People of the hromada"), anchor=False)
    st.html(explained_people(telling, explained))
    st.subheader(t("Searches that found nobody"), anchor=False)
    searches = explained_searches(telling, explained.searches)
    for said in searches:
        st.text(f"• {said}")
    if not searches:
        st.caption(t("No such searches are known for this hromada in the last four quarters."))
    centre = visit.atlas.gazetteer.hromadas[hromada].centre
    st.page_link(
        visit.pages["find"],
        label=t("Find the nearest provider for someone from here"),
        query_params=visit.link(FIND_LINK, at=centre, place=None),
    )


def _show_settlements(visit: Visit, hromada: Katottg) -> None:
    """Show how far its settlements have it to one service."""
    t = visit.t
    st.subheader(t("How far it is from its settlements"), anchor=False)
    choose_service(visit)
    query = access_query(visit)
    with visit.waiting():
        table = settlement_table(visit.telling, query, answers.settlements(visit.atlas, query, hromada))
    name = f"settlements-{query.service}-{query.day.isoformat()}"
    show_table(table, title=t("How far it is from its settlements"), key="settlements")
    st.caption(t("Within reach: {threshold}.", threshold=threshold_text(t, query.threshold)))
    offer_downloads(visit, table, title=t("How far it is from its settlements"), name=name)


def open_hromada(visit: Visit, hromada: Katottg) -> None:
    """Make the explanation of the hromada what the page shows next."""
    visit.change(hromada=hromada, view=CoverageView.HROMADA)
