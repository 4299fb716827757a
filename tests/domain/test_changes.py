"""Two documents are compared field by field, and the members of a list by the names they bear."""

import pytest

from mapapp.domain.changes import (
    Authorship,
    ConflictError,
    FieldDifference,
    RecordConflict,
    RecordKey,
    RecordKind,
    differences,
)

KEY = RecordKey(RecordKind.POINT, "opishnia")


def told(before, after) -> list[tuple]:
    return [(one.field, one.before, one.after) for one in differences(before, after)]


def test_equal_documents_do_not_differ():
    document = {"name": "А", "offerings": [{"service": "home-care", "capacity": 3}]}
    assert told(document, dict(document)) == []


def test_fields_that_came_went_and_changed_are_each_told():
    assert told({"a": 1, "b": 2, "same": 0}, {"b": 3, "c": 4, "same": 0}) == [
        ("b", 2, 3),
        ("c", None, 4),
        ("a", 1, None),
    ]


def test_a_new_record_differs_in_every_field():
    assert told(None, {"name": "А"}) == [("name", None, "А")]
    assert told({"name": "А"}, None) == [("name", "А", None)]


def test_groups_are_compared_inside():
    assert told({"wartime": {"has_shelter": True, "x": 1}}, {"wartime": {"has_shelter": False, "x": 1}}) == [
        ("wartime.has_shelter", True, False)
    ]


def test_offerings_are_compared_by_their_service_whatever_their_order():
    before = [{"service": "home-care", "capacity": 3}, {"service": "counselling"}]
    after = [{"service": "counselling"}, {"service": "home-care", "capacity": 5}, {"service": "day-care"}]
    assert told({"offerings": before}, {"offerings": after}) == [
        ("offerings[home-care].capacity", 3, 5),
        ("offerings[day-care]", None, {"service": "day-care"}),
    ]


def test_a_first_offering_is_told_by_its_name():
    assert told({}, {"offerings": [{"service": "day-care"}]}) == [
        ("offerings[day-care]", None, {"service": "day-care"})
    ]


def test_offerings_that_share_a_service_are_compared_as_a_whole():
    twice = [{"service": "home-care", "payment": "F"}, {"service": "home-care", "payment": "C"}]
    assert told({"offerings": twice}, {"offerings": twice[:1]}) == [("offerings", twice, twice[:1])]


def test_plain_lists_are_compared_as_a_whole():
    assert told({"languages": ["uk"]}, {"languages": ["uk", "en"]}) == [("languages", ["uk"], ["uk", "en"])]


@pytest.mark.parametrize(("who", "why"), [("", "reason"), ("somebody", " ")])
def test_a_change_says_who_and_why(who, why):
    with pytest.raises(ValueError, match="who makes it and why"):
        Authorship(who, why)


def test_the_second_writer_is_told_what_the_first_changed():
    error = ConflictError([RecordConflict(KEY, 1, 2, (FieldDifference("hours", "a", "b"),))])
    assert "«opishnia» first: hours" in str(error)
    assert error.conflicts[0].found == 2
