"""Supply against the rules of a referral, offering by offering, over a scattered registry at war."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest
import scattered
from hypothesis import given
from hypothesis import strategies as st

from mapapp.analysis.layout import NONE, layout_of
from mapapp.analysis.presence import reach_of
from mapapp.analysis.supply import Form, Supply, supply_of
from mapapp.domain.coverage import Reach
from mapapp.domain.eligibility import judge
from mapapp.domain.referral import Basis, ReferralQuestion, RefusalReason, candidate_of

DAYS = [scattered.DAY + timedelta(days=days) for days in (-3, 0, 1, 6, 120)]
ABOUT_A_CLIENT = {RefusalReason.NO_VACANCY}
"""Whether there is room for one more says nothing of whether the service is there."""


@pytest.fixture(scope="module")
def country():
    return scattered.country()


@pytest.fixture(scope="module")
def points(country):
    return scattered.registry(country).points


@pytest.fixture(scope="module")
def layout(country):
    return layout_of(country)


@pytest.fixture(scope="module")
def supply(points, layout):
    return supply_of(points, layout, scattered.SERVICES)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def judged(request, points, country):
    """What `judge` says on a day, for each offering and hromada: the basis, None where it is refused."""
    day = request.param
    found = {}
    for point in points:
        for ordinal, offering in enumerate(point.offerings):
            candidate = candidate_of(point, ordinal, day)
            for hromada, unit in country.hromadas.items():
                question = ReferralQuestion(offering.service, unit.centre, hromada, day)
                verdict = judge(candidate, question, country, 30)
                reasons = {refusal.reason for refusal in verdict.refusals} - ABOUT_A_CLIENT
                found[point.id, ordinal, hromada] = None if reasons else verdict.basis
    return day, found


def rows_of_offerings(found, points):
    """Yield each point, ordinal and the row of `OpenSupply` that is the offering itself, None if closed."""
    ordinals = {point.id: iter(range(len(point.offerings))) for point in points}
    open_rows = {}
    first = np.flatnonzero(found.is_first).tolist()
    # Rows are by point and ordinal: closed points are not there at all.
    for row in first:
        point_id = found.point_ids[found.point[row]]
        open_rows[point_id, next(ordinals[point_id])] = row
    for point in points:
        for ordinal in range(len(point.offerings)):
            yield point, ordinal, open_rows.get((point.id, ordinal))


def test_whom_an_offering_serves_is_what_a_referral_says(supply, points, country, layout, judged):
    day, expected = judged
    found = supply.on(day)
    reaches = found.reaches.toarray()
    seen = set()
    for point, ordinal, row in rows_of_offerings(found, points):
        for hromada in country.hromadas:
            area = layout.index_of_area[hromada]
            value = 0 if row is None else reaches[found.catchment[row], area]
            basis = list(Basis)[value - 1] if value else None
            if basis is Basis.NAMED and found.home[row] == area:
                basis = Basis.OWN_HROMADA
            assert basis == expected[point.id, ordinal, hromada], (point.id, ordinal, hromada)
            seen.add(basis)
    assert seen == {None, *Basis}


def test_reach_counts_what_a_referral_says(supply, points, country, layout, judged):
    day, expected = judged
    found = supply.on(day)
    told = set()
    for service in scattered.SERVICES:
        reach = reach_of(layout, found, service)
        assert list(reach) == sorted(country.hromadas)
        for hromada in country.hromadas:
            counted = [0, 0, 0, 0]
            for point in points:
                for ordinal, offering in enumerate(point.offerings):
                    basis = expected[point.id, ordinal, hromada]
                    if offering.service == service and basis is not None:
                        counted[_kind(point, offering, hromada, basis)] += 1
            assert reach[hromada] == Reach(*counted), (service, hromada)
            told |= {kind for kind, count in enumerate(counted) if count}
    assert told == {0, 1, 2, 3}


def _kind(point, offering, hromada, basis) -> int:
    """Return the place in `Reach` that an offering which serves a hromada counts at."""
    if not offering.places - set(scattered.REMOTE):
        return 3
    if not point.is_confidential and point.hromada == hromada:
        return 0
    return 1 if basis in {Basis.OWN_HROMADA, Basis.NAMED, Basis.CONTRACT} else 2


@pytest.mark.parametrize("day", DAYS[:-1], ids=str)
def test_rows_stand_in_order_and_share_the_capacity(supply, points, day):
    found = supply.on(day)
    assert (np.diff(found.point) >= 0).all()
    at_site = found.form == Form.AT_SITE
    assert ((found.site != NONE) == at_site).all()
    assert at_site[~found.is_first].all()
    places = list(zip(found.site_lon.tolist(), found.site_lat.tolist(), strict=True))
    assert len(set(places)) == len(places)
    shared = {}
    for row, first in enumerate(np.cumsum(found.is_first).tolist()):
        shared.setdefault(first, []).append(found.capacity[row])
    by_id = {point.id: point for point in points}
    for row, first in zip(np.flatnonzero(found.is_first).tolist(), shared, strict=True):
        capacities = {offering.capacity for offering in by_id[found.point_ids[found.point[row]]].offerings}
        total = sum(shared[first])
        assert (None if np.isnan(total) else round(total, 9)) in capacities
    assert any(len(parts) > 1 for parts in shared.values())


def same(one: Supply, other: Supply) -> None:
    assert one.digest == other.digest
    for field in fields(Supply):
        mine, others = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            assert mine.tobytes() == others.tobytes()
    assert (one.point_ids, one.services) == (other.point_ids, other.services)


@given(data=st.data())
def test_following_changes_gives_the_supply_of_all_points(data, points, layout):
    rng = random.Random(data.draw(st.integers(0, 1 << 30)))
    count = data.draw(st.integers(0, 40))
    state = {point.id: point for point in rng.sample(points, count)}
    supply = supply_of(state.values(), layout, scattered.SERVICES)
    for _ in range(data.draw(st.integers(1, 4))):
        changes = {}
        for _ in range(data.draw(st.integers(0, 6))):
            if state and rng.random() < 0.5:
                point_id = rng.choice(sorted(state))
                other = replace(rng.choice(points), id=point_id)
                changes[point_id] = rng.choice([None, other, state[point_id]])
            else:
                new = rng.choice(points)
                changes[rng.choice([new.id, f"{new.id}x"])] = None if rng.random() < 0.2 else new
        changes = {key: None if it is None else replace(it, id=key) for key, it in changes.items()}
        state = {key: it for key, it in {**state, **changes}.items() if it is not None}
        supply = supply.changed(changes)
        same(supply, supply_of(state.values(), layout, scattered.SERVICES))


def test_the_order_of_the_points_does_not_matter(points, layout, supply):
    shuffled = random.Random(1).sample(points, len(points))
    same(supply_of(shuffled, layout, scattered.SERVICES), supply)


def test_following_a_change_leaves_the_supply_before_it_as_it_was(points, layout):
    before = supply_of(points, layout, scattered.SERVICES)
    before.changed({points[0].id: None, "new": replace(points[1], id="new")})
    same(before, supply_of(points, layout, scattered.SERVICES))
