"""HSDS written by others becomes records as far as it is clear, and sentences where it is not."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from datetime import date, time

import pytest

from mapapp.domain.changes import RecordKind
from mapapp.domain.errors import UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import OpenSpan
from mapapp.domain.imports import ImportContext
from mapapp.domain.katottg import Katottg
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import (
    CatchmentArea,
    LocationPolicy,
    Organisation,
    Payment,
    PointKind,
    PointPrecision,
    RecordSource,
    Sector,
    ServicePoint,
)
from mapapp.files.hsds import source_file
from mapapp.files.hsds.reading import read_hsds
from mapapp.files.reference_tables import read_services

OPISHNIA = Katottg("UA53080350000070563")
POLTAVA_OBLAST = Katottg("UA53000000000028050")

SERVICE = {
    "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a01",
    "name": "Догляд вдома",
    "status": "active",
    "minimum_age": 60,
    "assured_date": "2026-05-01",
    "organization": {
        "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a02",
        "name": "Благодійний фонд «Опора»",
        "description": "Фонд",
        "organization_identifiers": [
            {
                "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a03",
                "identifier_scheme": "UA-EDR",
                "identifier_type": "ЄДРПОУ",
                "identifier": "00032129",
            }
        ],
    },
    "phones": [{"id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a04", "number": "(0432) 65-50-50"}],
    "service_areas": [{"id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a05", "name": "Полтавська область"}],
    "cost_options": [
        {
            "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a06",
            "valid_from": "2026-01-01",
            "currency": "UAH",
            "amount": 12.5,
        }
    ],
    "contacts": [{"id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a07", "name": "Марія Коваль"}],
    "service_at_locations": [
        {
            "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a08",
            "location": {
                "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a09",
                "location_type": "physical",
                "name": "Центр в Опішні",
                "latitude": 49.96,
                "longitude": 34.61,
                "addresses": [
                    {
                        "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a0a",
                        "address_1": "вул. Центральна, 1",
                        "city": "Опішня",
                        "state_province": "Полтавська область",
                        "postal_code": "38164",
                        "country": "UA",
                        "address_type": "physical",
                    }
                ],
                "contacts": [
                    {
                        "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a0b",
                        "name": "Марія Коваль",
                        "title": "Адміністратор",
                    }
                ],
                "schedules": [
                    {
                        "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a0c",
                        "freq": "WEEKLY",
                        "byday": "MO,WE",
                        "opens_at": "09:00",
                        "closes_at": "18:00",
                    },
                    {
                        "id": "1d4c6b4e-0d5b-4f0c-8f51-2b7a3c1e9a0d",
                        "freq": "MONTHLY",
                        "byday": "-1FR",
                        "description": "Остання п’ятниця — консультації",
                    },
                ],
            },
        }
    ],
}
LOCATION = SERVICE["service_at_locations"][0]["location"]


@pytest.fixture(scope="module")
def context(gazetteer):
    return ImportContext(gazetteer, read_services(), "neighbour", date(2026, 7, 1))


@pytest.fixture(scope="module")
def read_json(context):
    def read_json(content, context=context):
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        return read_hsds(io.BytesIO(text), "file.json", context, no_progress)

    return read_json


def changed(change):
    """Return the service after a change made in place."""
    service = copy.deepcopy(SERVICE)
    change(service, service["service_at_locations"][0]["location"])
    return service


def sentences(faults):
    return [str(fault).partition("file.json:")[2] for fault in faults]


def test_a_service_of_others_becomes_an_organisation_and_a_point(read_json):
    read = read_json([SERVICE])
    assert read.faults == ()
    organisation, point = (one.record for one in read.records)
    assert isinstance(organisation, Organisation)
    assert isinstance(point, ServicePoint)
    assert (organisation.edrpou, organisation.sector) == ("00032129", Sector.NON_STATE)
    assert organisation.source == RecordSource("neighbour", SERVICE["organization"]["id"])
    assert (point.organisation, point.kind) == (organisation.id, PointKind.NGO)
    assert (point.hromada, point.oblast) == (OPISHNIA, POLTAVA_OBLAST)
    assert (point.point, point.precision) == (LonLat(lon=34.61, lat=49.96), PointPrecision.STREET)
    assert [phone.e164 for phone in point.phones] == ["+380432655050"]
    assert point.opening_hours.week[2] == (OpenSpan(time(9), time(18)),)
    assert point.hours == "Остання п’ятниця — консультації"
    (offering,) = point.offerings
    assert (offering.service, offering.age_from) == ("home-care", 60)
    assert offering.catchment == (CatchmentArea(POLTAVA_OBLAST),)
    assert (offering.payment, str(offering.tariffs[0].per_person)) == (Payment.PAID, "12.5")


def test_names_of_persons_are_not_taken(read_json):
    point = read_json([SERVICE]).records[1].record
    assert [contact.title for contact in point.contacts] == ["Адміністратор"]
    assert "Коваль" not in repr(point)


def test_what_is_taken_by_a_rule_is_noted(read_json):
    notes = sentences(read_json([SERVICE]).notes)
    assert notes == [
        "1 [name]: HSDS does not tell the sector of «Благодійний фонд «Опора»»: taken as non-state"
    ]


@pytest.mark.parametrize("wrapped", [lambda s: s, lambda s: [s], lambda s: {"contents": [s], "empty": False}])
def test_a_service_a_list_and_a_page_are_all_read(read_json, wrapped):
    assert len(read_json(wrapped(SERVICE)).records) == 2


def test_a_record_read_before_keeps_its_id(read_json, gazetteer):
    known = {
        (RecordKind.POINT, LOCATION["id"]): "our-centre",
        (RecordKind.ORGANISATION, SERVICE["organization"]["id"]): "our-fund",
    }
    context = ImportContext(gazetteer, read_services(), "neighbour", date(2026, 7, 1), known)
    records = [one.record for one in read_json([SERVICE], context).records]
    assert [record.id for record in records] == ["our-fund", "our-centre"]


def test_the_rows_keep_every_value_as_written(read_json):
    (row,) = read_json([SERVICE]).records[1].rows
    assert row.number == 2
    assert row.values["addresses[0].city"] == "Опішня"
    assert row.values["services[0].name"] == "Догляд вдома"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda service, _: service.update(name="Догляд в дома"),
            "2 [services.name]: no service is called «Догляд в дома»: did you mean «Догляд вдома»?",
        ),
        (
            lambda service, _: service["service_areas"][0].update(name="Полтавьска область"),
            (
                "2 [services.service_areas[0].name]: no unit is called «Полтавьска область»: "
                "did you mean Полтавська (UA53000000000028050)?"
            ),
        ),
        (
            lambda service, _: service["service_areas"][0].update(extent="UA53080350000070560"),
            (
                "2 [services[0].service_areas[0].extent]: no unit has the code UA53080350000070560: "
                "did you mean UA53080350000070563 (Опішнянська)?"
            ),
        ),
        (
            lambda _, location: location.update(latitude=34.61, longitude=49.96),
            "2 [latitude]: lat 34.61 and lon 49.96 are exchanged: write lat: 49.96, lon: 34.61",
        ),
        (
            lambda _, location: location.pop("addresses"),
            (
                "2 [addresses]: which hromada this is in is not said: "
                "add an address with city and state_province"
            ),
        ),
        (
            lambda service, _: service.update(minimum_age=70, maximum_age=18),
            "2: «Центр в Опішні» does not hold together: the ages from 70 to 18 hold nobody",
        ),
        (
            lambda service, _: service["organization"].update(parent_organization_id="77"),
            (
                "1 [parent_organization_id]: "
                "no organisation «neighbour.77» stands in this file or in the registry"
            ),
        ),
        (
            lambda service, _: service["service_areas"][0].update(extent="UA23080070000068953"),
            (
                "2 [services[0].service_areas[0].extent]: Мелітопольська is temporarily occupied: "
                "only a provider relocated_from it can name it as served"
            ),
        ),
        (
            lambda service, _: service.pop("organization"),
            "1: no organisation in the file is said to work here: add organization_id",
        ),
    ],
    ids=["service", "area", "code", "exchanged", "nowhere", "ages", "parent", "occupied", "nobody"],
)
def test_what_is_wrong_is_said_with_what_would_be_right(read_json, change, sentence):
    read = read_json([changed(change)])
    assert sentences(read.faults)[0] == sentence
    assert min(read.faulty_rows) == int(sentence[0])
    assert not any(isinstance(one.record, ServicePoint) for one in read.records)


def test_a_point_with_a_confidential_service_is_withheld(read_json):
    service = changed(lambda service, _: service.update(name=read_services()["shelter-survivors"].name_uk))
    read = read_json([service])
    point = read.records[1].record
    assert point.location_policy is LocationPolicy.WITHHELD
    assert (point.point, point.address, point.hromada) == (None, "", None)
    assert point.confidential_place.point == LonLat(lon=34.61, lat=49.96)
    assert any("not disclosed" in note for note in sentences(read.notes))


def test_a_service_without_area_or_location_is_noted(read_json):
    own = read_json([changed(lambda service, _: service.pop("service_areas"))])
    assert own.records[1].record.offerings[0].catchment == (CatchmentArea(OPISHNIA),)
    assert any("its own hromada" in note for note in sentences(own.notes))
    nowhere = read_json([changed(lambda service, _: service.pop("service_at_locations"))])
    assert [type(one.record) for one in nowhere.records] == [Organisation]
    assert any("given at no location" in str(note) for note in nowhere.notes)


def test_other_tables_are_read_too(context):
    tables = {
        "organizations.csv": "id,name,description\n1,Фонд,Фонд\n",
        "locations.csv": "id,location_type,organization_id,name\n7,physical,1,Центр\n",
        "addresses.csv": "id,location_id,address_1,city,state_province,postal_code,country,address_type\n"
        "8,7,«Будинок»,Опішня,Полтавська,38164,UA,physical\n",
        "services.csv": "id,organization_id,name,status\n2,1,Консультування,active\n",
        "service_at_location.csv": "id,service_id,location_id\n3,2,7\n",
    }
    read = read_hsds(archive(tables), "file.zip", context, no_progress)
    assert read.faults == ()
    point = read.records[1].record
    assert (point.id, point.hromada, point.offerings[0].service) == ("neighbour.7", OPISHNIA, "counselling")


def archive(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as content:
        for name, text in files.items():
            content.writestr(name, text)
    return stream


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read as JSON"),
        (b"{", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b'[{"id": 1, "n": NaN}]', "NaN is not a number"),
        (b'{"id": ' + b"9" * 5000 + b"}", "cannot be read as JSON"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
        (b"[1, 2]", "expected objects"),
        (b'{"contents": []}', "holds no services"),
        (b'[{"id": "1", "name": "x", "status": "active", "phones": [1]}]', "«phones» is no list of objects"),
        (b"PK\x03\x04 and nothing more", "cannot be read as an archive"),
        (archive({"readme.txt": "x"}).getvalue(), "holds no services"),
        (archive({"organizations.csv": "id,name\n1,a\n1,b\n"}).getvalue(), "stands twice"),
        (archive({"organizations.csv": b"id,name\n1,\xff\n"}).getvalue(), "cannot be read as an archive"),
    ],
    ids=range(13),
)
def test_what_is_no_hsds_is_refused_in_one_sentence(read_json, content, words):
    with pytest.raises(UsageError, match=words):
        read_json(content)


def test_an_archive_that_unpacks_without_end_is_refused(context, monkeypatch):
    monkeypatch.setattr(source_file, "MAX_TABLE_BYTES", 2**20)
    bomb = archive({"organizations.csv": "id,name\n" + "1" * 2**21})
    with pytest.raises(UsageError, match="unpacks to more than 1 MB"):
        read_hsds(bomb, "file.zip", context, no_progress)


def test_a_large_json_file_is_refused_before_it_is_parsed(read_json, monkeypatch):
    monkeypatch.setattr(source_file, "MAX_JSON_BYTES", 100)
    with pytest.raises(UsageError, match="larger than"):
        read_json([SERVICE])
