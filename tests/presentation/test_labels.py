"""Every word of the vocabulary and every unit has a name a person can read, in both languages."""

from enum import StrEnum

import pytest

from mapapp.domain import coverage, geography, registry
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Raion,
    Settlement,
    SettlementKind,
)
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import PlaceOfProvision, PointPrecision, TargetGroup
from mapapp.files.gazetteer import read_gazetteer
from mapapp.presentation import labels
from mapapp.presentation.messages import translator

uk = translator("uk")
en = translator("en")

POLTAVSKA = Oblast(Katottg("UA53000000000028050"), OblastKind.OBLAST, "Полтавська", "Poltavska")
POLTAVSKYI = Raion(Katottg("UA53080000000068029"), "Полтавський", "Poltavskyi", POLTAVSKA.katottg)
OPISHNIA = Hromada(
    katottg=Katottg("UA53080350000070563"),
    kind=HromadaKind.SELYSHCHE,
    name="Опішнянська",
    name_en="Opishnianska",
    raion=POLTAVSKYI.katottg,
    oblast=POLTAVSKA.katottg,
    centre=LonLat(lon=34.6, lat=49.9),
    population=None,
    area_km2=None,
)
MALI_BUDYSHCHA = Settlement(
    katottg=Katottg("UA53080350230084034"),
    kind=SettlementKind.VILLAGE,
    name="Малі Будища",
    name_en="Mali Budyshcha",
    former_name="",
    hromada=OPISHNIA.katottg,
    raion=POLTAVSKYI.katottg,
    oblast=POLTAVSKA.katottg,
    area=OPISHNIA.katottg,
    point=None,
    population=None,
)
KYIV_CODE = Katottg("UA80000000000093317")
KYIV_OBLAST = Oblast(KYIV_CODE, OblastKind.SPECIAL_CITY, "Київ", "Kyiv (city)")
KYIV = Hromada(
    katottg=KYIV_CODE,
    kind=HromadaKind.SPECIAL_CITY,
    name="Київ",
    name_en="Kyiv (city)",
    raion=None,
    oblast=KYIV_CODE,
    centre=LonLat(lon=30.5, lat=50.45),
    population=None,
    area_km2=None,
)
GAZETTEER = Gazetteer(
    oblasts={o.katottg: o for o in (POLTAVSKA, KYIV_OBLAST)},
    raions={POLTAVSKYI.katottg: POLTAVSKYI},
    hromadas={h.katottg: h for h in (OPISHNIA, KYIV)},
    settlements={MALI_BUDYSHCHA.katottg: MALI_BUDYSHCHA},
    status_periods=(),
    open_status={},
    sources={},
)

VOCABULARIES = [
    kind
    for module in (coverage, geography, registry)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda kind: kind.__name__)
def test_every_member_of_every_vocabulary_has_a_label_of_its_own_in_both_languages(vocabulary):
    for t in (uk, en):
        said = [labels.label(t, member) for member in vocabulary]
        assert all(said)
        assert len(set(said)) == len(said)


def test_members_with_equal_text_in_two_vocabularies_keep_their_own_labels():
    assert PlaceOfProvision.STREET == PointPrecision.STREET
    assert labels.label(uk, PlaceOfProvision.STREET) == "на вулиці"
    assert labels.label(uk, PointPrecision.STREET) == "до вулиці"


def test_every_group_of_recipients_has_a_label():
    everyone = ~TargetGroup(0)
    assert len(set(labels.group_labels(uk, everyone))) == len(TargetGroup)
    assert labels.group_labels(en, TargetGroup.CHILDREN | TargetGroup.YOUTH) == ["children", "young people"]


def test_units_are_named_in_full():
    assert labels.hromada_name(uk, OPISHNIA) == "Опішнянська селищна громада"
    assert labels.hromada_name(en, OPISHNIA) == "Opishnianska selyshche hromada"
    assert labels.settlement_name(uk, MALI_BUDYSHCHA) == "с. Малі Будища"
    assert labels.settlement_name(en, MALI_BUDYSHCHA) == "Mali Budyshcha (village)"
    assert labels.raion_name(uk, POLTAVSKYI) == "Полтавський район"
    assert labels.oblast_name(en, POLTAVSKA) == "Poltavska oblast"


def test_24_oblasts_are_called_so_and_only_they(repo_root):
    oblasts = read_gazetteer(repo_root / "geodata").oblasts.values()
    assert sum(labels.oblast_name(uk, oblast).endswith("ька область") for oblast in oblasts) == 24
    assert sum(labels.oblast_name(en, oblast).endswith("ka oblast") for oblast in oblasts) == 24


def test_a_special_city_is_a_city_and_crimea_a_republic_not_oblasts():
    crimea = Oblast(
        Katottg("UA01000000000013043"),
        OblastKind.OBLAST,
        "Автономна Республіка Крим",
        "Crimea (Autonomous Republic)",
    )
    assert labels.hromada_name(uk, KYIV) == labels.oblast_name(uk, KYIV_OBLAST) == "м. Київ"
    assert labels.oblast_name(uk, crimea) == "Автономна Республіка Крим"
    assert labels.oblast_name(en, crimea) == "Crimea (Autonomous Republic)"


def test_whereabouts_go_from_the_smallest_unit_to_the_largest():
    said = "Опішнянська селищна громада, Полтавський район, Полтавська область"
    assert labels.settlement_whereabouts(uk, GAZETTEER, MALI_BUDYSHCHA) == said
    assert labels.hromada_whereabouts(uk, GAZETTEER, OPISHNIA) == "Полтавський район, Полтавська область"
    assert labels.hromada_whereabouts(uk, GAZETTEER, KYIV) == ""


@pytest.mark.parametrize(
    ("area", "name"),
    [
        (NATION, "уся Україна"),
        (POLTAVSKA.katottg, "Полтавська область"),
        (POLTAVSKYI.katottg, "Полтавський район"),
        (OPISHNIA.katottg, "Опішнянська селищна громада"),
        (KYIV_CODE, "м. Київ"),
    ],
)
def test_any_area_is_named_by_its_code(area, name):
    assert labels.area_name(uk, GAZETTEER, area) == name
