"""A settlement is found however its name was typed, and homonyms are all offered."""

import math
import random
from collections import defaultdict
from pathlib import Path

import pytest

from mapapp.analysis.place_search import PlaceSearch
from mapapp.analysis.twin_places import centre_settlement
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import direction_of
from mapapp.domain.geography import HromadaKind
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_former_names


@pytest.fixture(scope="module")
def gazetteer(repo_root: Path) -> Gazetteer:
    return read_gazetteer(repo_root / "geodata")


@pytest.fixture(scope="module")
def search(gazetteer: Gazetteer) -> PlaceSearch:
    return PlaceSearch(gazetteer, read_former_names())


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
    assert search.find("Миколаївка", 50) == PlaceSearch(gazetteer, read_former_names()).find("Миколаївка", 50)


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


# The centres of all oblasts and more, as Russian and Latin letters write them.
_TOLD = {
    "Київ": "Киев|Kyiv|Kiev|Rbtd",
    "Харків": "Харьков|Харьк|Kharkiv|Kharkov|г. Харьков|[fhmrjd",
    "Одеса": "Одесса|Odesa|Odessa|город Одесса",
    "Дніпро": "Днепр|Dnipro|Dnepr|Днепропетровск|Дніпропетровськ|Dnepropetrovsk",
    "Запоріжжя": "Запорожье|Zaporizhzhia|Zaporizhia|Zaporozhye|Zaporozhie",
    "Львів": "Львов|Lviv|Lvov|Lwow|Kmdsd",
    "Миколаїв": "Николаев|Mykolaiv|Nikolaev|Nikolayev|Mykolayiv",
    "Вінниця": "Винница|Vinnytsia|Vinnitsa|Vinnitsya|Dsyybwz",
    "Полтава": "Poltava|Gjknfdf|GJKNFDF",
    "Чернігів": "Чернигов|Chernihiv|Chernigov",
    "Черкаси": "Черкассы|Cherkasy|Cherkassy",
    "Житомир": "Zhytomyr|Zhitomir",
    "Суми": "Сумы|Sumy",
    "Хмельницький": "Хмельницкий|Khmelnytskyi|Khmelnitsky|Khmelnitskiy",
    "Чернівці": "Черновцы|Chernivtsi|Chernovtsy",
    "Рівне": "Ровно|Rivne|Rovno",
    "Івано-Франківськ": "Ивано-Франковск|Ivano-Frankivsk|Ivano Frankovsk",
    "Тернопіль": "Тернополь|Ternopil|Ternopol",
    "Луцьк": "Луцк|Lutsk",
    "Ужгород": "Uzhhorod|Uzhgorod",
    "Херсон": "Kherson|Herson",
    "Кропивницький": "Кропивницкий|Kropyvnytskyi|Kropivnitsky|Кировоград|Кіровоград|Kirovograd",
    "Донецьк": "Донецк|Donetsk",
    "Луганськ": "Луганск|Luhansk|Lugansk",
    "Сімферополь": "Симферополь|Simferopol",
    "Севастополь": "Sevastopol",
    "Біла Церква": "Белая Церковь|Bila Tserkva|Belaya Tserkov",
    "Кривий Ріг": "Кривой Рог|Kryvyi Rih|Krivoy Rog",
    "Мелітополь": "Мелитополь|Melitopol",
    "Маріуполь": "Мариуполь|Mariupol",
    "Бердянськ": "Бердянск|Berdyansk",
    "Кам’янець-Подільський": "Каменец-Подольский|Kamenets-Podolsky",
    "Слов’янськ": "Славянск|Slavyansk|Sloviansk",
    "Краматорськ": "Краматорск|Kramatorsk",
    "Ізюм": "Изюм|Izyum|Izium",
    "Куп’янськ": "Купянск|Kupyansk",
    "Кам’янське": "Каменское|Днепродзержинск|Kamenskoye",
    "Олександрія": "Александрия|Oleksandriia|Alexandria",
    "Жовті Води": "Желтые Воды|Zhovti Vody",
    "П’ятихатки": "Пятихатки",
    "Бровари": "Бровары|<hjdfhb|<HJDFHB",
    "Ірпінь": "Ирпень|Irpen",
    "Кременчук": "Кременчуг|Kremenchug",
    "Охтирка": "Ахтырка|Akhtyrka",
    "Ніжин": "Нежин|Nezhin",
    "Бердичів": "Бердичев|Berdichev",
    "Дрогобич": "Дрогобыч",
    "Ізмаїл": "Измаил|Izmail",
    "Енергодар": "Энергодар",
    "Оріхів": "Орехов",
    "Вовчанськ": "Волчанск",
    "Лозова": "Лозовая",
    "Опішня": "Опошня|пгт Опошня",
    "Решетилівка": "Решетиловка",
    "Покров": "Орджоникидзе|Орджонікідзе",
    "Бахмут": "Артемовск|Артёмовск",
    "Самар": "Новомосковск",
    "Звягель": "Новоград-Волынский|Новоград-Волинський",
    "Сіверськодонецьк": "Северодонецк",
    "Шептицький": "Червоноград",
    "Чорноморськ": "Ильичевск|Іллічівськ",
    "Горішні Плавні": "Комсомольск",
    "Вараш": "Кузнецовск",
    "Переяслав": "Переяслав-Хмельницкий",
    "Іванівка": "с. Ивановка|Ivanovka",
}


@pytest.mark.parametrize(
    ("typed", "name"), [(typed, name) for name, forms in _TOLD.items() for typed in forms.split("|")]
)
def test_a_place_is_found_first_by_its_russian_latin_and_former_names(search, typed, name):
    assert search.find(typed)[0].settlement.name == name


def test_all_oblast_centres_are_among_those_told():
    centres = """Вінниця Луцьк Дніпро Донецьк Житомир Ужгород Запоріжжя Івано-Франківськ Київ Кропивницький
    Луганськ Львів Миколаїв Одеса Полтава Рівне Суми Тернопіль Харків Херсон Хмельницький Черкаси Чернівці
    Чернігів Сімферополь Севастополь"""
    assert set(centres.split()) <= set(_TOLD)
    assert len(_TOLD) >= len(centres.split()) + 30


def test_the_former_name_that_was_typed_is_told(search):
    match = search.find("Кировоград")[0]
    assert (match.by_former_name, match.known_as) == (True, "Кіровоград")
    match = search.find("Кропивницкий")[0]
    assert (match.by_former_name, match.known_as) == (False, "")


def test_without_a_table_of_former_names_those_of_the_gazetteer_are_known(gazetteer):
    plain = PlaceSearch(gazetteer)
    assert plain.find("Новомосковск")[0].settlement.name == "Самар"
    assert not any(match.by_former_name for match in plain.find("Днепропетровск"))


def test_russian_hints_after_a_comma_tell_homonyms_apart(search):
    found = search.find("Новоселовка, Запорожская область")
    assert found
    assert {match.settlement.katottg[:4] for match in found} == {"UA23"}


def test_hints_may_stand_in_brackets(search):
    found = search.find("Новоселівка (Запорізька область)")
    assert found
    assert {match.settlement.katottg[:4] for match in found} == {"UA23"}


# Villages of one name in one hromada.


def test_every_pair_of_twins_can_be_told_apart(search, gazetteer):
    by_name = defaultdict(list)
    for place in gazetteer.settlements.values():
        if place.hromada is not None:
            by_name[place.hromada, place.name].append(place)
    groups = [places for places in by_name.values() if len(places) > 1]
    assert len(groups) == 120
    for places in groups:
        offsets = [search.find(place.katottg)[0].from_centre for place in places]
        told = [offset and (round(offset.distance_m, -2), offset.direction) for offset in offsets]
        assert len(set(told)) == len(places), (places[0].name, told)


def test_a_place_without_a_twin_needs_no_offset(search):
    assert search.find("Опішня")[0].from_centre is None


def test_an_offset_points_from_the_centre_to_the_village(search, gazetteer):
    twin = next(match for match in map(_by_code(search), gazetteer.settlements) if match.from_centre)
    centre = gazetteer.hromadas[twin.settlement.hromada].centre
    north = twin.settlement.point.lat - centre.lat
    east = (twin.settlement.point.lon - centre.lon) * math.cos(math.radians(centre.lat))
    assert twin.from_centre.distance_m == pytest.approx(111_200 * math.hypot(north, east), rel=0.01)
    assert twin.from_centre.direction is direction_of(math.degrees(math.atan2(east, north)))


def _by_code(search):
    return lambda code: search.find(code)[0]


# A hromada as the place of a client.


@pytest.mark.parametrize(
    "typed",
    [
        "Опішнянська громада",
        "опішнянська селищна територіальна громада",
        "Опішнянської громади",
        "Опішнянська ТГ",
        "Опішнянська ОТГ",
        "Опішнянська",
        "Опошнянская громада",
        "Опошнянская община",
        "Opishnianska hromada",
        "Опишнянська громада",
    ],
)
def test_a_hromada_stands_for_its_centre(search, typed):
    match = search.find(typed)[0]
    assert match.hromada.name == "Опішнянська"
    assert match.settlement.name == "Опішня"


def test_the_code_of_a_hromada_names_it(search, gazetteer):
    code = next(code for code, unit in gazetteer.hromadas.items() if unit.name == "Опішнянська")
    (match,) = search.find(code)
    assert (match.hromada.katottg, match.settlement.name) == (code, "Опішня")


def test_hromadas_of_one_name_are_all_offered_and_told_apart_by_their_kind_or_oblast(search, gazetteer):
    codes = {code for code, unit in gazetteer.hromadas.items() if unit.name == "Миколаївська"}
    assert len(codes) > 3
    assert {match.hromada.katottg for match in search.find("Миколаївська громада", 8)[: len(codes)]} == codes
    (rural,) = {
        c
        for c in codes
        if gazetteer.oblasts[gazetteer.hromadas[c].oblast].name == "Сумська"
        and gazetteer.hromadas[c].kind is HromadaKind.RURAL
    }
    found = search.find("Миколаївська сільська громада, Сумська")
    assert found[0].hromada.katottg == rural


def test_no_settlement_is_offered_twice(search):
    for typed in ("Опішнянська", "Опішня", "Київська", "Полтавська", "Полтава"):
        codes = [match.settlement.katottg for match in search.find(typed, 20)]
        assert len(set(codes)) == len(codes)


def test_every_hromada_has_a_centre_among_its_own_settlements(gazetteer):
    for hromada in gazetteer.hromadas.values():
        centre = centre_settlement(gazetteer, hromada)
        assert centre.area == hromada.katottg
        if centre.point is not None:
            assert centre.point.lat == pytest.approx(hromada.centre.lat, abs=1e-4)
            assert centre.point.lon == pytest.approx(hromada.centre.lon, abs=1e-4)


@pytest.mark.parametrize(
    "hostile", ["громада", "тг", "<b>Полтава</b>", "a" * 5_000, "ʼʼʼ громада", "%_\\", "\x00"]
)
def test_odd_text_breaks_nothing(search, hostile):
    assert len(search.find(hostile)) <= 8
