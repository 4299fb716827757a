"""Phones, e-mail addresses, websites and contacts, in HSDS and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mapapp.domain.contacts import Contact, Phone
from mapapp.files.hsds.tables import Entity
from mapapp.files.hsds.terms import Said, fact, hsds_id
from mapapp.files.phones import read_phone

_NO_NUMBER: Final = "none"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_URI = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][!-~]*)?", re.ASCII)


def is_email(text: str) -> bool:
    """Tell whether the text is an address by every reading of the standard's format."""
    return _EMAIL.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Tell whether the text is a whole web address."""
    return _URI.fullmatch(text) is not None


def phones_of(phones: Iterable[Phone], owner: str) -> list[Entity]:
    """Return the phones as written; how one is dialled is added only where that is not read from it."""
    return [_phone(phone, hsds_id("phone", owner, str(number))) for number, phone in enumerate(phones)]


def _phone(phone: Phone, own: str) -> Entity:
    entity: Entity = {"id": own, "number": phone.written, "type": "voice"}
    if phone != read_phone(phone.written):
        entity["attributes"] = [fact(own, "e164", phone.e164 or _NO_NUMBER)]
    return entity


def read_phones(entities: Iterable[Entity]) -> tuple[Phone, ...]:
    """Return the phones."""
    return tuple(_read_phone(entity) for entity in entities)


def _read_phone(entity: Entity) -> Phone:
    number = str(entity["number"])
    e164 = Said(entity).fact("e164")
    if e164:
        return Phone(number, None if e164 == _NO_NUMBER else e164)
    extension = entity.get("extension")
    return read_phone(f"{number} дод. {extension}" if extension else number)


def contacts_of(contacts: Iterable[Contact], owner: str) -> list[Entity]:
    """Return the contacts, each a post."""
    return [_contact(one, hsds_id("contact", owner, str(number))) for number, one in enumerate(contacts)]


def _contact(contact: Contact, own: str) -> Entity:
    entity: Entity = {"id": own, "title": contact.title}
    if is_email(contact.email):
        entity["email"] = contact.email
    elif contact.email:
        entity["attributes"] = [fact(own, "email", contact.email)]
    if contact.phones:
        entity["phones"] = phones_of(contact.phones, own)
    return entity


def read_contacts(entities: Iterable[Entity]) -> Iterator[Contact]:
    """Yield the contacts; those without a post are left out with the names, which we do not keep."""
    for entity in entities:
        title = entity.get("title") or entity.get("department")
        if title:
            email = entity.get("email") or Said(entity).fact("email")
            yield Contact(str(title), read_phones(entity.get("phones") or ()), str(email))


def first_email(emails: tuple[str, ...]) -> dict[str, Any]:
    """Return the field of HSDS that holds one address."""
    return {"email": emails[0]} if emails and is_email(emails[0]) else {}
