"""A page with one map, as small as a page can be: two filters, the map, and what a click said."""

from __future__ import annotations

from datetime import date

import drawn_map
import streamlit as st

from mapapp.domain.questions import CoverageQuery
from mapapp.presentation.map_scene import MapScene, points_url
from mapapp.presentation.map_view import MapView
from mapapp.presentation.messages import translator
from mapapp.ui.map_component import show_map

atlas = drawn_map.ATLAS
day = date(2026, 1, 1)
service = st.radio("service", list(atlas.services))
area = st.radio("area", ["all", drawn_map.POLTAVSKA])
area = None if area == "all" else area


@st.fragment
def show() -> None:
    clicked = show_map(
        MapView(
            bounds=atlas.bounds_of(area),
            coverage=atlas.coverage(CoverageQuery(service, day, area)),
            points_url=points_url(day=day, service=service, area=area),
        ),
        scene=MapScene(atlas),
        t=translator("uk"),
        key="map",
    )
    st.text(f"clicked {clicked}")


show()
