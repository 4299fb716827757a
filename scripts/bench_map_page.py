"""The page that bench_map.py looks at: one map, delivered in the way the address asks for."""

from __future__ import annotations

import gzip
import json
import time
from datetime import date
from typing import Any

import folium
import streamlit as st

from mapapp.atlas import StoreAtlas, shared_atlas
from mapapp.domain.questions import CoverageAnswer, CoverageQuery
from mapapp.presentation.map_assets import map_assets
from mapapp.presentation.map_scene import MapScene, points_url
from mapapp.presentation.map_view import MapView
from mapapp.presentation.messages import translator
from mapapp.presentation.palette import LAND, STATE_FILLS
from mapapp.ui.map_component import show_map

_DAY = date(2026, 1, 1)
_DRAWN = """
    const told = () => { document.body.dataset.benchDrawn = "SERVICE"; };
    requestAnimationFrame(() => requestAnimationFrame(told));
"""


@st.cache_resource
def _outlines(_atlas: StoreAtlas) -> dict[str, Any]:
    layer = _atlas.layer("hromadas")
    outlines: dict[str, Any] = json.loads(gzip.decompress(layer.gzip_bytes))
    return outlines


@st.cache_resource
def _scene(_atlas: StoreAtlas) -> MapScene:
    return MapScene(_atlas)


def _show_inline(atlas: StoreAtlas, coverage: CoverageAnswer) -> None:
    """What a first tutorial on st_folium does, with the simplified outlines and without foreign libraries."""
    from streamlit_folium import st_folium  # noqa: PLC0415 - registers itself only while a script runs

    found = {code: STATE_FILLS[hromada.state].colour for code, hromada in coverage.hromadas.items()}

    def style(feature: dict[str, Any]) -> dict[str, object]:
        return {"fillColor": found.get(feature["properties"]["code"], LAND), "fillOpacity": 1, "weight": 0.4}

    whole = folium.Map(location=[48.5, 31], zoom_start=6, tiles=None, prefer_canvas=True)
    whole.default_js = [("leaflet", map_assets().url("leaflet/leaflet.js"))]
    whole.default_css = [("leaflet_css", map_assets().url("leaflet/leaflet.css"))]
    folium.GeoJson(_outlines(atlas), style_function=style).add_to(whole)
    whole.add_child(_Drawn(_DRAWN.replace("SERVICE", coverage.service)))
    st_folium(whole, key="inline", height=560, use_container_width=True, returned_objects=[])


class _Drawn(folium.MacroElement):
    """Says when the frame after the last element of the map has been painted."""

    def __init__(self, script: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Drawn"
        self._template = folium.template.Template(
            "{% macro script(this, kwargs) %}" + script + "{% endmacro %}"
        )


def main() -> None:
    """Show the map for the chosen service and say how long it took to prepare."""
    atlas = shared_atlas()
    way = st.query_params.get("way", "ours")
    service = st.radio("service", ["home-care", "counselling"])
    coverage = atlas.coverage(CoverageQuery(service, _DAY))
    began = time.perf_counter()
    if way == "inline":
        _show_inline(atlas, coverage)
    elif way == "ours":
        points = points_url(day=_DAY, service=service)
        view = MapView(atlas.bounds_of(None), coverage, points_url=points)
        show_map(view, scene=_scene(atlas), t=translator("uk"), key="map")
    st.text(f"server_ms {(time.perf_counter() - began) * 1000:.1f}")


main()
