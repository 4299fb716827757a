"""Telephones as people write them become numbers to dial, and nothing of what is written is lost."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.contacts import Phone
from mapapp.files.phones import (
    AREA_CODE_MISSING,
    NO_DIGITS,
    NO_SUCH_NUMBER,
    TOO_FEW_DIGITS,
    TOO_MANY_DIGITS,
    number_kind,
    phone_problem,
    read_phone,
    read_phones,
)

VINNYTSIA, MOBILE = "+380432655050", "+380671234567"
SEPARATORS = str.maketrans("", "", ";,|/. \n")


@pytest.mark.parametrize(
    "written",
    [
        "(0432)655050",
        "(0432) 65-50-50",
        "0432 65 50 50",
        "0432-65-50-50",
        "+380432655050",
        "+38 (0432) 65-50-50",
        "380432655050",
        "38(0432)655050",
        "00380432655050",
        "8-0432-65-50-50",
        "8 (0432) 655050",
        "432655050",
        "( 0432) 655-050",
        "(0432655050",
        ".0432655050",
        "0(432) 65-50-50",
        "(О432)655О5О",
        "тел. 0432 65-50-50",
        "факс: (0432) 65-50-50",
        "(0432) 65-50-50 дод. 12",
        "(0432) 65-50-50, вн. 123",
        "(0432) 65-50-50 (дод. 3)",
        "0432655050#12",
    ],
)
def test_a_number_is_dialled_the_same_however_it_is_written(written):
    assert [phone.e164 for phone in read_phones(written)] == [VINNYTSIA]


@pytest.mark.parametrize(
    "written", ["1545", "15-45", "101", "116 123", "116-123", "0 800 501 121", "0(800)50-11-21"]
)
def test_a_short_or_free_number_stays_text_without_a_reproach(written):
    assert read_phone(written) == Phone(written, None)
    assert not phone_problem(read_phone(written))


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("0432655050, 067-123-45-67; 1545 факс", [VINNYTSIA, MOBILE, None]),
        ("0432655050 0671234567", [VINNYTSIA, MOBILE]),
        ("0432 65 50 50 067 123 45 67", [VINNYTSIA, MOBILE]),
        ("(0432)655050 (067)1234567", [VINNYTSIA, MOBILE]),
        ("0432655050        моб.тел. 671234567", [VINNYTSIA, MOBILE]),
        ("0432655050/0671234567", [VINNYTSIA, MOBILE]),
        ("0432655050. 0671234567", [VINNYTSIA, MOBILE]),
        ("0432655050\n0671234567", [VINNYTSIA, MOBILE]),
        ("(04142) 50125, 50126", ["+380414250125", "+380414250126"]),
        ("(0432) 65-50-50; 65-50-51 (067)1234567", [VINNYTSIA, "+380432655051", MOBILE]),
        ("(0432) 65-50-50, 5-50-51", [VINNYTSIA, None]),
        ("0432655050, 655051", [VINNYTSIA, None]),
        ("067-123-45-67, 65-50-50", [MOBILE, None]),
        ("(0432) 65-50-50, 1545", [VINNYTSIA, None]),
        ("факс, 0432655050, цілодобово", [VINNYTSIA]),
        ("+48 22 123 45 67", ["+48221234567"]),
    ],
)
def test_a_cell_with_several_numbers_is_taken_apart(cell, numbers):
    assert [phone.e164 for phone in read_phones(cell)] == numbers


@pytest.mark.parametrize("cell", ["", "  ", "-", "_", "—", "ні", "Немає"])
def test_a_cell_that_says_there_is_no_phone_has_none(cell):
    assert read_phones(cell) == ()


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("так", NO_DIGITS),
        ("5-29-15", AREA_CODE_MISSING),
        ("(251)36125", TOO_FEW_DIGITS),
        ("(03132)712072", NO_SUCH_NUMBER),
        ("0240 78-23-11", NO_SUCH_NUMBER),
        ("3803241610513", TOO_MANY_DIGITS),
    ],
)
def test_a_number_that_cannot_be_dialled_says_why(written, problem):
    (phone,) = read_phones(written)
    assert phone.e164 is None
    assert phone_problem(phone) == problem
    assert written in problem.format(written=phone.written)


cells = st.text() | st.lists(
    st.sampled_from(
        ["0432655050", "(04142) 5-01-25", "50126", "067 123 45 67", "1545", "дод. 7", "факс", "та"]
    )
    | st.text(st.sampled_from("0123456789()+- О,;./"), max_size=12)
).flatmap(lambda parts: st.sampled_from([" ", ", ", "; ", "   ", "/", "\n"]).map(lambda gap: gap.join(parts)))


@given(cells)
def test_no_character_but_separators_is_lost(cell):
    phones = read_phones(cell)
    if phones:
        kept = "".join("".join(phone.written.split()) for phone in phones)
        assert kept.translate(SEPARATORS) == "".join(cell.split()).translate(SEPARATORS)
    else:
        assert not any(map(str.isdecimal, cell))


@given(cells)
def test_every_number_told_is_one_that_exists(cell):
    for phone in read_phones(cell):
        assert phone.e164 is None or phonenumbers.is_valid_number(phonenumbers.parse(phone.e164))
        assert phone.e164 is None or not phone_problem(phone)


@given(st.sampled_from([VINNYTSIA, MOBILE, "+48221234567"]))
def test_the_international_form_is_read_as_itself(e164):
    assert read_phones(e164) == (Phone(e164, e164),)


@pytest.mark.parametrize(
    "cell", ["0" * 20_000, "1 " * 20_000, "1" + "( " * 20_000, "дод. " * 5_000, "5 " * 24 + "0432655050"]
)
def test_a_cell_without_end_is_kept_as_it_is(cell):
    assert read_phones(cell)[0].e164 is None


@pytest.mark.parametrize("tail", ["99999", "12345"])
def test_the_first_four_digits_tell_the_kind_of_a_number_and_whether_it_exists(tail):
    for first in range(10_000):
        national = f"{first:04}{tail}"
        number = phonenumbers.PhoneNumber(country_code=380, national_number=int(national))
        assert number_kind(national) == phonenumbers.number_type(number)
        if phonenumbers.is_valid_number(number) and not national.startswith("800"):
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            assert read_phone(f"0{national}").e164 == e164
        else:
            assert read_phone(f"0{national}").e164 is None


def test_a_number_abroad_gives_its_code_to_no_number_after_it():
    assert [phone.e164 for phone in read_phones("+352 26 12 34, 265050")] == ["+352261234", None]
