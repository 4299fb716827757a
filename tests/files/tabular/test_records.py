"""What the rows of a table become, and what is said of each row that becomes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from mapapp.domain.changes import RecordKind
from mapapp.domain.contacts import Contact, Phone
from mapapp.domain.errors import UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.imports import SourceRow
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import (
    Accessibility,
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Organisation,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointPrecision,
    RecordSource,
    Sector,
    TargetGroup,
    Tariff,
)
from mapapp.files.tabular.cells import DateCell
from mapapp.files.tabular.identity import made_id
from mapapp.files.tabular.records import read_records

OPISHNIA = Katottg("UA53080350000070563")
LUBNY_HROMADA = "UA53040030000041787"
GOOD_ROW = {  # as the fixtures have it
    "Номер у джерелі": "17",
    "Назва": "Центр надання соціальних послуг",
    "Вид закладу": "ЦНСП",
    "Громада": "UA53080350000070563",
    "Широта": "49,9613",
    "Довгота": "34,6116",
    "Точність координат": "будинок",
    "Соціальна послуга": "Догляд вдома",
    "Місце надання": "вдома",
}


def offering(point):
    (only,) = point.offerings
    return only


# Words people write


def test_a_good_row_is_a_point(good):
    point = good()
    assert (point.id, point.organisation, point.hromada) == ("test.17", "council", OPISHNIA)
    assert point.source == RecordSource("test", "17")
    assert (point.point, point.precision) == (LonLat(34.6116, 49.9613), PointPrecision.BUILDING)
    assert point.oblast == "UA53000000000028050"
    assert offering(point).catchment == (CatchmentArea(OPISHNIA),)
    assert offering(point).target_groups is TargetGroup.EVERYONE


@pytest.mark.parametrize("word", ["home-care", "Догляд вдома", "Home care", "015.1", "15.1", "ДОГЛЯД  ВДОМА"])
def test_a_service_is_known_by_slug_name_or_code(good, word):
    assert offering(good(**{"Соціальна послуга": word})).service == "home-care"


@pytest.mark.parametrize("word", ["D", "Д", "диференційована плата", "differentiated", "DIFFERENTIATED"])
def test_payment_is_known_by_letter_or_word(good, word):
    assert offering(good(Оплата=word)).payment is Payment.DIFFERENTIATED


def test_the_paid_letter_may_be_typed_in_cyrillic(good):
    assert offering(good(Оплата="С")).payment is Payment.PAID


@pytest.mark.parametrize("day", ["31.03.2026", "2026-03-31", "31.3.2026 р.", "2026-03-31 00:00:00"])
def test_days_are_written_both_ways(good, day):
    assert good(**{"Дані перевірено": day}).last_verified == date(2026, 3, 31)


def test_lists_in_a_cell_are_taken_apart(good):
    point = good(
        **{
            "Категорії отримувачів": "ВПО; люди похилого віку",
            "Місце надання": "вдома; онлайн",
            "Доступність": "пандус; ліфт",
            "Тарифи": "2026-01-01–2026-12-31: особа 120,50, сім’я 300 (рішення № 5); 2027-01-01–: особа 130",
            "Контакти за посадою": "Черговий (1545, duty@example.com); Приймальня",
        }
    )
    assert offering(point).target_groups == TargetGroup.DISPLACED | TargetGroup.OLDER_PEOPLE
    assert offering(point).places == {PlaceOfProvision.HOME, PlaceOfProvision.ONLINE}
    assert point.accessibility == {Accessibility.STEP_FREE_ENTRANCE, Accessibility.LIFT}
    assert offering(point).tariffs == (
        Tariff(date(2026, 1, 1), date(2026, 12, 31), Decimal("120.50"), Decimal(300), "рішення № 5"),
        Tariff(date(2027, 1, 1), None, Decimal(130)),
    )
    assert point.contacts == (
        Contact("Черговий", (Phone("1545"),), "duty@example.com"),
        Contact("Приймальня"),
    )


def test_a_catchment_names_areas_by_code_or_name_and_contracts_by_their_days(good):
    told = "Опішнянська; UA53080170000047487 (договір 2026-01-01–2027-12-31); Полтавський район; Україна"
    assert offering(good(**{"Територія обслуговування": told})).catchment == (
        CatchmentArea(OPISHNIA),
        CatchmentArea("UA53080170000047487", CatchmentBasis.CONTRACT, date(2026, 1, 1), date(2027, 12, 31)),
        CatchmentArea("UA53080000000068029"),
        CatchmentArea("UA"),
    )


@pytest.mark.parametrize("nothing", ["", "-", "–", "—", " "])
def test_a_dash_is_an_empty_cell(good, nothing):
    assert good(Сайт=nothing, Телефон=nothing).website == ""


def test_the_raw_value_is_kept_beside_what_was_understood(good):
    point = good(
        Телефон="(0432) 65-50-50, 32709", **{"Графік роботи": "за домовленістю", "Адреса": "вул. Миру, 5"}
    )
    assert [phone.e164 for phone in point.phones] == ["+380432655050", None]
    assert (point.hours, point.opening_hours) == ("за домовленістю", None)
    assert (point.address, point.address_parts.building) == ("вул. Миру, 5", "5")


# Codes


def test_a_code_with_cyrillic_letters_is_folded_and_it_is_said(records_of):
    found = records_of({**GOOD_ROW, "Громада": "UА53080350000070563"})
    assert found.records[0].record.hromada == OPISHNIA
    assert [str(note) for note in found.notes] == [
        ":2 [Громада]: Cyrillic letters in the code «UА53080350000070563» taken as Latin"
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("UA5308035000007056", "is not a KATOTTG code: write UA and 17 digits"),
        ("UA53080350000070564", "did you mean UA53080350000070563 (Опішнянська)?"),
        ("Опішнянськаа", "did you mean Опішнянська (UA53080350000070563"),
        ("Михайлівська", "may be any of 4: Михайлівська (UA23040170000022547, Василівський район"),
    ],
)
def test_a_wrong_hromada_is_told_with_what_may_be_right(complaints, written, said):
    (fault,) = complaints({"Громада": written, "Широта": "", "Довгота": "", "Точність координат": ""})
    assert fault.startswith(":2 [Громада]: ")
    assert said in fault


def test_the_rest_of_the_row_tells_homonyms_apart(good):
    changes = {"Громада": "Михайлівська", "Широта": "", "Довгота": "", "Точність координат": ""}
    assert good(**changes, Область="Полтавська обл.").hromada == "UA53080270000062586"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("00032128", "is not an EDRPOU code: check its 8 digits"),
        ("32129", None),
        ("32128", "has 5 digits instead of 8, and 00032128 has a wrong check digit"),
        ("3212O", "is not an EDRPOU code"),
    ],
)
def test_edrpou_keeps_or_regains_its_zeros_or_is_refused(records_of, written, said):
    found = records_of({**GOOD_ROW, "ЄДРПОУ": written})
    if said is None:
        assert found.records[0].record.organisation == "council"
        assert "lost its leading zeros: taken as 00032129" in str(found.notes[0])
    else:
        assert said in str(found.faults[0])
        assert found.faults[0].values["value"] == written


# Where a point is


def test_swapped_coordinates_are_told_in_the_right_order(complaints):
    assert complaints({"Широта": "34,6116", "Довгота": "49,9613"}) == [
        ":2 [Широта]: lat 34.6116 and lon 49.9613 are exchanged: write lat: 49.9613, lon: 34.6116"
    ]


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        ("52,23", "21,01", "lies outside Ukraine"),
        ("48,46", "35,04", "km from the nearest settlement of hromada Опішнянська"),
        ("49.9613", "", "coordinates are two numbers: add the other one"),
        ("сорок дев’ять", "34.6", "is not a number of degrees"),
    ],
)
def test_coordinates_that_cannot_be_are_refused(complaints, lat, lon, said):
    (fault,) = complaints({"Широта": lat, "Довгота": lon})
    assert said in fault


def test_coordinates_far_from_the_settlement_named_are_noted(gazetteer, records_of):
    far = max(
        (
            (place, h)
            for h in gazetteer.hromadas.values()
            for place in gazetteer.settlements_of[h.katottg]
            if place.point is not None
            and place.katottg not in gazetteer.open_status
            and h.katottg not in gazetteer.open_status
        ),
        key=lambda pair: abs(pair[0].point.lat - pair[1].centre.lat),
    )
    place, hromada = far
    found = records_of(
        {
            **GOOD_ROW,
            "Громада": hromada.katottg,
            "Населений пункт": place.katottg,
            "Широта": str(hromada.centre.lat),
            "Довгота": str(hromada.centre.lon),
        }
    )
    assert len(found.records) == 1
    assert f"km from {place.name}: look whether both are right" in str(found.notes[0])


def test_a_point_outside_its_hromada_is_refused_where_boundaries_are_known(complaints):
    faults = complaints({"Широта": "48,46", "Довгота": "35,04"}, locate=lambda _: Katottg(LUBNY_HROMADA))
    assert "these coordinates lie in hromada" in faults[0]


def test_a_point_without_coordinates_is_placed_by_its_settlement_and_it_is_said(records_of):
    found = records_of(
        {
            **GOOD_ROW,
            "Широта": "",
            "Довгота": "",
            "Точність координат": "",
            "Населений пункт": "UA53080350010044287",
        }
    )
    point = found.records[0].record
    assert (point.precision, point.coordinates_source) == (PointPrecision.SETTLEMENT, "gazetteer")
    assert "placed in the middle of Опішня, precision «settlement»" in str(found.notes[0])


def test_an_address_gives_the_settlement_and_the_hromada(good):
    point = good(
        **{"Громада": "", "Широта": "", "Довгота": "", "Точність координат": ""},
        Адреса="вул. Соборна, 5, смт Опішня, Полтавський район, Полтавська область",
    )
    assert (point.settlement, point.hromada) == ("UA53080350010044287", OPISHNIA)
    assert point.address_parts.street == "вул. Соборна"


def test_coordinates_give_the_hromada_where_boundaries_are_known(records_of):
    found = records_of({**GOOD_ROW, "Громада": ""}, locate=lambda _: OPISHNIA)
    assert found.records[0].record.hromada == OPISHNIA
    assert "hromada Опішнянська was found by the coordinates" in str(found.notes[0])


def test_an_occupied_hromada_has_no_provider(complaints, gazetteer):
    occupied = "UA23080070000068953"
    centre = gazetteer.hromadas[occupied].centre
    faults = complaints({"Громада": occupied, "Широта": str(centre.lat), "Довгота": str(centre.lon)})
    assert "is temporarily occupied: say where the provider works now" in faults[0]


# Who may know


def test_a_confidential_service_needs_a_policy(complaints):
    assert complaints({"Соціальна послуга": "shelter-survivors"}) == [
        (
            ":2 [point.location_policy]: such places are not disclosed unless their provider decides so: add "
            "location_policy"
        )
    ]


def test_a_hidden_place_stands_in_columns_of_its_own(good, complaints):
    hidden = {
        "Розголошення адреси": "не розголошується",
        "Соціальна послуга": "shelter-survivors",
        "Громада": "",
        "Область": "Полтавська",
        "Територія обслуговування": "Полтавська область",
        "Телефон": "1545",
        **dict.fromkeys(("Широта", "Довгота", "Точність координат"), ""),
    }
    point = good(
        **hidden, **{"Громада (не для розголошення)": str(OPISHNIA), "Вулиця (не для розголошення)": "Тиха"}
    )
    assert point.location_policy is LocationPolicy.WITHHELD
    assert (point.hromada, point.point, point.address) == (None, None, "")
    assert (point.confidential_place.hromada, point.confidential_place.address_parts.street) == (
        OPISHNIA,
        "Тиха",
    )
    assert (
        "a confidential service point has no «point.address»: remove it"
        in complaints(hidden | {"Адреса": "x"})[0]
    )
    assert "reach a place that is not disclosed by phone" in complaints(hidden | {"Телефон": ""})[0]


def test_a_demonstration_record_shows_no_ones_phone(complaints):
    faults = complaints({"Демонстраційний запис": "так", "Телефон": "(0432) 65-50-50"})
    assert any("is not a public hotline" in fault for fault in faults)
    assert any("add «(демо)»" in fault for fault in faults)
    assert any("demonstration records together" in fault for fault in faults)


# Rows of one point


def test_rows_of_one_id_are_offerings_of_one_point(records_of):
    found = records_of(GOOD_ROW, {**GOOD_ROW, "Соціальна послуга": "Інформування", "Назва": ""})
    (only,) = found.records
    assert [one.service for one in only.record.offerings] == ["home-care", "information"]
    assert [row.number for row in only.rows] == [2, 3]


def test_rows_that_disagree_about_their_point_are_both_named(records_of):
    found = records_of(GOOD_ROW, {**GOOD_ROW, "Назва": "Інша назва", "Соціальна послуга": "Інформування"})
    assert found.records == ()
    assert [str(fault) for fault in found.faults] == [
        (
            ":3 [Назва]: row 2 says «Центр надання соціальних послуг» of the same service point: correct one "
            "of them, or give each point its own id"
        )
    ]


def test_a_row_said_twice_counts_once(records_of):
    found = records_of(GOOD_ROW, GOOD_ROW)
    assert len(found.records[0].record.offerings) == 1
    assert "the row says the same as row 2: counted once" in str(found.notes[0])


def test_one_id_for_two_points_is_refused(records_of):
    rows = [{**GOOD_ROW, "Номер у джерелі": number, "Код місця надання": "x"} for number in ("1", "2")]
    found = records_of(*rows)
    assert (found.records, len(found.faults)) == ((), 1)
    assert "row 2 says «1» of the same service point" in str(found.faults[0])


def test_a_row_without_an_id_is_refused(complaints):
    assert complaints({"Номер у джерелі": ""}) == [
        ":2 [Номер у джерелі]: a row of a service point needs its id or its number in the source: add it"
    ]


def test_only_administrative_points_give_no_service(good, complaints):
    none = {"Соціальна послуга": "", "Місце надання": ""}
    assert good(**none, **{"Вид закладу": "ЦНАП"}).offerings == ()
    assert complaints(none) == [":2 [Соціальна послуга]: the service point gives no service: add one"]


def test_a_record_of_the_source_keeps_its_id(good, records_of):
    known = {(RecordKind.POINT, "17"): "opishnia-centre"}
    assert records_of(GOOD_ROW, known=known).records[0].record.id == "opishnia-centre"
    assert good().id == records_of(GOOD_ROW).records[0].record.id


def test_made_ids_are_valid_and_differ():
    pairs = [
        ("a", "b.c"),
        ("a.b", "c"),
        ("a-b", "c"),
        ("a", "b-c"),
        ("а", "b.c"),
        ("a", "B.C"),
        ("a", "x" * 99),
    ]
    ids = [made_id(*pair) for pair in pairs]
    assert len(set(ids)) == len(ids)
    for one in ids:
        Organisation(one, "назва", Sector.NON_STATE)


# Organisations


def test_an_organisation_is_made_of_what_its_rows_say(records_of):
    described = {"ЄДРПОУ": "40195208", "Назва надавача": "КУ «Центр»", "Форма власності": "комунальна"}
    found = records_of({**GOOD_ROW, **described}, {**GOOD_ROW, **described, "Номер у джерелі": "18"})
    organisation, *points = [one.record for one in found.records]
    assert (organisation.id, organisation.sector) == ("edrpou-40195208", Sector.STATE_COMMUNAL)
    assert organisation.ownership is Ownership.COMMUNAL
    assert {point.organisation for point in points} == {"edrpou-40195208"}


@pytest.mark.parametrize("told", [{"ЄДРПОУ": "00032129"}, {"Назва надавача": "ОПІШНЯНСЬКА селищна рада"}])
def test_an_organisation_of_the_registry_is_found_by_code_or_name(records_of, told):
    found = records_of({**GOOD_ROW, **told}, default_organisation=None)
    assert [one.record.organisation for one in found.records] == ["council"]


def test_an_unknown_organisation_is_told_with_one_like_it(complaints):
    faults = complaints({"Назва надавача": "Опішнянська селищна рад"}, default_organisation=None)
    assert faults[0].startswith(
        ":2 [Назва надавача]: the registry has no organisation «Опішнянська селищна рад»: did you mean "
        "«Опішнянська селищна рада»?"
    )
    assert faults[1].endswith("the organisation of this service point has faults: see row 2")


def test_rows_that_disagree_about_their_organisation_are_both_named(records_of):
    rows = [
        {**GOOD_ROW, "ЄДРПОУ": "40195208", "Назва надавача": "А", "Сектор": sector, "Номер у джерелі": sector}
        for sector in ("недержавний", "державний")
    ]
    assert "row 2 says «недержавний» of the same organisation" in str(records_of(*rows).faults[0])


def test_a_row_without_an_organisation_needs_one(complaints):
    assert complaints({}, default_organisation=None) == [
        ":2 [organisation.id]: the row names no organisation: add its EDRPOU, name or id"
    ]


# Every fault at once


def test_every_fault_names_its_row_column_and_value(records_of):
    wrong = {
        "Дані перевірено": "31.02.2026",
        "Кількість місць": "багато",
        "Вид закладу": "Притулокк",
        "Укриття": "мабуть",
    }
    found = records_of(GOOD_ROW, {**GOOD_ROW, "Номер у джерелі": "18", **wrong})
    assert [(fault.line, fault.column, fault.values["value"]) for fault in found.faults] == [
        (3, "Вид закладу", "Притулокк"),
        (3, "Дані перевірено", "31.02.2026"),
        (3, "Кількість місць", "багато"),
        (3, "Укриття", "мабуть"),
    ]
    assert "did you mean «притулок»?" in str(found.faults[0])
    assert [one.record.id for one in found.records] == ["test.17"]
    assert (found.rows, found.faulty_rows) == (2, {3})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Вільних місць": "5", "Кількість місць": "3"}, "vacant (5) is above capacity (3)"),
        ({"Вік від": "60", "Вік до": "18"}, "age_from (60) is above age_to (18)"),
        ({"Діє з": "2026-02-01", "Діє до": "2026-01-01"}, "valid_to (2026-01-01) comes before valid_from"),
        (
            {"Тарифи": "2026-01-01–: особа 1; 2026-02-01–: особа 2"},
            "the tariff from 2026-02-01 begins",
        ),
        (
            {"Територія обслуговування": "UA53080350000070563 (договір)"},
            "a contract has a first day: add start",
        ),
        (
            {"Доступність": "ліфт", "Доступності немає": "ліфт"},
            "lift is said to be there and not to be there",
        ),
        ({"Місце надання": ""}, "this service is given nowhere: add its places"),
        ({"Соціальна послуга": ""}, "the row describes a service without naming it"),
        ({"Соціальна послуга": "Догляд удома"}, "did you mean «Догляд вдома»?"),
        ({"Точність координат": ""}, "coordinates need their precision: add it"),
        ({"Електронна пошта": "centre.example.com"}, "is not an e-mail address"),
        ({"Назва": "а\x01б"}, "holds a control character"),
        ({"Назва": "а" * 1001}, "longer than 1000 characters"),
        ({"Назва": ""}, "field «point.name» is missing"),
    ],
)
def test_what_does_not_hold_is_refused(complaints, changes, said):
    assert any(said in fault for fault in complaints(changes)), complaints(changes)


def test_a_text_that_a_spreadsheet_made_a_date_is_refused(complaints):
    (fault,) = complaints({"Будинок": DateCell("2026-02-01"), "Дані перевірено": DateCell("2026-02-01")})
    assert fault.startswith(":2 [Будинок]: the spreadsheet keeps this as a date")


def test_cells_right_of_the_headers_are_not_dropped(records_of):
    assert "more cells than there are headers («зайве»)" in str(
        records_of({**GOOD_ROW, "": "зайве"}).faults[0]
    )


def test_defaults_fill_what_the_table_lacks(good):
    row = dict.fromkeys(("Вид закладу", "Точність координат"), "")
    point = good({"point.kind": "ЦНАП", "point.precision": "вулиця"}, **row)
    assert (point.kind.value, point.precision) == ("administrative_service_point", PointPrecision.STREET)


def test_a_default_that_does_not_suit_is_refused(records_of):
    with pytest.raises(UsageError, match="the value «цнапп» for all rows does not suit point"):
        records_of(GOOD_ROW, defaults={"point.kind": "цнапп"})


def test_progress_is_told(context):
    told = []
    read_records(
        [SourceRow(2, {"№": "1"})], {"№": "point.source_id"}, context, lambda *step: told.append(step)
    )
    assert {step for step, _, _ in told} == {"Reading the columns", "Checking the records"}
    assert told[-1][1:] == (1, 1)


@pytest.mark.parametrize("header", ["Сектор", "Форма власності"])
def test_a_new_organisation_whose_sector_is_refused_is_told_and_not_made(complaints, header):
    told = complaints({"ЄДРПОУ": "40195208", "Назва надавача": "КУ «Центр»", header: "щось"})
    assert any(f":2 [{header}]: «щось» is not known here" in one for one in told)


def test_each_row_that_disagrees_of_an_organisation_is_told(records_of):
    own = {"ЄДРПОУ": "40195208", "Сектор": "комунальний"}
    rows = [
        {**GOOD_ROW, **own, "Назва надавача": name, "Номер у джерелі": str(number)}
        for number, name in enumerate(["А", "Б", "А", "Б"])
    ]
    told = [fault for fault in records_of(*rows).faults if "same organisation" in fault.message]
    assert [fault.line for fault in told] == [3, 5]
