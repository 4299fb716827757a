"""What a map shows and what a click on it says, whoever draws it."""

from __future__ import annotations

from dataclasses import dataclass

from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import CoverageAnswer, FoundPoint


@dataclass(frozen=True, slots=True)
class MapView:
    """One state of the map; changing anything but `bounds` sends values, never geometry.

    `coverage` colours the hromadas (None leaves them plain); `points_url` is where the browser reads the
    service points to draw; `origin` and `results` are the client's place and the numbered answers around it.
    """

    bounds: BoundingBox
    coverage: CoverageAnswer | None = None
    points_url: str | None = None
    selected_hromada: Katottg | None = None
    origin: LonLat | None = None
    results: tuple[FoundPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class MapClick:
    """Where a person clicked: always a position, and the hromada or point under it, if any."""

    position: LonLat
    hromada: Katottg | None = None
    point_id: str | None = None
