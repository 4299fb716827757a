"""How lines of a map become a network: cut at junctions, tied at barriers, sorted by place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mapapp.analysis.road_network import (
    CELL_E7,
    Ints,
    RoadNetwork,
    cell_of,
    pieces_m,
    ranges,
    row_key,
)
from mapapp.domain.errors import msgid
from mapapp.domain.progress import Progress, no_progress

USEFUL_M: Final = 50_000.0
"""A network apart from the largest counts where it has this much road; less is a slip of the map."""
_SMALLEST_S: Final = 1e-3
"""No road takes no time: a zero would read as no road at all."""
_NODE_BITS: Final = 31
_STEP: Final = msgid("Joining roads")
_STEPS: Final = 5


@dataclass(frozen=True, slots=True)
class _Roads:
    """Roads being made: ends, use and points of each."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    ends: NDArray[np.int64]
    car_s: NDArray[np.float64]
    foot_s: NDArray[np.float64]
    metres: NDArray[np.float64]
    car_starts: NDArray[np.bool_]


def build_network(
    *,
    node_id: Ints,
    lon_e7: NDArray[np.int32],
    lat_e7: NDArray[np.int32],
    line_start: Ints,
    car_m_s: NDArray[np.float32],
    foot_m_s: NDArray[np.float32],
    car_starts: NDArray[np.bool_],
    stops_car: Ints,
    stops_foot: Ints,
    progress: Progress = no_progress,
) -> RoadNetwork:
    """Return the network of lines that meet where they share a node.

    Parameters are arrays as a map gives them: (P,) node, place in 1e-7 degrees; (L + 1,) where each line
    starts; (L, 2) metres a second along and against, 0 for not allowed; (L,) whether a car may stop there;
    nodes that cars, or people on foot, do not pass. Roads of the network keep the bends of the lines.
    """
    progress(_STEP, 0, _STEPS)
    _, node = np.unique(node_id, return_inverse=True)
    line = np.repeat(np.arange(len(line_start) - 1), np.diff(line_start))
    barred = np.isin(node_id, np.union1d(stops_car, stops_foot))
    cuts = _cuts(node, line, line_start, barred)
    progress(_STEP, 1, _STEPS)
    roads = _roads_between(
        cuts, node, line, lon_e7, lat_e7, car_m_s=car_m_s, foot_m_s=foot_m_s, car_starts=car_starts
    )
    roads, home = _untied(roads, barred, np.isin(node_id, stops_foot), node, int(node.max()) + 1)
    roads = _one_for_each_pair(roads)
    progress(_STEP, 2, _STEPS)
    place = np.zeros(int(node.max()) + 1, np.int64)
    place[node] = np.arange(len(node))  # any point of the node
    network = _sorted_by_place(roads, place[home], lon_e7, lat_e7)
    progress(_STEP, 3, _STEPS)
    foot_starts = _is_useful(network, network.foot_s)
    usable = network.car_starts & _is_useful(network, network.car_s)
    progress(_STEP, 4, _STEPS)
    network = replace(
        network, car_starts=usable, foot_starts=foot_starts, **_arcs(network), **_cells(network)
    )
    progress(_STEP, _STEPS, _STEPS)
    return network


def _cuts(node: Ints, line: Ints, line_start: Ints, barred: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell at which points a road ends: junctions, barriers, and in the middle of a twin or a loop.

    Then no two roads of more than one piece join the same two junctions, and none returns to where it began.
    """
    cut: NDArray[np.bool_] = (np.bincount(node)[node] > 1) | barred
    cut[line_start[:-1]] = True
    cut[line_start[1:] - 1] = True
    while True:
        first, last = _stretches(cut, line)
        low, high = np.minimum(node[first], node[last]), np.maximum(node[first], node[last])
        order = np.lexsort((last - first, high, low))
        is_twin = np.zeros(len(first), np.bool_)
        is_twin[order[1:]] = (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0)
        apart = (is_twin | (low == high)) & (last - first > 1)
        if not apart.any():
            return cut
        cut[(first[apart] + last[apart]) // 2] = True


def _stretches(cut: NDArray[np.bool_], line: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last point of each stretch between cuts of one line."""
    at = np.flatnonzero(cut)
    same_line = line[at[:-1]] == line[at[1:]]
    return at[:-1][same_line], at[1:][same_line]


def _roads_between(
    cut: NDArray[np.bool_],
    node: NDArray[np.int64],
    line: Ints,
    lon_e7: Ints,
    lat_e7: Ints,
    *,
    car_m_s: NDArray[np.float32],
    foot_m_s: NDArray[np.float32],
    car_starts: NDArray[np.bool_],
) -> _Roads:
    first, last = _stretches(cut, line)
    came_m = np.concatenate(([0.0], np.cumsum(pieces_m(lon_e7, lat_e7, np.arange(len(node) - 1)))))
    metres = came_m[last] - came_m[first]
    of_line = line[first]
    ends = np.stack([node[first], node[last]], axis=1)
    car_s, foot_s = _seconds(metres, car_m_s[of_line]), _seconds(metres, foot_m_s[of_line])
    return _Roads(first, last, ends, car_s, foot_s, metres, car_starts[of_line])


def _seconds(metres: NDArray[np.float64], m_s: NDArray[np.float32]) -> NDArray[np.float64]:
    seconds = np.full(m_s.shape, np.inf)
    np.divide(metres[:, None], m_s, out=seconds, where=m_s > 0)
    np.maximum(seconds, _SMALLEST_S, out=seconds)
    return seconds


def _untied(
    roads: _Roads, barred: NDArray[np.bool_], foot_barred: NDArray[np.bool_], node: Ints, count: int
) -> tuple[_Roads, NDArray[np.int64]]:
    """Give every road that reaches a barrier an end of its own there, tied on foot to the barrier's node.

    Nobody drives through, yet both sides can be reached. Returned with the node that each end stands at.
    """
    points = np.stack([roads.first, roads.last], axis=1)
    loose = barred[points]
    ends = roads.ends.copy()
    stands_at = ends[loose]
    ends[loose] = count + np.arange(len(stands_at))
    home = np.concatenate([np.arange(count), stands_at])
    at = points[loose]
    passed_on_foot = ~foot_barred[at]
    at = at[passed_on_foot]
    ties = np.stack([node[at], ends[loose][passed_on_foot]], axis=1)
    shape = (len(ties), 2)
    tied = _Roads(
        first=np.concatenate([roads.first, at]),
        last=np.concatenate([roads.last, at]),
        ends=np.concatenate([ends, ties]),
        car_s=np.concatenate([roads.car_s, np.full(shape, np.inf)]),
        foot_s=np.concatenate([roads.foot_s, np.full(shape, _SMALLEST_S)]),
        metres=np.concatenate([roads.metres, np.zeros(len(ties))]),
        car_starts=np.concatenate([roads.car_starts, np.zeros(len(ties), np.bool_)]),
    )
    return tied, home


def _one_for_each_pair(roads: _Roads) -> _Roads:
    """Merge straight twins into one road with the quicker time each way; drop what goes nowhere."""
    low, high = roads.ends.min(axis=1), roads.ends.max(axis=1)
    pair, which = np.unique((low << _NODE_BITS) | high, return_inverse=True)
    kept = np.full(len(pair), len(low), np.int64)
    np.minimum.at(kept, which, np.arange(len(low)))
    is_turned = roads.ends[:, 0] != roads.ends[kept[which], 0]
    merged = []
    for seconds in (roads.car_s, roads.foot_s):
        aligned = np.where(is_turned[:, None], seconds[:, ::-1], seconds)
        quickest = np.full((len(pair), 2), np.inf)
        np.minimum.at(quickest, which, aligned)
        merged.append(quickest)
    car_starts = np.zeros(len(pair), np.bool_)
    np.logical_or.at(car_starts, which, roads.car_starts)
    goes = (pair >> _NODE_BITS) != (pair & ((1 << _NODE_BITS) - 1))
    kept = kept[goes]
    return _Roads(
        first=roads.first[kept],
        last=roads.last[kept],
        ends=roads.ends[kept],
        car_s=merged[0][goes],
        foot_s=merged[1][goes],
        metres=roads.metres[kept],
        car_starts=car_starts[goes],
    )


def _sorted_by_place(
    roads: _Roads, place: Ints, lon_e7: NDArray[np.int32], lat_e7: NDArray[np.int32]
) -> RoadNetwork:
    """Return the network with junctions row by row and roads in the order of theirs; what is near lies near.

    `place` is a point of each end in use.
    """
    used, ends = np.unique(roads.ends, return_inverse=True)
    ends = ends.reshape(-1, 2)
    key = row_key(lon_e7[place[used]], lat_e7[place[used]])
    order = np.argsort(key, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ends = rank[ends]
    by_first = np.lexsort((ends[:, 1], ends[:, 0]))
    points = ranges(roads.first[by_first], roads.last[by_first] + 1)
    at = place[used[order]]
    counts = roads.last[by_first] - roads.first[by_first] + 1
    none = np.zeros(0, np.int64)
    return RoadNetwork(
        node_lon_e7=lon_e7[at],
        node_lat_e7=lat_e7[at],
        node_key=key[order],
        road_ends=ends[by_first].astype(np.int32),
        road_m=roads.metres[by_first].astype(np.float32),
        car_s=roads.car_s[by_first].astype(np.float32),
        foot_s=roads.foot_s[by_first].astype(np.float32),
        car_starts=roads.car_starts[by_first],
        foot_starts=roads.car_starts[by_first],
        shape_start=np.concatenate(([0], np.cumsum(counts))),
        shape_lon_e7=lon_e7[points],
        shape_lat_e7=lat_e7[points],
        arc_start=none,
        arc=none.astype(np.int32),
        cell_key=none,
        cell_start=none,
        cell_piece=none,
        cell_road=none.astype(np.int32),
    )


def _is_useful(network: RoadNetwork, seconds: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell which roads lie in a network where every junction leads to every other, large enough to count."""
    along, against = np.isfinite(seconds[:, 0]), np.isfinite(seconds[:, 1])
    first, last = network.road_ends[:, 0], network.road_ends[:, 1]
    tail = np.concatenate([first[along], last[against]])
    head = np.concatenate([last[along], first[against]])
    graph = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(network.nodes, network.nodes))
    _, part = connected_components(graph.tocsr(), directed=True, connection="strong")
    within = (part[first] == part[last]) & (along | against)
    metres = np.bincount(part[first[within]], network.road_m[within], minlength=int(part.max()) + 1)
    counts = metres >= min(USEFUL_M, metres.max())
    useful: NDArray[np.bool_] = within & counts[part[first]]
    return useful


def _arcs(network: RoadNetwork) -> dict[str, Any]:
    tail = network.road_ends.reshape(-1)  # arc 2i leaves the first end, 2i + 1 the last
    order = np.argsort(tail, kind="stable").astype(np.int32)
    counts = np.bincount(tail, minlength=network.nodes)
    return {"arc_start": np.concatenate(([0], np.cumsum(counts))), "arc": order}


def _cells(network: RoadNetwork) -> dict[str, Any]:
    """Return which pieces pass each square, known by points along them at most a square apart."""
    is_piece = np.ones(len(network.shape_lon_e7), np.bool_)
    is_piece[network.shape_start[1:] - 1] = False
    piece = np.flatnonzero(is_piece)
    lon, lat = network.shape_lon_e7.astype(np.int64), network.shape_lat_e7.astype(np.int64)
    span_lon, span_lat = lon[piece + 1] - lon[piece], lat[piece + 1] - lat[piece]
    steps = np.maximum(np.abs(span_lon), np.abs(span_lat)) // CELL_E7 + 1
    step = ranges(np.zeros_like(steps), steps + 1)
    share = step / np.repeat(steps, steps + 1)
    again = np.repeat(piece, steps + 1)
    key = cell_of(
        (lon[again] + np.repeat(span_lon, steps + 1) * share).astype(np.int64),
        (lat[again] + np.repeat(span_lat, steps + 1) * share).astype(np.int64),
    )
    order = np.lexsort((again, key))
    key, again = key[order], again[order]
    is_new = np.ones(len(key), np.bool_)
    is_new[1:] = (np.diff(key) != 0) | (np.diff(again) != 0)
    key, again = key[is_new], again[is_new]
    cell_key, cell_start = np.unique(key, return_index=True)
    return {
        "cell_key": cell_key,
        "cell_start": np.concatenate((cell_start, [len(key)])).astype(np.int64),
        "cell_piece": again,
        "cell_road": (np.searchsorted(network.shape_start, again, "right") - 1).astype(np.int32),
    }
