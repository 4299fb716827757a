"""The immutable files: scripts and styles under `/assets`, outlines and names under `/geo`."""

from __future__ import annotations

import mimetypes
import re
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from mapapp.domain.errors import NotFoundError
from mapapp.domain.questions import Atlas
from mapapp.presentation.map_assets import map_assets
from mapapp.presentation.map_scene import MapScene
from mapapp.presentation.messages import LANGUAGES
from mapapp.public.responses import IMMUTABLE, JSON, Encoded, Endpoint, in_sentences, not_found

_LAYER_FILE = re.compile(r"(?P<name>[a-z]+)-(?P<tolerance>\d{1,6})-(?P<hash>[0-9a-f]{8,64})\.json", re.ASCII)
_UNITS_FILE = re.compile(r"units-(?P<language>[a-z]{2})-(?P<hash>[0-9a-f]{8,64})\.json", re.ASCII)


def assets_endpoint(request: Request) -> Response:
    """Serve a script or style file; another version's address is unknown, never answered with other bytes."""
    path = request.path_params["path"]
    if request.path_params["version"] != map_assets().version or path not in map_assets().files:
        return not_found(request)
    return _compressed_asset(path).answer(request, IMMUTABLE)


def geometry_endpoint(atlas: Atlas, scene: MapScene) -> Endpoint:
    """Return the endpoint of `/geo/{file}`."""

    # The names of a few layers at a few simplifications, of this edition and perhaps the one before it.
    @lru_cache(maxsize=16)
    def layer_file(name: str, tolerance_m: int, content_hash: str) -> Encoded:
        layer = atlas.layer(name, tolerance_m)
        if layer.content_hash != content_hash:
            raise NotFoundError("These outlines have been replaced: reload the page.")
        return Encoded(JSON, content_hash, layer.gzip_bytes, layer.brotli_bytes)

    @lru_cache(maxsize=len(LANGUAGES))
    def units_file(language: str) -> Encoded:
        return Encoded.of(scene.units(language).content, JSON, brotli_quality=9)

    @in_sentences
    def endpoint(request: Request) -> Response:
        file = request.path_params["file"]
        if found := _LAYER_FILE.fullmatch(file):
            return layer_file(found["name"], int(found["tolerance"]), found["hash"]).answer(
                request, IMMUTABLE
            )
        found = _UNITS_FILE.fullmatch(file)
        if (
            found
            and found["language"] in LANGUAGES
            and found["hash"] == scene.units(found["language"]).content_hash
        ):
            return units_file(found["language"]).answer(request, IMMUTABLE)
        return not_found(request)

    return endpoint


@lru_cache(maxsize=64)
def _compressed_asset(path: str) -> Encoded:
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Encoded.of(map_assets().files[path], media_type, brotli_quality=9)
