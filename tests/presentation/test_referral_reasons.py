"""Each reason, unknown and way is one sentence that a caseworker can read out, in both languages."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from mapapp.domain.clock import KYIV
from mapapp.domain.evidence import SearchOutcome
from mapapp.domain.geo import LonLat
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
from mapapp.domain.registry import CapacityUnit, MobileStop, TargetGroup
from mapapp.domain.travel import TravelMode, Trip
from mapapp.presentation.referral_reasons import (
    ages_text,
    basis_text,
    cautions,
    fitting_reasons,
    groups_text,
    mode_text,
    next_step_text,
    outcome_text,
    radius_text,
    refusal_text,
    stop_text,
    unknown_text,
    unknowns_text,
    vacancy_text,
    way_text,
    work_text,
)

DAY = date(2026, 11, 30)
OPENS = datetime(2026, 11, 19, 9, 0, tzinfo=KYIV)
OPISHNIA, POLTAVA = "UA53080350000070563", "UA53080370000025447"
RAION, OBLAST = "UA53080000000068029", "UA53000000000028050"


def verdict(**known):
    plain = {
        "refusals": (),
        "basis": Basis.OWN_HROMADA,
        "contract_end": None,
        "unknowns": (),
        "work": Work.UNKNOWN,
        "work_changes_at": None,
    }
    return Verdict(**{**plain, **known})


BASES = {
    Basis.OWN_HROMADA: ("Працює в громаді клієнта й обслуговує її", "Works in the client's hromada"),
    Basis.NAMED: ("Громада клієнта серед тих, які обслуговує", "is among those it serves"),
    Basis.CONTRACT: ("за договором, чинним до 30.11.2026", "in force until 30 November 2026"),
    Basis.RAION: ("мешканців усього Полтавського району", "all of Poltavskyi raion"),
    Basis.OBLAST: ("мешканців усієї Полтавської області", "the whole of Poltavska oblast"),
    Basis.NATION: ("Обслуговує всю Україну", "Serves the whole of Ukraine"),
}


@pytest.mark.parametrize("basis", Basis)
def test_every_basis_is_told(uk, en, candidate, question, basis):
    known = verdict(basis=basis, contract_end=DAY if basis is Basis.CONTRACT else None)
    for telling, wanted in zip((uk, en), BASES[basis], strict=True):
        assert wanted in basis_text(telling, candidate, known, question)


def test_a_contract_without_an_end_and_a_relocated_provider_say_so(uk, candidate, question):
    assert "строк якого невідомий" in basis_text(uk, candidate, verdict(basis=Basis.CONTRACT), question)
    relocated = replace(candidate, relocated_from=Katottg(OPISHNIA))
    said = basis_text(uk, relocated, verdict(basis=Basis.NAMED), question)
    assert said == "Переміщений із громади клієнта й далі обслуговує її"


def test_no_basis_says_nothing(telling, candidate, question):
    assert basis_text(telling, candidate, verdict(basis=None), question) == ""
    assert basis_text(telling, candidate, verdict(), replace(question, hromada=None)) == ""


REFUSALS = {
    RefusalReason.OCCUPIED_TERRITORY: ({}, "на тимчасово окупованій території", "occupied territory"),
    RefusalReason.NO_LONGER_OFFERED: ({"day": DAY}, "працював до 30.11.2026", "worked until 30 Nov"),
    RefusalReason.NOT_YET_OFFERED: ({"day": DAY}, "почне працювати 30.11.2026", "begins to work on 30"),
    RefusalReason.SUSPENDED: ({"day": DAY}, "призупинено до 30.11.2026 включно", "suspended to 30 Nov"),
    RefusalReason.CLOSED: ({"day": DAY}, "зачинено до 30.11.2026 включно", "closed to 30 November"),
    RefusalReason.OUTSIDE_CATCHMENT: (
        {"areas": (POLTAVA,)},
        "обслуговує лише мешканців Полтавської міської громади",
        "serves only residents of Poltavska urban hromada",
    ),
    RefusalReason.CONTRACT_NOT_IN_FORCE: (
        {"day": date(2026, 10, 1)},
        "договір із громадою клієнта завершився 01.10.2026",
        "ended on 1 October 2026",
    ),
    RefusalReason.OTHER_GROUPS: (
        {},
        "приймає лише такі групи: люди похилого віку, ветерани",
        "takes only: older people",
    ),
    RefusalReason.TOO_YOUNG: ({"age": 18}, "приймає від 18 років", "from the age of 18"),
    RefusalReason.TOO_OLD: ({"age": 21}, "приймає до 21 року включно", "up to the age of 21"),
    RefusalReason.OTHER_PLACES: ({}, "надає лише: вдома", "gives it only: at home"),
    RefusalReason.OTHER_PAYMENT: ({}, "оплата: платно", "payment: for a fee"),
    RefusalReason.OTHER_LANGUAGES: ({}, "українська, кримськотатарська", "Ukrainian, Crimean Tatar"),
    RefusalReason.NOT_STEP_FREE: ({}, "вхід зі сходинками", "has steps at the entrance"),
    RefusalReason.NOT_URGENT: ({}, "не приймає терміново", "does not take people at once"),
    RefusalReason.NO_VACANCY: (
        {"day": DAY},
        "немає вільних місць станом на 30.11.2026",
        "no free places as of 30 November 2026",
    ),
    RefusalReason.NOT_AT_WORK: (
        {"opens_at": OPENS},
        "зараз зачинено, відчиниться чт, 19.11.2026, 9:00",
        "is closed now, opens Thu, 19 November 2026, 9:00",
    ),
}


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_refusal_is_told(uk, en, candidate, question, reason):
    known, *wanted = REFUSALS[reason]
    for telling, said in zip((uk, en), wanted, strict=True):
        assert said in refusal_text(telling, Refusal(reason, **known), candidate, question)


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_refusal_is_a_sentence_without_its_details_too(telling, candidate, question, reason):
    said = refusal_text(telling, Refusal(reason), candidate, question)
    assert said
    assert "None" not in said
    assert "{" not in said


def test_other_ends_of_refusals(uk, candidate, question):
    def said(reason, **known):
        return refusal_text(uk, Refusal(reason, **known), candidate, question)

    assert said(RefusalReason.CONTRACT_NOT_IN_FORCE, day=DAY) == (
        "договір із громадою клієнта почне діяти 30.11.2026"
    )
    assert said(RefusalReason.CLOSED) == "зачинено до окремого повідомлення"
    assert said(RefusalReason.OUTSIDE_CATCHMENT, areas=(OPISHNIA, RAION)) == (
        "обслуговує лише мешканців Опішнянської селищної громади і Полтавського району"
    )
    many = said(RefusalReason.OUTSIDE_CATCHMENT, areas=(OPISHNIA, POLTAVA, RAION, OBLAST, "UA99"))
    assert many.endswith("Полтавського району і ще 2 території")
    any_time = replace(question, moment=None)
    shut = refusal_text(uk, Refusal(RefusalReason.NOT_AT_WORK), candidate, any_time)
    assert shut == "18.11.2026 не працює"


@pytest.mark.parametrize("unknown", Unknown)
def test_every_unknown_is_told_and_to_be_asked_by_phone(uk, en, unknown):
    assert unknown_text(uk.t, unknown) != unknown_text(en.t, unknown)
    assert unknowns_text(uk.t, [unknown]) == (f"Невідомо: {unknown_text(uk.t, unknown)}; запитайте телефоном")
    assert unknowns_text(uk.t, []) == ""


@pytest.mark.parametrize("outcome", SearchOutcome)
def test_every_outcome_is_told_and_every_failure_says_what_to_try(uk, en, outcome):
    assert outcome_text(uk.t, outcome) != outcome_text(en.t, outcome)
    assert bool(next_step_text(uk.t, outcome)) is (outcome is not SearchOutcome.FOUND)


@pytest.mark.parametrize("mode", TravelMode)
def test_every_way_of_travelling_is_told(uk, en, mode):
    assert mode_text(uk.t, mode) != mode_text(en.t, mode)


WORKS = {
    (Work.OPEN, OPENS): "Зараз відчинено, до чт, 19.11.2026, 9:00",
    (Work.OPEN, None): "Зараз відчинено",
    (Work.SHUT, OPENS): "Зараз зачинено, відчиниться чт, 19.11.2026, 9:00",
    (Work.SHUT, None): "Зараз зачинено",
    (Work.UNKNOWN, None): "",
}


@pytest.mark.parametrize(("work", "changes_at"), WORKS)
def test_every_state_of_work_now_is_told(uk, candidate, question, work, changes_at):
    known = verdict(work=work, work_changes_at=changes_at)
    assert work_text(uk, candidate, known, question) == WORKS[work, changes_at]


def test_work_on_another_day_is_told_by_its_hours(uk, candidate, question):
    that_day = replace(question, moment=None)
    works = work_text(uk, candidate, verdict(work=Work.OPEN), that_day)
    assert works == "18.11.2026 працює: 9:00–13:00"
    shut = work_text(uk, candidate, verdict(work=Work.SHUT), that_day)
    assert shut == "18.11.2026 за графіком не працює"


def test_work_that_has_stopped_is_no_reason_but_a_caution(uk, candidate, question):
    match = Match(candidate, verdict(work=Work.SHUT), None)
    assert "Зараз зачинено" not in fitting_reasons(uk, match, question)
    assert cautions(uk, match, question) == ["Зараз зачинено"]
    assert cautions(uk, Match(candidate, verdict(work=Work.UNKNOWN), None), question) == []


def test_free_places_are_told_with_their_day_and_never_when_too_old(uk, candidate):
    assert vacancy_text(uk.t, candidate, verdict()) == "Вільних місць: 3 станом на 12.11.2026"
    families = replace(candidate, capacity_unit=CapacityUnit.FAMILIES)
    assert vacancy_text(uk.t, families, verdict()) == "Може прийняти сімей: 3 станом на 12.11.2026"
    assert vacancy_text(uk.t, candidate, verdict(unknowns=(Unknown.VACANCY,))) == ""
    assert vacancy_text(uk.t, replace(candidate, vacant=None), verdict()) == ""


def test_groups_taken_are_those_asked_about(uk, candidate, question):
    asked = replace(question, groups=TargetGroup.OLDER_PEOPLE | TargetGroup.CHILDREN)
    assert groups_text(uk.t, candidate, asked) == "Приймає такі групи: люди похилого віку"
    everyone = replace(candidate, target_groups=TargetGroup.EVERYONE)
    assert groups_text(uk.t, everyone, asked) == "Приймає всіх"
    assert groups_text(uk.t, candidate, question) == ""


def test_only_what_was_asked_about_and_is_known_is_a_reason(uk, candidate, question):
    asked = replace(question, age=70, step_free=True, language="crh", urgent=True)
    known = fitting_reasons(uk, Match(candidate, verdict(), None), asked)
    assert known[1:] == [
        "Вік підходить: від 18 років",
        "Вільних місць: 3 станом на 12.11.2026",
        "Без сходинок на шляху клієнта",
        "Розмовляють потрібною мовою: кримськотатарська",
        "Приймає терміново",
    ]
    unsaid = verdict(unknowns=(Unknown.STEP_FREE, Unknown.LANGUAGES, Unknown.VACANCY))
    assert fitting_reasons(uk, Match(replace(candidate, is_emergency=None), unsaid, None), asked) == known[:2]


TO = LonLat(lon=34.55, lat=49.59)


def test_a_way_is_by_road_or_in_a_straight_line_and_said_to_be_rough(uk, en):
    straight = Way(TO, 12_300.0, 1260.0)
    assert way_text(uk, straight).replace("\u00a0", " ") == "12,3 км по прямій, орієнтовно 21 хв"
    assert way_text(en, straight).replace("\u00a0", " ") == "12.3 km in a straight line, roughly 21 min"
    by_road = Way(TO, 12_300.0, 1080.0, Trip(1080.0, 15_200.0))
    assert way_text(uk, by_road).replace("\u00a0", " ") == "18 хв, 15,2 км дорогою"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 хв"), (3569, "59 хв"), (3600, "1 год"), (5400, "1 год 30 хв"), (90_000, "25 год")],
)
def test_a_time_on_the_way_is_in_whole_minutes(uk, seconds, said):
    assert uk.t.duration(seconds).replace("\u00a0", " ") == said


def test_a_stop_says_where_and_when(uk):
    stop = MobileStop(Katottg("UA53080350010044287"), DAY, time(10), time(12), "біля пошти")
    said = stop_text(uk, stop)
    assert said == "Зупинка мобільної бригади: UA53080350010044287, біля пошти, 30.11.2026, 10:00–12:00"
    assert stop_text(uk, replace(stop, opens=None, closes=None)).endswith("біля пошти, 30.11.2026")


def test_a_widened_radius_is_told_and_one_that_held_is_not(uk, question):
    def said(radius_m, *, is_widened, asked_m=20_000.0):
        asked = replace(question, radius_m=asked_m)
        answer = ReferralAnswer(asked, (), (), (), (), False, radius_m, is_widened, by_road=False)
        return radius_text(uk.t, answer).replace("\u00a0", " ")

    assert said(50_000.0, is_widened=True) == (
        "У межах 20,0 км знайдено замало, тому радіус розширено до 50,0 км."
    )
    assert "переглянуто всі відстані" in said(None, is_widened=True)
    assert said(20_000.0, is_widened=False) == ""


def test_ages_are_bounds_or_nothing(uk):
    assert ages_text(uk.t, 18, 60) == "від 18 до 60 років"
    assert ages_text(uk.t, None, 17) == "до 17 років"
    assert ages_text(uk.t, None, None) == ""
