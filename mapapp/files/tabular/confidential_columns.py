"""The columns that tell where a point really is, for those alone who may know."""

from __future__ import annotations

from typing import Final

from mapapp.domain.registry import PointPrecision
from mapapp.files.tabular import forms
from mapapp.files.tabular.address_columns import address_columns
from mapapp.files.tabular.column import CONFIDENTIAL, Column

CONFIDENTIAL_COLUMNS: Final = (
    Column(
        "confidential.hromada",
        "confidential_place.hromada",
        "Громада (не для розголошення)",
        "Hromada (confidential)",
        forms.UNIT,
    ),
    Column(
        "confidential.settlement",
        "confidential_place.settlement",
        "Населений пункт (не для розголошення)",
        "Settlement (confidential)",
        forms.UNIT,
    ),
    Column(
        "confidential.lat",
        "confidential_place.point.lat",
        "Широта (не для розголошення)",
        "Latitude (confidential)",
        forms.DEGREES,
    ),
    Column(
        "confidential.lon",
        "confidential_place.point.lon",
        "Довгота (не для розголошення)",
        "Longitude (confidential)",
        forms.DEGREES,
    ),
    Column(
        "confidential.precision",
        "confidential_place.precision",
        "Точність координат (не для розголошення)",
        "Precision of coordinates (confidential)",
        forms.word(PointPrecision),
    ),
    Column(
        "confidential.address",
        "confidential_place.address",
        "Адреса (не для розголошення)",
        "Address (confidential)",
        forms.TEXT,
    ),
    *address_columns(CONFIDENTIAL, "confidential_place.address_parts"),
)
