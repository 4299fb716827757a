"""How a search ended is told by those who serve the hromada, and by them alone."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.evidence import (
    LEAST_KEPT_DAYS,
    SearchOutcome,
    end_of_whole_quarters,
    first_of_quarter,
    outcome_of,
)
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.referral import (
    Basis,
    Match,
    ReferralAnswer,
    ReferralQuestion,
    Refusal,
    RefusalReason,
    Verdict,
    Work,
)

HROMADA = Katottg("UA53080350000070563")
SAID = {
    SearchOutcome.NO_VACANCY: {RefusalReason.NO_VACANCY},
    SearchOutcome.OTHER_CLIENTS: {
        RefusalReason.OTHER_GROUPS,
        RefusalReason.TOO_YOUNG,
        RefusalReason.TOO_OLD,
    },
    SearchOutcome.OTHER_TERMS: {
        RefusalReason.OTHER_PLACES,
        RefusalReason.OTHER_PAYMENT,
        RefusalReason.OTHER_LANGUAGES,
        RefusalReason.NOT_STEP_FREE,
        RefusalReason.NOT_URGENT,
    },
    SearchOutcome.NOT_WORKING: {
        RefusalReason.SUSPENDED,
        RefusalReason.CLOSED,
        RefusalReason.NOT_AT_WORK,
    },
    SearchOutcome.NOBODY: {
        RefusalReason.OCCUPIED_TERRITORY,
        RefusalReason.NO_LONGER_OFFERED,
        RefusalReason.NOT_YET_OFFERED,
        RefusalReason.OUTSIDE_CATCHMENT,
        RefusalReason.CONTRACT_NOT_IN_FORCE,
    },
}


def match(*reasons, basis=Basis.OWN_HROMADA):
    """Return an offering that is refused for these reasons; nothing else of it matters here."""
    verdict = Verdict(tuple(map(Refusal, reasons)), basis, None, (), Work.UNKNOWN, None)
    return Match(SimpleNamespace(), verdict, None)


def answer(*left_out, found=0, hromada=HROMADA):
    question = ReferralQuestion("home-care", LonLat(lon=34, lat=50), hromada, date(2026, 1, 15))
    return ReferralAnswer(
        question=question,
        local=(match(),) * found,
        remote=(),
        confidential=(),
        left_out=left_out,
        left_out_more=False,
        radius_m=None,
        is_widened=False,
        by_road=False,
    )


def outcome(*left_out, found=0, hromada=HROMADA, in_scope=True, occupation=Occupation.NONE):
    return outcome_of(
        answer(*left_out, found=found, hromada=hromada), in_scope=in_scope, occupation=occupation
    )


def test_whoever_is_found_is_found():
    full = match(RefusalReason.NO_VACANCY)
    for occupation in Occupation:
        for in_scope in (True, False):
            assert outcome(full, found=1, in_scope=in_scope, occupation=occupation) is SearchOutcome.FOUND


def test_an_occupied_hromada_is_said_to_be():
    full = match(RefusalReason.NO_VACANCY)
    assert outcome(full, occupation=Occupation.FULLY, in_scope=False) is SearchOutcome.OCCUPIED
    assert outcome(full, occupation=Occupation.PARTLY) is SearchOutcome.NO_VACANCY


def test_nobody_is_known_only_where_the_registry_describes_the_oblast():
    assert outcome() is SearchOutcome.NOBODY
    assert outcome(in_scope=False) is SearchOutcome.NOT_DESCRIBED


def test_every_reason_makes_an_outcome():
    assert set().union(*SAID.values()) == set(RefusalReason)
    for expected, reasons in SAID.items():
        for reason in reasons:
            assert outcome(match(reason)) is expected


def test_those_that_do_not_serve_the_hromada_are_not_asked():
    elsewhere = match(RefusalReason.OUTSIDE_CATCHMENT, RefusalReason.NO_VACANCY, basis=None)
    assert outcome(elsewhere, elsewhere) is SearchOutcome.NOBODY
    assert outcome(elsewhere, elsewhere, match(RefusalReason.TOO_OLD)) is SearchOutcome.OTHER_CLIENTS


def test_an_offering_in_an_undescribed_oblast_still_says_why():
    assert outcome(match(RefusalReason.CLOSED), in_scope=False) is SearchOutcome.NOT_WORKING


def test_all_are_asked_where_the_hromada_is_not_known():
    full = match(RefusalReason.NO_VACANCY, basis=None)
    assert outcome(full, hromada=None) is SearchOutcome.NO_VACANCY


def test_each_speaks_by_its_main_reason_whatever_comes_first():
    assert outcome(match(RefusalReason.NO_VACANCY, RefusalReason.SUSPENDED)) is SearchOutcome.NOT_WORKING
    assert outcome(match(RefusalReason.OTHER_GROUPS, RefusalReason.NO_VACANCY)) is SearchOutcome.OTHER_CLIENTS
    ended_and_full = match(RefusalReason.NO_VACANCY, RefusalReason.NO_LONGER_OFFERED)
    assert outcome(ended_and_full) is SearchOutcome.NOBODY


def test_the_outcome_met_most_often_is_it_and_the_first_where_they_are_level():
    old, young = match(RefusalReason.TOO_OLD), match(RefusalReason.TOO_YOUNG)
    closed, full = match(RefusalReason.CLOSED), match(RefusalReason.NO_VACANCY)
    assert outcome(full, old, young) is SearchOutcome.OTHER_CLIENTS
    assert outcome(closed, old) is SearchOutcome.OTHER_CLIENTS
    assert outcome(closed, full, old) is SearchOutcome.NO_VACANCY
    assert outcome(closed, closed, full) is SearchOutcome.NOT_WORKING


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), date(2026, 1, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2024, 2, 29), date(2024, 1, 1)),
        (date(2026, 12, 31), date(2026, 10, 1)),
    ],
)
def test_a_day_is_in_its_quarter(day, quarter):
    assert first_of_quarter(day) == quarter


@given(st.dates(date(1, 1, 1), date(9999, 9, 30)))
def test_quarters_follow_one_another_without_gap(day):
    start = first_of_quarter(day)
    assert start <= day
    assert day - start < timedelta(days=92) < timedelta(days=LEAST_KEPT_DAYS)
    end = end_of_whole_quarters(day)
    assert end in {start, day + timedelta(days=1)}
    assert end == first_of_quarter(end)


def test_the_end_of_all_days_has_quarters_before_it():
    assert end_of_whole_quarters(date.max) == date(9999, 10, 1)
