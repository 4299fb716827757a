"""Tables of people as hromadas send them: every fault is told at once, and nothing is made up."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.errors import InvalidInputError, UsageError
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import EVERYONE_THERE, PeopleKind, Subject
from mapapp.domain.registry import TargetGroup
from mapapp.files.people_columns import NAMED_GROUPS, template_headers
from mapapp.files.people_numbers import UNKNOWN_WORDS, read_persons
from mapapp.files.people_table import read_people_table
from mapapp.files.reference_tables import read_services
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.words import Language

OPISHNIA = Katottg("UA53080350000070563")
POLTAVA = Katottg("UA53080370000025447")
KYIV = Katottg("UA80000000000093317")
OLDER = Subject(group=TargetGroup.OLDER_PEOPLE)
CHILDREN = Subject(group=TargetGroup.CHILDREN)
HOME_CARE = Subject(service="home-care")
NEEDS, DISPLACED, POPULATION = PeopleKind.NEEDS, PeopleKind.DISPLACED, PeopleKind.POPULATION


@pytest.fixture(scope="module")
def read(gazetteer):
    """Read a text (or bytes) as a table of people."""
    services = read_services()

    def read(content, kind=NEEDS):
        source = io.BytesIO(content if isinstance(content, bytes) else content.encode())
        return read_people_table(source, "потреби.csv", kind, gazetteer, services)

    return read


@pytest.fixture(scope="module")
def complaints(read):
    """Return the faults of a text as `row [column]: sentence`."""

    def complaints(content, kind=NEEDS):
        with pytest.raises(InvalidInputError) as refusal:
            read(content, kind)
        return [str(fault).removeprefix("потреби.csv").strip(": ") for fault in refusal.value.faults]

    return complaints


def numbers(found):
    """Return {hromada: {subject: (persons, recipients)}}."""
    told = {}
    for figure in found.figures:
        told.setdefault(figure.hromada, {})[figure.subject] = (figure.persons, figure.recipients)
    return told


def notes(found):
    return [str(note).strip() for note in found.notes]


# The two shapes


def test_a_wide_table_has_a_column_for_each_group_and_two_for_a_service(read):
    found = read(
        "Код громади;Область;Громада;Люди похилого віку;Потребують: Догляд вдома;Отримують: Догляд вдома\n"
        f"{OPISHNIA};Полтавська область;Опішнянська;1 204;30;12\n"
        f"{POLTAVA};;;н/д;0;\n"
    )
    assert found.subjects == (OLDER, HOME_CARE)
    assert numbers(found) == {
        OPISHNIA: {OLDER: (1204, None), HOME_CARE: (30, 12)},
        POLTAVA: {OLDER: (None, None), HOME_CARE: (0, None)},
    }


def test_a_long_table_has_a_row_for_each_hromada_and_subject(read):
    found = read(
        "hromada code,subject,persons,recipients\n"
        f"{OPISHNIA},older people,40,\n{OPISHNIA},service:home-care,30,12\n{POLTAVA},Догляд вдома,7,9\n"
    )
    assert found.subjects == (OLDER, HOME_CARE)
    assert numbers(found) == {
        OPISHNIA: {OLDER: (40, None), HOME_CARE: (30, 12)},
        POLTAVA: {HOME_CARE: (7, 9)},
    }
    assert any("9 get what 7 need: kept as written" in note for note in notes(found))


def test_hromadas_are_found_by_names_as_well(read):
    found = read(
        "Область,Район,Громада,діти\nПолтавська обл.,Полтавський р-н,Опішнянська селищна громада,9\n"
        "Полтавська,,Полтавська,8\nм. Київ,,Київ,7\n"
    )
    assert numbers(found) == {
        OPISHNIA: {CHILDREN: (9, None)},
        POLTAVA: {CHILDREN: (8, None)},
        KYIV: {CHILDREN: (7, None)},
    }


def test_a_spreadsheet_is_read_like_a_text(read):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Потреби громад станом на 1 січня"])
        sheet.write_row(2, 0, ["КАТОТТГ", "ВПО", "з них отримують"])
        sheet.write_row(3, 0, [OPISHNIA, 40.0, 12])
    found = read(stream.getvalue())
    assert numbers(found) == {OPISHNIA: {Subject(group=TargetGroup.DISPLACED): (40, 12)}}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_encodings_of_old_programs_are_read(read, encoding):
    content = f"Код громади\tЛюди похилого віку\n{OPISHNIA}\t40\n".encode(encoding)
    assert numbers(read(content)) == {OPISHNIA: {OLDER: (40, None)}}


# What headers mean


@pytest.mark.parametrize(
    "header",
    [
        "Люди похилого віку",
        "older_people",
        "group:older_people",
        "Older people",
        "Кількість: літні люди, осіб",
        "з них люди похилого віку",
        "ОСОБИ ПОХИЛОГО ВІКУ",
    ],
)
def test_a_group_is_known_by_its_words(read, header):
    assert read(f'код,"{header}"\n{OPISHNIA},40\n').subjects == (OLDER,)


@pytest.mark.parametrize(
    ("needing", "receiving"),
    [
        ("Догляд вдома", "отримують"),
        ("home-care", "home-care (recipients)"),
        ("Потреба у: догляд вдома", "Кількість осіб, які отримують послугу «Догляд вдома»"),
        ("Home care, persons in need", "Recipients of home care"),
        ("service:home-care", "recipients service:home-care"),
        ("015.1", "отримувачі 015.1"),
    ],
)
def test_a_service_is_known_by_its_words(read, needing, receiving):
    found = read(f'код;"{needing}";"{receiving}"\n{OPISHNIA};40;12\n')
    assert numbers(found) == {OPISHNIA: {HOME_CARE: (40, 12)}}


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (DISPLACED, "ВПО"),
        (DISPLACED, "Усього ВПО"),
        (
            DISPLACED,
            "Кількість ВПО, осіб",
        ),
        (DISPLACED, "Кількість осіб"),
        (DISPLACED, "Всього"),
        (POPULATION, "Наявне населення"),
        (POPULATION, "Чисельність населення, осіб"),
        (POPULATION, "persons"),
        (POPULATION, "everyone"),
    ],
)
def test_a_total_of_the_population_or_the_displaced_is_everyone(read, kind, header):
    assert read(f'код;"{header}"\n{OPISHNIA};40\n', kind).subjects == (EVERYONE_THERE,)


def test_every_header_of_the_template_is_understood(read):
    services = read_services()
    for language in Language:
        header = template_headers(language, tuple(services.values()))
        cells = [OPISHNIA, "Полтавська", "Полтавський", "Опішнянська", *["9"] * (len(header) - 4)]
        found = read("\n".join(";".join(f'"{cell}"' for cell in row) for row in (header, cells)))
        expected = [
            *(Subject(group=group) for group in NAMED_GROUPS),
            *(Subject(service=slug) for slug in services),
        ]
        assert list(found.subjects) == expected
        assert all(figure.recipients == 9 for figure in found.figures if figure.subject.service)


def test_headers_that_say_nothing_known_are_all_told(complaints):
    told = complaints(
        f"код;Люди похилого віку;Дрони;Людт похилого віку;Осіб;особи похилого віку\n{OPISHNIA};1;2;3;4;5\n"
    )
    assert told[0].startswith("[Дрони]: «Дрони» names no group and no service known here: write one of усі")
    assert (
        told[1]
        == (
            " [Людт похилого віку]: «Людт похилого віку» names no group and no service known here: "
            "did you mean «люди похилого віку»?"
        ).strip()
    )
    assert "says how many and not of whom" in told[2]
    assert "says the same as «Люди похилого віку»: keep one" in told[3]
    assert len(told) == 4


def test_a_table_without_hromadas_or_numbers_is_refused(complaints):
    assert "no column names the hromada" in complaints("Область;діти\nПолтавська;5\n")[0]
    assert "no column says how many persons" in complaints(f"код;Область\n{OPISHNIA};Полтавська\n")[0]
    assert "headers and no rows" in complaints("код;діти\n")[0]


def test_columns_of_personal_data_are_refused(complaints):
    told = complaints(f"код;діти;ПІБ отримувача;дата народження;діагноз\n{OPISHNIA};5;Іван;2000-01-01;так\n")
    assert ["holds data of persons" in fault for fault in told] == [True] * 3
    assert not any("Іван" in fault for fault in told)


def test_notes_and_numbers_of_rows_are_left_where_they_are(read):
    found = read(f"№ з/п;код;діти;Примітки\n1;{OPISHNIA};5;дивись лист\n")
    assert numbers(found) == {OPISHNIA: {CHILDREN: (5, None)}}
    assert [note for note in notes(found) if "is not taken" in note] == [
        "[№ з/п]: this column is not taken",
        "[Примітки]: this column is not taken",
    ]


# What cells say


@pytest.mark.parametrize("word", ["", "-", "–", "—", " ", "Немає", "N/A", *UNKNOWN_WORDS])
def test_what_is_not_known_is_never_nobody(word):
    assert read_persons(word) is None


@pytest.mark.parametrize(
    ("written", "number"), [("0", 0), ("12.0", 12), ("1 204", 1204), ("1\u00a0204", 1204), ("7,00", 7)]
)
def test_whole_numbers_are_read_as_programs_write_them(written, number):
    assert read_persons(written) == number


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("-5", "negative"),
        ("− 5", "negative"),
        ("'-5", "negative"),
        ("12,5", "a fraction"),
        ("0.25", "a fraction"),
        ("1.000", "may be thousands"),
        ("1,204", "may be thousands"),
        ("сто", "not a number"),
        ("<5", "not a number"),
        ("1-4", "not a number"),
        ("5 осіб", "not a number"),
        ("нема", "not a number"),
        ("=SUM(A1:A9)", "not a number"),
        ("1e3", "not a number"),
        ("٣", "not a number"),
        ("100000000", "more persons than"),
        ("9" * 5000, "more persons than"),
    ],
)
def test_anything_else_is_a_fault(written, complaint):
    with pytest.raises(Refusal, match=complaint):
        read_persons(written)


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_a_number(text):
    try:
        number = read_persons(text)
    except Refusal:
        return
    assert number is None or 0 <= number < 100_000_000


@given(st.integers(0, 99_999_999))
def test_every_number_of_persons_is_read_back(number):
    assert read_persons(str(number)) == read_persons(f"{number:,}".replace(",", " ")) == number


def test_what_was_taken_as_unknown_is_counted(read):
    found = read(f"код;діти;молодь\n{OPISHNIA};немає;-\n{POLTAVA};немає;\n")
    assert {figure.persons for figure in found.figures} == {None}
    assert "«немає» was taken as unknown, cells: 2" in notes(found)


# Which hromada a row is of


def test_all_faults_of_all_rows_are_told_with_row_and_column(complaints):
    told = complaints(
        "Код громади;Область;Район;Громада;Люди похилого віку\n"
        f"{OPISHNIA};;;;-5\n"
        "UA53080350000099999;;;;сто\n"
        "UA99080350000099999;;;;1\n"
        "UA53080000000068029;;;;1\n"
        "UA53000000000028050;;;;1\n"
        "UA53080370010073240;;;;1\n"
        "UA5308;;;;1\n"
        ";Вінницька;;Полтавська;1\n"
        ";Полтавська;;Опишнянська;1\n"
        ";;;Михайлівська;1\n"
        f"{POLTAVA};;;Опішнянська;5\n"
        ";;;;5\n"
        ";Полтавзька;;Полтавська;5\n"
    )
    expected = (
        "2 [Люди похилого віку]: «-5» is negative",
        "3 [Люди похилого віку]: «сто» is not a number of persons",
        "3 [Код громади]: no hromada has the code «UA53080350000099999»: did you mean Опішнянська (",
        "4 [Код громади]: no hromada has the code «UA99080350000099999»",
        "5 [Код громади]: «UA53080000000068029» is the code of a raion, Полтавський: write a hromada's",
        "6 [Код громади]: «UA53000000000028050» is the code of an oblast, Полтавська: write a hromada's",
        "7 [Код громади]: «UA53080370010073240» is the code of a settlement, Полтава: write that of its hrom",
        "8 [Код громади]: no unit is called «UA5308»: write its KATOTTG code",
        "9 [Область]: Полтавська (UA53080370000025447) does not lie in «Вінницька»",
        "10 [Громада]: no unit is called «Опишнянська»: did you mean Опішнянська",
        "11 [Громада]: «Михайлівська» may be any of 4",
        "12 [Громада]: the code is that of Полтавська (UA53080370000025447) and not of «Опішнянська»",
        "13 [Код громади]: this row names no hromada",
        "14 [Область]: no unit is called «Полтавзька»: did you mean Полтавська",
    )
    assert len(told) == len(expected)
    for fault, start in zip(told, expected, strict=True):
        assert fault.startswith(start)


def test_two_rows_of_one_hromada_are_refused(complaints):
    told = complaints(f"код;діти\n{OPISHNIA};5\n{POLTAVA};6\n{OPISHNIA};5\n")
    assert told == ["4: row 2 is of Опішнянська (UA53080350000070563) too: keep one"]


def test_two_rows_of_one_hromada_and_subject_are_refused_however_it_is_called(complaints):
    rows = f"{OPISHNIA};діти;5\n{OPISHNIA};молодь;5\n{OPISHNIA};children;5\n"
    assert complaints(f"код;група;осіб\n{rows}") == [
        "4: row 2 is of Опішнянська (UA53080350000070563) too: keep one"
    ]


def test_a_long_row_that_counts_nobody_known_is_refused(complaints):
    told = complaints(f"код;група;осіб\n{OPISHNIA};;5\n{POLTAVA};ельфи;5\n")
    assert told[0] == "2 [група]: this row does not say whom it counts: write a group or a service"
    assert told[1].startswith("3 [група]: «ельфи» names no group and no service known here")


def test_cells_right_of_the_last_header_are_refused(complaints):
    assert complaints(f"код;діти\n{OPISHNIA};5;6\n") == ["2: «6» stands right of the last header"]


def test_cyrillic_letters_in_a_code_are_taken_and_told(read):
    found = read(f"код;діти\nUА{OPISHNIA[2:]};5\n")
    assert list(numbers(found)) == [OPISHNIA]
    assert any("Cyrillic letters in the code" in note for note in notes(found))


def test_hromadas_left_out_are_told_and_not_filled(read, gazetteer):
    found = read(f"код;діти\n{OPISHNIA};5\n")
    inside = {code for code, unit in gazetteer.hromadas.items() if unit.oblast == "UA53000000000028050"}
    assert set(found.missing) == inside - {OPISHNIA}
    names = [gazetteer.hromadas[code].name for code in found.missing]
    assert names[0].startswith("Б")
    assert len(found.figures) == 1


# Totals


def test_totals_that_add_up_are_left_out_without_a_word(read):
    found = read(f"№;код;Громада;діти\n1;{OPISHNIA};;5\nРазом по району;;;5\n2;{POLTAVA};;6\n;;Всього;11\n")
    assert numbers(found) == {OPISHNIA: {CHILDREN: (5, None)}, POLTAVA: {CHILDREN: (6, None)}}
    assert not any("total" in note for note in notes(found))


def test_a_total_that_does_not_add_up_is_told(read):
    found = read(f"код;діти;молодь\n{OPISHNIA};5;\n{POLTAVA};6;7\nРазом;12;9\n")
    assert [note for note in notes(found) if "total" in note] == [
        ":4 [діти]: the total says 12 and the numbers add up to 11: look which is right"
    ]
    # What is unknown can only add to a total.
    assert any(
        "add up to 7" in note for note in notes(read(f"код;молодь\n{OPISHNIA};\n{POLTAVA};7\nРазом;6\n"))
    )


def test_totals_of_a_long_table_are_of_one_subject_or_of_all(read):
    rows = f"{OPISHNIA};діти;5\n{POLTAVA};діти;6\n{OPISHNIA};молодь;2\n"
    right = read(f"код;група;осіб\n{rows}Разом;діти;11\nРазом;молодь;2\nРазом;;13\n")
    assert not any("total" in note for note in notes(right))
    wrong = read(f"код;група;осіб\n{rows}Разом;діти;13\n")
    assert any("says 13 and the numbers add up to 11" in note for note in notes(wrong))


def test_a_column_that_adds_up_the_groups_is_compared_and_not_kept(read):
    """Kept, it would tell the small number that is left out."""
    found = read(f"код;діти;молодь;Разом\n{OPISHNIA};5;6;11\n{POLTAVA};1;2;4\n")
    assert found.subjects == (CHILDREN, Subject(group=TargetGroup.YOUTH))
    assert [note for note in notes(found) if "[Разом]" in note] == [
        "[Разом]: this column adds up the others: it was compared and not taken",
        ":3 [Разом]: the total says 4 and the numbers add up to 3: look which is right",
    ]


def test_what_is_no_table_is_refused_in_a_sentence(read):
    for content in (b"", b"\x00\x01\x02" * 50, b"PK\x03\x04 broken"):
        with pytest.raises(UsageError, match="потреби"):
            read(content)
