"""How to reach a provider: phones as written and as dialled, and the parts of a Ukrainian address."""

from __future__ import annotations

import re
from dataclasses import dataclass

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone as people write it; `e164` is None for short numbers (1545, 116 123) and unclear ones."""

    written: str
    e164: str | None = None

    def __post_init__(self) -> None:
        if not self.written.strip():
            raise ValueError("a phone needs its number")
        if self.e164 is not None and _E164.fullmatch(self.e164) is None:
            raise ValueError(f"«{self.e164}» is not an international number such as +380442345678")


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask for, by post and never by a person's name: the registry holds no personal data."""

    title: str
    phones: tuple[Phone, ...] = ()
    email: str = ""


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address taken apart; the units around it are codes of the record that has it.

    Printed in the order postcode, settlement, street, building, block, office.
    """

    postcode: str = ""
    settlement: str = ""
    street: str = ""
    """With its type: «вул. Соборна», «пров. Тихий»."""
    building: str = ""
    block: str = ""
    office: str = ""
    note: str = ""
