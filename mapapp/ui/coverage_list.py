"""Which hromadas lack a service: on the map, in a table and as a file."""

from __future__ import annotations

from typing import Final

import streamlit as st

from mapapp.domain.coverage import CoverageState
from mapapp.domain.errors import msgid
from mapapp.domain.evidence import SMALLEST_SHOWN, last_four_quarters
from mapapp.domain.questions import CoverageAnswer, CoverageQuery
from mapapp.presentation.coverage_report import (
    CoverageRow,
    coverage_csv,
    coverage_rows,
    coverage_summary,
    population_title,
    rows_as_columns,
)
from mapapp.presentation.labels import label, service_name
from mapapp.presentation.map_view import MapView
from mapapp.presentation.unmet_demand import unmet_columns
from mapapp.ui import answers
from mapapp.ui.hromada_view import open_hromada
from mapapp.ui.map_component import show_map
from mapapp.ui.visit import Visit

_ABOUT_SEARCHES: Final = msgid(
    "Anonymous searches on this site from {first} to {last}. They show demand that met nobody, not the whole "
    "need; counts below {least} are not told, and nothing says who searched or for whom."
)


def show_map_and_list(visit: Visit) -> None:
    """Show the sentence, the table with its download, and the map."""
    query = CoverageQuery(visit.choice.service, visit.day, visit.choice.area)
    with visit.waiting():
        coverage = answers.coverage(visit.atlas, query)
    st.markdown(coverage_summary(visit.t, visit.atlas.gazetteer, coverage, query.area))
    table_place, map_place = st.columns([3, 2])
    with table_place:
        _choose_states(visit, coverage)
        rows = coverage_rows(visit.t, visit.atlas.gazetteer, coverage, visit.choice.states)
        _show_table(visit, rows)
        _offer_download(visit, rows)
    with map_place:
        _show_map(visit, coverage)
    _show_unmet_demand(visit)


def _choose_states(visit: Visit, coverage: CoverageAnswer) -> None:
    t, key = visit.t, "states"
    st.session_state[key] = [state for state in CoverageState if state in visit.choice.states]
    st.pills(
        t("Show only"),
        list(CoverageState),
        selection_mode="multi",
        format_func=lambda state: f"{label(t, state)}: {t.number(coverage.count(state))}",
        key=key,
        on_change=lambda: visit.change(states=frozenset(st.session_state[key])),
        wrap=True,
    )


def _show_table(visit: Visit, rows: list[CoverageRow]) -> None:
    t = visit.t
    if not rows:
        st.info(t("No hromada here is in this state. Choose another one above, or another oblast."))
        return
    st.dataframe(
        rows_as_columns(t, rows),
        hide_index=True,
        height=440,
        column_config={population_title(t, rows): st.column_config.NumberColumn(format="localized")},
        alt=t("Coverage by hromada"),
        key="coverage_table",
        selection_mode="single-row",
        on_select=lambda: _open_chosen(visit, rows),
    )


def _open_chosen(visit: Visit, rows: list[CoverageRow]) -> None:
    for row in st.session_state["coverage_table"]["selection"]["rows"]:
        open_hromada(visit, rows[row].katottg)


def _offer_download(visit: Visit, rows: list[CoverageRow]) -> None:
    t, service = visit.t, visit.atlas.services[visit.choice.service]
    st.download_button(
        t("Download the table (CSV for Excel)"),
        coverage_csv(t, rows, service_name(t, service), visit.day),
        file_name=f"coverage-{service.slug}-{visit.day.isoformat()}.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _show_unmet_demand(visit: Visit) -> None:
    """Show who looked for the service in vain, in the four calendar quarters that are over."""
    t = visit.t
    first, last = last_four_quarters(visit.today)
    counts = answers.unmet_demand(visit.atlas, first, last, visit.choice.service)
    columns = unmet_columns(t, visit.atlas.gazetteer, counts, visit.choice.area)
    st.subheader(t("Searches that found nobody"), anchor=False)
    st.caption(t(_ABOUT_SEARCHES, first=first, last=last, least=SMALLEST_SHOWN))
    if next(iter(columns.values())):
        st.dataframe(columns, hide_index=True, alt=t("Searches that found nobody"))
    else:
        st.info(t("No such searches are known here for this service in these days."))


@st.fragment
def _show_map(visit: Visit, coverage: CoverageAnswer) -> None:
    view = MapView(bounds=visit.atlas.bounds_of(visit.choice.area), coverage=coverage)
    click = show_map(view, scene=visit.scene, t=visit.t, key="coverage_map")
    if click and click.hromada and click.hromada in coverage.hromadas:
        open_hromada(visit, click.hromada)
        st.rerun()
