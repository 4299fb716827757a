"""Addresses as people write them come apart into the same parts, whichever end they begin with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.contacts import AddressParts
from mapapp.files.addresses import (
    MOST_CHARACTERS,
    NO_SETTLEMENT,
    NOTHING_UNDERSTOOD,
    TOO_LONG,
    WORDS_NOT_UNDERSTOOD,
    address_text,
    read_address,
)

SOBORNA_59 = AddressParts(settlement="м. Вінниця", street="вул. Соборна", building="59")


@pytest.mark.parametrize(
    "written",
    [
        "м. Вінниця, вул. Соборна, 59",
        "вул. Соборна, 59, м. Вінниця",
        "м. Вінниця, вул. Соборна, буд. 59",
        "м. Вінниця, вул. Соборна, буд.59",
        "м. Вінниця, вул. Соборна, будинок № 59",
        "м. Вінниця, вул. Соборна 59",
        "м. Вінниця вул. Соборна 59",
        "м. Вінниця вул. Соборна буд. 59",
        "Україна, м. Вінниця, вул. Соборна, №59",
        "вул. Соборна, 59\nм. Вінниця",
        "  м.  Вінниця ,, вул.  Соборна , 59. ",
        "м. Вiнниця, вул. Coбopна, 59",  # Latin i, C, o, p
    ],
)
def test_one_address_written_in_many_ways_has_the_same_parts(written):
    assert read_address(written).parts == SOBORNA_59


@pytest.mark.parametrize(
    "written",
    [
        "21050, Вінницька обл., Вінницький р-н, Вінницька міська ТГ, м. Вінниця, вул. Нова 59, корп.2, каб.5",
        "вул. Нова 59, корп.2, каб.5, м. Вінниця, Вінницька міська ТГ, Вінницький р-н, Вінницька обл., 21050",
        "21050 Вінницька обл. Вінницький р-н, Вінницька міська ТГ, м. Вінниця вул. Нова буд.59 корп.2 каб.5",
    ],
)
def test_the_units_and_the_office_are_found_in_either_order(written):
    read = read_address(written)
    assert read.parts == AddressParts(
        "21050", "м. Вінниця", "вул. Нова", "59", block="корп.2", office="каб.5"
    )
    assert (read.hromada_words, read.raion_words, read.oblast_words) == (
        "Вінницька міська",
        "Вінницький",
        "Вінницька",
    )
    assert not read.problem


@pytest.mark.parametrize(
    "building",
    ["1", "12-А", "12А", "12 а", "12/3", "12-А/3", "106/2Б", "2-н/1-100", "27в-1", "б/н", "36 км", "1/1"],
)
def test_every_shape_of_a_building_is_one(building):
    for written in (f"с. Кальна, вул. Нова, {building}", f"Нова, {building}, с. Кальна"):
        assert read_address(written).parts.building == building


@pytest.mark.parametrize(
    ("written", "settlement", "street", "building"),
    [
        ("Шевченка, 134, с. Кальна", "с. Кальна", "Шевченка", "134"),
        ("Полтава, Соборна, 5", "Полтава", "Соборна", "5"),
        ("Соборна, 5, Полтава", "Полтава", "Соборна", "5"),
        ("Полтава", "Полтава", "", ""),
        ("с. Кальна, 12", "с. Кальна", "", "12"),
        ("12, с. Кальна", "с. Кальна", "", "12"),
        ("Центр, с. Кальна", "с. Кальна", "Центр", ""),
        ("С. Бандери, 5, с. Кальна", "с. Кальна", "С. Бандери", "5"),
        ("М. Полтава, вул. Соборна, 5", "М. Полтава", "вул. Соборна", "5"),
        ("с. Майдан, Нова, 1", "с. Майдан", "Нова", "1"),
        ("Харківське шосе, 18, м. Київ", "м. Київ", "Харківське шосе", "18"),
        ("вул. 8 Березня, 12, м. Київ", "м. Київ", "вул. 8 Березня", "12"),
        ("вул. 40-річчя Перемоги 5а, смт Гриців", "смт Гриців", "вул. 40-річчя Перемоги", "5а"),
        ("1-й провулок Нагірний, 2, м. Київ", "м. Київ", "1-й провулок Нагірний", "2"),
        ("Соборна, 107А, с-ще Гриців", "с-ще Гриців", "Соборна", "107А"),
        ("Миру, 78,Б, с. Нова", "с. Нова", "Миру", "78Б"),
        ("Миру, б/н, 107, с. Нова", "с. Нова", "Миру", "107"),
        ("Миру, 4, _, None, с. Нова", "с. Нова", "Миру", "4"),
    ],
)
def test_what_names_no_type_is_told_by_its_place(written, settlement, street, building):
    parts = read_address(written).parts
    assert (parts.settlement, parts.street, parts.building) == (settlement, street, building)


def test_an_adjective_after_the_building_is_a_hromada():
    read = read_address("Старопутивльська, 35, Білопілля, Білопільська, Сумська область")
    assert read.parts == AddressParts(settlement="Білопілля", street="Старопутивльська", building="35")
    assert read.hromada_words == "Білопільська"


@pytest.mark.parametrize(
    ("written", "problem", "words"),
    [
        ("?!", NOTHING_UNDERSTOOD, "?!"),
        ("Центральна, 18, Одеська область", NO_SETTLEMENT, "Центральна, 18, Одеська область"),
        ("Одеська область", NO_SETTLEMENT, "Одеська область"),
        ("вул. Нова, 2022-12-10 00:00:00, с. Мала", WORDS_NOT_UNDERSTOOD, "2022-12-10 00:00:00"),
    ],
)
def test_what_is_missing_or_unclear_is_told(written, problem, words):
    read = read_address(written)
    assert read.problem == problem
    assert read.problem_values == {"words": words}


def test_a_region_alone_has_no_parts():
    assert read_address("Одеська область").parts is None


def test_what_is_not_understood_and_what_is_in_brackets_becomes_a_note():
    read = read_address("вул. Нова (колишня вул. Леніна), 5, навпроти школи, с. Мала")
    assert read.parts.note == "колишня вул. Леніна; навпроти школи"
    assert read.parts.street == "вул. Нова"


def test_an_empty_address_is_no_problem():
    assert read_address(" ").parts is None
    assert not read_address(" ").problem


plausible_parts = st.builds(
    AddressParts,
    postcode=st.sampled_from(["", "01001", "21050"]),
    settlement=st.sampled_from(["м. Вінниця", "с. Кальна", "смт Гриців", "с-ще Нова Праця"]),
    street=st.sampled_from(
        ["", "вул. Соборна", "проспект Миру", "вул. 8 Березня", "Харківське шосе", "пл. Ринок"]
    ),
    building=st.sampled_from(["1", "12-А", "12/3", "б/н", "5 км"]),
    block=st.sampled_from(["", "корп. 2", "секція В"]),
    office=st.sampled_from(["", "оф. 5", "каб. 12", "кв. 3", "прим. 1"]),
    note=st.sampled_from(["", "вхід з двору"]),
)


@given(plausible_parts)
def test_the_text_of_parts_is_read_back_as_the_parts(parts):
    assert read_address(address_text(parts)).parts == parts


words = st.sampled_from(
    ["вул.", "м.", "с.", "обл.", "громада", "12", "А", ",", "(", "буд.", "км", "Нова", "-"]
)


@given(st.text() | st.lists(words).map(" ".join))
def test_any_text_is_read_or_refused_with_a_reason(text):
    read = read_address(text)
    assert read.parts is not None or read.problem or not text.strip() or read.hromada_words
    if read.problem:
        read.problem.format_map(read.problem_values)


@pytest.mark.parametrize("piece", ["вул. ", "1-", "а ", "(", ", ", "12 / ", "м. а"])
def test_a_text_without_end_is_refused_and_a_long_one_read_at_once(piece):
    assert read_address(piece * 4_000).problem == TOO_LONG
    longest = (piece * MOST_CHARACTERS)[:MOST_CHARACTERS]
    assert read_address(longest).problem != TOO_LONG


@given(st.lists(words | st.sampled_from(["вул.,", "корп. 2", "р-н", "21050"]), max_size=30).map(" ".join))
def test_spaces_around_an_address_change_nothing_of_what_is_read(text):
    assert read_address(f"  {text} ") == read_address(text)
