"""Who may use a way of OpenStreetMap, in which direction and how fast.

Speeds are parameters of ours, kept in `reference/road_speeds.csv` and explained in docs/roads.md; access
follows https://wiki.openstreetmap.org/wiki/Key:access and https://wiki.openstreetmap.org/wiki/Key:oneway.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from types import MappingProxyType
from typing import Final

_CAR_KEYS: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
_FOOT_KEYS: Final = ("foot", "access")
"""The most particular key speaks first."""
_CLOSED: Final = frozenset(
    {"no", "private", "agricultural", "forestry", "agricultural;forestry", "delivery", "emergency"}
    | {"military", "permit", "psv", "bus", "use_sidepath", "dismount", "discouraged"}
)
_ONE_WAY: Final = frozenset({"yes", "true", "1"})
_AGAINST: Final = frozenset({"-1", "reverse"})
_ROUND: Final = frozenset({"roundabout", "circular"})
_STOPS_CARS: Final = frozenset(
    {"block", "bollard", "bus_trap", "chain", "cycle_barrier", "debris", "fence", "full-height_turnstile"}
    | {"hampshire_gate", "horse_stile", "jersey_barrier", "kissing_gate", "log", "motorcycle_barrier"}
    | {"planter", "rope", "stile", "sump_buster", "tank_trap", "turnstile", "wall", "wedge"}
)
_STOPS_EVERYONE: Final = frozenset({"fence", "wall"})
_NUMBER: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?")
_NAMED_LIMITS_KM_H: Final = {
    "walk": 5.0, "living_street": 20.0, "living_zone": 20.0, "zone20": 20.0, "zone30": 30.0,
    "urban": 50.0, "rural": 90.0, "trunk": 110.0, "motorway": 130.0,
}  # fmt: skip
"""Limits by kind, such as `UA:urban`, as the traffic rules of Ukraine set them (section 12)."""
_KM_IN_MILE: Final = 1.609344


@dataclass(frozen=True, slots=True)
class RoadSpeeds:
    """The table of speeds: km/h by highway class, and by what share a bad surface slows a car."""

    car_km_h: Mapping[str, float]
    foot_km_h: Mapping[str, float]
    car_factor: Mapping[tuple[str, str], float]
    car_starts: frozenset[str]


@dataclass(frozen=True, slots=True)
class WayUse:
    """How fast a way is used along its points and against them, in metres a second; 0 is not at all.

    `car_starts` tells whether a car may set off or stop along it: on a motorway it may not.
    """

    car_m_s: tuple[float, float]
    foot_m_s: tuple[float, float]
    car_starts: bool

    @property
    def is_used(self) -> bool:
        """Tell whether anybody may use it at all."""
        return any((*self.car_m_s, *self.foot_m_s))


@cache
def read_road_speeds() -> RoadSpeeds:
    """Return the table of speeds that comes with mapapp."""
    text = files("mapapp.files").joinpath("reference", "road_speeds.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(StringIO(text)))
    classes = [row for row in rows if row["tag"] == "highway"]
    return RoadSpeeds(
        car_km_h=_column(classes, "car_km_h"),
        foot_km_h=_column(classes, "foot_km_h"),
        car_factor=MappingProxyType(
            {(row["tag"], row["value"]): float(row["car_factor"]) for row in rows if row["car_factor"]}
        ),
        car_starts=frozenset(row["value"] for row in classes if row["car_starts"] == "1"),
    )


def way_use(tags: Mapping[str, str], speeds: RoadSpeeds) -> WayUse:
    """Return how a way with these tags is used.

    >>> way_use({"highway": "residential", "oneway": "yes"}, read_road_speeds()).car_m_s[1]
    0.0
    """
    highway = tags.get("highway", "")
    foot = _foot_km_h(tags, highway, speeds) / 3.6
    along, against = _car_km_h(tags, highway, speeds)
    return WayUse((along / 3.6, against / 3.6), (foot, foot), highway in speeds.car_starts)


def barrier_stops(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Tell whether a node of a road stops cars, and whether it stops people on foot."""
    barrier = tags.get("barrier", "")
    car, foot = _permission(tags, _CAR_KEYS), _permission(tags, _FOOT_KEYS)
    return (
        barrier in _STOPS_CARS if car is None else not car,
        barrier in _STOPS_EVERYONE if foot is None else not foot,
    )


def _column(rows: list[dict[str, str]], column: str) -> Mapping[str, float]:
    return MappingProxyType({row["value"]: float(row[column]) for row in rows if row[column]})


def _permission(tags: Mapping[str, str], keys: tuple[str, ...]) -> bool | None:
    """Return what the most particular key says; None where none does."""
    for key in keys:
        value = tags.get(key)
        if value is not None:
            return value not in _CLOSED
    return None


def _foot_km_h(tags: Mapping[str, str], highway: str, speeds: RoadSpeeds) -> float:
    usual = speeds.foot_km_h.get(highway, 0.0)
    if tags.get("motorroad") == "yes" and "foot" not in tags:
        return 0.0
    return 0.0 if _permission(tags, _FOOT_KEYS) is False else usual


def _car_km_h(tags: Mapping[str, str], highway: str, speeds: RoadSpeeds) -> tuple[float, float]:
    usual = speeds.car_km_h.get(highway, 0.0) * _surface_factor(tags, speeds)
    if not usual or _permission(tags, _CAR_KEYS) is False:
        return 0.0, 0.0
    along = min(usual, _limit_km_h(tags, "forward"))
    against = min(usual, _limit_km_h(tags, "backward"))
    oneway = tags.get("oneway:motor_vehicle") or tags.get("oneway") or _implied_oneway(tags, highway)
    if oneway == "reversible":  # the direction changes with the hour, and the hours are not known
        return 0.0, 0.0
    if oneway in _ONE_WAY:
        return along, 0.0
    return (0.0, against) if oneway in _AGAINST else (along, against)


def _implied_oneway(tags: Mapping[str, str], highway: str) -> str:
    return "yes" if highway == "motorway" or tags.get("junction") in _ROUND else "no"


def _surface_factor(tags: Mapping[str, str], speeds: RoadSpeeds) -> float:
    told = (
        speeds.car_factor.get((tag, tags.get(tag, "")), 1.0) for tag in ("surface", "tracktype", "smoothness")
    )
    return min(told)


def _limit_km_h(tags: Mapping[str, str], direction: str) -> float:
    """Return the posted limit; infinite where none is posted or it cannot be read.

    >>> _limit_km_h({"maxspeed": "UA:urban"}, "forward"), _limit_km_h({"maxspeed": "60"}, "backward")
    (50.0, 60.0)
    """
    posted = tags.get(f"maxspeed:{direction}") or tags.get("maxspeed") or ""
    number = _NUMBER.fullmatch(posted.strip())
    if number is None:
        return _NAMED_LIMITS_KM_H.get(posted.rpartition(":")[2], float("inf"))
    km_h = float(number[1]) * (_KM_IN_MILE if number[2] == "mph" else 1.0)
    return km_h or float("inf")  # «0» is a mistake of the map, not a road to stand still on
