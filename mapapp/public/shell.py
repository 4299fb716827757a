"""The first bytes of every page: Streamlit's own HTML, told its language and where its server is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapapp.public.responses import Encoded

SERVER_ADDRESS: Final = 'window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };'
"""Without it a page below the root looks for its server under its own path first, and two requests fail."""

_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_REVALIDATE: Final = "no-cache"


def shell_page(index_html: str, title: str) -> str:
    """Return Streamlit's page with our title, in Ukrainian, and with the address of its server."""
    page = index_html.replace('<html lang="en">', '<html lang="uk">', 1)
    page = re.sub(r"<title>.*?</title>", f"<title>{title}</title>", page, count=1)
    return page.replace("<head>", f"<head>\n    <script>{SERVER_ADDRESS}</script>", 1)


def shell_routes(page: str, paths: Iterable[str]) -> list[Route]:
    """Return a route per page that answers with the shell."""
    encoded = Encoded.of(page.encode(), "text/html; charset=utf-8")

    def endpoint(request: Request) -> Response:
        return encoded.answer(request, _REVALIDATE)

    return [Route(path, endpoint) for path in paths]


def inline_scripts(page: str) -> Sequence[str]:
    """Return the scripts inside the page, so that no others need to be allowed."""
    return _INLINE_SCRIPT.findall(page)
