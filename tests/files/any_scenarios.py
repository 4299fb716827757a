"""Scenarios in which every field may say anything that it can say."""

from __future__ import annotations

from hypothesis import strategies as st

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat
from mapapp.domain.katottg import NATION
from mapapp.domain.registry import PlaceOfProvision
from mapapp.domain.scenario import (
    ClosePoint,
    Displace,
    LoseRoads,
    Occupy,
    OpenPoint,
    Scenario,
    ScenarioChange,
    SignContract,
)

TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
POINTS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True)
SLUGS = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,3}", fullmatch=True)
BOX = UKRAINE_BOUNDS
PLACES = st.builds(LonLat, lon=st.floats(BOX.west, BOX.east), lat=st.floats(BOX.south, BOX.north))


def any_change(gazetteer: Gazetteer) -> st.SearchStrategy[ScenarioChange]:
    """Return a strategy of changes of every kind."""
    hromadas = st.sampled_from(sorted(gazetteer.hromadas)[:40])
    wider = [*sorted(gazetteer.raions)[:5], *sorted(gazetteer.oblasts)[:5], NATION]
    areas = st.lists(hromadas | st.sampled_from(wider), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(ClosePoint, POINTS, st.none() | SLUGS),
        st.builds(
            OpenPoint,
            name=TEXT,
            settlement=st.sampled_from(sorted(gazetteer.settlements)[:40]),
            services=st.lists(SLUGS, min_size=1, max_size=3).map(tuple),
            serves=areas,
            capacity=st.none() | st.integers(0, 999_999_999),
            places=st.frozensets(st.sampled_from(PlaceOfProvision), min_size=1),
        ),
        st.builds(SignContract, POINTS, hromadas, st.none() | SLUGS),
        st.builds(LoseRoads, PLACES, st.floats(1, 100_000)),
        st.builds(Occupy, hromadas),
        st.lists(hromadas, min_size=2, max_size=2, unique=True).flatmap(
            lambda pair: st.builds(Displace, st.just(pair[0]), st.just(pair[1]), st.integers(1, 999_999_999))
        ),
    )


def any_scenarios(gazetteer: Gazetteer) -> st.SearchStrategy[tuple[Scenario, ...]]:
    """Return a strategy of files' worth of scenarios, no two ids alike."""
    changes = st.lists(any_change(gazetteer), min_size=1, max_size=5).map(tuple)
    scenario = st.builds(Scenario, SLUGS, TEXT, changes, st.just("") | TEXT)
    return st.lists(scenario, min_size=1, max_size=3, unique_by=lambda one: one.id).map(tuple)
