"""How an answer travels: compressed beforehand, named by a strong ETag per encoding, errors as a sentence."""

from __future__ import annotations

import gzip
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Final, Self

import brotli
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mapapp.domain.errors import NotFoundError, StoreUnavailableError, UsageError
from mapapp.presentation.messages import LANGUAGES, Translator, translator

IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""For an address that contains a digest of what it means."""
BRIEF: Final = "public, max-age=60"
"""For answers that change when the registry does."""
NEVER: Final = "no-store"

JSON: Final = "application/json"

_LOG = logging.getLogger(__name__)
_REFUSED = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")

Endpoint = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A body compressed once, for as many answers as it lives."""

    media_type: str
    tag: str
    gzip_bytes: bytes
    brotli_bytes: bytes

    @classmethod
    def of(cls, body: bytes, media_type: str, *, brotli_quality: int = 5) -> Self:
        """Compress a body; its tag is a digest of it."""
        return cls(
            media_type=media_type,
            tag=sha256(body).hexdigest()[:16],
            gzip_bytes=gzip.compress(body, compresslevel=6, mtime=0),
            brotli_bytes=brotli.compress(body, quality=brotli_quality),
        )

    def answer(self, request: Request, cache_control: str) -> Response:
        """Return the body as the client can read it, or 304 when it holds it already."""
        encoding = _best_encoding(request.headers.get("accept-encoding", ""))
        # RFC 9110 8.8.3: two encodings of one thing are two representations, so each has its own strong tag.
        etag = f'"{self.tag}-{encoding}"'
        headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": "Accept-Encoding"}
        if _holds(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        if encoding == "identity":
            return Response(gzip.decompress(self.gzip_bytes), media_type=self.media_type, headers=headers)
        headers["Content-Encoding"] = encoding
        body = self.brotli_bytes if encoding == "br" else self.gzip_bytes
        return Response(body, media_type=self.media_type, headers=headers)


def refusal(sentence: str, status: int) -> Response:
    """Return an error as JSON: one sentence."""
    return JSONResponse({"error": sentence}, status_code=status, headers={"Cache-Control": NEVER})


def status_of(error: UsageError) -> int:
    """Return the HTTP status that says the same."""
    if isinstance(error, StoreUnavailableError):
        return 503
    return 404 if isinstance(error, NotFoundError) else 400


def language_of(request: Request) -> Translator:
    """Return the translator the parameter `lang` asks for; Ukrainian if it asks for none we have."""
    wish = request.query_params.get("lang", "")
    return translator(wish if wish in LANGUAGES else LANGUAGES[0])


def in_sentences(endpoint: Endpoint) -> Endpoint:
    """Wrap an endpoint of the API so that whatever goes wrong is answered by a sentence."""

    @wraps(endpoint)
    def answer(request: Request) -> Response:
        t = language_of(request)
        try:
            return endpoint(request)
        except UsageError as error:
            return refusal(t.error(error), status_of(error))
        except Exception:  # noqa: BLE001 - whatever it is, the public gets a sentence
            # The details may hold an address or a password: they go to the log only.
            _LOG.exception("%s failed", request.url.path)
            return refusal(t("Something went wrong on the server; it has been logged."), 500)

    return answer


def not_found(request: Request) -> Response:
    """Answer 404 where Streamlit would send its page with status 200."""
    t = language_of(request)
    return refusal(t("There is nothing at this address."), 404)


def _best_encoding(accept: str) -> str:
    """Return br, gzip or identity, in that order of preference; quality values only refuse (q=0)."""
    accepted = set()
    for part in accept.lower().split(","):
        name, _, parameters = part.partition(";")
        if not _REFUSED.fullmatch(parameters):
            accepted.add(name.strip())
    return next((encoding for encoding in ("br", "gzip") if encoding in accepted), "identity")


def _holds(if_none_match: str, etag: str) -> bool:
    """Tell whether a conditional request names the tag (weak comparison, RFC 9110 13.1.2)."""
    return any(tag.strip().removeprefix("W/") in {etag, "*"} for tag in if_none_match.split(","))
