"""The hand-drawn atlas, the public side over it, and a browser looking at it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from drawn_map import DrawnAtlas  # noqa: E402 - found through the line above

from mapapp.presentation.map_scene import MapScene  # noqa: E402
from mapapp.public.protection import Protection  # noqa: E402
from mapapp.public.routes import public_routes  # noqa: E402


@pytest.fixture
def atlas() -> DrawnAtlas:
    """A fresh drawing for each test, since some tests break it."""
    return DrawnAtlas()


@pytest.fixture
def scene(atlas) -> MapScene:
    return MapScene(atlas)


class Client:
    """Asks an ASGI app without a network; `raw` gives the body as it would travel."""

    def __init__(self, app: ASGIApp) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._answer(method, url, options))[0]

    def raw(self, url: str, **options: Any) -> tuple[httpx.Response, bytes]:
        return asyncio.run(self._answer("GET", url, options, decoded=False))

    get = partialmethod(request, "GET")
    head = partialmethod(request, "HEAD")
    post = partialmethod(request, "POST")

    async def _answer(self, method, url, options, *, decoded=True) -> tuple[httpx.Response, bytes]:
        client = httpx.AsyncClient(transport=self._transport, base_url="http://mapapp.test", trust_env=False)
        async with client, client.stream(method, url, **options) as answer:
            if decoded:
                return answer, await answer.aread()
            return answer, b"".join([part async for part in answer.aiter_raw()])


@pytest.fixture(scope="session")
def client_of() -> type[Client]:
    return Client


@pytest.fixture
def client(atlas, scene) -> Client:
    """The public side without Streamlit, behind its protection."""
    return Client(Starlette(routes=public_routes(atlas, scene), middleware=[Middleware(Protection)]))


@pytest.fixture(scope="session")
def drawn_address(served, tmp_path_factory) -> Iterator[str]:
    """The address of the whole application over the drawing, in a process of its own."""
    # Elsewhere than the checkout: nothing may depend on the working directory.
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, str(HERE / "drawn_map.py")]
    with served(command, elsewhere, {"PYTHONPATH": str(HERE.parent.parent)}) as address:
        yield address


class Watched:
    """A page, and everything on it that must not happen."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    @property
    def external(self) -> list[str]:
        """Requests that went to anybody else."""
        own = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]


@pytest.fixture(params=[(1280, 800), (390, 800)], ids=["desktop", "phone"])
def watched(request, chromium, drawn_address) -> Iterator[Watched]:
    """A page on a desk and on a phone; it ends without console errors or external requests."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="uk-UA")
    found = Watched(context.new_page(), drawn_address)
    yield found
    context.close()
    assert found.errors == []
    assert found.external == []
