"""The quickest ways through a part of a network, between places along its roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from mapapp.analysis.road_access import Closing, Footholds
from mapapp.analysis.road_network import ROW_E7, RoadNetwork, ranges, row_key

Box: TypeAlias = tuple[int, int, int, int]
"""West, south, east, north in 1e-7 degrees."""
_SMALLEST_S: Final = 1e-6
"""A zero in a sparse graph reads as no road."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """Roads in the directions that are open, between places numbered from 0.

    (A,) arrays: from and to which place, seconds, metres, and which stretch of which road it is.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]
    road: NDArray[np.int64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PartOfNetwork:
    """The junctions of a box with the open roads among them.

    Parameters
    ----------
    nodes
        (N,) ascending numbers in the network; a junction's place here is its number in this graph.
    seconds
        (E, 2) of the network: how long each road takes along and against; infinite where not allowed.
    closing
        What closed areas take from it.
    arcs
        The roads among the junctions.

    """

    network: RoadNetwork
    nodes: NDArray[np.int64]
    seconds: NDArray[np.float32]
    closing: Closing | None
    arcs: Arcs


@dataclass(frozen=True, slots=True)
class StoppingGraph:
    """A part of the network with more places: where trips start, then where they end."""

    arcs: Arcs
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    size: int

    def matrix(self) -> csr_array:
        """Return seconds from place to place."""
        shape = (self.size, self.size)
        return coo_array((self.arcs.seconds, (self.arcs.tail, self.arcs.head)), shape=shape).tocsr()


def part_within(
    network: RoadNetwork, seconds: NDArray[np.float32], closing: Closing | None, box: Box | None
) -> PartOfNetwork:
    """Return the part of the network in a box; all of it without one."""
    nodes = np.arange(network.nodes, dtype=np.int64) if box is None else _nodes_in(network, box)
    begin, end = network.arc_start[nodes], network.arc_start[nodes + 1]
    code = network.arc[ranges(begin, end)].astype(np.int64)
    tail = np.repeat(np.arange(len(nodes), dtype=np.int64), end - begin)
    head, is_here = _numbered(nodes, network.road_ends.reshape(-1)[code ^ 1])
    taken_s = seconds.reshape(-1)[code].astype(np.float64)
    is_open = is_here & np.isfinite(taken_s)
    if closing is not None:
        is_open &= ~closing.shut[code >> 1]
    code, against = code[is_open], (code[is_open] & 1).astype(np.float64)
    arcs = Arcs(
        tail=tail[is_open],
        head=head[is_open],
        seconds=np.maximum(taken_s[is_open], _SMALLEST_S),
        metres=network.road_m[code >> 1].astype(np.float64),
        road=code >> 1,
        begin=against,
        end=1 - against,
    )
    return PartOfNetwork(network, nodes, seconds, closing, arcs)


def with_stops(part: PartOfNetwork, starts: Footholds, ends: Footholds) -> StoppingGraph:
    """Add the places where trips start and end, each tied to both ends of its road.

    Starts and ends along the same road are tied directly too.
    """
    count = len(part.nodes)
    start_at = count + np.arange(len(starts.road), dtype=np.int64)
    end_at = count + len(starts.road) + np.arange(len(ends.road), dtype=np.int64)
    ties = [part.arcs]
    for side in (0, 1):  # the first and the last end of a road
        full = np.full(len(starts.road), float(side))
        ties.append(_ties(part, starts.road, (start_at, None), (starts.share, full)))
        full = np.full(len(ends.road), float(side))
        ties.append(_ties(part, ends.road, (None, end_at), (full, ends.share)))
    one, other = _on_one_road(starts.road, ends.road)
    ties.append(
        _ties(
            part,
            starts.road[one],
            (start_at[one], end_at[other]),
            (starts.share[one], ends.share[other]),
        )
    )
    arcs = Arcs(
        *(
            np.concatenate([getattr(tie, field) for tie in ties])
            for field in ("tail", "head", "seconds", "metres", "road", "begin", "end")
        )
    )
    return StoppingGraph(arcs, start_at, end_at, count + len(start_at) + len(end_at))


def _ties(
    part: PartOfNetwork,
    road: NDArray[np.int64],
    places: tuple[NDArray[np.int64] | None, NDArray[np.int64] | None],
    shares: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Arcs:
    """Return stretches of roads from one place and share of their length to another.

    No place means the junction at that end of the road.
    """
    (tail, head), (begin, end) = places, shares
    is_here = road >= 0
    known = np.where(is_here, road, 0)
    if tail is None:
        tail, found = _numbered(part.nodes, part.network.road_ends[known, begin.astype(np.int64)])
        is_here = is_here & found
    if head is None:
        head, found = _numbered(part.nodes, part.network.road_ends[known, end.astype(np.int64)])
        is_here = is_here & found
    taken_s = np.where(begin <= end, part.seconds[known, 0], part.seconds[known, 1]).astype(np.float64)
    # At its very end a stretch has no length: to the end itself a one-way road leads in either sense.
    share = np.abs(end - begin)
    passable = is_here & (
        np.isfinite(taken_s) | ((share == 0) & np.isfinite(part.seconds[known]).any(axis=1))
    )
    if part.closing is not None:
        passable &= part.closing.leaves_stretch(known, begin, end)
    share, taken_s = share[passable], np.where(np.isfinite(taken_s), taken_s, 0.0)[passable]
    return Arcs(
        tail=tail[passable],
        head=head[passable],
        seconds=np.maximum(share * taken_s, _SMALLEST_S),
        metres=share * part.network.road_m[known[passable]],
        road=known[passable],
        begin=begin[passable],
        end=end[passable],
    )


def _on_one_road(
    start_road: NDArray[np.int64], end_road: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of all pairs of a start and an end along the same road."""
    order = np.argsort(end_road, kind="stable")
    first = np.searchsorted(end_road[order], start_road, "left")
    last = np.where(start_road >= 0, np.searchsorted(end_road[order], start_road, "right"), first)
    return np.repeat(np.arange(len(start_road)), last - first), order[ranges(first, last)]


def _numbered(
    nodes: NDArray[np.int64], wanted: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the number of each wanted junction among the nodes, and whether it is there at all."""
    if not len(nodes):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    if int(nodes[-1]) - int(nodes[0]) + 1 == len(nodes):  # a run without gaps, such as the whole network
        at = wanted.astype(np.int64) - int(nodes[0])
        return at, (at >= 0) & (at < len(nodes))
    at = np.minimum(np.searchsorted(nodes, wanted), len(nodes) - 1)
    return at, nodes[at] == wanted


def _nodes_in(network: RoadNetwork, box: Box) -> NDArray[np.int64]:
    west, south, east, north = box
    row = np.arange(south // ROW_E7, north // ROW_E7 + 1, dtype=np.int64) * ROW_E7
    begin = np.searchsorted(network.node_key, row_key(np.full(len(row), west), row), "left")
    end = np.searchsorted(network.node_key, row_key(np.full(len(row), east), row), "right")
    return ranges(begin, np.maximum(begin, end))


@dataclass(frozen=True, slots=True)
class QuickestWays:
    """The quickest ways from one start to every end.

    (K,) `seconds` and `metres` along the road for each end; infinite where no road leads.
    """

    graph: StoppingGraph
    before: NDArray[np.int32]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]

    def stretches(self, end: int) -> list[tuple[int, float, float]]:
        """Return the road and the shares of its length, stretch by stretch, of the way to an end."""
        at, way = int(self.graph.ends[end]), []
        arcs = self.graph.arcs
        by_head = np.full(self.graph.size, -1, np.int64)
        chosen = self.before[arcs.head] == arcs.tail
        by_head[arcs.head[chosen]] = np.flatnonzero(chosen)
        while at != self.graph.starts[0]:
            arc = by_head[at]
            way.append((int(arcs.road[arc]), float(arcs.begin[arc]), float(arcs.end[arc])))
            at = int(arcs.tail[arc])
        return way[::-1]


def quickest_ways(graph: StoppingGraph) -> QuickestWays:
    """Return the quickest ways from the graph's first start to all its ends."""
    seconds, before = dijkstra(graph.matrix(), indices=graph.starts[:1], return_predecessors=True)
    metres = _metres_behind(graph, before[0])[graph.ends]
    taken_s = seconds[0, graph.ends]
    return QuickestWays(graph, before[0], taken_s, np.where(np.isfinite(taken_s), metres, np.inf))


def _metres_behind(graph: StoppingGraph, before: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return how long the way to each place is, by doubling the stride back towards the start."""
    arcs = graph.arcs
    chosen = before[arcs.head] == arcs.tail
    metres = np.zeros(graph.size)
    metres[arcs.head[chosen]] = arcs.metres[chosen]
    back = np.where(before < 0, np.arange(graph.size), before)
    while True:
        metres += metres[back]
        farther = back[back]
        if np.array_equal(farther, back):
            return metres
        back = farther
