"""The columns that tell of one service of a point."""

from __future__ import annotations

from typing import Final

from mapapp.domain.registry import CapacityUnit, Payment, PlaceOfProvision, Term
from mapapp.files.tabular import forms
from mapapp.files.tabular.column import Column

OFFERING_COLUMNS: Final = (
    Column(
        "offering.service",
        "service",
        "Соціальна послуга",
        "Service",
        forms.SERVICE,
        (
            "послуга",
            "назва послуги",
            "назва соціальної послуги",
            "код послуги",
            "вид послуги",
            "соціальні послуги",
            "service name",
        ),
    ),
    Column(
        "offering.catchment",
        "catchment",
        "Кого обслуговує (території)",
        "Catchment",
        forms.CATCHMENT,
        ("територія обслуговування", "територія надання", "обслуговує громади", "catchment area"),
    ),
    Column(
        "offering.target_groups",
        "target_groups",
        "Категорії отримувачів",
        "Target groups",
        forms.GROUPS,
        (
            "цільова група",
            "цільові групи",
            "категорія отримувачів",
            "отримувачі",
            "категорії осіб",
            "target group",
        ),
    ),
    Column("offering.age_from", "age_from", "Вік від", "Age from", forms.COUNT, ("мінімальний вік",)),
    Column("offering.age_to", "age_to", "Вік до", "Age to", forms.COUNT, ("максимальний вік",)),
    Column(
        "offering.places",
        "places",
        "Місце надання",
        "Place of provision",
        forms.words(PlaceOfProvision, "вдома; напівстаціонарно"),
        ("форма надання", "спосіб надання", "умови надання (місце)", "places"),
    ),
    Column(
        "offering.terms",
        "terms",
        "Строк надання",
        "Term",
        forms.words(Term, "постійно"),
        ("термін надання", "строк", "terms"),
    ),
    Column(
        "offering.payment",
        "payment",
        "Оплата",
        "Payment",
        forms.word(Payment, "F, D, C or безоплатно"),
        ("плата", "умови оплати", "платність", "вартість (безоплатно/платно)"),
    ),
    Column(
        "offering.capacity",
        "capacity",
        "Кількість місць",
        "Capacity",
        forms.COUNT,
        ("місткість", "потужність", "наявна кількість", "максимальна кількість"),
    ),
    Column("offering.vacant", "vacant", "Вільних місць", "Vacant", forms.COUNT, ("вільні місця", "вільно")),
    Column(
        "offering.capacity_unit",
        "capacity_unit",
        "Одиниця виміру місць",
        "Unit of capacity",
        forms.word(CapacityUnit, "осіб"),
        ("одиниця виміру",),
    ),
    Column(
        "offering.capacity_as_of",
        "capacity_as_of",
        "Місця станом на",
        "Capacity as of",
        forms.DAY,
        ("станом на", "as of"),
    ),
    Column(
        "offering.is_emergency",
        "is_emergency",
        "Надається екстрено",
        "Emergency service",
        forms.FLAG,
        ("надається екстрено (кризово)", "екстрено"),
    ),
    Column(
        "offering.meets_standard",
        "meets_standard",
        "Відповідає державному стандарту",
        "Meets the state standard",
        forms.FLAG,
        ("відповідає державним стандартам", "відповідність стандарту"),
    ),
    Column(
        "offering.tariffs", "tariffs", "Тарифи", "Tariffs", forms.TARIFFS, ("тариф", "вартість", "tariff")
    ),
    Column(
        "offering.conditions",
        "conditions",
        "Умови надання",
        "Conditions",
        forms.TEXT,
        ("умови", "умови і порядок отримання", "умови та порядок отримання"),
    ),
)
