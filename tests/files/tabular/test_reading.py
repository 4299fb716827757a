"""Files as people have them: encodings, separators, merged cells, bombs and locks."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
import xlsxwriter

from mapapp.domain.errors import UsageError
from mapapp.files.tabular.cells import DateCell
from mapapp.files.tabular.raw_table import Limits, column_letter
from mapapp.files.tabular.reading import read_table

UKRAINIAN = "Номер;Назва;Громада\n1;Центр «Їжак», вул. Ґонти;Опішнянська\n2;Притулок;Лубенська\n"


def table(content, **options):
    return read_table(io.BytesIO(content), "таблиця", **options)


def refusal(content, **options):
    with pytest.raises(UsageError) as refused:
        table(content, **options)
    return str(refused.value)


def workbook(fill):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        fill(book)
    return stream.getvalue()


def sheet(fill):
    return workbook(lambda book: fill(book.add_worksheet("Перелік"), book))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8_u", "cp1125"])
def test_text_is_read_in_the_encodings_of_ukrainian_programs(encoding):
    # These have no such quotation marks.
    is_old = encoding in {"koi8_u", "cp1125"}
    text = UKRAINIAN.replace("«", "").replace("»", "") if is_old else UKRAINIAN
    found = table(text.encode(encoding))
    assert found.columns == ("Номер", "Назва", "Громада")
    assert found.rows[1].values["Назва"] == "Притулок"
    assert found.rows[0].values["Громада"] == "Опішнянська"


def test_a_guessed_encoding_is_said():
    assert [str(note) for note in table(UKRAINIAN.encode("cp1251")).notes] == [
        "the file is not UTF-8: read as cp1251. Look whether names are right"
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found_out(separator):
    content = f"Номер{separator}Назва\n1{separator}Центр\n".encode()
    assert table(content).rows[0].values == {"Номер": "1", "Назва": "Центр"}


def test_excels_own_line_about_the_separator_is_no_header():
    found = table(b"sep=,\na,b;c\n1,2;3\n")
    assert (found.columns, found.rows[0]) == (("a", "b;c"), (3, {"a": "1", "b;c": "2;3"}))


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    found = table('a;b\n1;"два\nрядки"\n\n;\n4;5\n'.encode())
    assert [row.number for row in found.rows] == [2, 5]


def test_a_quotation_mark_left_open_is_one_clear_refusal():
    assert "quotation mark may be open" in refusal(b'a;b\n1;"' + b"x" * 2_000_000)


def test_a_file_that_lies_about_its_encoding_is_refused():
    assert "says it is UTF-8-SIG and is not" in refusal(b"\xef\xbb\xbfa;b\n\xff\xfe\n")


def test_a_picture_is_no_table():
    assert refusal(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") == "таблиця is not a table: save it as CSV or XLSX"


def test_nothing_is_no_table():
    assert refusal(b"") == "таблиця is empty"
    assert "has no row of headers" in refusal(b"\n\n")


def test_columns_of_one_name_are_told_apart():
    found = table("Телефон;Телефон;\n1;2;3\n".encode())
    assert found.columns == ("Телефон", "Телефон (2)")
    assert found.rows[0].values == {"Телефон": "1", "Телефон (2)": "2", "": "3"}
    assert "the second is taken as «Телефон (2)»" in str(found.notes[0])


@pytest.mark.parametrize("header", ["РНОКПП", "Паспорт (серія, номер)", "Дата народження", "ПІБ отримувача"])
def test_columns_of_personal_data_are_left_behind_and_named(header):
    found = table(f"Номер;{header};Назва\n1;таємне;Центр\n".encode())
    assert found.columns == ("Номер", "Назва")
    assert found.personal_columns == (header,)
    assert "таємне" not in repr(found)


def test_tax_numbers_are_known_whatever_stands_above_them():
    found = table(("Номер;Код\n" + "1;1759013776\n" * 3).encode())
    assert found.personal_columns == ("Код",)
    assert "1759013776" not in repr(found.rows)
    assert table(("Номер;Код\n" + "1;1759013776\n" * 3 + "1;0432655050\n").encode()).personal_columns == ()


# Too much


class Huge(io.BytesIO):
    """A file of a gigabyte that must not be read."""

    def seek(self, place, whence=0):
        return 1_000_000_000 if whence == 2 else super().seek(place, whence)

    def read(self, *_):
        pytest.fail("the file was read")


def test_a_file_of_a_gigabyte_is_refused_unread():
    with pytest.raises(UsageError, match="larger than 200 MB"):
        read_table(Huge(), "велика.csv")


def test_too_many_rows_are_refused():
    content = b"a;b\n" + b"1;2\n" * 11
    assert len(table(content, limits=Limits(rows=11)).rows) == 11
    assert "more than 10 rows" in refusal(content, limits=Limits(rows=10))
    # Line ends inside quotation marks are no rows.
    assert len(table(b'a;b\n1;"' + b"\n" * 50 + b'"\n', limits=Limits(rows=10)).rows) == 1


def zipped(*members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = zipped(("xl/worksheets/sheet1.xml", b"0" * 60_000_000))
    assert len(bomb) < 100_000
    assert "would unpack to 60 MB: it was refused as unsafe" in refusal(bomb)


def test_an_archive_that_lies_about_its_size_is_refused():
    honest = zipped(("xl/worksheets/sheet1.xml", b"0" * 30_000_000))
    lying = honest.replace((30_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != honest
    assert "is damaged" in refusal(lying)


def test_an_archive_that_is_no_spreadsheet_is_refused():
    assert "is not a spreadsheet" in refusal(zipped(("readme.txt", b"hello")))
    assert "is damaged" in refusal(b"PK\x03\x04 and then nothing of the kind")


def test_old_and_locked_spreadsheets_are_named_as_such():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "old spreadsheet (.xls): save it as XLSX" in refusal(old)
    assert "locked with a password" in refusal(old + "EncryptedPackage".encode("utf-16-le"))


# Spreadsheets


def test_numbers_and_dates_of_a_spreadsheet_become_text():
    def fill(page, book):
        page.write_row(0, 0, ["ЄДРПОУ", "Відкрито", "Місць", "Так", "Широта"])
        page.write_number(1, 0, 40195208)
        page.write_datetime(1, 1, date(2026, 3, 31), book.add_format({"num_format": "dd.mm.yyyy"}))
        page.write_number(1, 2, 12.5)
        page.write_boolean(1, 3, True)
        page.write_number(1, 4, 49.9613)

    values = table(sheet(fill)).rows[0].values
    assert values == {
        "ЄДРПОУ": "40195208",
        "Відкрито": "2026-03-31",
        "Місць": "12.5",
        "Так": "так",
        "Широта": "49.9613",
    }
    assert isinstance(values["Відкрито"], DateCell)


def test_a_title_above_the_headers_and_empty_margins_do_not_matter():
    def fill(page, _):
        page.merge_range(1, 1, 1, 3, "Перелік надавачів")
        page.write_row(3, 1, ["Номер", "Назва", "Громада"])
        page.write_row(4, 1, ["1", "Центр", "Опішнянська"])

    found = table(sheet(fill))
    assert found.columns == ("Номер", "Назва", "Громада")
    assert found.rows == [(5, {"Номер": "1", "Назва": "Центр", "Громада": "Опішнянська"})]


def test_cells_merged_downwards_hold_for_each_row_and_it_is_said():
    def fill(page, _):
        page.write_row(0, 0, ["Назва", "Послуга"])
        page.merge_range(1, 0, 3, 0, "Центр")
        page.write_column(1, 1, ["Догляд вдома", "Інформування", "Консультування"])

    found = table(sheet(fill))
    assert [row.values["Назва"] for row in found.rows] == ["Центр"] * 3
    assert [str(note) for note in found.notes] == [
        ":2: merged cells A2:A4: the value was taken for each of the rows"
    ]


def test_cells_merged_across_columns_are_refused_by_their_place():
    def fill(page, _):
        page.write_row(0, 0, ["Назва", "Послуга"])
        page.merge_range(1, 0, 1, 1, "Центр")

    assert "cells A2:B2 of таблиця are merged across columns" in refusal(sheet(fill))


def test_headers_of_two_rows_are_refused():
    def fill(page, _):
        page.merge_range(0, 0, 1, 0, "Назва")
        page.merge_range(0, 1, 0, 2, "Контакти")
        page.write_row(1, 1, ["Телефон", "Пошта"])

    assert "the headers of таблиця are merged (A1:A2)" in refusal(sheet(fill))


def test_a_sheet_is_chosen_by_name_and_else_the_first_with_anything_in_it():
    def fill(book):
        book.add_worksheet("Порожній")
        for name in ("Перший", "Другий"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["Назва", "Номер"])
            page.write_row(1, 0, [name, "1"])

    content = workbook(fill)
    assert table(content).sheet == "Перший"
    assert table(content, sheet="Другий").rows[0].values["Назва"] == "Другий"
    assert table(content).sheets == ("Порожній", "Перший", "Другий")
    assert "has no sheet «Третій»: use one of Порожній, Перший, Другий" in refusal(content, sheet="Третій")
    assert "has no sheet with anything in it" in refusal(workbook(lambda book: book.add_worksheet()))


def test_columns_are_lettered_as_in_a_spreadsheet():
    assert [column_letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


# GeoJSON


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


def feature(geometry=None, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def point(*coordinates):
    return {"type": "Point", "coordinates": coordinates}


def test_a_feature_with_offerings_becomes_as_many_rows():
    found = table(
        collection(feature(point(34.6, 49.9), name="Центр", offerings=[{"service": "a"}, {"service": "b"}]))
    )
    assert [row.values for row in found.rows] == [
        {"name": "Центр", "offerings.service": service, "point.lat": "49.9", "point.lon": "34.6"}
        for service in "ab"
    ]


def test_values_of_any_kind_become_text():
    found = table(collection(feature(id=5, ok=True, none=None, tags=["x", "y"], inner={"a": 1.5})))
    assert found.rows[0].values == {"id": "5", "ok": "так", "tags": "x; y", "inner.a": "1.5"}


def test_other_geometries_are_left_out_and_it_is_said():
    found = table(collection(feature({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, name="x")))
    assert str(found.notes[0]) == "feature 1 is not a point but LineString: its geometry was left out"


def test_another_crs_is_refused():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert "EPSG::3857: export it in WGS 84" in refusal(collection(feature(point(1, 2)), crs=crs))
    assert "are not degrees: export it in WGS 84" in refusal(collection(feature(point(3852000, 6445000))))
    wgs84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(table(collection(feature(point(34, 49)), crs=wgs84)).rows) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"{}",
        b'{"features": {}}',
        b'{"features": [1]}',
        b'{"features": [{"properties": 5}]}',
        b"{" * 90_000,
    ],
)
def test_what_is_not_geojson_is_refused_in_words(content):
    assert "GeoJSON" in refusal(content)


def test_an_empty_collection_is_an_empty_table():
    assert table(collection()).rows == ()
