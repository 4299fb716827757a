"""How each kind of column is read from a cell and written to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from mapapp.files.registry_values import read_record_id
from mapapp.files.tabular import cells, lists
from mapapp.files.tabular.understanding import find_phones, hours_note, phones_note
from mapapp.files.tabular.units import Surroundings, Units
from mapapp.files.tabular.words import Language, ServiceWords, read_groups, read_word, tell_groups, tell_word


@dataclass(frozen=True, slots=True)
class Reference:
    """What cells refer to: the services and the country's units."""

    services: ServiceWords
    units: Units


class Form(NamedTuple):
    """One kind of column: how it is read, how it is written, and what a person is told of it."""

    read: Callable[[str, Reference], Any]
    write: Callable[[Any, Language], str]
    about: str
    example: str = ""


def _form(read: Callable[[str], Any], write: Callable[[Any], str], about: str, example: str = "") -> Form:
    return Form(lambda written, _: read(written), lambda value, _: write(value), about, example)


def _tell_flag(value: bool, language: Language) -> str:  # noqa: FBT001 - the value itself
    if language is Language.UKRAINIAN:
        return "так" if value else "ні"
    return "yes" if value else "no"


def _tell_degrees(value: float) -> str:
    return repr(value)


def _tell_day(value: date) -> str:
    return value.isoformat()


def _read_phones(written: str) -> Any:
    phones = lists.read_phone_list(written, find_phones)
    note = phones_note(phones)
    return phones if note is None else cells.Noted(phones, note)


def _read_hours(written: str) -> Any:
    text = cells.read_text(written)
    note = hours_note(text)
    return text if note is None else cells.Noted(text, note)


TEXT = _form(cells.read_text, str, "text")
ID = _form(read_record_id, str, "lower-case Latin letters, digits, dots and dashes", "opishnia-centre")
IDS = _form(
    lambda written: tuple(read_record_id(item) for item in lists.split_items(written)),
    lists.join_items,
    "ids, apart by `;`",
    "old-centre; older-centre",
)
DAY = _form(cells.read_day, _tell_day, "day", "31.03.2026 or 2026-03-31")
FLAG = Form(lambda written, _: cells.read_flag(written), _tell_flag, "так or ні; empty is unknown", "так")
COUNT = _form(cells.read_count, str, "whole number", "25")
DEGREES = _form(cells.read_degrees, _tell_degrees, "degrees, decimal point or comma", "49,9613")
EDRPOU = _form(cells.read_edrpou, str, "8 digits, zeros in front included", "00032129")
EMAILS = _form(lists.read_emails, lists.join_items, "addresses, apart by `;`", "centre@example.com")
TEXTS = _form(lists.read_texts, lists.tell_texts, "texts, apart by `;`")
LANGUAGES = _form(
    lambda written: tuple(item.lower() for item in lists.read_texts(written)),
    lists.tell_texts,
    "ISO 639 codes, apart by `;`",
    "uk; en",
)
PHONES = _form(
    _read_phones,
    lambda phones: lists.tell_phones(phones, find_phones),
    "phones, apart by `;`",
    "(0432) 65-50-50; 1545",
)
HOURS = _form(_read_hours, str, "hours as people write them", "Пн–Чт 9:00–18:00, Пт 9:00–16:45")
CONTACTS = _form(
    lists.read_contacts,
    lists.tell_contacts,
    "posts, each with phones and e-mail in brackets, apart by `;`",
    "Черговий (1545, duty@example.com)",
)
CLOSURES = _form(
    lists.read_closures,
    lists.tell_closures,
    "periods with the reason in brackets, apart by `;`; without a last day: until further notice",
    "2026-07-01–2026-07-14 (ремонт); 2026-09-01–",
)
OPENING_HOURS = Form(
    lambda written, _: lists.read_opening_hours(written),
    lists.tell_opening_hours,
    "exact hours, only where they differ from what `point.hours` says; – is «not understood»",
    "пн–чт 09:00–13:00, 14:00–18:00; пт 09:00–16:45; 2026-01-01: зачинено",
)
TARIFFS = Form(
    lambda written, _: lists.read_tariffs(written),
    lists.tell_tariffs,
    "prices in hryvnias with their period and document, apart by `;`",
    "2026-01-01–2026-12-31: особа 120,50, сім’я 300 (рішення № 5)",
)
STOPS = _form(
    str, lists.tell_stops, "day, hours and settlement, the place in brackets, apart by `;`"
)._replace(
    read=lambda written, to: lists.read_stops(written, lambda where: _settlement(where, to.units)),
    example="2026-02-03 09:00–12:00 UA53080350010044287 (біля старостату)",
)
CATCHMENT = Form(
    lambda written, to: lists.read_catchment(written, to.units.read_area),
    lists.tell_catchment,
    "hromadas, raions, oblasts or `UA` by code or name, a contract in brackets, apart by `;`; "
    "empty: the point's own hromada",
    "UA53080350000070563; UA53080170000047487 (договір 2026-01-01–2027-12-31)",
)
OBLAST = Form(
    lambda written, to: to.units.read_oblast(written),
    lambda code, _: str(code),
    "KATOTTG code or name",
    "UA53000000000028050 or Полтавська",
)
RAIONS = Form(
    lambda written, to: to.units.read_raions(written),
    lambda code, _: str(code),
    "KATOTTG code or name: helps to understand the names of the hromada and the settlement",
    "Полтавський",
)
UNIT = Form(
    lambda written, to: to.units.read_unit(written),
    lambda code, _: str(code),
    "KATOTTG code; or name, where oblast and raion make it clear",
    "UA53080350000070563 or Опішнянська",
)
SERVICE = Form(
    lambda written, to: to.services.read(written),
    lambda slug, _: str(slug),
    "slug, Ukrainian or English name, or official code",
    "home-care, Догляд вдома or 015.1",
)
GROUPS = Form(
    lambda written, _: read_groups(lists.split_items(written.replace("\n", ";"))),
    lambda groups, language: lists.join_items(tell_groups(groups, language)),
    "words, apart by `;`; empty: everyone",
    "люди похилого віку; ВПО",
)


def word(vocabulary: type[Enum], example: str = "") -> Form:
    """Return the form of one word of a vocabulary."""
    return Form(
        lambda written, _: read_word(vocabulary, written),
        tell_word,
        f"one of the [words](#words) for {humanised(vocabulary)}",
        example,
    )


def words(vocabulary: type[Enum], example: str = "") -> Form:
    """Return the form of a set of words of a vocabulary."""
    return Form(
        lambda written, _: frozenset(read_word(vocabulary, item) for item in lists.split_items(written)),
        lambda members, language: lists.join_items(
            tell_word(member, language) for member in vocabulary if member in members
        ),
        f"[words](#words) for {humanised(vocabulary)}, apart by `;`",
        example,
    )


def humanised(vocabulary: type[Enum]) -> str:
    """Return the name of a vocabulary in words.

    >>> humanised(Enum)
    'enum'
    """
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in vocabulary.__name__).strip()


def _settlement(where: str, units: Units) -> Any:
    code = cells.read_code(where)
    if code is None:
        return units.settlement(where, Surroundings())
    return code.value if isinstance(code, cells.Noted) else code
