"""An address is placed where it says, as exactly as is certain, and never by a guess."""

import pytest

from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import PointPrecision
from mapapp.files.address_places import (
    HROMADA_RENAMED,
    NO_SETTLEMENT_OR_HROMADA,
    NO_SUCH_HROMADA,
    NO_SUCH_SETTLEMENT,
    SEVERAL_HROMADAS,
    SEVERAL_SETTLEMENTS,
    SettlementIndex,
    place_address,
)
from mapapp.files.addresses import read_address

VINNYTSIA = "UA05020030010063857"
KALNA_OF_VYTVYTSIA, KALNA_OF_DERAZHNIA = "UA26060090020040589", "UA68040150140055347"
KYIV = "UA80000000000093317"


@pytest.fixture(scope="module")
def index(gazetteer):
    return SettlementIndex(gazetteer)


@pytest.fixture(scope="module")
def place(index):
    def place(text, hromada=None):
        return place_address(read_address(text), index, hromada and Katottg(hromada))

    return place


@pytest.mark.parametrize(
    ("address", "settlement"),
    [
        ("вул. Соборна, 59, м. Вінниця", VINNYTSIA),
        ("м. ВІННИЦЯ", VINNYTSIA),
        ("смт Опішня, вул. Нова, 1", "UA53080350010044287"),
        ("селище Опішня", "UA53080350010044287"),
        ("с. Кальна, Витвицька громада", KALNA_OF_VYTVYTSIA),
        ("с. Кальна, Хмельницька область", KALNA_OF_DERAZHNIA),
        ("м. Київ, Шевченківський район", KYIV),
        ("м. Київ, Дніпровський район", KYIV),
        ("м. Київ, Київська область", KYIV),
        ("смт Казанка, Казанківська територіальна громада", "UA48020130010047500"),
        ("м. Помічна, Помічнянська громада", "UA35060190010082095"),
        ("с. Помічна, Помічнянська громада", "UA35060190030033251"),
    ],
)
def test_a_settlement_is_found_by_its_name_type_and_units(place, gazetteer, address, settlement):
    placed = place(address)
    assert placed.settlement == settlement
    assert placed.hromada == gazetteer.settlements[Katottg(settlement)].hromada
    assert placed.point == gazetteer.settlements[Katottg(settlement)].point
    assert placed.precision is PointPrecision.SETTLEMENT
    assert not placed.problem


def test_a_settlement_is_found_by_its_former_name(place):
    assert place("с. Некрасове, Вінницька область").settlement == "UA05020310120033528"


def test_homonyms_stay_several_and_are_named(place):
    placed = place("с. Кальна")
    assert placed.settlement is None
    assert placed.point is None
    assert set(placed.candidates) >= {KALNA_OF_VYTVYTSIA, KALNA_OF_DERAZHNIA}
    assert placed.problem == SEVERAL_SETTLEMENTS
    assert placed.problem_values["count"] == len(placed.candidates)


def test_homonyms_of_one_hromada_are_placed_at_its_centre(place, gazetteer):
    hromada = Katottg("UA35060190000079777")
    placed = place("Помічна, Помічнянська громада, вул. Нова, 1")
    assert (placed.settlement, placed.hromada) == (None, hromada)
    assert (placed.point, placed.precision) == (gazetteer.hromadas[hromada].centre, PointPrecision.HROMADA)
    assert len(placed.candidates) == 2


def test_the_code_of_a_hromada_tells_homonyms_apart(place, gazetteer):
    hromada = gazetteer.settlements[Katottg(KALNA_OF_DERAZHNIA)].hromada
    assert place("с. Кальна", hromada).settlement == KALNA_OF_DERAZHNIA


def test_a_hromada_without_the_settlement_named_is_not_left_for_another(place, gazetteer):
    hromada = gazetteer.settlements[Katottg(VINNYTSIA)].hromada
    placed = place("с. Кальна", hromada)
    assert (placed.settlement, placed.hromada) == (None, hromada)
    assert placed.precision is PointPrecision.HROMADA
    assert placed.problem == NO_SUCH_SETTLEMENT
    assert KALNA_OF_VYTVYTSIA in placed.candidates


def test_a_hromada_alone_is_placed_at_its_centre(place, gazetteer):
    placed = place("Витвицька територіальна громада, Івано-Франківська область")
    assert placed.hromada == gazetteer.settlements[Katottg(KALNA_OF_VYTVYTSIA)].hromada
    assert placed.precision is PointPrecision.HROMADA


def test_hromadas_of_one_name_are_told_apart_by_their_kind(place):
    assert place("Чорноморська міська громада, Одеська область").hromada == "UA51100370000040590"
    assert place("Чорноморська селищна громада, Одеська область").hromada == "UA51100390000087217"
    several = place("Чорноморська громада, Одеська область")
    assert several.hromada is None
    assert several.problem == SEVERAL_HROMADAS
    assert several.candidates == ("UA51100370000040590", "UA51100390000087217")


def test_a_hromada_no_longer_known_does_not_hide_a_settlement_unique_in_its_oblast(place):
    placed = place("м. Вінниця, Якась територіальна громада, Вінницька область")
    assert placed.settlement == VINNYTSIA
    assert placed.problem == HROMADA_RENAMED


def test_a_settlement_of_another_oblast_is_not_taken(place):
    placed = place("м. Вінниця, Одеська область")
    assert placed.settlement is None
    assert placed.candidates == ()
    assert placed.problem == NO_SUCH_SETTLEMENT


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("Центральна, 18, Одеська область", NO_SETTLEMENT_OR_HROMADA),
        ("", NO_SETTLEMENT_OR_HROMADA),
        ("Якась територіальна громада", NO_SUCH_HROMADA),
        ("с. Такогоселанемає", NO_SUCH_SETTLEMENT),
    ],
)
def test_what_names_no_known_place_has_none_and_says_why(place, address, problem):
    placed = place(address)
    assert (placed.settlement, placed.hromada, placed.point, placed.precision) == (None, None, None, None)
    assert placed.problem == problem


def test_a_settlement_is_found_by_its_own_name_and_hromada_or_stays_among_candidates(index, gazetteer):
    kinds = {"M": "м.", "X": "с-ще", "C": "с.", "K": "м."}
    for code in list(gazetteer.settlements)[::10]:
        settlement = gazetteer.settlements[code]
        address = read_address(f"{kinds[settlement.kind]} {settlement.name}")
        placed = place_address(address, index, settlement.hromada)
        assert placed.settlement in (None, code)
        assert placed.settlement == code or code in placed.candidates
