"""A few units, one candidate and one question for what is said of a referral."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from mapapp.domain.clock import KYIV
from mapapp.domain.contacts import Phone
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Hromada, HromadaKind, Oblast, OblastKind, Raion
from mapapp.domain.hours import OpeningHours, OpenSpan, time
from mapapp.domain.katottg import Katottg
from mapapp.domain.referral import Candidate, ReferralQuestion
from mapapp.domain.registry import (
    CapacityUnit,
    CatchmentArea,
    LocationPolicy,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    TargetGroup,
    WartimeState,
)
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import translator

OBLAST = Oblast(Katottg("UA53000000000028050"), OblastKind.OBLAST, "Полтавська", "Poltavska")
RAION = Raion(Katottg("UA53080000000068029"), "Полтавський", "Poltavskyi", OBLAST.katottg)
MORNING = OpenSpan(time(9), time(13))
NOW = datetime(2026, 11, 18, 10, 30, tzinfo=KYIV)
"""A Wednesday."""


def _hromada(code: str, name: str, name_en: str, kind: HromadaKind) -> Hromada:
    centre = LonLat(lon=34.6, lat=49.9)
    return Hromada(Katottg(code), kind, name, name_en, RAION.katottg, OBLAST.katottg, centre, None, None)


OPISHNIA = _hromada("UA53080350000070563", "Опішнянська", "Opishnianska", HromadaKind.SELYSHCHE)
POLTAVA = _hromada("UA53080370000025447", "Полтавська", "Poltavska", HromadaKind.URBAN)


@pytest.fixture(params=["uk", "en"])
def telling(request: pytest.FixtureRequest) -> Telling:
    """Both languages, one after the other."""
    return telling_in(request.param)


def telling_in(language: str) -> Telling:
    gazetteer = Gazetteer(
        oblasts={OBLAST.katottg: OBLAST},
        raions={RAION.katottg: RAION},
        hromadas={unit.katottg: unit for unit in (OPISHNIA, POLTAVA)},
        settlements={},
        status_periods=(),
        open_status={},
        sources={},
    )
    return Telling(translator(language), gazetteer, {}, NOW)


@pytest.fixture
def uk() -> Telling:
    """Ukrainian alone."""
    return telling_in("uk")


@pytest.fixture
def en() -> Telling:
    """English alone."""
    return telling_in("en")


@pytest.fixture
def question() -> ReferralQuestion:
    """Someone in Opishnia, now."""
    return ReferralQuestion("home-care", LonLat(lon=34.6, lat=49.9), OPISHNIA.katottg, NOW.date(), moment=NOW)


@pytest.fixture
def candidate() -> Candidate:
    """A centre in Poltava that works every morning."""
    return Candidate(
        point_id="centre",
        ordinal=0,
        name="Центр",
        organisation_name="КУ «Центр»",
        kind=PointKind.SOCIAL_SERVICES_CENTRE,
        location_policy=LocationPolicy.PUBLIC,
        oblast=OBLAST.katottg,
        hromada=POLTAVA.katottg,
        settlement=None,
        position=LonLat(lon=34.55, lat=49.59),
        precision=PointPrecision.BUILDING,
        distance_m=12_300.0,
        address="вул. Шкільна, 1",
        phones=(Phone("1545"), Phone("(097) 759 00 79", "+380977590079")),
        hours="Щодня 9:00–13:00",
        opening_hours=OpeningHours(((MORNING,),) * 7),
        closures=(),
        referral_note="",
        languages=("uk", "crh"),
        accessibility=frozenset(),
        no_accessibility=frozenset(),
        wartime=WartimeState(),
        relocated_from=None,
        valid_from=None,
        valid_to=None,
        last_verified=date(2026, 2, 3),
        is_demo=False,
        stops=(),
        service="home-care",
        catchment=(CatchmentArea(POLTAVA.katottg),),
        target_groups=TargetGroup.OLDER_PEOPLE | TargetGroup.VETERANS_AND_FAMILIES,
        places=frozenset({PlaceOfProvision.HOME, PlaceOfProvision.DAY}),
        payment=Payment.PAID,
        capacity=10,
        vacant=3,
        capacity_unit=CapacityUnit.PLACES,
        capacity_as_of=date(2026, 11, 12),
        age_from=18,
        age_to=None,
        terms=frozenset(),
        is_emergency=True,
        conditions="",
    )
