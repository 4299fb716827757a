"""What phones, hours and addresses written by people mean: the one place where tables ask for it."""

from __future__ import annotations

from typing import NamedTuple

from mapapp.domain.contacts import AddressParts, Phone
from mapapp.domain.errors import Fault
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.hours import OpeningHours
from mapapp.domain.hours_text import read_hours
from mapapp.domain.katottg import Katottg
from mapapp.files.phones import phone_problem, read_phones


def find_phones(written: str) -> tuple[Phone, ...]:
    """Return every phone of a text."""
    return read_phones(written)


def phones_note(phones: tuple[Phone, ...]) -> Fault | None:
    """Return why a phone cannot be dialled, None where each can."""
    for phone in phones:
        if problem := phone_problem(phone):
            return Fault(problem, {"written": phone.written})
    return None


def find_hours(written: str) -> OpeningHours | None:
    """Return the hours a text says, None where they are not understood."""
    return read_hours(written).hours


def hours_note(written: str) -> Fault | None:
    """Return why hours are not understood, None where they are."""
    found = read_hours(written)
    return Fault(found.problem, dict(found.problem_values)) if found.problem else None


def find_address(written: str) -> AddressParts | None:
    """Return the parts of an address, None where nothing of it is understood."""
    del written
    return None


class PlaceOfAddress(NamedTuple):
    """The units an address names."""

    hromada: Katottg | None
    settlement: Katottg | None


class AddressPlaces:
    """Finds the settlement and hromada an address names."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def find(self, address: str, oblast: Katottg | None) -> PlaceOfAddress | None:
        """Return the units, None where the address does not tell one of each."""
        del address, oblast
        return None
