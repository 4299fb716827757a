"""How long until the map is drawn, cold, warm and after a change of filter: ours against inline geometry.

Both sides run in one server and one Chromium, in turns. The figures are milliseconds from navigation (or from
the click on another service) to the drawn map, with the kilobytes that travelled meanwhile, and milliseconds
of the script's run that prepare the map. The store is built in a temporary folder, or that of MAPAPP_DATA_DIR
is used; MAPAPP_BENCH_ROUNDS sets the rounds.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.error import URLError

from playwright.sync_api import Browser, BrowserContext, Error, Frame, Page, sync_playwright

_PAGE = Path(__file__).with_name("bench_map_page.py")
_SERVICES = ("home-care", "counselling")
_WAYS: Mapping[str, str] = {
    "floor": "an empty page of Streamlit",
    "inline": "st_folium, simplified geometry inline",
    "ours": "st_folium, geometry by URL, colour indices",
    "embed": "our embedded page, without Streamlit",
}
_SLOWEST_S = 120


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one round: milliseconds to the drawn map, bytes received, milliseconds in the script."""

    drawn_ms: float
    received: float
    server_ms: float


def main() -> None:
    """Print a row per way of delivery, then the ratios."""
    rounds = int(os.environ.get("MAPAPP_BENCH_ROUNDS", "5"))
    measured: dict[str, list[dict[str, Step]]] = {way: [] for way in _WAYS}
    with _served() as address, sync_playwright() as playwright:
        arguments = ["--disable-background-networking", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        _round(browser, address, "ours")  # the first visit pays for imports that no later one does
        for _ in range(rounds):
            for way in _WAYS:
                measured[way].append(_round(browser, address, way))
        browser.close()
    _print(measured, rounds)


def _print(measured: Mapping[str, list[dict[str, Step]]], rounds: int) -> None:
    print(f"median of {rounds} rounds, 1,482 areas, 250 points, ms (kB received)")
    print(f"{'':<46}{'cold':>15}{'warm':>15}{'update':>15}{'server ms':>11}")
    for way, steps in measured.items():
        cells = "".join(
            _cell([found[name] for found in steps if name in found]) for name in ("cold", "warm", "update")
        )
        server = [found["update"].server_ms for found in steps if "update" in found]
        print(f"{_WAYS[way]:<46}{cells}{median(server) if server else 0:>11.0f}")
    for name in ("cold", "warm", "update"):
        ours, inline = (median(found[name].drawn_ms for found in measured[way]) for way in ("ours", "inline"))
        print(f"{name}: inline takes {inline / ours:.1f} times as long as ours")


def _cell(steps: list[Step]) -> str:
    if not steps:
        return f"{'–':>15}"
    return f"{median(s.drawn_ms for s in steps):>7.0f} ({median(s.received for s in steps) / 1000:>4.0f})"


def _round(browser: Browser, address: str, way: str) -> dict[str, Step]:
    """Visit with an empty cache, again with a full one, then choose another service."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        return _visits(context, address, way)
    finally:
        context.close()


def _visits(context: BrowserContext, address: str, way: str) -> dict[str, Step]:
    page = context.new_page()
    received = _count_received(page)
    url = f"{address}/embed?service={_SERVICES[0]}" if way == "embed" else f"{address}/?way={way}"
    found = {}
    for name in ("cold", "warm"):
        received.clear()
        page.goto("about:blank")
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        found[name] = _drawn(page, way, began, received, service=_SERVICES[0])
    if way == "floor":
        return found
    page.wait_for_timeout(1500)
    received.clear()
    before = _drawings(page)
    began = time.perf_counter()
    if way == "embed":
        page.select_option("select", _SERVICES[1])
    else:
        page.get_by_text(_SERVICES[1]).click()
    found["update"] = _drawn(page, way, began, received, service=_SERVICES[1], before=before)
    return found


def _drawn(
    page: Page, way: str, began: float, received: list[float], *, service: str, before: int = 0
) -> Step:
    """Wait for the map of a service to be on the screen."""
    while True:
        if way == "floor":
            is_drawn = page.get_by_text("server_ms").count() > 0
        elif way == "inline":
            is_drawn = any(_count(frame, f'body[data-bench-drawn="{service}"]') for frame in page.frames)
        else:
            is_drawn = _drawings(page) > before
        now = time.perf_counter()
        if is_drawn:
            break
        if now - began > _SLOWEST_S:
            raise SystemExit(f"{way}: nothing was drawn in {_SLOWEST_S} s")
        page.wait_for_timeout(5)
    page.wait_for_timeout(200)  # late bytes, and the text of the time below the map
    text = page.get_by_text("server_ms")
    server_ms = float(text.inner_text().split()[-1]) if text.count() else 0.0
    return Step((now - began) * 1000, sum(received), server_ms)


def _drawings(page: Page) -> int:
    """Return how many views our map has drawn, in whichever frame it is."""
    for frame in page.frames:
        if _count(frame, "[data-drawn]"):
            return int(frame.locator("[data-drawn]").get_attribute("data-drawn") or 0)
    return 0


def _count(frame: Frame, selector: str) -> int:
    try:
        return frame.locator(selector).count()
    except Error:  # a frame may go away while it is asked
        return 0


def _count_received(page: Page) -> list[float]:
    """Return a list that grows by the bytes of every response and every message, as they travel."""
    received: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    session.on(
        "Network.webSocketFrameReceived", lambda event: received.append(_message_size(event["response"]))
    )
    return received


def _message_size(message: Mapping[str, str | int]) -> float:
    size = len(str(message["payloadData"]))
    return size * 3 / 4 if message["opcode"] == 2 else size  # noqa: PLR2004 - binary messages are told in base64


@contextmanager
def _served() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="mapapp-bench-") as folder:
        data_dir = os.environ.get("MAPAPP_DATA_DIR", folder)
        command = [sys.executable, __file__, "serve", str(port)]
        server = subprocess.Popen(command, env={**os.environ, "MAPAPP_DATA_DIR": data_dir})  # noqa: S603 - ourselves
        try:
            address = f"http://127.0.0.1:{port}"
            while not _answers(address):
                if server.poll() is not None:
                    raise SystemExit(f"the server ended with {server.returncode} before it answered")
                time.sleep(0.2)
            yield address
        finally:
            server.terminate()
            server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(json.load(answer)["status"] == "ok")
    except (URLError, ConnectionError):
        return False


def _serve(port: int) -> None:
    """Serve the bench page over the real store, as `mapapp serve` serves the pages."""
    import uvicorn  # noqa: PLC0415 - only the server needs it

    from mapapp.asgi import create_app  # noqa: PLC0415
    from mapapp.atlas import StoreAtlas, share_atlas  # noqa: PLC0415
    from mapapp.domain.progress import no_progress  # noqa: PLC0415
    from mapapp.first_start import open_ready_store  # noqa: PLC0415
    from mapapp.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    atlas = StoreAtlas(open_ready_store(settings, no_progress))
    share_atlas(atlas)
    uvicorn.run(create_app(atlas, settings, _PAGE), port=port, log_level="warning", ws="websockets-sansio")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        _serve(int(sys.argv[2]))
    else:
        main()
