"""The tables of HSDS: which columns each has, and how nested objects and flat rows become one another.

Columns and files are those of the published datapackage.json; it lists too few of `service_capacity` and
`unit`, whose columns are those of their JSON Schemas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

Entity = dict[str, Any]
"""An object of HSDS: scalars, and lists or objects nested in it."""
Row = dict[str, Any]


class Table(NamedTuple):
    """A table's file, its columns, and which nested lists are rows of which other tables."""

    file: str
    columns: tuple[str, ...]
    children: Mapping[str, str] = {}


TABLES: Final[Mapping[str, Table]] = {
    "organization": Table(
        "organizations.csv",
        (
            "id",
            "name",
            "alternate_name",
            "description",
            "email",
            "website",
            "tax_status",
            "tax_id",
            "year_incorporated",
            "legal_status",
            "logo",
            "uri",
            "parent_organization_id",
        ),
        {
            "contacts": "contact",
            "phones": "phone",
            "organization_identifiers": "organization_identifier",
            "additional_websites": "url",
        },
    ),
    "organization_identifier": Table(
        "organization_identifiers.csv",
        (
            "id",
            "organization_id",
            "identifier_scheme",
            "identifier_type",
            "identifier",
        ),
        {},
    ),
    "location": Table(
        "locations.csv",
        (
            "id",
            "location_type",
            "url",
            "organization_id",
            "name",
            "alternate_name",
            "description",
            "transportation",
            "latitude",
            "longitude",
            "external_identifier",
            "external_identifier_type",
        ),
        {
            "addresses": "address",
            "contacts": "contact",
            "accessibility": "accessibility",
            "phones": "phone",
            "schedules": "schedule",
            "languages": "language",
        },
    ),
    "address": Table(
        "addresses.csv",
        (
            "id",
            "location_id",
            "attention",
            "address_1",
            "address_2",
            "city",
            "region",
            "state_province",
            "postal_code",
            "country",
            "address_type",
        ),
        {},
    ),
    "service": Table(
        "services.csv",
        (
            "id",
            "organization_id",
            "program_id",
            "name",
            "alternate_name",
            "description",
            "url",
            "email",
            "status",
            "interpretation_services",
            "application_process",
            "fees_description",
            "wait_time",
            "fees",
            "accreditations",
            "eligibility_description",
            "minimum_age",
            "maximum_age",
            "assured_date",
            "assurer_email",
            "licenses",
            "alert",
            "last_modified",
        ),
        {
            "phones": "phone",
            "schedules": "schedule",
            "service_areas": "service_area",
            "service_at_locations": "service_at_location",
            "languages": "language",
            "cost_options": "cost_option",
            "contacts": "contact",
            "capacities": "service_capacity",
            "additional_urls": "url",
        },
    ),
    "service_at_location": Table(
        "service_at_location.csv",
        (
            "id",
            "service_id",
            "location_id",
            "description",
        ),
        {"service_areas": "service_area", "contacts": "contact", "phones": "phone", "schedules": "schedule"},
    ),
    "service_area": Table(
        "service_areas.csv",
        (
            "id",
            "service_id",
            "service_at_location_id",
            "name",
            "description",
            "extent",
            "extent_type",
            "uri",
        ),
        {},
    ),
    "service_capacity": Table(
        "service_capacity.csv",
        (
            "id",
            "service_id",
            "unit_id",
            "available",
            "maximum",
            "description",
            "updated",
        ),
        {},
    ),
    "unit": Table(
        "units.csv",
        (
            "id",
            "name",
            "scheme",
            "identifier",
            "uri",
        ),
        {},
    ),
    "cost_option": Table(
        "cost_options.csv",
        (
            "id",
            "service_id",
            "valid_from",
            "valid_to",
            "option",
            "currency",
            "amount",
            "amount_description",
        ),
        {},
    ),
    "schedule": Table(
        "schedules.csv",
        (
            "id",
            "service_id",
            "location_id",
            "service_at_location_id",
            "valid_from",
            "valid_to",
            "dtstart",
            "timezone",
            "until",
            "count",
            "wkst",
            "freq",
            "interval",
            "byday",
            "byweekno",
            "bymonthday",
            "byyearday",
            "description",
            "opens_at",
            "closes_at",
            "schedule_link",
            "attending_type",
            "notes",
        ),
        {},
    ),
    "phone": Table(
        "phones.csv",
        (
            "id",
            "location_id",
            "service_id",
            "organization_id",
            "contact_id",
            "service_at_location_id",
            "number",
            "extension",
            "type",
            "description",
        ),
        {"languages": "language"},
    ),
    "contact": Table(
        "contacts.csv",
        (
            "id",
            "organization_id",
            "service_id",
            "service_at_location_id",
            "location_id",
            "name",
            "title",
            "department",
            "email",
        ),
        {"phones": "phone"},
    ),
    "language": Table(
        "languages.csv",
        (
            "id",
            "service_id",
            "location_id",
            "phone_id",
            "name",
            "code",
            "note",
        ),
        {},
    ),
    "accessibility": Table(
        "accessibility.csv",
        (
            "id",
            "location_id",
            "description",
            "details",
            "url",
        ),
        {},
    ),
    "url": Table(
        "url.csv",
        (
            "id",
            "label",
            "url",
            "organization_id",
            "service_id",
        ),
        {},
    ),
    "attribute": Table(
        "attributes.csv",
        (
            "id",
            "link_id",
            "taxonomy_term_id",
            "link_type",
            "link_entity",
            "value",
            "label",
        ),
        {},
    ),
    "taxonomy": Table(
        "taxonomies.csv",
        (
            "id",
            "name",
            "description",
            "uri",
            "version",
        ),
        {},
    ),
    "taxonomy_term": Table(
        "taxonomy_terms.csv",
        (
            "id",
            "code",
            "name",
            "description",
            "parent_id",
            "taxonomy",
            "language",
            "taxonomy_id",
            "term_uri",
        ),
        {},
    ),
    "metadata": Table(
        "metadata.csv",
        (
            "id",
            "resource_id",
            "resource_type",
            "last_action_date",
            "last_action_type",
            "field_name",
            "previous_value",
            "replacement_value",
            "updated_by",
        ),
        {},
    ),
}

_LINKED: Final = ("attribute", "metadata")
"""Tables whose rows belong to rows of any table."""


def rows_of(table: str, entity: Entity, parent: tuple[str, str] | None = None) -> Iterator[tuple[str, Row]]:
    """Yield the object's own row, then those of everything nested in it, each with its table.

    Organisations and locations nested in a service are only pointed at: they have tables of their own.
    """
    form = TABLES[table]
    row: Row = {column: entity[column] for column in form.columns if column in entity}
    if parent is not None:
        row[f"{parent[0]}_id"] = parent[1]
    for name in ("organization", "location", "unit"):
        if name in entity:
            row[f"{name}_id"] = entity[name]["id"]
    yield table, row
    if "unit" in entity:
        yield from rows_of("unit", entity["unit"])
    for field, child_table in form.children.items():
        for child in entity.get(field, ()):
            yield from rows_of(child_table, child, (table, entity["id"]))
    for attribute in entity.get("attributes", ()):
        yield from _attribute_rows(attribute, table, entity["id"])


def _attribute_rows(attribute: Entity, table: str, owner: str) -> Iterator[tuple[str, Row]]:
    term: Entity = attribute["taxonomy_term"]
    own = {name: value for name, value in attribute.items() if name != "taxonomy_term"}
    yield (
        "attribute",
        {**own, "link_id": owner, "link_entity": table, "taxonomy_term_id": term["id"]},
    )
    yield "taxonomy_term", term


def nested(tables: Mapping[str, list[Row]]) -> dict[str, dict[str, Entity]]:
    """Return the objects of the three main tables by id, with everything that belongs to them nested."""
    terms = {row.get("id"): row for row in tables.get("taxonomy_term", ())}
    attributes: defaultdict[Any, list[Entity]] = defaultdict(list)
    for row in tables.get("attribute", ()):
        term = terms.get(row.get("taxonomy_term_id"))
        attributes[row.get("link_id")].append(row if term is None else {**row, "taxonomy_term": term})
    entities = {
        table: [dict(row) for row in tables.get(table, ())] for table in TABLES if table not in _LINKED
    }
    for rows in entities.values():
        for entity in rows:
            if own := attributes.get(entity.get("id")):
                entity["attributes"] = own
    units = {unit.get("id"): unit for unit in entities["unit"]}
    for capacity in entities["service_capacity"]:
        capacity["unit"] = units.get(capacity.get("unit_id"), {})
    for table, form in TABLES.items():
        for field, child_table in form.children.items():
            _nest(entities[table], field, entities[child_table], f"{table}_id")
    main = ("organization", "location", "service")
    return {table: {str(one.get("id")): one for one in entities[table]} for table in main}


def _nest(parents: list[Entity], field: str, children: list[Entity], key: str) -> None:
    of_parent: defaultdict[Any, list[Entity]] = defaultdict(list)
    for child in children:
        if child.get(key):
            of_parent[child[key]].append(child)
    for parent in parents:
        if found := of_parent.get(parent.get("id")):
            parent[field] = found
