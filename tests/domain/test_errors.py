"""An error is a sentence for the person who can put it right, with its values kept apart."""

from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.errors import Fault, InvalidInputError, NotFoundError, StoreUnavailableError, UsageError


def test_a_usage_error_reads_as_a_sentence_and_keeps_its_msgid():
    error = UsageError("There is no hromada {code}", code="UA71020010000037786")
    assert str(error) == "There is no hromada UA71020010000037786"
    assert (error.message, error.values) == ("There is no hromada {code}", {"code": "UA71020010000037786"})


@given(st.text())
def test_whatever_the_user_typed_stays_a_value(typed):
    assert str(UsageError("«{typed}» is not a date", typed=typed)) == f"«{typed}» is not a date"
    assert str(Fault("«{typed}» is not a date", {"typed": typed})) == f"«{typed}» is not a date"


def test_a_value_may_bear_the_name_of_the_message():
    assert str(UsageError("The server said: {message}", message="no")) == "The server said: no"
    error = InvalidInputError("{message}: {faults}", [], message="file", faults=3)
    assert str(error) == "file: 3"


def test_a_fault_says_where_as_far_as_it_is_known():
    assert str(Fault("empty")) == "empty"
    assert str(Fault("empty", file="p.yaml")) == "p.yaml: empty"
    assert str(Fault("empty", file="p.yaml", line=7)) == "p.yaml:7: empty"
    assert str(Fault("empty", file="p.yaml", line=7, column="name")) == "p.yaml:7 [name]: empty"


def test_invalid_input_lists_every_fault():
    faults = [Fault("bad code"), Fault("bad name")]
    error = InvalidInputError("{file} has faults", faults, file="p.yaml")
    faults.clear()
    assert [str(fault) for fault in error.faults] == ["bad code", "bad name"]
    assert str(error) == "p.yaml has faults"


def test_every_error_for_people_can_be_caught_as_one():
    assert {InvalidInputError, NotFoundError, StoreUnavailableError} <= set(UsageError.__subclasses__())
