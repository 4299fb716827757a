"""The map as folium elements: a base map that never changes, and a feature group that carries one view.

Leaflet is the only library loaded, from our own server. The elements hold addresses and values; drawing is
done by `assets/hromada-map.js`, which the embedded page shares.
"""

from __future__ import annotations

import folium
from folium.template import Template

from mapapp.domain.geo import UKRAINE_BOUNDS
from mapapp.presentation.escaping import script_json
from mapapp.presentation.map_assets import map_assets
from mapapp.presentation.map_scene import MapScene
from mapapp.presentation.map_view import MapView
from mapapp.presentation.messages import Translator

_MIN_ZOOM = 4
_MAX_ZOOM = 16


class HromadaLayers(folium.MacroElement):
    """Hromadas, outlines, legend and labels: attaches the drawing script to the map with its furniture."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            HromadaMap.attach({{ this._parent.get_name() }}, {{ this.furniture }});
        {% endmacro %}
        """
    )

    def __init__(self, furniture: dict[str, object]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "HromadaLayers"
        self.furniture = script_json(furniture)


class ShownView(folium.MacroElement):
    """One view of the map: colours, points, selection, results and bounds, as values."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            {{ this._parent._parent.get_name() }}.hromadaMap.show({{ this.state }});
        {% endmacro %}
        """
    )

    def __init__(self, state: dict[str, object]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "ShownView"
        self.state = script_json(state)


def base_map(scene: MapScene, t: Translator) -> folium.Map:
    """Return the map everyone gets; its script is the same for every view in one language."""
    middle = [
        (UKRAINE_BOUNDS.south + UKRAINE_BOUNDS.north) / 2,
        (UKRAINE_BOUNDS.west + UKRAINE_BOUNDS.east) / 2,
    ]
    leaflet_map = folium.Map(
        location=middle,
        tiles=None,
        zoom_start=6,
        min_zoom=_MIN_ZOOM,
        max_zoom=_MAX_ZOOM,
        # Fractional steps let a chosen area fill the frame of a phone as well as of a desk.
        zoom_snap=0.25,
        font_size="13px",
        prefer_canvas=True,
    )
    assets = map_assets()
    # folium's own lists name public servers, and four libraries this map does without.
    leaflet_map.default_js = [
        ("leaflet", assets.url("leaflet/leaflet.js")),
        ("point_layer", assets.url("point-layer.js")),
        ("hromada_map", assets.url("hromada-map.js")),
    ]
    leaflet_map.default_css = [
        ("leaflet_css", assets.url("leaflet/leaflet.css")),
        ("palette_css", assets.url("palette.css")),
        ("hromada_map_css", assets.url("hromada-map.css")),
    ]
    leaflet_map.add_child(HromadaLayers(scene.furniture(t)))
    return leaflet_map


def feature_group(view: MapView, scene: MapScene, t: Translator) -> folium.FeatureGroup:
    """Return the part of the map that a filter changes; a few kilobytes and no geometry."""
    group = folium.FeatureGroup(name="view")
    group.add_child(ShownView(scene.state(view, t)))
    return group
