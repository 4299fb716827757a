"""What a map shows and what a click on it says, whoever draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import CoverageAnswer
from mapapp.domain.registry import PointKind

MOST_BANDS = 10


@dataclass(frozen=True, slots=True)
class Band:
    """One class of a shading: what the legend says, its colour, and that of diagonal strokes over it."""

    label: str
    colour: str
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Shading:
    """Hromadas coloured by something else than states of coverage; `of` is the index of the band."""

    bands: tuple[Band, ...]
    of: Mapping[Katottg, int]

    def __post_init__(self) -> None:
        if len(self.bands) > MOST_BANDS:
            raise ValueError("a band is told by one digit")


@dataclass(frozen=True, slots=True)
class MapResult:
    """A numbered marker: an answer of the list beside the map, where the public may know its place.

    `kind` is None for what is no service point: a place where one may open.
    """

    number: int
    point_id: str
    name: str
    kind: PointKind | None
    position: LonLat
    hromada: Katottg | None
    address: str = ""
    phones: tuple[str, ...] = ()
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class MapView:
    """One state of the map; changing anything but `bounds` sends values, never geometry.

    `coverage` colours the hromadas, else `shading` (neither leaves them plain); `points_url` is where the
    browser reads the service points to draw; `origin` and `results` are the client's place and the numbered
    answers around it, `chosen` the one of them looked at, and `route` the line of the way there.
    """

    bounds: BoundingBox
    coverage: CoverageAnswer | None = None
    shading: Shading | None = None
    points_url: str | None = None
    selected_hromada: Katottg | None = None
    origin: LonLat | None = None
    results: tuple[MapResult, ...] = ()
    chosen: str | None = None
    route: tuple[LonLat, ...] = ()


@dataclass(frozen=True, slots=True)
class MapClick:
    """Where a person clicked: always a position, and the hromada or point under it, if any."""

    position: LonLat
    hromada: Katottg | None = None
    point_id: str | None = None
