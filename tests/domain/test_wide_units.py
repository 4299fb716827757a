"""A text that names an oblast or raion is known to be too wide for a client's place, and nothing else is."""

import pytest

from mapapp.domain.geography import Oblast, Raion
from mapapp.domain.wide_units import too_wide
from mapapp.files.gazetteer import read_gazetteer


@pytest.fixture(scope="module")
def gazetteer(repo_root):
    return read_gazetteer(repo_root / "geodata")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Полтавська область", "Полтавська"),
        ("полтавської області", "Полтавська"),
        ("Полтавська обл.", "Полтавська"),
        ("Полтавская область", "Полтавська"),
        ("Запорожская обл", "Запорізька"),
        ("Poltava oblast", "Полтавська"),
        ("Kharkivska oblast", "Харківська"),
        ("Zaporizhzhia oblast", "Запорізька"),
        ("Полтавщина", "Полтавська"),
        ("на Вінниччині", None),
        ("Вінниччина", "Вінницька"),
        ("Донеччина", "Донецька"),
        ("Одещина", "Одеська"),
        ("Черкащину", "Черкаська"),
        ("Івано-Франківщина", "Івано-Франківська"),
        ("Тмутараканська область", None),
    ],
)
def test_an_oblast_is_recognised(gazetteer, text, name):
    found = too_wide(text, gazetteer)
    assert (found and found.name) == name
    assert name is None or isinstance(found, Oblast)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Полтавський район", "Полтавський"),
        ("Полтавський р-н", "Полтавський"),
        ("Полтавського району", "Полтавський"),
        ("Миргородский район", "Миргородський"),
        ("Kremenchutskyi raion", "Кременчуцький"),
    ],
)
def test_a_raion_is_recognised(gazetteer, text, name):
    found = too_wide(text, gazetteer)
    assert isinstance(found, Raion)
    assert found.name == name


def test_every_oblast_and_raion_is_recognised_by_its_own_name(gazetteer):
    for oblast in gazetteer.oblasts.values():
        if oblast.name.endswith("ька"):
            assert too_wide(f"{oblast.name} область", gazetteer) is oblast
    for raion in gazetteer.raions.values():
        assert too_wide(f"{raion.name} район", gazetteer).name == raion.name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Полтава",
        "Полтавська",
        "Полтавська громада",
        "Полтава, Полтавська область",
        "с. Малі Будища (Полтавський район)",
        "область",
        "район",
        "Батьківщина",
        "Районне",
        "Харківщина",  # a village
        "49.5, 34.5",
    ],
)
def test_anything_else_is_not(gazetteer, text):
    assert too_wide(text, gazetteer) is None


def test_no_settlement_s_name_says_that_it_is_an_oblast_or_raion(gazetteer):
    telling = [
        place.name
        for place in gazetteer.settlements.values()
        if "щин" in place.name or "ччин" in place.name or "айон" in place.name or "бласт" in place.name
    ]
    assert len(telling) > 50
    taken = [name for name in set(telling) if too_wide(name, gazetteer)]
    assert not taken
