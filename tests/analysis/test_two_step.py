"""E2SFCA against the package `access` of the PySAL family, and that its first step may be taken in parts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from access import Access, weights
from drawn_country import SERVICE
from scipy.sparse import csr_array

from mapapp.analysis.access_costs import Ways
from mapapp.analysis.supply import Form, OpenSupply
from mapapp.analysis.two_step import demand_reached, places_per_person, weights_of, zone_weights

SETTLEMENTS, SITES, LIMIT = 300, 60, 30.0
rng = np.random.default_rng(9)
PERSONS = rng.integers(1, 5_000, SETTLEMENTS).astype(float)
CAPACITY = rng.integers(1, 50, SITES).astype(float)
COST = np.round(rng.uniform(0, 120, (SETTLEMENTS, SITES)))  # whole minutes: many stand on a border of zones
AREA = np.zeros(SETTLEMENTS, np.int32)


def offered_to_everybody() -> OpenSupply:
    numbers = np.arange(SITES, dtype=np.int32)
    return OpenSupply(
        services=(SERVICE,),
        point_ids=tuple(f"p{number:02}" for number in range(SITES)),
        service=np.zeros(SITES, np.int16),
        point=numbers,
        form=np.full(SITES, Form.AT_SITE, np.int8),
        site=numbers,
        site_lon=np.zeros(SITES),
        site_lat=np.zeros(SITES),
        home=np.zeros(SITES, np.int32),
        catchment=np.zeros(SITES, np.int32),
        reaches=csr_array(np.ones((1, 1), np.int8)),
        capacity=CAPACITY,
        is_first=np.ones(SITES, bool),
    )


def ways():
    settlement, offering = np.nonzero(COST <= LIMIT)
    cost = COST[settlement, offering]
    return Ways(settlement, offering, cost, COST.min(axis=1), np.ones(SETTLEMENTS, bool), LIMIT)


@pytest.mark.filterwarnings("ignore:The inplace keyword:pandas.errors.Pandas4Warning")
def test_where_everybody_is_served_it_equals_pysal():
    pairs = pd.DataFrame(
        {
            "origin": np.repeat(np.arange(SETTLEMENTS), SITES),
            "dest": np.tile(np.arange(SITES), SETTLEMENTS),
            "cost": COST.ravel(),
        }
    )
    peer = Access(
        demand_df=pd.DataFrame({"geoid": np.arange(SETTLEMENTS), "persons": PERSONS}),
        demand_index="geoid",
        demand_value="persons",
        supply_df=pd.DataFrame({"geoid": np.arange(SITES), "capacity": CAPACITY}),
        supply_index="geoid",
        supply_value="capacity",
        cost_df=pairs,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    step = weights.step_fn({10: 1.0, 20: 0.68, 30: 0.22})
    told = peer.enhanced_two_stage_fca(name="e2sfca", weight_fn=step)["e2sfca_capacity"]
    reach = weights_of(AREA, offered_to_everybody(), ways())
    places = places_per_person(reach, CAPACITY, demand_reached(reach, PERSONS))
    expected = told.reindex(range(SETTLEMENTS)).to_numpy()
    assert (np.isnan(places) == (expected == 0)).all()
    is_reached = np.isfinite(places)
    assert is_reached.sum() > 250
    assert places[is_reached] == pytest.approx(expected[is_reached], rel=1e-9)


def test_zones_are_equal_and_a_border_belongs_to_the_nearer_one():
    cost = np.array([0.0, 10.0, 10.01, 20.0, 20.01, 30.0, 30.01])
    assert zone_weights(cost, 30.0).tolist() == [1.0, 1.0, 0.68, 0.68, 0.22, 0.22, 0.0]


def test_demand_may_be_reached_part_by_part_and_added():
    whole, offered = ways(), offered_to_everybody()
    reached = demand_reached(weights_of(AREA, offered, whole), PERSONS)
    parts = []
    for part in np.array_split(np.arange(SETTLEMENTS), 7):
        is_here = np.isin(whole.settlement, part)
        here = replace(
            whole,
            settlement=whole.settlement[is_here] - part[0],
            offering=whole.offering[is_here],
            cost=whole.cost[is_here],
        )
        parts.append(demand_reached(weights_of(AREA[part], offered, here), PERSONS[part]))
    assert np.sum(parts, axis=0) == pytest.approx(reached, rel=1e-12)
