"""Whether an offering takes a client: each rule by itself, at its edges, with what its sentence needs."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mapapp.domain.eligibility import judge
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Hromada, HromadaKind, Settlement, SettlementKind, TerritoryStatus
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.referral import (
    Basis,
    Candidate,
    ReferralQuestion,
    Refusal,
    RefusalReason,
    Unknown,
    Work,
)
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    TargetGroup,
    WartimeState,
)

ZONE = ZoneInfo("Europe/Kyiv")
DAY = date(2026, 10, 22)
"""A Thursday."""
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
OBLAST, RAION, OWN, OTHER = (
    Katottg(code)
    for code in ("UA10000000000000001", "UA10010000000000002", "UA10010010000000003", "UA10010020000000004")
)
PARTLY, FULLY = Katottg("UA10010030000000005"), Katottg("UA10010040000000006")
KYIV, SEVASTOPOL = Katottg("UA80000000000093317"), Katottg("UA85000000000065278")
FREE_VILLAGE, TAKEN_VILLAGE = Katottg("UA10010030010000007"), Katottg("UA10010030020000008")
HERE = LonLat(30, 50)
CONTRACT = CatchmentBasis.CONTRACT
HOME, DAYTIME, INPATIENT, PHONE = (
    PlaceOfProvision.HOME, PlaceOfProvision.DAY, PlaceOfProvision.INPATIENT, PlaceOfProvision.PHONE,
)  # fmt: skip
STEP_FREE = frozenset({Accessibility.STEP_FREE_ENTRANCE})


def week(*days):
    """Make hours of the first days of the week; the rest are closed."""
    spans = [tuple(_span(span) for span in day.split()) for day in days]
    return OpeningHours((*spans, *((),) * (7 - len(spans))))


def _span(text):
    return OpenSpan(*(time.fromisoformat(clock.zfill(5)) for clock in text.split("-")))


OFFICE = week(*["9:00-13:00 14:00-18:00"] * 5)


def _hromada(code, raion=RAION, oblast=OBLAST):
    kind = HromadaKind.RURAL if raion else HromadaKind.SPECIAL_CITY
    return Hromada(code, kind, "Громада", "", raion, oblast, HERE, None, None)


def _village(code, hromada):
    return Settlement(
        code, SettlementKind.VILLAGE, "Село", "", "", hromada, RAION, OBLAST, hromada, HERE, None
    )


HROMADAS = [_hromada(OWN), _hromada(OTHER), _hromada(PARTLY), _hromada(FULLY)]
HROMADAS += [_hromada(city, None, city) for city in (KYIV, SEVASTOPOL)]
TAKEN = {TAKEN_VILLAGE, FULLY, SEVASTOPOL}
COUNTRY = Gazetteer(
    {}, {}, {unit.katottg: unit for unit in HROMADAS},
    {
        code: _village(code, hromada)
        for code, hromada in {
            FREE_VILLAGE: PARTLY, TAKEN_VILLAGE: PARTLY, FULLY: FULLY, SEVASTOPOL: SEVASTOPOL, OWN: OWN,
        }.items()
    },
    (), {code: frozenset({TerritoryStatus.TEMPORARILY_OCCUPIED}) for code in TAKEN}, {},
)  # fmt: skip

QUESTION = ReferralQuestion("home-care", HERE, OWN, DAY)
CANDIDATE = Candidate(
    "p", 0, "Точка", "Організація", PointKind.NGO, LocationPolicy.PUBLIC, OBLAST, OWN, None, HERE,
    PointPrecision.STREET, 0.0, "", (), "", OFFICE, (), "", ("uk",), STEP_FREE, frozenset(), WartimeState(),
    None, None, None, None, False, (), "home-care", (CatchmentArea(OWN),), TargetGroup.EVERYONE,
    frozenset({HOME}), Payment.FREE, 10, 5, CapacityUnit.PERSONS, DAY, None, None, frozenset(), True, "",
)  # fmt: skip


def verdict(question=QUESTION, refresh_days=30, **changes):
    return judge(replace(CANDIDATE, **changes), question, COUNTRY, refresh_days)


def ask(**changes):
    return replace(QUESTION, **changes)


def at(day, clock):
    """Ask for who works at the moment."""
    moment = datetime.combine(day, time.fromisoformat(clock.zfill(5)), ZONE)
    return ask(day=day, moment=moment, open_then=True)


def reasons(found):
    return [refusal.reason for refusal in found.refusals]


def confidential(**changes):
    place = {"settlement": None, "position": None, "precision": None, "distance_m": None, "hromada": None}
    return {**place, "location_policy": LocationPolicy.WITHHELD, **changes}


def test_one_that_takes_the_client_has_nothing_against_and_nothing_unknown():
    found = verdict(ask(groups=TargetGroup.VETERANS_AND_FAMILIES, age=70, language="uk", urgent=True))
    assert found.fits
    assert found.unknowns == ()
    assert (found.basis, found.contract_end, found.work) == (Basis.OWN_HROMADA, None, Work.OPEN)


@pytest.mark.parametrize(
    ("catchment", "where", "basis"),
    [
        ([CatchmentArea(OWN)], OWN, Basis.OWN_HROMADA),
        ([CatchmentArea(OWN)], OTHER, Basis.NAMED),
        ([CatchmentArea(OWN, CONTRACT)], OTHER, Basis.CONTRACT),
        ([CatchmentArea(OWN, CONTRACT)], OWN, Basis.CONTRACT),
        ([CatchmentArea(RAION)], OWN, Basis.RAION),
        ([CatchmentArea(OBLAST)], OWN, Basis.OBLAST),
        ([CatchmentArea(NATION)], OWN, Basis.NATION),
        ([CatchmentArea(NATION), CatchmentArea(OBLAST), CatchmentArea(RAION)], OTHER, Basis.RAION),
        ([CatchmentArea(RAION), CatchmentArea(OWN, CONTRACT)], OTHER, Basis.CONTRACT),
        ([CatchmentArea(OWN, CONTRACT), CatchmentArea(OWN)], OTHER, Basis.NAMED),
        ([CatchmentArea(NATION), CatchmentArea(OWN)], OWN, Basis.OWN_HROMADA),
    ],
)
def test_the_narrowest_reason_to_serve_the_hromada_is_told(catchment, where, basis):
    found = verdict(catchment=tuple(catchment), hromada=where)
    assert found.fits
    assert found.basis is basis


def test_located_in_is_not_serves():
    found = verdict(catchment=(CatchmentArea(OTHER),), hromada=OWN)
    assert found.refusals == (Refusal(RefusalReason.OUTSIDE_CATCHMENT, areas=(OTHER,)),)
    assert found.basis is None


def test_a_confidential_point_is_never_said_to_sit_in_the_clients_hromada():
    hromada_only = confidential(location_policy=LocationPolicy.HROMADA_ONLY, hromada=OWN)
    assert verdict(**hromada_only).basis is Basis.NAMED
    assert verdict(**confidential()).basis is Basis.NAMED


@pytest.mark.parametrize(
    ("day", "basis"),
    [
        (DAY - timedelta(days=3), None),
        (DAY - timedelta(days=2), Basis.CONTRACT),
        (DAY, Basis.CONTRACT),
        (DAY + timedelta(days=2), Basis.CONTRACT),
        (DAY + timedelta(days=3), None),
    ],
)
def test_a_contract_holds_from_its_first_day_to_its_last(day, basis):
    first, last = DAY - timedelta(days=2), DAY + timedelta(days=2)
    found = verdict(ask(day=day), catchment=(CatchmentArea(OWN, CONTRACT, first, last),))
    assert found.basis is basis
    if basis is None:
        known_day = first if day < first else last
        assert found.refusals == (Refusal(RefusalReason.CONTRACT_NOT_IN_FORCE, known_day),)
    else:
        assert found.contract_end == last
        assert found.fits


def test_of_several_contracts_the_one_that_lasts_longest_is_told():
    short, long, open_ended = (CatchmentArea(OWN, CONTRACT, None, end) for end in (DAY, AFTER, None))
    assert verdict(catchment=(short, long)).contract_end == AFTER
    assert verdict(catchment=(short, open_ended)).contract_end is None


def test_a_contract_with_a_whole_raion_tells_its_end_unless_a_right_outlasts_it():
    contract = CatchmentArea(RAION, CONTRACT, None, AFTER)
    found = verdict(catchment=(contract,))
    assert (found.basis, found.contract_end) == (Basis.RAION, AFTER)
    assert verdict(catchment=(contract, CatchmentArea(RAION))).contract_end is None


def test_a_contract_that_ended_matters_only_where_nothing_else_serves():
    ended = CatchmentArea(OWN, CONTRACT, None, BEFORE)
    assert reasons(verdict(catchment=(ended, CatchmentArea(OTHER)))) == [RefusalReason.CONTRACT_NOT_IN_FORCE]
    assert verdict(catchment=(ended, CatchmentArea(OBLAST))).basis is Basis.OBLAST
    elsewhere = CatchmentArea(OTHER, CONTRACT, None, BEFORE)
    assert reasons(verdict(catchment=(elsewhere,))) == [RefusalReason.OUTSIDE_CATCHMENT]


def test_kyiv_is_its_own_hromada_and_oblast():
    question = ask(hromada=KYIV)
    assert verdict(question, catchment=(CatchmentArea(KYIV),), hromada=KYIV).basis is Basis.OWN_HROMADA
    assert verdict(question, catchment=(CatchmentArea(KYIV),), hromada=OWN).basis is Basis.NAMED
    assert verdict(question, catchment=(CatchmentArea(NATION),)).basis is Basis.NATION
    assert reasons(verdict(question, catchment=(CatchmentArea(OBLAST),))) == [RefusalReason.OUTSIDE_CATCHMENT]
    assert reasons(verdict(catchment=(CatchmentArea(KYIV),))) == [RefusalReason.OUTSIDE_CATCHMENT]


def test_of_an_unknown_hromada_nothing_is_judged_and_that_is_said():
    found = verdict(ask(hromada=None), catchment=(CatchmentArea(OTHER, CONTRACT, None, BEFORE),))
    assert found.fits
    assert found.basis is None
    assert found.unknowns == (Unknown.CATCHMENT,)


@pytest.mark.parametrize(
    ("takes", "client", "is_taken"),
    [
        (TargetGroup.EVERYONE, TargetGroup.HOMELESS, True),
        (TargetGroup.HOMELESS | TargetGroup.YOUTH, TargetGroup.YOUTH | TargetGroup.DISPLACED, True),
        (TargetGroup.HOMELESS, TargetGroup.YOUTH, False),
        (TargetGroup.HOMELESS, TargetGroup(0), True),
    ],
)
def test_one_group_in_common_is_enough(takes, client, is_taken):
    found = verdict(ask(groups=client), target_groups=takes)
    assert reasons(found) == ([] if is_taken else [RefusalReason.OTHER_GROUPS])


@pytest.mark.parametrize(
    ("age", "refusal"),
    [
        (17, Refusal(RefusalReason.TOO_YOUNG, age=18)),
        (18, None),
        (60, None),
        (61, Refusal(RefusalReason.TOO_OLD, age=60)),
        (None, None),
    ],
)
def test_both_ends_of_the_ages_are_taken(age, refusal):
    found = verdict(ask(age=age), age_from=18, age_to=60)
    assert found.refusals == (() if refusal is None else (refusal,))
    assert verdict(ask(age=age)).fits


@pytest.mark.parametrize(
    ("until", "is_working"), [(None, False), (AFTER, False), (DAY, False), (BEFORE, True)]
)
def test_a_suspension_lasts_to_its_last_day(until, is_working):
    found = verdict(wartime=WartimeState(is_suspended=True, suspended_until=until))
    assert found.refusals == (() if is_working else (Refusal(RefusalReason.SUSPENDED, until),))
    assert verdict(wartime=WartimeState(suspended_until=until)).fits


@pytest.mark.parametrize(
    ("first", "last", "is_closed"),
    [
        (DAY, DAY, True),
        (BEFORE, DAY, True),
        (BEFORE, None, True),
        (BEFORE, BEFORE, False),
        (AFTER, None, False),
    ],
)
def test_a_closure_ends_with_its_last_day(first, last, is_closed):
    found = verdict(closures=(Closure(first, last, "ремонт"),))
    assert found.refusals == ((Refusal(RefusalReason.CLOSED, last),) if is_closed else ())
    assert found.work is (Work.SHUT if is_closed else Work.OPEN)


def test_of_two_closures_the_one_that_ends_last_is_told():
    assert verdict(closures=(Closure(DAY, AFTER), Closure(DAY, DAY))).refusals[0].day == AFTER
    assert verdict(closures=(Closure(DAY, AFTER), Closure(DAY))).refusals[0].day is None


def test_validity_includes_its_first_day_and_its_last():
    assert verdict(valid_from=DAY, valid_to=DAY).fits
    assert verdict(valid_from=AFTER).refusals == (Refusal(RefusalReason.NOT_YET_OFFERED, AFTER),)
    assert verdict(valid_to=BEFORE).refusals == (Refusal(RefusalReason.NO_LONGER_OFFERED, BEFORE),)


@pytest.mark.parametrize(
    ("hromada", "settlement", "refused", "unknown"),
    [
        (PARTLY, TAKEN_VILLAGE, True, False),
        (PARTLY, FREE_VILLAGE, False, False),
        (PARTLY, None, False, True),
        (FULLY, None, True, False),
        (SEVASTOPOL, SEVASTOPOL, True, False),
        (SEVASTOPOL, None, True, False),
        (OWN, None, False, False),
    ],
)
def test_nobody_is_sent_to_occupied_territory(hromada, settlement, refused, unknown):
    found = verdict(catchment=(CatchmentArea(NATION),), hromada=hromada, settlement=settlement)
    assert found.refusals == ((Refusal(RefusalReason.OCCUPIED_TERRITORY),) if refused else ())
    assert found.unknowns == ((Unknown.TERRITORY,) if unknown else ())


@pytest.mark.parametrize("hromada", [PARTLY, FULLY])
def test_of_a_confidential_point_the_territory_is_not_told(hromada):
    where = confidential(location_policy=LocationPolicy.HROMADA_ONLY, hromada=hromada)
    found = verdict(**where)
    assert found.fits
    assert found.unknowns == ()


def test_one_place_and_one_payment_in_common_are_enough():
    assert verdict(ask(places=frozenset({HOME, PHONE}))).fits
    assert reasons(verdict(ask(places=frozenset({PHONE})))) == [RefusalReason.OTHER_PLACES]
    assert verdict(ask(payments=frozenset({Payment.FREE, Payment.PAID}))).fits
    assert reasons(verdict(ask(payments=frozenset({Payment.PAID})))) == [RefusalReason.OTHER_PAYMENT]


@pytest.mark.parametrize(
    ("spoken", "refused", "unknown"),
    [(("uk", "en"), [], ()), (("uk",), [RefusalReason.OTHER_LANGUAGES], ()), ((), [], (Unknown.LANGUAGES,))],
)
def test_unknown_languages_are_unknown_and_not_no(spoken, refused, unknown):
    found = verdict(ask(language="en"), languages=spoken)
    assert reasons(found) == refused
    assert found.unknowns == unknown
    assert verdict(languages=()).unknowns == ()


@pytest.mark.parametrize("places", [{DAYTIME}, {INPATIENT}, {DAYTIME, INPATIENT}])
def test_steps_are_judged_where_the_client_must_come(places):
    question, given = ask(step_free=True), frozenset(places)
    nothing = frozenset()
    assert verdict(question, places=given).fits
    stairs = verdict(question, places=given, accessibility=nothing, no_accessibility=STEP_FREE)
    assert stairs.refusals == (Refusal(RefusalReason.NOT_STEP_FREE),)
    assert verdict(question, places=given, accessibility=nothing).unknowns == (Unknown.STEP_FREE,)
    assert verdict(places=given, accessibility=nothing, no_accessibility=STEP_FREE).fits


def test_steps_do_not_matter_where_somebody_comes_to_the_client():
    stairs = {"accessibility": frozenset(), "no_accessibility": STEP_FREE}
    question, either = ask(step_free=True), frozenset({HOME, DAYTIME})
    assert verdict(question, places=frozenset({HOME}), **stairs).fits
    assert verdict(question, places=either, **stairs).fits
    wants_home = replace(question, places=frozenset({HOME}))
    assert verdict(wants_home, places=either, **stairs).fits
    wants_to_come = replace(question, places=frozenset({DAYTIME}))
    assert reasons(verdict(wants_to_come, places=either, **stairs)) == [RefusalReason.NOT_STEP_FREE]


@pytest.mark.parametrize(
    ("acts", "refused", "unknown"),
    [(True, [], ()), (False, [RefusalReason.NOT_URGENT], ()), (None, [], (Unknown.URGENCY,))],
)
def test_only_those_known_not_to_act_in_emergencies_are_left_out(acts, refused, unknown):
    found = verdict(ask(urgent=True), is_emergency=acts)
    assert reasons(found) == refused
    assert found.unknowns == unknown
    assert verdict(is_emergency=acts).fits


@pytest.mark.parametrize(
    ("days_ago", "vacant", "capacity", "is_full", "is_unknown"),
    [
        (0, 0, 10, True, False),
        (30, 0, 10, True, False),
        (31, 0, 10, False, True),
        (-1, 0, 10, False, True),
        (None, 0, 10, False, True),
        (0, 1, 10, False, False),
        (30, 1, None, False, False),
        (31, 1, 10, False, True),
        (-1, 1, 10, False, True),
        (0, None, 10, False, True),
        (0, None, None, False, True),
        (0, None, 0, True, False),
        (0, 0, None, True, False),
        (None, None, 0, False, True),
    ],
)
def test_a_count_of_free_places_is_believed_while_it_is_fresh(
    days_ago, vacant, capacity, is_full, is_unknown
):
    counted = None if days_ago is None else DAY - timedelta(days=days_ago)
    found = verdict(vacant=vacant, capacity=capacity, capacity_as_of=counted, refresh_days=30)
    assert found.refusals == ((Refusal(RefusalReason.NO_VACANCY, counted),) if is_full else ())
    assert found.unknowns == ((Unknown.VACANCY,) if is_unknown else ())


@pytest.mark.parametrize(
    ("clock", "opens_at"),
    [
        ("8:59", "9:00"), ("9:00", None), ("12:59", None), ("13:00", "14:00"), ("13:59", "14:00"),
        ("14:00", None), ("17:59", None),
    ],
)  # fmt: skip
def test_at_the_closing_minute_before_lunch_nobody_works(clock, opens_at):
    found = verdict(at(DAY, clock))
    if opens_at is None:
        assert found.fits
        assert found.work is Work.OPEN
    else:
        opens = datetime.combine(DAY, time.fromisoformat(opens_at.zfill(5)), ZONE)
        assert found.refusals == (Refusal(RefusalReason.NOT_AT_WORK, opens_at=opens),)
        assert found.work_changes_at == opens


def test_after_friday_work_begins_again_on_monday():
    friday = DAY + timedelta(days=1)
    opens = datetime.combine(friday + timedelta(days=3), time(9), ZONE)
    assert verdict(at(friday, "18:00")).refusals == (Refusal(RefusalReason.NOT_AT_WORK, opens_at=opens),)


@pytest.mark.parametrize(
    ("clock", "works"),
    [("0:00", True), ("7:59", True), ("8:00", False), ("19:59", False), ("20:00", True), ("23:59", True)],
)
def test_a_shift_over_midnight_is_work_on_both_days(clock, works):
    assert verdict(at(DAY, clock), opening_hours=week(*["20:00-8:00"] * 7)).fits is works


def test_a_shift_ends_at_midnight_before_a_closure_and_the_night_after_it_is_still_shut():
    nights, closed = week(*["20:00-8:00"] * 7), (Closure(DAY, DAY),)
    assert verdict(at(BEFORE, "23:59"), opening_hours=nights, closures=closed).fits
    found = verdict(at(DAY, "0:00"), opening_hours=nights, closures=closed)
    assert reasons(found) == [RefusalReason.CLOSED, RefusalReason.NOT_AT_WORK]
    assert verdict(at(AFTER, "7:00"), opening_hours=nights, closures=closed).work is Work.SHUT
    assert verdict(at(AFTER, "20:00"), opening_hours=nights, closures=closed).fits


def test_when_the_clocks_go_back_an_hour_is_worked_twice():
    autumn, nights = date(2026, 10, 25), week(*["22:00-3:30"] * 7)
    question = at(autumn, "3:15")
    again = replace(question, moment=question.moment.replace(fold=1))
    assert verdict(question, opening_hours=nights).fits
    assert not verdict(again, opening_hours=nights).fits
    days = week(*["2:00-5:00"] * 7)
    assert verdict(again, opening_hours=days).fits


def test_when_the_clocks_go_forward_work_in_the_lost_hour_begins_after_it():
    spring = date(2026, 3, 29)
    found = verdict(at(spring, "2:59"), opening_hours=week(*["3:30-9:00"] * 7), capacity_as_of=spring)
    assert found.refusals[0].opens_at == datetime.combine(spring, time(4), ZONE)
    assert verdict(at(spring, "4:00"), opening_hours=week(*["3:30-9:00"] * 7), capacity_as_of=spring).fits


def test_without_a_moment_any_work_on_the_day_will_do():
    saturday = date(2026, 10, 24)
    assert verdict(ask(open_then=True)).fits
    found = verdict(ask(day=saturday, open_then=True))
    assert found.refusals == (Refusal(RefusalReason.NOT_AT_WORK),)
    assert found.work is Work.SHUT
    holiday = OpeningHours(OFFICE.week, (HoursException(DAY, DAY),))
    assert reasons(verdict(ask(open_then=True), opening_hours=holiday)) == [RefusalReason.NOT_AT_WORK]
    assert verdict(ask(day=saturday)).fits


def test_who_does_not_work_is_left_out_only_when_that_was_asked():
    question = replace(at(DAY, "20:00"), open_then=False)
    found = verdict(question)
    assert found.fits
    assert found.work is Work.SHUT
    assert found.work_changes_at == datetime.combine(AFTER, time(9), ZONE)


@pytest.mark.parametrize("open_then", [True, False])
def test_unknown_hours_are_always_said_and_never_no(open_then):
    found = verdict(replace(at(DAY, "23:00"), open_then=open_then), opening_hours=None)
    assert found.fits
    assert found.unknowns == (Unknown.HOURS,)
    assert (found.work, found.work_changes_at) == (Work.UNKNOWN, None)


def test_every_reason_is_told_and_the_one_to_tell_first_comes_first():
    question = replace(
        at(DAY, "13:00"), groups=TargetGroup.YOUTH, age=17, language="en", urgent=True, step_free=True,
        places=frozenset({PHONE}), payments=frozenset({Payment.PAID}),
    )  # fmt: skip
    everything = {
        "hromada": FULLY, "valid_to": BEFORE, "wartime": WartimeState(is_suspended=True),
        "closures": (Closure(DAY),), "catchment": (CatchmentArea(OTHER),),
        "target_groups": TargetGroup.HOMELESS, "age_from": 18, "is_emergency": False, "vacant": 0,
        "places": frozenset({DAYTIME}), "accessibility": frozenset(), "no_accessibility": STEP_FREE,
    }  # fmt: skip
    told = reasons(verdict(question, **everything))
    untold = {RefusalReason.NOT_YET_OFFERED, RefusalReason.CONTRACT_NOT_IN_FORCE, RefusalReason.TOO_OLD}
    assert told == [reason for reason in RefusalReason if reason not in untold]
