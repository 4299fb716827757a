"""The columns of the flat table: every field of the registry, what people call it, how it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from mapapp.domain.import_plan import GivenFields
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    LocationPolicy,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ProviderKind,
    Sector,
    Term,
)
from mapapp.files.tabular import forms
from mapapp.files.tabular.forms import Form
from mapapp.files.tabular.words import Language

ORGANISATION = "organisation"
POINT = "point"
CONFIDENTIAL = "confidential"
OFFERING = "offering"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `field` is its name, such as `point.name`; `path` the attribute of the organisation, point or offering,
    empty for a column that only helps to understand others; `synonyms` is what else people write above it.
    """

    field: str
    path: str
    title_uk: str
    title_en: str
    form: Form
    synonyms: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """Of what it is a field: the organisation, the point, its confidential place or the offering."""
        return self.field.partition(".")[0]

    @property
    def owner(self) -> str:
        """The part that is a record or an offering: a confidential place belongs to its point."""
        return POINT if self.part == CONFIDENTIAL else self.part

    def title(self, language: Language) -> str:
        """Return the header in the language."""
        return self.title_uk if language is Language.UKRAINIAN else self.title_en


def _address(part: str, path: str, of_uk: str, of_en: str) -> tuple[Column, ...]:
    is_plain = part == POINT

    def column(name: str, uk: str, en: str, *synonyms: str) -> Column:
        title_uk = f"{uk}{of_uk}" if is_plain else f"{uk} ({of_uk})"
        title_en = f"{en}{of_en}" if is_plain else f"{en} ({of_en})"
        found = synonyms if is_plain else ()
        return Column(f"{part}.{name}", f"{path}.{name}", title_uk, title_en, forms.TEXT, found)

    return (
        column("postcode", "Поштовий індекс", "Postcode", "індекс", "zip", "postal code"),
        column("settlement_written", "Населений пункт як написано", "Settlement as written", "city"),
        column("street", "Вулиця", "Street", "вул."),
        column("building", "Будинок", "Building", "буд.", "№ будинку", "номер будинку", "house"),
        column("block", "Корпус", "Block", "корп."),
        column("office", "Офіс", "Office", "офіс/квартира", "кімната", "каб.", "кабінет", "оф./кв."),
        column("address_note", "Примітка до адреси", "Note to the address"),
    )


def _with_paths(columns: tuple[Column, ...], path: str) -> tuple[Column, ...]:
    """Return the columns at their path; two attributes are named otherwise than their field."""
    other = {"settlement_written": "settlement", "address_note": "note"}
    return tuple(
        Column(
            column.field,
            f"{path}.{other.get(name, name)}",
            column.title_uk,
            column.title_en,
            column.form,
            column.synonyms,
        )
        for column in columns
        for name in [column.field.partition(".")[2]]
    )


COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        "organisation.id",
        "id",
        "Код організації",
        "Organisation id",
        forms.ID,
        ("id організації", "organisation", "organization id"),
    ),
    Column(
        "organisation.source",
        "source.name",
        "Джерело запису організації",
        "Organisation’s source",
        forms.TEXT,
    ),
    Column(
        "organisation.source_id",
        "source.record_id",
        "Номер організації в джерелі",
        "Organisation’s id in the source",
        forms.TEXT,
        ("номер організації",),
    ),
    Column(
        "organisation.name",
        "name",
        "Назва організації",
        "Organisation name",
        forms.TEXT,
        (
            "надавач",
            "назва надавача",
            "повна назва надавача",
            "організація",
            "найменування надавача",
            "повне найменування",
            "найменування організації",
            "повне найменування надавача соціальних послуг",
            "надавач соціальних послуг",
            "provider",
            "provider name",
            "organization",
            "organization name",
        ),
    ),
    Column(
        "organisation.short_name",
        "short_name",
        "Скорочена назва організації",
        "Organisation short name",
        forms.TEXT,
        ("скорочена назва", "скорочене найменування", "short name"),
    ),
    Column(
        "organisation.edrpou",
        "edrpou",
        "Код ЄДРПОУ",
        "EDRPOU",
        forms.EDRPOU,
        (
            "ЄДРПОУ",
            "код за ЄДРПОУ",
            "код ЄДРПОУ надавача",
            "ідентифікаційний код юридичної особи",
            "edrpou code",
            "legal entity code",
        ),
    ),
    Column(
        "organisation.kind",
        "kind",
        "Тип надавача",
        "Provider kind",
        forms.word(ProviderKind, "юридична особа"),
        ("юридична особа / ФОП",),
    ),
    Column(
        "organisation.sector",
        "sector",
        "Сектор",
        "Sector",
        forms.word(Sector, "недержавний"),
        ("сектор надавача",),
    ),
    Column(
        "organisation.ownership",
        "ownership",
        "Форма власності",
        "Ownership",
        forms.word(Ownership, "комунальна"),
        ("власність",),
    ),
    Column(
        "organisation.legal_form",
        "legal_form",
        "Організаційно-правова форма",
        "Legal form",
        forms.TEXT,
        ("ОПФ", "правова форма"),
    ),
    Column(
        "organisation.parent",
        "parent",
        "Головна організація",
        "Head organisation",
        forms.ID,
        ("головний надавач", "parent"),
    ),
    Column(
        "organisation.successor_of",
        "successor_of",
        "Правонаступник організацій",
        "Successor of",
        forms.IDS,
        ("правонаступник",),
    ),
    Column(
        "organisation.registry_number",
        "registry_number",
        "Номер у Реєстрі надавачів",
        "State Registry number",
        forms.TEXT,
        ("реєстраційний номер", "реєстраційний номер запису", "номер запису в реєстрі", "registry number"),
    ),
    Column(
        "organisation.registry_in",
        "registry_in",
        "Дата включення до Реєстру",
        "Entered the State Registry",
        forms.DAY,
        ("дата включення",),
    ),
    Column(
        "organisation.registry_out",
        "registry_out",
        "Дата виключення з Реєстру",
        "Left the State Registry",
        forms.DAY,
        ("дата виключення",),
    ),
    Column(
        "organisation.address",
        "address",
        "Юридична адреса",
        "Registered address",
        forms.TEXT,
        (
            "адреса організації",
            "місцезнаходження",
            "юридична адреса надавача",
            "адреса реєстрації",
            "legal address",
        ),
    ),
    Column(
        "organisation.phones",
        "phones",
        "Телефони організації",
        "Organisation phones",
        forms.PHONES,
        ("телефон організації", "телефон надавача"),
    ),
    Column(
        "organisation.emails",
        "emails",
        "Електронні адреси організації",
        "Organisation e-mails",
        forms.EMAILS,
        ("електронна адреса організації", "email організації"),
    ),
    Column(
        "organisation.website",
        "website",
        "Сайт організації",
        "Organisation website",
        forms.TEXT,
        ("вебсайт організації",),
    ),
    Column(
        "organisation.valid_from", "valid_from", "Організація діє з", "Organisation valid from", forms.DAY
    ),
    Column("organisation.valid_to", "valid_to", "Організація діє до", "Organisation valid to", forms.DAY),
    Column(
        "organisation.last_verified",
        "last_verified",
        "Дані організації перевірено",
        "Organisation last verified",
        forms.DAY,
    ),
    Column(
        "organisation.is_demo",
        "is_demo",
        "Демонстраційна організація",
        "Demonstration organisation",
        forms.FLAG,
    ),
    Column(
        "point.id",
        "id",
        "Код місця надання",
        "Service point id",
        forms.ID,
        ("id місця", "код точки", "point id"),
    ),
    Column("point.source", "source.name", "Джерело запису", "Source", forms.TEXT, ("джерело", "source name")),
    Column(
        "point.source_id",
        "source.record_id",
        "Номер у джерелі",
        "Id in the source",
        forms.TEXT,
        (
            "source id",
            "id",
            "№",
            "№ з/п",
            "номер",
            "ідентифікатор",
            "n з/п",
            "код запису",
            "record id",
            "external id",
        ),
    ),
    Column(
        "point.name",
        "name",
        "Назва місця надання",
        "Service point name",
        forms.TEXT,
        (
            "назва",
            "найменування",
            "назва закладу",
            "назва установи",
            "найменування закладу",
            "назва структурного підрозділу",
            "name",
            "title",
            "facility name",
        ),
    ),
    Column(
        "point.kind",
        "kind",
        "Вид закладу",
        "Kind of place",
        forms.word(PointKind, "центр надання соціальних послуг"),
        ("тип закладу", "вид місця", "тип установи", "point kind", "kind", "facility type"),
    ),
    Column(
        "point.location_policy",
        "location_policy",
        "Розголошення адреси",
        "Location policy",
        forms.word(LocationPolicy, "адреса відкрита"),
        ("конфіденційність", "доступ до адреси"),
    ),
    Column(
        "point.oblast",
        "oblast",
        "Область",
        "Oblast",
        forms.OBLAST,
        ("обл.", "код області", "region", "oblast code"),
    ),
    Column(
        "point.raion", "", "Район", "Raion", forms.RAIONS, ("р-н", "district", "raion code", "код району")
    ),
    Column(
        "point.hromada",
        "hromada",
        "Громада",
        "Hromada",
        forms.UNIT,
        (
            "територіальна громада",
            "ТГ",
            "ОТГ",
            "код громади",
            "КАТОТТГ громади",
            "код КАТОТТГ громади",
            "hromada code",
            "назва громади",
            "community",
        ),
    ),
    Column(
        "point.settlement",
        "settlement",
        "Населений пункт",
        "Settlement",
        forms.UNIT,
        (
            "н. п.",
            "населений пункт (КАТОТТГ)",
            "КАТОТТГ",
            "код КАТОТТГ",
            "КАТОТТГ населеного пункту",
            "код населеного пункту",
            "settlement code",
            "katottg",
            "місто/село",
            "місто",
        ),
    ),
    Column(
        "point.lat",
        "point.lat",
        "Широта",
        "Latitude",
        forms.DEGREES,
        ("lat", "географічна широта", "y", "координати широта"),
    ),
    Column(
        "point.lon",
        "point.lon",
        "Довгота",
        "Longitude",
        forms.DEGREES,
        ("lon", "lng", "long", "географічна довгота", "x", "координати довгота"),
    ),
    Column(
        "point.precision",
        "precision",
        "Точність координат",
        "Precision of coordinates",
        forms.word(PointPrecision, "будинок"),
        ("coord precision", "точність", "precision"),
    ),
    Column(
        "point.coordinates_source",
        "coordinates_source",
        "Джерело координат",
        "Source of coordinates",
        forms.TEXT,
    ),
    Column(
        "point.address",
        "address",
        "Адреса",
        "Address",
        forms.TEXT,
        (
            "адреса надання послуг",
            "адреса місця надання",
            "фактична адреса",
            "поштова адреса",
            "адреса закладу",
            "адреса надання соціальних послуг",
        ),
    ),
    *_with_paths(_address(POINT, "address_parts", "", ""), "address_parts"),
    Column(
        "point.phones",
        "phones",
        "Телефони",
        "Phones",
        forms.PHONES,
        (
            "телефон",
            "тел.",
            "контактний телефон",
            "контактні телефони",
            "номер телефону",
            "phone",
            "telephone",
            "phone number",
        ),
    ),
    Column(
        "point.emails",
        "emails",
        "Електронні адреси",
        "E-mails",
        forms.EMAILS,
        (
            "електронна адреса",
            "електронна пошта",
            "ел. пошта",
            "e-mail",
            "email",
            "пошта",
            "емейл",
            "адреса електронної пошти",
        ),
    ),
    Column(
        "point.website",
        "website",
        "Сайт",
        "Website",
        forms.TEXT,
        ("вебсайт", "веб-сайт", "сайт закладу", "web", "url", "site"),
    ),
    Column(
        "point.contacts",
        "contacts",
        "Контакти за посадою",
        "Contacts by post",
        forms.CONTACTS,
        ("контакти", "contacts"),
    ),
    Column("point.languages", "languages", "Мови", "Languages", forms.LANGUAGES, ("мови обслуговування",)),
    Column(
        "point.hours",
        "hours",
        "Графік роботи",
        "Opening hours",
        forms.HOURS,
        (
            "години роботи",
            "режим роботи",
            "розклад",
            "розклад роботи",
            "час роботи",
            "timetable",
            "hours",
            "schedule",
            "working hours",
        ),
    ),
    Column(
        "point.opening_hours",
        "opening_hours",
        "Графік роботи (точно)",
        "Opening hours (exact)",
        forms.OPENING_HOURS,
    ),
    Column(
        "point.closures",
        "closures",
        "Тимчасово не працює",
        "Closures",
        forms.CLOSURES,
        ("тимчасове закриття",),
    ),
    Column(
        "point.accessibility",
        "accessibility",
        "Доступність",
        "Accessibility",
        forms.words(Accessibility, "вхід без сходинок; ліфт"),
        ("безбар’єрність", "доступність для осіб з інвалідністю"),
    ),
    Column(
        "point.no_accessibility",
        "no_accessibility",
        "Доступності немає",
        "Not accessible",
        forms.words(Accessibility, "ліфт"),
    ),
    Column(
        "point.referral_note",
        "referral_note",
        "Як направити",
        "How to refer",
        forms.TEXT,
        ("направлення", "порядок направлення", "referral"),
    ),
    Column(
        "point.relocated_from",
        "relocated_from",
        "Переміщено з громади",
        "Relocated from",
        forms.UNIT,
        ("переміщено з", "релоковано з"),
    ),
    Column(
        "point.is_suspended",
        "wartime.is_suspended",
        "Роботу призупинено",
        "Suspended",
        forms.FLAG,
        ("призупинено",),
    ),
    Column(
        "point.suspended_until", "wartime.suspended_until", "Призупинено до", "Suspended until", forms.DAY
    ),
    Column(
        "point.works_without_power",
        "wartime.works_without_power",
        "Працює без електропостачання",
        "Works without power",
        forms.FLAG,
        ("працює без світла", "є генератор"),
    ),
    Column(
        "point.has_shelter",
        "wartime.has_shelter",
        "Укриття на місці",
        "Shelter on site",
        forms.FLAG,
        ("укриття", "наявність укриття", "shelter"),
    ),
    Column(
        "point.last_confirmed",
        "wartime.last_confirmed",
        "Роботу підтверджено",
        "Work last confirmed",
        forms.DAY,
    ),
    Column(
        "point.stops",
        "stops",
        "Зупинки мобільної бригади",
        "Mobile team’s stops",
        forms.STOPS,
        ("графік виїздів", "маршрут"),
    ),
    Column("point.valid_from", "valid_from", "Діє з", "Valid from", forms.DAY, ("дата початку",)),
    Column("point.valid_to", "valid_to", "Діє до", "Valid to", forms.DAY, ("дата закриття",)),
    Column(
        "point.last_verified",
        "last_verified",
        "Дані перевірено",
        "Last verified",
        forms.DAY,
        ("дата оновлення", "дата перевірки", "актуально на", "updated"),
    ),
    Column(
        "point.is_demo",
        "is_demo",
        "Демонстраційний запис",
        "Demonstration record",
        forms.FLAG,
        ("демо", "demo"),
    ),
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
    *_with_paths(
        _address(CONFIDENTIAL, "", "не для розголошення", "confidential"), "confidential_place.address_parts"
    ),
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

BY_FIELD: Final[Mapping[str, Column]] = MappingProxyType({column.field: column for column in COLUMNS})

_IDENTITY: Final = frozenset(
    {"organisation.id", "organisation.source_id", "organisation.edrpou", "organisation.name"}
)
"""What tells which organisation is meant, without saying anything new of it."""

_FOUND_OUT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "point.address": ("address_parts",),
        "point.hours": ("opening_hours",),
        "point.lat": ("point", "precision"),
        "point.settlement": ("hromada", "oblast"),
        "point.hromada": ("oblast",),
    }
)
"""The attributes that follow from a column where they have none of their own."""


def describes_organisations(read_fields: Collection[str]) -> bool:
    """Tell whether a table says more of its organisations than which ones they are."""
    return any(BY_FIELD[field].part == ORGANISATION and field not in _IDENTITY for field in read_fields)


def given_fields(read_fields: Collection[str]) -> GivenFields:
    """Return which attributes a table with these columns (and defaults) speaks of."""
    given: dict[str, set[str]] = {
        ORGANISATION: {"id"},
        POINT: {"id", "organisation"},
        OFFERING: {"service"},
    }
    for field in read_fields:
        column = BY_FIELD[field]
        if column.path:
            given[column.owner].add(column.path.partition(".")[0])
        given[column.owner].update(_FOUND_OUT.get(field, ()))
    if not describes_organisations(read_fields):
        # A name or a code only tells which organisation is meant: one that is known stays as it is.
        given[ORGANISATION] = {"id"}
    if "offering.service" in read_fields:
        given[POINT].add("offerings")
    return GivenFields(frozenset(given[ORGANISATION]), frozenset(given[POINT]), frozenset(given[OFFERING]))


def value_of(record: Any, path: str) -> Any:
    """Return the attribute at the path, None as soon as there is nothing on the way."""
    for name in path.split("."):
        if record is None:
            return None
        record = getattr(record, name)
    return record
