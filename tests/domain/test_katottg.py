"""A code says its level and the prefixes its parents are found by; anything else is refused."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.katottg import Katottg, KatottgLevel, fold_look_alikes, parse_katottg

PREFIX_LENGTH = {
    "oblast_prefix": 4,
    "raion_prefix": 6,
    "hromada_prefix": 9,
    "settlement_prefix": 12,
}
codes = st.from_regex(r"UA[0-9]{17}", fullmatch=True)


# Codes of the codifier and their OCHA p-codes.
@pytest.mark.parametrize(
    ("code", "level", "prefix", "expected"),
    [
        ("UA71000000000010357", KatottgLevel.OBLAST, "oblast_prefix", "UA71"),
        ("UA71020000000057292", KatottgLevel.RAION, "raion_prefix", "UA7102"),
        ("UA71020010000037786", KatottgLevel.HROMADA, "hromada_prefix", "UA7102001"),
        ("UA63120270010096107", KatottgLevel.SETTLEMENT, "hromada_prefix", "UA6312027"),
        ("UA18040190010115253", KatottgLevel.CITY_DISTRICT, "hromada_prefix", "UA1804019"),
        # Kyiv and Sevastopol stand at the first level and have no raion or hromada …
        ("UA80000000000093317", KatottgLevel.OBLAST, "oblast_prefix", "UA80"),
        ("UA85000000000065278", KatottgLevel.OBLAST, "oblast_prefix", "UA85"),
        # … their districts follow at once; Prypiat sits right under its oblast.
        ("UA85000000000155841", KatottgLevel.CITY_DISTRICT, "oblast_prefix", "UA85"),
        ("UA32000000010085013", KatottgLevel.SETTLEMENT, "oblast_prefix", "UA32"),
    ],
)
def test_a_code_says_its_level_and_parents_prefix(code, level, prefix, expected):
    assert Katottg(code).level is level
    assert getattr(Katottg(code), prefix) == expected


@pytest.mark.parametrize(
    "typed", ["ua71020010000037786", " UA71020010000037786\n", "UА71020010000037786", "uа71020010000037786"]
)
def test_case_spaces_and_cyrillic_look_alikes_are_forgiven(typed):
    assert Katottg(typed) == "UA71020010000037786"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "UA",
        "71020010000037786",
        "UA7102001000003778",  # a digit short
        "UA710200100000377860",  # a digit over
        "UA7102001000003778O",  # the letter O
        "УА71020010000037786",  # the Cyrillic letter that sounds like U but looks like Y
        "UA7102001000003778٦",  # a digit, but an Arabic one
        "UA71020 010000037786",
        "UA7102001000003778\N{SUPERSCRIPT TWO}",
    ],
)
def test_anything_else_is_refused(typed):
    assert parse_katottg(typed) is None
    with pytest.raises(ValueError, match="expected UA and 17 digits"):
        Katottg(typed)


@given(codes)
def test_every_prefix_starts_the_code(code):
    katottg = Katottg(code)
    for prefix, length in PREFIX_LENGTH.items():
        assert getattr(katottg, prefix) == code[:length]


@given(codes)
def test_the_level_depends_on_the_filled_groups_only(code):
    assert Katottg(code).level is Katottg(code[:14] + "00000").level
    assert Katottg(code[:12] + "00" + code[14:]).level is not KatottgLevel.CITY_DISTRICT


@given(codes)
def test_a_code_is_the_text_it_is_written_as(code):
    katottg = Katottg(code)
    assert (katottg, hash(katottg), str(katottg)) == (code, hash(code), code)
    assert Katottg(katottg) == katottg
    assert type(pickle.loads(pickle.dumps(katottg))) is Katottg  # caches keep pickles


@given(st.text())
def test_parsing_refuses_or_returns_a_well_formed_code(text):
    parsed = parse_katottg(text)
    assert parsed is None or (parsed.startswith("UA") and len(parsed) == 19 and parsed[2:].isascii())


def test_category_letters_typed_in_cyrillic_become_latin():
    assert fold_look_alikes("ОКРНМТСХВ") == "OKPHMTCXB"


@given(st.text())
def test_folding_keeps_length_and_is_done_once(text):
    folded = fold_look_alikes(text)
    assert len(folded) == len(text)
    assert fold_look_alikes(folded) == folded
