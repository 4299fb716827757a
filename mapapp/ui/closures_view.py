"""Whose closing would hurt most: every point of a service closed in thought, one at a time."""

from __future__ import annotations

import streamlit as st

from mapapp.presentation.labels import service_name
from mapapp.presentation.plan_text import closures_table
from mapapp.ui import answers
from mapapp.ui.filters import access_query
from mapapp.ui.table_view import offer_downloads, show_table
from mapapp.ui.visit import Visit


def show_closures(visit: Visit) -> None:
    """Show the points whose closing alone would leave most people without the service."""
    t, query = visit.t, access_query(visit)
    with visit.waiting():
        losses = answers.closures(visit.atlas, query)
    st.markdown(
        t("If one provider alone closed, so many people would have nobody within reach. The worst first.")
    )
    if not losses:
        st.info(t("No provider of this service is known here. Choose another service, area or day."))
        return
    table = closures_table(visit.telling, losses)
    title = t("Closures: {service}", service=service_name(t, visit.atlas.services[query.service]))
    show_table(table, title=title, key="closures")
    offer_downloads(visit, table, title=title, name=f"closures-{query.service}-{query.day.isoformat()}")
    st.caption(t("Nobody's work is judged here: a provider that many depend on is one to keep safe."))
