"""The classifier of services can be replaced by a file, and a wrong file is told what is wrong with it."""

from datetime import date

import pytest

from mapapp.domain.errors import InvalidInputError
from mapapp.files.reference_tables import read_services

HEADER = "slug,official_code,basic_point,is_confidential,refresh_days,valid_from,valid_to,name_uk,name_en\n"


@pytest.fixture
def table(tmp_path):
    def write(text: str, encoding: str = "utf-8"):
        file = tmp_path / "services.csv"
        file.write_text(text, encoding=encoding)
        return file

    return write


def faults(file) -> list[str]:
    with pytest.raises(InvalidInputError) as refused:
        read_services(file)
    return [str(fault) for fault in refused.value.faults]


def test_the_services_that_come_with_mapapp_have_a_refresh_interval():
    services = read_services()
    assert len(services) == 30
    assert services["shelter-survivors"].refresh_days < services["home-care"].refresh_days


def test_a_table_of_ones_own_replaces_them_in_its_order(table):
    file = table(
        f"{HEADER}night-line,,,1,30,2026-01-01,2026-12-31,Нічна лінія,Night line\nbaths,,3,0,,,,Лазня,Baths\n"
    )
    line, baths = read_services(file).values()
    assert (line.slug, line.is_confidential, line.refresh_days) == ("night-line", True, 30)
    assert (line.valid_from, line.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (baths.basic_point, baths.official_code, baths.refresh_days) == (3, None, 180)


def test_only_a_slug_and_two_names_are_required(table):
    assert list(read_services(table("\ufeffslug,name_uk,name_en\nbaths,Лазня,Baths\n"))) == ["baths"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Night Line,,,,,,,Н,N", "[slug]: «Night Line» is not a slug"),
        ("a,,18,,,,,Н,N", "[basic_point]: «18» is not a point"),
        ("a,,,yes,,,,Н,N", "[is_confidential]: «yes» is neither 1 nor 0"),
        ("a,,,,0,,,Н,N", "[refresh_days]: «0» is not a number of days"),
        ("a,,,,,01.02.2026,,Н,N", "[valid_from]: «01.02.2026» is not a date"),
        ("a,,,,,,,,N", "[name_uk]: nothing is written here"),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_column(table, row, fault):
    (found,) = faults(table(f"{HEADER}{row}\n"))
    assert found.startswith(f"services.csv:2 {fault}")


def test_a_slug_that_stands_twice_is_named(table):
    assert faults(table("slug,name_uk,name_en\na,А,A\na,Б,B\n")) == [
        "services.csv:3 [slug]: «a» stands twice"
    ]


def test_missing_and_unknown_columns_are_named(table):
    missing, unknown = faults(table("slug,name_uk,price\na,А,1\n"))
    assert "column «name_en» is missing" in missing
    assert "there is no column «price»" in unknown


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_another_encoding_is_said_to_be_wrong(table, encoding):
    (found,) = faults(table("slug,name_uk,name_en\na,Лазня,A\n", encoding))
    assert "UTF-8" in found
