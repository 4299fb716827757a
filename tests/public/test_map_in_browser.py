"""The map as a person sees it, in Chromium: drawn, coloured, clicked, refiltered, and never tricked."""

from __future__ import annotations

import re
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from drawn_map import CELL_DEG, EVIL, HROMADAS, NORTH, POLTAVSKA, SERVICES, STATES, WEST, ZAPORIZKA

from mapapp.presentation.palette import STATE_FILLS

pytestmark = pytest.mark.browser

CENTRE_OF = {
    "A": (NORTH - 1.5 * CELL_DEG, WEST + 0.5 * CELL_DEG),
    "B": (NORTH - 1.5 * CELL_DEG, WEST + 2.5 * CELL_DEG),
    "C": (NORTH - 1.5 * CELL_DEG, WEST + 1.5 * CELL_DEG),
    "D": (NORTH - 2.5 * CELL_DEG, WEST + 0.5 * CELL_DEG),
    "E": (NORTH - 2.5 * CELL_DEG, WEST + 2.5 * CELL_DEG),
}
"""Latitude first, as Leaflet has it; no provider stands there."""
PROVIDER_IN_A = (NORTH - 0.1, WEST + 0.1)

# The canvas and its marks are the only thing a picture of a map can be asked about.
COLOUR_AT = """
([lat, lng]) => {
  const canvas = map.getPanes().overlayPane.querySelector("canvas");
  const at = map.latLngToContainerPoint([lat, lng]);
  const box = canvas.getBoundingClientRect(), frame = map.getContainer().getBoundingClientRect();
  const scale = canvas.width / box.width;
  const pixel = canvas.getContext("2d").getImageData(
    (at.x + frame.x - box.x) * scale, (at.y + frame.y - box.y) * scale, 1, 1).data;
  return "#" + [...pixel].slice(0, 3).map((part) => part.toString(16).padStart(2, "0")).join("");
}
"""


class MapOnScreen:
    """A drawn map in a page or in the app's iframe."""

    def __init__(self, watched, frame):
        self.watched, self.frame = watched, frame
        self.wait_for_drawing(0)

    def run(self, script, argument=None):
        """Run a function of the page that may speak of the Leaflet map as `map`."""
        named = 'const map = document.querySelector("[data-drawn]").hromadaMap.map;'
        return self.frame.evaluate(f"(argument) => {{ {named} return ({script})(argument); }}", argument)

    def wait_for_drawing(self, after):
        """Wait until more drawings are finished than `after`; a page's policy forbids waiting by script."""
        end = time.monotonic() + 30
        self.frame.locator("[data-drawn]").wait_for(timeout=30_000)
        while self.drawings <= after:
            assert time.monotonic() < end, "nothing was drawn"
            self.watched.page.wait_for_timeout(20)

    @property
    def drawings(self):
        """How many views the map has finished drawing."""
        return int(self.frame.locator("[data-drawn]").get_attribute("data-drawn"))

    def colours(self):
        return {letter: self.run(COLOUR_AT, CENTRE_OF[letter]) for letter in HROMADAS}

    def view(self):
        return self.run("() => [map.getZoom(), map.getCenter().lat, map.getCenter().lng]")

    def click(self, at):
        """Point at a place and click it, once the page has come to rest."""
        x, y = self.run("(at) => { const p = map.latLngToContainerPoint(at); return [p.x, p.y]; }", at)
        self.frame.locator(".leaflet-container").hover(position={"x": x - 2, "y": y})
        self.frame.locator(".leaflet-container").click(position={"x": x, "y": y})


@pytest.fixture
def embedded(watched):
    """Open the embedded page with a question and return its map."""

    def open_page(query=""):
        watched.page.goto(f"{watched.address}/embed?{query}")
        return MapOnScreen(watched, watched.page.main_frame)

    return open_page


def open_app(watched):
    """Open the page of Streamlit and return its map."""
    watched.page.goto(watched.address)
    watched.page.wait_for_selector('iframe[title*="folium"]', timeout=60_000)
    return MapOnScreen(watched, watched.page.query_selector('iframe[title*="folium"]').content_frame())


@pytest.fixture
def in_app(watched):
    """The map on a page of Streamlit."""
    return open_app(watched)


def expected_colours(states):
    return {
        letter: STATE_FILLS[state].colour for letter, state in states.items() if not STATE_FILLS[state].hatch
    }


def assert_coloured(shown, states):
    colours = shown.colours()
    hatched = {letter for letter, state in states.items() if STATE_FILLS[state].hatch}
    assert {letter: colours[letter] for letter in states if letter not in hatched} == expected_colours(states)


def test_each_hromada_has_the_colour_of_its_state(embedded):
    assert_coloured(embedded("service=home-care&points=0"), STATES)


def test_choosing_a_service_recolours_without_moving_or_sending_outlines(embedded, watched):
    shown = embedded("service=home-care&points=0")
    before, drawings, asked = shown.view(), shown.drawings, len(watched.requests)
    watched.page.select_option("select", "shelter")
    shown.wait_for_drawing(drawings)
    not_served = {letter: "not_served" if letter != "D" else STATES["D"] for letter in HROMADAS}
    assert_coloured(shown, not_served)
    assert shown.view() == before
    sent_for = [re.sub(r"\?.*", "", url.removeprefix(watched.address)) for url in watched.requests[asked:]]
    assert sent_for == ["/embed"]
    assert "service=shelter" in watched.page.url
    assert watched.page.locator("h1").inner_text() == SERVICES["shelter"].name_uk
    assert watched.page.locator("main").get_by_text("A-ська").count() == 1


def test_the_page_reads_without_scripts(chromium, drawn_address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{drawn_address}/embed?service=home-care&lang=en")
    assert page.get_by_text("The map in words").is_visible()
    page.select_option("select", "shelter")
    page.get_by_role("button", name="Show").click()
    assert "service=shelter" in page.url
    assert "points=1" in page.url
    context.close()


def test_everything_is_reached_from_the_keyboard(embedded, watched):
    embedded("service=home-care")
    reached = []
    for _ in range(12):
        watched.page.keyboard.press("Tab")
        reached.append(watched.page.evaluate("document.activeElement.tagName"))
    assert {"SELECT", "DIV", "A", "SUMMARY"} <= set(reached)


def test_a_name_that_is_markup_is_only_shown(embedded, watched):
    shown = embedded("service=home-care")
    shown.click(PROVIDER_IN_A)
    popup = watched.page.locator(".map-popup")
    popup.wait_for()
    assert EVIL in popup.inner_text()
    assert "вул. <b>Миру</b>, 1" in popup.inner_text()
    assert "Другий у тому самому будинку" in popup.inner_text()
    assert popup.locator("a").first.get_attribute("href") == "tel:1545"
    assert popup.locator(".map-demo").count() == 1
    assert watched.page.evaluate("window.hacked") is None
    assert watched.page.locator("img[src=x]").count() == 0


def test_pointing_at_a_hromada_tells_its_name_place_and_state(embedded, watched):
    shown = embedded("service=home-care&points=0")
    shown.click(CENTRE_OF["C"])
    tip = watched.page.locator(".map-tip")
    assert tip.locator("strong").inner_text() == "C-ська сільська громада"
    assert tip.locator(".where").inner_text() == "Лубенський район, Полтавська область"
    assert [line.inner_text() for line in tip.locator(".state").all()] == [
        "Послуга відсутня",
        "частково тимчасово окупована",
    ]


def test_the_legend_counts_what_is_drawn_and_is_folded_on_a_phone(embedded, watched):
    embedded("service=home-care")
    legend = watched.page.locator(".map-legend")
    is_wide = watched.page.viewport_size["width"] > 600
    assert legend.evaluate("legend => legend.open") is is_wide
    legend.evaluate("legend => { legend.open = true; }")
    assert [count.inner_text() for count in legend.locator("b").all()] == ["1"] * 5


def test_the_map_says_that_its_boundaries_are_approximate(embedded, watched):
    embedded()
    assert watched.page.get_by_text("Межі приблизні").is_visible()
    assert watched.page.locator(".leaflet-control-attribution").inner_text() == "Drawn & shared"


def test_a_base_map_that_cannot_be_reached_leaves_and_says_so(chromium, drawn_address):
    page = chromium.new_page()
    page.goto(f"{drawn_address}/embed?service=home-care&points=0")
    page.locator("[data-drawn]").wait_for()
    tiles = {"url": f"{drawn_address}/assets/none/{{z}}/{{x}}/{{y}}.png", "attribution": "Tiles"}
    page.evaluate("(tiles) => document.querySelector('#map').hromadaMap.addTiles(tiles)", tiles)
    page.get_by_text("Картографічна підкладка недоступна").wait_for()
    assert page.locator(".leaflet-tile-pane img").count() == 0
    assert "Tiles" not in page.locator(".leaflet-control-attribution").inner_text()
    page.close()


@pytest.fixture
def partner_address(drawn_address, tmp_path):
    """The address of a partner's page that frames both the embedded map and the app."""
    frames = f'<iframe src="{drawn_address}/embed"></iframe><iframe src="{drawn_address}/"></iframe>'
    (tmp_path / "index.html").write_text(frames, encoding="utf-8")
    handler = partial(QuietFiles, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


def test_a_partner_may_frame_the_embedded_page_but_not_the_app(chromium, partner_address):
    page = chromium.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(partner_address)
    page.frame_locator("iframe").first.locator("[data-drawn]").wait_for(timeout=30_000)
    assert any("frame-ancestors" in text for text in said)
    assert page.context.cookies() == []
    page.close()


def test_the_app_draws_the_same_map(in_app):
    assert_coloured(in_app, STATES)


def test_a_change_of_filter_in_the_app_sends_kilobytes_and_keeps_the_view(watched):
    received = []

    def listen(socket):
        socket.on("framereceived", lambda frame: received.append(len(frame)))

    watched.page.on("websocket", listen)
    shown = open_app(watched)
    before, drawings, asked = shown.view(), shown.drawings, len(watched.requests)
    received.clear()
    watched.page.get_by_text("shelter").click()
    shown.wait_for_drawing(drawings)
    assert shown.run(COLOUR_AT, CENTRE_OF["A"]) == STATE_FILLS["not_served"].colour
    assert shown.view() == before
    assert 0 < sum(received) < 40_000
    assert not [url for url in watched.requests[asked:] if "/geo/" in url or "/assets/" in url]


def test_choosing_an_area_in_the_app_moves_the_map_there(in_app, watched):
    before, drawings = in_app.view(), in_app.drawings
    watched.page.get_by_text(POLTAVSKA).click()
    in_app.wait_for_drawing(drawings)
    assert in_app.view() != before
    assert in_app.run("() => map.getBounds().contains([[49.2, 34.0], [49.6, 34.6]])")


@pytest.mark.parametrize("letter", "BD")
def test_a_click_on_a_hromada_reaches_the_page(in_app, watched, letter):
    in_app.click(CENTRE_OF[letter])
    clicked = watched.page.get_by_text("clicked MapClick")
    clicked.wait_for()
    assert f"hromada={HROMADAS[letter]!r}, point_id=None" in clicked.inner_text()
    assert re.search(rf"lat={CENTRE_OF[letter][0]:.2f}", clicked.inner_text())


def test_a_click_outside_all_hromadas_is_a_place_only(in_app, watched):
    left_edge = "() => map.containerPointToLatLng([4, map.getSize().y / 3])"
    beside = in_app.run(f"() => {{ const at = ({left_edge})(); return [at.lat, at.lng]; }}")
    in_app.click(beside)
    clicked = watched.page.get_by_text("clicked MapClick")
    clicked.wait_for()
    assert "hromada=None, point_id=None" in clicked.inner_text()


def test_a_click_on_a_provider_names_it_and_its_hromada(in_app, watched):
    in_app.click(PROVIDER_IN_A)
    clicked = watched.page.get_by_text("clicked MapClick")
    clicked.wait_for()
    assert f"hromada={HROMADAS['A']!r}, point_id='centre-" in clicked.inner_text()
    assert in_app.frame.evaluate("window.hacked") is None


def test_finer_outlines_come_once_when_somebody_looks_closely(embedded, watched):
    shown = embedded(f"service=home-care&area={ZAPORIZKA}&points=0")
    shown.run("() => { map.setView([49.1, 34.1], 6, {animate: false}); }")
    for _ in range(2):
        shown.run("() => { map.setView([49.1, 34.1], 12, {animate: false}); }")
    shown.wait_for_drawing(1)
    detailed = [url for url in watched.requests if "/geo/hromadas-150" in url]
    assert len(detailed) == 1


def test_streamlit_answers_no_unknown_address_of_ours_with_its_page(drawn_address):
    for path in ("/api/x", "/geo/x", "/assets/x", "/_stcore/metrics", "/_stcore/agent/openapi.json"):
        answer = httpx.get(f"{drawn_address}{path}", trust_env=False)
        assert (answer.status_code, list(answer.json())) == (404, ["error"])
    assert (
        httpx.get(f"{drawn_address}/", trust_env=False)
        .headers["content-security-policy"]
        .startswith("default-src")
    )
