"""A code of a legal person is told from a mistyped one by its check digit."""

from __future__ import annotations

import pytest

from mapapp.domain.edrpou import is_edrpou

PUBLISHED = ["32855961", "14360570", "00032129", "00015622", "40195208", "38728444", "37508596"]


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_are_accepted(code: str) -> None:
    assert is_edrpou(code)


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_code_with_another_last_digit_is_refused(code: str) -> None:
    others = {f"{code[:7]}{digit}" for digit in range(10)} - {code}
    assert not any(is_edrpou(other) for other in others)


@pytest.mark.parametrize("text", ["", "32129", "0003212９", "000321290", "0003212x", " 00032129"])
def test_anything_but_eight_ascii_digits_is_refused(text: str) -> None:
    assert not is_edrpou(text)
