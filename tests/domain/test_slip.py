"""A slip's code catches mistakes of the hand, and a slip itself can hold nothing about the client."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.errors import InvalidInputError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Settlement, SettlementKind
from mapapp.domain.katottg import Katottg
from mapapp.domain.referral import Way
from mapapp.domain.registry import (
    CatchmentArea,
    ConfidentialPlace,
    LocationPolicy,
    Offering,
    Organisation,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Sector,
    ServicePoint,
    TargetGroup,
)
from mapapp.domain.services import Service
from mapapp.domain.slip import CODE_SIGNS, LONGEST_ISSUER, LONGEST_NOTE, Slip, check_code, new_code
from mapapp.domain.travel import Route, Trip

OBLAST, HROMADA = Katottg("UA53000000000028050"), Katottg("UA53060250000032741")
VILLAGE = Katottg("UA53060250010046738")
HERE, THERE = LonLat(lon=34.6, lat=49.9), LonLat(lon=34.7, lat=49.95)

OFFERING = Offering(
    "home-care", (CatchmentArea(HROMADA),), TargetGroup.OLDER_PEOPLE, frozenset({PlaceOfProvision.HOME})
)
POINT = ServicePoint(
    id="centre",
    organisation="org",
    kind=PointKind.SOCIAL_SERVICES_CENTRE,
    name="Центр",
    location_policy=LocationPolicy.PUBLIC,
    oblast=OBLAST,
    hromada=HROMADA,
    settlement=None,
    point=THERE,
    precision=PointPrecision.BUILDING,
    address="вул. Соборна, 1",
    phones=(),
    offerings=(OFFERING,),
)
HIDDEN = replace(
    POINT, location_policy=LocationPolicy.WITHHELD, hromada=None, point=None, precision=None, address=""
)
PLACE = Settlement(
    VILLAGE, SettlementKind.VILLAGE, "Мала", "Mala", "", HROMADA, None, OBLAST, HROMADA, HERE, None
)
WAY = Way(THERE, 9000.0, 900.0)
ROUTE = Route(Trip(900.0, 9500.0), (HERE, THERE))

signs = st.text(CODE_SIGNS, min_size=8, max_size=8)
codes = st.builds(lambda _: new_code(), st.integers())


def slip(**changed):
    parts = {
        "code": new_code(),
        "day": date(2026, 11, 22),
        "point": POINT,
        "offering": OFFERING,
        "organisation": Organisation("org", "Установа", Sector.STATE_COMMUNAL),
        "service": Service("home-care", "Догляд вдома", "Home care", None, 1, is_confidential=False),
    }
    return Slip(**parts | changed)


@given(codes, st.data())
def test_any_single_wrong_sign_is_caught(code, data):
    place = data.draw(st.sampled_from([index for index, sign in enumerate(code) if sign != "-"]))
    wrong = data.draw(st.sampled_from([sign for sign in CODE_SIGNS if sign != code[place]]))
    with pytest.raises(UsageError):
        check_code(code[:place] + wrong + code[place + 1 :])


@given(codes)
def test_neighbours_that_changed_places_are_caught(code):
    plain = code.replace("-", "")
    for place, (first, second) in enumerate(pairwise(plain)):
        if first != second:
            with pytest.raises(UsageError):
                check_code(plain[:place] + second + first + plain[place + 2 :])


@given(codes)
def test_a_code_is_known_however_it_is_typed(code):
    cyrillic = str.maketrans("AEKMT", "АЕКМТ")
    for typed in (
        code.lower(),
        code.translate(cyrillic),
        code.translate(cyrillic).lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        f" {code.replace('-', '–')} ",
    ):
        assert check_code(typed) == code


@pytest.mark.parametrize(
    "text", ["", "2", "222-222-22", "222-222-2222", "OOO-OOO-OOO", "<b>", "222-222-22²", "a" * 999]
)
def test_what_is_no_code_is_refused(text):
    with pytest.raises(UsageError, match="not the code"):
        check_code(text)


def test_codes_do_not_repeat():
    assert len({new_code() for _ in range(1000)}) == 1000


def test_a_code_is_kept_as_it_is_written():
    code = new_code()
    assert slip(code=code.lower()).code == code


def test_free_texts_keep_single_spaces_and_no_line_breaks():
    assert slip(note=" потрібен\n\tпандус ").note == "потрібен пандус"


def test_all_that_is_wrong_with_the_texts_is_told_at_once():
    with pytest.raises(InvalidInputError) as refused:
        slip(issued_by="ЦНСП, 067 123 45 67", note="клієнт Петренко, 1985 р.н. " + "а" * LONGEST_NOTE)
    assert [fault.column for fault in refused.value.faults] == ["issued_by", "note", "note", "note"]
    assert "«067 123 45 67» looks like a telephone" in str(refused.value.faults[0])


def test_texts_as_long_as_allowed_pass():
    assert len(slip(issued_by="а" * LONGEST_ISSUER, note="б" * LONGEST_NOTE).note) == LONGEST_NOTE


def test_a_slip_to_a_confidential_point_tells_neither_place_nor_way():
    hidden = slip(point=HIDDEN)
    for told in ({"from_place": PLACE}, {"from_place": PLACE, "way": WAY}, {"way": WAY}, {"route": ROUTE}):
        with pytest.raises(ValueError, match="confidential"):
            replace(hidden, **told)


def test_a_confidential_place_never_enters_a_slip():
    with pytest.raises(ValueError, match="disclose"):
        slip(point=replace(HIDDEN, confidential_place=ConfidentialPlace(HROMADA, point=THERE)))


def test_a_way_needs_where_it_begins_and_a_route_its_way():
    with pytest.raises(ValueError, match="settlement"):
        slip(way=WAY)
    with pytest.raises(ValueError, match="route"):
        slip(from_place=PLACE, route=ROUTE)
    assert slip(from_place=PLACE, way=WAY, route=ROUTE).route == ROUTE


def test_there_is_no_way_to_a_service_by_phone():
    by_phone = replace(OFFERING, places=frozenset({PlaceOfProvision.PHONE}))
    point = replace(POINT, offerings=(by_phone,))
    assert slip(point=point, offering=by_phone, from_place=PLACE).is_remote
    with pytest.raises(ValueError, match="from afar"):
        slip(point=point, offering=by_phone, from_place=PLACE, way=WAY)


def test_the_parts_belong_together():
    with pytest.raises(ValueError, match="one record"):
        slip(offering=replace(OFFERING, conditions="інші"))
    with pytest.raises(ValueError, match="one record"):
        slip(organisation=Organisation("other", "Інша", Sector.NON_STATE))
    with pytest.raises(ValueError, match="is of"):
        slip(service=Service("shelter", "Притулок", "Shelter", None, 4, is_confidential=True))
