"""Each kind of page gets the headers that fit it, and Streamlit's inner addresses stay closed."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mapapp.public.protection import Protection


@pytest.fixture
def protected(client_of):
    """An app that answers anything at every address, behind the protection."""

    def anything(_request):
        return PlainTextResponse("inside", headers={"Content-Security-Policy": "default-src *"})

    def build(**options):
        methods = ["GET", "POST", "OPTIONS"]
        app = Starlette(
            routes=[Route("/{path:path}", anything, methods=methods)],
            middleware=[Middleware(Protection, **options)],
        )
        return client_of(app)

    return build


@pytest.fixture
def policy(protected):
    """Return the directives of a page's policy, by name."""

    def read(path, **options):
        headers = protected(**options).get(path).headers
        return dict(directive.split(" ", 1) for directive in headers["content-security-policy"].split("; "))

    return read


def test_anybody_may_frame_the_embedded_page_and_nothing_else(policy):
    assert policy("/embed")["frame-ancestors"] == "*"
    for path in ("/", "/find", "/component/streamlit_folium.st_folium/index.html", "/embedded", "/embed/x"):
        assert policy(path)["frame-ancestors"] == "'self'"
    for path in ("/api/map/points", "/geo/x.json", "/assets/x", "/healthz"):
        assert policy(path)["frame-ancestors"] == "'none'"


def test_scripts_come_from_files_of_our_own(policy):
    assert policy("/embed")["script-src"] == "'self'"
    assert policy("/embed")["default-src"] == "'none'"
    assert "'unsafe-eval'" not in policy("/")["script-src"]
    assert "'unsafe-inline'" not in policy("/")["script-src"]


def test_only_the_map_component_may_evaluate_scripts(policy):
    assert policy("/component/streamlit_folium.st_folium/index.html")["script-src"] == (
        "'self' 'unsafe-inline' 'unsafe-eval'"
    )


def test_the_page_of_streamlit_may_run_its_own_inline_script(policy):
    # The digest is the example of CSP level 3, section 8.3.
    allowed = policy("/", page_scripts=["alert('Hello, world.');"])["script-src"]
    assert "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='" in allowed
    assert "sha256" not in policy("/embed", page_scripts=["alert('Hello, world.');"])["script-src"]


def test_a_configured_base_map_is_the_only_foreign_source(policy):
    tiles = "https://{s}.tiles.example.org:8443/{z}/{x}/{y}.png"
    for path in ("/embed", "/component/x", "/"):
        assert (
            policy(path, tiles_url=tiles)["img-src"] == "'self' data: blob: https://*.tiles.example.org:8443"
        )
        assert "http" not in policy(path)["img-src"]


def test_every_answer_is_typed_and_private(protected):
    for path in ("/", "/embed", "/api/x"):
        headers = protected().get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "geolocation=()" in headers["permissions-policy"]


def test_an_inner_policy_does_not_survive(policy):
    assert policy("/")["default-src"] == "'self'"


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/script-health-check"],
)
def test_inner_addresses_are_closed(protected, path):
    for method in ("GET", "POST", "OPTIONS"):
        answer = protected().request(method, path)
        assert answer.status_code == 404
        assert "inside" not in answer.text


def test_websockets_pass_untouched():
    passed = []

    async def app(*messages):
        passed.append(messages)

    connection = ({"type": "websocket", "path": "/_stcore/stream"}, object(), object())
    asyncio.run(Protection(app)(*connection))
    assert passed == [connection]
