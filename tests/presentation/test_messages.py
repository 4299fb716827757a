"""Sentences, numbers, distances and dates are said as each language says them."""

from datetime import date, datetime

import pytest

from mapapp.domain.errors import Fault, UsageError
from mapapp.presentation.messages import LANGUAGES, translator

uk = translator("uk")
en = translator("en")


def test_ukrainian_is_the_first_language():
    assert LANGUAGES[0] == "uk"


def test_a_sentence_is_translated_and_an_unknown_one_stays_english():
    assert uk("No data") == "Немає даних"
    assert en("No data") == "No data"
    assert uk("Not {what} in any catalogue", what="yet") == "Not yet in any catalogue"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="is not one of uk, en"):
        translator("de")


@pytest.mark.parametrize(
    ("distance_m", "said"),
    [
        (0, "0 м"),
        (849.6, "850 м"),
        (999.6, "1,0 км"),
        (1234, "1,2 км"),
        (99_999, "100,0 км"),
        (1_234_567, "1 235 км"),
    ],
)
def test_a_distance_is_metres_then_tenths_of_a_kilometre_then_whole_kilometres(distance_m, said):
    assert uk.distance(distance_m).replace("\u00a0", " ") == said


def test_a_distance_in_english_has_a_decimal_point():
    assert en.distance(1234) == "1.2\u00a0km"


def test_dates_and_fractions_in_a_sentence_follow_the_language_and_whole_numbers_stay():
    sentence = "{day} {share} {line}"
    values = {"day": date(2025, 5, 7), "share": 0.74, "line": 12345}
    assert uk(sentence, **values) == "07.05.2025 0,74 12345"
    assert en(sentence, **values) == "7 May 2025 0.74 12345"
    assert uk("{moment}", moment=datetime(2025, 5, 7, 23, 59)) == "07.05.2025"  # noqa: DTZ001


def test_an_error_and_a_fault_are_translated_with_their_places_filled():
    message = "Faults in the geography tables of {folder}: {count}; nothing was taken from them"
    said = "Помилок у географічних таблицях теки geodata: 3; нічого з них не взято"
    assert uk.error(UsageError(message, folder="geodata", count=3)) == said
    fault = Fault(message, {"folder": "geodata", "count": 3}, file="raions.csv", line=12, column="name")
    assert uk.fault(fault) == f"raions.csv:12 [name]: {said}"


def test_names_are_listed_in_the_ukrainian_alphabet_not_by_code_point():
    names = ["Яготин", "Європейське", "Іванків", "Ґалаґани", "Васильків", "Дніпро"]
    assert sorted(names, key=uk.sort_key) == [
        "Васильків",
        "Ґалаґани",
        "Дніпро",
        "Європейське",
        "Іванків",
        "Яготин",
    ]


def test_a_list_is_joined_as_a_sentence_joins_it():
    assert uk.listed(["а", "б", "в"]) == "а, б і в"
    assert en.listed(["a", "b", "c"]) == "a, b, and c"
