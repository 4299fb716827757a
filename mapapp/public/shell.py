"""The first bytes of every page: Streamlit's own HTML, told its language and where its server is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mapapp.public.responses import Encoded

SERVER_ADDRESS: Final = 'window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };'
"""Without it a page below the root looks for its server under its own path first, and two requests fail."""

_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HTML: Final = "text/html; charset=utf-8"
_REVALIDATE: Final = "no-cache"


def shell_page(index_html: str, language: str, title: str) -> str:
    """Return Streamlit's page in a language, with our title and with the address of its server."""
    page = index_html.replace('<html lang="en">', f'<html lang="{language}">', 1)
    page = re.sub(r"<title>.*?</title>", f"<title>{title}</title>", page, count=1)
    return page.replace("<head>", f"<head>\n    <script>{SERVER_ADDRESS}</script>", 1)


def shell_routes(pages: Mapping[str, str], paths: Iterable[str]) -> list[Route]:
    """Return a route per path that answers with the shell in the language asked for, the first by default."""
    encoded = {language: Encoded.of(page.encode(), _HTML) for language, page in pages.items()}
    first = next(iter(encoded.values()))

    def endpoint(request: Request) -> Response:
        return encoded.get(request.query_params.get("lang", ""), first).answer(request, _REVALIDATE)

    return [Route(path, endpoint) for path in paths]


def inline_scripts(page: str) -> Sequence[str]:
    """Return the scripts inside the page, so that no others need to be allowed."""
    return _INLINE_SCRIPT.findall(page)
