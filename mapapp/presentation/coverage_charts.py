"""Every chart of coverage, for pages and paper alike: one place to take them from.

Each is an altair chart of plain values with a `description` that says in words what it shows. Nothing in it
is fetched from anywhere. Pages show them with `theme=None`, so that they look as on paper.
"""

from __future__ import annotations

from mapapp.presentation.access_curves import Labelled, lorenz, people_by_distance, urban_rural
from mapapp.presentation.chart_style import (
    GAIN_FILLS,
    LACK_FILLS,
    SHARE_FILLS,
    AnyChart,
    Classes,
    chart_png,
    chart_svg,
    count_classes,
    share_classes,
)
from mapapp.presentation.coverage_maps import choropleth, difference_map, state_map
from mapapp.presentation.people_bars import covered_bars, unmet_bars
from mapapp.presentation.presence_chart import MOST_ROWS, presence_heatmap

__all__ = [
    "GAIN_FILLS",
    "LACK_FILLS",
    "MOST_ROWS",
    "SHARE_FILLS",
    "AnyChart",
    "Classes",
    "Labelled",
    "chart_png",
    "chart_svg",
    "choropleth",
    "count_classes",
    "covered_bars",
    "difference_map",
    "lorenz",
    "people_by_distance",
    "presence_heatmap",
    "share_classes",
    "state_map",
    "unmet_bars",
    "urban_rural",
]
