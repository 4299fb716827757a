"""One hromada explained: who serves it, what is missing and why, how its neighbours fare."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.katottg import Katottg
from mapapp.presentation.hromada_explained import (
    explained_head,
    explained_people,
    explained_searches,
    explained_services,
)
from mapapp.ui import answers
from mapapp.ui.choice import FIND_LINK, CoverageView
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


def open_hromada(visit: Visit, hromada: Katottg) -> None:
    """Make the explanation of the hromada what the page shows next."""
    visit.change(hromada=hromada, view=CoverageView.HROMADA)
