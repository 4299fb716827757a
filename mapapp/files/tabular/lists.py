"""Lists in one cell: items apart by semicolons, with what belongs to an item in brackets after it.

A sign that would part items, written inside one, has a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from mapapp.domain.contacts import Contact, Phone
from mapapp.domain.errors import Fault
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import CatchmentArea, CatchmentBasis, MobileStop, Tariff
from mapapp.files.phones import read_phone
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.cells import fold_word, read_day, read_email, read_money, read_text, read_time
from mapapp.files.tabular.words import Language

NOTHING = "–"
"""Says that there is nothing, where an empty cell would let the value be found out from another column."""

_Item = TypeVar("_Item")

_SPECIAL = re.compile(r"([\\;()])")
_SPECIAL_PLAIN = re.compile(r"([\\;])")
_SPECIAL_INSIDE = re.compile(r"([\\;(),])")
_DASH = r"\s*[–—-]\s*"
_DAY = r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}"
_PERIOD = re.compile(rf"(?P<first>{_DAY})?(?P<dash>{_DASH})?(?P<last>{_DAY})?")
_SPAN = re.compile(rf"(?P<opens>\d{{1,2}}[:.]\d{{2}})?{_DASH}(?P<closes>\d{{1,2}}[:.]\d{{2}})?")
_CONTRACT = re.compile(r"(?:договір|договором|за договором|contract)\b[:,]?\s*", re.IGNORECASE)
_PER_PERSON = re.compile(r"(?:особ\w*|person)\s*:?\s*(\d+(?:[ \u00a0]\d{3})*(?:[.,]\d+)?)", re.IGNORECASE)
_PER_FAMILY = re.compile(r"(?:сім\W?\w*|family)\s*:?\s*(\d+(?:[ \u00a0]\d{3})*(?:[.,]\d+)?)", re.IGNORECASE)
_STOP = re.compile(rf"(?P<day>{_DAY})\s*(?P<span>[\d:.]*{_DASH}[\d:.]*)?\s+(?P<where>\S.*)")
_EXPLICIT_PHONE = re.compile(r"(?P<written>.*\S)\s+=\s+(?P<e164>\+\d+|–)", re.DOTALL)
_WEEK_WORDS = {
    Language.UKRAINIAN: ("пн", "вт", "ср", "чт", "пт", "сб", "нд"),
    Language.ENGLISH: ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
}
_WEEK_DAY = {word: number for words in _WEEK_WORDS.values() for number, word in enumerate(words)}
_WEEK_LINE = re.compile(
    rf"(?P<first>[a-zа-яіїє]{{2,3}})(?:{_DASH}(?P<last>[a-zа-яіїє]{{2,3}}))?\s+(?P<spans>\d.*)", re.IGNORECASE
)
_CLOSED = {Language.UKRAINIAN: "зачинено", Language.ENGLISH: "closed"}


def split_items(text: str, separator: str = ";") -> list[str]:
    r"""Return the items between separators that no backslash goes before; backslashes stay.

    >>> split_items(r"а; б\; в;")
    ['а', 'б\\; в']
    """
    if "\\" not in text:
        return [item for part in text.split(separator) if (item := part.strip())]
    items, start, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == separator:
            items.append(text[start:place])
            start = place + 1
        place += 1
    items.append(text[start:])
    return [item for part in items if (item := part.strip())]


def join_items(items: Iterable[str]) -> str:
    """Return the list as one text."""
    return "; ".join(items)


def escape_item(text: str) -> str:
    """Return a text as (a part of) an item."""
    return _SPECIAL.sub(r"\\\1", text)


def _escape_plain(text: str) -> str:
    """Return a text as an item that nothing in brackets belongs to."""
    return _SPECIAL_PLAIN.sub(r"\\\1", text)


def _escape_inside(text: str) -> str:
    return _SPECIAL_INSIDE.sub(r"\\\1", text)


def unescape(text: str) -> str:
    """Return the text without the backslashes before special signs."""
    return text if "\\" not in text else re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL).strip()


def _apart(item: str) -> tuple[str, str | None]:
    """Return what stands before the brackets at the item's end, and within them; None without brackets."""
    if not item.endswith(")") or _is_escaped(item, len(item) - 1):
        return item, None
    place = item.rfind("(")
    while place > 0 and _is_escaped(item, place):
        place = item.rfind("(", 0, place)
    if place < 0 or _is_escaped(item, place):
        return item, None
    return item[:place].strip(), item[place + 1 : -1].strip()


def _is_escaped(text: str, place: int) -> bool:
    before = text[:place]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _with_note(text: str, note: str) -> str:
    return f"{text} ({escape_item(note)})" if note else text


def _note(inside: str | None) -> str:
    return read_text(unescape(inside)) if inside else ""


def read_items(written: str, read: Callable[[str], _Item]) -> tuple[_Item, ...]:
    """Return each item read; the domain's own refusals become faults."""
    try:
        return tuple(read(item) for item in split_items(written))
    except ValueError as error:
        raise Refusal(
            Fault("«{value}» does not hold together: {problem}", {"value": written, "problem": error})
        ) from None


def read_texts(written: str) -> tuple[str, ...]:
    """Return a list of plain texts."""
    return read_items(written, lambda item: read_text(unescape(item)))


def tell_texts(texts: Iterable[str]) -> str:
    """Return a list of plain texts as one."""
    return join_items(map(_escape_plain, texts))


def read_emails(written: str) -> tuple[str, ...]:
    """Return the addresses, which people also part by commas and spaces."""
    return tuple(read_email(part) for part in re.split(r"[;,\s]+", written) if part)


# Periods


def _period(text: str, written: str) -> tuple[date | None, date | None]:
    found = _PERIOD.fullmatch(text.strip())
    if found is None or not (found["first"] or found["last"]):
        raise Refusal(
            Fault("«{value}» is not a period: write it as 2026-01-01–2027-12-31", {"value": written})
        )
    first = read_day(found["first"]) if found["first"] else None
    if not found["dash"]:
        return first, first
    return first, read_day(found["last"]) if found["last"] else None


def _tell_period(first: date | None, last: date | None) -> str:
    return f"{first or ''}–{last or ''}"


# Catchment


def read_catchment(written: str, area: Callable[[str], str]) -> tuple[CatchmentArea, ...]:
    """Return the areas of «UA53080350000070563; UA53080170000047487 (договір 2026-01-01–2027-12-31)»."""

    def read(item: str) -> CatchmentArea:
        name, inside = _apart(item)
        terms = inside or ""
        contract = _CONTRACT.match(terms)
        if contract is None and _PERIOD.fullmatch(terms) is None:
            # The brackets belong to the name: «Михайлівська (Полтавська область)».
            return CatchmentArea(area(unescape(item)))
        basis = CatchmentBasis.RIGHT if contract is None else CatchmentBasis.CONTRACT
        dates = terms if contract is None else terms[contract.end() :]
        first, last = _period(dates, written) if dates else (None, None)
        return CatchmentArea(area(unescape(name)), basis, first, last)

    return read_items(written, read)


def tell_catchment(areas: Iterable[CatchmentArea], language: Language) -> str:
    """Return the areas with the terms of contracts."""
    contract = "договір" if language is Language.UKRAINIAN else "contract"
    items = []
    for area in areas:
        terms = [contract] if area.basis is CatchmentBasis.CONTRACT else []
        if area.start or area.end:
            terms.append(_tell_period(area.start, area.end))
        items.append(f"{area.area} ({' '.join(terms)})" if terms else area.area)
    return join_items(items)


# Tariffs


def read_tariffs(written: str) -> tuple[Tariff, ...]:
    """Return the prices of «2026-01-01–2026-12-31: особа 120,50, сім’я 300 (рішення № 5)»."""

    def read(item: str) -> Tariff:
        text, inside = _apart(item)
        dates, colon, prices = text.partition(":")
        if not colon:
            raise Refusal(
                Fault(
                    "«{value}» is not a tariff: write it as 2026-01-01–2026-12-31: особа 120,50, сім’я 300 "
                    "(рішення № 5)",
                    {"value": written},
                )
            )
        start, end = _period(dates, written)
        if start is None:
            raise Refusal(Fault("a tariff has a first day: «{value}» names none", {"value": written}))
        return Tariff(start, end, _price(_PER_PERSON, prices), _price(_PER_FAMILY, prices), _note(inside))

    return read_items(written, read)


def _price(pattern: re.Pattern[str], prices: str) -> Decimal | None:
    found = pattern.search(prices)
    return None if found is None else read_money(found[1])


def tell_tariffs(tariffs: Iterable[Tariff], language: Language) -> str:
    """Return the prices as one text."""
    person, family = ("особа", "сім’я") if language is Language.UKRAINIAN else ("person", "family")
    items = []
    for tariff in tariffs:
        prices = [
            f"{whom} {_tell_money(price, language)}"
            for whom, price in ((person, tariff.per_person), (family, tariff.per_family))
            if price is not None
        ]
        text = f"{_tell_period(tariff.start, tariff.end)}: {', '.join(prices)}".strip()
        items.append(_with_note(text, tariff.basis))
    return join_items(items)


def _tell_money(price: Decimal, language: Language) -> str:
    text = format(price, "f")
    return text.replace(".", ",") if language is Language.UKRAINIAN else text


# Closures


def read_closures(written: str) -> tuple[Closure, ...]:
    """Return the times without work of «2026-01-01–2026-01-10 (ремонт); 2026-02-01–»."""

    def read(item: str) -> Closure:
        dates, inside = _apart(item)
        first, last = _period(dates, written)
        if first is None:
            raise Refusal(Fault("a closure has a first day: «{value}» names none", {"value": written}))
        return Closure(first, last, _note(inside))

    return read_items(written, read)


def tell_closures(closures: Iterable[Closure]) -> str:
    """Return the times without work as one text."""
    return join_items(
        _with_note(_tell_period(closure.first, closure.last), closure.reason) for closure in closures
    )


# Stops of a mobile team


def read_stops(written: str, settlement: Callable[[str], Katottg]) -> tuple[MobileStop, ...]:
    """Return the stops of «2026-02-03 09:00–12:00 UA53080350010012345 (біля старостату)»."""

    def read(item: str) -> MobileStop:
        text, inside = _apart(item)
        found = _STOP.fullmatch(text)
        if found is None:
            raise Refusal(
                Fault(
                    "«{value}» is not a stop: write it as 2026-02-03 09:00–12:00 and the settlement's code",
                    {"value": written},
                )
            )
        span = _SPAN.fullmatch((found["span"] or "–").strip())
        if span is None:
            raise Refusal(Fault("«{value}» is not a time: write it as 09:00", {"value": found["span"]}))
        return MobileStop(
            settlement(unescape(found["where"])),
            read_day(found["day"]),
            read_time(span["opens"]) if span["opens"] else None,
            read_time(span["closes"]) if span["closes"] else None,
            _note(inside),
        )

    return read_items(written, read)


def tell_stops(stops: Iterable[MobileStop]) -> str:
    """Return the stops as one text."""
    items = []
    for stop in stops:
        parts = [stop.day.isoformat()]
        if stop.opens or stop.closes:
            parts.append(f"{_clock(stop.opens)}–{_clock(stop.closes)}")
        items.append(_with_note(" ".join((*parts, stop.settlement)), stop.place))
    return join_items(items)


def _clock(moment: time | None) -> str:
    return "" if moment is None else moment.isoformat() if moment.second else moment.strftime("%H:%M")


# Phones and contacts


def read_phone_list(written: str, found: Callable[[str], tuple[Phone, ...]]) -> tuple[Phone, ...]:
    """Return the phones; what people put into one item `found` takes apart."""
    phones: list[Phone] = []
    for item in split_items(written):
        phones += _phones(item, found)
    return tuple(phones)


def _phones(item: str, found: Callable[[str], tuple[Phone, ...]]) -> tuple[Phone, ...]:
    explicit = _EXPLICIT_PHONE.fullmatch(item)
    if explicit is None:
        return found(unescape(item))
    e164 = None if explicit["e164"] == NOTHING else explicit["e164"]
    try:
        return (Phone(read_text(unescape(explicit["written"])), e164),)
    except ValueError as error:
        raise Refusal(
            Fault("«{value}» does not hold together: {problem}", {"value": item, "problem": error})
        ) from None


def tell_phones(phones: Iterable[Phone], found: Callable[[str], tuple[Phone, ...]]) -> str:
    """Return the phones as one text, with the number in full where it would be read otherwise."""
    return join_items(_tell_phone(phone, found, _escape_plain) for phone in phones)


def _tell_phone(phone: Phone, found: Callable[[str], tuple[Phone, ...]], escape: Callable[[str], str]) -> str:
    text = escape(phone.written)
    is_plain = _EXPLICIT_PHONE.fullmatch(text) is None and found(phone.written) == (phone,)
    return text if is_plain else f"{text} = {phone.e164 or NOTHING}"


def read_contacts(written: str) -> tuple[Contact, ...]:
    """Return the contacts of «Черговий (0432 65-50-50, cherhovyi@example.com)»."""

    def read(item: str) -> Contact:
        title, inside = _apart(item)
        parts = split_items(inside or "", ",")
        emails = [part for part in parts if "@" in part]
        phones = [phone for part in parts if "@" not in part for phone in _phones(part, _one_phone)]
        if len(emails) > 1:
            raise Refusal(
                Fault("a contact has one e-mail address: «{value}» names several", {"value": written})
            )
        name = read_text(unescape(title))
        return Contact(name, tuple(phones), read_email(unescape(emails[0])) if emails else "")

    return read_items(written, read)


def _one_phone(written: str) -> tuple[Phone, ...]:
    return (read_phone(written),)


def tell_contacts(contacts: Iterable[Contact]) -> str:
    """Return the contacts as one text."""
    items = []
    for contact in contacts:
        parts = [_tell_phone(phone, _one_phone, _escape_inside) for phone in contact.phones]
        parts += [_escape_inside(contact.email)] if contact.email else []
        title = escape_item(contact.title)
        items.append(f"{title} ({', '.join(parts)})" if parts else title)
    return join_items(items)


# Opening hours, exactly


def read_opening_hours(written: str) -> OpeningHours:
    """Return the week of «пн–чт 09:00–13:00, 14:00–18:00; пт 09:00–16:45; 2026-01-01: зачинено (свято)»."""
    week: list[tuple[OpenSpan, ...]] = [()] * 7
    exceptions = []
    try:
        for item in split_items(written):
            if fold_word(item) in _CLOSED.values():
                continue
            line = _WEEK_LINE.fullmatch(item)
            if line is None:
                exceptions.append(_exception(item, written))
                continue
            first = _WEEK_DAY[line["first"].lower()]
            last = _WEEK_DAY[line["last"].lower()] if line["last"] else first
            week[first : last + 1] = [_spans(line["spans"], written)] * (last + 1 - first)
        return OpeningHours(tuple(week), tuple(exceptions))
    except KeyError as error:
        raise Refusal(
            Fault("«{value}» does not hold together: {problem}", {"value": written, "problem": error})
        ) from None
    except ValueError as error:
        raise Refusal(
            Fault("«{value}» does not hold together: {problem}", {"value": written, "problem": error})
        ) from None


def _exception(item: str, written: str) -> HoursException:
    text, inside = _apart(item)
    dates, _, spans = text.partition(":")
    first, last = _period(dates, written)
    if first is None or last is None:
        raise Refusal(Fault("«{value}» is not a period: write it as 2026-01-01–2027-12-31", {"value": item}))
    is_closed = fold_word(spans) in _CLOSED.values()
    return HoursException(first, last, () if is_closed else _spans(spans, written), _note(inside))


def _spans(text: str, written: str) -> tuple[OpenSpan, ...]:
    spans = []
    for part in text.split(","):
        found = _SPAN.fullmatch(part.strip())
        if found is None or not found["opens"] or not found["closes"]:
            raise Refusal(
                Fault(
                    "«{value}» are not exact hours: write them as пн–чт 09:00–13:00, 14:00–18:00; "
                    "пт 09:00–16:45",
                    {"value": written},
                )
            )
        spans.append(OpenSpan(read_time(found["opens"]), read_time(found["closes"])))
    return tuple(spans)


def tell_opening_hours(hours: OpeningHours, language: Language) -> str:
    """Return the hours exactly, days of one kind together."""
    words = _WEEK_WORDS[language]
    items: list[str] = []
    first = 0
    for day in range(1, 8):
        if day < 7 and hours.week[day] == hours.week[first]:  # noqa: PLR2004 - days of a week
            continue
        if hours.week[first]:
            days = words[first] if day - first == 1 else f"{words[first]}–{words[day - 1]}"
            items.append(f"{days} {_tell_spans(hours.week[first])}")
        first = day
    for one in hours.exceptions:
        spans = _tell_spans(one.spans) if one.spans else _CLOSED[language]
        items.append(_with_note(f"{_tell_period(one.first, one.last)}: {spans}", one.note))
    return join_items(items) or _CLOSED[language]


def _tell_spans(spans: Iterable[OpenSpan]) -> str:
    return ", ".join(f"{_clock(span.opens)}–{_clock(span.closes)}" for span in spans)
