"""Units carry figures with a source and a day, and status periods know on which days they hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.geography import Population, PopulationBasis, StatusPeriod, TerritoryStatus
from mapapp.domain.katottg import Katottg
from mapapp.domain.population import spread_remainder

OPISHNIA = Katottg("UA53080350000070563")


def villages(count):
    return [Katottg(f"UA5308035{number:03}0000000") for number in range(1, count + 1)]


def test_nobody_can_be_fewer_than_none():
    with pytest.raises(ValueError, match="cannot be negative: -1"):
        Population(-1, date(2022, 1, 1), "Держстат")


def test_only_our_own_share_of_a_figure_is_an_estimate():
    counted = Population(1200, date(2022, 1, 1), "Держстат")
    assert not counted.is_estimate
    assert Population(40, counted.as_of, counted.source, PopulationBasis.ESTIMATED).is_estimate


@given(st.dates(), st.none() | st.dates(), st.dates())
def test_a_status_holds_from_its_first_day_to_its_last(start, end, day):
    period = StatusPeriod(OPISHNIA, TerritoryStatus.ACTIVE_HOSTILITIES, start, end, "", excludes_part=False)
    assert period.holds_on(day) == (start <= day <= (end or date.max))


@given(total=st.integers(0, 3_000_000), settlements=st.integers(1, 60), counted_percent=st.integers(0, 100))
def test_the_remainder_is_spread_evenly_and_to_the_last_person(total, settlements, counted_percent):
    counted = total * counted_percent // 100
    shares = spread_remainder(total, counted, villages(settlements))
    assert list(shares) == villages(settlements)
    assert counted + sum(shares.values()) == total
    assert max(shares.values()) - min(shares.values()) <= 1


def test_more_people_cannot_live_in_the_parts_than_in_the_whole():
    with pytest.raises(ValueError, match="11 people counted in settlements of a hromada of 10"):
        spread_remainder(10, 11, villages(2))


def test_people_cannot_be_spread_over_no_settlement():
    assert spread_remainder(10, 10, []) == {}
    with pytest.raises(ValueError, match="live in none of its settlements"):
        spread_remainder(10, 9, [])
