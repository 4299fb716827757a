"""Who is listed and in what order: it depends on who there is, never on how they were given."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.ranking import ranked_answer
from mapapp.domain.referral import (
    Basis,
    Candidate,
    Match,
    ReferralQuestion,
    Refusal,
    RefusalReason,
    Verdict,
    Way,
    Work,
)
from mapapp.domain.registry import (
    CapacityUnit,
    LocationPolicy,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    TargetGroup,
    WartimeState,
)

HERE, OBLAST = LonLat(30, 50), Katottg("UA10000000000000001")
QUESTION = ReferralQuestion("home-care", HERE, None, date(2026, 10, 22))
STEPS_M = [km * 1000.0 for km in (5, 10, 20, 50, 100, 200, 500, 1000)]
PUBLIC, WITHHELD = LocationPolicy.PUBLIC, LocationPolicy.WITHHELD
TAKES = Verdict((), Basis.OBLAST, None, (), Work.OPEN, None)
REFUSES = replace(TAKES, refusals=(Refusal(RefusalReason.SUSPENDED),))


def match(record_id, metres, ordinal=0, *, verdict=TAKES, travel_s=None, policy=PUBLIC):
    """Return an offering so far away; without a distance one given by telephone, or a confidential one."""
    is_here = metres is not None
    candidate = Candidate(
        record_id, ordinal, "Точка", "Організація", PointKind.NGO, policy, OBLAST, None, None,
        HERE if policy is PUBLIC else None, PointPrecision.STREET if policy is PUBLIC else None, metres,
        "", (), "", None, (), "", (), frozenset(), frozenset(), WartimeState(), None, None, None, None, False,
        (), "home-care", (), TargetGroup.EVERYONE,
        frozenset({PlaceOfProvision.HOME if is_here or policy is WITHHELD else PlaceOfProvision.PHONE}),
        Payment.FREE, None, None, CapacityUnit.PERSONS, None, None, None, frozenset(), None, "",
    )  # fmt: skip
    way = Way(HERE, metres, metres / 10 if travel_s is None else travel_s) if is_here else None
    return Match(candidate, verdict, way)


distances = st.sampled_from([0.0, 1.0, *STEPS_M, 2e6]) | st.floats(0, 2e6)
ids = st.sampled_from("abcdefgh") | st.text("ab0.-", min_size=1, max_size=4)
keys = st.tuples(ids, st.integers(0, 2))
questions = st.builds(
    lambda radius_m, limit, enough: replace(QUESTION, radius_m=radius_m, limit=limit, enough=enough),
    st.none() | st.sampled_from([1.0, *STEPS_M]) | st.floats(0.5, 2e7),
    st.integers(1, 12),
    st.integers(1, 12),
)


@st.composite
def crowds(draw, verdict=TAKES, prefix=""):
    """Draw offerings of all three kinds, many of them equally far."""
    drawn = []
    for record_id, ordinal in draw(st.sets(keys, max_size=16)):
        kind = draw(st.sampled_from(["local", "local", "local", "remote", "confidential"]))
        basis = replace(verdict, basis=draw(st.sampled_from([None, *Basis])))
        metres = draw(distances) if kind == "local" else None
        travel_s = draw(st.sampled_from([0.0, 60.0, 600.0]))
        policy = WITHHELD if kind == "confidential" else PUBLIC
        drawn.append(
            match(prefix + record_id, metres, ordinal, verdict=basis, travel_s=travel_s, policy=policy)
        )
    return drawn


@st.composite
def refused_nearby(draw):
    return [it for it in draw(crowds(REFUSES, "no-")) if it.way is not None]


def keys_of(matches):
    return [(it.candidate.point_id, it.candidate.ordinal) for it in matches]


@given(questions, crowds(), refused_nearby(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_they_are_given_in_does_not_matter(question, takers, refused, by_road, rng):
    answer = ranked_answer(question, takers, refused, by_road=by_road)
    shuffled, others = rng.sample(takers, len(takers)), rng.sample(refused, len(refused))
    assert ranked_answer(question, iter(shuffled), iter(others), by_road=by_road) == answer


@given(questions, crowds(), refused_nearby(), st.booleans())
def test_local_ones_are_the_first_within_the_radius_and_ties_go_by_id(question, takers, refused, by_road):
    answer = ranked_answer(question, takers, refused, by_road=by_road)
    costs = [
        (it.way.travel_s if by_road else it.way.distance_m, it.candidate.point_id, it.candidate.ordinal)
        for it in takers
        if it.way is not None and (answer.radius_m is None or it.way.distance_m <= answer.radius_m)
    ]
    assert (
        keys_of(answer.local)
        == [(record_id, ordinal) for _, record_id, ordinal in sorted(costs)][: question.limit]
    )


@given(questions, crowds())
def test_a_radius_widens_to_the_first_that_holds_enough_and_no_farther(question, takers):
    answer = ranked_answer(question, takers, (), by_road=False)
    metres = [it.way.distance_m for it in takers if it.way is not None]

    def holds_enough(radius_m):
        return sum(it <= radius_m for it in metres) >= question.enough

    if question.radius_m is None or holds_enough(question.radius_m):
        assert (answer.radius_m, answer.is_widened) == (question.radius_m, False)
        return
    assert answer.is_widened
    assert not any(holds_enough(it) for it in STEPS_M if question.radius_m < it < (answer.radius_m or 2e9))
    if answer.radius_m is not None:
        assert answer.radius_m > question.radius_m
        assert answer.radius_m in STEPS_M
        assert holds_enough(answer.radius_m)


@given(questions, crowds(), st.integers(1, 12))
def test_wanting_more_never_narrows_the_radius_nor_lists_fewer(question, takers, more):
    answer = ranked_answer(question, takers, (), by_road=False)
    wider = ranked_answer(replace(question, enough=question.enough + more), takers, (), by_road=False)
    assert (wider.radius_m or 2e9) >= (answer.radius_m or 2e9)
    assert keys_of(wider.local)[: len(answer.local)] == keys_of(answer.local)


@given(questions, crowds(), st.integers(1, 12))
def test_a_longer_list_begins_with_the_shorter_one(question, takers, more):
    answer = ranked_answer(question, takers, (), by_road=False)
    longer = ranked_answer(replace(question, limit=question.limit + more), takers, (), by_road=False)
    assert len(answer.local) <= question.limit
    assert longer.local[: question.limit] == answer.local
    assert (longer.radius_m, longer.is_widened) == (answer.radius_m, answer.is_widened)


@given(questions, crowds(), refused_nearby(), st.booleans())
def test_those_who_refuse_never_change_who_is_listed(question, takers, refused, by_road):
    alone = ranked_answer(question, takers, (), by_road=by_road)
    answer = ranked_answer(question, takers, refused, by_road=by_road)
    assert replace(answer, left_out=(), left_out_more=False) == alone


@given(questions, crowds(), refused_nearby(), st.booleans())
def test_left_out_are_told_by_distance_as_far_as_the_list_goes(question, takers, refused, by_road):
    answer = ranked_answer(question, takers, refused, by_road=by_road)
    is_full = len(answer.local) == question.limit
    end_m = max((it.way.distance_m for it in answer.local), default=0) if is_full else 2e9
    near = sorted(
        (it.way.distance_m, it.candidate.point_id, it.candidate.ordinal)
        for it in refused
        if it.way.distance_m <= end_m
    )
    assert keys_of(answer.left_out) == [(record_id, ordinal) for _, record_id, ordinal in near][:20]
    assert answer.left_out_more == (len(near) > 20)


@given(questions, crowds())
def test_remote_and_confidential_ones_are_all_told_whatever_the_radius(question, takers):
    answer = ranked_answer(question, takers, (), by_road=False)
    narrowest = [*Basis, None]
    remote = [it for it in takers if it.way is None and it.candidate.location_policy is PUBLIC]
    assert keys_of(answer.remote) == [
        (it.candidate.point_id, it.candidate.ordinal)
        for it in sorted(
            remote,
            key=lambda it: (
                narrowest.index(it.verdict.basis),
                it.candidate.point_id,
                it.candidate.ordinal,
            ),
        )
    ]
    confidential = [it for it in takers if it.candidate.location_policy is WITHHELD]
    assert keys_of(answer.confidential) == sorted(keys_of(confidential))
    assert answer.found == len(answer.local) + len(remote) + len(confidential)


@pytest.mark.parametrize("count", [19, 20, 21])
def test_at_most_twenty_left_out_are_told_and_whether_there_are_more(count):
    refused = [match(f"p{n:02}", 100.0 * n, verdict=REFUSES) for n in range(count)]
    answer = ranked_answer(QUESTION, (), refused, by_road=False)
    assert len(answer.left_out) == min(count, 20)
    assert answer.left_out_more is (count > 20)


def test_by_road_the_quicker_comes_first_though_it_is_farther():
    takers = [match("near", 1_000.0, travel_s=900), match("far", 9_000.0, travel_s=600)]
    assert keys_of(ranked_answer(QUESTION, takers, (), by_road=True).local) == [("far", 0), ("near", 0)]
    assert keys_of(ranked_answer(QUESTION, takers, (), by_road=False).local) == [("near", 0), ("far", 0)]
