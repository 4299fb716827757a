"""Streamlit's own scripts and styles, compressed: it sends them as they are, a quarter as small would do.

A middleware and not a route, since Streamlit reserves their addresses. Each file is compressed when somebody
first asks for it; all of them are about 5 MB then.
"""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from mapapp.public.responses import IMMUTABLE, Encoded

_COMPRESSIBLE = (".js", ".css")


class CompressedBundle:
    """Answers for the scripts and styles of a folder, under `/static/`; their names carry their digests."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        files = (file for file in folder.rglob("*") if file.suffix in _COMPRESSIBLE)
        self._files = {f"/static/{file.relative_to(folder).as_posix()}": file for file in files}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything else."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self._files:
            await self._app(scope, receive, send)
            return
        encoded = await run_in_threadpool(_compressed, self._files[scope["path"]])
        await encoded.answer(Request(scope), IMMUTABLE)(scope, receive, send)


@cache
def _compressed(file: Path) -> Encoded:
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Encoded.of(file.read_bytes(), media_type)
