"""Where a store must be asked on before an answer is right, and what it refuses to answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scattered import DAY, OFFICE, SERVICES, code

from mapapp.domain.contacts import Phone
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import ReferralQuestion, RefusalReason
from mapapp.domain.registry import (
    CatchmentArea,
    LocationPolicy,
    MobileStop,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Registry,
    Sector,
    ServicePoint,
    TargetGroup,
)
from mapapp.referral import Referral

ORIGIN = LonLat(30.0, 50.0)
QUESTION = ReferralQuestion("home-care", ORIGIN, code(10, 1, 1), DAY, payments=frozenset({Payment.FREE}))


def point(record_id, km, payment=Payment.FREE, **changes):
    """Return a point some kilometres north of the origin that serves the hromada asked about."""
    offering = Offering(
        "home-care",
        (CatchmentArea(code(10)),),
        TargetGroup.EVERYONE,
        frozenset({PlaceOfProvision.HOME}),
        payment,
    )
    made = ServicePoint(
        record_id, "org", PointKind.NGO, "Точка", LocationPolicy.PUBLIC, code(10), code(10, 1, 1), None,
        LonLat(30.0, 50.0 + km / 111.2), PointPrecision.STREET, "", (Phone("1545"),), (offering,),
        opening_hours=OFFICE,
    )  # fmt: skip
    return replace(made, **changes)


CROWD = tuple(point(f"paid-{n:03}", 10 + n / 100, Payment.PAID) for n in range(300))
"""So many who cost money that no first question to the store sees past them."""


@pytest.fixture
def refer(empty_store, country):
    def answer(question, *points):
        organisations = (Organisation("org", "Організація", Sector.NON_STATE),)
        empty_store.replace_registry(Registry(organisations, points, frozenset()), no_progress)
        return Referral(empty_store, country, SERVICES).refer(question)

    return answer


def ids(matches):
    return [match.candidate.point_id for match in matches]


def test_a_stop_far_away_does_not_hide_a_nearer_point_behind_a_crowd(refer, country):
    far_village = code(20, 1, 3, 1)
    assert country.settlements[far_village].point is not None
    team = point("team", 900, stops=(MobileStop(far_village, DAY),))

    answer = refer(replace(QUESTION, limit=1), *CROWD, point("free", 60), team)

    assert ids(answer.local) == ["free"]
    assert ids(refer(replace(QUESTION, limit=2), *CROWD, point("free", 60), team).local) == ["free", "team"]


def test_a_radius_widens_no_farther_than_it_must_past_a_crowd(refer):
    question = replace(QUESTION, radius_m=5_000.0, enough=2, limit=1)

    answer = refer(question, point("near", 1), *CROWD, point("free", 40), point("far", 300))

    assert (answer.radius_m, answer.is_widened) == (50_000.0, True)
    assert ids(answer.local) == ["near"]


def test_of_a_crowd_the_nearest_twenty_are_told_and_that_there_are_more(refer):
    answer = refer(QUESTION, *CROWD)
    assert ids(answer.left_out) == [f"paid-{n:03}" for n in range(20)]
    assert answer.left_out_more
    assert {refusal.reason for match in answer.left_out for refusal in match.verdict.refusals} == {
        RefusalReason.OTHER_PAYMENT
    }
    assert not refer(QUESTION, *CROWD[:20]).left_out_more


def test_those_left_out_as_near_as_the_last_listed_are_told(refer):
    points = (point("b-free", 10), point("c-paid", 10, Payment.PAID), point("d-paid", 10.1, Payment.PAID))
    assert ids(refer(replace(QUESTION, limit=1), *points).left_out) == ["c-paid"]
    assert ids(refer(QUESTION, *points).left_out) == ["c-paid", "d-paid"]


def test_nobody_at_all_is_an_answer(refer):
    answer = refer(replace(QUESTION, radius_m=5_000.0))
    assert answer.found == 0
    assert answer.left_out == ()
    assert (answer.radius_m, answer.is_widened) == (None, True)


def test_a_place_abroad_is_answered_by_distance_alone(refer):
    answer = refer(replace(QUESTION, origin=LonLat(21.0, 52.2), hromada=None), point("free", 60))
    assert ids(answer.local) == ["free"]
    assert answer.local[0].way.distance_m > 600_000


def test_an_unknown_service_or_hromada_is_not_found(refer):
    with pytest.raises(NotFoundError, match="no service «flying»"):
        refer(replace(QUESTION, service="flying"))
    with pytest.raises(NotFoundError, match="no hromada with the code UA99"):
        refer(replace(QUESTION, hromada=code(99, 1, 1)))
