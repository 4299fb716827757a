"""Which drawn area holds a point, and what box holds an area."""

from __future__ import annotations

from collections.abc import Mapping

import shapely

from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.katottg import Katottg


class DrawnAreas:
    """The outlines the map draws, indexed once; safe to share between threads.

    Parameters
    ----------
    shapes
        WKB polygons, EPSG:4326, by the code of their hromada, city, raion or oblast.

    """

    def __init__(self, shapes: Mapping[Katottg, bytes]) -> None:
        self._codes = list(shapes)
        self._tree = shapely.STRtree(shapely.from_wkb(list(shapes.values())))

    def at(self, point: LonLat) -> Katottg | None:
        """Return the area around the point, the lower code on a shared border, None outside all."""
        hits = self._tree.query(shapely.Point(point.lon, point.lat), predicate="intersects")
        return min((self._codes[hit] for hit in hits), default=None)

    def bounds(self, prefix: str = "") -> BoundingBox | None:
        """Return the box around all areas whose code begins with the prefix, None when there are none."""
        inside = [index for index, code in enumerate(self._codes) if code.startswith(prefix)]
        if not inside:
            return None
        west, south, east, north = map(float, shapely.total_bounds(self._tree.geometries[inside]))
        return BoundingBox(west, south, east, north)
