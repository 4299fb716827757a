"""A reference table can be replaced by a file, and a wrong file is told what is wrong with it."""

from datetime import date

import pytest

from mapapp.domain.errors import InvalidInputError
from mapapp.domain.services import HotlineTopic, ServiceWord, WordKind
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import (
    read_former_names,
    read_hotlines,
    read_service_words,
    read_services,
)

HEADER = "slug,official_code,basic_point,is_confidential,refresh_days,valid_from,valid_to,name_uk,name_en\n"


@pytest.fixture
def table(tmp_path):
    def write(text: str, encoding: str = "utf-8"):
        file = tmp_path / "services.csv"
        file.write_text(text, encoding=encoding)
        return file

    return write


def faults(file, read=read_services) -> list[str]:
    with pytest.raises(InvalidInputError) as refused:
        read(file)
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


# Words for services.


def test_the_words_that_come_with_mapapp_are_for_its_services_and_lead_to_each_of_them():
    services = read_services()
    words = read_service_words(services=services)
    assert {word.slug for word in words} == set(services)
    for slug in services:
        assert {word.kind for word in words if word.slug == slug} == set(WordKind)


def test_no_word_is_a_code_or_looks_like_law():
    for word in read_service_words():
        for text in (word.uk, word.en, *word.also):
            assert not any(sign in text for sign in ("№", "§", "ст.", "наказ", "постанов")), text


def test_words_of_ones_own_are_read_with_other_ways_to_say_them(table):
    file = table(
        "slug,kind,uk,en,also\nbaths,synonym,сауна,sauna,парилка| баня |\nbaths,situation,брудний,dirty,\n"
    )
    assert read_service_words(file, {"baths"}) == (
        ServiceWord("baths", WordKind.SYNONYM, "сауна", "sauna", ("парилка", "баня")),
        ServiceWord("baths", WordKind.SITUATION, "брудний", "dirty"),
    )


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Baths,synonym,сауна,sauna", "[slug]: «Baths» is not a slug"),
        ("pool,synonym,басейн,pool", "[slug]: there is no service «pool» in the classifier"),
        ("baths,word,сауна,sauna", "[kind]: «word» is neither «synonym» nor «situation»"),
        ("baths,,сауна,sauna", "[kind]: nothing is written here"),
        ("baths,synonym,,sauna", "[uk]: nothing is written here"),
        ("baths,synonym,сауна,", "[en]: nothing is written here"),
        ("baths,synonym,ЛАЗНЯ,baths", "[uk]: «ЛАЗНЯ» stands twice for «baths»"),
    ],
)
def test_a_wrong_word_is_named_with_its_line_and_column(table, row, fault):
    file = table(f"slug,kind,uk,en\nbaths,synonym,лазня,baths\n{row}\n")
    (found,) = faults(file, lambda path: read_service_words(path, {"baths"}))
    assert found.startswith(f"services.csv:3 {fault}")


def test_all_faults_are_told_at_once(table):
    file = table("slug,kind,uk,en\nA,b,,\nbaths,synonym,лазня,baths\nbaths,c,сауна,sauna\n")
    assert [fault.partition(" ")[0] for fault in faults(file, read_service_words)] == [
        *["services.csv:2"] * 4,
        "services.csv:4",
    ]


def test_what_could_not_be_read_is_not_said_to_stand_twice(table):
    file = table("slug,name_uk,name_en\nA,А,A\nB,Б,B\n")
    assert all("is not a slug" in fault for fault in faults(file))
    file = table("slug,kind,uk,en\nA,synonym,а,a\nB,synonym,а,a\nc,synonym,,c\nc,synonym,,c\n")
    assert not any("twice" in fault for fault in faults(file, read_service_words))


# Hotlines and former names.


def test_hotlines_of_ones_own_are_read(table):
    file = table(
        "number,purpose_uk,purpose_en,area,oblast,hours,topics,services,is_verified,note\n"
        "15 00,Лінія,Line,Poltava oblast,UA53000000000028050,,violence children,a b-c,0,check\n"
    )
    (line,) = read_hotlines(file)
    assert (line.number, line.hours, line.oblast, line.is_verified) == (
        "15 00",
        "",
        "UA53000000000028050",
        False,
    )
    assert line.topics == (HotlineTopic.VIOLENCE, HotlineTopic.CHILDREN)
    assert line.services == {"a", "b-c"}


def test_a_wrong_hotline_is_named_with_its_line_and_column(table):
    file = table(
        "number,purpose_uk,purpose_en,area,oblast,topics,services,is_verified\n"
        ",Лінія,Line,national,UA1,weather,A B,yes\n"
    )
    assert [fault.partition(":")[2].partition(":")[0] for fault in faults(file, read_hotlines)] == [
        f"2 [{column}]" for column in ("number", "oblast", "topics", "services", "is_verified")
    ]


def test_former_names_belong_to_settlements_of_the_gazetteer_that_do_not_bear_them_now(repo_root):
    settlements = read_gazetteer(repo_root / "geodata").settlements
    for code, names in read_former_names().items():
        place = settlements[code]
        assert names
        assert len(set(names)) == len(names)
        assert place.name not in names
        assert place.former_name not in names


def test_a_wrong_code_of_a_former_name_is_named(table):
    (found,) = faults(table("katottg,former_name\nUA12,Назва\n"), read_former_names)
    assert found.startswith("services.csv:2 [katottg]: «UA12» is not a KATOTTG code")
