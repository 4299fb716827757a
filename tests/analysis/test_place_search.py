"""A settlement is found however its name was typed, and homonyms are all offered."""

import random
from pathlib import Path

import pytest

from mapapp.analysis.place_search import PlaceSearch
from mapapp.domain.gazetteer import Gazetteer
from mapapp.files.gazetteer import read_gazetteer


@pytest.fixture(scope="module")
def gazetteer(repo_root: Path) -> Gazetteer:
    return read_gazetteer(repo_root / "geodata")


@pytest.fixture(scope="module")
def search(gazetteer: Gazetteer) -> PlaceSearch:
    return PlaceSearch(gazetteer)


@pytest.mark.parametrize(
    "typed",
    [
        "Кам’янка-Бузька",
        "кам'янка бузька",
        "КАМЯНКА-БУЗЬКА",
        "м. Кам`янка-Бузька",
        "місто Камʼянка-Бузька",
        "Кам’янка-Бузка",
        "Камянка-Бузькa",
        "Kamianka-Buzka",
        "Rfv'zyrf-<epmrf",
    ],
    ids=[
        "as written",
        "plain",
        "no apostrophe",
        "type",
        "type in full",
        "typo",
        "Latin а",
        "Latin",
        "keyboard",
    ],
)
def test_one_place_is_found_first_by_every_way_of_typing_it(search, typed):
    assert search.find(typed)[0].settlement.name == "Кам’янка-Бузька"


def test_the_larger_of_two_homonyms_comes_first(search):
    found = search.find("Полтава", limit=3)
    assert {match.settlement.name for match in found} == {"Полтава"}
    persons = [match.settlement.population.persons for match in found]
    assert persons == sorted(persons, reverse=True)
    assert all(match.score == 100 and not match.by_former_name for match in found)


def test_every_homonym_is_offered_when_asked_for(search, gazetteer):
    homonyms = {place.katottg for place in gazetteer.settlements.values() if place.name == "Іванівка"}
    found = [match.settlement.katottg for match in search.find("Іванівка", limit=len(homonyms))]
    assert len(homonyms) > 100
    assert set(found) == homonyms


@pytest.mark.parametrize("after_comma", ["Запоріз", "Запорізька область", "zaporizka oblast"])
def test_words_after_a_comma_tell_homonyms_apart(search, after_comma):
    found = search.find(f"Новоселівка, {after_comma}")
    assert found
    assert {match.settlement.katottg[:4] for match in found} == {"UA23"}


def test_an_address_copied_from_the_page_names_one_village(search, gazetteer):
    copied = "с. Малі Будища, Опішнянська селищна громада, Полтавський район, Полтавська область"
    found = [match.settlement for match in search.find(copied)]
    assert [gazetteer.hromadas[place.hromada].name for place in found] == ["Опішнянська"]


def test_words_after_a_comma_that_fit_nothing_are_not_held_against_the_name(search):
    assert search.find("Полтава, десь там")[0].settlement.name == "Полтава"


def test_a_former_name_finds_the_place_and_says_so(search, gazetteer):
    renamed = next(
        place
        for place in gazetteer.settlements.values()
        if place.former_name == "Ватутіне" and place.name == "Багачеве"
    )
    match = search.find("ватутине")[0]
    assert match.settlement == renamed
    assert match.by_former_name


def test_a_present_name_comes_before_the_same_former_one(search):
    found = search.find("Іскра", limit=30)
    same = [match for match in found if match.score == 100]
    former = [match.by_former_name for match in same]
    assert True in former
    assert False in former
    assert former == sorted(former)


def test_the_beginning_of_a_name_offers_the_largest_places_that_begin_so(search):
    assert [match.settlement.name for match in search.find("Кременч", limit=1)] == ["Кременчук"]


def test_any_word_of_a_name_may_be_typed(search):
    assert "Великі Будища" in {match.settlement.name for match in search.find("Будища", limit=20)}


def test_a_code_names_its_settlement(search, gazetteer):
    code = next(place.katottg for place in gazetteer.settlements.values() if place.name == "Кременчук")
    assert [match.settlement.name for match in search.find(f" {code.lower()} ")] == ["Кременчук"]
    assert search.find("UA00000000000000000") == ()


@pytest.mark.parametrize("nothing", ["", "  ", "'", ",", "!!!", "🙂"])
def test_a_text_without_a_name_finds_nothing(search, nothing):
    assert not search.find(nothing)


def test_the_same_text_gives_the_same_answer(search, gazetteer):
    assert search.find("Миколаївка", 50) == PlaceSearch(gazetteer).find("Миколаївка", 50)


def test_with_one_typo_the_name_is_among_the_first_five_in_97_of_100_searches(search, gazetteer):
    chance = random.Random(55)
    names = sorted({place.name for place in gazetteer.settlements.values() if len(place.name) > 4})
    asked = chance.sample(names, 300)
    found = sum(
        name in {match.settlement.name for match in search.find(_mistyped(name, chance), 5)} for name in asked
    )
    assert found >= 0.97 * len(asked)


def _mistyped(name: str, chance: random.Random) -> str:
    """Drop, double, replace or swap one letter after the first."""
    at = chance.randrange(1, len(name) - 1)
    letter, following = name[at], name[at + 1]
    changed = chance.choice(["", letter * 2, chance.choice("аеиіоурнтс"), following + letter])
    return name[:at] + changed + name[at + 1 + (len(changed) == 2 and changed[0] == following) :]
