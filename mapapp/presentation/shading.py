"""Which colour a hromada gets: by the share of people within reach, or by what a scenario changes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from mapapp.domain.accessibility import AreaAccess
from mapapp.domain.coverage import CoverageState
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.planner import difference
from mapapp.presentation.labels import label
from mapapp.presentation.map_view import Band, Shading
from mapapp.presentation.messages import Translator
from mapapp.presentation.palette import (
    GAIN_FILLS,
    LOSS_FILLS,
    SAME_FILL,
    SHARE_FILLS,
    STATE_FILLS,
)

_MUCH: Final = 1000.0
"""From so many people on a change of a hromada is drawn in the stronger colour."""
_LEAST: Final = 0.5
"""Less than half a person is the noise of shares, not a change."""


def share_shading(t: Translator, hromadas: Mapping[Katottg, AreaAccess]) -> Shading:
    """Return fifths of the share of people covered; what is not known stays apart from nobody."""
    steps = [index / len(SHARE_FILLS) for index in range(len(SHARE_FILLS) + 1)]
    bands = [
        Band(t("{low} to {high}", low=t.percent(low), high=t.percent(high)), fill)
        for fill, (low, high) in zip(SHARE_FILLS, pairwise(steps), strict=True)
    ]
    unknown, occupied = len(bands), len(bands) + 1

    def band(found: AreaAccess) -> int:
        if found.occupation is Occupation.FULLY:
            return occupied
        share = None if found.people is None else found.people.covered_share
        return unknown if share is None else min(int(share * len(SHARE_FILLS)), len(SHARE_FILLS) - 1)

    return Shading((*bands, *_unjudged(t)), {code: band(found) for code, found in hromadas.items()})


def difference_shading(
    t: Translator, base: Mapping[Katottg, AreaAccess], other: Mapping[Katottg, AreaAccess]
) -> Shading:
    """Return where a scenario reaches more people and where fewer."""
    much = t.number(_MUCH)
    said = (
        (t("{n} and more people lose it", n=much), LOSS_FILLS[0]),
        (t("up to {n} people lose it", n=much), LOSS_FILLS[1]),
        (t("nothing changes"), SAME_FILL),
        (t("up to {n} people gain it", n=much), GAIN_FILLS[0]),
        (t("{n} and more people gain it", n=much), GAIN_FILLS[1]),
    )
    bands = tuple(Band(text, fill.colour, fill.hatch) for text, fill in said)
    unknown, occupied = len(bands), len(bands) + 1

    def band(code: Katottg) -> int:
        if Occupation.FULLY in {base[code].occupation, other[code].occupation}:
            return occupied
        change = difference(base[code], other[code])
        if change is None:
            return unknown
        if abs(change) < _LEAST:
            return 2
        return int(change > -_MUCH) if change < 0 else 3 + int(change >= _MUCH)

    return Shading((*bands, *_unjudged(t)), {code: band(code) for code in base if code in other})


def _unjudged(t: Translator) -> tuple[Band, Band]:
    states = (CoverageState.NO_DATA, CoverageState.OCCUPIED)
    unknown, occupied = (
        Band(label(t, state), STATE_FILLS[state].colour, STATE_FILLS[state].hatch) for state in states
    )
    return unknown, occupied
