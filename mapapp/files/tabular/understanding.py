"""What phones, hours and addresses written by people mean: the one place where tables ask for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from mapapp.domain.contacts import AddressParts, Phone
from mapapp.domain.errors import Fault
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.hours import OpeningHours
from mapapp.domain.hours_text import read_hours
from mapapp.domain.katottg import Katottg
from mapapp.files.address_places import PlacedAddress, SettlementIndex, place_address
from mapapp.files.addresses import read_address
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
    return read_address(written).parts


class AddressPlaces:
    """Finds where an address is; its index is made when the first address is asked for."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    @cached_property
    def _index(self) -> SettlementIndex:
        return SettlementIndex(self._gazetteer)

    def find(self, written: str, oblast: Katottg | None, hromada: Katottg | None) -> PlacedAddress:
        """Return where the address is within what is known of it."""
        address = read_address(written)
        if oblast is not None and oblast in self._gazetteer.oblasts and not address.oblast_words:
            address = replace(address, oblast_words=self._gazetteer.oblasts[oblast].name)
        return place_address(address, self._index, hromada)
