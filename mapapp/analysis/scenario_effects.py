"""What a scenario makes of the ground, of where people live, and of the roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from mapapp.analysis.layout import Layout
from mapapp.analysis.people import People
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.katottg import Katottg
from mapapp.domain.scenario import Displace, LoseRoads, Occupy, Scenario

_WGS84 = Geod(ellps="WGS84")
_CORNERS = 128
_ROUNDING = 1e-6
"""Of a person: what is left of a sum after people moved more than once."""


def layout_under(scenario: Scenario, layout: Layout) -> Layout:
    """Return the layout in which the hromadas a scenario occupies are wholly occupied.

    Raises
    ------
    NotFoundError
        There is no such hromada.

    """
    occupied = {change.hromada for change in scenario.changes_of(Occupy)}
    for hromada in occupied:
        _area_of(layout, hromada)
    return layout.with_occupied(occupied) if occupied else layout


def people_under(
    scenario: Scenario, layout: Layout, people: People, everyone: People | None = None
) -> People:
    """Return the people after a scenario displaced some, in its order; as many as before, to rounding.

    From every settlement of the hromada they leave goes the same share, and they settle where people live, in
    proportion; evenly over the settlements where nobody did. That is assumed, and no band tells of it. Of
    those who get the service nobody has reported how many moved: that is unknown in both hromadas.

    Parameters
    ----------
    scenario
        Who leaves where.
    layout
        The ground.
    people
        The people counted.
    everyone
        Where those are a group of the people, or those in need: the whole population. The scenario speaks of
        everyone, and the same share of the group goes. None where everyone is counted.

    Raises
    ------
    NotFoundError
        There is no such hromada.
    UsageError
        More people would leave than live there, or nobody knows how many do in one of the two hromadas.

    """
    for change in scenario.changes_of(Displace):
        known = _people_of(people if everyone is None else everyone, layout, change.origin)
        if known < change.persons - _ROUNDING:
            raise UsageError(
                "{persons} people cannot leave {hromada}: {known} are known to live there",
                persons=change.persons,
                hromada=change.origin,
                known=round(known),
            )
        share = min(change.persons / known, 1.0)
        if everyone is not None:
            everyone = _moved(everyone, layout, change, share)
        people = _moved(people, layout, change, share)
    return people


def lost_road_areas(scenario: Scenario) -> Sequence[shapely.Polygon]:
    """Return the circles within which a scenario loses all roads, in WGS 84 degrees.

    Each is a polygon around its geodesic circle: no road nearer than the radius is spared, and none beyond
    1.0004 radii is lost. `RoadGraph.with_closed` takes them together with the closures there are.
    """
    return tuple(_around(change) for change in scenario.changes_of(LoseRoads))


def _around(lost: LoseRoads) -> shapely.Polygon:
    azimuths = np.arange(_CORNERS) * (360.0 / _CORNERS)
    # Its sides, not its corners, are as far as the radius.
    radius_m = np.full(_CORNERS, lost.radius_m / np.cos(np.pi / _CORNERS))
    lon, lat = np.full(_CORNERS, lost.around.lon), np.full(_CORNERS, lost.around.lat)
    corner_lon, corner_lat, _ = _WGS84.fwd(lon, lat, azimuths, radius_m)
    return shapely.Polygon(np.column_stack([corner_lon, corner_lat]))


def _moved(people: People, layout: Layout, change: Displace, share: float) -> People:
    leaving = share * _people_of(people, layout, change.origin)
    there = _people_of(people, layout, change.destination)
    origin, destination = _area_of(layout, change.origin), _area_of(layout, change.destination)
    left, settled = layout.area == origin, layout.area == destination
    persons = people.persons.copy()
    persons[left] *= 1.0 - share
    persons[settled] += leaving * (persons[settled] / there if there else 1.0 / np.count_nonzero(settled))
    recipients = people.recipients.copy()
    recipients[[origin, destination]] = np.nan
    return replace(
        people,
        persons=persons,
        area_low=_moved_between(people.area_low, origin, destination, share),
        area_high=_moved_between(people.area_high, origin, destination, share),
        recipients=recipients,
    )


def _moved_between(
    figures: NDArray[np.float64], origin: int, destination: int, share: float
) -> NDArray[np.float64]:
    moved = figures.copy()
    moved[origin] -= share * figures[origin]
    moved[destination] += share * figures[origin]
    return moved


def _people_of(people: People, layout: Layout, hromada: Katottg) -> float:
    """Return how many of the people counted live in a hromada; raise UsageError where nobody knows."""
    persons = people.persons[layout.area == _area_of(layout, hromada)]
    if not persons.size or np.isnan(persons).any():
        raise UsageError(
            "How many of the people counted live in {hromada} is not known: choose another source of people",
            hromada=hromada,
        )
    return float(persons.sum())


def _area_of(layout: Layout, hromada: Katottg) -> int:
    area = layout.index_of_area.get(hromada)
    if area is None or not layout.is_hromada[area]:
        raise NotFoundError("There is no hromada with the code {code}", code=hromada)
    return area
