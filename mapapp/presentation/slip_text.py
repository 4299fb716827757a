"""A slip as a message: short plain text for a messenger, every number ready to be dialled."""

from __future__ import annotations

from collections.abc import Iterator

from mapapp.domain.contacts import Phone
from mapapp.domain.slip import Slip
from mapapp.presentation.facts import Telling
from mapapp.presentation.slip_sheet import SlipSheet, slip_sheet


def slip_text(slip: Slip, telling: Telling, link: str) -> str:
    """Return the slip as lines of plain text, without markup of any messenger."""
    return "\n".join(_one_line(line) for line in _lines(slip_sheet(slip, telling, link), telling)) + "\n"


def dialled(phone: Phone) -> str:
    """Return the number as digits: international where known, a short one without its spaces."""
    if phone.e164 is not None:
        return phone.e164
    digits = "".join(sign for sign in phone.written if sign.isdecimal())
    return digits or phone.written


def _lines(sheet: SlipSheet, telling: Telling) -> Iterator[str]:
    t = telling.t
    yield f"{sheet.title} {sheet.code} · {sheet.day}"
    if sheet.demo:
        yield sheet.demo
    yield sheet.service
    yield sheet.provider
    yield from (f"! {warning}" for warning in sheet.warnings)
    if sheet.phones:
        yield f"{t('Phone')}: {', '.join(dialled(phone) for phone in sheet.phones)}"
    yield from (f"{fact.term}: {fact.text}" for fact in sheet.facts if fact.is_brief)
    if sheet.note:
        yield f"{t('Note')}: {sheet.note}"
    if sheet.issued:
        yield f"{t('Issued by')}: {sheet.issued}"
    yield sheet.verified
    yield sheet.protection
    yield sheet.link


def _one_line(text: str) -> str:
    return " ".join(text.split())
