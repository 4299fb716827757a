"""The colours stay apart for colour-blind eyes and on a grey print, and text on them can be read."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mapapp.domain.coverage import JUDGED, REACHED, CoverageState
from mapapp.domain.registry import PointKind
from mapapp.presentation.messages import LANGUAGES, translator
from mapapp.presentation.palette import (
    INK,
    PAPER,
    POINT_COLOURS,
    POINT_GROUPS,
    STATE_FILLS,
    PointGroup,
    group_label,
    style_sheet,
)

# Machado, Oliveira & Fernandes 2009: full dichromacy, in linear RGB.
VISION = {
    "trichromat": np.eye(3),
    "protanope": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranope": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanope": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear_rgb(colour):
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """Return CIE L*a*b* (D65) of linear RGB."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ rgb / [0.9505, 1.0, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def lightness_of(state):
    return lab(linear_rgb(STATE_FILLS[state].colour))[0]


def contrast(one, other):
    """Return the contrast ratio of WCAG 2."""
    light, dark = sorted(
        (float(np.dot([0.2126, 0.7152, 0.0722], linear_rgb(c))) for c in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("vision", VISION)
def test_states_stay_apart_for_every_eye(vision):
    seen = {
        state: lab(np.clip(np.array(VISION[vision]) @ linear_rgb(fill.colour), 0, 1))
        for state, fill in STATE_FILLS.items()
        if not fill.hatch
    }
    # A difference of 2.3 is just noticeable (Mahy 1994); 12 is plain at a glance.
    assert min(np.linalg.norm(seen[one] - seen[other]) for one, other in combinations(seen, 2)) > 12


def test_answers_stay_apart_in_grey():
    lightness = [lightness_of(state) for state in (*JUDGED, CoverageState.NO_DATA)]
    assert min(abs(one - other) for one, other in combinations(lightness, 2)) >= 10


def test_the_nearer_help_is_the_darker_it_is_drawn():
    near_to_far = [lightness_of(state) for state in CoverageState if state in REACHED]
    assert near_to_far == sorted(near_to_far)


def test_what_is_unknown_is_grey_and_occupied_is_hatched():
    for state in (CoverageState.OCCUPIED, CoverageState.NO_DATA):
        _, a, b = lab(linear_rgb(STATE_FILLS[state].colour))
        assert np.hypot(a, b) < 5
    assert [state for state, fill in STATE_FILLS.items() if fill.hatch] == [CoverageState.OCCUPIED]


def test_groups_of_points_stay_apart_and_off_the_states():
    dots = [lab(linear_rgb(colour)) for colour in POINT_COLOURS.values()]
    assert min(np.linalg.norm(one - other) for one, other in combinations(dots, 2)) > 25


def test_text_is_readable_on_paper():
    assert contrast(INK, PAPER) > 7


def test_every_state_kind_and_group_has_its_colour_and_word():
    assert list(STATE_FILLS) == list(CoverageState)
    assert set(POINT_GROUPS) == set(PointKind)
    assert set(POINT_GROUPS.values()) == set(PointGroup) == set(POINT_COLOURS)
    for language in LANGUAGES:
        assert len({group_label(translator(language), group) for group in PointGroup}) == len(PointGroup)


def test_the_style_sheet_carries_every_colour():
    css = style_sheet()
    for state, fill in STATE_FILLS.items():
        assert f".state-{state}{{background:" in css
        assert fill.colour in css
    for group, colour in POINT_COLOURS.items():
        assert f".group-{group}{{background:{colour}}}" in css
