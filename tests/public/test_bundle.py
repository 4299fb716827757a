"""Streamlit's scripts travel compressed and everything else goes its way."""

from __future__ import annotations

import brotli
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mapapp.public.bundle import CompressedBundle

SCRIPT = b"export const answer = 42;\n" * 500


@pytest.fixture
def served(client_of, tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "index.abc123.js").write_bytes(SCRIPT)
    (tmp_path / "index.html").write_text("<html>", encoding="utf-8")

    def inside(request):
        return PlainTextResponse(f"inside {request.method}")

    app = Starlette(
        routes=[Route("/{path:path}", inside, methods=["GET", "POST"])],
        middleware=[Middleware(CompressedBundle, folder=tmp_path)],
    )
    return client_of(app)


def test_a_script_travels_compressed_and_stays(served):
    answer, body = served.raw("/static/js/index.abc123.js", headers={"Accept-Encoding": "br"})
    assert brotli.decompress(body) == SCRIPT
    assert len(body) < len(SCRIPT) / 4
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"].endswith("immutable")


def test_a_client_without_compression_gets_the_script_as_it_is(served):
    assert served.raw("/static/js/index.abc123.js", headers={"Accept-Encoding": ""})[1] == SCRIPT


@pytest.mark.parametrize(
    "path", ["/", "/static/index.html", "/static/js/none.js", "/static/../js/index.abc123.js"]
)
def test_everything_else_goes_its_way(served, path):
    assert served.get(path).text == "inside GET"


def test_only_reading_is_answered(served):
    assert served.post("/static/js/index.abc123.js").text == "inside POST"
