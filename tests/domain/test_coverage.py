"""The map says of a hromada what is known of it, and no more."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.coverage import CoverageState, Reach, coverage_state
from mapapp.domain.geography import Occupation

counts = st.integers(0, 1000)
reaches = st.builds(Reach, from_here=counts, from_elsewhere=counts)
SERVED_STATES = {CoverageState.SERVED, CoverageState.SERVED_FROM_ELSEWHERE}


@pytest.mark.parametrize(
    ("from_here", "from_elsewhere", "occupation", "in_scope", "expected"),
    [
        (1, 0, Occupation.NONE, True, CoverageState.SERVED),
        (2, 5, Occupation.NONE, True, CoverageState.SERVED),
        (0, 1, Occupation.NONE, True, CoverageState.SERVED_FROM_ELSEWHERE),
        (0, 0, Occupation.NONE, True, CoverageState.NOT_SERVED),
        (0, 0, Occupation.NONE, False, CoverageState.NO_DATA),
        (0, 1, Occupation.NONE, False, CoverageState.SERVED_FROM_ELSEWHERE),
        (1, 0, Occupation.NONE, False, CoverageState.SERVED),
        (0, 0, Occupation.PARTLY, True, CoverageState.NOT_SERVED),
        (1, 0, Occupation.PARTLY, True, CoverageState.SERVED),
        (0, 0, Occupation.FULLY, True, CoverageState.OCCUPIED),
        (1, 1, Occupation.FULLY, True, CoverageState.OCCUPIED),
        (0, 0, Occupation.FULLY, False, CoverageState.OCCUPIED),
    ],
)
def test_state_of_a_hromada(from_here, from_elsewhere, occupation, in_scope, expected):
    assert coverage_state(Reach(from_here, from_elsewhere), occupation, in_scope=in_scope) is expected


@given(reaches, st.booleans())
def test_nothing_is_said_of_services_under_occupation(reach, in_scope):
    assert coverage_state(reach, Occupation.FULLY, in_scope=in_scope) is CoverageState.OCCUPIED


@given(st.sampled_from(Occupation))
def test_a_gap_is_never_claimed_where_the_registry_claims_nothing(occupation):
    assert coverage_state(Reach(), occupation, in_scope=False) is not CoverageState.NOT_SERVED


@given(reaches, st.sampled_from([Occupation.NONE, Occupation.PARTLY]), st.booleans())
def test_one_more_provider_never_takes_service_away(reach, occupation, in_scope):
    before = coverage_state(reach, occupation, in_scope=in_scope)
    more = Reach(reach.from_here, reach.from_elsewhere + 1)
    after = coverage_state(more, occupation, in_scope=in_scope)
    assert after in SERVED_STATES
    assert before not in SERVED_STATES or after is before


def test_every_state_can_be_reached():
    situations = product([Reach(), Reach(1, 0), Reach(0, 1)], Occupation, [True, False])
    assert {
        coverage_state(reach, occupation, in_scope=scope) for reach, occupation, scope in situations
    } == set(CoverageState)
