"""The map on a page: shows a view and returns a click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import parse_katottg
from mapapp.presentation.map_layers import base_map, feature_group
from mapapp.presentation.map_scene import MapScene
from mapapp.presentation.map_view import MapClick, MapView
from mapapp.presentation.messages import Translator

MAP_HEIGHT_PX = 560


def show_map(
    view: MapView, *, scene: MapScene, t: Translator, key: str, height_px: int = MAP_HEIGHT_PX
) -> MapClick | None:
    """Draw the view and return where a person just clicked, once; None on every other run.

    Call it inside a `@st.fragment`, so that a click reruns the fragment and not the page. In a test of a page
    put the click where the browser would: `at.session_state[key] = {"lon": …, "lat": …, "hromada": code or
    None, "point_id": id or None, "serial": "1"}`.
    """
    # The component registers itself on import and only while a script runs.
    from streamlit_folium import st_folium  # noqa: PLC0415

    st_folium(
        base_map(scene, t),
        key=key,
        height=height_px,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=feature_group(view, scene, t),
    )
    return take_click(key)


def take_click(key: str) -> MapClick | None:
    """Return the click the component put into the session, once; None when it was taken already.

    A page that shows what is selected beside the map takes the click before it draws either.
    """
    value: Mapping[str, Any] = st.session_state.get(key) or {}
    serial, seen = value.get("serial"), f"{key}_seen"
    if serial is None or serial == st.session_state.get(seen):
        return None
    st.session_state[seen] = serial
    try:
        position = LonLat(lon=float(value["lon"]), lat=float(value["lat"]))
    except (KeyError, TypeError, ValueError):
        return None  # the value comes from a browser: anything may be in it
    hromada, point_id = value.get("hromada"), value.get("point_id")
    return MapClick(
        position=position,
        hromada=parse_katottg(hromada) if isinstance(hromada, str) else None,
        point_id=point_id if isinstance(point_id, str) else None,
    )
