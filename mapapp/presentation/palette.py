"""Which colour says what on every map, table and page: the single source for Python, JavaScript and CSS.

Blue against ochre is told apart with every common colour-vision deficiency. The nearer help is, the darker
the blue; all answers differ by at least ten steps of lightness, so they stay apart on a grey print. What is
unknown is grey, occupied is also hatched. `tests/presentation/test_palette.py` holds the palette to this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mapapp.domain.coverage import CoverageState
from mapapp.domain.errors import msgid
from mapapp.domain.registry import PointKind
from mapapp.presentation.messages import Translator


@dataclass(frozen=True, slots=True)
class Fill:
    """The colour of an area; `hatch` is the colour of diagonal strokes over it, empty for none."""

    colour: str
    hatch: str = ""


STATE_FILLS: Final[Mapping[CoverageState, Fill]] = MappingProxyType(
    {
        CoverageState.SERVED: Fill("#17506f"),
        CoverageState.FROM_NEIGHBOUR: Fill("#3f80a3"),
        CoverageState.FROM_WIDER: Fill("#87bcd5"),
        CoverageState.REMOTE_ONLY: Fill("#c3d9ea"),
        CoverageState.NOT_SERVED: Fill("#d98234"),
        CoverageState.OCCUPIED: Fill("#e0e0e0", hatch="#aaaaaa"),
        CoverageState.NO_DATA: Fill("#faf9f6"),
    }
)
"""One fill per state, in the order of the legend; a state's index here is its digit on the wire."""


SHARE_FILLS: Final = ("#e3eef5", "#b5d2e3", "#7eb0cd", "#3f80a3", "#17506f")
"""Fifths of a share, the least first: one hue, each darker than the one before."""
LOSS_FILLS: Final = (Fill("#b4621b", hatch="#7a3f0c"), Fill("#e9b27c", hatch="#b4621b"))
"""Much and some taken away: hatched, so that they stay apart from gains on a grey print."""
SAME_FILL: Final = Fill("#efefec")
GAIN_FILLS: Final = (Fill("#87bcd5"), Fill("#17506f"))
"""Some and much added."""


class PointGroup(StrEnum):
    """Kinds of service points that share a colour: more than five cannot be told apart in a small dot."""

    CENTRE = "centre"
    DAY = "day"
    OVERNIGHT = "overnight"
    OUTREACH = "outreach"
    ADMINISTRATIVE = "administrative"
    """Administrative services of social character, which are not social services: grey."""


POINT_COLOURS: Final[Mapping[PointGroup, str]] = MappingProxyType(
    {
        PointGroup.CENTRE: "#14213d",
        PointGroup.DAY: "#1a9c82",
        PointGroup.OVERNIGHT: "#8e2463",
        PointGroup.OUTREACH: "#f4d35e",
        PointGroup.ADMINISTRATIVE: "#8b929a",
    }
)

_GROUP_LABELS: Final[Mapping[PointGroup, str]] = MappingProxyType(
    {
        PointGroup.CENTRE: msgid("Social-service centres"),
        PointGroup.DAY: msgid("Day care and resilience centres"),
        PointGroup.OVERNIGHT: msgid("Shelters and residential care"),
        PointGroup.OUTREACH: msgid("Mobile teams and NGOs"),
        PointGroup.ADMINISTRATIVE: msgid("Administrative service points"),
    }
)

POINT_GROUPS: Final[Mapping[PointKind, PointGroup]] = MappingProxyType(
    {
        PointKind.SOCIAL_SERVICES_CENTRE: PointGroup.CENTRE,
        PointKind.TERRITORIAL_CENTRE: PointGroup.CENTRE,
        PointKind.FAMILY_SUPPORT_CENTRE: PointGroup.CENTRE,
        PointKind.RESILIENCE_CENTRE: PointGroup.DAY,
        PointKind.DAY_CARE: PointGroup.DAY,
        PointKind.SHELTER: PointGroup.OVERNIGHT,
        PointKind.CRISIS_ROOM: PointGroup.OVERNIGHT,
        PointKind.RESIDENTIAL: PointGroup.OVERNIGHT,
        PointKind.MOBILE_TEAM: PointGroup.OUTREACH,
        PointKind.NGO: PointGroup.OUTREACH,
        PointKind.ADMINISTRATIVE_SERVICE_POINT: PointGroup.ADMINISTRATIVE,
    }
)

LAND: Final = "#fbfaf7"
"""A hromada nobody asked about."""
WATER: Final = "#e9eef2"
"""What lies outside the country's outlines."""
HROMADA_LINE: Final = "#7d8790"
RAION_LINE: Final = "#5d6873"
OBLAST_LINE: Final = "#3a4652"
SELECTION: Final = "#111827"
ORIGIN: Final = "#c2272d"
INK: Final = "#1f2933"
PAPER: Final = "#ffffff"


def group_label(t: Translator, group: PointGroup) -> str:
    """Return what a person reads for a group of point kinds."""
    return t(_GROUP_LABELS[group])


def style_sheet() -> str:
    """Return the palette as CSS: custom properties, and a class per state and group for swatches.

    A swatch is `<i class="swatch state-served">` or `<i class="swatch dot group-centre">`.
    """
    named = {
        "land": LAND,
        "water": WATER,
        "ink": INK,
        "paper": PAPER,
        "line": HROMADA_LINE,
        "selection": SELECTION,
        "origin": ORIGIN,
    }
    properties = "".join(f"--map-{name}:{colour};" for name, colour in named.items())
    states = "".join(f".state-{state}{{{_background(fill)}}}\n" for state, fill in STATE_FILLS.items())
    groups = "".join(f".group-{group}{{background:{colour}}}\n" for group, colour in POINT_COLOURS.items())
    return f":root{{{properties}}}\n{states}{groups}"


def _background(fill: Fill) -> str:
    if not fill.hatch:
        return f"background:{fill.colour}"
    strokes = f"repeating-linear-gradient(135deg,{fill.hatch} 0 1px,{fill.colour} 1px 5px)"
    return f"background:{strokes}"
