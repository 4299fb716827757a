"""The Streamlit script: run once per visitor and per change, it wires the atlas to the page asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from mapapp.asgi import tiles_of
from mapapp.atlas import shared_atlas
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import UsageError
from mapapp.domain.questions import Atlas
from mapapp.presentation.map_scene import MapScene
from mapapp.presentation.messages import translator
from mapapp.presentation.palette import style_sheet
from mapapp.settings import read_settings
from mapapp.ui import answers
from mapapp.ui.about_page import about_page
from mapapp.ui.choice import (
    ABOUT_LINK,
    COVERAGE_LINK,
    FIND_LINK,
    MAP_LINK,
    PLANNING_LINK,
    QUALITY_LINK,
    REGISTRY_LINK,
)
from mapapp.ui.coverage_page import coverage_page
from mapapp.ui.find_page import find_page
from mapapp.ui.map_page import map_page
from mapapp.ui.planning_page import planning_page
from mapapp.ui.quality_page import quality_page
from mapapp.ui.registry_page import registry_page
from mapapp.ui.visit import Visit, choose_language

_STYLES = Path(__file__).with_name("ui") / "pages.css"
_LINKS = {
    "map": MAP_LINK,
    "find": FIND_LINK,
    "coverage": COVERAGE_LINK,
    "planning": PLANNING_LINK,
    "registry": REGISTRY_LINK,
    "quality": QUALITY_LINK,
    "about": ABOUT_LINK,
}


def main() -> None:
    """Show the page asked for, under the links between pages and the demonstration banner."""
    st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
    st.html(f"<style>{style_sheet()}</style>")
    st.html(_STYLES)
    atlas = shared_atlas()
    with st.container(horizontal=True, vertical_alignment="center", key="top"):
        links = st.container(horizontal=True, gap=None)
        t = translator(choose_language())
    pages: dict[str, Page] = {}
    visit = Visit(atlas, _scene(atlas), t, today_in_kyiv(), pages)
    pages |= _pages(visit)
    page = st.navigation(list(pages.values()), position="hidden")
    refused = next(visit.follow_link(_LINKS[name]) for name, linked in pages.items() if linked is page)
    # Streamlit's own menu hides behind an arrow on a phone; four links fit beside the language. Each carries
    # what is chosen, so that no page has to correct its address: that would be a trap for the browser's Back.
    for name, linked in pages.items():
        links.page_link(linked, query_params=visit.link(_LINKS[name]))
    st.title(page.title, anchor=False)
    try:
        _show_notices(visit, refused)
        page.run()
    except UsageError as error:
        st.error(t.error(error))


def _show_notices(visit: Visit, refused: Sequence[str]) -> None:
    t = visit.t
    if answers.health(visit.atlas).demo_records:
        st.warning(
            t("Demonstration data is shown: the providers are invented, with public hotlines as phones.")
        )
    if refused:
        said = ", ".join(refused)
        st.info(t("Part of the link was not understood and was left out: {parameters}.", parameters=said))


def _pages(visit: Visit) -> dict[str, Page]:
    t = visit.t
    return {
        "map": st.Page(lambda: map_page(visit), title=t("Map"), url_path="map", default=True),
        "find": st.Page(lambda: find_page(visit), title=t("Find a provider"), url_path="find"),
        "coverage": st.Page(lambda: coverage_page(visit), title=t("Coverage"), url_path="coverage"),
        "planning": st.Page(lambda: planning_page(visit), title=t("Planning"), url_path="planning"),
        "registry": st.Page(lambda: registry_page(visit), title=t("Registry"), url_path="registry"),
        "quality": st.Page(lambda: quality_page(visit), title=t("Data quality"), url_path="quality"),
        "about": st.Page(lambda: about_page(visit), title=t("About the data"), url_path="about"),
    }


@st.cache_resource(show_spinner=False)
def _scene(_atlas: Atlas) -> MapScene:
    return MapScene(_atlas, tiles_of(read_settings()))


main()
