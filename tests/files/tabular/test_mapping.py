"""Headers as people write them find their fields, and no field is taken twice."""

from __future__ import annotations

import pytest

from mapapp.files.tabular.columns import COLUMNS, given_fields
from mapapp.files.tabular.mapping import check_mapping, chosen_columns, propose_columns
from mapapp.files.tabular.words import Language


def proposed(*headers, **remembered):
    return {column.header: column.field for column in propose_columns(headers, remembered)}


@pytest.mark.parametrize("language", Language)
def test_every_title_finds_its_own_field(language):
    assert [column.field for column in propose_columns([one.title(language) for one in COLUMNS])] == [
        one.field for one in COLUMNS
    ]


def test_titles_and_synonyms_are_those_of_one_field_each():
    names = [name for one in COLUMNS for name in (one.title_uk, one.title_en, *one.synonyms)]
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("КОД ЄДРПОУ", "organisation.edrpou"),
        ("Найменування надавача", "organisation.name"),
        ("phone_number", "point.phones"),
        ("Адресса", "point.address"),
        ("Графік работи", "point.hours"),
        ("Вартість (безоплатно/платно)", "offering.payment"),
        ("offerings.service", "offering.service"),
        ("point.name", "point.name"),
        ("Щось зовсім інше", None),
        ("Тип", None),
    ],
)
def test_headers_find_their_fields(header, field):
    assert proposed(header) == {header: field}


def test_two_headers_never_take_one_field():
    found = propose_columns(["Тел.", "Телефони"])
    assert [column.field for column in found] == [None, "point.phones"]
    assert found[0].why.format_map(found[0].why_values) == "the field was given to the column «Телефони»"


def test_what_was_remembered_wins():
    assert proposed("Телефони", "X", Телефони="organisation.phones", X="point.phones") == {
        "Телефони": "organisation.phones",
        "X": "point.phones",
    }
    assert proposed("Назва", Назва=None) == {"Назва": None}


def test_a_remembered_field_that_is_no_more_is_forgotten():
    assert proposed("Назва", Назва="point.gone") == {"Назва": "point.name"}


def test_personal_data_are_never_proposed_even_where_remembered():
    assert proposed("РНОКПП", РНОКПП="point.name") == {"РНОКПП": None}


def test_likeness_is_less_certain_than_a_name():
    likely, sure = propose_columns(["Адресса", "Назва місця надання"])
    assert 0.8 < likely.certainty < 0.95 < sure.certainty


def test_what_a_mapping_lacks_is_said_all_at_once():
    faults = [
        str(fault)
        for fault in check_mapping(
            {"a": "point.nam", "b": "offering.service", "c": "offering.service"}, {}, has_owner=False
        )
    ]
    assert faults[0] == "there is no field «point.nam»: did you mean «point.name»?"
    assert faults[1] == "columns «b» and «c» both hold «offering.service»: choose one"
    assert [fault.partition(":")[0] for fault in faults[2:]] == [
        "no column says which record a row is",
        "no column holds the name of the service point",
        "no column says what kind of place it is",
        "no column says where the point is",
        "no column says which organisation a point belongs to",
    ]


def test_a_default_stands_for_a_column():
    mapping = chosen_columns(propose_columns(["№", "Назва", "Громада"]))
    assert check_mapping(mapping, {"point.kind": "ЦНАП"}, has_owner=True) == ()


def test_a_table_speaks_of_what_it_has_columns_for():
    given = given_fields(
        ["point.id", "point.hours", "point.lat", "point.lon", "point.has_shelter", "organisation.name"]
    )
    assert given.point == {"id", "organisation", "hours", "opening_hours", "point", "precision", "wartime"}
    assert given.organisation == {"id"}
    assert given.offering == {"service"}
