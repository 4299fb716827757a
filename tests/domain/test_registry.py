"""A registry value that breaks a rule cannot be made."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    LocationPolicy,
    Offering,
    Organisation,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Sector,
    ServicePoint,
    TargetGroup,
    check_record_id,
)

POLTAVA_OBLAST = Katottg("UA53000000000028050")
OPISHNIA = Katottg("UA53080350000070563")
CATCHMENT = (CatchmentArea(OPISHNIA),)
OFFERING = Offering(
    service="home-care",
    catchment=CATCHMENT,
    target_groups=TargetGroup.OLDER_PEOPLE,
    places=frozenset({PlaceOfProvision.HOME}),
)
PUBLIC_POINT = ServicePoint(
    id="demo-1",
    organisation="demo-org",
    kind=PointKind.SOCIAL_SERVICES_CENTRE,
    name="Демонстраційний центр",
    location_policy=LocationPolicy.PUBLIC,
    oblast=POLTAVA_OBLAST,
    hromada=OPISHNIA,
    settlement=None,
    point=LonLat(lon=34.6099, lat=49.96235),
    precision=PointPrecision.SETTLEMENT,
    address="вул. Демонстраційна, 1",
    phones=("1545",),
    offerings=(OFFERING,),
)
CONFIDENTIAL = [policy for policy in LocationPolicy if policy is not LocationPolicy.PUBLIC]
NOWHERE = {"hromada": None, "settlement": None, "point": None, "precision": None, "address": ""}


@given(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,62}", fullmatch=True))
def test_a_plain_id_is_taken_as_it_is(text):
    assert check_record_id(text) == text


@pytest.mark.parametrize("text", ["", "Demo", "демо", "-demo", ".demo", "a b", "a/b", "a\n", "<b>", "a" * 64])
def test_any_other_id_is_refused(text):
    with pytest.raises(ValueError, match="is not an id"):
        check_record_id(text)


@pytest.mark.parametrize("name", ["", "   ", "\n"])
def test_nothing_goes_without_a_name(name):
    with pytest.raises(ValueError, match="an organisation needs a name"):
        Organisation(id="demo-org", name=name, sector=Sector.NON_STATE)
    with pytest.raises(ValueError, match="a service point needs a name"):
        replace(PUBLIC_POINT, name=name)


@pytest.mark.parametrize("gone", ["point", "precision", "hromada"])
def test_a_public_point_says_where_it_is(gone):
    with pytest.raises(ValueError, match="needs its hromada, coordinates and their precision"):
        replace(PUBLIC_POINT, **{gone: None})


@pytest.mark.parametrize("policy", CONFIDENTIAL)
@pytest.mark.parametrize(
    "trace",
    [
        {"point": LonLat(lon=34.6099, lat=49.96235)},
        {"address": "вул. Таємна, 1"},
        {"settlement": Katottg("UA53080350010044287")},
        {"precision": PointPrecision.BUILDING},
        {"coordinates_source": "обхід на вул. Таємній"},
    ],
)
def test_a_confidential_point_carries_no_trace_of_its_place(policy, trace):
    with pytest.raises(ValueError, match="carries no coordinates, settlement or address"):
        replace(PUBLIC_POINT, location_policy=policy, **NOWHERE | trace)


@pytest.mark.parametrize("policy", [LocationPolicy.OBLAST_ONLY, LocationPolicy.WITHHELD])
def test_a_point_known_by_oblast_names_no_hromada(policy):
    with pytest.raises(ValueError, match="names the oblast only"):
        replace(PUBLIC_POINT, location_policy=policy, **NOWHERE | {"hromada": OPISHNIA})


@pytest.mark.parametrize("policy", CONFIDENTIAL)
def test_a_confidential_point_without_traces_can_be_kept(policy):
    point = replace(PUBLIC_POINT, location_policy=policy, **NOWHERE)
    assert point.is_confidential
    assert not PUBLIC_POINT.is_confidential


def test_a_point_may_let_its_hromada_be_known():
    traces = NOWHERE | {"hromada": OPISHNIA}
    assert replace(PUBLIC_POINT, location_policy=LocationPolicy.HROMADA_ONLY, **traces).hromada == OPISHNIA


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"catchment": ()}, "«home-care» serves nobody"),
        ({"places": frozenset()}, "«home-care» is given nowhere"),
        ({"capacity": -1}, "capacity cannot be negative: -1"),
    ],
)
def test_an_offering_serves_somebody_somewhere(fault, message):
    with pytest.raises(ValueError, match=message):
        replace(OFFERING, **fault)


def test_unknown_capacity_and_none_left_are_different_things():
    assert OFFERING.capacity is None
    assert replace(OFFERING, capacity=0).capacity == 0


@pytest.mark.parametrize("area", ["", "Опішня", "UA53", "ua"])
def test_a_catchment_is_an_area_by_code(area):
    with pytest.raises(ValueError, match="is not a KATOTTG code"):
        CatchmentArea(area)


def test_a_catchment_typed_with_look_alike_letters_is_the_same_area():
    assert CatchmentArea(OPISHNIA.replace("A", "А").lower()) == CatchmentArea(OPISHNIA)


def test_a_catchment_may_be_the_whole_country():
    assert CatchmentArea(NATION).area == NATION


def test_a_catchment_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="cannot end"):
        CatchmentArea(NATION, start=date(2025, 1, 2), end=date(2025, 1, 1))
    assert CatchmentArea(NATION, start=date(2025, 1, 1), end=date(2025, 1, 1)).holds_on(date(2025, 1, 1))


@given(st.none() | st.dates(), st.none() | st.dates(), st.dates())
def test_a_catchment_holds_between_its_dates_both_included(start, end, day):
    if start and end and end < start:
        start, end = end, start
    area = CatchmentArea(NATION, start=start, end=end)
    assert area.holds_on(day) == ((start or date.min) <= day <= (end or date.max))


def test_target_groups_are_one_bit_each():
    assert [group.value for group in TargetGroup] == [1 << bit for bit in range(len(TargetGroup))]


@pytest.mark.parametrize("code", ["UA53080370010073240", "UA80000000000126643"])
def test_a_catchment_is_never_a_settlement_or_a_city_district(code):
    with pytest.raises(ValueError, match="a catchment is a hromada, raion or oblast"):
        CatchmentArea(code)


def test_a_service_point_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="cannot end"):
        replace(PUBLIC_POINT, valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 31))
