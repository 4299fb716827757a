"""The charts of coverage: told in words, legible in grey, silent on what is not known, nothing fetched."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from mapapp.domain.coverage import CoverageState
from mapapp.domain.geography import Occupation
from mapapp.presentation.chart_style import DASHES, LINES, text_on, wrapped
from mapapp.presentation.coverage_charts import (
    GAIN_FILLS,
    LACK_FILLS,
    SHARE_FILLS,
    chart_png,
    chart_svg,
    choropleth,
    count_classes,
    covered_bars,
    difference_map,
    lorenz,
    people_by_distance,
    presence_heatmap,
    share_classes,
    state_map,
    unmet_bars,
    urban_rural,
)

sys.path.insert(0, str(Path(__file__).parent))  # the case files lie beside the tests
from annex_cases import CODES, OBLAST, annex, telling
from test_palette import contrast, lab, linear_rgb

TOLD = telling()
T, GAZETTEER = TOLD.t, TOLD.gazetteer
ANNEX = annex(occupied=(2,))
ANSWER = ANNEX.access[0]
LABELLED = [("Життєстійкість", ANSWER), ("Сценарій «міст»", annex().access[0])]
STATES = {row.hromada: row.states[0] for row in ANNEX.target.rows}
CHARTS = {
    "presence_heatmap": lambda: presence_heatmap(T, GAZETTEER, TOLD.services, ANNEX.basic),
    "choropleth": lambda: choropleth(
        T, ANNEX.outlines, {CODES[0]: 0.1, CODES[1]: None}, share_classes(T), "Частка", occupied={CODES[2]}
    ),
    "state_map": lambda: state_map(T, ANNEX.outlines, STATES, "Послуга", selected=CODES[0]),
    "difference_map": lambda: difference_map(
        T, GAZETTEER, ANNEX.outlines, ANSWER, annex().access[0], title="Міст"
    ),
    "people_by_distance": lambda: people_by_distance(T, LABELLED),
    "lorenz": lambda: lorenz(T, LABELLED),
    "covered_bars": lambda: covered_bars(T, GAZETTEER, list(ANSWER.hromadas.values())),
    "unmet_bars": lambda: unmet_bars(T, GAZETTEER, list(ANSWER.hromadas.values())),
    "urban_rural": lambda: urban_rural(T, LABELLED),
}


def rows_of(chart) -> list[dict[str, object]]:
    """Return every row of data inside the chart."""
    found = []

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("data"), dict) and isinstance(node["data"].get("values"), str):
                found.extend(json.loads(node["data"]["values"]))
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(chart.to_dict())
    return found


def lightness(colour: str) -> float:
    return lab(linear_rgb(colour))[0]


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_is_valid_told_in_words_and_drawn(name):
    chart = CHARTS[name]()
    spec = chart.to_dict()
    assert len(spec["description"]) > 30
    assert "url" not in json.dumps(spec["layer"])
    svg = chart_svg(chart)
    assert "<svg" in svg
    assert "http" not in svg.replace("http://www.w3.org", "")
    assert chart_svg(CHARTS[name]()) == svg
    assert chart_png(chart).startswith(b"\x89PNG")


@pytest.mark.parametrize("fills", [SHARE_FILLS, LACK_FILLS])
def test_neighbouring_classes_stay_apart_in_grey(fills):
    steps = [one - other for one, other in pairwise(map(lightness, fills))]
    assert min(steps) >= 10


def test_losses_and_gains_of_one_size_stay_apart_in_grey():
    great_loss, loss, nothing, gain, great_gain = map(lightness, GAIN_FILLS)
    assert great_loss < great_gain - 10
    assert loss < gain - 10
    assert nothing > gain + 10


def test_labels_are_readable_on_every_fill():
    for fill in (*SHARE_FILLS, *LACK_FILLS, *GAIN_FILLS):
        assert contrast(text_on(fill), fill) > 3.5


def test_lines_are_told_apart_without_colour():
    assert len(set(DASHES)) == len(DASHES) == len(LINES)


def test_what_is_occupied_or_unknown_is_in_no_class_of_values():
    words = {
        row["properties"]["name"]: row["properties"]["word"]
        for row in rows_of(CHARTS["choropleth"]())
        if row.get("properties", {}).get("word")
    }
    assert words[CODES[2]] == T("Temporarily occupied: no data")
    assert words[CODES[1]] == words[CODES[3]] == T("No data")


def test_an_occupied_value_is_not_shown_even_if_there_is_one():
    chart = choropleth(
        T,
        ANNEX.outlines,
        dict.fromkeys(CODES, 0.42),
        share_classes(T),
        "x",
        texts=dict.fromkeys(CODES, "42%"),
        occupied=set(CODES),
    )
    assert "42%" not in json.dumps(rows_of(chart), ensure_ascii=False)


def test_small_numbers_of_people_are_hidden_in_bars():
    chart = covered_bars(T, GAZETTEER, list(annex().access[0].hromadas.values()))
    said = [
        row["said"]
        for row in rows_of(chart)
        if row.get("area") == "Ївженківська сільська громада" and "said" in row
    ]
    assert "1–4" in said
    assert "3" not in said


def test_bars_of_people_nobody_counted_say_so():
    rows = [
        row for row in rows_of(CHARTS["covered_bars"]()) if row.get("area") == "Полтавська сільська громада"
    ]
    assert {row.get("part", row.get("text")) for row in rows} == {T("no data")}


def test_hromadas_stand_in_the_order_of_the_ukrainian_alphabet():
    named = [row["name"] for row in rows_of(CHARTS["presence_heatmap"]()) if row.get("kind") == "hromada"]
    assert named[:2] == ["Єлизаветівська", "Ївженківська"]


def test_a_country_is_told_by_oblast_and_percent():
    many = ANNEX.basic.rows * 30
    chart = presence_heatmap(T, GAZETTEER, TOLD.services, ANNEX.basic, rows=many)
    assert {row["row"] for row in rows_of(chart) if "row" in row} <= {
        *(area.area for area in ANNEX.basic.raions),
        OBLAST.katottg,
    }


def test_gains_and_losses_bear_their_sign():
    rows = rows_of(CHARTS["difference_map"]())
    texts = {row["properties"]["text"] for row in rows if row.get("properties", {}).get("text")}
    assert texts <= {"?"} or all(text[0] in "+−?" for text in texts)


def test_classes_are_limits_that_every_value_falls_between():
    classes = count_classes(T, [1, 5, 9, 20, 33, 47, 120, 1000])
    assert sorted(classes.limits) == list(classes.limits)
    assert classes.index(0) == 0
    assert classes.index(10**6) == len(classes.labels) - 1
    assert count_classes(T, []).labels
    assert count_classes(T, [0, 0]).labels


def test_long_words_are_cut_and_say_so():
    assert wrapped("а" * 200, 20, 2) == ["а" * 19 + "…"]
    assert (
        wrapped("один два три чотири", 8, 2) == ["один два", "три чот…"]
        or len(wrapped("один два три чотири", 8, 2)) == 2
    )


def test_every_state_has_its_sign_in_the_heat_map():
    assert set(CoverageState) >= {state for row in ANNEX.basic.rows for state in row.states}
    assert any(row.occupation is Occupation.FULLY for row in ANNEX.basic.rows)
