"""The columns of an address taken apart, of a point or of its confidential place."""

from __future__ import annotations

from typing import Final

from mapapp.files.tabular import forms
from mapapp.files.tabular.column import POINT, Column

_ADDRESS: Final = (
    ("postcode", "postcode", "Поштовий індекс", "Postcode", ("індекс", "zip", "postal code")),
    ("settlement_written", "settlement", "Населений пункт як написано", "Settlement as written", ("city",)),
    ("street", "street", "Вулиця", "Street", ("вул.",)),
    ("building", "building", "Будинок", "Building", ("буд.", "№ будинку", "номер будинку", "house")),
    ("block", "block", "Корпус", "Block", ("корп.",)),
    (
        "office",
        "office",
        "Офіс",
        "Office",
        ("офіс/квартира", "кімната", "каб.", "кабінет", "оф./кв."),
    ),
    ("address_note", "note", "Примітка до адреси", "Note to the address", ()),
)
"""Name, attribute, titles and other words."""


def address_columns(part: str, path: str) -> tuple[Column, ...]:
    """Return the columns of a part's address; those of a confidential place say so in their titles."""
    is_plain = part == POINT
    return tuple(
        Column(
            f"{part}.{name}",
            f"{path}.{attribute}",
            title_uk if is_plain else f"{title_uk} (не для розголошення)",
            title_en if is_plain else f"{title_en} (confidential)",
            forms.TEXT,
            synonyms if is_plain else (),
        )
        for name, attribute, title_uk, title_en, synonyms in _ADDRESS
    )
