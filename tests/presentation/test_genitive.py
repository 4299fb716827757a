"""Every unit of the country can follow «мешканців», and no word of a name is left as it was by mistake."""

import re
from pathlib import Path

import pytest

from mapapp.domain.katottg import NATION
from mapapp.files.gazetteer import read_gazetteer
from mapapp.presentation.genitive import genitive, of_area
from mapapp.presentation.messages import translator


@pytest.fixture(scope="module")
def gazetteer():
    return read_gazetteer(Path(__file__).resolve().parents[2] / "geodata")


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Опішнянська селищна громада", "Опішнянської селищної громади"),
        ("Івано-Франківська міська громада", "Івано-Франківської міської громади"),
        ("Асканія-Нова селищна громада", "Асканії-Нової селищної громади"),
        ("Ювілейна сільська громада", "Ювілейної сільської громади"),
        ("Полтавський район", "Полтавського району"),
        ("Полтавська область", "Полтавської області"),
        ("Автономна Республіка Крим", "Автономної Республіки Крим"),
        ("м. Київ", "м. Києва"),
        ("м. Севастополь", "м. Севастополя"),
        ("уся Україна", "усієї України"),
    ],
)
def test_a_name_is_declined(name, of):
    assert genitive(name) == of


def test_every_unit_ends_as_a_genitive_does(gazetteer):
    uk = translator("uk")
    units = [NATION, *gazetteer.oblasts, *gazetteer.raions, *gazetteer.hromadas]
    shape = re.compile(r".+ої (міської|селищної|сільської) громади|.+ого району|.+ої області")
    rest = {of for unit in units if not shape.fullmatch(of := of_area(uk, gazetteer, unit))}
    assert rest == {"усієї України", "Автономної Республіки Крим", "м. Києва", "м. Севастополя"}


def test_english_names_stay(gazetteer):
    assert of_area(translator("en"), gazetteer, NATION) == "the whole of Ukraine"
