"""Where the borders of hromadas run: rebuilt from settlement points alone, dissolved, completed, simplified.

The rebuilt borders are an approximation: docs/adr/0002-boundaries.md says how they are drawn and how far
they agree with the real ones.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from mapapp.domain.geo import METRIC_CRS
from mapapp.domain.progress import Progress, no_progress

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Area: TypeAlias = shapely.Polygon | shapely.MultiPolygon
Boundaries: TypeAlias = Mapping[str, Area]
"""The polygon of each drawn area by its code, EPSG:4326."""

SIMPLIFICATION_LEVELS_M: Final[Mapping[str, float]] = {"national": 500.0, "oblast": 150.0, "full": 0.0}
"""Tolerance of each precomputed level; docs/adr/0002-boundaries.md has the measured sizes."""

_LATTICE_SPACING_M: Final = 1_000.0
_NEIGHBOURS: Final = 16
_DISTANCE_POWER: Final = 3.0
_SOFTENING_M: Final = 300.0
_LONE_SETTLEMENT_KM2: Final = 200.0
_LONE_LAND_SHARE: Final = 0.6
_LONE_CLEARANCE_M: Final = 4_000.0
_CLOSING_RADIUS_M: Final = 12_000.0
_OUTLINE_MARGIN_M: Final = 1_500.0
_AREA_ROUNDS: Final = 12
_MAX_LOG_STEP: Final = 0.5
_MAX_LOG_PULL: Final = 2.5
_OUTSIDE: Final = -1
_LEAST_SHARE: Final = 0.1
"""Borders keep this share of the spacing away from lattice vertices, so that rounding makes none touch."""
_HOME_SHARE: Final = 0.7
"""The same for the vertex nearest to a settlement: the settlement itself is at most 0.58 away from it."""
_SNAP_DEG: Final = 1e-7
"""About a centimetre: what separates two computations of one border, never two borders."""


@dataclass(frozen=True, slots=True, eq=False)
class SettlementPoints:
    """The settlements the borders are drawn from, one position per settlement in each array.

    Parameters
    ----------
    lon, lat
        Degrees, EPSG:4326.
    area
        Code of the drawn area (hromada, special city, raion of Crimea …) each settlement belongs to.

    """

    lon: Floats
    lat: Floats
    area: Sequence[str]

    def __post_init__(self) -> None:
        sizes = {len(self.lon), len(self.lat), len(self.area)}
        if len(sizes) != 1:
            raise ValueError(f"settlement arrays differ in length: {sorted(sizes)}")
        if not len(self.area):
            raise ValueError("borders cannot be drawn without settlements")


def reconstruct_boundaries(
    places: SettlementPoints,
    known_area_km2: Mapping[str, float],
    progress: Progress = no_progress,
) -> dict[str, Area]:
    """Draw the border of each area from its settlement points.

    Each point of the land goes to the area whose settlements are near and many: the sum of distance^-3 over
    the 16 nearest settlements, times one pull per area. The pulls are adjusted until the areas approach the
    known ones. The country's outline is the settlements' closing by 12 km (bays and gaps a circle of that
    radius cannot enter are land), 1.5 km beyond the outermost settlements.

    Parameters
    ----------
    places
        All settlements with coordinates.
    known_area_km2
        Known area by code; areas without one keep the pull 1.
    progress
        Told after each step.

    Returns
    -------
    dict
        An exact coverage in EPSG:4326, in code order: neighbours share their border vertex for vertex. Each
        area of `places` is in it. The same input gives the same bytes.

    Raises
    ------
    ValueError
        An area has no settlement farther than about a kilometre from those of others, so no land is left.

    """
    step, steps = "Drawing approximate boundaries", 5
    progress(step, 0, steps)
    codes, owner = np.unique(np.asarray(places.area, dtype=str), return_inverse=True)
    points = _to_metres(places.lon, places.lat)
    known_km2 = np.array([known_area_km2.get(code, np.nan) for code in codes])
    reach_m = _reach_of_lone_settlements(owner, known_km2)
    land, _ = _spread_over_discs(points, owner, reach_m * _LONE_LAND_SHARE)
    lattice = _Lattice.around(land, margin_m=_CLOSING_RADIUS_M + 2 * _LATTICE_SPACING_M)
    depth_m = _depth_inside_outline(lattice, land)
    progress(step, 1, steps)
    inside = np.flatnonzero(depth_m > 0)
    attraction = _Attraction.of(lattice.xy[inside], *_spread_over_discs(points, owner, reach_m))
    progress(step, 2, steps)
    attraction.match_areas(known_km2, lattice.cell_km2)
    label = np.full(len(lattice.xy), _OUTSIDE, dtype=np.int64)
    label[inside] = attraction.strongest()
    home = _settle(label, lattice, points, owner)
    progress(step, 3, steps)
    position = np.full(len(lattice.xy), -1, dtype=np.int64)
    position[inside] = np.arange(len(inside))
    faces = _faces(lattice, label, _CrossingRule(depth_m, position, attraction, label, home))
    progress(step, 4, steps)
    degrees = shapely.transform(_grouped_by_owner(faces, len(codes)), _to_degrees)
    landless = codes[shapely.is_empty(degrees)]
    if len(landless):
        raise ValueError(f"other settlements leave no land to {', '.join(landless)}")
    progress(step, 5, steps)
    return {str(code): area for code, area in zip(codes, degrees, strict=True)}


def dissolve(boundaries: Boundaries, parent_of: Mapping[str, str]) -> dict[str, Area]:
    """Return the outline of each parent (raion, oblast), its borders exactly those of its members.

    Areas without a parent in `parent_of` are left out. The boundaries must be a coverage.
    """
    members: defaultdict[str, list[Area]] = defaultdict(list)
    for code, area in boundaries.items():
        if code in parent_of:
            members[parent_of[code]].append(area)
    return {parent: _polygonal(shapely.coverage_union_all(members[parent])) for parent in sorted(members)}


def simplified(boundaries: Boundaries, tolerance_m: float) -> dict[str, Area]:
    """Return the boundaries with bends smaller than the tolerance removed; shared borders stay shared.

    The tolerance is the square root of the area of the triangle a vertex makes with its neighbours
    (Visvalingam-Whyatt over the whole coverage). 0 returns the boundaries as they are.
    """
    if tolerance_m <= 0:
        return dict(boundaries)
    metres = shapely.transform(_as_array(boundaries.values()), _lonlat_to_metres)
    degrees = shapely.transform(shapely.coverage_simplify(metres, tolerance_m), _to_degrees)
    return dict(zip(boundaries, degrees, strict=True))


def complete_with_approximation(imported: Boundaries, approximate: Boundaries) -> dict[str, Area]:
    """Return the imported areas, and the approximation of all others where the imported ones leave room.

    Gaps enclosed between the two go to the approximate neighbour with the longest border on them. An
    approximate area the imported ones cover completely keeps nothing and is left out; the caller compares
    the keys. The result is a coverage in code order.
    """
    taken = shapely.union_all(_as_array(imported.values()))
    shapely.prepare(taken)
    completed: dict[str, Area] = dict(imported)
    for code, area in approximate.items():
        if code not in imported:
            rest = _polygonal(shapely.difference(area, taken)) if taken.intersects(area) else area
            if not rest.is_empty:
                completed[code] = rest
    coverage = cleaned_coverage(dict(sorted(completed.items())))
    return cleaned_coverage(_with_gaps_filled(coverage, [code for code in coverage if code not in imported]))


def _with_gaps_filled(coverage: Boundaries, fillers: Sequence[str]) -> dict[str, Area]:
    """Return the coverage with enclosed gaps given to those fillers that border on them."""
    land = shapely.get_parts(shapely.coverage_union_all(_as_array(coverage.values())))
    gaps = [shapely.Polygon(ring) for part in land for ring in part.interiors]
    filled = dict(coverage)
    neighbours = _as_array(coverage[code] for code in fillers)
    touching = shapely.STRtree(neighbours)
    for gap in gaps:
        near = np.sort(touching.query(gap, predicate="intersects"))
        border = shapely.length(shapely.intersection(neighbours[near], gap.exterior))
        if len(near) and border.max() > 0:
            code = fillers[near[border.argmax()]]
            filled[code] = _polygonal(shapely.union(filled[code], gap))
    return filled


def cleaned_coverage(boundaries: Boundaries) -> dict[str, Area]:
    """Return the boundaries with hairline gaps and overlaps closed, so that borders are shared exactly."""
    areas = _as_array(boundaries.values())
    if not len(areas) or shapely.coverage_is_valid(areas):
        return dict(boundaries)
    cleaned = shapely.coverage_clean(areas, snapping_distance=_SNAP_DEG)  # type: ignore[attr-defined]  # stubs are for 2.1
    return {code: _polygonal(area) for code, area in zip(boundaries, cleaned, strict=True)}


@dataclass(frozen=True, slots=True, eq=False)
class _Lattice:
    """Equilateral triangles over the country: no direction is favoured, so borders show no staircase.

    `xy` are metres; `edges` pairs and `triangles` triples of vertex numbers. The first vertex lies outside.
    """

    xy: Floats
    edges: Ints
    triangles: Ints

    @property
    def cell_km2(self) -> float:
        """The land one vertex stands for."""
        return _LATTICE_SPACING_M**2 * math.sqrt(3) / 2 / 1e6

    @classmethod
    def around(cls, points: Floats, margin_m: float) -> _Lattice:
        """Cover the points and a margin around them."""
        low, high = points.min(axis=0) - margin_m, points.max(axis=0) + margin_m
        row_height = _LATTICE_SPACING_M * math.sqrt(3) / 2
        columns = int(np.ceil((high[0] - low[0]) / _LATTICE_SPACING_M)) + 2
        rows = int(np.ceil((high[1] - low[1]) / row_height)) + 1
        row, column = np.divmod(np.arange(rows * columns), columns)
        xy = np.column_stack(
            (
                low[0] + (column - 0.5 * (row % 2)) * _LATTICE_SPACING_M,
                low[1] + row * row_height,
            )
        )
        here = np.arange(rows * columns).reshape(rows, columns)
        # An odd row stands half a step to the left, so its diagonals lean the other way.
        leaning = (np.arange(rows - 1) % 2 == 0)[:, None]
        below, above = here[:-1], here[1:]
        a, b, c, d = below[:, :-1], below[:, 1:], above[:, :-1], above[:, 1:]
        first = np.where(leaning[..., None], np.stack((a, b, d), -1), np.stack((a, b, c), -1))
        second = np.where(leaning[..., None], np.stack((a, d, c), -1), np.stack((b, d, c), -1))
        diagonal = np.where(leaning[..., None], np.stack((a, d), -1), np.stack((b, c), -1))
        edges = (
            np.stack((here[:, :-1], here[:, 1:]), -1).reshape(-1, 2),
            np.stack((below, above), -1).reshape(-1, 2),
            diagonal.reshape(-1, 2),
        )
        triangles = np.concatenate((first.reshape(-1, 3), second.reshape(-1, 3)))
        return cls(xy=xy, edges=np.concatenate(edges), triangles=triangles)

    def components(self, label: NDArray[Any]) -> Ints:
        """Number the connected patches of vertices with one label."""
        same = self.edges[label[self.edges[:, 0]] == label[self.edges[:, 1]]]
        graph = coo_array((np.ones(len(same), dtype=np.int8), same.T), shape=(len(self.xy), len(self.xy)))
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _to_metres(lon: Floats, lat: Floats) -> Floats:
    return np.column_stack(Transformer.from_crs(4326, METRIC_CRS, always_xy=True).transform(lon, lat))


def _lonlat_to_metres(lonlat: Floats) -> Floats:
    return _to_metres(lonlat[:, 0], lonlat[:, 1])


def _to_degrees(xy: Floats) -> Floats:
    to_degrees = Transformer.from_crs(METRIC_CRS, 4326, always_xy=True)
    return np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))


def _nearest(sources: Floats, xy: Floats, count: int = 1) -> tuple[Floats, Ints]:
    """Return distance and number of the nearest sources; with a count above 1, one row per point."""
    distance_m, number = cKDTree(sources).query(xy, k=count, workers=-1)
    return np.asarray(distance_m, dtype=np.float64), np.asarray(number, dtype=np.int64)


def _depth_inside_outline(lattice: _Lattice, points: Floats) -> Floats:
    """Return how far inside the country's outline each vertex lies, negative outside.

    A morphological closing: land grows `_CLOSING_RADIUS_M` around the settlements, enclosed gaps are filled,
    then shrinks back to `_OUTLINE_MARGIN_M`.
    """
    distance_m, _ = _nearest(points, lattice.xy)
    beyond = distance_m > _CLOSING_RADIUS_M
    patch = lattice.components(beyond)
    grown = ~beyond | (patch != patch[0])
    front = lattice.edges[grown[lattice.edges[:, 0]] != grown[lattice.edges[:, 1]]]
    start, end = distance_m[front[:, 0]], distance_m[front[:, 1]]
    share = ((_CLOSING_RADIUS_M - start) / (end - start))[:, None]
    shore = lattice.xy[front[:, 0]] * (1 - share) + lattice.xy[front[:, 1]] * share
    depth_m = np.full(len(distance_m), -_CLOSING_RADIUS_M)
    depth_m[grown] = _nearest(shore, lattice.xy[grown])[0]
    return depth_m - (_CLOSING_RADIUS_M - _OUTLINE_MARGIN_M)


def _reach_of_lone_settlements(owner: Ints, known_km2: Floats) -> Floats:
    """Return the radius of the land a settlement must stand for alone, 0 where it has company.

    Kyiv, Sevastopol and the exclusion zone are one or two points for hundreds of square kilometres.
    """
    share_km2 = (known_km2 / np.bincount(owner))[owner]
    return np.where(share_km2 >= _LONE_SETTLEMENT_KM2, np.sqrt(share_km2 / np.pi) * 1_000, 0.0)


def _spread_over_discs(points: Floats, owner: Ints, radius_m: Floats) -> tuple[Floats, Ints]:
    """Return the points and owners, each point with a radius joined by a grid of others around it.

    The grid keeps off the settlements of others, so that they are not left as islands in the disc.
    """
    lone = np.flatnonzero(radius_m)
    steps = np.arange(0.0, radius_m.max() + _LATTICE_SPACING_M, _LATTICE_SPACING_M)
    steps = np.concatenate((-steps[:0:-1], steps))
    offsets = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    length_m = np.linalg.norm(offsets, axis=1)
    discs: list[Floats] = []
    for place in lone:
        disc = points[place] + offsets[(length_m > 0) & (length_m <= radius_m[place])]
        distance_m, _ = _nearest(points[owner != owner[place]], disc)
        discs.append(disc[distance_m > _LONE_CLEARANCE_M])
    owners = [np.full(len(disc), owner[place]) for place, disc in zip(lone, discs, strict=True)]
    return np.concatenate([points, *discs]), np.concatenate([owner, *owners])


@dataclass(slots=True, eq=False)
class _Attraction:
    """How strongly each area attracts each vertex, as logarithms, one entry per vertex and near area.

    Entries are sorted by vertex, then area; `first[v]` is the first entry of vertex `v`.
    """

    vertex: Ints
    area: Ints
    log_strength: Floats
    first: Ints
    log_pull: Floats

    @classmethod
    def of(cls, xy: Floats, points: Floats, owner: Ints) -> _Attraction:
        """Sum what the nearest settlements of each area contribute to each vertex."""
        near = min(_NEIGHBOURS, len(points))
        distance_m, settlement = _nearest(points, xy, count=near)
        strength: Floats = ((distance_m**2 + _SOFTENING_M**2) / 1e6) ** (-_DISTANCE_POWER / 2)
        vertex = np.repeat(np.arange(len(xy)), near)
        area_count = int(owner.max()) + 1
        key = vertex * area_count + owner[settlement.ravel()]
        order = np.argsort(key, kind="stable")
        key = key[order]
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        vertex, area = np.divmod(key[starts], area_count)
        return cls(
            vertex=vertex,
            area=area,
            log_strength=np.log(np.add.reduceat(strength.ravel()[order], starts)),
            first=np.flatnonzero(np.diff(vertex, prepend=-1)),
            log_pull=np.zeros(area_count),
        )

    def strongest(self) -> Ints:
        """Return the area that attracts each vertex most; the lower number wins a tie."""
        pulled = self.log_strength + self.log_pull[self.area]
        best = np.maximum.reduceat(pulled, self.first)
        winners = np.flatnonzero(pulled == best[self.vertex])[::-1]
        result = np.empty(len(self.first), dtype=np.int64)
        result[self.vertex[winners]] = self.area[winners]
        return result

    def match_areas(self, known_km2: Floats, cell_km2: float) -> None:
        """Adjust the pulls so that areas approach the known ones, in proportion where the sums differ."""
        known = np.isfinite(known_km2)
        if not known.any():
            return
        for _ in range(_AREA_ROUNDS):
            drawn_km2 = np.bincount(self.strongest(), minlength=len(known_km2)) * cell_km2
            wanted = known_km2[known] / known_km2[known].sum() * drawn_km2[known].sum()
            step = np.log(wanted / np.maximum(drawn_km2[known], cell_km2 / 2))
            pull = self.log_pull[known] + np.clip(step, -_MAX_LOG_STEP, _MAX_LOG_STEP)
            self.log_pull[known] = np.clip(pull, -_MAX_LOG_PULL, _MAX_LOG_PULL)

    def at(self, vertex: Ints, area: Ints) -> Floats:
        """Return the pulled log strength of an area at a vertex; one not near counts as its weakest there."""
        count = len(self.log_pull)
        keys = self.vertex * count + self.area
        entry = np.minimum(np.searchsorted(keys, vertex * count + area), len(keys) - 1)
        weakest = np.minimum.reduceat(self.log_strength, self.first)
        is_near = keys[entry] == vertex * count + area
        return np.where(is_near, self.log_strength[entry], weakest[vertex]) + self.log_pull[area]


def _settle(label: Ints, lattice: _Lattice, points: Floats, owner: Ints) -> Flags:
    """Give the vertex nearest to each settlement to its own area and return which vertices those are.

    Of several settlements at one vertex the nearest wins.
    """
    distance_m, vertex = _nearest(lattice.xy, points)
    farthest_first = np.argsort(-distance_m, kind="stable")
    label[vertex[farthest_first]] = owner[farthest_first]
    home = np.zeros(len(label), dtype=np.bool_)
    home[vertex] = True
    return home


@dataclass(frozen=True, slots=True, eq=False)
class _CrossingRule:
    """Where along a lattice edge the border between its two labels runs."""

    depth_m: Floats
    position: Ints
    attraction: _Attraction
    label: Ints
    home: Flags

    def share(self, start: Ints, end: Ints) -> Floats:
        """Return the crossing's place on each edge, from 0 at its start to 1 at its end."""
        here, there = self.label[start], self.label[end]
        at_outline = (here == _OUTSIDE) | (there == _OUTSIDE)
        lead_at_start, lead_at_end = np.abs(self.depth_m[start]), np.abs(self.depth_m[end])
        inner = np.flatnonzero(~at_outline)
        lead_at_start[inner] = self._lead(start[inner], here[inner], there[inner])
        lead_at_end[inner] = self._lead(end[inner], there[inner], here[inner])
        total = lead_at_start + lead_at_end
        share = np.divide(lead_at_start, total, out=np.full(len(total), 0.5), where=total > 0)
        least = np.where(self.home[start] & ~self.home[end], _HOME_SHARE, _LEAST_SHARE)
        most = np.where(self.home[end] & ~self.home[start], 1 - _HOME_SHARE, 1 - _LEAST_SHARE)
        return np.asarray(np.clip(share, least, most), dtype=np.float64)

    def _lead(self, vertex: Ints, own: Ints, other: Ints) -> Floats:
        place = self.position[vertex]
        return np.maximum(self.attraction.at(place, own) - self.attraction.at(place, other), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Faces:
    polygons: NDArray[np.object_]
    owner: Ints


def _faces(lattice: _Lattice, label: Ints, rule: _CrossingRule) -> _Faces:
    """Trace the borders through the triangles (marching triangles) and return the patches they enclose."""
    polygons = shapely.get_parts(shapely.polygonize(_border_segments(lattice, label, rule)))
    _, sample = np.unique(lattice.components(label), return_index=True)
    sample = sample[label[sample] != _OUTSIDE]
    patch, polygon = shapely.STRtree(polygons).query(shapely.points(lattice.xy[sample]), predicate="within")
    if len(patch) != len(sample):
        raise AssertionError("each patch of the lattice lies in one polygon")
    return _Faces(polygons[polygon], label[sample][patch])


def _border_segments(lattice: _Lattice, label: Ints, rule: _CrossingRule) -> NDArray[np.object_]:
    """Return the pieces of border inside each triangle; they meet exactly at the triangles' edges."""
    corners = lattice.triangles
    corner_label = label[corners]
    mixed = (corner_label != corner_label[:, [1, 2, 0]]).any(axis=1)
    corners, corner_label = corners[mixed], corner_label[mixed]
    sides = np.sort(np.stack((corners, corners[:, [1, 2, 0]]), axis=-1), axis=-1)
    is_crossed = corner_label != corner_label[:, [1, 2, 0]]
    # One computation per edge, whichever triangle asks: both neighbours get the same bits.
    edges, edge_of_side = np.unique(sides[is_crossed], axis=0, return_inverse=True)
    share = rule.share(edges[:, 0], edges[:, 1])[:, None]
    crossing = lattice.xy[edges[:, 0]] * (1 - share) + lattice.xy[edges[:, 1]] * share
    on_side = np.full((*is_crossed.shape, 2), np.nan)
    on_side[is_crossed] = crossing[edge_of_side.ravel()]
    is_meeting = is_crossed.all(axis=1)
    through = on_side[~is_meeting][is_crossed[~is_meeting]].reshape(-1, 2, 2)
    meeting = on_side[is_meeting]
    centre = np.broadcast_to(meeting.mean(axis=1, keepdims=True), meeting.shape)
    spokes = np.stack((meeting, centre), axis=2).reshape(-1, 2, 2)
    return np.asarray(shapely.linestrings(np.concatenate((through, spokes))))


def _grouped_by_owner(faces: _Faces, count: int) -> NDArray[np.object_]:
    """Return one (multi)polygon per area; patches of one area never touch along a border."""
    order = np.argsort(faces.owner, kind="stable")
    groups = np.split(faces.polygons[order], np.searchsorted(faces.owner[order], np.arange(1, count)))
    return _as_array(_polygonal(shapely.MultiPolygon(list(group))) for group in groups)


def _polygonal(geometry: shapely.Geometry) -> Area:
    """Return the polygons of a geometry: one as a Polygon, none or several as a MultiPolygon."""
    parts = shapely.get_parts(geometry)
    polygons = [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _as_array(areas: Iterable[Area]) -> NDArray[np.object_]:
    collected = list(areas)
    array = np.empty(len(collected), dtype=object)
    array[:] = collected
    return array
