"""Records entered twice are found; departments, branches and neighbours that look alike are not."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date

import pytest

from mapapp.analysis.duplicates import likely_duplicates
from mapapp.analysis.institution_names import NameLikeness, institution_name, likeness
from mapapp.analysis.street_addresses import StreetAddress, street_address
from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.contacts import AddressParts, Phone
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.quality import DuplicateReason
from mapapp.domain.registry import (
    ConfidentialPlace,
    LocationPolicy,
    Organisation,
    PointKind,
    PointPrecision,
    Registry,
    Sector,
    ServicePoint,
)

TODAY = date(2026, 1, 15)
OBLAST, HROMADA, OTHER_HROMADA = "UA53000000000028050", "UA53080370000085130", "UA53080030000024910"
SETTLEMENT, OTHER_SETTLEMENT = "UA53080370010073240", "UA53080370020000001"
PHONE = Phone("0532 60 60 60", "+380532606060")
ONE = ServicePoint(
    id="one",
    organisation="org",
    kind=PointKind.SOCIAL_SERVICES_CENTRE,
    name="КУ «Центр надання соціальних послуг» Полтавської міської ради",
    location_policy=LocationPolicy.PUBLIC,
    oblast=Katottg(OBLAST),
    hromada=Katottg(HROMADA),
    settlement=Katottg(SETTLEMENT),
    point=LonLat(34.55, 49.59),
    precision=PointPrecision.BUILDING,
    address="вул. Соборна, 5",
    phones=(PHONE,),
    offerings=(),
)
HIDDEN = replace(
    ONE,
    id="hidden",
    name="Притулок «Оберіг»",
    location_policy=LocationPolicy.WITHHELD,
    hromada=None,
    settlement=None,
    point=None,
    precision=None,
    address="",
    phones=(Phone("0800 500 335", "+380800500335"),),
)


OWNER = Organisation("org", "Установа", Sector.STATE_COMMUNAL)


def pairs(*points, organisations=(OWNER,)):
    return likely_duplicates(Registry(organisations, points, frozenset()), TODAY)


def test_nearly_all_entered_twice_are_found_and_little_else(providers_with_duplicates):
    made = providers_with_duplicates(points=3_000, duplicates=300, seed=376)
    found = {
        frozenset((pair.one, pair.other))
        for pair in likely_duplicates(made.registry, TODAY)
        if pair.one.kind is RecordKind.POINT
    }
    right = len(found & made.truth)
    assert right / len(made.truth) >= 0.9
    assert right / len(found) >= 0.9


def test_the_pairs_do_not_depend_on_the_order_of_the_records(providers_with_duplicates):
    made = providers_with_duplicates(points=300, duplicates=40, seed=1).registry
    turned = replace(made, points=made.points[::-1], organisations=made.organisations[::-1])
    assert likely_duplicates(made, TODAY) == likely_duplicates(turned, TODAY) != ()


def test_a_pair_says_who_how_likely_and_why():
    copy = replace(ONE, id="copy", name='Комунальна установа "ЦНСП" Полтавської міськради')
    (pair,) = pairs(ONE, copy)
    assert pair.one == RecordKey(RecordKind.POINT, "copy")
    assert pair.other == RecordKey(RecordKind.POINT, "one")
    assert 0.9 < pair.score <= 1
    assert {DuplicateReason.NEAR, DuplicateReason.SAME_PHONE, DuplicateReason.SAME_ADDRESS} <= {*pair.reasons}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Центр соціально-психологічної реабілітації дітей"},
        {"name": "Відділення денного догляду Центру надання соціальних послуг"},
        {"name": "Центр надання соціальних послуг № 2", "phones": (), "address": "вул. Миру, 1"},
        {"settlement": Katottg(OTHER_SETTLEMENT), "point": LonLat(34.7, 49.7), "phones": ()},
        {"valid_to": date(2025, 12, 31)},
    ],
    ids=["other institution", "department", "other number", "branch", "ended"],
)
def test_a_look_alike_behind_the_same_door_is_no_duplicate(changes):
    assert pairs(ONE, replace(ONE, id="other", **changes)) == ()


def test_a_record_in_the_wrong_hromada_is_found_by_its_coordinates():
    moved = replace(ONE, id="moved", hromada=Katottg(OTHER_HROMADA), settlement=None, address="")
    (pair,) = pairs(ONE, moved)
    assert DuplicateReason.NEAR in pair.reasons


def test_a_telephone_of_many_tells_nothing():
    many = [replace(ONE, id=f"p{n}", name=f"Заклад {n}", settlement=None, point=LonLat(30, 50), address="",
                    precision=PointPrecision.HROMADA) for n in range(30)]  # fmt: skip
    assert pairs(*many) == ()


def test_confidential_points_are_compared_by_name_and_phone():
    again = replace(HIDDEN, id="again", name="Притулок ОБЕРІГ")
    (pair,) = pairs(HIDDEN, again)
    assert {*pair.reasons} == {
        DuplicateReason.SAME_NAME,
        DuplicateReason.SAME_PHONE,
        DuplicateReason.SAME_ORGANISATION,
    }


def test_a_hidden_place_moves_no_score():
    def score(lon):
        place = ConfidentialPlace(
            Katottg(HROMADA), None, LonLat(lon, 49.59), PointPrecision.BUILDING, "вул. Соборна, 5"
        )
        return pairs(replace(HIDDEN, confidential_place=place), replace(HIDDEN, id="again"), ONE)

    assert score(34.55) == score(30.0)


def test_organisations_with_one_code_are_one_unless_branch_or_successor():
    base = Organisation("a", "Центр соціальних служб", Sector.STATE_COMMUNAL, edrpou="00032129")
    again = replace(base, id="b", name="ЦСС міської ради")
    (pair,) = pairs(organisations=(base, again))
    assert pair.reasons == (DuplicateReason.SAME_EDRPOU,)
    assert pairs(organisations=(base, replace(again, parent="a"))) == ()
    assert pairs(organisations=(base, replace(again, successor_of=("a",)))) == ()


def test_organisations_with_one_name_need_more_in_common():
    base = Organisation("a", "ГО «Разом»", Sector.NON_STATE, phones=(PHONE,))
    assert pairs(organisations=(base, replace(base, id="b", phones=()))) == ()
    assert len(pairs(organisations=(base, replace(base, id="b")))) == 1
    other_code = replace(base, id="b", edrpou="00032129")
    assert pairs(organisations=(replace(base, edrpou="14360570"), other_code)) == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("КУ «Центр соціальних служб»", "комунальна установа Центр соціальних служб", NameLikeness.SAME),
        ("ЦСС Полтавської міської ради", "Центр соціальних служб, Полтавська міська рада", NameLikeness.LIKE),
        ("Центр соцiальних служб", "Центр соціальних служб", NameLikeness.SAME),
        ("Центр реабілітації", "Цетр реабілітціїї", NameLikeness.LIKE),
        ("Центр психо логічної допомоги", "Центр психологічної допомоги", NameLikeness.LIKE),
        ("Центр реабілітації", "Центр реабілітації дітей", NameLikeness.WITHIN),
        ("Притулок № 1", "Притулок № 2", NameLikeness.DIFFERENT),
        ("Обласний центр соціальних служб", "Міський центр соціальних служб", NameLikeness.DIFFERENT),
        ("Будинок дітей", "Будинок ветеранів", NameLikeness.DIFFERENT),
        ("Філія центру реабілітації", "Центр реабілітації", NameLikeness.DIFFERENT),
        ("КУ", "КЗ", NameLikeness.DIFFERENT),
    ],
)
def test_names_agree_as_people_would_say(one, other, expected):
    assert likeness(institution_name(one), institution_name(other)) is expected
    assert likeness(institution_name(other), institution_name(one)) is expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("вул. Соборна, 59, м. Вінниця, Вінницька область", StreetAddress("соборна", "59")),
        ("Соборна 59", StreetAddress("соборна", "59")),
        ("21000, Вінницька обл., м.Вінниця, вулиця 8 Березня, буд. 14-Б", StreetAddress("8 березня", "14б")),
        ("пр-т Миру, 7/2, оф. 3", StreetAddress("миру", "7d2")),
        ("с. Заболотці, Волинська область", None),
        ("", None),
    ],
)
def test_street_and_building_are_read_from_a_written_address(written, expected):
    assert street_address(None, written) == expected


def test_address_parts_go_before_the_written_address():
    parts = AddressParts(street="вул. Миру", building="7А")
    assert street_address(parts, "деінде, 5") == StreetAddress("миру", "7а")


def test_too_little_of_an_address_is_neither_same_nor_other():
    full = StreetAddress("миру", "7")
    assert full.is_same_as(StreetAddress("миру", "")) is None
    assert full.is_same_as(StreetAddress("миру", "7")) is True
    assert full.is_same_as(StreetAddress("франка", "7")) is False
    assert full.is_same_as(StreetAddress("миру", "8")) is False


def test_few_of_the_real_service_centres_are_called_duplicates(shared_dir):
    file = shared_dir / "geodata/real/cnap_admin_service_centres.csv"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        centres = [_centre(row) for row in csv.DictReader(lines) if row["hromada_code"] and row["lat"]]
    found = pairs(*centres)
    # Read by eye: three times one name at one door, and two mobile offices that nothing tells apart.
    assert len(centres) == 3_262
    assert len(found) == 4


def _centre(row):
    exact = row["coord_precision"] == "settlement"
    return replace(
        ONE,
        id=f"centre-{row['source_id']}",
        kind=PointKind.ADMINISTRATIVE_SERVICE_POINT,
        name=row["name"],
        hromada=Katottg(row["hromada_code"]),
        settlement=Katottg(row["settlement_code"]) if row["settlement_code"] else None,
        point=LonLat(float(row["lon"]), float(row["lat"])),
        precision=PointPrecision.SETTLEMENT if exact else PointPrecision.HROMADA,
        address=row["address"],
        phones=(),
    )
