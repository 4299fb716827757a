"""A card says what a caseworker needs, hides what must stay hidden, and shows people's text as text."""

from dataclasses import replace
from datetime import date

import pytest

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Hromada, HromadaKind, Oblast, OblastKind
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import FoundPoint
from mapapp.domain.registry import (
    LocationPolicy,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    TargetGroup,
)
from mapapp.presentation.cards import confidential_cards, phone_links, ranked_cards
from mapapp.presentation.messages import translator

uk = translator("uk")

OBLAST = Oblast(Katottg("UA53000000000028050"), OblastKind.OBLAST, "Полтавська", "Poltavska")
OPISHNIA = Hromada(
    katottg=Katottg("UA53080350000070563"),
    kind=HromadaKind.SELYSHCHE,
    name="Опішнянська",
    name_en="Opishnianska",
    raion=None,
    oblast=OBLAST.katottg,
    centre=LonLat(lon=34.6, lat=49.9),
    population=None,
    area_km2=None,
)
GAZETTEER = Gazetteer(
    oblasts={OBLAST.katottg: OBLAST},
    raions={},
    hromadas={OPISHNIA.katottg: OPISHNIA},
    settlements={},
    status_periods=(),
    open_status={},
    sources={},
)
OPEN = FoundPoint(
    point_id="p1",
    name="Центр",
    organisation_name="КУ «Центр»",
    kind=PointKind.SOCIAL_SERVICES_CENTRE,
    service="home-care",
    location_policy=LocationPolicy.PUBLIC,
    oblast=OBLAST.katottg,
    hromada=OPISHNIA.katottg,
    position=LonLat(lon=34.6, lat=49.9),
    precision=PointPrecision.BUILDING,
    address="вул. Шкільна, 1",
    phones=("1545", "(097) 759 00 79", "+380 44 123 45 67"),
    hours="Пн–Чт 9:00–18:00",
    referral_note="",
    target_groups=TargetGroup.OLDER_PEOPLE,
    places=frozenset({PlaceOfProvision.PHONE, PlaceOfProvision.HOME}),
    payment=Payment.FREE,
    capacity=None,
    relocated_from=None,
    last_verified=date(2026, 2, 3),
    is_demo=False,
    distance_m=1234.0,
    serves_hromada=True,
)
HIDDEN = replace(
    OPEN,
    location_policy=LocationPolicy.WITHHELD,
    hromada=None,
    position=None,
    precision=None,
    address="",
    distance_m=None,
    referral_note="Через гарячу лінію",
)


def ranked(point: FoundPoint, client=OPISHNIA.katottg) -> str:
    return str(ranked_cards(uk, GAZETTEER, [point], client))


def confidential(point: FoundPoint) -> str:
    return str(confidential_cards(uk, GAZETTEER, [point]))


@pytest.mark.parametrize(
    "fact",
    [
        '<span class="distance">1,2\u00a0км</span>',
        "Центр надання соціальних послуг · КУ «Центр»",
        "Обслуговує: Опішнянська селищна громада",
        "<dt>Години роботи</dt><dd>Пн–Чт 9:00–18:00</dd>",
        "<dt>Адреса</dt><dd>вул. Шкільна, 1</dd>",
        "<dt>Для кого</dt><dd>люди похилого віку</dd>",
        "<dt>Де надається послуга</dt><dd>вдома, телефоном</dd>",
        "<dt>Оплата</dt><dd>безоплатно</dd>",
        "<dt>Дані перевірено</dt><dd>03.02.2026</dd>",
    ],
)
def test_a_card_says(fact):
    assert fact in ranked(OPEN)


def test_unknown_capacity_is_unknown_and_zero_is_zero():
    assert "<dt>Наявна кількість місць</dt><dd>невідомо</dd>" in ranked(OPEN)
    assert "<dd>0\u00a0" not in ranked(OPEN)
    assert "<dt>Наявна кількість місць</dt><dd>0 місць</dd>" in ranked(replace(OPEN, capacity=0))
    assert "<dd>3 місця</dd>" in ranked(replace(OPEN, capacity=3))


def test_each_phone_is_shown_as_written_and_dialled_as_digits():
    assert str(phone_links(OPEN.phones)) == (
        '<a href="tel:1545">1545</a>, <a href="tel:0977590079">(097) 759 00 79</a>, '
        '<a href="tel:+380441234567">+380 44 123 45 67</a>'
    )


def test_coarse_coordinates_are_said_to_be_so():
    assert "вул. Шкільна, 1 (на мапі з точністю до вулиці)" in ranked(
        replace(OPEN, precision=PointPrecision.STREET)
    )
    assert "на мапі з точністю до громади" in ranked(
        replace(OPEN, precision=PointPrecision.HROMADA, address="")
    )


def test_a_relocated_provider_says_where_it_came_from():
    assert "звідки: Опішнянська селищна громада" in ranked(replace(OPEN, relocated_from=OPISHNIA.katottg))


def test_who_does_not_serve_the_client_is_told_apart():
    assert "Не обслуговує: Опішнянська селищна громада" in ranked(replace(OPEN, serves_hromada=False))
    assert "бслуговує" not in ranked(replace(OPEN, serves_hromada=None))
    assert "бслуговує" not in ranked(OPEN, client=None)


def test_a_demonstration_record_is_marked():
    assert "демо" not in ranked(OPEN)
    assert 'Центр <span class="demo-mark">демо</span>' in ranked(replace(OPEN, is_demo=True))


def test_a_demonstration_record_whose_name_says_so_is_not_marked_twice():
    assert ranked(replace(OPEN, name="Центр (демо)", is_demo=True)).count("демо") == 1


def test_a_confidential_card_has_phone_and_way_in_but_no_place_and_no_distance():
    said = confidential(HIDDEN)
    assert '<a href="tel:1545">1545</a>' in said
    assert "<dt>Як отримати направлення</dt><dd>Через гарячу лінію</dd>" in said
    assert "Місцезнаходження не розголошується · Полтавська область" in said
    for hidden in ("distance", "Адреса", "громада", "<ol"):
        assert hidden not in said


def test_a_provider_that_names_only_its_hromada_names_it():
    said = confidential(
        replace(HIDDEN, location_policy=LocationPolicy.HROMADA_ONLY, hromada=OPISHNIA.katottg)
    )
    assert "вказано лише громаду · Опішнянська селищна громада · Полтавська область" in said


def test_an_oblast_only_provider_names_no_hromada_whatever_it_was_given():
    said = confidential(replace(HIDDEN, location_policy=LocationPolicy.OBLAST_ONLY, hromada=OPISHNIA.katottg))
    assert "Опішнянська" not in said


HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.mark.parametrize("field", ["name", "organisation_name", "address", "hours", "referral_note"])
@pytest.mark.parametrize("card", [ranked, confidential])
def test_peoples_text_never_becomes_markup(field, card):
    said = card(replace(OPEN, **{field: HOSTILE}))
    assert "<script" not in said
    assert "\"'" not in said.replace('class="', "").replace('">', "")


def test_a_hostile_phone_cannot_leave_its_link():
    said = ranked(replace(OPEN, phones=('1"><script>alert(1)</script>',)))
    assert "<script" not in said
    assert 'href="tel:11"' in said
