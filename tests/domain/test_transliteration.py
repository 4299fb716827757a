"""Names are written in Latin letters as Cabinet resolution 55 of 2010-01-27 says."""

import pytest

from mapapp.domain.transliteration import transliterate


# The examples of the resolution's own table.
@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Алушта", "Alushta"),
        ("Ґалаґан", "Galagan"),
        ("Єнакієве", "Yenakiieve"),
        ("Гаєвич", "Haievych"),
        ("Житомир", "Zhytomyr"),
        ("Їжакевич", "Yizhakevych"),
        ("Мар’їне", "Marine"),
        ("Йосипівка", "Yosypivka"),
        ("Олексій", "Oleksii"),
        ("Щербухи", "Shcherbukhy"),
        ("Гоща", "Hoshcha"),
        ("Юрій", "Yurii"),
        ("Яготин", "Yahotyn"),
        ("Костянтин", "Kostiantyn"),
        ("Згорани", "Zghorany"),
        ("Розгон", "Rozghon"),
        ("Івано-Франківськ", "Ivano-Frankivsk"),
        ("Кам’янка-Яриська", "Kamianka-Yaryska"),
    ],
)
def test_a_name_is_transliterated(name, latin):
    assert transliterate(name) == latin
