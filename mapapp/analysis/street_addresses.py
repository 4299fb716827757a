"""Whether two addresses name one building, and whether a text names the street of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from mapapp.domain.contacts import AddressParts
from mapapp.domain.names import fold_name

_SAME_STREET = 80.0
"""Per cent: a typo or an ending, as in «вул. Центральна» and «вулиці Центральної»."""
_SHORTEST_TELLING = 4
"""Letters of a word that may tell a street."""

STREET_TYPE = (
    r"(?:вул(?:иц[яюіе][юї]?)?|провул(?:ок|ку|ка)|пров|просп(?:ект(?:у|і|ом)?)?|бульв(?:ар(?:у|і)?)?|бул"
    r"|площ[аіу]|пл|узв(?:оз|із|озу|озі)?|шосе|наб(?:ережн(?:а|ій|ої))?|мікрорайон(?:і|у)?|мкр"
    r"|пр(?:[ -]т)?|тупик|алея|майдан|проїзд|квартал)"
)
_TYPE = re.compile(rf"\b{STREET_TYPE}\b\.?", re.IGNORECASE)
_TYPED = re.compile(rf"\b{STREET_TYPE}\b\.?\s*([^,;()]+)", re.IGNORECASE)
_BUILDING = re.compile(r"\b\d{1,4}(?:\s?[/\-]\s?\d{1,3})?(?:[\s\-/]?[а-яґєії])?\b")
_UNIT = re.compile(r"\b(?:область|обл|район|р-н|громада|смт|с-ще|селище|село|с|місто|м)\b", re.IGNORECASE)
_POSTCODE = re.compile(r"\b\d{5}\b")
_OFFICE = re.compile(r"\b(?:оф|офіс|кв|квартира|каб|кабінет|корп|корпус|прим)\b.*", re.IGNORECASE)
_BUILDING_WORD = re.compile(r"\b(?:буд(?:инок|инку)?\b\.?|б\.)", re.IGNORECASE)
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class StreetAddress:
    """A street without its type and a building, folded; either may be empty, not both."""

    street: str
    building: str

    def is_same_as(self, other: StreetAddress) -> bool | None:
        """Tell whether both name one building; None where too little is known of one."""
        if self.street and other.street and fuzz.token_set_ratio(self.street, other.street) < _SAME_STREET:
            return False
        if self.building and other.building and self.building != other.building:
            return False
        complete = self.street and other.street and self.building and other.building
        return bool(complete) or None


def street_address(parts: AddressParts | None, written: str) -> StreetAddress | None:
    """Return street and building by the parts, or as far as the text has them; None where it has neither."""
    if parts is not None and parts.street:
        found = StreetAddress(_street(parts.street), _building(parts.building))
    else:
        found = _from_text(written)
    return found if found.street or found.building else None


def _from_text(written: str) -> StreetAddress:
    text = _POSTCODE.sub(" ", written).strip(" ,;")
    typed = _TYPED.search(text)
    beginning = text[typed.start() :] if typed else text
    pieces = [piece for piece in re.split(r"[,;]", beginning) if piece.strip() and not _UNIT.search(piece)]
    street, rest = (pieces[0], pieces[1:]) if pieces else ("", [])
    # «вул. Соборна 59» as well as «вул. Соборна, 59» and «вул. 8 Березня, 59».
    inside = None if rest and _BUILDING.search(rest[0].lower()) else re.search(r"\s\d.*$", street.strip())
    if inside is not None:
        street, number = street.strip()[: inside.start()], inside.group()
    else:
        number = rest[0] if rest else ""
    return StreetAddress(_street(street), _building(number))


def _street(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub(" ", _TYPE.sub(" ", fold_name(text))).strip()


def _building(text: str) -> str:
    folded = _BUILDING_WORD.sub(" ", _OFFICE.sub("", text.lower()))
    found = _BUILDING.search(folded)
    return "" if found is None else _NOT_ALPHANUMERIC.sub("", found.group().replace("/", "d"))


def telling_words(street: str) -> tuple[str, ...]:
    """Return the words of a folded street that can give it away in a text."""
    return tuple(word for word in _LETTERS.findall(street) if len(word) >= _SHORTEST_TELLING)
