"""Whatever kind of file an import is given, it is told by what is in it."""

import json
import zipfile

import pytest

from mapapp.domain.errors import UsageError
from mapapp.files.import_formats import ImportFormat, import_format

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
