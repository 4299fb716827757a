"""What an import would do is known before it does it, and what a file leaves out stays as it was."""

import pytest

from mapapp.domain.changes import RecordKey, RecordKind, StoredRecord
from mapapp.domain.import_plan import GivenFields, Outcome, outcomes, plan_records

KEY = RecordKey(RecordKind.POINT, "p-1")
OTHER = RecordKey(RecordKind.POINT, "p-2")
ORGANISATION = RecordKey(RecordKind.ORGANISATION, "o-1")
SOURCE = {"name": "state", "record_id": "1"}
STORED = {
    "id": "p-1",
    "name": "Центр",
    "hromada": "UA1",
    "settlement": "UA2",
    "point": {"lon": 34.1, "lat": 49.1},
    "precision": "building",
    "hours": "Пн 9:00–18:00",
    "wartime": {"has_shelter": True},
    "offerings": [{"service": "home-care", "capacity": 5, "payment": "F"}, {"service": "counselling"}],
    "source": SOURCE,
}
NOTHING = GivenFields(frozenset(), frozenset(), frozenset())


def given(*point: str, offering=()) -> GivenFields:
    return GivenFields(frozenset(), frozenset(point), frozenset(offering))


def planned(read, fields=None, stored=None, source="state"):
    known = {KEY: StoredRecord(3, STORED)} if stored is None else stored
    return plan_records([(KEY, read, ())], known, fields, source)


def test_a_record_the_registry_lacks_is_new():
    (record,) = planned(STORED, stored={})
    assert (record.outcome, record.based_on, record.after) == (Outcome.NEW, 0, STORED)


def test_the_same_record_again_changes_nothing():
    (record,) = planned(dict(STORED))
    assert (record.outcome, record.differences) == (Outcome.UNCHANGED, ())


def test_a_whole_record_replaces_the_stored_one_and_says_in_what():
    (record,) = planned(STORED | {"hours": "цілодобово"})
    assert (record.outcome, record.based_on) == (Outcome.CHANGED, 3)
    assert [(one.field, one.after) for one in record.differences] == [("hours", "цілодобово")]


def test_what_the_file_does_not_speak_of_stays():
    (record,) = planned({"id": "p-1", "name": "Новий центр", "source": SOURCE}, given("name"))
    assert record.after == STORED | {"name": "Новий центр"}


def test_what_the_file_speaks_of_and_leaves_empty_goes():
    (record,) = planned({"id": "p-1", "name": "Центр"}, given("name", "hours"))
    assert record.after == {field: value for field, value in STORED.items() if field != "hours"}


def test_exact_coordinates_outlive_a_file_that_names_the_same_settlement():
    guessed = STORED | {"point": {"lon": 34.0, "lat": 49.0}, "precision": "settlement"}
    (record,) = planned(guessed, given("hromada", "settlement"))
    assert record.outcome is Outcome.UNCHANGED


def test_coordinates_of_another_settlement_do_not():
    moved = STORED | {"settlement": "UA3", "point": {"lon": 30.0, "lat": 50.0}, "precision": "settlement"}
    (record,) = planned(moved, given("hromada", "settlement"))
    assert (record.after["point"], record.after["precision"]) == (moved["point"], "settlement")


def test_offerings_keep_what_the_file_does_not_speak_of():
    read = {"offerings": [{"service": "home-care", "payment": "C"}, {"service": "day-care", "payment": "F"}]}
    (record,) = planned(read, given(offering=("service", "payment")))
    assert record.after["offerings"] == [
        {"service": "home-care", "capacity": 5, "payment": "C"},
        {"service": "day-care", "payment": "F"},
    ]


def test_which_of_two_offerings_of_one_service_is_meant_is_not_guessed():
    twice = STORED | {"offerings": [{"service": "home-care", "capacity": n} for n in (1, 2)]}
    read = {"offerings": [{"service": "home-care", "payment": "C"}]}
    (record,) = planned(read, given(offering=("service", "payment")), {KEY: StoredRecord(1, twice)})
    assert record.after["offerings"] == read["offerings"]


def test_a_file_without_offerings_leaves_them_alone():
    (record,) = planned({"name": "Центр"}, given("name"))
    assert record.outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(("source", "absent"), [("state", [OTHER]), ("another", [])])
def test_records_of_the_source_that_the_file_lacks_are_named(source, absent):
    stored = {KEY: StoredRecord(3, STORED), OTHER: StoredRecord(7, STORED | {"id": "p-2"})}
    found = planned(STORED, None, stored, source)
    assert [record.key for record in found if record.outcome is Outcome.ABSENT] == absent


def test_records_are_counted_by_kind_and_outcome():
    documents = [(KEY, STORED, ()), (ORGANISATION, {"id": "o-1"}, ())]
    counted = outcomes(plan_records(documents, {KEY: StoredRecord(3, STORED)}, None, "another"))
    assert counted == {(RecordKind.POINT, Outcome.UNCHANGED): 1, (RecordKind.ORGANISATION, Outcome.NEW): 1}


def test_an_organisation_keeps_what_the_file_does_not_speak_of():
    stored = {ORGANISATION: StoredRecord(1, {"id": "o-1", "name": "А", "edrpou": "00032129"})}
    fields = GivenFields(frozenset({"name"}), frozenset(), frozenset())
    (record,) = plan_records([(ORGANISATION, {"id": "o-1", "name": "Б"}, ())], stored, fields, "state")
    assert record.after == {"id": "o-1", "name": "Б", "edrpou": "00032129"}


HIDDEN = {
    "id": "p-1",
    "location_policy": "withheld",
    "oblast": "UA1",
    "confidential_place": {"hromada": "UA2", "address": "вул. Тиха, 1"},
}


@pytest.mark.parametrize("fields", [None, given("name", "confidential_place"), given("name")])
def test_a_file_that_does_not_tell_a_confidential_place_leaves_it_known(fields):
    read = {"id": "p-1", "location_policy": "withheld", "oblast": "UA1", "name": "Притулок"}
    (record,) = planned(read, fields, {KEY: StoredRecord(1, HIDDEN)})
    assert record.after["confidential_place"] == HIDDEN["confidential_place"]
    assert record.after["name"] == "Притулок"


def test_a_point_that_becomes_public_or_moves_has_no_use_for_its_old_place():
    stored = {KEY: StoredRecord(1, HIDDEN)}
    (opened,) = planned({"id": "p-1", "location_policy": "public"}, None, stored)
    assert "confidential_place" not in opened.after
    moved = HIDDEN | {"confidential_place": {"hromada": "UA3"}}
    (record,) = planned(moved, None, stored)
    assert record.after["confidential_place"] == {"hromada": "UA3"}
