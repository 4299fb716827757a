"""Whatever kind of file an import is given, it is told by what is in it."""

import json
import zipfile
from datetime import date

import pytest

from mapapp.domain.errors import UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.imports import ImportContext
from mapapp.domain.progress import no_progress
from mapapp.files.import_formats import ImportFormat, ReadingWishes, import_format, read_import_file

FEATURES = {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", "номер;назва\n1;А\n", ImportFormat.TABLE),
        ("a.yaml", "scope: []\n", ImportFormat.YAML),
        ("a.YML", "scope: []\n", ImportFormat.YAML),
        ("a.geojson", json.dumps(FEATURES), ImportFormat.TABLE),
        ("a.json", json.dumps(FEATURES, indent=2), ImportFormat.TABLE),
        ("a.json", '\ufeff {"contents": []}', ImportFormat.HSDS),
        ("a.json", "[]", ImportFormat.HSDS),
        ("strange", "", ImportFormat.TABLE),
    ],
)
def test_a_file_is_told_by_its_ending_or_its_first_signs(tmp_path, name, content, found):
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    assert import_format(file) is found


@pytest.mark.parametrize(
    ("member", "found"),
    [
        ("[Content_Types].xml", ImportFormat.TABLE),
        ("organizations.csv", ImportFormat.HSDS),
        ("export/organization.csv", ImportFormat.HSDS),
    ],
)
def test_an_archive_is_a_workbook_unless_it_holds_tables_of_hsds(tmp_path, member, found):
    file = tmp_path / "archive.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, "id\n")
    assert import_format(file) is found


def test_a_damaged_archive_is_left_to_the_reader_of_workbooks(tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK\x03\x04 and nothing else")
    assert import_format(file) is ImportFormat.TABLE


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        import_format(tmp_path / "absent.csv")


@pytest.mark.parametrize("name", ["huge.csv", "huge.yaml", "huge.geojson"])
def test_a_file_of_a_gigabyte_is_refused_at_once(tmp_path, name):
    file = tmp_path / name
    with file.open("wb") as content:
        content.write(b'{"type": "FeatureCollection"' if name.endswith("json") else b"id;name\n")
        content.truncate(1_000_000_000)  # sparse: no such room is needed on the disk
    gazetteer = Gazetteer.__new__(Gazetteer)  # not looked at: the size alone is judged
    context = ImportContext(gazetteer, {}, "source", date(2026, 1, 1))
    with pytest.raises(UsageError, match="larger than 200 MB"):
        read_import_file(file, ReadingWishes(), lambda _headers: {}, context, no_progress)
