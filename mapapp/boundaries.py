"""Which outlines the map draws: rebuilt from settlements or imported, stored with ready-made layers."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import brotli
import numpy as np
import shapely

from mapapp.analysis.boundaries import (
    SIMPLIFICATION_LEVELS_M,
    Boundaries,
    SettlementPoints,
    complete_with_approximation,
    dissolve,
    reconstruct_boundaries,
    simplified,
)
from mapapp.domain.errors import msgid
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg
from mapapp.domain.progress import Progress
from mapapp.domain.questions import BoundarySet, GeometryLayer
from mapapp.files.boundaries import BoundaryImport, boundary_layer_json, read_boundaries
from mapapp.storage.store import Store

_APPROXIMATE = msgid("Approximate boundaries, rebuilt from settlement points")
_LAYERS_STEP = msgid("Preparing boundaries for the map")
_BROTLI_QUALITY = 9
_DECIMALS, _DECIMALS_OF_FULL_DETAIL = 4, 5
"""Of a degree: 11 m and 1 m, well below what each level leaves out."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What the map says of its outlines: a title, and the licence and words their source asks for."""

    title: str
    licence: str
    attribution: str


def install_approximate_boundaries(
    store: Store, gazetteer: Gazetteer, other_areas_km2: Mapping[Katottg, float], progress: Progress
) -> None:
    """Rebuild the outlines from the settlement points and put them in the store, marked as approximate.

    `other_areas_km2` are the known areas of what is drawn but is no hromada.
    """
    sources = gazetteer.sources
    credits_ = Credits(
        title=_APPROXIMATE,
        licence=sources["gazetteer"].licence,
        attribution=f"{sources['gazetteer'].attribution}; {sources['area'].attribution}",
    )
    approximate = _approximate(gazetteer, other_areas_km2, progress)
    _install(store, gazetteer, approximate, credits_, is_approximate=True, progress=progress)


def import_boundaries(
    store: Store,
    file: Path,
    credits_: Credits,
    other_areas_km2: Mapping[Katottg, float],
    progress: Progress,
    *,
    partial: bool = False,
) -> BoundaryImport:
    """Put a file's outlines in the store, all or nothing, and return what was read.

    What the file does not have (Crimea's raions, the exclusion zone, with `partial` also hromadas) stays
    approximate around it; then the map goes on saying so.
    """
    gazetteer = store.gazetteer()
    imported = read_boundaries(file, gazetteer, partial=partial)
    approximate = _approximate(gazetteer, other_areas_km2, progress)
    outlines = complete_with_approximation(dict(imported.boundaries.items()), approximate)
    _install(store, gazetteer, outlines, credits_, is_approximate=bool(imported.missing), progress=progress)
    return imported


def _approximate(
    gazetteer: Gazetteer, other_areas_km2: Mapping[Katottg, float], progress: Progress
) -> Boundaries:
    placed = [
        (place.point, place.area) for place in gazetteer.settlements.values() if place.point is not None
    ]
    points = SettlementPoints(
        lon=np.array([point.lon for point, _ in placed]),
        lat=np.array([point.lat for point, _ in placed]),
        area=[area for _, area in placed],
    )
    known_km2: dict[str, float] = dict(other_areas_km2.items())
    known_km2 |= {code: unit.area_km2 for code, unit in gazetteer.hromadas.items() if unit.area_km2}
    return reconstruct_boundaries(points, known_km2, progress)


def _install(
    store: Store,
    gazetteer: Gazetteer,
    outlines: Boundaries,
    credits_: Credits,
    *,
    is_approximate: bool,
    progress: Progress,
) -> None:
    shapes = {Katottg(code): bytes(shapely.to_wkb(outline)) for code, outline in outlines.items()}
    boundary_set = BoundarySet(
        title=credits_.title,
        is_approximate=is_approximate,
        licence=credits_.licence,
        attribution=credits_.attribution,
        checksum=hashlib.sha256(b"".join(shapes.values())).hexdigest(),
        installed_at=datetime.now(UTC),
    )
    store.replace_boundaries(boundary_set, shapes, _layers(outlines, gazetteer, progress))


def _layers(boundaries: Boundaries, gazetteer: Gazetteer, progress: Progress) -> list[GeometryLayer]:
    """Return hromadas, raions and oblasts at each simplification; borders of all three coincide exactly.

    A feature carries its code alone: names come apart, once per language.
    """
    raions = {code.raion_prefix: code for code in gazetteer.raions}
    oblasts = {code.oblast_prefix: code for code in gazetteer.oblasts}
    to_raion = {code: raions[code[:6]] for code in boundaries if code[:6] in raions}
    to_oblast = {code: oblasts[code[:4]] for code in boundaries}
    layers: list[GeometryLayer] = []
    tolerances_m = sorted(SIMPLIFICATION_LEVELS_M.values(), reverse=True)  # coarsest first
    for done, tolerance_m in enumerate(tolerances_m):
        progress(_LAYERS_STEP, done, len(tolerances_m))
        drawn = simplified(boundaries, tolerance_m)
        for name, shapes in (
            ("hromadas", drawn),
            ("raions", dissolve(drawn, to_raion)),
            ("oblasts", dissolve(drawn, to_oblast)),
        ):
            codes = {code: {"code": code} for code in shapes}
            decimals = _DECIMALS if tolerance_m else _DECIMALS_OF_FULL_DETAIL
            layers.append(_layer(name, int(tolerance_m), boundary_layer_json(shapes, codes, decimals)))
    progress(_LAYERS_STEP, len(tolerances_m), len(tolerances_m))
    return layers


def _layer(name: str, tolerance_m: int, geojson: bytes) -> GeometryLayer:
    return GeometryLayer(
        name=name,
        tolerance_m=tolerance_m,
        content_hash=hashlib.sha256(geojson).hexdigest()[:16],
        gzip_bytes=gzip.compress(geojson, compresslevel=9, mtime=0),
        brotli_bytes=brotli.compress(geojson, quality=_BROTLI_QUALITY),
    )
