"""A registry file is read whole or refused whole, and each fault is named where it stands."""

from __future__ import annotations

from datetime import date

import pytest

from mapapp.domain.contacts import Phone
from mapapp.domain.errors import InvalidInputError
from mapapp.domain.geo import LonLat
from mapapp.domain.hours_text import read_hours
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Registry,
    Sector,
    ServicePoint,
    TargetGroup,
)
from mapapp.files import yaml_document
from mapapp.files.registry_file import read_registry

POLTAVA_OBLAST = Katottg("UA53000000000028050")
POLTAVA_RAION = Katottg("UA53080000000068029")
OPISHNIA_HROMADA = Katottg("UA53080350000070563")
OPISHNIA = Katottg("UA53080350010044287")
KOTELVA_HROMADA = Katottg("UA53080170000047487")
MELITOPOL_HROMADA = Katottg("UA23080070000068953")

FILE = """\
scope: [UA53000000000028050]
organisations:
  - id: council
    name: Центр надання соціальних послуг
    sector: state_communal
points:
  - id: opishnia
    organisation: council
    kind: social_services_centre
    name: Центр в Опішні
    hromada: UA53080350000070563
    coordinates: {lat: 49.96, lon: 34.61}
    precision: street
    phones: [1545, 116 123]
    places: [home]
    offerings:
      - home-care
"""


def edited(old: str, new: str, text: str = FILE) -> str:
    assert text.count(old) == 1, f"«{old}» stands {text.count(old)} times"
    return text.replace(old, new)


def added(lines: str) -> str:
    """Return the file with lines added to its point."""
    return edited("    places: [home]", f"{lines}    places: [home]")


# What a right file means.


def test_a_file_becomes_the_registry_it_describes(read):
    assert read(FILE) == Registry(
        organisations=(Organisation("council", "Центр надання соціальних послуг", Sector.STATE_COMMUNAL),),
        points=(
            ServicePoint(
                id="opishnia",
                organisation="council",
                kind=PointKind.SOCIAL_SERVICES_CENTRE,
                name="Центр в Опішні",
                location_policy=LocationPolicy.PUBLIC,
                oblast=POLTAVA_OBLAST,
                hromada=OPISHNIA_HROMADA,
                settlement=None,
                point=LonLat(lon=34.61, lat=49.96),
                precision=PointPrecision.STREET,
                address="",
                phones=(Phone("1545"), Phone("116 123")),
                offerings=(
                    Offering(
                        "home-care",
                        catchment=(CatchmentArea(OPISHNIA_HROMADA),),
                        target_groups=TargetGroup.EVERYONE,
                        places=frozenset({PlaceOfProvision.HOME}),
                    ),
                ),
            ),
        ),
        scope=frozenset({POLTAVA_OBLAST}),
    )


def test_an_administrative_service_point_may_have_no_offerings(read):
    text = edited("kind: social_services_centre", "kind: administrative_service_point")
    text = edited("    offerings:\n      - home-care\n", "", text)
    assert read(text).points[0].offerings == ()


def test_hours_are_kept_as_written_and_understood(read):
    text = edited("    places: [home]", "    hours: пн-пт з 9.00 до 18.00\n    places: [home]")
    point = read(text).points[0]
    assert point.hours == "пн-пт з 9.00 до 18.00"
    assert point.opening_hours == read_hours("Пн–Пт 9:00–18:00").hours


def test_a_number_that_people_write_is_also_dialled(read):
    text = edited("[1545, 116 123]", '[1545, "(0432) 65-50-50", {written: Черговий, e164: "+380501234567"}]')
    assert [phone.e164 for phone in read(text).points[0].phones] == [None, "+380432655050", "+380501234567"]


def test_a_confidential_place_stands_apart_from_its_point(read):
    text = edited(
        "    coordinates: {lat: 49.96, lon: 34.61}\n    precision: street\n",
        "    location_policy: hromada_only\n"
        "    confidential_place:\n"
        "      hromada: UA53080350000070563\n"
        "      coordinates: {lat: 49.96, lon: 34.61}\n",
    )
    point = read(text).points[0]
    assert point.confidential_place.point == LonLat(lon=34.61, lat=49.96)
    assert point.disclosed().confidential_place is None


def test_an_offering_says_only_what_differs_from_its_point(read):
    text = edited(
        "    places: [home]\n    offerings:\n      - home-care\n",
        "    places: [home]\n"
        "    payment: differentiated\n"
        "    target_groups: [older_people, veterans_and_families]\n"
        "    catchment: [UA53080000000068029, UA53080170000047487]\n"
        "    offerings:\n"
        "      - home-care\n"
        "      - service: day-care\n"
        "        places: [day]\n"
        "        payment: free\n"
        "        capacity: 0\n"
        "        target_groups: [children]\n"
        "        catchment: [UA]\n",
    )
    home_care, day_care = read(text).points[0].offerings
    assert home_care == Offering(
        "home-care",
        catchment=(CatchmentArea(POLTAVA_RAION), CatchmentArea(KOTELVA_HROMADA)),
        target_groups=TargetGroup.OLDER_PEOPLE | TargetGroup.VETERANS_AND_FAMILIES,
        places=frozenset({PlaceOfProvision.HOME}),
        payment=Payment.DIFFERENTIATED,
    )
    assert day_care == Offering(
        "day-care",
        catchment=(CatchmentArea(NATION),),
        target_groups=TargetGroup.CHILDREN,
        places=frozenset({PlaceOfProvision.DAY}),
        capacity=0,
    )


def test_a_contract_has_its_period(read):
    contract = "{area: UA53080170000047487, basis: contract, start: 2025-01-01, end: 2027-12-31}"
    text = edited("places: [home]", f"places: [home]\n    catchment: [UA53080350000070563, {contract}]")
    assert read(text).points[0].offerings[0].catchment == (
        CatchmentArea(OPISHNIA_HROMADA),
        CatchmentArea(KOTELVA_HROMADA, CatchmentBasis.CONTRACT, date(2025, 1, 1), date(2027, 12, 31)),
    )


WHERE = "    coordinates: {lat: 49.96, lon: 34.61}\n    precision: street\n"


def test_without_coordinates_a_point_stands_at_its_settlement_and_says_so(read, gazetteer):
    point = read(edited(WHERE, "    settlement: UA53080350010044287\n")).points[0]
    assert point.point == gazetteer.settlements[OPISHNIA].point
    assert point.precision is PointPrecision.SETTLEMENT


def test_without_a_settlement_either_it_stands_at_the_centre_of_its_hromada(read, gazetteer):
    point = read(edited(WHERE, "")).points[0]
    assert point.point == gazetteer.hromadas[OPISHNIA_HROMADA].centre
    assert point.precision is PointPrecision.HROMADA


def test_a_shelter_is_known_by_oblast_and_phone(read):
    text = edited(
        "    hromada: UA53080350000070563\n" + WHERE,
        "    location_policy: withheld\n    oblast: UA53000000000028050\n"
        "    catchment: [UA53000000000028050]\n    referral_note: Поліція, центр соціальних служб\n",
    )
    point = read(text.replace("home-care", "shelter-survivors")).points[0]
    assert (point.hromada, point.point, point.address) == (None, None, "")
    assert point.oblast == POLTAVA_OBLAST
    assert point.is_confidential


def test_a_relocated_provider_may_serve_the_occupied_hromada_it_left(read):
    text = edited(
        "places: [home]",
        "places: [home]\n    relocated_from: UA23080070000068953\n    catchment: [UA23080070000068953]",
    )
    point = read(text).points[0]
    assert point.relocated_from == MELITOPOL_HROMADA
    assert point.offerings[0].catchment == (CatchmentArea(MELITOPOL_HROMADA),)


def test_markup_in_a_name_stays_text(read):
    name = "<script>alert('Центр')</script> & \"Co\""
    text = edited("name: Центр в Опішні", "name: '<script>alert(''Центр'')</script> & \"Co\"'")
    assert read(text).points[0].name == name


@pytest.mark.parametrize("written", ["no", "9:00", "0112", "1e3", "2026-03-31", "~x", "0x1F"])
def test_text_is_taken_as_written_whatever_yaml_makes_of_it(read, written):
    assert read(edited("name: Центр в Опішні", f"name: {written}")).points[0].name == written


def test_cyrillic_letters_in_a_code_are_folded(read):
    assert read(edited("hromada: UA", "hromada: UА")).points[0].hromada == OPISHNIA_HROMADA
    nation = read(edited("places: [home]", "places: [home]\n    catchment: [UА]"))
    assert nation.points[0].offerings[0].catchment == (CatchmentArea(NATION),)


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(read):
    assert read(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()) == read(FILE)


def test_a_few_aliases_are_welcome(read):
    text = edited("places: [home]", "places: &at_home [home]").replace(
        "- home-care", "- {service: home-care, places: *at_home}"
    )
    assert read(text) == read(FILE)


# What is wrong with a file, and where.

POINT = "points[opishnia]"
ONE_FAULT = {
    # YAML
    "colon in text": (
        edited("name: Центр в Опішні", "name: Центр: Опішня"),
        "10",
        "a colon stands where none can: quote the text or mend the indentation (character 16)",
    ),
    "tab": (
        edited("    kind:", "\tkind:"),
        "9",
        "lines are indented with spaces, never with tabs (character 1)",
    ),
    "open quotation mark": (
        edited("name: Центр в Опішні", 'name: "Центр в Опішні'),
        "10",
        "a quotation mark opens here and is never closed (character 11)",
    ),
    "open bracket": (
        edited("places: [home]", "places: [home"),
        "16",
        "a list in [ ] is not closed, or a comma is missing in it (character 14)",
    ),
    "open brace": (
        edited("lon: 34.61}", "lon: 34.61"),
        "13",
        "a group of fields in { } is not closed, or a comma is missing in it (character 14)",
    ),
    "at sign": (
        edited("name: Центр в Опішні", "name: @Центр"),
        "10",
        "a value cannot begin like this: indent with spaces and quote the text (character 11)",
    ),
    "field among list items": (
        edited("      - home-care", "      - home-care\n      capacity: 5"),
        "18",
        "the indentation does not match the lines above (character 7)",
    ),
    "text after a closed bracket": (
        edited("places: [home]", "places: [home]]"),
        "15",
        "the indentation or a quotation mark does not match the lines above (character 19)",
    ),
    "name without colon": (
        edited("    kind: social", "    kind\n    : social"),
        "9",
        "a field's name must be followed by a colon and a space (character 5)",
    ),
    "list item beside a name": (
        edited("    offerings:\n      - home-care", "    offerings: - home-care"),
        "16",
        "a list item cannot begin here: start it on a line of its own (character 16)",
    ),
    "backslash": (
        edited("name: Центр в Опішні", 'name: "Центр\\Опішня"'),
        "10",
        "a backslash inside quotation marks is written twice (character 17)",
    ),
    "bare YAML oddity": (
        edited("name: Центр в Опішні", "name: !x!y Центр"),
        "10",
        "this cannot be read as YAML: found undefined tag handle (character 11)",
    ),
    "control character": (
        edited("Центр в Опішні", "Центр\x07"),
        "",
        "the file holds a control character, which YAML does not allow",
    ),
    "escaped control character": (
        edited("name: Центр в Опішні", 'name: "Центр\\0"'),
        f"10 [{POINT}.name]",
        "the text holds a control character: type it anew",
    ),
    "two documents": (
        FILE + "---\n" + FILE,
        "18",
        "a second document begins here: keep one, without «---»",
    ),
    "repeated field": (
        edited("precision: street", "precision: street\n    precision: building"),
        "14",
        "field «precision» stands twice: first on line 13",
    ),
    "tag": (
        edited("name: Центр в Опішні", "name: !!python/object:os.system Центр"),
        "10",
        "the tag tag:yaml.org,2002:python/object:os.system means nothing here: remove it",
    ),
    "alias of nothing": (
        edited("places: [home]", "places: *home"),
        "15",
        "*home refers to nothing written above",
    ),
    "alias of itself": (
        edited("places: [home]", "places: &home [*home]"),
        "15",
        "*home refers to nothing written above",
    ),
    "list as a name": (
        edited("precision: street", "[precision]: street"),
        "13",
        "a field's name is a word, not a list or a group of fields",
    ),
    "deep nesting": (
        edited("places: [home]", f"places: {'[' * 5000}"),
        "15",
        "lists and fields are nested more than 40 deep",
    ),
    "empty file": (
        "# nothing but a comment\n",
        "1",
        "the file is empty: write scope, organisations and points",
    ),
    "list instead of a registry": ("- a\n- b\n", "1", "expected a group of fields, each as «name: value»"),
    # fields
    "unknown field": (
        edited("places: [home]", "places: [home]\n    hour: цілодобово"),
        f"16 [{POINT}.hour]",
        "there is no field «hour»: did you mean «hours»?",
    ),
    "field like no other": (
        edited("sector: state_communal", "sector: state_communal\n    зарплата: 5"),
        "6 [organisations[council].зарплата]",
        ("there is no field «зарплата» here: use id, name, short_name, sector, kind, legal_form, ownership, "
        "edrpou, parent, successor_of, registry_number, registry_in, registry_out, address, phones, emails, "
        "website, valid_from, valid_to, last_verified, source, demo"),
    ),
    "missing field": (
        edited("    kind: social_services_centre\n", ""),
        f"7 [{POINT}]",
        "field «kind» is missing",
    ),
    "no offerings": (
        edited("    places: [home]\n    offerings:\n      - home-care\n", ""),
        f"7 [{POINT}]",
        "field «offerings» is missing",
    ),
    "no hours to differ from": (
        added("    hours: літній графік\n    hours_exceptions: [{first: 2026-12-31}]\n"),
        f"16 [{POINT}.hours_exceptions]",
        "days that differ need a week to differ from: add week, or hours that can be understood",
    ),
    "overlapping stretches of work": (
        edited("    places: [home]", '    week: {mon: ["9:00-14:00", "13:00-18:00"]}\n    places: [home]'),
        f"15 [{POINT}.week.mon]",
        "the stretch of work from 13:00 begins before the one from 09:00 ends",
    ),
    "no stretch of work": (
        edited("    places: [home]", '    week: {mon: ["9:00"]}\n    places: [home]'),
        f"15 [{POINT}.week.mon[1]]",
        "«9:00» is not a stretch of work such as 9:00-18:00",
    ),
    "25 o'clock": (
        edited("    places: [home]", '    week: {mon: ["9:00-25:00"]}\n    places: [home]'),
        f"15 [{POINT}.week.mon[1]]",
        "«25:00» is not a time of day such as 9:00",
    ),
    "closure turned round": (
        added("    closures: [{first: 2026-02-01, last: 2026-01-01}]\n"),
        f"15 [{POINT}.closures[1].last]",
        "last (2026-01-01) comes before first (2026-02-01)",
    ),
    "there and not there": (
        added("    accessibility: [lift]\n    no_accessibility: [lift]\n"),
        f"16 [{POINT}.no_accessibility]",
        "lift is said to be there and not to be there: remove one",
    ),
    "no e-mail address": (
        edited("    places: [home]", "    emails: [центр]\n    places: [home]"),
        f"15 [{POINT}.emails[1]]",
        "«центр» is not an e-mail address such as centre@example.com",
    ),
    "more vacant than there is": (
        edited("      - home-care", "      - {service: home-care, capacity: 5, vacant: 6}"),
        f"17 [{POINT}.offerings[home-care].vacant]",
        "vacant (6) is above capacity (5)",
    ),
    "nobody's age": (
        edited("      - home-care", "      - {service: home-care, age_from: 60, age_to: 18}"),
        f"17 [{POINT}.offerings[home-care].age_from]",
        "age_from (60) is above age_to (18)",
    ),
    "overlapping tariffs": (
        edited(
            "      - home-care",
            "      - {service: home-care, tariffs: [{start: 2026-01-01}, {start: 2026-06-01}]}",
        ),
        f"17 [{POINT}.offerings[home-care].tariffs[2].start]",
        "the tariff from 2026-06-01 begins before the one from 2026-01-01 ends: part their days",
    ),
    "tariff with a comma": (
        edited(
            "      - home-care",
            '      - {service: home-care, tariffs: [{start: 2026-01-01, per_person: "12,50"}]}',
        ),
        f"17 [{POINT}.offerings[home-care].tariffs[1].per_person]",
        "write «12,50» with a decimal point, not a comma",
    ),
    "number that nobody can dial": (
        edited("phones: [1545, 116 123]", "phones: [{written: 1545, e164: 1545}]"),
        f"14 [{POINT}.phones[1].e164]",
        "«1545» is not an international number such as +380442345678",
    ),
    "secret of a public point": (
        added("    confidential_place: {hromada: UA53080350000070563}\n"),
        f"15 [{POINT}.confidential_place]",
        "a public service point has no confidential place: remove it, or add location_policy",
    ),
    "unknown head organisation": (
        edited("sector: state_communal", "sector: state_communal\n    parent: ministry"),
        "6 [organisations[council].parent]",
        "no organisation «ministry» stands in this file",
    ),
    "own head": (
        edited("sector: state_communal", "sector: state_communal\n    parent: council"),
        "6 [organisations[council].parent]",
        "an organisation cannot be its own head",
    ),
    "missing section": (
        edited("scope: [UA53000000000028050]\n", ""),
        "1",
        "field «scope» is missing",
    ),
    "record without id": (
        edited("  - id: opishnia\n    organisation", "  - organisation"),
        "7 [points[1]]",
        "field «id» is missing",
    ),
    "text instead of a list": (
        edited("places: [home]", "places: home"),
        f"15 [{POINT}.places]",
        "expected a list: «- » before each item, or [one, another]",
    ),
    "list instead of text": (
        edited("name: Центр в Опішні", "name: [Центр, Опішня]"),
        f"10 [{POINT}.name]",
        "expected one value, found a list or a group of fields",
    ),
    "text instead of fields": (
        edited("  - id: opishnia", "  - opishnia\n  - id: opishnia"),
        f"7 [{POINT}]",
        "expected a group of fields, each as «name: value»",
    ),
    "nothing written": (
        edited("name: Центр в Опішні", "name:"),
        f"10 [{POINT}.name]",
        "nothing is written here: fill it in or remove the field",
    ),
    "nothing between quotation marks": (
        edited("name: Центр в Опішні", 'name: " "'),
        f"10 [{POINT}.name]",
        "nothing is written here: fill it in or remove the field",
    ),
    "empty list": (
        edited("phones: [1545, 116 123]", "phones: []"),
        f"14 [{POINT}.phones]",
        "the list is empty: fill it in or remove the field",
    ),
    "unknown word": (
        edited("kind: social_services_centre", "kind: hospital"),
        f"9 [{POINT}.kind]",
        ("«hospital» is not known here: use one of social_services_centre, "
        "territorial_centre, family_support_centre, shelter, crisis_room, resilience_centre, mobile_team, "
        "day_care, residential, ngo, administrative_service_point"),
    ),
    "unknown word in a list": (
        edited("places: [home]", "places: [home,\n             roof]"),
        f"16 [{POINT}.places[2]]",
        ("«roof» is not known here: use one of home, street, day, inpatient, online, "
        "phone"),
    ),
    "malformed id": (
        edited("id: opishnia", "id: Опішня"),
        "7 [points[1].id]",
        ("«Опішня» is not an id: use up to 63 lower-case Latin letters, digits, dots "
            "and dashes"
        ),
    ),
    "malformed date": (
        edited("precision: street", "precision: street\n    valid_from: 31.03.2026"),
        f"14 [{POINT}.valid_from]",
        "«31.03.2026» is not a date: write year-month-day as 2026-03-31",
    ),
    "date that never comes": (
        edited("precision: street", "precision: street\n    valid_from: 2026-02-30"),
        f"14 [{POINT}.valid_from]",
        "«2026-02-30» is not a date: write year-month-day as 2026-03-31",
    ),
    "neither true nor false": (
        edited("sector: state_communal", "sector: state_communal\n    demo: yes"),
        "6 [organisations[council].demo]",
        "«yes» is neither true nor false",
    ),
    "half a place": (
        edited("- home-care", "- {service: home-care, capacity: 2.5}"),
        f"17 [{POINT}.offerings[home-care].capacity]",
        "«2.5» is not a whole number, zero or more",
    ),
    "wrong EDRPOU": (
        edited("sector: state_communal", "sector: state_communal\n    edrpou: 32855968"),
        "6 [organisations[council].edrpou]",
        "«32855968» is not an EDRPOU code: check its 8 digits, zeros included",
    ),
    "swallowed file": (
        edited("name: Центр в Опішні", f"name: {'Ц' * 1001}"),
        f"10 [{POINT}.name]",
        "the text is longer than 1000 characters",
    ),
    # codes and places
    "malformed code": (
        edited("hromada: UA53080350000070563", "hromada: UA5308035"),
        f"11 [{POINT}.hromada]",
        "«UA5308035» is not a KATOTTG code: write UA and 17 digits",
    ),
    "code with another number at its end": (
        edited("hromada: UA53080350000070563", "hromada: UA53080350000070536"),
        f"11 [{POINT}.hromada]",
        ("no unit has the code UA53080350000070536: did you mean UA53080350000070563 "
        "(Опішнянська)?"),
    ),
    "code of nothing": (
        edited("hromada: UA53080350000070563", "hromada: UA99080350000070563"),
        f"11 [{POINT}.hromada]",
        "no unit has the code UA99080350000070563",
    ),
    "settlement instead of a hromada": (
        edited("hromada: UA53080350000070563", "hromada: UA53080350010044287"),
        f"11 [{POINT}.hromada]",
        ("UA53080350010044287 is the settlement Опішня: its hromada is "
        "UA53080350000070563 (Опішнянська)"),
    ),
    "raion instead of a hromada": (
        edited("hromada: UA53080350000070563", "hromada: UA53080000000068029"),
        f"11 [{POINT}.hromada]",
        "UA53080000000068029 is Полтавський, not a hromada",
    ),
    "hromada instead of a settlement": (
        edited("precision: street", "precision: street\n    settlement: UA53080350000070563"),
        f"14 [{POINT}.settlement]",
        "UA53080350000070563 is Опішнянська, not a settlement",
    ),
    "hromada instead of an oblast": (
        edited("scope: [UA53000000000028050]", "scope:\n- UA53000000000028050\n- UA53080350000070563"),
        "3 [scope]",
        "UA53080350000070563 is Опішнянська, not an oblast",
    ),
    "settlement in a catchment": (
        edited("places: [home]", "places: [home]\n    catchment: [UA53080350010044287]"),
        f"16 [{POINT}.catchment[1].area]",
        ("UA53080350010044287 is the settlement Опішня: its hromada is "
        "UA53080350000070563 (Опішнянська)"),
    ),
    "unknown area in a catchment": (
        edited("places: [home]", "places: [home]\n    catchment:\n      - area: UA53080000000068028"),
        f"17 [{POINT}.catchment[1].area]",
        ("no unit has the code UA53080000000068028: did you mean "
        "UA53080000000068029 (Полтавський)?"),
    ),
    "settlement of another hromada": (
        edited("precision: street", "precision: street\n    settlement: UA53080170010073464"),
        f"14 [{POINT}.settlement]",
        "Котельва does not belong to Опішнянська",
    ),
    "hromada of another oblast": (
        edited("precision: street", "precision: street\n    oblast: UA18000000000041385"),
        f"14 [{POINT}.oblast]",
        "Опішнянська does not belong to Житомирська",
    ),
    "exchanged coordinates": (
        edited("{lat: 49.96, lon: 34.61}", "{lat: 34.61, lon: 49.96}"),
        f"12 [{POINT}.coordinates]",
        "lat 34.61 and lon 49.96 are exchanged: write lat: 49.96, lon: 34.61",
    ),
    "coordinates abroad": (
        edited("lat: 49.96", "lat: 59.96"),
        f"12 [{POINT}.coordinates]",
        "lat 59.96, lon 34.61 lies outside Ukraine",
    ),
    "decimal comma": (
        edited("lat: 49.96", 'lat: "49,96"'),
        f"12 [{POINT}.coordinates.lat]",
        "write «49,96» with a decimal point, not a comma",
    ),
    "degrees and minutes": (
        edited("lat: 49.96", "lat: 49°57′"),
        f"12 [{POINT}.coordinates.lat]",
        "«49°57′» is not a number of degrees such as 49.5894",
    ),
    "half the coordinates": (
        edited("{lat: 49.96, lon: 34.61}", "{lat: 49.96}"),
        f"12 [{POINT}.coordinates]",
        "field «lon» is missing",
    ),
    "far from its hromada": (
        edited("lat: 49.96", "lat: 49.26"),
        f"12 [{POINT}.coordinates]",
        ("these coordinates lie 73 km from the nearest settlement of hromada "
        "Опішнянська: correct them or the hromada"),
    ),
    "coordinates without precision": (
        edited("    precision: street\n", ""),
        f"7 [{POINT}]",
        "coordinates need their precision: add it",
    ),
    "precision without coordinates": (
        edited("    coordinates: {lat: 49.96, lon: 34.61}\n", ""),
        f"12 [{POINT}.precision]",
        "precision speaks of coordinates: add them, or remove it",
    ),
    "public point nowhere": (
        edited("    hromada: UA53080350000070563\n", "    catchment: [UA53080350000070563]\n"),
        f"7 [{POINT}]",
        "a public service point names its hromada: add it",
    ),
    # occupation
    "provider in an occupied hromada": (
        edited("hromada: UA53080350000070563", "hromada: UA23080070000068953").replace(
            WHERE, "    catchment: [UA53080350000070563]\n"
        ),
        f"11 [{POINT}.hromada]",
        ("Мелітопольська is temporarily occupied: say where the provider works now and "
        "what it is relocated_from"),
    ),
    "provider in an occupied village": (
        edited("hromada: UA53080350000070563", "hromada: UA23100170000031289").replace(
            WHERE, "    settlement: UA23100170020076470\n"
        ),
        f"12 [{POINT}.settlement]",
        ("Копані is temporarily occupied: say where the provider works now and what "
        "it is relocated_from"),
    ),
    "occupied hromada served by a stranger": (
        edited("places: [home]", "places: [home]\n    catchment: [UA23080070000068953]"),
        f"16 [{POINT}.catchment[1].area]",
        ("Мелітопольська is temporarily occupied: only a provider "
        "relocated_from it can name it as served"),
    ),
    "occupied oblast served": (
        edited("places: [home]", "places: [home]\n    catchment: [UA01000000000013043]"),
        f"16 [{POINT}.catchment[1].area]",
        ("Автономна Республіка Крим is temporarily occupied: only a provider "
        "relocated_from it can name it as served"),
    ),
    # services
    "misspelt service": (
        edited("- home-care", "- homecare"),
        f"17 [{POINT}.offerings[homecare].service]",
        "no service is called «homecare»: did you mean «home-care»?",
    ),
    "unknown service": (
        edited("- home-care", "- масаж"),
        f"17 [{POINT}.offerings[1].service]",
        "no service is called «масаж»",
    ),
    "service given nowhere": (
        edited("    places: [home]\n", ""),
        f"16 [{POINT}.offerings[home-care]]",
        "this service is given nowhere: add places here or to the point",
    ),
    # ids and references
    "point twice": (
        FILE + FILE[FILE.index("  - id: opishnia") :],
        f"18 [{POINT}.id]",
        "id «opishnia» stands on line 7 already: give each its own",
    ),
    "organisation twice": (
        edited("points:", "  - {id: council, name: Інша, sector: non_state}\npoints:"),
        "6 [organisations[council].id]",
        "id «council» stands on line 3 already: give each its own",
    ),
    "misspelt organisation": (
        edited("organisation: council", "organisation: counsil"),
        f"8 [{POINT}.organisation]",
        "no organisation «counsil» stands in this file: did you mean «council»?",
    ),
    "unknown organisation": (
        edited("organisation: council", "organisation: x"),
        f"8 [{POINT}.organisation]",
        "no organisation «x» stands in this file",
    ),
    "unknown predecessor": (
        edited("sector: state_communal", "sector: state_communal\n    successor_of: [y]"),
        "6 [organisations[council].successor_of]",
        "no organisation «y» stands in this file",
    ),
    "own predecessor": (
        edited("sector: state_communal", "sector: state_communal\n    successor_of: [council]"),
        "6 [organisations[council].successor_of]",
        "an organisation cannot be its own successor",
    ),
    # periods
    "validity that ends before it starts": (
        edited("places: [home]", "places: [home]\n    valid_from: 2026-02-01\n    valid_to: 2026-01-31"),
        f"17 [{POINT}.valid_to]",
        "valid_to (2026-01-31) comes before valid_from (2026-02-01)",
    ),
    "contract that ends before it starts": (
        edited(
            "places: [home]",
            "places: [home]\n    catchment:\n"
            "      - {area: UA53080170000047487, basis: contract, start: 2026-02-01, end: 2026-01-31}",
        ),
        f"17 [{POINT}.catchment[1].end]",
        "end (2026-01-31) comes before start (2026-02-01)",
    ),
    "contract without an end": (
        edited(
            "places: [home]",
            "places: [home]\n    catchment:\n"
            "      - {area: UA53080170000047487, basis: contract, start: 2026-02-01}",
        ),
        f"17 [{POINT}.catchment[1]]",
        "a contract has a last day: add end",
    ),
    "contract without a start": (
        edited(
            "places: [home]",
            "places: [home]\n    catchment:\n"
            "      - {area: UA53080170000047487, basis: contract, end: 2026-02-01}",
        ),
        f"17 [{POINT}.catchment[1]]",
        "a contract has a first day: add start",
    ),
    "area twice": (
        edited(
            "places: [home]",
            "places: [home]\n    catchment:\n      - UA53080170000047487\n      - area: UA53080170000047487",
        ),
        f"18 [{POINT}.catchment[2]]",
        "this area stands on line 17 already",
    ),
    # demonstration records
    "demo without the word": (
        edited("sector: state_communal", "sector: state_communal\n    demo: true").replace(
            "places: [home]", "places: [home]\n    demo: true"
        ).replace("name: Центр в Опішні", "name: Центр (демо)"),
        "4 [organisations[council].name]",
        "a demonstration record says so in its name: add «(демо)»",
    ),
    "demo with a code": (
        edited("sector: state_communal", "sector: state_communal\n    demo: true\n    edrpou: '00032129'")
        .replace("places: [home]", "places: [home]\n    demo: true")
        .replace("name: Центр", "name: Демоцентр"),
        "7 [organisations[council].edrpou]",
        "a demonstration record invents no EDRPOU code: remove it",
    ),
    "demo with someone's phone": (
        edited("sector: state_communal", "sector: state_communal\n    demo: true")
        .replace("places: [home]", "places: [home]\n    demo: true")
        .replace("name: Центр", "name: Демоцентр")
        .replace("116 123", "+380 50 123 45 67"),
        f"15 [{POINT}.phones]",
        ("+380 50 123 45 67 is not a public hotline: a demonstration record shows no other "
        "phone"),
    ),
    "demo point of a real organisation": (
        edited("places: [home]", "places: [home]\n    demo: true").replace("Центр в", "Демоцентр в"),
        f"16 [{POINT}.demo]",
        "a point and its organisation are demonstration records together, or neither is",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "where", "sentence"), ONE_FAULT.values(), ids=ONE_FAULT.keys())
def test_one_fault_is_named_once_with_its_line_and_field(faults, text, where, sentence):
    assert faults(text) == [f"{where}: {sentence}".removeprefix(": ")]


CONFIDENTIAL = edited(
    "    hromada: UA53080350000070563\n" + WHERE,
    "    location_policy: oblast_only\n"
    "    oblast: UA53000000000028050\n"
    "    catchment: [UA53000000000028050]\n",
)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("coordinates: {lat: 49.96, lon: 34.61}", "coordinates"),
        ("settlement: UA53080350010044287", "settlement"),
        ("address: вул. Центральна, 1", "address"),
    ],
)
def test_a_confidential_point_gives_its_place_away_by_no_field(faults, line, field):
    found = faults(edited("    places: [home]\n", f"    {line}\n    places: [home]\n", CONFIDENTIAL))
    assert f"15 [{POINT}.{field}]: a confidential service point has no «{field}»: remove it" in found


def test_a_point_known_by_its_oblast_names_no_hromada(faults):
    text = edited("    places:", "    hromada: UA53080350000070563\n    places:", CONFIDENTIAL)
    sentence = "this location policy names the oblast only: remove the hromada"
    assert faults(text) == [f"15 [{POINT}.hromada]: {sentence}"]


def test_a_point_nobody_can_find_has_a_phone_an_oblast_and_a_catchment(faults):
    text = FILE.replace("    hromada: UA53080350000070563\n" + WHERE, "    location_policy: withheld\n")
    assert faults(edited("    phones: [1545, 116 123]\n", "", text)) == [
        f"7 [{POINT}]: this location policy names the oblast: add it",
        f"7 [{POINT}]: people reach a place that is not disclosed by phone: add one",
        f"14 [{POINT}.offerings[home-care]]: this service reaches nobody: add catchment here or to the point",
    ]


def test_a_point_known_by_its_hromada_names_it(faults):
    text = edited("location_policy: oblast_only", "location_policy: hromada_only", CONFIDENTIAL)
    assert faults(text) == [f"7 [{POINT}]: this location policy names the hromada: add it"]


@pytest.mark.parametrize(
    "text",
    [
        edited("- home-care", "- shelter-survivors"),
        edited("kind: social_services_centre", "kind: crisis_room"),
    ],
)
def test_a_sensitive_place_is_disclosed_only_on_purpose(faults, text):
    sentence = "such places are not disclosed unless their provider decides so: add location_policy"
    assert faults(text) == [f"7 [{POINT}]: {sentence}"]
    assert faults(edited("places:", "location_policy: public\n    places:", text)) == []


def test_faults_of_all_kinds_are_reported_together_in_the_order_of_lines(faults):
    text = (
        FILE.replace("sector: state_communal", "sector: communal")
        .replace("hromada: UA53080350000070563", "hromada: UA53080350000070536")
        .replace("places: [home]", "places: [home]\n    places: [day]")
        .replace("- home-care", "- homecare")
    )
    assert [fault.split(" ")[0].rstrip(":") for fault in faults(text)] == ["5", "11", "16", "18"]


def test_the_error_counts_the_faults_and_says_that_nothing_was_taken(read):
    with pytest.raises(
        InvalidInputError, match=r"Faults in the registry file .*: 2; nothing was taken"
    ) as refused:
        read(edited("kind: social_services_centre", "kind: x").replace("[home]", "[x]"))
    assert len(refused.value.faults) == 2


# Where the boundaries are known.
#
#            34.70
#   Опішня     |   Котельва
#      x       |      x


def west_or_east(point: LonLat) -> Katottg:
    return OPISHNIA_HROMADA if point.lon < 34.70 else KOTELVA_HROMADA


def test_a_point_across_the_boundary_is_named_with_the_hromada_it_lies_in(faults):
    text = edited("{lat: 49.96, lon: 34.61}", "{lat: 50.068, lon: 34.756}")
    assert faults(text, west_or_east) == [
        (
            f"12 [{POINT}.coordinates]: these coordinates lie in hromada Котелевська (UA53080170000047487), "
            "8 km from the nearest settlement of hromada Опішнянська: correct them or the hromada"
        )
    ]
    assert faults(text) == []


def test_a_point_just_across_an_approximate_boundary_is_forgiven(faults):
    assert faults(edited("lon: 34.61", "lon: 34.71"), west_or_east) == []


def test_a_point_inside_no_hromada_is_told_how_far_it_is(faults):
    text = edited("{lat: 49.96, lon: 34.61}", "{lat: 50.068, lon: 34.756}")
    assert faults(text, lambda _point: None) == [
        (
            f"12 [{POINT}.coordinates]: these coordinates lie 8 km from the nearest settlement of hromada "
            "Опішнянська: correct them or the hromada"
        )
    ]


# Files that are no text, too large or made to harm.


def test_a_file_in_another_encoding_is_told_so_with_its_first_bad_line(faults):
    assert faults(FILE.encode("cp1251")) == ["4: the file is not UTF-8 text: save it in that encoding"]


def test_a_missing_file_is_one_fault(gazetteer, tmp_path):
    with pytest.raises(InvalidInputError) as refused:
        read_registry(tmp_path / "none.yaml", gazetteer, {}, ())
    assert [str(fault) for fault in refused.value.faults] == [
        f"{tmp_path / 'none.yaml'}: the file cannot be read: No such file or directory"
    ]


def test_a_folder_is_no_file(gazetteer, tmp_path):
    with pytest.raises(InvalidInputError) as refused:
        read_registry(tmp_path, gazetteer, {}, ())
    assert "the file cannot be read" in str(refused.value.faults[0])


def test_a_huge_file_is_refused_before_it_is_read(gazetteer, tmp_path):
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(yaml_document.MAX_BYTES + 1)
    with pytest.raises(InvalidInputError) as refused:
        read_registry(huge, gazetteer, {}, ())
    assert [fault.message for fault in refused.value.faults] == ["the file is larger than {limit_mb} MB"]


def test_aliases_that_unfold_into_billions_are_refused(faults):
    lists = [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 10)]
    bomb = "\n".join(["x0: &x0 [a, a, a, a, a, a, a, a, a, a]", *lists])
    assert faults(bomb) == ["7: the file unfolds into more than 6000000 values"]
