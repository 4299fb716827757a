"""What the drawing script is told: constant furniture, small views, nothing confidential, no markup."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from drawn_map import EVIL, HROMADAS, POLTAVSKA, STATES

from mapapp.domain.coverage import CoverageState
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import CoverageQuery
from mapapp.domain.registry import PointKind
from mapapp.presentation.map_layers import base_map, feature_group
from mapapp.presentation.map_scene import STATE_DIGITS, MapScene, Tiles, points_url
from mapapp.presentation.map_view import MapResult, MapView
from mapapp.presentation.messages import translator

DAY = date(2026, 1, 1)
FOUND = MapResult(
    number=2,
    point_id="centre-1",
    name=EVIL,
    kind=PointKind.DAY_CARE,
    position=LonLat(lon=34.1, lat=49.5),
    hromada=HROMADAS["A"],
    address="вул. Миру, 1",
    phones=("1545",),
    is_demo=True,
)


def view(atlas, **changes):
    coverage = atlas.coverage(CoverageQuery("home-care", DAY))
    return replace(MapView(bounds=atlas.bounds_of(None), coverage=coverage), **changes)


def script_of(element):
    """Return the JavaScript that an element of folium becomes, with the random names of folium taken out."""
    figure = element.get_root()
    figure.render()
    return figure.script.render().replace(element.get_name(), "map")


def test_every_state_has_one_digit_of_its_own():
    assert sorted(STATE_DIGITS) == sorted(CoverageState)
    assert len(set(STATE_DIGITS.values())) == len(CoverageState)
    assert all(len(digit) == 1 for digit in STATE_DIGITS.values())


def test_a_view_is_a_digit_per_area(atlas, scene):
    digits = scene.state(view(atlas), translator("uk"))["states"]
    assert {
        area: STATE_DIGITS[state] for area, state in zip(HROMADAS.values(), STATES.values(), strict=True)
    } == dict(zip(scene.areas, digits, strict=True))


def test_areas_without_a_hromada_are_occupied_on_the_map_of_the_country_only(atlas):
    raion = Katottg("UA23990000000000099")
    settlement = next(iter(atlas.gazetteer.settlements.values()))
    occupied = atlas.gazetteer.open_status[next(iter(atlas.gazetteer.open_status))]
    atlas.gazetteer = replace(
        atlas.gazetteer,
        settlements={
            **atlas.gazetteer.settlements,
            Katottg("UA23990000010000001"): replace(
                settlement, katottg=Katottg("UA23990000010000001"), area=raion
            ),
        },
        raions={
            **atlas.gazetteer.raions,
            raion: replace(next(iter(atlas.gazetteer.raions.values())), katottg=raion),
        },
        open_status={**atlas.gazetteer.open_status, Katottg("UA23990000010000001"): occupied},
    )
    scene = MapScene(atlas)
    at = scene.areas.index(raion)
    *_, is_hromada = json.loads(scene.units("uk").content)["areas"][at]
    assert is_hromada == 0
    assert (
        scene.digits(atlas.coverage(CoverageQuery("home-care", DAY)))[at]
        == STATE_DIGITS[CoverageState.OCCUPIED]
    )
    assert scene.digits(atlas.coverage(CoverageQuery("home-care", DAY, POLTAVSKA)))[at] == "."


def test_results_keep_their_numbers_and_the_route_is_sent_latitude_first(atlas, scene):
    line = (LonLat(lon=34.1, lat=49.5), LonLat(lon=34.2, lat=49.6))
    state = scene.state(view(atlas, results=(FOUND,), chosen="centre-1", route=line), translator("uk"))
    assert [(result["number"], result["at"]) for result in state["results"]] == [(2, [49.5, 34.1])]
    assert state["chosen"] == "centre-1"
    assert state["route"] == [[49.5, 34.1], [49.6, 34.2]]


def test_the_base_map_is_the_same_for_every_view(scene):
    t = translator("uk")
    assert script_of(base_map(scene, t)) == script_of(base_map(scene, t))


def test_a_change_of_filter_sends_values_and_no_geometry(atlas, scene):
    whole = base_map(scene, translator("uk"))
    plain = script_of(whole)
    feature_group(view(atlas), scene, translator("uk")).add_to(whole)
    sent = len(script_of(whole)) - len(plain)
    assert 0 < sent < 1500
    assert "coordinates" not in script_of(whole)


def test_no_name_becomes_markup_in_the_script(atlas, scene):
    whole = base_map(scene, translator("uk"))
    feature_group(view(atlas, results=(FOUND,)), scene, translator("uk")).add_to(whole)
    script = script_of(whole)
    assert "<img" not in script
    assert "</script" not in script
    assert json.loads(scene_json(script))["results"][0]["name"] == EVIL


def scene_json(script):
    start = script.index(".show(") + len(".show(")
    return script[start : script.index(");", start)]


def test_the_map_loads_nothing_from_elsewhere(scene):
    figure = base_map(scene, translator("uk")).get_root()
    figure.render()
    links = [child.url for child in figure.header._children.values() if hasattr(child, "url")]
    assert any(link.endswith("/leaflet/leaflet.js") for link in links)
    assert all(link.startswith("/assets/") for link in links)


def test_points_are_asked_for_by_address():
    assert points_url(day=DAY) == "/api/map/points?day=2026-01-01"
    assert points_url(day=DAY, service="home-care", area=POLTAVSKA) == (
        f"/api/map/points?service=home-care&area={POLTAVSKA}&day=2026-01-01"
    )


def test_a_base_map_is_told_only_when_configured(atlas):
    assert MapScene(atlas).furniture(translator("uk"))["tiles"] is None
    tiles = MapScene(atlas, Tiles("https://t.example/{z}/{x}/{y}.png", "© Tiles")).furniture(
        translator("uk")
    )["tiles"]
    assert tiles == {"url": "https://t.example/{z}/{x}/{y}.png", "attribution": "© Tiles"}
