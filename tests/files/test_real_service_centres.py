"""How much of 3,432 real rows of administrative service points is understood; nothing is lost on the way."""

import csv
from collections import Counter

import pytest

from mapapp.domain.hours_text import hours_text, read_hours
from mapapp.domain.registry import PointPrecision
from mapapp.files.address_places import SettlementIndex, place_address
from mapapp.files.addresses import read_address
from mapapp.files.phones import phone_problem, read_phones

ROWS = 3432


@pytest.fixture(scope="module")
def rows(shared_dir):
    path = shared_dir / "geodata/real/cnap_admin_service_centres.csv"
    if not path.is_file():
        pytest.skip("the optional table of administrative service points is absent")
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == ROWS
    return rows


@pytest.fixture(scope="module")
def placed(rows, gazetteer):
    index = SettlementIndex(gazetteer)
    return [(row, place_address(read_address(row["address"]), index)) for row in rows]


def share(part, whole):
    return part / whole


def test_of_the_timetables_written_97_in_100_are_understood(rows):
    written = [row["timetable"] for row in rows if row["timetable"].strip()]
    read = [read_hours(timetable) for timetable in written]
    assert share(sum(one.hours is not None for one in read), len(written)) >= 0.976
    assert all(bool(one.problem) == (one.hours is None) for one in read)


def test_of_the_timetables_that_tell_any_hours_99_in_100_are_understood(rows):
    read = [read_hours(row["timetable"]) for row in rows]
    told = [one for one in read if one.hours or (one.problem and "no day has any hours" not in one.problem)]
    assert share(sum(one.hours is not None for one in told), len(told)) >= 0.994


def test_what_is_understood_of_a_timetable_is_written_and_read_back(rows):
    for hours in {read_hours(row["timetable"]).hours for row in rows} - {None}:
        assert read_hours(hours_text(hours)).hours == hours


def test_no_time_is_understood_that_is_not_written(rows):
    for timetable in {row["timetable"] for row in rows}:
        hours = read_hours(timetable).hours
        digits = "".join(filter(str.isdigit, timetable))
        for span in (span for day in hours.week for span in day) if hours else ():
            for clock in (span.opens, span.closes):
                assert str(clock.hour) in digits
                assert not clock.minute or f"{clock.minute:02}" in digits


def test_of_the_telephones_93_in_100_can_be_dialled_or_are_short(rows):
    phones = [phone for row in rows for phone in read_phones(row["phone"])]
    assert share(sum(phone.e164 is not None for phone in phones), len(phones)) >= 0.937
    assert share(sum(not phone_problem(phone) for phone in phones), len(phones)) >= 0.943


def test_no_digit_of_a_telephone_is_lost(rows):
    for cell in {row["phone"] for row in rows}:
        kept = "".join(phone.written for phone in read_phones(cell))
        assert "".join(filter(str.isdigit, kept)) == "".join(filter(str.isdigit, cell))


def test_of_the_addresses_with_a_settlement_99_in_100_are_placed_in_it(placed):
    named = [(row, place) for row, place in placed if read_address(row["address"]).settlement_words]
    in_settlement = [place for _, place in named if place.precision is PointPrecision.SETTLEMENT]
    assert share(len(in_settlement), len(named)) >= 0.997


def test_of_all_addresses_85_in_100_are_placed(placed):
    assert share(sum(place.point is not None for _, place in placed), ROWS) >= 0.85


def test_no_settlement_or_hromada_differs_from_what_others_found(placed):
    for row, place in placed:
        if place.settlement is not None and row["settlement_code"]:
            assert place.settlement == row["settlement_code"]
        if place.hromada is not None and row["hromada_code"]:
            assert place.hromada == row["hromada_code"]


def test_whatever_is_not_placed_says_why(placed):
    reasons = Counter(place.problem for _, place in placed if place.point is None)
    assert "" not in reasons
