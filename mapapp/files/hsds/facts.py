"""Which fields of our records HSDS has no place for, and how each is told and read as a fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import RecordSource
from mapapp.files.hsds.tables import Entity
from mapapp.files.hsds.terms import Said, fact


class Form(NamedTuple):
    """How a value becomes text and text a value."""

    tell: Callable[[Any], str]
    read: Callable[[str], Any]


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"«{text}» is neither true nor false")
    return text == "true"


TEXT: Final = Form(str, str)
DAY: Final = Form(date.isoformat, date.fromisoformat)
FLAG: Final = Form(lambda value: "true" if value else "false", _flag)
CODE: Final = Form(str, Katottg)
COUNT: Final = Form(str, int)

VALIDITY: Final[Mapping[str, Form]] = {"valid_from": DAY, "valid_to": DAY, "last_verified": DAY}

ORGANISATION_FACTS: Final[Mapping[str, Form]] = {
    "parent": TEXT,
    "registry_in": DAY,
    "registry_out": DAY,
    "address": TEXT,
    **VALIDITY,
}
POINT_FACTS: Final[Mapping[str, Form]] = {
    "oblast": CODE,
    "hromada": CODE,
    "settlement": CODE,
    "relocated_from": CODE,
    "coordinates_source": TEXT,
    "referral_note": TEXT,
    "website": TEXT,
    **VALIDITY,
}
WARTIME_FACTS: Final[Mapping[str, Form]] = {
    "suspended_until": DAY,
    "works_without_power": FLAG,
    "has_shelter": FLAG,
    "last_confirmed": DAY,
}
ADDRESS_PARTS: Final = ("postcode", "settlement", "street", "building", "block", "office", "note")
OFFERING_FACTS: Final[Mapping[str, Form]] = {
    "is_emergency": FLAG,
    "meets_standard": FLAG,
    "conditions": TEXT,
}
CAPACITY_FACTS: Final[Mapping[str, Form]] = {"capacity": COUNT, "vacant": COUNT, "capacity_as_of": DAY}


def tell_facts(owner: str, record: Any, forms: Mapping[str, Form], prefix: str = "") -> Iterator[Entity]:
    """Yield a fact for each field that says something."""
    for name, form in forms.items():
        value = getattr(record, name)
        if value is not None and value != "":
            yield fact(owner, prefix + name, form.tell(value))


def read_facts(said: Said, forms: Mapping[str, Form], prefix: str = "") -> dict[str, Any]:
    """Return the fields that are said; the rest keep their defaults."""
    return {name: form.read(text) for name, form in forms.items() if (text := said.fact(prefix + name))}


def tell_list(owner: str, name: str, values: tuple[str, ...]) -> Iterator[Entity]:
    """Yield a fact for each value of a list."""
    return (fact(owner, name, value, number=number) for number, value in enumerate(values))


def tell_source(owner: str, source: RecordSource | None) -> Iterator[Entity]:
    """Yield where the record came from: its id there, with the source's name as label."""
    if source is not None:
        yield fact(owner, "source", source.record_id, label=source.name)


def read_source(said: Said) -> RecordSource | None:
    """Return where the record came from."""
    found = said.labelled("source")
    return None if found is None else RecordSource(name=found[1], record_id=found[0])
