"""How charts look alike: their type, colours and numbers; and how one becomes a picture without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeAlias

import altair as alt
import vl_convert

from mapapp.presentation.messages import Translator
from mapapp.presentation.palette import INK, PAPER
from mapapp.presentation.paper_text import clean

AnyChart: TypeAlias = alt.Chart | alt.LayerChart

FONT: Final = "DejaVu Sans"
"""Comes with mapapp for paper; a browser without it takes the next of `_FONTS`."""
_FONTS: Final = f"{FONT}, Verdana, Arial, sans-serif"

FAINT: Final = "#66727d"
"""Words beside the point: axis titles, notes."""
GRID: Final = "#e3e6e8"
SHARE_FILLS: Final = ("#dbe9f3", "#a8cde2", "#6aa5c6", "#38789b", "#154863")
"""From little to much, as deep a blue; each is at least ten steps of lightness from the next."""
LACK_FILLS: Final = ("#faeadb", "#f0c69b", "#de9a58", "#b56a26", "#7a3f0c")
"""From little that is lacking to much, in the colour of a missing service."""
GAIN_FILLS: Final = ("#7a3f0c", "#de9a58", "#f4f2ee", "#a8cde2", "#38789b")
"""From a great loss over no change to a great gain: a loss is always darker than the gain of its size."""
LINES: Final = ("#154863", "#d98234", "#6aa5c6", "#7a3f0c", "#8b929a", "#38789b")
DASHES: Final[tuple[tuple[int, ...], ...]] = ((1, 0), (7, 3), (2, 2), (9, 3, 2, 3), (4, 4), (12, 3))
"""Lines are told apart by their strokes too, on a grey print."""


_CLIP_ID: Final = re.compile(r'<clipPath id="(clip\d+)"')
_CLIP: Final = re.compile(r'(<clipPath id="|clip-path="url\(#)(clip\d+)("|\)")')


@dataclass(frozen=True, slots=True)
class Classes:
    """Values in classes: `fills[i]` and `labels[i]` are of values below `limits[i]`, the last of the rest."""

    limits: tuple[float, ...]
    labels: tuple[str, ...]
    fills: tuple[str, ...]

    def __post_init__(self) -> None:
        if not len(self.limits) + 1 == len(self.labels) == len(self.fills):
            raise ValueError("one class more than limits between them")

    def index(self, value: float) -> int:
        """Return the class of a value."""
        return sum(value >= limit for limit in self.limits)


def share_classes(t: Translator, fills: Sequence[str] = SHARE_FILLS) -> Classes:
    """Return five classes of a share, equal fifths."""
    steps = [number / len(fills) for number in range(len(fills) + 1)]
    labels = tuple(f"{t.percent(low)[:-1].rstrip()}–{t.percent(high)}" for low, high in pairwise(steps))
    return Classes(tuple(steps[1:-1]), labels, tuple(fills))


def count_classes(
    t: Translator, values: Sequence[float], fills: Sequence[str] = SHARE_FILLS, unit: str = ""
) -> Classes:
    """Return up to five classes with round limits, about equally many of the values in each."""
    ordered = sorted(values)
    quantiles = [
        float(f"{ordered[len(ordered) * number // len(fills)]:.2g}")
        for number in range(1, len(fills))
        if ordered
    ]
    limits = tuple(sorted({limit for limit in quantiles if limit > 0}))
    told = [t.number(limit) for limit in limits]
    after = f"\u00a0{unit}" if unit else ""
    if not told:
        return Classes((), (unit or t("all"),), (fills[len(fills) // 2],))
    labels = (
        t("below {limit}", limit=told[0]) + after,
        *(f"{low}–{high}{after}" for low, high in pairwise(told)),
        t("{limit} and more", limit=told[-1] + after),
    )
    first = len(fills) - len(labels)
    return Classes(limits, labels, tuple(fills[first:]))


def text_on(fill: str) -> str:
    """Return ink or paper, whichever is read better on the fill."""
    red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else PAPER  # noqa: PLR2004 - of 255


def wrapped(text: str, most: int, lines: int) -> list[str]:
    """Return the text in so many lines of at most so many signs; what is left out is «…»."""
    found = [""]
    for word in text.split():
        joined = f"{found[-1]} {word}".strip()
        if len(joined) <= most or not found[-1]:
            found[-1] = joined
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], f"{found[lines - 1]} …"]
    return [line if len(line) <= most else f"{line[: most - 1].rstrip(' …')}…" for line in found]


def shortened(text: str, most: int) -> str:
    """Return the text on one line of at most so many signs."""
    return wrapped(text, most, 1)[0] if len(text) > most else text


def distinct(names: Sequence[str], most: int) -> list[str]:
    """Return the names cleaned and shortened, with a number after each that another one had before."""
    found: list[str] = []
    for name in names:
        short, again = shortened(clean(name), most), 1
        told = short
        while told in found:
            again += 1
            told = f"{short} ({again})"
        found.append(told)
    return found


def data(values: Sequence[Mapping[str, Any]]) -> alt.Data:
    """Return rows as the data of a chart, inside it.

    As text: altair looks at every number of a list several times over, which takes seconds for a map.
    """
    rows = json.dumps(cleaned(values), ensure_ascii=False, separators=(",", ":"))
    return alt.Data(values=rows, format={"type": "json"})  # type: ignore[no-untyped-call]


def cleaned(value: Any) -> Any:
    """Return the value with its texts cleaned: one unseen sign in them ends the process that draws them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(inner) for inner in value]
    return value


def layered(layers: Sequence[alt.Chart], width: float, height: float | alt.Step) -> alt.LayerChart:
    """Return the layers one over another, in pixels."""
    chart = alt.layer(*layers).properties(width=width, height=height)
    assert isinstance(chart, alt.LayerChart)
    return chart


def styled(t: Translator, chart: AnyChart, title: str, subtitle: str = "", *, alt_text: str) -> AnyChart:
    """Return the chart with its words, in the type and numbers of all charts."""
    titled = chart.properties(
        title=alt.TitleParams(
            text=wrapped(clean(title), 84, 2),
            subtitle=wrapped(clean(subtitle), 104, 3) if subtitle else [],
        ),
        description=clean(alt_text),
    )
    number = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0₴"]}
    locale: dict[str, Any] = {"locale": {"number": number}} if t.language == "uk" else {}
    quiet: dict[str, Any] = {"labelColor": INK, "titleColor": FAINT, "labelFontSize": 11, "titleFontSize": 11}
    configured = titled.configure(
        font=_FONTS,
        background=PAPER,
        padding=8,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            **quiet,
            titleFontWeight="normal",
            titlePadding=8,
            domainColor="#9aa4ad",
            tickColor="#9aa4ad",
            gridColor=GRID,
            labelLimit=320,
        ),
        legend=alt.LegendConfig(
            **quiet, titleFontWeight="normal", symbolStrokeWidth=0.6, labelLimit=380, symbolSize=150
        ),
        title=alt.TitleConfig(
            anchor="start",
            color=INK,
            fontSize=15,
            fontWeight="bold",
            subtitleColor=FAINT,
            subtitleFontSize=11.5,
            subtitlePadding=6,
            lineHeight=19,
            subtitleLineHeight=15,
            offset=14,
        ),
        text=alt.MarkConfig(color=INK, fontSize=11),
        **locale,
    )
    assert isinstance(configured, alt.Chart | alt.LayerChart)
    return configured


@cache
def font_folder() -> Path:
    """Return the folder of the fonts that come with mapapp: DejaVu 2.37, with its licence."""
    return Path(str(files("mapapp.presentation").joinpath("fonts")))


def chart_svg(chart: AnyChart) -> str:
    """Return the chart as SVG; nothing is fetched, and equal charts give equal text."""
    _prepare()
    svg = vl_convert.vegalite_to_svg(_spec(chart), allowed_base_urls=[])
    # Vega numbers its clips through the life of a process.
    order = {name: f"clip{number}" for number, name in enumerate(dict.fromkeys(_CLIP_ID.findall(svg)))}
    return _CLIP.sub(lambda found: found[1] + order.get(found[2], found[2]) + found[3], svg)


def chart_png(chart: AnyChart, scale: float = 2.0) -> bytes:
    """Return the chart as PNG, `scale` pixels a point."""
    _prepare()
    return vl_convert.vegalite_to_png(_spec(chart), scale=scale, allowed_base_urls=[])


def _spec(chart: AnyChart) -> dict[str, Any]:
    spec = chart.to_dict()
    # One font on paper: a list of them is measured by whatever the machine has.
    spec["config"]["font"] = FONT
    return spec


@cache
def _prepare() -> None:
    vl_convert.register_font_directory(str(font_folder()))
