"""An organisation of the registry as an HSDS `organization`, and back."""

from __future__ import annotations

from typing import Final

from mapapp.domain.registry import Organisation, Ownership, ProviderKind, Sector
from mapapp.files.hsds.contacts import first_email, is_uri, phones_of, read_phones
from mapapp.files.hsds.facts import (
    ORGANISATION_FACTS,
    read_facts,
    read_source,
    tell_facts,
    tell_list,
    tell_source,
)
from mapapp.files.hsds.tables import Entity
from mapapp.files.hsds.terms import OWN_SCHEME, Said, fact, hsds_id, told, word_attribute

EDRPOU_SCHEME: Final = "UA-EDR"
"""The list of the Unified State Register at org-id.guide."""
_EDRPOU: Final = "ЄДРПОУ"
_REGISTRY: Final = "Реєстр надавачів та отримувачів соціальних послуг"


def organisation_id(own_id: str) -> str:
    """Return the UUID of an organisation of ours."""
    return hsds_id("organisation", own_id)


def organization_of(organisation: Organisation) -> Entity:
    """Return the organisation as HSDS has it."""
    own = organisation_id(organisation.id)
    fields = {
        "alternate_name": organisation.short_name,
        "website": organisation.website if is_uri(organisation.website) else "",
        "legal_status": organisation.legal_form,
        "parent_organization_id": organisation.parent and organisation_id(organisation.parent),
        "email": organisation.emails[0] if _leads(organisation) else "",
        "phones": phones_of(organisation.phones, own),
    }
    return {
        "id": own,
        "name": organisation.name,
        "description": f"Надавач соціальних послуг: {told(organisation.sector)} сектор",
        **{name: value for name, value in fields.items() if value},
        "organization_identifiers": _identifiers(organisation, own),
        "attributes": _attributes(organisation, own),
    }


def _leads(organisation: Organisation) -> bool:
    """Tell whether the first e-mail address is one that the standard's format takes."""
    return bool(first_email(organisation.emails))


def _identifiers(organisation: Organisation, own: str) -> list[Entity]:
    said = [("", OWN_SCHEME, organisation.id)]
    if organisation.edrpou is not None:
        said.append((EDRPOU_SCHEME, _EDRPOU, organisation.edrpou))
    if organisation.registry_number:
        said.append(("", _REGISTRY, organisation.registry_number))
    return [
        {
            "id": hsds_id("identifier", own, kind),
            **({"identifier_scheme": scheme} if scheme else {}),
            "identifier_type": kind,
            "identifier": identifier,
        }
        for scheme, kind, identifier in said
    ]


def _attributes(organisation: Organisation, own: str) -> list[Entity]:
    emails = organisation.emails[1:] if _leads(organisation) else organisation.emails
    attributes = [
        word_attribute(own, organisation.sector),
        word_attribute(own, organisation.kind),
        *tell_facts(own, organisation, ORGANISATION_FACTS),
        *tell_list(own, "successor_of", organisation.successor_of),
        *tell_list(own, "email", emails),
        *tell_source(own, organisation.source),
    ]
    if organisation.ownership is not None:
        attributes.append(word_attribute(own, organisation.ownership))
    if organisation.website and not is_uri(organisation.website):
        attributes.append(fact(own, "website", organisation.website))
    if organisation.is_demo:
        attributes.append(fact(own, "is_demo", "true"))
    return attributes


def own_id_of(entity: Entity) -> str:
    """Return our id of an organisation that was ours, else nothing."""
    return _identifier(entity, OWN_SCHEME)


def _identifier(entity: Entity, kind: str) -> str:
    for identifier in entity.get("organization_identifiers") or ():
        if kind in {identifier.get("identifier_type"), identifier.get("identifier_scheme")}:
            return str(identifier.get("identifier") or "")
    return ""


def read_own_organisation(entity: Entity) -> Organisation:
    """Return an organisation that we wrote."""
    said = Said(entity)
    emails = (*filter(None, (entity.get("email"),)), *said.facts("email"))
    return Organisation(
        id=own_id_of(entity),
        name=entity["name"],
        sector=said.required(Sector),
        kind=said.required(ProviderKind),
        ownership=said.word(Ownership),
        edrpou=_identifier(entity, EDRPOU_SCHEME) or None,
        registry_number=_identifier(entity, _REGISTRY),
        short_name=entity.get("alternate_name") or "",
        legal_form=entity.get("legal_status") or "",
        website=entity.get("website") or said.fact("website"),
        phones=read_phones(entity.get("phones") or ()),
        emails=emails,
        successor_of=said.facts("successor_of"),
        source=read_source(said),
        is_demo=said.fact("is_demo") == "true",
        **read_facts(said, ORGANISATION_FACTS),
    )
