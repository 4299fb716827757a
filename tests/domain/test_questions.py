"""A question that has no answer cannot be asked."""

import math
from datetime import date

import pytest

from mapapp.domain.coverage import CoverageState, HromadaCoverage, Reach
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import CoverageAnswer, NearestQuery
from mapapp.domain.services import Service

DAY = date(2026, 1, 1)
LUBNY = LonLat(lon=33.0, lat=50.0)


@pytest.mark.parametrize("limit", [0, -1])
def test_at_least_one_provider_is_asked_for(limit):
    with pytest.raises(ValueError, match=f"limit must be at least 1, not {limit}"):
        NearestQuery(service="home-care", origin=LUBNY, day=DAY, limit=limit)


@pytest.mark.parametrize("radius_m", [0, -5.0, math.nan])
def test_a_radius_reaches_somewhere(radius_m):
    with pytest.raises(ValueError, match="radius must be a positive number of metres"):
        NearestQuery(service="home-care", origin=LUBNY, day=DAY, radius_m=radius_m)


def test_equal_questions_are_one_key_for_a_cache():
    one = NearestQuery(service="home-care", origin=LonLat(lon=33.0, lat=50.0), day=DAY)
    assert {one: "answer"}[NearestQuery(service="home-care", origin=LUBNY, day=DAY)] == "answer"


def test_an_answer_counts_its_states():
    states = [CoverageState.SERVED, CoverageState.SERVED, CoverageState.NO_DATA]
    codes = [Katottg(f"UA1002{number:03}0000000000") for number in range(3)]
    answer = CoverageAnswer(
        service="home-care",
        day=DAY,
        hromadas={
            code: HromadaCoverage(code, state, Reach(), Occupation.NONE)
            for code, state in zip(codes, states, strict=True)
        },
    )
    assert {state: answer.count(state) for state in CoverageState} == {
        CoverageState.SERVED: 2,
        CoverageState.FROM_NEIGHBOUR: 0,
        CoverageState.FROM_WIDER: 0,
        CoverageState.REMOTE_ONLY: 0,
        CoverageState.NOT_SERVED: 0,
        CoverageState.OCCUPIED: 0,
        CoverageState.NO_DATA: 1,
    }


@pytest.mark.parametrize("slug", ["", "Home-care", "home--care", "-home", "home_care", "догляд", "home care"])
def test_a_service_is_known_by_a_plain_slug(slug):
    with pytest.raises(ValueError, match="is not a slug"):
        Service(slug, "Догляд вдома", "Home care", None, 1, is_confidential=False)
