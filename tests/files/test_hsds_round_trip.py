"""Whatever the registry may tell the public, HSDS carries there and back, in both forms."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from mapapp.domain.imports import ImportContext
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import CatchmentArea, ConfidentialPlace, LocationPolicy, PointKind, Registry
from mapapp.files.hsds.reading import read_hsds
from mapapp.files.hsds.writing import write_hsds_json, write_hsds_tables
from mapapp.files.reference_tables import read_services

TODAY = date(2026, 7, 1)
WRITERS = {"file.json": write_hsds_json, "file.zip": write_hsds_tables}


@pytest.fixture(scope="module")
def context(gazetteer):
    return ImportContext(gazetteer, read_services(), "elsewhere", TODAY)


@pytest.fixture(scope="module")
def there_and_back(gazetteer, context):
    """Write the registry in a form and read it again."""

    def there_and_back(registry, form):
        stream = io.BytesIO()
        WRITERS[form](registry, gazetteer, read_services(), stream, TODAY)
        return read_hsds(stream, form, context, no_progress)

    return there_and_back


def by_id(records):
    return {(type(one).__name__, one.id): one for one in records}


def disclosed(registry):
    return by_id([*registry.organisations, *(point.disclosed() for point in registry.points)])


@pytest.mark.parametrize("form", WRITERS)
def test_any_registry_is_read_back_as_the_public_may_know_it(there_and_back, any_registry, form):
    @settings(max_examples=40)
    @given(any_registry)
    def holds(registry):
        read = there_and_back(registry, form)
        assert read.faults == ()
        assert by_id(one.record for one in read.records) == disclosed(registry)

    holds()


@pytest.fixture(scope="module")
def demo(read, repo_root):
    return read((repo_root / "providers.yaml").read_bytes())


@pytest.mark.parametrize("form", WRITERS)
def test_the_shipped_registry_is_read_back(there_and_back, demo, form):
    read = there_and_back(demo, form)
    assert (read.faults, read.notes) == ((), ())
    assert by_id(one.record for one in read.records) == disclosed(demo)
    assert read.rows == len(demo.points) + len(demo.organisations)


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_registry_makes_the_same_file(gazetteer, demo, form):
    few = replace(demo, points=demo.points[:5])
    files = [io.BytesIO(), io.BytesIO()]
    for stream in files:
        WRITERS[form](few, gazetteer, read_services(), stream, TODAY)
    assert files[0].getvalue() == files[1].getvalue()


def text_of(stream):
    """Return all that a file says."""
    if not zipfile.is_zipfile(stream):
        return stream.getvalue().decode("utf-8")
    with zipfile.ZipFile(stream) as archive:
        return "".join(archive.read(name).decode("utf-8") for name in archive.namelist())


@pytest.mark.parametrize("form", WRITERS)
def test_a_confidential_place_is_nowhere_in_the_file(gazetteer, demo, form):
    public = next(point for point in demo.points if point.settlement is not None)
    place = ConfidentialPlace(
        public.hromada, public.settlement, public.point, public.precision, "вул. Таємна, 7"
    )
    secret = replace(
        public,
        location_policy=LocationPolicy.WITHHELD,
        hromada=None,
        settlement=None,
        point=None,
        precision=None,
        address="",
        confidential_place=place,
        offerings=tuple(replace(one, catchment=(CatchmentArea(public.oblast),)) for one in public.offerings),
    )
    traces = [place.address, repr(place.point.lat), repr(place.point.lon), place.settlement, place.hromada]

    def found(point):
        stream = io.BytesIO()
        registry = Registry(demo.organisations, (point,), demo.scope)
        WRITERS[form](registry, gazetteer, read_services(), stream, TODAY)
        return [trace for trace in traces if trace in text_of(stream)]

    assert found(replace(public, address=place.address)) == traces
    assert found(secret) == []


@pytest.mark.parametrize("form", WRITERS)
def test_an_administrative_service_point_without_offerings_is_kept(there_and_back, demo, form):
    bare = next(point for point in demo.points if point.location_policy is LocationPolicy.PUBLIC)
    bare = replace(bare, kind=PointKind.ADMINISTRATIVE_SERVICE_POINT, offerings=())
    owner = next(one for one in demo.organisations if one.id == bare.organisation)
    registry = Registry((replace(owner, successor_of=()),), (bare,), demo.scope)
    read = there_and_back(registry, form)
    assert by_id(one.record for one in read.records) == disclosed(registry)


def test_a_formula_in_a_name_is_text_in_a_table(demo, there_and_back):
    owner = replace(demo.organisations[0], name='=HYPERLINK("http://x","демо")', successor_of=())
    registry = Registry((owner,), (), demo.scope)
    assert [one.record for one in there_and_back(registry, "file.zip").records] == [owner]
