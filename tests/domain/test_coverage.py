"""The map says of a hromada what is known of it, and no more."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.coverage import IN_PERSON, CoverageState, Reach, coverage_state
from mapapp.domain.geography import Occupation

counts = st.integers(0, 1000)
reaches = st.builds(Reach, from_here=counts, from_neighbours=counts, from_wider=counts, remote=counts)
HERE, NEIGHBOUR, WIDER, REMOTE = Reach(1, 0, 0, 0), Reach(0, 1, 0, 0), Reach(0, 0, 1, 0), Reach(0, 0, 0, 1)


@pytest.mark.parametrize(
    ("reach", "occupation", "in_scope", "expected"),
    [
        (HERE, Occupation.NONE, True, CoverageState.SERVED),
        (Reach(2, 5, 5, 5), Occupation.NONE, True, CoverageState.SERVED),
        (NEIGHBOUR, Occupation.NONE, True, CoverageState.FROM_NEIGHBOUR),
        (Reach(0, 1, 9, 9), Occupation.NONE, True, CoverageState.FROM_NEIGHBOUR),
        (Reach(0, 0, 1, 9), Occupation.NONE, True, CoverageState.FROM_WIDER),
        (REMOTE, Occupation.NONE, True, CoverageState.REMOTE_ONLY),
        (Reach(), Occupation.NONE, True, CoverageState.NOT_SERVED),
        (Reach(), Occupation.NONE, False, CoverageState.NO_DATA),
        (WIDER, Occupation.NONE, False, CoverageState.FROM_WIDER),
        (HERE, Occupation.NONE, False, CoverageState.SERVED),
        (Reach(), Occupation.PARTLY, True, CoverageState.NOT_SERVED),
        (HERE, Occupation.PARTLY, True, CoverageState.SERVED),
        (Reach(), Occupation.FULLY, True, CoverageState.OCCUPIED),
        (Reach(1, 1, 1, 1), Occupation.FULLY, True, CoverageState.OCCUPIED),
        (Reach(), Occupation.FULLY, False, CoverageState.OCCUPIED),
    ],
)
def test_state_of_a_hromada(reach, occupation, in_scope, expected):
    assert coverage_state(reach, occupation, in_scope=in_scope) is expected


@given(reaches, st.booleans())
def test_nothing_is_said_of_services_under_occupation(reach, in_scope):
    assert coverage_state(reach, Occupation.FULLY, in_scope=in_scope) is CoverageState.OCCUPIED


@given(st.sampled_from(Occupation))
def test_a_gap_is_never_claimed_where_the_registry_claims_nothing(occupation):
    assert coverage_state(Reach(), occupation, in_scope=False) is not CoverageState.NOT_SERVED


@given(reaches, st.sampled_from([Occupation.NONE, Occupation.PARTLY]), st.booleans())
def test_one_more_provider_never_takes_service_away(reach, occupation, in_scope):
    before = coverage_state(reach, occupation, in_scope=in_scope)
    more = replace(reach, from_wider=reach.from_wider + 1)
    after = coverage_state(more, occupation, in_scope=in_scope)
    assert after in IN_PERSON
    assert before not in IN_PERSON or after is before


def test_every_state_can_be_reached():
    situations = product([Reach(), HERE, NEIGHBOUR, WIDER, REMOTE], Occupation, [True, False])
    assert {
        coverage_state(reach, occupation, in_scope=scope) for reach, occupation, scope in situations
    } == set(CoverageState)
