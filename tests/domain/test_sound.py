"""One key for the Ukrainian, Russian and Latin spellings of a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.keyboard import from_english_keyboard
from mapapp.domain.sound import sound_key


@pytest.mark.parametrize(
    "spellings",
    [
        "Харків Харьков Kharkiv Kharkov Harkiv",
        "Київ Киев Kyiv Kiev",
        "Запоріжжя Запорожье Zaporizhzhia Zaporozhye",
        "Миколаїв Николаев Mykolaiv Nikolaev",
        "Кам’янське Каменское Kamianske Kamenskoye",
        "Чернівці Черновцы Chernivtsi Chernovtsy",
        "Хмельницький Хмельницкий Khmelnytskyi Khmelnitsky",
        "Рівне Ровно Rivne Rovno",
        "Олександрія Александрия Oleksandriia Alexandria",
        "Згурівка Згуровка Zghurivka",
        "Ганнівка Анновка",
        "Катеринівка Екатериновка",
        "Об’їзд Объезд",
        "догляд dohliad dogliad",
    ],
)
def test_spellings_of_one_word_have_one_key(spellings):
    assert len({sound_key(word) for word in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Полтава", "Полтавка"), ("Суми", "Сума"), ("Львів", "Лиман"), ("Буча", "Бича")]
)
def test_different_names_keep_different_keys(one, other):
    assert sound_key(one) != sound_key(other)


@given(st.text(max_size=80))
def test_a_key_can_be_made_of_any_text_and_ignores_case(text):
    assert sound_key(text) == sound_key(text.lower())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Gjknfdf", "полтава"),
        ("GJKNFDF", "полтава"),
        ("[fhrsd", "харків"),
        ("{FHRSD", "харків"),
        ("Полтава", "полтава"),
    ],
)
def test_keys_of_the_english_keyboard_become_ukrainian_letters(typed, meant):
    assert from_english_keyboard(typed) == meant
