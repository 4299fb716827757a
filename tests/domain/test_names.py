"""Two spellings of one name fold to the same text, and names are listed in Ukrainian order."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.names import fold_name, ukrainian_sort_key

ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
letters = st.text(st.sampled_from(ALPHABET + ALPHABET.upper()), min_size=1)
words = st.lists(letters, min_size=1, max_size=3)
apostrophes = st.sampled_from("'’ʼ`")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Кам'янка-Бузька", "Кам’янка-Бузька"),
        ("камянка бузька", "Кам’янка-Бузька"),
        ("м.Полтава", "Полтава"),
        ("м Полтава", "Полтава"),
        ("с. Опішня", "Опішня"),
        ("смт Опішня", "Опішня"),
        ("с-ще Опішня", "Опішня"),
        ("селище  Опішня ", "Опішня"),
        ("селище міського типу Опішня", "Опішня"),
        ("Полта\N{COMBINING ACUTE ACCENT}ва", "Полтава"),
        ("Івано\N{EN DASH}Франківськ", "Івано-Франківськ"),
        ("Киі\N{COMBINING DIAERESIS}в", "Київ"),
    ],
)
def test_spellings_of_one_name_are_equal(typed, stored):
    assert fold_name(typed) == fold_name(stored)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Гадяч", "Ґадяч"), ("Рівне", "Рівненське"), ("Мирне", "Мірне"), ("Сміла", "міла"), ("Мена", "ена")],
)
def test_different_names_stay_different(one, other):
    assert fold_name(one) != fold_name(other)


@pytest.mark.parametrize("letter_or_type", ["м", "с", "М.", "смт", "селище", "с. "])
def test_a_settlement_type_alone_is_kept_as_typed(letter_or_type):
    assert fold_name(letter_or_type)


@given(words, apostrophes, apostrophes)
def test_the_apostrophe_used_does_not_matter(parts, one, other):
    assert fold_name(one.join(parts)) == fold_name(other.join(parts)) == fold_name("".join(parts))


@given(words)
def test_hyphens_dashes_and_spaces_are_one(parts):
    name = "Нова " + " ".join(parts)
    assert fold_name(name) == fold_name(name.replace(" ", "-")) == fold_name(name.replace(" ", "  "))


@given(words)
def test_case_and_unicode_composition_do_not_matter(parts):
    name = "Нова " + " ".join(parts)
    assert fold_name(name) == fold_name(name.upper()) == fold_name(unicodedata.normalize("NFD", name))


@given(st.text())
def test_any_text_folds_to_lower_case_with_single_spaces(text):
    folded = fold_name(text)
    assert folded == folded.strip()
    assert "  " not in folded
    assert not set("'’ʼ`-–") & set(folded)


def test_letters_sort_as_in_the_ukrainian_alphabet():
    shuffled = random.Random(1).sample(ALPHABET, len(ALPHABET))
    assert "".join(sorted(shuffled, key=ukrainian_sort_key)) == ALPHABET


def test_names_sort_as_in_a_ukrainian_list():
    names = [
        "Авдіївка",
        "Гадяч",
        "Ґоронда",
        "Дубно",
        "Енергодар",
        "Єнакієве",
        "Ізюм",
        "Їжаківка",
        "Йосипівка",
        "Яготин",
    ]
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=ukrainian_sort_key) == names


def test_a_shorter_name_comes_before_the_longer_it_begins():
    assert sorted(["Полтавка", "Полтава", "Полта"], key=ukrainian_sort_key) == [
        "Полта",
        "Полтава",
        "Полтавка",
    ]


def test_the_apostrophe_does_not_count_in_sorting():
    names = ["Мар’їне", "Маріуполь", "Марʼянівка", "Марганець"]
    assert sorted(names, key=ukrainian_sort_key) == ["Марганець", "Маріуполь", "Мар’їне", "Марʼянівка"]


@given(letters, letters)
def test_order_ignores_case(one, other):
    def before(first, second):
        return ukrainian_sort_key(first) < ukrainian_sort_key(second)

    assert before(one, other) == before(one.upper(), other.lower())
