"""What HSDS has no field for, said through its own means: attributes that name a taxonomy term.

A word of a closed list is a term of the list's taxonomy. Any other fact is a term of the taxonomy `record`
with the value beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentBasis,
    LocationPolicy,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ProviderKind,
    Sector,
    TargetGroup,
    Term,
)
from mapapp.domain.services import Service
from mapapp.files.hsds.tables import Entity
from mapapp.files.tabular.words import WORDS, Language, tell_word

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "tag:mapapp,2026:hsds")

OWN_SCHEME: Final = "mapapp"
"""Names our own ids where HSDS keeps identifiers of others."""

SERVICE: Final = "service"
RECORD: Final = "record"
SCHEDULE: Final = "schedule"

VOCABULARIES: Final[Mapping[str, type[Enum]]] = {
    "sector": Sector,
    "provider_kind": ProviderKind,
    "ownership": Ownership,
    "point_kind": PointKind,
    "location_policy": LocationPolicy,
    "precision": PointPrecision,
    "place_of_provision": PlaceOfProvision,
    "term": Term,
    "payment": Payment,
    "target_group": TargetGroup,
    "accessibility": Accessibility,
    "capacity_unit": CapacityUnit,
    "catchment_basis": CatchmentBasis,
}
_TAXONOMY_OF: Final = {vocabulary: name for name, vocabulary in VOCABULARIES.items()}
_TAXONOMIES: Final[Mapping[str, str]] = {
    SERVICE: "Social services of Ukraine by mapapp's slugs (classifier: Ministry order 429 of 2020-06-23)",
    RECORD: "Facts of mapapp's registry that HSDS has no field for",
    SCHEDULE: "What a schedule row of mapapp's registry is",
    **{name: f"mapapp: {name.replace('_', ' ')}" for name in VOCABULARIES},
}


@lru_cache(maxsize=500_000)
def hsds_id(*parts: str) -> str:
    """Return the UUID that always stands for the same thing of ours."""
    return str(uuid5(_NAMESPACE, "/".join(parts)))


@lru_cache(maxsize=2000)
def _term(taxonomy: str, word: str, name: str, description: str, language: str) -> Entity:
    code = f"{taxonomy}:{word}"
    return {
        "id": hsds_id("term", code),
        "code": code,
        "name": name,
        "description": description,
        "taxonomy": f"mapapp {taxonomy}",
        "taxonomy_id": hsds_id("taxonomy", taxonomy),
        "language": language,
    }


def taxonomies(used: Iterable[str]) -> list[Entity]:
    """Return the taxonomies of the ids."""
    found = {hsds_id("taxonomy", name): (name, about) for name, about in _TAXONOMIES.items()}
    return [
        {"id": one, "name": f"mapapp {found[one][0]}", "description": found[one][1]}
        for one in sorted(set(used))
    ]


def word_attribute(owner: str, member: Enum, value: str | None = None) -> Entity:
    """Return the attribute that says a word of a closed list."""
    taxonomy = _TAXONOMY_OF[type(member)]
    name, description = _told(member)
    return _attribute(owner, taxonomy, _term(taxonomy, _word(member), name, description, "uk"), value)


@lru_cache(maxsize=200)
def _told(member: Enum) -> tuple[str, str]:
    if type(member) not in WORDS:
        return _word(member), _word(member)
    return tell_word(member, Language.UKRAINIAN), tell_word(member, Language.ENGLISH)


def told(member: Enum) -> str:
    """Return the word in Ukrainian."""
    return _told(member)[0]


def service_attribute(owner: str, slug: str, services: Mapping[str, Service]) -> Entity:
    """Return the attribute that says which service this is."""
    service = services.get(slug)
    name, description = (slug, slug) if service is None else (service.name_uk, service.name_en)
    if service is not None and service.official_code is not None:
        description = f"{description} (classifier code {service.official_code})"
    return _attribute(owner, SERVICE, _term(SERVICE, slug, name, description, "uk"), None)


def schedule_attribute(owner: str, kind: str) -> Entity:
    """Return the attribute that says what a schedule row is."""
    return _attribute(owner, SCHEDULE, _term(SCHEDULE, kind, kind, f"Schedule row: {kind}", "en"), None)


def fact(owner: str, name: str, value: str, *, number: int = 0, label: str = "") -> Entity:
    """Return the attribute that says a fact; `number` tells facts of one name apart."""
    about = name.replace("_", " ").replace(".", ": ")
    attribute = _attribute(owner, RECORD, _term(RECORD, name, about, about, "en"), value, number)
    return {**attribute, "label": label} if label else attribute


def _attribute(owner: str, link_type: str, term: Entity, value: str | None, number: int = 0) -> Entity:
    attribute: Entity = {
        "id": hsds_id("attribute", owner, term["code"], str(number)),
        "link_type": link_type,
        "taxonomy_term": term,
    }
    if value is not None:
        attribute["value"] = value
    return attribute


def _word(member: Enum) -> str:
    return str(member.name).lower()


def _member(vocabulary: type[Enum], word: str) -> Enum:
    try:
        return vocabulary[word.upper()]
    except KeyError:
        raise ValueError(f"«{word}» is no {_TAXONOMY_OF[vocabulary]}") from None


class Said:
    """The terms and facts of one object, as far as they are ours."""

    def __init__(self, entity: Entity) -> None:
        self._words: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._facts: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for attribute in entity.get("attributes") or ():
            term = attribute.get("taxonomy_term") or {}
            code = term.get("code")
            if not isinstance(code, str) or term.get("id") != hsds_id("term", code):
                continue
            taxonomy, _, word = code.partition(":")
            value = str(attribute.get("value") or "")
            if taxonomy == RECORD:
                self._facts[word].append((value, str(attribute.get("label") or "")))
            else:
                self._words[taxonomy].append((word, value))

    def fact(self, name: str) -> str:
        """Return the fact's value, empty where it is not said."""
        return self._facts[name][0][0] if name in self._facts else ""

    def facts(self, name: str) -> tuple[str, ...]:
        """Return every value of the fact."""
        return tuple(value for value, _ in self._facts.get(name, ()))

    def labelled(self, name: str) -> tuple[str, str] | None:
        """Return the fact's value and its label."""
        return self._facts[name][0] if name in self._facts else None

    def words(self, vocabulary: type[Enum], value: str = "") -> tuple[Any, ...]:
        """Return the members of a closed list that are said with the value."""
        said = self._words.get(_TAXONOMY_OF[vocabulary], ())
        return tuple(_member(vocabulary, word) for word, told in said if told == value)

    def word(self, vocabulary: type[Enum]) -> Any:
        """Return the one member that is said, None where none is."""
        found = self.words(vocabulary)
        return found[0] if found else None

    def required(self, vocabulary: type[Enum]) -> Any:
        """Return the one member that is said; raise ValueError where none is."""
        member = self.word(vocabulary)
        if member is None:
            raise ValueError(f"its {_TAXONOMY_OF[vocabulary]} is missing")
        return member

    def service(self) -> str:
        """Return the slug of the service, empty where it is not said."""
        said = self._words.get(SERVICE, ())
        return said[0][0] if said else ""

    def schedule(self) -> str:
        """Return what a schedule row is, empty where it is not ours."""
        said = self._words.get(SCHEDULE, ())
        return said[0][0] if said else ""
