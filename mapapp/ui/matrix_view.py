"""The matrix: which basic services reach which hromada, how areas fare, who is without a service."""

from __future__ import annotations

import streamlit as st

from mapapp.domain.coverage import PresenceMatrix, PresenceQuery
from mapapp.domain.katottg import NATION, Katottg
from mapapp.presentation.coverage_charts import presence_heatmap
from mapapp.presentation.labels import area_name, service_name
from mapapp.presentation.presence_table import (
    matrix_table,
    roll_up_table,
    target_sentence,
    without_table,
)
from mapapp.ui import answers
from mapapp.ui.hromada_view import open_hromada
from mapapp.ui.table_view import offer_downloads, pick_hromada, show_table
from mapapp.ui.visit import Visit

_TARGET = "resilience"
"""The service the state wants in every hromada, unless another is chosen."""


def show_matrix(visit: Visit) -> None:
    """Show the matrix of the area, or of oblasts for the country, then the target."""
    t, area = visit.t, visit.choice.area
    with visit.waiting():
        matrix = answers.presence(visit.atlas, PresenceQuery(visit.day, area))
    where = area_name(t, visit.atlas.gazetteer, NATION if area is None else area)
    title = t("Basic services, {area}, {day}", area=where, day=visit.day)
    name = f"matrix-{area or 'ukraine'}-{visit.day.isoformat()}"
    picture, rows, rolled = st.tabs([t("Picture"), t("Table"), t("By raion") if area else t("By oblast")])
    with picture:
        _show_picture(visit, matrix)
    with rows:
        table = matrix_table(visit.telling, matrix)
        st.caption(t("Choose a row to see who serves the hromada, and why a service is missing."))
        codes = [Katottg(str(code)) for code in table.columns[-1].cells]
        show_table(
            table,
            title=title,
            key="matrix",
            pick=pick_hromada(codes, lambda code: open_hromada(visit, code)),
        )
        offer_downloads(visit, table, title=title, name=name)
    with rolled:
        areas = matrix.raions if area else matrix.oblasts
        table = roll_up_table(visit.telling, matrix, areas)
        st.caption(t("The share of hromadas with data that each service reaches."))
        show_table(table, title=title, key="matrix_areas")
        offer_downloads(visit, table, title=title, name=f"{name}-areas")
    _show_target(visit)


def _show_picture(visit: Visit, matrix: PresenceMatrix) -> None:
    t, gazetteer, services = visit.t, visit.atlas.gazetteer, visit.atlas.services
    # Wider than a phone: there it is moved under the finger, and stays large enough to read.
    # Its cells have a size of their own: fitted into a width its counts and names would not meet them.
    picture = presence_heatmap(t, gazetteer, services, matrix).properties(autosize="pad")
    with st.container(key="wide_matrix"):
        st.altair_chart(picture, theme=None, width="content")


def _show_target(visit: Visit) -> None:
    """Show how far a service is in every hromada, and the list of those without it."""
    t = visit.t
    st.subheader(t("Target: in every hromada"), anchor=False)
    _choose_target(visit)
    target = target_of(visit)
    with visit.waiting():
        matrix = answers.presence(visit.atlas, PresenceQuery(visit.day, visit.choice.area, (target,)))
    st.markdown(target_sentence(visit.telling, matrix))
    table = without_table(visit.telling, matrix)
    if not len(table):
        st.success(t("No hromada with data is without it."))
        return
    title = t("Hromadas without «{service}»", service=service_name(t, visit.atlas.services[target]))
    st.caption(title)
    codes = [Katottg(str(code)) for code in table.columns[-1].cells]
    show_table(
        table,
        title=title,
        key="without",
        pick=pick_hromada(codes, lambda code: open_hromada(visit, code)),
    )
    offer_downloads(visit, table, title=title, name=f"without-{target}-{visit.day.isoformat()}")


def target_of(visit: Visit) -> str:
    """Return the service wanted in every hromada: the one chosen, else resilience where it is known."""
    if visit.choice.target is not None:
        return visit.choice.target
    return _TARGET if _TARGET in visit.atlas.services else visit.choice.service


def _choose_target(visit: Visit) -> None:
    t, services = visit.t, visit.atlas.services
    names = {slug: service_name(t, service) for slug, service in services.items()}
    st.session_state["target"] = target_of(visit)
    st.selectbox(
        t("Service wanted in every hromada"),
        sorted(names, key=lambda slug: t.sort_key(names[slug])),
        format_func=names.__getitem__,
        key="target",
        on_change=lambda: visit.change(target=st.session_state["target"]),
        filter_mode="contains",
    )
