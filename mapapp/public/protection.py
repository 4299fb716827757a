"""What a browser may do with each page, said in headers, and which of Streamlit's own addresses stay closed.

Pure ASGI: Starlette's BaseHTTPMiddleware would break websockets and streamed answers.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapapp.public.responses import not_found

# They answer without login: numbers of the process, a driver for programs, a run of the script per request.
_CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")

_DATA = ("/api/", "/assets/", "/geo/", "/healthz")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Tile servers may ask where a request comes from; they learn the site and never the page.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Protection:
    """Adds the security headers that fit the path, and closes what nobody needs from outside."""

    def __init__(self, app: ASGIApp, *, tiles_url: str = "", page_scripts: Sequence[str] = ()) -> None:
        """Wrap an app; `page_scripts` are the inline scripts of its own pages, allowed by their digest."""
        self._app = app
        digests = "".join(f" '{_digest(script)}'" for script in page_scripts)
        tiles = _origin_of(tiles_url)
        images = f"img-src 'self' data: blob:{tiles}"
        self._data = _policy("default-src 'none'", "frame-ancestors 'none'")
        self._embed = _policy(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            images,
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors *",
        )
        # No script at all: a slip is read on a stranger's phone.
        self._slip = _policy(
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
        self._component = _policy(
            "default-src 'self'",
            # streamlit-folium evaluates the scripts folium writes; no text from people is in them unescaped.
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            images,
            "object-src 'none'",
            "base-uri 'self'",
            "frame-ancestors 'self'",
        )
        self._page = _policy(
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' blob:{digests}",
            "style-src 'self' 'unsafe-inline'",
            images,
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything but HTTP on as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        headers = _ALWAYS | {"Content-Security-Policy": self._policy_for(path)}

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if path.startswith(_CLOSED):
            await not_found(Request(scope))(scope, receive, send_protected)
        else:
            await self._app(scope, receive, send_protected)

    def _policy_for(self, path: str) -> str:
        if path == "/embed":
            return self._embed
        if path.startswith("/slip/"):
            return self._slip
        if path.startswith("/component/"):
            return self._component
        return self._data if path.startswith(_DATA) else self._page


def _policy(*directives: str) -> str:
    return "; ".join(directives)


def _digest(script: str) -> str:
    """Return a script's source expression (CSP level 3, 2.3.1)."""
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


def _origin_of(tiles_url: str) -> str:
    """Return the sources of a tile template for a policy, with a space before; `{s}` stands for any name."""
    if not tiles_url:
        return ""
    parts = urlsplit(tiles_url)
    return f" {parts.scheme}://{parts.netloc.replace('{s}', '*')}"
