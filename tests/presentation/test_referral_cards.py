"""A card says what a caseworker needs, hides what must stay hidden, and shows people's text as text."""

from dataclasses import replace

import pytest

from mapapp.domain.contacts import Phone
from mapapp.domain.katottg import Katottg
from mapapp.domain.referral import (
    Basis,
    Match,
    ReferralAnswer,
    Refusal,
    RefusalReason,
    Unknown,
    Verdict,
    Way,
    Work,
)
from mapapp.domain.registry import LocationPolicy, PointPrecision
from mapapp.presentation.answer_map import answer_markers
from mapapp.presentation.referral_cards import confidential_card, left_out_list, local_card, remote_card

FITS = Verdict((), Basis.OWN_HROMADA, None, (Unknown.HOURS,), Work.UNKNOWN, None)
OPISHNIA = Katottg("UA53080350000070563")


@pytest.fixture
def match(candidate):
    return Match(candidate, FITS, Way(candidate.position, 12_300.0, 1260.0))


@pytest.fixture
def hidden(candidate):
    return Match(
        replace(
            candidate,
            location_policy=LocationPolicy.WITHHELD,
            hromada=None,
            position=None,
            precision=None,
            distance_m=None,
            address="",
            referral_note="За направленням поліції",
        ),
        FITS,
        None,
    )


@pytest.mark.parametrize(
    "fact",
    [
        '<ol class="providers" role="list" start="3">',
        "<h3>Центр</h3>",
        "Центр надання соціальних послуг · КУ «Центр»",
        "12,3\u00a0км по прямій, орієнтовно 21\u00a0хв",
        "Працює в громаді клієнта й обслуговує її",
        "Невідомо: коли працює; запитайте телефоном",
        '<a href="tel:1545">1545</a>, <a href="tel:+380977590079">(097) 759 00 79</a>',
        "<dt>Адреса</dt><dd>вул. Шкільна, 1</dd>",
        "<dt>Оплата</dt><dd>платно</dd>",
        "<dt>Вік</dt><dd>від 18 років</dd>",
        "<dt>Дані перевірено</dt><dd>03.02.2026</dd>",
    ],
)
def test_a_card_says(uk, match, question, fact):
    assert fact in local_card(uk, match, question, 3)


def test_only_the_answer_looked_at_is_marked(uk, match, question):
    assert "aria-current" in local_card(uk, match, question, 1, is_chosen=True)
    assert "aria-current" not in local_card(uk, match, question, 1)


def test_unknown_capacity_and_phones_are_unknown_and_zero_is_zero(uk, match, question):
    def card(**known):
        return local_card(uk, replace(match, candidate=replace(match.candidate, **known)), question, 1)

    assert "<dt>Наявна кількість місць</dt><dd>0 місць</dd>" in card(capacity=0)
    assert "<dt>Наявна кількість місць</dt><dd>невідомо</dd>" in card(capacity=None)
    assert '<dt>Телефон</dt><dd><span class="unknown">невідомо</span></dd>' in card(phones=())


def test_coarse_coordinates_and_a_former_hromada_are_said(uk, match, question):
    known = replace(match.candidate, precision=PointPrecision.STREET, relocated_from=OPISHNIA)
    card = local_card(uk, replace(match, candidate=known), question, 1)
    assert "вул. Шкільна, 1 (на мапі з точністю до вулиці)" in card
    assert "звідки: Опішнянська селищна громада" in card


def test_a_demonstration_record_is_marked_once(uk, match, question):
    demo = replace(match, candidate=replace(match.candidate, is_demo=True))
    assert 'Центр <span class="demo-mark">демо</span>' in local_card(uk, demo, question, 1)


def test_a_confidential_card_has_phone_and_way_in_but_no_place_and_no_distance(uk, hidden, question):
    card = confidential_card(uk, hidden, question)
    assert '<a href="tel:1545">1545</a>' in card
    assert "<dt>Як отримати направлення</dt><dd>За направленням поліції</dd>" in card
    assert "Місцезнаходження не розголошується · Полтавська область" in card
    for told in ("distance", "Адреса", "Громада</dt>", "<ol"):
        assert told not in card


def test_only_a_provider_that_may_name_its_hromada_names_it(uk, hidden, question):
    def card(policy):
        known = replace(hidden.candidate, location_policy=policy, hromada=OPISHNIA)
        return confidential_card(uk, replace(hidden, candidate=known), question)

    assert "Опішнянська селищна громада" in card(LocationPolicy.HROMADA_ONLY)
    assert "Опішнянська" not in card(LocationPolicy.OBLAST_ONLY)


def test_no_confidential_answer_is_marked_on_the_map_even_if_it_came_with_a_place(match, question):
    leaked = replace(match, candidate=replace(match.candidate, location_policy=LocationPolicy.WITHHELD))
    answer = ReferralAnswer(question, (leaked, match), (), (), (), False, None, False, by_road=False)
    (marker,) = answer_markers(answer)
    assert (marker.number, marker.position) == (2, match.way.to)


def test_every_reason_of_everyone_left_out_is_told_and_a_long_list_folded(uk, match, question):
    refused = replace(FITS, refusals=(Refusal(RefusalReason.NO_VACANCY), Refusal(RefusalReason.NOT_URGENT)))
    several = [replace(match, verdict=refused)] * 7
    said = left_out_list(uk, several, question, has_more=True)
    assert said.count("немає вільних місць") == said.count("не приймає терміново") == 7
    assert "<summary>Ще 2 надавачі</summary>" in said
    assert "Є ще й інші." in said
    assert "<details" not in left_out_list(uk, several[:5], question, has_more=False)


HOSTILE = "<script>alert(1)</script>\"'&"
FIELDS = ["name", "organisation_name", "address", "hours", "referral_note", "conditions"]


@pytest.mark.parametrize("field", FIELDS)
def test_peoples_text_never_becomes_markup(telling, match, hidden, question, field):
    for card, shown in ((remote_card, match), (confidential_card, hidden)):
        said = card(telling, replace(shown, candidate=replace(shown.candidate, **{field: HOSTILE})), question)
        assert "<script" not in said
    known = replace(match, candidate=replace(match.candidate, **{field: HOSTILE}))
    assert "<script" not in local_card(telling, known, question, 1)
    assert "<script" not in left_out_list(telling, [known], question, has_more=False)


def test_a_hostile_phone_cannot_leave_its_link(uk, match, question):
    hostile = replace(match.candidate, phones=(Phone('1"><script>alert(1)</script>'),))
    said = local_card(uk, replace(match, candidate=hostile), question, 1)
    assert "<script" not in said
    assert 'href="tel:11"' in said
