"""The real application over a store built once, and a browser at a desk and on a phone."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

DRAWN_WITHIN_MS = 60_000

_MAP_FRAME = 'iframe[title*="folium"]'
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="session")
def address(served, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `mapapp serve` over a registry of three providers; the first start builds the store."""
    folder = tmp_path_factory.mktemp("served")
    settings = {
        "MAPAPP_DATA_DIR": str(folder),
        "MAPAPP_PROVIDERS_FILE": str(Path(__file__).with_name("providers.yaml")),
        "PYTHONPATH": str(repo_root),
    }
    with served(
        [sys.executable, "-m", "mapapp", "serve", "--no-browser", "--port"], folder, settings
    ) as address:
        yield address


class Visitor:
    """A person at a page of the application, who notices everything that must not happen."""

    def __init__(self, page: Page, address: str, pictures: Path) -> None:
        self.page = page
        self.address = address
        self.pictures = pictures
        self.errors: list[str] = []
        self.foreign: list[str] = []
        own = (address, address.replace("http", "ws", 1), "data:", "blob:")
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: request.url.startswith(own) or self.foreign.append(request.url))

    def open(self, path: str) -> Page:
        """Go to an address and wait until the page has come to rest."""
        self.page.goto(self.address + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until Streamlit has finished a run and shows all of it."""
        expect(self.page.locator(".stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=DRAWN_WITHIN_MS
        )
        expect(self.page.locator("[data-stale=true]")).to_have_count(0, timeout=DRAWN_WITHIN_MS)

    @property
    def map(self) -> FrameLocator:
        """The map's frame."""
        return self.page.frame_locator(_MAP_FRAME)

    def drawn(self, times: int = 1) -> int:
        """Wait until the map has drawn at least so many views; return how many."""
        # Another language or page takes the frame away and puts a new one in its place.
        expect(self.page.locator(_MAP_FRAME)).to_have_count(1, timeout=DRAWN_WITHIN_MS)
        counted = re.compile(r"^[1-9]\d*$")
        marked = self.map.locator("[data-drawn]")
        expect(marked).to_have_attribute("data-drawn", counted, timeout=DRAWN_WITHIN_MS)
        while (count := int(marked.get_attribute("data-drawn") or 0)) < times:
            self.page.wait_for_timeout(50)
        return count

    def choose(self, label: str, text: str) -> None:
        """Type into a list of choices and take the first that fits."""
        box = self.page.get_by_role("combobox", name=re.compile(label))
        box.click()
        box.fill(text)
        self.page.get_by_role("option").first.click()
        self.page.wait_for_timeout(300)
        self.settle()

    def click_map(self, lat: float, lon: float) -> None:
        """Click the place on the map, as far as it is in view."""
        canvas = self.map.locator(".leaflet-container")
        at = canvas.evaluate(
            "(element, at) => { const p = element.closest('[data-drawn]').hromadaMap.map"
            ".latLngToContainerPoint(at); return {x: p.x, y: p.y}; }",
            [lat, lon],
        )
        canvas.click(position=at)
        self.page.wait_for_timeout(300)
        self.settle()

    def picture(self, name: str) -> None:
        """Keep a picture for whoever reads the run."""
        self.page.screenshot(path=self.pictures / f"{name}.png")


def _visitor(chromium: Browser, address: str, repo_root: Path, size: str) -> Iterator[Visitor]:
    width, height = SIZES[size]
    pictures = repo_root / "test-artifacts" / size
    pictures.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="uk-UA", accept_downloads=True
    )
    visitor = Visitor(context.new_page(), address, pictures)
    yield visitor
    context.close()
    assert visitor.errors == []
    assert visitor.foreign == []


@pytest.fixture
def desktop(chromium, address, repo_root) -> Iterator[Visitor]:
    """A visitor at a desk; ends without console errors and without a request to anybody else."""
    yield from _visitor(chromium, address, repo_root, "desktop")


@pytest.fixture(params=SIZES)
def visitor(request, chromium, address, repo_root) -> Iterator[Visitor]:
    """The same at a desk and on a phone."""
    yield from _visitor(chromium, address, repo_root, request.param)
